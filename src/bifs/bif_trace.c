/* Tracing processes and ports: erlang:trace/3. */
#include "bifs.h"

#include "vm/proc/emulator_log.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/term/ref.h"
#include "vm/trace/trace_flags.h"

typedef struct Request {
    Term whom;
    bool on;
    TraceOptions options;
    int64_t matches;
} Request;

static Term refuse(Process *p, Term cause) { return raise_error_cause(p, A_BADARG, cause); }

/* --- one process or port ----------------------------------------------------------------------------- */

static Term switch_one(Process *p, const Request *request, TraceState *state)
{
    if (!state || request->options.cpu_stamps)
        return raise_badarg(p);
    if (trace_switch(state, request->whom, request->options.tracer, request->on, request->options.flags))
        return SMALL(1);
    emulator_log_text(p, A_ERROR, "** can only have one tracer per process\n");
    return raise_badarg(p);
}

/* --- many ---------------------------------------------------------------------------------------------- */

enum { EXISTING = 1, NEW = 2, PROCESSES = 4, PORTS = 8 };

/* 0: no such group. */
static unsigned group_of(Term whom)
{
    switch (term_bits(whom)) {
    case ATOM_BITS(ATOM_ALL): return EXISTING | NEW | PROCESSES | PORTS;
    case ATOM_BITS(ATOM_PROCESSES): return EXISTING | NEW | PROCESSES;
    case ATOM_BITS(ATOM_PORTS): return EXISTING | NEW | PORTS;
    case ATOM_BITS(ATOM_EXISTING): return EXISTING | PROCESSES | PORTS;
    case ATOM_BITS(ATOM_EXISTING_PROCESSES): return EXISTING | PROCESSES;
    case ATOM_BITS(ATOM_EXISTING_PORTS): return EXISTING | PORTS;
    case ATOM_BITS(ATOM_NEW): return NEW | PROCESSES | PORTS;
    case ATOM_BITS(ATOM_NEW_PROCESSES): return NEW | PROCESSES;
    case ATOM_BITS(ATOM_NEW_PORTS): return NEW | PORTS;
    default: return 0;
    }
}

static void switch_processes(Request *request)
{
    size_t cursor = 0;
    Process *q;

    while ((q = process_table_next(&cursor)))
        if (!process_is_exiting(q))
            request->matches += trace_switch(&q->trace, q->pid, request->options.tracer, request->on, request->options.flags);
}

static void switch_ports(Request *request)
{
    for (Port *port = port_next(NULL); port; port = port_next(port))
        request->matches += trace_switch(&port->trace, port->id, request->options.tracer, request->on, request->options.flags);
}

/* Flags that only modify others reach all that are meant; the others, who can have them. */
static void switch_existing(Request *request, unsigned group)
{
    uint32_t flags = request->options.flags;

    if ((group & PROCESSES) && (flags & TRACE_OF_PROCESSES))
        switch_processes(request);
    if ((group & PORTS) && (flags & TRACE_OF_PORTS))
        switch_ports(request);
}

static Term switch_group(Process *p, Request *request)
{
    unsigned group = group_of(request->whom);
    uint32_t flags = request->options.flags;

    if (group == 0 || (request->options.cpu_stamps && request->whom != A_ALL))
        return raise_badarg(p);
    if (request->options.cpu_stamps)
        tracer_cpu_stamps = request->on;
    if (group & EXISTING)
        switch_existing(request, group);
    if ((group & NEW) && (group & PROCESSES) && (flags & TRACE_OF_PROCESSES))
        trace_switch_new(request->on, flags & TRACE_OF_PROCESSES, request->options.tracer, false);
    if ((group & NEW) && (group & PORTS) && (flags & TRACE_OF_PORTS))
        trace_switch_new(request->on, flags & TRACE_OF_PORTS, request->options.tracer, true);
    return small_int(request->matches);
}

static Term run_request(Process *p, Request *request)
{
    if (is_port(request->whom)) {
        Port *port = port_find(request->whom);
        return switch_one(p, request, port ? &port->trace : NULL);
    }
    if (is_pid(request->whom)) {
        Process *q = process_find(request->whom);
        return switch_one(p, request, q ? &q->trace : NULL);
    }
    return switch_group(p, request);
}

/* erts_internal:trace(PidPortSpec, How, Flags) -> how many */
Term bif_erts_internal_trace_3(Process *p, const Term *args)
{
    Request request = {.whom = args[0], .on = args[1] == A_TRUE};
    Term result;

    if (!trace_options_parse(args[2], &request.options))
        return refuse(p, A_BADOPT);
    if (request.on && !request.options.tracer)
        request.options.tracer = tracer_from_term(p->pid);
    result = args[1] == A_TRUE || args[1] == A_FALSE ? run_request(p, &request) : raise_badarg(p);
    tracer_release(request.options.tracer);
    bif_consume(p, request.matches / 10);
    return result;
}

/* Messages of tracing are delivered at once, so this comes after all of them. */
Term bif_erlang_trace_delivered_1(Process *p, const Term *args)
{
    Term ref;

    if (args[0] != A_ALL && !is_local_pid(args[0]))
        return raise_badarg(p);
    ref = ref_new(&p->heap);
    message_send(NULL, p, tuple_3(&p->heap, A_TRACE_DELIVERED, args[0], ref));
    return ref;
}
