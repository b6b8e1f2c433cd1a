#include "vm/base/arena.h"

#include <string.h>

#include "vm/base/mem.h"

#define ARENA_BLOCK_BYTES ((size_t)64 * 1024)
#define ARENA_ALIGN ((size_t)16)

struct ArenaBlock {
    ArenaBlock *next;
    size_t size;   /* keeps the payload 16-byte aligned */
};

static void add_block(Arena *arena, size_t payload)
{
    ArenaBlock *block = mem_alloc(MEM_SYSTEM, sizeof(ArenaBlock) + payload);

    block->next = arena->blocks;
    block->size = payload;
    arena->blocks = block;
    arena->next = (char *)(block + 1);
    arena->end = arena->next + payload;
}

void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded = (MAX(size, 1) + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    char *result;

    if ((size_t)(arena->end - arena->next) < rounded)
        add_block(arena, MAX(rounded, ARENA_BLOCK_BYTES));
    result = arena->next;
    arena->next += rounded;
    return memset(result, 0, size);
}

void arena_free(Arena *arena)
{
    ArenaBlock *block = arena->blocks;

    while (block) {
        ArenaBlock *next = block->next;
        mem_free(MEM_SYSTEM, block);
        block = next;
    }
    *arena = (Arena){0};
}

void arena_clear(Arena *arena)
{
    ArenaBlock *last = arena->blocks;

    if (!last || last->next || last->size > ARENA_BLOCK_BYTES) {
        arena_free(arena);
        return;
    }
    arena->next = (char *)(last + 1);
    arena->end = arena->next + last->size;
}
