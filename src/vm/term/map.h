/* map.h - maps.
 *
 * Up to MAP_FLAT_LIMIT keys a map is flat: [header][keys tuple][values...], keys in the order
 * of term_compare_exact. Above, it is a trie over term_map_hash, 4 bits a level, lowest bits first. A
 * node has one child for each bit set in its bitmap, in ascending order; a child is a node or a leaf [Key|Value].
 * A level has a node of its own only where at least two keys share the bits before. After 8 levels the
 * hash is made anew, with the level as salt. */
#ifndef LING_MAP_H
#define LING_MAP_H

#include "vm/term/heap.h"

#define MAP_FLAT_LIMIT 32

typedef struct FlatMap {
    Word header;           /* BOX_FLAT_MAP, 1 + number of keys */
    Term keys;             /* tuple */
    Term values[];
} FlatMap;

/* Root: a node with the size of the whole before it. */
typedef struct HashMap {
    Word header;           /* BOX_HASH_MAP, 2 + number of children */
    uint64_t size;
    uint64_t bitmap;       /* low 16 bits */
    Term children[];
} HashMap;

typedef struct HashNode {
    Word header;           /* BOX_HASH_NODE, 1 + number of children */
    uint64_t bitmap;
    Term children[];
} HashNode;

static inline bool is_flat_map(Term t) { return is_box_kind(t, BOX_FLAT_MAP); }
static inline bool is_hash_map(Term t) { return is_box_kind(t, BOX_HASH_MAP); }
static inline FlatMap *flat_map(Term t) { return (FlatMap *)boxed(t); }
static inline size_t flat_map_size(Term t) { return header_words(boxed_header(t)) - 1; }

/* Where one of `count` keys is the same word as `key`; `count` if none is. Immediate keys are found so. */
static inline size_t map_key_index(const Term *keys, size_t count, Term key)
{
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        if (keys[i] == key)
            return i;
        if (keys[i + 1] == key)
            return i + 1;
        if (keys[i + 2] == key)
            return i + 2;
        if (keys[i + 3] == key)
            return i + 3;
    }
    for (; i < count; i++)
        if (keys[i] == key)
            return i;
    return count;
}

/* For all of these `map` is a map. */
static inline size_t map_size(Term map)
{
    return is_flat_map(map) ? flat_map_size(map) : (size_t)((const HashMap *)boxed(map))->size;
}
/* The value, or NO_TERM. */
Term map_find(Term map, Term key);
/* The same map if that is its value already. */
Term map_put(Heap *heap, Term map, Term key, Term value);
/* NO_TERM if the key is not there. */
Term map_update(Heap *heap, Term map, Term key, Term value);
/* `map` itself if the key is not there, `*value` (may be null) is NO_TERM then, else the value that was. */
Term map_take(Heap *heap, Term map, Term key, Term *value);
static inline Term map_remove(Heap *heap, Term map, Term key) { return map_take(heap, map, key, NULL); }
/* Of key, value, key, value ...; of equal keys the last wins. */
Term map_from_pairs(Heap *heap, const Term *pairs, size_t count);
/* A flat map (count <= MAP_FLAT_LIMIT) of keys that are different and in order already. */
Term map_from_sorted(Heap *heap, const Term *keys, const Term *values, size_t count);
static inline Term map_empty(Heap *heap) { return map_from_sorted(heap, NULL, NULL, 0); }
/* All of both; where a key is in both, the value of `second`. */
Term map_merge(Heap *heap, Term first, Term second);

/* The same for two tries, part by part: a part are the keys that the first two digits of the hash lead to. */
#define MAP_PARTS 256
/* NO_TERM if neither has any. `*common` grows by the number of keys that are in both. */
Term map_merge_part(Heap *heap, Term first, Term second, unsigned part, size_t *common);
Term map_join_parts(Heap *heap, const Term parts[MAP_PARTS], size_t size);

/* What the instructions put_map_assoc and put_map_exact do with `count` pairs, the last wins.
 * map_update_pairs: NO_TERM if a key is not there, `*missing` is then the least such key. */
Term map_put_pairs(Heap *heap, Term map, const Term *pairs, size_t count);
Term map_update_pairs(Heap *heap, Term map, const Term *pairs, size_t count, Term *missing);

/* --- all pairs ---------------------------------------------------------------------------- */

/* Pairs in the order of maps:to_list/1: flat maps by key, others as the trie has them. The map may lie on a heap
 * that is not collected meanwhile. */
#define MAP_MAX_LEVELS 64
typedef struct MapIterator {
    Term map;
    size_t index;                          /* flat: the next pair */
    unsigned depth;                        /* trie: open nodes */
    const Term *start[MAP_MAX_LEVELS + 1];
    const Term *next[MAP_MAX_LEVELS + 1];
    const Term *end[MAP_MAX_LEVELS + 1];
} MapIterator;
void map_iterate(MapIterator *it, Term map);
bool map_next(MapIterator *it, Term *key, Term *value);

/* Where an iterator of a trie stands: the child's index for each level, 4 bits each, lowest bits the root's. */
#define MAP_PATH_LIMBS (MAP_MAX_LEVELS / 16 + 1)
/* False: there are no more pairs. */
bool map_iterator_path(MapIterator *it, uint64_t path[MAP_PATH_LIMBS]);
/* False: the map has no such path. */
bool map_iterate_from(MapIterator *it, Term map, const uint64_t path[MAP_PATH_LIMBS]);

/* Children of a trie's root or inner node: nodes and leaves. */
size_t map_node_children(Term node, const Term **children);
/* Writes 2 * map_size terms, key, value, key ... in the order of term_compare_exact. */
void map_sorted_pairs(Term map, Term *pairs);

/* For decoders: a trie or flat map of `count` leaves [K|V]. They are reordered and become part of the map.
 * NO_TERM if two keys are equal. */
Term map_from_leaves(Heap *heap, Term *leaves, size_t count);
/* For decoders: sorts keys and values of a flat map in place. False if two keys are equal. */
bool map_sort_flat(Term *keys, Term *values, size_t count);

#endif
