#include "debug_lists.h"

#include "vm/dist/remote_link.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/link.h"
#include "vm/proc/process_table.h"
#include "vm/term/copy.h"

/* --- links -------------------------------------------------------------------------------------------------- */

/* {erl_link, Type, Item, State, Id} in front of `list` */
static Term add_link(Heap *heap, Term type, Term item, Term state, Term id, Term list)
{
    return cons(heap, tuple_5(heap, A_ERL_LINK, type, item, state, id), list);
}

static Term add_remote_link(Heap *heap, const RemoteLink *link, Term item, Term list)
{
    return add_link(heap, A_DIST_PROCESS, item, link->unlink_id == 0 ? A_LINKED : A_UNLINKING,
                    small_int((int64_t)((uintptr_t)link >> 4)), list);
}

static Term links_of_process(Process *p, const Process *q)
{
    size_t count = link_count(q);
    Heap *heap = &p->heap;
    Term *others;
    Term list = TERM_NIL;

    tuple_new(heap, count, &others);
    link_list(q, others);
    for (size_t i = 0; i < count; i++)
        list = add_link(heap, is_local_port(others[i]) ? A_PORT : A_PROCESS, others[i], A_LINKED, small_int(0), list);
    for (const RemoteLink *link = q->remote_links; link; link = link->next)
        list = add_remote_link(heap, link, term_copy(heap, remote_link_other(link)), list);
    return list;
}

static Term links_of_node(Process *p, const DistNode *node)
{
    Term list = TERM_NIL;

    for (const RemoteLink *link = node->links; link; link = link->node_next)
        list = add_remote_link(&p->heap, link, link->process->pid, list);
    return list;
}

Term debug_link_list(Process *p, Term of)
{
    const Process *q = process_find(of);
    const DistNode *node = is_atom(of) ? dist_node_find(of) : NULL;

    if (!is_local_pid(of) && !is_atom(of))
        return NO_TERM;
    return q ? links_of_process(p, q) : node ? links_of_node(p, node) : A_UNDEFINED;
}

/* --- monitors ----------------------------------------------------------------------------------------------- */

static Term type_of(const Monitor *m)
{
    switch (m->kind) {
    case MONITOR_PORT: return A_PORT;
    case MONITOR_TIME_OFFSET: return A_TIME_OFFSET;
    case MONITOR_NOTHING: return A_ALIAS;
    case MONITOR_NODE: return A_NODE;
    case MONITOR_NATIVE: return m->remote == NO_TERM ? A_RESOURCE : A_DIST_PROCESS;
    default: return m->remote == NO_TERM ? A_PROCESS : A_DIST_PROCESS;
    }
}

/* {erl_monitor, Type, Direction, Ref, Item, Extra} in front of `list` */
static Term add_monitor(Heap *heap, const Monitor *m, Term direction, Term ref, Term item, Term extra, Term list)
{
    Term parts[] = {A_ERL_MONITOR, type_of(m), direction, ref, item, extra == NO_TERM ? TERM_NIL : extra};

    return cons(heap, tuple_from(heap, ARRAY_SIZE(parts), parts), list);
}

/* Calls of monitor_node by the same process, from `m` on; 0 if an earlier one in the list stands for them. */
static size_t count_calls(const Process *q, const Monitor *m)
{
    size_t count = 0;

    for (const Monitor *other = q->monitors; other != m; other = other->next)
        if (other->kind == MONITOR_NODE && other->target == m->target)
            return 0;
    for (const Monitor *other = m; other; other = other->next)
        count += other->kind == MONITOR_NODE && other->target == m->target;
    return count;
}

static Term add_own_monitor(Heap *heap, const Process *q, const Monitor *m, Term list)
{
    Term target = m->target == NO_TERM ? TERM_NIL : m->remote != NO_TERM && m->name != NO_TERM ? m->remote
                                                                                              : term_copy(heap, m->target);
    size_t calls;

    if (m->kind != MONITOR_NODE)
        return add_monitor(heap, m, A_ORIGIN, monitor_ref(m, heap), target, m->name, list);
    calls = count_calls(q, m);
    return calls ? add_monitor(heap, m, A_ORIGIN, TERM_NIL, target, small_int((int64_t)calls), list) : list;
}

/* A monitor by a process of another node, at the local process or (by its pid) at the connection. */
static Term add_watch(Heap *heap, const Monitor *m, bool at_process, Term list)
{
    Term name = remote_watch_name(m), ref = term_copy(heap, remote_watch_ref(m));

    return add_monitor(heap, m, at_process ? A_TARGET : A_ORIGIN, ref,
                       at_process ? term_copy(heap, m->remote) : m->target, name, list);
}

static Term monitors_of_process(Process *p, const Process *q)
{
    Heap *heap = &p->heap;
    Term list = TERM_NIL;

    for (const Monitor *m = q->monitored_by; m; m = m->target_next) {
        if (m->origin)
            list = add_monitor(heap, m, A_TARGET, monitor_ref(m, heap), m->origin->pid, m->name, list);
        else if (m->remote != NO_TERM)
            list = add_watch(heap, m, true, list);
    }
    for (const Monitor *m = q->monitors; m; m = m->next)
        list = add_own_monitor(heap, q, m, list);
    return list;
}

static Term monitors_of_node(Process *p, const DistNode *node)
{
    Heap *heap = &p->heap;
    Term list = TERM_NIL;

    for (const Monitor *m = node->monitors; m; m = m->target_next)
        if (m->kind != MONITOR_NODE || count_calls(m->origin, m) > 0)
            list = add_monitor(heap, m, A_TARGET, monitor_ref(m, heap), m->origin->pid, m->name, list);
    for (size_t i = 0; i < node->watch_buckets; i++)
        for (const RemoteWatch *watch = node->watches[i]; watch; watch = remote_watch_next(watch))
            list = add_watch(heap, remote_watch_monitor(watch), false, list);
    return list;
}

Term debug_monitor_list(Process *p, Term of)
{
    const Process *q = process_find(of);
    const DistNode *node = is_atom(of) ? dist_node_find(of) : NULL;

    if (!is_local_pid(of) && !is_atom(of))
        return NO_TERM;
    return q ? monitors_of_process(p, q) : node ? monitors_of_node(p, node) : A_UNDEFINED;
}
