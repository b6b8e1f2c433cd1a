/* ops_arith.c - integer arithmetic: small integers here, everything else in slow_arith.c.
 *
 * Small integers are tagged 000, so sums and bit operations work on the tagged words. */
#include "vm/exec/slow.h"

#include "vm/exec/slow_arith.h"

INLINE Handled op_add(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    int64_t result;

    if (UNLIKELY(!are_small(a, b) || __builtin_add_overflow((int64_t)term_bits(a), (int64_t)term_bits(b), &result)))
        return slow_add(next, a, b, dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

INLINE Handled op_sub(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    int64_t result;

    if (UNLIKELY(!are_small(a, b) || __builtin_sub_overflow((int64_t)term_bits(a), (int64_t)term_bits(b), &result)))
        return slow_sub(next, a, b, dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

INLINE Handled op_mul(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    int64_t result;

    if (UNLIKELY(!are_small(a, b) || __builtin_mul_overflow((int64_t)term_bits(a), small_value(b), &result)))
        return slow_mul(next, a, b, dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

/* SMALL_MIN div -1 does not fit a small integer, but it does fit the word: the shift would lose it. */
INLINE Handled op_div(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!are_small(a, b) || term_bits(b) == 0 || b == SMALL(-1)))
        return slow_div(next, a, b, dst);
    *dst = small_int((int64_t)term_bits(a) / (int64_t)term_bits(b));
    GO(next);
}

INLINE Handled op_rem(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!are_small(a, b) || term_bits(b) == 0 || b == SMALL(-1)))
        return slow_rem(next, a, b, dst);
    *dst = term_from_bits((Word)((int64_t)term_bits(a) % (int64_t)term_bits(b)));
    GO(next);
}

INLINE Handled op_band(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!are_small(a, b)))
        return slow_band(next, a, b, dst);
    *dst = term_from_bits(term_bits(a) & term_bits(b));
    GO(next);
}

/* The mask is known to be small. */
INLINE Handled op_band_small(const Word *next, const Word *fail, Word live, Term a, Term mask, Term *dst)
{
    if (UNLIKELY(!is_small(a)))
        return slow_band(next, a, mask, dst);
    *dst = term_from_bits(term_bits(a) & term_bits(mask));
    GO(next);
}

INLINE Handled op_bor(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!are_small(a, b)))
        return slow_bor(next, a, b, dst);
    *dst = term_from_bits(term_bits(a) | term_bits(b));
    GO(next);
}

INLINE Handled op_bxor(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!are_small(a, b)))
        return slow_bxor(next, a, b, dst);
    *dst = term_from_bits(term_bits(a) ^ term_bits(b));
    GO(next);
}

/* Shifts by 0..60; a left shift must give the same back. */
INLINE Handled op_bsl(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    Word shift = (Word)small_value(b);
    int64_t result;

    if (UNLIKELY(!are_small(a, b) || shift > 60))
        return slow_bsl(next, a, b, dst);
    result = (int64_t)(term_bits(a) << shift);
    if (UNLIKELY(result >> shift != (int64_t)term_bits(a)))
        return slow_bsl(next, a, b, dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

INLINE Handled op_bsr(const Word *next, const Word *fail, Word live, Term a, Term b, Term *dst)
{
    Word shift = (Word)small_value(b);

    if (UNLIKELY(!are_small(a, b) || shift > 60))
        return slow_bsr(next, a, b, dst);
    *dst = small_int(small_value(a) >> shift);
    GO(next);
}

/* By 0..60, known when the code was made. */
INLINE Handled op_bsl_by(const Word *next, const Word *fail, Word live, Term a, Word bits, Term *dst)
{
    int64_t result = (int64_t)(term_bits(a) << bits);

    if (UNLIKELY(!is_small(a) || result >> bits != (int64_t)term_bits(a)))
        return slow_bsl(next, a, small_int((int64_t)bits), dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

INLINE Handled op_bsr_by(const Word *next, const Word *fail, Word live, Term a, Word bits, Term *dst)
{
    if (UNLIKELY(!is_small(a)))
        return slow_bsr(next, a, small_int((int64_t)bits), dst);
    *dst = term_from_bits((Word)((int64_t)term_bits(a) >> bits) & ~(Word)TAG_MASK);
    GO(next);
}

INLINE Handled op_bnot(const Word *next, const Word *fail, Word live, Term a, Term *dst)
{
    if (UNLIKELY(!is_small(a)))
        return slow_bnot(next, a, a, dst);
    *dst = term_from_bits(~term_bits(a) & ~(Word)TAG_MASK);
    GO(next);
}

INLINE Handled op_negate(const Word *next, const Word *fail, Word live, Term a, Term *dst)
{
    int64_t result;

    if (UNLIKELY(!is_small(a) || __builtin_sub_overflow((int64_t)0, (int64_t)term_bits(a), &result)))
        return slow_negate(next, a, a, dst);
    *dst = term_from_bits((Word)result);
    GO(next);
}

/* --- together with what follows: `next` is the plain sequence ------------------------------------ */

#define PLAIN_ARITH_WORDS 6
#define PLAIN_MOVE_WORDS 3
#define PLAIN_ALLOCATE_WORDS 3
#define PLAIN_IS_EQ_WORDS 4
#define PLAIN_CALL_WORDS 2

INLINE Handled enter(const Word *target)
{
    IP = target;
    if (UNLIKELY(--REDS <= 0))
        return slow_call();
    DISPATCH();
}

INLINE bool add_small(Term a, Term b, int64_t *sum)
{
    return are_small(a, b) && !__builtin_add_overflow((int64_t)term_bits(a), (int64_t)term_bits(b), sum);
}

INLINE bool sub_small(Term a, Term b, int64_t *difference)
{
    return are_small(a, b) && !__builtin_sub_overflow((int64_t)term_bits(a), (int64_t)term_bits(b), difference);
}

INLINE Handled op_add_return(const Word *next, Term a, Term b, Term *dst, Word frame)
{
    int64_t sum;

    if (UNLIKELY(!add_small(a, b, &sum)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)sum);
    GO(pop_return(frame));
}

INLINE Handled op_sub_call(const Word *next, Term a, Term b, Term *dst, const Word *target)
{
    int64_t result;

    if (UNLIKELY(!sub_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    push_return(next + PLAIN_ARITH_WORDS + PLAIN_CALL_WORDS);
    return enter(target);
}

INLINE Handled op_add_call(const Word *next, Term a, Term b, Term *dst, const Word *target)
{
    int64_t result;

    if (UNLIKELY(!add_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    push_return(next + PLAIN_ARITH_WORDS + PLAIN_CALL_WORDS);
    return enter(target);
}

INLINE Handled op_sub_move_call(const Word *next, Term a, Term b, Term *dst, Term s1, Term *d1, const Word *target)
{
    int64_t result;

    if (UNLIKELY(!sub_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    *d1 = s1;
    push_return(next + PLAIN_ARITH_WORDS + PLAIN_MOVE_WORDS + PLAIN_CALL_WORDS);
    return enter(target);
}

/* The difference goes to `dst` and on to `d2`. */
INLINE Handled op_sub_move_move_call(const Word *next, Term a, Term b, Term *dst, Term s1, Term *d1, Term *d2,
                                     const Word *target)
{
    int64_t result;

    if (UNLIKELY(!sub_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    *d1 = s1;
    *d2 = term_from_bits((Word)result);
    push_return(next + PLAIN_ARITH_WORDS + 2 * PLAIN_MOVE_WORDS + PLAIN_CALL_WORDS);
    return enter(target);
}

/* The same with the frame of the caller made in between; `d1` is addressed as in ops_move.c. */
INLINE Handled op_sub_allocate_call(const Word *next, Term a, Term b, Term *dst, Word frame, Term s1, Term *d1, Term *d2,
                                    const Word *target)
{
    int64_t result;

    if (UNLIKELY(!sub_small(a, b, &result) || !HAS_ROOM(frame)))
        GO_PLAIN(next);
    E = (Term *)((char *)E - frame);
    *dst = term_from_bits((Word)result);
    *d1 = s1;
    *d2 = term_from_bits((Word)result);
    push_return(next + PLAIN_ARITH_WORDS + PLAIN_ALLOCATE_WORDS + 2 * PLAIN_MOVE_WORDS
                                     + PLAIN_CALL_WORDS);
    return enter(target);
}

INLINE Handled op_band_eq_imm(const Word *next, Term a, Term mask, Term *dst, const Word *fail, Term value)
{
    Term result = term_from_bits(term_bits(a) & term_bits(mask));

    if (UNLIKELY(!is_small(a)))
        GO_PLAIN(next);
    *dst = result;
    if (result == value)
        GO_BEYOND(next + PLAIN_ARITH_WORDS + PLAIN_IS_EQ_WORDS);
    GO(fail);
}

INLINE Handled op_mul_add_band(const Word *next, Term a, Term b, Term *dst, Term c, Term *dst2, Term mask, Term *dst3)
{
    int64_t product;
    int64_t sum;

    if (UNLIKELY(!are_small(a, b) || !is_small(c) || __builtin_mul_overflow((int64_t)term_bits(a), small_value(b), &product)
                 || __builtin_add_overflow(product, (int64_t)term_bits(c), &sum)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)product);
    *dst2 = term_from_bits((Word)sum);
    *dst3 = term_from_bits((Word)sum & term_bits(mask));
    GO_BEYOND(next + 3 * PLAIN_ARITH_WORDS);
}

INLINE Handled op_add_band(const Word *next, Term a, Term b, Term *dst, Term mask, Term *dst2)
{
    int64_t sum;

    if (UNLIKELY(!add_small(a, b, &sum)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)sum);
    *dst2 = term_from_bits((Word)sum & term_bits(mask));
    GO_BEYOND(next + 2 * PLAIN_ARITH_WORDS);
}

INLINE Handled op_add_return_only(const Word *next, Term a, Term b, Term *dst)
{
    return op_add_return(next, a, b, dst, 0);
}

INLINE Handled op_sub_call_only(const Word *next, Term a, Term b, Term *dst, const Word *target)
{
    int64_t result;

    if (UNLIKELY(!sub_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    return enter(target);
}

INLINE Handled op_add_call_only(const Word *next, Term a, Term b, Term *dst, const Word *target)
{
    int64_t result;

    if (UNLIKELY(!add_small(a, b, &result)))
        GO_PLAIN(next);
    *dst = term_from_bits((Word)result);
    return enter(target);
}

INLINE Handled op_add_sub_call_only(const Word *next, Term a, Term b, Term *d1, Term c, Term d, Term *d2,
                                    const Word *target)
{
    int64_t sum;
    int64_t difference;

    if (UNLIKELY(!add_small(a, b, &sum) || !sub_small(c, d, &difference)))
        GO_PLAIN(next);
    *d1 = term_from_bits((Word)sum);
    *d2 = term_from_bits((Word)difference);
    return enter(target);
}

#include "ops_arith.inc"
