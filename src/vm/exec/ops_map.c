/* ops_map.c - maps: making, changing, matching. */
#include "vm/exec/slow.h"

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/copy_words.h"
#include "vm/term/map.h"

/* Where `key` is among the keys, as far as the words tell; `count` if nowhere. Both mostly stand in the same order: the
 * search begins at `from`, behind the key that was found before. */
INLINE size_t key_index(const Term *keys, size_t count, size_t from, Term key)
{
    for (size_t i = from; i < count; i++)
        if (keys[i] == key)
            return i;
    for (size_t i = 0; i < from; i++)
        if (keys[i] == key)
            return i;
    return count;
}

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

/* A flat map with new values for keys that it has. NO_TERM if it is not as simple as that, or there is no room. */
HELPER Term replace_values(Term map, Word count, const Word *pairs)
{
    uint8_t indexes[MAP_FLAT_LIMIT];
    const FlatMap *flat = flat_map(map);
    FlatMap *copy = (FlatMap *)HTOP;
    const Term *keys;
    size_t size, from = 0;

    if (!is_flat_map(map) || count > 2 * MAP_FLAT_LIMIT)
        return NO_TERM;
    size = flat_map_size(map);
    keys = tuple_elements(flat->keys);
    for (Word i = 0; i < count / 2; i++) {
        size_t index = key_index(keys, size, from, MIXED(pairs[2 * i]));
        if (index == size)
            return NO_TERM;
        indexes[i] = (uint8_t)index;
        from = index + 1;
    }
    if (UNLIKELY(!HAS_ROOM((2 + size) * sizeof(Word))))
        return NO_TERM;
    copy->header = flat->header;
    copy->keys = flat->keys;
    copy_words(copy->values, flat->values, size);
    for (Word i = 0; i < count / 2; i++)
        copy->values[indexes[i]] = MIXED(pairs[2 * i + 1]);
    HTOP += 2 + size;
    return make_boxed(copy);
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
    Term result;

    if (UNLIKELY(!is_map(src)))
        return map_failed(A_BADMAP, src);
    result = replace_values(src, count, pairs);
    if (LIKELY(result != NO_TERM)) {
        *dst = result;
        GO(pairs + count);
    }
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
    result = replace_values(src, count, pairs);
    if (LIKELY(result != NO_TERM)) {
        *dst = result;
        GO(pairs + count);
    }
    result = put_pairs(src, count, pairs, true, &VM->x[X_REGISTERS]);
    if (UNLIKELY(result == NO_TERM))
        return map_failed(A_BADKEY, VM->x[X_REGISTERS]);
    *dst = result;
    return finish_map(pairs + count, live, dst);
}

/* The value of a key, or NO_TERM. Small flat maps are searched here: most keys are atoms, which are equal only if they are
 * the same. *from is where key_index begins, and then where it may go on. */
INLINE Term find_from(Term map, Term key, size_t *from)
{
    if (is_flat_map(map)) {
        const FlatMap *object = flat_map(map);
        size_t count = flat_map_size(map);
        size_t index = key_index(tuple_elements(object->keys), count, *from, key);
        if (LIKELY(index < count)) {
            *from = index + 1;
            return object->values[index];
        }
        if (is_immediate(key))
            return NO_TERM;
    }
    return map_find(map, key);
}

INLINE Handled op_has_map_fields(const Word *next, const Word *fail, Term src, Word count, const Word *keys)
{
    size_t from = 0;

    for (Word i = 0; i < count; i++)
        if (find_from(src, MIXED(keys[i]), &from) == NO_TERM)
            GO(fail);
    GO(keys + count);
}

INLINE Handled op_get_map_element(const Word *next, const Word *fail, Term src, Term key, Term *dst)
{
    size_t from = 0;
    Term value = find_from(src, key, &from);

    if (UNLIKELY(value == NO_TERM))
        GO(fail);
    *dst = value;
    GO(next);
}

INLINE Handled op_get_map_elements(const Word *next, const Word *fail, Term src, Word count, const Word *pairs)
{
    size_t from = 0;

    for (Word i = 0; i < count; i += 2) {
        Term value = find_from(src, MIXED(pairs[i]), &from);
        if (UNLIKELY(value == NO_TERM))
            GO(fail);
        *mixed_slot(pairs[i + 1]) = value;
    }
    GO(pairs + count);
}

#include "ops_map.inc"
