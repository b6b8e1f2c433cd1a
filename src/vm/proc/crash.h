/* crash.h - the end of the VM when it cannot go on. */
#ifndef LING_CRASH_H
#define LING_CRASH_H

#include "vm/proc/process.h"

/* Writes the slogan to stderr and a crash dump (unless switched off by ERL_CRASH_DUMP_*), then exits
 * with status 1. */
NORETURN void crash(const char *format, ...) PRINTF_LIKE(1, 2);
/* A process that the VM cannot do without has ended: p->exit_reason. */
NORETURN void crash_system_process(const Process *p);
/* Says on stderr that the VM has done something the machine does not allow, and what it was about: for io_fault_init. */
void crash_fault(const char *name, const void *address);

#endif
