/* main.c - puts the layers together, in the order in which they need each other, and runs the VM. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bifs/crash_dump.h"
#include "bifs/signals.h"
#include "io/io_env.h"
#include "io/io_fault.h"
#include "io/io_loop.h"
#include "loader/load.h"
#include "options.h"
#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/dist/dist_connection.h"
#include "vm/proc/purge.h"
#include "vm/ets/ets.h"
#include "vm/exec/engine.h"
#include "vm/exec/exceptions.h"
#include "vm/gc/literal.h"
#include "vm/nif/nif_system.h"
#include "vm/port/port.h"
#include "vm/proc/bif.h"
#include "vm/proc/crash.h"
#include "vm/proc/hooks.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/spawn.h"
#include "vm/term/bits.h"
#include "vm/trace/trace.h"

extern char **environ;

/* Away from the terminal, with nobody to wait for us: -detached. */
static void leave_terminal(void)
{
    int null;

    if (fork() != 0)
        _exit(0);
    setsid();
    if (fork() != 0)
        _exit(0);
    null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

static void fill_process_defaults(void)
{
    process_min_heap_words = gc_next_heap_size(options.min_heap_words);
    process_min_binary_words = gc_next_heap_size(options.min_binary_heap_words);
    process_max_heap_words = options.max_heap_words;
    process_max_heap_flags = (options.max_heap_kill ? PROCESS_MAX_HEAP_KILL : 0)
        | (options.max_heap_log ? PROCESS_MAX_HEAP_LOG : 0);
    process_limit = options.process_limit;
    process_off_heap_messages = options.off_heap_messages;
}

/* As on stock the end: no code could be loaded any more, and what made the atoms would go on. heart starts anew. */
static void end_without_atoms(void)
{
    atom_table_is_full = NULL;         /* whoever writes the dump may ask for one */
    crash("no more index entries in atom_tab (max=%u)", (unsigned)atom_limit);
}

static void init_vm(void)
{
    io_env_init(environ);
    io_init();
    io_fault_init(crash_fault);
    literal_init();
    atom_limit = options.atom_limit;
    atom_table_is_full = end_without_atoms;
    ets_limit = MAX(ets_limit, options.ets_limit);
    ets_always_compressed = options.ets_compressed;
    atom_init();
    engine_init();
    process_hooks.run = engine_run;
    process_hooks.start_call = engine_start_call;
    process_hooks.stacktrace = exception_current_stacktrace;
    process_hooks.check_process_code = purge_check_process;
    fill_process_defaults();
    trace_init();
    ets_init();
    port_init();
    dist_init();
    drivers_init();
    signals_init();
    crash_dump_init();
    nif_init();
    bif_init(engine_set_stub);
}

static void load_preloaded_modules(void)
{
    LoadError error;

    load_refuses_beam = options.no_beam;
    if (!load_preloaded(options.preloaded, &error))
        crash("cannot load the preloaded modules of %s: %s", options.preloaded, error.text);
}

/* The list of binaries that erl_init:start/2 gets. */
static Term boot_arguments(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = options.init_arg_count; i > 0; i--) {
        const char *word = options.init_args[i - 1];
        list = cons(heap, bits_new(heap, word, strlen(word)), list);
    }
    return list;
}

int main(int argc, char **argv)
{
    StartPlan plan = options_read(argc, argv);
    Heap heap = {0};

    if (plan.action == START_DONE)
        return 0;
    if (plan.action == START_TRANSFORM) {
        init_vm();
        return load_transform_command(plan.rest_count, plan.rest);
    }
    if (plan.detached)
        leave_terminal();
    init_vm();
    load_preloaded_modules();
    spawn_first_processes(A_INIT, boot_arguments(&heap));
    heap_clear(&heap);
    io_exit(scheduler_loop());
}
