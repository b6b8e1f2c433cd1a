#include "vm/proc/gc_info.h"

#include "vm/term/integer.h"

static Term item(Heap *heap, Term name, size_t words)
{
    return tuple_2(heap, name, integer_from_u64(heap, words));
}

size_t gc_info_heap_used(const Process *p)
{
    return (size_t)(p->heap.top - p->heap.start);
}

size_t gc_info_queue_words(const Process *p)
{
    size_t words = 0;

    if (!(p->flags & PROCESS_OFF_HEAP_MESSAGES))
        for (const Message *m = p->mailbox.first; m; m = m->next)
            words += heap_fragment_words(&m->heap);
    return words;
}

Term gc_info_list(const Process *p, Heap *heap)
{
    const Collector *gc = &p->gc;
    Term items[] = {
        item(heap, A_OLD_HEAP_BLOCK_SIZE, (size_t)(gc->old_limit - gc->old_start)),
        item(heap, A_HEAP_BLOCK_SIZE, gc_heap_block_words(&p->heap, gc)),
        item(heap, A_MBUF_SIZE, heap_fragment_words(&p->heap)),
        item(heap, A_RECENT_SIZE, (size_t)(gc->high_water - p->heap.start)),
        item(heap, A_STACK_SIZE, gc_stack_words(gc)),
        item(heap, A_OLD_HEAP_SIZE, (size_t)(gc->old_top - gc->old_start)),
        item(heap, A_HEAP_SIZE, gc_info_heap_used(p)),
        item(heap, A_BIN_VHEAP_SIZE, p->heap.off_heap_bytes / sizeof(Word)),
        item(heap, A_BIN_VHEAP_BLOCK_SIZE, gc->binary_limit / sizeof(Word)),
        item(heap, A_BIN_OLD_VHEAP_SIZE, gc->old_binary_bytes / sizeof(Word)),
        item(heap, A_BIN_OLD_VHEAP_BLOCK_SIZE, gc->binary_limit / sizeof(Word)),
    };

    return list_from(heap, ARRAY_SIZE(items), items, TERM_NIL);
}

Term gc_info_event_list(const Process *p, Heap *heap)
{
    const Collector *gc = &p->gc;
    Term items[] = {
        item(heap, A_OLD_HEAP_BLOCK_SIZE, (size_t)(gc->old_limit - gc->old_start)),
        item(heap, A_HEAP_BLOCK_SIZE, gc_heap_block_words(&p->heap, gc)),
        item(heap, A_MBUF_SIZE, heap_fragment_words(&p->heap)),
        item(heap, A_STACK_SIZE, gc_stack_words(gc)),
        item(heap, A_OLD_HEAP_SIZE, (size_t)(gc->old_top - gc->old_start)),
        item(heap, A_HEAP_SIZE, gc_info_heap_used(p)),
    };

    return list_from(heap, ARRAY_SIZE(items), items, TERM_NIL);
}
