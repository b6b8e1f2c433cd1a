/* trace_pattern.h - which functions are traced: what trace_pattern/3 sets, and what new code gets. */
#ifndef LING_TRACE_PATTERN_H
#define LING_TRACE_PATTERN_H

#include "vm/trace/breakpoint.h"

typedef enum PatternAction { PATTERN_OFF, PATTERN_ON, PATTERN_RESTART, PATTERN_PAUSE } PatternAction;

typedef struct TracePattern {
    PatternAction action;
    bool local, meta, call_count, call_time;   /* none: global */
    TraceSpec *spec;               /* for PATTERN_ON; null: none */
    Tracer *meta_tracer;           /* with `meta` */
} TracePattern;

static inline bool pattern_is_global(const TracePattern *t)
{
    return !(t->local || t->meta || t->call_count || t->call_time);
}

/* Functions: what is specified, from the left. */
typedef struct FunctionSet {
    unsigned specified;            /* 0 to 3 */
    Term module, function;
    uint32_t arity;
} FunctionSet;

/* Shares what `change` holds. The number of functions that it applies to. */
size_t trace_pattern_set(const FunctionSet *set, const TracePattern *change);

/* erts_debug:breakpoint/2: the debugger takes over the functions of `set`, or leaves them. */
size_t trace_debug_set(const FunctionSet *set, bool on);

/* What the code of modules that are loaded from now on gets: trace_pattern(on_load, ...). */
typedef struct LoadPattern {
    bool is_on;
    TracePattern pattern;          /* `spec` is that of local or global calls */
    TraceSpec *meta_spec;
} LoadPattern;
extern LoadPattern trace_load_pattern;
void trace_load_pattern_set(const TracePattern *change);
void trace_pattern_init(void);

#endif
