#include "vm/term/map.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/compare.h"
#include "vm/term/copy_words.h"
#include "vm/term/map_trie.h"

static inline const Term *flat_keys(const FlatMap *map) { return (const Term *)boxed(map->keys) + 1; }

static inline FlatMap *flat_new(Heap *heap, Term keys, size_t count)
{
    FlatMap *map = (FlatMap *)heap_alloc(heap, 2 + count);

    map->header = MAKE_HEADER(BOX_FLAT_MAP, 1 + count);
    map->keys = keys;
    return map;
}

/* The index of the key, or `count`. */
static inline size_t search_keys(const Term *keys, size_t count, Term key)
{
    size_t i = 0;

    if (is_immediate(key))
        return map_key_index(keys, count, key);
    while (i < count && keys[i] != key && (is_immediate(keys[i]) || !term_exact_equal(keys[i], key)))
        i++;
    return i;
}

/* Mostly keys are atoms. */
static inline int compare_keys(Term a, Term b)
{
    return is_atom(a) && is_atom(b) ? atom_compare(a, b) : term_compare_exact(a, b);
}

/* Where a key that is not there belongs; or where it is. */
static size_t insertion_index(const Term *keys, size_t count, Term key)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_keys(keys[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Term map_find(Term map, Term key)
{
    if (is_flat_map(map)) {
        const FlatMap *flat = flat_map(map);
        size_t count = flat_map_size(map);
        size_t i = search_keys(flat_keys(flat), count, key);
        return i < count ? flat->values[i] : NO_TERM;
    }
    return trie_find(map, key);
}

Term map_from_sorted(Heap *heap, const Term *keys, const Term *values, size_t count)
{
    Term *key_slots;
    Term key_tuple = tuple_new(heap, count, &key_slots);
    FlatMap *map = flat_new(heap, key_tuple, count);

    if (count > 0) {
        copy_words(key_slots, keys, count);
        copy_words(map->values, values, count);
    }
    return make_boxed(map);
}

static Term trie_from_arrays(Heap *heap, const Term *keys, const Term *values, size_t count)
{
    Term *leaves = mem_alloc(MEM_SYSTEM, count * sizeof *leaves);
    size_t unique;
    Term map;

    for (size_t i = 0; i < count; i++)
        leaves[i] = cons(heap, keys[i], values[i]);
    map = trie_from_leaves(heap, leaves, count, &unique);
    mem_free(MEM_SYSTEM, leaves);
    return map;
}

static Term flat_with_value(Heap *heap, Term map, size_t index, Term value)
{
    const FlatMap *old = flat_map(map);
    size_t count = flat_map_size(map);
    FlatMap *copy;

    if (old->values[index] == value)
        return map;
    copy = flat_new(heap, old->keys, count);
    copy_words(copy->values, old->values, count);
    copy->values[index] = value;
    return make_boxed(copy);
}

static void insert_term(Term *to, const Term *from, size_t count, size_t index, Term t)
{
    copy_words(to, from, index);
    to[index] = t;
    copy_words(to + index + 1, from + index, count - index);
}

static void remove_term(Term *to, const Term *from, size_t count, size_t index)
{
    copy_words(to, from, index);
    copy_words(to + index, from + index + 1, count - index - 1);
}

static Term flat_with_more(Heap *heap, Term map, Term key, Term value)
{
    const FlatMap *old = flat_map(map);
    size_t count = flat_map_size(map);
    size_t index = insertion_index(flat_keys(old), count, key);
    Term *keys;
    Term key_tuple;
    FlatMap *copy;

    if (count == MAP_FLAT_LIMIT) {
        Term all_keys[MAP_FLAT_LIMIT + 1], all_values[MAP_FLAT_LIMIT + 1];
        insert_term(all_keys, flat_keys(old), count, index, key);
        insert_term(all_values, old->values, count, index, value);
        return trie_from_arrays(heap, all_keys, all_values, count + 1);
    }
    key_tuple = tuple_new(heap, count + 1, &keys);
    insert_term(keys, flat_keys(old), count, index, key);
    copy = flat_new(heap, key_tuple, count + 1);
    insert_term(copy->values, old->values, count, index, value);
    return make_boxed(copy);
}

Term map_put(Heap *heap, Term map, Term key, Term value)
{
    size_t index;

    if (!is_flat_map(map))
        return trie_put(heap, map, key, value, true);
    index = search_keys(flat_keys(flat_map(map)), flat_map_size(map), key);
    if (index < flat_map_size(map))
        return flat_with_value(heap, map, index, value);
    return flat_with_more(heap, map, key, value);
}

Term map_update(Heap *heap, Term map, Term key, Term value)
{
    size_t index;

    if (!is_flat_map(map))
        return trie_put(heap, map, key, value, false);
    index = search_keys(flat_keys(flat_map(map)), flat_map_size(map), key);
    return index < flat_map_size(map) ? flat_with_value(heap, map, index, value) : NO_TERM;
}

static Term flat_take(Heap *heap, Term map, Term key, Term *value)
{
    const FlatMap *old = flat_map(map);
    size_t count = flat_map_size(map);
    size_t index = search_keys(flat_keys(old), count, key);
    Term key_tuple;
    Term *keys;
    FlatMap *copy;

    if (index == count)
        return map;
    *value = old->values[index];
    key_tuple = tuple_new(heap, count - 1, &keys);
    remove_term(keys, flat_keys(old), count, index);
    copy = flat_new(heap, key_tuple, count - 1);
    remove_term(copy->values, old->values, count, index);
    return make_boxed(copy);
}

/* A trie of up to MAP_FLAT_LIMIT keys as it should be. */
static Term flatten(Heap *heap, Term trie)
{
    Term pairs[2 * MAP_FLAT_LIMIT];
    size_t count = map_size(trie);
    MapIterator it;

    map_iterate(&it, trie);
    for (size_t i = 0; i < count; i++)
        map_next(&it, &pairs[2 * i], &pairs[2 * i + 1]);
    return map_from_pairs(heap, pairs, count);
}

Term map_take(Heap *heap, Term map, Term key, Term *value)
{
    Term ignored;
    Term left;

    if (!value)
        value = &ignored;
    *value = NO_TERM;
    if (is_flat_map(map))
        return flat_take(heap, map, key, value);
    left = trie_take(heap, map, key, value);
    if (left == NO_TERM)
        return map;
    return map_size(left) <= MAP_FLAT_LIMIT ? flatten(heap, left) : left;
}

/* --- many pairs --------------------------------------------------------------------------- */

/* A flat map that is being made: keys sorted. */
typedef struct FlatBuild {
    size_t count;
    Term keys[2 * MAP_FLAT_LIMIT];
    Term values[2 * MAP_FLAT_LIMIT];
} FlatBuild;

static void build_put(FlatBuild *build, Term key, Term value)
{
    size_t i = build->count;

    /* Keys mostly come in order. */
    if (i > 0 && compare_keys(build->keys[i - 1], key) >= 0)
        i = insertion_index(build->keys, build->count, key);
    if (i < build->count && term_exact_equal(build->keys[i], key)) {
        build->values[i] = value;
        return;
    }
    memmove(build->keys + i + 1, build->keys + i, (build->count - i) * sizeof(Term));
    memmove(build->values + i + 1, build->values + i, (build->count - i) * sizeof(Term));
    build->keys[i] = key;
    build->values[i] = value;
    build->count++;
}

static Term build_finish(Heap *heap, const FlatBuild *build)
{
    if (build->count > MAP_FLAT_LIMIT)
        return trie_from_arrays(heap, build->keys, build->values, build->count);
    return map_from_sorted(heap, build->keys, build->values, build->count);
}

Term map_from_pairs(Heap *heap, const Term *pairs, size_t count)
{
    Term *leaves;
    size_t unique;
    Term map;

    if (count <= 2 * MAP_FLAT_LIMIT) {
        FlatBuild build;
        build.count = 0;
        for (size_t i = 0; i < count; i++)
            build_put(&build, pairs[2 * i], pairs[2 * i + 1]);
        return build_finish(heap, &build);
    }
    leaves = mem_alloc(MEM_SYSTEM, count * sizeof *leaves);
    for (size_t i = 0; i < count; i++)
        leaves[i] = cons(heap, pairs[2 * i], pairs[2 * i + 1]);
    map = trie_from_leaves(heap, leaves, count, &unique);
    mem_free(MEM_SYSTEM, leaves);
    return unique <= MAP_FLAT_LIMIT ? flatten(heap, map) : map;
}

/* A key that a flat map does not have, with its value, and how many of the map's keys come before it. */
typedef struct Added {
    size_t index;
    Term key, value;
} Added;

/* Puts one among `count` others, in order; their number then. The last one of equal keys counts. */
static size_t add_sorted(Added *added, size_t count, Added new)
{
    size_t i = count;

    while (i > 0 && (added[i - 1].index > new.index
                     || (added[i - 1].index == new.index && compare_keys(added[i - 1].key, new.key) > 0)))
        i--;
    if (i > 0 && added[i - 1].index == new.index && term_exact_equal(added[i - 1].key, new.key)) {
        added[i - 1].value = new.value;
        return count;
    }
    for (size_t k = count; k > i; k--)
        added[k] = added[k - 1];
    added[i] = new;
    return count + 1;
}

/* Keys and values of a flat map and those that are added, in order. */
static void merge_added(const Term *keys, const Term *values, size_t count, const Added *added, size_t added_count,
                        Term *all_keys, Term *all_values)
{
    size_t from = 0;

    for (size_t i = 0; i < added_count; i++) {
        size_t between = added[i].index - from;
        copy_words(all_keys, keys + from, between);
        copy_words(all_values, values + from, between);
        all_keys[between] = added[i].key;
        all_values[between] = added[i].value;
        all_keys += between + 1;
        all_values += between + 1;
        from = added[i].index;
    }
    copy_words(all_keys, keys + from, count - from);
    copy_words(all_values, values + from, count - from);
}

static Term flat_with_added(Heap *heap, const FlatMap *old, const Term *values, size_t count, const Added *added,
                            size_t added_count)
{
    size_t total = count + added_count;
    Term *keys;
    Term key_tuple;
    FlatMap *map;

    if (total > MAP_FLAT_LIMIT) {
        Term all_keys[2 * MAP_FLAT_LIMIT], all_values[2 * MAP_FLAT_LIMIT];
        merge_added(flat_keys(old), values, count, added, added_count, all_keys, all_values);
        return trie_from_arrays(heap, all_keys, all_values, total);
    }
    if (added_count == 0) {
        map = flat_new(heap, old->keys, count);
        copy_words(map->values, values, count);
        return make_boxed(map);
    }
    key_tuple = tuple_new(heap, total, &keys);
    map = flat_new(heap, key_tuple, total);
    merge_added(flat_keys(old), values, count, added, added_count, keys, map->values);
    return make_boxed(map);
}

Term map_put_pairs(Heap *heap, Term map, const Term *pairs, size_t count)
{
    const FlatMap *old = flat_map(map);
    Added added[MAP_FLAT_LIMIT];
    Term changed[MAP_FLAT_LIMIT];
    const Term *values;
    size_t size, added_count = 0;

    if (count == 1 || !is_flat_map(map) || count > MAP_FLAT_LIMIT) {
        for (size_t i = 0; i < count; i++)
            map = map_put(heap, map, pairs[2 * i], pairs[2 * i + 1]);
        return map;
    }
    size = flat_map_size(map);
    values = old->values;
    for (size_t i = 0; i < count; i++) {
        Term key = pairs[2 * i], value = pairs[2 * i + 1];
        size_t index = insertion_index(flat_keys(old), size, key);
        if (index == size || !term_exact_equal(flat_keys(old)[index], key)) {
            added_count = add_sorted(added, added_count, (Added){index, key, value});
            continue;
        }
        if (values != changed)
            copy_words(changed, values, size);
        values = changed;
        changed[index] = value;
    }
    return flat_with_added(heap, old, values, size, added, added_count);
}

Term map_update_pairs(Heap *heap, Term map, const Term *pairs, size_t count, Term *missing)
{
    const FlatMap *flat;
    FlatMap *copy;
    size_t size;

    *missing = NO_TERM;
    for (size_t i = 0; i < count; i++) {
        Term key = pairs[2 * i];
        if (map_find(map, key) == NO_TERM && (*missing == NO_TERM || term_compare_exact(key, *missing) < 0))
            *missing = key;
    }
    if (*missing != NO_TERM)
        return NO_TERM;
    if (!is_flat_map(map))
        return map_put_pairs(heap, map, pairs, count);
    flat = flat_map(map);
    size = flat_map_size(map);
    copy = flat_new(heap, flat->keys, size);
    copy_words(copy->values, flat->values, size);
    for (size_t i = 0; i < count; i++)
        copy->values[search_keys(flat_keys(flat), size, pairs[2 * i])] = pairs[2 * i + 1];
    return make_boxed(copy);
}

static Term flat_as_trie(Heap *heap, Term map)
{
    return trie_from_arrays(heap, flat_keys(flat_map(map)), flat_map(map)->values, flat_map_size(map));
}

static Term flat_merge(Heap *heap, Term first, Term second)
{
    const FlatMap *a = flat_map(first), *b = flat_map(second);
    size_t a_left = flat_map_size(first), b_left = flat_map_size(second);
    const Term *a_keys = flat_keys(a), *b_keys = flat_keys(b);
    const Term *a_values = a->values, *b_values = b->values;
    FlatBuild build;
    size_t n = 0;

    while (a_left + b_left > 0) {
        int order = a_left == 0 ? 1 : b_left == 0 ? -1 : a_keys[0] == b_keys[0] ? 0 : compare_keys(a_keys[0], b_keys[0]);

        build.keys[n] = order < 0 ? a_keys[0] : b_keys[0];
        build.values[n++] = order < 0 ? a_values[0] : b_values[0];
        if (order <= 0) {
            a_keys++;
            a_values++;
            a_left--;
        }
        if (order >= 0) {
            b_keys++;
            b_values++;
            b_left--;
        }
    }
    build.count = n;
    return build_finish(heap, &build);
}

Term map_merge(Heap *heap, Term first, Term second)
{
    if (first == second || map_size(second) == 0)
        return first;
    if (map_size(first) == 0)
        return second;
    if (is_flat_map(first) && is_flat_map(second))
        return flat_merge(heap, first, second);
    if (is_flat_map(first))
        first = flat_as_trie(heap, first);
    else if (is_flat_map(second))
        second = flat_as_trie(heap, second);
    return trie_merge(heap, first, second);
}

/* --- decoders ----------------------------------------------------------------------------- */

bool map_sort_flat(Term *keys, Term *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        Term key = keys[i], value = values[i];
        size_t j;

        if (compare_keys(keys[i - 1], key) < 0)
            continue;
        j = insertion_index(keys, i, key);
        if (term_exact_equal(keys[j], key))
            return false;
        memmove(keys + j + 1, keys + j, (i - j) * sizeof(Term));
        memmove(values + j + 1, values + j, (i - j) * sizeof(Term));
        keys[j] = key;
        values[j] = value;
    }
    return true;
}

Term map_from_leaves(Heap *heap, Term *leaves, size_t count)
{
    size_t unique;
    Term map;

    if (count <= MAP_FLAT_LIMIT) {
        Term keys[MAP_FLAT_LIMIT], values[MAP_FLAT_LIMIT];
        for (size_t i = 0; i < count; i++) {
            keys[i] = list_head(leaves[i]);
            values[i] = list_tail(leaves[i]);
        }
        return map_sort_flat(keys, values, count) ? map_from_sorted(heap, keys, values, count) : NO_TERM;
    }
    map = trie_from_leaves(heap, leaves, count, &unique);
    return unique == count ? map : NO_TERM;
}
