/* inet_socket.c - what sockets of all kinds have in common. */
#include "ports/inet_socket.h"

#include <string.h>

#include "io/io_platform.h"
#include "ports/inet_interface.h"
#include "vm/base/mem.h"

enum {
    DEFAULT_BUFFER = 1460, DEFAULT_HIGH_WATERMARK = 8192, DEFAULT_LOW_WATERMARK = 4096, HOST_NAME_BYTES = 256,
    SUBSCRIBE_EMPTY_OUTPUT = 1
};

void inet_init(InetSocket *socket, Port *port, IoSocketType type, IoReady ready)
{
    *socket = (InetSocket){
        .port = port, .handle = -1, .type = type, .ready = ready, .deliver_term = true, .exit_on_close = true,
        .buffer_size = DEFAULT_BUFFER, .high_watermark = DEFAULT_HIGH_WATERMARK,
        .low_watermark = DEFAULT_LOW_WATERMARK, .high_message_watermark = DEFAULT_HIGH_WATERMARK,
        .low_message_watermark = DEFAULT_LOW_WATERMARK, .send_timeout = -1, .read_packets = 5,
        .line_delimiter = '\n'};
}

void inet_close_handle(InetSocket *socket)
{
    io_watch_free(socket->watch);
    socket->watch = NULL;
    if (socket->handle >= 0)
        io_socket_close(socket->handle);
    socket->handle = -1;
    socket->status = 0;
}

void inet_clear(InetSocket *socket)
{
    inet_close_handle(socket);
    byte_queue_free(&socket->output);
    text_free(&socket->reply);
    mem_free(MEM_PORT, socket->empty_subscribers);
    mem_free(MEM_PORT, socket->namespace);
}

void inet_watch(InetSocket *socket, unsigned events)
{
    if (!socket->watch && events)
        socket->watch = io_watch_new(socket->handle, socket->ready, socket);
    if (socket->watch)
        io_watch_set(socket->watch, events);
}

void inet_adopt(InetSocket *socket, int handle, IoFamily family, uint32_t status)
{
    socket->handle = handle;
    socket->family = family;
    socket->status = INET_IS_OPEN | status;
}

void inet_count(InetStatistics *statistics, size_t size)
{
    double change;

    statistics->count++;
    statistics->octets += size;
    statistics->biggest = MAX(statistics->biggest, size);
    change = (double)size - statistics->average;
    statistics->average += change / (double)statistics->count;
    statistics->deviation += ((change < 0 ? -change : change) - statistics->deviation) / (double)statistics->count;
}

/* --- replies ---------------------------------------------------------------------------------------------------- */

bool inet_reply_ok(InetSocket *socket, const void *bytes, size_t size)
{
    socket->reply.size = 0;
    text_add_byte(&socket->reply, INET_REPLY_OK);
    text_add(&socket->reply, bytes, size);
    return true;
}

bool inet_reply_name(InetSocket *socket, const char *error_name)
{
    socket->reply.size = 0;
    text_add_byte(&socket->reply, INET_REPLY_ERROR);
    text_add_string(&socket->reply, error_name);
    return true;
}

bool inet_reply_error(InetSocket *socket, int64_t code) { return inet_reply_name(socket, io_error_name((int)code)); }

bool inet_reply_result(InetSocket *socket, int64_t code)
{
    return code < 0 ? inet_reply_error(socket, code) : inet_reply_ok(socket, NULL, 0);
}

/* A reply that is built up piece by piece. */
static Text *start_reply(InetSocket *socket)
{
    inet_reply_ok(socket, NULL, 0);
    return &socket->reply;
}

/* --- requests --------------------------------------------------------------------------------------------------- */

static bool family_of(uint8_t code, IoFamily *family)
{
    *family = code == INET_AF_INET ? IO_FAMILY_INET : code == INET_AF_INET6 ? IO_FAMILY_INET6
            : code == INET_AF_LOCAL ? IO_FAMILY_LOCAL : IO_FAMILY_NONE;
    return *family != IO_FAMILY_NONE;
}

static bool type_matches(const InetSocket *socket, uint8_t code)
{
    return code == (socket->type == IO_SOCKET_STREAM ? INET_TYPE_STREAM : INET_TYPE_DATAGRAM);
}

static bool request_open(InetSocket *socket, Reader *in)
{
    uint8_t family_code = reader_u8(in), type = reader_u8(in);
    IoFamily family;
    int handle;

    if (!reader_ok(in) || !type_matches(socket, type))
        return inet_reply_error(socket, IO_EINVAL);
    if (!family_of(family_code, &family))
        return inet_reply_error(socket, IO_EAFNOSUPPORT);
    if (socket->handle >= 0)
        return inet_reply_error(socket, IO_EINVAL);
    handle = io_socket_open_in(socket->namespace, family, socket->type, 0);
    if (handle < 0)
        return inet_reply_error(socket, handle);
    inet_adopt(socket, handle, family, 0);
    return inet_reply_ok(socket, NULL, 0);
}

static bool request_fdopen(InetSocket *socket, Reader *in)
{
    uint8_t family_code = reader_u8(in), type = reader_u8(in);
    int handle = (int)reader_u32(in);
    bool bound = reader_u32(in) != 0;
    IoFamily family;
    IoAddress own, peer;

    if (!reader_ok(in) || !type_matches(socket, type) || socket->handle >= 0)
        return inet_reply_error(socket, IO_EINVAL);
    if (!family_of(family_code, &family))
        return inet_reply_error(socket, IO_EAFNOSUPPORT);
    if (bound) {
        int code = io_socket_own_address(handle, &own);

        if (code < 0 || own.family != family)
            return inet_reply_error(socket, code < 0 ? code : IO_EINVAL);
    }
    if (io_stream_set_nonblocking(handle, true) < 0)
        return inet_reply_error(socket, IO_EBADF);
    inet_adopt(socket, handle, family, bound ? INET_IS_BOUND : 0);
    if (socket->type == IO_SOCKET_STREAM && io_socket_peer_address(handle, &peer) == 0)
        socket->status |= INET_IS_CONNECTED;
    return inet_reply_ok(socket, NULL, 0);
}

static bool request_bind(InetSocket *socket, Reader *in)
{
    IoAddress address;
    uint8_t port[2];
    int code;

    if (socket->handle < 0)
        return inet_reply_name(socket, "exbadport");
    if (!inet_address_read(in, socket->family, &address))
        return inet_reply_error(socket, IO_EINVAL);
    code = io_socket_bind(socket->handle, &address);
    if (code < 0)
        return inet_reply_error(socket, code);
    socket->status |= INET_IS_BOUND;
    if (address.port == 0 && io_socket_own_address(socket->handle, &address) < 0)
        address.port = 0;
    port[0] = (uint8_t)(address.port >> 8);
    port[1] = (uint8_t)address.port;
    return inet_reply_ok(socket, port, sizeof port);
}

static bool request_address(InetSocket *socket, bool peer)
{
    IoAddress address;
    int code;

    if (socket->handle < 0)
        return inet_reply_error(socket, IO_EINVAL);
    if (peer && !(socket->status & INET_IS_CONNECTED))
        return inet_reply_error(socket, IO_ENOTCONN);
    code = peer ? io_socket_peer_address(socket->handle, &address) : io_socket_own_address(socket->handle, &address);
    if (code < 0)
        return inet_reply_error(socket, code);
    inet_address_write(start_reply(socket), &address);
    return true;
}

static bool request_set_options(InetSocket *socket, Reader *in)
{
    int64_t error;

    inet_set_options(socket, in, &error);
    return inet_reply_result(socket, error);
}

static bool request_get_options(InetSocket *socket, Reader *in)
{
    return inet_get_options(socket, in, start_reply(socket)) || inet_reply_error(socket, IO_EINVAL);
}

static bool request_host_name(InetSocket *socket)
{
    char name[HOST_NAME_BYTES];

    if (!io_platform_host_name(name, sizeof name))
        return inet_reply_error(socket, IO_EIO);
    return inet_reply_ok(socket, name, strlen(name));
}

static void put_wide(Text *out, uint64_t value)
{
    inet_put_32(out, (uint32_t)(value >> 32));
    inet_put_32(out, (uint32_t)value);
}

static bool put_statistic(InetSocket *socket, uint8_t item, Text *out)
{
    text_add_byte(out, (char)item);
    switch (item) {
    case 1: inet_put_32(out, (uint32_t)socket->received.count); return true;
    case 2: inet_put_32(out, (uint32_t)socket->received.biggest); return true;
    case 3: inet_put_32(out, (uint32_t)socket->received.average); return true;
    case 4: inet_put_32(out, (uint32_t)socket->received.deviation); return true;
    case 5: inet_put_32(out, (uint32_t)socket->sent.count); return true;
    case 6: inet_put_32(out, (uint32_t)socket->sent.biggest); return true;
    case 7: inet_put_32(out, (uint32_t)socket->sent.average); return true;
    case 8: inet_put_32(out, (uint32_t)socket->output.size); return true;
    case 9: put_wide(out, socket->received.octets); return true;
    case 10: put_wide(out, socket->sent.octets); return true;
    default: return false;
    }
}

static bool request_statistics(InetSocket *socket, Reader *in)
{
    Text *out = start_reply(socket);

    while (reader_left(in) > 0)
        if (!put_statistic(socket, reader_u8(in), out))
            return inet_reply_error(socket, IO_EINVAL);
    return true;
}

static bool request_type(InetSocket *socket)
{
    Text *out = start_reply(socket);

    inet_put_32(out, socket->family == IO_FAMILY_INET ? INET_AF_INET : socket->family == IO_FAMILY_INET6 ? INET_AF_INET6
                   : socket->family == IO_FAMILY_LOCAL ? INET_AF_LOCAL : INET_AF_UNDEFINED);
    inet_put_32(out, socket->type == IO_SOCKET_STREAM ? INET_TYPE_STREAM : INET_TYPE_DATAGRAM);
    return true;
}

static bool request_number(InetSocket *socket, uint32_t number)
{
    inet_put_32(start_reply(socket), number);
    return true;
}

static bool request_file_descriptor(InetSocket *socket)
{
    return socket->handle < 0 ? inet_reply_error(socket, IO_EINVAL) : request_number(socket, (uint32_t)socket->handle);
}

/* Asks to be told when all output is written; the reply says how much there is. */
static bool request_subscribe(InetSocket *socket, Process *caller, Reader *in)
{
    Text *out = start_reply(socket);

    while (reader_left(in) > 0) {
        if (reader_u8(in) != SUBSCRIBE_EMPTY_OUTPUT)
            return inet_reply_error(socket, IO_EINVAL);
        text_add_byte(out, SUBSCRIBE_EMPTY_OUTPUT);
        inet_put_32(out, (uint32_t)socket->output.size);
        if (socket->output.size > 0) {
            socket->empty_subscribers = mem_realloc(MEM_PORT, socket->empty_subscribers,
                                                    (socket->subscriber_count + 1) * sizeof(Term));
            socket->empty_subscribers[socket->subscriber_count++] = caller->pid;
        }
    }
    return true;
}

void inet_tell_empty(InetSocket *socket)
{
    for (size_t i = 0; i < socket->subscriber_count; i++) {
        Heap heap = {0};

        port_send(socket->port, socket->empty_subscribers[i], &heap, tuple_2(&heap, A_EMPTY_OUT_Q, socket->port->id));
    }
    socket->subscriber_count = 0;
}

bool inet_control(InetSocket *socket, Process *caller, uint32_t request, Reader *in)
{
    switch (request) {
    case INET_OPEN: return request_open(socket, in);
    case INET_FDOPEN: return request_fdopen(socket, in);
    case INET_CLOSE: inet_close_handle(socket); return inet_reply_ok(socket, NULL, 0);
    case INET_BIND: return request_bind(socket, in);
    case INET_NAME: case INET_GETLADDRS: return request_address(socket, false);
    case INET_PEER: case INET_GETPADDRS: return request_address(socket, true);
    case INET_SETOPTS: return request_set_options(socket, in);
    case INET_GETOPTS: return request_get_options(socket, in);
    case INET_GETSTAT: return request_statistics(socket, in);
    case INET_GETHOSTNAME: return request_host_name(socket);
    case INET_GETTYPE: return request_type(socket);
    case INET_GETFD: return request_file_descriptor(socket);
    case INET_GETSTATUS: return request_number(socket, socket->status & ~(uint32_t)INET_IS_BOUND);   /* as stock */
    case INET_GETIFADDRS: return inet_request_interface_addresses(socket);
    case INET_GETIFLIST: return inet_request_interface_names(socket);
    case INET_IFGET: return inet_request_interface(socket, in);
    case INET_GETSERVBYNAME: return inet_request_service_port(socket, in);
    case INET_GETSERVBYPORT: return inet_request_service_name(socket, in);
    case INET_IGNOREFD: return inet_reply_ok(socket, NULL, 0);
    case INET_SUBSCRIBE: return request_subscribe(socket, caller, in);
    default: return false;
    }
}
