/* Reading and copying bits at any offset. */
#include <string.h>

#include "vm/term/bits.h"

uint64_t bits_read(const uint8_t *bytes, size_t bit_offset, unsigned count)
{
    unsigned offset = (unsigned)(bit_offset & 7);
    unsigned span = offset + count;
    uint64_t value = 0;

    bytes += bit_offset >> 3;
    if (span >= 64) {
        value = bits_load_word(bytes) << offset;
        if (span > 64)
            value |= (uint64_t)bytes[8] >> (8 - offset);
        return value >> (64 - count);
    }
    for (unsigned taken = 0; taken < span; taken += 8)
        value = value << 8 | *bytes++;
    value >>= (8 - (span & 7)) & 7;
    return value & (((uint64_t)1 << count) - 1);
}

/* Puts the low `count` bits of `value` into one byte, at `offset` (offset + count <= 8). */
static inline void put_in_byte(uint8_t *at, unsigned offset, unsigned value, unsigned count)
{
    unsigned shift = 8 - offset - count;
    unsigned mask = ((1u << count) - 1) << shift;

    *at = (uint8_t)((*at & ~mask) | (value << shift & mask));
}

void bits_copy(uint8_t *to, size_t to_offset, const uint8_t *from, size_t from_offset, size_t bit_count)
{
    size_t bytes;

    to += to_offset >> 3;
    to_offset &= 7;
    from += from_offset >> 3;
    from_offset &= 7;
    if (to_offset != 0 && bit_count > 0) {
        unsigned count = (unsigned)MIN(8 - to_offset, bit_count);
        put_in_byte(to, (unsigned)to_offset, (unsigned)bits_read(from, from_offset, count), count);
        to++;
        from_offset += count;
        from += from_offset >> 3;
        from_offset &= 7;
        bit_count -= count;
    }
    bytes = bit_count >> 3;
    if (from_offset == 0) {
        if (bytes > 0)
            memcpy(to, from, bytes);
    } else {
        size_t i = 0;
        for (; i + 8 <= bytes; i += 8)
            bits_store_word(to + i, bits_load_word(from + i) << from_offset | from[i + 8] >> (8 - from_offset));
        for (; i < bytes; i++)
            to[i] = (uint8_t)(from[i] << from_offset | from[i + 1] >> (8 - from_offset));
    }
    bit_count &= 7;
    if (bit_count > 0)
        put_in_byte(to + bytes, 0, (unsigned)bits_read(from + bytes, from_offset, (unsigned)bit_count), (unsigned)bit_count);
}

void bits_copy_out(uint8_t *to, const uint8_t *from, size_t from_offset, size_t bit_count)
{
    if (bit_count & 7)
        to[bit_count >> 3] = 0;
    bits_copy(to, 0, from, from_offset, bit_count);
}
