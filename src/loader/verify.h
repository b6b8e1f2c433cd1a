/* verify.h - makes sure that no instruction can hurt the VM, whatever file it came from.
 *
 * What holds afterwards, so that the emitter and the ops need not look:
 *   - operands have the kinds and bounds that generic_ops.tab asks for; every label operand is the
 *     canonical one (LabelNote.alias resolved) and lies in the same function, or is the entry of a function of
 *     the right arity (calls, lambdas, exports);
 *   - control never runs off the end of a function, and goes backwards only in a receive;
 *   - y registers exist, the frame is the same on every way to a label, `deallocate` and the calls that
 *     end a function free the frame that there is; instruction->frame says how large it is;
 *   - no register is read that was not written (x registers die in calls and above `live`), and every
 *     y register is written before anything may collect or raise;
 *   - loop_rec_end and remove_message come after a loop_rec that found a message;
 *   - catch slots are only used as such, and none is left when a function ends;
 *   - operands of get_list, get_tuple_element and so on are of the type they need: where that cannot be
 *     proved a check_* instruction stands before. Types of the Type chunk are not believed.
 * What the ops must look at themselves: match contexts, funs, anything marked so in generic_ops.tab. */
#ifndef LING_VERIFY_H
#define LING_VERIFY_H

#include "loader/ir.h"
#include "loader/load_error.h"

/* All functions of a module. */
bool verify_code(CodeIr *ir, LoadError *error);

/* The same step by step. First ir->label_homes and ir->arities of a module whose functions are all there ... */
bool verify_labels(CodeIr *ir, LoadError *error);
/* The same of one function alone, `index` its number: the arrays are there already. */
bool verify_place(CodeIr *ir, const FunctionIr *function, uint32_t index, LoadError *error);
/* ... then exports, funs and the on_load function, which must lead to functions ... */
bool verify_tables(const CodeIr *ir, LoadError *error);
/* ... and each function, `index` its number, before any code is made of it. */
bool verify_function(CodeIr *ir, FunctionIr *function, uint32_t index, LoadError *error);
/* How many check_* instructions were put in since start: for tests. */
extern uint64_t verify_check_count;

#endif
