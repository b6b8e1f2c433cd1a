#include "vm/dist/dist_dispatch.h"

#include "vm/dist/dist_sealed.h"
#include "vm/dist/dist_signals.h"
#include "vm/dist/dist_spawn.h"
#include "vm/dist/remote_link.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/exit.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

/* A control message under work. */
typedef struct Signal {
    DistNode *node;
    Term control;
    size_t size;                   /* of the tuple */
    DistPayload *payload;
} Signal;

static Term part(const Signal *signal, size_t number) { return tuple_element(signal->control, number); }

/* --- who may be meant --------------------------------------------------------------------------------------------- */

static bool is_of_node(const DistNode *node, Term pid)
{
    return is_box_kind(pid, BOX_EXTERNAL_PID) && external_object(pid)->node == node->name;
}

/* A process of this node, in its present life or an earlier one. */
static bool is_ours(Term pid)
{
    return is_local_pid(pid) || (is_box_kind(pid, BOX_EXTERNAL_PID) && external_object(pid)->node == node_name);
}

/* The first pid of a signal is of the other side, the second one of ours. */
static bool goes_from_to(const Signal *signal, Term from, Term to)
{
    return is_of_node(signal->node, from) && is_ours(to);
}

/* --- messages --------------------------------------------------------------------------------------------------------- */

/* A sequential trace token, or [] where there is none at `number`. It may come from a node. */
static bool get_token(const Signal *signal, size_t number, Term *token)
{
    Term from;

    *token = TERM_NIL;
    if (signal->size < number)
        return true;
    *token = part(signal, number);
    if (is_nil(*token))
        return true;
    if (!is_tuple_of(*token, 5))
        return false;
    from = tuple_element(*token, SEQ_TOKEN_FROM);
    return is_small(tuple_element(*token, SEQ_TOKEN_FLAGS)) && is_small(tuple_element(*token, SEQ_TOKEN_SERIAL))
        && is_small(tuple_element(*token, SEQ_TOKEN_LAST)) && (is_pid(from) || is_port(from) || is_atom(from));
}

/* Of a message that is traced when it comes. */
static Message *open_message(const Signal *signal)
{
    Message *message = message_new();

    message->term = dist_payload_decode(signal->payload, &message->heap);
    if (message->term != NO_TERM)
        return message;
    message_free(message);
    return NULL;
}

/* Delivers the payload; `to` may be null: then nobody looks at it. */
static DistVerdict deliver(const Signal *signal, Process *to, Term token)
{
    Message *message;

    if (reader_left(&signal->payload->in) == 0)
        return DIST_BROKEN;
    if (!to)
        return DIST_FINE;
    message = is_tracing(to, TRACE_RECEIVE) ? open_message(signal) : dist_sealed_message(signal->node, signal->payload);
    if (!message)
        return DIST_BROKEN;
    message->token = term_copy(&message->heap, token);
    message_post_from(to, message, signal->node->name);
    return DIST_FINE;
}

/* {Op, FromOrCookie, Pid} or with a token */
static DistVerdict do_send(const Signal *signal, bool has_token)
{
    Term token;

    if (signal->size != (has_token ? 4 : 3) || !is_pid(part(signal, 3)) || !get_token(signal, 4, &token))
        return DIST_INVALID;
    return deliver(signal, process_find(part(signal, 3)), token);
}

/* {Op, From, Cookie, Name} or with a token */
static DistVerdict do_send_name(const Signal *signal, bool has_token)
{
    Term token;

    if (signal->size != (has_token ? 5 : 4) || !is_pid(part(signal, 2)) || !is_atom(part(signal, 4))
        || !get_token(signal, 5, &token))
        return DIST_INVALID;
    return deliver(signal, registry_process(part(signal, 4)), token);
}

/* {Op, From, Alias} or with a token */
static DistVerdict do_send_alias(const Signal *signal, bool has_token)
{
    Term token;

    if (signal->size != (has_token ? 4 : 3) || !is_ref(part(signal, 3)) || !get_token(signal, 4, &token))
        return DIST_INVALID;
    return deliver(signal, monitor_alias_take(part(signal, 3)), token);
}

/* --- links ---------------------------------------------------------------------------------------------------------------- */

/* {Op, From, To} */
static DistVerdict do_link(const Signal *signal)
{
    Process *p;

    if (signal->size != 3 || !goes_from_to(signal, part(signal, 2), part(signal, 3)))
        return DIST_INVALID;
    p = process_find(part(signal, 3));
    if (!p) {
        dist_signal_link_exit(signal->node, part(signal, 3), part(signal, 2), A_NOPROC, TERM_NIL);
    } else if (!remote_link_find(p, part(signal, 2))) {
        remote_link_add(p, signal->node, part(signal, 2));
        if (is_tracing(p, TRACE_PROCS))
            trace_sink.event(p, A_GETTING_LINKED, part(signal, 2));
    }
    return DIST_FINE;
}

static void unlink(Term to, Term from)
{
    Process *p = process_find(to);
    RemoteLink *link = p ? remote_link_find(p, from) : NULL;

    if (!link || link->unlink_id != 0)
        return;
    remote_link_free(link);
    if (is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_GETTING_UNLINKED, from);
}

/* {Op, From, To} */
static DistVerdict do_unlink(const Signal *signal)
{
    if (signal->size != 3 || !goes_from_to(signal, part(signal, 2), part(signal, 3)))
        return DIST_INVALID;
    unlink(part(signal, 3), part(signal, 2));
    return DIST_FINE;
}

/* {Op, Id, From, To} */
static DistVerdict do_unlink_id(const Signal *signal)
{
    uint64_t id;

    if (signal->size != 4 || !integer_to_u64(part(signal, 2), &id) || id == 0
        || !goes_from_to(signal, part(signal, 3), part(signal, 4)))
        return DIST_INVALID;
    unlink(part(signal, 4), part(signal, 3));
    dist_signal_unlink_ack(signal->node, id, part(signal, 4), part(signal, 3));
    return DIST_FINE;
}

/* {Op, Id, From, To} */
static DistVerdict do_unlink_ack(const Signal *signal)
{
    Process *p;
    RemoteLink *link;
    uint64_t id;

    if (signal->size != 4 || !integer_to_u64(part(signal, 2), &id)
        || !goes_from_to(signal, part(signal, 3), part(signal, 4)))
        return DIST_INVALID;
    p = process_find(part(signal, 4));
    link = p ? remote_link_find(p, part(signal, 3)) : NULL;
    if (link && link->unlink_id != 0 && link->unlink_id == id)
        remote_link_free(link);
    return DIST_FINE;
}

/* --- exit signals ------------------------------------------------------------------------------------------------------------ */

typedef struct ExitForm {
    bool is_link;
    bool has_token, has_payload;
} ExitForm;

static void link_ended(Process *p, Term from, Term reason, Term token)
{
    RemoteLink *link = remote_link_find(p, from);
    bool was_active = link && link->unlink_id == 0;

    if (link)
        remote_link_free(link);
    if (was_active && !exit_signal_with_token(from, p, reason, EXIT_SIGNAL_LINK, token) && is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_GETTING_UNLINKED, from);
}

/* {Op, From, To}, with a token, with the reason unless that is the payload */
static DistVerdict do_exit(const Signal *signal, ExitForm form)
{
    size_t size = 3 + form.has_token + !form.has_payload;
    Heap heap = {0};
    Term reason, token = TERM_NIL;
    Process *p;

    if (signal->size != size || !goes_from_to(signal, part(signal, 2), part(signal, 3))
        || (form.has_token && !get_token(signal, 4, &token)))
        return DIST_INVALID;
    reason = form.has_payload ? dist_payload_decode(signal->payload, &heap) : part(signal, size);
    if (reason == NO_TERM) {
        heap_clear(&heap);
        return DIST_BROKEN;
    }
    p = process_find(part(signal, 3));
    if (p && form.is_link)
        link_ended(p, part(signal, 2), reason, token);
    else if (p)
        exit_signal_with_token(part(signal, 2), p, reason, EXIT_SIGNAL_SENT, token);
    heap_clear(&heap);
    return DIST_FINE;
}

/* --- monitors ------------------------------------------------------------------------------------------------------------------- */

/* {Op, Watcher, PidOrName, Ref} */
static bool is_monitor_signal(const Signal *signal)
{
    return signal->size == 4 && is_of_node(signal->node, part(signal, 2))
        && (is_atom(part(signal, 3)) || is_ours(part(signal, 3))) && is_ref(part(signal, 4));
}

static DistVerdict do_monitor(const Signal *signal)
{
    Term watched, name = NO_TERM;
    Process *p;

    if (!is_monitor_signal(signal))
        return DIST_INVALID;
    watched = part(signal, 3);
    if (is_atom(watched))
        name = watched;
    p = is_atom(watched) ? registry_process(watched) : process_find(watched);
    if (p)
        remote_watch_add(signal->node, p, part(signal, 2), part(signal, 4), name);
    else
        dist_signal_monitor_exit(signal->node, watched, part(signal, 2), part(signal, 4), A_NOPROC);
    return DIST_FINE;
}

static DistVerdict do_demonitor(const Signal *signal)
{
    if (!is_monitor_signal(signal))
        return DIST_INVALID;
    remote_watch_remove(signal->node, part(signal, 2), part(signal, 4));
    return DIST_FINE;
}

/* A monitor of ours of a process there. */
static Monitor *find_monitor(const DistNode *node, Term watcher, Term ref)
{
    Monitor *monitor = is_local_ref(ref) ? monitor_find(ref_id(ref)) : NULL;

    return monitor && monitor->kind == MONITOR_PROCESS && monitor->remote == node->name
        && monitor->origin->pid == watcher ? monitor : NULL;
}

/* {Op, PidOrName, Watcher, Ref}, with the reason unless that is the payload */
static DistVerdict do_monitor_exit(const Signal *signal, bool has_payload)
{
    Heap heap = {0};
    Monitor *monitor;
    Term reason;

    if (signal->size != (has_payload ? 4 : 5) || !(is_atom(part(signal, 2)) || is_of_node(signal->node, part(signal, 2)))
        || !is_ours(part(signal, 3)) || !is_ref(part(signal, 4)))
        return DIST_INVALID;
    reason = has_payload ? dist_payload_decode(signal->payload, &heap) : part(signal, 5);
    monitor = find_monitor(signal->node, part(signal, 3), part(signal, 4));
    if (reason != NO_TERM && monitor)
        monitor_down(monitor, reason);
    heap_clear(&heap);
    return reason == NO_TERM ? DIST_BROKEN : DIST_FINE;
}

/* --- the rest ---------------------------------------------------------------------------------------------------------------------- */

/* {Op, Leader, Pid} */
static DistVerdict do_group_leader(const Signal *signal)
{
    Process *p;

    if (signal->size != 3 || !is_pid(part(signal, 2)) || !is_pid(part(signal, 3)))
        return DIST_INVALID;
    p = process_find(part(signal, 3));
    if (p)
        p->group_leader = term_copy(&p->heap, part(signal, 2));
    return DIST_FINE;
}

static bool is_mfa(Term mfa)
{
    return is_tuple_of(mfa, 3) && is_atom(tuple_element(mfa, 1)) && is_atom(tuple_element(mfa, 2))
        && is_small(tuple_element(mfa, 3));
}

/* {Op, Ref, From, GroupLeader, {Module, Function, Arity}, Options} or with a token */
static DistVerdict do_spawn(const Signal *signal, bool has_token)
{
    DistSpawn spawn = {.node = signal->node};
    Heap heap = {0};
    DistVerdict verdict;

    if (signal->size != (has_token ? 7 : 6) || !is_box_kind(part(signal, 2), BOX_EXTERNAL_REF)
        || !is_of_node(signal->node, part(signal, 3)) || !is_pid(part(signal, 4)) || !is_mfa(part(signal, 5))
        || list_length(part(signal, 6)) < 0 || !get_token(signal, 7, &spawn.token))
        return DIST_INVALID;
    spawn.ref = part(signal, 2);
    spawn.parent = part(signal, 3);
    spawn.group_leader = part(signal, 4);
    spawn.mfa = part(signal, 5);
    spawn.options = part(signal, 6);
    spawn.args = dist_payload_decode(signal->payload, &heap);
    if (spawn.args == NO_TERM)
        verdict = DIST_BROKEN;
    else
        verdict = dist_spawn_serve(&spawn) ? DIST_FINE : DIST_INVALID;
    heap_clear(&heap);
    return verdict;
}

/* {Op, Ref, To, Flags, PidOrError} or with a token */
static DistVerdict do_spawn_reply(const Signal *signal, bool has_token)
{
    Term token, result;

    if (signal->size != (has_token ? 6 : 5) || !is_ref(part(signal, 2)) || !is_ours(part(signal, 3))
        || !is_small(part(signal, 4)) || !get_token(signal, 6, &token))
        return DIST_INVALID;
    result = part(signal, 5);
    if (!is_atom(result) && !is_of_node(signal->node, result))
        return DIST_INVALID;
    if (is_local_ref(part(signal, 2)) && is_local_pid(part(signal, 3)))
        dist_spawn_answered(signal->node, part(signal, 2), part(signal, 3), (unsigned)small_value(part(signal, 4)),
                            result, token);
    return DIST_FINE;
}

DistVerdict dist_dispatch(DistNode *node, Term control, DistPayload *payload)
{
    Signal signal = {.node = node, .control = control, .payload = payload};

    if (!is_tuple(control) || tuple_size(control) == 0 || !is_small(tuple_element(control, 1)))
        return DIST_INVALID;
    signal.size = tuple_size(control);
    switch (small_value(tuple_element(control, 1))) {
    case DIST_OP_LINK: return do_link(&signal);
    case DIST_OP_UNLINK: return do_unlink(&signal);
    case DIST_OP_UNLINK_ID: return do_unlink_id(&signal);
    case DIST_OP_UNLINK_ID_ACK: return do_unlink_ack(&signal);
    case DIST_OP_SEND:
    case DIST_OP_SEND_SENDER: return do_send(&signal, false);
    case DIST_OP_SEND_TT:
    case DIST_OP_SEND_SENDER_TT: return do_send(&signal, true);
    case DIST_OP_REG_SEND: return do_send_name(&signal, false);
    case DIST_OP_REG_SEND_TT: return do_send_name(&signal, true);
    case DIST_OP_ALIAS_SEND: return do_send_alias(&signal, false);
    case DIST_OP_ALIAS_SEND_TT: return do_send_alias(&signal, true);
    case DIST_OP_EXIT: return do_exit(&signal, (ExitForm){.is_link = true});
    case DIST_OP_EXIT_TT: return do_exit(&signal, (ExitForm){.is_link = true, .has_token = true});
    case DIST_OP_PAYLOAD_EXIT: return do_exit(&signal, (ExitForm){.is_link = true, .has_payload = true});
    case DIST_OP_PAYLOAD_EXIT_TT:
        return do_exit(&signal, (ExitForm){.is_link = true, .has_token = true, .has_payload = true});
    case DIST_OP_EXIT2: return do_exit(&signal, (ExitForm){.is_link = false});
    case DIST_OP_EXIT2_TT: return do_exit(&signal, (ExitForm){.has_token = true});
    case DIST_OP_PAYLOAD_EXIT2: return do_exit(&signal, (ExitForm){.has_payload = true});
    case DIST_OP_PAYLOAD_EXIT2_TT: return do_exit(&signal, (ExitForm){.has_token = true, .has_payload = true});
    case DIST_OP_MONITOR_P: return do_monitor(&signal);
    case DIST_OP_DEMONITOR_P: return do_demonitor(&signal);
    case DIST_OP_MONITOR_P_EXIT: return do_monitor_exit(&signal, false);
    case DIST_OP_PAYLOAD_MONITOR_P_EXIT: return do_monitor_exit(&signal, true);
    case DIST_OP_GROUP_LEADER: return do_group_leader(&signal);
    case DIST_OP_SPAWN_REQUEST: return do_spawn(&signal, false);
    case DIST_OP_SPAWN_REQUEST_TT: return do_spawn(&signal, true);
    case DIST_OP_SPAWN_REPLY: return do_spawn_reply(&signal, false);
    case DIST_OP_SPAWN_REPLY_TT: return do_spawn_reply(&signal, true);
    default: return DIST_INVALID;
    }
}
