/* time_unit.h - times as terms. */
#ifndef LING_TIME_UNIT_H
#define LING_TIME_UNIT_H

#include "vm/term/heap.h"

/* Nanoseconds in `unit` (an atom such as second, or parts per second), rounded down; NO_TERM: no such unit. */
Term time_in_unit(Heap *heap, int64_t ns, Term unit);
/* {MegaSeconds, Seconds, MicroSeconds} */
Term time_stamp(Heap *heap, int64_t us);

#endif
