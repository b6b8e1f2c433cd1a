#include "vm/term/iolist.h"

#include <string.h>

#include "vm/base/mem.h"

/* Single bytes are gathered in runs of so many. */
#define RUN_BYTES 256
#define NO_BUDGET INT64_MAX

/* --- walks ---------------------------------------------------------------------------------- */

static void push(IolistWalk *walk, Term t)
{
    if (walk->depth == walk->capacity) {
        size_t bytes = 2 * walk->capacity * sizeof(Term);
        if (walk->stack == walk->inline_stack) {
            walk->stack = mem_alloc(MEM_SYSTEM, bytes);
            memcpy(walk->stack, walk->inline_stack, sizeof walk->inline_stack);
        } else {
            walk->stack = mem_realloc(MEM_SYSTEM, walk->stack, bytes);
        }
        walk->capacity *= 2;
    }
    walk->stack[walk->depth++] = t;
}

void iolist_walk_start(IolistWalk *walk, Term t, bool allow_bits)
{
    walk->stack = walk->inline_stack;
    walk->depth = 0;
    walk->capacity = IOLIST_WALK_INLINE;
    walk->allow_bits = allow_bits;
    push(walk, t);
}

void iolist_walk_end(IolistWalk *walk)
{
    if (walk->stack != walk->inline_stack)
        mem_free(MEM_SYSTEM, walk->stack);
    walk->stack = walk->inline_stack;
    walk->depth = 0;
}

/* What is left on the stack is made a list, which is an iolist again. */
Term iolist_walk_pending(const IolistWalk *walk, Heap *heap)
{
    Term pending = TERM_NIL;

    for (size_t i = 0; i < walk->depth; i++)
        pending = cons(heap, walk->stack[i], pending);
    return pending;
}

void iolist_walk_resume(IolistWalk *walk, Term pending, bool allow_bits)
{
    iolist_walk_start(walk, pending, allow_bits);
}

static inline bool is_byte(Term t) { return is_small(t) && (uint64_t)small_value(t) < 256; }

typedef enum ItemKind { ITEM_BYTE, ITEM_BITS, ITEM_NONE, ITEM_BAD } ItemKind;

/* Classifies an element of a list, or its tail. Lists are entered by the callers. */
static inline ItemKind item_kind(const IolistWalk *walk, Term t)
{
    if (is_small(t))
        return is_byte(t) ? ITEM_BYTE : ITEM_BAD;
    if (is_bitstring(t))
        return walk->allow_bits || bits_size(t) % 8 == 0 ? ITEM_BITS : ITEM_BAD;
    return ITEM_NONE;
}

/* What is put aside counts as an element when a walk is resumed, and a tail may not be a byte. */
static inline bool may_be_tail(Term t) { return is_list(t) || is_bitstring(t); }

/* Takes the next byte or bitstring; false when there is none. On true, *kind may be ITEM_BAD. A list's
 * tail is kept in *tail between calls, so that plain lists never touch the stack. */
static inline bool next_item(IolistWalk *walk, Term *tail, Term *item, ItemKind *kind)
{
    for (;;) {
        if (is_cons(*tail)) {
            Term head = list_head(*tail);
            *tail = list_tail(*tail);
            *kind = item_kind(walk, head);
            *item = head;
            if (LIKELY(*kind != ITEM_NONE))
                return true;
            if (is_nil(head))
                continue;
            if (!is_cons(head) || !may_be_tail(*tail))
                break;
            if (!is_nil(*tail))
                push(walk, *tail);
            *tail = head;
        } else if (is_nil(*tail)) {
            if (walk->depth == 0)
                return false;
            *tail = walk->stack[--walk->depth];
        } else {
            *item = *tail;
            *tail = TERM_NIL;
            *kind = item_kind(walk, *item);
            if (*kind == ITEM_BITS)
                return true;
            break;
        }
    }
    *kind = ITEM_BAD;
    return true;
}

/* Passes over the bytes at the front of the list, at most `most`, and writes them to `to` unless it is null. Most lists
 * hold nothing else. */
static inline size_t pass_bytes(Term *list, int64_t most, uint8_t *to)
{
    Term tail = *list;
    int64_t count = 0;

    for (; count < most && is_cons(tail); count++, tail = list_tail(tail)) {
        Term head = list_head(tail);
        if (!is_byte(head))
            break;
        if (to)
            to[count] = (uint8_t)small_value(head);
    }
    *list = tail;
    return (size_t)count;
}

static IolistResult out_of_budget(IolistWalk *walk, Term tail)
{
    if (!may_be_tail(tail))
        return IOLIST_BAD;
    if (!is_nil(tail))
        push(walk, tail);
    return walk->depth > 0 ? IOLIST_MORE : IOLIST_DONE;
}

IolistResult iolist_walk_size(IolistWalk *walk, size_t *size, int64_t *budget)
{
    unsigned shift = walk->allow_bits ? 0 : 3;
    size_t limit = walk->allow_bits ? BITS_MAX : SIZE_MAX - BITS_MAX;
    Term tail = TERM_NIL;
    Term item;
    ItemKind kind;

    while (next_item(walk, &tail, &item, &kind)) {
        size_t run = 0;
        if (kind == ITEM_BYTE) {
            run = pass_bytes(&tail, *budget - 1, NULL);
            *size += (1 + run) * (8 >> shift);
        } else if (kind == ITEM_BITS) {
            *size += bits_size(item) >> shift;
        } else {
            return IOLIST_BAD;
        }
        if (*size > limit)
            return IOLIST_TOO_BIG;
        *budget -= 1 + (int64_t)run;
        if (*budget <= 0)
            return out_of_budget(walk, tail);
    }
    return IOLIST_DONE;
}

/* Writes `byte`, and those at the front of *tail unless bits have to be shifted. Returns their number. */
static size_t put_bytes(uint8_t *to, size_t position, uint8_t byte, Term *tail, int64_t most)
{
    if (UNLIKELY(position % 8 != 0)) {
        bits_copy(to, position, &byte, 0, 8);
        return 1;
    }
    to[position / 8] = byte;
    return 1 + pass_bytes(tail, most - 1, to + position / 8 + 1);
}

/* Puts the bits of `item` at `position`; how many they are. */
static inline size_t put_bits(uint8_t *to, size_t position, Term item)
{
    const HeapBits *bits = (const HeapBits *)boxed(item);
    BitsView view;

    if (LIKELY(header_kind(bits->header) == BOX_HEAP_BITS && ((bits->bit_size | position) & 7) == 0)) {
        bits_copy_bytes(to + position / 8, bits->bytes, bits->bit_size / 8);
        return bits->bit_size;
    }
    view = bits_view_of(item);
    bits_copy(to, position, view.bytes, view.bit_offset, view.bit_size);
    return view.bit_size;
}

IolistResult iolist_walk_copy(IolistWalk *walk, uint8_t *to, size_t *position, int64_t *budget)
{
    Term tail = TERM_NIL;
    Term item;
    ItemKind kind;

    while (next_item(walk, &tail, &item, &kind)) {
        if (kind == ITEM_BYTE) {
            size_t run = put_bytes(to, *position, (uint8_t)small_value(item), &tail, *budget);
            *position += 8 * run;
            *budget -= (int64_t)run - 1;
        } else if (kind == ITEM_BITS) {
            size_t bits = put_bits(to, *position, item);
            *position += bits;
            *budget -= (int64_t)(bits / 512);
        } else {
            return IOLIST_BAD;
        }
        if (--*budget <= 0)
            return out_of_budget(walk, tail);
    }
    return IOLIST_DONE;
}

/* --- in one go ------------------------------------------------------------------------------ */

/* Integers are good inside lists only. */
static inline bool may_be_iolist(Term t) { return may_be_tail(t); }

IolistResult iolist_size(Term t, size_t *bytes)
{
    IolistWalk walk;
    IolistResult result;
    int64_t budget = NO_BUDGET;

    *bytes = 0;
    if (!may_be_iolist(t))
        return IOLIST_BAD;
    iolist_walk_start(&walk, t, false);
    result = iolist_walk_size(&walk, bytes, &budget);
    iolist_walk_end(&walk);
    return *bytes > BITS_MAX / 8 && result == IOLIST_DONE ? IOLIST_TOO_BIG : result;
}

void iolist_copy(Term t, uint8_t *to)
{
    IolistWalk walk;
    size_t position = 0;
    int64_t budget = NO_BUDGET;

    iolist_walk_start(&walk, t, false);
    while (iolist_walk_copy(&walk, to, &position, &budget) == IOLIST_MORE)
        budget = NO_BUDGET;
    iolist_walk_end(&walk);
}

IolistResult iolist_to_bytes(Term t, int mem_kind, uint8_t **bytes, size_t *size)
{
    IolistResult result = iolist_size(t, size);

    if (result != IOLIST_DONE)
        return result;
    *bytes = mem_alloc((MemKind)mem_kind, *size + 1);
    iolist_copy(t, *bytes);
    (*bytes)[*size] = 0;
    return IOLIST_DONE;
}

IolistResult iolist_to_off_heap(Term t, Binary **binary, size_t *size)
{
    IolistResult result = iolist_size(t, size);
    BitsView view;

    if (result != IOLIST_DONE)
        return result;
    if (bits_view(t, &view) && view.owner && view.bytes == view.owner->data && view.bit_offset == 0) {
        *binary = binary_keep(view.owner);
        return IOLIST_DONE;
    }
    *binary = binary_try_new(*size);
    if (!*binary)
        return IOLIST_TOO_BIG;
    iolist_copy(t, (*binary)->data);
    return IOLIST_DONE;
}

IolistResult iolist_to_term(Heap *heap, Term t, Term *binary)
{
    IolistResult result;
    uint8_t *data;
    size_t size;

    *binary = t;
    if (is_binary(t))
        return IOLIST_DONE;
    result = iolist_size(t, &size);
    if (result != IOLIST_DONE)
        return result;
    *binary = bits_try_alloc(heap, size * 8, &data);
    if (*binary == NO_TERM)
        return IOLIST_TOO_BIG;
    iolist_copy(t, data);
    return IOLIST_DONE;
}

/* --- visiting ------------------------------------------------------------------------------- */

typedef struct PartSink {
    IolistPart part;
    void *context;
    size_t run;             /* single bytes gathered */
    uint8_t bytes[RUN_BYTES];
} PartSink;

static bool flush_run(PartSink *sink)
{
    size_t size = sink->run;

    sink->run = 0;
    return size == 0 || sink->part(sink->context, sink->bytes, size, NULL);
}

static bool give_bits(PartSink *sink, Term item)
{
    BitsBytes bytes;
    BitsView view = bits_view_of(item);
    bool go_on;

    if (view.bit_size == 0)
        return true;
    if (!flush_run(sink))
        return false;
    if (view.bit_offset == 0)
        return sink->part(sink->context, view.bytes, view.bit_size / 8, view.owner);
    bits_bytes_get(item, &bytes);
    go_on = sink->part(sink->context, bytes.bytes, bytes.size, NULL);
    bits_bytes_free(&bytes);
    return go_on;
}

/* The first bytes of a binary that is longer than the budget; the others are put aside. */
static Term split_bits(IolistWalk *walk, Heap *heap, Term item, Term *tail, int64_t budget)
{
    size_t size = bits_size(item) / 8;
    size_t first = (size_t)MAX(budget, 1);

    if (size <= first || !may_be_tail(*tail))
        return item;
    if (!is_nil(*tail))
        push(walk, *tail);
    *tail = TERM_NIL;
    push(walk, bits_sub(heap, item, 8 * first, 8 * (size - first)));
    return bits_sub(heap, item, 0, 8 * first);
}

IolistResult iolist_walk_each(IolistWalk *walk, Heap *heap, IolistPart part, void *context, int64_t *budget)
{
    PartSink sink = {.part = part, .context = context};
    IolistResult result = IOLIST_DONE;
    Term tail = TERM_NIL;
    Term item;
    ItemKind kind;
    bool go_on = true;

    while (go_on && next_item(walk, &tail, &item, &kind)) {
        if (kind == ITEM_BYTE) {
            sink.bytes[sink.run++] = (uint8_t)small_value(item);
            if (sink.run == RUN_BYTES)
                go_on = flush_run(&sink);
        } else if (kind == ITEM_BITS) {
            item = split_bits(walk, heap, item, &tail, *budget);
            *budget -= (int64_t)(bits_size(item) / 8);
            go_on = give_bits(&sink, item);
        } else {
            result = IOLIST_BAD;
            break;
        }
        if (--*budget <= 0) {
            result = out_of_budget(walk, tail);
            break;
        }
    }
    if (go_on && result != IOLIST_BAD)
        flush_run(&sink);
    return result;
}

IolistResult iolist_each(Term t, IolistPart part, void *context)
{
    IolistWalk walk;
    IolistResult result;
    int64_t budget = NO_BUDGET;

    if (!may_be_iolist(t))
        return IOLIST_BAD;
    iolist_walk_start(&walk, t, false);
    result = iolist_walk_each(&walk, NULL, part, context, &budget);
    iolist_walk_end(&walk);
    return result;
}
