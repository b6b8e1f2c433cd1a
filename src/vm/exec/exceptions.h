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

/* What failed. A named function stands first in the trace: a BIF (then the function around `ip`
 * follows), or the one whose func_info is at `ip`, or (ip is null) one that does not exist. */
typedef struct ExceptionOrigin {
    const Word *ip;          /* instruction that failed, or null */
    Term module, function;   /* NO_TERM: what is around `ip` stands first */
    Term args;               /* argument list shown in place of the arity; NO_TERM: show the arity */
    bool is_bif;             /* give it an error_info map */
    bool in_function;        /* `ip` is in the named function itself */
} ExceptionOrigin;

/* Makes p->exception.trace (if it is not known already) of `origin` and the stack at
 * p->gc.stack_top: a raw trace. */
void exception_save_trace(Process *p, const ExceptionOrigin *origin);

/* The list of {M, F, ArityOrArgs, Location} that a raw trace (or a trace that is a list already) stands for. */
Term exception_stacktrace(Process *p, Term raw_trace);
/* The class a raw trace was made for; error for anything else. */
ExceptionClass exception_trace_class(Term raw_trace);
/* A raw trace like `trace` (a raw trace or a list) that knows `class`: raise/3 may change it. */
Term exception_trace_for_class(Heap *heap, Term trace, ExceptionClass class);
/* The stack of a process that does not run, or has called a BIF, as such a list. */
Term exception_current_stacktrace(Process *p, Heap *heap, uint32_t depth);

Term exception_class_atom(ExceptionClass class);

/* The exit reason of p->exception, which nothing caught: {Reason, Stacktrace} for errors,
 * {{nocatch, Value}, Stacktrace} for throws, Reason for exits. */
Term exception_build_reason(Process *p);
/* What `catch` yields for class, reason and raw trace. */
Term exception_catch_value(Process *p, Term class_atom, Term reason, Term raw_trace);

/* Handler of the innermost catch slot of p's stack from `from` up; null if there is none.
 * `*frame` is where the frame that holds it starts: the new stack top. */
const Word *exception_find_handler(Process *p, Word *from, Word **frame);

/* Module whose format_error/2 explains failures of BIFs of `module`; NO_TERM: none. */
Term exception_info_module(Term module);

#endif
