/* monitor.h - monitors and aliases.
 *
 * A Monitor is found by its reference number (one table for the VM), by who set it (list `monitors`
 * of the origin) and by what it watches (list `monitored_by` of the target). An alias without
 * monitor is a Monitor without target. */
#ifndef LING_MONITOR_H
#define LING_MONITOR_H

#include "vm/proc/process.h"
#include "vm/proc/ref_table.h"

typedef enum MonitorKind {
    MONITOR_PROCESS, MONITOR_PORT, MONITOR_TIME_OFFSET, MONITOR_NODE, MONITOR_NOTHING,
    MONITOR_NATIVE            /* set by C code: `down` is called instead of a message */
} MonitorKind;
enum { MONITOR_ALIAS_NONE, MONITOR_ALIAS_EXPLICIT, MONITOR_ALIAS_DEMONITOR, MONITOR_ALIAS_REPLY };

typedef struct Monitor {
    RefEntry ref;                  /* must be first */
    MonitorKind kind;
    uint32_t alias;                /* MONITOR_ALIAS_* */
    bool spawn_request;            /* the reference of spawn_request as well */
    Process *origin;               /* null for MONITOR_NATIVE */
    Term target;                   /* pid, port; NO_TERM for an alias alone */
    Term name;                     /* monitored by name: the atom; else NO_TERM */
    Term tag;                      /* in place of 'DOWN'; NO_TERM if none */
    Heap heap;                     /* owns `tag` */
    struct Monitor *next, **link;                     /* list of the origin */
    struct Monitor *target_next, **target_link;       /* list of the target */
    void (*down)(struct Monitor *monitor, Term reason);   /* MONITOR_NATIVE: must end with monitor_free */
    void *context;                 /* MONITOR_NATIVE: for `down`, set by whoever added it */
} Monitor;

/* A monitor of `target` (`targets` is the head of its monitored_by list) by p under reference `id`. */
Monitor *monitor_add(Process *p, uint64_t id, MonitorKind kind, Term target, Monitor **targets);
/* A monitor of C code: ETS heirs and fixations, NIFs. */
Monitor *monitor_add_native(Process *target, void (*down)(Monitor *monitor, Term reason));
void monitor_free(Monitor *monitor);            /* takes it off its lists */
Monitor *monitor_find(uint64_t id);             /* null if none */
void monitor_set_tag(Monitor *monitor, Term tag);
/* The target ended: sends {Tag, Ref, Type, Target, Reason} and frees the monitor, or leaves its alias. */
void monitor_down(Monitor *monitor, Term reason);
/* The same for all monitors of a list: ports and processes that end. At most `limit`; false if some are left. */
bool monitor_down_all(Monitor **targets, Term reason, size_t limit);
/* 'DOWN' at once, for a target that is not there. `item` is a pid, port, or {Name, Node}. */
void monitor_send_down(Process *to, Term tag, Term ref, Term type, Term item, Term reason);
/* {'CHANGE', Ref, time_offset, clock_service, Offset} to all who monitor it. */
void monitor_time_offset_changed(int64_t offset);

/* Process that an active alias stands for; null otherwise. An alias for one reply ends with this. */
Process *monitor_alias_take(Term reference);

#endif
