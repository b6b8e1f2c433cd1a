/* net_socket.c - sockets of any kind by system calls. */
#include "io/io_net_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "io/posix/namespace.h"

static int failure(void) { return io_error_from_system(errno); }

static int outcome(int result) { return result < 0 ? failure() : result; }

/* --- life --------------------------------------------------------------------------------------------------------- */

int io_net_open(int domain, int type, int protocol, const char *namespace)
{
    int old = -1, handle;

    if (namespace) {
        old = namespace_enter(namespace);
        if (old < 0)
            return old;
    }
    handle = outcome(socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    if (old >= 0) {
        int restored = namespace_leave(old);

        if (restored < 0 && handle >= 0) {
            close(handle);
            handle = restored;
        }
    }
    return handle;
}

int io_net_adopt(int handle, bool copy)
{
    int adopted = copy ? fcntl(handle, F_DUPFD_CLOEXEC, 3) : handle;
    int flags;

    if (adopted < 0)
        return failure();
    flags = fcntl(adopted, F_GETFL);
    if (flags >= 0)
        fcntl(adopted, F_SETFL, flags | O_NONBLOCK);
    return adopted;
}

static int socket_fact(int handle, int option, int *number)
{
    socklen_t size = sizeof *number;

    return outcome(getsockopt(handle, SOL_SOCKET, option, number, &size));
}

int io_net_domain(int handle, int *number) { return socket_fact(handle, SO_DOMAIN, number); }
int io_net_type(int handle, int *number) { return socket_fact(handle, SO_TYPE, number); }
int io_net_protocol(int handle, int *number) { return socket_fact(handle, SO_PROTOCOL, number); }
bool io_net_is_stream(int type) { return type == SOCK_STREAM; }

/* It is closed even if a signal interrupts that. */
int io_net_close(int handle) { return close(handle) < 0 && errno != EINTR ? failure() : 0; }

bool io_net_lingers(int handle)
{
    struct linger linger = {0};
    socklen_t size = sizeof linger;

    return getsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && linger.l_onoff && linger.l_linger > 0;
}

int io_net_close_and_linger(int handle)
{
    int flags = fcntl(handle, F_GETFL);

    if (flags >= 0)
        fcntl(handle, F_SETFL, flags & ~O_NONBLOCK);
    return outcome(close(handle));
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static const struct sockaddr *system_address(const IoNetAddress *address)
{
    return (const struct sockaddr *)(const void *)address->bytes;
}

int io_net_bind(int handle, const IoNetAddress *address)
{
    return outcome(bind(handle, system_address(address), address->size));
}

int io_net_connect(int handle, const IoNetAddress *address)
{
    if (connect(handle, system_address(address), address->size) == 0)
        return 0;
    return errno == EINTR ? IO_EINPROGRESS : failure();      /* interrupted, it goes on all the same */
}

int io_net_accept(int handle)
{
    int accepted;

    do
        accepted = accept4(handle, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    while (accepted < 0 && errno == EINTR);
    return outcome(accepted);
}

static int ask_address(int handle, int (*ask)(int handle, struct sockaddr *address, socklen_t *size),
                       IoNetAddress *address)
{
    socklen_t size = sizeof address->bytes;
    int result;

    memset(address, 0, sizeof *address);
    result = ask(handle, (struct sockaddr *)(void *)address->bytes, &size);
    address->size = result < 0 ? 0 : MIN(size, IO_NET_ADDRESS_BYTES);
    return outcome(result);
}

int io_net_own_address(int handle, IoNetAddress *address) { return ask_address(handle, getsockname, address); }
int io_net_peer_address(int handle, IoNetAddress *address) { return ask_address(handle, getpeername, address); }

/* --- data --------------------------------------------------------------------------------------------------------- */

int64_t io_net_send(int handle, const void *bytes, size_t size, int flags, const IoNetAddress *to)
{
    ssize_t done;

    do
        done = sendto(handle, bytes, size, flags, to ? system_address(to) : NULL, to ? to->size : 0);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

_Static_assert(sizeof(IoBytes) == sizeof(struct iovec), "parts are handed on as they are");

static struct msghdr system_message(const IoNetMessage *message)
{
    return (struct msghdr){.msg_name = message->address ? message->address->bytes : NULL,
                           .msg_namelen = message->address ? message->address->size : 0,
                           .msg_iov = (struct iovec *)message->parts, .msg_iovlen = message->part_count,
                           .msg_control = message->control, .msg_controllen = message->control_size};
}

int64_t io_net_send_message(int handle, const IoNetMessage *message, int flags)
{
    struct msghdr system = system_message(message);
    ssize_t done;

    if (system.msg_controllen == 0)
        system.msg_control = NULL;
    do
        done = sendmsg(handle, &system, flags);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

int64_t io_net_receive(int handle, void *into, size_t size, int flags)
{
    ssize_t got;

    do
        got = recv(handle, into, size, flags);
    while (got < 0 && errno == EINTR);
    return got < 0 ? failure() : got;
}

int64_t io_net_receive_from(int handle, void *into, size_t size, int flags, IoNetAddress *from)
{
    socklen_t length = sizeof from->bytes;
    ssize_t got;

    memset(from->bytes, 0, sizeof from->bytes);
    do
        got = recvfrom(handle, into, size, flags, (struct sockaddr *)(void *)from->bytes, &length);
    while (got < 0 && errno == EINTR);
    from->size = MIN(length, IO_NET_ADDRESS_BYTES);
    return got < 0 ? failure() : got;
}

int64_t io_net_receive_message(int handle, IoNetMessage *message, int flags)
{
    struct msghdr system;
    ssize_t got;

    memset(message->address->bytes, 0, sizeof message->address->bytes);
    message->address->size = sizeof message->address->bytes;
    system = system_message(message);
    do
        got = recvmsg(handle, &system, flags);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return failure();
    message->address->size = MIN(system.msg_namelen, IO_NET_ADDRESS_BYTES);
    message->control_size = system.msg_controllen;
    message->flags = system.msg_flags;
    return got;
}

int64_t io_net_send_file(int handle, int file, int64_t *offset, size_t size)
{
    off_t at = *offset;
    ssize_t done;

    do
        done = sendfile(handle, file, &at, size);
    while (done < 0 && errno == EINTR);
    if (done < 0)
        return failure();
    *offset = at;
    return done;
}
