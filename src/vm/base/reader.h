/* reader.h - a bounded reader of foreign bytes, big-endian.
 *
 * It remembers the first failure (where and what) and then yields zeros, so a parser
 * reads straight down and checks once at the end. */
#ifndef LING_READER_H
#define LING_READER_H

#include "vm/base/base.h"

typedef struct Reader {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    const char *error;        /* static text; null while all is well */
    size_t error_offset;      /* from `start` */
} Reader;

void reader_init(Reader *in, const void *bytes, size_t size);
void reader_fail(Reader *in, const char *why);      /* the first call counts */
static inline bool reader_ok(const Reader *in) { return !in->error; }
static inline size_t reader_left(const Reader *in) { return (size_t)(in->end - in->at); }
static inline size_t reader_offset(const Reader *in) { return (size_t)(in->at - in->start); }

/* `size` raw bytes inside the buffer, or null on failure. After a failure nothing is left. */
COLD const uint8_t *reader_bytes_missing(Reader *in);
static inline const uint8_t *reader_bytes(Reader *in, size_t size)
{
    const uint8_t *bytes = in->at;

    if (UNLIKELY(reader_left(in) < size || in->error))
        return reader_bytes_missing(in);
    in->at += size;
    return bytes;
}

static inline uint8_t reader_u8(Reader *in)
{
    return LIKELY(in->at != in->end) ? *in->at++ : (reader_bytes_missing(in), 0);
}

static inline uint16_t reader_u16(Reader *in)
{
    const uint8_t *bytes = reader_bytes(in, 2);

    return bytes ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;
}

static inline uint32_t reader_u32(Reader *in)
{
    const uint8_t *bytes = reader_bytes(in, 4);

    return bytes ? (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3] : 0;
}

static inline uint64_t reader_u64(Reader *in)
{
    const uint8_t *bytes = reader_bytes(in, 8);
    uint64_t value = 0;

    for (size_t i = 0; bytes && i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* A u32 that must be <= max, else a failure. */
uint32_t reader_u32_upto(Reader *in, uint32_t max);
/* A u32 count of items of at least `item_bytes` each: fails unless so many can still follow. */
uint32_t reader_count(Reader *in, size_t item_bytes);
/* True if nothing failed; bytes left over are a failure named after `what`. */
bool reader_finish(Reader *in, const char *what);

#endif
