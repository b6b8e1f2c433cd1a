/* bits_build.h - putting bitstrings together: what the bs_* construction instructions call.
 *
 * bs_create_bin is one call: the engine hands all segments to bits_build. The older instructions
 * start a BitsBuilder (bs_init2, bs_init_bits, bs_append, bs_private_append) and put segment after
 * segment; no collection may come between the start and the last put.
 *
 * Appending: a bitstring that ends where its Binary has been written to (Binary.used_bits) is extended
 * in place while there is room; otherwise it is copied into a Binary with twice the room. The result is a
 * SubBits, so a loop that appends costs four words a turn. */
#ifndef LING_BITS_BUILD_H
#define LING_BITS_BUILD_H

#include "vm/term/bits.h"
#include "vm/term/bits_match.h"

typedef enum BitsSegmentType {
    SEGMENT_APPEND, SEGMENT_PRIVATE_APPEND, SEGMENT_BINARY, SEGMENT_FLOAT, SEGMENT_INTEGER,
    SEGMENT_STRING, SEGMENT_UTF8, SEGMENT_UTF16, SEGMENT_UTF32
} BitsSegmentType;

typedef struct BitsSegment {
    uint8_t type;               /* BitsSegmentType */
    uint8_t flags;              /* BITS_LITTLE ... */
    uint16_t unit;              /* 1..256; 0: utf types */
    uint32_t number;            /* of the segment in the source, for the error cause */
    Term value;                 /* unused for strings */
    Term size;                  /* small or big integer, A_ALL; A_UNDEFINED for utf types; bytes of a string */
    const uint8_t *string;
} BitsSegment;

/* Why a construction failed. */
typedef struct BitsError {
    Term reason;                /* A_BADARG, A_SYSTEM_LIMIT */
    Term cause;                 /* {Number, Type, What, Value} for error_info; NO_TERM if there is none */
} BitsError;

/* False for an atom that names no segment type. */
bool bits_segment_type(Term atom, BitsSegmentType *type);

/* Bits that the last bits_build wrote, those included that appending had to copy: what it costs. */
extern size_t bits_build_written;

/* The bitstring made of all segments; NO_TERM: see *error. */
Term bits_build(Heap *heap, const BitsSegment *segments, size_t count, BitsError *error);

/* --- the older instructions ----------------------------------------------------------------- */

typedef struct BitsBuilder {
    Term term;                  /* the result; complete after the last put */
    uint8_t *data;              /* first byte of its base */
    size_t position;            /* next bit, from `data` */
    size_t end;                 /* where the result ends: nothing is put beyond it */
} BitsBuilder;

/* bs_init2 and bs_init_bits. False: not so much memory (system_limit). */
bool bits_build_start(Heap *heap, BitsBuilder *builder, size_t bit_count);
/* bs_append and bs_private_append: room for `extra_bits` after `bitstring`. False: see *reason. */
bool bits_build_append(Heap *heap, BitsBuilder *builder, Term bitstring, size_t extra_bits, unsigned unit, Term *reason);
/* bs_init_writable: an empty binary with room for so many bytes (an operand that may be any term). */
Term bits_build_writable(Heap *heap, Term byte_count);

/* Size operand times unit. False: *reason says badarg or system_limit. */
bool bits_build_size(Term size, unsigned unit, size_t *bit_count, Term *reason);
/* bs_add: a + b * unit of two operands. NO_TERM: *reason. */
Term bits_build_add(Heap *heap, Term a, Term b, unsigned unit, Term *reason);

/* Each puts one segment and is false if the value does not fit its type, or the room is used up. */
bool bits_put_integer(BitsBuilder *builder, Term value, size_t bit_count, unsigned flags);
bool bits_put_float(BitsBuilder *builder, Term value, size_t bit_count, unsigned flags);
bool bits_put_binary(BitsBuilder *builder, Term value, size_t bit_count);     /* its first bits */
bool bits_put_binary_all(BitsBuilder *builder, Term value, unsigned unit);
bool bits_put_string(BitsBuilder *builder, const uint8_t *bytes, size_t size);
bool bits_put_utf8(BitsBuilder *builder, Term character);
bool bits_put_utf16(BitsBuilder *builder, Term character, unsigned flags);
bool bits_put_utf32(BitsBuilder *builder, Term character, unsigned flags);
/* bs_utf8_size, bs_utf16_size: bytes of a character; any term is allowed (putting it fails then). */
size_t bits_utf8_size(Term character);
size_t bits_utf16_size(Term character);

#endif
