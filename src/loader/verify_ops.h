/* verify_ops.h - what each instruction asks for and does, as far as the verifier cares. */
#ifndef LING_VERIFY_OPS_H
#define LING_VERIFY_OPS_H

#include "loader/verify_flow.h"

/* Checks the instruction against what is known and brings that up to date. */
void ops_apply(Verifier *v, Instruction *in);
/* erlang:error/1,2,3, exit/1, throw/1: the compiler relies on them not to return. */
bool ops_calls_exit_bif(const Verifier *v, const Instruction *in);
/* The label must be the entry of a function of that arity. */
void ops_need_target(Verifier *v, const Operand *label, int64_t arity);

#endif
