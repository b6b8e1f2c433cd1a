/* dist_task.h - signals to other nodes on behalf of a process that called a BIF: large ones are encoded in turns, and
 * their sender waits while too much is queued. */
#ifndef LING_DIST_TASK_H
#define LING_DIST_TASK_H

#include "vm/dist/dist_node.h"
#include "vm/dist/dist_signals.h"
#include "vm/proc/bif.h"

/* Sends `message` (the control message anywhere, the payload on p's heap); the call returns `result`, later if p has to
 * wait and `may_wait`. */
Term dist_task_send(Process *p, DistNode *node, DistMessage message, bool may_wait, Term result);
/* A signal has been sent: returns `result`, when the queue of `node` is short enough. */
Term dist_task_return(Process *p, DistNode *node, Term result);

/* Is this node alive, or about to get its name from the first node it meets (-sname undefined)? */
bool dist_task_is_alive(void);

/* Destination ! Message for a destination of another node. `options` are of send/3. */
enum { DIST_TASK_NO_CONNECT = 1, DIST_TASK_NO_SUSPEND = 2 };
Term dist_task_send_message(Process *p, Term destination, Term message, unsigned options, Term result);

#endif
