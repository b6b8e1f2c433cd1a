/* system_memory.h - what erlang:memory/0 is made of.
 *
 * The function in erlang.erl adds up what allocators and areas report; both are made up here from the
 * counters of mem.h. */
#ifndef LING_SYSTEM_MEMORY_H
#define LING_SYSTEM_MEMORY_H

#include "vm/proc/process.h"

/* system_info(allocated_areas) */
Term system_memory_areas(Heap *heap);
/* system_info({memory_internal, Ref, Allocators}): sends the process what one thread has allocated. */
Term system_memory_send(Process *p, Term ref);

#endif
