/* system_memory.h - what erlang:memory/0 is made of.
 *
 * The function in erlang.erl adds up what allocators and areas report; both are made up here from the
 * counters of mem.h. */
#ifndef LING_SYSTEM_MEMORY_H
#define LING_SYSTEM_MEMORY_H

#include "vm/proc/process.h"

/* system_info(allocated_areas) */
Term system_memory_areas(Heap *heap);
/* system_info(alloc_util_allocators) */
Term system_memory_allocators(Heap *heap);
/* system_info({memory_internal | allocator_sizes | allocator, Ref, Names}): sends the process what the named
 * allocators hold; `all`: with their options. */
Term system_memory_send(Process *p, Term ref, Term names, bool all);

#endif
