/* What processes that carry a connection (inet_tls_dist and the like) call. */
#include "bifs.h"

#include "vm/dist/dist_connection.h"
#include "vm/dist/dist_input.h"
#include "vm/dist/dist_output.h"
#include "vm/dist/dist_packet.h"
#include "vm/proc/bif.h"
#include "vm/proc/process_table.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

/* What a packet costs who hands it in. */
#define INPUT_REDUCTIONS 5

/* The node of a handle of the present connection; null otherwise. */
static DistNode *present_node(Term handle)
{
    uint32_t id;
    DistNode *node = dist_handle_node(handle, &id);

    return node && node->connection_id == id ? node : NULL;
}

/* The same, which `p` controls. Null: an exception is raised. */
static DistNode *controlled_node(Process *p, Term handle)
{
    DistNode *node = dist_controlled_by(p);

    if (!node) {
        raise_notsup(p);
        return NULL;
    }
    if (present_node(handle) != node) {
        raise_badarg(p);
        return NULL;
    }
    return node;
}

Term bif_erlang_dist_ctrl_get_data_notification_1(Process *p, const Term *args)
{
    DistNode *node = controlled_node(p, args[0]);

    if (!node)
        return NO_TERM;
    node->wants_notice = true;
    dist_notice(node);
    return A_OK;
}

/* {Size, List}, or the list alone; none */
Term bif_erlang_dist_ctrl_get_data_1(Process *p, const Term *args)
{
    DistNode *node = controlled_node(p, args[0]);
    DistPacket *packet;
    Term list;

    if (!node)
        return NO_TERM;
    packet = node->state == DIST_CONNECTED ? dist_packet_take(node) : NULL;
    if (!packet)
        return A_NONE;
    node->packets_out++;
    list = dist_packet_list(&p->heap, packet);
    if (node->gets_sizes)
        list = tuple_2(&p->heap, integer_from_u64(&p->heap, dist_packet_bytes(packet)), list);
    dist_packet_free(packet);
    if (node->waiter_count > 0 && !dist_is_busy(node))
        dist_wake_waiters(node);
    return list;
}

Term bif_erlang_dist_ctrl_input_handler_2(Process *p, const Term *args)
{
    DistNode *node = controlled_node(p, args[0]);

    if (!node)
        return NO_TERM;
    if (!is_local_pid(args[1]))
        return raise_badarg(p);
    node->input_handler = args[1];
    return A_OK;
}

Term bif_erlang_dist_ctrl_put_data_2(Process *p, const Term *args)
{
    uint32_t id;
    DistNode *node;
    BitsBytes data;

    if (is_cons(args[1]))
        return trap_to(p, export_get(A_ERTS_INTERNAL, A_DIST_CTRL_PUT_DATA, 2), args);
    if (!is_nil(args[1]) && !is_binary(args[1]))
        return raise_badarg(p);
    node = dist_handle_node(args[0], &id);
    if (!node)
        return raise_badarg(p);
    if (node->input_handler != p->pid)
        return raise_notsup(p);
    if (is_nil(args[1])) {
        dist_input(node, id, NULL, 0);
        return A_OK;
    }
    bits_bytes_get(args[1], &data);
    dist_input(node, id, data.bytes, data.size);
    bits_bytes_free(&data);
    bif_consume(p, INPUT_REDUCTIONS);
    return A_OK;
}

static Term option(Process *p, const Term *args, Term value)
{
    DistNode *node = controlled_node(p, args[0]);
    Term old;

    if (!node)
        return NO_TERM;
    if (args[1] != A_GET_SIZE || (value != NO_TERM && value != A_TRUE && value != A_FALSE))
        return raise_badarg(p);
    old = atom_bool(node->gets_sizes);
    if (value != NO_TERM)
        node->gets_sizes = value == A_TRUE;
    return old;
}

Term bif_erlang_dist_ctrl_set_opt_3(Process *p, const Term *args)
{
    return option(p, args, args[2]);
}

Term bif_erlang_dist_ctrl_get_opt_2(Process *p, const Term *args)
{
    return option(p, args, NO_TERM);
}

/* {ok, PacketsIn, PacketsOut, BytesQueued} */
Term bif_erlang_dist_get_stat_1(Process *p, const Term *args)
{
    DistNode *node = present_node(args[0]);
    Heap *heap = &p->heap;

    if (!node)
        return raise_badarg(p);
    return tuple_4(heap, A_OK, integer_from_u64(heap, node->packets_in), integer_from_u64(heap, node->packets_out),
                   integer_from_u64(heap, node->output.bytes));
}
