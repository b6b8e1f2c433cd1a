/* Walks over all pairs of a map. */
#include <stdlib.h>

#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/map_trie.h"

static void open_node(MapIterator *it, Term node)
{
    const Word *object = boxed(node);

    it->start[it->depth] = it->next[it->depth] = trie_children(object);
    it->end[it->depth] = trie_children(object) + trie_node_size(object);
    it->depth++;
}

void map_iterate(MapIterator *it, Term map)
{
    it->map = map;
    it->index = 0;
    it->depth = 0;
    if (!is_flat_map(map))
        open_node(it, map);
}

static bool next_of_flat(MapIterator *it, Term *key, Term *value)
{
    const FlatMap *map = flat_map(it->map);

    if (it->index == flat_map_size(it->map))
        return false;
    *key = tuple_elements(map->keys)[it->index];
    *value = map->values[it->index];
    it->index++;
    return true;
}

bool map_next(MapIterator *it, Term *key, Term *value)
{
    if (is_flat_map(it->map))
        return next_of_flat(it, key, value);
    while (it->depth > 0) {
        size_t top = it->depth - 1;
        Term child;

        if (it->next[top] == it->end[top]) {
            it->depth--;
            continue;
        }
        child = *it->next[top]++;
        if (is_cons(child)) {
            *key = list_head(child);
            *value = list_tail(child);
            return true;
        }
        open_node(it, child);
    }
    return false;
}

bool map_iterator_path(MapIterator *it, uint64_t path[MAP_PATH_LIMBS])
{
    while (it->depth > 0 && it->next[it->depth - 1] == it->end[it->depth - 1])
        it->depth--;
    for (size_t i = 0; i < MAP_PATH_LIMBS; i++)
        path[i] = 0;
    for (size_t level = 0; level < it->depth; level++) {
        uint64_t index = (uint64_t)(it->next[level] - it->start[level]);
        if (level < it->depth - 1)
            index--;           /* inside that child */
        path[level / 16] |= index << 4 * (level % 16);
    }
    return it->depth > 0;
}

bool map_iterate_from(MapIterator *it, Term map, const uint64_t path[MAP_PATH_LIMBS])
{
    map_iterate(it, map);
    for (;;) {
        size_t level = it->depth - 1;
        size_t index = path[level / 16] >> 4 * (level % 16) & 15;
        Term child;

        if (index >= (size_t)(it->end[level] - it->start[level]))
            return false;
        it->next[level] += index;
        child = *it->next[level];
        if (is_cons(child))
            return true;
        it->next[level]++;
        open_node(it, child);
    }
}

size_t map_node_children(Term node, const Term **children)
{
    *children = trie_children(boxed(node));
    return trie_node_size(boxed(node));
}

static int compare_keys(const void *a, const void *b)
{
    return term_compare_exact(*(const Term *)a, *(const Term *)b);
}

void map_sorted_pairs(Term map, Term *pairs)
{
    MapIterator it;
    size_t count = 0;

    map_iterate(&it, map);
    while (map_next(&it, &pairs[2 * count], &pairs[2 * count + 1]))
        count++;
    if (!is_flat_map(map))
        qsort(pairs, count, 2 * sizeof(Term), compare_keys);
}
