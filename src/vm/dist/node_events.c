#include "vm/dist/node_events.h"

#include "vm/proc/mailbox.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"

typedef struct NodeEvent {
    Term what;                     /* nodeup, nodedown */
    Term node;
    Term connection_id;
    bool is_visible;
    Term reason;                   /* NO_TERM of nodeup */
} NodeEvent;

static bool is_wanted(const NodeEvent *event, uint32_t options)
{
    if (!event->is_visible)
        return options & NODES_HIDDEN;
    return !(options & (NODES_VISIBLE | NODES_HIDDEN)) || options & NODES_VISIBLE;
}

/* [{Key, Value}] or #{Key => Value} of what was asked for. */
static Term info_of(const NodeEvent *event, Heap *heap, uint32_t options)
{
    bool as_map = options & NODES_INFO_MAP;
    Term info = as_map ? map_empty(heap) : TERM_NIL;
    const struct {
        bool is_wanted;
        Term key, value;
    } parts[] = {
        {options & (NODES_VISIBLE | NODES_HIDDEN), A_NODE_TYPE, event->is_visible ? A_VISIBLE : A_HIDDEN},
        {options & NODES_DOWN_REASON && event->reason != NO_TERM, A_NODEDOWN_REASON, event->reason},
        {options & NODES_CONNECTION_ID, A_CONNECTION_ID, event->connection_id},
    };

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        if (!parts[i].is_wanted)
            continue;
        if (as_map)
            info = map_put(heap, info, parts[i].key, term_copy(heap, parts[i].value));
        else
            info = cons(heap, tuple_2(heap, parts[i].key, term_copy(heap, parts[i].value)), info);
    }
    return info;
}

static void tell(const NodeEvent *event, Process *p, uint32_t options)
{
    Message *message = message_new();
    Heap *heap = &message->heap;

    if (options == 0)
        message->term = tuple_2(heap, event->what, event->node);
    else
        message->term = tuple_3(heap, event->what, event->node, info_of(event, heap, options));
    message_post(p, message);
}

static void tell_all(const NodeEvent *event)
{
    for (const NodesMonitor *monitor = nodes_monitors; monitor; monitor = monitor->next)
        for (uint32_t i = 0; i < monitor->count && is_wanted(event, monitor->options); i++)
            tell(event, monitor->process, monitor->options);
}

static Term id_term(uint32_t connection_id)
{
    return connection_id == NODE_EVENT_NO_CONNECTION ? A_UNDEFINED : small_int(connection_id);
}

void node_event_up(Term node, uint32_t connection_id, bool is_visible)
{
    tell_all(&(NodeEvent){A_NODEUP, node, id_term(connection_id), is_visible, NO_TERM});
}

void node_event_down(Term node, uint32_t connection_id, bool is_visible, Term reason)
{
    tell_all(&(NodeEvent){A_NODEDOWN, node, id_term(connection_id), is_visible, reason});
}
