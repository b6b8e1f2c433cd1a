/* dist_signals.h - the signals of the protocol, in the form that the other side understands.
 *
 * All of these are encoded and queued at once; nothing happens if the node is not reachable. */
#ifndef LING_DIST_SIGNALS_H
#define LING_DIST_SIGNALS_H

#include "vm/dist/dist_node.h"

/* The control message and payload of a signal whose payload may be large: to be encoded in turns. */
typedef struct DistMessage {
    Term control;
    Term payload;                  /* NO_TERM: none */
} DistMessage;

/* From local to remote; `unlink_id` 0: as before OTP 23.3. */
void dist_signal_link(DistNode *node, Term from, Term to);
void dist_signal_unlink(DistNode *node, uint64_t unlink_id, Term from, Term to);
void dist_signal_unlink_ack(DistNode *node, uint64_t unlink_id, Term from, Term to);
/* `token` is the sequential trace token of the sender, or []. */
void dist_signal_link_exit(DistNode *node, Term from, Term to, Term reason, Term token);
/* Programs that know no monitors are only watched for the connection. */
bool dist_knows_monitors(const DistNode *node);
/* `watched` is a pid or a registered name. */
void dist_signal_monitor(DistNode *node, Term watcher, Term watched, Term ref);
void dist_signal_demonitor(DistNode *node, Term watcher, Term watched, Term ref);
void dist_signal_monitor_exit(DistNode *node, Term watched, Term watcher, Term ref, Term reason);
void dist_signal_group_leader(DistNode *node, Term leader, Term pid);
/* `result` is a pid or an error's name. */
void dist_signal_spawn_reply(DistNode *node, Term ref, Term to, unsigned flags, Term result, Term token);

/* Terms on `heap`. `to` is an external pid or reference, or a registered name. */
DistMessage dist_message_send(const DistNode *node, Heap *heap, Term from, Term to, Term message, Term token);
/* Of a link, of a monitor, of exit/2. */
DistMessage dist_message_link_exit(const DistNode *node, Heap *heap, Term from, Term to, Term reason, Term token);
DistMessage dist_message_monitor_exit(const DistNode *node, Heap *heap, Term watched, Term watcher, Term ref, Term reason);
DistMessage dist_message_exit(const DistNode *node, Heap *heap, Term from, Term to, Term reason, Term token);
DistMessage dist_message_spawn(Heap *heap, Term ref, Term from, Term leader, Term mfa, Term args, Term spawn_options,
                               Term token);

#endif
