/* hash.h - hash values of terms, the same as on stock.
 *
 * phash and phash2 are promised to Erlang programs: never to change. The internal hash decides how big maps
 * are laid out. Terms may be of any depth. */
#ifndef LING_HASH_H
#define LING_HASH_H

#include "vm/term/term.h"

uint32_t term_phash(Term t);       /* before the range of erlang:phash/2 is applied */
uint32_t term_phash2(Term t);      /* all 32 bits; erlang:phash2/1 takes the low 27 */
/* Of terms that are =:= it is the same; different `salt` makes different values of terms that collide. */
uint32_t term_internal_hash(Term t, uint32_t salt);
/* The hash that a map's trie uses for `key` at the levels 8 * depth and on: salted from depth 1 on. */
uint32_t term_map_hash(Term key, uint32_t depth);

#endif
