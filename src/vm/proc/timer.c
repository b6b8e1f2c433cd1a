#include "vm/proc/timer.h"

#include "vm/base/mem.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/registry.h"
#include "vm/term/copy.h"

static void unlink_timer(BifTimer *timer)
{
    if (!timer->link)
        return;
    *timer->link = timer->next;
    if (timer->next)
        timer->next->link = timer->link;
    timer->link = NULL;
}

void timer_free(BifTimer *timer)
{
    timer_wheel_cancel(&timer->node);
    unlink_timer(timer);
    ref_table_remove(&timer->ref);
    heap_clear(&timer->heap);
    mem_free(MEM_TIMER, timer);
}

static void expired(TimerNode *node)
{
    BifTimer *timer = CONTAINER_OF(node, BifTimer, node);
    Process *to = timer->to ? timer->to : registry_process(timer->name);

    if (to)
        message_post(to, message_new_with(&timer->heap, timer->message));
    timer_free(timer);
}

BifTimer *timer_start(Process *to, Term name, int64_t deadline_ns, Term message, uint64_t id)
{
    BifTimer *timer = mem_alloc_zero(MEM_TIMER, sizeof *timer);

    timer->to = to;
    timer->name = name;
    timer->message = term_copy_all(&timer->heap, message);
    ref_table_add(&timer->ref, REF_ENTRY_TIMER, id);
    if (to) {
        timer->next = to->timers;
        timer->link = &to->timers;
        if (timer->next)
            timer->next->link = &timer->next;
        to->timers = timer;
    }
    timer_wheel_set(&timer->node, deadline_ns, expired);
    return timer;
}

BifTimer *timer_find(uint64_t id)
{
    return (BifTimer *)ref_table_find(id, REF_ENTRY_TIMER);
}

void timer_free_all(Process *p)
{
    while (p->timers)
        timer_free(p->timers);
}
