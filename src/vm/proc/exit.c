#include "vm/proc/exit.h"

#include "vm/base/mem.h"
#include "vm/proc/crash.h"
#include "vm/proc/dictionary.h"
#include "vm/proc/hooks.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/nodes_monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/spawn.h"
#include "vm/proc/suspend.h"
#include "vm/proc/system_monitor.h"
#include "vm/proc/system_profile.h"
#include "vm/proc/timer.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"

/* Links and monitors dealt with in one turn. */
#define SLICE 400

void process_exit(Process *p, Term reason)
{
    process_table_ending(p);
    p->exit_reason = reason;
    p->state = PROCESS_EXITING;
}

Term exit_self(Process *p, Term reason)
{
    process_exit(p, reason);
    p->outcome = OUTCOME_EXIT;
    return NO_TERM;
}

/* --- signals --------------------------------------------------------------------------------- */

static void kill_process(Process *to, Term reason)
{
    process_table_ending(to);
    to->exit_reason = term_copy(&to->heap, reason);
    if (to->state == PROCESS_RUNNING) {
        to->flags |= PROCESS_KILLED;
        process_interrupt(to);
        return;
    }
    to->state = PROCESS_EXITING;
    /* Who has the higher priority may wait for the end, while others keep `to` from its turn. */
    if (running_process && running_process->priority > to->priority && !(to->flags & PROCESS_QUEUED))
        to->priority = running_process->priority;
    scheduler_enqueue(to);
}

static Term exit_message(Heap *heap, Term from, Term reason)
{
    return tuple_3(heap, A_EXIT_UPPER, term_copy(heap, from), term_copy(heap, reason));
}

/* Null: whoever sends the signal has no token. */
static Process *sender_with_token(Term from)
{
    Process *sender = is_local_pid(from) ? process_table_get(from) : NULL;

    return sender && !is_nil(sender->seq_trace_token) ? sender : NULL;
}

/* Signals are reported as the messages that they may become. */
static void trace_signal(Process *sender, Term from, const Process *to, Term reason)
{
    Heap heap = {0};

    seq_trace_count(sender);
    seq_trace_report(to, sender->seq_trace_token, exit_message(&heap, from, reason), SEQ_TRACE_SEND, to->pid);
    heap_clear(&heap);
}

static void send_exit_message(Term from, Process *to, Term reason, Term token)
{
    Message *message = message_new();

    message->term = exit_message(&message->heap, from, reason);
    if (!is_nil(token))
        message->token = term_copy(&message->heap, token);
    message_post(to, message);
}

bool exit_signal_with_token(Term from, Process *to, Term reason, ExitKind kind, Term token)
{
    if (process_is_exiting(to))
        return false;
    if (kind == EXIT_SIGNAL_SENT && reason == A_KILL) {
        kill_process(to, A_KILLED);
        return true;
    }
    if (to->flags & PROCESS_TRAP_EXIT) {
        send_exit_message(from, to, reason, token);
        return false;
    }
    if (reason == A_NORMAL && !(kind == EXIT_SIGNAL_SENT && from == to->pid))
        return false;
    kill_process(to, reason);
    return true;
}

bool exit_signal(Term from, Process *to, Term reason, ExitKind kind)
{
    Process *sender = sender_with_token(from);

    if (UNLIKELY(sender && !process_is_exiting(to)))
        trace_signal(sender, from, to, reason);
    return exit_signal_with_token(from, to, reason, kind, sender ? sender->seq_trace_token : TERM_NIL);
}

/* --- the end ----------------------------------------------------------------------------------- */

static void check_system_process(const Process *p)
{
    if ((p->flags & PROCESS_SYSTEM) && !scheduler_is_halting())
        crash_system_process(p);
}

static void start_exit(Process *p)
{
    p->flags = (p->flags | PROCESS_EXIT_STARTED) & ~(uint32_t)(PROCESS_KILLED | PROCESS_WAITS_FOR_OUTPUT);
    timer_wheel_cancel(&p->receive_timer);
    gc_sync_limit(&p->heap, &p->gc);
    timer_free_all(p);
    nodes_monitor_remove_all(p);
    system_monitor_forget(p);
    system_profile_forget(p);
    monitor_oldest_first(&p->monitored_by);
    check_system_process(p);
    if (is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_EXIT, p->exit_reason);
}

static void unlink_from(Process *p, Term other)
{
    Process *q;

    if (is_local_port(other)) {
        process_hooks.port_exit(p, other, p->exit_reason);
        return;
    }
    q = process_table_get(other);
    if (!q || !link_remove(q, p->pid))
        return;
    if (!exit_signal(p->pid, q, p->exit_reason, EXIT_SIGNAL_LINK) && is_tracing(q, TRACE_PROCS))
        trace_sink.event(q, A_GETTING_UNLINKED, p->pid);
}

/* True when no link is left. */
static bool end_links(Process *p, size_t *budget)
{
    while (p->links) {
        if ((*budget)-- == 0) {
            *budget = 0;
            return false;
        }
        unlink_from(p, link_take(p));
    }
    return true;
}

static bool end_monitors(Process *p, size_t *budget)
{
    while (p->monitors) {
        if ((*budget)-- == 0) {
            *budget = 0;
            return false;
        }
        if (p->monitors->remote != NO_TERM)
            process_hooks.dist_monitor_ends(p->monitors, p->exit_reason);
        monitor_free(p->monitors);
    }
    return true;
}

/* What it has to tell other nodes, or was for them. */
static ExitProgress end_abroad(Process *p)
{
    if (LIKELY(!p->remote_links && !p->obituary && !(p->flags & PROCESS_DISTRIBUTION)))
        return EXIT_DONE;
    return process_hooks.dist_exit(p);
}

/* Who is told that it is down. */
static ExitProgress end_watchers(Process *p, size_t budget)
{
    while (p->monitored_by) {
        ExitProgress progress;

        if (budget-- == 0)
            return EXIT_GOES_ON;
        monitor_down(p->monitored_by, p->exit_reason);
        progress = end_abroad(p);
        if (progress != EXIT_DONE)
            return progress;
    }
    return EXIT_DONE;
}

static void process_free(Process *p)
{
    suspend_release_all(p);
    if (p->trace.tracer || p->call_clock || p->saved_calls)
        trace_sink.ended(p);
    mailbox_free(p);
    dictionary_clear(p);
    gc_heap_free(&p->heap, &p->gc);
    if (p->args != p->inline_args)
        mem_free(MEM_PROCESS, p->args);
    p->state = PROCESS_GONE;
    process_release(p);
}

ExitProgress exit_continue(Process *p)
{
    size_t budget = SLICE;
    ExitProgress progress;

    if (!(p->flags & PROCESS_EXIT_STARTED))
        start_exit(p);
    if (p->ets && process_hooks.ets_exit && !process_hooks.ets_exit(p))
        return EXIT_GOES_ON;
    if (p->registered_name != NO_TERM) {
        registry_remove(p->registered_name);
        if (is_tracing(p, TRACE_PROCS))
            trace_sink.event(p, A_UNREGISTER, p->registered_name);
        p->registered_name = NO_TERM;
    }
    progress = end_abroad(p);
    if (progress != EXIT_DONE)
        return progress;
    if (!end_links(p, &budget) || !end_monitors(p, &budget))
        return EXIT_GOES_ON;
    progress = end_watchers(p, budget);
    if (progress != EXIT_DONE)
        return progress;
    if (is_tracing(p, TRACE_EXITING))
        trace_sink.turn(p, A_OUT_EXITED);
    if (UNLIKELY(system_profile.processes))
        system_profile_process(p, A_INACTIVE);
    process_table_remove(p);
    process_free(p);
    return EXIT_DONE;
}
