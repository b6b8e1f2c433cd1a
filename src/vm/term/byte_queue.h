/* byte_queue.h - bytes that wait: added at the end, taken from the front.
 *
 * Large pieces are kept by reference, small ones are gathered. A zeroed ByteQueue is a valid empty one. */
#ifndef LING_BYTE_QUEUE_H
#define LING_BYTE_QUEUE_H

#include "vm/term/off_heap.h"

typedef struct ByteChunk {
    Binary *binary;            /* holds a reference */
    size_t start, size;        /* size > 0 */
} ByteChunk;

typedef struct ByteQueue {
    ByteChunk *chunks;         /* [first, first + count) are in use */
    size_t first, count, capacity;
    size_t size;               /* bytes in all */
} ByteQueue;

/* Adds bytes; `owner` (may be null) is the Binary they lie in, which may be kept instead of a copy. */
void byte_queue_add(ByteQueue *queue, const uint8_t *bytes, size_t size, Binary *owner);
/* Adds all bytes of an iolist; false (and nothing added) if it is none. */
bool byte_queue_add_iolist(ByteQueue *queue, Term iolist);
/* The bytes of the first chunk; null if the queue is empty. Valid until the next call that is not const. */
const uint8_t *byte_queue_head(const ByteQueue *queue, size_t *size);
/* The chunk at `index`, or null behind the last. */
const uint8_t *byte_queue_chunk(const ByteQueue *queue, size_t index, size_t *size);
/* The first chunk as a binary; the queue is not empty. */
Term byte_queue_head_term(Heap *heap, ByteQueue *queue);
/* Everything as a list of binaries. */
Term byte_queue_list(Heap *heap, ByteQueue *queue);
void byte_queue_skip(ByteQueue *queue, size_t size);                       /* size <= queue->size */
void byte_queue_copy(const ByteQueue *queue, uint8_t *into, size_t size);  /* size <= queue->size */
/* Distance of the first byte of this value from the front, or -1. */
int64_t byte_queue_find(const ByteQueue *queue, uint8_t byte);
void byte_queue_free(ByteQueue *queue);                                    /* leaves an empty queue */

#endif
