#include "vm/trace/tracer.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/base/mem.h"
#include "vm/nif/nif_tracer.h"
#include "vm/port/port.h"
#include "vm/proc/process_table.h"
#include "vm/proc/vm_time.h"
#include "vm/term/bits.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"
#include "vm/term/etf.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

enum { MESSAGE_MAX = 8, NS_PER_US = 1000, US_PER_SECOND = 1000000, SECONDS_PER_MEGA = 1000000, ONLY_SCHEDULER = 1 };

bool tracer_cpu_stamps;
bool tracer_is_telling;

/* --- tracers ------------------------------------------------------------------------------------- */

Tracer *tracer_new(Term module, Term state)
{
    Tracer *tracer;

    if (module != A_ERL_TRACER && !nif_tracer_is(module))
        return NULL;
    tracer = mem_alloc_zero(MEM_SYSTEM, sizeof *tracer);
    tracer->references = 1;
    tracer->module = module;
    tracer->state = term_copy_all(&tracer->heap, state);
    return tracer;
}

Tracer *tracer_share(Tracer *tracer)
{
    if (tracer)
        tracer->references++;
    return tracer;
}

void tracer_release(Tracer *tracer)
{
    if (!tracer || --tracer->references > 0)
        return;
    heap_clear(&tracer->heap);
    mem_free(MEM_SYSTEM, tracer);
}

bool tracer_same(const Tracer *a, const Tracer *b)
{
    return a == b || (a && b && a->module == b->module && term_exact_equal(a->state, b->state));
}

static bool may_get_messages(Term t) { return is_local_pid(t) || is_local_port(t); }

Tracer *tracer_parse(Term prefix, Term t)
{
    if (is_tuple_of(t, 2) && tuple_element(t, 1) == prefix && may_get_messages(tuple_element(t, 2)))
        return tracer_new(A_ERL_TRACER, tuple_element(t, 2));
    if (is_tuple_of(t, 3) && tuple_element(t, 1) == prefix && is_atom(tuple_element(t, 2)))
        return tracer_new(tuple_element(t, 2), tuple_element(t, 3));
    return NULL;
}

Tracer *tracer_from_term(Term t)
{
    if (may_get_messages(t))
        return tracer_new(A_ERL_TRACER, t);
    if (is_tuple_of(t, 2) && is_atom(tuple_element(t, 1)))
        return tracer_new(tuple_element(t, 1), tuple_element(t, 2));
    return NULL;
}

Term tracer_to_term(const Tracer *tracer, Heap *heap, Term nobody)
{
    if (!tracer)
        return nobody;
    if (tracer->module == A_ERL_TRACER)
        return term_copy(heap, tracer->state);
    return tuple_2(heap, tracer->module, term_copy(heap, tracer->state));
}

/* --- modules with native functions ------------------------------------------------------------------ */

/* The part of the name of enabled_TOPIC and trace_TOPIC. Stock calls no trace_seq_trace, though it is documented. */
static const char *topic_of(Term tag, Term tracee)
{
    bool is_of_port = is_local_port(tracee);

    switch (term_bits(tag)) {
    case ATOM_BITS(ATOM_TRACE_STATUS):
    case ATOM_BITS(ATOM_SEQ_TRACE): return NULL;
    case ATOM_BITS(ATOM_SEND):
    case ATOM_BITS(ATOM_SEND_TO_NON_EXISTING_PROCESS): return "send";
    case ATOM_BITS(ATOM_RECEIVE): return "receive";
    case ATOM_BITS(ATOM_CALL):
    case ATOM_BITS(ATOM_RETURN_FROM):
    case ATOM_BITS(ATOM_RETURN_TO):
    case ATOM_BITS(ATOM_EXCEPTION_FROM): return "call";
    case ATOM_BITS(ATOM_GC_MINOR_START):
    case ATOM_BITS(ATOM_GC_MINOR_END):
    case ATOM_BITS(ATOM_GC_MAJOR_START):
    case ATOM_BITS(ATOM_GC_MAJOR_END):
    case ATOM_BITS(ATOM_GC_MAX_HEAP_SIZE): return "garbage_collection";
    case ATOM_BITS(ATOM_IN):
    case ATOM_BITS(ATOM_OUT):
    case ATOM_BITS(ATOM_IN_EXITING):
    case ATOM_BITS(ATOM_OUT_EXITING):
    case ATOM_BITS(ATOM_OUT_EXITED): return is_of_port ? "running_ports" : "running_procs";
    default: return is_of_port ? "ports" : "procs";
    }
}

static TracerAnswer ask_module(const Tracer *tracer, Term tag, Term tracee)
{
    const Term args[] = {tag, tracer->state, tracee};
    Term answer = nif_tracer_call(NO_TERM, tracer->module, "enabled", topic_of(tag, tracee), args, ARRAY_SIZE(args));

    return answer == A_TRACE ? TRACER_TRACE : answer == A_DISCARD ? TRACER_DISCARD : TRACER_REMOVE;
}

static Term stamp_name(uint32_t flags)
{
    if (flags & TRACE_STAMP_NOW)
        return tracer_cpu_stamps ? A_CPU_TIMESTAMP : A_TIMESTAMP;
    return flags & TRACE_STAMP_STRICT_MONOTONIC ? A_STRICT_MONOTONIC : A_MONOTONIC;
}

/* The last argument of trace/5. */
static Term event_options(Heap *heap, const TraceEvent *event)
{
    Term options = map_empty(heap);

    if (event->extra != NO_TERM)
        options = map_put(heap, options, A_EXTRA, event->extra);
    if (event->result != A_TRUE)
        options = map_put(heap, options, A_MATCH_SPEC_RESULT, term_copy_all(heap, event->result));
    if (event->flags & TRACE_SCHEDULER_ID)
        options = map_put(heap, options, A_SCHEDULER_ID, small_int(ONLY_SCHEDULER));
    if (event->flags & TRACE_STAMPS)
        options = map_put(heap, options, A_TIMESTAMP, stamp_name(event->flags));
    return options;
}

/* Does the tracee itself run when it is told? As stock has it, that counts for some topics only. */
static bool is_its_own_doing(const TraceEvent *event)
{
    static const char *const topics[] = {"call", "send", "running_procs", "garbage_collection"};
    const char *topic = is_local_pid(event->tracee) ? topic_of(event->tag, event->tracee) : NULL;

    for (size_t i = 0; topic && i < ARRAY_SIZE(topics); i++)
        if (strcmp(topic, topics[i]) == 0)
            return true;
    return false;
}

static void tell_module(const Tracer *tracer, Message *message, const TraceEvent *event)
{
    const Term args[] = {event->tag, tracer->state, event->tracee, event->data, event_options(&message->heap, event)};
    bool was_telling = tracer_is_telling;

    tracer_is_telling = true;
    nif_tracer_call(is_its_own_doing(event) ? event->tracee : NO_TERM, tracer->module, "trace", topic_of(event->tag, event->tracee), args, ARRAY_SIZE(args));
    tracer_is_telling = was_telling;
    message_free(message);
}

TracerAnswer tracer_ask(const Tracer *tracer, Term tag, Term tracee)
{
    Term state = tracer->state;
    bool is_there = is_local_pid(state) ? process_find(state) != NULL : is_local_port(state) && port_find(state);

    if (tracer->module != A_ERL_TRACER)
        return ask_module(tracer, tag, tracee);
    if (!is_there)
        return TRACER_REMOVE;
    return state == tracee ? TRACER_DISCARD : TRACER_TRACE;
}

/* --- messages -------------------------------------------------------------------------------------- */

static Term time_triple(Heap *heap, int64_t us)
{
    return tuple_3(heap, small_int(us / US_PER_SECOND / SECONDS_PER_MEGA),
                   small_int(us / US_PER_SECOND % SECONDS_PER_MEGA), small_int(us % US_PER_SECOND));
}

/* NO_TERM: the flags ask for none. */
static Term time_stamp(Heap *heap, uint32_t flags)
{
    if (flags & TRACE_STAMP_NOW)
        return time_triple(heap, tracer_cpu_stamps ? io_cpu_ns() / NS_PER_US : vm_time_now_us());
    if (flags & TRACE_STAMP_STRICT_MONOTONIC)
        return tuple_2(heap, integer_from_i64(heap, vm_time_monotonic()),
                       integer_from_i64(heap, unique_integer_monotonic()));
    return flags & TRACE_STAMP_MONOTONIC ? integer_from_i64(heap, vm_time_monotonic()) : NO_TERM;
}

static Term event_term(Heap *heap, const TraceEvent *event)
{
    bool is_sequential = event->tag == A_SEQ_TRACE && event->extra == NO_TERM;
    Term parts[MESSAGE_MAX];
    size_t count = 0;
    Term stamp;

    parts[count++] = is_sequential ? A_SEQ_TRACE : A_TRACE;
    parts[count++] = event->tracee;
    if (!is_sequential)
        parts[count++] = event->tag;
    parts[count++] = event->data;
    if (event->extra != NO_TERM)
        parts[count++] = event->extra;
    if (event->result != A_TRUE)
        parts[count++] = term_copy_all(heap, event->result);
    if (event->flags & TRACE_SCHEDULER_ID)
        parts[count++] = small_int(ONLY_SCHEDULER);
    stamp = time_stamp(heap, event->flags);
    if (stamp != NO_TERM) {
        parts[count++] = stamp;
        if (!is_sequential)
            parts[0] = A_TRACE_TS;
    }
    return tuple_from(heap, count, parts);
}

/* The message as an external term in a binary. */
static void tell_port(Port *port, Message *message)
{
    Binary *bytes = etf_encode(message->term, 0);
    bool was_telling = tracer_is_telling;

    tracer_is_telling = true;
    port_output(port, port->owner, bits_from_binary(&message->heap, bytes, bytes->used_bits));
    tracer_is_telling = was_telling;
}

void tracer_deliver(Term to, Message *message)
{
    Process *process = process_find(to);
    Port *port = process ? NULL : port_find(to);
    bool was_telling = tracer_is_telling;

    if (process) {
        tracer_is_telling = true;
        message_post(process, message);
        tracer_is_telling = was_telling;
        return;
    }
    if (port)
        tell_port(port, message);
    message_free(message);
}

void tracer_tell(const Tracer *tracer, Message *message, const TraceEvent *event)
{
    if (tracer->module != A_ERL_TRACER) {
        tell_module(tracer, message, event);
        return;
    }
    message->term = event_term(&message->heap, event);
    tracer_deliver(tracer->state, message);
}
