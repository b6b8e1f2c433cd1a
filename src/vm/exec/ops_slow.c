/* ops_slow.c - collections, the end of a turn, apply, and calls that do not go where they should. */
#include "vm/exec/slow.h"

#include <string.h>

#include "vm/code/module.h"
#include "vm/code/ops.h"
#include "vm/exec/bif_args.h"
#include "vm/exec/engine.h"
#include "vm/exec/exceptions.h"
#include "vm/exec/native.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/exit.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/suspend.h"
#include "vm/term/atom.h"

/* --- collections ------------------------------------------------------------------------------ */

static void collect(Word live, Word need)
{
    Process *p = VM->process;

    SYNC_OUT();
    process_collect(p, VM->x, (unsigned)live, need);
    SYNC_IN();
    E = (Term *)p->gc.stack_top;
    if (p->flags & PROCESS_KILLED)
        REDS = 0;
}

Handled slow_collect(Word live, Word bytes)
{
    collect(live, bytes / sizeof(Word));
#ifdef LING_GC_STRESS
    vm_just_collected = true;
#endif
    return slow_again();
}

Handled slow_collect_context(Word live, Word bytes, Term context)
{
    Term was = VM->x[live];    /* perhaps the size of the field, which need not count as live either */
    Term moved;

    VM->x[live] = context;
    collect(live + 1, bytes / sizeof(Word));
    moved = VM->x[live];
    VM->x[live] = was;
    /* Wherever the instruction looks for it again: it may be an x register that the loader has put a y register's value
     * into. Others with the same value are dead, and no harm is done. */
    for (size_t i = live; i < X_REGISTERS + SCRATCH_REGISTERS; i++)
        if (VM->x[i] == context)
            VM->x[i] = moved;
#ifdef LING_GC_STRESS
    vm_just_collected = true;
#endif
    return slow_again();
}

Handled slow_take_fragments(const Word *next, Word live, Term *result)
{
    Term *end = &VM->x[live == NO_LIVE ? 0 : live];
    bool is_x = result >= VM->x && result < VM->x + X_REGISTERS + SCRATCH_REGISTERS;
    bool beyond = is_x && result >= end;

    if (live == NO_LIVE) {
        REDS = 0;
        GO(next);
    }
#ifdef LING_GC_STRESS
    /* Here room is missing all the time: with a large stack each collection would take its time, too. */
    if (!process_should_collect(VM->process))
        GO(next);
#endif
    if (beyond) {
        *end = *result;
        collect(live + 1, 0);
        *result = *end;
    } else {
        collect(live, 0);
    }
    GO(next);
}

/* --- entries of functions ------------------------------------------------------------------------ */

/* The log says it once. */
static void report_bad_body(Word *entry, const char *why)
{
    CodeLocation where;
    Heap heap = {0};
    Term args;

    if (entry[1] & CODE_ENTRY_REPORTED || !code_find(entry, &where))
        return;
    entry[1] |= CODE_ENTRY_REPORTED;
    args = list_from(&heap, 2, (Term[]){where.module, list_from_text(&heap, why)}, TERM_NIL);
    emulator_log(VM->process, A_ERROR, "Error loading module ~ts:\n  ~ts\n", args);
    heap_clear(&heap);
}

/* The first call of the function at IP: its body is made. */
Handled slow_lazy_entry(void)
{
    Word *entry = (Word *)IP;
    const char *why = code_maker.make_body(code_find_instance(entry), entry);

    if (UNLIKELY(why != NULL)) {
        report_bad_body(entry, why);
        return slow_error(A_BADFILE);
    }
    IP = (const Word *)entry[1];
    DISPATCH();
}

/* Counts calls of the function at IP, has machine code made when there were enough, and goes on. */
Handled slow_cold_entry(void)
{
    Word *entry = (Word *)IP;

    if (UNLIKELY(native_count_call(entry)))
        native_make(code_find_instance(entry));
    IP = (const Word *)entry[1];
    DISPATCH();
}

/* --- leaving ----------------------------------------------------------------------------------- */

Handled slow_yield(const Word *ip, uint32_t live)
{
    Process *p = VM->process;

    if (process_should_collect(p)) {
        p->flags &= ~(uint32_t)PROCESS_COLLECT;
        collect(live, 0);
    }
    SYNC_OUT();
    p->ip = ip;
    engine_save_args(p, VM->x, live);
    LEAVE_ENGINE();
}

/* The word before the first instruction of a function is its arity. */
Handled slow_call(void)
{
    return slow_yield(IP, (uint32_t)IP[-1]);
}

Handled slow_exit_normal(void)
{
    SYNC_OUT();
    process_exit(VM->process, A_NORMAL);
    LEAVE_ENGINE();
}

/* --- BIFs that did not return a value ------------------------------------------------------------ */

/* Goes on at p->trap_address with p->args. */
static Handled trap(Process *p)
{
    memcpy(VM->x, p->args, p->trap_arity * sizeof(Term));
    IP = p->trap_address;
    if (UNLIKELY(REDS <= 0 || process_should_collect(p)))
        return slow_yield(IP, p->trap_arity);
    DISPATCH();
}

static Handled leave_for_trap(Process *p)
{
    memcpy(VM->x, p->args, p->trap_arity * sizeof(Term));
    return slow_yield(p->trap_address, p->trap_arity);
}

/* The stack is as the target of the trap finds it. */
static Handled follow_outcome(Process *p, Outcome outcome)
{
    switch (outcome) {
    case OUTCOME_TRAP:
        return trap(p);
    case OUTCOME_WAIT:
        if (process_block(p))
            return leave_for_trap(p);
        return trap(p);
    default:
        return leave_for_trap(p);
    }
}

/* The caller of a BIF, or of what stands at IP, is where the frame is that it finds on the stack. */
static Handled body_outcome(Process *p, Outcome outcome, const Export *export)
{
    if (outcome == OUTCOME_RAISE || outcome == OUTCOME_NONE)
        return slow_raise_bif(export, VM->x);
    if (outcome == OUTCOME_EXIT || outcome == OUTCOME_LEAVE) {
        const Word *ip = p->ip;

        E = (Term *)p->gc.stack_top;
        SYNC_OUT();
        p->ip = ip;
        LEAVE_ENGINE();
    }
    return follow_outcome(p, outcome);
}

static Outcome take_outcome(Process *p)
{
    Outcome outcome = p->outcome;

    p->outcome = OUTCOME_NONE;
    return outcome;
}

Handled slow_bif_outcome(const Export *export, const Word *next, Word frame)
{
    Process *p = VM->process;
    Outcome outcome = take_outcome(p);

    if (UNLIKELY(outcome == OUTCOME_TRACED))
        return slow_traced_bif(export, next, frame);
    if (outcome == OUTCOME_TRAP || outcome == OUTCOME_YIELD || outcome == OUTCOME_WAIT)
        slow_push_bif_frame(next, frame);
    return body_outcome(p, outcome, export);
}

Handled slow_body_outcome(const Export *export)
{
    Process *p = VM->process;

    return body_outcome(p, take_outcome(p), export);
}

Handled slow_trap_bif_outcome(const TrapBif *bif)
{
    const Term *shown = VM->x + bif->arity - bif->shown;
    Process *p = VM->process;
    Outcome outcome = take_outcome(p);

    if (outcome != OUTCOME_RAISE)
        return body_outcome(p, outcome, NULL);
    return slow_raise_bif(export_get(bif->module, bif->name == NO_TERM ? shown[-1] : bif->name, bif->shown), shown);
}

/* --- apply -------------------------------------------------------------------------------------- */

/* error, exit, throw: run where they are applied, so that the stack trace starts with the caller. */
static Handled apply_raiser(const Export *export, const Word *next, Word frame)
{
    Term result;

    SYNC_OUT();
    result = export->bif(VM->process, VM->x);
    SYNC_IN();
    if (result == NO_TERM)
        return slow_bif_outcome(export, next, frame);
    VM->x[0] = result;   /* raise/3 of what cannot be raised */
    if (next)
        GO(next);
    E = (Term *)((char *)E + frame);
    next = return_address_code((Word)*E++);
    GO(next);
}

/* apply(erlang, apply, [M, F, Args]), as often as it is: in the end x[0 .. *arity) are the arguments, x[*arity] the
 * module and the function follows. False: x0, x1, x2 are no function and its arguments. */
static bool unwrap_apply(Word *arity)
{
    while (*arity == 3 && VM->x[3] == A_ERLANG && VM->x[4] == A_APPLY) {
        Term called[3] = {VM->x[0], VM->x[1], VM->x[2]};
        int count = slow_spread_args(called[2]);
        if (count < 0 || !is_atom(called[0]) || !is_atom(called[1])) {
            memcpy(VM->x, called, sizeof called);
            return false;
        }
        VM->x[count] = called[0];
        VM->x[count + 1] = called[1];
        *arity = (Word)count;
    }
    return true;
}

Handled slow_apply(const Word *next, Word arity, Word frame)
{
    Term module, function;
    Export *export;

    if (UNLIKELY(VM->x[arity] == A_ERLANG) && !unwrap_apply(&arity))
        return slow_raise_badarg_apply(3);
    module = VM->x[arity];
    function = VM->x[arity + 1];
    if (UNLIKELY(!is_atom(module) || !is_atom(function)))
        return slow_bad_apply(module, function, arity);
    if (UNLIKELY(module == A_ERLANG && function == A_APPLY && arity == 2))
        return slow_apply_apply(next, arity, frame);
    export = export_get(module, function, (uint32_t)arity);
    if (UNLIKELY(slow_is_raiser(export)) && export->bif)
        return export->called != export->bif ? slow_traced_bif(export, next, frame) : apply_raiser(export, next, frame);
    if (next)
        *--E = RETURN_ADDRESS(next);
    else
        E = (Term *)((char *)E + frame);
    IP = export->entry;
    if (UNLIKELY(--REDS <= 0))
        return slow_call();
    DISPATCH();
}

int slow_spread_args(Term list)
{
    int count = 0;

    for (; is_cons(list); list = list_tail(list)) {
        if (count == MAX_CALL_ARGS)
            return -1;
        VM->x[count++] = list_head(list);
    }
    return is_nil(list) ? count : -1;
}

/* x[0 .. arity) as a list. */
Term slow_args_list(Word arity)
{
    Term list;

    SYNC_HEAP_OUT();
    list = list_from(&VM->process->heap, arity, VM->x, TERM_NIL);
    SYNC_HEAP_IN();
    return list;
}

Handled slow_bad_apply(Term module, Term function, Word arity)
{
    VM->x[2] = slow_args_list(arity);
    VM->x[0] = module;
    VM->x[1] = function;
    return slow_raise_badarg_apply(3);
}

Handled slow_raise_badarg_apply(uint32_t arity)
{
    Process *p = VM->process;

    SYNC_OUT();
    raise_badarg(p);
    SYNC_IN();
    return slow_raise_bif(export_get(A_ERLANG, A_APPLY, arity), VM->x);
}

/* Continues with `target`, whose arguments are x0 ...: a call if there is a `next`. */
static Handled go_to(const Word *next, const Word *target, Word frame)
{
    if (next)
        *--E = RETURN_ADDRESS(next);
    else
        E = (Term *)((char *)E + frame);
    IP = target;
    if (UNLIKELY(--REDS <= 0))
        return slow_call();
    DISPATCH();
}

/* apply(erlang, apply, [Fun, Args]): the function in erlang.erl does it. */
Handled slow_apply_apply(const Word *next, Word arity, Word frame)
{
    Export *export = export_get(A_ERLANG, A_APPLY, (uint32_t)arity);

    return go_to(next, export->address, frame);
}

/* target(Module, Fun, Args) */
static Handled call_with_fun(const Word *next, const Export *target, Word arity, Term fun, Word frame)
{
    VM->x[2] = slow_args_list(arity);
    VM->x[0] = fun_object(fun)->entry->module;
    VM->x[1] = fun;
    return go_to(next, target->address, frame);
}

/* As on stock, who calls stands twice in the stack trace if it would have gone on after the call. */
static Handled bad_call(const Word *next, Term tag, Term value)
{
    if (next)
        *--E = RETURN_ADDRESS(next);
    return slow_error_2(tag, value);
}

/* A fun of another arity, one whose module is not loaded, or no fun at all. */
Handled slow_call_fun(const Word *next, Word arity, Term fun, Word frame)
{
    const Module *module;

    if (!is_fun(fun))
        return bad_call(next, A_BADFUN, fun);
    if (fun_arity(fun) != arity) {
        Process *p = VM->process;
        Term args = slow_args_list(arity);
        Term pair;

        SYNC_HEAP_OUT();
        pair = tuple_2(&p->heap, fun, args);
        SYNC_HEAP_IN();
        return bad_call(next, A_BADARITY, pair);
    }
    if (fun_object(fun)->entry->purged) {
        suspend_for_purge(VM->process);
        REDS = 0;
        return call_with_fun(next, export_get(A_ERTS_CODE_PURGER, A_PENDING_PURGE_LAMBDA, 3), arity, fun, frame);
    }
    /* A loaded module without this fun: error_handler could only come back here. */
    module = module_find(fun_object(fun)->entry->module);
    if (module && module->current)
        return bad_call(next, A_BADFUN, fun);
    return call_with_fun(next, export_get(VM->process->error_handler, A_UNDEFINED_LAMBDA, 3), arity, fun, frame);
}

Handled slow_undefined_function(const Export *target)
{
    Process *p = VM->process;
    Export *handler = export_get(p->error_handler, A_UNDEFINED_FUNCTION, 3);

    if (engine_is_stub(handler)) {
        SYNC_OUT();
        raise_undef(p);
        SYNC_IN();
        return slow_raise_undefined(target);
    }
    VM->x[2] = slow_args_list(target->arity);
    VM->x[0] = target->module;
    VM->x[1] = target->function;
    GO(handler->entry);
}
