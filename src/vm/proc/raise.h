/* raise.h - how a BIF ends without a value.
 *
 * Each function notes the outcome in the process and returns NO_TERM, so a BIF says
 * `return raise_badarg(p);`. The interpreter finds the note and acts. */
#ifndef LING_RAISE_H
#define LING_RAISE_H

#include "vm/code/module.h"
#include "vm/proc/process.h"

Term raise_error(Process *p, Term reason);                 /* error:reason */
Term raise_exit(Process *p, Term reason);
Term raise_throw(Process *p, Term value);
Term raise_badarg(Process *p);
Term raise_badarith(Process *p);
Term raise_system_limit(Process *p);
Term raise_notsup(Process *p);
Term raise_undef(Process *p);
/* error:reason with `cause` in the error_info map (OTP: erl_erts_errors, "cause"): the BIFs that
 * give more than badarg, e.g. cause not_encodable. */
Term raise_error_cause(Process *p, Term reason, Term cause);
/* error:{badmap, Term}, {badkey, Key}, {badfun, F}, {badarity, {F, Args}} ... */
Term raise_error_2(Process *p, Term tag, Term value);
/* erlang:error/2,3: `args` a list or A_NONE; `error_info` a map or NO_TERM. */
Term raise_error_args(Process *p, Term reason, Term args, Term error_info);
/* erlang:raise/3 with a checked stack trace. */
Term raise_with_trace(Process *p, ExceptionClass class, Term reason, Term trace);

/* Goes on with another function instead of returning: a tail call of `target`. */
Term trap_to(Process *p, Export *target, const Term *args);     /* target->arity args */

/* A C function that a BIF goes on with. Define one static TrapBif per function:
 *     static TrapBif size_more = TRAP_BIF(size_step, A_ERLANG, A_IOLIST_SIZE, 3, 1);
 * It takes 3 arguments, and the last 1 of these is that of erlang:iolist_size/1, which is what a stack trace
 * shows when it fails. */
typedef struct TrapBif {
    BifFunction function;
    Term module, name;         /* name NO_TERM: it is the argument before those shown */
    uint32_t arity;
    uint32_t shown;
    Word code[6];              /* filled in by the engine at first use */
} TrapBif;
#define TRAP_BIF(function_, module_, name_, arity_, shown_) \
    {.function = (function_), .module = (module_), .name = (name_), .arity = (arity_), .shown = (shown_)}
/* Calls `target` with `args` as soon as the process runs again (at once if it has reductions left). */
Term trap_to_bif(Process *p, TrapBif *target, const Term *args);
/* The same, but the process first gives way to others. */
Term yield_to_bif(Process *p, TrapBif *target, const Term *args);
/* The process waits until somebody calls process_wake(p), then calls `target`. */
Term wait_for_wake(Process *p, TrapBif *target, const Term *args);

/* Where a BIF that was called last goes on elsewhere, its caller's frame stays: BIFs are no tail calls on stock. On top
 * of it stand, from the stack top on, the address of this code, the size of the frame in bytes and an address in the
 * function, as if it were to return there. */
extern Word tail_bif_code[1];
/* The return address at `slot`, or that of the caller of a BIF: what a walk over the stack looks at. */
static inline const Word *tail_bif_skip(const Word *slot)
{
    return return_address_code(*slot) == tail_bif_code ? slot + 2 : slot;
}

/* Where the process goes on, as code_find has it: the BIF, if it is in the middle of one. */
bool process_location(const Process *p, CodeLocation *out);

/* Work of a BIF is paid in reductions: about one per microsecond. */
static inline void bif_consume(Process *p, int64_t reductions) { p->reductions_left -= reductions; }
static inline bool bif_must_yield(const Process *p) { return p->reductions_left <= 0; }

#endif
