/* bits_match.h - taking bitstrings apart: what the bs_* matching instructions call.
 *
 * All progress is in a MatchContext. A function that returns NO_TERM or false found no match, and has
 * not moved the position. Registers are not trusted: get the context with bits_match_context. */
#ifndef LING_BITS_MATCH_H
#define LING_BITS_MATCH_H

#include "vm/term/bits.h"

/* Field flags, as the compiler writes them. */
enum { BITS_LITTLE = 2, BITS_SIGNED = 4, BITS_NATIVE = 16 };
static inline bool bits_is_little(unsigned flags)
{
    return flags & (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? BITS_LITTLE | BITS_NATIVE : BITS_LITTLE);
}

static inline bool is_match_context(Term t) { return is_boxed(t) && boxed_header(t) == MATCH_CONTEXT_HEADER; }
/* Null if `t` is no match context. */
static inline MatchContext *bits_match_context(Term t) { return is_match_context(t) ? (MatchContext *)boxed(t) : NULL; }
/* bs_start_match3/4: a new context for a bitstring; a match context is returned as it is. NO_TERM: neither. */
Term bits_match_start(Heap *heap, Term source);

static inline size_t bits_match_left(const MatchContext *m) { return m->end - m->position; }
static inline const uint8_t *bits_match_data(const MatchContext *m) { return bits_base_data(m->base); }

/* Bits of a field of `size` (operand) units. False: not a small integer >= 0, or too large for
 * anything to match. */
static inline bool bits_match_size(Term size, unsigned unit, size_t *bit_count)
{
    return is_small(size) && small_value(size) >= 0 && !__builtin_mul_overflow((size_t)small_value(size), unit, bit_count);
}

/* An integer of any size. */
Term bits_match_integer(Heap *heap, MatchContext *m, size_t bit_count, unsigned flags);
/* 16, 32 or 64 bits; infinities and NaNs do not match. */
Term bits_match_float(Heap *heap, MatchContext *m, size_t bit_count, unsigned flags);
/* The next bits as a bitstring. */
static inline Term bits_match_binary(Heap *heap, MatchContext *m, size_t bit_count)
{
    size_t start = m->position;

    if (bit_count > bits_match_left(m))
        return NO_TERM;
    m->position += bit_count;
    return bits_sub_of_base(heap, m->base, start, bit_count);
}
/* All that is left, without moving: bs_get_tail. */
static inline Term bits_match_tail(Heap *heap, const MatchContext *m)
{
    return bits_sub_of_base(heap, m->base, m->position, bits_match_left(m));
}
static inline bool bits_match_skip(MatchContext *m, size_t bit_count)
{
    if (bit_count > bits_match_left(m))
        return false;
    m->position += bit_count;
    return true;
}
/* bs_test_unit; with it, skipping all is position = end. */
static inline bool bits_match_test_unit(const MatchContext *m, unsigned unit)
{
    return bits_are_units(bits_match_left(m), unit);
}
/* The bits of a string at `bytes` follow. */
bool bits_match_string(MatchContext *m, const uint8_t *bytes, size_t bit_count);

/* One character, as a small integer. Skipping is the same without using the value. */
Term bits_match_utf8(MatchContext *m);
Term bits_match_utf16(MatchContext *m, unsigned flags);
Term bits_match_utf32(MatchContext *m, unsigned flags);

/* bs_get_position, bs_set_position; the latter is false for what bs_get_position cannot have given. */
static inline Term bits_match_position(const MatchContext *m) { return small_int((int64_t)m->position); }
static inline bool bits_match_set_position(MatchContext *m, Term position)
{
    size_t bit = (size_t)small_value(position);            /* a negative one is too large */

    if (!is_small(position) || bit > m->end)
        return false;
    m->position = bit;
    return true;
}

/* The bits of the context before `offset` from its position. */
static inline uint64_t bits_match_window(const MatchContext *m, size_t offset)
{
    return bits_window(bits_match_data(m), m->position + offset);
}

/* The next `count` (1..64) bits, which are there (checked), big-endian and unsigned; the position moves.
 * For bs_match of OTP 26, whose `ensure_at_least` makes one check for several fields. */
static inline uint64_t bits_match_take(MatchContext *m, unsigned count)
{
    m->position += count;
    return bits_before(bits_match_data(m), m->position, count) >> (64 - count);
}

#endif
