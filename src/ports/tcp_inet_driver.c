/* tcp_inet_driver.c - stream sockets: connecting, accepting, and the driver itself. */
#include "ports/drivers.h"
#include "ports/tcp_burst.h"
#include "vm/base/mem.h"
#include "vm/proc/process_table.h"

static void on_ready(void *context, unsigned events);

/* --- state ---------------------------------------------------------------------------------------------------------- */

static bool wants_input(const TcpSocket *tcp)
{
    const InetSocket *inet = &tcp->inet;

    if (inet->status & INET_IS_LISTENING)
        return tcp->acceptors != NULL;
    return (inet->status & INET_IS_CONNECTED) && (inet->active != INET_PASSIVE || inet->receive.pending);
}

void tcp_update_watch(TcpSocket *tcp)
{
    const InetSocket *inet = &tcp->inet;
    bool output = (inet->status & INET_IS_CONNECTING) || inet->output.size > 0 || tcp->sendfile.file >= 0;

    if (inet->handle >= 0)
        inet_watch(&tcp->inet, (wants_input(tcp) ? IO_READABLE : 0) | (output ? IO_WRITABLE : 0));
}

static InetOperation *take_acceptor(TcpSocket *tcp, InetOperation *which)
{
    InetOperation **link = &tcp->acceptors;

    while (*link && *link != which)
        link = &(*link)->next;
    if (*link)
        *link = which->next;
    return which;
}

void tcp_close(TcpSocket *tcp)
{
    while (tcp->acceptors) {
        InetOperation *acceptor = take_acceptor(tcp, tcp->acceptors);

        inet_operation_fail(acceptor, A_CLOSED);
        mem_free(MEM_PORT, acceptor);
    }
    if (tcp->inet.receive.pending)
        inet_operation_fail(&tcp->inet.receive, A_CLOSED);
    tcp_release_sender(tcp, A_CLOSED);
    tcp_abort_sendfile(tcp, IO_ENOTCONN);
    byte_queue_free(&tcp->inet.output);
    tcp_burst_forget(tcp);
    inet_close_handle(&tcp->inet);
}

static TcpSocket *tcp_new(Port *port)
{
    TcpSocket *tcp = mem_alloc_zero(MEM_PORT, sizeof *tcp);

    inet_init(&tcp->inet, port, IO_SOCKET_STREAM, on_ready);
    tcp->busy_sender = NO_TERM;
    tcp->sendfile.file = -1;
    port->driver_state = tcp;
    return tcp;
}

/* --- connecting ----------------------------------------------------------------------------------------------------- */

static void connected(TcpSocket *tcp)
{
    Heap heap = {0};

    tcp->inet.status &= ~(uint32_t)INET_IS_CONNECTING;
    tcp->inet.status |= INET_IS_CONNECTED | INET_IS_BOUND;
    inet_operation_finish(&tcp->inet.receive, &heap, A_OK);
    tcp_receive(tcp);
}

static void connect_ended(TcpSocket *tcp)
{
    int code = io_socket_take_error(tcp->inet.handle);

    if (code == 0) {
        connected(tcp);
        return;
    }
    tcp->inet.status &= ~(uint32_t)INET_IS_CONNECTING;
    tcp_update_watch(tcp);
    inet_operation_fail(&tcp->inet.receive, inet_error_atom(code));
}

static void connect_expired(InetOperation *operation)
{
    inet_operation_fail(operation, A_TIMEOUT);
    tcp_close((TcpSocket *)operation->socket);
}

static bool request_connect(TcpSocket *tcp, Process *caller, Reader *in)
{
    InetSocket *inet = &tcp->inet;
    uint32_t time = reader_u32(in);
    IoAddress address;
    int code;

    if (inet->handle < 0)
        return inet_reply_name(inet, "exbadport");
    if (inet->status & INET_IS_CONNECTED)
        return inet_reply_error(inet, IO_EISCONN);
    if (inet->status & INET_IS_CONNECTING || !inet_address_read(in, inet->family, &address))
        return inet_reply_error(inet, IO_EINVAL);
    code = io_socket_connect(inet->handle, &address);
    if (code < 0 && code != IO_EINPROGRESS)
        return inet_reply_error(inet, code);
    inet_operation_start(inet, &inet->receive, caller, code == 0 ? UINT32_MAX : time, connect_expired);
    inet->status |= INET_IS_CONNECTING;
    if (code == 0)
        connected(tcp);
    else
        tcp_update_watch(tcp);
    return true;
}

/* --- accepting -------------------------------------------------------------------------------------------------------- */

static bool request_listen(TcpSocket *tcp, Reader *in)
{
    uint16_t backlog = reader_u16(in);
    int code;

    if (tcp->inet.handle < 0)
        return inet_reply_name(&tcp->inet, "exbadport");
    if (!reader_ok(in))
        return inet_reply_error(&tcp->inet, IO_EINVAL);
    code = io_socket_listen(tcp->inet.handle, backlog);
    if (code == 0)
        tcp->inet.status |= INET_IS_LISTENING | INET_IS_BOUND;
    return inet_reply_result(&tcp->inet, code);
}

/* The new socket is like the listening one, but for what belongs to one connection. */
static void inherit(InetSocket *to, const InetSocket *from)
{
    to->deliver_term = from->deliver_term;
    to->exit_on_close = from->exit_on_close;
    to->delay_send = from->delay_send;
    to->send_timeout = from->send_timeout;
    to->send_timeout_close = from->send_timeout_close;
    to->show_reset = from->show_reset;
    to->packet = from->packet;
    to->header = from->header;
    to->buffer_size = from->buffer_size;
    to->buffer_chosen = from->buffer_chosen;
    to->packet_size = from->packet_size;
    to->read_packets = from->read_packets;
    to->high_watermark = from->high_watermark;
    to->low_watermark = from->low_watermark;
    to->high_message_watermark = from->high_message_watermark;
    to->low_message_watermark = from->low_message_watermark;
    to->line_delimiter = from->line_delimiter;
    to->binary = from->binary;
    to->chose_push = from->chose_push;
}

static void accepted(TcpSocket *listener, InetOperation *acceptor, Process *owner, int handle)
{
    Port *port = port_new(&tcp_inet_driver, owner, "tcp_inet", 8);
    TcpSocket *tcp;
    Heap heap = {0};

    if (!port) {
        io_socket_close(handle);
        inet_operation_fail(acceptor, A_SYSTEM_LIMIT);
        return;
    }
    tcp = tcp_new(port);
    inherit(&tcp->inet, &listener->inet);
    inet_adopt(&tcp->inet, handle, listener->inet.family, INET_IS_BOUND | INET_IS_CONNECTED);
    port_unpin(port);
    inet_operation_finish(acceptor, &heap, tuple_2(&heap, A_OK, port->id));
}

/* Serves acceptors in order, as long as connections are there. Those who died wait no longer. */
static void accept_some(TcpSocket *tcp)
{
    while (tcp->acceptors) {
        InetOperation *acceptor = tcp->acceptors;
        Process *owner = process_find(acceptor->caller);
        IoAddress peer;
        int handle;

        if (!owner) {
            io_timer_free(take_acceptor(tcp, acceptor)->timer);
            mem_free(MEM_PORT, acceptor);
            continue;
        }
        handle = io_socket_accept(tcp->inet.handle, &peer);
        if (handle == IO_EAGAIN || handle == IO_ECONNABORTED)
            break;
        take_acceptor(tcp, acceptor);
        if (handle < 0)
            inet_operation_fail(acceptor, inet_error_atom(handle));
        else
            accepted(tcp, acceptor, owner, handle);
        mem_free(MEM_PORT, acceptor);
    }
    tcp_update_watch(tcp);
}

static void accept_expired(InetOperation *operation)
{
    TcpSocket *tcp = (TcpSocket *)operation->socket;

    take_acceptor(tcp, operation);
    inet_operation_fail(operation, A_TIMEOUT);
    mem_free(MEM_PORT, operation);
    tcp_update_watch(tcp);
}

static bool request_accept(TcpSocket *tcp, Process *caller, Reader *in)
{
    uint32_t time = reader_u32(in);
    InetOperation *acceptor, **link = &tcp->acceptors;

    if (!(tcp->inet.status & INET_IS_LISTENING) || !reader_ok(in))
        return inet_reply_error(&tcp->inet, IO_EINVAL);
    acceptor = mem_alloc_zero(MEM_PORT, sizeof *acceptor);
    while (*link)
        link = &(*link)->next;
    *link = acceptor;
    inet_operation_start(&tcp->inet, acceptor, caller, time, accept_expired);
    accept_some(tcp);
    return true;
}

/* --- driver ------------------------------------------------------------------------------------------------------------ */

static void on_ready(void *context, unsigned events)
{
    TcpSocket *tcp = context;
    Port *port = tcp->inet.port;

    port_enter_callback(port, events & IO_READABLE ? A_INPUT : A_OUTPUT);
    if (tcp->inet.status & INET_IS_CONNECTING) {
        connect_ended(tcp);
    } else if (tcp->inet.status & INET_IS_LISTENING) {
        accept_some(tcp);
    } else {
        if (events & IO_WRITABLE && tcp->inet.handle >= 0)
            tcp_flush(tcp);
        if (events & IO_READABLE && !(port->flags & PORT_DEAD))
            tcp_receive(tcp);
    }
    port_leave_callback(port);
}

/* Those who died wait no longer. */
static void drop_dead_acceptors(TcpSocket *tcp)
{
    InetOperation *acceptor = tcp->acceptors, *next;

    for (; acceptor; acceptor = next) {
        next = acceptor->next;
        if (!process_find(acceptor->caller)) {
            io_timer_free(take_acceptor(tcp, acceptor)->timer);
            mem_free(MEM_PORT, acceptor);
        }
    }
    tcp_update_watch(tcp);
}

static bool request_status(TcpSocket *tcp, Process *caller, Reader *in)
{
    uint32_t *status = &tcp->inet.status;

    drop_dead_acceptors(tcp);
    *status = tcp->acceptors ? *status | INET_IS_ACCEPTING : *status & ~(uint32_t)INET_IS_ACCEPTING;
    return inet_control(&tcp->inet, caller, INET_GETSTATUS, in);
}

/* Active again after the connection broke: what nobody was told yet. */
static void tell_late_end(TcpSocket *tcp)
{
    InetSocket *inet = &tcp->inet;

    if (inet->active == INET_PASSIVE || !tcp->closed_for_receive)
        return;
    tcp->closed_for_receive = false;
    if (tcp->was_reset)
        inet_tell(inet, A_TCP_ERROR, &(Heap){0}, A_ECONNRESET);
    tcp->was_reset = false;
    inet_tell(inet, A_TCP_CLOSED, &(Heap){0}, NO_TERM);
    if (inet->exit_on_close)
        port_exit_quietly(inet->port, A_NORMAL);
}

static bool tcp_control(TcpSocket *tcp, Process *caller, uint32_t request, Reader *in)
{
    bool known;

    switch (request) {
    case INET_CONNECT: return request_connect(tcp, caller, in);
    case INET_LISTEN: return request_listen(tcp, in);
    case INET_ACCEPT: return request_accept(tcp, caller, in);
    case INET_CLOSE: tcp_close(tcp); return inet_reply_ok(&tcp->inet, NULL, 0);
    case INET_GETSTATUS: return request_status(tcp, caller, in);
    case INET_TCP_RECV: return tcp_request_receive(tcp, caller, in);
    case INET_TCP_UNRECV: return tcp_request_push_back(tcp, in);
    case INET_TCP_SHUTDOWN: return tcp_request_shutdown(tcp, in);
    case INET_TCP_SENDFILE: return tcp_request_sendfile(tcp, caller, in);
    default:
        known = inet_control(&tcp->inet, caller, request, in);
        if (request == INET_SETOPTS && tcp->inet.handle >= 0)
            tcp_receive(tcp);
        else if (request == INET_SETOPTS)
            tell_late_end(tcp);
        return known;
    }
}

static bool control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size, PortReply *reply)
{
    TcpSocket *tcp = port->driver_state;
    bool known;
    Reader in;

    reader_init(&in, bytes, size);
    known = tcp_control(tcp, caller, operation - INET_CONTROL_MAGIC, &in);
    *reply = (PortReply){.bytes = tcp->inet.reply.bytes, .size = tcp->inet.reply.size};
    return known;
}

static int start(Port *port, const PortOptions *options)
{
    tcp_new(port);
    return 0;
}

static void stop(Port *port)
{
    TcpSocket *tcp = port->driver_state;

    tcp_close(tcp);
    io_timer_free(tcp->send_timer);
    mem_free(MEM_PORT, tcp->input);
    inet_clear(&tcp->inet);
    mem_free(MEM_PORT, tcp);
}

static void output(Port *port, Term from, Term iolist) { tcp_send(port->driver_state, from, iolist); }

static size_t queued(Port *port)
{
    const TcpSocket *tcp = port->driver_state;

    return tcp->inet.output.size;
}

const PortDriver tcp_inet_driver = {.name = "tcp_inet", .start = start, .stop = stop, .output = output,
                                    .control = control, .queued = queued, .soft_busy = true};
