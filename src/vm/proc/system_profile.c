#include "vm/proc/system_profile.h"

#include "vm/code/module.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/tracing.h"
#include "vm/proc/vm_time.h"
#include "vm/term/integer.h"

enum { US_PER_SECOND = 1000000, SECONDS_PER_MEGA = 1000000, ONLY_SCHEDULER = 1 };

SystemProfile system_profile = {.profiler = NO_TERM};

static Term time_stamp(Heap *heap)
{
    int64_t us;

    if (system_profile.stamp == TRACE_STAMP_MONOTONIC)
        return integer_from_i64(heap, vm_time_monotonic());
    if (system_profile.stamp == TRACE_STAMP_STRICT_MONOTONIC)
        return tuple_2(heap, integer_from_i64(heap, vm_time_monotonic()),
                       integer_from_i64(heap, unique_integer_monotonic()));
    us = vm_time_now_us();
    return tuple_3(heap, small_int(us / US_PER_SECOND / SECONDS_PER_MEGA),
                   small_int(us / US_PER_SECOND % SECONDS_PER_MEGA), small_int(us % US_PER_SECOND));
}

static Term current_function(const Process *p, Heap *heap)
{
    CodeLocation at;

    if (process_is_exiting(p) || !code_find(p->ip, &at))
        return SMALL(0);
    return tuple_3(heap, at.module, at.name, small_int(at.arity));
}

void system_profile_process(Process *p, Term state)
{
    Message *message;
    Heap *heap;

    if (p->pid == system_profile.profiler)
        return;
    message = message_new();
    heap = &message->heap;
    message->term = tuple_5(heap, A_PROFILE, p->pid, state, current_function(p, heap), time_stamp(heap));
    trace_sink.deliver(system_profile.profiler, message);
}

void system_profile_port(Term port, Term state)
{
    Message *message;
    Heap *heap;

    if (port == system_profile.profiler)
        return;
    message = message_new();
    heap = &message->heap;
    message->term = tuple_5(heap, A_PROFILE, port, state, SMALL(0), time_stamp(heap));
    trace_sink.deliver(system_profile.profiler, message);
}

void system_profile_scheduler(Term state)
{
    Message *message = message_new();
    Heap *heap = &message->heap;
    Term parts[] = {A_PROFILE, A_SCHEDULER, SMALL(ONLY_SCHEDULER), state, SMALL(state == A_ACTIVE), time_stamp(heap)};

    message->term = tuple_from(heap, ARRAY_SIZE(parts), parts);
    trace_sink.deliver(system_profile.profiler, message);
}

void system_profile_forget(const Process *p)
{
    if (p->pid == system_profile.profiler)
        system_profile = (SystemProfile){.profiler = NO_TERM};
}
