/* process_info.h - the items of process_info/2. */
#ifndef LING_PROCESS_INFO_H
#define LING_PROCESS_INFO_H

#include "vm/term/heap.h"

/* Their names, as a list. */
Term process_info_names(Heap *heap);

#endif
