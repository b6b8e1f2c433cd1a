/* binary: single bytes, parts, copies, common ends, unsigned integers. (Searching: bif_binary_match.c) */
#include <string.h>

#include "bifs.h"
#include "bifs/byte_range.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"

#define COPIED_BYTES_PER_REDUCTION 4096

/* --- bytes and parts ------------------------------------------------------------------------ */

static Term byte_at(Process *p, Term binary, uint64_t index)
{
    BitsView view;

    if (!bits_view(binary, &view) || view.bit_size % 8 != 0 || index >= view.bit_size / 8)
        return raise_badarg(p);
    return small_int(bits_view_byte(&view, index));
}

Term bif_binary_first_1(Process *p, const Term *args)
{
    return byte_at(p, args[0], 0);
}

Term bif_binary_last_1(Process *p, const Term *args)
{
    if (!is_binary(args[0]) || bits_size(args[0]) == 0)
        return raise_badarg(p);
    return byte_at(p, args[0], bits_size(args[0]) / 8 - 1);
}

Term bif_binary_at_2(Process *p, const Term *args)
{
    uint64_t index;

    if (!integer_to_u64(args[1], &index))
        return raise_badarg(p);
    return byte_at(p, args[0], index);
}

Term bif_binary_part_2(Process *p, const Term *args)
{
    return bif_erlang_binary_part_2(p, args);
}

Term bif_binary_part_3(Process *p, const Term *args)
{
    return bif_erlang_binary_part_3(p, args);
}

/* --- copies --------------------------------------------------------------------------------- */

/* The rest of a buffer of `total` bytes becomes repetitions of its first `size`. */
static void repeat(uint8_t *data, size_t size, size_t total)
{
    while (size < total) {
        size_t part = MIN(size, total - size);
        memcpy(data + size, data, part);
        size += part;
    }
}

static Term copy_times(Process *p, Term binary, uint64_t times)
{
    BitsView view;
    uint8_t *data;
    Term copy;
    size_t total;

    if (!bits_view(binary, &view))
        return raise_badarg(p);
    if (times == 0)
        return bits_new(&p->heap, "", 0);
    if (view.bit_size % 8 != 0)
        return raise_badarg(p);
    if (__builtin_mul_overflow(view.bit_size, times, &total) || total > BITS_MAX)
        return raise_system_limit(p);
    copy = bits_try_alloc(&p->heap, total, &data);
    if (copy == NO_TERM)
        return raise_system_limit(p);
    if (total > 0) {
        bits_copy_out(data, view.bytes, view.bit_offset, view.bit_size);
        repeat(data, view.bit_size / 8, total / 8);
    }
    bif_consume(p, (int64_t)(total / 8 / COPIED_BYTES_PER_REDUCTION));
    return copy;
}

Term bif_binary_copy_1(Process *p, const Term *args)
{
    return copy_times(p, args[0], 1);
}

Term bif_binary_copy_2(Process *p, const Term *args)
{
    uint64_t times;

    if (!integer_to_u64(args[1], &times))
        return raise_badarg(p);
    return copy_times(p, args[0], times);
}

Term bif_binary_referenced_byte_size_1(Process *p, const Term *args)
{
    Term base = args[0];
    BitsView view;

    if (!bits_view(args[0], &view))
        return raise_badarg(p);
    if (view.owner)
        return small_int((int64_t)view.owner->capacity);
    if (boxed_kind(base) == BOX_SUB_BITS)
        base = ((const SubBits *)boxed(base))->base;
    return small_int((int64_t)bits_bytes(bits_size(base)));
}

/* --- common prefixes and suffixes ----------------------------------------------------------- */

static size_t common_prefix(const BitsBytes *a, const BitsBytes *b)
{
    size_t size = MIN(a->size, b->size);
    size_t at = 0;

    while (at < size && a->bytes[at] == b->bytes[at])
        at++;
    return at;
}

static size_t common_suffix(const BitsBytes *a, const BitsBytes *b)
{
    size_t size = MIN(a->size, b->size);
    size_t at = 0;

    while (at < size && a->bytes[a->size - 1 - at] == b->bytes[b->size - 1 - at])
        at++;
    return at;
}

static Term longest_common(Process *p, Term list, size_t (*common)(const BitsBytes *, const BitsBytes *))
{
    BitsBytes first, other;
    size_t longest;

    if (!is_cons(list) || !bits_bytes_get(list_head(list), &first))
        return raise_badarg(p);
    longest = first.size;
    for (list = list_tail(list); is_cons(list) && bits_bytes_get(list_head(list), &other); list = list_tail(list)) {
        size_t same = common(&first, &other);
        longest = MIN(longest, same);
        bif_consume(p, 1 + (int64_t)(same / COPIED_BYTES_PER_REDUCTION));
        bits_bytes_free(&other);
    }
    bits_bytes_free(&first);
    return is_nil(list) ? small_int((int64_t)longest) : raise_badarg(p);
}

Term bif_binary_longest_common_prefix_1(Process *p, const Term *args)
{
    return longest_common(p, args[0], common_prefix);
}

Term bif_binary_longest_common_suffix_1(Process *p, const Term *args)
{
    return longest_common(p, args[0], common_suffix);
}

/* --- unsigned integers ---------------------------------------------------------------------- */

static bool endianness(Term t, unsigned *flags)
{
    *flags = t == A_LITTLE ? INTEGER_LITTLE : 0;
    return t == A_LITTLE || t == A_BIG;
}

static Term encode_unsigned(Process *p, Term integer, unsigned flags)
{
    uint8_t *data;
    size_t size;
    Term binary;

    if (!is_integer(integer) || integer_is_negative(integer))
        return raise_badarg(p);
    size = MAX(integer_magnitude_bytes(integer), 1);
    binary = bits_alloc(&p->heap, size, &data);
    integer_to_bytes(integer, data, size, flags);
    return binary;
}

Term bif_binary_encode_unsigned_1(Process *p, const Term *args)
{
    return encode_unsigned(p, args[0], 0);
}

Term bif_binary_encode_unsigned_2(Process *p, const Term *args)
{
    unsigned flags;

    return endianness(args[1], &flags) ? encode_unsigned(p, args[0], flags) : raise_badarg(p);
}

static Term decode_unsigned(Process *p, Term binary, unsigned flags)
{
    BitsBytes bytes;
    Term integer;

    if (!bits_bytes_get(binary, &bytes))
        return raise_badarg(p);
    if (bytes.size > INTEGER_MAX_LIMBS * sizeof(Word)) {
        bits_bytes_free(&bytes);
        return raise_system_limit(p);
    }
    integer = integer_from_bytes(&p->heap, bytes.bytes, bytes.size, flags);
    bits_bytes_free(&bytes);
    return integer;
}

Term bif_binary_decode_unsigned_1(Process *p, const Term *args)
{
    return decode_unsigned(p, args[0], 0);
}

Term bif_binary_decode_unsigned_2(Process *p, const Term *args)
{
    unsigned flags;

    return endianness(args[1], &flags) ? decode_unsigned(p, args[0], flags) : raise_badarg(p);
}
