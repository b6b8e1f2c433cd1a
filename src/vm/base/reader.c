#include "vm/base/reader.h"

#include <string.h>

void reader_init(Reader *in, const void *bytes, size_t size)
{
    in->start = in->at = bytes;
    in->end = size > 0 ? in->start + size : in->start;
    in->error = NULL;
    in->error_offset = 0;
}

void reader_fail(Reader *in, const char *why)
{
    if (in->error)
        return;
    in->error = why;
    in->error_offset = reader_offset(in);
    in->at = in->end;
}

const uint8_t *reader_bytes(Reader *in, size_t size)
{
    const uint8_t *bytes = in->at;

    if (in->error)
        return NULL;
    if (reader_left(in) < size) {
        reader_fail(in, "unexpected end of data");
        return NULL;
    }
    in->at += size;
    return bytes;
}

static uint64_t read_big_endian(Reader *in, size_t size)
{
    const uint8_t *bytes = reader_bytes(in, size);
    uint64_t value = 0;

    for (size_t i = 0; bytes && i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint8_t reader_u8(Reader *in)
{
    return LIKELY(in->at < in->end) ? *in->at++ : (uint8_t)read_big_endian(in, 1);
}

uint16_t reader_u16(Reader *in) { return (uint16_t)read_big_endian(in, 2); }

uint32_t reader_u32(Reader *in)
{
    uint32_t value;

    if (UNLIKELY(reader_left(in) < sizeof value))
        return (uint32_t)read_big_endian(in, sizeof value);
    memcpy(&value, in->at, sizeof value);
    in->at += sizeof value;
    return __builtin_bswap32(value);
}

uint64_t reader_u64(Reader *in) { return read_big_endian(in, 8); }

uint32_t reader_u32_upto(Reader *in, uint32_t max)
{
    uint32_t value = reader_u32(in);

    if (value <= max)
        return value;
    reader_fail(in, "number out of range");
    return 0;
}

uint32_t reader_count(Reader *in, size_t item_bytes)
{
    uint32_t count = reader_u32(in);

    if (item_bytes == 0 || count <= reader_left(in) / item_bytes)
        return count;
    reader_fail(in, "more items announced than bytes left");
    return 0;
}

bool reader_finish(Reader *in, const char *what)
{
    if (!in->error && in->at != in->end)
        reader_fail(in, what);
    return !in->error;
}
