/* byte_queue.c - an array of chunks whose used part slides. */
#include "vm/term/byte_queue.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/iolist.h"

enum { GATHER_BYTES = 2048, SHARE_FROM = 512, FIRST_CHUNKS = 8 };

static ByteChunk *new_chunk(ByteQueue *queue)
{
    if (queue->first + queue->count == queue->capacity) {
        if (queue->first > queue->count) {
            memmove(queue->chunks, queue->chunks + queue->first, queue->count * sizeof *queue->chunks);
        } else {
            size_t capacity = MAX(queue->capacity * 2, FIRST_CHUNKS);
            ByteChunk *chunks = mem_alloc(MEM_IO, capacity * sizeof *chunks);

            if (queue->count)
                memcpy(chunks, queue->chunks + queue->first, queue->count * sizeof *chunks);
            mem_free(MEM_IO, queue->chunks);
            queue->chunks = chunks;
            queue->capacity = capacity;
        }
        queue->first = 0;
    }
    return &queue->chunks[queue->first + queue->count++];
}

/* Room behind the last chunk, if nobody else sees its memory. */
static size_t gather(ByteQueue *queue, const uint8_t *bytes, size_t size)
{
    ByteChunk *last = queue->count ? &queue->chunks[queue->first + queue->count - 1] : NULL;
    size_t end = last ? last->start + last->size : 0;

    if (!last || last->binary->references > 1 || end == last->binary->capacity)
        return 0;
    size = MIN(size, last->binary->capacity - end);
    memcpy(last->binary->data + end, bytes, size);
    last->binary->used_bits = (end + size) * 8;
    last->size += size;
    queue->size += size;
    return size;
}

void byte_queue_add(ByteQueue *queue, const uint8_t *bytes, size_t size, Binary *owner)
{
    Binary *binary;
    size_t done;

    if (size == 0)
        return;
    if (owner && size >= SHARE_FROM) {
        *new_chunk(queue) = (ByteChunk){.binary = binary_keep(owner), .start = (size_t)(bytes - owner->data), .size = size};
        queue->size += size;
        return;
    }
    done = gather(queue, bytes, size);
    if (done == size)
        return;
    bytes += done;
    size -= done;
    binary = binary_new(MAX(size, GATHER_BYTES));
    memcpy(binary->data, bytes, size);
    binary->used_bits = size * 8;
    *new_chunk(queue) = (ByteChunk){.binary = binary, .start = 0, .size = size};
    queue->size += size;
}

static bool add_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    byte_queue_add(context, bytes, size, owner);
    return true;
}

bool byte_queue_add_iolist(ByteQueue *queue, Term iolist)
{
    size_t size;

    return iolist_size(iolist, &size) == IOLIST_DONE && iolist_each(iolist, add_part, queue) == IOLIST_DONE;
}

const uint8_t *byte_queue_chunk(const ByteQueue *queue, size_t index, size_t *size)
{
    const ByteChunk *chunk = &queue->chunks[queue->first + index];

    if (index >= queue->count)
        return NULL;
    *size = chunk->size;
    return chunk->binary->data + chunk->start;
}

const uint8_t *byte_queue_head(const ByteQueue *queue, size_t *size) { return byte_queue_chunk(queue, 0, size); }

static Term chunk_term(Heap *heap, const ByteChunk *chunk)
{
    Term whole;

    if (chunk->size <= HEAP_BITS_MAX_BYTES)
        return bits_new(heap, chunk->binary->data + chunk->start, chunk->size);
    whole = bits_refc(heap, binary_keep(chunk->binary), (chunk->start + chunk->size) * 8);
    return chunk->start == 0 ? whole : bits_sub(heap, whole, chunk->start * 8, chunk->size * 8);
}

Term byte_queue_head_term(Heap *heap, ByteQueue *queue) { return chunk_term(heap, &queue->chunks[queue->first]); }

Term byte_queue_list(Heap *heap, ByteQueue *queue)
{
    Term list = TERM_NIL;

    for (size_t i = queue->count; i > 0; i--)
        list = cons(heap, chunk_term(heap, &queue->chunks[queue->first + i - 1]), list);
    return list;
}

void byte_queue_skip(ByteQueue *queue, size_t size)
{
    assert(size <= queue->size);
    queue->size -= size;
    while (size > 0) {
        ByteChunk *chunk = &queue->chunks[queue->first];
        size_t part = MIN(size, chunk->size);

        chunk->start += part;
        chunk->size -= part;
        size -= part;
        if (chunk->size == 0) {
            binary_release(chunk->binary);
            queue->first++;
            queue->count--;
        }
    }
    if (queue->count == 0)
        queue->first = 0;
}

void byte_queue_copy(const ByteQueue *queue, uint8_t *into, size_t size)
{
    for (size_t i = 0; size > 0; i++) {
        const ByteChunk *chunk = &queue->chunks[queue->first + i];
        size_t part = MIN(size, chunk->size);

        memcpy(into, chunk->binary->data + chunk->start, part);
        into += part;
        size -= part;
    }
}

int64_t byte_queue_find(const ByteQueue *queue, uint8_t byte)
{
    int64_t before = 0;

    for (size_t i = 0; i < queue->count; i++) {
        const ByteChunk *chunk = &queue->chunks[queue->first + i];
        const uint8_t *start = chunk->binary->data + chunk->start;
        const uint8_t *found = memchr(start, byte, chunk->size);

        if (found)
            return before + (found - start);
        before += (int64_t)chunk->size;
    }
    return -1;
}

void byte_queue_free(ByteQueue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        binary_release(queue->chunks[queue->first + i].binary);
    mem_free(MEM_IO, queue->chunks);
    *queue = (ByteQueue){0};
}
