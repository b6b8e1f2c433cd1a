/* exit.h - how processes end, and exit signals.
 *
 * process_exit only marks the process; its end (names, tables, links, monitors) is worked through by the
 * scheduler in slices, so that chains and crowds of links neither recurse nor block. From the
 * mark on it is dead for everybody else. */
#ifndef LING_EXIT_H
#define LING_EXIT_H

#include "vm/proc/process.h"

/* `p` ends with `reason`, a term on its own heap: for the running process (the engine then
 * returns to the scheduler), state PROCESS_EXITING. */
void process_exit(Process *p, Term reason);
/* A BIF ends its own process at once, uncatchable: returns NO_TERM with OUTCOME_EXIT. `reason` is anywhere. */
Term exit_self(Process *p, Term reason);

typedef enum ExitKind {
    EXIT_SIGNAL_SENT,      /* exit/2: `kill` kills, `normal` is ignored unless sent to oneself */
    EXIT_SIGNAL_LINK       /* a linked process or port ended: `normal` is ignored, `kill` is a reason as any */
} ExitKind;
/* Exit signal from `from` (a pid or port) to `to`. True: `to` ends because of it (if it is the
 * running process, the BIF must return `NO_TERM` with OUTCOME_EXIT, or go on until its turn ends). */
bool exit_signal(Term from, Process *to, Term reason, ExitKind kind);
/* The same from another node, with the token of sequential tracing that came with it, or []. */
bool exit_signal_with_token(Term from, Process *to, Term reason, ExitKind kind, Term token);
typedef enum ExitProgress {
    EXIT_DONE,             /* the process is gone (freed) */
    EXIT_GOES_ON,          /* it wants another turn */
    EXIT_WAITS             /* process_wake lets it go on */
} ExitProgress;
/* The scheduler's: works on the end of `p`. */
ExitProgress exit_continue(Process *p);

#endif
