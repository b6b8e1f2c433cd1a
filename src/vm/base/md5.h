/* md5.h - the MD5 checksum (RFC 1321). The state is plain data, so it may be saved in a binary. */
#ifndef LING_MD5_H
#define LING_MD5_H

#include "vm/base/base.h"

typedef struct Md5 {
    uint32_t state[4];
    uint64_t byte_count;
    uint8_t block[64];         /* the bytes of an unfinished block */
} Md5;

void md5_init(Md5 *md5);
void md5_update(Md5 *md5, const void *bytes, size_t size);
void md5_final(Md5 *md5, uint8_t digest[16]);

#endif
