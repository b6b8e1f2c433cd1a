/* trace_flags.h - the flags of erlang:trace/3: names, and putting them on processes and ports. */
#ifndef LING_TRACE_FLAGS_H
#define LING_TRACE_FLAGS_H

#include "vm/port/port.h"
#include "vm/trace/tracer.h"

#define TRACE_MODIFIERS (TRACE_SILENT | TRACE_STAMPS | TRACE_SCHEDULER_ID | TRACE_RECEIVE | TRACE_SEND)
#define TRACE_OF_PORTS (TRACE_MODIFIERS | TRACE_PORTS | TRACE_RUNNING_PORTS)
#define TRACE_SETTABLE (TRACE_UNWINDING - 1)
#define TRACE_OF_PROCESSES ((TRACE_SETTABLE & ~TRACE_OF_PORTS) | TRACE_MODIFIERS)

/* 0: no such flag. */
uint32_t trace_flag_bits(Term name);
/* The list that trace_info shows. */
Term trace_flags_list(Heap *heap, uint32_t flags);

/* A list of flags. */
typedef struct TraceOptions {
    uint32_t flags;
    Tracer *tracer;            /* null: not given; one reference */
    bool cpu_stamps;
} TraceOptions;
/* False: something in it is none; nothing is to be released then. */
bool trace_options_parse(Term list, TraceOptions *out);

/* Sets or clears flags of `state`, which is that of process or port `id`. False: somebody else traces it
 * already. `tracer` (shared) may be null. */
bool trace_switch(TraceState *state, Term id, Tracer *tracer, bool on, uint32_t flags);
/* What match specifications do: takes over `tracer` (shared; null: no tracing). True: that changed something. */
bool trace_change(TraceState *state, Tracer *tracer, uint32_t off, uint32_t on);
/* No flags, no tracer. */
void trace_clear(TraceState *state);
/* Like parent's. */
void trace_copy(TraceState *to, const TraceState *from);
/* Clears it if the tracer is gone. */
void trace_check_tracer(TraceState *state, Term id);

/* What new processes and ports start with. */
extern TraceState trace_new_processes, trace_new_ports;
/* `tracer` (shared; null: nothing is traced any more). */
void trace_switch_new(bool on, uint32_t flags, Tracer *tracer, bool of_ports);
/* Forgets tracers that are gone. */
void trace_check_new(void);

#endif
