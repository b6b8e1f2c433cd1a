/* crash.h - the end of the VM when it cannot go on, and crash dumps. */
#ifndef LING_CRASH_H
#define LING_CRASH_H

#include "vm/base/base.h"

/* Writes the slogan to stderr and a crash dump (unless switched off by ERL_CRASH_DUMP_*), then exits
 * with status 1. */
NORETURN void crash(const char *format, ...) PRINTF_LIKE(1, 2);
/* Writes erl_crash.dump, or what ERL_CRASH_DUMP names. */
void crash_dump(const char *slogan);

#endif
