/* Links, monitors, aliases and exit signals. */
#include "bifs.h"

#include "dist_task.h"
#include "vm/dist/dist_connection.h"
#include "vm/dist/remote_link.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/bif.h"
#include "vm/proc/exit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/spawn_options.h"
#include "vm/proc/tracing.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* --- links ----------------------------------------------------------------------------------- */

static Term link_to_nobody(Process *p, Term other)
{
    if (!(p->flags & PROCESS_TRAP_EXIT))
        return raise_error(p, A_NOPROC);
    message_send(p, p, tuple_3(&p->heap, A_EXIT_UPPER, other, A_NOPROC));
    return A_TRUE;
}

static Term link_to_process(Process *p, Term pid)
{
    Process *other = process_find(pid);

    if (other == p)
        return A_TRUE;
    if (!other)
        return link_to_nobody(p, pid);
    if (link_add(p, pid)) {
        if (is_tracing(p, TRACE_SET_ON_LINK | TRACE_SET_ON_FIRST_LINK))
            trace_sink.linked(p, other);
        link_add(other, p->pid);
        if (is_tracing(other, TRACE_PROCS))
            trace_sink.event(other, A_GETTING_LINKED, p->pid);
    }
    return A_TRUE;
}

static Term link_to_port(Process *p, Term port)
{
    if (link_exists(p, port))
        return A_TRUE;
    if (!process_hooks.port_link || !process_hooks.port_link(p, port))
        return link_to_nobody(p, port);
    link_add(p, port);
    return A_TRUE;
}

/* To a process of another node, or of an earlier life of this one. */
static Term link_to_remote(Process *p, Term pid)
{
    DistNode *node;

    if (identifier_node(pid) == node_name)
        return link_to_nobody(p, pid);
    node = dist_reach(identifier_node(pid), true);
    if (node && remote_link_make(p, node, pid))
        return dist_task_return(p, node, A_TRUE);
    if (!exit_signal(pid, p, A_NOCONNECTION, EXIT_SIGNAL_LINK))
        return A_TRUE;
    p->outcome = OUTCOME_EXIT;
    return NO_TERM;
}

static Term unlink_remote(Process *p, Term pid)
{
    DistNode *node = identifier_node(pid) == node_name ? NULL : dist_reach(identifier_node(pid), false);

    remote_link_cancel(p, pid);
    return node ? dist_task_return(p, node, A_TRUE) : A_TRUE;
}

Term bif_erlang_link_1(Process *p, const Term *args)
{
    if (is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_LINK, args[0]);
    if (is_local_pid(args[0]))
        return link_to_process(p, args[0]);
    if (is_local_port(args[0]))
        return link_to_port(p, args[0]);
    if (is_pid(args[0]))
        return link_to_remote(p, args[0]);
    return raise_badarg(p);
}

Term bif_erlang_unlink_1(Process *p, const Term *args)
{
    Process *other;

    if (is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_UNLINK, args[0]);
    if (is_local_pid(args[0])) {
        other = process_table_get(args[0]);
        if (link_remove(p, args[0]) && other && link_remove(other, p->pid) && is_tracing(other, TRACE_PROCS))
            trace_sink.event(other, A_GETTING_UNLINKED, p->pid);
        return A_TRUE;
    }
    if (is_local_port(args[0])) {
        if (link_remove(p, args[0]))
            process_hooks.port_unlink(p, args[0]);
        return A_TRUE;
    }
    if (is_pid(args[0]))
        return unlink_remote(p, args[0]);
    return is_port(args[0]) && identifier_node(args[0]) == node_name ? A_TRUE : raise_badarg(p);
}

/* --- monitors -------------------------------------------------------------------------------- */

/* Monitors what is not there: the message comes at once. */
static void monitor_nobody(Process *p, Term ref, MonitorKind kind, Term target, Term name,
                           const MonitorOptions *options, Term reason)
{
    Monitor *monitor = monitor_add(p, ref, kind, target, NULL, options);

    monitor->name = name;
    monitor_down(monitor, reason);
}

static Term monitor_process(Process *p, Term pid, Term name, const MonitorOptions *options)
{
    Term ref = monitor_ref_new(p, options);
    Process *target = process_find(pid);

    if (target == p)
        return ref;
    if (!target)
        monitor_nobody(p, ref, MONITOR_PROCESS, pid, name, options, A_NOPROC);
    else
        monitor_add(p, ref, MONITOR_PROCESS, pid, &target->monitored_by, options)->name = name;
    return ref;
}

/* Ports of other nodes cannot be watched. */
static Term monitor_port(Process *p, Term port, Term name, const MonitorOptions *options)
{
    Monitor **targets = process_hooks.port_monitors && is_local_port(port) ? process_hooks.port_monitors(port) : NULL;
    Term ref;

    if (is_external(port) && identifier_node(port) != node_name)
        return raise_badarg(p);
    ref = monitor_ref_new(p, options);
    if (!targets)
        monitor_nobody(p, ref, MONITOR_PORT, port, name, options, A_NOPROC);
    else
        monitor_add(p, ref, MONITOR_PORT, port, targets, options)->name = name;
    return ref;
}

/* Of a process of another node: `target` is its pid, or its name there. */
static Term monitor_remote(Process *p, Term target, Term node_of_target, const MonitorOptions *options)
{
    Term ref = monitor_ref_new(p, options);
    DistNode *node = node_of_target == node_name ? NULL : dist_reach(node_of_target, true);
    Monitor *monitor;

    if (node) {
        remote_monitor_add(p, node, ref, target, options);
        return dist_task_return(p, node, ref);
    }
    monitor = monitor_add(p, ref, MONITOR_PROCESS, target, NULL, options);
    if (is_atom(target)) {
        monitor->name = target;
        monitor->remote = node_of_target;
    }
    monitor_down(monitor, node_of_target == node_name ? A_NOPROC : A_NOCONNECTION);
    return ref;
}

/* {Name, Node} */
static bool is_name_on_node(Term target)
{
    return is_tuple_of(target, 2) && is_atom(tuple_element(target, 1)) && is_atom(tuple_element(target, 2));
}

static Term monitor_time_offset(Process *p, const MonitorOptions *options)
{
    Term ref = monitor_ref_new(p, options);

    monitor_add(p, ref, MONITOR_TIME_OFFSET, A_CLOCK_SERVICE, NULL, options);
    return ref;
}

/* One that this node has, or had in an earlier life. */
static bool is_port_of_node(Term t)
{
    return is_port(t) && identifier_node(t) == node_name;
}

static Term monitor(Process *p, Term type, Term target, const MonitorOptions *options)
{
    Term name = NO_TERM;

    if (type == A_TIME_OFFSET)
        return target == A_CLOCK_SERVICE ? monitor_time_offset(p, options) : raise_badarg(p);
    if (type != A_PROCESS && type != A_PORT)
        return raise_error_cause(p, A_BADARG, A_BADTYPE);
    if (is_atom(target))
        name = target;
    else if (is_name_on_node(target) && tuple_element(target, 2) == node_name)
        name = tuple_element(target, 1);
    if (name != NO_TERM)
        target = registry_whereis(name);
    if (type == A_PORT)
        return name != NO_TERM || is_port_of_node(target) ? monitor_port(p, target, name, options) : raise_badarg(p);
    if (name != NO_TERM || is_local_pid(target))
        return monitor_process(p, target, name, options);
    if (is_name_on_node(target) && !dist_task_is_alive())
        return raise_badarg(p);
    if (is_name_on_node(target))
        return monitor_remote(p, tuple_element(target, 1), tuple_element(target, 2), options);
    return is_pid(target) ? monitor_remote(p, target, identifier_node(target), options) : raise_badarg(p);
}

Term bif_erlang_monitor_2(Process *p, const Term *args)
{
    MonitorOptions options = {.tag = NO_TERM};

    return monitor(p, args[0], args[1], &options);
}

Term bif_erlang_monitor_3(Process *p, const Term *args)
{
    MonitorOptions options;

    if (!monitor_options_parse(args[2], &options))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return monitor(p, args[0], args[1], &options);
}

typedef enum DemonitorResult { DEMONITOR_DONE, DEMONITOR_NONE, DEMONITOR_BADARG } DemonitorResult;

/* `*node` is the other node that was told, or null. */
static DemonitorResult demonitor(Process *p, Term ref, DistNode **node)
{
    Monitor *found;

    *node = NULL;
    if (!is_local_ref(ref))
        return is_ref(ref) && identifier_node(ref) == node_name ? DEMONITOR_NONE : DEMONITOR_BADARG;
    found = monitor_find(ref_id(ref));
    if (!found || found->kind == MONITOR_NOTHING || found->kind == MONITOR_SPAWN || found->origin != p)
        return DEMONITOR_NONE;
    if (found->remote != NO_TERM) {
        *node = dist_node_find(found->remote);
        remote_monitor_cancel(found);
    }
    if (found->kind == MONITOR_PORT)
        process_hooks.port_demonitor(found->target);
    monitor_stop(found);
    return DEMONITOR_DONE;
}

Term bif_erlang_demonitor_1(Process *p, const Term *args)
{
    DistNode *node;

    if (demonitor(p, args[0], &node) == DEMONITOR_BADARG)
        return raise_badarg(p);
    return node ? dist_task_return(p, node, A_TRUE) : A_TRUE;
}

/* {_, Ref, _, _, _} */
static bool is_down_message(Term message, Term ref)
{
    return is_tuple_of(message, 5) && is_local_ref(tuple_element(message, 2))
        && ref_id(tuple_element(message, 2)) == ref_id(ref);
}

static bool parse_demonitor_options(Term list, bool *flush, bool *info)
{
    *flush = *info = false;
    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_FLUSH)
            *flush = true;
        else if (list_head(list) == A_INFO)
            *info = true;
        else
            return false;
    }
    return is_nil(list);
}

Term bif_erlang_demonitor_2(Process *p, const Term *args)
{
    bool flush, info;
    DemonitorResult result;
    DistNode *node;
    const Monitor *monitor = is_local_ref(args[0]) ? monitor_find(ref_id(args[0])) : NULL;
    bool is_repeating = monitor && monitor->kind == MONITOR_TIME_OFFSET;

    if (!parse_demonitor_options(args[1], &flush, &info))
        return raise_badarg(p);
    result = demonitor(p, args[0], &node);
    if (result == DEMONITOR_BADARG)
        return raise_badarg(p);
    if (flush && (result == DEMONITOR_NONE || is_repeating) && is_local_ref(args[0])) {
        bif_consume(p, (int64_t)(p->mailbox.length / 16));
        mailbox_flush(p, is_down_message, args[0]);
    }
    return node ? dist_task_return(p, node, A_TRUE) : atom_bool(!info || result == DEMONITOR_DONE);
}

/* --- aliases --------------------------------------------------------------------------------- */

Term bif_erlang_alias_1(Process *p, const Term *args)
{
    MonitorOptions options = {.alias = MONITOR_ALIAS_EXPLICIT, .tag = NO_TERM};
    Term list = args[0];
    Term ref;

    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_EXPLICIT_UNALIAS)
            options.alias = MONITOR_ALIAS_EXPLICIT;
        else if (list_head(list) == A_REPLY)
            options.alias = MONITOR_ALIAS_REPLY;
        else
            return raise_badarg(p);
    }
    if (!is_nil(list))
        return raise_badarg(p);
    ref = monitor_ref_new(p, &options);
    monitor_add(p, ref, MONITOR_NOTHING, NO_TERM, NULL, &options);
    return ref;
}

Term bif_erlang_unalias_1(Process *p, const Term *args)
{
    Monitor *found;

    if (!is_ref(args[0]))
        return raise_badarg(p);
    found = is_local_ref(args[0]) ? monitor_find(ref_id(args[0])) : NULL;
    if (!found || found->alias == MONITOR_ALIAS_NONE || found->origin != p)
        return A_FALSE;
    found->alias = MONITOR_ALIAS_NONE;
    if (found->kind == MONITOR_NOTHING)
        monitor_free(found);
    return A_TRUE;
}

/* --- exit signals ------------------------------------------------------------------------------ */

static Term send_remote_exit(Process *p, Term to, Term reason)
{
    DistNode *node = identifier_node(to) == node_name ? NULL : dist_reach(identifier_node(to), true);
    Heap heap = {0};
    Term result = A_TRUE;

    if (node)
        result = dist_task_send(p, node, dist_message_exit(node, &heap, p->pid, to, reason, p->seq_trace_token), true,
                                A_TRUE);
    heap_clear(&heap);
    return result;
}

static Term send_exit(Process *p, Term to, Term reason, bool suicide)
{
    Process *target;

    if (is_local_port(to)) {
        if (process_hooks.port_exit)
            process_hooks.port_exit(p, to, reason);
        return A_TRUE;
    }
    if (is_pid(to) && is_external(to))
        return send_remote_exit(p, to, reason);
    if (!is_local_pid(to))
        return is_port(to) && identifier_node(to) == node_name ? A_TRUE : raise_badarg(p);
    target = process_find(to);
    if (target == p && !suicide && reason == A_NORMAL && !(p->flags & PROCESS_TRAP_EXIT))
        return A_TRUE;
    if (!target || !exit_signal(p->pid, target, reason, EXIT_SIGNAL_SENT) || target != p)
        return A_TRUE;
    p->outcome = OUTCOME_EXIT;
    return NO_TERM;
}

Term bif_erlang_exit_2(Process *p, const Term *args)
{
    return send_exit(p, args[0], args[1], true);
}

Term bif_erlang_exit_signal_2(Process *p, const Term *args)
{
    return send_exit(p, args[0], args[1], false);
}
