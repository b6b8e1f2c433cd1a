/* prim_socket.c - the life of sockets: made, owned, closed. */
#include "bifs/prim_socket.h"

#include "bifs/file_job.h"
#include "vm/base/mem.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"

SocketModule socket_module = {.use_registry = true, .registry = NO_TERM};

static Binary *binary_of(Socket *socket) { return CONTAINER_OF((uint8_t *)socket, Binary, data); }

Term socket_term(Socket *socket, Heap *heap)
{
    return tuple_2(heap, A_SOCKET_TAG, magic_ref_from_id(heap, binary_keep(binary_of(socket)), socket->id));
}

/* --- what there is ------------------------------------------------------------------------------------------------ */

enum { PROTOCOL_IP = 0, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_SCTP = 132 };

static bool has_type(const Socket *socket, const char *name)
{
    int64_t number;

    return io_net_number_of(io_net_types, name, &number) && number == socket->type;
}

static void count(const Socket *socket, int64_t step)
{
    IoNetFamily family = io_net_family(socket->domain);

    socket_module.open.all += step;
    socket_module.open.streams += has_type(socket, "stream") ? step : 0;
    socket_module.open.datagrams += has_type(socket, "dgram") ? step : 0;
    socket_module.open.seqpackets += has_type(socket, "seqpacket") ? step : 0;
    socket_module.open.local += family == IO_NET_LOCAL ? step : 0;
    socket_module.open.inet += family == IO_NET_INET ? step : 0;
    socket_module.open.inet6 += family == IO_NET_INET6 ? step : 0;
    socket_module.open.ip += socket->protocol == PROTOCOL_IP ? step : 0;
    socket_module.open.tcp += socket->protocol == PROTOCOL_TCP ? step : 0;
    socket_module.open.udp += socket->protocol == PROTOCOL_UDP ? step : 0;
    socket_module.open.sctp += socket->protocol == PROTOCOL_SCTP ? step : 0;
}

/* --- the registry ------------------------------------------------------------------------------------------------- */

/* {'$socket', add, Socket} */
static void tell_registry(Socket *socket, Term what)
{
    Process *registry = process_find(socket_module.registry);
    Message *message;

    if (!socket->registered || !registry)
        return;
    message = message_new();
    message->term = tuple_3(&message->heap, A_SOCKET_TAG, what, socket_term(socket, &message->heap));
    message_post(registry, message);
}

void socket_register(Socket *socket)
{
    count(socket, 1);
    tell_registry(socket, A_ADD);
}

void socket_join_registry(Socket *socket)
{
    if (socket->registered)
        return;
    socket->registered = true;
    tell_registry(socket, A_ADD);
}

/* --- closing ------------------------------------------------------------------------------------------------------ */

typedef struct CloseJob {
    IoJob job;
    int handle;
} CloseJob;

static void close_later(IoJob *job) { io_net_close_and_linger(((CloseJob *)job)->handle); }
static void close_done(IoJob *job) { mem_free(MEM_IO, job); }

/* Nobody waits for the end of it. */
static void close_handle(int handle)
{
    CloseJob *job;

    if (!io_net_lingers(handle)) {
        io_net_close(handle);
        return;
    }
    job = mem_alloc_zero(MEM_IO, sizeof *job);
    *job = (CloseJob){.job = {.work = close_later, .done = close_done}, .handle = handle};
    io_worker_submit(&job->job);
}

static void drop_monitor(Monitor **monitor)
{
    if (*monitor)
        monitor_free(*monitor);
    *monitor = NULL;
}

/* All but the handle, which it returns; -1 if it is not ours to close. */
static int end_socket(Socket *socket)
{
    int handle = socket->close_handle ? socket->handle : -1;

    drop_monitor(&socket->owner_monitor);
    drop_monitor(&socket->closer_monitor);
    socket->owner = socket->closer = NO_TERM;
    if (socket->file >= 0)
        io_file_close(socket->file);
    socket->file = -1;
    heap_clear(&socket->meta_heap);
    socket->meta = A_UNDEFINED;
    if (socket->handle >= 0)
        count(socket, -1);
    socket->handle = -1;
    socket->read_state |= SOCKET_CLOSED;
    socket->write_state |= SOCKET_CLOSED;
    return handle;
}

static void close_now(Socket *socket)
{
    int handle = end_socket(socket);

    if (handle >= 0)
        close_handle(handle);
    tell_registry(socket, A_DEL);
}

static void start_closing(Socket *socket)
{
    socket->read_state |= SOCKET_CLOSING;
    socket->write_state |= SOCKET_CLOSING;
    socket_stop(socket);
}

static void socket_destroy(Binary *binary)
{
    Socket *socket = (void *)binary->data;
    int handle;

    socket_free_waiters(socket);
    handle = end_socket(socket);
    if (handle >= 0)
        close_handle(handle);
}

Socket *socket_get(Term t) { return magic_ref_data(t, socket_destroy); }

/* --- owners ------------------------------------------------------------------------------------------------------- */

/* The socket may have nobody but itself who holds it. */
static void owner_gone(Socket *socket)
{
    Binary *self = binary_keep(binary_of(socket));
    bool was_closer = socket->closer == socket->owner;

    socket->owner = NO_TERM;
    if (socket_is_open(socket->read_state)) {
        start_closing(socket);
        close_now(socket);
    } else if (was_closer && !(socket->read_state & SOCKET_CLOSED)) {
        close_now(socket);
    }
    binary_release(self);
}

static void owner_down(Monitor *monitor, Term reason)
{
    Socket *socket = monitor->context;

    monitor_free(monitor);
    socket->owner_monitor = NULL;
    owner_gone(socket);
}

void socket_set_owner(Socket *socket, Term pid)
{
    Process *owner = process_find(pid);

    drop_monitor(&socket->owner_monitor);
    socket->owner = pid;
    if (!owner) {
        owner_gone(socket);
        return;
    }
    socket->owner_monitor = monitor_add_native(owner, owner_down);
    socket->owner_monitor->context = socket;
}

static void init_queue(Socket *socket, SocketQueue *queue, unsigned event)
{
    queue->socket = socket;
    queue->event = event;
}

Socket *socket_new(Process *p, int handle, Term *reference)
{
    Binary *binary = binary_new_magic(sizeof(Socket), socket_destroy);
    Socket *socket = (void *)binary->data;

    *socket = (Socket){.handle = handle, .close_handle = true, .owner = NO_TERM, .closer = NO_TERM,
                       .meta = A_UNDEFINED, .file = -1, .read_bytes = SOCKET_READ_BYTES,
                       .read_control_bytes = SOCKET_CONTROL_BYTES, .write_control_bytes = SOCKET_CONTROL_BYTES,
                       .debug = socket_module.socket_debug, .wrap_messages = socket_module.wrap_messages,
                       .registered = socket_module.use_registry};
    init_queue(socket, &socket->readers, IO_READABLE);
    init_queue(socket, &socket->acceptors, IO_READABLE);
    init_queue(socket, &socket->writers, IO_WRITABLE);
    init_queue(socket, &socket->connectors, IO_WRITABLE);
    *reference = magic_ref_new(&p->heap, binary);
    socket->id = ref_id(*reference);
    socket_set_owner(socket, p->pid);
    return socket;
}

/* --- close and finalize_close ------------------------------------------------------------------------------------- */

/* The closer died before it finalized. */
static void closer_down(Monitor *monitor, Term reason)
{
    Socket *socket = monitor->context;

    monitor_free(monitor);
    socket->closer_monitor = NULL;
    close_now(socket);
}

/* nif_close(Socket) -> ok: nif_finalize_close is what the caller does next. */
Term prim_socket_close_1(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);

    if (!socket)
        return raise_badarg(p);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    socket->closer = p->pid;
    if (!socket_owned_by(socket, p)) {
        socket->closer_monitor = monitor_add_native(p, closer_down);
        socket->closer_monitor->context = socket;
    }
    start_closing(socket);
    return A_OK;
}

static void run_close(FileJob *job) { job->outcome = io_net_close_and_linger(job->handle); }

static Term close_outcome(Process *p, int64_t code)
{
    if (code == IO_EAGAIN)
        return socket_failure(p, A_TIMEOUT);
    return code < 0 ? net_error(p, code) : A_OK;
}

static Term result_of_close(Process *p, FileJob *job) { return close_outcome(p, job->outcome); }

/* A handle that lingers is closed by a worker. */
static Term finish_close(Process *p, int handle)
{
    FileJob *job;

    if (handle < 0)
        return A_OK;
    if (!io_net_lingers(handle))
        return close_outcome(p, io_net_close(handle));
    job = file_job_new();
    job->run = run_close;
    job->result = result_of_close;
    job->handle = handle;
    return file_job_start(p, job);
}

/* nif_finalize_close(Socket) */
Term prim_socket_finalize_close_1(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    int handle;

    if (!socket)
        return raise_badarg(p);
    if (socket->read_state & SOCKET_CLOSED)
        return socket_failure(p, A_CLOSED);
    if (socket->closer != p->pid)
        return socket_raise_invalid(p, A_STATE);
    handle = end_socket(socket);
    tell_registry(socket, A_DEL);
    return finish_close(p, handle);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

Term socket_ok(Process *p, Term value) { return tuple_2(&p->heap, A_OK, value); }
Term socket_failure(Process *p, Term reason) { return tuple_2(&p->heap, A_ERROR, reason); }
Term socket_invalid(Process *p, Term what) { return tuple_2(&p->heap, A_INVALID, what); }
Term socket_error_invalid(Process *p, Term what) { return socket_failure(p, socket_invalid(p, what)); }
Term socket_raise_invalid(Process *p, Term what) { return raise_error(p, socket_invalid(p, what)); }

Term socket_bad_integer(Process *p, Term t)
{
    return is_integer(t) ? socket_invalid(p, tuple_2(&p->heap, A_INTEGER_RANGE, t)) : raise_badarg(p);
}
