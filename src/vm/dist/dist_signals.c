#include "vm/dist/dist_signals.h"

#include "vm/dist/dist_output.h"
#include "vm/term/integer.h"

#define OP(name) small_int(DIST_OP_##name)

/* Where cookies stood once. */
static Term no_cookie(void)
{
    return atom_from_utf8("", 0);
}

static Term tuple_6(Heap *heap, Term a, Term b, Term c, Term d, Term e, Term f)
{
    return tuple_from(heap, 6, (Term[]){a, b, c, d, e, f});
}

/* Sends a control message made on `heap`, and clears that. */
static void send(DistNode *node, Heap *heap, Term control, Term payload)
{
    dist_send_signal(node, control, payload);
    heap_clear(heap);
}

/* --- links ----------------------------------------------------------------------------------------------------- */

void dist_signal_link(DistNode *node, Term from, Term to)
{
    Heap heap = {0};

    send(node, &heap, tuple_3(&heap, OP(LINK), from, to), NO_TERM);
}

void dist_signal_unlink(DistNode *node, uint64_t id, Term from, Term to)
{
    Heap heap = {0};

    if (id == 0)
        send(node, &heap, tuple_3(&heap, OP(UNLINK), from, to), NO_TERM);
    else
        send(node, &heap, tuple_4(&heap, OP(UNLINK_ID), integer_from_u64(&heap, id), from, to), NO_TERM);
}

void dist_signal_unlink_ack(DistNode *node, uint64_t id, Term from, Term to)
{
    Heap heap = {0};

    if (dist_has(node, DIST_UNLINK_ID))
        send(node, &heap, tuple_4(&heap, OP(UNLINK_ID_ACK), integer_from_u64(&heap, id), from, to), NO_TERM);
}

/* An exit signal, of a link (EXIT) or of exit/2 (EXIT2). */
typedef struct ExitOps {
    int plain, plain_token, payload, payload_token;
} ExitOps;

static const ExitOps link_exit_ops = {DIST_OP_EXIT, DIST_OP_EXIT_TT, DIST_OP_PAYLOAD_EXIT, DIST_OP_PAYLOAD_EXIT_TT};
static const ExitOps sent_exit_ops = {DIST_OP_EXIT2, DIST_OP_EXIT2_TT, DIST_OP_PAYLOAD_EXIT2, DIST_OP_PAYLOAD_EXIT2_TT};

static DistMessage exit_message(const DistNode *node, Heap *heap, const ExitOps *ops, Term from, Term to, Term reason,
                                Term token)
{
    if (dist_has(node, DIST_EXIT_PAYLOAD)) {
        Term control = is_nil(token) ? tuple_3(heap, small_int(ops->payload), from, to)
                                     : tuple_4(heap, small_int(ops->payload_token), from, to, token);
        return (DistMessage){control, reason};
    }
    if (is_nil(token))
        return (DistMessage){tuple_4(heap, small_int(ops->plain), from, to, reason), NO_TERM};
    return (DistMessage){tuple_5(heap, small_int(ops->plain_token), from, to, token, reason), NO_TERM};
}

DistMessage dist_message_link_exit(const DistNode *node, Heap *heap, Term from, Term to, Term reason, Term token)
{
    return exit_message(node, heap, &link_exit_ops, from, to, reason, token);
}

void dist_signal_link_exit(DistNode *node, Term from, Term to, Term reason, Term token)
{
    Heap heap = {0};
    DistMessage message = dist_message_link_exit(node, &heap, from, to, reason, token);

    send(node, &heap, message.control, message.payload);
}

DistMessage dist_message_exit(const DistNode *node, Heap *heap, Term from, Term to, Term reason, Term token)
{
    return exit_message(node, heap, &sent_exit_ops, from, to, reason, token);
}

/* --- monitors ---------------------------------------------------------------------------------------------------- */

bool dist_knows_monitors(const DistNode *node) { return dist_has(node, DIST_MONITORS | DIST_MONITOR_NAMES); }

void dist_signal_monitor(DistNode *node, Term watcher, Term watched, Term ref)
{
    Heap heap = {0};

    if (dist_knows_monitors(node))
        send(node, &heap, tuple_4(&heap, OP(MONITOR_P), watcher, watched, ref), NO_TERM);
}

void dist_signal_demonitor(DistNode *node, Term watcher, Term watched, Term ref)
{
    Heap heap = {0};

    if (dist_knows_monitors(node))
        send(node, &heap, tuple_4(&heap, OP(DEMONITOR_P), watcher, watched, ref), NO_TERM);
}

DistMessage dist_message_monitor_exit(const DistNode *node, Heap *heap, Term watched, Term watcher, Term ref, Term reason)
{
    if (dist_has(node, DIST_EXIT_PAYLOAD))
        return (DistMessage){tuple_4(heap, OP(PAYLOAD_MONITOR_P_EXIT), watched, watcher, ref), reason};
    return (DistMessage){tuple_5(heap, OP(MONITOR_P_EXIT), watched, watcher, ref, reason), NO_TERM};
}

void dist_signal_monitor_exit(DistNode *node, Term watched, Term watcher, Term ref, Term reason)
{
    Heap heap = {0};
    DistMessage message;

    if (!dist_knows_monitors(node))
        return;
    message = dist_message_monitor_exit(node, &heap, watched, watcher, ref, reason);
    send(node, &heap, message.control, message.payload);
}

/* --- the rest ------------------------------------------------------------------------------------------------------ */

void dist_signal_group_leader(DistNode *node, Term leader, Term pid)
{
    Heap heap = {0};

    send(node, &heap, tuple_3(&heap, OP(GROUP_LEADER), leader, pid), NO_TERM);
}

void dist_signal_spawn_reply(DistNode *node, Term ref, Term to, unsigned flags, Term result, Term token)
{
    Heap heap = {0};
    Term control = is_nil(token) ? tuple_5(&heap, OP(SPAWN_REPLY), ref, to, small_int(flags), result)
                                 : tuple_6(&heap, OP(SPAWN_REPLY_TT), ref, to, small_int(flags), result, token);

    send(node, &heap, control, NO_TERM);
}

DistMessage dist_message_send(const DistNode *node, Heap *heap, Term from, Term to, Term message, Term token)
{
    bool plain = is_nil(token);
    Term control;

    if (is_atom(to))
        control = plain ? tuple_4(heap, OP(REG_SEND), from, no_cookie(), to)
                        : tuple_5(heap, OP(REG_SEND_TT), from, no_cookie(), to, token);
    else if (is_ref(to))
        control = plain ? tuple_3(heap, OP(ALIAS_SEND), from, to) : tuple_4(heap, OP(ALIAS_SEND_TT), from, to, token);
    else if (dist_has(node, DIST_SEND_SENDER))
        control = plain ? tuple_3(heap, OP(SEND_SENDER), from, to) : tuple_4(heap, OP(SEND_SENDER_TT), from, to, token);
    else
        control = plain ? tuple_3(heap, OP(SEND), no_cookie(), to) : tuple_4(heap, OP(SEND_TT), A_EMPTY, to, token);
    return (DistMessage){control, message};
}

DistMessage dist_message_spawn(Heap *heap, Term ref, Term from, Term leader, Term mfa, Term args, Term spawn_options,
                               Term token)
{
    Term control = is_nil(token)
        ? tuple_6(heap, OP(SPAWN_REQUEST), ref, from, leader, mfa, spawn_options)
        : tuple_from(heap, 7, (Term[]){OP(SPAWN_REQUEST_TT), ref, from, leader, mfa, spawn_options, token});

    return (DistMessage){control, args};
}
