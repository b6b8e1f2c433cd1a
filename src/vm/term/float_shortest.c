/* The method is Raffaello Giulietti's ("The Schubfach way to render doubles"): the ends of the interval of
 * decimals that read back as v = c * 2^q are scaled by a power of ten to numbers of about the size of c;
 * 126 bits of that power are enough to place them exactly among the integers. */
#include "vm/term/float_shortest.h"

#include <string.h>

#include "vm/term/bignum.h"

#define FRACTION_BITS 52
#define HIDDEN_BIT ((uint64_t)1 << FRACTION_BITS)
#define MIN_EXPONENT (-1074)

/* Powers 10^-MAX_DOWN .. 10^MAX_UP are needed. */
#define MAX_DOWN 292
#define MAX_UP 324
#define POWER_BITS 126
/* 2^1202 is the largest number that comes up while they are made. */
#define TABLE_LIMBS 24

/* The first 126 bits of a power of ten, plus one, in two halves of 63. */
typedef struct Power {
    uint64_t high, low;
} Power;

static Power powers[MAX_DOWN + MAX_UP + 1];

/* floor(log2(10^e)), floor(log10(2^e)), floor(log10(3/4 * 2^e)) */
static int log2_of_power_of_10(int e) { return (int)(e * INT64_C(913124641741) >> 38); }
static int log10_of_power_of_2(int e) { return (int)(e * INT64_C(661971961083) >> 41); }
static int log10_of_three_quarters(int e) { return (int)((e * INT64_C(661971961083) - INT64_C(274743187321)) >> 41); }

static Power power_of_limbs(const Limb *limbs)
{
    unsigned __int128 bits = ((unsigned __int128)limbs[1] << 64 | limbs[0]) + 1;

    return (Power){(uint64_t)(bits >> 63), (uint64_t)bits & INT64_MAX};
}

/* limbs * 2^shift */
static Power scaled(const Limb *limbs, size_t count, int shift)
{
    Limb result[TABLE_LIMBS + 1] = {0};
    size_t whole = (size_t)(shift < 0 ? -shift : shift) / 64;
    unsigned bits = (unsigned)(shift < 0 ? -shift : shift) % 64;

    if (shift >= 0)
        bignum_shift_left(result + whole, limbs, count, bits);
    else
        bignum_shift_right(result, limbs + whole, count - whole, bits);
    return power_of_limbs(result);
}

/* 2^shift / limbs */
static Power reciprocal(const Limb *limbs, size_t count, int shift)
{
    Limb dividend[TABLE_LIMBS] = {0}, quotient[TABLE_LIMBS] = {0}, rest[TABLE_LIMBS];
    size_t dividend_count = (size_t)shift / 64 + 1;

    dividend[dividend_count - 1] = (Limb)1 << (shift % 64);
    bignum_div_rem(quotient, rest, dividend, dividend_count, limbs, count);
    return power_of_limbs(quotient);
}

static COLD void make_powers(void)
{
    static const Limb ten = 10;
    Limb power[TABLE_LIMBS] = {1}, next[TABLE_LIMBS];
    size_t count = 1;

    for (int e = 0; e <= MAX_UP; e++) {
        powers[MAX_DOWN + e] = scaled(power, count, POWER_BITS - 1 - log2_of_power_of_10(e));
        if (e <= MAX_DOWN)
            powers[MAX_DOWN - e] = reciprocal(power, count, POWER_BITS - 1 - log2_of_power_of_10(-e));
        bignum_mul(next, power, count, &ten, 1);
        count = bignum_normal(next, count + 1);
        memcpy(power, next, count * sizeof(Limb));
    }
}

static uint64_t high_product(uint64_t a, uint64_t b) { return (uint64_t)((unsigned __int128)a * b >> 64); }

/* The product without its fraction; where there was one, the last bit is set. */
static uint64_t round_to_odd(Power g, uint64_t c)
{
    uint64_t middle = (g.high * c >> 1) + high_product(g.low, c);
    uint64_t whole = high_product(g.high, c) + (middle >> 63);

    return whole | ((middle & INT64_MAX) + INT64_MAX) >> 63;
}

/* The scaled value and the ends of its interval, times 4. */
typedef struct Interval {
    uint64_t low, value, high;
    uint64_t excluded;      /* 1: the ends do not read back as the value */
} Interval;

static bool is_above_low(const Interval *i, uint64_t n) { return i->low + i->excluded <= n << 2; }
static bool is_below_high(const Interval *i, uint64_t n) { return (n << 2) + i->excluded <= i->high; }

/* At most one multiple of ten lies inside; else the nearer of the integers around the value. */
static uint64_t best_integer(const Interval *i)
{
    uint64_t below = i->value >> 2, above = below + 1;
    uint64_t ten_below = below / 10 * 10, ten_above = ten_below + 10;
    bool is_inside = is_above_low(i, below), above_is_inside = is_below_high(i, above);
    uint64_t middle = (below + above) << 1;

    if (below >= 10 && is_above_low(i, ten_below) != is_below_high(i, ten_above))
        return is_above_low(i, ten_below) ? ten_below : ten_above;
    if (is_inside != above_is_inside)
        return is_inside ? below : above;
    return i->value < middle || (i->value == middle && below % 2 == 0) ? below : above;
}

Decimal float_shortest(double value)
{
    uint64_t bits, c;
    int q, k, shift;
    bool is_irregular;      /* the next float below is only half as far away as the next above */
    Interval interval;
    Power g;
    Decimal d;

    if (powers[MAX_DOWN].high == 0)
        make_powers();
    memcpy(&bits, &value, sizeof bits);
    c = bits & (HIDDEN_BIT - 1);
    q = (int)(bits >> FRACTION_BITS);
    is_irregular = c == 0 && q > 1;
    if (q > 0) {
        c |= HIDDEN_BIT;
        q--;
    }
    q += MIN_EXPONENT;
    k = is_irregular ? log10_of_three_quarters(q) : log10_of_power_of_2(q);
    shift = q + log2_of_power_of_10(-k) + 2;
    g = powers[MAX_DOWN - k];
    interval.value = round_to_odd(g, c << 2 << shift);
    interval.low = round_to_odd(g, ((c << 2) - (is_irregular ? 1 : 2)) << shift);
    interval.high = round_to_odd(g, ((c << 2) + 2) << shift);
    interval.excluded = c & 1;
    d = (Decimal){best_integer(&interval), k};
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    return d;
}
