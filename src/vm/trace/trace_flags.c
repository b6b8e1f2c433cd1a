#include "vm/trace/trace_flags.h"

#include "vm/term/atom.h"

TraceState trace_new_processes, trace_new_ports;

/* In the order in which trace_info shows them, last first. */
static const struct {
    Term name;
    uint32_t bit;
} names[] = {
    {A_TIMESTAMP, TRACE_STAMP_NOW}, {A_STRICT_MONOTONIC_TIMESTAMP, TRACE_STAMP_STRICT_MONOTONIC},
    {A_MONOTONIC_TIMESTAMP, TRACE_STAMP_MONOTONIC}, {A_SEND, TRACE_SEND}, {A_RECEIVE, TRACE_RECEIVE},
    {A_SET_ON_SPAWN, TRACE_SET_ON_SPAWN}, {A_CALL, TRACE_CALLS}, {A_PROCS, TRACE_PROCS},
    {A_SET_ON_FIRST_SPAWN, TRACE_SET_ON_FIRST_SPAWN}, {A_SET_ON_LINK, TRACE_SET_ON_LINK},
    {A_SET_ON_FIRST_LINK, TRACE_SET_ON_FIRST_LINK}, {A_RUNNING, TRACE_RUNNING}, {A_EXITING, TRACE_EXITING},
    {A_GARBAGE_COLLECTION, TRACE_COLLECTIONS}, {A_ARITY, TRACE_ARITY}, {A_RETURN_TO, TRACE_RETURN_TO},
    {A_SILENT, TRACE_SILENT}, {A_SCHEDULER_ID, TRACE_SCHEDULER_ID}, {A_PORTS, TRACE_PORTS},
    {A_RUNNING_PORTS, TRACE_RUNNING_PORTS}, {A_RUNNING_PROCS, TRACE_RUNNING_PROCS},
};

uint32_t trace_flag_bits(Term name)
{
    if (name == A_ALL)
        return TRACE_SETTABLE;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (names[i].name == name)
            return names[i].bit;
    return 0;
}

Term trace_flags_list(Heap *heap, uint32_t flags)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (flags & names[i].bit)
            list = cons(heap, names[i].name, list);
    return list;
}

static bool parse_option(Term option, TraceOptions *out)
{
    uint32_t bits = trace_flag_bits(option);

    if (bits) {
        out->flags |= bits;
    } else if (option == A_CPU_TIMESTAMP) {
        out->cpu_stamps = true;
    } else if (is_tuple(option)) {
        tracer_release(out->tracer);
        out->tracer = tracer_parse(A_TRACER, option);
        return out->tracer != NULL;
    } else {
        return false;
    }
    return true;
}

bool trace_options_parse(Term list, TraceOptions *out)
{
    *out = (TraceOptions){0};
    for (; is_cons(list); list = list_tail(list)) {
        if (!parse_option(list_head(list), out)) {
            tracer_release(out->tracer);
            return false;
        }
    }
    if (is_nil(list))
        return true;
    tracer_release(out->tracer);
    return false;
}

/* --- on processes and ports -------------------------------------------------------------------------- */

static void replace_tracer(TraceState *state, Tracer *tracer)
{
    Tracer *old = state->tracer;

    state->tracer = tracer_share(tracer);
    tracer_release(old);
}

void trace_clear(TraceState *state)
{
    state->flags &= ~(uint32_t)TRACE_SETTABLE;
    replace_tracer(state, NULL);
}

bool trace_switch(TraceState *state, Term id, Tracer *tracer, bool on, uint32_t flags)
{
    bool is_traced = tracer && (state->flags & TRACE_SETTABLE) && state->tracer && !tracer_same(state->tracer, tracer);

    if (is_traced && tracer_ask(state->tracer, A_TRACE_STATUS, id) != TRACER_REMOVE)
        return false;
    if (on)
        state->flags |= flags;
    else
        state->flags &= ~flags;
    if (!(state->flags & TRACE_SETTABLE))
        replace_tracer(state, NULL);
    else if (tracer)
        replace_tracer(state, tracer);
    return true;
}

bool trace_change(TraceState *state, Tracer *tracer, uint32_t off, uint32_t on)
{
    uint32_t flags = tracer ? (state->flags & ~off) | on : state->flags & ~(uint32_t)TRACE_SETTABLE;
    bool changes;

    if (!(flags & TRACE_SETTABLE))
        tracer = NULL;
    changes = flags != state->flags || !tracer_same(state->tracer, tracer);
    state->flags = flags;
    replace_tracer(state, tracer);
    return changes;
}

void trace_copy(TraceState *to, const TraceState *from)
{
    to->flags |= from->flags & TRACE_SETTABLE;
    replace_tracer(to, from->tracer);
}

void trace_check_tracer(TraceState *state, Term id)
{
    if (state->tracer && tracer_ask(state->tracer, A_TRACE_STATUS, id) == TRACER_REMOVE)
        trace_clear(state);
}

void trace_check_new(void)
{
    trace_check_tracer(&trace_new_processes, A_UNDEFINED);
    trace_check_tracer(&trace_new_ports, A_UNDEFINED);
    tracing_new_processes = trace_new_processes.tracer != NULL;
    tracing_new_ports = trace_new_ports.tracer != NULL;
}

void trace_switch_new(bool on, uint32_t flags, Tracer *tracer, bool of_ports)
{
    TraceState *state = of_ports ? &trace_new_ports : &trace_new_processes;

    if (on)
        state->flags |= flags;
    else
        state->flags &= ~flags;
    replace_tracer(state, state->flags ? tracer : NULL);
    if (!tracer)
        state->flags = 0;
    trace_check_new();
}
