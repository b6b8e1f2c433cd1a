#include "vm/gc/gc_copy.h"

#include <string.h>

/* No cons has a header word as its head. */
#define FORWARDED ((Word)TAG_HEADER)

/* Objects of more words are copied by memcpy: a loop is cheaper than the call for the others. */
#define MANY_WORDS 8

/* The work is written once and compiled for each kind of pass. */
typedef enum PassKind { MINOR, FULL, PURGING } PassKind;

#define FOR_EACH_KIND static inline __attribute__((always_inline))

static inline bool lies_in(const Word *address, const Word *start, const Word *end)
{
    return (uintptr_t)address - (uintptr_t)start < (uintptr_t)end - (uintptr_t)start;
}

typedef enum Place { STAYS, YOUNG, OLD } Place;

/* Where an object at `address` is to be copied. Only addresses are looked at, so that a minor pass does not touch what
 * is old. */
FOR_EACH_KIND Place place_of(const CopyPass *pass, PassKind kind, const Word *address)
{
    if (kind == MINOR) {
        uintptr_t offset = (uintptr_t)address - (uintptr_t)pass->block_start;
        if (LIKELY(offset < pass->block_bytes))
            return offset < pass->mature_bytes ? OLD : YOUNG;
        if (lies_in(address, pass->old_start, pass->old_end) || is_literal_address(address))
            return STAYS;
        return YOUNG;      /* a fragment */
    }
    if (UNLIKELY(is_literal_address(address)) && !(kind == PURGING && literal_area_holds(pass->purged, address)))
        return STAYS;
    return YOUNG;
}

FOR_EACH_KIND Word *top_of(const CopyTops *tops, PassKind kind, Place place)
{
    return kind == MINOR && place == OLD ? tops->old : tops->young;
}

FOR_EACH_KIND void set_top(CopyTops *tops, PassKind kind, Place place, Word *top)
{
    if (kind == MINOR && place == OLD)
        tops->old = top;
    else
        tops->young = top;
}

/* Of a list's next cell: it was copied with the one before it. */
FOR_EACH_KIND bool is_copy(const CopyPass *pass, const Term *cell)
{
    return (uintptr_t)cell - (uintptr_t)pass->to_start < pass->to_bytes;
}

/* A list, as far as it goes to the same place: its cells lie one after the other then, and refer to each other. */
FOR_EACH_KIND void copy_list(const CopyPass *pass, PassKind kind, CopyTops *tops, Term *slot)
{
    Word *cell = (Word *)cons_cell(*slot);
    Place place = place_of(pass, kind, cell);
    Word head, *first, *copy;
    bool plain = true;

    if (place == STAYS)
        return;
    head = cell[0];
    if (head == FORWARDED) {
        *slot = (Term)cell[1];
        return;
    }
    first = copy = top_of(tops, kind, place);
    *slot = make_cons(first);
    for (;;) {
        Word tail = cell[1];

        copy[0] = head;
        plain = plain && is_immediate((Term)head);
        cell[0] = FORWARDED;
        cell[1] = term_bits(make_cons(copy));
        copy += 2;
        copy[-1] = tail;
        if (!is_cons((Term)tail)) {
            plain = plain && is_immediate((Term)tail);
            break;
        }
        cell = (Word *)cons_cell((Term)tail);
        head = cell[0];
        if (place_of(pass, kind, cell) != place || head == FORWARDED) {
            plain = false;
            break;
        }
        copy[-1] = term_bits(make_cons(copy));
    }
    set_top(tops, kind, place, copy);
    if (plain)
        plain_range_add(&tops->plain, first, copy);
}

/* Bit 0 of this, moved by a term's tag, tells whether the term refers to something. */
#define POINTER_TAGS (1u << TAG_CONS | 1u << TAG_BOXED)

/* True if nothing in the object refers to anything, as far as that is seen at once. */
static inline bool copy_words(Word *to, const Word *from, Word header, size_t words)
{
    unsigned pointers = 0;

    to[0] = header;
    if (UNLIKELY(words > MANY_WORDS)) {
        memcpy(to + 1, from + 1, words * sizeof(Word));
        pointers = 1;
    } else {
        for (size_t i = 1; i <= words; i++) {
            Word word = from[i];
            to[i] = word;
            pointers |= POINTER_TAGS >> (word & TAG_MASK);
        }
    }
    return !(pointers & 1) || box_raw_words(header_kind(header)) >= words;
}

FOR_EACH_KIND void copy_box(const CopyPass *pass, PassKind kind, CopyTops *tops, Term *slot)
{
    Word *object = boxed(*slot);
    Place place = place_of(pass, kind, object);
    Word header;
    size_t words;
    Word *copy;
    bool plain;

    if (place == STAYS)
        return;
    header = object[0];
    if (!is_header(header)) {
        *slot = (Term)header;
        return;
    }
    words = header_words(header);
    copy = top_of(tops, kind, place);
    set_top(tops, kind, place, copy + words + 1);
    *slot = make_boxed(copy);
    plain = copy_words(copy, object, header, words);
    object[0] = term_bits(make_boxed(copy));
    if (plain)
        plain_range_add(&tops->plain, copy, copy + words + 1);
}

FOR_EACH_KIND void copy_roots(CopyPass *pass, PassKind kind, Term *terms, size_t count)
{
    CopyTops tops = pass->tops;

    for (size_t i = 0; i < count; i++) {
        if (is_cons(terms[i]))
            copy_list(pass, kind, &tops, &terms[i]);
        else if (is_boxed(terms[i]))
            copy_box(pass, kind, &tops, &terms[i]);
    }
    pass->tops = tops;
}

/* Scans objects from `scan` up to where `*top`, one of `tops`, stands when it gets there. What has no header is a cell
 * of a list. */
FOR_EACH_KIND Word *scan_area(const CopyPass *pass, PassKind kind, CopyTops *tops, Word *scan, Word *const *top)
{
    while (scan < *top) {
        Word *at = scan;

        if (UNLIKELY(at == tops->plain.start)) {
            scan = tops->plain.end;
            continue;
        }
        if (is_header(*at)) {
            size_t words = header_words(*at);
            scan += 1 + words;
            at += 1 + MIN(box_raw_words(header_kind(*at)), words);
        } else {
            scan += 2;
        }
        for (; at < scan; at++) {
            if (is_immediate((Term)*at))
                continue;
            if (is_boxed((Term)*at))
                copy_box(pass, kind, tops, (Term *)at);
            else if (!is_copy(pass, cons_cell((Term)*at)))
                copy_list(pass, kind, tops, (Term *)at);
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

FOR_EACH_KIND void copy_reachable(CopyPass *pass, PassKind kind, Word *young_scan, Word *old_scan)
{
    CopyTops tops = pass->tops;

    do {
        young_scan = scan_area(pass, kind, &tops, young_scan, &tops.young);
        if (kind == MINOR)
            old_scan = scan_area(pass, kind, &tops, old_scan, &tops.old);
    } while (young_scan < tops.young);
    pass->tops = tops;
}

void gc_copy_reachable(CopyPass *pass, Word *young_scan, Word *old_scan)
{
    switch (kind_of(pass)) {
    case MINOR:
        copy_reachable(pass, MINOR, young_scan, old_scan);
        break;
    case FULL:
        copy_reachable(pass, FULL, young_scan, old_scan);
        break;
    case PURGING:
        copy_reachable(pass, PURGING, young_scan, old_scan);
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
