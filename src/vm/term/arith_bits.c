/* arith_bits.c - integers as endless rows of bits in two's complement: band, bor, bxor, bnot, shifts. */
#include "vm/term/arith.h"

#include "vm/term/bignum.h"
#include "vm/term/integer.h"

typedef enum BitOperation { BIT_AND, BIT_OR, BIT_XOR } BitOperation;

/* The two's complement of a view, limb after limb. */
typedef struct LimbStream {
    const IntegerView *view;
    Limb carry;
} LimbStream;

static Limb next_limb(LimbStream *in, size_t index)
{
    Limb limb = index < in->view->count ? in->view->limbs[index] : 0;

    if (!in->view->negative)
        return limb;
    limb = ~limb + in->carry;
    in->carry = in->carry && limb == 0;
    return limb;
}

static Limb combine(BitOperation operation, Limb a, Limb b)
{
    switch (operation) {
    case BIT_AND:
        return a & b;
    case BIT_OR:
        return a | b;
    default:
        return a ^ b;
    }
}

/* Magnitudes differ by one from their complements: a result may just exceed the limit. */
static Term bounded(Heap *heap, Word *object, size_t limb_count, bool negative)
{
    if (UNLIKELY(bignum_normal(object + 1, limb_count) > INTEGER_MAX_LIMBS)) {
        heap_trim(heap, object);
        return ARITH_LIMIT;
    }
    return integer_finish(heap, object, limb_count, negative);
}

static Term bitwise(Heap *heap, BitOperation operation, Term a, Term b)
{
    IntegerView x, y;
    LimbStream first = {&x, 1}, second = {&y, 1};
    size_t count;
    Word *object;
    bool negative;

    if (!integer_view(a, &x) || !integer_view(b, &y))
        return NO_TERM;
    count = MAX(x.count, y.count) + 1;
    object = heap_alloc(heap, count + 1);
    for (size_t i = 0; i < count; i++) {
        Limb left = next_limb(&first, i);
        object[1 + i] = combine(operation, left, next_limb(&second, i));
    }
    negative = object[count] >> 63;
    if (negative)
        bignum_twos_complement(object + 1, object + 1, count);
    return bounded(heap, object, count, negative);
}

/* What a small integer that is not negative leaves of any integer is small. */
static Term mask(Term t, Term by) { return small_int((int64_t)(integer_low_64(t) & (Word)small_value(by))); }
static inline bool is_mask(Term t) { return is_small(t) && small_value(t) >= 0; }

Term arith_band(Heap *heap, Term a, Term b)
{
    if (are_small(a, b))
        return small_int(small_value(a) & small_value(b));
    if (is_mask(b) && is_integer(a))
        return mask(a, b);
    if (is_mask(a) && is_integer(b))
        return mask(b, a);
    return bitwise(heap, BIT_AND, a, b);
}

Term arith_bor(Heap *heap, Term a, Term b)
{
    if (are_small(a, b))
        return small_int(small_value(a) | small_value(b));
    return bitwise(heap, BIT_OR, a, b);
}

Term arith_bxor(Heap *heap, Term a, Term b)
{
    if (are_small(a, b))
        return small_int(small_value(a) ^ small_value(b));
    return bitwise(heap, BIT_XOR, a, b);
}

Term arith_bnot(Heap *heap, Term a)
{
    if (is_small(a))
        return small_int(~small_value(a));
    return is_big(a) ? bitwise(heap, BIT_XOR, a, small_int(-1)) : NO_TERM;
}

static Term shift_left(Heap *heap, const IntegerView *v, uint64_t bits)
{
    size_t zeros = (size_t)(bits / 64);
    Word *object;

    if (v->count == 0)
        return small_int(0);
    if (bits / 64 > INTEGER_MAX_LIMBS || v->count + zeros > INTEGER_MAX_LIMBS + 1)
        return ARITH_LIMIT;
    object = heap_alloc(heap, v->count + zeros + 2);
    for (size_t i = 0; i < zeros; i++)
        object[1 + i] = 0;
    bignum_shift_left(object + 1 + zeros, v->limbs, v->count, (unsigned)(bits % 64));
    return bounded(heap, object, v->count + zeros + 1, v->negative);
}

/* Rounds down: a negative number from which bits fall out is one less. */
static Term shift_right(Heap *heap, const IntegerView *v, uint64_t bits)
{
    size_t gone, count;
    Word *object;
    bool lost;

    if (bits / 64 >= v->count)
        return small_int(v->negative ? -1 : 0);
    gone = (size_t)(bits / 64);
    count = v->count - gone;
    object = heap_alloc(heap, count + 2);
    lost = bignum_shift_right(object + 1, v->limbs + gone, count, (unsigned)(bits % 64));
    lost = lost || bignum_normal(v->limbs, gone) > 0;
    object[1 + count] = 0;
    if (lost && v->negative) {
        Limb one = 1;
        bignum_add(object + 1, object + 1, count, &one, 1);
    }
    return integer_finish(heap, object, count + 1, v->negative);
}

/* a shifted by b to the left, or to the right. */
static Term shift(Heap *heap, Term a, Term b, bool is_left)
{
    IntegerView x, y;
    uint64_t bits;

    if (!integer_view(a, &x) || !integer_view(b, &y))
        return NO_TERM;
    if (y.count == 0)
        return a;
    bits = y.count == 1 ? y.limbs[0] : UINT64_MAX;
    if (y.negative)
        is_left = !is_left;
    return is_left ? shift_left(heap, &x, bits) : shift_right(heap, &x, bits);
}

Term arith_bsl(Heap *heap, Term a, Term b) { return shift(heap, a, b, true); }

Term arith_bsr(Heap *heap, Term a, Term b)
{
    if (are_small(a, b) && small_value(b) >= 0)
        return small_int(small_value(a) >> MIN(small_value(b), 63));
    return shift(heap, a, b, false);
}
