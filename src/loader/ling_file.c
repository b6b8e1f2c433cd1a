#include "loader/ling_file.h"

#include <string.h>

static const uint8_t magic[4] = {'L', 'I', 'N', 'G'};

bool ling_file_is(const uint8_t *bytes, size_t size)
{
    return size >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

LoadResult ling_file_read(const uint8_t *bytes, size_t size, CodeIr *ir, CodeInstance *code, Heap *heap, LoadError *error)
{
    load_error_set(error, "a .ling file of another version");
    return LOAD_REFUSED;
}

const uint8_t *ling_file_chunk(const uint8_t *bytes, size_t size, const char *id, size_t *chunk_size)
{
    return NULL;
}

bool ling_file_md5(const uint8_t *bytes, size_t size, uint8_t md5[16]) { return false; }
