#include "vm/proc/suspend.h"

#include "vm/base/mem.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"

static Suspension **find(Process *p, Term pid)
{
    Suspension **link = &p->suspending;

    while (*link && (*link)->pid != pid)
        link = &(*link)->next;
    return link;
}

static void stop(Process *suspendee)
{
    suspendee->suspend_count++;
    suspendee->flags |= PROCESS_SUSPENDED;
}

static void let_go(Process *suspendee)
{
    if (--suspendee->suspend_count > 0)
        return;
    suspendee->flags &= ~(uint32_t)PROCESS_SUSPENDED;
    if (suspendee->state == PROCESS_RUNNABLE)
        scheduler_enqueue(suspendee);
}

bool suspend_add(Process *p, Process *suspendee, bool unless_suspending)
{
    Suspension **link = find(p, suspendee->pid);

    if (*link && unless_suspending)
        return false;
    if (!*link) {
        *link = mem_alloc_zero(MEM_PROCESS, sizeof **link);
        (*link)->pid = suspendee->pid;
    }
    (*link)->count++;
    stop(suspendee);
    return true;
}

static void forget(Suspension **link)
{
    Suspension *gone = *link;

    *link = gone->next;
    mem_free(MEM_PROCESS, gone);
}

bool suspend_remove(Process *p, Process *suspendee)
{
    Suspension **link = find(p, suspendee->pid);

    if (!*link)
        return false;
    let_go(suspendee);
    if (--(*link)->count == 0)
        forget(link);
    return true;
}

bool suspend_knows(Process *p, Term pid)
{
    return *find(p, pid) != NULL;
}

void suspend_forget(Process *p, Term pid)
{
    Suspension **link = find(p, pid);

    if (*link)
        forget(link);
}

void suspend_release_all(Process *p)
{
    while (p->suspending) {
        Process *suspendee = process_find(p->suspending->pid);

        for (uint32_t i = 0; suspendee && i < p->suspending->count; i++)
            let_go(suspendee);
        forget(&p->suspending);
    }
}

void suspend_for_purge(Process *p)
{
    p->flags |= PROCESS_WAITS_FOR_PURGE;
    stop(p);
}

void suspend_purge_is_over(void)
{
    size_t cursor = 0;
    Process *p;

    while ((p = process_table_next(&cursor)))
        if (p->flags & PROCESS_WAITS_FOR_PURGE) {
            p->flags &= ~(uint32_t)PROCESS_WAITS_FOR_PURGE;
            let_go(p);
        }
}
