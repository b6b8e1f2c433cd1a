/* ops_map.c - maps: making, changing, matching. */
#include "vm/exec/slow.h"

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"

/* `pairs` are mixed operands, the result is NO_TERM if `exact` and *missing is not there. */
HELPER Term put_pairs(Term map, Word count, const Word *pairs, bool exact, Term *missing)
{
    Term few[32];
    Term *values = count <= ARRAY_SIZE(few) ? few : mem_alloc(MEM_SYSTEM, count * sizeof *values);
    Heap *heap = &VM->process->heap;
    Term result;

    for (Word i = 0; i < count; i++)
        values[i] = MIXED(pairs[i]);
    SYNC_HEAP_OUT();
    if (exact)
        result = map_update_pairs(heap, map, values, count / 2, missing);
    else
        result = map_put_pairs(heap, map, values, count / 2);
    SYNC_HEAP_IN();
    if (values != few)
        mem_free(MEM_SYSTEM, values);
    return result;
}

HELPER Handled finish_map(const Word *next, Word live, Term *dst)
{
    if (VM->process->heap.fragments)
        return slow_take_fragments(next, live, dst);
    GO(next);
}

HELPER Handled map_failed(Term tag, Term value)
{
    if (IP[1])
        GO((const Word *)IP[1]);
    return slow_error_2(tag, value);
}

INLINE Handled op_put_map_assoc(const Word *next, const Word *fail, Word live, Term src, Term *dst, Word count,
                                const Word *pairs)
{
    if (UNLIKELY(!is_map(src)))
        return map_failed(A_BADMAP, src);
    *dst = put_pairs(src, count, pairs, false, NULL);
    if (UNLIKELY(VM->process->heap.fragments))
        return slow_take_fragments(pairs + count, live, dst);
    GO(pairs + count);
}

/* The missing key comes back in a scratch register. */
INLINE Handled op_put_map_exact(const Word *next, const Word *fail, Word live, Term src, Term *dst, Word count,
                                const Word *pairs)
{
    Term result;

    if (UNLIKELY(!is_map(src)))
        return map_failed(A_BADMAP, src);
    result = put_pairs(src, count, pairs, true, &VM->x[X_REGISTERS]);
    if (UNLIKELY(result == NO_TERM))
        return map_failed(A_BADKEY, VM->x[X_REGISTERS]);
    *dst = result;
    return finish_map(pairs + count, live, dst);
}

INLINE Handled op_has_map_fields(const Word *next, const Word *fail, Term src, Word count, const Word *keys)
{
    for (Word i = 0; i < count; i++)
        if (map_find(src, MIXED(keys[i])) == NO_TERM)
            GO(fail);
    GO(keys + count);
}

/* Small flat maps are searched here: most keys are atoms, which are equal only if they are the same. */
INLINE Term find(Term map, Term key)
{
    if (is_flat_map(map) && is_atom(key)) {
        const FlatMap *object = flat_map(map);
        size_t count = flat_map_size(map);
        const Term *keys = tuple_elements(object->keys);
        for (size_t i = 0; i < count; i++)
            if (keys[i] == key)
                return object->values[i];
        return NO_TERM;
    }
    return map_find(map, key);
}

INLINE Handled op_get_map_element(const Word *next, const Word *fail, Term src, Term key, Term *dst)
{
    Term value = find(src, key);

    if (UNLIKELY(value == NO_TERM))
        GO(fail);
    *dst = value;
    GO(next);
}

INLINE Handled op_get_map_elements(const Word *next, const Word *fail, Term src, Word count, const Word *pairs)
{
    for (Word i = 0; i < count; i += 2) {
        Term value = find(src, MIXED(pairs[i]));
        if (UNLIKELY(value == NO_TERM))
            GO(fail);
        *mixed_slot(pairs[i + 1]) = value;
    }
    GO(pairs + count);
}

#include "ops_map.inc"
