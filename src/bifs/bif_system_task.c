/* What one process has done to another: collections and checks for old code. It has the higher of two priorities, of
 * the request and of the process that it is for. No other process runs meanwhile, so it is done at once, unless
 * somebody comes before it. */
#include "bifs.h"

#include "vm/base/mem.h"
#include "vm/proc/bif.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/spawn_options.h"
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

static bool is_known(Term type, Term argument)
{
    if (type == A_GARBAGE_COLLECT)
        return argument == A_MAJOR || argument == A_MINOR;
    return type == A_CHECK_PROCESS_CODE && is_atom(argument);
}

/* `p`: the process that runs, if any. */
static Term execute(Process *p, Process *target, Term type, Term argument)
{
    if (type == A_GARBAGE_COLLECT) {
        if (target)
            collect(p, target, argument);
        return atom_bool(target);
    }
    return target && process_hooks.check_process_code ? process_hooks.check_process_code(target, argument) : A_FALSE;
}

/* {Type, Id} or {Type, Id, Argument} */
static bool is_task(Term task)
{
    if (is_tuple_of(task, 2))
        return tuple_element(task, 1) == A_SYSTEM_TASK_TEST;
    return is_tuple_of(task, 3) && is_known(tuple_element(task, 1), tuple_element(task, 3));
}

static Term execute_task(Process *p, Process *target, Term task)
{
    if (is_tuple_of(task, 2))
        return atom_bool(target);
    return execute(p, target, tuple_element(task, 1), tuple_element(task, 3));
}

typedef struct Request {
    SystemTask base;
    Heap heap;
    Term task, target, requester;          /* the task lies on `heap` */
} Request;

static void execute_request(SystemTask *base)
{
    Request *request = CONTAINER_OF(base, Request, base);
    Term result = execute_task(NULL, process_find(request->target), request->task);
    Process *to = process_find(request->requester);

    if (to) {
        Message *message = message_new();
        message->term = tuple_3(&message->heap, tuple_element(request->task, 1),
                                term_copy(&message->heap, tuple_element(request->task, 2)), result);
        message_post(to, message);
    }
    heap_clear(&request->heap);
    mem_free(MEM_SYSTEM, request);
}

static void defer(Term requester, Term target, Term task, Priority rank, Priority priority)
{
    Request *request = mem_alloc_zero(MEM_SYSTEM, sizeof *request);

    request->base.act = execute_request;
    request->task = term_copy(&request->heap, task);
    request->target = target;
    request->requester = requester;
    scheduler_add_task(&request->base, rank, priority);
}

static Term request(Process *p, Term requester, Term target, Term priority, Term task)
{
    Process *to = process_find(requester), *about;
    Priority own = p->priority, rank;
    Term result;

    if (!is_local_pid(target) || (priority != A_INHERIT && !priority_parse(priority, &own)) || !is_task(task))
        return raise_badarg(p);
    about = process_find(target);
    rank = about ? MAX(own, about->priority) : own;
    if (about != p && scheduler_is_outranked(rank)) {
        defer(requester, target, task, rank, own);
        return A_OK;
    }
    result = execute_task(p, about, task);
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
