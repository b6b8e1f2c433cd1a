/* What is traced: erlang:trace_info/2. */
#include "bifs.h"

#include "vm/proc/process_table.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"
#include "vm/trace/trace_events.h"
#include "vm/trace/trace_pattern.h"

/* --- processes and ports -------------------------------------------------------------------------------- */

static Term state_info(Process *p, const TraceState *state, Term key)
{
    if (key == A_FLAGS)
        return tuple_2(&p->heap, key, trace_flags_list(&p->heap, state->flags));
    if (key == A_TRACER)
        return tuple_2(&p->heap, key, tracer_to_term(state->tracer, &p->heap, TERM_NIL));
    return raise_badarg(p);
}

static Term tracee_info(Process *p, TraceState *state, Term id, Term key)
{
    if (key != A_FLAGS && key != A_TRACER)
        return raise_badarg(p);
    trace_check_tracer(state, id);
    return state_info(p, state, key);
}

static Term process_or_port_info(Process *p, Term what, Term key)
{
    Process *q = process_find(what);
    Port *port = q ? NULL : port_find(what);

    if (q)
        return tracee_info(p, &q->trace, q->pid, key);
    if (port)
        return tracee_info(p, &port->trace, port->id, key);
    if (is_local_port(what) || (is_local_pid(what) && (key == A_FLAGS || key == A_TRACER)))
        return A_UNDEFINED;
    if (is_local_pid(what))
        return raise_badarg(p);
    if (is_pid(what) && identifier_node(what) == node_name)
        return A_UNDEFINED;
    return raise_error_cause(p, A_BADARG, A_BADOPT);
}

/* --- functions -------------------------------------------------------------------------------------------- */

static Breakpoint *find_breakpoint(Term mfa, bool *exists)
{
    Term module_name = tuple_element(mfa, 1), name = tuple_element(mfa, 2);
    int64_t arity = small_value(tuple_element(mfa, 3));
    const Module *module = module_find(module_name);
    const CodeFunction *function = NULL;
    const Export *export;

    *exists = false;
    if (arity < 0 || arity > UINT32_MAX)
        return NULL;
    export = export_find(module_name, name, (uint32_t)arity);
    if (module && module->current)
        function = code_function(module->current, name, (uint32_t)arity);
    *exists = function || (export && export_is_defined(export));
    if (export && export_is_traced(export))
        return breakpoint_of_export(export);
    return function ? breakpoint_at(code_function_entry(module->current, function)) : NULL;
}

static Term traced_info(const Breakpoint *b)
{
    return b->flags & BREAK_GLOBAL ? A_GLOBAL : b->flags & BREAK_LOCAL ? A_LOCAL : A_FALSE;
}

/* NO_TERM: no such item. */
static Term function_item(const Breakpoint *b, Heap *heap, Term key)
{
    switch (term_bits(key)) {
    case ATOM_BITS(ATOM_TRACED): return traced_info(b);
    case ATOM_BITS(ATOM_MATCH_SPEC):
        return b->flags & (BREAK_GLOBAL | BREAK_LOCAL) ? trace_spec_source(b->spec, heap, TERM_NIL) : A_FALSE;
    case ATOM_BITS(ATOM_META): return tracer_to_term(b->meta_tracer, heap, A_FALSE);
    case ATOM_BITS(ATOM_META_MATCH_SPEC):
        return b->flags & BREAK_META ? trace_spec_source(b->meta_spec, heap, TERM_NIL) : A_FALSE;
    case ATOM_BITS(ATOM_CALL_COUNT): return b->flags & BREAK_COUNT ? integer_from_u64(heap, b->count) : A_FALSE;
    case ATOM_BITS(ATOM_CALL_TIME): return b->flags & BREAK_TIME ? call_times_list(&b->times, heap) : A_FALSE;
    default: return NO_TERM;
    }
}

static Term all_items(const Breakpoint *b, Heap *heap)
{
    static const Term keys[] = {A_CALL_COUNT, A_CALL_TIME, A_META_MATCH_SPEC, A_META, A_MATCH_SPEC, A_TRACED};
    Term list = TERM_NIL;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        list = cons(heap, tuple_2(heap, keys[i], function_item(b, heap, keys[i])), list);
    return list;
}

static Term function_info(Process *p, Term mfa, Term key)
{
    Term value;
    Breakpoint *b;
    bool exists;

    if (!is_tuple_of(mfa, 3) || !is_atom(tuple_element(mfa, 1)) || !is_atom(tuple_element(mfa, 2))
        || !is_small(tuple_element(mfa, 3)))
        return raise_badarg(p);
    b = find_breakpoint(mfa, &exists);
    if (!b)
        return tuple_2(&p->heap, key, exists ? A_FALSE : A_UNDEFINED);
    value = key == A_ALL ? all_items(b, &p->heap) : function_item(b, &p->heap, key);
    if (key == A_META && value == A_FALSE)
        value = TERM_NIL;
    return value == NO_TERM ? raise_badarg(p) : tuple_2(&p->heap, key, value);
}

/* --- what is loaded later ----------------------------------------------------------------------------------- */

static Term load_item(Heap *heap, Term key)
{
    const LoadPattern *load = &trace_load_pattern;
    const TracePattern *pattern = &load->pattern;
    bool is_call = pattern->local || pattern_is_global(pattern);

    switch (term_bits(key)) {
    case ATOM_BITS(ATOM_TRACED): return pattern->local ? A_LOCAL : pattern_is_global(pattern) ? A_GLOBAL : A_FALSE;
    case ATOM_BITS(ATOM_MATCH_SPEC): return is_call ? trace_spec_source(pattern->spec, heap, TERM_NIL) : A_FALSE;
    case ATOM_BITS(ATOM_META): return pattern->meta ? tracer_to_term(pattern->meta_tracer, heap, A_FALSE) : A_FALSE;
    case ATOM_BITS(ATOM_META_MATCH_SPEC): return pattern->meta ? trace_spec_source(load->meta_spec, heap, TERM_NIL) : A_FALSE;
    case ATOM_BITS(ATOM_CALL_COUNT): return atom_bool(pattern->call_count);
    case ATOM_BITS(ATOM_CALL_TIME): return atom_bool(pattern->call_time);
    default: return NO_TERM;
    }
}

static Term all_load_items(Heap *heap)
{
    static const Term keys[] = {A_CALL_COUNT, A_META_MATCH_SPEC, A_META, A_MATCH_SPEC, A_TRACED};
    Term list = TERM_NIL;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        list = cons(heap, tuple_2(heap, keys[i], load_item(heap, keys[i])), list);
    return list;
}

static Term load_info(Process *p, Term key)
{
    Term value;

    if (!trace_load_pattern.is_on)
        return tuple_2(&p->heap, key, A_FALSE);
    value = key == A_ALL ? all_load_items(&p->heap) : load_item(&p->heap, key);
    return value == NO_TERM ? raise_badarg(p) : tuple_2(&p->heap, key, value);
}

static Term event_info(Process *p, const EventPattern *pattern, Term key)
{
    if (key != A_MATCH_SPEC)
        return raise_badarg(p);
    return tuple_2(&p->heap, key, pattern->is_off ? A_FALSE : trace_spec_source(pattern->spec, &p->heap, A_TRUE));
}

Term bif_erlang_trace_info_2(Process *p, const Term *args)
{
    Term what = args[0], key = args[1];

    if (what == A_ON_LOAD)
        return load_info(p, key);
    if (what == A_SEND || what == A_RECEIVE)
        return event_info(p, what == A_SEND ? &trace_send_pattern : &trace_receive_pattern, key);
    trace_check_new();
    if (what == A_NEW || what == A_NEW_PROCESSES)
        return state_info(p, &trace_new_processes, key);
    if (what == A_NEW_PORTS)
        return state_info(p, &trace_new_ports, key);
    if (is_tuple(what))
        return function_info(p, what, key);
    return process_or_port_info(p, what, key);
}
