/* system_monitor.h - erlang:system_monitor: one process that is told of long collections, long turns of processes
 * and ports, large heaps and busy ports. */
#ifndef LING_SYSTEM_MONITOR_H
#define LING_SYSTEM_MONITOR_H

#include "vm/code/module.h"
#include "vm/proc/process.h"

typedef struct SystemMonitor {
    Term pid;                  /* NO_TERM: nobody is told anything, the rest is zero */
    uint64_t long_gc_ms;       /* 0: not asked for */
    uint64_t long_schedule_ms;
    uint64_t large_heap_words;
    bool busy_port, busy_dist_port;
} SystemMonitor;

extern SystemMonitor system_monitor;

/* After a collection of `p` that took `ns` (only measured if long_gc_ms is set). */
void system_monitor_collected(Process *p, int64_t ns);
/* A turn of a process: to be measured if long_schedule_ms is set. */
typedef struct MeasuredTurn {
    int64_t started_ns;            /* never 0 once it started */
    CodeLocation in;
    bool in_is_known;
} MeasuredTurn;

void system_monitor_turn_starts(MeasuredTurn *turn, const Process *p);
void system_monitor_turn_ended(const MeasuredTurn *turn, const Process *p);
/* A port has worked since then, called by nobody but io: to be measured if long_schedule_ms is set. */
void system_monitor_port_worked(Term port, Term operation, int64_t started_ns);
/* `p` has to wait for a port. */
void system_monitor_busy_port(Process *p, Term port);
/* `p` has to wait for a connection to another node: `controller` is a port or pid. */
void system_monitor_busy_dist_port(Process *p, Term controller);
/* `p` ends. */
void system_monitor_forget(const Process *p);

#endif
