/* gc_roots.h - every term that a process holds outside its heap: the one list of roots. */
#ifndef LING_GC_ROOTS_H
#define LING_GC_ROOTS_H

#include "vm/proc/process.h"

/* Collects; afterwards at least `need` words are free. `x` holds the `live` registers in use: vm->x of
 * the running process, p->args of another. May mark the process PROCESS_KILLED because of max_heap_size;
 * it then ends with its turn. Returns the words copied (to be paid in reductions). */
size_t process_collect(Process *p, Term *x, unsigned live, size_t need);
/* Into the smallest block: hibernate. */
void process_collect_to_fit(Process *p);
/* For a process that does not run: with its saved registers. */
static inline size_t process_collect_saved(Process *p) { return process_collect(p, p->args, p->live, 0); }
/* Fragments of this many words are worth a collection. */
#define GC_FRAGMENT_WORDS 512
/* A process has enough garbage or fragments to be worth a collection. Fragments double in size, so the newest
 * tells how much there is. */
static inline bool process_should_collect(const Process *p)
{
    if (UNLIKELY(p->flags & PROCESS_COLLECT) || UNLIKELY(p->heap.off_heap_bytes > p->gc.binary_limit))
        return true;
#ifdef LING_GC_STRESS
    if (p->heap.fragments && gc_stress_is_due(&p->heap, &p->gc))
        return true;
#endif
    return UNLIKELY(p->heap.fragments) && p->heap.fragments->size_words + p->mailbox.taken_words > GC_FRAGMENT_WORDS;
}
/* gc_heap_any, with roots and messages. */
bool process_any(const Process *p, HeapTest test, void *context);
/* gc_heap_refers_to, messages included. */
bool process_refers_to(const Process *p, const void *from, const void *to);
/* The whole heap is well-formed, or an assert says what is not. For --enable-gc-stress. */
void process_heap_check(Process *p, Term *x, unsigned live);
/* Bytes: process_info(memory). */
size_t process_memory(const Process *p);

#endif
