/* bif_port.c - ports: opening, commands, facts.
 *
 * The functions of erts_internal answer at once; their wrappers in erlang.erl turn badarg and other
 * atoms into exceptions. */
#include <string.h>

#include "bifs.h"
#include "bifs/port_options.h"
#include "bifs/system_text.h"
#include "vm/base/mem.h"
#include "vm/port/port.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/term/bits.h"
#include "vm/term/copy.h"
#include "vm/term/etf.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"
#include "vm/term/pid.h"

/* Stock's port ids count in steps of 8. */
enum { ID_STEP = 8 };

static Port *get_port(Term t) { return port_find(is_atom(t) ? registry_whereis(t) : t); }

static Term open_port(Process *p, const PortRequest *request)
{
    Port *port = port_new(request->driver, p, request->name, strlen(request->name));
    int code;

    if (!port)
        return A_SYSTEM_LIMIT;
    port->flags |= request->flags;
    port_trace_open(port);
    port_trace(port, TRACE_RUNNING_PORTS, A_IN, A_OPEN);
    code = port->driver->start(port, &request->options);
    port_trace(port, TRACE_RUNNING_PORTS, A_OUT, A_OPEN);
    if (code != 0) {
        port_abandon(port);
        return code == PORT_BADARG ? A_BADARG : atom_from_text(io_error_name(code));
    }
    if (is_tracing(p, TRACE_PROCS))
        trace_sink.event(p, A_LINK, port->id);
    port_unpin(port);
    return port->id;
}

Term bif_erts_internal_open_port_2(Process *p, const Term *args)
{
    PortRequest request;
    Term result = port_request_read(&request, args[0], args[1]);

    if (result == NO_TERM) {
        port_caller_turn(A_OUT);
        result = open_port(p, &request);
        port_caller_turn(A_IN);
    }
    port_request_free(&request);
    return result;
}

Term bif_erts_internal_port_close_1(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);
    Term id;

    if (!port)
        return A_BADARG;
    id = port->id;
    port_enter_to_close(port);
    port_trace_receive(port, p->pid, A_CLOSE, NO_TERM);
    port_exit(port, A_NORMAL);
    port_leave_closed(id);
    return A_TRUE;
}

/* --- commands ------------------------------------------------------------------------------------------- */

static bool read_command_options(Term list, bool *force, bool *no_suspend)
{
    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_FORCE)
            *force = true;
        else if (list_head(list) == A_NOSUSPEND)
            *no_suspend = true;
        else
            return false;
    }
    return is_nil(list);
}

Term bif_erts_internal_port_command_3(Process *p, const Term *args)
{
    static TrapBif again = TRAP_BIF(bif_erts_internal_port_command_3, A_ERLANG, A_PORT_COMMAND, 3, 3);
    bool force = false, no_suspend = false;
    Port *port;

    if (!read_command_options(args[2], &force, &no_suspend))
        return A_BADOPT;
    port = get_port(args[0]);
    if (!port)
        return A_BADARG;
    if (force && !port->driver->soft_busy)
        return A_NOTSUP;
    if ((port->flags & PORT_BUSY) && !force) {
        if (no_suspend)
            return A_FALSE;
        port_wait_until_ready(port, p);
        return wait_for_wake(p, &again, args);
    }
    bif_consume(p, 20);
    return port_output(port, p->pid, args[1]) ? A_TRUE : A_BADARG;
}

static void trace_control(Port *port, Term caller, uint32_t operation, const uint8_t *bytes, size_t size)
{
    Heap heap = {0};

    if (port_is_tracing(port, TRACE_RECEIVE))
        port_trace_receive(port, caller, A_CONTROL, tuple_2(&heap, small_int(operation), bits_new(&heap, bytes, size)));
    heap_clear(&heap);
}

static void trace_reply(Port *port, Term caller, const PortReply *reply)
{
    Heap heap = {0};
    Term bytes;

    if (!port_is_tracing(port, TRACE_SEND))
        return;
    bytes = bits_new(&heap, reply->bytes, reply->size);
    trace_sink.port(&port->trace, port->id, A_SEND, tuple_2(&heap, port->id, tuple_2(&heap, A_CONTROL, bytes)), caller);
    heap_clear(&heap);
}

/* What the driver answers; NO_TERM: it knows no such operation. */
static Term control(Port *port, Process *p, uint32_t operation, const uint8_t *bytes, size_t size)
{
    PortReply reply = {0};

    trace_control(port, p->pid, operation, bytes, size);
    if (!port->driver->control(port, p, operation, bytes, size, &reply))
        return NO_TERM;
    trace_reply(port, p->pid, &reply);
    return port->flags & PORT_CONTROL_BINARY ? bits_new(&p->heap, reply.bytes, reply.size)
                                             : list_from_bytes(&p->heap, reply.bytes, reply.size, TERM_NIL);
}

Term bif_erts_internal_port_control_3(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);
    uint64_t operation;
    uint8_t *bytes;
    size_t size;
    Term result;

    if (!port || !port->driver->control || !integer_to_u64(args[1], &operation) || operation > UINT32_MAX
        || iolist_to_bytes(args[2], MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return A_BADARG;
    port_enter(port, A_CONTROL);
    result = control(port, p, (uint32_t)operation, bytes, size);
    port_leave(port, A_CONTROL);
    mem_free(MEM_PORT, bytes);
    return result == NO_TERM ? A_BADARG : result;
}

/* Drivers that are built in have nothing to be called with. */
Term bif_erts_internal_port_call_3(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);
    uint64_t operation;

    if (port && integer_to_u64(args[1], &operation) && operation <= UINT32_MAX) {
        port_enter(port, A_CALL);
        port_leave(port, A_CALL);
    }
    return A_BADARG;
}

Term bif_erts_internal_port_connect_2(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);
    Process *owner = process_find(args[1]);

    if (!port || !owner)
        return A_BADARG;
    port_enter(port, A_CONNECT);
    port_trace_receive(port, p->pid, A_CONNECT, args[1]);
    port_set_owner(port, owner);
    port_leave(port, A_CONNECT);
    return A_TRUE;
}

Term bif_erlang_port_set_data_2(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);

    if (!port)
        return raise_badarg(p);
    heap_clear(&port->data_heap);
    port->data = term_copy_all(&port->data_heap, args[1]);
    return A_TRUE;
}

Term bif_erlang_port_get_data_1(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);

    if (!port)
        return raise_badarg(p);
    return port->data == NO_TERM ? A_UNDEFINED : term_copy(&p->heap, port->data);
}

/* --- facts ------------------------------------------------------------------------------------------------ */

static Term info_monitored_by(Heap *heap, const Port *port)
{
    Term list = TERM_NIL;

    for (const Monitor *monitor = port->monitored_by; monitor; monitor = monitor->target_next)
        if (monitor->origin)
            list = cons(heap, monitor->origin->pid, list);
    return list;
}

static Term info_os_pid(Heap *heap, Port *port)
{
    int64_t pid = port->driver->os_pid ? port->driver->os_pid(port) : -1;

    return pid < 0 ? A_UNDEFINED : integer_from_i64(heap, pid);
}

static size_t queue_bytes(Port *port) { return port->driver->queued ? port->driver->queued(port) : 0; }

/* The value of an item, or NO_TERM if there is no such item. */
static Term info_value(Heap *heap, Port *port, Term item)
{
    switch (atom_index(item)) {
    case ATOM_NAME: return system_text_list(heap, port->name, port->name_size);
    case ATOM_LINKS: return list_from(heap, port->link_count, port->links, TERM_NIL);
    case ATOM_ID: return integer_from_u64(heap, port_number(port->id) * ID_STEP);
    case ATOM_CONNECTED: return port->owner;
    case ATOM_INPUT: return integer_from_u64(heap, port->bytes_in);
    case ATOM_OUTPUT: return integer_from_u64(heap, port->bytes_out);
    case ATOM_OS_PID: return info_os_pid(heap, port);
    case ATOM_REGISTERED_NAME: return port->registered_name;
    case ATOM_MONITORS: return TERM_NIL;
    case ATOM_MONITORED_BY: return info_monitored_by(heap, port);
    case ATOM_MEMORY: return integer_from_u64(heap, sizeof *port + port->name_size + queue_bytes(port));
    case ATOM_PARALLELISM: return A_FALSE;
    case ATOM_QUEUE_SIZE: return integer_from_u64(heap, queue_bytes(port));
    case ATOM_LOCKING: return A_PORT_LEVEL;
    default: return NO_TERM;
    }
}

Term bif_erts_internal_port_info_1(Process *p, const Term *args)
{
    static const Term items[] = {A_OS_PID, A_OUTPUT, A_INPUT, A_CONNECTED, A_ID, A_LINKS, A_NAME};
    Port *port = get_port(args[0]);
    Term list = TERM_NIL;

    if (!port)
        return (is_port(args[0]) && identifier_node(args[0]) == node_name) || is_atom(args[0]) ? A_UNDEFINED : A_BADARG;
    port_enter(port, A_INFO);
    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        list = cons(&p->heap, tuple_2(&p->heap, items[i], info_value(&p->heap, port, items[i])), list);
    if (port->registered_name != NO_TERM)
        list = cons(&p->heap, tuple_2(&p->heap, A_REGISTERED_NAME, port->registered_name), list);
    port_leave(port, A_INFO);
    return list;
}

static bool is_info_item(Term item)
{
    static const Term items[] = {A_NAME, A_LINKS, A_ID, A_CONNECTED, A_INPUT, A_OUTPUT, A_OS_PID, A_REGISTERED_NAME,
                                 A_MONITORS, A_MONITORED_BY, A_MEMORY, A_PARALLELISM, A_QUEUE_SIZE, A_LOCKING};

    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        if (items[i] == item)
            return true;
    return false;
}

Term bif_erts_internal_port_info_2(Process *p, const Term *args)
{
    Port *port = get_port(args[0]);
    Term value;

    if (!port)
        return (is_port(args[0]) && identifier_node(args[0]) == node_name) || is_atom(args[0]) ? A_UNDEFINED : A_BADARG;
    if (!is_info_item(args[1]))
        return A_BADARG;
    port_enter(port, A_INFO);
    value = info_value(&p->heap, port, args[1]);
    port_leave(port, A_INFO);
    return value == NO_TERM ? TERM_NIL : tuple_2(&p->heap, args[1], value);
}
