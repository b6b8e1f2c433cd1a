/* plain_range.h - what a copying pass need not scan: the copies that refer to nothing which is not copied yet.
 *
 * One range is kept, the latest: lists of plain elements, strings above all, mostly come one after the other. */
#ifndef LING_PLAIN_RANGE_H
#define LING_PLAIN_RANGE_H

#include "vm/term/term.h"

typedef struct PlainRange {
    Word *start, *end;      /* a scan that comes to `start` goes on at `end`; both null: none yet */
} PlainRange;

static inline void plain_range_add(PlainRange *range, Word *from, Word *to)
{
    if (from != range->end)
        range->start = from;
    range->end = to;
}

#endif
