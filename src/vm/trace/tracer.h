/* tracer.h - who is told of trace events, and the message.
 *
 * A tracer is a module with a state. `erl_tracer`, whose state is the process or port that gets the messages, is
 * built in; others have native functions. Tracers are shared, and counted. */
#ifndef LING_TRACER_H
#define LING_TRACER_H

#include "vm/proc/mailbox.h"
#include "vm/proc/tracing.h"

typedef struct Tracer {
    uint32_t references;
    Term module;
    Term state;
    Heap heap;                 /* owns `state` */
} Tracer;

/* Null: `module` cannot trace. The caller has one reference. */
Tracer *tracer_new(Term module, Term state);
Tracer *tracer_share(Tracer *tracer);              /* null allowed */
void tracer_release(Tracer *tracer);               /* null allowed */
bool tracer_same(const Tracer *a, const Tracer *b);

/* {Prefix, Pid | Port} or {Prefix, Module, State}. Null: `t` is no such thing, or cannot trace. */
Tracer *tracer_parse(Term prefix, Term t);
/* Of a pid, port or {Module, State}. */
Tracer *tracer_from_term(Term t);
/* The pid or port, else {Module, State}; `nobody` for null. */
Term tracer_to_term(const Tracer *tracer, Heap *heap, Term nobody);

/* What Module:enabled/3 answers about an event, or trace_status: is it worth while? Dead tracers should be removed. */
typedef enum TracerAnswer { TRACER_TRACE, TRACER_DISCARD, TRACER_REMOVE } TracerAnswer;
TracerAnswer tracer_ask(const Tracer *tracer, Term tag, Term tracee);

/* An event; its terms but for the result lie on the heap of the message that carries it, or are immediate. */
typedef struct TraceEvent {
    Term tag;                  /* call, send ... */
    Term tracee;               /* pid or port; of seq_trace: the label */
    Term data;
    Term extra;                /* NO_TERM: none */
    Term result;               /* of the match specification, anywhere; A_TRUE: not shown */
    uint32_t flags;            /* TRACE_STAMP_*, TRACE_SCHEDULER_ID */
} TraceEvent;
/* Takes the message over, tells the tracer if it is there. */
void tracer_tell(const Tracer *tracer, Message *message, const TraceEvent *event);

/* Sends a message to a process, or encoded to a port, if it is there; takes it over. */
void tracer_deliver(Term to, Message *message);

/* For time stamps of cpu_timestamp instead of timestamp: trace(all, true, [cpu_timestamp]). */
extern bool tracer_cpu_stamps;
/* {trace, Pid, ...} is being sent: not reported to who traces the tracer. */
extern bool tracer_is_telling;

#endif
