/* io_loop.h - the one place where the VM waits.
 *
 * Callbacks run inside io_wait only, on the VM's thread. Try first, then wait: read and
 * write at once, and watch a handle only after IO_EAGAIN. */
#ifndef LING_IO_LOOP_H
#define LING_IO_LOOP_H

#include "vm/base/base.h"

#define IO_POLL INT64_MIN               /* deadlines: do not wait at all */
#define IO_FOREVER INT64_MAX

void io_init(void);
/* Waits until something happened, its callbacks having run, or until io_monotonic_ns() reaches
 * `deadline_ns`. */
void io_wait(int64_t deadline_ns);
/* Is anything being watched, running in a worker, or timed? If not, polling is pointless. */
bool io_is_watching(void);
/* Makes a present or the next io_wait return. The only function here for other threads. */
void io_wake(void);
/* Before the first io_wake: from now on waits can be ended by it. */
void io_prepare_wake(void);

/* Ends this OS process, even if a worker is stuck in a call that never returns. */
NORETURN void io_exit(int status);

/* --- readiness of handles (file descriptors) -------------------------------------------------- */

/* IO_FAILED: an error state, of which others are told as readable or writable. */
enum { IO_READABLE = 1, IO_WRITABLE = 2, IO_URGENT = 4, IO_FAILED = 8 };

typedef struct IoWatch IoWatch;
typedef void (*IoReady)(void *context, unsigned events);

bool io_handle_is_open(int handle);
IoWatch *io_watch_new(int handle, IoReady ready, void *context);
/* From now on calls `ready` for these events (0: none), every time they hold. Of several watches of one handle
 * the one that asked last for an event is told of it. A handle that can
 * never block (a regular file) is ready always. */
void io_watch_set(IoWatch *watch, unsigned events);
unsigned io_watch_events(const IoWatch *watch);
void io_watch_free(IoWatch *watch);     /* does not close the handle; null is allowed */

/* --- one-shot timers for drivers -------------------------------------------------------------- */

typedef struct IoTimer IoTimer;

IoTimer *io_timer_new(void (*expired)(void *context), void *context);
void io_timer_set(IoTimer *timer, int64_t milliseconds);    /* again: starts anew */
void io_timer_cancel(IoTimer *timer);
int64_t io_timer_left_ms(const IoTimer *timer);             /* -1: not set */
void io_timer_free(IoTimer *timer);                         /* null is allowed */

#endif
