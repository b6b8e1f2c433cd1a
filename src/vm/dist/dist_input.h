/* dist_input.h - packets from other nodes: headers, atoms, fragments. What is nonsense ends the connection. */
#ifndef LING_DIST_INPUT_H
#define LING_DIST_INPUT_H

#include "vm/base/reader.h"
#include "vm/dist/dist_node.h"

/* The atoms that a message names by number. */
typedef struct DistAtoms {
    unsigned count;
    Term atoms[ATOM_REFS_MAX];
} DistAtoms;

/* What follows the control message: a term yet to be decoded. */
typedef struct DistPayload {
    const DistAtoms *atoms;
    Reader in;                     /* at its start; at the end if there is none */
    uint8_t **block;               /* memory that holds it, and may be taken over: null then. Null: there is no such memory */
} DistPayload;

/* A packet of the connection `connection_id`, if it is still the present one. Empty: a sign of life. */
void dist_input(DistNode *node, uint32_t connection_id, const uint8_t *bytes, size_t size);
/* Forgets messages of which not all fragments have come. */
void dist_input_clear(DistNode *node);

/* What came by a connection is no term: says so, and ends it if it is still there. */
void dist_input_broken_term(DistNode *node, uint32_t connection_id, const DistAtoms *atoms, const uint8_t *bytes, size_t size);
/* The term, on `heap`. NO_TERM: there is none, or it is broken. */
Term dist_payload_decode(DistPayload *payload, Heap *heap);

#endif
