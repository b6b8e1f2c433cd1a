/* dist_obituary.h - what a process that has ended tells other nodes: exit signals of links and monitors, one after the
 * other. A large reason is encoded in steps, and who finds the channel busy waits, as senders do: so reasons do not pile
 * up, and other signals go out between their pieces. */
#ifndef LING_DIST_OBITUARY_H
#define LING_DIST_OBITUARY_H

#include "vm/dist/dist_signals.h"
#include "vm/proc/exit.h"

/* Begins with a signal; p->obituary until it is sent, null if the node is not reachable. There was none before. The payload
 * lies on the heap of `p`. */
void dist_obituary_start(Process *p, DistNode *node, DistMessage message);
/* Goes on with it. EXIT_DONE: there is none any more. */
ExitProgress dist_obituary_continue(Process *p);

#endif
