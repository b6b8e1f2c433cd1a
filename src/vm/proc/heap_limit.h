/* heap_limit.h - max_heap_size: what happens when a process has grown too large. */
#ifndef LING_HEAP_LIMIT_H
#define LING_HEAP_LIMIT_H

#include "vm/proc/process.h"

/* After a collection: logs or kills as the process's flags ask. */
void heap_limit_check(Process *p);
/* #{size => Words, kill => _, error_logger => _} of a process's or the system's setting. */
Term heap_limit_map(Heap *heap, size_t words, uint32_t flags);
/* Reads the value of max_heap_size: a size or such a map. False: it is no such thing. What is not
 * mentioned keeps the value it has in `words` and `flags`. */
bool heap_limit_parse(Term value, size_t *words, uint32_t *flags);

#endif
