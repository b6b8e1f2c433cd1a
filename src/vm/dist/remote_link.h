/* remote_link.h - links of local processes to processes of other nodes.
 *
 * Unlinking takes an answer of the other side; until it comes the link is kept, but no longer counts: exit signals
 * that were under way are dropped. */
#ifndef LING_REMOTE_LINK_H
#define LING_REMOTE_LINK_H

#include "vm/dist/dist_node.h"
#include "vm/proc/exit.h"
#include "vm/term/pid.h"

typedef struct RemoteLink {
    Process *process;
    DistNode *node;
    uint64_t unlink_id;            /* 0: active; else unlinked here, and not yet confirmed */
    struct RemoteLink *next, **link;               /* list of the process */
    struct RemoteLink *node_next, **node_link;     /* list of the node */
    Word pid[EXTERNAL_PID_WORDS];  /* the object of the other process */
} RemoteLink;

static inline Term remote_link_other(const RemoteLink *link) { return make_boxed(link->pid); }
/* Null: there is none, active or not. */
RemoteLink *remote_link_find(const Process *p, Term other);
/* There was none. */
RemoteLink *remote_link_add(Process *p, DistNode *node, Term other);
void remote_link_free(RemoteLink *link);
size_t remote_link_count(const Process *p);        /* active ones */

/* link/1: makes the link, or makes it active again, and tells the other side. False: there is no connection. */
bool remote_link_make(Process *p, DistNode *node, Term other);
/* unlink/1. */
void remote_link_cancel(Process *p, Term other);
/* `p` has ended (dist_obituary.h): the other sides get exit signals, after the signal that has begun. */
ExitProgress remote_link_exit_some(Process *p);
/* The connection is over: exit signals noconnection. */
void remote_link_lose_all(DistNode *node);

#endif
