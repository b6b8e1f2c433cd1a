#include "vm/base/reader.h"

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

const uint8_t *reader_bytes_missing(Reader *in)
{
    reader_fail(in, "unexpected end of data");
    return NULL;
}

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
