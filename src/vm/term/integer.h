/* integer.h - integers of any size: made of and turned into C's numbers, bytes and digits.
 *
 * An integer that fits 61 bits is a small one, always; any other is a boxed magnitude, whose kind
 * tells the sign:
 *
 *     [BOX_BIG_POSITIVE or _NEGATIVE, limb count][64-bit limbs, least significant first]
 *
 * The last limb is never 0. */
#ifndef LING_INTEGER_H
#define LING_INTEGER_H

#include "vm/base/text.h"
#include "vm/term/heap.h"

/* As many limbs as a program may make a number of, as on stock. What goes beyond is system_limit. */
#define INTEGER_MAX_LIMBS (((size_t)1 << 19) - 1)

/* --- looking inside ----------------------------------------------------------------------- */

/* Of a term that is_big: */
static inline bool big_is_negative(Term big) { return boxed_kind(big) == BOX_BIG_NEGATIVE; }
static inline size_t big_limb_count(Term big) { return header_words(boxed_header(big)); }
static inline const uint64_t *big_limbs(Term big) { return boxed(big) + 1; }

/* Of a term that is_integer: */
static inline bool integer_is_negative(Term t) { return is_small(t) ? small_value(t) < 0 : big_is_negative(t); }
/* Bits of the magnitude; 0 for 0. */
size_t integer_bit_count(Term t);

/* --- C's numbers -------------------------------------------------------------------------- */

Term integer_from_i64_slow(Heap *heap, int64_t value);
Term integer_from_u64_slow(Heap *heap, uint64_t value);
static inline Term integer_from_i64(Heap *heap, int64_t value)
{
    return LIKELY(fits_small(value)) ? small_int(value) : integer_from_i64_slow(heap, value);
}
static inline Term integer_from_u64(Heap *heap, uint64_t value)
{
    return LIKELY(value <= (uint64_t)SMALL_MAX) ? small_int((int64_t)value) : integer_from_u64_slow(heap, value);
}
/* A magnitude of `limb_count` limbs, leading zeros allowed; they are copied. */
Term integer_from_limbs(Heap *heap, const uint64_t *limbs, size_t limb_count, bool negative);
/* The integer whose limbs the caller has filled in: `object` was the last heap_alloc, of 1 + limb_count words,
 * its first word is unset. What is not needed goes back to the heap. */
Term integer_finish(Heap *heap, Word *object, size_t limb_count, bool negative);
/* False if `t` is no integer or does not fit. */
bool integer_to_i64(Term t, int64_t *value);
bool integer_to_u64(Term t, uint64_t *value);
/* The low 64 bits in two's complement; `t` is an integer. */
uint64_t integer_low_64(Term t);

/* The nearest double (ties to even); false if the integer is beyond the range of doubles. `t` is an integer. */
bool integer_to_double(Term t, double *value);
/* `value` is finite and has no fraction. */
Term integer_from_double(Heap *heap, double value);
/* Exact: <0, 0, >0. `value` is finite, `t` is an integer. */
int integer_compare_double(Term t, double value);
/* Both are integers. */
int integer_compare(Term a, Term b);

/* --- bytes -------------------------------------------------------------------------------- */

enum { INTEGER_LITTLE = 1, INTEGER_SIGNED = 2 };
/* `size` bytes in any order; two's complement if INTEGER_SIGNED. */
Term integer_from_bytes(Heap *heap, const uint8_t *bytes, size_t size, unsigned flags);
/* The low 8 * size bits of the two's complement, in `size` bytes. `t` is an integer. */
void integer_to_bytes(Term t, uint8_t *bytes, size_t size, unsigned flags);
/* A magnitude of little-endian bytes and a sign: external format. */
Term integer_from_magnitude(Heap *heap, const uint8_t *bytes, size_t size, bool negative);
/* Bytes that the magnitude takes, and the bytes, little-endian. `t` is an integer. */
size_t integer_magnitude_bytes(Term t);
void integer_magnitude(Term t, uint8_t *bytes);

/* --- digits ------------------------------------------------------------------------------- */

/* Appends the digits in `base` (2..36), upper case, with '-' where need be. `t` is an integer. */
void integer_print(Text *out, Term t, unsigned base);
/* Puts the decimal digits of a small integer's value before `end`, where there is room for SMALL_TEXT_BYTES, and
 * returns where they begin. */
#define SMALL_TEXT_BYTES 20
char *integer_small_text(int64_t value, char *end);
typedef enum ParseResult { PARSE_OK, PARSE_BAD, PARSE_LIMIT } ParseResult;
/* The integer that [+|-] Digit+ stands for: all of `text`, in `base` (2..36). PARSE_LIMIT: it has too many
 * limbs. */
ParseResult integer_parse(Heap *heap, const char *text, size_t size, unsigned base, Term *value);

#endif
