#include "loader/inflate.h"

#include <zlib.h>

#include "vm/base/mem.h"

#define MAX_FILE_BYTES ((size_t)1 << 30)
#define GZIP_WINDOW_BITS (MAX_WBITS + 16)

bool inflate_is_gzip(const uint8_t *bytes, size_t size)
{
    return size > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

uint8_t *inflate_gzip(const uint8_t *bytes, size_t size, size_t *result_size)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)MIN(size, MAX_FILE_BYTES)};
    size_t capacity = MIN(size, MAX_FILE_BYTES / 4) * 4 + 64;
    uint8_t *out;
    int status;

    if (inflateInit2(&stream, GZIP_WINDOW_BITS) != Z_OK)
        return NULL;
    out = mem_alloc(MEM_CODE, capacity);
    do {
        if (stream.total_out == capacity) {
            if (capacity >= MAX_FILE_BYTES)
                break;
            capacity *= 2;
            out = mem_realloc(MEM_CODE, out, capacity);
        }
        stream.next_out = out + stream.total_out;
        stream.avail_out = (uInt)(capacity - stream.total_out);
        status = inflate(&stream, Z_NO_FLUSH);
    } while (status == Z_OK);
    inflateEnd(&stream);
    *result_size = stream.total_out;
    if (status == Z_STREAM_END)
        return out;
    mem_free(MEM_CODE, out);
    return NULL;
}

uint8_t *inflate_zlib(const uint8_t *bytes, size_t size, size_t result_size)
{
    uLongf unpacked = result_size;
    uint8_t *out;

    /* zlib packs at most 1032 to 1: what claims more is damaged, and gets no memory. */
    if (result_size > MAX_FILE_BYTES || result_size / 1040 > size)
        return NULL;
    out = mem_alloc(MEM_CODE, result_size + 1);
    if (uncompress(out, &unpacked, bytes, size) == Z_OK && unpacked == result_size)
        return out;
    mem_free(MEM_CODE, out);
    return NULL;
}

uint8_t *deflate_zlib(const uint8_t *bytes, size_t size, size_t *result_size)
{
    uLongf packed = compressBound(size);
    uint8_t *out = mem_alloc(MEM_CODE, packed);

    compress2(out, &packed, bytes, size, Z_DEFAULT_COMPRESSION);
    *result_size = packed;
    return out;
}
