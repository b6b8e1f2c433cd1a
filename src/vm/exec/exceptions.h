/* exceptions.h - how exceptions find their handler, and stack traces.
 *
 * What a BIF or instruction noted in p->exception becomes class, reason and a raw trace when it is
 * raised. The raw trace is a tuple that only the engine looks into: return addresses, name and
 * arguments of the first entry. The list that Erlang sees is made of it only when asked for. */
#ifndef LING_EXCEPTIONS_H
#define LING_EXCEPTIONS_H

#include "vm/proc/process.h"

/* system_flag(backtrace_depth). */
extern uint32_t exception_backtrace_depth;

/* The function that stands first in a trace although no frame of it is on the stack. */
typedef struct ExceptionOrigin {
    const Word *ip;          /* instruction that failed; null if only `export` matters */
    const Export *export;    /* failed BIF, or function_clause: its M, F; else null */
    Term args;               /* argument list shown in place of its arity; NO_TERM: show the arity */
    bool is_bif;             /* give it an error_info map */
} ExceptionOrigin;

/* Makes p->exception.trace (if it is not known already) of `origin` and the stack at
 * p->gc.stack_top: a raw trace. */
void exception_save_trace(Process *p, const ExceptionOrigin *origin);

/* The list of {M, F, ArityOrArgs, Location} that a raw trace (or a trace that is a list already) stands for. */
Term exception_stacktrace(Process *p, Term raw_trace);
/* The stack of a process that does not run, as such a list: process_info(current_stacktrace). */
Term exception_current_stacktrace(Process *p, Heap *heap, uint32_t depth);

Term exception_class_atom(ExceptionClass class);

/* The exit reason of p->exception, which nothing caught: {Reason, Stacktrace} for errors,
 * {{nocatch, Value}, Stacktrace} for throws, Reason for exits. */
Term exception_build_reason(Process *p);
/* What `catch` yields for class, reason and raw trace. */
Term exception_catch_value(Process *p, Term class_atom, Term reason, Term raw_trace);

/* Where a return address on the stack or the handler of a catch is found: innermost catch slot of
 * p's stack from `from`; null if none. `frame_start` becomes the new stack top. */
const Word *exception_find_handler(Process *p, Word *from, Word **frame_start);

/* Module whose format_error/2 explains failures of BIFs of `module`; NO_TERM: none. */
Term exception_info_module(Term module);

#endif
