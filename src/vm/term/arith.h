/* arith.h - arithmetic on terms.
 *
 * Every function takes any terms. NO_TERM means that an operand is none the operation takes, a divisor
 * is 0, or a float result is out of range: badarith. ARITH_LIMIT means that an integer result is too
 * big: system_limit. Results are made on `heap`. */
#ifndef LING_ARITH_H
#define LING_ARITH_H

#include "vm/term/heap.h"

/* No Erlang value, like NO_TERM. */
#define ARITH_LIMIT TERM_FROM_BITS(((Word)2 << IMM_BITS) | IMM_TAG(IMM_SPECIAL))
static inline bool arith_failed(Term result) { return result == NO_TERM || result == ARITH_LIMIT; }

Term arith_add(Heap *heap, Term a, Term b);
Term arith_sub(Heap *heap, Term a, Term b);
Term arith_mul(Heap *heap, Term a, Term b);
Term arith_div(Heap *heap, Term a, Term b);       /* a / b */
Term arith_int_div(Heap *heap, Term a, Term b);      /* a div b */
Term arith_rem(Heap *heap, Term a, Term b);
Term arith_negate(Heap *heap, Term a);               /* -a */
Term arith_plus(Term a);                             /* +a */

Term arith_band(Heap *heap, Term a, Term b);
Term arith_bor(Heap *heap, Term a, Term b);
Term arith_bxor(Heap *heap, Term a, Term b);
Term arith_bnot(Heap *heap, Term a);
Term arith_bsl(Heap *heap, Term a, Term b);
Term arith_bsr(Heap *heap, Term a, Term b);

/* These raise badarg, not badarith, on stock. */
Term arith_abs(Heap *heap, Term a);
Term arith_trunc(Heap *heap, Term a);
Term arith_round(Heap *heap, Term a);
Term arith_floor(Heap *heap, Term a);
Term arith_ceil(Heap *heap, Term a);
Term arith_float(Heap *heap, Term a);

/* The double that float arithmetic goes on with; false if `t` is no number or out of range. */
bool arith_to_double(Term t, double *value);

#endif
