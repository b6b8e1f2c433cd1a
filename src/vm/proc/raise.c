#include "vm/proc/raise.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/ops.h"

Word tail_bif_code[1];

static Term note(Process *p, ExceptionClass class, Term reason)
{
    p->exception = (Exception){.class = class, .reason = reason, .cause = NO_TERM, .args = NO_TERM,
                               .error_info = NO_TERM, .trace = NO_TERM};
    p->outcome = OUTCOME_RAISE;
    return NO_TERM;
}

Term raise_error(Process *p, Term reason) { return note(p, EXCEPTION_ERROR, reason); }
Term raise_exit(Process *p, Term reason) { return note(p, EXCEPTION_EXIT, reason); }
Term raise_throw(Process *p, Term value) { return note(p, EXCEPTION_THROW, value); }
Term raise_badarg(Process *p) { return raise_error(p, A_BADARG); }
Term raise_badarith(Process *p) { return raise_error(p, A_BADARITH); }
Term raise_system_limit(Process *p) { return raise_error(p, A_SYSTEM_LIMIT); }
Term raise_notsup(Process *p) { return raise_error(p, A_NOTSUP); }
Term raise_undef(Process *p) { return raise_error(p, A_UNDEF); }

Term raise_error_cause(Process *p, Term reason, Term cause)
{
    note(p, EXCEPTION_ERROR, reason);
    p->exception.cause = cause;
    return NO_TERM;
}

Term raise_error_2(Process *p, Term tag, Term value)
{
    return raise_error(p, tuple_2(&p->heap, tag, value));
}

Term raise_error_args(Process *p, Term reason, Term args, Term error_info)
{
    note(p, EXCEPTION_ERROR, reason);
    p->exception.args = args;
    p->exception.error_info = error_info;
    return NO_TERM;
}

Term raise_with_trace(Process *p, ExceptionClass class, Term reason, Term trace)
{
    note(p, class, reason);
    p->exception.trace = trace;
    return NO_TERM;
}

/* --- going on elsewhere ------------------------------------------------------------------------- */

/* `args` may be p->args itself. */
static void save_args(Process *p, const Term *args, uint32_t count)
{
    if (count > p->args_capacity) {
        Term *bigger = mem_alloc(MEM_PROCESS, count * sizeof *bigger);
        memcpy(bigger, args, count * sizeof *bigger);
        if (p->args != p->inline_args)
            mem_free(MEM_PROCESS, p->args);
        p->args = bigger;
        p->args_capacity = count;
    } else if (count > 0) {
        memmove(p->args, args, count * sizeof *args);
    }
}

static Term go_on(Process *p, Outcome outcome, const Word *address, const Term *args, uint32_t arity)
{
    save_args(p, args, arity);
    p->outcome = outcome;
    p->trap_address = address;
    p->trap_arity = arity;
    return NO_TERM;
}

Term trap_to(Process *p, Export *target, const Term *args)
{
    return go_on(p, OUTCOME_TRAP, target->entry, args, target->arity);
}

/* The word before the address is the arity, as in every function. */
static const Word *trap_bif_code(TrapBif *target)
{
    target->code[0] = target->arity;
    target->code[1] = (Word)(uintptr_t)op_handler(VMOP_CALL_TRAP_BIF);
    target->code[2] = (Word)(uintptr_t)target;
    return &target->code[1];
}

Term trap_to_bif(Process *p, TrapBif *target, const Term *args)
{
    return go_on(p, OUTCOME_TRAP, trap_bif_code(target), args, target->arity);
}

Term yield_to_bif(Process *p, TrapBif *target, const Term *args)
{
    return go_on(p, OUTCOME_YIELD, trap_bif_code(target), args, target->arity);
}

Term wait_for_wake(Process *p, TrapBif *target, const Term *args)
{
    return go_on(p, OUTCOME_WAIT, trap_bif_code(target), args, target->arity);
}

/* erlang:yield/0 is an instruction on stock: whoever calls it is where the process is. */
static bool yield_location(const Process *p, CodeLocation *out)
{
    const Word *top = p->gc.stack_top;

    return top < p->gc.block_end && is_return_address(*top) && code_find(return_address_code(*tail_bif_skip(top)) - 1, out);
}

bool process_location(const Process *p, CodeLocation *out)
{
    const TrapBif *bif;
    Term name;

    if (!p->ip || *p->ip != (Word)(uintptr_t)op_handler(VMOP_CALL_TRAP_BIF))
        return code_find(p->ip, out);
    bif = (const TrapBif *)p->ip[1];
    if (bif->name == A_YIELD && yield_location(p, out))
        return true;
    name = bif->name == NO_TERM ? p->args[bif->arity - bif->shown - 1] : bif->name;
    *out = (CodeLocation){.module = bif->module, .name = name, .arity = bif->shown, .file = NO_TERM};
    return true;
}
