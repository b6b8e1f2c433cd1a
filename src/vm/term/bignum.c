#include "vm/term/bignum.h"

#include <gmp.h>
#include <string.h>

_Static_assert(sizeof(mp_limb_t) == sizeof(Limb) && GMP_NAIL_BITS == 0, "GMP's limbs are ours");

#define MP(limbs) ((mp_limb_t *)(limbs))
#define CONST_MP(limbs) ((const mp_limb_t *)(limbs))

int bignum_compare(const Limb *a, size_t a_count, const Limb *b, size_t b_count)
{
    if (a_count != b_count)
        return a_count < b_count ? -1 : 1;
    return a_count == 0 ? 0 : mpn_cmp(CONST_MP(a), CONST_MP(b), (mp_size_t)a_count);
}

void bignum_add(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count)
{
    if (b_count > 0) {
        r[a_count] = mpn_add(MP(r), CONST_MP(a), (mp_size_t)a_count, CONST_MP(b), (mp_size_t)b_count);
    } else {
        memmove(r, a, a_count * sizeof(Limb));
        r[a_count] = 0;
    }
}

void bignum_sub(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count)
{
    if (b_count > 0)
        mpn_sub(MP(r), CONST_MP(a), (mp_size_t)a_count, CONST_MP(b), (mp_size_t)b_count);
    else
        memmove(r, a, a_count * sizeof(Limb));
}

void bignum_mul(Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count)
{
    if (a == b && a_count == b_count)
        mpn_sqr(MP(r), CONST_MP(a), (mp_size_t)a_count);
    else if (a_count >= b_count)
        mpn_mul(MP(r), CONST_MP(a), (mp_size_t)a_count, CONST_MP(b), (mp_size_t)b_count);
    else
        mpn_mul(MP(r), CONST_MP(b), (mp_size_t)b_count, CONST_MP(a), (mp_size_t)a_count);
}

void bignum_div_rem(Limb *q, Limb *r, const Limb *a, size_t a_count, const Limb *b, size_t b_count)
{
    mpn_tdiv_qr(MP(q), MP(r), 0, CONST_MP(a), (mp_size_t)a_count, CONST_MP(b), (mp_size_t)b_count);
}

void bignum_shift_left(Limb *r, const Limb *a, size_t count, unsigned bits)
{
    if (bits > 0) {
        r[count] = mpn_lshift(MP(r), CONST_MP(a), (mp_size_t)count, bits);
    } else {
        memmove(r, a, count * sizeof(Limb));
        r[count] = 0;
    }
}

bool bignum_shift_right(Limb *r, const Limb *a, size_t count, unsigned bits)
{
    if (bits > 0)
        return mpn_rshift(MP(r), CONST_MP(a), (mp_size_t)count, bits) != 0;
    memmove(r, a, count * sizeof(Limb));
    return false;
}

void bignum_twos_complement(Limb *r, const Limb *a, size_t count)
{
    if (count > 0)
        mpn_neg(MP(r), CONST_MP(a), (mp_size_t)count);
}

/* Bits of a digit, rounded down: enough for both rooms. */
static unsigned digit_bits_floor(unsigned base) { return 31 - (unsigned)__builtin_clz(base); }

size_t bignum_digits_room(size_t count, unsigned base)
{
    return 64 * count / digit_bits_floor(base) + 2;
}

size_t bignum_to_digits(uint8_t *digits, unsigned base, Limb *limbs, size_t count)
{
    return mpn_get_str(digits, (int)base, MP(limbs), (mp_size_t)count);
}

size_t bignum_limbs_room(size_t digits, unsigned base)
{
    unsigned ceiling = 32 - (unsigned)__builtin_clz(base - 1);

    return digits * ceiling / 64 + 2;
}

size_t bignum_from_digits(Limb *limbs, const uint8_t *digits, size_t digit_count, unsigned base)
{
    return (size_t)mpn_set_str(MP(limbs), digits, digit_count, (int)base);
}
