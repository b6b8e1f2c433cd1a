/* port.h - ports: what a process sees of the outside world.
 *
 * A Port has an id, an owner, links and monitors, and a driver: a struct of functions that speaks to
 * a handle of src/io. Everything a driver does happens on the VM's thread, called either from a BIF
 * or from a callback inside io_wait. A port dies by port_exit (its end is told to links and monitors)
 * and is freed when nobody works on it any more. */
#ifndef LING_PORT_H
#define LING_PORT_H

#include "io/io_file.h"
#include "vm/proc/process.h"

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
    char **env;                      /* the whole environment with {env, _} applied, or null */
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
    /* `from` has a command for it: bytes are only valid during the call. */
    void (*output)(Port *port, Term from, const uint8_t *bytes, size_t size);
    /* port_control/3: false is badarg. Null: always badarg. */
    bool (*control)(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                    PortReply *reply);
    /* port_call/3: `reply` is an external term. Null: badarg. */
    bool (*call)(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                 PortReply *reply);
    /* Bytes not written yet: port_close waits for 0 before `stop`. Null: none ever. */
    size_t (*queued)(Port *port);
    /* Writes what is queued, waiting if it must, until `deadline_ns`: the VM halts. Null: nothing to do. */
    void (*flush)(Port *port, int64_t deadline_ns);
    /* For the items `os_pid`, `input handle` of port_info. -1: none. Null allowed. */
    int64_t (*os_pid)(Port *port);
} PortDriver;

enum {
    PORT_BINARY = 1 << 0,            /* data goes out as binaries, not lists */
    PORT_CLOSING = 1 << 1,           /* waits for `queued` to become 0 */
    PORT_DEAD = 1 << 2,
    PORT_BUSY = 1 << 3,
    PORT_CONTROL_BINARY = 1 << 4,    /* control replies are binaries */
    PORT_SYSTEM = 1 << 5,            /* not in ports(); the forker */
    PORT_EXIT_STATUS_PENDING = 1 << 6
};

struct PortWaiter;

struct Port {
    Term id;
    char *name;                      /* bytes, size name_size */
    size_t name_size;
    const PortDriver *driver;
    void *driver_state;
    Term owner;                      /* a local pid */
    uint32_t flags;
    uint32_t pins;                   /* uses on the C stack: freed only at 0 */
    struct Link *links;              /* link.h */
    struct Monitor *monitors;        /* by this port */
    struct Monitor *monitored_by;
    Term registered_name;            /* NO_TERM if none */
    Term close_reason;               /* an atom; what port_exit tells when a closing port's queue is empty */
    Heap data_heap;                  /* owns `data` */
    Term data;                       /* port_set_data; TERM undefined atom if none */
    uint64_t bytes_in, bytes_out;
    struct PortWaiter *waiters;      /* processes suspended because it is busy */
    struct Port *next;               /* all ports, oldest first; then the free list */
    struct Port *previous;
};

void port_init(void);                    /* also fills in the signal hooks of vm/proc */
Port *port_find(Term id);                /* live (or closing) port, or null */
size_t port_count(void);
size_t port_limit(void);
void port_set_limit(size_t limit);       /* +Q */
/* Oldest first; `previous` null: the first. Ports that are PORT_SYSTEM come too. */
Port *port_next(const Port *previous);

/* A new port that is linked to `owner`, not yet started; null if there are too many. `name` is copied. */
Port *port_new(const PortDriver *driver, Process *owner, const char *name, size_t name_size);
/* The start of the driver failed: it never existed. */
void port_abandon(Port *port);

/* It ends: links get exit signals from it, monitors get 'DOWN', the driver is stopped. `reason` is an
 * immediate. With `flush`, only after the driver's queue is empty. */
void port_exit(Port *port, Term reason, bool flush);
/* The driver's queue became empty, or may be written again. */
void port_output_ready(Port *port);
void port_set_busy(Port *port, bool busy);

static inline void port_pin(Port *port) { port->pins++; }
void port_unpin(Port *port);             /* may free it */

/* --- what drivers tell --------------------------------------------------------------------------- */

/* {Port, {data, Data}} to the owner; list or binary by PORT_BINARY. */
void port_deliver_data(Port *port, const uint8_t *bytes, size_t size);
/* {Port, {data, {eol | noeol, Data}}} */
void port_deliver_line(Port *port, const uint8_t *bytes, size_t size, bool complete);
/* {Port, Value}; `value` lies on `heap`, which is spliced into the message. */
void port_deliver(Port *port, Heap *heap, Term value);
/* Any message to any process (dropped if it is gone); `heap` owns `message`. */
void port_send(Port *port, Term to, Heap *heap, Term message);

/* --- signals from processes --------------------------------------------------------------------- */

/* Port ! Message */
void port_message(Process *from, Term port, Term message);

/* --- drivers -------------------------------------------------------------------------------------- */

/* The driver whose name {spawn, "name ..."} begins with, or null. */
const PortDriver *port_driver_find(const char *name, size_t size);
void port_driver_add(const PortDriver *driver);
const PortDriver *port_driver_next(const PortDriver *previous);  /* null at the end; null: the first */

/* All output of all ports is written, or the deadline passed: for halt. */
void port_flush_all(int64_t deadline_ns);

/* Bytes that came in and went out since start: statistics(io). */
extern uint64_t port_total_in, port_total_out;

#endif
