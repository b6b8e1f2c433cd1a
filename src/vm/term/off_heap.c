#include "vm/term/off_heap.h"

#include <string.h>

#include "vm/base/mem.h"

static Binary *init_binary(Binary *binary, size_t bytes)
{
    binary->references = 1;
    binary->capacity = bytes;
    binary->used_bits = bytes * 8;
    binary->destroy = NULL;
    return binary;
}

Binary *binary_new(size_t bytes)
{
    return init_binary(mem_alloc(MEM_BINARY, sizeof(Binary) + bytes), bytes);
}

Binary *binary_try_new(size_t bytes)
{
    Binary *binary = NULL;

    if (bytes <= PTRDIFF_MAX - sizeof(Binary))
        binary = mem_try_alloc(MEM_BINARY, sizeof(Binary) + bytes);
    return binary ? init_binary(binary, bytes) : NULL;
}

Binary *binary_new_magic(size_t bytes, void (*destroy)(Binary *))
{
    Binary *binary = binary_new(bytes);

    memset(binary->data, 0, bytes);
    binary_make_magic(binary, destroy);
    return binary;
}

Binary *binary_resize(Binary *binary, size_t bytes)
{
    assert(binary->references == 1);
    binary = mem_realloc(MEM_BINARY, binary, sizeof(Binary) + bytes);
    binary->capacity = bytes;
    return binary;
}

void binary_release(Binary *binary)
{
    assert(binary->references > 0);
    if (--binary->references > 0)
        return;
    if (binary->destroy) {
        if (UNLIKELY(binary->used_bits != SIZE_MAX))
            magic_ref_forget(binary);
        binary->destroy(binary);
        if (binary->references > 0)
            return;
    }
    mem_free(MEM_BINARY, binary);
}

Word **off_heap_next(Word *object)
{
    if (header_kind(*object) == BOX_REFC_BITS)
        return &((RefcBits *)object)->next;
    assert(header_kind(*object) == BOX_MAGIC_REF);
    return &((MagicRefObject *)object)->next;
}

Binary *off_heap_binary(Word *object)
{
    if (header_kind(*object) == BOX_REFC_BITS)
        return ((RefcBits *)object)->binary;
    assert(header_kind(*object) == BOX_MAGIC_REF);
    return ((MagicRefObject *)object)->binary;
}

void off_heap_add(Heap *heap, Word *object)
{
    *off_heap_next(object) = heap->off_heap;
    heap->off_heap = object;
    heap->off_heap_bytes += off_heap_binary(object)->capacity;
}

void off_heap_splice(Heap *into, Heap *from)
{
    if (from->off_heap) {
        Word *last = from->off_heap;
        while (*off_heap_next(last))
            last = *off_heap_next(last);
        *off_heap_next(last) = into->off_heap;
        into->off_heap = from->off_heap;
        into->off_heap_bytes += from->off_heap_bytes;
    }
    from->off_heap = NULL;
    from->off_heap_bytes = 0;
}

void off_heap_release_all(Heap *heap)
{
    Word *object = heap->off_heap;

    while (object) {
        Word *next = *off_heap_next(object);
        binary_release(off_heap_binary(object));
        object = next;
    }
    heap->off_heap = NULL;
    heap->off_heap_bytes = 0;
}
