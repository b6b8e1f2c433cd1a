#include "vm/term/hash_mix.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

#define BLOCK_BYTES 12

static uint32_t little_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t hash_bytes(uint32_t hash, const uint8_t *at, size_t size)
{
    HashMixer m = {HASH_GOLDEN, HASH_GOLDEN, hash};
    uint8_t last[BLOCK_BYTES] = {0};
    size_t left = size;

    for (; left >= BLOCK_BYTES; left -= BLOCK_BYTES, at += BLOCK_BYTES) {
        m.a += little_u32(at);
        m.b += little_u32(at + 4);
        m.c += little_u32(at + 8);
        hash_mixer_step(&m);
    }
    memcpy(last, at, left);
    m.a += little_u32(last);
    m.b += little_u32(last + 4);
    m.c += (uint32_t)size + (little_u32(last + 8) << 8);   /* the low byte is the size's */
    hash_mixer_step(&m);
    return m.c;
}

uint32_t hash_mix_limb(uint32_t hash, uint64_t magnitude, bool negative)
{
    return hash_mix_64(hash, magnitude, negative ? SEED_NEGATIVE : SEED_POSITIVE);
}

uint32_t hash_mix_big(uint32_t hash, Term big)
{
    for (size_t i = 0; i < big_limb_count(big); i++)
        hash = hash_mix_limb(hash, big_limbs(big)[i], big_is_negative(big));
    return hash;
}

static uint32_t hash_aligned_bits(uint32_t hash, const uint8_t *bytes, size_t size, unsigned last_bits)
{
    hash = hash_bytes(hash, bytes, size);
    if (last_bits > 0)
        hash = hash_mix_2(hash, last_bits, bytes[size] >> (8 - last_bits), SEED_LAST_BITS);
    return hash;
}

/* Stock counts bytes in 32 bits: longer ones are hashed in part, and so are they here. */
uint32_t hash_mix_bits(uint32_t hash, Term bitstring)
{
    BitsView view = bits_view_of(bitstring);
    unsigned last_bits = view.bit_size % 8;
    size_t size = (uint32_t)(view.bit_size / 8);
    uint8_t *copy;

    hash += HASH_SEED(SEED_BITS);
    if (size == 0 && last_bits == 0)
        return hash;
    if (view.bit_offset == 0)
        return hash_aligned_bits(hash, view.bytes, size, last_bits);
    copy = mem_alloc(MEM_SYSTEM, size + 1);
    bits_copy_out(copy, view.bytes, view.bit_offset, 8 * size + last_bits);
    hash = hash_aligned_bits(hash, copy, size, last_bits);
    mem_free(MEM_SYSTEM, copy);
    return hash;
}

uint64_t hash_float_bits(Term t)
{
    double value = float_value(t);
    uint64_t bits;

    if (value == 0)
        return 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
