/* code_source.h - what is kept of a loaded file, so that the bodies of its functions can be made when they are
 * called first: the instructions as they stand in the file, and the tables they refer to.
 *
 * The file's form was checked when it was loaded. What the instructions do is verified now, before any code is made. */
#ifndef LING_CODE_SOURCE_H
#define LING_CODE_SOURCE_H

#include "loader/beam_file.h"
#include "loader/ir.h"
#include "loader/load_error.h"
#include "vm/code/module.h"

/* `from` and `ir` come from a scan of `file`, `code` was made of `ir`. Gives `code` a source; copies what it needs,
 * also to compute the md5 if that is open. Fills in code_maker. */
void code_source_keep(const FunctionSource *from, const CodeIr *ir, const BeamFile *file, CodeInstance *code);
/* Makes all bodies that are missing. False: *error says which is no good. */
bool code_source_make_all(CodeInstance *code, LoadError *error);

#endif
