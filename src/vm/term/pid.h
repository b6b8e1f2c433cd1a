/* pid.h - pids and ports, and all identifiers of other nodes.
 *
 * Pids and ports of this node are immediates. Those of other nodes (and of this node under a name or
 * creation it had before) are ExternalObjects, as are references of other nodes. */
#ifndef LING_PID_H
#define LING_PID_H

#include "vm/term/heap.h"

typedef struct ExternalObject {
    Word header;          /* BOX_EXTERNAL_PID, _PORT, _REF */
    Term node;            /* atom */
    uint64_t creation;
    uint64_t data[];      /* pid: number, serial << 32 in one word. Port: its number.
                             Ref: count of its 32-bit numbers, then these, two in a word, low half first */
} ExternalObject;
#define EXTERNAL_PID_WORDS 4
#define EXTERNAL_PORT_WORDS 4
#define EXTERNAL_REF_WORDS(count) (4 + ((count) + 1) / 2)

/* Name and creation of this node: nonode@nohost and 0 until setnode/2. */
extern Term node_name;
extern uint32_t node_creation;
/* `node` and `creation` mean this node. Creation 0 matches any. */
bool node_is_this(Term node, uint64_t creation);

/* --- local -------------------------------------------------------------------------------- */

#define PID_NUMBER_MAX (((uint64_t)1 << PID_NUMBER_BITS) - 1)
#define PID_SERIAL_MAX (((uint64_t)1 << 30) - 1)
/* As <0.Number.Serial> shows them; `pid` is local. */
static inline uint64_t pid_number(Term pid) { return immediate_payload(pid) & PID_NUMBER_MAX; }
static inline uint64_t pid_serial(Term pid) { return immediate_payload(pid) >> PID_NUMBER_BITS; }
/* NO_TERM if out of range. */
Term pid_from_numbers(uint64_t number, uint64_t serial);
static inline uint64_t port_number(Term port) { return immediate_payload(port); }
/* NO_TERM if out of range. */
Term port_from_number(uint64_t number);

/* --- of any node -------------------------------------------------------------------------- */

/* Number and serial of any pid, number of any port. */
void pid_numbers(Term pid, uint32_t *number, uint32_t *serial);
uint64_t port_numbers(Term port);
/* The node of a pid, port or reference, and its creation (of this node for local ones). */
Term identifier_node(Term t);
uint64_t identifier_creation(Term t);
static inline bool is_external(Term t)
{
    return is_boxed(t) && boxed_kind(t) >= BOX_EXTERNAL_PID && boxed_kind(t) <= BOX_EXTERNAL_REF;
}
static inline ExternalObject *external_object(Term t) { return (ExternalObject *)boxed(t); }
/* Makes an immediate where node and creation are this node's, else an ExternalObject. NO_TERM: local, and out
 * of range. */
Term pid_from_node(Heap *heap, Term node, uint64_t creation, uint32_t number, uint32_t serial);
Term port_from_node(Heap *heap, Term node, uint64_t creation, uint64_t number);
/* `count` is 1 to REF_MAX_NUMBERS. */
Term ref_from_node(Heap *heap, Term node, uint64_t creation, const uint32_t *numbers, unsigned count);

/* A small number for each node name and creation that has been seen; 0 is this node: the first
 * number in <N.x.y>. */
uint32_t node_channel(Term node, uint64_t creation);
/* Names of all nodes that an identifier ever came from. Start with 0; NO_TERM at the end. */
Term node_known_next(size_t *cursor);
/* The way back. False if there is no such number. */
bool node_from_channel(uint32_t channel, Term *node, uint64_t *creation);

#endif
