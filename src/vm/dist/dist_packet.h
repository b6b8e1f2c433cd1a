/* dist_packet.h - encoded signals on their way out: put into packets, with header and fragments, in the queue of a node. */
#ifndef LING_DIST_PACKET_H
#define LING_DIST_PACKET_H

#include "vm/dist/dist_node.h"

/* `header`, then a part of `body`. */
typedef struct DistPacket {
    struct DistPacket *next;
    Binary *body;                  /* a reference, or null: nothing but the header */
    size_t start, size;
    size_t control_size;           /* while the node is pending: where the payload starts; the header is yet to come */
    size_t header_size;
    uint8_t header[];
} DistPacket;

/* A signal that goes out in pieces: `control_size` bytes of control message, then the payload, if any, up to `size`. */
typedef struct DistParcel {
    Binary *bytes;                 /* a reference; null: nothing was begun */
    size_t size, control_size;
    size_t sent;
    uint64_t sequence, fragments_left;
} DistParcel;

/* Queues the first packet, which may be all of it. `refs` are the atoms it names by number, or null. */
void dist_packet_queue_first(DistNode *node, DistParcel *parcel, const AtomRefs *refs);
/* Queues one more fragment: some are left. */
void dist_packet_queue_next(DistNode *node, DistParcel *parcel);
/* The connection is there: what was queued before gets its headers. */
void dist_packet_frame_all(DistNode *node);
/* Null if the queue is empty. */
DistPacket *dist_packet_take(DistNode *node);
/* As a list of binaries. */
Term dist_packet_list(Heap *heap, const DistPacket *packet);
static inline size_t dist_packet_bytes(const DistPacket *packet) { return packet->header_size + packet->size; }
void dist_packet_free(DistPacket *packet);

#endif
