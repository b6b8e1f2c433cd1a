#include "vm/proc/crash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/proc/hooks.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

/* The reason is cut off here. */
#define MAX_REASON_CHARACTERS 10000

void crash(const char *format, ...)
{
    char slogan[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(slogan, sizeof slogan, format, args);
    va_end(args);
    fprintf(stderr, "%s\n", slogan);
    if (process_hooks.crash_dump)
        process_hooks.crash_dump(slogan);
    if (process_hooks.crash_cleanup)
        process_hooks.crash_cleanup();
    exit(1);
}

void crash_system_process(const Process *p)
{
    Text text = {0};

    term_print(&text, p->exit_reason, MAX_REASON_CHARACTERS);
    crash("System process <0.%llu.%llu> terminated: %s", (unsigned long long)pid_number(p->pid),
          (unsigned long long)pid_serial(p->pid), text_terminated(&text));
}
