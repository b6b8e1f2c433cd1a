#include "vm/ets/object.h"

#include <string.h>

#include "vm/base/mem.h"

/* Where copies are put together before their size is known: used from the front. Pointers
 * inside what has been scanned are relative to its start, so that it can grow. */
typedef struct Scratch {
    Word *words;
    size_t used;
    size_t capacity;
} Scratch;

static Scratch scratch;

#define SCRATCH_FIRST_WORDS ((size_t)1024)
#define SCRATCH_KEEP_WORDS ((size_t)1 << 20)     /* a larger one is given back after use */

static void scratch_reserve(size_t words)
{
    if (scratch.capacity - scratch.used >= words)
        return;
    scratch.capacity = MAX(2 * scratch.capacity, MAX(scratch.used + words, SCRATCH_FIRST_WORDS));
    scratch.words = mem_realloc(MEM_ETS, scratch.words, scratch.capacity * sizeof(Word));
}

static void scratch_reset(void)
{
    scratch.used = 0;
    if (scratch.capacity > SCRATCH_KEEP_WORDS) {
        mem_free(MEM_ETS, scratch.words);
        memset(&scratch, 0, sizeof scratch);
    }
}

/* Appends the object or cell at `from`; returns its place relative to the start, in bytes. */
static Word scratch_append(const Word *from, size_t words)
{
    size_t at = scratch.used;

    scratch_reserve(words);
    memcpy(scratch.words + at, from, words * sizeof(Word));
    scratch.used += words;
    return at * sizeof(Word);
}

/* How many words from the header on hold no term. */
static inline size_t words_to_skip(Word header)
{
    size_t raw = header_kind(header) == BOX_TUPLE ? 0 : box_raw_words(header_kind(header));

    return 1 + MIN(raw, header_words(header));
}

/* What the words from `at` on refer to is appended, breadth first, until nothing outside is left. */
static void scratch_close(size_t at)
{
    while (at < scratch.used) {
        Word word = scratch.words[at];
        Term term = term_from_bits(word);

        switch (word & TAG_MASK) {
        case TAG_CONS:
            word = scratch_append((const Word *)cons_cell(term), 2) + TAG_CONS;
            scratch.words[at++] = word;
            break;
        case TAG_BOXED:
            word = scratch_append(boxed(term), 1 + header_words(boxed_header(term))) + TAG_BOXED;
            scratch.words[at++] = word;
            break;
        case TAG_HEADER:
            at += words_to_skip(word);
            break;
        default:
            at++;
        }
    }
}

/* Adds `distance` to all pointers in a block and registers what is off-heap in it. */
static void relocate(Word *at, size_t words, Word distance, Heap *heap)
{
    Word *end = at + words;

    while (at < end) {
        Word word = *at;

        switch (word & TAG_MASK) {
        case TAG_CONS:
        case TAG_BOXED:
            *at++ = word + distance;
            break;
        case TAG_HEADER:
            if (header_kind(word) == BOX_REFC_BITS || header_kind(word) == BOX_MAGIC_REF) {
                binary_keep(off_heap_binary(at));
                off_heap_add(heap, at);
            }
            at += words_to_skip(word);
            break;
        default:
            at++;
        }
    }
}

/* Moves what was put together to `to`, and empties the scratch. */
static void scratch_deliver(Word *to, Heap *heap)
{
    memcpy(to, scratch.words, scratch.used * sizeof(Word));
    relocate(to, scratch.used, (Word)(uintptr_t)to, heap);
    scratch_reset();
}

static EtsObject *allocate(size_t size_words)
{
    EtsObject *object = mem_alloc(MEM_ETS, sizeof(EtsObject) + size_words * sizeof(Word));

    object->link[0] = object->link[1] = NULL;
    object->hash = 0;
    object->deleted = false;
    object->flat = false;
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

EtsObject *object_new(size_t arity, const Term *elements)
{
    Word header = MAKE_HEADER(BOX_TUPLE, arity);
    EtsObject *object;
    Heap heap = {0};

    if (all_immediate(arity, elements)) {
        object = allocate(arity + 1);
        object->flat = true;
        object->body[0] = header;
        memcpy(object->body + 1, elements, arity * sizeof(Word));
        return object;
    }
    scratch_append(&header, 1);
    scratch_append((const Word *)elements, arity);
    scratch_close(1);
    object = allocate(scratch.used);
    scratch_deliver(object->body, &heap);
    object->off_heap = heap.off_heap;
    return object;
}

void object_free(EtsObject *object)
{
    if (object->off_heap) {
        Heap heap = {.off_heap = object->off_heap};
        off_heap_release_all(&heap);
    }
    mem_free(MEM_ETS, object);
}

Term object_copy(Heap *heap, const EtsObject *object)
{
    Word *to = heap_alloc(heap, object->size_words);

    memcpy(to, object->body, object->size_words * sizeof(Word));
    if (!object->flat)
        relocate(to, object->size_words, (Word)(uintptr_t)to - (Word)(uintptr_t)object->body, heap);
    return make_boxed(to);
}

Term object_copy_term(Heap *heap, Term part)
{
    Word word = term_bits(part);
    Word *to;

    if (is_immediate(part))
        return part;
    scratch_append(&word, 1);
    scratch_close(0);
    /* The first word is only where the copy started. */
    to = heap_alloc(heap, scratch.used - 1);
    word = scratch.words[0];
    memcpy(to, scratch.words + 1, (scratch.used - 1) * sizeof(Word));
    relocate(to, scratch.used - 1, (Word)(uintptr_t)(to - 1), heap);
    scratch_reset();
    return term_from_bits(word + (Word)(uintptr_t)(to - 1));
}

void term_block_set(TermBlock *block, Term value)
{
    Word word = term_bits(value);
    Heap heap = {0};
    TermBlock old = *block;

    block->off_heap = NULL;
    block->words = NULL;
    block->term = value;
    if (!is_immediate(value)) {
        scratch_append(&word, 1);
        scratch_close(0);
        block->words = mem_alloc(MEM_ETS, scratch.used * sizeof(Word));
        scratch_deliver(block->words, &heap);
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
