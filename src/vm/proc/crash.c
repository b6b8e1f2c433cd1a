#include "vm/proc/crash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/io_fault.h"
#include "vm/code/module.h"
#include "vm/proc/hooks.h"
#include "vm/proc/scheduler.h"
#include "vm/term/atom.h"
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
    fprintf(stderr, "%s\r\n", slogan);   /* the terminal may be raw */
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

/* --- faults --------------------------------------------------------------------------------------- */

static void write_function(const Word *ip)
{
    CodeLocation at;

    if (!ip || !code_find(ip, &at))
        return;
    io_fault_write(" in ");
    io_fault_write(atom_text(at.module, NULL));
    io_fault_write(":");
    io_fault_write(atom_text(at.name, NULL));
    io_fault_write("/");
    io_fault_write_number(at.arity, 10);
}

/* Looks at nothing that it need not: memory may be damaged. */
void crash_fault(const char *name, const void *address)
{
    const Process *p = running_process;

    io_fault_write("\nInternal error of ling: ");
    io_fault_write(name);
    io_fault_write(" at address 0x");
    io_fault_write_number((uint64_t)(uintptr_t)address, 16);
    if (p) {
        io_fault_write(" in process <0.");
        io_fault_write_number(pid_number(p->pid), 10);
        io_fault_write(".");
        io_fault_write_number(pid_serial(p->pid), 10);
        io_fault_write(">");
        write_function(p->ip);
    }
    io_fault_write("\n");
}
