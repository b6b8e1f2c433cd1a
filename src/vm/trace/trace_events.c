#include "vm/trace/trace_events.h"

#include "vm/code/module.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/proc/registry.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/trace/call_time.h"
#include "vm/trace/saved_calls.h"
#include "vm/trace/trace_actions.h"

EventPattern trace_send_pattern, trace_receive_pattern;

void trace_set_event_pattern(EventPattern *pattern, bool on, TraceSpec *spec)
{
    TraceSpec *old = pattern->spec;

    pattern->is_off = !on;
    pattern->spec = spec;
    trace_spec_release(old);
}

/* --- reporting ----------------------------------------------------------------------------------------- */

bool trace_is_reported(Process *p, Term tag)
{
    TracerAnswer answer;

    if (!p->trace.tracer || (p->flags & PROCESS_SENSITIVE))
        return false;
    answer = tracer_ask(p->trace.tracer, tag, p->pid);
    if (answer == TRACER_REMOVE)
        trace_clear(&p->trace);
    return answer == TRACER_TRACE;
}

void trace_tell(Process *p, Message *message, Term tag, Term data, Term extra, Term result)
{
    TraceEvent event = {tag, p->pid, data, extra, result, p->trace.flags};

    tracer_tell(p->trace.tracer, message, &event);
}

static void tell_copy(Process *p, Term tag, Term data)
{
    Message *message = message_new();

    trace_tell(p, message, tag, term_copy(&message->heap, data), NO_TERM, A_TRUE);
}

/* --- messages ------------------------------------------------------------------------------------------ */

/* What the pattern says about a message; A_FALSE: not to be reported. */
static Term match_message(const EventPattern *pattern, Process *p, const Term *args, size_t count)
{
    MatchTrace trace = trace_actions;
    TraceSpec *spec = trace_spec_share(pattern->spec);
    Term result;

    if (pattern->is_off)
        return A_FALSE;
    if (!spec)
        return A_TRUE;
    result = trace_spec_run(spec, p, args, count, &trace);
    trace_spec_release(spec);
    return result == NO_TERM || (p->trace.flags & TRACE_SILENT) ? A_FALSE : result;
}

static bool is_nobody(Term to)
{
    return is_local_pid(to) ? !process_find(to) : is_pid(to) && identifier_node(to) == node_name;
}

/* A message to a port by name is shown with the port. */
static Term shown_destination(Term to)
{
    Term owner = is_atom(to) ? registry_whereis(to) : NO_TERM;

    return owner != NO_TERM && is_local_port(owner) ? owner : to;
}

static void sent(Process *from, Term to, Term term)
{
    Term args[] = {shown_destination(to), term};
    Term tag = is_nobody(to) ? A_SEND_TO_NON_EXISTING_PROCESS : A_SEND;
    Message *message;
    Term result;

    if (from->trace.flags & TRACE_SAVED_CALLS)
        saved_calls_add_event(from, A_SEND);
    if (!(from->trace.flags & TRACE_SEND) || !trace_is_reported(from, tag))
        return;
    result = match_message(&trace_send_pattern, from, args, ARRAY_SIZE(args));
    if (result == A_FALSE || !from->trace.tracer)
        return;
    message = message_new();
    term = term_copy(&message->heap, term);
    trace_tell(from, message, tag, term, term_copy(&message->heap, args[0]), result);
}

static void received(Process *to, Term from, Term term)
{
    Term args[] = {is_atom(from) ? from : identifier_node(from), is_atom(from) ? A_UNDEFINED : from, term};
    Message *message;
    Term result;

    if (tracer_is_telling || !trace_is_reported(to, A_RECEIVE))
        return;
    result = match_message(&trace_receive_pattern, to, args, ARRAY_SIZE(args));
    if (result == A_FALSE || !to->trace.tracer)
        return;
    message = message_new();
    term = term_copy(&message->heap, term);
    trace_tell(to, message, A_RECEIVE, term, NO_TERM, result);
}

/* --- processes ------------------------------------------------------------------------------------------- */

static void event(Process *p, Term what, Term data)
{
    if (trace_is_reported(p, what))
        tell_copy(p, what, data);
}

static void take_over(Process *to, Process *from, uint32_t first, uint32_t both)
{
    trace_copy(&to->trace, &from->trace);
    if (from->trace.flags & first) {
        to->trace.flags &= ~both;
        from->trace.flags &= ~both;
    }
}

static void inherit(Process *parent, Process *child, bool is_linked)
{
    uint32_t flags = parent && parent->trace.tracer ? parent->trace.flags : 0;
    const uint32_t on_spawn = TRACE_SET_ON_SPAWN | TRACE_SET_ON_FIRST_SPAWN;
    const uint32_t on_link = TRACE_SET_ON_LINK | TRACE_SET_ON_FIRST_LINK;

    if (tracing_new_processes) {
        trace_check_new();
        if (trace_new_processes.tracer)
            trace_copy(&child->trace, &trace_new_processes);
    }
    if (flags & on_spawn)
        take_over(child, parent, TRACE_SET_ON_FIRST_SPAWN, on_spawn);
    if (is_linked && (flags & on_link))
        take_over(child, parent, TRACE_SET_ON_FIRST_LINK, on_link);
}

static void tell_spawn(Process *p, Term what, Term other, Term module, Term function, Term args)
{
    Message *message = message_new();
    Heap *heap = &message->heap;

    trace_tell(p, message, what, other, tuple_3(heap, module, function, term_copy(heap, args)), A_TRUE);
}

static void spawned(Process *parent, Process *child, Term module, Term function, Term args, bool is_linked)
{
    if (parent && (parent->trace.flags & TRACE_PROCS)) {
        if (trace_is_reported(parent, A_SPAWN))
            tell_spawn(parent, A_SPAWN, child->pid, module, function, args);
        if (is_linked)
            event(parent, A_LINK, child->pid);
    }
    if (child->trace.flags & TRACE_PROCS) {
        if (trace_is_reported(child, A_SPAWNED))
            tell_spawn(child, A_SPAWNED, child->parent, module, function, args);
        if (is_linked)
            event(child, A_GETTING_LINKED, child->parent);
    }
}

static void linked(Process *from, Process *to)
{
    if (from->trace.tracer)
        take_over(to, from, TRACE_SET_ON_FIRST_LINK, TRACE_SET_ON_LINK | TRACE_SET_ON_FIRST_LINK);
}

/* --- turns ------------------------------------------------------------------------------------------------- */

/* {M, F, A} where it goes on; 0: nobody knows. */
static Term current_function(Process *p, Heap *heap)
{
    CodeLocation at;

    if (process_is_exiting(p) || !process_location(p, &at))
        return SMALL(0);
    return tuple_3(heap, at.module, at.name, small_int(at.arity));
}

static void tell_turn(Process *p, Term what)
{
    Message *message;

    if (!trace_is_reported(p, what))
        return;
    message = message_new();
    trace_tell(p, message, what, current_function(p, &message->heap), NO_TERM, A_TRUE);
}

static void turn(Process *p, Term what)
{
    bool is_end = what == A_IN_EXITING || what == A_OUT_EXITING || what == A_OUT_EXITED;

    if (what == A_IN)
        trace_check_tracer(&p->trace, p->pid);
    if (p->call_clock && (p->trace.flags & TRACE_CALLS) && !is_end)
        call_time_turn(p, what == A_IN);
    if (p->trace.flags & (is_end ? TRACE_EXITING : TRACE_RUNNING | TRACE_RUNNING_PROCS))
        tell_turn(p, what);
}

/* --- collections --------------------------------------------------------------------------------------------- */

static void collection(Process *p, Term what, size_t words)
{
    Message *message;
    Heap *heap;
    Term item;

    if (!trace_is_reported(p, what))
        return;
    message = message_new();
    heap = &message->heap;
    item = tuple_2(heap, A_WORDSIZE, integer_from_u64(heap, words));
    trace_tell(p, message, what, cons(heap, item, gc_info_list(p, heap)), NO_TERM, A_TRUE);
}

static void ended(Process *p)
{
    trace_clear(&p->trace);
    call_time_forget(p);
    saved_calls_set(p, 0);
}

/* --- ports ------------------------------------------------------------------------------------------------------- */

static void port_event(TraceState *state, Term port, Term what, Term data, Term extra)
{
    TraceEvent event = {.tag = what, .tracee = port, .result = A_TRUE};
    TracerAnswer answer = state->tracer && !tracer_is_telling ? tracer_ask(state->tracer, what, port) : TRACER_DISCARD;
    Message *message;

    if (answer == TRACER_REMOVE)
        trace_clear(state);
    if (answer != TRACER_TRACE)
        return;
    message = message_new();
    event.flags = state->flags;
    event.data = term_copy(&message->heap, data);
    event.extra = term_copy(&message->heap, extra);
    tracer_tell(state->tracer, message, &event);
}

static void new_port(TraceState *state)
{
    trace_check_new();
    if (trace_new_ports.tracer)
        trace_copy(state, &trace_new_ports);
}

/* --- sequential tracing ------------------------------------------------------------------------------------------ */

static void sequential(Term module_and_state, Term label, Term info, uint32_t stamp)
{
    const Tracer tracer = {.module = tuple_element(module_and_state, 1), .state = tuple_element(module_and_state, 2)};
    TraceEvent event = {.tag = A_SEQ_TRACE, .extra = NO_TERM, .result = A_TRUE, .flags = stamp};
    Message *message;

    if (tracer_ask(&tracer, A_SEQ_TRACE, A_UNDEFINED) != TRACER_TRACE)
        return;
    message = message_new();
    event.tracee = term_copy(&message->heap, label);
    event.data = term_copy(&message->heap, info);
    tracer_tell(&tracer, message, &event);
}

void trace_events_init(void)
{
    trace_sink = (TraceSink){sent, received, event, inherit, spawned, linked, turn, tell_turn, collection,
                             saved_calls_add_event, ended, port_event, new_port, trace_clear, tracer_deliver, sequential};
}
