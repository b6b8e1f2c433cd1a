/* gc.h - the generational copying collector of one process heap.
 *
 * The heap block holds the young generation, which grows up from `heap->start`, and the stack,
 * which grows down from `gc->block_end`; fragments belong to the young generation. What has survived one
 * collection lies below `high_water`; the next collection moves it to the old generation. Terms are
 * immutable, so nothing old points to anything young.
 *
 * It runs in three places only, all in the interpreter, all with every root known: instructions that
 * carry a live count and find no room; after a BIF reached by a call instruction left
 * fragments; when a process leaves the processor. */
#ifndef LING_GC_H
#define LING_GC_H

#include "vm/term/off_heap.h"

typedef struct Collector {
    Word *stack_top;       /* E while the process does not run */
    Word *block_end;       /* the stack grows down from here */
    Word *high_water;      /* survivors of the last collection end here */
    Word *old_start;       /* old generation; null until something grew old */
    Word *old_top;
    Word *old_limit;
    size_t min_words;      /* spawn option min_heap_size */
    size_t max_words;      /* of the process, 0: no limit; busy processes get larger blocks below it */
    size_t min_binary_bytes;  /* min_bin_vheap_size in bytes */
    size_t binary_limit;   /* off-heap bytes that trigger a collection */
    size_t old_binary_bytes;
    size_t last_live_words;
    size_t burst_words;    /* what lay in fragments at the last collection */
    uint32_t minor_count;  /* since the last full sweep */
    uint32_t hot_count;    /* collections before this one, each soon after the one before: the owner's, who counts turns */
    uint64_t turn;         /* the last one's */
    uint32_t full_sweep_after;
    bool force_full;       /* the next collection must be a full sweep */
    bool grow;             /* the last collection left the block nearly full */
    bool is_purging;       /* the next collection copies literals of gc_purged_area too */
} Collector;

typedef struct RootRange {
    Term *terms;           /* updated in place */
    size_t count;
} RootRange;

/* Words kept free between heap and stack: calls push one return address without a check. */
#define STACK_RED_ZONE_WORDS 16

/* Gives an empty heap its first block. */
void gc_heap_init(Heap *heap, Collector *gc, size_t min_words);
/* Frees everything. */
void gc_heap_free(Heap *heap, Collector *gc);

/* Collects; afterwards at least `need` words lie between heap->top and the stack's red zone.
 * The stack itself is a root that is visited always. gc->stack_top and heap->top must be current;
 * heap->limit is set again. Returns the words copied. Never fails: max_heap_size is the caller's
 * business, who compares gc_total_words. */
size_t gc_collect(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count, size_t need);

/* Will gc_collect be a full sweep? (It may become one for lack of memory, too.) */
bool gc_next_is_full(const Collector *gc);

/* Full sweep of the dead: what gc_collect does with force_full, into the smallest block: hibernate. */
size_t gc_collect_to_fit(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count);

/* Calls `test` for every word of the heap, its fragments, the old generation and the stack that is a
 * term (`at` points to it) or a header (raw words are skipped with it). Stops at the first true, and
 * returns it. `gc` is null for a heap that is no process's. For check_process_code and the literal
 * collector. */
typedef bool (*HeapTest)(const Word *at, void *context);
bool gc_heap_any(const Heap *heap, const Collector *gc, HeapTest test, void *context);
/* Is there a term that points into [from, to)? */
bool gc_heap_refers_to(const Heap *heap, const Collector *gc, const void *from, const void *to);

/* Words of block (young and stack room), old block and fragments together: what max_heap_size limits. */
size_t gc_total_words(const Heap *heap, const Collector *gc);
size_t gc_heap_block_words(const Heap *heap, const Collector *gc);
static inline size_t gc_stack_words(const Collector *gc) { return (size_t)(gc->block_end - gc->stack_top); }

/* The next size a heap takes on stock when `words` are needed: 233, 377, 610 ... then +20 %. */
size_t gc_next_heap_size(size_t words);

/* Sets heap->limit from gc->stack_top: to be called by whoever hands the heap to C code. */
static inline void gc_sync_limit(Heap *heap, const Collector *gc)
{
    heap->limit = gc->stack_top - STACK_RED_ZONE_WORDS;
}

#ifdef LING_GC_STRESS
/* Is it time for a collection that nobody needs? Each chance pays for some words, a collection costs as many as
 * the heap holds: small heaps are collected every time, and large ones do not make tests endless. */
bool gc_stress_is_due(const Heap *heap, const Collector *gc);
#endif
/* The whole heap is well-formed, or an assert says what is not. For --enable-gc-stress. */
void gc_heap_check(const Heap *heap, const Collector *gc, const RootRange *roots, size_t root_count);

/* The literal area that is going away: a collection with `is_purging` set is a full sweep that
 * copies what it refers to there. Null: none. */
extern const struct LiteralArea *gc_purged_area;

/* Counters of all collections since start: statistics(garbage_collection). */
extern uint64_t gc_count;
extern uint64_t gc_words_reclaimed;

#endif
