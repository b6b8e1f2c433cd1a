/* native_erl_tracer.c - erl_tracer: the tracer module behind {tracer, Pid}, as Erlang code may call it. */
#include "bifs/native_modules.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"
#include "vm/trace/tracer.h"

/* enabled(Tag, Tracer, Tracee): is it worth while to make a trace message? */
static Term enabled_3(Process *p, const Term *args)
{
    const Tracer tracer = {.module = A_ERL_TRACER, .state = args[1]};

    switch (tracer_ask(&tracer, args[0], args[2])) {
    case TRACER_REMOVE: return args[0] == A_TRACE_STATUS ? A_REMOVE : A_DISCARD;
    case TRACER_DISCARD: return A_DISCARD;
    default: return A_TRACE;
    }
}

static Term option(Term options, Term key, Term otherwise)
{
    Term value = is_map(options) ? map_find(options, key) : NO_TERM;

    return value == NO_TERM ? otherwise : value;
}

static uint32_t stamp_flag(Term kind)
{
    switch (term_bits(kind)) {
    case ATOM_BITS(ATOM_MONOTONIC): return TRACE_STAMP_MONOTONIC;
    case ATOM_BITS(ATOM_STRICT_MONOTONIC): return TRACE_STAMP_STRICT_MONOTONIC;
    case ATOM_BITS(ATOM_TIMESTAMP):
    case ATOM_BITS(ATOM_CPU_TIMESTAMP): return TRACE_STAMP_NOW;
    default: return 0;
    }
}

/* trace(Tag, Tracer, Tracee, Message, Options): sends {trace, ...}, or {trace_ts, ..., Stamp}. */
static Term trace_5(Process *p, const Term *args)
{
    const Tracer tracer = {.module = A_ERL_TRACER, .state = args[1]};
    Term extra = option(args[4], A_EXTRA, NO_TERM);
    Message *message = message_new();
    Heap *heap = &message->heap;
    TraceEvent event = {.tag = args[0], .tracee = term_copy(heap, args[2]), .data = term_copy(heap, args[3])};

    event.extra = extra == NO_TERM ? NO_TERM : term_copy(heap, extra);
    event.result = option(args[4], A_MATCH_SPEC_RESULT, A_TRUE);
    event.flags = stamp_flag(option(args[4], A_TIMESTAMP, A_NONE));
    if (option(args[4], A_SCHEDULER_ID, NO_TERM) != NO_TERM)
        event.flags |= TRACE_SCHEDULER_ID;
    tracer_tell(&tracer, message, &event);
    return A_OK;
}

static const NativeFunction functions[] = {{"enabled", 3, enabled_3}, {"trace", 5, trace_5}, {NULL, 0, NULL}};

const NativeModule native_erl_tracer = {"erl_tracer", functions, NULL};
