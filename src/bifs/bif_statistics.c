/* bif_statistics.c - erlang:statistics/1 and the measuring of scheduler time. */
#include "bifs.h"
#include "io/io_time.h"
#include "vm/port/port.h"
#include "vm/proc/microstate.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/vm_time.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

enum { NS_PER_MS = 1000000 };

/* {Total, SinceLastCall} */
static Term since_last(Heap *heap, uint64_t total, uint64_t *last)
{
    uint64_t change = total - *last;

    *last = total;
    return tuple_2(heap, integer_from_u64(heap, total), integer_from_u64(heap, change));
}

static uint64_t reductions(const Process *p)
{
    return scheduler_reductions() + (uint64_t)(SCHEDULER_TURN_REDUCTIONS - p->reductions_left);
}

static int64_t waiting_tasks(void)
{
    size_t count = 0;

    for (int priority = PRIORITY_LOW; priority <= PRIORITY_MAX; priority++)
        count += scheduler_queue_length(priority);
    return (int64_t)count;
}

/* One number for the scheduler, and zeros for the dirty ones, which have no queues here. */
static Term by_scheduler(Heap *heap, int64_t number, bool all)
{
    Term list = all ? cons(heap, SMALL(0), TERM_NIL) : TERM_NIL;

    return cons(heap, small_int(number), cons(heap, SMALL(0), list));
}

/* --- scheduler_wall_time -------------------------------------------------------------------------------------- */

static struct {
    bool on;
    int64_t cpu_start, wall_start;
    int64_t active, wall;           /* as they were shown last */
} wall_time;

Term bif_erts_internal_scheduler_wall_time_1(Process *p, const Term *args)
{
    bool before = wall_time.on;

    if (args[0] != A_TRUE && args[0] != A_FALSE)
        return raise_badarg(p);
    wall_time.on = args[0] == A_TRUE;
    if (wall_time.on && !before) {
        wall_time.cpu_start = io_cpu_ns();
        wall_time.wall_start = io_monotonic_ns();
        wall_time.active = wall_time.wall = 0;
    }
    return atom_bool(before);
}

/* Workers count as well, and both clocks cannot be read at once: never more than has passed. */
static void measure_wall_time(void)
{
    int64_t active = io_cpu_ns() - wall_time.cpu_start, wall = io_monotonic_ns() - wall_time.wall_start;

    wall_time.active = MIN(active, wall_time.active + wall - wall_time.wall);
    wall_time.wall = wall;
}

static Term scheduler_wall_time(Heap *heap, bool all)
{
    Term total, list = TERM_NIL;

    if (!wall_time.on)
        return A_UNDEFINED;
    measure_wall_time();
    total = integer_from_i64(heap, wall_time.wall);
    if (all)
        list = cons(heap, tuple_3(heap, SMALL(3), SMALL(0), total), list);
    list = cons(heap, tuple_3(heap, SMALL(2), SMALL(0), total), list);
    return cons(heap, tuple_3(heap, SMALL(1), integer_from_i64(heap, wall_time.active), total), list);
}

static Term microstates_term(Heap *heap)
{
    const Term names[MICROSTATE_COUNT] = {A_AUX, A_CHECK_IO, A_EMULATOR, A_GC, A_OTHER, A_PORT, A_SLEEP};
    Term counters[2 * MICROSTATE_COUNT];
    Term thread[] = {A_COUNTERS, TERM_NIL, A_ID, SMALL(1), A_TYPE, A_SCHEDULER};

    microstate_enter(MICROSTATE_EMULATOR);      /* what has passed in it counts */
    for (size_t i = 0; i < MICROSTATE_COUNT; i++) {
        counters[2 * i] = names[i];
        counters[2 * i + 1] = integer_from_i64(heap, microstates.spent_ns[i]);
    }
    thread[1] = map_from_pairs(heap, counters, MICROSTATE_COUNT);
    return cons(heap, map_from_pairs(heap, thread, 3), TERM_NIL);
}

static Term io_counts(Heap *heap)
{
    return tuple_2(heap, tuple_2(heap, A_INPUT, integer_from_u64(heap, port_total_in)),
                   tuple_2(heap, A_OUTPUT, integer_from_u64(heap, port_total_out)));
}

static Term garbage_collections(Heap *heap)
{
    return tuple_3(heap, integer_from_u64(heap, gc_count), integer_from_u64(heap, gc_words_reclaimed), SMALL(0));
}

Term bif_erlang_statistics_1(Process *p, const Term *args)
{
    static uint64_t last_reductions, last_exact, last_runtime, last_wall;
    Heap *heap = &p->heap;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    switch (atom_index(args[0])) {
    case ATOM_ACTIVE_TASKS: return by_scheduler(heap, waiting_tasks() + 1, false);
    case ATOM_ACTIVE_TASKS_ALL: return by_scheduler(heap, waiting_tasks() + 1, true);
    case ATOM_TOTAL_ACTIVE_TASKS:
    case ATOM_TOTAL_ACTIVE_TASKS_ALL: return small_int(waiting_tasks() + 1);
    case ATOM_RUN_QUEUE_LENGTHS: return by_scheduler(heap, waiting_tasks(), false);
    case ATOM_RUN_QUEUE_LENGTHS_ALL: return by_scheduler(heap, waiting_tasks(), true);
    case ATOM_RUN_QUEUE:
    case ATOM_TOTAL_RUN_QUEUE_LENGTHS:
    case ATOM_TOTAL_RUN_QUEUE_LENGTHS_ALL: return small_int(waiting_tasks());
    case ATOM_CONTEXT_SWITCHES: return tuple_2(heap, integer_from_u64(heap, scheduler_context_switches()), SMALL(0));
    case ATOM_REDUCTIONS: return since_last(heap, reductions(p), &last_reductions);
    case ATOM_EXACT_REDUCTIONS: return since_last(heap, reductions(p), &last_exact);
    case ATOM_RUNTIME: return since_last(heap, (uint64_t)io_cpu_ns() / NS_PER_MS, &last_runtime);
    case ATOM_WALL_CLOCK: return since_last(heap, (uint64_t)vm_time_since_start() / NS_PER_MS, &last_wall);
    case ATOM_GARBAGE_COLLECTION: return garbage_collections(heap);
    case ATOM_IO: return io_counts(heap);
    case ATOM_MICROSTATE_ACCOUNTING: return microstates_term(heap);
    case ATOM_SCHEDULER_WALL_TIME: return scheduler_wall_time(heap, false);
    case ATOM_SCHEDULER_WALL_TIME_ALL: return scheduler_wall_time(heap, true);
    default: return raise_badarg(p);
    }
}

/* Only the one scheduler could have stopped, and it runs this. */
Term bif_erts_internal_system_check_1(Process *p, const Term *args)
{
    return args[0] == A_SCHEDULERS ? A_OK : raise_badarg(p);
}
