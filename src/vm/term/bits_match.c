#include "vm/term/bits_match.h"

#include <math.h>
#include <string.h>

#include "vm/term/integer.h"
#include "vm/term/utf8.h"

Term bits_match_start(Heap *heap, Term source)
{
    MatchContext *m;

    if (!is_bitstring(source))
        return bits_match_context(source) ? source : NO_TERM;
    m = (MatchContext *)heap_alloc(heap, MATCH_CONTEXT_WORDS);
    m->header = MATCH_CONTEXT_HEADER;
    m->position = 0;
    m->base = source;
    if (boxed_kind(source) == BOX_SUB_BITS) {
        m->position = ((const SubBits *)boxed(source))->bit_offset;
        m->base = ((const SubBits *)boxed(source))->base;
    }
    m->end = m->position + bits_size(source);
    return make_boxed(m);
}

/* --- integers ------------------------------------------------------------------------------ */

/* Up to 64 bits, least significant byte first; the odd bits of the last byte are the top ones. */
static uint64_t read_little(const uint8_t *bytes, size_t offset, unsigned count)
{
    uint64_t value = 0;

    for (unsigned done = 0; done < count; done += 8)
        value |= bits_read(bytes, offset + done, MIN(8, count - done)) << done;
    return value;
}

static Term narrow_integer(Heap *heap, uint64_t value, unsigned count, unsigned flags)
{
    if (flags & BITS_SIGNED)
        return integer_from_i64(heap, (int64_t)(value << (64 - count)) >> (64 - count));
    return integer_from_u64(heap, value);
}

static void read_limbs(uint64_t *limbs, const uint8_t *bytes, size_t offset, size_t count, unsigned flags)
{
    for (size_t done = 0, i = 0; done < count; done += 64, i++) {
        unsigned part = (unsigned)MIN(count - done, 64);
        if (bits_is_little(flags))
            limbs[i] = read_little(bytes, offset + done, part);
        else
            limbs[i] = bits_read(bytes, offset + count - done - part, part);
    }
}

/* Two's complement: makes the magnitude of a negative number of `count` bits. */
static void negate_limbs(uint64_t *limbs, size_t limb_count, size_t count)
{
    uint64_t carry = 1;

    if (count % 64 != 0)
        limbs[limb_count - 1] |= ~(uint64_t)0 << (count % 64);
    for (size_t i = 0; i < limb_count; i++) {
        limbs[i] = ~limbs[i] + carry;
        carry = carry && limbs[i] == 0;
    }
}

static Term wide_integer(Heap *heap, const uint8_t *bytes, size_t offset, size_t count, unsigned flags)
{
    size_t limb_count = (count + 63) / 64;
    Word *object = heap_alloc(heap, limb_count + 1);
    uint64_t *limbs = object + 1;
    bool negative;

    read_limbs(limbs, bytes, offset, count, flags);
    negative = flags & BITS_SIGNED && limbs[limb_count - 1] >> ((count - 1) % 64) & 1;
    if (negative)
        negate_limbs(limbs, limb_count, count);
    return integer_finish(heap, object, limb_count, negative);
}

/* The size of an unsigned big-endian field without its leading zeros, up to seven of them excepted. */
static size_t significant_bits(const uint8_t *bytes, size_t offset, size_t bit_count)
{
    while (bit_count >= 8 && bits_read(bytes, offset, 8) == 0) {
        offset += 8;
        bit_count -= 8;
    }
    return bit_count;
}

Term bits_match_integer(Heap *heap, MatchContext *m, size_t bit_count, unsigned flags)
{
    const uint8_t *bytes = bits_match_data(m);
    size_t offset = m->position, end = offset + bit_count;

    if (bit_count > bits_match_left(m))
        return NO_TERM;
    if (bit_count > 64 * INTEGER_MAX_LIMBS && !bits_is_little(flags) && !(flags & BITS_SIGNED)) {
        bit_count = significant_bits(bytes, offset, bit_count);
        offset = end - bit_count;
    }
    /* What no integer can hold does not match. */
    if (bit_count > 64 * INTEGER_MAX_LIMBS)
        return NO_TERM;
    m->position = end;
    if (bit_count == 0)
        return small_int(0);
    if (bit_count > 64)
        return wide_integer(heap, bytes, offset, bit_count, flags);
    if (bits_is_little(flags))
        return narrow_integer(heap, read_little(bytes, offset, (unsigned)bit_count), (unsigned)bit_count, flags);
    return narrow_integer(heap, bits_read(bytes, offset, (unsigned)bit_count), (unsigned)bit_count, flags);
}

/* --- floats -------------------------------------------------------------------------------- */

static double half_to_double(uint16_t half)
{
    int exponent = half >> 10 & 31;
    double fraction = half & 0x3ff;
    double value;

    if (exponent == 31)
        return NAN;
    value = exponent == 0 ? ldexp(fraction, -24) : ldexp(fraction + 1024, exponent - 25);
    return half & 0x8000 ? -value : value;
}

Term bits_match_float(Heap *heap, MatchContext *m, size_t bit_count, unsigned flags)
{
    uint64_t bits;
    double value;

    if (bit_count > bits_match_left(m))
        return NO_TERM;
    if (bit_count == 0) {
        return float_new(heap, 0.0);
    }
    if (bit_count != 16 && bit_count != 32 && bit_count != 64)
        return NO_TERM;
    if (bits_is_little(flags))
        bits = read_little(bits_match_data(m), m->position, (unsigned)bit_count);
    else
        bits = bits_read(bits_match_data(m), m->position, (unsigned)bit_count);
    if (bit_count == 64) {
        memcpy(&value, &bits, sizeof value);
    } else if (bit_count == 32) {
        uint32_t word = (uint32_t)bits;
        float single;
        memcpy(&single, &word, sizeof single);
        value = single;
    } else {
        value = half_to_double((uint16_t)bits);
    }
    if (!isfinite(value))
        return NO_TERM;
    m->position += bit_count;
    return float_new(heap, value);
}

/* --- strings ------------------------------------------------------------------------------- */

bool bits_match_string(MatchContext *m, const uint8_t *bytes, size_t bit_count)
{
    if (bit_count > bits_match_left(m))
        return false;
    if (!bits_equal_raw(bits_match_data(m), m->position, bytes, 0, bit_count))
        return false;
    m->position += bit_count;
    return true;
}

/* --- characters ---------------------------------------------------------------------------- */

Term bits_match_utf8(MatchContext *m)
{
    const uint8_t *bytes = bits_match_data(m);
    size_t left = bits_match_left(m) / 8;
    size_t available = MIN(left, UTF8_MAX_BYTES);
    uint8_t aligned[UTF8_MAX_BYTES];
    uint32_t character;
    unsigned length;

    if (left == 0)
        return NO_TERM;
    if (m->position % 8 == 0) {
        bytes += m->position / 8;
    } else {
        bits_copy_out(aligned, bytes, m->position, available * 8);
        bytes = aligned;
    }
    if (utf8_decode(bytes, available, &character, &length) != UTF8_OK)
        return NO_TERM;
    m->position += length * 8;
    return small_int(character);
}

static uint32_t read_utf16(const MatchContext *m, size_t skip, unsigned flags)
{
    const uint8_t *bytes = bits_match_data(m);

    if (bits_is_little(flags))
        return (uint32_t)read_little(bytes, m->position + skip, 16);
    return (uint32_t)bits_read(bytes, m->position + skip, 16);
}

Term bits_match_utf16(MatchContext *m, unsigned flags)
{
    uint32_t first, second;

    if (bits_match_left(m) < 16)
        return NO_TERM;
    first = read_utf16(m, 0, flags);
    if (first < 0xd800 || first > 0xdfff) {
        m->position += 16;
        return small_int(first);
    }
    if (first > 0xdbff || bits_match_left(m) < 32)
        return NO_TERM;
    second = read_utf16(m, 16, flags);
    if (second < 0xdc00 || second > 0xdfff)
        return NO_TERM;
    m->position += 32;
    return small_int(0x10000 + ((first & 0x3ff) << 10 | (second & 0x3ff)));
}

Term bits_match_utf32(MatchContext *m, unsigned flags)
{
    uint64_t value;

    if (bits_match_left(m) < 32)
        return NO_TERM;
    if (bits_is_little(flags))
        value = read_little(bits_match_data(m), m->position, 32);
    else
        value = bits_read(bits_match_data(m), m->position, 32);
    if (!utf8_is_character((int64_t)value))
        return NO_TERM;
    m->position += 32;
    return small_int((int64_t)value);
}
