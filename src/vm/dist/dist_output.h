/* dist_output.h - signals to other nodes: encoded, queued, and handed to the controller. */
#ifndef LING_DIST_OUTPUT_H
#define LING_DIST_OUTPUT_H

#include "vm/dist/dist_packet.h"
#include "vm/term/etf.h"

/* A signal that is being encoded, perhaps in turns. It stays at its address until it is sent or dropped. */
typedef struct DistSignal {
    DistNode *node;
    uint32_t connection_id;        /* when this is over, so is the signal */
    EtfEncoder encoder;
    size_t control_size;
    AtomRefs *refs;                /* null: atoms are written out */
    DistParcel parcel;             /* once it goes out */
} DistSignal;

/* The node is reachable. `payload` may be NO_TERM. The control message is encoded at once. */
void dist_signal_start(DistSignal *signal, DistNode *node, Term control, Term payload);
/* True when all is encoded. Takes from `budget` what it did. In between: etf_encoder_save and _restore. */
bool dist_signal_run(DistSignal *signal, int64_t *budget);
/* The channel is busy: who may wait shall not begin. */
bool dist_signal_must_wait(const DistSignal *signal);
/* It is encoded: begins to go out. */
void dist_signal_begin(DistSignal *signal);
/* It has, and may have to go on. */
static inline bool dist_signal_has_begun(const DistSignal *signal) { return signal->parcel.bytes != NULL; }
/* Goes on as long as the queue is short. True when all is queued, or the connection over. */
bool dist_signal_continue(DistSignal *signal);
/* Queues what is left of a signal that has begun, and frees all. */
void dist_signal_end(DistSignal *signal);

/* All at once. */
void dist_send_signal(DistNode *node, Term control, Term payload);

/* Hands over what is queued, as far as the controller takes it. */
void dist_flush(DistNode *node);
/* `p` waits until the queue is short, or the connection over: by wait_for_wake (raise.h) or, if it has ended, by EXIT_WAITS
 * (exit.h). system_monitor is told. */
void dist_add_waiter(DistNode *node, Process *p);
void dist_wake_waiters(DistNode *node);
/* The controlling process gets to know that there is something to send, if it asked for that. */
void dist_notice(DistNode *node);

#endif
