/* slow.h - the cold ends of handlers: what a handler goes on with when its fast path does not fit.
 *
 * All are called last (`return slow_...;`), with the machine registers current and IP at the
 * instruction that runs. */
#ifndef LING_SLOW_H
#define LING_SLOW_H

#include "vm/exec/registers.h"
#include "vm/proc/raise.h"

/* Collects so that so many bytes are free, keeping x[0..live); then runs the instruction at IP again. */
COLD Handled slow_collect(Word live, Word bytes);
/* The same for instructions whose match context (or what shall become one) need not count as live: it is kept. */
COLD Handled slow_collect_context(Word live, Word bytes, Term context);
/* Takes up the fragments that C code left; *result is kept too (where it is an x register beyond
 * `live`); then goes on at `next`. */
COLD Handled slow_take_fragments(const Word *next, Word live, Term *result);
/* IP is at the first instruction of a function and no reductions are left. */
COLD Handled slow_call(void);
/* Leaves the engine, to go on at `ip` with x[0..live) when its turn comes again. */
COLD Handled slow_yield(const Word *ip, uint32_t live);

/* The instruction at IP once more: if it is a function's first one, and calls are traced, that is no new call. */
COLD Handled slow_again(void);
/* x[0 .. arity) as a list. */
Term slow_args_list(Word arity);
/* IP is at the first instruction of a function whose calls are traced, or at the stub of such an export. */
COLD Handled slow_traced_call(void);
COLD Handled slow_traced_export(void *breakpoint);
COLD Handled slow_saved_export(void);
/* A call of a BIF that is traced: `next` and `frame` as for slow_bif_outcome. */
COLD Handled slow_traced_bif(const Export *export, const Word *next, Word frame);

/* Raises p->exception, which C code has filled in. */
COLD Handled slow_raise(void);
/* ... of the BIF `export`, whose arguments are args[0 .. arity). */
COLD Handled slow_raise_bif(const Export *export, const Term *args);
/* error:undef of `target`, whose arguments are in x. */
COLD Handled slow_raise_undefined(const Export *target);
/* catch_end and the others of ops_exception.c; x1 to x3 hold class, reason and trace. */
COLD Handled slow_catch_value(const Word *next);
COLD Handled slow_reraise(Term trace, Term value);
COLD Handled slow_raw_raise(const Word *next);
COLD Handled slow_build_stacktrace(const Word *next);
/* error:Reason, and error:{Tag, Value}. */
COLD Handled slow_error(Term reason);
COLD Handled slow_error_2(Term tag, Term value);
/* {badmatch, Value} of a check that the verifier put in: perhaps while the message at hand is still in the mailbox. */
COLD Handled slow_badmatch_check(Term value);
/* error:function_clause of the function whose func_info IP is at. */
COLD Handled slow_function_clause(void);
/* What entries do: see vm/code/code_block.h. */
COLD Handled slow_lazy_entry(void);
COLD Handled slow_cold_entry(void);
/* ... of a failed bitstring construction, whose cause is noted in exception.error_info. */
COLD Handled slow_raise_construction(void);
/* A BIF that was called at IP returned NO_TERM. `next` is where its caller goes on; null: it returns, when `frame` bytes
 * and an address are taken from the stack. */
COLD Handled slow_bif_outcome(const Export *export, const Word *next, Word frame);
/* So that what such a BIF goes on with can return: the frame of a function that called it last stays there, because
 * BIFs are no tail calls on stock. */
COLD void slow_push_bif_frame(const Word *next, Word frame);
/* The same of a BIF whose own code IP is at: it returns to the address on the stack. */
COLD Handled slow_body_outcome(const Export *export);

/* The same of code that was trapped to. */
COLD Handled slow_trap_bif_outcome(const TrapBif *bif);
/* A call of an export that has no code: error_handler:undefined_function/3. */
COLD Handled slow_undefined_function(const Export *target);

/* The instruction at IP, whose first operand is `fail`, used a BIF that failed with its arguments in
 * BIF_ARGS: jump or raise. */
COLD Handled slow_bif_failed(const Export *target);
/* error:badarg of erlang:Function(a), (a, b). */
COLD Handled slow_badarg_1(Term function, Term a);
COLD Handled slow_badarg_2(Term function, Term a, Term b);
/* error:{Tag, Value} of erlang:Function(key, map). */
COLD Handled slow_map_failed(Term function, Term tag, Term value, Term key, Term map);

/* Calls what x[arity], x[arity + 1] name with x[0 .. arity): E is as at the callee's entry but for
 * `next`, which is pushed unless null. */
Handled slow_apply(const Word *next, Word arity, Word frame);
/* Of the BIFs that raise what they are told: error, exit, throw, raise. */
COLD bool slow_is_raiser(const Export *export);
COLD Handled slow_apply_apply(const Word *next, Word arity, Word frame);
COLD Handled slow_bad_apply(Term module, Term function, Word arity);
COLD Handled slow_call_fun(const Word *next, Word arity, Term fun, Word frame);
/* erlang:apply/2 or /3 with arguments that are no list (they are in x0 and on still). */
COLD Handled slow_raise_badarg_apply(uint32_t arity);
/* The first function of the process has returned. */
COLD Handled slow_exit_normal(void);
/* Spreads the list `list` over x[0] and on, and yields its length; -1: it is improper or too long. */
int slow_spread_args(Term list);

#endif
