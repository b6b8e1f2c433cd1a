/* What one process has done to another: collections and checks for old code. No other process runs meanwhile, so
 * it is done at once. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/copy.h"
#include "vm/term/pid.h"

/* The running process is collected when it leaves the processor, which is now. */
static void collect_self(Process *p, Term type)
{
    p->gc.force_full = p->gc.force_full || type == A_MAJOR;
    p->flags |= PROCESS_COLLECT;
    process_interrupt(p);
}

static void collect(Process *p, Process *target, Term type)
{
    if (target == p) {
        collect_self(p, type);
        return;
    }
    target->gc.force_full = target->gc.force_full || type == A_MAJOR;
    process_collect_saved(target);
}

Term bif_erts_internal_garbage_collect_1(Process *p, const Term *args)
{
    if (args[0] != A_MAJOR && args[0] != A_MINOR)
        return raise_badarg(p);
    collect_self(p, args[0]);
    return A_TRUE;
}

Term bif_erts_internal_check_process_code_1(Process *p, const Term *args)
{
    if (!is_atom(args[0]))
        return raise_badarg(p);
    return process_hooks.check_process_code ? process_hooks.check_process_code(p, args[0]) : A_FALSE;
}

/* NO_TERM: it is no such thing. */
static Term execute(Process *p, Process *target, Term type, Term argument)
{
    if (type == A_GARBAGE_COLLECT && (argument == A_MAJOR || argument == A_MINOR)) {
        if (target)
            collect(p, target, argument);
        return atom_bool(target);
    }
    if (type == A_CHECK_PROCESS_CODE && is_atom(argument)) {
        if (!target || !process_hooks.check_process_code)
            return A_FALSE;
        return process_hooks.check_process_code(target, argument);
    }
    return NO_TERM;
}

static bool is_priority(Term t)
{
    return t == A_INHERIT || t == A_MAX || t == A_HIGH || t == A_NORMAL || t == A_LOW;
}

/* {Type, Id} or {Type, Id, Argument} */
static Term execute_task(Process *p, Process *target, Term task)
{
    if (is_tuple_of(task, 2))
        return tuple_element(task, 1) == A_SYSTEM_TASK_TEST ? atom_bool(target) : NO_TERM;
    return execute(p, target, tuple_element(task, 1), tuple_element(task, 3));
}

static Term request(Process *p, Term requester, Term target, Term priority, Term task)
{
    Process *to = process_find(requester);
    Term result;

    if (!is_local_pid(target) || !is_priority(priority) || (!is_tuple_of(task, 3) && !is_tuple_of(task, 2)))
        return raise_badarg(p);
    result = execute_task(p, process_find(target), task);
    if (result == NO_TERM)
        return raise_badarg(p);
    if (to)
        message_send(p, to, tuple_3(&p->heap, tuple_element(task, 1), tuple_element(task, 2), result));
    return A_OK;
}

Term bif_erts_internal_request_system_task_3(Process *p, const Term *args)
{
    return request(p, p->pid, args[0], args[1], args[2]);
}

Term bif_erts_internal_request_system_task_4(Process *p, const Term *args)
{
    return request(p, args[0], args[1], args[2], args[3]);
}
