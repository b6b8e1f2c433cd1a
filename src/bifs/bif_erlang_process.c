/* Processes as such: who am I, who is there, group leaders, hibernation, suspension. */
#include "bifs.h"

#include <stdio.h>

#include "dist_task.h"
#include "vm/dist/dist_connection.h"
#include "vm/proc/bif.h"
#include "vm/proc/exit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/spawn.h"
#include "vm/proc/suspend.h"
#include "vm/term/copy.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

Term bif_erlang_self_0(Process *p, const Term *args)
{
    return p->pid;
}

Term bif_erlang_exit_1(Process *p, const Term *args)
{
    return raise_exit(p, args[0]);
}

Term bif_erlang_is_process_alive_1(Process *p, const Term *args)
{
    if (is_local_pid(args[0]))
        return atom_bool(process_find(args[0]) != NULL);
    if (is_pid(args[0]) && identifier_node(args[0]) == node_name)
        return A_FALSE;
    return raise_badarg(p);
}

Term bif_erts_internal_is_process_alive_2(Process *p, const Term *args)
{
    if (!is_local_pid(args[0]) || !is_local_ref(args[1]))
        return raise_badarg(p);
    message_send(p, p, tuple_2(&p->heap, args[1], atom_bool(process_find(args[0]) != NULL)));
    return A_OK;
}

Term bif_erts_internal_is_system_process_1(Process *p, const Term *args)
{
    Process *q = process_find(args[0]);

    if (!is_local_pid(args[0]))
        return is_pid(args[0]) && identifier_node(args[0]) == node_name ? A_FALSE : raise_badarg(p);
    return atom_bool(q && (q->flags & PROCESS_SYSTEM));
}

/* --- group leaders --------------------------------------------------------------------------- */

Term bif_erlang_group_leader_0(Process *p, const Term *args)
{
    return p->group_leader;
}

static void set_group_leader(Process *p, Term leader)
{
    p->group_leader = term_copy(&p->heap, leader);
}

static Term set_remote_group_leader(Process *p, Term leader, Term pid)
{
    DistNode *node;

    if (identifier_node(pid) == node_name)
        return A_BADARG;
    node = dist_reach(identifier_node(pid), true);
    if (!node)
        return A_TRUE;
    dist_signal_group_leader(node, leader, pid);
    return dist_task_return(p, node, A_TRUE);
}

Term bif_erts_internal_group_leader_2(Process *p, const Term *args)
{
    Process *q;

    if (!is_pid(args[0]) || !is_pid(args[1]))
        return A_BADARG;
    if (is_external(args[1]))
        return set_remote_group_leader(p, args[0], args[1]);
    q = process_find(args[1]);
    if (!q)
        return A_BADARG;
    set_group_leader(q, args[0]);
    return A_TRUE;
}

Term bif_erts_internal_group_leader_3(Process *p, const Term *args)
{
    Term result = bif_erts_internal_group_leader_2(p, args);

    message_send(p, p, tuple_2(&p->heap, args[2], result));
    return A_OK;
}

/* --- reductions, hibernation --------------------------------------------------------------- */

Term bif_erlang_bump_reductions_1(Process *p, const Term *args)
{
    if (!is_small(args[0]) || small_value(args[0]) < 0)
        return raise_badarg(p);
    bif_consume(p, MIN(small_value(args[0]), SCHEDULER_TURN_REDUCTIONS));
    return A_TRUE;
}

static Term yielded(Process *p, const Term *args)
{
    return A_TRUE;
}

Term bif_erlang_yield_0(Process *p, const Term *args)
{
    static TrapBif goes_on = TRAP_BIF(yielded, A_ERLANG, A_YIELD, 0, 0);

    return yield_to_bif(p, &goes_on, args);
}

/* The stack goes; the process starts again with the function as soon as there is a message. */
Term bif_erlang_hibernate_3(Process *p, const Term *args)
{
    Term target_args[MAX_CALL_ARGUMENTS];
    ptrdiff_t count = list_length(args[2]);
    Term list = args[2];
    Export *target;

    if (!is_atom(args[0]) || !is_atom(args[1]) || count < 0)
        return raise_badarg(p);
    if (count > MAX_CALL_ARGUMENTS)
        return raise_system_limit(p);
    for (ptrdiff_t i = 0; i < count; i++, list = list_tail(list))
        target_args[i] = list_head(list);
    target = export_get(args[0], args[1], (uint32_t)count);
    p->gc.stack_top = p->gc.block_end;
    process_hooks.start_call(p, target, target_args);
    if (!p->mailbox.first) {
        p->flags |= PROCESS_HIBERNATING;
        p->state = PROCESS_WAITING;
    }
    mailbox_restart(p);
    p->outcome = OUTCOME_LEAVE;
    return NO_TERM;
}

/* --- suspension ------------------------------------------------------------------------------ */

typedef struct SuspendOptions {
    bool unless_suspending;
    bool async;
    Term reply;                /* {asynchronous, Reply}, or NO_TERM */
} SuspendOptions;

static bool parse_suspend_options(Term list, SuspendOptions *options)
{
    *options = (SuspendOptions){.reply = NO_TERM};
    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);

        if (option == A_UNLESS_SUSPENDING) {
            options->unless_suspending = true;
        } else if (option == A_ASYNCHRONOUS) {
            options->async = true;
        } else if (is_tuple_of(option, 2) && tuple_element(option, 1) == A_ASYNCHRONOUS) {
            options->async = true;
            options->reply = tuple_element(option, 2);
        } else {
            return false;
        }
    }
    return is_nil(list);
}

static void send_suspend_reply(Process *p, Term tag, Term state)
{
    if (tag != NO_TERM)
        message_send(p, p, tuple_2(&p->heap, tag, state));
}

Term bif_erts_internal_suspend_process_2(Process *p, const Term *args)
{
    SuspendOptions options;
    Process *suspendee = process_find(args[0]);
    bool done;

    if (!is_local_pid(args[0]) || args[0] == p->pid)
        return A_BADARG;
    if (!parse_suspend_options(args[1], &options))
        return A_BADOPT;
    if (!suspendee) {
        send_suspend_reply(p, options.reply, A_EXITED);
        return options.async ? A_TRUE : A_BADARG;
    }
    done = suspend_add(p, suspendee, options.unless_suspending);
    send_suspend_reply(p, options.reply, done ? A_SUSPENDED : A_NOT_SUSPENDED);
    return atom_bool(done);
}

Term bif_erlang_resume_process_1(Process *p, const Term *args)
{
    Process *suspendee = process_find(args[0]);

    if (!is_local_pid(args[0]) || args[0] == p->pid || !suspend_knows(p, args[0]))
        return raise_badarg(p);
    if (suspendee)
        suspend_remove(p, suspendee);
    else
        suspend_forget(p, args[0]);
    return A_TRUE;
}

/* --- dirty calls ---------------------------------------------------------------------------------- */

Term bif_erts_internal_dirty_process_handle_signals_1(Process *p, const Term *args)
{
    if (!is_local_pid(args[0]))
        return A_NOPROC;
    return process_find(args[0]) ? A_NORMAL : A_NOPROC;
}

Term bif_erts_internal_is_process_executing_dirty_1(Process *p, const Term *args)
{
    const Process *q = is_local_pid(args[0]) ? process_find(args[0]) : NULL;

    if (!is_pid(args[0]))
        return raise_badarg(p);
    return atom_bool(q && q->flags & PROCESS_IN_DIRTY_CALL);
}

Term bif_erts_internal_check_dirty_process_code_2(Process *p, const Term *args)
{
    return raise_badarg(p);
}
