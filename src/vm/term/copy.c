#include "vm/term/copy.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/literal_range.h"
#include "vm/term/plain_range.h"
#include "vm/term/slot_stack.h"

/* A part of bits that lie inline in another object: what is needed of them is copied. */
static inline bool is_inline_part(const Word *object, bool with_literals)
{
    Term base = ((const SubBits *)object)->base;

    return boxed_kind(base) == BOX_HEAP_BITS && (with_literals || !is_literal(base));
}

static size_t inline_part_words(const Word *object)
{
    return HEAP_BITS_WORDS(bits_bytes(((const SubBits *)object)->bit_size));
}

/* Words of the object itself; what it refers to is put on the stack. */
static inline size_t size_of_box(const Word *object, SlotStack *stack, bool with_literals)
{
    size_t words = header_words(object[0]);
    BoxKind kind = header_kind(object[0]);
    size_t raw;

    if (kind == BOX_SUB_BITS && is_inline_part(object, with_literals))
        return inline_part_words(object);
    raw = box_raw_words(kind);
    if (raw < words)
        slot_stack_push(stack, (const Term *)object + 1 + raw, (const Term *)object + 1 + words);
    return words + 1;
}

static inline bool is_left_alone(Term t, bool with_literals)
{
    return is_immediate(t) || (!with_literals && is_literal(t));
}

static inline size_t size_of(Term t, bool with_literals)
{
    SlotStack stack;
    size_t words = 0;

    if (is_left_alone(t, with_literals))
        return 0;
    slot_stack_init(&stack);
    do {
        while (is_cons(t)) {
            words += 2;
            if (!is_left_alone(list_head(t), with_literals)) {
                slot_stack_push(&stack, &cons_cell(t)[1], &cons_cell(t)[2]);
                t = list_head(t);
            } else {
                t = list_tail(t);
            }
            if (is_left_alone(t, with_literals))
                break;
        }
        if (is_boxed(t) && !is_left_alone(t, with_literals))
            words += size_of_box(boxed(t), &stack, with_literals);
        do {
            t = slot_stack_next(&stack);
        } while (t != NO_TERM && is_left_alone(t, with_literals));
    } while (t != NO_TERM);
    slot_stack_free(&stack);
    return words;
}

size_t term_size_words(Term t)
{
    return size_of(t, false);
}

size_t term_size_words_all(Term t)
{
    return size_of(t, true);
}

typedef struct Copier {
    Heap *into;
    Word *start;            /* the copies lie in [start, end) */
    Word *end;
    Word *top;
    PlainRange plain;
    bool with_literals;
} Copier;

/* The cells of a list one after the other, as far as it goes. */
static inline Term copy_spine(Copier *c, const Term *cell)
{
    Word *first = c->top;
    Word *to = first;
    bool plain = true;
    Term tail;

    for (;;) {
        Term head = cell[0];

        tail = cell[1];
        to[0] = term_bits(head);
        to[1] = term_bits(tail);
        to += 2;
        plain = plain && is_immediate(head);
        if (!is_cons(tail) || is_left_alone(tail, c->with_literals))
            break;
        to[-1] = term_bits(make_cons(to));
        cell = cons_cell(tail);
    }
    c->top = to;
    if (plain && is_left_alone(tail, c->with_literals))
        plain_range_add(&c->plain, first, to);
    return make_cons(first);
}

static Term copy_inline_part(Copier *c, const SubBits *part)
{
    size_t bytes = bits_bytes(part->bit_size);
    size_t words = HEAP_BITS_WORDS(bytes);
    HeapBits *copy = (HeapBits *)c->top;

    c->top += words;
    c->top[-1] = 0;
    copy->header = MAKE_HEADER(BOX_HEAP_BITS, words - 1);
    copy->bit_size = part->bit_size;
    bits_copy_out(copy->bytes, bits_base_data(part->base), part->bit_offset, part->bit_size);
    return make_boxed(copy);
}

static inline Term copy_box(Copier *c, const Word *object)
{
    Word header = object[0];
    size_t words = header_words(header);
    Word *copy = c->top;

    if (header_kind(header) == BOX_SUB_BITS && is_inline_part(object, c->with_literals))
        return copy_inline_part(c, (const SubBits *)object);
    c->top = copy + words + 1;
    for (size_t i = 0; i <= words; i++)
        copy[i] = object[i];
    if (header_kind(header) == BOX_REFC_BITS || header_kind(header) == BOX_MAGIC_REF) {
        binary_keep(off_heap_binary(copy));
        off_heap_add(c->into, copy);
    }
    return make_boxed(copy);
}

static inline Term copy_object(Copier *c, Term t)
{
    return is_cons(t) ? copy_spine(c, cons_cell(t)) : copy_box(c, boxed(t));
}

static inline bool is_copied(const Copier *c, Term t)
{
    return (uintptr_t)t - (uintptr_t)c->start < (uintptr_t)c->end - (uintptr_t)c->start;
}

/* Copies what the copies still refer to outside, until there is nothing left. */
static inline void copy_reachable(Copier *c)
{
    Word *scan = c->start;

    while (scan < c->top) {
        Word word = *scan;
        Term t = (Term)word;

        if (scan == c->plain.start) {
            scan = c->plain.end;
            continue;
        }
        if (is_header(word)) {
            size_t words = header_words(word);
            size_t raw = box_raw_words(header_kind(word));
            scan += 1 + MIN(raw, words);
            continue;
        }
        if (!is_left_alone(t, c->with_literals) && !is_copied(c, t))
            *scan = term_bits(copy_object(c, t));
        scan++;
    }
    assert(c->top == c->end);
}

static inline Term copy_into(Heap *into, Term t, size_t words, bool with_literals)
{
    Copier copier;
    Term copy;

    if (words == 0)
        return t;
    copier.into = into;
    copier.start = copier.top = heap_alloc(into, words);
    copier.end = copier.start + words;
    copier.plain = (PlainRange){NULL, NULL};
    copier.with_literals = with_literals;
    copy = copy_object(&copier, t);
    copy_reachable(&copier);
    return copy;
}

Term term_copy_sized(Heap *into, Term t, size_t words)
{
    return copy_into(into, t, words, false);
}

Term term_copy(Heap *into, Term t)
{
    return copy_into(into, t, size_of(t, false), false);
}

Term term_copy_all(Heap *into, Term t)
{
    return copy_into(into, t, size_of(t, true), true);
}

/* --- with sharing -------------------------------------------------------------------------- */

/* Objects seen, and where their copies are: open addressing, at most half full; a null address is free. */
typedef struct Seen {
    const void *address;
    Term copy;
} Seen;

typedef struct SeenSet {
    Seen *slots;
    size_t capacity;
    size_t count;
} SeenSet;

static const void *address_of(Term t)
{
    return is_cons(t) ? (const void *)cons_cell(t) : boxed(t);
}

/* The slot of `address`, or the free one where it would be. */
static Seen *seen_slot(const SeenSet *set, const void *address)
{
    size_t mask = set->capacity - 1;
    size_t i = ((uintptr_t)address >> 3) * 0x9E3779B97F4A7C15u >> 20 & mask;

    while (set->slots[i].address && set->slots[i].address != address)
        i = (i + 1) & mask;
    return &set->slots[i];
}

/* The slot of `address`, which is new if its `copy` is NO_TERM and `count` grew. */
static Seen *seen_add(SeenSet *set, const void *address)
{
    Seen *slot;

    if (2 * set->count >= set->capacity) {
        SeenSet bigger = {.capacity = MAX(2 * set->capacity, 64)};
        bigger.slots = mem_alloc_zero(MEM_SYSTEM, bigger.capacity * sizeof *bigger.slots);
        for (size_t i = 0; i < set->capacity; i++)
            if (set->slots[i].address)
                *seen_slot(&bigger, set->slots[i].address) = set->slots[i];
        bigger.count = set->count;
        mem_free(MEM_SYSTEM, set->slots);
        *set = bigger;
    }
    slot = seen_slot(set, address);
    if (!slot->address) {
        *slot = (Seen){address, NO_TERM};
        set->count++;
    }
    return slot;
}

static size_t size_shared(SeenSet *seen, Term t, bool with_literals)
{
    SlotStack stack;
    size_t words = 0;

    slot_stack_init(&stack);
    for (; t != NO_TERM; t = slot_stack_next(&stack)) {
        size_t known = seen->count;

        if (is_left_alone(t, with_literals))
            continue;
        seen_add(seen, address_of(t));
        if (seen->count == known)
            continue;
        if (is_cons(t)) {
            words += 2;
            slot_stack_push(&stack, &cons_cell(t)[0], &cons_cell(t)[2]);
        } else {
            words += size_of_box(boxed(t), &stack, with_literals);
        }
    }
    slot_stack_free(&stack);
    return words;
}

static size_t size_once(Term t, bool with_literals)
{
    SeenSet seen = {0};
    size_t words = size_shared(&seen, t, with_literals);

    mem_free(MEM_SYSTEM, seen.slots);
    return words;
}

size_t term_size_words_shared(Term t)
{
    return size_once(t, false);
}

size_t term_size_words_all_shared(Term t)
{
    return size_once(t, true);
}

/* The copy of one object: that which is there, or a new one whose parts are still the old ones. A list is
 * followed while its cells are new, so that they lie one after the other. */
static Term copy_once(Copier *c, const SeenSet *seen, Term t)
{
    Seen *slot = seen_slot(seen, address_of(t));
    Word *cell;

    if (slot->copy != NO_TERM)
        return slot->copy;
    if (!is_cons(t))
        return slot->copy = copy_box(c, boxed(t));
    cell = c->top;
    for (;;) {
        slot->copy = make_cons(c->top);
        c->top[0] = term_bits(list_head(t));
        c->top[1] = term_bits(list_tail(t));
        c->top += 2;
        t = list_tail(t);
        if (!is_cons(t))
            break;
        slot = seen_slot(seen, cons_cell(t));
        if (slot->copy != NO_TERM)
            break;
        c->top[-1] = term_bits(make_cons(c->top));
    }
    return make_cons(cell);
}

static void copy_reachable_once(Copier *c, const SeenSet *seen)
{
    Word *scan = c->start;

    while (scan < c->top) {
        Term t = term_from_bits(*scan);

        if (is_header(*scan)) {
            size_t words = header_words(*scan);
            size_t raw = box_raw_words(header_kind(*scan));
            scan += 1 + MIN(raw, words);
            continue;
        }
        if (!is_immediate(t) && !is_copied(c, t))
            *scan = term_bits(copy_once(c, seen, t));
        scan++;
    }
    assert(c->top == c->end);
}

Term term_copy_all_shared(Heap *into, Term t)
{
    SeenSet seen = {0};
    size_t words = size_shared(&seen, t, true);

    if (words > 0) {
        Copier copier = {.into = into, .with_literals = true};
        copier.start = copier.top = heap_alloc(into, words);
        copier.end = copier.start + words;
        t = copy_once(&copier, &seen, t);
        copy_reachable_once(&copier, &seen);
    }
    mem_free(MEM_SYSTEM, seen.slots);
    return t;
}
