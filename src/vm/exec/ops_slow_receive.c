/* ops_slow_receive.c - send and the waiting ends of receive. */
#include "vm/exec/slow_receive.h"

#include "vm/exec/slow.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/tracing.h"
#include "vm/term/atom.h"
#include "vm/trace/saved_calls.h"

#define SEND_REDUCTIONS 4

/* Whatever is no local process - names, ports, other nodes - is the business of the BIF. */
static Handled send_elsewhere(const Word *next)
{
    Export *send = export_get(A_ERLANG, A_SEND, 2);
    Term result;

    if (is_tracing(VM->process, TRACE_SAVED_CALLS))
        saved_calls_add(VM->process, send);
    SYNC_OUT();
    result = send->bif(VM->process, VM->x);
    SYNC_IN();
    if (result == NO_TERM)
        return slow_bif_outcome(send, next, 0);
    VM->x[0] = VM->x[1];
    GO(next);
}

/* Sending is a call of the BIF, too, for those that save calls. */
static __attribute__((noinline)) void tell_send(Process *p)
{
    if (p->trace.flags & TRACE_SAVED_CALLS)
        saved_calls_add(p, export_get(A_ERLANG, A_SEND, 2));
    trace_sink.send(p, VM->x[0], VM->x[1]);
}

Handled slow_send(const Word *next)
{
    Process *to = is_local_pid(VM->x[0]) ? process_find(VM->x[0]) : NULL;

    if (!to)
        return send_elsewhere(next);
    SYNC_OUT();
    if (is_tracing(VM->process, TRACE_SEND | TRACE_SAVED_CALLS))
        tell_send(VM->process);
    message_send(VM->process, to, VM->x[1]);
    SYNC_IN();
    REDS -= SEND_REDUCTIONS;
    VM->x[0] = VM->x[1];
    GO(next);
}

/* Before sleeping: takes up what lies in fragments. */
static void tidy(Process *p)
{
    SYNC_OUT();
    if (process_should_collect(p)) {
        p->flags &= ~(uint32_t)PROCESS_COLLECT;
        process_collect(p, VM->x, 0, 0);
        E = (Term *)p->gc.stack_top;
    }
    p->live = 0;
    SYNC_IN();
}

Handled slow_receive_wait(const Word *again)
{
    Process *p = VM->process;

    if (p->flags & PROCESS_KILLED)
        return slow_yield(again, 0);
    tidy(p);
    p->ip = again;
    mailbox_wait(p);
    LEAVE_ENGINE();
}

/* A process that has used up its turn, or was interrupted, gives way before it goes on behind its timeout. */
Handled slow_wait_timeout(const Word *next, const Word *again, Term time)
{
    Process *p = VM->process;

    if (p->flags & PROCESS_KILLED)
        return slow_yield(again, 0);
    SYNC_OUT();
    switch (mailbox_wait_timeout(p, time, again, next)) {
    case WAIT_SLEEP:
        tidy(p);
        p->ip = again;
        LEAVE_ENGINE();
    case WAIT_TIMED_OUT:
        SYNC_IN();
        GO(next);
    default:
        SYNC_IN();
        return slow_error(A_TIMEOUT_VALUE);
    }
}
