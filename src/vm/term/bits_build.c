/* bs_create_bin: first the sizes of all segments, then room, then the segments. */
#include "vm/term/bits_build.h"

#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/utf8.h"

/* The first Binary that something is appended to has room for so many bytes. */
#define MIN_APPEND_BYTES 256

size_t bits_build_written;

bool bits_segment_type(Term atom, BitsSegmentType *type)
{
    static const struct { Term atom; BitsSegmentType type; } names[] = {
        {A_APPEND, SEGMENT_APPEND}, {A_PRIVATE_APPEND, SEGMENT_PRIVATE_APPEND}, {A_BINARY, SEGMENT_BINARY},
        {A_FLOAT, SEGMENT_FLOAT}, {A_INTEGER, SEGMENT_INTEGER}, {A_STRING, SEGMENT_STRING},
        {A_UTF8, SEGMENT_UTF8}, {A_UTF16, SEGMENT_UTF16}, {A_UTF32, SEGMENT_UTF32},
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i].atom == atom) {
            *type = names[i].type;
            return true;
        }
    }
    return false;
}

/* --- room ---------------------------------------------------------------------------------- */

bool bits_build_start(Heap *heap, BitsBuilder *builder, size_t bit_count)
{
    builder->term = bits_try_alloc(heap, bit_count, &builder->data);
    builder->position = 0;
    builder->end = bit_count;
    return builder->term != NO_TERM;
}

static Term make_sub(Heap *heap, Term base, size_t offset, size_t bit_count)
{
    SubBits *sub = (SubBits *)heap_alloc(heap, SUB_BITS_WORDS);

    sub->header = SUB_BITS_HEADER;
    sub->bit_offset = offset;
    sub->bit_size = bit_count;
    sub->base = base;
    return make_boxed(sub);
}

/* The copy that appending in place starts from: `old` in a Binary with room for twice the result. */
static bool append_to_copy(Heap *heap, BitsBuilder *builder, Term old, size_t old_bits, size_t bit_count)
{
    BitsView view = bits_view_of(old);
    size_t bytes = bits_bytes(bit_count);
    Binary *binary;

    if (bytes <= HEAP_BITS_MAX_BYTES) {
        builder->term = bits_try_alloc(heap, bit_count, &builder->data);
    } else {
        binary = binary_try_new(MAX(2 * bytes, MIN_APPEND_BYTES));
        if (!binary)
            return false;
        binary->used_bits = bit_count;
        builder->data = binary->data;
        builder->term = make_sub(heap, bits_refc(heap, binary, bit_count), 0, bit_count);
    }
    bits_copy_out(builder->data, view.bytes, view.bit_offset, old_bits);
    bits_build_written += old_bits;
    builder->position = old_bits;
    builder->end = bit_count;
    return true;
}

/* Can `bit_count` bits be put after a bitstring that ends at `end` of its base? A Binary that only
 * results of appending look at is made larger for it. */
static bool has_room_after(Heap *heap, Term bitstring, Term base, size_t end, size_t bit_count)
{
    RefcBits *refc = (RefcBits *)boxed(base);
    size_t bytes = bits_bytes(end + bit_count);
    Binary *binary;

    if (header_kind(refc->header) != BOX_REFC_BITS)
        return false;
    binary = refc->binary;
    if (binary->used_bits != end || binary->destroy)
        return false;
    if (binary->capacity >= bytes)
        return true;
    if (bitstring == base || binary->references > 1)
        return false;
    heap->off_heap_bytes += 2 * bytes - binary->capacity;
    refc->binary = binary_resize(binary, 2 * bytes);
    return true;
}

bool bits_build_append(Heap *heap, BitsBuilder *builder, Term bitstring, size_t extra_bits, unsigned unit, Term *reason)
{
    Term base = bitstring;
    size_t offset = 0, size, end;

    *reason = A_BADARG;
    if (!is_bitstring(bitstring))
        return false;
    size = bits_size(bitstring);
    if (!bits_are_units(size, unit))
        return false;
    *reason = A_SYSTEM_LIMIT;
    if (extra_bits > BITS_MAX || size + extra_bits > BITS_MAX)
        return false;
    if (boxed_kind(bitstring) == BOX_SUB_BITS) {
        offset = ((const SubBits *)boxed(bitstring))->bit_offset;
        base = ((const SubBits *)boxed(bitstring))->base;
    }
    end = offset + size;
    if (!has_room_after(heap, bitstring, base, end, extra_bits))
        return append_to_copy(heap, builder, bitstring, size, size + extra_bits);
    ((RefcBits *)boxed(base))->binary->used_bits = end + extra_bits;
    builder->data = bits_base_data(base);
    builder->position = end;
    builder->end = end + extra_bits;
    builder->term = make_sub(heap, base, offset, size + extra_bits);
    return true;
}

Term bits_build_writable(Heap *heap, Term byte_count)
{
    size_t bytes = MIN_APPEND_BYTES;
    Binary *binary;

    if (is_small(byte_count) && small_value(byte_count) >= 0)
        bytes = (size_t)MIN(small_value(byte_count), INT32_MAX);
    binary = binary_try_new(bytes);
    if (!binary)
        binary = binary_new(MIN_APPEND_BYTES);
    binary->used_bits = 0;
    return make_sub(heap, bits_refc(heap, binary, 0), 0, 0);
}

/* --- sizes --------------------------------------------------------------------------------- */

static bool is_negative(Term integer)
{
    return is_small(integer) ? small_value(integer) < 0 : boxed_kind(integer) == BOX_BIG_NEGATIVE;
}

bool bits_build_size(Term size, unsigned unit, size_t *bit_count, Term *reason)
{
    *reason = is_integer(size) && !is_negative(size) ? A_SYSTEM_LIMIT : A_BADARG;
    return bits_match_size(size, unit, bit_count) && *bit_count <= BITS_MAX;
}

Term bits_build_add(Heap *heap, Term a, Term b, unsigned unit, Term *reason)
{
    size_t first, second;

    if (!bits_build_size(a, 1, &first, reason) || !bits_build_size(b, unit, &second, reason))
        return NO_TERM;
    *reason = A_SYSTEM_LIMIT;
    return first + second <= BITS_MAX ? small_int((int64_t)(first + second)) : NO_TERM;
}

size_t bits_utf8_size(Term character)
{
    if (!is_small(character) || small_value(character) < 0 || small_value(character) > UNICODE_MAX)
        return 4;
    return utf8_length((uint32_t)small_value(character));
}

size_t bits_utf16_size(Term character)
{
    return is_small(character) && small_value(character) >= 0 && small_value(character) < 0x10000 ? 2 : 4;
}

/* --- whole constructions ------------------------------------------------------------------- */

static Term segment_name(unsigned type)
{
    switch (type) {
    case SEGMENT_FLOAT: return A_FLOAT;
    case SEGMENT_INTEGER: return A_INTEGER;
    case SEGMENT_UTF8: return A_UTF8;
    case SEGMENT_UTF16: return A_UTF16;
    case SEGMENT_UTF32: return A_UTF32;
    default: return A_BINARY;
    }
}

COLD static bool fail(Heap *heap, BitsError *error, const BitsSegment *segment, Term reason, Term what, Term value)
{
    error->reason = reason;
    error->cause = tuple_4(heap, small_int(segment->number), segment_name(segment->type), what, value);
    return false;
}

static bool is_character_term(Term t)
{
    return is_small(t) && utf8_is_character(small_value(t));
}

/* Size of one segment; *error only if it is false. */
static bool segment_size(Heap *heap, const BitsSegment *segment, size_t *bit_count, BitsError *error)
{
    Term reason;

    switch (segment->type) {
    case SEGMENT_STRING:
        return bits_match_size(segment->size, 8, bit_count);
    case SEGMENT_UTF8:
        *bit_count = bits_utf8_size(segment->value) * 8;
        return true;
    case SEGMENT_UTF16:
        *bit_count = bits_utf16_size(segment->value) * 8;
        return true;
    case SEGMENT_UTF32:
        *bit_count = 32;
        return is_character_term(segment->value) ||
            fail(heap, error, segment, A_BADARG, A_TYPE, segment->value);
    case SEGMENT_BINARY:
        if (segment->size != A_ALL)
            break;
        if (!is_bitstring(segment->value))
            return fail(heap, error, segment, A_BADARG, A_TYPE, segment->value);
        *bit_count = bits_size(segment->value);
        return true;
    default:
        break;
    }
    return bits_build_size(segment->size, segment->unit, bit_count, &reason) ||
        fail(heap, error, segment, reason, A_SIZE, segment->size);
}

static bool put_sized(Heap *heap, BitsBuilder *b, const BitsSegment *s, BitsError *error)
{
    size_t bit_count = 0;

    bits_match_size(s->size, s->unit, &bit_count);
    switch (s->type) {
    case SEGMENT_INTEGER:
        return bits_put_integer(b, s->value, bit_count, s->flags) ||
            fail(heap, error, s, A_BADARG, A_TYPE, s->value);
    case SEGMENT_FLOAT:
        if (bits_put_float(b, s->value, bit_count, s->flags))
            return true;
        if (bit_count != 16 && bit_count != 32 && bit_count != 64)
            return fail(heap, error, s, A_BADARG, A_INVALID, small_int((int64_t)bit_count));
        return fail(heap, error, s, A_BADARG, is_number(s->value) ? A_NO_FLOAT : A_TYPE, s->value);
    default:
        return bits_put_binary(b, s->value, bit_count) ||
            fail(heap, error, s, A_BADARG, is_bitstring(s->value) ? A_SHORT : A_TYPE, s->value);
    }
}

static bool put_segment(Heap *heap, BitsBuilder *b, const BitsSegment *s, BitsError *error)
{
    bool good;

    switch (s->type) {
    case SEGMENT_STRING:
        return bits_put_string(b, s->string, (size_t)small_value(s->size));
    case SEGMENT_UTF8:
        good = bits_put_utf8(b, s->value);
        break;
    case SEGMENT_UTF16:
        good = bits_put_utf16(b, s->value, s->flags);
        break;
    case SEGMENT_UTF32:
        good = bits_put_utf32(b, s->value, s->flags);
        break;
    case SEGMENT_BINARY:
        if (s->size == A_ALL)
            return bits_put_binary_all(b, s->value, s->unit) ||
                fail(heap, error, s, A_BADARG, A_UNIT, s->value);
        return put_sized(heap, b, s, error);
    default:
        return put_sized(heap, b, s, error);
    }
    return good || fail(heap, error, s, A_BADARG, A_TYPE, s->value);
}

static bool is_append(const BitsSegment *segment)
{
    return segment->type == SEGMENT_APPEND || segment->type == SEGMENT_PRIVATE_APPEND;
}

static bool make_room(Heap *heap, BitsBuilder *builder, const BitsSegment *first, size_t bit_count, BitsError *error)
{
    Term reason = A_SYSTEM_LIMIT;

    if (!is_append(first)) {
        error->reason = A_SYSTEM_LIMIT;
        return bits_build_start(heap, builder, bit_count);
    }
    if (bits_build_append(heap, builder, first->value, bit_count, first->unit, &reason))
        return true;
    if (reason == A_SYSTEM_LIMIT)
        return fail(heap, error, first, reason, A_SIZE, first->value);
    return fail(heap, error, first, reason, is_bitstring(first->value) ? A_UNIT : A_TYPE, first->value);
}

/* Bits of a segment whose size is a small integer that is neither negative nor absurd: most are. */
static inline bool has_plain_size(const BitsSegment *segment, size_t *bit_count)
{
    uint64_t size = (uint64_t)small_value(segment->size);

    *bit_count = size * (segment->type == SEGMENT_STRING ? 8 : segment->unit);
    return is_small(segment->size) && size <= UINT32_MAX && segment->unit != 0;
}

/* Sum of the sizes of all segments but one that is appended to. */
static bool total_size(Heap *heap, const BitsSegment *segments, size_t count, size_t *total, BitsError *error)
{
    *total = 0;
    for (size_t i = is_append(&segments[0]); i < count; i++) {
        const BitsSegment *segment = &segments[i];
        size_t bit_count = 0;
        if (!has_plain_size(segment, &bit_count) && !segment_size(heap, segment, &bit_count, error))
            return false;
        if (UNLIKELY(bit_count > BITS_MAX - *total)) {
            error->reason = A_SYSTEM_LIMIT;
            return false;
        }
        *total += bit_count;
    }
    return true;
}

/* Small integers in fields of whole bytes at a byte's start, and nothing else. */
static inline bool put_plain_integer(BitsBuilder *b, const BitsSegment *s)
{
    size_t bit_count;
    uint64_t value = (uint64_t)small_value(s->value);
    uint8_t *to = b->data + b->position / 8;

    if (s->type != SEGMENT_INTEGER || !is_small(s->value) || !has_plain_size(s, &bit_count))
        return false;
    if (bit_count > 64 || (bit_count | b->position) % 8 != 0)
        return false;
    b->position += bit_count;
    if (bits_is_little(s->flags)) {
        for (; bit_count > 0; bit_count -= 8, value >>= 8)
            *to++ = (uint8_t)value;
    } else {
        while (bit_count > 0)
            *to++ = (uint8_t)(value >> (bit_count -= 8));
    }
    return true;
}

Term bits_build(Heap *heap, const BitsSegment *segments, size_t count, BitsError *error)
{
    BitsBuilder builder;
    size_t total;

    *error = (BitsError){A_BADARG, NO_TERM};
    if (count == 0)
        return bits_try_alloc(heap, 0, &builder.data);
    if (!total_size(heap, segments, count, &total, error))
        return NO_TERM;
    bits_build_written = total;
    if (total == 0 && is_append(segments) && is_bitstring(segments->value) &&
        bits_are_units(bits_size(segments->value), segments->unit))
        builder.term = segments->value;
    else if (!make_room(heap, &builder, segments, total, error))
        return NO_TERM;
    for (size_t i = is_append(segments); i < count; i++)
        if (!put_plain_integer(&builder, &segments[i]) && !put_segment(heap, &builder, &segments[i], error))
            return NO_TERM;
    return builder.term;
}
