/* hash.h - hash values of terms, the same as on stock.
 *
 * phash and phash2 are promised to Erlang programs: never to change. The internal hash decides how big maps
 * are laid out. Terms may be of any depth. */
#ifndef LING_HASH_H
#define LING_HASH_H

#include "vm/term/heap.h"
#include "vm/term/word_stack.h"

uint32_t term_phash(Term t);       /* before the range of erlang:phash/2 is applied */
uint32_t term_phash2(Term t);      /* all 32 bits; erlang:phash2/1 takes the low 27 */
/* The same in steps, for large terms. Between two steps a walk can be put away as a term. */
typedef struct HashWalk {
    uint32_t hash;          /* when done, the result */
    uint32_t pairs;         /* phash2: of the current map */
    bool in_map;            /* phash: on top of the stack lies what is left of a map, which phash2 hashes */
    int64_t budget;         /* counts down by nodes, and by 64 bytes of a binary or string */
    WordStack stack;
} HashWalk;

void hash_walk_start(HashWalk *walk, Term t);
/* True when it is done; false: the budget is used up. */
bool hash_walk_phash(HashWalk *walk);
bool hash_walk_phash2(HashWalk *walk);
Term hash_walk_save(const HashWalk *walk, Heap *heap);
void hash_walk_restore(HashWalk *walk, Term saved);
void hash_walk_free(HashWalk *walk);

/* Of terms that are =:= it is the same; different `salt` makes different values of terms that collide. */
uint32_t term_internal_hash(Term t, uint32_t salt);
/* The hash that a map's trie uses for `key` at the levels 8 * depth and on: salted from depth 1 on. */
uint32_t term_map_hash(Term key, uint32_t depth);

#endif
