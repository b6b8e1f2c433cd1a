/* dist_node.h - other nodes, and the connection to each of them.
 *
 * A node is idle, pending (net_kernel sets a connection up; signals queue), connected, or closing (its controller has
 * been told to end). What carries the packets, the controller, is a port or a process. Nodes are never
 * freed. `connection_id` tells one connection of a node from the next. */
#ifndef LING_DIST_NODE_H
#define LING_DIST_NODE_H

#include "io/io_loop.h"
#include "vm/dist/dist_protocol.h"
#include "vm/port/port.h"
#include "vm/proc/monitor.h"
#include "vm/term/atom_refs.h"

typedef enum DistState { DIST_IDLE, DIST_PENDING, DIST_CONNECTED, DIST_CLOSING } DistState;

struct DistPacket;
struct DistSequence;
struct RemoteLink;
struct RemoteWatch;

typedef struct DistQueue {
    struct DistPacket *first, *last;
    size_t bytes;
} DistQueue;

enum { DIST_SEQUENCE_BUCKETS = 64 };

typedef struct DistNode {
    Term name;
    DistState state;
    uint32_t connection_id;        /* of the present connection, or the last one */
    uint64_t flags;                /* DIST_*: what the other side can do, or is hoped to */
    uint32_t creation;
    Term controller;               /* local port or pid; NO_TERM while there is none */
    Term input_handler;            /* pid that may hand in packets; NO_TERM: none */
    bool wants_notice;             /* the controlling process wants to hear of data to send */
    bool gets_sizes;               /* its option get_size */
    bool is_flushing;              /* a port that ends meanwhile is dealt with later, by `farewell` */
    IoTimer *farewell;
    Term farewell_reason;
    DistQueue output;
    Term *waiters;                 /* pids that wait until the queue is short again */
    size_t waiter_count, waiter_capacity;
    uint64_t packets_in, packets_out;
    Term *cache_in, *cache_out;    /* ATOM_CACHE_SLOTS each, NO_TERM where empty; null: none */
    uint64_t last_sequence;
    struct DistSequence *sequences[DIST_SEQUENCE_BUCKETS];   /* messages of which fragments are to come */
    Monitor *monitors;             /* by local processes: of processes there, spawn requests, of the node */
    struct RemoteLink *links;      /* of local processes to processes there */
    struct RemoteWatch **watches;  /* monitors by processes there, of local ones: by reference */
    size_t watch_count, watch_buckets;
    struct AbandonedSpawn *abandoned;  /* spawn requests whose answer nobody waits for */
    Binary *handle;                /* what a dist_handle() holds */
    uint64_t handle_id;
    struct DistNode *next_known;   /* all nodes, newest first */
    struct DistNode *next, *previous;   /* connected and closing ones, oldest first */
} DistNode;

/* Is this node alive? */
extern bool dist_is_alive;
/* Length of a queue, in bytes, that makes senders wait: +zdbbl. */
extern size_t dist_busy_limit;

/* A name as nodes have them: text, `@`, text. */
bool dist_is_node_name(Term atom);
/* Null for this node, and if it is not known. */
DistNode *dist_node_find(Term name);
/* Made if need be; `name` is not this node's. */
DistNode *dist_node_get(Term name);
extern DistNode *dist_known_nodes, *dist_connected_nodes;
/* The last one of dist_connected_nodes. */
extern DistNode *dist_newest_connected;

/* {ConnectionId, Handle} of the present connection. */
Term dist_handle_term(DistNode *node, Heap *heap);
/* The way back. Null: it is none. */
DistNode *dist_handle_node(Term handle, uint32_t *connection_id);

static inline bool dist_is_visible(const DistNode *node) { return node->flags & DIST_PUBLISHED; }
/* May signals be sent to it? */
static inline bool dist_is_reachable(const DistNode *node)
{
    return node->state == DIST_PENDING || node->state == DIST_CONNECTED;
}
static inline bool dist_has(const DistNode *node, uint64_t flags) { return (node->flags & flags) == flags; }
static inline bool dist_is_busy(const DistNode *node) { return node->output.bytes >= dist_busy_limit; }

#endif
