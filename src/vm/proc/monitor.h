/* monitor.h - monitors and aliases.
 *
 * A Monitor is found by its reference number (one table for the VM), by who set it (list `monitors`
 * of the origin) and by what it watches (list `monitored_by` of the target). An alias without
 * monitor is a Monitor without target. */
#ifndef LING_MONITOR_H
#define LING_MONITOR_H

#include "vm/proc/process.h"
#include "vm/term/ref_table.h"

typedef enum MonitorKind {
    MONITOR_PROCESS, MONITOR_PORT, MONITOR_TIME_OFFSET, MONITOR_NODE, MONITOR_NOTHING,
    MONITOR_SPAWN,            /* a process asked for on another node: the answer is to come */
    MONITOR_NATIVE            /* set by C code */
} MonitorKind;
enum { MONITOR_ALIAS_NONE, MONITOR_ALIAS_EXPLICIT, MONITOR_ALIAS_DEMONITOR, MONITOR_ALIAS_REPLY };

typedef struct Monitor {
    RefEntry ref;                  /* must be first */
    MonitorKind kind;
    uint32_t alias;                /* MONITOR_ALIAS_* */
    bool owned;                    /* the reference names the origin */
    Process *origin;               /* null for MONITOR_NATIVE */
    Term target;                   /* pid, port; NO_TERM for an alias alone */
    Term name;                     /* monitored by name: the atom; else NO_TERM */
    Term tag;                      /* in place of 'DOWN'; NO_TERM if none */
    Term remote;                   /* node of the target, if another. MONITOR_NATIVE: the process there that watches,
                                      if one does. Else NO_TERM */
    Heap heap;                     /* owns the terms */
    struct Monitor *next, **link;                     /* list of the origin */
    struct Monitor *target_next, **target_link;       /* list of the target */
    void (*down)(struct Monitor *monitor, Term reason);   /* called instead of a message, if not null: frees it */
    void *context;                 /* for `down`, set by whoever added it */
} Monitor;

/* Options of monitor/3, alias/1 and spawn_opt. */
typedef struct MonitorOptions {
    uint32_t alias;                /* MONITOR_ALIAS_* */
    Term tag;                      /* NO_TERM: 'DOWN' */
} MonitorOptions;

/* A new reference of p's for a monitor or alias with such options. */
Term monitor_ref_new(Process *p, const MonitorOptions *monitor_options);
/* A monitor of `target` by p under the reference `ref`; `targets` is the head of the target's
 * monitored_by list, or null if it has none (an alias, time_offset). */
Monitor *monitor_add(Process *p, Term ref, MonitorKind kind, Term target, Monitor **targets,
                     const MonitorOptions *monitor_options);
/* A monitor of C code: ETS heirs and fixations, NIFs. */
Monitor *monitor_add_native(Process *target, void (*down)(Monitor *monitor, Term reason));
void monitor_free(Monitor *monitor);            /* takes it off its lists */
Monitor *monitor_find(uint64_t id);             /* null if none */
/* The target ended: sends {Tag, Ref, Type, Target, Reason} and frees the monitor, or leaves its alias. */
void monitor_down(Monitor *monitor, Term reason);
/* The same for all monitors of a list: ports that end, connections that are lost. */
void monitor_down_all(Monitor **targets, Term reason);
/* Turns a list of monitors round, the youngest of which is at its head: who has many monitors of one process and takes
 * their messages in the order in which they were set, finds each at once, as on stock. */
void monitor_oldest_first(Monitor **targets);
/* Ends a monitor that demonitor was called for; an alias that outlives it stays. */
void monitor_stop(Monitor *monitor);
/* The target as it is shown: a pid or port, or {Name, Node}. */
Term monitor_item(const Monitor *monitor, Heap *heap);
/* The reference of a monitor, made on `heap`. */
Term monitor_ref(const Monitor *monitor, Heap *heap);
/* {'CHANGE', Ref, time_offset, clock_service, Offset} to all who monitor it. */
void monitor_time_offset_changed(int64_t offset);

/* Process that an active alias stands for; null otherwise. An alias for one reply ends with this. */
Process *monitor_alias_take(Term reference);

#endif
