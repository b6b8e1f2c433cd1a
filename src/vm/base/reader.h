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

uint8_t reader_u8(Reader *in);
uint16_t reader_u16(Reader *in);
uint32_t reader_u32(Reader *in);
uint64_t reader_u64(Reader *in);
/* A u32 that must be <= max, else a failure. */
uint32_t reader_u32_upto(Reader *in, uint32_t max);
/* A u32 count of items of at least `item_bytes` each: fails unless so many can still follow. */
uint32_t reader_count(Reader *in, size_t item_bytes);
/* `size` raw bytes inside the buffer, or null on failure. */
const uint8_t *reader_bytes(Reader *in, size_t size);
/* True if nothing failed; bytes left over are a failure named after `what`. */
bool reader_finish(Reader *in, const char *what);

#endif
