#include "vm/ets/object.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/ets/packed_term.h"
#include "vm/term/bits.h"
#include "vm/term/compare.h"

/* Where copies are put together before their size is known: used from the front. Pointers in what
 * has been scanned are relative to its start and marked in the bitmap. */
typedef struct Scratch {
    Word *words;
    Word *bitmap;              /* zero beyond what is used */
    size_t used;
    size_t capacity;           /* a multiple of 64 */
    size_t *off_heap;          /* places of off-heap objects */
    size_t off_heap_count, off_heap_capacity;
} Scratch;

static Scratch scratch;

#define SCRATCH_FIRST_WORDS ((size_t)1024)
#define SCRATCH_KEEP_WORDS ((size_t)1 << 20)     /* a larger one is given back after use */

static COLD void scratch_grow(size_t words)
{
    size_t old = scratch.capacity;

    scratch.capacity = MAX(2 * old, MAX(scratch.used + words, SCRATCH_FIRST_WORDS));
    scratch.capacity = (scratch.capacity + 63) & ~(size_t)63;
    scratch.words = mem_realloc(MEM_SYSTEM, scratch.words, scratch.capacity * sizeof(Word));
    scratch.bitmap = mem_realloc(MEM_SYSTEM, scratch.bitmap, scratch.capacity / 8);
    memset(scratch.bitmap + old / 64, 0, (scratch.capacity - old) / 8);
}

static inline void scratch_reserve(size_t words)
{
    if (UNLIKELY(scratch.capacity - scratch.used < words))
        scratch_grow(words);
}

static void scratch_reset(void)
{
    memset(scratch.bitmap, 0, BITMAP_WORDS(scratch.used) * sizeof(Word));
    scratch.used = 0;
    scratch.off_heap_count = 0;
    if (UNLIKELY(scratch.capacity > SCRATCH_KEEP_WORDS)) {
        mem_free(MEM_SYSTEM, scratch.words);
        mem_free(MEM_SYSTEM, scratch.bitmap);
        mem_free(MEM_SYSTEM, scratch.off_heap);
        memset(&scratch, 0, sizeof scratch);
    }
}

/* Appends words that lie elsewhere; returns their place relative to the start, in bytes. */
static inline Word scratch_append(const Word *from, size_t words)
{
    size_t at = scratch.used;
    Word *to;

    scratch_reserve(words);
    to = scratch.words + at;
    for (size_t i = 0; i < words; i++)
        to[i] = from[i];
    scratch.used = at + words;
    return at * sizeof(Word);
}

static void note_off_heap(size_t at)
{
    if (scratch.off_heap_count == scratch.off_heap_capacity) {
        scratch.off_heap_capacity = MAX((size_t)16, 2 * scratch.off_heap_capacity);
        scratch.off_heap = mem_realloc(MEM_SYSTEM, scratch.off_heap, scratch.off_heap_capacity * sizeof(size_t));
    }
    scratch.off_heap[scratch.off_heap_count++] = at;
}

/* How many words from the header at `at` on hold no term. */
static inline size_t words_to_skip(size_t at, Word header)
{
    BoxKind kind = header_kind(header);

    if (LIKELY(kind == BOX_TUPLE))
        return 1;
    if (kind == BOX_REFC_BITS || kind == BOX_MAGIC_REF)
        note_off_heap(at);
    return 1 + MIN(box_raw_words(kind), header_words(header));
}

static inline void scratch_set_pointer(size_t at, Word word)
{
    scratch.words[at] = word;
    scratch.bitmap[at / 64] |= (Word)1 << at % 64;
}

/* Appends a box. A short part of a bitstring becomes one of its own, without what it was a part of. */
static inline Word append_box(Term t)
{
    const Word *object = boxed(t);
    const SubBits *part = (const SubBits *)object;
    BitsView view;
    size_t at = scratch.used, bytes;
    HeapBits *copy;

    if (LIKELY(header_kind(object[0]) != BOX_SUB_BITS) || part->bit_size > 8 * HEAP_BITS_MAX_BYTES)
        return scratch_append(object, 1 + header_words(object[0]));
    view = bits_view_of(t);
    bytes = bits_bytes(view.bit_size);
    if (view.bit_offset != 0)
        return scratch_append(object, 1 + header_words(object[0]));
    scratch_reserve(HEAP_BITS_WORDS(bytes));
    copy = (HeapBits *)(scratch.words + at);
    memset(copy, 0, HEAP_BITS_WORDS(bytes) * sizeof(Word));
    copy->header = MAKE_HEADER(BOX_HEAP_BITS, HEAP_BITS_WORDS(bytes) - 1);
    copy->bit_size = view.bit_size;
    memcpy(copy->bytes, view.bytes, bytes);
    if (view.bit_size % 8)
        copy->bytes[bytes - 1] &= (uint8_t)(0xff00 >> view.bit_size % 8);
    scratch.used = at + HEAP_BITS_WORDS(bytes);
    return at * sizeof(Word);
}

/* What the words from `at` on refer to is appended, breadth first, until nothing outside is left. */
static void scratch_close(size_t at)
{
    while (at < scratch.used) {
        Word word = scratch.words[at];
        Term term = term_from_bits(word);

        switch (word & TAG_MASK) {
        case TAG_CONS:
            scratch_set_pointer(at, scratch_append((const Word *)cons_cell(term), 2) + TAG_CONS);
            at++;
            break;
        case TAG_BOXED:
            scratch_set_pointer(at, append_box(term) + TAG_BOXED);
            at++;
            break;
        case TAG_HEADER:
            at += words_to_skip(at, word);
            break;
        default:
            at++;
        }
    }
}

/* Adds `distance` to all pointers of a block. */
static inline void relocate(Word *at, const Word *bitmap, size_t bitmap_words, Word distance)
{
    for (size_t i = 0; i < bitmap_words; i++, at += 64)
        for (Word bits = bitmap[i]; bits; bits &= bits - 1)
            at[__builtin_ctzll(bits)] += distance;
}

static inline void adopt_off_heap(Heap *heap, Word *object)
{
    binary_keep(off_heap_binary(object));
    off_heap_add(heap, object);
}

/* Moves what was put together to `to`, and empties the scratch. `first` words at the start are left behind. */
static void scratch_deliver(Word *to, size_t first, Heap *heap)
{
    Word *start = to - first;

    relocate(scratch.words, scratch.bitmap, BITMAP_WORDS(scratch.used), (Word)(uintptr_t)start);
    memcpy(to, scratch.words + first, (scratch.used - first) * sizeof(Word));
    for (size_t i = 0; i < scratch.off_heap_count; i++)
        adopt_off_heap(heap, start + scratch.off_heap[i]);
}

static EtsObject *allocate(size_t size_words, size_t bitmap_words)
{
    EtsObject *object = mem_alloc(MEM_ETS, sizeof(EtsObject) + (size_words + bitmap_words) * sizeof(Word));

    object->link[0] = object->link[1] = NULL;
    object->hash = 0;
    object->deleted = false;
    object->form = OBJECT_WHOLE;
    object->size_words = size_words;
    object->off_heap = NULL;
    return object;
}

static bool all_immediate(size_t count, const Term *terms)
{
    for (size_t i = 0; i < count; i++)
        if (!is_immediate(terms[i]))
            return false;
    return true;
}

static void release_off_heap(EtsObject *object)
{
    if (object->off_heap) {
        Heap heap = {.off_heap = object->off_heap};
        off_heap_release_all(&heap);
    }
}

static EtsObject *renew_flat(EtsObject *old, size_t arity, const Term *elements)
{
    EtsObject *object = old;

    if (!old || old->form != OBJECT_FLAT || old->size_words != arity + 1) {
        object = allocate(arity + 1, 0);
        object->form = OBJECT_FLAT;
    }
    object->body[0] = MAKE_HEADER(BOX_TUPLE, arity);
    for (size_t i = 0; i < arity; i++)
        object->body[i + 1] = term_bits(elements[i]);
    return object;
}

EtsObject *object_renew(EtsObject *old, size_t arity, const Term *elements)
{
    Word header = MAKE_HEADER(BOX_TUPLE, arity);
    EtsObject *object = old;
    size_t bitmap_words;
    Heap heap = {0};

    if (all_immediate(arity, elements))
        return renew_flat(old, arity, elements);
    scratch_append(&header, 1);
    scratch_append((const Word *)elements, arity);
    scratch_close(1);
    bitmap_words = BITMAP_WORDS(scratch.used);
    /* Off-heap objects of `old` would be overwritten before they are released. */
    if (!old || old->form != OBJECT_WHOLE || old->off_heap || old->size_words != scratch.used)
        object = allocate(scratch.used, bitmap_words);
    memcpy(object->body + scratch.used, scratch.bitmap, bitmap_words * sizeof(Word));
    scratch_deliver(object->body, 0, &heap);
    scratch_reset();
    object->off_heap = heap.off_heap;
    return object;
}

void object_free(EtsObject *object)
{
    release_off_heap(object);
    mem_free(MEM_ETS, object);
}

Term object_copy_term(Heap *heap, Term part)
{
    Word word = term_bits(part);
    Word *to;

    if (is_immediate(part))
        return part;
    /* The first word is only where the copy starts. */
    scratch_append(&word, 1);
    scratch_close(0);
    to = heap_alloc(heap, scratch.used - 1);
    scratch_deliver(to, 1, heap);
    word = scratch.words[0];
    scratch_reset();
    return term_from_bits(word);
}

/* --- packed objects -------------------------------------------------------------------------------- */

static PackedRows rows;

static inline bool is_row(Term element) { return is_header(term_bits(element)); }

static void pack_elements(size_t arity, const Term *elements, size_t key_position)
{
    for (size_t i = 0; i < arity; i++) {
        Word word = term_bits(elements[i]);

        if (is_immediate(elements[i]) || i + 1 == key_position)
            continue;
        scratch_append(&word, 1);
        scratch_close(0);
        packed_add(&rows, scratch.words, scratch.used);
        scratch_reset();
    }
}

/* Header, elements, boxes, key; in place of rows a zero. */
static void collect_packed(size_t arity, const Term *elements, size_t key_position)
{
    Word word = MAKE_HEADER(BOX_TUPLE, arity);

    scratch_append(&word, 1);
    for (size_t i = 0; i < arity; i++) {
        word = is_immediate(elements[i]) || i + 1 == key_position ? term_bits(elements[i]) : 0;
        scratch_append(&word, 1);
    }
    if (rows.aside_words > 0)
        scratch_append(rows.aside, rows.aside_words);
    scratch_close(1);
}

EtsObject *object_pack(size_t arity, const Term *elements, size_t key_position)
{
    EtsObject *object;
    size_t words, row = 0;
    Heap heap = {0};

    if (all_immediate(arity, elements))
        return renew_flat(NULL, arity, elements);
    pack_elements(arity, elements, key_position);
    collect_packed(arity, elements, key_position);
    words = scratch.used;
    object = allocate(words + (rows.size + sizeof(Word) - 1) / sizeof(Word), 0);
    object->form = OBJECT_PACKED;
    scratch_deliver(object->body, 0, &heap);
    scratch_reset();
    object->off_heap = heap.off_heap;
    if (rows.size > 0)
        memcpy(object->body + words, rows.bytes, rows.size);
    for (size_t i = 0; i < arity; i++)
        if (!is_immediate(elements[i]) && i + 1 != key_position)
            object->body[i + 1] = (words * sizeof(Word) + rows.starts[row++]) << 3 | TAG_HEADER;
    packed_clear(&rows);
    return object;
}

Term object_copy_element(Heap *heap, const EtsObject *object, size_t one_based)
{
    Term element = object_element(object, one_based);

    if (is_row(element))
        return packed_read(heap, (const uint8_t *)object->body + (term_bits(element) >> 3), object->body + 1 + object_arity(object));
    return object_copy_term(heap, element);
}

static Term unpack(Heap *heap, const EtsObject *object)
{
    size_t arity = object_arity(object);
    Term *elements;
    Term tuple = tuple_new(heap, arity, &elements);

    for (size_t i = 0; i < arity; i++)
        elements[i] = object_copy_element(heap, object, i + 1);
    return tuple;
}

bool object_equals(const EtsObject *object, Term tuple)
{
    bool equal = object_arity(object) == tuple_size(tuple);
    Heap heap = {0};

    if (object->form != OBJECT_PACKED)
        return term_exact_equal(object_tuple(object), tuple);
    for (size_t i = 1; equal && i <= object_arity(object); i++) {
        Term element = object_element(object, i);

        if (is_row(element))
            element = object_copy_element(&heap, object, i);
        equal = term_exact_equal(element, tuple_element(tuple, i));
    }
    heap_clear(&heap);
    return equal;
}

Term object_copy(Heap *heap, const EtsObject *object)
{
    size_t size = object->size_words;
    Word *to;

    if (object->form == OBJECT_PACKED)
        return unpack(heap, object);
    to = heap_alloc(heap, size);
    if (object->form == OBJECT_FLAT) {
        for (size_t i = 0; i < size; i++)
            to[i] = object->body[i];
        return make_boxed(to);
    }
    memcpy(to, object->body, size * sizeof(Word));
    relocate(to, object->body + size, BITMAP_WORDS(size), (Word)(uintptr_t)to - (Word)(uintptr_t)object->body);
    for (Word *at = object->off_heap; at; at = *off_heap_next(at))
        adopt_off_heap(heap, to + (at - object->body));
    return make_boxed(to);
}

void term_block_set(TermBlock *block, Term value)
{
    Word word = term_bits(value);
    Heap heap = {0};
    TermBlock old = *block;

    *block = (TermBlock){.term = value};
    if (!is_immediate(value)) {
        scratch_append(&word, 1);
        scratch_close(0);
        block->words = mem_alloc(MEM_ETS, scratch.used * sizeof(Word));
        scratch_deliver(block->words, 0, &heap);
        scratch_reset();
        block->term = term_from_bits(block->words[0]);
        block->off_heap = heap.off_heap;
    }
    term_block_clear(&old);
}

void term_block_clear(TermBlock *block)
{
    Heap heap = {.off_heap = block->off_heap};

    off_heap_release_all(&heap);
    mem_free(MEM_ETS, block->words);
    memset(block, 0, sizeof *block);
}
