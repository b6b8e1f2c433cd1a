/* inet_options.c - socket options: what setopts and getopts of prim_inet.erl mean. */
#include "ports/inet_socket.h"

#include <string.h>

#include "vm/base/mem.h"

enum {
    OPTION_REUSEADDR = 0, OPTION_KEEPALIVE, OPTION_DONTROUTE, OPTION_LINGER, OPTION_BROADCAST, OPTION_OOBINLINE,
    OPTION_SNDBUF, OPTION_RCVBUF, OPTION_PRIORITY, OPTION_TOS, OPTION_NODELAY, OPTION_MULTICAST_IF,
    OPTION_MULTICAST_TTL, OPTION_MULTICAST_LOOP, OPTION_ADD_MEMBERSHIP, OPTION_DROP_MEMBERSHIP, OPTION_V6ONLY,
    OPTION_BUFFER = 20, OPTION_HEADER, OPTION_ACTIVE, OPTION_PACKET, OPTION_MODE, OPTION_DELIVER, OPTION_EXIT_ON_CLOSE,
    OPTION_HIGH_WATERMARK, OPTION_LOW_WATERMARK, OPTION_SEND_TIMEOUT = 30, OPTION_DELAY_SEND, OPTION_PACKET_SIZE,
    OPTION_READ_PACKETS, OPTION_RAW, OPTION_SEND_TIMEOUT_CLOSE, OPTION_HIGH_MSGQ_WATERMARK, OPTION_LOW_MSGQ_WATERMARK,
    OPTION_NETNS, OPTION_SHOW_ECONNRESET, OPTION_LINE_DELIMITER, OPTION_TCLASS, OPTION_BIND_TO_DEVICE, OPTION_RECVTOS,
    OPTION_RECVTCLASS, OPTION_PKTOPTIONS, OPTION_TTL, OPTION_RECVTTL, OPTION_NOPUSH, OPTION_DEBUG = 99
};

enum { RAW_BYTES_MAX = 64 * 1024 - 16, DEVICE_NAME_MAX = 64, NAMESPACE_PATH_MAX = 4096, DATAGRAM_BYTES_MAX = 1 << 16 };

/* Options of the system whose value is one number. */
static bool system_option(uint8_t option, IoSocketOption *out)
{
    static const struct {
        uint8_t option;
        IoSocketOption system;
    } map[] = {{OPTION_REUSEADDR, IO_OPTION_REUSE_ADDRESS}, {OPTION_KEEPALIVE, IO_OPTION_KEEP_ALIVE},
               {OPTION_DONTROUTE, IO_OPTION_DONT_ROUTE}, {OPTION_BROADCAST, IO_OPTION_BROADCAST},
               {OPTION_OOBINLINE, IO_OPTION_OOB_INLINE}, {OPTION_SNDBUF, IO_OPTION_SEND_BUFFER},
               {OPTION_RCVBUF, IO_OPTION_RECEIVE_BUFFER}, {OPTION_PRIORITY, IO_OPTION_PRIORITY},
               {OPTION_TOS, IO_OPTION_TOS}, {OPTION_NODELAY, IO_OPTION_NO_DELAY}, {OPTION_NOPUSH, IO_OPTION_NO_PUSH},
               {OPTION_MULTICAST_TTL, IO_OPTION_MULTICAST_TTL}, {OPTION_MULTICAST_LOOP, IO_OPTION_MULTICAST_LOOP},
               {OPTION_V6ONLY, IO_OPTION_V6_ONLY}, {OPTION_TCLASS, IO_OPTION_TCLASS}, {OPTION_TTL, IO_OPTION_TTL},
               {OPTION_RECVTOS, IO_OPTION_RECEIVE_TOS}, {OPTION_RECVTCLASS, IO_OPTION_RECEIVE_TCLASS},
               {OPTION_RECVTTL, IO_OPTION_RECEIVE_TTL}};

    for (size_t i = 0; i < ARRAY_SIZE(map); i++) {
        if (map[i].option == option) {
            *out = map[i].system;
            return true;
        }
    }
    return false;
}

/* Options that are kept here, by address of their 32-bit field; null if it is none of these. */
static uint32_t *own_number(InetSocket *socket, uint8_t option)
{
    switch (option) {
    case OPTION_BUFFER: return &socket->buffer_size;
    case OPTION_HEADER: return &socket->header;
    case OPTION_PACKET: return &socket->packet;
    case OPTION_HIGH_WATERMARK: return &socket->high_watermark;
    case OPTION_LOW_WATERMARK: return &socket->low_watermark;
    case OPTION_HIGH_MSGQ_WATERMARK: return &socket->high_message_watermark;
    case OPTION_LOW_MSGQ_WATERMARK: return &socket->low_message_watermark;
    case OPTION_SEND_TIMEOUT: return (uint32_t *)&socket->send_timeout;
    case OPTION_PACKET_SIZE: return &socket->packet_size;
    case OPTION_READ_PACKETS: return &socket->read_packets;
    default: return NULL;
    }
}

static bool *own_flag(InetSocket *socket, uint8_t option)
{
    switch (option) {
    case OPTION_MODE: return &socket->binary;
    case OPTION_DELIVER: return &socket->deliver_term;
    case OPTION_EXIT_ON_CLOSE: return &socket->exit_on_close;
    case OPTION_DELAY_SEND: return &socket->delay_send;
    case OPTION_SEND_TIMEOUT_CLOSE: return &socket->send_timeout_close;
    case OPTION_SHOW_ECONNRESET: return &socket->show_reset;
    case OPTION_DEBUG: return &socket->debug;
    default: return NULL;
    }
}

/* --- setting -------------------------------------------------------------------------------------------------- */

/* {active, N} adds to what is left of the messages; when none are, the owner is told. */
static int set_active(InetSocket *socket, uint32_t mode, Reader *in)
{
    int count = socket->active_count;

    socket->active = (InetActive)(mode & 3);
    if (mode != INET_MULTI) {
        socket->active_count = 0;
        return 0;
    }
    count += (int16_t)reader_u16(in);
    if (count > INT16_MAX || count < INT16_MIN)
        return IO_EINVAL;
    socket->active_count = (int16_t)MAX(count, 0);
    if (socket->active_count == 0) {
        Heap heap = {0};

        socket->active = INET_PASSIVE;
        inet_tell(socket, socket->type == IO_SOCKET_STREAM ? A_TCP_PASSIVE : A_UDP_PASSIVE, &heap, NO_TERM);
    }
    return 0;
}

static int set_membership(InetSocket *socket, bool add, uint32_t family, Reader *in)
{
    uint32_t interface = reader_u32(in);
    size_t size = family == INET_AF_INET ? 8 : 16;
    const uint8_t *bytes = reader_bytes(in, size);

    if (!bytes)
        return IO_EINVAL;
    return io_socket_set_membership(socket->handle, family == INET_AF_INET ? IO_FAMILY_INET : IO_FAMILY_INET6, add,
                                    bytes, family == INET_AF_INET ? bytes + 4 : NULL, interface);
}

/* Of raw options, on all systems. */
#define TCP_LEVEL 6

static int set_raw(InetSocket *socket, uint32_t level, Reader *in)
{
    uint32_t option = reader_u32(in), size = reader_u32(in);
    const uint8_t *value = reader_bytes(in, size);

    socket->chose_push |= level == TCP_LEVEL;
    return value ? io_socket_set_raw_option(socket->handle, (int)level, (int)option, value, size) : IO_EINVAL;
}

static int set_namespace(InetSocket *socket, uint32_t size, Reader *in)
{
    const uint8_t *path = reader_bytes(in, size);

    if (!path || size > NAMESPACE_PATH_MAX)
        return IO_EINVAL;
    mem_free(MEM_PORT, socket->namespace);
    socket->namespace = mem_alloc_zero(MEM_PORT, (size_t)size + 1);
    memcpy(socket->namespace, path, size);
    return 0;
}

/* What the system shall tell with each datagram is remembered: then receiving takes more. */
static int set_system(InetSocket *socket, uint8_t option, IoSocketOption system, uint32_t value)
{
    uint32_t bit = option == OPTION_RECVTOS ? 1 : option == OPTION_RECVTCLASS ? 2 : option == OPTION_RECVTTL ? 4 : 0;
    int priority, code;
    bool keep_priority = option == OPTION_TOS
        && io_socket_get_option(socket->handle, socket->family, IO_OPTION_PRIORITY, &priority) == 0;

    code = io_socket_set_option(socket->handle, socket->family, system, (int)value);
    if (keep_priority && code == 0)
        io_socket_set_option(socket->handle, socket->family, IO_OPTION_PRIORITY, priority);
    if (code == 0)
        socket->ancillary = value ? socket->ancillary | bit : socket->ancillary & ~bit;
    return code;
}

/* The buffer is no smaller than the system's, but no larger than any datagram. */
static void fit_buffer(InetSocket *socket, uint32_t size)
{
    if (socket->buffer_chosen)
        return;
    if (size > DATAGRAM_BYTES_MAX && socket->type == IO_SOCKET_DATAGRAM)
        socket->buffer_size = DATAGRAM_BYTES_MAX;
    else
        socket->buffer_size = MAX(socket->buffer_size, size);
}

/* The low watermark is never above the high one. */
static void fit_watermarks(InetSocket *socket, uint8_t option)
{
    if (option == OPTION_HIGH_WATERMARK)
        socket->low_watermark = MIN(socket->low_watermark, socket->high_watermark);
    else if (option == OPTION_LOW_WATERMARK)
        socket->high_watermark = MAX(socket->high_watermark, socket->low_watermark);
}

/* A 32-bit number follows every option; some need more. 0 or the error. */
static int set_option(InetSocket *socket, uint8_t option, uint32_t value, Reader *in)
{
    IoSocketOption system;
    uint32_t *number = own_number(socket, option);
    bool *flag = own_flag(socket, option);

    if (number || flag) {
        if (number)
            *number = value;
        else
            *flag = value != 0;
        socket->buffer_chosen |= option == OPTION_BUFFER;
        fit_watermarks(socket, option);
        return 0;
    }
    if (system_option(option, &system)) {
        socket->chose_push |= option == OPTION_NOPUSH;
        if (option == OPTION_RCVBUF)
            fit_buffer(socket, value);
        return set_system(socket, option, system, value);
    }
    switch (option) {
    case OPTION_LINGER: {
        int32_t seconds = (int32_t)reader_u32(in);

        return io_socket_set_option(socket->handle, socket->family, IO_OPTION_LINGER, value ? seconds : -1);
    }
    case OPTION_ACTIVE: return set_active(socket, value, in);
    case OPTION_LINE_DELIMITER: socket->line_delimiter = (uint8_t)value; return 0;
    case OPTION_RAW: return set_raw(socket, value, in);
    case OPTION_NETNS: return set_namespace(socket, value, in);
    case OPTION_MULTICAST_IF: return io_socket_set_multicast_interface(socket->handle, socket->family, value);
    case OPTION_ADD_MEMBERSHIP: return set_membership(socket, true, value, in);
    case OPTION_DROP_MEMBERSHIP: return set_membership(socket, false, value, in);
    case OPTION_BIND_TO_DEVICE: {
        const uint8_t *name = reader_bytes(in, value);

        return name ? io_socket_bind_to_device(socket->handle, (const char *)name, value) : IO_EINVAL;
    }
    default: return IO_EINVAL;
    }
}

/* As on stock, few options make setopts fail when the system refuses them, and none for lack of support (an option of
 * another kind of socket). What cannot be read always does. */
static bool is_failure(uint8_t option, int code)
{
    switch (option) {
    case OPTION_PRIORITY: case OPTION_TOS: case OPTION_TTL: case OPTION_TCLASS: case OPTION_RECVTOS:
    case OPTION_RECVTCLASS: case OPTION_RECVTTL: case OPTION_V6ONLY: case OPTION_BIND_TO_DEVICE:
        return code < 0 && code != IO_ENOPROTOOPT && code != IO_EOPNOTSUPP;
    case OPTION_LINGER: case OPTION_RAW: case OPTION_MULTICAST_IF: case OPTION_ADD_MEMBERSHIP:
    case OPTION_DROP_MEMBERSHIP:
        return false;
    default: {
        IoSocketOption system;

        return code < 0 && !system_option(option, &system);
    }
    }
}

/* The first bad one ends it. */
bool inet_set_options(InetSocket *socket, Reader *in, int64_t *error)
{
    *error = 0;
    while (reader_left(in) > 0 && reader_ok(in) && *error == 0) {
        uint8_t option = reader_u8(in);
        uint32_t value = reader_u32(in);

        if (is_failure(option, set_option(socket, option, value, in)))
            *error = IO_EINVAL;
    }
    if (!reader_ok(in))
        *error = IO_EINVAL;
    return *error == 0;
}

/* --- getting ---------------------------------------------------------------------------------------------------- */

static void put_option(Text *out, uint8_t option, uint32_t value)
{
    text_add_byte(out, (char)option);
    inet_put_32(out, value);
}

/* The size of the value, or (after a 1) the value that the system may look at. */
static bool get_raw(InetSocket *socket, Reader *in, Text *out)
{
    uint32_t level = reader_u32(in), option = reader_u32(in);
    bool given = reader_u8(in);
    uint32_t size = reader_u32(in);
    const uint8_t *start = given ? reader_bytes(in, size) : NULL;
    size_t got = size;
    uint8_t *value;

    if (!reader_ok(in) || size > RAW_BYTES_MAX)
        return false;
    value = mem_alloc_zero(MEM_IO, size + 1);
    if (start)
        memcpy(value, start, size);
    if (io_socket_get_raw_option(socket->handle, (int)level, (int)option, value, &got) == 0) {
        put_option(out, OPTION_RAW, level);
        inet_put_32(out, option);
        inet_put_32(out, (uint32_t)got);
        text_add(out, value, got);
    }
    mem_free(MEM_IO, value);
    return true;
}

static void get_system(InetSocket *socket, uint8_t option, IoSocketOption system, Text *out)
{
    int value;

    if (io_socket_get_option(socket->handle, socket->family, system, &value) < 0)
        return;
    text_add_byte(out, (char)option);
    if (system == IO_OPTION_LINGER)
        inet_put_32(out, value >= 0);
    inet_put_32(out, (uint32_t)MAX(value, system == IO_OPTION_LINGER ? 0 : value));
}

static void get_device(InetSocket *socket, Text *out)
{
    char name[DEVICE_NAME_MAX] = "";
    size_t size = sizeof name;

    if (io_socket_bound_device(socket->handle, name, &size) < 0)
        return;
    put_option(out, OPTION_BIND_TO_DEVICE, (uint32_t)size);
    text_add(out, name, size);
}

static void get_multicast_interface(InetSocket *socket, Text *out)
{
    uint32_t interface;

    if (io_socket_get_multicast_interface(socket->handle, socket->family, &interface) < 0)
        return;
    put_option(out, OPTION_MULTICAST_IF, interface);
    inet_put_32(out, socket->family == IO_FAMILY_INET6 ? INET_AF_INET6 : INET_AF_INET);
}

/* On a stream, what came with the last segments; on others nothing. */
static void get_packet_options(InetSocket *socket, Text *out)
{
    uint8_t control[INET_CONTROL_BYTES];
    size_t size = sizeof control;

    if (io_socket_packet_options(socket->handle, socket->family, control, &size) < 0)
        return;
    text_add_byte(out, OPTION_PKTOPTIONS);
    inet_ancillary_put(out, control, size);
}

static void get_namespace(InetSocket *socket, Text *out)
{
    if (!socket->namespace)
        return;
    put_option(out, OPTION_NETNS, (uint32_t)strlen(socket->namespace));
    text_add(out, socket->namespace, strlen(socket->namespace));
}

/* Options of sockets of another kind: known, but without a value. */
static bool is_foreign(const InetSocket *socket, uint8_t option)
{
    if (socket->type == IO_SOCKET_STREAM)
        return option == OPTION_READ_PACKETS;
    return option == OPTION_HIGH_WATERMARK || option == OPTION_LOW_WATERMARK || option == OPTION_SEND_TIMEOUT
        || option == OPTION_SEND_TIMEOUT_CLOSE || option == OPTION_DELAY_SEND || option == OPTION_SHOW_ECONNRESET;
}

/* False: no such option. */
static bool get_option(InetSocket *socket, uint8_t option, Reader *in, Text *out)
{
    IoSocketOption system;
    uint32_t *number = own_number(socket, option);
    bool *flag = own_flag(socket, option);

    if (is_foreign(socket, option))
        return true;
    if (number) {
        put_option(out, option, *number);
    } else if (flag) {
        put_option(out, option, *flag);
    } else if (option == OPTION_LINGER) {
        get_system(socket, option, IO_OPTION_LINGER, out);
    } else if (system_option(option, &system)) {
        get_system(socket, option, system, out);
    } else if (option == OPTION_ACTIVE) {
        put_option(out, option, socket->active);
        if (socket->active == INET_MULTI)
            inet_put_16(out, (uint16_t)socket->active_count);
    } else if (option == OPTION_BIND_TO_DEVICE) {
        get_device(socket, out);
    } else if (option == OPTION_MULTICAST_IF) {
        get_multicast_interface(socket, out);
    } else if (option == OPTION_PKTOPTIONS) {
        get_packet_options(socket, out);
    } else if (option == OPTION_NETNS) {
        get_namespace(socket, out);
    } else if (option == OPTION_RAW) {
        return get_raw(socket, in, out);
    } else {
        return false;
    }
    return true;
}

bool inet_get_options(InetSocket *socket, Reader *in, Text *out)
{
    while (reader_left(in) > 0)
        if (!get_option(socket, reader_u8(in), in, out) || !reader_ok(in))
            return false;
    return true;
}
