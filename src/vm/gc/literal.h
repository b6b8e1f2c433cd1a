/* literal.h - constant terms that no collector copies.
 *
 * Literal areas (one per module and per persistent term) live in one reserved range of addresses,
 * so that "is it a literal" is one compare. An area is filled once and freed whole. */
#ifndef LING_LITERAL_H
#define LING_LITERAL_H

#include "vm/term/heap.h"

typedef struct LiteralArea {
    Heap heap;              /* block only; never fragments after literal_area_new */
    size_t size_words;
    struct LiteralArea *next;   /* for whoever keeps a list */
} LiteralArea;

extern Word *literal_base;      /* start of the reserved range */
#define LITERAL_RANGE_BYTES ((size_t)16 << 30)

static inline bool is_literal_address(const void *address)
{
    return (uintptr_t)address - (uintptr_t)literal_base < LITERAL_RANGE_BYTES;
}
/* `t` is cons or boxed and lies in a literal area. */
static inline bool is_literal(Term t) { return is_literal_address(t); }

void literal_init(void);        /* once, before any term is made */
/* A new area that holds copies of `terms`; these are updated in place. Null if the range is full. */
LiteralArea *literal_area_new(Term *terms, size_t count);
void literal_area_free(LiteralArea *area);
static inline bool literal_area_holds(const LiteralArea *area, const void *address)
{
    return (const Word *)address >= area->heap.start && (const Word *)address < area->heap.start + area->size_words;
}

#endif
