#include "vm/proc/scheduler.h"

#include "io/io_gate.h"
#include "io/io_loop.h"
#include "io/io_time.h"
#include "vm/proc/exit.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/hooks.h"
#include "vm/proc/microstate.h"
#include "vm/proc/system_monitor.h"
#include "vm/proc/system_profile.h"
#include "vm/proc/tracing.h"

/* Of normal and low, low gets every eighth turn. */
#define LOW_SHARE 8
/* Reductions between two looks at the clock, where a turn counts at least TURN_COST. */
#define CLOCK_CREDIT 8000
#define TURN_COST 100
/* I/O is looked at this often while processes keep the VM busy. */
#define IO_INTERVAL_NS 200000

typedef struct RunQueue {
    Process *first;
    Process **last;
    size_t length;
} RunQueue;

static RunQueue queues[PRIORITY_COUNT] = {
    {.last = &queues[0].first}, {.last = &queues[1].first}, {.last = &queues[2].first}, {.last = &queues[3].first}};

Process *running_process;

static unsigned normal_turns;          /* since low had one */
static int64_t clock_credit = CLOCK_CREDIT;
static int64_t last_io_ns;
static uint64_t context_switches;
static uint64_t total_reductions;
static bool halting;
static bool halt_flushes;
static int halt_status;

/* --- queues ------------------------------------------------------------------------------------ */

void scheduler_enqueue(Process *p)
{
    RunQueue *queue = &queues[p->priority];

    if (p->flags & PROCESS_QUEUED)
        return;
    p->flags |= PROCESS_QUEUED;
    p->queue_next = NULL;
    *queue->last = p;
    queue->last = &p->queue_next;
    queue->length++;
}

void scheduler_ready(Process *p)
{
    assert(p->state == PROCESS_WAITING || p->state == PROCESS_RUNNABLE);
    if (UNLIKELY(system_profile.processes) && p->state == PROCESS_WAITING)
        system_profile_process(p, A_ACTIVE);
    p->state = PROCESS_RUNNABLE;
    scheduler_enqueue(p);
}

static Process *take(Priority priority)
{
    RunQueue *queue = &queues[priority];
    Process *p = queue->first;

    queue->first = p->queue_next;
    if (!queue->first)
        queue->last = &queue->first;
    queue->length--;
    p->flags &= ~(uint32_t)PROCESS_QUEUED;
    return p;
}

static Process *take_next(void)
{
    if (UNLIKELY(queues[PRIORITY_MAX].first != NULL))
        return take(PRIORITY_MAX);
    if (UNLIKELY(queues[PRIORITY_HIGH].first != NULL))
        return take(PRIORITY_HIGH);
    if (queues[PRIORITY_LOW].first
        && (!queues[PRIORITY_NORMAL].first || ++normal_turns >= LOW_SHARE)) {
        normal_turns = 0;
        return take(PRIORITY_LOW);
    }
    return queues[PRIORITY_NORMAL].first ? take(PRIORITY_NORMAL) : NULL;
}

static bool is_work_waiting(void)
{
    for (int i = 0; i < PRIORITY_COUNT; i++)
        if (queues[i].first)
            return true;
    return false;
}

size_t scheduler_queue_length(Priority priority)
{
    return queues[priority].length;
}

/* --- waiting in BIFs ----------------------------------------------------------------------------- */

/* One that has ended waits for output only, and only while it says so. */
static void wake_exiting(Process *p)
{
    if (p->state != PROCESS_EXITING || !(p->flags & PROCESS_WAITS_FOR_OUTPUT))
        return;
    p->flags &= ~(uint32_t)PROCESS_WAITS_FOR_OUTPUT;
    scheduler_enqueue(p);
}

void process_wake(Process *p)
{
    if (process_is_exiting(p)) {
        wake_exiting(p);
        return;
    }
    if (!(p->flags & PROCESS_BLOCKED)) {
        p->flags |= PROCESS_WAKE_PENDING;
        return;
    }
    p->flags &= ~(uint32_t)(PROCESS_BLOCKED | PROCESS_WAITS_FOR_OUTPUT);
    scheduler_ready(p);
}

bool process_block(Process *p)
{
    if (p->flags & PROCESS_WAKE_PENDING) {
        p->flags &= ~(uint32_t)PROCESS_WAKE_PENDING;
        return false;
    }
    p->flags |= PROCESS_BLOCKED;
    p->state = PROCESS_WAITING;
    return true;
}

/* --- turns ----------------------------------------------------------------------------------- */

static void finish_exit(Process *p)
{
    ExitProgress progress;

    p->state = PROCESS_EXITING;
    if (is_tracing(p, TRACE_EXITING) && (p->flags & PROCESS_EXIT_STARTED))
        trace_sink.turn(p, A_IN_EXITING);
    progress = exit_continue(p);
    if (progress == EXIT_DONE)
        return;
    if (is_tracing(p, TRACE_EXITING))
        trace_sink.turn(p, A_OUT_EXITING);
    if (progress == EXIT_GOES_ON)
        scheduler_enqueue(p);
}

/* The process has left the processor. */
static void settle(Process *p)
{
    if (p->state == PROCESS_EXITING || (p->flags & PROCESS_KILLED)) {
        finish_exit(p);
        return;
    }
    gc_sync_limit(&p->heap, &p->gc);
    if (is_tracing(p, TRACE_TURNS)) {
        trace_sink.turn(p, A_OUT);
        if (p->flags & PROCESS_IN_DIRTY_CALL)
            trace_sink.turn(p, A_IN);
    }
    if (p->state == PROCESS_RUNNING) {
        p->state = PROCESS_RUNNABLE;
        scheduler_enqueue(p);
    } else if (UNLIKELY(system_profile.processes) && p->state == PROCESS_WAITING) {
        system_profile_process(p, A_INACTIVE);
    }
    if (UNLIKELY(p->flags & PROCESS_HIBERNATING) && p->state == PROCESS_WAITING)
        process_collect_to_fit(p);
    else if (UNLIKELY(process_should_collect(p)))
        process_collect_saved(p);
}

static void run(Process *p)
{
    uint64_t before = p->reductions;
    MeasuredTurn turn;

    p->state = PROCESS_RUNNING;
    p->reductions_left = SCHEDULER_TURN_REDUCTIONS;
    running_process = p;
    if (is_tracing(p, TRACE_TURNS))
        trace_sink.turn(p, A_IN);
    turn.started_ns = 0;
    if (UNLIKELY(system_monitor.long_schedule_ms > 0))
        system_monitor_turn_starts(&turn, p);
    microstate_enter(MICROSTATE_EMULATOR);
    process_hooks.run(p);
    microstate_enter(MICROSTATE_OTHER);
    if (UNLIKELY(turn.started_ns != 0))
        system_monitor_turn_ended(&turn, p);
    p->reductions++;                       /* a turn is never for nothing */
    running_process = NULL;
    context_switches++;
    total_reductions += p->reductions - before;
    clock_credit -= TURN_COST + (int64_t)(p->reductions - before);
    settle(p);
}

/* The block was made to fit; the process has its least size again before it needs it. False: it may not run. */
static bool leave_hibernation(Process *p)
{
    p->flags &= ~(uint32_t)PROCESS_HIBERNATING;
    if (gc_heap_block_words(&p->heap, &p->gc) < p->gc.min_words) {
        p->gc.force_full = true;
        process_collect_saved(p);
    }
    return p->state == PROCESS_RUNNABLE;
}

static void run_one(Process *p)
{
    if (UNLIKELY(p->state == PROCESS_EXITING)) {
        finish_exit(p);
        clock_credit -= TURN_COST;
    } else if (UNLIKELY(p->flags & PROCESS_COLLECT)) {
        process_collect_saved(p);
        if (p->state == PROCESS_RUNNABLE)
            scheduler_enqueue(p);
    } else if (LIKELY(p->suspend_count == 0)) {
        if (LIKELY(!(p->flags & PROCESS_HIBERNATING)) || leave_hibernation(p))
            run(p);
    }
}

/* --- time and I/O ------------------------------------------------------------------------------ */

/* I/O first: what came while the system let the VM wait is there before the time that somebody waits for it is over. */
static void look_around(void)
{
    int64_t now = io_monotonic_ns();

    clock_credit = CLOCK_CREDIT;
    if (now - last_io_ns >= IO_INTERVAL_NS) {
        last_io_ns = now;
        microstate_enter(MICROSTATE_CHECK_IO);
        if (io_is_watching())
            io_wait(IO_POLL);
    }
    microstate_enter(MICROSTATE_AUX);
    timer_wheel_run(now);
    microstate_enter(MICROSTATE_OTHER);
}

/* Here, too: what is due since before is told after another look at I/O only. And when the wait ended late, what is due a
 * while after that for which it ended has to stand back once more: what came meanwhile, nobody has seen. */
static void idle(void)
{
    int64_t due = timer_wheel_next_ns();
    bool is_shown = system_profile.scheduler && due > io_monotonic_ns();

    if (is_shown)
        system_profile_scheduler(A_INACTIVE);
    microstate_enter(MICROSTATE_SLEEP);
    io_wait(due);
    microstate_enter(MICROSTATE_AUX);
    last_io_ns = io_monotonic_ns();
    timer_wheel_run(last_io_ns - due > IO_INTERVAL_NS ? due + IO_INTERVAL_NS : last_io_ns);
    microstate_enter(MICROSTATE_OTHER);
    if (is_shown && is_work_waiting())
        system_profile_scheduler(A_ACTIVE);
    clock_credit = CLOCK_CREDIT;
}

/* --- work between turns -------------------------------------------------------------------------- */

typedef struct TaskQueue {
    SystemTask *first, **last;             /* `last` is null before the first use */
} TaskQueue;

static TaskQueue tasks[PRIORITY_COUNT][PRIORITY_COUNT];      /* by rank, then by their own priority */
static size_t task_count;
static unsigned normal_tasks;              /* since low had one */

void scheduler_add_task(SystemTask *task, Priority rank, Priority priority)
{
    TaskQueue *queue = &tasks[rank][priority];

    task->next = NULL;
    *(queue->first ? queue->last : &queue->first) = task;
    queue->last = &task->next;
    task_count++;
}

bool scheduler_is_outranked(Priority priority)
{
    if (running_process && running_process->priority > priority)
        return true;
    for (int above = priority + 1; above < PRIORITY_COUNT; above++)
        if (queues[above].first)
            return true;
    return false;
}

/* Null: there is none of this rank. */
static TaskQueue *next_task(TaskQueue *of_rank)
{
    TaskQueue *low = &of_rank[PRIORITY_LOW];

    for (TaskQueue *queue = &of_rank[PRIORITY_MAX]; queue > low; queue--) {
        if (!queue->first)
            continue;
        if (queue != &of_rank[PRIORITY_NORMAL] || !low->first || ++normal_tasks <= LOW_SHARE)
            return queue;
    }
    if (!low->first)
        return NULL;
    normal_tasks = 0;
    return low;
}

/* The first task that no process comes before, but that low ones do not wait for normal processes for ever. */
static void run_a_task(void)
{
    for (int rank = PRIORITY_MAX; rank >= 0; rank--) {
        TaskQueue *queue = next_task(tasks[rank]);

        if (queue) {
            SystemTask *task = queue->first;
            queue->first = task->next;
            task_count--;
            microstate_enter(MICROSTATE_AUX);
            task->act(task);
            microstate_enter(MICROSTATE_OTHER);
            return;
        }
        if (rank > PRIORITY_NORMAL && queues[rank].first)
            return;
    }
}

/* --- ends of turns ------------------------------------------------------------------------------ */

static TurnEnd *turn_ends;

void scheduler_at_turn_end(TurnEnd *end)
{
    assert(running_process && !end->link);
    end->next = turn_ends;
    end->link = &turn_ends;
    if (turn_ends)
        turn_ends->link = &end->next;
    turn_ends = end;
}

void scheduler_forget_turn_end(TurnEnd *end)
{
    if (!end->link)
        return;
    *end->link = end->next;
    if (end->next)
        end->next->link = end->link;
    end->link = NULL;
}

static void turn_is_over(void)
{
    while (turn_ends) {
        TurnEnd *end = turn_ends;
        scheduler_forget_turn_end(end);
        end->act(end);
    }
}

/* --- the loop -------------------------------------------------------------------------------- */

bool scheduler_run_turn(void)
{
    Process *p;

    if (UNLIKELY(task_count > 0))
        run_a_task();
    p = take_next();
    if (LIKELY(p != NULL))
        run_one(p);
    if (UNLIKELY(turn_ends != NULL))
        turn_is_over();
    return p || task_count > 0;
}

int scheduler_loop(void)
{
    while (LIKELY(!halting)) {
        if (UNLIKELY(!scheduler_run_turn()))
            idle();
        if (UNLIKELY(clock_credit < 0))
            look_around();
        if (UNLIKELY(gate_attention))
            process_hooks.attend();
    }
    while (halt_flushes && process_hooks.halt_flush && !process_hooks.halt_flush())
        io_wait(IO_FOREVER);
    return halt_status;
}

void scheduler_halt(int status, bool flush)
{
    halting = true;
    halt_flushes = flush;
    halt_status = status;
    if (running_process)
        process_interrupt(running_process);
}

bool scheduler_is_halting(void)
{
    return halting;
}

uint64_t scheduler_context_switches(void)
{
    return context_switches;
}

uint64_t scheduler_reductions(void)
{
    return total_reductions;
}
