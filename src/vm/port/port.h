/* port.h - ports: what a process sees of the outside world.
 *
 * A Port has an id, an owner, links and monitors, and a driver: a struct of functions that speaks to
 * a handle of src/io. Everything a driver does happens on the VM's thread, called either from a BIF
 * or from a callback inside io_wait. A port dies by port_exit (its end is told to links and monitors)
 * and is freed when nobody works on it any more. */
#ifndef LING_PORT_H
#define LING_PORT_H

#include "io/io_file.h"
#include "io/io_time.h"
#include "vm/proc/microstate.h"
#include "vm/proc/listing.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/system_monitor.h"
#include "vm/proc/system_profile.h"
#include "vm/proc/tracing.h"

typedef struct Port Port;

/* What open_port/2 was asked for. */
typedef struct PortOptions {
    enum { PORT_COMMAND_SPAWN, PORT_COMMAND_EXECUTABLE, PORT_COMMAND_DRIVER, PORT_COMMAND_FD } kind;
    const char *command;             /* ends in NUL; in the encoding of file names */
    int in_handle, out_handle;       /* {fd, In, Out} */
    uint8_t packet_bytes;            /* 0 (stream), 1, 2, 4 */
    size_t line_length;              /* 0: not {line, L} */
    char **args;                     /* {args, _}; null if not given; ends with null */
    const char *arg0;                /* or null */
    const char *directory;           /* or null */
    struct IoEnv *env;               /* the whole environment with {env, _} applied, or null */
    bool in, out;                    /* neither given: both true */
    bool binary, eof, exit_status, nouse_stdio, stderr_to_stdout, hide;
    int64_t busy_high, busy_low;     /* {busy_limits_port, _}; -1: never busy */
} PortOptions;

/* Results of PortDriver.start other than IO_E*. */
enum { PORT_BADARG = -1000 };

typedef struct PortReply {           /* of control and call */
    const void *bytes;               /* valid until the next call into the driver */
    size_t size;
} PortReply;

typedef struct PortDriver {
    const char *name;
    /* 0, IO_E* or PORT_BADARG; the port is complete but for driver_state and has its owner. */
    int (*start)(Port *port, const PortOptions *options);
    /* Lets go of everything; the port is dead already. */
    void (*stop)(Port *port);
    /* `from` has a command for it; `iolist` is one. */
    void (*output)(Port *port, Term from, Term iolist);
    /* port_control/3: false is badarg. Null: always badarg. */
    bool (*control)(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                    PortReply *reply);
    /* port_call/3: `reply` is an external term. Null: badarg. */
    bool (*call)(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                 PortReply *reply);
    /* Bytes not written yet: port_close waits for 0 before `stop`. Null: none ever. */
    size_t (*queued)(Port *port);
    /* The VM is about to end: undoes what outlives it (modes of terminals). Null: nothing to do. */
    void (*halt)(Port *port);
    /* For the item os_pid of port_info. -1: none. Null: none ever. */
    int64_t (*os_pid)(Port *port);
    bool soft_busy;                  /* port_command may be forced although it is busy */
} PortDriver;

/* What a port that carries a connection to another node is to vm/dist. */
typedef struct PortChannel {
    void (*input)(Port *port, const uint8_t *bytes, size_t size);   /* one packet */
    void (*ready)(Port *port);       /* no longer busy */
    void (*closed)(Port *port, Term reason);
} PortChannel;

enum {
    PORT_BINARY = 1 << 0,            /* data goes out as binaries, not lists */
    PORT_CLOSING = 1 << 1,           /* dead for everybody, but waits for `queued` to become 0 */
    PORT_DEAD = 1 << 2,              /* the driver is stopped as soon as nobody works on it */
    PORT_BUSY = 1 << 3,
    PORT_CONTROL_BINARY = 1 << 4,    /* control replies are binaries */
    PORT_SEND_CLOSED = 1 << 5,       /* {Port, closed} to the owner at the end */
    PORT_SOFT_EOF = 1 << 6           /* eof is a message, not the end */
};

struct Port {
    Term id;
    char *name;                      /* bytes, size name_size */
    size_t name_size;
    const PortDriver *driver;
    void *driver_state;
    const PortChannel *channel;      /* null: input goes to the owner */
    void *channel_state;
    Term owner;                      /* a local pid */
    uint32_t flags;
    TraceState trace;
    Microstate state_before;         /* it was left for that of ports */
    int64_t callback_started_ns;     /* 0: it is not to be measured */
    Term callback_operation;         /* input, output, timeout */
    uint32_t pins;                   /* uses on the C stack: freed only at 0 */
    Term *links;                     /* local pids */
    size_t link_count, link_capacity;
    struct Monitor *monitors;        /* by this port, of processes: NULL unless its driver sets some */
    struct Monitor *monitored_by;
    Term registered_name;            /* NO_TERM if none */
    Heap data_heap;                  /* owns `data` */
    Term data;                       /* port_set_data; NO_TERM if none */
    uint64_t bytes_in, bytes_out;
    Term *waiters;                   /* pids that wait until it is no longer busy */
    size_t waiter_count, waiter_capacity;
    struct Port *next, *previous;    /* all ports, oldest first */
    struct Port *hash_next;
};

void port_init(void);                    /* also fills in the hooks of vm/proc; after options are known */
Port *port_find(Term id);                /* live (or closing) port, or null */
size_t port_count(void);
extern size_t port_limit;                /* +Q */
/* Oldest first; `previous` null: the first. */
Port *port_next(const Port *previous);

/* Begins a list of those that are open now. */
void port_list(Listing *listing);

/* A new port that is linked to `owner` (null: none, the owner is init), not yet started; null if there are
 * too many. `name` is copied. It is pinned once: port_unpin when the driver has started. */
Port *port_new(const PortDriver *driver, Process *owner, const char *name, size_t name_size);
/* The start of the driver failed: it never existed. Frees it. */
void port_abandon(Port *port);

/* It ends: links get exit signals from it, monitors get 'DOWN', the driver is stopped; when the queue of the
 * driver is empty, unless `reason` is kill. */
void port_exit(Port *port, Term reason);
/* The same after the owner was told in another way: it gets no exit signal. */
void port_exit_quietly(Port *port, Term reason);
/* The driver's queue became empty: ends a closing port. */
void port_output_done(Port *port);
void port_set_busy(Port *port, bool busy);
/* `p` waits (raise.h: wait_for_wake) until the port is no longer busy, or dead. */
void port_wait_until_ready(Port *port, Process *p);
/* Gives it another owner, linked to it. */
void port_set_owner(Port *port, Process *owner);

/* Its driver must not be stopped, nor its memory freed, while it is pinned. Callbacks of io must pin. */
static inline void port_pin(Port *port) { port->pins++; }
void port_unpin(Port *port);             /* may free it */

static inline bool port_is_tracing(const Port *port, uint32_t flags) { return UNLIKELY(port->trace.flags & flags); }
/* {trace, Port, What, Data}, if these flags are set. */
static inline void port_trace(Port *port, uint32_t flags, Term what, Term data)
{
    if (port_is_tracing(port, flags))
        trace_sink.port(&port->trace, port->id, what, data, NO_TERM);
}
/* A process that does something in a port is out meanwhile, for who traces running_procs, or has an exclusive profile. */
static inline void port_caller_turn(Term what)
{
    if (running_process && is_tracing(running_process, TRACE_RUNNING_PROCS))
        trace_sink.port_turn(running_process, what);
    if (UNLIKELY(system_profile.exclusive) && running_process && system_profile.processes)
        system_profile_process(running_process, what == A_OUT ? A_INACTIVE : A_ACTIVE);
}

static inline void port_profile(const Port *port, Term state)
{
    if (UNLIKELY(system_profile.ports))
        system_profile_port(port->id, state);
}

static inline void port_begin_work(Port *port, Term what)
{
    port_pin(port);
    port->state_before = microstate_enter(MICROSTATE_PORT);
    port_profile(port, A_ACTIVE);
    port_trace(port, TRACE_RUNNING_PORTS, A_IN, what);
}

static inline void port_end_work(Port *port, Term what)
{
    port_trace(port, TRACE_RUNNING_PORTS, A_OUT, what);
    port_profile(port, A_INACTIVE);
    microstate_enter(port->state_before);
}

/* Calls of processes work on a port between these two, which pin it. `what`: command, control and so on. */
static inline void port_enter(Port *port, Term what)
{
    port_caller_turn(A_OUT);
    port_begin_work(port, what);
}

static inline void port_leave(Port *port, Term what)
{
    port_end_work(port, what);
    port_caller_turn(A_IN);
    port_unpin(port);
}

/* The same for callbacks of io, whose time is no process's. `operation`: input, output, timeout. */
static inline void port_enter_callback(Port *port, Term operation)
{
    port->callback_started_ns = 0;
    if (UNLIKELY(system_monitor.long_schedule_ms > 0)) {
        port->callback_started_ns = io_monotonic_ns();
        port->callback_operation = operation;
    }
    port_begin_work(port, SMALL(0));
}

static inline void port_leave_callback(Port *port)
{
    port_end_work(port, SMALL(0));
    if (UNLIKELY(port->callback_started_ns != 0))
        system_monitor_port_worked(port->id, port->callback_operation, port->callback_started_ns);
    port_unpin(port);
}
/* Around something that the port may not outlive. */
static inline void port_enter_to_close(Port *port)
{
    port_caller_turn(A_OUT);
    port_profile(port, A_ACTIVE);
    port_trace(port, TRACE_RUNNING_PORTS, A_IN, A_CLOSE);
}
static inline void port_leave_closed(Term id)
{
    if (UNLIKELY(system_profile.ports))
        system_profile_port(id, A_INACTIVE);
    port_caller_turn(A_IN);
}

/* {trace, Port, 'receive', {From, {What, Argument}}}; NO_TERM: {From, What}. */
void port_trace_receive(Port *port, Term from, Term what, Term argument);
/* Its driver starts: {trace, Port, open, Owner, Name} and what follows. */
void port_trace_open(Port *port);

/* --- what drivers tell --------------------------------------------------------------------------- */

/* {Port, {data, Data}} to the owner; list or binary by PORT_BINARY. */
void port_deliver_data(Port *port, const uint8_t *bytes, size_t size);
/* {Port, {data, {eol | noeol, Data}}} */
void port_deliver_line(Port *port, const uint8_t *bytes, size_t size, bool complete);
/* {Port, Value}; `value` lies on `heap`, which is spliced into the message. */
void port_deliver(Port *port, Heap *heap, Term value);
/* Any message to any process (dropped if it is gone); `heap` owns `message`, or is what port_message_heap returned. */
void port_send(Port *port, Term to, Heap *heap, Term message);
/* Where to build a message of up to about `words` words for `to`: on its heap, if it has room, else on `other`. It is to be
 * sent at once. */
Heap *port_message_heap(Term to, size_t words, Heap *other);
/* No more input: {Port, eof} if it was opened with eof, else it ends. */
void port_input_ended(Port *port);
/* It ends because of IO_E*: the reason is its name. */
void port_failed(Port *port, int64_t code);

/* --- signals from processes --------------------------------------------------------------------- */

/* Port ! Message. What is wrong is told to the owner, as exit signal badsig. False: nothing is done, as it is a
 * command and the port is busy; the sender may wait. */
bool port_message(Process *from, Term port, Term message);
/* Hands the bytes of an iolist to the driver. False: it is no iolist. */
bool port_output(Port *port, Term from, Term iolist);   /* logs what is wrong */

/* --- drivers -------------------------------------------------------------------------------------- */

/* The driver whose name {spawn, "name ..."} begins with, or null. */
const PortDriver *port_driver_find(const char *name, size_t size);
void port_driver_add(const PortDriver *driver);
const PortDriver *port_driver_next(const PortDriver *previous);  /* null at the end; null: the first */

/* Tries to write what all ports hold; true if nothing is left: for halt. */
bool port_flush_all(void);

/* Bytes that came in and went out since start: statistics(io). */
extern uint64_t port_total_in, port_total_out;

#endif
