/* loop.c - waiting, on libuv. The loop is made when somebody first needs one. */
#include "io/posix/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/io_loop.h"
#include "io/io_terminal.h"
#include "io/io_time.h"
#include "io/io_worker.h"
#include "vm/base/mem.h"

struct IoWatch {
    uv_poll_t poll;
    IoReady ready;
    void *context;
    unsigned events;
    unsigned polled;                    /* what libuv was told: these and perhaps some that nobody waits for any more */
    bool always_ready;                  /* a regular file: epoll refuses it */
    bool freed;
    int handle;
    int copy;                           /* of the handle, which has a watch already; -1: none */
    IoWatch *next;                      /* in `always`, while always_ready */
    IoWatch *sibling;                   /* another watch of the same handle, older */
};

struct IoTimer {
    uv_timer_t timer;
    void (*expired)(void *context);
    void *context;
};

static struct {
    uv_loop_t loop;
    uv_async_t wake;                    /* also keeps uv_run from returning at once */
    uv_timer_t deadline;
    bool started;
    IoWatch *always;
    size_t always_active;               /* of these with events != 0 */
} io;

static void ignore_wake(uv_async_t *handle) { (void)handle; }
static void ignore_deadline(uv_timer_t *handle) { (void)handle; }

uv_loop_t *posix_loop(void)
{
    if (!io.started) {
        io.started = true;
        if (uv_loop_init(&io.loop) != 0)
            mem_out_of_memory(sizeof io.loop);
        uv_async_init(&io.loop, &io.wake, ignore_wake);
        uv_timer_init(&io.loop, &io.deadline);
    }
    return &io.loop;
}

/* Handles 0 to 2 must exist, so that no pipe or file ever gets one of these numbers. */
static void open_standard_handles(void)
{
    for (int handle = 0; handle <= 2; handle++)
        if (fcntl(handle, F_GETFD) < 0 && open("/dev/null", handle == 0 ? O_RDONLY : O_WRONLY) < 0)
            abort();
}

void io_init(void)
{
    open_standard_handles();
    signal(SIGPIPE, SIG_IGN);
}

bool io_is_watching(void) { return io.started; }

void io_wake(void)
{
    if (io.started)
        uv_async_send(&io.wake);
}

void io_exit(int status)
{
    if (io_worker_pending() == 0)
        exit(status);
    /* exit() would wait for the workers. */
    io_terminal_set_raw(STDIN_FILENO, false);
    fflush(NULL);
    _exit(status);
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* Callbacks may free any watch: those marked are unlinked when the walk is over. */
static void serve_always_ready(void)
{
    for (IoWatch *watch = io.always; watch; watch = watch->next)
        if (watch->events && !watch->freed)
            watch->ready(watch->context, watch->events);
    for (IoWatch **link = &io.always; *link;) {
        IoWatch *watch = *link;

        if (watch->freed) {
            *link = watch->next;
            mem_free(MEM_IO, watch);
        } else {
            link = &watch->next;
        }
    }
}

static void sleep_until(int64_t deadline_ns)
{
    struct timespec until = {.tv_sec = deadline_ns / 1000000000, .tv_nsec = deadline_ns % 1000000000};

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void run_until(int64_t deadline_ns)
{
    int64_t now = io_monotonic_ns();
    uint64_t milliseconds;

    if (deadline_ns <= now) {
        uv_run(&io.loop, UV_RUN_NOWAIT);
        return;
    }
    milliseconds = ((uint64_t)(deadline_ns - now) + 999999) / 1000000;
    uv_update_time(&io.loop);
    uv_timer_start(&io.deadline, ignore_deadline, milliseconds, 0);
    uv_run(&io.loop, UV_RUN_ONCE);
    uv_timer_stop(&io.deadline);
}

void io_wait(int64_t deadline_ns)
{
    if (!io.started) {
        if (deadline_ns == IO_POLL)
            return;
        if (deadline_ns != IO_FOREVER) {
            sleep_until(deadline_ns);
            return;
        }
        posix_loop();
    }
    if (deadline_ns == IO_POLL || io.always_active > 0)
        uv_run(&io.loop, UV_RUN_NOWAIT);
    else if (deadline_ns == IO_FOREVER)
        uv_run(&io.loop, UV_RUN_ONCE);
    else
        run_until(deadline_ns);
    if (io.always)
        serve_always_ready();
}

/* --- watches ---------------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int uv_events);

static void start_poll(IoWatch *watch)
{
    int uv_events = (watch->events & IO_READABLE ? UV_READABLE : 0) | (watch->events & IO_WRITABLE ? UV_WRITABLE : 0)
                  | (watch->events & IO_URGENT ? UV_PRIORITIZED : 0);

    watch->polled = watch->events;
    if (uv_events)
        uv_poll_start(&watch->poll, uv_events, on_poll);
    else
        uv_poll_stop(&watch->poll);
}

/* An error state makes libuv stop the watch and tell no event: the owner shall try, and see. */
static void on_poll(uv_poll_t *poll, int status, int uv_events)
{
    IoWatch *watch = poll->data;
    unsigned events = 0;

    if (status < 0) {
        events = watch->events & (IO_READABLE | IO_WRITABLE);
        start_poll(watch);
    } else {
        events |= uv_events & UV_READABLE ? IO_READABLE : 0;
        events |= uv_events & UV_WRITABLE ? IO_WRITABLE : 0;
        events |= uv_events & UV_PRIORITIZED ? IO_URGENT : 0;
        if (events & ~watch->events)
            start_poll(watch);
    }
    if (events & watch->events)
        watch->ready(watch->context, events & watch->events);
}

/* The watches of this handle, newest first. */
static IoWatch **watches_of(int handle)
{
    static IoWatch **heads;
    static size_t size;

    if ((size_t)handle >= size) {
        size_t wanted = MAX((size_t)handle + 1, size * 2);

        heads = mem_realloc(MEM_IO, heads, wanted * sizeof *heads);
        memset(heads + size, 0, (wanted - size) * sizeof *heads);
        size = wanted;
    }
    return &heads[handle];
}

static void leave_siblings(IoWatch *watch)
{
    IoWatch **link = watches_of(watch->handle);

    while (*link != watch)
        link = &(*link)->sibling;
    *link = watch->sibling;
}

/* The loop knows every descriptor once only: a second watch gets a copy. */
static int init_poll(IoWatch *watch)
{
    int handle = watch->handle;

    if (handle < 0)
        return UV_EBADF;
    watch->sibling = *watches_of(handle);
    *watches_of(handle) = watch;
    if (watch->sibling) {
        watch->copy = fcntl(handle, F_DUPFD_CLOEXEC, 3);
        handle = watch->copy;
    }
    return handle < 0 ? UV_EMFILE : uv_poll_init(posix_loop(), &watch->poll, handle);
}

IoWatch *io_watch_new(int handle, IoReady ready, void *context)
{
    IoWatch *watch = mem_alloc_zero(MEM_IO, sizeof *watch);

    watch->ready = ready;
    watch->context = context;
    watch->poll.data = watch;
    watch->handle = handle;
    watch->copy = -1;
    if (init_poll(watch) != 0) {
        watch->always_ready = true;
        watch->next = io.always;
        io.always = watch;
    }
    return watch;
}

unsigned io_watch_events(const IoWatch *watch) { return watch->events; }

/* Whoever asked last is told: others who watch the same handle lose these events. */
static void take_over(IoWatch *watch, unsigned events)
{
    if (watch->handle < 0)
        return;
    for (IoWatch *other = *watches_of(watch->handle); other; other = other->sibling)
        if (other != watch && (other->events & events))
            io_watch_set(other, other->events & ~events);
}

void io_watch_set(IoWatch *watch, unsigned events)
{
    if (watch->events == events)
        return;
    take_over(watch, events & ~watch->events);
    if (watch->always_ready)
        io.always_active += (size_t)(events != 0) - (size_t)(watch->events != 0);
    watch->events = events;
    /* Who reads what he waited for will wait again soon: the system is told only when an unwanted event comes. */
    if (!watch->always_ready && (events & ~watch->polled))
        start_poll(watch);
}

static void free_poll(uv_handle_t *handle)
{
    IoWatch *watch = handle->data;

    if (watch->copy >= 0)
        close(watch->copy);
    mem_free(MEM_IO, watch);
}

void io_watch_free(IoWatch *watch)
{
    if (!watch)
        return;
    io_watch_set(watch, 0);
    watch->freed = true;
    if (watch->handle >= 0)
        leave_siblings(watch);
    if (!watch->always_ready)
        uv_close((uv_handle_t *)&watch->poll, free_poll);
}

/* --- timers ----------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *handle)
{
    IoTimer *timer = handle->data;

    timer->expired(timer->context);
}

IoTimer *io_timer_new(void (*expired)(void *context), void *context)
{
    IoTimer *timer = mem_alloc_zero(MEM_IO, sizeof *timer);

    uv_timer_init(posix_loop(), &timer->timer);
    timer->timer.data = timer;
    timer->expired = expired;
    timer->context = context;
    return timer;
}

void io_timer_set(IoTimer *timer, int64_t milliseconds)
{
    uv_update_time(&io.loop);
    uv_timer_start(&timer->timer, on_timer, milliseconds < 0 ? 0 : (uint64_t)milliseconds, 0);
}

void io_timer_cancel(IoTimer *timer) { uv_timer_stop(&timer->timer); }

int64_t io_timer_left_ms(const IoTimer *timer)
{
    return uv_is_active((const uv_handle_t *)&timer->timer) ? (int64_t)uv_timer_get_due_in(&timer->timer) : -1;
}

static void free_timer(uv_handle_t *handle) { mem_free(MEM_IO, handle->data); }

void io_timer_free(IoTimer *timer)
{
    if (timer)
        uv_close((uv_handle_t *)&timer->timer, free_timer);
}
