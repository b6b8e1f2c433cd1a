#include "vm/term/atom_refs.h"

unsigned atom_refs_slot(Term atom)
{
    return (unsigned)immediate_payload(atom) % ATOM_CACHE_SLOTS;
}

int atom_refs_position(AtomRefs *refs, Term atom)
{
    unsigned slot = atom_refs_slot(atom);
    unsigned known = refs->position_of[slot];

    if (known)
        return refs->atoms[known - 1] == atom ? (int)known - 1 : -1;
    if (refs->count == ATOM_REFS_MAX)
        return -1;
    refs->atoms[refs->count++] = atom;
    refs->position_of[slot] = (uint8_t)refs->count;
    return (int)refs->count - 1;
}

void atom_refs_clear(AtomRefs *refs)
{
    for (unsigned i = 0; i < refs->count; i++)
        refs->position_of[atom_refs_slot(refs->atoms[i])] = 0;
    refs->count = 0;
}
