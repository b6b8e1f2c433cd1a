#include "vm/term/integer.h"

#include <math.h>
#include <string.h>

#include "vm/term/bignum.h"

#define LIMB_BASE 18446744073709551616.0   /* 2^64 */
#define DOUBLE_MAX_LIMBS 17                /* beyond 1024 bits no double reaches */

static Word big_header(size_t limb_count, bool negative)
{
    return MAKE_HEADER(negative ? BOX_BIG_NEGATIVE : BOX_BIG_POSITIVE, limb_count);
}

size_t integer_bit_count(Term t)
{
    IntegerView v = {0};

    if (!integer_view(t, &v) || v.count == 0)
        return 0;
    return 64 * v.count - (size_t)__builtin_clzll(v.limbs[v.count - 1]);
}

/* --- C's numbers -------------------------------------------------------------------------- */

static Term one_limb(Heap *heap, Limb limb, bool negative)
{
    Word *object = heap_alloc(heap, 2);

    object[0] = big_header(1, negative);
    object[1] = limb;
    return make_boxed(object);
}

Term integer_from_i64_slow(Heap *heap, int64_t value)
{
    return one_limb(heap, value < 0 ? 0 - (Limb)value : (Limb)value, value < 0);
}

Term integer_from_u64_slow(Heap *heap, uint64_t value)
{
    return one_limb(heap, value, false);
}

static bool limb_fits_small(Limb limb, bool negative)
{
    return limb <= (Limb)SMALL_MAX + (negative ? 1 : 0);
}

static Term small_from_limb(Limb limb, bool negative)
{
    return small_int(negative ? (int64_t)(0 - limb) : (int64_t)limb);
}

Term integer_finish(Heap *heap, Word *object, size_t limb_count, bool negative)
{
    size_t count = bignum_normal(object + 1, limb_count);

    if (count == 0 || (count == 1 && limb_fits_small(object[1], negative))) {
        Term small = count == 0 ? small_int(0) : small_from_limb(object[1], negative);
        heap_trim(heap, object);
        return small;
    }
    object[0] = big_header(count, negative);
    if (count < limb_count)
        heap_trim(heap, object + 1 + count);
    return make_boxed(object);
}

Term integer_from_limbs(Heap *heap, const uint64_t *limbs, size_t limb_count, bool negative)
{
    size_t count = bignum_normal(limbs, limb_count);
    Word *object;

    if (count == 0)
        return small_int(0);
    if (count == 1 && limb_fits_small(limbs[0], negative))
        return small_from_limb(limbs[0], negative);
    object = heap_alloc(heap, 1 + count);
    object[0] = big_header(count, negative);
    memcpy(object + 1, limbs, count * sizeof(Limb));
    return make_boxed(object);
}

bool integer_to_i64(Term t, int64_t *value)
{
    if (is_small(t)) {
        *value = small_value(t);
        return true;
    }
    if (!is_big(t) || big_limb_count(t) != 1)
        return false;
    if (big_limbs(t)[0] > (Limb)INT64_MAX + big_is_negative(t))
        return false;
    *value = (int64_t)integer_low_64(t);
    return true;
}

bool integer_to_u64(Term t, uint64_t *value)
{
    if (is_small(t)) {
        *value = (uint64_t)small_value(t);
        return small_value(t) >= 0;
    }
    if (!is_big(t) || big_limb_count(t) != 1 || big_is_negative(t))
        return false;
    *value = big_limbs(t)[0];
    return true;
}

uint64_t integer_low_64(Term t)
{
    if (is_small(t))
        return (uint64_t)small_value(t);
    return big_is_negative(t) ? 0 - big_limbs(t)[0] : big_limbs(t)[0];
}

/* Programs see how stock rounds a big integer: limb by limb from the most significant one. */
bool integer_to_double(Term t, double *value)
{
    double d = 0;

    if (is_small(t)) {
        *value = (double)small_value(t);
        return true;
    }
    for (size_t i = big_limb_count(t); i > 0; i--) {
        d = d * LIMB_BASE + (double)big_limbs(t)[i - 1];
        if (!isfinite(d))
            return false;
    }
    *value = big_is_negative(t) ? -d : d;
    return true;
}

/* The magnitude of a finite double without fraction; returns the count of limbs. */
static size_t limbs_of_double(double value, Limb limbs[DOUBLE_MAX_LIMBS])
{
    int exponent;
    Limb mantissa = (Limb)ldexp(frexp(fabs(value), &exponent), 53);
    int shift = exponent - 53;

    memset(limbs, 0, DOUBLE_MAX_LIMBS * sizeof(Limb));
    if (shift <= 0) {
        limbs[0] = shift > -64 ? mantissa >> -shift : 0;
        return 1;
    }
    limbs[shift / 64] = mantissa << (shift % 64);
    if (shift % 64 > 11)
        limbs[shift / 64 + 1] = mantissa >> (64 - shift % 64);
    return bignum_normal(limbs, DOUBLE_MAX_LIMBS);
}

Term integer_from_double(Heap *heap, double value)
{
    Limb limbs[DOUBLE_MAX_LIMBS];

    if (value >= (double)SMALL_MIN && value < (double)SMALL_MAX)
        return small_int((int64_t)value);
    return integer_from_limbs(heap, limbs, limbs_of_double(value, limbs), value < 0);
}

int integer_compare_double(Term t, double value)
{
    Limb limbs[DOUBLE_MAX_LIMBS];
    IntegerView v = {0};
    double whole = trunc(value);
    int order;

    integer_view(t, &v);
    if (v.count == 0)
        return value > 0 ? -1 : value < 0;
    if (v.negative != (value < 0))
        return v.negative ? -1 : 1;
    size_t count = bignum_normal(limbs, limbs_of_double(whole, limbs));
    order = bignum_compare(v.limbs, v.count, limbs, count);
    if (order == 0 && whole != value)
        order = -1;
    return v.negative ? -order : order;
}

int integer_compare(Term a, Term b)
{
    IntegerView x = {0}, y = {0};
    int order;

    integer_view(a, &x);
    integer_view(b, &y);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    order = bignum_compare(x.limbs, x.count, y.limbs, y.count);
    return x.negative ? -order : order;
}

/* --- bytes -------------------------------------------------------------------------------- */

/* The limb whose least significant byte is byte `8 * index`, counted from the least significant one. */
static Limb limb_from_bytes(const uint8_t *bytes, size_t size, size_t index, bool little)
{
    size_t from = 8 * index;
    size_t count = MIN(8, size - from);
    Limb limb = 0;

    for (size_t i = count; i > 0; i--) {
        size_t at = from + i - 1;
        limb = limb << 8 | bytes[little ? at : size - 1 - at];
    }
    return limb;
}

Term integer_from_bytes(Heap *heap, const uint8_t *bytes, size_t size, unsigned flags)
{
    bool little = flags & INTEGER_LITTLE;
    bool negative = flags & INTEGER_SIGNED && size > 0 && bytes[little ? size - 1 : 0] & 0x80;
    size_t count = (size + 7) / 8;
    Word *object;

    if (size == 0)
        return small_int(0);
    object = heap_alloc(heap, 1 + count);
    for (size_t i = 0; i < count; i++)
        object[1 + i] = limb_from_bytes(bytes, size, i, little);
    if (negative) {
        if (size % 8 != 0)
            object[count] |= ~(Limb)0 << (8 * (size % 8));
        bignum_twos_complement(object + 1, object + 1, count);
    }
    return integer_finish(heap, object, count, negative);
}

void integer_to_bytes(Term t, uint8_t *bytes, size_t size, unsigned flags)
{
    IntegerView v = {0};
    Limb carry = 1;
    Limb limb = 0;

    integer_view(t, &v);
    for (size_t i = 0; i < size; i++) {
        if (i % 8 == 0) {
            limb = i / 8 < v.count ? v.limbs[i / 8] : 0;
            if (v.negative) {
                limb = ~limb + carry;
                carry = carry && limb == 0;
            }
        }
        bytes[flags & INTEGER_LITTLE ? i : size - 1 - i] = (uint8_t)limb;
        limb >>= 8;
    }
}

Term integer_from_magnitude(Heap *heap, const uint8_t *bytes, size_t size, bool negative)
{
    size_t count;
    Word *object;

    while (size > 0 && bytes[size - 1] == 0)
        size--;
    count = (size + 7) / 8;
    if (count == 0)
        return small_int(0);
    object = heap_alloc(heap, 1 + count);
    for (size_t i = 0; i < count; i++)
        object[1 + i] = limb_from_bytes(bytes, size, i, true);
    return integer_finish(heap, object, count, negative);
}

size_t integer_magnitude_bytes(Term t) { return (integer_bit_count(t) + 7) / 8; }

void integer_magnitude(Term t, uint8_t *bytes)
{
    size_t size = integer_magnitude_bytes(t);
    IntegerView v = {0};

    integer_view(t, &v);
    memcpy(bytes, v.limbs, size);
}
