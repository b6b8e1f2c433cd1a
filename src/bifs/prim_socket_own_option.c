/* prim_socket_own_option.c - options of the level `otp`: those the system knows nothing about. */
#include "bifs/prim_socket.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"

/* Numbers as prim_socket.erl has them. */
enum {
    OPTION_DEBUG = 1001, OPTION_WRAP_MESSAGES, OPTION_OWNER, OPTION_READ_BUFFER, OPTION_READ_CONTROL = 1006,
    OPTION_WRITE_CONTROL, OPTION_HANDLE, OPTION_META, OPTION_USE_REGISTRY, OPTION_DOMAIN = 1999
};

static Term invalid_value(Process *p) { return socket_invalid(p, A_VALUE); }

static Term set_flag(Process *p, bool *flag, Term value)
{
    if (value != A_TRUE && value != A_FALSE)
        return invalid_value(p);
    *flag = value == A_TRUE;
    return A_OK;
}

/* A size above 0, or `default`. */
static bool get_size(Term value, size_t otherwise, size_t *size)
{
    uint64_t number;

    *size = otherwise;
    if (value == A_DEFAULT)
        return true;
    if (!is_integer(value) || !integer_to_u64(value, &number) || number == 0 || number > INT64_MAX)
        return false;
    *size = number;
    return true;
}

static Term set_size(Process *p, size_t *size, Term value)
{
    size_t wanted;

    if (!get_size(value, SOCKET_CONTROL_BYTES, &wanted))
        return invalid_value(p);
    *size = wanted;
    return A_OK;
}

/* Size, or {Number of reads, Size} */
static Term set_read_buffer(Process *p, Socket *socket, Term value)
{
    uint32_t limit = 0;
    size_t size;

    if (is_tuple_of(value, 2)) {
        if (!net_uint_get(tuple_element(value, 1), &limit) || limit == 0)
            return invalid_value(p);
        value = tuple_element(value, 2);
    }
    if (!get_size(value, SOCKET_READ_BYTES, &size))
        return invalid_value(p);
    socket->read_limit = limit;
    socket->read_bytes = size;
    return A_OK;
}

static Term set_owner(Process *p, Socket *socket, Term value)
{
    if (!socket_owned_by(socket, p))
        return socket_error_invalid(p, A_NOT_OWNER);
    if (!is_local_pid(value))
        return invalid_value(p);
    socket_set_owner(socket, value);
    return A_OK;
}

static Term set_meta(Process *p, Socket *socket, Term value)
{
    if (!socket_owned_by(socket, p))
        return socket_error_invalid(p, A_NOT_OWNER);
    heap_clear(&socket->meta_heap);
    socket->meta = term_copy_all(&socket->meta_heap, value);
    return A_OK;
}

static Term join_registry(Process *p, Socket *socket, Term value)
{
    if (value != A_TRUE)
        return invalid_value(p);
    socket_join_registry(socket);
    return A_OK;
}

static Term bad_option(Process *p, int option)
{
    return socket_raise_invalid(p, tuple_2(&p->heap, A_OTP_SOCKET_OPTION, small_int(option)));
}

static bool is_own_option(int option)
{
    return (option >= OPTION_DEBUG && option <= OPTION_USE_REGISTRY && option != OPTION_READ_BUFFER + 1)
        || option == OPTION_DOMAIN;
}

Term socket_set_own_option(Process *p, Socket *socket, int option, Term value)
{
    if (!is_own_option(option) || option == OPTION_HANDLE || option == OPTION_DOMAIN)
        return bad_option(p, option);
    if (!socket_is_open(socket->write_state))
        return socket_failure(p, A_CLOSED);
    switch (option) {
    case OPTION_DEBUG: return set_flag(p, &socket->debug, value);
    case OPTION_WRAP_MESSAGES: return set_flag(p, &socket->wrap_messages, value);
    case OPTION_OWNER: return set_owner(p, socket, value);
    case OPTION_READ_BUFFER: return set_read_buffer(p, socket, value);
    case OPTION_READ_CONTROL: return set_size(p, &socket->read_control_bytes, value);
    case OPTION_WRITE_CONTROL: return set_size(p, &socket->write_control_bytes, value);
    case OPTION_META: return set_meta(p, socket, value);
    default: return join_registry(p, socket, value);
    }
}

static Term read_buffer_term(Heap *heap, const Socket *socket)
{
    Term size = integer_from_u64(heap, socket->read_bytes);

    return socket->read_limit ? tuple_2(heap, small_int(socket->read_limit), size) : size;
}

Term socket_get_own_option(Process *p, Socket *socket, int option)
{
    Heap *heap = &p->heap;

    if (!is_own_option(option))
        return bad_option(p, option);
    if (option == OPTION_USE_REGISTRY)
        return socket_ok(p, atom_bool(socket->registered));
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    switch (option) {
    case OPTION_DEBUG: return socket_ok(p, atom_bool(socket->debug));
    case OPTION_WRAP_MESSAGES: return socket_ok(p, atom_bool(socket->wrap_messages));
    case OPTION_OWNER: return socket_ok(p, socket->owner);
    case OPTION_READ_BUFFER: return socket_ok(p, read_buffer_term(heap, socket));
    case OPTION_READ_CONTROL: return socket_ok(p, integer_from_u64(heap, socket->read_control_bytes));
    case OPTION_WRITE_CONTROL: return socket_ok(p, integer_from_u64(heap, socket->write_control_bytes));
    case OPTION_HANDLE: return socket_ok(p, small_int(socket->handle));
    case OPTION_META: return socket_ok(p, term_copy(heap, socket->meta));
    default: return socket_ok(p, net_domain_term(socket->domain));
    }
}
