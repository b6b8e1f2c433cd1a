#include "bifs/counter_array.h"

#include "vm/term/integer.h"

/* As on stock: what is no integer or negative is badarg, what needs more than 64 bits system_limit. */
static bool read_count(Process *p, Term t, uint64_t *count)
{
    if (integer_to_u64(t, count) && *count > 0)
        return true;
    if (is_integer(t) && !integer_is_negative(t) && t != SMALL(0))
        raise_system_limit(p);
    else
        raise_badarg(p);
    return false;
}

static Binary *allocate(uint64_t count, void (*destroy)(Binary *))
{
    Binary *binary;

    if (count > (SIZE_MAX / 2 - sizeof(CounterArray)) / sizeof(uint64_t))
        return NULL;
    binary = binary_try_new(sizeof(CounterArray) + count * sizeof(uint64_t));
    if (binary)
        binary_make_magic(binary, destroy);
    return binary;
}

Term counter_array_new(Process *p, Term count_term, bool is_signed, void (*destroy)(Binary *))
{
    uint64_t count;
    Binary *binary;
    CounterArray *array;

    if (!read_count(p, count_term, &count))
        return NO_TERM;
    binary = allocate(count, destroy);
    if (!binary)
        return raise_system_limit(p);
    array = (CounterArray *)binary->data;
    array->is_signed = is_signed;
    array->count = count;
    for (size_t i = 0; i < count; i++)
        array->values[i] = 0;
    return magic_ref_new(&p->heap, binary);
}

uint64_t *counter_array_cell(Term ref, Term index, void (*destroy)(Binary *), CounterArray **array)
{
    *array = magic_ref_data(ref, destroy);
    if (!*array || !is_small(index) || small_value(index) < 1 || (uint64_t)small_value(index) > (*array)->count)
        return NULL;
    return &(*array)->values[small_value(index) - 1];
}

bool counter_array_increment(Term t, uint64_t *value)
{
    int64_t signed_value;

    if (integer_to_i64(t, &signed_value)) {
        *value = (uint64_t)signed_value;
        return true;
    }
    return integer_to_u64(t, value);
}

bool counter_array_value(const CounterArray *array, Term t, uint64_t *value)
{
    int64_t signed_value;

    if (!array->is_signed)
        return integer_to_u64(t, value);
    if (!integer_to_i64(t, &signed_value))
        return false;
    *value = (uint64_t)signed_value;
    return true;
}

Term counter_array_integer(Heap *heap, const CounterArray *array, uint64_t value)
{
    return array->is_signed ? integer_from_i64(heap, (int64_t)value) : integer_from_u64(heap, value);
}

size_t counter_array_bytes(const CounterArray *array)
{
    return sizeof *array + array->count * sizeof(uint64_t);
}
