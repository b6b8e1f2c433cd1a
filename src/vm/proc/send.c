#include "vm/proc/send.h"

#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/tracing.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

static SendResult send_to_port(Process *from, Term port, Term message)
{
    if (process_hooks.port_command && !process_hooks.port_command(from, port, message))
        return SEND_BUSY_PORT;
    return SEND_DONE;
}

static SendResult send_to_local(Process *from, Term destination, Term message)
{
    Process *to = process_find(destination);

    if (to)
        message_send(from, to, message);
    return SEND_DONE;
}

static SendResult send_to_name(Process *from, Term name, Term message, bool must_exist)
{
    Term owner = registry_whereis(name);

    if (owner == NO_TERM)
        return must_exist ? SEND_BAD_DESTINATION : SEND_DONE;
    return is_local_port(owner) ? send_to_port(from, owner, message) : send_to_local(from, owner, message);
}

/* What is of this node, but of an earlier life of it, stands for nothing. */
static SendResult send_to_node(Term node)
{
    return node == node_name ? SEND_DONE : SEND_REMOTE;
}

static SendResult send_to_reference(Process *from, Term reference, Term message)
{
    Process *to;

    if (is_external(reference))
        return send_to_node(identifier_node(reference));
    to = monitor_alias_take(reference);
    if (to)
        message_send_to_name(from, to, reference, message);
    return SEND_DONE;
}

/* {Name, Node} */
static SendResult send_to_pair(Process *from, Term pair, Term message)
{
    Term name = tuple_element(pair, 1);
    Term node = tuple_element(pair, 2);

    if (!is_atom(name) || !is_atom(node))
        return SEND_BAD_DESTINATION;
    if (node == node_name)
        return send_to_name(from, name, message, false);
    return send_to_node(node);
}

SendResult process_send(Process *from, Term destination, Term message)
{
    if (is_tracing(from, TRACE_SEND | TRACE_SAVED_CALLS))
        trace_sink.send(from, destination, message);
    if (LIKELY(is_local_pid(destination)))
        return send_to_local(from, destination, message);
    if (is_atom(destination))
        return send_to_name(from, destination, message, true);
    if (is_local_port(destination))
        return send_to_port(from, destination, message);
    if (is_tuple_of(destination, 2))
        return send_to_pair(from, destination, message);
    if (is_ref(destination))
        return send_to_reference(from, destination, message);
    if (is_external(destination))
        return send_to_node(identifier_node(destination));
    return SEND_BAD_DESTINATION;
}
