/* dist_connection.h - the life of connections, and of this node as a member of a network. */
#ifndef LING_DIST_CONNECTION_H
#define LING_DIST_CONNECTION_H

#include "vm/dist/dist_node.h"

/* Fills in hooks; after options are known. */
void dist_init(void);

/* This node gets a name; net_kernel is there and the node not alive yet. */
void dist_set_alive(Process *net_kernel, Term name, uint32_t creation);

/* The node by name, with a connection or (`connect`) at least net_kernel asked for one. Null: there is none, or this
 * node is not alive. `name` is not this node's. */
DistNode *dist_reach(Term name, bool connect);
/* Ends a connection whose port has ended already while packets were written. net_kernel may have heard of that, and
 * begun with the next one. */
void dist_settle(DistNode *node);
/* From idle to pending. */
void dist_start_pending(DistNode *node);
/* Back to idle, if it is still the connection `id`; what waits for it is told. True unless the node is connected. */
bool dist_abort_pending(DistNode *node, uint32_t connection_id);

/* A pending connection is there. False: net_kernel is gone. The controller is a port or a process. */
bool dist_connect(DistNode *node, Term controller, uint64_t flags, uint32_t creation, Term setup_pid);
/* The other side sent nonsense: the controller is to end. */
void dist_kill_connection(DistNode *node);
/* The controller has ended. */
void dist_connection_lost(DistNode *node, Term reason);
/* The node a local process controls the connection to; null if there is none. */
DistNode *dist_controlled_by(const Process *p);

#endif
