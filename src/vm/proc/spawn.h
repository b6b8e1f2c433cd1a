/* spawn.h - making processes. */
#ifndef LING_SPAWN_H
#define LING_SPAWN_H

#include "vm/proc/monitor.h"

#define MAX_CALL_ARGUMENTS 255

typedef struct SpawnOptions {
    Term module, function;
    Term args;                  /* proper list, at most 255 long */
    bool link;
    bool monitor;               /* `monitor_ref` is the result */
    bool system;                /* spawn_system_process */
    bool off_heap_messages;
    Priority priority;
    size_t min_heap_words;      /* 0: the default */
    size_t min_binary_words;    /* 0: the default */
    uint32_t full_sweep_after;
    size_t max_heap_words;
    uint32_t max_heap_flags;    /* PROCESS_MAX_HEAP_* */
    MonitorOptions monitor_options;
    Term monitor_ref;           /* out, or NO_TERM; on the parent's heap. May be given (spawn_request) */
} SpawnOptions;

/* Defaults of system_flag: */
extern size_t process_min_heap_words, process_min_binary_words;
extern uint32_t process_full_sweep_after;
extern size_t process_max_heap_words;
extern uint32_t process_max_heap_flags;
extern bool process_off_heap_messages;

void spawn_defaults(SpawnOptions *options);
/* The new pid; NO_TERM if there are too many processes. `parent` is null for the first processes. */
Term process_spawn(Process *parent, SpawnOptions *options);
/* The struct of a process that is gone. */
void process_release(Process *p);
/* init and the system processes: pids 0 to 5. `boot_args` is the list for erl_init:start/2; it is copied. */
void spawn_first_processes(Term boot_module, Term boot_args);

#endif
