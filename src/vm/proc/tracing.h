/* tracing.h - what of a process or port is traced, and the way up to vm/trace.
 *
 * The flags say which events are reported to the tracer. Where an event happens, one test of the flags decides
 * whether `trace_sink` is called; without tracing nothing else is done. Flags but no tracer there never are,
 * but for TRACE_UNWINDING and TRACE_SAVED_CALLS. */
#ifndef LING_TRACING_H
#define LING_TRACING_H

#include "vm/proc/process.h"

enum {
    TRACE_STAMP_NOW = 1 << 0, TRACE_STAMP_STRICT_MONOTONIC = 1 << 1, TRACE_STAMP_MONOTONIC = 1 << 2,
    TRACE_SEND = 1 << 3, TRACE_RECEIVE = 1 << 4,
    TRACE_SET_ON_SPAWN = 1 << 5, TRACE_SET_ON_FIRST_SPAWN = 1 << 6,
    TRACE_SET_ON_LINK = 1 << 7, TRACE_SET_ON_FIRST_LINK = 1 << 8,
    TRACE_CALLS = 1 << 9, TRACE_PROCS = 1 << 10, TRACE_RUNNING = 1 << 11, TRACE_COLLECTIONS = 1 << 12,
    TRACE_ARITY = 1 << 13, TRACE_RETURN_TO = 1 << 14, TRACE_SILENT = 1 << 15,
    TRACE_RUNNING_PORTS = 1 << 16, TRACE_RUNNING_PROCS = 1 << 17, TRACE_PORTS = 1 << 18,
    TRACE_SCHEDULER_ID = 1 << 19, TRACE_EXITING = 1 << 20,
    TRACE_UNWINDING = 1 << 21,     /* frames of traced calls may be on the stack: not one of those a user sets */
    TRACE_SAVED_CALLS = 1 << 22,   /* calls, sends and receives are saved (saved_calls.h): neither */
};
#define TRACE_STAMPS (TRACE_STAMP_NOW | TRACE_STAMP_STRICT_MONOTONIC | TRACE_STAMP_MONOTONIC)
/* What shall be called when a process gets or leaves the processor. */
#define TRACE_TURNS (TRACE_RUNNING | TRACE_RUNNING_PROCS | TRACE_EXITING | TRACE_CALLS)

/* What vm/trace does with events. Ports are named by their TraceState and id. */
typedef struct TraceSink {
    void (*send)(Process *from, Term to, Term message);        /* also TRACE_SAVED_CALLS */
    void (*receive)(Process *to, Term from, Term message);     /* from: pid; node; system; clock_service */
    /* {trace, Pid, What, Data}: exit, register, link ... */
    void (*event)(Process *p, Term what, Term data);
    /* A new process: takes over what its parent (or null) or the setting for new processes says. */
    void (*inherit)(Process *parent, Process *child, bool is_linked);
    void (*spawned)(Process *parent, Process *child, Term module, Term function, Term args, bool is_linked);
    /* `from` linked itself to `to`. */
    void (*linked)(Process *from, Process *to);
    void (*turn)(Process *p, Term what);                       /* in, out, in_exiting, out_exiting, out_exited */
    void (*port_turn)(Process *p, Term what);                  /* it goes to work inside a port: out; and comes back: in */
    void (*collection)(Process *p, Term what, size_t words);   /* gc_minor_start ... */
    void (*save_event)(Process *p, Term what);                 /* TRACE_SAVED_CALLS: receive, timeout */
    void (*ended)(Process *p);                                 /* frees what it has */
    /* {trace, Port, What, Data [, Extra]}; `data` and `extra` lie anywhere. */
    void (*port)(TraceState *state, Term port, Term what, Term data, Term extra);
    void (*new_port)(TraceState *state);                       /* takes over what is set for new ports */
    void (*port_ended)(TraceState *state);
    /* A message about a trace to a process or port, if it is there; takes it over. */
    void (*deliver)(Term to, Message *message);
    /* Sequential tracing, to a tracer {Module, State}; `stamp`: TRACE_STAMP_*. The terms lie anywhere. */
    void (*sequential)(Term tracer, Term label, Term info, uint32_t stamp);
} TraceSink;

extern TraceSink trace_sink;
/* New processes are traced, or new ports. */
extern bool tracing_new_processes, tracing_new_ports;

static inline bool is_tracing(const Process *p, uint32_t flags) { return UNLIKELY(p->trace.flags & flags); }

#endif
