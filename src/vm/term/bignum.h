/* bignum.h - arithmetic on bare magnitudes: arrays of 64-bit limbs, least significant first.
 *
 * The only file that knows the library which does it (GMP's mpn layer). A magnitude is normal if its last
 * limb is not 0; counts may be 0 where it says so. */
#ifndef LING_BIGNUM_H
#define LING_BIGNUM_H

#include "vm/term/term.h"

typedef uint64_t Limb;

/* An integer term seen as sign and magnitude. The view must stay where it is while it is used. */
typedef struct IntegerView {
    const Limb *limbs;
    size_t count;          /* 0 for 0 */
    bool negative;
    Limb own;              /* of a small integer */
} IntegerView;

/* False if `t` is no integer. */
static inline bool integer_view(Term t, IntegerView *view)
{
    if (is_small(t)) {
        int64_t value = small_value(t);
        view->negative = value < 0;
        view->own = value < 0 ? 0 - (Limb)value : (Limb)value;
        view->limbs = &view->own;
        view->count = value != 0;
        return true;
    }
    if (!is_big(t))
        return false;
    view->negative = boxed_kind(t) == BOX_BIG_NEGATIVE;
    view->count = header_words(boxed_header(t));
    view->limbs = boxed(t) + 1;
    return true;
}

/* The count without leading zeros. */
static inline size_t bignum_normal(const Limb *limbs, size_t count)
{
    while (count > 0 && limbs[count - 1] == 0)
        count--;
    return count;
}

/* Both normal, counts may be 0. */
int bignum_compare(const Limb *a, size_t a_count, const Limb *b, size_t b_count);
/* r[0 .. a_count] = a + b; a_count >= b_count >= 0. r may be a. */
void bignum_add(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count);
/* r[0 .. a_count) = a - b; a >= b. */
void bignum_sub(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count);
/* r[0 .. a_count + b_count) = a * b; counts > 0. r is neither. */
void bignum_mul(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count);
/* q[0 .. a_count - b_count] = a / b, r[0 .. b_count) = the rest; a_count >= b_count > 0, b normal. */
void bignum_div_rem(Limb *q, Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count);
/* r[0 .. count] = a << bits; bits < 64, count > 0. */
void bignum_shift_left(Limb *r, const Limb *a, size_t count, unsigned bits);
/* r[0 .. count) = a >> bits; bits < 64, count > 0. True if a bit that was set fell out. */
bool bignum_shift_right(Limb *r, const Limb *a, size_t count, unsigned bits);
/* r[0 .. count) = the two's complement of a. r may be a. */
void bignum_twos_complement(Limb *r, const Limb *a, size_t count);

/* Room for the digits of `count` limbs. */
size_t bignum_digits_room(size_t count, unsigned base);
/* Writes values 0 .. base - 1, most significant first, and returns how many. `limbs` (normal, count > 0) are
 * destroyed. */
size_t bignum_to_digits(uint8_t *digits, unsigned base, Limb *limbs, size_t count);
/* Limbs that so many digits can make. */
size_t bignum_limbs_room(size_t digits, unsigned base);
/* Values 0 .. base - 1, most significant first, at least one; returns the count of limbs. */
size_t bignum_from_digits(Limb *limbs, const uint8_t *digits, size_t digit_count, unsigned base);

#endif
