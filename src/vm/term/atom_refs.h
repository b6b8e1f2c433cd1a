/* atom_refs.h - the atoms of one message to another node, which its external term names by number.
 *
 * Both ends of a connection keep a cache of ATOM_CACHE_SLOTS atoms. The header of a message says which atoms it uses, and
 * of those which are new in the cache; the term then holds their positions in that list. An atom whose slot another
 * atom of the same message has already is written out. */
#ifndef LING_ATOM_REFS_H
#define LING_ATOM_REFS_H

#include "vm/term/term.h"

enum { ATOM_CACHE_SLOTS = 2048, ATOM_REFS_MAX = 255 };

typedef struct AtomRefs {
    uint8_t position_of[ATOM_CACHE_SLOTS];   /* plus 1; 0: this message does not use the slot */
    unsigned count;
    Term atoms[ATOM_REFS_MAX];
} AtomRefs;

/* Where the cache keeps `atom`. */
unsigned atom_refs_slot(Term atom);
/* The position of `atom`, which is added if need be; -1: it must be written out. */
int atom_refs_position(AtomRefs *refs, Term atom);
/* Forgets all; a zeroed struct is empty as well. */
void atom_refs_clear(AtomRefs *refs);

#endif
