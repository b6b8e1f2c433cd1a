/* scheduler.h - which process runs next.
 *
 * Four queues: max, then high, then normal and low, of which low gets one turn in eight. I/O and
 * timers are looked at when nobody can run, and cheaply every few turns. */
#ifndef LING_SCHEDULER_H
#define LING_SCHEDULER_H

#include "vm/proc/process.h"

#define SCHEDULER_TURN_REDUCTIONS 4000

extern Process *running_process;           /* null between turns */

/* A waiting or new process can run. */
void scheduler_ready(Process *p);
/* Puts `p` into its queue whatever its state, unless it is there: exiting processes, resumed ones. */
void scheduler_enqueue(Process *p);
/* Ends wait_for_wake (raise.h), whether it has begun to wait already or not. */
void process_wake(Process *p);
/* Used by the engine for OUTCOME_WAIT: false if process_wake has been called already. */
bool process_block(Process *p);
/* Somebody changed suspend_count or flags of `p`: makes a running process notice soon. */
static inline void process_interrupt(Process *p) { p->reductions_left = 0; }

/* Something to be done when the turn of the running process is over. A zeroed one does not wait. */
typedef struct TurnEnd {
    struct TurnEnd *next, **link;          /* link is null: it does not wait */
    void (*act)(struct TurnEnd *end);
} TurnEnd;
void scheduler_at_turn_end(TurnEnd *end);
void scheduler_forget_turn_end(TurnEnd *end);  /* whether it waits or not */

/* Work that waits, like a process, for its turn. */
typedef struct SystemTask {
    struct SystemTask *next;
    void (*act)(struct SystemTask *task);      /* between turns; owns the task */
} SystemTask;
/* Its turn comes as for a process of priority `rank`; among such tasks those of higher `priority` come first. */
void scheduler_add_task(SystemTask *task, Priority rank, Priority priority);
/* True if the running process, or one that waits for its turn, comes before work of this priority. */
bool scheduler_is_outranked(Priority priority);

/* One turn of whoever is next; false if nobody can run. */
bool scheduler_run_turn(void);
/* Runs everything until the VM halts; the exit status. */
int scheduler_loop(void);
/* Leaves scheduler_loop; `flush`: when the ports have written what they hold. The running process
 * does not run again. */
void scheduler_halt(int status, bool flush);
bool scheduler_is_halting(void);

size_t scheduler_queue_length(Priority priority);
uint64_t scheduler_context_switches(void);     /* statistics(context_switches) */
uint64_t scheduler_reductions(void);           /* of all processes since start, this turn excluded */

#endif
