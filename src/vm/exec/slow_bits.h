/* slow_bits.h - the longer parts of the bitstring instructions, and the state of a binary under
 * construction by instructions of older compilers. */
#ifndef LING_SLOW_BITS_H
#define LING_SLOW_BITS_H

#include "vm/exec/registers.h"
#include "vm/term/bits_build.h"

extern BitsBuilder bits_builder;

Handled slow_get_integer(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst);
Handled slow_get_float(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst);
Handled slow_get_binary(const Word *next, Term context, Term size, Word unit, Term *dst);

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
