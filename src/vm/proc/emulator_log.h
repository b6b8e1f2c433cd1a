/* emulator_log.h - reports of the VM itself, sent to the process registered as `logger`. */
#ifndef LING_EMULATOR_LOG_H
#define LING_EMULATOR_LOG_H

#include "vm/proc/process.h"

/* Who gets them: a registered name or a local pid (system_flag system_logger). `undefined`: nobody. When a process that
 * was set has ended, it is `logger` again. */
Term emulator_log_target(void);
void emulator_log_set_target(Term target);

/* `about` is the process it is about, or null. `format` is an Erlang format, `args` a list
 * (anywhere; copied). `level` an atom: A_ERROR, A_WARNING, A_INFO. */
void emulator_log(Process *about, Term level, const char *format, Term args);
/* "Error in process ~p with exit value:~n~p~n" */
void emulator_log_crash(Process *p, Term reason);
/* Format "~s~n" with a C text. */
void emulator_log_text(Process *about, Term level, const char *text);

#endif
