/* beam_compact.h - the compact terms of the Code and Line chunks: a tag and a number, in one byte or more. */
#ifndef LING_BEAM_COMPACT_H
#define LING_BEAM_COMPACT_H

#include "vm/base/reader.h"

enum { COMPACT_U, COMPACT_I, COMPACT_A, COMPACT_X, COMPACT_Y, COMPACT_F, COMPACT_H, COMPACT_Z };
enum { COMPACT_Z_LIST = 1, COMPACT_Z_FLOAT_REGISTER, COMPACT_Z_ALLOC, COMPACT_Z_LITERAL, COMPACT_Z_TYPED };

typedef struct Compact {
    unsigned tag;
    int64_t value;
    const uint8_t *big;        /* big-endian two's complement of more than 8 bytes; else null */
    size_t big_size;
} Compact;

bool compact_read_long(Reader *in, uint8_t first, Compact *out);

/* False: the reader failed. */
static inline bool compact_read(Reader *in, Compact *out)
{
    uint8_t first;

    if (UNLIKELY(in->at == in->end))
        return compact_read_long(in, 0, out);
    first = *in->at++;
    out->tag = first & 7;
    out->big = NULL;
    if (LIKELY(!(first & 8))) {
        out->value = first >> 4;
        return true;
    }
    if (!(first & 16) && in->at < in->end) {
        out->value = (first & 0xe0) << 3 | *in->at++;
        return true;
    }
    return compact_read_long(in, first, out);
}

#endif
