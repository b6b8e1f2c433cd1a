/* inflate.h - unpacks compressed files and chunks. */
#ifndef LING_INFLATE_H
#define LING_INFLATE_H

#include "vm/base/base.h"

/* Is it a gzip file? */
bool inflate_is_gzip(const uint8_t *bytes, size_t size);
/* The whole of a gzip file: a MEM_CODE block, or null if it is damaged or larger than a module can be. */
uint8_t *inflate_gzip(const uint8_t *bytes, size_t size, size_t *result_size);
/* zlib data that must give exactly `result_size` bytes: a MEM_CODE block, or null. */
uint8_t *inflate_zlib(const uint8_t *bytes, size_t size, size_t result_size);
/* The other way: a MEM_CODE block. */
uint8_t *deflate_zlib(const uint8_t *bytes, size_t size, size_t *result_size);

#endif
