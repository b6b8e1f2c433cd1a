/* map_trie.h - maps of more than MAP_FLAT_LIMIT keys; only map*.c use it.
 *
 * After MAP_MAX_LEVELS levels, which 8 different hashes cannot lead to unless somebody tries very hard, a node has
 * an empty bitmap and its leaves are simply searched. */
#ifndef LING_MAP_TRIE_H
#define LING_MAP_TRIE_H

#include "vm/term/map.h"

Term trie_find(Term map, Term key);
/* Keys that are not there are added only if `may_add`, else NO_TERM. */
Term trie_put(Heap *heap, Term map, Term key, Term value, bool may_add);
/* NO_TERM if the key is not there. The result is a trie, however small. */
Term trie_take(Heap *heap, Term map, Term key, Term *value);
/* Of any number of leaves; `*unique` tells how many keys there are, the last of equal keys wins. The result may
 * be too small for a trie. */
Term trie_from_leaves(Heap *heap, Term *leaves, size_t count, size_t *unique);
Term trie_merge(Heap *heap, Term first, Term second);

static inline size_t trie_node_size(const Word *node)
{
    return header_words(node[0]) - (header_kind(node[0]) == BOX_HASH_MAP ? 2 : 1);
}
static inline const Term *trie_children(const Word *node)
{
    return (const Term *)node + (header_kind(node[0]) == BOX_HASH_MAP ? 3 : 2);
}
static inline uint64_t trie_bitmap(const Word *node)
{
    return node[header_kind(node[0]) == BOX_HASH_MAP ? 2 : 1];
}

#endif
