#include "vm/base/mem.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/thread_kind.h"

/* Heaps come and go with every collection: their pages are kept rather than given back to the system and
 * faulted in again. */
#define KEEP_FREE_BYTES (64 << 20)
#define LARGE_BLOCK_BYTES (32 << 20)

_Thread_local bool thread_is_vm;
bool threads_may_read;

static size_t used[MEM_KIND_COUNT];
static size_t used_by_others[MEM_KIND_COUNT];      /* changed by other threads, atomically; may be "negative" */

static void count(MemKind kind, size_t more)
{
    if (LIKELY(thread_is_vm))
        used[kind] += more;
    else
        __atomic_fetch_add(&used_by_others[kind], more, __ATOMIC_RELAXED);
}

__attribute__((constructor)) static void tune_malloc(void)
{
    thread_is_vm = true;
    mallopt(M_TRIM_THRESHOLD, KEEP_FREE_BYTES);
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
}

void mem_out_of_memory(size_t wanted)
{
    fprintf(stderr, "ling: cannot allocate %zu bytes of memory\n", wanted);
    exit(1);
}

void *mem_try_alloc(MemKind kind, size_t size)
{
    void *block = malloc(size ? size : 1);

    if (block)
        count(kind, malloc_usable_size(block));
    return block;
}

void *mem_alloc(MemKind kind, size_t size)
{
    void *block = mem_try_alloc(kind, size);

    if (UNLIKELY(!block))
        mem_out_of_memory(size);
    return block;
}

void *mem_alloc_zero(MemKind kind, size_t size)
{
    void *block = calloc(1, size ? size : 1);

    if (UNLIKELY(!block))
        mem_out_of_memory(size);
    count(kind, malloc_usable_size(block));
    return block;
}

void *mem_realloc(MemKind kind, void *old, size_t size)
{
    size_t before = old ? malloc_usable_size(old) : 0;
    void *block = realloc(old, size ? size : 1);

    if (UNLIKELY(!block))
        mem_out_of_memory(size);
    count(kind, malloc_usable_size(block) - before);
    return block;
}

void *mem_grow_from(MemKind kind, void *old, const void *first, size_t first_bytes, size_t size)
{
    if (old != first)
        return mem_realloc(kind, old, size);
    return memcpy(mem_alloc(kind, size), first, first_bytes);
}

void mem_free(MemKind kind, void *block)
{
    if (!block)
        return;
    count(kind, 0 - malloc_usable_size(block));
    free(block);
}

size_t mem_used(MemKind kind)
{
    return used[kind] + __atomic_load_n(&used_by_others[kind], __ATOMIC_RELAXED);
}
