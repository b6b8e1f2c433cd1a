/* ops_float.c - arithmetic in float registers.
 *
 * What a processor stores it has back only after some time, so machine code keeps the values of the two float
 * registers that were written last in two registers of the machine, too: vm/exec/native.c knows which they are, and
 * takes stencils that read them there. */
#include "vm/exec/slow.h"

#include <string.h>

#include "vm/exec/slow_float.h"

#ifdef LING_STENCIL
register double NEWEST asm("xmm15");
register double OLDER asm("xmm14");
#define REMEMBER(value) (OLDER = NEWEST, NEWEST = (value))
#else
#define REMEMBER(value) ((void)0)
#endif

/* The next instruction follows with what native.c believes of the two. */
#define STORE_AND_GO(value, dst)    \
    do {                            \
        double value_ = (value);    \
        REMEMBER(value_);           \
        *(dst) = value_;            \
        GO(next);                   \
    } while (0)

/* What is no float comes from code that no compiler made. */
HELPER Handled load_no_float(const Word *next, double *dst)
{
    *dst = 0;
    GO(next);
}

INLINE Handled op_fmove_load(const Word *next, Term src, double *dst)
{
    if (UNLIKELY(!is_boxed(src)) || UNLIKELY(boxed_header(src) != MAKE_HEADER(BOX_FLOAT, FLOAT_WORDS - 1)))
        return load_no_float(next, dst);
    STORE_AND_GO(float_value(src), dst);
}

INLINE Handled op_fmove_bits(const Word *next, const void *bits, double *dst)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    STORE_AND_GO(value, dst);
}

/* A test_heap before it has made room. */
INLINE Handled op_fmove_store(const Word *next, double src, Term *dst)
{
    *dst = float_at(HTOP, src);
    HTOP += FLOAT_WORDS;
    GO(next);
}

INLINE Handled op_fconv(const Word *next, Term src, double *dst)
{
    if (LIKELY(is_small(src)))
        STORE_AND_GO((double)small_value(src), dst);
    if (LIKELY(is_float(src)))
        STORE_AND_GO(float_value(src), dst);
    return slow_fconv(next, src, dst);
}

/* Told by the exponent, which takes no constants from memory. */
INLINE bool is_finite(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return (bits << 1 >> 53) != 0x7ff;
}

#define FLOAT_OP(name, operator)                                                                                        \
    INLINE Handled name(const Word *next, const Word *fail, double a, double b, double *dst)                            \
    {                                                                                                                   \
        double value = a operator b;                                                                                    \
                                                                                                                        \
        if (UNLIKELY(!is_finite(value)))                                                                                \
            return slow_float_failed();                                                                                 \
        STORE_AND_GO(value, dst);                                                                                       \
    }
FLOAT_OP(op_fadd, +)
FLOAT_OP(op_fsub, -)
FLOAT_OP(op_fmul, *)
FLOAT_OP(op_fdiv, /)

/* As stock's machine code does it: of 0.0 this makes 0.0. */
INLINE Handled op_fnegate(const Word *next, double a, double *dst) { STORE_AND_GO(0.0 - a, dst); }

#include "ops_float.inc"
