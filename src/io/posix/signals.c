/* signals.c - signals, delivered by the loop. */
#include "io/io_signal.h"

#include <signal.h>

#include "io/posix/loop.h"
#include "io/posix/process.h"

static const int numbers[IO_SIGNAL_COUNT] = {
    [IO_SIGHUP] = SIGHUP, [IO_SIGINT] = SIGINT, [IO_SIGQUIT] = SIGQUIT, [IO_SIGABRT] = SIGABRT,
    [IO_SIGALRM] = SIGALRM, [IO_SIGTERM] = SIGTERM, [IO_SIGUSR1] = SIGUSR1, [IO_SIGUSR2] = SIGUSR2,
    [IO_SIGCHLD] = SIGCHLD, [IO_SIGSTOP] = SIGSTOP, [IO_SIGTSTP] = SIGTSTP, [IO_SIGCONT] = SIGCONT,
    [IO_SIGWINCH] = SIGWINCH};

static uv_signal_t handles[IO_SIGNAL_COUNT];
static bool initialised[IO_SIGNAL_COUNT];
static void (*on_arrival)(IoSignal signal);

void io_signal_on_arrival(void (*arrived)(IoSignal signal)) { on_arrival = arrived; }

static void arrived(uv_signal_t *handle, int number)
{
    (void)number;
    if (on_arrival)
        on_arrival((IoSignal)(handle - handles));
}

static void child_signal_arrived(void)
{
    if (on_arrival)
        on_arrival(IO_SIGCHLD);
}

static bool start(IoSignal which)
{
    if (!initialised[which]) {
        if (uv_signal_init(posix_loop(), &handles[which]) != 0)
            return false;
        initialised[which] = true;
    }
    posix_loop_changed();
    return uv_signal_start(&handles[which], arrived, numbers[which]) == 0;
}

bool io_signal_set(IoSignal which, IoSignalAction action)
{
    /* Children are reaped through SIGCHLD: its handler must stay. */
    if (which == IO_SIGCHLD)
        return process_on_foreign_signal(action == IO_SIGNAL_HANDLE ? child_signal_arrived : NULL);
    if (action == IO_SIGNAL_HANDLE)
        return start(which);
    if (initialised[which])
        uv_signal_stop(&handles[which]);
    return signal(numbers[which], action == IO_SIGNAL_IGNORE ? SIG_IGN : SIG_DFL) != SIG_ERR;
}
