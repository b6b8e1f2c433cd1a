/* trace_ip_driver.c - trace_ip_drv: trace messages to whoever connects to a TCP port, one at a time.
 *
 * Opened as "trace_ip_drv Port QueueSize Flags". A message is a byte that is 0, its size in four bytes, and the
 * message; what finds the queue full is dropped, and a byte that is 1 and their number take its place. */
#include <stdio.h>
#include <string.h>

#include "io/io_loop.h"
#include "io/io_socket.h"
#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/term/iolist.h"

enum { FLAG_DROP_OLDEST = 1, FLAG_FILL_ALWAYS = 2, HEADER_SIZE = 5, OPERATION_PORT = 'p', NO_SOCKET = -1 };
enum { KIND_MESSAGE, KIND_DROPPED };
#define QUEUE_MAX 1000000

typedef struct Packet {
    struct Packet *next;
    size_t size, written;
    uint32_t dropped;            /* > 0: stands for so many */
    uint8_t bytes[];
} Packet;

typedef struct TraceServer {
    Port *port;
    int listener, client;
    IoWatch *listener_watch, *client_watch;
    uint16_t number;             /* TCP port */
    bool fills_always;
    uint32_t queue_limit, queue_length;
    Packet *first, **last;
} TraceServer;

/* --- the queue -------------------------------------------------------------------------------------------- */

static void put_header(uint8_t *to, uint8_t kind, size_t number)
{
    to[0] = kind;
    for (int i = 1; i < HEADER_SIZE; i++)
        to[i] = (uint8_t)(number >> 8 * (HEADER_SIZE - 1 - i));
}

static Packet *append(TraceServer *server, size_t size)
{
    Packet *packet = mem_alloc_zero(MEM_PORT, sizeof *packet + size);

    packet->size = size;
    *server->last = packet;
    server->last = &packet->next;
    server->queue_length++;
    return packet;
}

static void drop_first(TraceServer *server)
{
    Packet *packet = server->first;

    server->first = packet->next;
    if (!server->first)
        server->last = &server->first;
    server->queue_length--;
    mem_free(MEM_PORT, packet);
}

static void note_dropped(TraceServer *server)
{
    Packet *packet = server->first ? CONTAINER_OF(server->last, Packet, next) : NULL;

    if (!packet || packet->dropped == 0 || packet->written > 0)
        packet = append(server, HEADER_SIZE);
    put_header(packet->bytes, KIND_DROPPED, ++packet->dropped);
}

static void queue_message(TraceServer *server, const uint8_t *bytes, size_t size)
{
    Packet *packet;

    if (server->queue_length >= server->queue_limit) {
        note_dropped(server);
        return;
    }
    packet = append(server, HEADER_SIZE + size);
    put_header(packet->bytes, KIND_MESSAGE, size);
    memcpy(packet->bytes + HEADER_SIZE, bytes, size);
}

/* --- the client ------------------------------------------------------------------------------------------- */

/* What was queued is for nobody now, unless the queue fills always. */
static void close_client(TraceServer *server)
{
    io_watch_free(server->client_watch);
    if (server->client != NO_SOCKET)
        io_socket_close(server->client);
    server->client_watch = NULL;
    server->client = NO_SOCKET;
    if (!server->fills_always)
        while (server->first)
            drop_first(server);
    else if (server->first)
        server->first->written = 0;
}

static void send_queue(TraceServer *server)
{
    int64_t sent = 0;

    while (server->first) {
        Packet *packet = server->first;

        sent = io_socket_send(server->client, packet->bytes + packet->written, packet->size - packet->written);
        if (sent < 0)
            break;
        packet->written += (size_t)sent;
        if (packet->written == packet->size)
            drop_first(server);
    }
    if (sent < 0 && sent != IO_EAGAIN)
        close_client(server);
    else
        io_watch_set(server->client_watch, server->first ? IO_READABLE | IO_WRITABLE : IO_READABLE);
}

/* The client has nothing to say; that it is readable means that it is gone. */
static void client_ready(void *context, unsigned events)
{
    TraceServer *server = context;
    uint8_t ignored[128];
    int64_t size;

    if (events & IO_READABLE) {
        size = io_socket_receive(server->client, ignored, sizeof ignored);
        if (size == 0 || (size < 0 && size != IO_EAGAIN)) {
            close_client(server);
            return;
        }
    }
    send_queue(server);
}

static void listener_ready(void *context, unsigned events)
{
    TraceServer *server = context;
    IoAddress peer;
    int client = io_socket_accept(server->listener, &peer);

    if (client < 0)
        return;
    if (server->client != NO_SOCKET) {
        io_socket_close(client);
        return;
    }
    server->client = client;
    server->client_watch = io_watch_new(client, client_ready, server);
    send_queue(server);
}

/* --- the driver ------------------------------------------------------------------------------------------- */

static int listen_at(TraceServer *server, uint16_t number)
{
    IoAddress address = {.family = IO_FAMILY_INET, .port = number, .size = 4};
    int code;

    server->listener = io_socket_open(IO_FAMILY_INET, IO_SOCKET_STREAM, 0);
    if (server->listener < 0)
        return IO_EINVAL;
    io_socket_set_option(server->listener, IO_FAMILY_INET, IO_OPTION_REUSE_ADDRESS, 1);
    code = io_socket_bind(server->listener, &address);
    if (code == 0)
        code = io_socket_own_address(server->listener, &address);
    if (code == 0)
        code = io_socket_listen(server->listener, 1);
    server->number = address.port;
    if (code < 0)
        io_socket_close(server->listener);
    return code < 0 ? IO_EINVAL : 0;
}

static int trace_ip_start(Port *port, const PortOptions *options)
{
    TraceServer *server;
    unsigned number, limit, flags;

    if (sscanf(options->command, "trace_ip_drv %u %u %u", &number, &limit, &flags) != 3 || number > UINT16_MAX
        || limit > QUEUE_MAX || flags > (FLAG_DROP_OLDEST | FLAG_FILL_ALWAYS))
        return IO_EINVAL;
    server = mem_alloc_zero(MEM_PORT, sizeof *server);
    server->port = port;
    server->client = NO_SOCKET;
    server->last = &server->first;
    server->queue_limit = limit;
    server->fills_always = flags & FLAG_FILL_ALWAYS;
    if (listen_at(server, (uint16_t)number) < 0) {
        mem_free(MEM_PORT, server);
        return IO_EINVAL;
    }
    server->listener_watch = io_watch_new(server->listener, listener_ready, server);
    io_watch_set(server->listener_watch, IO_READABLE);
    port->driver_state = server;
    port->flags |= PORT_CONTROL_BINARY;
    return 0;
}

static void trace_ip_stop(Port *port)
{
    TraceServer *server = port->driver_state;

    close_client(server);
    while (server->first)
        drop_first(server);
    io_watch_free(server->listener_watch);
    io_socket_close(server->listener);
    mem_free(MEM_PORT, server);
}

static void trace_ip_output(Port *port, Term from, Term iolist)
{
    TraceServer *server = port->driver_state;
    uint8_t *bytes;
    size_t size;

    if ((server->client == NO_SOCKET && !server->fills_always)
        || iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return;
    queue_message(server, bytes, size);
    mem_free(MEM_PORT, bytes);
    if (server->client != NO_SOCKET)
        send_queue(server);
}

static bool trace_ip_control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                             PortReply *reply)
{
    static uint8_t answer[3];
    const TraceServer *server = port->driver_state;

    if (operation != OPERATION_PORT)
        return false;
    answer[1] = (uint8_t)(server->number >> 8);
    answer[2] = (uint8_t)server->number;
    *reply = (PortReply){answer, sizeof answer};
    return true;
}

const PortDriver trace_ip_driver = {
    .name = "trace_ip_drv", .start = trace_ip_start, .stop = trace_ip_stop, .output = trace_ip_output,
    .control = trace_ip_control,
};
