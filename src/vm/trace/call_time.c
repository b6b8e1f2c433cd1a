#include "vm/trace/call_time.h"

#include "vm/base/mem.h"
#include "vm/proc/vm_time.h"
#include "vm/term/integer.h"
#include "vm/trace/breakpoint.h"

enum { FIRST_ROWS = 8, NS_PER_US = 1000, US_PER_SECOND = 1000000 };

typedef struct CallClock {
    const Word *function;          /* null: in none */
    int64_t since_ns;
} CallClock;

/* --- rows ---------------------------------------------------------------------------------------------- */

void call_times_clear(CallTimes *times)
{
    mem_free(MEM_SYSTEM, times->rows);
    *times = (CallTimes){0};
}

static CallTimeRow *row_of(const CallTimes *times, Term pid)
{
    size_t at = (size_t)(immediate_payload(pid) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (times->capacity - 1);

    while (times->rows[at].pid != NO_TERM && times->rows[at].pid != pid)
        at = (at + 1) & (times->capacity - 1);
    return &times->rows[at];
}

static void grow(CallTimes *times)
{
    CallTimes bigger = {.capacity = times->capacity ? 2 * times->capacity : FIRST_ROWS, .count = times->count};

    bigger.rows = mem_alloc_zero(MEM_SYSTEM, bigger.capacity * sizeof *bigger.rows);
    for (size_t i = 0; i < bigger.capacity; i++)
        bigger.rows[i].pid = NO_TERM;
    for (size_t i = 0; i < times->capacity; i++)
        if (times->rows[i].pid != NO_TERM)
            *row_of(&bigger, times->rows[i].pid) = times->rows[i];
    mem_free(MEM_SYSTEM, times->rows);
    *times = bigger;
}

static void add(CallTimes *times, Term pid, uint64_t count, int64_t ns)
{
    CallTimeRow *row;

    if (2 * times->count >= times->capacity)
        grow(times);
    row = row_of(times, pid);
    if (row->pid == NO_TERM) {
        row->pid = pid;
        times->count++;
    }
    row->count += count;
    row->ns += ns;
}

Term call_times_list(const CallTimes *times, Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < times->capacity; i++) {
        const CallTimeRow *row = &times->rows[i];
        int64_t us = row->ns / NS_PER_US;

        if (row->pid != NO_TERM)
            list = cons(heap, tuple_4(heap, row->pid, integer_from_u64(heap, row->count), small_int(us / US_PER_SECOND),
                                      small_int(us % US_PER_SECOND)), list);
    }
    return list;
}

/* --- clocks ---------------------------------------------------------------------------------------------- */

/* What passed since counts for the function it was in; if that is still measured. */
static void settle(Process *p, int64_t now)
{
    CallClock *clock = p->call_clock;
    CallTimes *times = clock->function ? breakpoint_times(clock->function) : NULL;

    if (times)
        add(times, p->pid, 0, now - clock->since_ns);
    clock->since_ns = now;
}

const Word *call_time_enter(Process *p, CallTimes *times, const Word *function)
{
    int64_t now = vm_time_monotonic();
    const Word *previous;

    if (!p->call_clock)
        p->call_clock = mem_alloc_zero(MEM_PROCESS, sizeof *p->call_clock);
    previous = p->call_clock->function;
    settle(p, now);
    add(times, p->pid, 1, 0);
    p->call_clock->function = function;
    return previous;
}

void call_time_leave(Process *p, const Word *previous)
{
    if (!p->call_clock)
        return;
    settle(p, vm_time_monotonic());
    p->call_clock->function = previous;
}

void call_time_turn(Process *p, bool in)
{
    if (in)
        p->call_clock->since_ns = vm_time_monotonic();
    else
        settle(p, vm_time_monotonic());
}

void call_time_forget(Process *p)
{
    mem_free(MEM_PROCESS, p->call_clock);
    p->call_clock = NULL;
}
