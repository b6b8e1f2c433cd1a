/* suspend.h - erlang:suspend_process. */
#ifndef LING_SUSPEND_H
#define LING_SUSPEND_H

#include "vm/proc/process.h"

/* What `p` has suspended. */
typedef struct Suspension {
    struct Suspension *next;
    Term pid;
    uint32_t count;
} Suspension;

/* `unless_suspending`: no effect if p has suspended it already; false then. */
bool suspend_add(Process *p, Process *suspendee, bool unless_suspending);
/* False if p has not suspended it. */
bool suspend_remove(Process *p, Process *suspendee);
/* Has p suspended it, dead or alive? */
bool suspend_knows(Process *p, Term pid);
/* It has died meanwhile. */
void suspend_forget(Process *p, Term pid);
void suspend_release_all(Process *p);

/* `p` has called a fun whose code is being purged: it stops at the end of its turn, until that is over. */
void suspend_for_purge(Process *p);
void suspend_purge_is_over(void);

#endif
