/* slow_arith.h - arithmetic on operands that are not both small integers, or whose result is not.
 *
 * Called last by the handlers of ops_arith.c; the instruction's first two operands are `fail` and `live`. */
#ifndef LING_SLOW_ARITH_H
#define LING_SLOW_ARITH_H

#include "vm/exec/registers.h"

COLD Handled slow_add(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_sub(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_mul(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_div(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_rem(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_band(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_bor(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_bxor(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_bsl(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_bsr(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_bnot(const Word *next, Term a, Term b, Term *dst);
COLD Handled slow_negate(const Word *next, Term a, Term b, Term *dst);

#endif
