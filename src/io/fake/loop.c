/* loop.c - waiting is moving the clock to the next thing that happens. */
#include "io/io_loop.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/fake/handle.h"
#include "io/fake/jobs.h"
#include "io/io_time.h"
#include "vm/base/mem.h"

struct IoWatch {
    IoWatch *next;                     /* all of them, oldest first; freed ones until no walk goes on */
    int handle;
    IoReady ready;
    void *context;
    unsigned events;
    bool freed;
};

struct IoTimer {
    IoTimer *next;
    void (*expired)(void *context);
    void *context;
    int64_t at_ns;                     /* INT64_MAX: not set */
    bool freed;
};

static struct {
    int64_t now_ns;
    int64_t stall_ns;                  /* of the next wait that lasts to its deadline */
    IoWatch *watches;
    IoTimer *timers;
    bool woken;
} io;

/* --- the clock ------------------------------------------------------------------------------------------------------ */

enum { START_SECONDS = 1600000000 };

int64_t io_monotonic_ns(void) { return io.now_ns; }
int64_t io_system_ns(void) { return START_SECONDS * INT64_C(1000000000) + io.now_ns; }
int64_t io_cpu_ns(void) { return io.now_ns; }
int64_t fake_now_ms(void) { return io.now_ns / FAKE_NS_PER_MS; }
void fake_stall(int64_t ms) { io.now_ns += ms * FAKE_NS_PER_MS; }
void fake_stall_after_wait(int64_t ms) { io.stall_ns = ms * FAKE_NS_PER_MS; }

/* --- what happens --------------------------------------------------------------------------------------------------- */

/* The timer that is due first; of several the oldest. */
static IoTimer *first_timer(void)
{
    IoTimer *first = NULL;

    for (IoTimer *timer = io.timers; timer; timer = timer->next)
        if (!timer->freed && timer->at_ns != INT64_MAX && (!first || timer->at_ns < first->at_ns))
            first = timer;
    return first;
}

static bool run_timers(void)
{
    bool any = false;
    IoTimer *timer;

    while ((timer = first_timer()) && timer->at_ns <= io.now_ns) {
        timer->at_ns = INT64_MAX;
        timer->expired(timer->context);
        any = true;
    }
    return any;
}

static bool run_watches(void)
{
    bool any = false;

    for (IoWatch *watch = io.watches; watch; watch = watch->next) {
        const FakeHandle *handle = watch->freed ? NULL : fake_handle(watch->handle);
        unsigned events = handle ? fake_handle_ready(handle) & watch->events : 0;

        if (events) {
            watch->ready(watch->context, events);
            any = true;
        }
    }
    return any;
}

static void sweep(void)
{
    for (IoWatch **link = &io.watches; *link;) {
        IoWatch *watch = *link;

        if (watch->freed) {
            *link = watch->next;
            mem_free(MEM_IO, watch);
        } else {
            link = &watch->next;
        }
    }
    for (IoTimer **link = &io.timers; *link;) {
        IoTimer *timer = *link;

        if (timer->freed) {
            *link = timer->next;
            mem_free(MEM_IO, timer);
        } else {
            link = &timer->next;
        }
    }
}

static bool run_what_is_due(void)
{
    bool any = fake_jobs_run();

    any |= run_timers();
    any |= run_watches();
    sweep();
    return any;
}

static int64_t next_ns(void)
{
    const IoTimer *timer = first_timer();
    int64_t next = MIN(timer ? timer->at_ns : INT64_MAX, fake_jobs_next_ns());

    for (const IoWatch *watch = io.watches; watch; watch = watch->next) {
        const FakeHandle *handle = watch->events ? fake_handle(watch->handle) : NULL;

        if (handle)
            next = MIN(next, fake_handle_next_ns(handle, watch->events));
    }
    return next;
}

/* --- waiting -------------------------------------------------------------------------------------------------------- */

void io_init(void) {}
bool io_is_watching(void) { return true; }
void io_wake(void) { io.woken = true; }
NORETURN void io_exit(int status) { exit(status); }

void io_wait(int64_t deadline_ns)
{
    bool happened = run_what_is_due();

    if (happened || io.woken || deadline_ns <= io.now_ns) {
        io.woken = false;
        return;
    }
    io.now_ns = MIN(deadline_ns, next_ns());
    if (io.now_ns == INT64_MAX) {
        fprintf(stderr, "fake: waits for ever, and nothing will happen\n");
        abort();
    }
    run_what_is_due();
    if (io.now_ns == deadline_ns) {
        io.now_ns += io.stall_ns;
        io.stall_ns = 0;
    }
}

/* --- watches and timers --------------------------------------------------------------------------------------------- */

IoWatch *io_watch_new(int handle, IoReady ready, void *context)
{
    IoWatch *watch = mem_alloc_zero(MEM_IO, sizeof *watch), **link = &io.watches;

    *watch = (IoWatch){.handle = handle, .ready = ready, .context = context};
    while (*link)
        link = &(*link)->next;
    *link = watch;
    return watch;
}

void io_watch_set(IoWatch *watch, unsigned events)
{
    for (IoWatch *other = io.watches; other; other = other->next)
        if (other != watch && other->handle == watch->handle)
            other->events &= ~events;
    watch->events = events;
}

unsigned io_watch_events(const IoWatch *watch) { return watch->events; }

void io_watch_free(IoWatch *watch)
{
    if (!watch)
        return;
    watch->events = 0;
    watch->freed = true;
}

IoTimer *io_timer_new(void (*expired)(void *context), void *context)
{
    IoTimer *timer = mem_alloc_zero(MEM_IO, sizeof *timer), **link = &io.timers;

    *timer = (IoTimer){.expired = expired, .context = context, .at_ns = INT64_MAX};
    while (*link)
        link = &(*link)->next;
    *link = timer;
    return timer;
}

void io_timer_set(IoTimer *timer, int64_t milliseconds)
{
    timer->at_ns = io.now_ns + MAX(milliseconds, 0) * FAKE_NS_PER_MS;
}

void io_timer_cancel(IoTimer *timer) { timer->at_ns = INT64_MAX; }

int64_t io_timer_left_ms(const IoTimer *timer)
{
    return timer->at_ns == INT64_MAX ? -1 : MAX(timer->at_ns - io.now_ns, 0) / FAKE_NS_PER_MS;
}

void io_timer_free(IoTimer *timer)
{
    if (timer)
        timer->freed = true;
}
