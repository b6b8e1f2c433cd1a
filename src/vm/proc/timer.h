/* timer.h - timers of erlang:send_after and start_timer. Those of receive are in mailbox.c. */
#ifndef LING_TIMER_H
#define LING_TIMER_H

#include "vm/proc/process.h"
#include "vm/term/ref_table.h"

typedef struct BifTimer {
    RefEntry ref;                  /* must be first */
    TimerNode node;
    Process *to;                   /* null: to a name */
    Term name;                     /* or NO_TERM */
    Term message;
    Heap heap;                     /* owns `message` */
    struct BifTimer *next, **link; /* list of `to` */
} BifTimer;

/* Sends `message` (copied) to a process or a registered name at `deadline_ns`, under reference `id`. */
BifTimer *timer_start(Process *to, Term name, int64_t deadline_ns, Term message, uint64_t id);
void timer_free(BifTimer *timer);             /* cancels it */
BifTimer *timer_find(uint64_t id);            /* null if it has expired */
void timer_free_all(Process *p);              /* those that send to `p` */

#endif
