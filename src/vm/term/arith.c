#include "vm/term/arith.h"

#include <math.h>

#include "vm/base/mem.h"
#include "vm/term/bignum.h"
#include "vm/term/integer.h"

bool arith_to_double(Term t, double *value)
{
    if (is_float(t)) {
        *value = float_value(t);
        return true;
    }
    return is_integer(t) && integer_to_double(t, value);
}

static Term finite_float(Heap *heap, double value)
{
    return isfinite(value) ? float_new(heap, value) : NO_TERM;
}

/* The integer of 1 + limb_count words at `object`, unless it is too big. */
static Term bounded(Heap *heap, Word *object, size_t limb_count, bool negative)
{
    if (UNLIKELY(bignum_normal(object + 1, limb_count) > INTEGER_MAX_LIMBS)) {
        heap_trim(heap, object);
        return ARITH_LIMIT;
    }
    return integer_finish(heap, object, limb_count, negative);
}

/* --- integers of one or two limbs: the compiler's 128 bits do for them ------------------------ */

typedef unsigned __int128 Wide;

static Wide wide_value(const IntegerView *v)     /* of up to two limbs */
{
    Wide value = v->count > 1 ? v->limbs[1] : 0;

    return v->count > 0 ? value << 64 | v->limbs[0] : 0;
}

static Term integer_from_wide(Heap *heap, Wide magnitude, bool negative)
{
    Limb low = (Limb)magnitude, high = (Limb)(magnitude >> 64);
    size_t count = high ? 2 : 1;
    Word *object;

    if (high == 0 && low <= (Limb)SMALL_MAX + negative)
        return small_int(negative ? -(int64_t)low : (int64_t)low);
    object = heap_alloc(heap, 1 + count);
    object[0] = MAKE_HEADER(negative ? BOX_BIG_NEGATIVE : BOX_BIG_POSITIVE, count);
    object[1] = low;
    if (high)
        object[2] = high;
    return make_boxed(object);
}

static Term add_single_limbs(Heap *heap, const IntegerView *a, const IntegerView *b, bool b_negative)
{
    Wide x = wide_value(a), y = wide_value(b);

    if (a->negative == b_negative)
        return integer_from_wide(heap, x + y, b_negative);
    return x >= y ? integer_from_wide(heap, x - y, a->negative) : integer_from_wide(heap, y - x, b_negative);
}

/* --- integers of any size ----------------------------------------------------------------------- */

/* a + b; b's sign is given apart, so that it does for a - b too. */
static Term add_views(Heap *heap, const IntegerView *a, const IntegerView *b, bool b_negative)
{
    const IntegerView *large = a, *little = b;
    bool negative = a->negative;
    Word *object;

    if (a->count <= 1 && b->count <= 1)
        return add_single_limbs(heap, a, b, b_negative);
    if (bignum_compare(a->limbs, a->count, b->limbs, b->count) < 0) {
        large = b;
        little = a;
        negative = b_negative;
    }
    object = heap_alloc(heap, large->count + 2);
    if (a->negative == b_negative) {
        bignum_add(object + 1, large->limbs, large->count, little->limbs, little->count);
        return bounded(heap, object, large->count + 1, negative);
    }
    bignum_sub(object + 1, large->limbs, large->count, little->limbs, little->count);
    object[1 + large->count] = 0;
    return bounded(heap, object, large->count + 1, negative);
}

Term arith_add(Heap *heap, Term a, Term b)
{
    IntegerView x = {0}, y = {0};
    double p, q;

    if (are_small(a, b))
        return integer_from_i64(heap, small_value(a) + small_value(b));
    if (is_float(a) && is_float(b))
        return finite_float(heap, float_value(a) + float_value(b));
    if (integer_view(a, &x) && integer_view(b, &y))
        return add_views(heap, &x, &y, y.negative);
    if (!arith_to_double(a, &p) || !arith_to_double(b, &q))
        return NO_TERM;
    return finite_float(heap, p + q);
}

Term arith_sub(Heap *heap, Term a, Term b)
{
    IntegerView x = {0}, y = {0};
    double p, q;

    if (are_small(a, b))
        return integer_from_i64(heap, small_value(a) - small_value(b));
    if (is_float(a) && is_float(b))
        return finite_float(heap, float_value(a) - float_value(b));
    if (integer_view(a, &x) && integer_view(b, &y))
        return add_views(heap, &x, &y, !y.negative);
    if (!arith_to_double(a, &p) || !arith_to_double(b, &q))
        return NO_TERM;
    return finite_float(heap, p - q);
}

static Term multiply_views(Heap *heap, const IntegerView *x, const IntegerView *y)
{
    size_t count = x->count + y->count;
    Word *object;

    if (count <= 2)
        return integer_from_wide(heap, wide_value(x) * wide_value(y), x->negative != y->negative);
    if (x->count == 0 || y->count == 0)
        return small_int(0);
    if (count > INTEGER_MAX_LIMBS + 1)
        return ARITH_LIMIT;
    object = heap_alloc(heap, count + 1);
    bignum_mul(object + 1, x->limbs, x->count, y->limbs, y->count);
    return bounded(heap, object, count, x->negative != y->negative);
}

Term arith_mul(Heap *heap, Term a, Term b)
{
    IntegerView x = {0}, y = {0};
    double p, q;
    int64_t product;

    if (are_small(a, b) && !__builtin_mul_overflow(small_value(a), small_value(b), &product))
        return integer_from_i64(heap, product);
    if (is_float(a) && is_float(b))
        return finite_float(heap, float_value(a) * float_value(b));
    if (integer_view(a, &x) && integer_view(b, &y))
        return multiply_views(heap, &x, &y);
    if (!arith_to_double(a, &p) || !arith_to_double(b, &q))
        return NO_TERM;
    return finite_float(heap, p * q);
}

Term arith_div(Heap *heap, Term a, Term b)
{
    double p, q;

    if (!arith_to_double(a, &p) || !arith_to_double(b, &q) || q == 0)
        return NO_TERM;
    return finite_float(heap, p / q);
}

#define SCRATCH_LIMBS 64

/* The quotient, or the remainder, which has the sign of `x`. Neither is 0, |x| >= |y|. */
static Term divide_large(Heap *heap, const IntegerView *x, const IntegerView *y, bool wants_remainder)
{
    size_t quotient_count = x->count - y->count + 1;
    size_t wanted_count = wants_remainder ? y->count : quotient_count;
    size_t other_count = wants_remainder ? quotient_count : y->count;
    Limb scratch[SCRATCH_LIMBS];
    Limb *other = scratch;
    Word *object = heap_alloc(heap, 1 + wanted_count);

    if (other_count > SCRATCH_LIMBS)
        other = mem_alloc(MEM_SYSTEM, other_count * sizeof(Limb));
    if (wants_remainder)
        bignum_div_rem(other, object + 1, x->limbs, x->count, y->limbs, y->count);
    else
        bignum_div_rem(object + 1, other, x->limbs, x->count, y->limbs, y->count);
    if (other != scratch)
        mem_free(MEM_SYSTEM, other);
    return integer_finish(heap, object, wanted_count, x->negative != (y->negative && !wants_remainder));
}

static Term divide_views(Heap *heap, const IntegerView *x, const IntegerView *y, Term a, bool wants_remainder)
{
    if (x->count <= 2 && y->count <= 2) {
        Wide dividend = wide_value(x), divisor = wide_value(y);
        if (wants_remainder)
            return integer_from_wide(heap, dividend % divisor, x->negative);
        return integer_from_wide(heap, dividend / divisor, x->negative != y->negative);
    }
    if (bignum_compare(x->limbs, x->count, y->limbs, y->count) < 0)
        return wants_remainder ? a : small_int(0);
    return divide_large(heap, x, y, wants_remainder);
}

Term arith_int_div(Heap *heap, Term a, Term b)
{
    IntegerView x = {0}, y = {0};

    if (!integer_view(a, &x) || !integer_view(b, &y) || y.count == 0)
        return NO_TERM;
    if (are_small(a, b))
        return integer_from_i64(heap, small_value(a) / small_value(b));
    return divide_views(heap, &x, &y, a, false);
}

Term arith_rem(Heap *heap, Term a, Term b)
{
    IntegerView x = {0}, y = {0};

    if (!integer_view(a, &x) || !integer_view(b, &y) || y.count == 0)
        return NO_TERM;
    if (are_small(a, b))
        return small_int(small_value(a) % small_value(b));
    return divide_views(heap, &x, &y, a, true);
}

Term arith_negate(Heap *heap, Term a)
{
    if (is_small(a))
        return integer_from_i64(heap, -small_value(a));
    if (is_big(a))
        return integer_from_limbs(heap, big_limbs(a), big_limb_count(a), !big_is_negative(a));
    return is_float(a) ? float_new(heap, -float_value(a)) : NO_TERM;
}

Term arith_plus(Term a) { return is_number(a) ? a : NO_TERM; }

Term arith_abs(Heap *heap, Term a)
{
    if (is_integer(a))
        return integer_is_negative(a) ? arith_negate(heap, a) : a;
    if (!is_float(a))
        return NO_TERM;
    return float_value(a) < 0.0 ? float_new(heap, -float_value(a)) : a;     /* -0.0 stays, as on stock */
}

static Term whole(Heap *heap, Term a, double (*to_whole)(double))
{
    if (is_integer(a))
        return a;
    return is_float(a) ? integer_from_double(heap, to_whole(float_value(a))) : NO_TERM;
}

Term arith_trunc(Heap *heap, Term a) { return whole(heap, a, trunc); }
Term arith_round(Heap *heap, Term a) { return whole(heap, a, round); }
Term arith_floor(Heap *heap, Term a) { return whole(heap, a, floor); }
Term arith_ceil(Heap *heap, Term a) { return whole(heap, a, ceil); }

Term arith_float(Heap *heap, Term a)
{
    double value;

    if (is_float(a))
        return a;
    return arith_to_double(a, &value) ? float_new(heap, value) : NO_TERM;
}
