/* trace_spec.h - match specifications of trace patterns: a program with the term it was made of. Counted. */
#ifndef LING_TRACE_SPEC_H
#define LING_TRACE_SPEC_H

#include "vm/match/match.h"

typedef struct TraceSpec {
    uint32_t references;
    MatchProgram *program;
    Term source;
    Heap heap;                 /* owns `source` */
} TraceSpec;

/* `flags` as for match_compile. Null: it has errors. The caller has one reference. */
TraceSpec *trace_spec_new(Term source, unsigned flags);
TraceSpec *trace_spec_share(TraceSpec *spec);      /* null allowed */
void trace_spec_release(TraceSpec *spec);          /* null allowed */
/* For trace_info: a copy of the source; `none` for null. */
Term trace_spec_source(const TraceSpec *spec, Heap *heap, Term none);
/* Runs it for process `p`; what it yields and asks for as match_run_trace tells it. */
Term trace_spec_run(TraceSpec *spec, Process *p, const Term *args, size_t count, MatchTrace *trace);

#endif
