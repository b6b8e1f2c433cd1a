#include "vm/dist/dist_sealed.h"

#include <string.h>

#include "vm/base/mem.h"

/* A byte becomes a cell of a list at most. */
enum { WORDS_PER_BYTE = 2 };

struct SealedTerm {
    DistNode *node;
    uint32_t connection_id;
    uint8_t *block;                /* what holds the bytes; null: they follow the atoms */
    const uint8_t *bytes;
    size_t size;
    unsigned atom_count;
    Term atoms[];
};

Message *dist_sealed_message(DistNode *node, DistPayload *payload)
{
    size_t size = reader_left(&payload->in), atoms_size = payload->atoms->count * sizeof(Term);
    bool copies = !payload->block || !*payload->block;
    SealedTerm *sealed = mem_alloc(MEM_PROCESS, sizeof *sealed + atoms_size + (copies ? size : 0));

    *sealed = (SealedTerm){.node = node, .connection_id = node->connection_id, .atom_count = payload->atoms->count,
                           .bytes = payload->in.at, .size = size};
    memcpy(sealed->atoms, payload->atoms->atoms, atoms_size);
    if (copies) {
        sealed->bytes = memcpy(sealed->atoms + sealed->atom_count, payload->in.at, size);
    } else {
        sealed->block = *payload->block;
        *payload->block = NULL;
    }
    return message_new_sealed(sealed);
}

size_t dist_sealed_words(const SealedTerm *sealed) { return WORDS_PER_BYTE * sealed->size; }

Term dist_sealed_open(SealedTerm *sealed, Heap *heap)
{
    DistAtoms atoms;
    DistPayload payload = {.atoms = &atoms};
    Term term;

    atoms.count = sealed->atom_count;
    memcpy(atoms.atoms, sealed->atoms, atoms.count * sizeof(Term));
    reader_init(&payload.in, sealed->bytes, sealed->size);
    term = dist_payload_decode(&payload, heap);
    if (term == NO_TERM)
        dist_input_broken_term(sealed->node, sealed->connection_id, &atoms, sealed->bytes, sealed->size);
    dist_sealed_drop(sealed);
    return term;
}

void dist_sealed_drop(SealedTerm *sealed)
{
    mem_free(MEM_PORT, sealed->block);
    mem_free(MEM_PROCESS, sealed);
}
