/* id_lists.h - processes/0 and ports/0. */
#ifndef LING_ID_LISTS_H
#define LING_ID_LISTS_H

#include "vm/term/heap.h"

/* All processes, without giving way. */
Term id_lists_processes(Heap *heap);

#endif
