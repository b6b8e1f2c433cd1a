/* trace.h - the start of tracing. */
#ifndef LING_TRACE_H
#define LING_TRACE_H

/* Once, after the engine and before the first process: fills in trace_sink, code_watch. */
void trace_init(void);

#endif
