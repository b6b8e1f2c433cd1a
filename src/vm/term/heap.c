#include "vm/term/heap.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/thread_kind.h"
#include "vm/term/off_heap.h"

/* Fragments start small (a message) and double, so that a BIF that builds a lot asks seldom. */
#define FIRST_FRAGMENT_WORDS 64
#define MAX_FRAGMENT_WORDS ((size_t)64 * 1024)

/* Small messages come and go: their fragments wait for the next one, by size in words. The VM's thread only. */
#define POOLED_WORDS FIRST_FRAGMENT_WORDS
#define POOL_MAX_WORDS ((size_t)512 * 1024)

static HeapFragment *pools[POOLED_WORDS + 1];
static size_t words_in_pools;

static HeapFragment *fragment_new(size_t words)
{
    HeapFragment *fragment = words <= POOLED_WORDS && thread_is_vm ? pools[words] : NULL;

    if (!fragment)
        return mem_alloc(MEM_PROCESS, sizeof *fragment + words * sizeof(Word));
    pools[words] = fragment->next;
    words_in_pools -= words;
    return fragment;
}

/* Where memory is watched, nothing may hide that a fragment is gone. */
static bool is_pooled(size_t words)
{
#if defined(LING_GC_STRESS) || defined(__SANITIZE_ADDRESS__)
    return false;
#else
    return words <= POOLED_WORDS && thread_is_vm && words_in_pools < POOL_MAX_WORDS;
#endif
}

void heap_fragment_free(HeapFragment *fragment)
{
    size_t words = fragment->size_words;

    if (!is_pooled(words)) {
        mem_free(MEM_PROCESS, fragment);
        return;
    }
    fragment->next = pools[words];
    pools[words] = fragment;
    words_in_pools += words;
}

static HeapFragment *add_fragment(Heap *heap, size_t words)
{
    HeapFragment *fragment = fragment_new(words);

    fragment->next = heap->fragments;
    fragment->size_words = words;
    fragment->used_words = 0;
    heap->fragments = fragment;
    return fragment;
}

static size_t next_fragment_words(const Heap *heap, size_t words)
{
    size_t grown = heap->fragments ? 2 * heap->fragments->size_words : FIRST_FRAGMENT_WORDS;

#ifdef LING_GC_STRESS
    if (heap->is_process_heap)
        return words;
#endif
    return MAX(words, MIN(grown, MAX_FRAGMENT_WORDS));
}

Word *heap_alloc_slow(Heap *heap, size_t words)
{
    HeapFragment *fragment = heap->fragments;
    Word *at;

    if (!fragment || fragment->size_words - fragment->used_words < words)
        fragment = add_fragment(heap, next_fragment_words(heap, words));
    at = fragment->body + fragment->used_words;
    fragment->used_words += words;
    return at;
}

void heap_reserve(Heap *heap, size_t words)
{
    HeapFragment *fragment = heap->fragments;

    if (heap->limit - heap->top >= (ptrdiff_t)words)
        return;
    if (!fragment || fragment->size_words - fragment->used_words < words)
        add_fragment(heap, words);
}

void heap_trim(Heap *heap, Word *end)
{
    HeapFragment *fragment = heap->fragments;

    if (fragment && end >= fragment->body && end <= fragment->body + fragment->used_words)
        fragment->used_words = (size_t)(end - fragment->body);
    else
        heap->top = end;
}

void heap_splice(Heap *into, Heap *from)
{
    assert(!from->start);
    if (from->fragments) {
        HeapFragment *last = from->fragments;
        while (last->next)
            last = last->next;
        last->next = into->fragments;
        into->fragments = from->fragments;
    }
    off_heap_splice(into, from);
    from->fragments = NULL;
}

void heap_clear(Heap *heap)
{
    HeapFragment *fragment = heap->fragments;

    off_heap_release_all(heap);
    while (fragment) {
        HeapFragment *next = fragment->next;
        heap_fragment_free(fragment);
        fragment = next;
    }
    heap->fragments = NULL;
}

size_t heap_fragment_words(const Heap *heap)
{
    size_t words = 0;

    for (const HeapFragment *f = heap->fragments; f; f = f->next)
        words += f->used_words;
    return words;
}

Term tuple_from(Heap *heap, size_t size, const Term *elements)
{
    Term *slots;
    Term tuple = tuple_new(heap, size, &slots);

    memcpy(slots, elements, size * sizeof(Term));
    return tuple;
}

Term tuple_2(Heap *heap, Term a, Term b)
{
    return tuple_from(heap, 2, (Term[]){a, b});
}

Term tuple_3(Heap *heap, Term a, Term b, Term c)
{
    return tuple_from(heap, 3, (Term[]){a, b, c});
}

Term tuple_4(Heap *heap, Term a, Term b, Term c, Term d)
{
    return tuple_from(heap, 4, (Term[]){a, b, c, d});
}

Term tuple_5(Heap *heap, Term a, Term b, Term c, Term d, Term e)
{
    return tuple_from(heap, 5, (Term[]){a, b, c, d, e});
}

Term float_new(Heap *heap, double value)
{
    return float_at(heap_alloc(heap, FLOAT_WORDS), value);
}

Term list_from(Heap *heap, size_t count, const Term *elements, Term tail)
{
    while (count > 0)
        tail = cons(heap, elements[--count], tail);
    return tail;
}

Term list_from_bytes(Heap *heap, const uint8_t *bytes, size_t size, Term tail)
{
    Term *cell;

    if (size == 0)
        return tail;
    cell = (Term *)heap_alloc(heap, 2 * size);
    for (; size > 0; cell += 2) {
        cell[0] = small_int(bytes[--size]);
        cell[1] = tail;
        tail = make_cons((Word *)cell);
    }
    return tail;
}

Term list_from_text(Heap *heap, const char *latin1)
{
    return list_from_bytes(heap, (const uint8_t *)latin1, strlen(latin1), TERM_NIL);
}

ptrdiff_t list_length(Term t)
{
    ptrdiff_t length = 0;

    for (; is_cons(t); t = list_tail(t))
        length++;
    return is_nil(t) ? length : -1;
}
