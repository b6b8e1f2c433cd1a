/* atomics */
#include "bifs.h"
#include "bifs/counter_array.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

enum { OPTION_SIGNED = 1 };        /* as atomics.erl encodes its options */

static void atomics_destroy(Binary *binary)
{
    (void)binary;                  /* only tells what the reference is */
}

Term bif_erts_internal_atomics_new_2(Process *p, const Term *args)
{
    uint64_t options;

    if (!integer_to_u64(args[1], &options))
        return raise_badarg(p);
    return counter_array_new(p, args[0], options & OPTION_SIGNED, atomics_destroy);
}

Term bif_atomics_put_3(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], atomics_destroy, &array);

    return cell && counter_array_value(array, args[2], cell) ? A_OK : raise_badarg(p);
}

Term bif_atomics_get_2(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], atomics_destroy, &array);

    return cell ? counter_array_integer(&p->heap, array, *cell) : raise_badarg(p);
}

static uint64_t *add(const Term *args, CounterArray **array)
{
    uint64_t *cell = counter_array_cell(args[0], args[1], atomics_destroy, array);
    uint64_t increment;

    if (!cell || !counter_array_increment(args[2], &increment))
        return NULL;
    *cell += increment;
    return cell;
}

Term bif_atomics_add_3(Process *p, const Term *args)
{
    CounterArray *array;

    return add(args, &array) ? A_OK : raise_badarg(p);
}

Term bif_atomics_add_get_3(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = add(args, &array);

    return cell ? counter_array_integer(&p->heap, array, *cell) : raise_badarg(p);
}

Term bif_atomics_exchange_3(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], atomics_destroy, &array);
    uint64_t old = cell ? *cell : 0;

    if (!cell || !counter_array_value(array, args[2], cell))
        return raise_badarg(p);
    return counter_array_integer(&p->heap, array, old);
}

Term bif_atomics_compare_exchange_4(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], atomics_destroy, &array);
    uint64_t expected, desired;

    if (!cell || !counter_array_value(array, args[2], &expected) || !counter_array_value(array, args[3], &desired))
        return raise_badarg(p);
    if (*cell != expected)
        return counter_array_integer(&p->heap, array, *cell);
    *cell = desired;
    return A_OK;
}

Term bif_atomics_info_1(Process *p, const Term *args)
{
    CounterArray *array = magic_ref_data(args[0], atomics_destroy);
    Heap *heap = &p->heap;

    if (!array)
        return raise_badarg(p);
    return map_from_pairs(heap, (Term[]){
        A_MAX, array->is_signed ? integer_from_i64(heap, INT64_MAX) : integer_from_u64(heap, UINT64_MAX),
        A_MIN, array->is_signed ? integer_from_i64(heap, INT64_MIN) : SMALL(0),
        A_SIZE, integer_from_u64(heap, array->count),
        A_MEMORY, integer_from_u64(heap, counter_array_bytes(array)),
    }, 4);
}
