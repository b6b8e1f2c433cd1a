#include "loader/beam_compact.h"

#define MAX_BIG_BYTES 4096   /* the compiler makes literals of what is wider than 16 bytes */

bool compact_read_long(Reader *in, uint8_t first, Compact *out)
{
    size_t size = (first >> 5) + 2u;
    const uint8_t *bytes;

    if ((first & 0x18) != 0x18) {
        reader_fail(in, "unexpected end of data");
        return false;
    }
    if (size == 9) {
        Compact length;

        if (!compact_read(in, &length))
            return false;
        if (length.tag != COMPACT_U || length.big || length.value < 0 || length.value > MAX_BIG_BYTES) {
            reader_fail(in, "bad length of an integer");
            return false;
        }
        size = (size_t)length.value + 9;
    }
    out->tag = first & 7;
    out->big = NULL;
    bytes = reader_bytes(in, size);
    if (!bytes)
        return false;
    if (size > 8) {
        out->big = bytes;
        out->big_size = size;
        return true;
    }
    out->value = (int8_t)bytes[0];
    for (size_t i = 1; i < size; i++)
        out->value = (int64_t)((uint64_t)out->value << 8 | bytes[i]);
    return true;
}
