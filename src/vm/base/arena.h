/* arena.h - scratch memory that is dropped whole.
 *
 * A zeroed Arena is a valid empty one. Blocks are 16-byte aligned and stay put until arena_free. */
#ifndef LING_ARENA_H
#define LING_ARENA_H

#include "vm/base/base.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    ArenaBlock *blocks;
    char *next;
    char *end;
} Arena;

void *arena_alloc(Arena *arena, size_t size);   /* zeroed; never null */
void arena_free(Arena *arena);                  /* leaves an empty arena */

void arena_clear(Arena *arena);                 /* the same, but keeps a block to go on with */

/* An array of `count` elements of `type`. The caller has bounded `count`. */
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), (size_t)(count) * sizeof(type)))

#endif
