/* slow_bits.h - the longer parts of the bitstring instructions, and the state of a binary under
 * construction by instructions of older compilers. */
#ifndef LING_SLOW_BITS_H
#define LING_SLOW_BITS_H

#include "vm/exec/registers.h"
#include "vm/term/bits_build.h"
#include "vm/term/bits_match.h"

extern BitsBuilder bits_builder;

/* A context for what is none yet. IP[1] is `fail`; null: badarg. */
Handled slow_start_match(const Word *next, Word live, Term src, Term *dst);
/* A character that is not one whole byte. */
Handled slow_get_utf8(const Word *next, MatchContext *m, Term *dst);
Handled slow_get_integer(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst);
Handled slow_get_float(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst);
/* There is room for BITS_PART_MAX_WORDS. */
/* `bits` are left. */
Handled slow_get_binary_fixed(const Word *next, MatchContext *m, size_t bits, Term *dst);
Handled slow_get_binary_all(const Word *next, MatchContext *m, Term *dst);
Handled slow_get_tail(const Word *next, MatchContext *m, Term *dst);
Handled slow_get_binary(const Word *next, Term context, Term size, Word unit, Term *dst);

/* A bitstring too large for the heap, of which nothing is written yet: `at` is its first byte. */
Handled slow_begin_large(const Word *next, const Word *plain, Word live, size_t bits, Term *at, Term *dst);
/* Puts all of a binary, or a character, at `to`; where it ends. */
uint8_t *slow_put_all(uint8_t *to, Term binary);
uint8_t *slow_put_character(uint8_t *to, Term character);

/* NO_TERM: slow_bits_failed is to follow. */
Term slow_bits_create(Word count, const Word *segments);
Term slow_bits_init(Term size, Word unit);
Term slow_bits_append(Term size, Word size_unit, Term src, Word unit);
Term slow_bits_add(Term a, Term b, Word unit);
/* The instruction's first operand is `fail`. */
COLD Handled slow_bits_failed(void);
COLD Handled slow_put_failed(void);
bool slow_put_integer(Term size, Word unit, Word flags, Term src);
bool slow_put_binary(Term size, Word unit, Term src);
bool slow_put_float(Term size, Word unit, Word flags, Term src);

bool slow_bits_match(Term context, Word count, const Word *commands);

#endif
