/* node_events.h - nodeup and nodedown messages to those who asked net_kernel:monitor_nodes for them. */
#ifndef LING_NODE_EVENTS_H
#define LING_NODE_EVENTS_H

#include "vm/proc/nodes_monitor.h"

/* In place of a connection's id, for this node. */
#define NODE_EVENT_NO_CONNECTION UINT32_MAX

void node_event_up(Term node, uint32_t connection_id, bool is_visible);
void node_event_down(Term node, uint32_t connection_id, bool is_visible, Term reason);

#endif
