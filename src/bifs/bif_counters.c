/* counters with write_concurrency; the others are atomics (counters.erl) */
#include "bifs.h"
#include "bifs/counter_array.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

static void counters_destroy(Binary *binary)
{
    (void)binary;                  /* only tells what the reference is */
}

Term bif_erts_internal_counters_new_1(Process *p, const Term *args)
{
    return counter_array_new(p, args[0], true, counters_destroy);
}

Term bif_erts_internal_counters_get_2(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], counters_destroy, &array);

    return cell ? counter_array_integer(&p->heap, array, *cell) : raise_badarg(p);
}

Term bif_erts_internal_counters_add_3(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], counters_destroy, &array);
    uint64_t increment;

    if (!cell || !counter_array_increment(args[2], &increment))
        return raise_badarg(p);
    *cell += increment;
    return A_OK;
}

Term bif_erts_internal_counters_put_3(Process *p, const Term *args)
{
    CounterArray *array;
    uint64_t *cell = counter_array_cell(args[0], args[1], counters_destroy, &array);

    return cell && counter_array_value(array, args[2], cell) ? A_OK : raise_badarg(p);
}

Term bif_erts_internal_counters_info_1(Process *p, const Term *args)
{
    CounterArray *array = magic_ref_data(args[0], counters_destroy);
    Heap *heap = &p->heap;

    if (!array)
        return raise_badarg(p);
    return map_from_pairs(heap, (Term[]){
        A_SIZE, integer_from_u64(heap, array->count),
        A_MEMORY, integer_from_u64(heap, counter_array_bytes(array)),
    }, 2);
}
