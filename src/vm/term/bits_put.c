/* Writers of single segments. */
#include <math.h>
#include <string.h>

#include "vm/term/bits_build.h"
#include "vm/term/integer.h"
#include "vm/term/utf8.h"

#define HALF_INFINITY 0x7c00

static inline bool has_room(const BitsBuilder *builder, size_t bit_count)
{
    return bit_count <= builder->end - builder->position;
}

/* The low `count` (1..64) bits of `value`, most significant byte first. */
static void put_big_endian(uint8_t *data, size_t at, uint64_t value, unsigned count)
{
    uint8_t bytes[8];

    if (count == 8 && at % 8 == 0) {
        data[at / 8] = (uint8_t)value;
        return;
    }
    value <<= 64 - count;
    if (at % 8 + count <= 8) {
        unsigned shift = (unsigned)(at % 8);
        uint8_t mask = (uint8_t)(0xff00 >> count & 0xff) >> shift;
        data[at / 8] = (uint8_t)((data[at / 8] & ~mask) | (uint8_t)(value >> 56) >> shift);
        return;
    }
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    bits_copy(data, at, bytes, 0, count);
}

/* The same, least significant byte first; bits of an incomplete last byte are the most significant. */
static void put_little_endian(uint8_t *data, size_t at, uint64_t value, unsigned count)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    if (count % 8 != 0)
        bytes[count / 8] = (uint8_t)(bytes[count / 8] << (8 - count % 8));
    bits_copy(data, at, bytes, 0, count);
}

/* Two's complement of an integer term, 64 bits at a time from the least significant ones. */
typedef struct Limbs {
    const uint64_t *limbs;
    size_t count;
    size_t next;
    bool negative;
    bool carry;
    uint64_t small;
} Limbs;

static void limbs_start(Limbs *in, Term integer)
{
    *in = (Limbs){.count = 1, .carry = true};
    if (is_small(integer)) {
        in->small = (uint64_t)small_value(integer);
        in->negative = small_value(integer) < 0;
    } else {
        in->limbs = boxed(integer) + 1;
        in->count = header_words(boxed_header(integer));
        in->negative = boxed_kind(integer) == BOX_BIG_NEGATIVE;
    }
}

static uint64_t limbs_next(Limbs *in)
{
    uint64_t limb;

    if (in->next >= in->count)
        return in->negative ? ~(uint64_t)0 : 0;
    if (!in->limbs) {
        in->next++;
        return in->small;
    }
    limb = in->limbs[in->next++];
    if (!in->negative)
        return limb;
    limb = ~limb + in->carry;
    in->carry = in->carry && limb == 0;
    return limb;
}

bool bits_put_integer(BitsBuilder *builder, Term value, size_t bit_count, unsigned flags)
{
    Limbs limbs;
    size_t done = 0;

    if (!is_integer(value) || !has_room(builder, bit_count))
        return false;
    limbs_start(&limbs, value);
    while (done < bit_count) {
        unsigned part = (unsigned)MIN(bit_count - done, 64);
        uint64_t limb = limbs_next(&limbs);
        if (bits_is_little(flags))
            put_little_endian(builder->data, builder->position + done, limb, part);
        else
            put_big_endian(builder->data, builder->position + bit_count - done - part, limb, part);
        done += part;
    }
    builder->position += bit_count;
    return true;
}

/* --- floats -------------------------------------------------------------------------------- */

/* Rounds to the nearest half, ties to even, by way of a single as stock does; what is too large becomes
 * infinite. */
static uint64_t double_to_half(double value)
{
    float single = (float)value;
    double magnitude = fabs(single);
    uint64_t sign = signbit(single) ? 0x8000 : 0;
    int exponent;
    double scaled;

    if (magnitude == 0)
        return sign;
    if (!isfinite(magnitude))
        return sign | HALF_INFINITY;
    frexp(magnitude, &exponent);
    exponent = MAX(exponent - 1, -14);
    scaled = nearbyint(ldexp(magnitude, 10 - exponent));     /* 0..2048 */
    if (scaled >= 2048) {
        scaled = 1024;
        exponent++;
    }
    if (exponent > 15)
        return sign | HALF_INFINITY;
    if (scaled < 1024)
        return sign | (uint64_t)scaled;
    return sign | (uint64_t)(exponent + 15) << 10 | ((uint64_t)scaled - 1024);
}

static bool number_to_double(Term value, double *number)
{
    if (is_float(value)) {
        *number = float_value(value);
        return true;
    }
    return is_integer(value) && integer_to_double(value, number);
}

static bool float_bits(double value, size_t bit_count, uint64_t *bits)
{
    float single = (float)value;
    uint32_t word;

    switch (bit_count) {
    case 64:
        memcpy(bits, &value, sizeof value);
        return true;
    case 32:
        memcpy(&word, &single, sizeof word);
        *bits = word;
        return true;
    case 16:
        *bits = double_to_half(value);
        return true;
    default:
        return false;
    }
}

bool bits_put_float(BitsBuilder *builder, Term value, size_t bit_count, unsigned flags)
{
    double number;
    uint64_t bits;

    if (!number_to_double(value, &number) || !float_bits(number, bit_count, &bits) || !has_room(builder, bit_count))
        return false;
    if (bits_is_little(flags))
        put_little_endian(builder->data, builder->position, bits, (unsigned)bit_count);
    else
        put_big_endian(builder->data, builder->position, bits, (unsigned)bit_count);
    builder->position += bit_count;
    return true;
}

/* --- bytes --------------------------------------------------------------------------------- */

bool bits_put_binary(BitsBuilder *builder, Term value, size_t bit_count)
{
    BitsView view;

    if (!bits_view(value, &view) || view.bit_size < bit_count || !has_room(builder, bit_count))
        return false;
    bits_copy(builder->data, builder->position, view.bytes, view.bit_offset, bit_count);
    builder->position += bit_count;
    return true;
}

bool bits_put_binary_all(BitsBuilder *builder, Term value, unsigned unit)
{
    if (!is_bitstring(value) || !bits_are_units(bits_size(value), unit))
        return false;
    return bits_put_binary(builder, value, bits_size(value));
}

bool bits_put_string(BitsBuilder *builder, const uint8_t *bytes, size_t size)
{
    if (!has_room(builder, size * 8))
        return false;
    bits_copy(builder->data, builder->position, bytes, 0, size * 8);
    builder->position += size * 8;
    return true;
}

/* --- characters ---------------------------------------------------------------------------- */

static bool character_of(Term t, uint32_t *character)
{
    if (!is_small(t) || !utf8_is_character(small_value(t)))
        return false;
    *character = (uint32_t)small_value(t);
    return true;
}

bool bits_put_utf8(BitsBuilder *builder, Term character)
{
    uint8_t bytes[UTF8_MAX_BYTES];
    uint32_t code;

    return character_of(character, &code) && bits_put_string(builder, bytes, utf8_encode(code, bytes));
}

bool bits_put_utf16(BitsBuilder *builder, Term character, unsigned flags)
{
    uint8_t bytes[4];
    uint32_t code;
    uint32_t units[2];
    size_t count = 1;
    bool little = bits_is_little(flags);

    if (!character_of(character, &code))
        return false;
    units[0] = code;
    if (code >= 0x10000) {
        units[0] = 0xd800 | (code - 0x10000) >> 10;
        units[1] = 0xdc00 | (code & 0x3ff);
        count = 2;
    }
    for (size_t i = 0; i < count; i++) {
        bytes[2 * i + little] = (uint8_t)(units[i] >> 8);
        bytes[2 * i + !little] = (uint8_t)units[i];
    }
    return bits_put_string(builder, bytes, 2 * count);
}

bool bits_put_utf32(BitsBuilder *builder, Term character, unsigned flags)
{
    uint32_t code;

    return character_of(character, &code) && bits_put_integer(builder, character, 32, flags);
}
