/* heap.h - where terms are built.
 *
 * C code never collects: heap_alloc takes words from the heap's block or, when that is full, from
 * a fragment it chains. Nothing moves and nothing is freed, so a plain `Term` local is valid until
 * its function returns to the interpreter. Process heaps, messages, ETS objects, timers and
 * literal areas are all the same struct. A zeroed Heap is a valid empty one. */
#ifndef LING_HEAP_H
#define LING_HEAP_H

#include "vm/term/term.h"

typedef struct HeapFragment {
    struct HeapFragment *next;
    size_t size_words;
    size_t used_words;
    Word body[];
} HeapFragment;

typedef struct Heap {
    Word *top;                 /* free room of the block: [top, limit) */
    Word *limit;               /* in a running process: its stack top, less the red zone */
    Word *start;               /* of the block; null if the heap has none */
    HeapFragment *fragments;   /* newest first */
    Word *off_heap;            /* list of RefcBits and MagicRefObjects on this heap, through their `next` */
    size_t off_heap_bytes;     /* what they keep alive: counts towards collection */
#ifdef LING_GC_STRESS
    bool is_process_heap;      /* C code then gets every piece as a malloc block of its own */
#endif
} Heap;

Word *heap_alloc_slow(Heap *heap, size_t words);

/* Room for `words` (> 0) words. Never null: a size that a program chose was checked before. */
static inline Word *heap_alloc(Heap *heap, size_t words)
{
    Word *at = heap->top;

#ifdef LING_GC_STRESS
    if (heap->is_process_heap)
        return heap_alloc_slow(heap, words);
#endif
    if (LIKELY(heap->limit - at >= (ptrdiff_t)words)) {  /* < 0: calls used the red zone */
        heap->top = at + words;
        return at;
    }
    return heap_alloc_slow(heap, words);
}

/* Makes the next heap_allocs of `words` in all contiguous with no waste: for a Heap of its own
 * whose size was computed (term_size_words). */
void heap_reserve(Heap *heap, size_t words);
/* Gives back what the last allocation took too much: `end` lies inside it. */
void heap_trim(Heap *heap, Word *end);
/* All that `from` owns becomes part of `into`; `from` is empty after. No word moves.
 * `from` must not have a block of its own (start is null). */
void heap_splice(Heap *into, Heap *from);
/* Frees the fragments and lets go of all off-heap objects; not the block. */
void heap_clear(Heap *heap);
void heap_fragment_free(HeapFragment *fragment);   /* one that is in no list any more */
/* Words in fragments. */
size_t heap_fragment_words(const Heap *heap);

/* --- constructors ------------------------------------------------------------------------- */

static inline Term cons(Heap *heap, Term head, Term tail)
{
    Term *cell = (Term *)heap_alloc(heap, 2);

    cell[0] = head;
    cell[1] = tail;
    return make_cons((Word *)cell);
}

/* Words that the block itself has left: so many may be written at `top`, which the caller then moves. */
static inline size_t heap_room(const Heap *heap)
{
#ifdef LING_GC_STRESS
    if (heap->is_process_heap)
        return 0;
#endif
    return heap->limit > heap->top ? (size_t)(heap->limit - heap->top) : 0;
}

/* A tuple whose elements the caller fills in before anything else sees it. size <= TUPLE_MAX_SIZE. */
static inline Term tuple_new(Heap *heap, size_t size, Term **elements)
{
    Word *object = heap_alloc(heap, size + 1);

    object[0] = MAKE_HEADER(BOX_TUPLE, size);
    *elements = (Term *)object + 1;
    return make_boxed(object);
}

Term tuple_from(Heap *heap, size_t size, const Term *elements);
Term tuple_2(Heap *heap, Term a, Term b);
Term tuple_3(Heap *heap, Term a, Term b, Term c);
Term tuple_4(Heap *heap, Term a, Term b, Term c, Term d);
Term tuple_5(Heap *heap, Term a, Term b, Term c, Term d, Term e);
Term float_new(Heap *heap, double value);     /* `value` is finite */
Term list_from(Heap *heap, size_t count, const Term *elements, Term tail);
Term list_from_bytes(Heap *heap, const uint8_t *bytes, size_t size, Term tail);   /* small integers */
Term list_from_text(Heap *heap, const char *latin1);
/* Number of elements of a proper list, -1 if `t` is not one. */
ptrdiff_t list_length(Term t);

#endif
