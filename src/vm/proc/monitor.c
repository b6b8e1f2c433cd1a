#include "vm/proc/monitor.h"

#include "vm/base/mem.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* Those who want to hear of changes of the time offset. */
static Monitor *time_offset_monitors;

static void push(Monitor **head, Monitor *monitor)
{
    monitor->next = *head;
    monitor->link = head;
    if (*head)
        (*head)->link = &monitor->next;
    *head = monitor;
}

static void push_target(Monitor **head, Monitor *monitor)
{
    monitor->target_next = *head;
    monitor->target_link = head;
    if (*head)
        (*head)->target_link = &monitor->target_next;
    *head = monitor;
}

static void leave_origin(Monitor *monitor)
{
    if (!monitor->link)
        return;
    *monitor->link = monitor->next;
    if (monitor->next)
        monitor->next->link = monitor->link;
    monitor->link = NULL;
}

static void leave_target(Monitor *monitor)
{
    if (!monitor->target_link)
        return;
    *monitor->target_link = monitor->target_next;
    if (monitor->target_next)
        monitor->target_next->target_link = monitor->target_link;
    monitor->target_link = NULL;
}

Term monitor_ref_new(Process *p, const MonitorOptions *options)
{
    return options->alias ? ref_new_owned(&p->heap, p->pid) : ref_new(&p->heap);
}

Monitor *monitor_add(Process *p, Term ref, MonitorKind kind, Term target, Monitor **targets,
                     const MonitorOptions *options)
{
    Monitor *monitor = mem_alloc_zero(MEM_PROCESS, sizeof *monitor);

    monitor->kind = kind;
    monitor->origin = p;
    monitor->target = is_immediate(target) ? target : term_copy_all(&monitor->heap, target);
    monitor->name = monitor->remote = NO_TERM;
    monitor->owned = ref_owner(ref) != 0;
    monitor->alias = options->alias;
    monitor->tag = options->tag == NO_TERM ? NO_TERM : term_copy_all(&monitor->heap, options->tag);
    ref_table_add(&monitor->ref, REF_ENTRY_MONITOR, ref_id(ref));
    push(&p->monitors, monitor);
    if (kind == MONITOR_TIME_OFFSET)
        targets = &time_offset_monitors;
    if (targets)
        push_target(targets, monitor);
    return monitor;
}

Monitor *monitor_add_native(Process *target, void (*down)(Monitor *monitor, Term reason))
{
    Monitor *monitor = mem_alloc_zero(MEM_PROCESS, sizeof *monitor);

    monitor->kind = MONITOR_NATIVE;
    monitor->target = target->pid;
    monitor->name = monitor->tag = monitor->remote = NO_TERM;
    monitor->down = down;
    ref_table_add(&monitor->ref, REF_ENTRY_MONITOR, ref_next_id());
    push_target(&target->monitored_by, monitor);
    return monitor;
}

void monitor_free(Monitor *monitor)
{
    leave_origin(monitor);
    leave_target(monitor);
    ref_table_remove(&monitor->ref);
    heap_clear(&monitor->heap);
    mem_free(MEM_PROCESS, monitor);
}

Monitor *monitor_find(uint64_t id)
{
    return (Monitor *)ref_table_find(id, REF_ENTRY_MONITOR);
}

Term monitor_ref(const Monitor *monitor, Heap *heap)
{
    uint64_t owner = monitor->owned ? immediate_payload(monitor->origin->pid) + 1 : 0;

    return ref_from_id(heap, monitor->ref.id, owner);
}

/* What is left of a monitor that has ended: nothing, or an alias. */
static void end_monitor(Monitor *monitor, bool keeps_alias)
{
    if (!keeps_alias) {
        monitor_free(monitor);
        return;
    }
    leave_target(monitor);
    monitor->kind = MONITOR_NOTHING;
    monitor->target = monitor->remote = NO_TERM;
}

void monitor_stop(Monitor *monitor)
{
    end_monitor(monitor, monitor->alias == MONITOR_ALIAS_EXPLICIT);
}

Term monitor_item(const Monitor *monitor, Heap *heap)
{
    if (monitor->name != NO_TERM)
        return tuple_2(heap, monitor->name, monitor->remote == NO_TERM ? node_name : monitor->remote);
    return term_copy(heap, monitor->target);
}

void monitor_down(Monitor *monitor, Term reason)
{
    Message *message;
    Heap *heap;

    if (monitor->down) {
        monitor->down(monitor, reason);
        return;
    }
    message = message_new();
    heap = &message->heap;
    message->term = tuple_5(heap, monitor->tag == NO_TERM ? A_DOWN : term_copy(heap, monitor->tag),
                            monitor_ref(monitor, heap), monitor->kind == MONITOR_PORT ? A_PORT : A_PROCESS,
                            monitor_item(monitor, heap), term_copy(heap, reason));
    message_post(monitor->origin, message);
    end_monitor(monitor, monitor->alias == MONITOR_ALIAS_EXPLICIT);
}

void monitor_oldest_first(Monitor **targets)
{
    Monitor *monitor = *targets;

    *targets = NULL;
    while (monitor) {
        Monitor *next = monitor->target_next;

        push_target(targets, monitor);
        monitor = next;
    }
}

void monitor_down_all(Monitor **targets, Term reason)
{
    while (*targets)
        monitor_down(*targets, reason);
}

void monitor_time_offset_changed(int64_t offset)
{
    for (Monitor *m = time_offset_monitors; m; m = m->target_next) {
        Message *message = message_new();
        Heap *heap = &message->heap;

        message->term = tuple_5(heap, m->tag == NO_TERM ? A_CHANGE : term_copy(heap, m->tag),
                                monitor_ref(m, heap), A_TIME_OFFSET, A_CLOCK_SERVICE,
                                integer_from_i64(heap, offset));
        message_post(m->origin, message);
    }
}

Process *monitor_alias_take(Term reference)
{
    Monitor *monitor = is_local_ref(reference) ? monitor_find(ref_id(reference)) : NULL;
    Process *p;

    if (!monitor || monitor->alias == MONITOR_ALIAS_NONE || !monitor->origin)
        return NULL;
    p = monitor->origin;
    if (process_is_exiting(p))
        return NULL;
    if (monitor->alias == MONITOR_ALIAS_REPLY) {
        if (monitor->remote != NO_TERM)
            process_hooks.dist_monitor_ends(monitor, A_NORMAL);
        monitor_free(monitor);
    }
    return p;
}
