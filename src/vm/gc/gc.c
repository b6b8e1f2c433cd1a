#include "vm/gc/gc.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/gc/gc_copy.h"

uint64_t gc_count;
uint64_t gc_words_reclaimed;
const LiteralArea *gc_purged_area;

/* Off-heap bytes a process may hold before they count as a reason to collect (stock: min_bin_vheap_size 46422 words). */
#define MIN_BINARY_LIMIT ((size_t)46422 * sizeof(Word))
/* A process that collects again soon after it did gets a nursery that fits a second-level cache. Not so one of many that share
 * the VM's time, however often it collects in its own. */
#define BUSY_NURSERY_WORDS ((size_t)16384)
#define BUSY_HOT_COUNT 3
/* What comes in fragments again and again gets room in the block, up to this size. */
#define MAX_BURST_BLOCK_WORDS ((size_t)256 * 1024)
#define LINEAR_GROWTH_WORDS ((size_t)800000)

size_t gc_next_heap_size(size_t words)
{
    size_t smaller = 142, size = 233;

    if (words <= 12)
        return 12;
    if (words < 233) {
        smaller = 12;
        size = 38;
    }
    while (size < words) {
        size_t next = size < LINEAR_GROWTH_WORDS ? size + smaller + 1 : size + size / 5;
        smaller = size;
        size = next;
    }
    return size;
}

static Word *block_new(size_t words)
{
    return mem_alloc(MEM_PROCESS, words * sizeof(Word));
}

void gc_heap_init(Heap *heap, Collector *gc, size_t min_words)
{
    size_t words = gc_next_heap_size(MAX(min_words, (size_t)STACK_RED_ZONE_WORDS + 16));

    *heap = (Heap){0};
    *gc = (Collector){.min_words = words, .min_binary_bytes = MIN_BINARY_LIMIT,
                      .binary_limit = MIN_BINARY_LIMIT, .full_sweep_after = 65535};
    heap->start = heap->top = block_new(words);
    gc->high_water = heap->start;
    gc->block_end = gc->stack_top = heap->start + words;
    gc_sync_limit(heap, gc);
#ifdef LING_GC_STRESS
    heap->is_process_heap = true;
#endif
}

void gc_heap_free(Heap *heap, Collector *gc)
{
    heap_clear(heap);
    mem_free(MEM_PROCESS, heap->start);
    mem_free(MEM_PROCESS, gc->old_start);
    *heap = (Heap){0};
    *gc = (Collector){0};
}

size_t gc_heap_block_words(const Heap *heap, const Collector *gc)
{
    return (size_t)(gc->block_end - heap->start);
}

size_t gc_total_words(const Heap *heap, const Collector *gc)
{
    return gc_heap_block_words(heap, gc) + (size_t)(gc->old_limit - gc->old_start) + heap_fragment_words(heap);
}

static bool lies_in_old(const Collector *gc, const Word *object)
{
    return object >= gc->old_start && object < gc->old_limit;
}

/* Drops the references of dead off-heap objects and relinks the living. The list is newest
 * first, so a minor pass may stop at the first object that was old before it. */
static void sweep_off_heap(Heap *heap, Collector *gc, const CopyPass *pass)
{
    Word *object = heap->off_heap;
    Word **link = &heap->off_heap;
    size_t young_bytes = 0;

    if (pass->full)
        gc->old_binary_bytes = 0;
    while (object) {
        Word *place = gc_copy_forwarded(pass, object);
        Word *next;

        if (place == object)
            break;
        if (!place) {
            next = *off_heap_next(object);
            binary_release(off_heap_binary(object));
            object = next;
            continue;
        }
        next = *off_heap_next(place);
        if (lies_in_old(gc, place))
            gc->old_binary_bytes += off_heap_binary(place)->capacity;
        else
            young_bytes += off_heap_binary(place)->capacity;
        *link = place;
        link = off_heap_next(place);
        object = next;
    }
    *link = object;
    heap->off_heap_bytes = young_bytes;
    gc->binary_limit = MAX(gc->min_binary_bytes, 2 * (young_bytes + gc->old_binary_bytes));
}

static void free_fragments(Heap *heap)
{
    HeapFragment *fragment = heap->fragments;

    while (fragment) {
        HeapFragment *next = fragment->next;
        heap_fragment_free(fragment);
        fragment = next;
    }
    heap->fragments = NULL;
}

/* Runs `pass` into a new block of `size` words and makes that the heap's block. */
static void copy_into_block(Heap *heap, Collector *gc, CopyPass *pass, size_t size,
                            const RootRange *roots, size_t root_count)
{
    size_t stack_words = gc_stack_words(gc);
    Word *block = block_new(size);
    Word *old_scan = pass->tops.old;
    Word *stack = block + size - stack_words;

    pass->to_start = pass->tops.young = block;
    pass->to_bytes = size * sizeof(Word);
    memcpy(stack, gc->stack_top, stack_words * sizeof(Word));
    gc_copy_roots(pass, (Term *)stack, stack_words);
    for (size_t i = 0; i < root_count; i++)
        gc_copy_roots(pass, roots[i].terms, roots[i].count);
    gc_copy_reachable(pass, block, old_scan);
    assert(pass->tops.young <= stack);
    if (!pass->full)
        gc->old_top = pass->tops.old;
    sweep_off_heap(heap, gc, pass);

    free_fragments(heap);
    mem_free(MEM_PROCESS, heap->start);
    heap->start = block;
    heap->top = gc->high_water = pass->tops.young;
    gc->stack_top = stack;
    gc->block_end = block + size;
    gc_sync_limit(heap, gc);
}

static void free_old_generation(Collector *gc)
{
    mem_free(MEM_PROCESS, gc->old_start);
    gc->old_start = gc->old_top = gc->old_limit = NULL;
    gc->old_binary_bytes = 0;
}

/* The heap gets references of its own to the off-heap objects that were copied out of the area, whose words
 * before the pass are in `saved`. */
static void adopt_off_heap(Heap *heap, const LiteralArea *area, Word *saved)
{
    Word *object = area->heap.off_heap;

    while (object) {
        Word *next = *off_heap_next(saved + (object - area->heap.start));

        if (!is_header(object[0])) {
            Word *copy = boxed((Term)object[0]);
            binary_keep(off_heap_binary(copy));
            off_heap_add(heap, copy);
        }
        object = next;
    }
}

/* Copies what the process refers to in the purged area, too. The area itself stays as it is: other
 * processes refer to it. */
static void copy_with_purged(Heap *heap, Collector *gc, CopyPass *pass, size_t size, const RootRange *roots, size_t root_count)
{
    const LiteralArea *area = pass->purged;
    size_t bytes = area->size_words * sizeof(Word);
    Word *saved = mem_alloc(MEM_LITERAL, bytes);

    memcpy(saved, area->heap.start, bytes);
    copy_into_block(heap, gc, pass, size, roots, root_count);
    adopt_off_heap(heap, area, saved);
    memcpy(area->heap.start, saved, bytes);
    mem_free(MEM_LITERAL, saved);
}

/* A full pass into a block of `size` words; afterwards there is no old generation. */
static void copy_everything(Heap *heap, Collector *gc, size_t size, const RootRange *roots, size_t root_count)
{
    CopyPass pass = {.full = true, .purged = gc->is_purging ? gc_purged_area : NULL};
    Collector before = *gc;

    gc->old_start = gc->old_top = gc->old_limit = NULL;
    if (pass.purged)
        copy_with_purged(heap, gc, &pass, size, roots, root_count);
    else
        copy_into_block(heap, gc, &pass, size, roots, root_count);
    free_old_generation(&before);
}

/* What the stack, a pending request and the red zone take besides the live terms. */
static size_t reserved_words(const Collector *gc, size_t need)
{
    return gc_stack_words(gc) + need + STACK_RED_ZONE_WORDS;
}

static size_t purged_words(const Collector *gc)
{
    return gc->is_purging && gc_purged_area ? gc_purged_area->size_words : 0;
}

static size_t used_words(const Heap *heap, const Collector *gc)
{
    return (size_t)(heap->top - heap->start) + (size_t)(gc->old_top - gc->old_start)
        + heap_fragment_words(heap) + purged_words(gc);
}

/* Makes the block smaller: its end, which was room for the worst case, stays unused until the next pass. */
static void trim_block(Heap *heap, Collector *gc, size_t size)
{
    size_t stack_words = gc_stack_words(gc);
    Word *end = heap->start + size;

    memmove(end - stack_words, gc->stack_top, stack_words * sizeof(Word));
    gc->stack_top = end - stack_words;
    gc->block_end = end;
    gc_sync_limit(heap, gc);
}

/* Of a block for so many live words, with room for half as many before the next collection. */
static size_t roomy_size(const Collector *gc, size_t live_words, size_t need)
{
    size_t words = live_words + reserved_words(gc, need);

    return gc_next_heap_size(MAX(words + words / 2, gc->min_words));
}

/* Copies all that lives into a block that is right if all does. If most did not, that is done once more, which costs little
 * then; else the end of the block stays unused. */
static void full_sweep(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count, size_t need)
{
    size_t size = roomy_size(gc, used_words(heap, gc), need);
    size_t wanted;

    copy_everything(heap, gc, size, roots, root_count);
    gc->is_purging = false;
    wanted = roomy_size(gc, (size_t)(heap->top - heap->start), need);
    if (wanted < size / 2)
        copy_everything(heap, gc, wanted, roots, root_count);
    else if (wanted < size)
        trim_block(heap, gc, wanted);
    gc->minor_count = 0;
    gc->force_full = gc->grow = false;
}

/* Room in the old generation for all that may be promoted: false asks for a full sweep. */
static bool prepare_old_generation(Collector *gc, size_t mature_words)
{
    if ((size_t)(gc->old_limit - gc->old_top) >= mature_words)
        return true;
    if (gc->old_start)
        return false;
    size_t size = gc_next_heap_size(2 * mature_words);
    gc->old_start = gc->old_top = block_new(size);
    gc->old_limit = gc->old_start + size;
    return true;
}

/* Would a block of the next size leave a limited process half of what it may have? */
static bool may_grow(const Collector *gc, size_t size)
{
    return gc->max_words == 0 || 2 * gc_next_heap_size(size + 1) <= gc->max_words;
}

/* Did much come in fragments, this time and the last? Then the next may find room: fragments cost a collection each time,
 * while what they hold lives. */
static bool is_bursting(const Collector *gc, size_t size, size_t fragment_words)
{
    return fragment_words > size / 4 && gc->burst_words > size / 4 && size + fragment_words <= MAX_BURST_BLOCK_WORDS
        && may_grow(gc, size + fragment_words);
}

/* The size the block should have after a minor pass, if the survivors fit. */
static size_t minor_block_size(const Heap *heap, const Collector *gc, size_t fragment_words)
{
    size_t size = gc_heap_block_words(heap, gc);
    bool is_busy = gc->hot_count % BUSY_HOT_COUNT == BUSY_HOT_COUNT - 1 && size < BUSY_NURSERY_WORDS && may_grow(gc, size);

    if (is_bursting(gc, size, fragment_words))
        return gc_next_heap_size(size + fragment_words);
    return gc->grow || is_busy ? gc_next_heap_size(size + 1) : size;
}

static void minor_sweep(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count, size_t need)
{
    size_t fragment_words = heap_fragment_words(heap);
    size_t young = (size_t)(heap->top - gc->high_water) + fragment_words;
    size_t wanted = minor_block_size(heap, gc, fragment_words);
    size_t worst = gc_next_heap_size(young + reserved_words(gc, need));
    CopyPass pass = {
        .block_start = heap->start,
        .block_bytes = (size_t)(heap->top - heap->start) * sizeof(Word),
        .mature_bytes = (size_t)(gc->high_water - heap->start) * sizeof(Word),
        .old_start = gc->old_start, .old_end = gc->old_limit, .tops.old = gc->old_top,
    };
    size_t filled;

    copy_into_block(heap, gc, &pass, MAX(wanted, worst), roots, root_count);
    filled = (size_t)(heap->top - heap->start) + reserved_words(gc, need);
    if (filled > wanted)
        wanted = gc_next_heap_size(filled);
    if (wanted < worst)
        trim_block(heap, gc, wanted);
    gc->grow = filled > wanted - wanted / 4;
    gc->burst_words = fragment_words;
    gc->minor_count++;
}

bool gc_next_is_full(const Collector *gc)
{
    return gc->force_full || gc->is_purging || gc->minor_count >= gc->full_sweep_after
        || gc->old_binary_bytes > MAX(gc->binary_limit, 4 * gc->min_binary_bytes);
}

size_t gc_collect(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count, size_t need)
{
    size_t before = used_words(heap, gc);
    size_t mature = (size_t)(gc->high_water - heap->start);
    size_t live;

    if (!gc_next_is_full(gc) && prepare_old_generation(gc, mature))
        minor_sweep(heap, gc, roots, root_count, need);
    else
        full_sweep(heap, gc, roots, root_count, need);
    live = used_words(heap, gc);
    gc->last_live_words = live;
    gc_count++;
    gc_words_reclaimed += before > live ? before - live : 0;
    return live;
}

size_t gc_collect_to_fit(Heap *heap, Collector *gc, const RootRange *roots, size_t root_count)
{
    size_t before = used_words(heap, gc);
    size_t live;

    copy_everything(heap, gc, before + reserved_words(gc, 0), roots, root_count);
    live = (size_t)(heap->top - heap->start);
    copy_everything(heap, gc, live + reserved_words(gc, 0), roots, root_count);
    gc->minor_count = 0;
    gc->force_full = gc->grow = gc->is_purging = false;
    gc_count++;
    gc_words_reclaimed += before - live;
    return live;
}

#ifdef LING_GC_STRESS
#define STRESS_WORDS_PER_CHANCE 64

bool gc_stress_is_due(const Heap *heap, const Collector *gc)
{
    static size_t credit;
    size_t words = (size_t)(heap->top - heap->start) + (size_t)(gc->old_limit - gc->old_start) + gc_stack_words(gc);

    credit += STRESS_WORDS_PER_CHANCE;
    if (credit < words)
        return false;
    credit = 0;
    return true;
}
#endif
