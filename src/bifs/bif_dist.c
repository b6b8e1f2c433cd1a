/* This node joins a network; connections are set up. */
#include "bifs.h"

#include "vm/dist/dist_connection.h"
#include "vm/proc/bif.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"

static bool get_u32(Term t, uint32_t *value)
{
    uint64_t wide;

    if (!integer_to_u64(t, &wide) || wide > UINT32_MAX)
        return false;
    *value = (uint32_t)wide;
    return true;
}

/* erlang:setnode(Name, Creation): called by net_kernel. */
Term bif_erlang_setnode_2(Process *p, const Term *args)
{
    Process *net_kernel = registry_process(A_NET_KERNEL);
    uint32_t creation;

    if (!get_u32(args[1], &creation) || !dist_is_node_name(args[0]) || args[0] == A_NONODE_NOHOST || dist_is_alive
        || !net_kernel || net_kernel->flags & PROCESS_DISTRIBUTION)
        return raise_badarg(p);
    dist_set_alive(net_kernel, args[0], creation);
    return A_TRUE;
}

Term bif_erts_internal_get_creation_0(Process *p, const Term *args)
{
    return node_creation == 0 ? A_UNDEFINED : integer_from_u64(&p->heap, node_creation);
}

/* {erts_dflags, Default, Mandatory, Addable, Rejectable, StrictOrder} */
Term bif_erts_internal_get_dflags_0(Process *p, const Term *args)
{
    Heap *heap = &p->heap;

    return tuple_from(heap, 6, (Term[]){A_ERTS_DFLAGS, integer_from_u64(heap, DIST_DEFAULT),
                                        integer_from_u64(heap, DIST_MANDATORY), integer_from_u64(heap, DIST_DEFAULT),
                                        integer_from_u64(heap, DIST_REJECTABLE),
                                        integer_from_u64(heap, DIST_STRICT_ORDER)});
}

/* --- connections ----------------------------------------------------------------------------------------------- */

Term bif_erts_internal_new_connection_1(Process *p, const Term *args)
{
    DistNode *node;

    if (!dist_is_node_name(args[0]) || args[0] == node_name)
        return raise_badarg(p);
    node = dist_node_get(args[0]);
    dist_settle(node);
    if (node->state == DIST_IDLE)
        dist_start_pending(node);
    return dist_handle_term(node, &p->heap);
}

Term bif_erts_internal_abort_pending_connection_2(Process *p, const Term *args)
{
    uint32_t id;
    DistNode *node = dist_handle_node(args[1], &id);

    if (!is_atom(args[0]) || !node || node->name != args[0])
        return raise_badarg(p);
    return atom_bool(dist_abort_pending(node, id));
}

/* The caller, with its name if it has one, asked for what cannot be. */
static void log_missing_capabilities(Process *p, Term node)
{
    Heap heap = {0};
    bool named = p->registered_name != NO_TERM;
    Term args = cons(&heap, node, TERM_NIL);

    args = cons(&heap, p->pid, named ? cons(&heap, p->registered_name, args) : args);
    emulator_log(p, A_ERROR, named ? "~p (~p) attempted to enable connection to node ~p which does not support all "
                                     "mandatory capabilities.~n"
                                   : "~p attempted to enable connection to node ~p which does not support all "
                                     "mandatory capabilities.~n", args);
    heap_clear(&heap);
}

static bool can_control(Term controller)
{
    Port *port = port_find(controller);
    Process *p = process_find(controller);

    if (port)
        return port->driver->soft_busy && !port->channel;
    return p && !(p->flags & PROCESS_DISTRIBUTION);
}

/* erts_internal:create_dist_channel(Node, PortOrPid, {Flags, Creation}) */
Term bif_erts_internal_create_dist_channel_3(Process *p, const Term *args)
{
    uint64_t flags;
    uint32_t creation;
    DistNode *node;

    if (!dist_is_alive || !dist_is_node_name(args[0]) || !(is_local_pid(args[1]) || is_local_port(args[1]))
        || !is_tuple_of(args[2], 2) || !integer_to_u64(tuple_element(args[2], 1), &flags)
        || !get_u32(tuple_element(args[2], 2), &creation) || args[0] == node_name)
        return A_BADARG;
    if ((flags & DIST_MANDATORY) != DIST_MANDATORY) {
        log_missing_capabilities(p, args[0]);
        return A_BADARG;
    }
    node = dist_node_get(args[0]);
    if (node->state != DIST_PENDING || !can_control(args[1])
        || !dist_connect(node, args[1], flags, creation, p->pid))
        return A_BADARG;
    return tuple_2(&p->heap, A_OK, dist_handle_term(node, &p->heap));
}
