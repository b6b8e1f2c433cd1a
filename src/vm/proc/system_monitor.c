#include "vm/proc/system_monitor.h"

#include "io/io_time.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/term/integer.h"

#define NS_PER_MS 1000000

SystemMonitor system_monitor = {.pid = NO_TERM};

/* {monitor, Pid or Port, Event, Info}; `info` lies on the message's heap. */
static void tell(Message *message, Term about, Term event, Term info)
{
    Process *to = process_find(system_monitor.pid);

    message->term = tuple_4(&message->heap, A_MONITOR, about, event, info);
    if (to && to->pid != about)
        message_post(to, message);
    else
        message_free(message);
}

void system_monitor_collected(Process *p, int64_t ns)
{
    const SystemMonitor *m = &system_monitor;
    Message *message;

    if (m->long_gc_ms > 0 && (uint64_t)ns / NS_PER_MS >= m->long_gc_ms) {
        Term first;

        message = message_new();
        first = tuple_2(&message->heap, A_TIMEOUT, integer_from_i64(&message->heap, ns / NS_PER_MS));
        tell(message, p->pid, A_LONG_GC, cons(&message->heap, first, gc_info_event_list(p, &message->heap)));
    }
    if (m->large_heap_words > 0 && gc_heap_block_words(&p->heap, &p->gc) >= m->large_heap_words) {
        message = message_new();
        tell(message, p->pid, A_LARGE_HEAP, gc_info_event_list(p, &message->heap));
    }
}

void system_monitor_turn_starts(MeasuredTurn *turn, const Process *p)
{
    turn->in_is_known = process_location(p, &turn->in);
    turn->started_ns = io_monotonic_ns();
}

static Term location(Heap *heap, const CodeLocation *where, bool is_known)
{
    return is_known ? tuple_3(heap, where->module, where->name, small_int(where->arity)) : A_UNDEFINED;
}

static bool is_long(int64_t started_ns, int64_t *ms)
{
    *ms = (io_monotonic_ns() - started_ns) / NS_PER_MS;
    return system_monitor.long_schedule_ms > 0 && (uint64_t)*ms > system_monitor.long_schedule_ms;
}

void system_monitor_turn_ended(const MeasuredTurn *turn, const Process *p)
{
    int64_t ms;
    CodeLocation out;
    Message *message;
    Heap *heap;
    Term list;

    if (!is_long(turn->started_ns, &ms))
        return;
    message = message_new();
    heap = &message->heap;
    list = cons(heap, tuple_2(heap, A_OUT, location(heap, &out, process_location(p, &out))), TERM_NIL);
    list = cons(heap, tuple_2(heap, A_IN, location(heap, &turn->in, turn->in_is_known)), list);
    tell(message, p->pid, A_LONG_SCHEDULE, cons(heap, tuple_2(heap, A_TIMEOUT, integer_from_i64(heap, ms)), list));
}

void system_monitor_port_worked(Term port, Term operation, int64_t started_ns)
{
    int64_t ms;
    Message *message;
    Heap *heap;
    Term list;

    if (!is_long(started_ns, &ms))
        return;
    message = message_new();
    heap = &message->heap;
    list = cons(heap, tuple_2(heap, A_PORT_OP, operation), TERM_NIL);
    tell(message, port, A_LONG_SCHEDULE, cons(heap, tuple_2(heap, A_TIMEOUT, integer_from_i64(heap, ms)), list));
}

void system_monitor_busy_port(Process *p, Term port)
{
    if (system_monitor.busy_port)
        tell(message_new(), p->pid, A_BUSY_PORT, port);
}

void system_monitor_busy_dist_port(Process *p, Term controller)
{
    if (system_monitor.busy_dist_port)
        tell(message_new(), p->pid, A_BUSY_DIST_PORT, controller);
}

void system_monitor_forget(const Process *p)
{
    if (p->pid == system_monitor.pid)
        system_monitor = (SystemMonitor){.pid = NO_TERM};
}
