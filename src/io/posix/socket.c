/* socket.c - sockets by system calls. */
#include "io/io_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/posix/namespace.h"

static int failure(void) { return io_error_from_system(errno); }

static int outcome(int result) { return result < 0 ? failure() : result; }

/* --- addresses ------------------------------------------------------------------------------------------------ */

typedef union SystemAddress {
    struct sockaddr any;
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
    struct sockaddr_un local;
    struct sockaddr_storage room;
} SystemAddress;

static socklen_t to_system(const IoAddress *address, SystemAddress *out)
{
    memset(out, 0, sizeof *out);
    switch (address->family) {
    case IO_FAMILY_INET:
        out->inet.sin_family = AF_INET;
        out->inet.sin_port = htons(address->port);
        memcpy(&out->inet.sin_addr, address->bytes, 4);
        return sizeof out->inet;
    case IO_FAMILY_INET6:
        out->inet6.sin6_family = AF_INET6;
        out->inet6.sin6_port = htons(address->port);
        out->inet6.sin6_flowinfo = htonl(address->flow_info);
        out->inet6.sin6_scope_id = address->scope_id;
        memcpy(&out->inet6.sin6_addr, address->bytes, 16);
        return sizeof out->inet6;
    case IO_FAMILY_LOCAL:
        out->local.sun_family = AF_UNIX;
        memcpy(out->local.sun_path, address->bytes, address->size);
        return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + address->size);
    default:
        out->any.sa_family = AF_UNSPEC;
        return sizeof out->any;
    }
}

/* A path in the file system ends in NUL, which does not count; an abstract name begins with it. */
static size_t local_size(const SystemAddress *from, socklen_t size)
{
    size_t length = size > offsetof(struct sockaddr_un, sun_path) ? size - offsetof(struct sockaddr_un, sun_path) : 0;

    return length > 0 && from->local.sun_path[0] ? strnlen(from->local.sun_path, length) : length;
}

static void from_system(const SystemAddress *from, socklen_t size, IoAddress *out)
{
    *out = (IoAddress){.family = IO_FAMILY_NONE};
    if (size < sizeof from->any.sa_family)
        return;
    switch (from->any.sa_family) {
    case AF_INET:
        out->family = IO_FAMILY_INET;
        out->port = ntohs(from->inet.sin_port);
        out->size = 4;
        memcpy(out->bytes, &from->inet.sin_addr, 4);
        break;
    case AF_INET6:
        out->family = IO_FAMILY_INET6;
        out->port = ntohs(from->inet6.sin6_port);
        out->flow_info = ntohl(from->inet6.sin6_flowinfo);
        out->scope_id = from->inet6.sin6_scope_id;
        out->size = 16;
        memcpy(out->bytes, &from->inet6.sin6_addr, 16);
        break;
    case AF_UNIX:
        out->family = IO_FAMILY_LOCAL;
        out->size = (uint8_t)local_size(from, size);
        memcpy(out->bytes, from->local.sun_path, out->size);
        break;
    }
}

/* --- life ------------------------------------------------------------------------------------------------------- */

int io_socket_open(IoFamily family, IoSocketType type, int protocol)
{
    static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX};
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

    return outcome(socket(families[family], types[type] | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
}

int io_socket_open_in(const char *namespace, IoFamily family, IoSocketType type, int protocol)
{
    int back, handle, left;

    if (!namespace)
        return io_socket_open(family, type, protocol);
    back = namespace_enter(namespace);
    if (back < 0)
        return back;
    handle = io_socket_open(family, type, protocol);
    left = namespace_leave(back);
    if (left < 0 && handle >= 0) {
        close(handle);
        return left;
    }
    return handle;
}

/* It is closed even if a signal interrupts that. */
int io_socket_close(int handle) { return close(handle) < 0 && errno != EINTR ? failure() : 0; }

int io_socket_bind(int handle, const IoAddress *address)
{
    SystemAddress system;
    socklen_t size = to_system(address, &system);

    return outcome(bind(handle, &system.any, size));
}

int io_socket_connect(int handle, const IoAddress *address)
{
    SystemAddress system;
    socklen_t size = to_system(address ? address : &(IoAddress){0}, &system);

    if (connect(handle, &system.any, size) == 0)
        return 0;
    return errno == EINTR ? IO_EINPROGRESS : failure();      /* interrupted, it goes on all the same */
}

int io_socket_listen(int handle, int backlog) { return outcome(listen(handle, backlog)); }

int io_socket_accept(int handle, IoAddress *peer)
{
    SystemAddress system;
    socklen_t size = sizeof system;
    int accepted;

    do
        accepted = accept4(handle, &system.any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    while (accepted < 0 && errno == EINTR);
    if (accepted < 0)
        return failure();
    from_system(&system, size, peer);
    return accepted;
}

int io_socket_shutdown(int handle, IoShutdown how)
{
    static const int hows[] = {SHUT_RD, SHUT_WR, SHUT_RDWR};

    return outcome(shutdown(handle, hows[how]));
}

/* --- data ------------------------------------------------------------------------------------------------------- */

int64_t io_socket_receive(int handle, void *into, size_t size)
{
    ssize_t got;

    do
        got = recv(handle, into, size, 0);
    while (got < 0 && errno == EINTR);
    return got < 0 ? failure() : got;
}

int64_t io_socket_receive_from(int handle, void *into, size_t size, IoAddress *from)
{
    SystemAddress system;
    socklen_t length = sizeof system;
    ssize_t got;

    do
        got = recvfrom(handle, into, size, 0, &system.any, &length);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return failure();
    from_system(&system, length, from);
    return got;
}

static int64_t send_with(int handle, const void *bytes, size_t size, int flags)
{
    ssize_t done;

    do
        done = send(handle, bytes, size, flags | MSG_NOSIGNAL);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

int64_t io_socket_send(int handle, const void *bytes, size_t size) { return send_with(handle, bytes, size, 0); }
int64_t io_socket_send_more(int handle, const void *bytes, size_t size) { return send_with(handle, bytes, size, MSG_MORE); }

/* Taking the cork out lets go of what is held, also where it is not in. */
void io_socket_push(int handle)
{
    int off = 0;

    setsockopt(handle, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
}

int64_t io_socket_send_to(int handle, const void *bytes, size_t size, const IoAddress *to)
{
    SystemAddress system;
    socklen_t length = to_system(to, &system);
    ssize_t done;

    do
        done = sendto(handle, bytes, size, MSG_NOSIGNAL, &system.any, length);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

/* --- control messages --------------------------------------------------------------------------------------------- */

int64_t io_socket_receive_with(int handle, void *into, size_t size, IoAddress *from, uint8_t *control,
                               size_t *control_size)
{
    SystemAddress system;
    struct iovec part = {into, size};
    struct msghdr message = {.msg_name = &system, .msg_namelen = sizeof system, .msg_iov = &part, .msg_iovlen = 1,
                             .msg_control = control, .msg_controllen = *control_size};
    ssize_t got;

    do
        got = recvmsg(handle, &message, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return failure();
    from_system(&system, message.msg_namelen, from);
    *control_size = message.msg_controllen;
    return got;
}

int64_t io_socket_send_with(int handle, const void *bytes, size_t size, const IoAddress *to, uint8_t *control,
                            size_t control_size)
{
    SystemAddress system;
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = control_size};
    ssize_t done;

    if (to) {
        message.msg_namelen = to_system(to, &system);
        message.msg_name = &system;
    }
    do
        done = sendmsg(handle, &message, MSG_NOSIGNAL);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

int io_socket_packet_options(int handle, IoFamily family, uint8_t *control, size_t *size)
{
    bool six = family == IO_FAMILY_INET6;
    socklen_t length = (socklen_t)*size;

    if (getsockopt(handle, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_2292PKTOPTIONS : IP_PKTOPTIONS, control,
                   &length) < 0)
        return failure();
    *size = length;
    return 0;
}

/* --- facts ------------------------------------------------------------------------------------------------------ */

int io_socket_own_address(int handle, IoAddress *out)
{
    SystemAddress system;
    socklen_t size = sizeof system;

    if (getsockname(handle, &system.any, &size) < 0)
        return failure();
    from_system(&system, size, out);
    return 0;
}

int io_socket_peer_address(int handle, IoAddress *out)
{
    SystemAddress system;
    socklen_t size = sizeof system;

    if (getpeername(handle, &system.any, &size) < 0)
        return failure();
    from_system(&system, size, out);
    return 0;
}

int io_socket_take_error(int handle)
{
    int number = 0;
    socklen_t size = sizeof number;

    if (getsockopt(handle, SOL_SOCKET, SO_ERROR, &number, &size) < 0)
        return failure();
    return number == 0 ? 0 : io_error_from_system(number);
}

/* --- options ---------------------------------------------------------------------------------------------------- */

typedef struct SystemOption {
    int level, option;
    int level6, option6;             /* for inet6, where it differs; else 0 */
} SystemOption;

static const SystemOption options[IO_OPTION_COUNT] = {
    [IO_OPTION_REUSE_ADDRESS] = {SOL_SOCKET, SO_REUSEADDR, 0, 0},
    [IO_OPTION_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE, 0, 0},
    [IO_OPTION_DONT_ROUTE] = {SOL_SOCKET, SO_DONTROUTE, 0, 0},
    [IO_OPTION_LINGER] = {SOL_SOCKET, SO_LINGER, 0, 0},
    [IO_OPTION_BROADCAST] = {SOL_SOCKET, SO_BROADCAST, 0, 0},
    [IO_OPTION_OOB_INLINE] = {SOL_SOCKET, SO_OOBINLINE, 0, 0},
    [IO_OPTION_SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF, 0, 0},
    [IO_OPTION_RECEIVE_BUFFER] = {SOL_SOCKET, SO_RCVBUF, 0, 0},
    [IO_OPTION_PRIORITY] = {SOL_SOCKET, SO_PRIORITY, 0, 0},
    [IO_OPTION_TOS] = {IPPROTO_IP, IP_TOS, 0, 0},
    [IO_OPTION_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY, 0, 0},
    [IO_OPTION_NO_PUSH] = {IPPROTO_TCP, TCP_CORK, 0, 0},
    [IO_OPTION_MULTICAST_TTL] = {IPPROTO_IP, IP_MULTICAST_TTL, IPPROTO_IPV6, IPV6_MULTICAST_HOPS},
    [IO_OPTION_MULTICAST_LOOP] = {IPPROTO_IP, IP_MULTICAST_LOOP, IPPROTO_IPV6, IPV6_MULTICAST_LOOP},
    [IO_OPTION_V6_ONLY] = {IPPROTO_IPV6, IPV6_V6ONLY, 0, 0},
    [IO_OPTION_TCLASS] = {IPPROTO_IPV6, IPV6_TCLASS, 0, 0},
    [IO_OPTION_TTL] = {IPPROTO_IP, IP_TTL, 0, 0},
    [IO_OPTION_RECEIVE_TOS] = {IPPROTO_IP, IP_RECVTOS, 0, 0},
    [IO_OPTION_RECEIVE_TCLASS] = {IPPROTO_IPV6, IPV6_RECVTCLASS, 0, 0},
    [IO_OPTION_RECEIVE_TTL] = {IPPROTO_IP, IP_RECVTTL, 0, 0}};

static void find_option(IoFamily family, IoSocketOption option, int *level, int *number)
{
    const SystemOption *found = &options[option];
    bool six = family == IO_FAMILY_INET6 && found->level6;

    *level = six ? found->level6 : found->level;
    *number = six ? found->option6 : found->option;
}

int io_socket_set_option(int handle, IoFamily family, IoSocketOption option, int value)
{
    struct linger linger = {.l_onoff = value >= 0, .l_linger = MAX(value, 0)};
    int level, number;

    find_option(family, option, &level, &number);
    if (option == IO_OPTION_LINGER)
        return outcome(setsockopt(handle, level, number, &linger, sizeof linger));
    return outcome(setsockopt(handle, level, number, &value, sizeof value));
}

int io_socket_get_option(int handle, IoFamily family, IoSocketOption option, int *value)
{
    struct linger linger = {0};
    socklen_t size = option == IO_OPTION_LINGER ? sizeof linger : sizeof *value;
    int level, number;

    find_option(family, option, &level, &number);
    *value = 0;
    if (getsockopt(handle, level, number, option == IO_OPTION_LINGER ? (void *)&linger : (void *)value, &size) < 0)
        return failure();
    if (option == IO_OPTION_LINGER)
        *value = linger.l_onoff ? linger.l_linger : -1;
    return 0;
}

int io_socket_set_raw_option(int handle, int level, int option, const void *value, size_t size)
{
    return outcome(setsockopt(handle, level, option, value, (socklen_t)size));
}

int io_socket_get_raw_option(int handle, int level, int option, void *value, size_t *size)
{
    socklen_t length = (socklen_t)*size;

    if (getsockopt(handle, level, option, value, &length) < 0)
        return failure();
    *size = length;
    return 0;
}

int io_socket_set_membership(int handle, IoFamily family, bool add, const uint8_t *group, const uint8_t *source,
                             uint32_t interface)
{
    struct ip_mreqn request = {.imr_ifindex = (int)interface};
    struct ipv6_mreq request6 = {.ipv6mr_interface = interface};

    if (family == IO_FAMILY_INET6) {
        memcpy(&request6.ipv6mr_multiaddr, group, 16);
        return outcome(setsockopt(handle, IPPROTO_IPV6, add ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &request6,
                                  sizeof request6));
    }
    memcpy(&request.imr_multiaddr, group, 4);
    memcpy(&request.imr_address, source, 4);
    return outcome(setsockopt(handle, IPPROTO_IP, add ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request,
                              sizeof request));
}

int io_socket_set_multicast_interface(int handle, IoFamily family, uint32_t interface)
{
    uint32_t address = htonl(interface);

    if (family == IO_FAMILY_INET6)
        return outcome(setsockopt(handle, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface, sizeof interface));
    return outcome(setsockopt(handle, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address));
}

int io_socket_bind_to_device(int handle, const char *name, size_t size)
{
    return outcome(setsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)size));
}

int io_socket_get_multicast_interface(int handle, IoFamily family, uint32_t *interface)
{
    socklen_t size = sizeof *interface;

    if (family == IO_FAMILY_INET6)
        return outcome(getsockopt(handle, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface, &size));
    if (getsockopt(handle, IPPROTO_IP, IP_MULTICAST_IF, interface, &size) < 0)
        return failure();
    *interface = ntohl(*interface);
    return 0;
}

int io_socket_bound_device(int handle, char *name, size_t *size)
{
    socklen_t length = (socklen_t)*size;

    if (getsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, name, &length) < 0)
        return failure();
    *size = strnlen(name, length);
    return 0;
}
