/* socket.c - sockets whose other end is a script. */
#include "io/io_socket.h"

#include <string.h>

#include "io/fake/handle.h"
#include "io/io_time.h"
#include "vm/base/mem.h"

enum { FIRST_PORT = 40000 };

typedef struct Connect {
    struct Connect *next;
    int64_t after_ms;
    int code;
} Connect;

static Connect *connects;              /* to come */

void fake_connect(int64_t after_ms, int code)
{
    Connect *connect = mem_alloc(MEM_IO, sizeof *connect), **link = &connects;

    *connect = (Connect){.after_ms = after_ms, .code = code};
    while (*link)
        link = &(*link)->next;
    *link = connect;
}

int io_socket_open(IoFamily family, IoSocketType type, int protocol)
{
    int handle = fake_handle_new();

    if (handle >= 0) {
        fake_handle(handle)->family = family;
        fake_handle(handle)->type = type;
    }
    return handle;
}

int io_socket_open_in(const char *namespace, IoFamily family, IoSocketType type, int protocol)
{
    return namespace ? IO_ENOTSUP : io_socket_open(family, type, protocol);
}

int io_socket_close(int handle) { return fake_handle_close(handle); }

int io_socket_bind(int handle, const IoAddress *address)
{
    FakeHandle *socket = fake_handle(handle);

    if (!socket)
        return IO_EBADF;
    socket->own = *address;
    if (socket->own.port == 0)
        socket->own.port = (uint16_t)(FIRST_PORT + handle);
    return 0;
}

int io_socket_connect(int handle, const IoAddress *address)
{
    FakeHandle *socket = fake_handle(handle);
    Connect *script = connects;

    if (!socket || !address)
        return socket ? IO_ENOTSUP : IO_EBADF;
    socket->peer = *address;
    if (!script)
        return 0;
    connects = script->next;
    socket->connected_ns = io_monotonic_ns() + script->after_ms * FAKE_NS_PER_MS;
    socket->connect_result = script->code;
    mem_free(MEM_IO, script);
    if (socket->connected_ns > io_monotonic_ns())
        return IO_EINPROGRESS;
    return socket->connect_result;
}

int io_socket_take_error(int handle)
{
    FakeHandle *socket = fake_handle(handle);
    int code = socket ? socket->connect_result : IO_EBADF;

    if (socket)
        socket->connect_result = 0;
    return code;
}

int io_socket_listen(int handle, int backlog)
{
    FakeHandle *socket = fake_handle(handle);

    if (!socket)
        return IO_EBADF;
    socket->is_listening = true;
    return 0;
}

int io_socket_accept(int handle, IoAddress *peer)
{
    FakeHandle *socket = fake_handle(handle);
    FakeClient *client = socket ? socket->clients : NULL;
    int accepted;

    if (!socket || !socket->is_listening)
        return socket ? IO_EINVAL : IO_EBADF;
    if (!client || client->at_ns > io_monotonic_ns())
        return IO_EAGAIN;
    if (socket->accept_result) {
        accepted = socket->accept_result;
        socket->accept_result = 0;
        return accepted;
    }
    accepted = client->handle;
    *peer = fake_handle(accepted)->peer;
    socket->clients = client->next;
    mem_free(MEM_IO, client);
    return accepted;
}

int64_t io_socket_receive(int handle, void *into, size_t size) { return fake_handle_read(handle, into, size); }

int64_t io_socket_send_more(int handle, const void *bytes, size_t size)
{
    int64_t done = fake_handle_write(handle, bytes, size);

    if (done > 0)
        fake_handle(handle)->is_held = true;
    return done;
}

void io_socket_push(int handle)
{
    FakeHandle *socket = fake_handle(handle);

    socket->packets += socket->is_held;
    socket->is_held = false;
}

int64_t io_socket_send(int handle, const void *bytes, size_t size)
{
    int64_t done = io_socket_send_more(handle, bytes, size);

    if (done > 0)
        io_socket_push(handle);
    return done;
}

size_t fake_packets(int handle) { return fake_handle(handle)->packets; }

int64_t io_socket_receive_from(int handle, void *into, size_t size, IoAddress *from)
{
    const FakeHandle *socket = fake_handle(handle);
    int64_t got = fake_handle_read(handle, into, size);

    if (got >= 0)
        *from = socket->peer.family ? socket->peer : socket->own;
    return got;
}

int64_t io_socket_send_to(int handle, const void *bytes, size_t size, const IoAddress *to)
{
    return fake_handle_write(handle, bytes, size);
}

int io_socket_shutdown(int handle, IoShutdown how) { return fake_handle(handle) ? 0 : IO_EBADF; }

int io_socket_own_address(int handle, IoAddress *out)
{
    const FakeHandle *socket = fake_handle(handle);

    if (!socket)
        return IO_EBADF;
    *out = socket->own;
    return 0;
}

int io_socket_peer_address(int handle, IoAddress *out)
{
    const FakeHandle *socket = fake_handle(handle);

    if (!socket || !socket->peer.family)
        return socket ? IO_ENOTCONN : IO_EBADF;
    *out = socket->peer;
    return 0;
}
