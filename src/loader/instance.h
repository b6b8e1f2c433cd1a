/* instance.h - from a CodeIr to a CodeInstance: literals, entries, exports, funs, lines, but no bodies yet. */
#ifndef LING_INSTANCE_H
#define LING_INSTANCE_H

#include "loader/ir.h"
#include "loader/load_error.h"
#include "vm/code/module.h"

/* Verified are the tables of `ir` (verify_tables), not its functions. `code` has its md5. The first block gets room for
 * `body_words` words of bodies. ir->literals and ir->files are those of `code` afterwards, and so is what was on `heap`: a
 * literal_heap that they were built on. */
bool instance_make(CodeIr *ir, CodeInstance *code, Heap *heap, size_t body_words, LoadError *error);
/* Is the body of the function still to be made? Not if it is a BIF, or load_nif was faster. */
bool instance_lacks_body(const CodeInstance *code, uint32_t function);

#endif
