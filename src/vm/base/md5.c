#include "vm/base/md5.h"

#include <string.h>

/* floor(2^32 * abs(sin(i + 1))) */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391
};

static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t rotate(uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

static uint32_t little_endian(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* One of the 64 steps; `i` is a constant wherever it is used, so that this melts away. */
static inline __attribute__((always_inline)) void step(uint32_t v[4], const uint32_t word[16], unsigned i)
{
    uint32_t mixed;
    unsigned index;

    if (i < 16)
        mixed = (v[1] & v[2]) | (~v[1] & v[3]), index = i;
    else if (i < 32)
        mixed = (v[3] & v[1]) | (~v[3] & v[2]), index = (5 * i + 1) & 15;
    else if (i < 48)
        mixed = v[1] ^ v[2] ^ v[3], index = (3 * i + 5) & 15;
    else
        mixed = v[2] ^ (v[1] | ~v[3]), index = (7 * i) & 15;
    mixed += v[0] + sines[i] + word[index];
    v[0] = v[3];
    v[3] = v[2];
    v[2] = v[1];
    v[1] += rotate(mixed, shifts[i / 16][i & 3]);
}

static void add_block(uint32_t state[4], const uint8_t *bytes)
{
    uint32_t v[4] = {state[0], state[1], state[2], state[3]};
    uint32_t word[16];

    for (int i = 0; i < 16; i++)
        word[i] = little_endian(bytes + 4 * i);
#pragma GCC unroll 64
    for (unsigned i = 0; i < 64; i++)
        step(v, word, i);
    for (int i = 0; i < 4; i++)
        state[i] += v[i];
}

void md5_init(Md5 *md5)
{
    *md5 = (Md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

void md5_update(Md5 *md5, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t filled = md5->byte_count & 63;

    md5->byte_count += size;
    if (filled > 0) {
        size_t part = MIN(size, 64 - filled);

        memcpy(md5->block + filled, at, part);
        at += part;
        size -= part;
        if (filled + part < 64)
            return;
        add_block(md5->state, md5->block);
    }
    for (; size >= 64; at += 64, size -= 64)
        add_block(md5->state, at);
    if (size > 0)
        memcpy(md5->block, at, size);
}

void md5_final(Md5 *md5, uint8_t digest[16])
{
    static const uint8_t padding[64] = {0x80};
    uint64_t bits = md5->byte_count * 8;
    uint8_t length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> 8 * i);
    md5_update(md5, padding, 1 + ((119 - md5->byte_count) & 63));
    md5_update(md5, length, sizeof length);
    for (int i = 0; i < 16; i++)
        digest[i] = (uint8_t)(md5->state[i / 4] >> 8 * (i & 3));
}
