/* verify_bits.h - the rules of the bit syntax instructions whose operands are lists of their own kind. */
#ifndef LING_VERIFY_BITS_H
#define LING_VERIFY_BITS_H

#include "loader/verify_state.h"

/* bs_create_bin, bs_match, bs_put_string, bs_match_string. Null if all is well, else what is wrong. */
const char *verify_bits(const CodeIr *ir, const Instruction *in, const State *now);
/* They may hold anything when a bs_match fails. */
void verify_bits_lose_results(const Instruction *in, State *now);
/* The registers that the commands of a bs_match write. */
void verify_bits_results(const Instruction *in, State *now);

#endif
