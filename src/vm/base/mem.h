/* mem.h - memory for the VM's own long-lived structs, counted by purpose.
 *
 * Nothing here returns null: a VM that cannot get memory for its own structs
 * ends with a message. Sizes that a program chooses must be checked before they get here. */
#ifndef LING_MEM_H
#define LING_MEM_H

#include "vm/base/base.h"

typedef enum MemKind {
    MEM_PROCESS,   /* process structs, heaps, messages */
    MEM_BINARY,    /* off-heap binaries */
    MEM_CODE,      /* modules, code words, export entries */
    MEM_LITERAL,   /* literal areas */
    MEM_ATOM,      /* the atom table's entries */
    MEM_ATOM_TEXT, /* atom names */
    MEM_ETS,
    MEM_TIMER,
    MEM_PORT,
    MEM_IO,
    MEM_SYSTEM,    /* all the rest */
    MEM_KIND_COUNT
} MemKind;

void *mem_alloc(MemKind kind, size_t size);           /* uninitialised */
void *mem_alloc_zero(MemKind kind, size_t size);
void *mem_realloc(MemKind kind, void *old, size_t size); /* `old` may be null */
/* As mem_realloc, for an array whose first part, `first_bytes` at `first`, needed no allocation. */
void *mem_grow_from(MemKind kind, void *old, const void *first, size_t first_bytes, size_t size);
void mem_free(MemKind kind, void *block);             /* null is allowed */

/* Like mem_alloc, but null when the system refuses: for sizes that a program chose. */
void *mem_try_alloc(MemKind kind, size_t size);

/* Bytes now in use for `kind`, as the allocator rounds them. */
size_t mem_used(MemKind kind);

/* Ends the VM because of a condition it cannot survive; printf-like, one line on stderr, then a
 * crash report. Exit code 1. */
NORETURN void mem_out_of_memory(size_t wanted);

#endif
