/* ops_bif.c - calls of C functions, and the BIFs that are instructions of their own.
 *
 * A BIF's arguments are x registers. Instructions that use a BIF's value in place (bif1, bif2 ...)
 * put the arguments into scratch registers; `fail` 0 means that failure raises. */
#include "vm/exec/slow.h"

#include "vm/exec/bif_args.h"
#include "vm/nif/nif_call.h"
#include "vm/proc/gc_roots.h"
#include "vm/term/atom.h"
#include "vm/term/compare.h"

INLINE bool left_garbage(void) { return process_should_collect(VM->process); }

INLINE Term run_bif(BifFunction function, const Term *args)
{
    Term result;

    SYNC_OUT();
    result = function(VM->process, args);
    SYNC_IN();
    return result;
}

INLINE Handled return_to_caller(Word frame) { GO(pop_return(frame)); }

INLINE Handled op_call_bif(const Word *next, Export *target)
{
    Term result;

    REDS--;
    result = run_bif(target->called, VM->x);
    if (UNLIKELY(result == NO_TERM))
        return slow_bif_outcome(target, next, 0);
    VM->x[0] = result;
    if (UNLIKELY(left_garbage()))
        return slow_take_fragments(next, 1, &VM->x[0]);
    GO(next);
}

INLINE Handled op_move_call_bif(const Word *next, Term s1, Term *d1, Export *target)
{
    *d1 = s1;
    return op_call_bif(next, target);
}

INLINE Handled op_move2_call_bif(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Export *target)
{
    *d1 = s1;
    *d2 = s2;
    return op_call_bif(next, target);
}

INLINE Handled return_value(Term result, Word frame)
{
    VM->x[0] = result;
    if (LIKELY(!left_garbage()))
        return return_to_caller(frame);
    return slow_take_fragments(pop_return(frame), 1, &VM->x[0]);
}

INLINE Handled op_call_bif_last(const Word *next, Export *target, Word frame)
{
    Term result;

    REDS--;
    result = run_bif(target->called, VM->x);
    if (UNLIKELY(result == NO_TERM))
        return slow_bif_outcome(target, NULL, frame);
    return return_value(result, frame);
}

INLINE Handled op_call_bif_only(const Word *next, Export *target) { return op_call_bif_last(next, target, 0); }

/* The stub of an export, and the body of a function that the BIF table names: traced calls get here, too. */
INLINE Handled op_call_bif_return(const Word *next, Export *target)
{
    Term result;

    REDS--;
    result = run_bif(target->bif, VM->x);
    if (UNLIKELY(result == NO_TERM))
        return slow_body_outcome(target);
    return return_value(result, 0);
}

INLINE Handled op_call_trap_bif(const Word *next, const void *target)
{
    Term result = run_bif(((const TrapBif *)target)->function, VM->x);

    if (UNLIKELY(result == NO_TERM))
        return slow_trap_bif_outcome(target);
    return return_value(result, 0);
}

/* The body of a function that a library has bound. */
INLINE Handled op_call_nif(const Word *next, const void *target)
{
    Term result;

    REDS--;
    SYNC_OUT();
    result = nif_call(VM->process, target, VM->x);
    SYNC_IN();
    if (UNLIKELY(result == NO_TERM))
        return slow_body_outcome(target);
    return return_value(result, 0);
}

INLINE Handled op_undefined_function(const Word *next, Export *target) { return slow_undefined_function(target); }

/* --- values in place ------------------------------------------------------------------------ */

INLINE Handled finish_value(const Word *next, Export *target, Term result, Term *dst)
{
    if (UNLIKELY(result == NO_TERM))
        return slow_bif_failed(target);
    *dst = result;
    if (UNLIKELY(left_garbage()))
        return slow_take_fragments(next, IP[2], dst);
    GO(next);
}

/* What creates terms here (self/0, node/0 do not) is small, and collected with the next call. */
INLINE Handled op_bif0(const Word *next, Export *target, Term *dst)
{
    Term result = run_bif(target->bif, VM->x);

    *dst = result;
    GO(next);
}

INLINE Handled op_bif1(const Word *next, const Word *fail, Word live, Export *target, Term a, Term *dst)
{
    BIF_ARGS[0] = a;
    return finish_value(next, target, run_bif(target->bif, BIF_ARGS), dst);
}

INLINE Handled op_bif2(const Word *next, const Word *fail, Word live, Export *target, Term a, Term b, Term *dst)
{
    BIF_ARGS[0] = a;
    BIF_ARGS[1] = b;
    return finish_value(next, target, run_bif(target->bif, BIF_ARGS), dst);
}

INLINE Handled op_bif3(const Word *next, const Word *fail, Word live, Export *target, Term a, Term b, Term c, Term *dst)
{
    BIF_ARGS[0] = a;
    BIF_ARGS[1] = b;
    BIF_ARGS[2] = c;
    return finish_value(next, target, run_bif(target->bif, BIF_ARGS), dst);
}

INLINE void op_self(Term *dst) { *dst = VM->process->pid; }

INLINE Handled op_element_any(const Word *next, const Word *fail, Word live, Term index, Term tuple, Term *dst)
{
    if (UNLIKELY(!is_small(index) || !is_tuple(tuple) || (Word)small_value(index) - 1 >= tuple_size(tuple)))
        return slow_badarg_2(A_ELEMENT, index, tuple);
    *dst = tuple_element(tuple, (size_t)small_value(index));
    GO(next);
}

INLINE Handled op_element(const Word *next, const Word *fail, Word live, Term index, Term tuple, Term *dst)
{
    return op_element_any(next, fail, live, index, tuple, dst);
}

INLINE Handled op_hd(const Word *next, const Word *fail, Word live, Term list, Term *dst)
{
    if (UNLIKELY(!is_cons(list)))
        return slow_badarg_1(A_HD, list);
    *dst = list_head(list);
    GO(next);
}

INLINE Handled op_tl(const Word *next, const Word *fail, Word live, Term list, Term *dst)
{
    if (UNLIKELY(!is_cons(list)))
        return slow_badarg_1(A_TL, list);
    *dst = list_tail(list);
    GO(next);
}

INLINE Handled op_tuple_size(const Word *next, const Word *fail, Word live, Term tuple, Term *dst)
{
    if (UNLIKELY(!is_tuple(tuple)))
        return slow_badarg_1(A_TUPLE_SIZE, tuple);
    *dst = small_int((int64_t)tuple_size(tuple));
    GO(next);
}

INLINE bool is_bool(Term t) { return t == A_TRUE || t == A_FALSE; }

INLINE Handled op_not(const Word *next, const Word *fail, Word live, Term a, Term *dst)
{
    if (UNLIKELY(!is_bool(a)))
        return slow_badarg_1(A_NOT, a);
    *dst = atom_bool(a == A_FALSE);
    GO(next);
}

INLINE Handled op_and(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!is_bool(a) || !is_bool(b)))
        return slow_badarg_2(A_AND, a, b);
    *dst = atom_bool(a == A_TRUE && b == A_TRUE);
    GO(next);
}

INLINE Handled op_or(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!is_bool(a) || !is_bool(b)))
        return slow_badarg_2(A_OR, a, b);
    *dst = atom_bool(a == A_TRUE || b == A_TRUE);
    GO(next);
}

INLINE bool exact_equal(Term a, Term b)
{
    return a == b || (!is_immediate(a) && !is_immediate(b) && term_exact_equal(a, b));
}

INLINE bool less(Term a, Term b)
{
    if (LIKELY(are_small(a, b)))
        return (int64_t)term_bits(a) < (int64_t)term_bits(b);
    return term_compare(a, b) < 0;
}

INLINE void op_eq_exact_value(Term a, Term b, Term *dst) { *dst = atom_bool(exact_equal(a, b)); }
INLINE void op_ne_exact_value(Term a, Term b, Term *dst) { *dst = atom_bool(!exact_equal(a, b)); }
INLINE void op_lt_value(Term a, Term b, Term *dst) { *dst = atom_bool(less(a, b)); }
INLINE void op_ge_value(Term a, Term b, Term *dst) { *dst = atom_bool(!less(a, b)); }

#include "ops_bif.inc"
