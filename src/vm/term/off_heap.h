/* off_heap.h - memory outside the heaps that terms point to, counted by references.
 *
 * A Binary holds bytes; a magic Binary holds a C struct with a destructor and is reached from
 * Erlang as a reference. Every heap object that owns one reference (RefcBits, MagicRefObject) is on
 * its Heap's off-heap list; the collector drops the reference of those that died. One VM thread:
 * counts are plain integers. Worker threads get a pinned Binary (a reference of their own) and
 * give it back on the VM thread. */
#ifndef LING_OFF_HEAP_H
#define LING_OFF_HEAP_H

#include "vm/term/heap.h"

typedef struct Binary {
    int64_t references;
    size_t capacity;                      /* bytes that `data` has room for */
    size_t used_bits;                     /* end of what has been written: only whoever ends exactly
                                             here may append in place; magic: see magic_ref.c */
    void (*destroy)(struct Binary *);     /* magic: called before the memory goes, unless it takes a reference
                                             again; else null */
    _Alignas(16) uint8_t data[];
} Binary;

/* One reference, held by the caller. Never null; for a size a program chose: binary_try_new. */
Binary *binary_new(size_t bytes);
Binary *binary_try_new(size_t bytes);
/* A zeroed C struct of `bytes` in `data`. */
Binary *binary_new_magic(size_t bytes, void (*destroy)(Binary *));
/* Makes one of a binary that was just made, so that `destroy` is called in the end. */
static inline void binary_make_magic(Binary *binary, void (*destroy)(Binary *))
{
    binary->used_bits = SIZE_MAX;
    binary->destroy = destroy;
}
/* `binary` must have one reference only. May move. */
Binary *binary_resize(Binary *binary, size_t bytes);
static inline Binary *binary_keep(Binary *binary) { binary->references++; return binary; }
void binary_release(Binary *binary);

/* A bitstring that is the whole of a Binary. */
typedef struct RefcBits {
    Word header;          /* BOX_REFC_BITS, REFC_BITS_WORDS - 1 */
    size_t bit_size;
    Binary *binary;
    Word *next;           /* off-heap list */
} RefcBits;
#define REFC_BITS_WORDS 4

/* Reference as a term: see ref.h for `id`. */
typedef struct MagicRefObject {
    Word header;          /* BOX_MAGIC_REF, MAGIC_REF_WORDS - 1 */
    uint64_t id;
    uint64_t owner;       /* 0 */
    Binary *binary;
    Word *next;           /* off-heap list */
} MagicRefObject;
#define MAGIC_REF_WORDS 5

/* The number of a reference to `binary` that was written (ref.h) stands for nothing any more. */
void magic_ref_forget(Binary *binary);

/* Puts an object that has its reference already on the heap's list and counts its bytes. */
void off_heap_add(Heap *heap, Word *object);
/* The object's next on the list, as a field to read or write. */
Word **off_heap_next(Word *object);
Binary *off_heap_binary(Word *object);
void off_heap_splice(Heap *into, Heap *from);
void off_heap_release_all(Heap *heap);

#endif
