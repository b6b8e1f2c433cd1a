/* gc_info.h - numbers of a process's heap, as process_info shows them. */
#ifndef LING_GC_INFO_H
#define LING_GC_INFO_H

#include "vm/proc/process.h"

/* process_info(garbage_collection_info): a list of {Item, Words}. */
Term gc_info_list(const Process *p, Heap *heap);
/* The shorter list that system_monitor's events carry. */
Term gc_info_event_list(const Process *p, Heap *heap);
/* Words of the heap block in use, fragments not counted. */
size_t gc_info_heap_used(const Process *p);
/* Words of queued messages that count as its heap: none with message_queue_data off_heap. Walks the queue. */
size_t gc_info_queue_words(const Process *p);

#endif
