/* The module erl_tracer: there is no tracing yet, and it says so. */
#include "bifs/native_modules.h"

/* enabled(TraceTag, TracerState, Tracee) -> trace | discard | remove */
static Term enabled(Process *p, const Term *args)
{
    return A_DISCARD;
}

/* trace(TraceTag, TracerState, Tracee, TraceTerm, Opts): nothing ever enables it. */
static Term trace(Process *p, const Term *args)
{
    return raise_notsup(p);
}

static const NativeFunction functions[] = {
    {"enabled", 3, enabled},
    {"trace", 5, trace},
    {0},
};

const NativeModule native_erl_tracer = {"erl_tracer", functions};
