#include "vm/gc/literal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "vm/base/mem.h"
#include "vm/term/copy.h"

/* The range is reserved whole and made accessible in steps, from the bottom up. */
#define COMMIT_STEP_WORDS ((size_t)128 * 1024)
/* Where address space is short (ulimit -v) as much is taken as there is, down to this. */
#define LEAST_RANGE_BYTES ((size_t)32 << 20)
/* The kernel puts nothing here by itself: what lies in LITERAL_RANGE_BYTES from literal_base counts as literals, be it
 * reserved or not. */
#define FAR_ADDRESS ((void *)0x200000000000)

/* Free room below the bump pointer, sorted by address, neighbours joined. */
typedef struct FreeRun {
    struct FreeRun *next;
    Word *start;
    size_t words;
} FreeRun;

Word *literal_base;
static size_t range_words;
static Word *bump;
static Word *committed_end;
static FreeRun *free_runs;

static void *map_range(void *where, size_t bytes)
{
    return mmap(where, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* Half of what is left stays for all else. */
static void *map_short_range(size_t *bytes)
{
    for (*bytes = LITERAL_RANGE_BYTES / 2; *bytes >= LEAST_RANGE_BYTES; *bytes /= 2) {
        void *range = map_range(FAR_ADDRESS, *bytes);

        if (range == MAP_FAILED)
            continue;
        munmap(range, *bytes);
        *bytes /= 2;
        return range == FAR_ADDRESS ? map_range(FAR_ADDRESS, *bytes) : MAP_FAILED;
    }
    return MAP_FAILED;
}

void literal_init(void)
{
    size_t bytes = LITERAL_RANGE_BYTES;
    void *range = map_range(NULL, bytes);

    if (range == MAP_FAILED)
        range = map_short_range(&bytes);
    if (range == MAP_FAILED) {
        fprintf(stderr, "ling: cannot reserve address space for literals (see ulimit -v)\n");
        exit(1);
    }
    range_words = bytes / sizeof(Word);
    literal_base = bump = committed_end = range;
}

static bool commit_up_to(const Word *end)
{
    size_t missing, step_bytes;

    if (end <= committed_end)
        return true;
    missing = (size_t)(end - committed_end);
    missing = (missing + COMMIT_STEP_WORDS - 1) / COMMIT_STEP_WORDS * COMMIT_STEP_WORDS;
    missing = MIN(missing, (size_t)(literal_base + range_words - committed_end));
    step_bytes = missing * sizeof(Word);
    if (mprotect(committed_end, step_bytes, PROT_READ | PROT_WRITE) != 0)
        return false;
    committed_end += missing;
    return true;
}

static Word *take_free_run(size_t words)
{
    for (FreeRun **link = &free_runs; *link; link = &(*link)->next) {
        FreeRun *run = *link;
        Word *start = run->start;

        if (run->words < words)
            continue;
        run->start += words;
        run->words -= words;
        if (run->words == 0) {
            *link = run->next;
            mem_free(MEM_LITERAL, run);
        }
        return start;
    }
    return NULL;
}

static Word *range_alloc(size_t words)
{
    Word *start = take_free_run(words);

    if (start)
        return start;
    if ((size_t)(literal_base + range_words - bump) < words || !commit_up_to(bump + words))
        return NULL;
    start = bump;
    bump += words;
    return start;
}

static void join_with_next(FreeRun *run)
{
    FreeRun *next = run->next;

    if (!next || run->start + run->words != next->start)
        return;
    run->words += next->words;
    run->next = next->next;
    mem_free(MEM_LITERAL, next);
}

static void range_free(Word *start, size_t words)
{
    FreeRun **link = &free_runs;
    FreeRun *before = NULL;
    FreeRun *run;

    for (; *link && (*link)->start < start; link = &(*link)->next)
        before = *link;
    run = mem_alloc(MEM_LITERAL, sizeof *run);
    *run = (FreeRun){.next = *link, .start = start, .words = words};
    *link = run;
    join_with_next(run);
    if (before)
        join_with_next(before);
}

/* An area with room for `words`, all of which is still free. Null if the range is full. */
static LiteralArea *area_with_room(size_t words)
{
    LiteralArea *area = mem_alloc_zero(MEM_LITERAL, sizeof *area);

    area->size_words = words;
    if (words == 0)
        return area;
    area->heap.start = area->heap.top = range_alloc(words);
    if (!area->heap.start) {
        mem_free(MEM_LITERAL, area);
        return NULL;
    }
    area->heap.limit = area->heap.start + words;
    return area;
}

LiteralArea *literal_area_new(Term *terms, size_t count)
{
    size_t words = 0;
    LiteralArea *area;

    for (size_t i = 0; i < count; i++)
        words += term_size_words_all(terms[i]);
    area = area_with_room(words);
    for (size_t i = 0; area && i < count; i++)
        terms[i] = term_copy_all(&area->heap, terms[i]);
    assert(!area || !area->heap.fragments);
    return area;
}

/* Room above the bump pointer, which does not move yet. Free runs below it are taken first, by copies. */
Heap literal_heap(size_t words)
{
    size_t left = (size_t)(literal_base + range_words - bump);

    if (free_runs || words > left || !commit_up_to(bump + words))
        return (Heap){0};
    return (Heap){.start = bump, .top = bump, .limit = bump + words};
}

/* What is on the heap becomes the area. */
static LiteralArea *adopt(Heap *heap)
{
    LiteralArea *area = area_with_room(0);

    area->size_words = (size_t)(heap->top - heap->start);
    bump = heap->top;
    area->heap = *heap;
    area->heap.limit = heap->top;
    return area;
}

LiteralArea *literal_area_of_heap(Heap *heap, Term *terms, size_t count)
{
    Word *start = heap->start;
    size_t words = (size_t)(heap->top - start);
    LiteralArea *area;

    if (start && !heap->fragments) {
        area = adopt(heap);
    } else {
        bump += words;                 /* the source is in the way */
        area = literal_area_new(terms, count);
        heap_clear(heap);
        if (words > 0)
            range_free(start, words);
    }
    *heap = (Heap){0};
    return area;
}

LiteralArea *literal_area_of_shared(Term *term)
{
    LiteralArea *area = area_with_room(term_size_words_all_shared(*term));

    if (area)
        *term = term_copy_all_shared(&area->heap, *term);
    assert(!area || !area->heap.fragments);
    return area;
}

void literal_area_free(LiteralArea *area)
{
    heap_clear(&area->heap);
    if (area->size_words > 0)
        range_free(area->heap.start, area->size_words);
    mem_free(MEM_LITERAL, area);
}
