/* emit.h - the last step of loading: the generic instructions of a function become code words.
 *
 * See vm/code/code_block.h for where they lie and what stands around them. */
#ifndef LING_EMIT_H
#define LING_EMIT_H

#include "loader/ir.h"
#include "vm/code/module.h"

/* Makes the body of function `index` in a block of `code` and lets its entry lead there. Its instructions are
 * rewritten in place. They are verified; the literals are final (ir->literals[]); `code` has its entries, strings and lambdas.
 * Exports are made by export_get. False: an instruction is out of the VM's bounds, *error says which (static text). */
bool emit_function(CodeIr *ir, FunctionIr *function, uint32_t index, CodeInstance *code, const char **error);

#endif
