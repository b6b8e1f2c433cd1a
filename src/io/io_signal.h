/* io_signal.h - signals from the operating system, by Erlang's names. */
#ifndef LING_IO_SIGNAL_H
#define LING_IO_SIGNAL_H

#include "vm/base/base.h"

typedef enum IoSignal {
    IO_SIGHUP, IO_SIGINT, IO_SIGQUIT, IO_SIGABRT, IO_SIGALRM, IO_SIGTERM, IO_SIGUSR1, IO_SIGUSR2,
    IO_SIGCHLD, IO_SIGSTOP, IO_SIGTSTP, IO_SIGCONT, IO_SIGWINCH, IO_SIGNAL_COUNT
} IoSignal;

typedef enum IoSignalAction { IO_SIGNAL_DEFAULT, IO_SIGNAL_IGNORE, IO_SIGNAL_HANDLE } IoSignalAction;

/* Called inside io_wait for every signal that is handled. */
void io_signal_on_arrival(void (*arrived)(IoSignal signal));
/* False if the platform does not let us. */
bool io_signal_set(IoSignal signal, IoSignalAction action);

#endif
