/* bits.h - bitstrings: how binaries of any bit length are represented, made and read.
 *
 * Up to 64 bytes live inline (HeapBits); more live in a counted Binary (RefcBits, off_heap.h). A part
 * of either is a SubBits, whose base is never a SubBits again. Code that wants the bytes of any of
 * them asks for a BitsView. Bits are numbered from the most significant one of the first byte.
 *
 * A SubBits may reach beyond its base's bit_size: appending in place (bits_build.h) extends the
 * Binary, not the base. What bounds it is Binary.used_bits. */
#ifndef LING_BITS_H
#define LING_BITS_H

#include <string.h>

#include "vm/term/off_heap.h"

typedef struct HeapBits {
    Word header;          /* BOX_HEAP_BITS */
    size_t bit_size;
    uint8_t bytes[];      /* up to HEAP_BITS_MAX_BYTES, padded to words */
} HeapBits;
#define HEAP_BITS_MAX_BYTES 64
#define HEAP_BITS_WORDS(bytes) (2 + ((size_t)(bytes) + 7) / 8)      /* with the header */
#define BITS_WORDS_MAX HEAP_BITS_WORDS(HEAP_BITS_MAX_BYTES)         /* on the heap, of any number of bytes */

typedef struct SubBits {
    Word header;          /* BOX_SUB_BITS, SUB_BITS_WORDS - 1 */
    size_t bit_offset;    /* from the start of the base */
    size_t bit_size;
    Term base;            /* HeapBits or RefcBits */
} SubBits;
#define SUB_BITS_WORDS 4
#define SUB_BITS_HEADER MAKE_HEADER(BOX_SUB_BITS, SUB_BITS_WORDS - 1)

typedef struct MatchContext {
    Word header;          /* BOX_MATCH_CONTEXT, MATCH_CONTEXT_WORDS - 1 */
    size_t position;      /* next bit, from the start of the base */
    size_t end;           /* position <= end */
    Term base;            /* HeapBits or RefcBits */
} MatchContext;
#define MATCH_CONTEXT_WORDS 4
#define MATCH_CONTEXT_HEADER MAKE_HEADER(BOX_MATCH_CONTEXT, MATCH_CONTEXT_WORDS - 1)

/* Where the bits of a term are. Valid until the next collection (of the heap) or append. */
typedef struct BitsView {
    const uint8_t *bytes; /* the byte in which the first bit lies */
    size_t bit_offset;    /* 0..7 */
    size_t bit_size;
    Binary *owner;        /* holds the bytes; null if they lie on a heap */
} BitsView;

/* Largest bitstring a program can have, in bits: positions are small integers. */
#define BITS_MAX ((size_t)SMALL_MAX)

/* Is it a multiple of `unit`? 0 counts as 1. Division is slow, and unit mostly 1 or 8. */
static inline bool bits_are_units(size_t bit_count, unsigned unit)
{
    return unit == 8 ? (bit_count & 7) == 0 : unit <= 1 || bit_count % unit == 0;
}
static inline size_t bits_bytes(size_t bit_count) { return (bit_count >> 3) + ((bit_count & 7) != 0); }

/* False if `t` is no bitstring. */
bool bits_view(Term t, BitsView *view);
/* The same for a term that is_bitstring. A match context, which only hostile code lets out, counts as all
 * before its end: that never changes, so it may even be a key. */
BitsView bits_view_of(Term bitstring);
/* Size of a term that is_bitstring. */
static inline size_t bits_size(Term bitstring)
{
    const Word *object = boxed(bitstring);

    return header_kind(object[0]) == BOX_SUB_BITS ? ((const SubBits *)object)->bit_size : (size_t)object[1];
}
static inline bool is_binary(Term t) { return is_bitstring(t) && bits_size(t) % 8 == 0; }

/* The bytes of a binary, if need be copied (aligned) into the arena-like `scratch`: see BitsBytes. */
typedef struct BitsBytes {
    const uint8_t *bytes;
    size_t size;
    uint8_t *copy;        /* null if the bytes are the term's own */
} BitsBytes;
/* Aligned bytes of a binary; false if `t` is none. Ends with bits_bytes_free. */
bool bits_bytes_get(Term t, BitsBytes *out);
void bits_bytes_free(BitsBytes *bytes);

/* --- making ------------------------------------------------------------------------------- */

/* A binary with a copy of `bytes`. */
Term bits_new(Heap *heap, const void *bytes, size_t size);
Term bits_from_text(Heap *heap, const char *text);
/* A binary whose `size` bytes the caller fills in before anything else sees it. */
Term bits_alloc(Heap *heap, size_t size, uint8_t **data);
/* The same for a count of bits; the bits of the last byte that do not belong are zero. NO_TERM if
 * there is not so much memory: for sizes that a program chose. */
Term bits_try_alloc(Heap *heap, size_t bit_count, uint8_t **data);
/* A copy of `bit_count` bits from any offset. */
Term bits_copy_of(Heap *heap, const uint8_t *bytes, size_t bit_offset, size_t bit_count);
/* The first `bit_size` bits of `binary`, whose reference passes to the new term. Small ones are
 * copied and the Binary is let go at once. */
Term bits_from_binary(Heap *heap, Binary *binary, size_t bit_size);
/* The same, but always a RefcBits: for buffers that somebody else goes on using. */
Term bits_refc(Heap *heap, Binary *binary, size_t bit_size);
/* The part [offset, offset + size) of a bitstring: shares the bytes, or copies when that is smaller. */
Term bits_sub(Heap *heap, Term bitstring, size_t bit_offset, size_t bit_size);
/* The part [offset, offset + size) of `base` (HeapBits or RefcBits), offsets from its start. */
Term bits_sub_of_base(Heap *heap, Term base, size_t bit_offset, size_t bit_size);

/* --- reading and comparing bits at any offset ----------------------------------------------- */

#define REFC_BITS_HEADER MAKE_HEADER(BOX_REFC_BITS, REFC_BITS_WORDS - 1)

/* First byte of what a HeapBits or RefcBits holds. */
static inline uint8_t *bits_base_data(Term base)
{
    Word *object = boxed(base);

    return object[0] == REFC_BITS_HEADER ? ((RefcBits *)object)->binary->data : ((HeapBits *)object)->bytes;
}

/* From the processor's order of bytes to another one, or back. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline uint16_t big_16(uint16_t value) { return __builtin_bswap16(value); }
static inline uint32_t big_32(uint32_t value) { return __builtin_bswap32(value); }
static inline uint64_t big_64(uint64_t value) { return __builtin_bswap64(value); }
static inline uint16_t little_16(uint16_t value) { return value; }
static inline uint32_t little_32(uint32_t value) { return value; }
static inline uint64_t little_64(uint64_t value) { return value; }
#else
static inline uint16_t big_16(uint16_t value) { return value; }
static inline uint32_t big_32(uint32_t value) { return value; }
static inline uint64_t big_64(uint64_t value) { return value; }
static inline uint16_t little_16(uint16_t value) { return __builtin_bswap16(value); }
static inline uint32_t little_32(uint32_t value) { return __builtin_bswap32(value); }
static inline uint64_t little_64(uint64_t value) { return __builtin_bswap64(value); }
#endif

/* Eight or four bytes, of which the first is the most significant one. */
static inline uint64_t bits_load_word(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return big_64(word);
}
static inline uint32_t bits_load_half(const uint8_t *at)
{
    uint32_t half;

    memcpy(&half, at, sizeof half);
    return big_32(half);
}
static inline void bits_store_word(uint8_t *at, uint64_t word)
{
    word = big_64(word);
    memcpy(at, &word, sizeof word);
}

/* The bits before `bit_end` (at least 1) of `data`, which is bits_base_data: at least the last BITS_WINDOW_MAX of them, the
 * last one the least significant; above them stands what is to be ignored. One word is read that ends with their last byte:
 * what lies before `data` is part of the same object, what lies behind the last byte may be nobody's. */
#define BITS_WINDOW_MAX 56
static inline uint64_t bits_window(const uint8_t *data, size_t bit_end)
{
    return bits_load_word(data + ((bit_end + 7) >> 3) - sizeof(uint64_t)) >> (-bit_end & 7);
}
/* The last `count` (1..64) of them, at the top of a word whose other bits are zero. */
static inline uint64_t bits_before(const uint8_t *data, size_t bit_end, unsigned count)
{
    uint64_t value = bits_window(data, bit_end);
    unsigned missing = -bit_end & 7;

    if (UNLIKELY(count > 64 - missing))
        value |= (uint64_t)data[((bit_end + 7) >> 3) - sizeof value - 1] << (64 - missing);
    return value << (64 - count);
}

/* `count` (1..64) bits from `bit_offset` on, the first one the most significant. Reads no byte
 * in which none of them lies. */
uint64_t bits_read(const uint8_t *bytes, size_t bit_offset, unsigned count);
/* The byte at `index` of a view; it need not be complete: missing bits are zero. */
uint8_t bits_view_byte(const BitsView *view, size_t index);

/* --- parts ------------------------------------------------------------------------------------ */

/* A part of at most so many bytes is no larger as HeapBits than as SubBits. */
#define COPY_PARTS_UPTO_BYTES 16
_Static_assert(HEAP_BITS_WORDS(COPY_PARTS_UPTO_BYTES) == SUB_BITS_WORDS, "copying small parts must not cost room");
#define BITS_PART_MAX_WORDS SUB_BITS_WORDS

static inline bool bits_part_is_all(Term base, size_t bit_offset, size_t bit_size)
{
    return bit_offset == 0 && bit_size == bits_size(base);
}

/* Words that bits_part_at takes. */
static inline size_t bits_part_words(Term base, size_t bit_offset, size_t bit_size)
{
    if (bit_size <= COPY_PARTS_UPTO_BYTES * 8)
        return HEAP_BITS_WORDS(bits_bytes(bit_size));
    return bits_part_is_all(base, bit_offset, bit_size) ? 0 : SUB_BITS_WORDS;
}

/* The same as bits_sub_of_base at *top, where there is room; *top moves behind it. */
static inline Term bits_part_at(Word **top, Term base, size_t bit_offset, size_t bit_size)
{
    Word *part = *top;
    size_t words = (bit_size + 63) / 64;       /* of bits */
    size_t end = bit_offset + bit_size;
    const uint8_t *data;

    if (bit_size > COPY_PARTS_UPTO_BYTES * 8) {
        if (UNLIKELY(bits_part_is_all(base, bit_offset, bit_size)))
            return base;
        *(SubBits *)part = (SubBits){SUB_BITS_HEADER, bit_offset, bit_size, base};
        *top = part + SUB_BITS_WORDS;
        return make_boxed(part);
    }
    part[0] = MAKE_HEADER(BOX_HEAP_BITS, words + 1);
    part[1] = bit_size;
    *top = part + 2 + words;
    data = bits_base_data(base);
    if (words == 2) {
        bits_store_word((uint8_t *)(part + 2), bits_before(data, bit_offset + 64, 64));
        bits_store_word((uint8_t *)(part + 3), bits_before(data, end, (unsigned)(bit_size - 64)));
    } else if (words == 1) {
        bits_store_word((uint8_t *)(part + 2), bits_before(data, end, (unsigned)bit_size));
    }
    return make_boxed(part);
}

/* Bytes, mostly few: then without a call. What is copied twice is the same both times. */
static inline void bits_copy_bytes(uint8_t *to, const uint8_t *from, size_t size)
{
    uint64_t first, last;
    uint32_t first_half, last_half;

    if (size > 16) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        memcpy(&first, from, 8);
        memcpy(&last, from + size - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + size - 8, &last, 8);
    } else if (size >= 4) {
        memcpy(&first_half, from, 4);
        memcpy(&last_half, from + size - 4, 4);
        memcpy(to, &first_half, 4);
        memcpy(to + size - 4, &last_half, 4);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = from[i];
    }
}

/* Copies bits; neighbours of the target keep their values. The ranges do not overlap. */
void bits_copy(uint8_t *to, size_t to_offset, const uint8_t *from, size_t from_offset, size_t bit_count);
/* The same into whole bytes: the unused bits of the last byte become zero. */
void bits_copy_out(uint8_t *to, const uint8_t *from, size_t from_offset, size_t bit_count);
/* <0, 0, >0: by bits, then by length, as term order asks. */
int bits_compare(Term a, Term b);
bool bits_equal(Term a, Term b);
bool bits_equal_raw(const uint8_t *a, size_t a_offset, const uint8_t *b, size_t b_offset, size_t bit_count);

#endif
