#include "vm/ets/packed_term.h"

#include <string.h>

#include "vm/base/mem.h"

/* A row is the number of words, then items in the order of the words to be filled. The first byte of an item holds
 * what it is and, from ITEM_SHIFT on, a number, or how many bytes of it follow. */
enum {
    ITEM_NUMBER,                /* alone, no word */
    ITEM_SMALL,                 /* the sign is the lowest bit */
    ITEM_ATOM,
    ITEM_IMMEDIATE,             /* any other, without its tag */
    ITEM_NIL,
    ITEM_CONS,                  /* two words more are to be filled */
    ITEM_BOX,                   /* its header, without the tag; then its raw words */
    ITEM_ASIDE                  /* place of an off-heap box */
};
#define ITEM_SHIFT 3
#define ITEM_MASK 7
#define INLINE_NUMBERS 24       /* smaller ones stand in the item's byte; 24 and up: 1 byte and up follows */
#define MOST_ITEM_BYTES 9

#define KEEP_BYTES ((size_t)1 << 16)

/* --- writing ----------------------------------------------------------------------------------- */

static void reserve(PackedRows *rows, size_t bytes)
{
    if (LIKELY(rows->capacity - rows->size >= bytes))
        return;
    rows->capacity = MAX(2 * rows->capacity, rows->size + MAX(bytes, (size_t)256));
    rows->bytes = mem_realloc(MEM_SYSTEM, rows->bytes, rows->capacity);
}

static void put(PackedRows *rows, unsigned item, uint64_t number)
{
    uint8_t *to;
    unsigned bytes;

    reserve(rows, MOST_ITEM_BYTES);
    to = rows->bytes + rows->size;
    if (number < INLINE_NUMBERS) {
        *to = (uint8_t)(item | (unsigned)number << ITEM_SHIFT);
        rows->size++;
        return;
    }
    bytes = (unsigned)(71 - __builtin_clzll(number)) / 8;
    *to = (uint8_t)(item | (INLINE_NUMBERS - 1 + bytes) << ITEM_SHIFT);
    memcpy(to + 1, &number, bytes);
    rows->size += 1 + bytes;
}

static size_t put_aside(PackedRows *rows, const Word *box)
{
    size_t words = 1 + header_words(box[0]);
    size_t at = rows->aside_words;

    if (rows->aside_capacity - at < words) {
        rows->aside_capacity = 2 * rows->aside_capacity + words;
        rows->aside = mem_realloc(MEM_SYSTEM, rows->aside, rows->aside_capacity * sizeof(Word));
    }
    memcpy(rows->aside + at, box, words * sizeof(Word));
    rows->aside_words += words;
    return at;
}

static inline size_t raw_words(Word header)
{
    return MIN(box_raw_words(header_kind(header)), header_words(header));
}

/* Most boxes have one raw word with a small number, if any; what follows it are digits or bytes. */
static void put_box(PackedRows *rows, const Word *box)
{
    BoxKind kind = header_kind(box[0]);
    size_t raw = raw_words(box[0]);

    if (kind == BOX_REFC_BITS || kind == BOX_MAGIC_REF) {
        put(rows, ITEM_ASIDE, put_aside(rows, box));
        return;
    }
    put(rows, ITEM_BOX, box[0] >> ITEM_SHIFT);
    if (raw == 0)
        return;
    put(rows, ITEM_NUMBER, box[1]);
    reserve(rows, (raw - 1) * sizeof(Word));
    memcpy(rows->bytes + rows->size, box + 2, (raw - 1) * sizeof(Word));
    rows->size += (raw - 1) * sizeof(Word);
}

static void put_word(PackedRows *rows, const Word *words, size_t at)
{
    Word word = words[at];
    Term term = term_from_bits(word);

    if (is_small(term)) {
        int64_t value = small_value(term);
        put(rows, ITEM_SMALL, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
    } else if (is_cons(term)) {
        put(rows, ITEM_CONS, 0);
    } else if (is_boxed(term)) {
        put_box(rows, words + (word - TAG_BOXED) / sizeof(Word));
    } else if (is_nil(term)) {
        put(rows, ITEM_NIL, 0);
    } else if (is_atom(term)) {
        put(rows, ITEM_ATOM, atom_index(term));
    } else {
        put(rows, ITEM_IMMEDIATE, word >> ITEM_SHIFT);
    }
}

void packed_add(PackedRows *rows, const Word *words, size_t count)
{
    if (rows->count == rows->starts_capacity) {
        rows->starts_capacity = MAX((size_t)16, 2 * rows->starts_capacity);
        rows->starts = mem_realloc(MEM_SYSTEM, rows->starts, rows->starts_capacity * sizeof(size_t));
    }
    rows->starts[rows->count++] = rows->size;
    put(rows, ITEM_NUMBER, count - 1);
    for (size_t at = 0; at < count;) {
        if (is_header(words[at]))
            at += 1 + raw_words(words[at]);
        else
            put_word(rows, words, at++);
    }
}

void packed_clear(PackedRows *rows)
{
    rows->size = rows->count = rows->aside_words = 0;
    if (rows->capacity + rows->starts_capacity * sizeof(size_t) + rows->aside_capacity * sizeof(Word) > KEEP_BYTES) {
        mem_free(MEM_SYSTEM, rows->bytes);
        mem_free(MEM_SYSTEM, rows->starts);
        mem_free(MEM_SYSTEM, rows->aside);
        memset(rows, 0, sizeof *rows);
    }
}

/* --- reading ----------------------------------------------------------------------------------- */

typedef struct Unpacking {
    const uint8_t *from;
    const Word *aside;
    Heap *heap;
    Word *to;
    size_t used;                /* of `to` */
} Unpacking;

static inline uint64_t number(Unpacking *u)
{
    unsigned payload = *u->from++ >> ITEM_SHIFT;
    uint64_t value = payload;

    if (payload >= INLINE_NUMBERS) {
        size_t bytes = payload - (INLINE_NUMBERS - 1);
        value = 0;
        memcpy(&value, u->from, bytes);
        u->from += bytes;
    }
    return value;
}

/* The words that are to hold terms are zero, which is no header, until their items come. */
static Word read_cons(Unpacking *u)
{
    Word *cell = u->to + u->used;

    u->from++;
    u->used += 2;
    cell[0] = cell[1] = 0;
    return term_bits(make_cons(cell));
}

static Word read_box(Unpacking *u)
{
    Word *box = u->to + u->used;
    size_t raw;

    box[0] = number(u) << ITEM_SHIFT | TAG_HEADER;
    raw = raw_words(box[0]);
    u->used += 1 + header_words(box[0]);
    if (raw > 0) {
        box[1] = number(u);
        memcpy(box + 2, u->from, (raw - 1) * sizeof(Word));
        u->from += (raw - 1) * sizeof(Word);
    }
    memset(box + 1 + raw, 0, (header_words(box[0]) - raw) * sizeof(Word));
    return term_bits(make_boxed(box));
}

static Word read_aside(Unpacking *u)
{
    Word *box = u->to + u->used;
    const Word *from = u->aside + number(u);
    size_t words = 1 + header_words(from[0]);

    memcpy(box, from, words * sizeof(Word));
    u->used += words;
    binary_keep(off_heap_binary(box));
    off_heap_add(u->heap, box);
    return term_bits(make_boxed(box));
}

static Word read_word(Unpacking *u)
{
    uint64_t value;

    switch (*u->from & ITEM_MASK) {
    case ITEM_CONS:
        return read_cons(u);
    case ITEM_BOX:
        return read_box(u);
    case ITEM_ASIDE:
        return read_aside(u);
    case ITEM_NIL:
        u->from++;
        return term_bits(TERM_NIL);
    case ITEM_ATOM:
        return term_bits(ATOM_TERM(number(u)));
    case ITEM_IMMEDIATE:
        return number(u) << ITEM_SHIFT | TAG_IMMEDIATE;
    default:
        value = number(u);
        return term_bits(small_int((int64_t)(value >> 1 ^ -(value & 1))));
    }
}

Term packed_read(Heap *heap, const uint8_t *row, const Word *aside)
{
    Unpacking u = {.from = row, .aside = aside, .heap = heap};
    Word term;

    u.to = heap_alloc(heap, number(&u));
    term = read_word(&u);
    for (size_t at = 0; at < u.used;) {
        if (is_header(u.to[at]))
            at += 1 + raw_words(u.to[at]);
        else
            u.to[at++] = read_word(&u);
    }
    return term_from_bits(term);
}
