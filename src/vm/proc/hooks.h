/* hooks.h - what processes need from the layers above. main.c fills it in, before the first process is
 * made, by calling <unit>_init of each unit. */
#ifndef LING_HOOKS_H
#define LING_HOOKS_H

#include "vm/proc/exit.h"
#include "vm/proc/process.h"
#include "vm/proc/send.h"

typedef struct ProcessHooks {
    /* engine.h */
    void (*run)(Process *p);
    void (*start_call)(Process *p, Export *target, const Term *args);
    Term (*stacktrace)(Process *p, Heap *heap, uint32_t depth);   /* of a process that does not run or called a BIF */

    /* vm/ets: gives away or deletes what p->ets holds. True when done; else it is called again, later. */
    bool (*ets_exit)(Process *p);

    /* vm/port; null where there are no ports. `port` is a port identifier. */
    bool (*port_is_open)(Term port);
    Term (*port_name)(Term port);                        /* registered name, or NO_TERM */
    void (*port_set_name)(Term port, Term name);         /* NO_TERM: none any more */
    bool (*port_link)(Process *p, Term port);            /* port's half of a link; false: no such port */
    void (*port_unlink)(Process *p, Term port);
    void (*port_exit)(Process *p, Term port, Term reason);   /* exit signal to a port */
    /* A process is going to watch the port: head of its `monitored_by` list; null: no such port. And stops to do so. */
    struct Monitor **(*port_monitors)(Term port);
    void (*port_demonitor)(Term port);
    bool (*port_command)(Process *p, Term port, Term message);   /* Port ! Message; false: nothing done, it is busy */

    /* vm/dist */
    /* `p` ends: goes on with the signal that it was sending, then with its links to other nodes, and what it was for
     * distribution. */
    ExitProgress (*dist_exit)(Process *p);
    /* Decodes and frees what a message carries. NO_TERM: it is no term, and the connection ends. */
    Term (*dist_open)(SealedTerm *sealed, Heap *heap);
    size_t (*dist_words)(const SealedTerm *sealed);      /* at most so many */
    void (*dist_drop)(SealedTerm *sealed);               /* frees it unseen */
    /* A monitor with a `remote` is about to be freed because its process ends: the other node is told. */
    void (*dist_monitor_ends)(struct Monitor *monitor, Term reason);

    /* vm/nif: between two turns, when other threads or callbacks of native functions ask for it (io_gate.h). */
    void (*attend)(void);

    /* code purging: does a process refer to the old code of `module`, as a boolean atom? */
    Term (*check_process_code)(Process *p, Term module);
    /* Writes what is pending on ports; true when there is nothing left to wait for. */
    bool (*halt_flush)(void);
    /* The VM crashes: writes a crash dump, if one is wanted. */
    void (*crash_dump)(const char *slogan);
    /* ... and undoes what would outlive it: modes of terminals. */
    void (*crash_cleanup)(void);
} ProcessHooks;

extern ProcessHooks process_hooks;

#endif
