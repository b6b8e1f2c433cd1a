/* byte_range.h - {Position, Length} arguments: a part of some bytes, given forwards or backwards. */
#ifndef LING_BYTE_RANGE_H
#define LING_BYTE_RANGE_H

#include "vm/term/integer.h"

typedef struct ByteRange {
    size_t start;
    size_t size;
} ByteRange;

/* The range that position and length (negative: it ends at the position) name in `total` bytes. False:
 * they are no integers, or it does not lie inside. */
static inline bool byte_range_get(Term position, Term length, size_t total, ByteRange *range)
{
    int64_t at, size;

    if (!integer_to_i64(position, &at) || !integer_to_i64(length, &size) || at < 0 || (uint64_t)at > total)
        return false;
    if (size < 0) {
        if ((uint64_t)-(size + 1) >= (uint64_t)at)
            return false;
        range->start = (size_t)(at + size);
        range->size = (size_t)-size;
        return true;
    }
    range->start = (size_t)at;
    range->size = (size_t)size;
    return (uint64_t)size <= total - (size_t)at;
}

/* The same from a tuple {Position, Length}. */
static inline bool byte_range_from_tuple(Term t, size_t total, ByteRange *range)
{
    return is_tuple_of(t, 2) && byte_range_get(tuple_element(t, 1), tuple_element(t, 2), total, range);
}

#endif
