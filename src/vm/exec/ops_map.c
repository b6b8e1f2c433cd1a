/* ops_map.c - maps: making, changing, matching.
 *
 * Operands that must be maps are: the verifier has seen to it, but for those of put_map_*, map_get and is_map_key. */
#include "vm/exec/slow.h"

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/copy_words.h"
#include "vm/term/map.h"

/* A place word of an instruction remembers the flat map that was there last: its header, which tells the size, in the
 * lower half; above, 8 bits each, where it had the first keys of the instruction. What is remembered is only a guess:
 * the header and the keys at these places are compared each time, so any map may come. */
#define PLACE_BITS 8
#define PLACE_COUNT 4
#define PLACE_SHIFT 32

/* ... or up to this: a map had not all of the keys, so the next ones probably have not, either; so many are not searched. */
#define PLACE_SKIPS ((Word)15)

INLINE bool is_same_size(Word place, const FlatMap *map) { return (uint32_t)place == (uint32_t)map->header; }
INLINE size_t first_place(Word place) { return place >> PLACE_SHIFT; }

/* --- looking up ---------------------------------------------------------------------------------- */

/* The value of a key, or NO_TERM. Small flat maps are searched here: most keys are atoms, which are equal only if they are
 * the same. */
INLINE Term find_value(Term map, Term key)
{
    if (is_flat_map(map)) {
        const FlatMap *flat = flat_map(map);
        size_t count = flat_map_size(map);
        size_t index = map_key_index(tuple_elements(flat->keys), count, key);
        if (LIKELY(index < count))
            return flat->values[index];
        if (is_immediate(key))
            return NO_TERM;
    }
    return map_find(map, key);
}

/* The same of an immediate key; where it was is remembered. */
HELPER Term find_field(Term map, Term key, Word *place)
{
    const FlatMap *flat = flat_map(map);
    size_t count, index;

    if (!is_flat_map(map))
        return map_find(map, key);
    count = flat_map_size(map);
    index = map_key_index(tuple_elements(flat->keys), count, key);
    if (index == count)
        return NO_TERM;
    *place = flat->header | index << PLACE_SHIFT;
    return flat->values[index];
}

/* Is the key where it was the last time? */
INLINE bool is_in_place(const FlatMap *map, Term key, Word place)
{
    return LIKELY(is_same_size(place, map)) && LIKELY(tuple_elements(map->keys)[first_place(place)] == key);
}

HELPER Handled search_field(const Word *next, const Word *fail, Term src, Term key, Term *dst, Word *place)
{
    Term value = find_field(src, key, place);

    if (value == NO_TERM)
        GO(fail);
    *dst = value;
    GO(next);
}

INLINE Handled op_get_map_field(const Word *next, const Word *fail, Term src, Term key, Term *dst, Word *place)
{
    const FlatMap *map = flat_map(src);
    Word known = *place;

    if (UNLIKELY(!is_in_place(map, key, known)))
        return search_field(next, fail, src, key, dst, place);
    *dst = map->values[first_place(known)];
    GO(next);
}

INLINE Handled op_has_map_field(const Word *next, const Word *fail, Term src, Term key, Word *place)
{
    if (is_in_place(flat_map(src), key, *place) || find_field(src, key, place) != NO_TERM)
        GO(next);
    GO(fail);
}

INLINE Handled op_has_map_fields(const Word *next, const Word *fail, Term src, Word count, const Word *keys)
{
    for (Word i = 0; i < count; i++)
        if (find_value(src, MIXED(keys[i])) == NO_TERM)
            GO(fail);
    GO(keys + count);
}

INLINE Handled op_get_map_element(const Word *next, const Word *fail, Term src, Term key, Term *dst)
{
    Term value = find_value(src, key);

    if (UNLIKELY(value == NO_TERM))
        GO(fail);
    *dst = value;
    GO(next);
}

INLINE Handled op_get_map_elements(const Word *next, const Word *fail, Term src, Word count, const Word *pairs)
{
    for (Word i = 0; i < count; i += 2) {
        Term value = find_value(src, MIXED(pairs[i]));
        if (UNLIKELY(value == NO_TERM))
            GO(fail);
        *mixed_slot(pairs[i + 1]) = value;
    }
    GO(pairs + count);
}

/* --- map_get and is_map_key ------------------------------------------------------------------------- */

INLINE Handled op_map_get(const Word *next, const Word *fail, Word live, Term key, Term map, Term *dst)
{
    Term value;

    if (UNLIKELY(!is_map(map)))
        return slow_map_failed(A_MAP_GET, A_BADMAP, map, key, map);
    value = find_value(map, key);
    if (UNLIKELY(value == NO_TERM))
        return slow_map_failed(A_MAP_GET, A_BADKEY, key, key, map);
    *dst = value;
    GO(next);
}

HELPER Handled search_map_get(const Word *next, Term key, Term map, Term *dst, Word *place)
{
    Term value;

    if (!is_map(map))
        return slow_map_failed(A_MAP_GET, A_BADMAP, map, key, map);
    value = find_field(map, key, place);
    if (value == NO_TERM)
        return slow_map_failed(A_MAP_GET, A_BADKEY, key, key, map);
    *dst = value;
    GO(next);
}

INLINE Handled op_map_get_field(const Word *next, const Word *fail, Word live, Term key, Term map, Term *dst, Word *place)
{
    Word known = *place;

    if (UNLIKELY(!is_boxed(map) || !is_in_place(flat_map(map), key, known)))
        return search_map_get(next, key, map, dst, place);
    *dst = flat_map(map)->values[first_place(known)];
    GO(next);
}

INLINE Handled op_is_map_key(const Word *next, const Word *fail, Word live, Term key, Term map, Term *dst)
{
    if (UNLIKELY(!is_map(map)))
        return slow_map_failed(A_IS_MAP_KEY, A_BADMAP, map, key, map);
    *dst = atom_bool(find_value(map, key) != NO_TERM);
    GO(next);
}

/* --- changing ----------------------------------------------------------------------------------------- */

/* A map of keys that are known and in order: words first, then the values. */
INLINE Handled op_put_map_new(const Word *next, Word live, Term *dst, Word count, const Word *keys_values)
{
    Word bytes = (2 * count + 3) * sizeof(Word);
    FlatMap *map = (FlatMap *)(HTOP + 1 + count);

    if (UNLIKELY(!HAS_ROOM(bytes)))
        return slow_collect(live, bytes);
    for (Word i = 0; i < count; i++) {
        HTOP[1 + i] = keys_values[i];
        map->values[i] = MIXED(keys_values[count + i]);
    }
    HTOP[0] = MAKE_HEADER(BOX_TUPLE, count);
    map->header = MAKE_HEADER(BOX_FLAT_MAP, 1 + count);
    map->keys = make_boxed(HTOP);
    HTOP += 2 * count + 3;
    *dst = make_boxed(map);
    GO(keys_values + 2 * count);
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

/* A copy of `map` at HTOP, or null: there is no room. */
INLINE FlatMap *copy_at_top(const FlatMap *map)
{
    size_t size = header_words(map->header) - 1;
    FlatMap *copy = (FlatMap *)HTOP;

    if (UNLIKELY(!HAS_ROOM((2 + size) * sizeof(Word))))
        return NULL;
    copy->header = map->header;
    copy->keys = map->keys;
    copy_words(copy->values, map->values, size);
    HTOP += 2 + size;
    return copy;
}

/* A flat map with new values for keys that it has. NO_TERM if it is not as simple as that, or there is no room. */
static __attribute__((noinline)) Term search_and_replace(Term map, Word count, const Word *pairs, Word *place)
{
    uint8_t indexes[MAP_FLAT_LIMIT];
    const FlatMap *flat = flat_map(map);
    const Term *keys;
    size_t size;
    FlatMap *copy;
    Word known;

    if (!is_flat_map(map) || count > 2 * MAP_FLAT_LIMIT)
        return NO_TERM;
    if (*place > 0 && *place <= PLACE_SKIPS) {
        --*place;
        return NO_TERM;
    }
    size = flat_map_size(map);
    keys = tuple_elements(flat->keys);
    known = flat->header;
    for (Word i = 0; i < count / 2; i++) {
        size_t index = map_key_index(keys, size, MIXED(pairs[2 * i]));
        if (index == size) {
            *place = PLACE_SKIPS;
            return NO_TERM;
        }
        indexes[i] = (uint8_t)index;
        if (i < PLACE_COUNT)
            known |= index << (PLACE_SHIFT + i * PLACE_BITS);
    }
    copy = copy_at_top(flat);
    if (UNLIKELY(!copy))
        return NO_TERM;
    *place = known;
    for (Word i = 0; i < count / 2; i++)
        copy->values[indexes[i]] = MIXED(pairs[2 * i + 1]);
    return make_boxed(copy);
}

HELPER Term replace_values(Term map, Word count, const Word *pairs, Word *place)
{
    const FlatMap *flat = flat_map(map);
    const Word *end = pairs + count;
    const Term *keys;
    Word indexes;
    FlatMap *copy;

    if (!is_same_size(*place, flat) || count > 2 * PLACE_COUNT)
        return search_and_replace(map, count, pairs, place);
    keys = tuple_elements(flat->keys);
    indexes = *place >> PLACE_SHIFT;
    for (const Word *pair = pairs; pair < end; pair += 2, indexes >>= PLACE_BITS)
        if (keys[indexes & 0xff] != MIXED(pair[0]))
            return search_and_replace(map, count, pairs, place);
    copy = copy_at_top(flat);
    if (UNLIKELY(!copy))
        return NO_TERM;
    indexes = *place >> PLACE_SHIFT;
    for (const Word *pair = pairs; pair < end; pair += 2, indexes >>= PLACE_BITS)
        copy->values[indexes & 0xff] = MIXED(pair[1]);
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

INLINE Handled op_put_map_assoc(const Word *next, const Word *fail, Word live, Term src, Term *dst, Word *place, Word count,
                                const Word *pairs)
{
    Term result;

    if (UNLIKELY(!is_map(src)))
        return map_failed(A_BADMAP, src);
    result = replace_values(src, count, pairs, place);
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
INLINE Handled op_put_map_exact(const Word *next, const Word *fail, Word live, Term src, Term *dst, Word *place, Word count,
                                const Word *pairs)
{
    Term result;

    if (UNLIKELY(!is_map(src)))
        return map_failed(A_BADMAP, src);
    result = replace_values(src, count, pairs, place);
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

/* --- one pair, whose key is an immediate ----------------------------------------------------------------- */

/* A copy with a new value where the key was the last time. NO_TERM: it is not there, or there is no room. */
INLINE Term replace_in_place(Term map, Term key, Term value, Word known)
{
    FlatMap *copy;

    if (UNLIKELY(!is_boxed(map) || !is_in_place(flat_map(map), key, known)))
        return NO_TERM;
    copy = copy_at_top(flat_map(map));
    if (UNLIKELY(!copy))
        return NO_TERM;
    copy->values[first_place(known)] = value;
    return make_boxed(copy);
}

static __attribute__((noinline)) Handled put_anywhere(const Word *next, Term src, Term key, Term value, Term *dst,
                                                      Word *place, bool exact)
{
    Heap *heap = &VM->process->heap;
    Term result;

    if (!is_map(src))
        return map_failed(A_BADMAP, src);
    find_field(src, key, place);
    SYNC_HEAP_OUT();
    result = exact ? map_update(heap, src, key, value) : map_put(heap, src, key, value);
    SYNC_HEAP_IN();
    if (result == NO_TERM)
        return map_failed(A_BADKEY, key);
    *dst = result;
    return finish_map(next, IP[2], dst);
}

HELPER Handled put_field_assoc(const Word *next, Term src, Term key, Term value, Term *dst, Word *place)
{
    Term result = replace_in_place(src, key, value, *place);

    if (UNLIKELY(result == NO_TERM))
        return put_anywhere(next, src, key, value, dst, place, false);
    *dst = result;
    GO(next);
}

HELPER Handled put_field_exact(const Word *next, Term src, Term key, Term value, Term *dst, Word *place)
{
    Term result = replace_in_place(src, key, value, *place);

    if (UNLIKELY(result == NO_TERM))
        return put_anywhere(next, src, key, value, dst, place, true);
    *dst = result;
    GO(next);
}

INLINE Handled op_put_map_field_assoc(const Word *next, const Word *fail, Word live, Term src, Term key, Term value,
                                      Term *dst, Word *place)
{
    return put_field_assoc(next, src, key, value, dst, place);
}

INLINE Handled op_put_map_field_exact(const Word *next, const Word *fail, Word live, Term src, Term key, Term value,
                                      Term *dst, Word *place)
{
    return put_field_exact(next, src, key, value, dst, place);
}

#include "ops_map.inc"
