/* udp_inet_driver.c - datagram sockets. */
#include <string.h>

#include "ports/drivers.h"
#include "ports/inet_socket.h"
#include "vm/base/mem.h"
#include "vm/term/iolist.h"

/* A message with an address and data takes ENVELOPE_WORDS beside the data: where there are ancillary data, or the address is
 * a long path, a little more, which is seldom. */
enum { DATAGRAM_MAX = 64 * 1024, DEFAULT_BUFFER = 8192, ENVELOPE_WORDS = 64 };

/* --- receiving -------------------------------------------------------------------------------------------------- */

static void update_watch(InetSocket *socket)
{
    bool wanted = socket->active != INET_PASSIVE || socket->receive.pending;

    if (socket->handle >= 0)
        inet_watch(socket, wanted ? IO_READABLE : 0);
}

/* [F, P1, P0, A, B, C, D | Data]: the address as bytes, then the data. */
static Term address_and_data(InetSocket *socket, Heap *heap, const IoAddress *from, const uint8_t *bytes, size_t size)
{
    Text address = {0};
    Term data = inet_data_term(socket, heap, bytes, size), list;

    inet_address_write(&address, from);
    list = list_from_bytes(heap, (const uint8_t *)address.bytes, address.size, data);
    text_free(&address);
    return list;
}

/* What the system told with a datagram, if it was asked to. */
typedef struct Ancillary {
    bool wanted;
    size_t size;
    uint8_t control[INET_CONTROL_BYTES];
} Ancillary;

/* {udp, Port, Address, Number, Data}, with ancillary data before the data. */
static Term message(InetSocket *socket, Heap *heap, const IoAddress *from, const Ancillary *ancillary,
                    const uint8_t *bytes, size_t size)
{
    Term data = inet_data_term(socket, heap, bytes, size);
    Term *elements, tuple;

    if (!ancillary->wanted)
        return tuple_5(heap, A_UDP, socket->port->id, inet_address_term(heap, from), small_int(from->port), data);
    tuple = tuple_new(heap, 6, &elements);
    elements[0] = A_UDP;
    elements[1] = socket->port->id;
    elements[2] = inet_address_term(heap, from);
    elements[3] = small_int(from->port);
    elements[4] = inet_ancillary_term(heap, ancillary->control, ancillary->size);
    elements[5] = data;
    return tuple;
}

static Term answer(InetSocket *socket, Heap *heap, const IoAddress *from, const Ancillary *ancillary,
                   const uint8_t *bytes, size_t size)
{
    Term data = address_and_data(socket, heap, from, bytes, size);

    if (!ancillary->wanted)
        return data;
    return tuple_2(heap, data, inet_ancillary_term(heap, ancillary->control, ancillary->size));
}

static void deliver(InetSocket *socket, const IoAddress *from, const Ancillary *ancillary, const uint8_t *bytes,
                    size_t size)
{
    Port *port = socket->port;
    Term to = socket->active == INET_PASSIVE ? socket->receive.caller : port->owner;
    Heap other = {0}, *heap = port_message_heap(to, ENVELOPE_WORDS + inet_data_words(socket, size), &other);

    inet_count(&socket->received, size);
    port->bytes_in += size;
    port_total_in += size;
    if (socket->active == INET_PASSIVE) {
        inet_operation_finish(&socket->receive, heap,
                              tuple_2(heap, A_OK, answer(socket, heap, from, ancillary, bytes, size)));
        return;
    }
    if (socket->deliver_term)
        port_send(port, port->owner, heap, message(socket, heap, from, ancillary, bytes, size));
    else
        port_deliver(port, heap, tuple_2(heap, A_DATA, address_and_data(socket, heap, from, bytes, size)));
    inet_active_used(socket, A_UDP_PASSIVE);
}

static void receive_failed(InetSocket *socket, int64_t code)
{
    Heap heap = {0};

    if (socket->active == INET_PASSIVE) {
        inet_operation_fail(&socket->receive, inet_error_atom(code));
        return;
    }
    inet_tell(socket, A_UDP_ERROR, &heap, inet_error_atom(code));
    inet_active_used(socket, A_UDP_PASSIVE);
}

/* Longer datagrams are cut. */
static size_t read_size(const InetSocket *socket)
{
    return MIN(MAX(socket->buffer_size, socket->receive_size), DATAGRAM_MAX);
}

static int64_t receive_one(InetSocket *socket, uint8_t *buffer, IoAddress *from, Ancillary *ancillary)
{
    ancillary->wanted = socket->ancillary != 0;
    if (!ancillary->wanted)
        return io_socket_receive_from(socket->handle, buffer, read_size(socket), from);
    ancillary->size = sizeof ancillary->control;
    return io_socket_receive_with(socket->handle, buffer, read_size(socket), from, ancillary->control,
                                  &ancillary->size);
}

/* Up to read_packets datagrams, then others get their turn. */
static void receive(InetSocket *socket)
{
    static uint8_t buffer[DATAGRAM_MAX];

    for (uint32_t i = 0; i < MAX(socket->read_packets, 1); i++) {
        Ancillary ancillary;
        IoAddress from;
        int64_t got;

        if (socket->handle < 0 || (socket->active == INET_PASSIVE && !socket->receive.pending))
            break;
        got = receive_one(socket, buffer, &from, &ancillary);
        if (got == IO_EAGAIN)
            break;
        if (got < 0)
            receive_failed(socket, got);
        else
            deliver(socket, &from, &ancillary, buffer, (size_t)got);
    }
    update_watch(socket);
}

static void on_ready(void *context, unsigned events)
{
    InetSocket *socket = context;
    Port *port = socket->port;

    port_enter_callback(port, A_INPUT);
    receive(socket);
    port_leave_callback(port);
}

static void receive_expired(InetOperation *operation)
{
    inet_operation_fail(operation, A_TIMEOUT);
    update_watch(operation->socket);
}

static bool request_receive(InetSocket *socket, Process *caller, Reader *in)
{
    uint32_t time = reader_u32(in), size = reader_u32(in);

    if (socket->handle < 0)
        return inet_reply_name(socket, "exbadport");
    if (!reader_ok(in) || socket->active != INET_PASSIVE || size > DATAGRAM_MAX)
        return inet_reply_error(socket, IO_EINVAL);
    if (socket->receive.pending)
        return inet_reply_error(socket, IO_EALREADY);
    socket->receive_size = size;
    inet_operation_start(socket, &socket->receive, caller, time, receive_expired);
    receive(socket);
    return true;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static int64_t send_datagram(InetSocket *socket, Reader *in)
{
    IoAddress to;
    bool connected = socket->status & INET_IS_CONNECTED;
    bool known = inet_address_read(in, socket->family, &to);
    uint32_t option_bytes = reader_u32(in);
    const uint8_t *options = reader_bytes(in, option_bytes);
    uint8_t control[INET_CONTROL_BYTES];
    size_t control_size;
    int64_t done;
    Reader ancillary;

    if (!reader_ok(in) || (!known && !connected))
        return IO_EINVAL;
    reader_init(&ancillary, options, option_bytes);
    if (!inet_ancillary_read(&ancillary, control, sizeof control, &control_size))
        return IO_EINVAL;
    if (control_size > 0)
        done = io_socket_send_with(socket->handle, in->at, reader_left(in), connected ? NULL : &to, control,
                                   control_size);
    else if (connected)
        done = io_socket_send(socket->handle, in->at, reader_left(in));
    else
        done = io_socket_send_to(socket->handle, in->at, reader_left(in), &to);
    if (done >= 0)
        inet_count(&socket->sent, (size_t)done);
    return done;
}

static void output(Port *port, Term from, Term iolist)
{
    InetSocket *socket = port->driver_state;
    uint8_t *bytes;
    size_t size;
    Reader in;
    int64_t code = IO_EINVAL;

    if (iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) == IOLIST_DONE) {
        reader_init(&in, bytes, size);
        if (socket->handle >= 0)
            code = send_datagram(socket, &in);
        mem_free(MEM_PORT, bytes);
    }
    inet_reply_sender(socket, from, code < 0 ? inet_error_atom(code) : NO_TERM);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

/* Connecting a datagram socket takes no time; an address of no family dissolves the association. */
static bool request_connect(InetSocket *socket, Process *caller, Reader *in)
{
    IoAddress address;
    Heap heap = {0};
    int code;

    reader_u32(in);
    if (socket->handle < 0)
        return inet_reply_name(socket, "exbadport");
    if (socket->receive.pending)
        return inet_reply_error(socket, IO_EALREADY);
    if (reader_left(in) > 0 && *in->at == INET_AF_UNDEFINED) {
        socket->status &= ~(uint32_t)INET_IS_CONNECTED;
        code = io_socket_connect(socket->handle, NULL);
    } else {
        if (!inet_address_read(in, socket->family, &address))
            return inet_reply_error(socket, IO_EINVAL);
        if (socket->status & INET_IS_CONNECTED)         /* its own address shall fit the new peer */
            io_socket_connect(socket->handle, NULL);
        code = io_socket_connect(socket->handle, &address);
        if (code == 0) {
            socket->status |= INET_IS_CONNECTED;
        } else {
            socket->status &= ~(uint32_t)INET_IS_CONNECTED;
            io_socket_connect(socket->handle, NULL);
        }
    }
    if (code < 0)
        return inet_reply_error(socket, code);
    inet_operation_start(socket, &socket->receive, caller, UINT32_MAX, NULL);
    inet_operation_finish(&socket->receive, &heap, A_OK);
    return true;
}

static bool control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size, PortReply *reply)
{
    InetSocket *socket = port->driver_state;
    uint32_t request = operation - INET_CONTROL_MAGIC;
    bool known = true;
    Reader in;

    reader_init(&in, bytes, size);
    if (request == INET_PACKET_RECV)
        request_receive(socket, caller, &in);
    else if (request == INET_CONNECT)
        request_connect(socket, caller, &in);
    else
        known = inet_control(socket, caller, request, &in);
    if (request == INET_SETOPTS)
        receive(socket);
    *reply = (PortReply){.bytes = socket->reply.bytes, .size = socket->reply.size};
    return known;
}

static int start(Port *port, const PortOptions *options)
{
    InetSocket *socket = mem_alloc_zero(MEM_PORT, sizeof *socket);

    inet_init(socket, port, IO_SOCKET_DATAGRAM, on_ready);
    socket->buffer_size = DEFAULT_BUFFER;
    port->driver_state = socket;
    return 0;
}

static void stop(Port *port)
{
    InetSocket *socket = port->driver_state;

    if (socket->receive.pending)
        inet_operation_fail(&socket->receive, A_CLOSED);
    inet_clear(socket);
    mem_free(MEM_PORT, socket);
}

const PortDriver udp_inet_driver = {.name = "udp_inet", .start = start, .stop = stop, .output = output,
                                    .control = control, .soft_busy = true};
