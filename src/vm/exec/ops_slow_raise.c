/* ops_slow_raise.c - raising: from instruction or BIF to the innermost handler. */
#include "vm/exec/slow.h"

#include "vm/code/ops.h"
#include "vm/exec/bif_args.h"
#include "vm/exec/exceptions.h"
#include "vm/exec/slow_float.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/exit.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/tracing.h"
#include "vm/term/arith.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"
#include "vm/trace/trace_call.h"

/* --- to the handler ------------------------------------------------------------------------------ */

static Handled end_process(Process *p)
{
    bool is_error = p->exception.class != EXCEPTION_EXIT;
    Term reason = exception_build_reason(p);

    if (is_error)
        emulator_log_crash(p, reason);
    process_exit(p, reason);
    LEAVE_ENGINE();
}

/* Functions that traced calls are left by the exception. */
static __attribute__((noinline)) void tell_trace(Process *p, const Word *slot)
{
    ExceptionClass class = p->exception.class;
    Term reason = p->exception.reason;
    bool is_lost = class == EXCEPTION_THROW && slot == p->gc.block_end;

    if (is_lost)
        reason = tuple_2(&p->heap, A_NOCATCH, reason);
    trace_unwind(p, slot, exception_class_atom(is_lost ? EXCEPTION_ERROR : class), reason);
}

/* The trace is saved, and registers are synchronised. */
static Handled deliver(Process *p)
{
    Word *frame;
    const Word *handler = exception_find_handler(p, (Word *)E, &frame);

    p->outcome = OUTCOME_NONE;
    if (is_tracing(p, TRACE_UNWINDING))
        tell_trace(p, handler ? frame : p->gc.block_end);
    if (!handler)
        return end_process(p);
    E = (Term *)frame;
    SYNC_IN();
    VM->x[0] = NO_TERM;
    VM->x[1] = exception_class_atom(p->exception.class);
    VM->x[2] = p->exception.reason;
    VM->x[3] = p->exception.trace;
    if (UNLIKELY(p->heap.fragments))
        return slow_take_fragments(handler, 4, &VM->x[0]);
    GO(handler);
}

static Handled raise_from(const ExceptionOrigin *origin)
{
    Process *p = VM->process;

    SYNC_OUT();
    exception_save_trace(p, origin);
    return deliver(p);
}

static __attribute__((noinline)) Handled raise_here(void)
{
    ExceptionOrigin origin = {.ip = IP, .module = NO_TERM, .function = NO_TERM, .args = VM->process->exception.args};

    return raise_from(&origin);
}

Handled slow_raise(void) { return raise_here(); }

/* error/1,2,3, exit/1, throw/1 and raise/3 are not shown themselves: their caller raises. */
bool slow_is_raiser(const Export *export)
{
    if (export->module != A_ERLANG)
        return false;
    return export->function == A_ERROR || ((export->function == A_EXIT || export->function == A_THROW) && export->arity == 1)
        || export->function == A_RAISE;
}

/* What a BIF calls itself by, or goes on with, is no place in a program. */
static const Word *calling_instruction(const Export *export)
{
    return IP == &export->stub[1] || IP[0] == (Word)(uintptr_t)op_handler(VMOP_CALL_TRAP_BIF) ? NULL : IP;
}

static __attribute__((noinline)) Handled raise_bif(const Export *export, const Term *args)
{
    Process *p = VM->process;
    ExceptionOrigin origin = {.ip = calling_instruction(export), .module = export->module, .function = export->function,
                              .is_bif = true};

    if (slow_is_raiser(export) && !(export->function == A_RAISE && p->exception.trace == NO_TERM))
        return raise_here();
    SYNC_OUT();
    origin.args = list_from(&p->heap, export->arity, args, TERM_NIL);
    SYNC_IN();
    return raise_from(&origin);
}

Handled slow_raise_bif(const Export *export, const Term *args) { return raise_bif(export, args); }

/* --- by instructions ----------------------------------------------------------------------------- */

Handled slow_error(Term reason)
{
    raise_error(VM->process, reason);
    return raise_here();
}

Handled slow_error_2(Term tag, Term value)
{
    SYNC_OUT();
    raise_error_2(VM->process, tag, value);
    SYNC_IN();
    return raise_here();
}

Handled slow_badmatch_check(Term value)
{
    mailbox_settle(VM->process);
    return slow_error_2(A_BADMATCH, value);
}

static __attribute__((noinline)) Handled raise_named(Term module, Term function, Word arity, const Word *ip)
{
    Process *p = VM->process;
    ExceptionOrigin origin = {.ip = ip, .module = module, .function = function, .in_function = ip != NULL};

    SYNC_OUT();
    origin.args = list_from(&p->heap, arity, VM->x, TERM_NIL);
    SYNC_IN();
    return raise_from(&origin);
}

Handled slow_function_clause(void)
{
    raise_error(VM->process, A_FUNCTION_CLAUSE);
    return raise_named(term_from_bits(IP[1]), term_from_bits(IP[2]), (uint32_t)IP[3], IP);
}

Handled slow_raise_undefined(const Export *target)
{
    return raise_named(target->module, target->function, target->arity, NULL);
}

/* The cause becomes a map that tells erl_erts_errors how to put it. */
static __attribute__((noinline)) void explain_construction(Process *p)
{
    Term pairs[] = {A_CAUSE, p->exception.error_info, A_FUNCTION, A_FORMAT_BS_FAIL, A_MODULE, A_ERL_ERTS_ERRORS};

    p->exception.error_info = map_from_pairs(&p->heap, pairs, 3);
}

Handled slow_raise_construction(void)
{
    SYNC_OUT();
    if (VM->process->exception.error_info != NO_TERM)
        explain_construction(VM->process);
    SYNC_IN();
    return raise_here();
}

/* --- by BIFs used in place ------------------------------------------------------------------------ */

Handled slow_bif_failed(const Export *target)
{
    VM->process->outcome = OUTCOME_NONE;
    if (IP[1])
        GO((const Word *)IP[1]);
    return raise_bif(target, BIF_ARGS);
}

Handled slow_badarg_1(Term function, Term a)
{
    BIF_ARGS[0] = a;
    raise_badarg(VM->process);
    return slow_bif_failed(export_get(A_ERLANG, function, 1));
}

Handled slow_badarg_2(Term function, Term a, Term b)
{
    BIF_ARGS[0] = a;
    BIF_ARGS[1] = b;
    raise_badarg(VM->process);
    return slow_bif_failed(export_get(A_ERLANG, function, 2));
}

Handled slow_map_failed(Term function, Term tag, Term value, Term key, Term map)
{
    BIF_ARGS[0] = key;
    BIF_ARGS[1] = map;
    SYNC_OUT();
    raise_error_2(VM->process, tag, value);
    SYNC_IN();
    return slow_bif_failed(export_get(A_ERLANG, function, 2));
}

/* --- handlers and what they call ------------------------------------------------------------------- */

Handled slow_catch_value(const Word *next)
{
    SYNC_OUT();
    VM->x[0] = exception_catch_value(VM->process, VM->x[1], VM->x[2], VM->x[3]);
    SYNC_IN();
    if (VM->process->heap.fragments)
        return slow_take_fragments(next, 1, &VM->x[0]);
    GO(next);
}

static bool class_from_atom(Term atom, ExceptionClass *class)
{
    *class = atom == A_ERROR ? EXCEPTION_ERROR : atom == A_EXIT ? EXCEPTION_EXIT : EXCEPTION_THROW;
    return atom == A_ERROR || atom == A_EXIT || atom == A_THROW;
}

static Handled raise_again(ExceptionClass class, Term reason, Term trace)
{
    Process *p = VM->process;

    p->exception = (Exception){.class = class, .reason = reason, .cause = NO_TERM, .args = NO_TERM,
                               .error_info = NO_TERM, .trace = trace};
    SYNC_OUT();
    return deliver(p);
}

/* The raw trace knows the class it was made for. */
Handled slow_reraise(Term trace, Term value)
{
    return raise_again(exception_trace_class(trace), value, trace);
}

/* x0 class, x1 reason, x2 a raw trace or a list. A class that is none: the result is badarg. */
Handled slow_raw_raise(const Word *next)
{
    ExceptionClass class;

    if (class_from_atom(VM->x[0], &class)) {
        SYNC_OUT();
        VM->x[2] = exception_trace_for_class(&VM->process->heap, VM->x[2], class);
        SYNC_IN();
        return raise_again(class, VM->x[1], VM->x[2]);
    }
    VM->x[0] = A_BADARG;
    GO(next);
}

Handled slow_build_stacktrace(const Word *next)
{
    SYNC_OUT();
    VM->x[0] = exception_stacktrace(VM->process, VM->x[0]);
    SYNC_IN();
    if (VM->process->heap.fragments)
        return slow_take_fragments(next, 1, &VM->x[0]);
    GO(next);
}

/* --- floats ------------------------------------------------------------------------------------------ */

Handled slow_float_failed(void)
{
    if (IP[1])
        GO((const Word *)IP[1]);
    return slow_error(A_BADARITH);
}

Handled slow_fconv(const Word *next, Term src, double *dst)
{
    double value = 0;

    if (!is_number(src) || !arith_to_double(src, &value))
        return slow_error(A_BADARITH);
    *dst = value;
    GO(next);
}
