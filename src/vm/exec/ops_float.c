/* ops_float.c - arithmetic in float registers. */
#include "vm/exec/slow.h"

#include <string.h>

#include "vm/exec/slow_float.h"

/* What is no float comes from code that no compiler made. */
INLINE Handled op_fmove_load(const Word *next, Term src, double *dst)
{
    if (LIKELY(is_boxed(src)) && LIKELY(boxed_header(src) == MAKE_HEADER(BOX_FLOAT, FLOAT_WORDS - 1))) {
        *dst = float_value(src);
        GO(next);
    }
    *dst = 0;
    GO(next);
}

/* A test_heap before it has made room. */
INLINE Handled op_fmove_store(const Word *next, double *src, Term *dst)
{
    Word *object = HTOP;

    object[0] = MAKE_HEADER(BOX_FLOAT, 1);
    *(double *)(object + 1) = *src;
    HTOP += FLOAT_WORDS;
    *dst = make_boxed(object);
    GO(next);
}

INLINE Handled op_fconv(const Word *next, Term src, double *dst)
{
    if (LIKELY(is_small(src)))
        *dst = (double)small_value(src);
    else if (LIKELY(is_float(src)))
        *dst = float_value(src);
    else
        return slow_fconv(next, src, dst);
    GO(next);
}

/* Told by the exponent, which takes no constants from memory. */
INLINE bool is_finite(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return (bits << 1 >> 53) != 0x7ff;
}

INLINE Handled store_finite(const Word *next, double value, double *dst)
{
    if (UNLIKELY(!is_finite(value)))
        return slow_float_failed();
    *dst = value;
    GO(next);
}

INLINE Handled op_fadd(const Word *next, const Word *fail, double *a, double *b, double *dst)
{
    return store_finite(next, *a + *b, dst);
}

INLINE Handled op_fsub(const Word *next, const Word *fail, double *a, double *b, double *dst)
{
    return store_finite(next, *a - *b, dst);
}

INLINE Handled op_fmul(const Word *next, const Word *fail, double *a, double *b, double *dst)
{
    return store_finite(next, *a * *b, dst);
}

INLINE Handled op_fdiv(const Word *next, const Word *fail, double *a, double *b, double *dst)
{
    return store_finite(next, *a / *b, dst);
}

INLINE void op_fnegate(double *a, double *dst) { *dst = -*a; }

#include "ops_float.inc"
