/* literal.h - constant terms that no collector copies.
 *
 * Literal areas (one per module and per persistent term) live in one reserved range of addresses,
 * so that "is it a literal" is one compare. An area is filled once and freed whole. */
#ifndef LING_LITERAL_H
#define LING_LITERAL_H

#include "vm/term/heap.h"
#include "vm/term/literal_range.h"

typedef struct LiteralArea {
    Heap heap;              /* block only; never fragments after literal_area_new */
    size_t size_words;
    struct LiteralArea *next;   /* for whoever keeps a list */
} LiteralArea;

void literal_init(void);        /* once, before any term is made */
/* A new area that holds copies of `terms`; these are updated in place. Null if the range is full. */
LiteralArea *literal_area_new(Term *terms, size_t count);
/* A heap for terms that are going to be an area: they are built where the area will be, if that is possible and no more
 * than `words` are needed. Nothing else may be put into areas until literal_area_of_heap or heap_clear. */
Heap literal_heap(size_t words);
/* literal_area_new of terms that lie on such a heap, which is empty afterwards. */
LiteralArea *literal_area_of_heap(Heap *heap, Term *terms, size_t count);
/* The same for one term whose parts may occur many times: each is copied once. */
LiteralArea *literal_area_of_shared(Term *term);
void literal_area_free(LiteralArea *area);
static inline bool literal_area_holds(const LiteralArea *area, const void *address)
{
    return (const Word *)address >= area->heap.start && (const Word *)address < area->heap.start + area->size_words;
}

#endif
