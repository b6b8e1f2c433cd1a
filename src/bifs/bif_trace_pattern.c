/* Which calls and messages are traced: erlang:trace_pattern/2,3. */
#include "bifs.h"

#include "vm/trace/trace_events.h"
#include "vm/trace/trace_pattern.h"

enum { MAX_ARITY = 255 };

static Term refuse(Process *p, Term cause) { return raise_error_cause(p, A_BADARG, cause); }

/* --- arguments ------------------------------------------------------------------------------------------ */

static unsigned spec_flags(Term what)
{
    if (what == A_SEND)
        return MATCH_TRACE | MATCH_TRACE_ACTIONS;
    return what == A_RECEIVE ? MATCH_TRACE : MATCH_TRACE | MATCH_CALL_EVENT | MATCH_TRACE_ACTIONS;
}

static bool parse_action(Term what, Term spec, TracePattern *out)
{
    out->action = PATTERN_ON;
    if (spec == A_FALSE)
        out->action = PATTERN_OFF;
    else if (spec == A_RESTART)
        out->action = PATTERN_RESTART;
    else if (spec == A_PAUSE)
        out->action = PATTERN_PAUSE;
    else if (spec != A_TRUE && !is_nil(spec))
        return (out->spec = trace_spec_new(spec, spec_flags(what))) != NULL;
    return true;
}

static bool parse_flag(Process *p, Term flag, TracePattern *out, bool *is_global)
{
    Tracer *tracer;

    if (is_tuple(flag)) {
        tracer = tracer_parse(A_META, flag);
        tracer_release(out->meta_tracer);
        out->meta_tracer = tracer;
        out->meta = true;
        return tracer != NULL;
    }
    if (flag == A_GLOBAL) {
        *is_global = true;
        return pattern_is_global(out);
    }
    if (flag == A_LOCAL)
        out->local = true;
    else if (flag == A_META)
        out->meta = true;
    else if (flag == A_CALL_COUNT)
        out->call_count = true;
    else if (flag == A_CALL_TIME)
        out->call_time = true;
    else
        return false;
    if (out->meta && !out->meta_tracer)
        out->meta_tracer = tracer_from_term(p->pid);
    return !*is_global;
}

static bool parse_flags(Process *p, Term list, TracePattern *out, bool *is_global)
{
    *is_global = false;
    for (; is_cons(list); list = list_tail(list))
        if (!parse_flag(p, list_head(list), out, is_global))
            return false;
    return is_nil(list);
}

/* {M, F, Arity}: from some element on all are '_'. */
static bool parse_functions(Term mfa, FunctionSet *out)
{
    Term arity = tuple_element(mfa, 3);

    *out = (FunctionSet){.module = tuple_element(mfa, 1), .function = tuple_element(mfa, 2)};
    if (!is_atom(out->module) || !is_atom(out->function) || (!is_small(arity) && arity != A_UNDERSCORE))
        return false;
    while (out->specified < 3 && tuple_element(mfa, out->specified + 1) != A_UNDERSCORE)
        out->specified++;
    for (unsigned i = out->specified; i < 3; i++)
        if (tuple_element(mfa, i + 1) != A_UNDERSCORE)
            return false;
    if (out->specified == 3)
        out->arity = small_value(arity) < 0 || small_value(arity) > MAX_ARITY ? MAX_ARITY + 1 : (uint32_t)small_value(arity);
    return true;
}

/* --- setting ---------------------------------------------------------------------------------------------- */

static Term set_events(Process *p, Term what, const TracePattern *pattern, bool is_global)
{
    if (is_global || !pattern_is_global(pattern) || pattern->action > PATTERN_ON || (what != A_SEND && what != A_RECEIVE))
        return refuse(p, A_NONE);
    trace_set_event_pattern(what == A_SEND ? &trace_send_pattern : &trace_receive_pattern,
                            pattern->action == PATTERN_ON, trace_spec_share(pattern->spec));
    return SMALL(1);
}

static Term set_pattern(Process *p, Term what, const TracePattern *pattern, bool is_global)
{
    FunctionSet functions;
    size_t count;

    if (pattern->spec && !pattern->local && !pattern->meta && (pattern->call_count || pattern->call_time))
        return refuse(p, A_CALL_COUNT);
    if (what == A_ON_LOAD) {
        trace_load_pattern_set(pattern);
        return SMALL(0);
    }
    if (is_atom(what))
        return set_events(p, what, pattern, is_global);
    if (!is_tuple_of(what, 3) || !parse_functions(what, &functions))
        return refuse(p, A_NONE);
    count = trace_pattern_set(&functions, pattern);
    bif_consume(p, (int64_t)(count / 8));
    return small_int((int64_t)count);
}

/* erts_internal:trace_pattern({M, F, A} | send | 'receive' | on_load, Specification, Flags) -> how many */
Term bif_erts_internal_trace_pattern_3(Process *p, const Term *args)
{
    TracePattern pattern = {0};
    bool is_global;
    Term result;

    if (!parse_action(args[0], args[1], &pattern))
        return refuse(p, A_MATCH_SPEC);
    if (parse_flags(p, args[2], &pattern, &is_global))
        result = set_pattern(p, args[0], &pattern, is_global);
    else
        result = refuse(p, A_BADOPT);
    trace_spec_release(pattern.spec);
    tracer_release(pattern.meta_tracer);
    return result;
}

/* erts_debug:breakpoint({M, F, A}, Boolean) -> how many functions */
Term bif_erts_debug_breakpoint_2(Process *p, const Term *args)
{
    FunctionSet functions;

    if (!is_tuple_of(args[0], 3) || !parse_functions(args[0], &functions) || (args[1] != A_TRUE && args[1] != A_FALSE))
        return raise_badarg(p);
    return small_int((int64_t)trace_debug_set(&functions, args[1] == A_TRUE));
}
