#include "vm/gc/gc_copy.h"

#include <string.h>

/* No cons has a header word as its head. */
#define FORWARDED ((Word)TAG_HEADER)

/* Objects of more words are copied by memcpy: a loop is cheaper than the call for the others. */
#define MANY_WORDS 16

/* The work is written once and compiled for each kind of pass. */
typedef enum PassKind { MINOR, FULL, PURGING } PassKind;

#define FOR_EACH_KIND static inline __attribute__((always_inline))

static inline bool lies_in(const Word *address, const Word *start, const Word *end)
{
    return (uintptr_t)address - (uintptr_t)start < (uintptr_t)end - (uintptr_t)start;
}

/* Where an object at `address` is to be copied: null if it stays. Only addresses are looked at, so that a minor pass
 * does not touch what is old. */
FOR_EACH_KIND Word **destination(CopyPass *pass, PassKind kind, const Word *address)
{
    if (kind == MINOR) {
        uintptr_t offset = (uintptr_t)address - (uintptr_t)pass->block_start;
        if (LIKELY(offset < pass->block_bytes))
            return offset < pass->mature_bytes ? &pass->old_top : &pass->to_top;
        if (lies_in(address, pass->old_start, pass->old_end) || is_literal_address(address))
            return NULL;
        return &pass->to_top;      /* a fragment */
    }
    if (UNLIKELY(is_literal_address(address)) && !(kind == PURGING && literal_area_holds(pass->purged, address)))
        return NULL;
    return &pass->to_top;
}

/* What a copied word refers to is read when the scan gets to the copy: on its way into the cache until then. */
static inline void prefetch_target(Word word)
{
    if (!is_immediate((Term)word))
        __builtin_prefetch((const void *)(uintptr_t)(word & ~(Word)TAG_MASK), 1);
}

FOR_EACH_KIND void copy_cons(CopyPass *pass, PassKind kind, Term *slot)
{
    Word *cell = (Word *)cons_cell(*slot);
    Word **to = destination(pass, kind, cell);
    Word *copy;
    Word head;

    if (!to)
        return;
    head = cell[0];
    if (head == FORWARDED) {
        *slot = (Term)cell[1];
        return;
    }
    prefetch_target(head);
    prefetch_target(cell[1]);
    copy = *to;
    *to = copy + 2;
    copy[0] = head;
    copy[1] = cell[1];
    *slot = make_cons(copy);
    cell[0] = FORWARDED;
    cell[1] = term_bits(make_cons(copy));
}

FOR_EACH_KIND void copy_box(CopyPass *pass, PassKind kind, Term *slot)
{
    Word *object = boxed(*slot);
    Word **to = destination(pass, kind, object);
    Word header;
    size_t words;
    Word *copy;

    if (!to)
        return;
    header = object[0];
    if (!is_header(header)) {
        *slot = (Term)header;
        return;
    }
    words = header_words(header);
    copy = *to;
    *to = copy + words + 1;
    copy[0] = header;
    if (LIKELY(words <= MANY_WORDS)) {
        for (size_t i = 1; i <= words; i++) {
            copy[i] = object[i];
            prefetch_target(object[i]);
        }
    } else {
        memcpy(copy + 1, object + 1, words * sizeof(Word));
    }
    *slot = make_boxed(copy);
    object[0] = term_bits(make_boxed(copy));
}

FOR_EACH_KIND void copy_roots(CopyPass *pass, PassKind kind, Term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_cons(terms[i]))
            copy_cons(pass, kind, &terms[i]);
        else if (is_boxed(terms[i]))
            copy_box(pass, kind, &terms[i]);
    }
}

/* Scans objects from `scan` up to where `*top` stands when it gets there. */
FOR_EACH_KIND Word *scan_area(CopyPass *pass, PassKind kind, Word *scan, Word **top)
{
    while (scan < *top) {
        Word *at = scan++;
        unsigned tag = (unsigned)(*at & TAG_MASK);

        if (tag == TAG_CONS) {
            copy_cons(pass, kind, (Term *)at);
        } else if (tag == TAG_BOXED) {
            copy_box(pass, kind, (Term *)at);
        } else if (tag == TAG_HEADER) {
            size_t words = header_words(*at);
            size_t raw = box_raw_words(header_kind(*at));
            scan += MIN(raw, words);
        }
    }
    return scan;
}

static PassKind kind_of(const CopyPass *pass)
{
    return !pass->full ? MINOR : pass->purged ? PURGING : FULL;
}

void gc_copy_roots(CopyPass *pass, Term *terms, size_t count)
{
    switch (kind_of(pass)) {
    case MINOR:
        copy_roots(pass, MINOR, terms, count);
        break;
    case FULL:
        copy_roots(pass, FULL, terms, count);
        break;
    case PURGING:
        copy_roots(pass, PURGING, terms, count);
        break;
    }
}

static void copy_reachable_minor(CopyPass *pass, Word *young_scan, Word *old_scan)
{
    do {
        young_scan = scan_area(pass, MINOR, young_scan, &pass->to_top);
        old_scan = scan_area(pass, MINOR, old_scan, &pass->old_top);
    } while (young_scan < pass->to_top);
}

void gc_copy_reachable(CopyPass *pass, Word *young_scan, Word *old_scan)
{
    switch (kind_of(pass)) {
    case MINOR:
        copy_reachable_minor(pass, young_scan, old_scan);
        break;
    case FULL:
        scan_area(pass, FULL, young_scan, &pass->to_top);
        break;
    case PURGING:
        scan_area(pass, PURGING, young_scan, &pass->to_top);
        break;
    }
}

Word *gc_copy_forwarded(const CopyPass *pass, Word *object)
{
    if (!is_header(object[0]))
        return boxed((Term)object[0]);
    if (!pass->full && lies_in(object, pass->old_start, pass->old_end))
        return object;
    return NULL;
}
