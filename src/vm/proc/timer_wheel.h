/* timer_wheel.h - things that happen at a time: a hierarchical wheel of intrusive nodes.
 *
 * Setting and cancelling are O(1). A tick is one millisecond; a node never expires early. Nodes of
 * the same tick expire in the order they were set. */
#ifndef LING_TIMER_WHEEL_H
#define LING_TIMER_WHEEL_H

#include "vm/base/base.h"

/* Zeroed: not set. */
typedef struct TimerNode {
    struct TimerNode *next;
    struct TimerNode **link;       /* what points to this node; null while it is not set */
    int64_t deadline_ns;           /* io_monotonic_ns */
    void (*expired)(struct TimerNode *node);   /* the node is no longer set when this is called */
} TimerNode;

static inline bool timer_is_set(const TimerNode *node) { return node->link != NULL; }

/* `node` is not set. A deadline in the past expires at the next timer_wheel_run. */
void timer_wheel_set(TimerNode *node, int64_t deadline_ns, void (*expired)(TimerNode *node));
void timer_wheel_cancel(TimerNode *node);         /* no-op if it is not set */
/* Calls what has expired at `now_ns`. The callbacks may set and cancel any node. */
void timer_wheel_run(int64_t now_ns);
/* No node expires before this; INT64_MAX if none is set. */
int64_t timer_wheel_next_ns(void);
size_t timer_wheel_count(void);

#endif
