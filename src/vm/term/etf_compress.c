/* The compressed form of external terms. */
#include <zlib.h>

#include "vm/term/etf.h"

#define SIZE_BYTES 4
/* Stock keeps the plain form unless this many bytes are saved: tag and size, and one more. */
#define MIN_GAIN 6
/* What deflate can do at best. */
#define MAX_RATIO 1032

size_t etf_plain_size(const uint8_t *bytes, size_t size)
{
    Reader in;
    size_t plain_size;

    reader_init(&in, bytes, size);
    plain_size = reader_u32(&in);
    if (!reader_ok(&in) || plain_size / MAX_RATIO > reader_left(&in))
        return 0;
    return plain_size;
}

Binary *etf_inflate(const uint8_t *bytes, size_t size, size_t *used)
{
    size_t plain_size = etf_plain_size(bytes, size);
    Binary *plain = plain_size > 0 ? binary_try_new(plain_size) : NULL;
    uLong from_size = size - SIZE_BYTES;
    uLongf to_size = plain_size;

    if (!plain)
        return NULL;
    if (uncompress2(plain->data, &to_size, bytes + SIZE_BYTES, &from_size) != Z_OK || to_size != plain_size) {
        binary_release(plain);
        return NULL;
    }
    *used = SIZE_BYTES + from_size;
    return plain;
}

size_t etf_deflate(uint8_t *to, const uint8_t *bytes, size_t size, int level)
{
    uLongf to_size;

    if (size <= MIN_GAIN || size > UINT32_MAX)
        return 0;
    to_size = size - MIN_GAIN;
    if (compress2(to + SIZE_BYTES, &to_size, bytes, size, level) != Z_OK)
        return 0;
    for (int i = 0; i < SIZE_BYTES; i++)
        to[i] = (uint8_t)(size >> (24 - 8 * i));
    return SIZE_BYTES + to_size;
}
