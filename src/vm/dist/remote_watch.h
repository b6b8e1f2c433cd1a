/* remote_watch.h - monitors between nodes.
 *
 * A monitor by a local process of one of another node is a Monitor on that node's list. One by a process
 * there of a local one is a RemoteWatch, found by its reference, with a native Monitor at the local process. */
#ifndef LING_REMOTE_WATCH_H
#define LING_REMOTE_WATCH_H

#include "vm/dist/dist_node.h"

/* Monitors by processes of `node`. */
/* `watched` is the registered name the monitor was made by, or NO_TERM. */
void remote_watch_add(DistNode *node, Process *target, Term watcher, Term ref, Term name);
void remote_watch_remove(DistNode *node, Term watcher, Term ref);      /* if there is one */
/* What stands behind a native Monitor whose `remote` is a pid: the other side's reference, and the name or NO_TERM. */
Term remote_watch_ref(const Monitor *monitor);
Term remote_watch_name(const Monitor *monitor);
/* A walk through node->watches. */
typedef struct RemoteWatch RemoteWatch;
const RemoteWatch *remote_watch_next(const RemoteWatch *watch);
const Monitor *remote_watch_monitor(const RemoteWatch *watch);
void remote_watch_drop_all(DistNode *node);

/* Monitors by local processes. `target` is a pid, or a name (then on `node`). */
void remote_monitor_add(Process *p, DistNode *node, Term ref, Term target, const MonitorOptions *monitor_options);
/* It ends before its target does: tells the other node. The caller frees it. */
void remote_monitor_cancel(Monitor *monitor);
/* Connection lost: noconnection. */
void remote_monitor_lose_all(DistNode *node);

/* monitor_node/2,3: `node` is reachable. One call more, or less. */
void node_monitor_add(Process *p, DistNode *node);
void node_monitor_remove(Process *p, Term node);

#endif
