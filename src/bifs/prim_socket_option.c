/* prim_socket_option.c - setopt and getopt of the options that the system has. */
#include <string.h>

#include "bifs/prim_socket.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

enum { FILTER_SOURCES_MAX = 4096, VALUE_BYTES_MAX = 1 << 20 };

Term socket_level_term(int level) { return level == io_net_socket_level ? A_SOCKET : small_int(level); }

bool socket_level_get(Term t, int *level)
{
    if (t != A_SOCKET)
        return net_int_get(t, level);
    *level = io_net_socket_level;
    return true;
}

static bool get_bool(Term t, int64_t *number)
{
    *number = t == A_TRUE;
    return t == A_TRUE || t == A_FALSE;
}

static bool get_i32(Term t, int64_t *number)
{
    int value;

    if (!net_int_get(t, &value))
        return false;
    *number = value;
    return true;
}

/* --- values as records -------------------------------------------------------------------------------------------- */

static bool get_hops(Term t, int64_t *number)
{
    if (t != A_DEFAULT)
        return get_i32(t, number) && *number >= 0 && *number <= UINT8_MAX;
    *number = -1;
    return true;
}

/* #{onoff => Boolean, linger => Seconds} or abort */
static bool get_linger(Term t, IoNetRecord *record)
{
    Term on = net_field(t, A_ONOFF), seconds = net_field(t, A_LINGER);

    if (on == NO_TERM || seconds == NO_TERM) {
        record->numbers[0] = 1;
        return t == A_ABORT;
    }
    return get_bool(on, &record->numbers[0]) && get_i32(seconds, &record->numbers[1]) && record->numbers[1] >= 0;
}

static bool get_membership(Term t, IoNetRecord *record)
{
    Term group = net_field(t, A_MULTIADDR), interface = net_field(t, A_INTERFACE);

    return group != NO_TERM && interface != NO_TERM && net_inet_get(group, record->addresses[0])
        && net_inet_get(interface, record->addresses[1]);
}

static bool get_membership6(Term t, IoNetRecord *record)
{
    Term group = net_field(t, A_MULTIADDR), interface = net_field(t, A_INTERFACE);
    uint32_t number;

    if (group == NO_TERM || interface == NO_TERM || !net_inet6_get(group, record->addresses[0])
        || !net_uint_get(interface, &number))
        return false;
    record->numbers[0] = number;
    return true;
}

static bool get_source(Term t, IoNetRecord *record)
{
    Term source = net_field(t, A_SOURCEADDR);

    return get_membership(t, record) && source != NO_TERM && net_inet_get(source, record->addresses[2]);
}

static bool get_record(IoNetKind kind, Term t, IoNetRecord *record)
{
    int64_t *number = &record->numbers[0];
    int domain;

    memset(record, 0, sizeof *record);
    switch (kind) {
    case IO_NET_BOOL: return get_bool(t, number);
    case IO_NET_HOPS: return get_hops(t, number);
    case IO_NET_SERVICE: return net_name_get(io_net_services, t, number) || get_i32(t, number);
    case IO_NET_PATH_MTU: return net_name_get(io_net_path_mtu_modes, t, number) || get_i32(t, number);
    case IO_NET_DOMAIN:
        if (!net_domain_get(t, &domain))
            return false;
        *number = domain;
        return true;
    case IO_NET_LINGER: return get_linger(t, record);
    case IO_NET_INET_ADDRESS: return net_inet_get(t, record->addresses[0]);
    case IO_NET_MEMBERSHIP: return get_membership(t, record);
    case IO_NET_MEMBERSHIP6: return get_membership6(t, record);
    case IO_NET_SOURCE: return get_source(t, record);
    default: return get_i32(t, number);
    }
}

static Term record_term(Heap *heap, const Socket *socket, IoNetKind kind, const IoNetRecord *record)
{
    int64_t number = record->numbers[0];
    const Term linger[] = {A_ONOFF, atom_bool(number != 0), A_LINGER, small_int((int32_t)record->numbers[1])};

    switch (kind) {
    case IO_NET_BOOL: return atom_bool(number != 0);
    case IO_NET_SERVICE: return socket_service_term(heap, number);
    case IO_NET_PATH_MTU: return net_name_term(heap, io_net_path_mtu_modes, number);
    case IO_NET_DOMAIN: return net_domain_term((int)number);
    case IO_NET_TYPE: return net_name_term(heap, io_net_types, number);
    case IO_NET_PROTOCOL:
        return number == 0 && io_net_family(socket->domain) == IO_NET_LOCAL ? A_DEFAULT : small_int(number);
    case IO_NET_LINGER: return map_from_pairs(heap, linger, 2);
    case IO_NET_INET_ADDRESS: return net_inet_term(heap, record->addresses[0]);
    default: return small_int(number);
    }
}

/* --- setopt ------------------------------------------------------------------------------------------------------- */

static Term set_outcome(Process *p, Socket *socket, int level, int option, const void *value, size_t size)
{
    int code = io_net_option_set(socket->handle, level, option, value, size);

    return code < 0 ? net_error(p, code) : A_OK;
}

/* A list of characters, not all too many of them. */
static Term set_text(Process *p, Socket *socket, int level, const IoNetOption *option, Term value)
{
    char text[IO_NET_TEXT_BYTES];
    ptrdiff_t length = is_list(value) ? list_length(value) : -1;
    size_t room = option->set == IO_NET_DEVICE ? IO_NET_TEXT_BYTES - 1 : IO_NET_TEXT_BYTES;

    if (length < 0 || (size_t)length >= room || !net_text_get(value, text, sizeof text))
        return socket_invalid(p, A_VALUE);
    return set_outcome(p, socket, level, option->number, text, (size_t)length);
}

/* The sources of a filter; null: they are none. */
static uint8_t *get_sources(Term list, size_t *count)
{
    ptrdiff_t length = is_list(list) ? list_length(list) : -1;
    uint8_t *sources;

    if (length < 0 || length > FILTER_SOURCES_MAX)
        return NULL;
    sources = mem_alloc(MEM_IO, (size_t)length * 4 + 1);
    for (*count = 0; *count < (size_t)length; list = list_tail(list), ++*count) {
        if (!net_inet_get(list_head(list), sources + *count * 4)) {
            mem_free(MEM_IO, sources);
            return NULL;
        }
    }
    return sources;
}

/* #{multiaddr, interface, mode => include | exclude, slist => [Address]} or null */
static Term set_filter(Process *p, Socket *socket, int level, int option, Term value)
{
    Term mode = net_field(value, A_MODE);
    IoNetRecord record;
    uint8_t *sources, *filter;
    size_t count;
    Term result;

    if (value == A_NULL)
        return set_outcome(p, socket, level, option, NULL, 0);
    if ((mode != A_INCLUDE && mode != A_EXCLUDE) || !get_membership(value, &record))
        return socket_invalid(p, A_VALUE);
    sources = get_sources(net_field(value, A_SLIST), &count);
    if (!sources)
        return socket_invalid(p, A_VALUE);
    filter = mem_alloc(MEM_IO, io_net_filter_bytes(count));
    io_net_filter_pack(filter, record.addresses[0], record.addresses[1], mode == A_INCLUDE, sources, count);
    result = set_outcome(p, socket, level, option, filter, io_net_filter_bytes(count));
    mem_free(MEM_IO, filter);
    mem_free(MEM_IO, sources);
    return result;
}

static Term set_known(Process *p, Socket *socket, int level, int number, Term value)
{
    const IoNetOption *option = io_net_option_find(level, number);
    uint8_t packed[IO_NET_RECORD_BYTES];
    IoNetRecord record;

    if (!option || !option->set)
        return socket_invalid(p, A_SOCKET_OPTION);
    if (option->set == IO_NET_TEXT || option->set == IO_NET_DEVICE)
        return set_text(p, socket, level, option, value);
    if (option->set == IO_NET_FILTER)
        return set_filter(p, socket, level, number, value);
    if (!get_record(option->set, value, &record))
        return socket_invalid(p, A_VALUE);
    return set_outcome(p, socket, level, number, packed, io_net_pack(option->set, &record, packed));
}

static Term set_native(Process *p, Socket *socket, int level, int number, Term value)
{
    NetBytes bytes;
    int64_t wide;
    Term result;
    int integer;

    if (net_bytes_get(value, &bytes)) {
        result = set_outcome(p, socket, level, number, bytes.bytes, MIN(bytes.size, VALUE_BYTES_MAX));
        net_bytes_free(&bytes);
        return result;
    }
    if (!get_i32(value, &wide) && !get_bool(value, &wide))
        return socket_error_invalid(p, A_VALUE);
    integer = (int)wide;
    return set_outcome(p, socket, level, number, &integer, sizeof integer);
}

/* nif_setopt(Socket, Level, Option, Value, 0 | 1: the value is the system's own) */
Term prim_socket_setopt_5(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    int level, number, native;

    if (!socket || !net_int_get(args[4], &native))
        return raise_badarg(p);
    if (!net_int_get(args[2], &number))
        return socket_bad_integer(p, args[2]);
    if (args[1] == A_OTP)
        return native ? raise_badarg(p) : socket_set_own_option(p, socket, number, args[3]);
    if (!socket_level_get(args[1], &level))
        return socket_bad_integer(p, args[1]);
    if (!socket_is_open(socket->write_state))
        return socket_failure(p, A_CLOSED);
    return native ? set_native(p, socket, level, number, args[3]) : set_known(p, socket, level, number, args[3]);
}

/* --- getopt ------------------------------------------------------------------------------------------------------- */

static Term get_text(Process *p, Socket *socket, int level, const IoNetOption *option)
{
    uint8_t text[IO_NET_TEXT_BYTES] = {0};
    size_t size = sizeof text;
    int code = io_net_option_get(socket->handle, level, option->number, text, &size);

    if (code < 0)
        return net_error(p, code);
    if (option->get == IO_NET_TEXT && size > 0 && text[size - 1] == 0)
        size--;
    return socket_ok(p, list_from_bytes(&p->heap, text, size, TERM_NIL));
}

static Term get_controls(Process *p, Socket *socket, int level, int number)
{
    size_t size = MIN(socket->read_control_bytes, VALUE_BYTES_MAX);
    uint8_t *bytes = mem_alloc_zero(MEM_IO, size);
    int code = io_net_option_get(socket->handle, level, number, bytes, &size);
    Term result = code < 0 ? net_error(p, code) : socket_ok(p, socket_controls_term(&p->heap, bytes, size));

    mem_free(MEM_IO, bytes);
    return result;
}

static Term get_value(Process *p, Socket *socket, int level, int number, IoNetKind kind)
{
    uint8_t packed[IO_NET_RECORD_BYTES] = {0};
    size_t size = kind == IO_NET_LINGER ? sizeof packed : sizeof(int);
    IoNetRecord record;
    int code = io_net_option_get(socket->handle, level, number, packed, &size);

    if (code < 0)
        return net_error(p, code);
    io_net_unpack(kind, packed, sizeof packed, &record);
    return socket_ok(p, record_term(&p->heap, socket, kind, &record));
}

static Term get_known(Process *p, Socket *socket, int level, int number)
{
    const IoNetOption *option = io_net_option_find(level, number);

    if (!option || !option->get)
        return socket_invalid(p, A_SOCKET_OPTION);
    if (option->get == IO_NET_TEXT || option->get == IO_NET_DEVICE)
        return get_text(p, socket, level, option);
    if (option->get == IO_NET_CONTROL_MESSAGES)
        return get_controls(p, socket, level, number);
    return get_value(p, socket, level, number, option->get);
}

/* As many bytes as `size` says, which begin as those of `start` do. */
static Term get_bytes(Process *p, Socket *socket, int level, int number, size_t size, const uint8_t *start)
{
    uint8_t *bytes;
    int code;
    Term result;

    if (size > VALUE_BYTES_MAX)
        return net_error(p, IO_ENOMEM);
    bytes = mem_alloc_zero(MEM_IO, size);
    if (start)
        memcpy(bytes, start, size);
    code = io_net_option_get(socket->handle, level, number, bytes, &size);
    result = code < 0 ? net_error(p, code) : socket_ok(p, bits_new(&p->heap, bytes, size));
    mem_free(MEM_IO, bytes);
    return result;
}

static Term get_native(Process *p, Socket *socket, int level, int number, Term spec)
{
    size_t none = 0;
    BitsBytes start;
    Term result;
    int size;

    if (spec == A_INTEGER)
        return get_value(p, socket, level, number, IO_NET_INT);
    if (spec == A_BOOLEAN)
        return get_value(p, socket, level, number, IO_NET_BOOL);
    if (spec == SMALL(0)) {
        int code = io_net_option_get(socket->handle, level, number, NULL, &none);

        return code < 0 ? net_error(p, code) : A_OK;
    }
    if (net_int_get(spec, &size))
        return get_bytes(p, socket, level, number, (uint32_t)size, NULL);
    if (!bits_bytes_get(spec, &start))
        return socket_invalid(p, A_VALUE);
    result = get_bytes(p, socket, level, number, start.size, start.bytes);
    bits_bytes_free(&start);
    return result;
}

/* `spec`: how to take the value; NO_TERM: as this VM knows it. */
static Term get_option(Process *p, const Term *args, Term spec)
{
    Socket *socket = socket_get(args[0]);
    int level, number;

    if (!socket)
        return raise_badarg(p);
    if (!net_int_get(args[2], &number))
        return socket_bad_integer(p, args[2]);
    if (args[1] == A_OTP && spec == NO_TERM)
        return socket_get_own_option(p, socket, number);
    if (!socket_level_get(args[1], &level))
        return socket_bad_integer(p, args[1]);
    if (!socket_is_open(socket->read_state))
        return socket_failure(p, A_CLOSED);
    return spec == NO_TERM ? get_known(p, socket, level, number) : get_native(p, socket, level, number, spec);
}

Term prim_socket_getopt_3(Process *p, const Term *args) { return get_option(p, args, NO_TERM); }
Term prim_socket_getopt_4(Process *p, const Term *args) { return get_option(p, args, args[3]); }
