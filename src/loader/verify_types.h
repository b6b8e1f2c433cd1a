/* verify_types.h - which registers are known to hold a tuple, a list cell, a map.
 *
 * Only tests, constructions and checks tell; the Type chunk is not believed. */
#ifndef LING_VERIFY_TYPES_H
#define LING_VERIFY_TYPES_H

#include "loader/verify_flow.h"

/* What is known of an operand's value. */
Fact types_of(const Verifier *v, const Operand *o);
/* What the instruction writes. */
Fact types_of_result(const Verifier *v, const Instruction *in);
/* The same for the result of a call: known of erlang:setelement/3 only. */
Fact types_of_call(const Verifier *v, const Instruction *in);
/* The types that the operands must have: where they are not known, a check goes before the instruction. */
void types_need(Verifier *v, const Instruction *in);
/* What holds when a test succeeded, that is, after it. */
void types_learn(Verifier *v, const Instruction *in);

#endif
