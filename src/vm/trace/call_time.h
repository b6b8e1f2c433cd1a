/* call_time.h - how long which process spent in functions with call_time.
 *
 * A process's clock says in which such function it is, and since when. A function is named by the
 * address of its first instruction. */
#ifndef LING_CALL_TIME_H
#define LING_CALL_TIME_H

#include "vm/proc/process.h"

typedef struct CallTimeRow {
    Term pid;
    uint64_t count;
    int64_t ns;
} CallTimeRow;

/* What a breakpoint has gathered, by process. Zeroed: nothing. */
typedef struct CallTimes {
    CallTimeRow *rows;             /* open addressing by pid; NO_TERM: free */
    size_t capacity;               /* a power of two, or 0 */
    size_t count;
} CallTimes;

void call_times_clear(CallTimes *times);
/* [{Pid, Count, Seconds, MicroSeconds}] */
Term call_times_list(const CallTimes *times, Heap *heap);

/* `p` calls `function`, whose times these are. The function it was in, or null. */
const Word *call_time_enter(Process *p, CallTimes *times, const Word *function);
/* It returns to the time of `previous`. */
void call_time_leave(Process *p, const Word *previous);
/* It gets or leaves the processor. */
void call_time_turn(Process *p, bool in);
void call_time_forget(Process *p);

#endif
