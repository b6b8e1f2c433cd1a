/* trace_events.h - events of processes: messages, links, turns, collections; the sink of vm/proc/tracing.h. */
#ifndef LING_TRACE_EVENTS_H
#define LING_TRACE_EVENTS_H

#include "vm/trace/trace_flags.h"
#include "vm/trace/trace_spec.h"

/* trace_pattern(send | 'receive', ...): which messages are reported. */
typedef struct EventPattern {
    bool is_off;
    TraceSpec *spec;           /* null: all */
} EventPattern;
extern EventPattern trace_send_pattern, trace_receive_pattern;
/* Takes over `spec`. */
void trace_set_event_pattern(EventPattern *pattern, bool on, TraceSpec *spec);

/* Fills in trace_sink. Call once. */
void trace_events_init(void);

/* Reports `data` (on the message's heap) if the tracer of `p` is there. */
void trace_tell(Process *p, Message *message, Term tag, Term data, Term extra, Term result);
/* May this be reported about it now? A tracer that is gone is taken away. */
bool trace_is_reported(Process *p, Term tag);

#endif
