/* native_prim_socket.c - prim_socket's functions that make sockets and connect them, and the table of all of them. */
#include "bifs/prim_socket.h"

#include <string.h>

#include "bifs/native_modules.h"
#include "io/io_socket.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"

enum { NAMESPACE_PATH_MAX = 4096 };

static Term outcome(Process *p, int64_t code) { return code < 0 ? net_error(p, code) : A_OK; }

/* --- open --------------------------------------------------------------------------------------------------------- */

static bool option_flag(Term options, Term key, bool otherwise)
{
    Term value = net_field(options, key);

    return value == A_TRUE || (value != A_FALSE && otherwise);
}

static Term finish_open(Process *p, Socket *socket, Term reference, Term options)
{
    socket->debug = option_flag(options, A_DEBUG, socket->debug);
    socket->registered = option_flag(options, A_USE_REGISTRY, socket->registered);
    socket_register(socket);
    return socket_ok(p, reference);
}

static bool get_type(Term t, int *type)
{
    int64_t number;

    if (!net_name_get(io_net_types, t, &number))
        return net_int_get(t, type);
    *type = (int)number;
    return true;
}

/* nif_open(Handle, Options): a socket of what somebody else opened. */
static Term open_2(Process *p, const Term *args)
{
    int handle, adopted, domain, type, protocol;
    IoNetAddress peer;
    Term reference;
    Socket *socket;

    if (!net_int_get(args[0], &handle))
        return socket_bad_integer(p, args[0]);
    if (!is_map(args[1]))
        return raise_badarg(p);
    if (io_net_domain(handle, &domain) < 0 && !net_domain_get(net_field(args[1], A_DOMAIN), &domain))
        return socket_invalid(p, A_DOMAIN);
    if (io_net_type(handle, &type) < 0 && !get_type(net_field(args[1], A_TYPE), &type))
        return socket_invalid(p, A_TYPE);
    if (io_net_protocol(handle, &protocol) < 0 && !net_int_get(net_field(args[1], A_PROTOCOL), &protocol))
        protocol = 0;
    adopted = io_net_adopt(handle, option_flag(args[1], A_DUP, true));
    if (adopted < 0)
        return net_error(p, adopted);
    socket = socket_new(p, adopted, &reference);
    socket->domain = domain;
    socket->type = type;
    socket->protocol = protocol;
    socket->original = handle;
    socket->close_handle = adopted != handle;
    if (io_net_peer_address(adopted, &peer) == 0)
        socket->write_state |= SOCKET_CONNECTED;
    return finish_open(p, socket, reference, args[1]);
}

/* The path of a network namespace, freed by mem_free; null: none is asked for. */
static char *namespace_path(Term options)
{
    Term value = net_field(options, A_NETNS);
    BitsBytes bytes;
    char *path;

    if (value == NO_TERM || !bits_bytes_get(value, &bytes))
        return NULL;
    path = bytes.size < NAMESPACE_PATH_MAX ? mem_alloc_zero(MEM_IO, bytes.size + 1) : NULL;
    if (path)
        memcpy(path, bytes.bytes, bytes.size);
    bits_bytes_free(&bytes);
    return path;
}

/* nif_open(Domain, Type, Protocol, Options) */
static Term open_4(Process *p, const Term *args)
{
    int domain, type, protocol, handle;
    Term reference;
    Socket *socket;
    char *path;

    if (!net_int_get(args[2], &protocol))
        return socket_bad_integer(p, args[2]);
    if (!is_map(args[3]))
        return raise_badarg(p);
    if (!net_domain_get(args[0], &domain))
        return socket_invalid(p, A_DOMAIN);
    if (!get_type(args[1], &type))
        return socket_invalid(p, A_TYPE);
    path = namespace_path(args[3]);
    handle = io_net_open(domain, type, protocol, path);
    mem_free(MEM_IO, path);
    if (handle < 0)
        return net_error(p, handle);
    socket = socket_new(p, handle, &reference);
    socket->domain = domain;
    socket->type = type;
    socket->protocol = protocol;
    if (protocol == 0)
        io_net_protocol(handle, &socket->protocol);
    return finish_open(p, socket, reference, args[3]);
}

/* --- bind, connect, listen ---------------------------------------------------------------------------------------- */

static Term bind_2(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    IoNetAddress address;
    int code;

    if (!socket)
        return raise_badarg(p);
    if (!net_address_get(args[1], &address))
        return socket_invalid(p, A_SOCKADDR);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    code = io_net_bind(socket->handle, &address);
    if (code == 0)
        socket->read_state |= SOCKET_BOUND;
    return outcome(p, code);
}

/* Null in *answer: `p` may go on. */
static bool may_connect(Process *p, Socket *socket, bool has_address, Term *answer)
{
    if (!socket_is_open(socket->write_state))
        *answer = socket_failure(p, A_CLOSED);
    else if (socket->writers.first)
        *answer = socket_error_invalid(p, A_STATE);
    else if (socket->connectors.first && !socket_at_work(&socket->connectors, p))
        *answer = has_address ? socket_failure(p, A_ALREADY) : socket_raise_invalid(p, A_STATE);
    else if (!socket->connectors.first && !has_address)
        *answer = socket_raise_invalid(p, A_STATE);
    else
        return true;
    return false;
}

/* After `select`: has it worked? */
static Term finish_connect(Process *p, Socket *socket)
{
    int code = io_socket_take_error(socket->handle);

    socket_next(&socket->connectors);
    socket->write_state &= ~(unsigned)SOCKET_CONNECTING;
    if (code == 0)
        socket->write_state |= SOCKET_CONNECTED;
    return outcome(p, code);
}

static Term connect_1(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    Term answer;

    if (!socket)
        return raise_badarg(p);
    return may_connect(p, socket, false, &answer) ? finish_connect(p, socket) : answer;
}

static Term connect_3(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    IoNetAddress address;
    Term answer;
    int code;

    if (!socket || !is_local_ref(args[1]))
        return raise_badarg(p);
    if (!net_address_get(args[2], &address))
        return socket_invalid(p, A_SOCKADDR);
    if (!may_connect(p, socket, true, &answer))
        return answer;
    if (socket->connectors.first)
        return finish_connect(p, socket);
    code = io_net_connect(socket->handle, &address);
    if (code == 0)
        socket->write_state |= SOCKET_CONNECTED;
    if (code != IO_EINPROGRESS && code != IO_EAGAIN)
        return outcome(p, code);
    socket_wait(p, &socket->connectors, args[1]);
    socket->write_state |= SOCKET_CONNECTING;
    return A_SELECT;
}

static Term listen_2(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    int backlog, code;

    if (!socket)
        return raise_badarg(p);
    if (!net_int_get(args[1], &backlog))
        return socket_bad_integer(p, args[1]);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    code = io_socket_listen(socket->handle, backlog);
    if (code == 0)
        socket->read_state |= SOCKET_LISTENING;
    return outcome(p, code);
}

/* --- accept ------------------------------------------------------------------------------------------------------- */

static Term accepted(Process *p, Socket *listener, int handle)
{
    Term reference;
    Socket *socket = socket_new(p, handle, &reference);

    socket->domain = listener->domain;
    socket->type = listener->type;
    socket->protocol = listener->protocol;
    socket->read_bytes = listener->read_bytes;
    socket->read_limit = listener->read_limit;
    socket->read_control_bytes = listener->read_control_bytes;
    socket->write_control_bytes = listener->write_control_bytes;
    socket->wrap_messages = listener->wrap_messages;
    socket->debug = listener->debug;
    socket->registered = listener->registered;
    listener->accept_successes++;
    listener->write_state |= SOCKET_CONNECTED;
    socket_register(socket);
    return socket_ok(p, reference);
}

static Term accept_failed(Process *p, Socket *socket, Term reference, int code)
{
    bool again = socket->acceptors.first != NULL;
    Term reason;

    if (code == IO_EAGAIN) {
        socket->accept_waits += again;
        socket_wait(p, &socket->acceptors, reference);
        socket->read_state |= SOCKET_ACCEPTING;
        return A_SELECT;
    }
    socket->accept_fails++;
    reason = atom_from_text(io_error_name(code));
    socket_fail(&socket->acceptors, reason);
    return socket_failure(p, reason);
}

/* nif_accept(Socket, Reference) */
static Term accept_2(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    Term answer;
    int handle;

    if (!socket || !is_local_ref(args[1]))
        return raise_badarg(p);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    if (socket->readers.first)
        return socket_error_invalid(p, A_STATE);
    if (!socket_take_turn(p, &socket->acceptors, args[1], &answer))
        return answer;
    socket->accept_tries++;
    handle = io_net_accept(socket->handle);
    if (handle < 0)
        return accept_failed(p, socket, args[1], handle);
    answer = accepted(p, socket, handle);
    socket_next(&socket->acceptors);
    return answer;
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static Term shutdown_2(Process *p, const Term *args)
{
    static const struct {
        Term name;
        IoShutdown how;
    } hows[] = {{A_READ, IO_SHUTDOWN_READ}, {A_WRITE, IO_SHUTDOWN_WRITE}, {A_READ_WRITE, IO_SHUTDOWN_BOTH}};
    Socket *socket = socket_get(args[0]);

    if (!socket)
        return raise_badarg(p);
    for (size_t i = 0; i < ARRAY_SIZE(hows); i++) {
        if (hows[i].name != args[1])
            continue;
        if (!socket_is_open(socket->read_state))
            return socket_failure(p, A_CLOSED);
        return outcome(p, io_socket_shutdown(socket->handle, hows[i].how));
    }
    return socket_raise_invalid(p, tuple_2(&p->heap, A_HOW, args[1]));
}

static Term name_of(Process *p, Term reference, int (*ask)(int handle, IoNetAddress *address))
{
    Socket *socket = socket_get(reference);
    IoNetAddress address;
    int code;

    if (!socket)
        return raise_badarg(p);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    code = ask(socket->handle, &address);
    return code < 0 ? net_error(p, code) : socket_ok(p, net_address_term(&p->heap, address.bytes, address.size));
}

static Term sockname_1(Process *p, const Term *args) { return name_of(p, args[0], io_net_own_address); }
static Term peername_1(Process *p, const Term *args) { return name_of(p, args[0], io_net_peer_address); }

static const NativeFunction functions[] = {
    {"nif_info", 0, prim_socket_info_0},
    {"nif_info", 1, prim_socket_info_1},
    {"nif_command", 1, prim_socket_command_1},
    {"nif_supports", 0, prim_socket_supports_0},
    {"nif_supports", 1, prim_socket_supports_1},
    {"nif_open", 2, open_2},
    {"nif_open", 4, open_4},
    {"nif_bind", 2, bind_2},
    {"nif_connect", 1, connect_1},
    {"nif_connect", 3, connect_3},
    {"nif_listen", 2, listen_2},
    {"nif_accept", 2, accept_2},
    {"nif_send", 4, prim_socket_send_4},
    {"nif_sendto", 5, prim_socket_sendto_5},
    {"nif_sendmsg", 5, prim_socket_sendmsg_5},
    {"nif_sendfile", 1, prim_socket_sendfile_1},
    {"nif_sendfile", 4, prim_socket_sendfile_4},
    {"nif_sendfile", 5, prim_socket_sendfile_5},
    {"nif_recv", 4, prim_socket_recv_4},
    {"nif_recvfrom", 4, prim_socket_recvfrom_4},
    {"nif_recvmsg", 5, prim_socket_recvmsg_5},
    {"nif_close", 1, prim_socket_close_1},
    {"nif_finalize_close", 1, prim_socket_finalize_close_1},
    {"nif_shutdown", 2, shutdown_2},
    {"nif_setopt", 5, prim_socket_setopt_5},
    {"nif_getopt", 3, prim_socket_getopt_3},
    {"nif_getopt", 4, prim_socket_getopt_4},
    {"nif_sockname", 1, sockname_1},
    {"nif_peername", 1, peername_1},
    {"nif_ioctl", 2, prim_socket_ioctl_2},
    {"nif_ioctl", 3, prim_socket_ioctl_3},
    {"nif_ioctl", 4, prim_socket_ioctl_4},
    {"nif_cancel", 3, prim_socket_cancel_3},
    {NULL, 0, NULL}};

/* prim_socket:on_load/1 */
static void loaded(Term info)
{
    Term registry = net_field(info, A_REGISTRY);

    if (is_local_pid(registry))
        socket_module.registry = registry;
    socket_module.use_registry = option_flag(info, A_USE_REGISTRY, true);
}

const NativeModule native_prim_socket = {"prim_socket", functions, loaded};
