#include "vm/gc/gc_copy.h"

#include <string.h>

/* No cons has a header word as its head. */
#define FORWARDED ((Word)TAG_HEADER)

static inline bool lies_in(const Word *address, const Word *start, const Word *end)
{
    return (uintptr_t)address - (uintptr_t)start < (uintptr_t)end - (uintptr_t)start;
}

/* Where an object at `address` is to be copied: null if it stays. */
static inline Word **destination(CopyPass *pass, const Word *address)
{
    if (is_literal_address(address)) {
        if (LIKELY(!pass->purged) || !literal_area_holds(pass->purged, address))
            return NULL;
        return &pass->to_top;
    }
    if (pass->full)
        return &pass->to_top;
    if (lies_in(address, pass->mature_start, pass->mature_end))
        return &pass->old_top;
    if (lies_in(address, pass->old_start, pass->old_end))
        return NULL;
    return &pass->to_top;
}

static inline Term copy_cons(CopyPass *pass, Term t)
{
    Word *cell = (Word *)cons_cell(t);
    Word **to;
    Word *copy;

    if (cell[0] == FORWARDED)
        return (Term)cell[1];
    to = destination(pass, cell);
    if (!to)
        return t;
    copy = *to;
    *to = copy + 2;
    copy[0] = cell[0];
    copy[1] = cell[1];
    cell[0] = FORWARDED;
    cell[1] = term_bits(make_cons(copy));
    return make_cons(copy);
}

static inline Term copy_box(CopyPass *pass, Term t)
{
    Word *object = boxed(t);
    Word header = object[0];
    size_t words;
    Word **to;
    Word *copy;

    if (!is_header(header))
        return (Term)header;
    to = destination(pass, object);
    if (!to)
        return t;
    words = header_words(header);
    copy = *to;
    *to = copy + words + 1;
    copy[0] = header;
    for (size_t i = 1; i <= words; i++)
        copy[i] = object[i];
    object[0] = term_bits(make_boxed(copy));
    return make_boxed(copy);
}

static inline void copy_slot(CopyPass *pass, Term *slot)
{
    Term t = *slot;

    if (is_cons(t))
        *slot = copy_cons(pass, t);
    else if (is_boxed(t))
        *slot = copy_box(pass, t);
}

void gc_copy_roots(CopyPass *pass, Term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++)
        copy_slot(pass, &terms[i]);
}

/* Scans objects from `scan` up to where `*top` stands when it gets there. */
static Word *scan_area(CopyPass *pass, Word *scan, Word **top)
{
    while (scan < *top) {
        Word word = *scan;

        if (is_header(word)) {
            size_t words = header_words(word);
            size_t raw = box_raw_words(header_kind(word));
            scan += 1 + MIN(raw, words);
        } else {
            copy_slot(pass, (Term *)scan);
            scan++;
        }
    }
    return scan;
}

void gc_copy_reachable(CopyPass *pass, Word *young_scan, Word *old_scan)
{
    do {
        young_scan = scan_area(pass, young_scan, &pass->to_top);
        if (!pass->full)
            old_scan = scan_area(pass, old_scan, &pass->old_top);
    } while (young_scan < pass->to_top);
}

Word *gc_copy_forwarded(const CopyPass *pass, Word *object)
{
    if (!is_header(object[0]))
        return boxed((Term)object[0]);
    if (!pass->full && lies_in(object, pass->old_start, pass->old_end))
        return object;
    return NULL;
}
