/* loop.c - waiting: epoll for the watches, and within it libuv's loop for timers, signals and workers. Both are made when
 * somebody first needs them. */
#include "io/posix/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "io/io_gate.h"
#include "io/io_loop.h"
#include "io/io_terminal.h"
#include "io/io_thread.h"
#include "io/io_time.h"
#include "io/io_worker.h"
#include "io/posix/process.h"
#include "vm/base/mem.h"

enum { EVENTS_AT_ONCE = 256 };

struct IoWatch {
    IoReady ready;
    void *context;
    unsigned events;
    unsigned polled;                    /* what epoll was told: these and perhaps some that nobody waits for any more */
    bool always_ready;                  /* a regular file: epoll refuses it */
    bool freed;
    int handle;
    int copy;                           /* of the handle, which has a watch already; -1: none */
    IoWatch *next;                      /* in `always` while always_ready, or in `dead` */
    IoWatch *sibling;                   /* another watch of the same handle, older */
};

struct IoTimer {
    uv_timer_t timer;
    IoTimer *next;                      /* in `timers` */
    void (*expired)(void *context);
    void *context;
};

static struct {
    int epoll;                          /* -1: not there yet */
    uv_loop_t loop;
    uv_async_t wake;
    bool has_loop;
    bool is_loop_changed;               /* somebody may have added to it what epoll does not know yet */
    IoWatch *always;
    size_t always_active;               /* of these with events != 0 */
    IoWatch *dead;                      /* freed, but perhaps among the events at hand */
    IoTimer *timers;                    /* freed: they wait for the next that is wanted */
} io = {.epoll = -1};

static void start_epoll(void)
{
    if (io.epoll >= 0)
        return;
    io.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (io.epoll < 0) {
        fprintf(stderr, "ling: no epoll: %s\n", strerror(errno));
        abort();
    }
}

static void ignore_wake(uv_async_t *handle) { (void)handle; }

/* Events of the loop's own epoll have no watch. */
static void start_loop(void)
{
    struct epoll_event event = {.events = EPOLLIN};

    io.has_loop = true;
    start_epoll();
    if (uv_loop_init(&io.loop) != 0)
        mem_out_of_memory(sizeof io.loop);
    uv_async_init(&io.loop, &io.wake, ignore_wake);
    epoll_ctl(io.epoll, EPOLL_CTL_ADD, uv_backend_fd(&io.loop), &event);
    io.is_loop_changed = true;
}

uv_loop_t *posix_loop(void)
{
    if (!io.has_loop)
        start_loop();
    return &io.loop;
}

void posix_loop_changed(void) { io.is_loop_changed = true; }

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
    process_watch_children();
}

bool io_is_watching(void) { return io.epoll >= 0; }

void io_wake(void)
{
    if (io.has_loop)
        uv_async_send(&io.wake);
}

void io_prepare_wake(void) { posix_loop(); }

void io_exit(int status)
{
    if (io_worker_pending() == 0 && io_thread_count() == 0)
        exit(status);
    /* exit() would wait for the workers, and take what other threads use from under them. */
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

static int timeout_ms(int64_t deadline_ns)
{
    int64_t left;

    if (deadline_ns == IO_POLL || io.always_active > 0)
        return 0;
    if (deadline_ns == IO_FOREVER)
        return -1;
    left = deadline_ns - io_monotonic_ns();
    return left <= 0 ? 0 : (int)MIN((left + 999999) / 1000000, INT32_MAX);
}

/* Milliseconds until libuv wants to run, at most `timeout` (-1: for ever). What it knows of the time may be old. */
static int with_loop(int timeout, bool *is_due)
{
    int wanted;

    if (!io.has_loop)
        return timeout;
    wanted = uv_backend_timeout(&io.loop);
    if (wanted > 0) {
        uv_update_time(&io.loop);
        wanted = uv_backend_timeout(&io.loop);
    }
    *is_due = wanted >= 0 && (timeout < 0 || wanted <= timeout);
    return *is_due ? wanted : timeout;
}

static void run_loop(void)
{
    io.is_loop_changed = false;
    uv_run(&io.loop, UV_RUN_NOWAIT);
}

static void free_dead(void)
{
    while (io.dead) {
        IoWatch *watch = io.dead;

        io.dead = watch->next;
        mem_free(MEM_IO, watch);
    }
}

static void tell(IoWatch *watch, unsigned system_events);

/* Others may come in while this thread is away. */
static int wait_for_events(struct epoll_event *events, int timeout)
{
    unsigned depth;
    int count;

    if (timeout == 0)
        return epoll_wait(io.epoll, events, EVENTS_AT_ONCE, 0);
    depth = gate_release();
    count = epoll_wait(io.epoll, events, EVENTS_AT_ONCE, timeout);
    gate_retake(depth);
    return count;
}

/* Tells the watches, and returns whether libuv has something to do. */
static bool serve_events(int timeout)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = wait_for_events(events, timeout);
    bool loop_is_ready = false;

    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr)
            tell(events[i].data.ptr, events[i].events);
        else
            loop_is_ready = true;
    }
    free_dead();
    return loop_is_ready;
}

void io_wait(int64_t deadline_ns)
{
    bool loop_is_due = false;

    if (io.epoll < 0) {
        if (deadline_ns == IO_POLL)
            return;
        if (deadline_ns != IO_FOREVER) {
            sleep_until(deadline_ns);
            return;
        }
        posix_loop();
    }
    /* What was added to the loop must be known to epoll before it waits. */
    if (io.is_loop_changed) {
        run_loop();
        deadline_ns = IO_POLL;
    }
    if (serve_events(with_loop(timeout_ms(deadline_ns), &loop_is_due)) || loop_is_due)
        run_loop();
    if (io.always)
        serve_always_ready();
}

/* --- watches ---------------------------------------------------------------------------------- */

/* False: epoll takes no such handle. */
static bool start_poll(IoWatch *watch)
{
    int handle = watch->copy >= 0 ? watch->copy : watch->handle;
    struct epoll_event event = {.data.ptr = watch};
    int operation = !watch->events ? EPOLL_CTL_DEL : watch->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    event.events = (watch->events & IO_READABLE ? EPOLLIN : 0u) | (watch->events & IO_WRITABLE ? EPOLLOUT : 0u)
                 | (watch->events & IO_URGENT ? EPOLLPRI : 0u);
    watch->polled = watch->events;
    if (epoll_ctl(io.epoll, operation, handle, &event) == 0 || operation == EPOLL_CTL_DEL)
        return true;
    /* It was closed since, and is another now. */
    return operation == EPOLL_CTL_MOD && errno == ENOENT && epoll_ctl(io.epoll, EPOLL_CTL_ADD, handle, &event) == 0;
}

/* An error state is told as readiness: the owner shall try, and see. What nobody waits for any more is taken out. */
static void tell(IoWatch *watch, unsigned system_events)
{
    unsigned events = (system_events & EPOLLIN ? IO_READABLE : 0u) | (system_events & EPOLLOUT ? IO_WRITABLE : 0u)
                    | (system_events & EPOLLPRI ? IO_URGENT : 0u);

    if (watch->freed)
        return;
    if (system_events & (EPOLLERR | EPOLLHUP))
        events |= watch->events & (IO_READABLE | IO_WRITABLE | IO_FAILED);
    if ((events & ~watch->events) || !watch->events)
        start_poll(watch);
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

static void become_always_ready(IoWatch *watch)
{
    watch->always_ready = true;
    watch->next = io.always;
    io.always = watch;
    io.always_active += watch->events != 0;
}

/* epoll knows every descriptor once only: a second watch gets a copy. False: there is none. */
static bool join_siblings(IoWatch *watch)
{
    if (watch->handle < 0)
        return false;
    watch->sibling = *watches_of(watch->handle);
    *watches_of(watch->handle) = watch;
    if (watch->sibling)
        watch->copy = fcntl(watch->handle, F_DUPFD_CLOEXEC, 3);
    return !watch->sibling || watch->copy >= 0;
}

IoWatch *io_watch_new(int handle, IoReady ready, void *context)
{
    IoWatch *watch = mem_alloc_zero(MEM_IO, sizeof *watch);

    start_epoll();
    watch->ready = ready;
    watch->context = context;
    watch->handle = handle;
    watch->copy = -1;
    if (!join_siblings(watch))
        become_always_ready(watch);
    return watch;
}

bool io_handle_is_open(int handle) { return fcntl(handle, F_GETFD) >= 0; }

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
    if (!watch->always_ready && (events & ~watch->polled) && !start_poll(watch))
        become_always_ready(watch);
}

void io_watch_free(IoWatch *watch)
{
    if (!watch)
        return;
    io_watch_set(watch, 0);
    watch->freed = true;
    if (watch->handle >= 0)
        leave_siblings(watch);
    if (watch->polled && !watch->always_ready)
        start_poll(watch);
    if (watch->copy >= 0)
        close(watch->copy);
    if (watch->always_ready)
        return;
    watch->next = io.dead;
    io.dead = watch;
}

/* --- timers ----------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *handle)
{
    IoTimer *timer = handle->data;

    timer->expired(timer->context);
}

IoTimer *io_timer_new(void (*expired)(void *context), void *context)
{
    IoTimer *timer = io.timers;

    if (timer) {
        io.timers = timer->next;
    } else {
        timer = mem_alloc_zero(MEM_IO, sizeof *timer);
        uv_timer_init(posix_loop(), &timer->timer);
        timer->timer.data = timer;
    }
    timer->expired = expired;
    timer->context = context;
    return timer;
}

/* libuv counts whole milliseconds, and a part of the present one has passed: one more, so that none comes early. */
void io_timer_set(IoTimer *timer, int64_t milliseconds)
{
    uv_update_time(&io.loop);
    uv_timer_start(&timer->timer, on_timer, milliseconds <= 0 ? 0 : (uint64_t)milliseconds + 1, 0);
}

void io_timer_cancel(IoTimer *timer) { uv_timer_stop(&timer->timer); }

int64_t io_timer_left_ms(const IoTimer *timer)
{
    if (!uv_is_active((const uv_handle_t *)&timer->timer))
        return -1;
    uv_update_time(&io.loop);
    return (int64_t)uv_timer_get_due_in(&timer->timer);
}

/* Closing a timer would take libuv another turn. */
void io_timer_free(IoTimer *timer)
{
    if (!timer)
        return;
    uv_timer_stop(&timer->timer);
    timer->next = io.timers;
    io.timers = timer;
}
