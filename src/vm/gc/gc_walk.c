/* Linear walks over a process heap: searches, and the check that it is well-formed. */
#include "vm/gc/gc.h"
#include "vm/gc/literal.h"

static bool any_in_area(const Word *at, const Word *end, HeapTest test, void *context)
{
    while (at < end) {
        if (test(at, context))
            return true;
        if (is_header(*at)) {
            size_t words = header_words(*at);
            size_t raw = box_raw_words(header_kind(*at));
            at += MIN(raw, words);
        }
        at++;
    }
    return false;
}

static bool any_on_stack(const Word *at, const Word *end, HeapTest test, void *context)
{
    for (; at < end; at++)
        if (!is_return_address(*at) && test(at, context))
            return true;
    return false;
}

bool gc_heap_any(const Heap *heap, const Collector *gc, HeapTest test, void *context)
{
    if (any_in_area(heap->start, heap->top, test, context))
        return true;
    for (const HeapFragment *f = heap->fragments; f; f = f->next)
        if (any_in_area(f->body, f->body + f->used_words, test, context))
            return true;
    if (!gc)
        return false;
    if (any_in_area(gc->old_start, gc->old_top, test, context))
        return true;
    return any_on_stack(gc->stack_top, gc->block_end, test, context);
}

typedef struct AddressRange {
    uintptr_t from, to;
} AddressRange;

static bool points_into(const Word *at, void *context)
{
    const AddressRange *range = context;
    Term t = (Term)*at;

    return !is_immediate(t) && (uintptr_t)t >= range->from && (uintptr_t)t < range->to;
}

bool gc_heap_refers_to(const Heap *heap, const Collector *gc, const void *from, const void *to)
{
    AddressRange range = {(uintptr_t)from, (uintptr_t)to};

    return gc_heap_any(heap, gc, points_into, &range);
}

#define MAX_CHECKED_FRAGMENTS 64
#define OFTEN_CHECKED_WORDS 2048
#define LARGE_HEAP_TURNS 64

typedef struct HeapCheck {
    const Heap *heap;
    const Collector *gc;
} HeapCheck;

static bool is_on_heap(const HeapCheck *check, const Word *address)
{
    if (address >= check->heap->start && address < check->heap->top)
        return true;
    if (address >= check->gc->old_start && address < check->gc->old_top)
        return true;
    for (const HeapFragment *f = check->heap->fragments; f; f = f->next)
        if (address >= f->body && address < f->body + f->used_words)
            return true;
    return is_literal_address(address);
}

static bool check_word(const Word *at, void *context)
{
    const HeapCheck *check = context;
    Term t = (Term)*at;

    if (is_cons(t)) {
        assert(is_on_heap(check, (Word *)cons_cell(t)));
    } else if (is_boxed(t)) {
        assert(is_on_heap(check, boxed(t)));
        assert(is_header(boxed_header(t)) && header_kind(boxed_header(t)) < BOX_KIND_COUNT);
    } else {
        assert(t != NO_TERM);
    }
    return false;
}

/* Large heaps are looked at now and then; whether a term lies on the heap is asked of each fragment. */
static bool is_too_much(const Heap *heap, const Collector *gc)
{
    static unsigned turn;
    size_t words = (size_t)(heap->top - heap->start) + (size_t)(gc->old_top - gc->old_start);
    size_t fragments = 0;

    for (const HeapFragment *f = heap->fragments; f; f = f->next)
        if (++fragments > MAX_CHECKED_FRAGMENTS)
            return true;
    return words > OFTEN_CHECKED_WORDS && ++turn % LARGE_HEAP_TURNS != 0;
}

void gc_heap_check(const Heap *heap, const Collector *gc, const RootRange *roots, size_t root_count)
{
    HeapCheck check = {heap, gc};

    if (is_too_much(heap, gc))
        return;
    gc_heap_any(heap, gc, check_word, &check);
    for (size_t i = 0; i < root_count; i++)
        for (size_t j = 0; j < roots[i].count; j++)
            if (roots[i].terms[j] != NO_TERM)
                check_word((Word *)&roots[i].terms[j], &check);
    for (Word *object = heap->off_heap; object; object = *off_heap_next(object))
        assert(is_on_heap(&check, object) && off_heap_binary(object)->references > 0);
}
