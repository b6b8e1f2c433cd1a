/* ops_slow_arith.c - arithmetic on what is no pair of small integers. */
#include "vm/exec/slow_arith.h"

#include <math.h>

#include "vm/exec/bif_args.h"
#include "vm/exec/slow.h"
#include "vm/term/arith.h"
#include "vm/term/atom.h"

/* `result` was computed on the heap; `function` and its operands tell what failed. */
static Handled finish(const Word *next, Term result, Term *dst, Term function, Word arity, Term a, Term b)
{
    Process *p = VM->process;

    HTOP = p->heap.top;
    if (UNLIKELY(arith_failed(result))) {
        if (IP[1])
            GO((const Word *)IP[1]);
        if (result != ARITH_LIMIT && IP[2] & LIVE_COUNTING)
            return slow_error(A_BADARITH);
        BIF_ARGS[0] = a;
        BIF_ARGS[1] = b;
        raise_error(p, result == ARITH_LIMIT ? A_SYSTEM_LIMIT : A_BADARITH);
        return slow_raise_bif(export_get(A_ERLANG, function, (uint32_t)arity), BIF_ARGS);
    }
    *dst = result;
    if (UNLIKELY(p->heap.fragments))
        return slow_take_fragments(next, IP[2] & ~LIVE_COUNTING, dst);
    GO(next);
}

/* The result of two floats, where there is room for it: most of what is not small is that. */
INLINE bool put_float(double value, Term *dst)
{
#ifdef LING_GC_STRESS
    return false;
#endif
    if (UNLIKELY(!isfinite(value) || !HAS_ROOM(FLOAT_WORDS * sizeof(Word))))
        return false;
    *dst = float_at(HTOP, value);
    HTOP += FLOAT_WORDS;
    return true;
}

#define FLOATS_FIRST(name, operator, slower)                                                            \
    Handled name(const Word *next, Term a, Term b, Term *dst)                                           \
    {                                                                                                   \
        if (is_float(a) && is_float(b) && put_float(float_value(a) operator float_value(b), dst))       \
            GO(next);                                                                                   \
        return slower(next, a, b, dst);                                                                 \
    }
#define BINARY_OP(name, function, atom)                                                         \
    Handled name(const Word *next, Term a, Term b, Term *dst)                                   \
    {                                                                                           \
        SYNC_HEAP_OUT();                                                                        \
        return finish(next, function(&VM->process->heap, a, b), dst, atom, 2, a, b);            \
    }
#define UNARY_OP(name, function, atom)                                                          \
    Handled name(const Word *next, Term a, Term b, Term *dst)                                   \
    {                                                                                           \
        SYNC_HEAP_OUT();                                                                        \
        return finish(next, function(&VM->process->heap, a), dst, atom, 1, a, b);               \
    }

static BINARY_OP(add, arith_add, A_PLUS)
static BINARY_OP(sub, arith_sub, A_MINUS)
static BINARY_OP(mul, arith_mul, A_TIMES)
FLOATS_FIRST(slow_add, +, add)
FLOATS_FIRST(slow_sub, -, sub)
FLOATS_FIRST(slow_mul, *, mul)
BINARY_OP(slow_div, arith_int_div, A_DIV)
BINARY_OP(slow_rem, arith_rem, A_REM)
BINARY_OP(slow_band, arith_band, A_BAND)
BINARY_OP(slow_bor, arith_bor, A_BOR)
BINARY_OP(slow_bxor, arith_bxor, A_BXOR)
BINARY_OP(slow_bsl, arith_bsl, A_BSL)
BINARY_OP(slow_bsr, arith_bsr, A_BSR)
UNARY_OP(slow_bnot, arith_bnot, A_BNOT)
UNARY_OP(slow_negate, arith_negate, A_MINUS)
