/* purge.h - who still runs old code.
 *
 * Funs do not count: they find their code by their LambdaEntry each time. Return addresses, handlers of
 * active catches and the place where a process goes on do. */
#ifndef LING_PURGE_H
#define LING_PURGE_H

#include "vm/code/module.h"
#include "vm/proc/process.h"

/* Does the process have an address inside of `code`, or anything on its stack that leads there? */
bool purge_process_uses(const Process *p, const CodeInstance *code);
/* The same for the old code of `module`: true or false. For process_hooks. */
Term purge_check_process(Process *p, Term module);
/* Calls of funs of `code` wait from now on until one of the next two. */
void purge_hold_funs(CodeInstance *code);
/* Nothing is purged after all. */
void purge_abort(CodeInstance *code);
/* Frees the instance. If some process uses it after all, it stays in memory until none does. */
void purge_release(CodeInstance *code);

/* Makes every process but `self` (which must hold nothing of it) copy what it has of gc_purged_area,
 * messages included. Nobody runs meanwhile, so nothing can bring a literal back to a process done already. */
void purge_copy_literals(const Process *self);

#endif
