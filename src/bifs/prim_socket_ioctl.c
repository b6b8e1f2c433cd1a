/* prim_socket_ioctl.c - prim_socket's ioctl: about network interfaces. */
#include "bifs/prim_socket.h"
#include "io/io_net_ioctl.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

/* The socket of a call with its request, or what the call returns. */
static Socket *start(Process *p, const Term *args, uint64_t *request, Term *answer)
{
    Socket *socket = socket_get(args[0]);

    *answer = NO_TERM;
    if (!socket || !is_integer(args[1]) || !integer_to_u64(args[1], request)) {
        *answer = raise_badarg(p);
        return NULL;
    }
    if (socket_is_open(socket->read_state))
        return socket;
    *answer = socket_failure(p, A_CLOSED);
    return NULL;
}

static Term not_supported(Process *p) { return net_error(p, IO_ENOTSUP); }

/* --- all interfaces ----------------------------------------------------------------------------------------------- */

typedef struct Interfaces {
    Heap *heap;
    Term list;
} Interfaces;

static void add_interface(void *context, const char *name, const void *address)
{
    Interfaces *to = context;
    const Term pairs[] = {A_NAME, list_from_text(to->heap, name), A_ADDR, net_address_term(to->heap, address, 0)};

    to->list = cons(to->heap, map_from_pairs(to->heap, pairs, 2), to->list);
}

/* nif_ioctl(Socket, Request) */
Term prim_socket_ioctl_2(Process *p, const Term *args)
{
    Interfaces found = {&p->heap, TERM_NIL};
    uint64_t request;
    Term answer, list = TERM_NIL;
    Socket *socket = start(p, args, &request, &answer);
    int code;

    if (!socket)
        return answer;
    if (io_net_ioctl_kind(request, false) != IO_NET_IOCTL_NAMES)
        return not_supported(p);
    code = io_net_ioctl_each(socket->handle, add_interface, &found);
    if (code < 0)
        return net_error(p, code);
    for (; is_cons(found.list); found.list = list_tail(found.list))
        list = cons(&p->heap, list_head(found.list), list);
    return socket_ok(p, list);
}

/* --- one interface ------------------------------------------------------------------------------------------------ */

/* Names of the flags that are set, what has none as a number. */
static Term flags_term(Heap *heap, int64_t flags)
{
    Term names[48];
    size_t count = 0;

    for (const IoNetName *at = io_net_ioctl_flags; at->name && flags; at++) {
        if (at->number && (flags & at->number) == at->number) {
            flags &= ~at->number;
            names[count++] = atom_from_text(at->name);
        }
    }
    if (flags)
        names[count++] = small_int(flags);
    return list_from(heap, count, names, TERM_NIL);
}

/* #{family => Hardware type, addr => Bytes} */
static Term hardware_term(Heap *heap, const IoNetIoctlValue *value)
{
    const Term pairs[] = {A_FAMILY, net_name_term(heap, io_net_hardware_types, value->number),
                          A_ADDR, bits_new(heap, value->hardware, sizeof value->hardware)};

    return map_from_pairs(heap, pairs, 2);
}

static Term map_term(Heap *heap, const uint64_t *map)
{
    static const char *const names[] = {"mem_start", "mem_end", "base_addr", "irq", "dma", "port"};
    Term pairs[2 * ARRAY_SIZE(names)];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        pairs[2 * i] = atom_from_text(names[i]);
        pairs[2 * i + 1] = integer_from_u64(heap, map[i]);
    }
    return map_from_pairs(heap, pairs, ARRAY_SIZE(names));
}

static Term value_term(Heap *heap, IoNetIoctlKind kind, const IoNetIoctlValue *value)
{
    switch (kind) {
    case IO_NET_IOCTL_NAME: return list_from_text(heap, value->name);
    case IO_NET_IOCTL_FLAGS: return flags_term(heap, value->number);
    case IO_NET_IOCTL_ADDRESS: return net_address_term(heap, value->address.bytes, 0);
    case IO_NET_IOCTL_HARDWARE: return hardware_term(heap, value);
    case IO_NET_IOCTL_MAP: return map_term(heap, value->map);
    default: return small_int(value->number);
    }
}

/* nif_ioctl(Socket, Request, Name or number) */
Term prim_socket_ioctl_3(Process *p, const Term *args)
{
    IoNetIoctlValue value = {0};
    char name[IO_NET_INTERFACE_NAME] = "";
    uint64_t request;
    Term answer;
    Socket *socket = start(p, args, &request, &answer);
    IoNetIoctlKind kind;
    int number, code;

    if (!socket)
        return answer;
    kind = io_net_ioctl_kind(request, false);
    if (kind == IO_NET_IOCTL_NONE || kind == IO_NET_IOCTL_NAMES)
        return not_supported(p);
    if (kind == IO_NET_IOCTL_NAME ? !net_int_get(args[2], &number) : !net_text_get(args[2], name, sizeof name))
        return raise_badarg(p);
    value.number = kind == IO_NET_IOCTL_NAME ? number : 0;
    code = io_net_ioctl_get(socket->handle, request, name, &value);
    return code < 0 ? net_error(p, code) : socket_ok(p, value_term(&p->heap, kind, &value));
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

/* #{Flag => true | false}, flags as numbers: what else is set stays. */
static bool change_flags(Term changes, int64_t *flags)
{
    MapIterator it;
    Term key, value;
    int flag;

    if (!is_map(changes))
        return false;
    map_iterate(&it, changes);
    while (map_next(&it, &key, &value)) {
        if (!net_int_get(key, &flag))
            return false;
        *flags = value == A_TRUE ? *flags | flag : *flags & ~(int64_t)flag;
    }
    return true;
}

static Term set_flags(Process *p, Socket *socket, uint64_t request, const char *name, Term changes)
{
    IoNetIoctlValue value = {0};
    int64_t get;
    int code;

    io_net_number_of(io_net_ioctl_requests, "gifflags", &get);
    code = io_net_ioctl_get(socket->handle, (uint64_t)get, name, &value);
    if (code < 0)
        return net_error(p, code);
    if (!change_flags(changes, &value.number))
        return raise_badarg(p);
    code = io_net_ioctl_set(socket->handle, request, name, &value);
    return code < 0 ? net_error(p, code) : A_OK;
}

/* nif_ioctl(Socket, Request, Name, Value) */
Term prim_socket_ioctl_4(Process *p, const Term *args)
{
    IoNetIoctlValue value = {0};
    char name[IO_NET_INTERFACE_NAME];
    uint64_t request;
    Term answer;
    Socket *socket = start(p, args, &request, &answer);
    IoNetIoctlKind kind;
    int number, code;

    if (!socket)
        return answer;
    kind = io_net_ioctl_kind(request, true);
    if (kind == IO_NET_IOCTL_NONE)
        return not_supported(p);
    if (!net_text_get(args[2], name, sizeof name))
        return raise_badarg(p);
    if (kind == IO_NET_IOCTL_FLAGS)
        return set_flags(p, socket, request, name, args[3]);
    if (kind == IO_NET_IOCTL_ADDRESS && !net_address_get(args[3], &value.address))
        return socket_invalid(p, A_SOCKADDR);
    if (kind == IO_NET_IOCTL_NUMBER) {
        if (!net_int_get(args[3], &number)) {
            const char *what = io_net_name_of(io_net_ioctl_requests, (int64_t)request);

            return socket_invalid(p, atom_from_text(what + 3));     /* behind "sif" */
        }
        value.number = number;
    }
    code = io_net_ioctl_set(socket->handle, request, name, &value);
    return code < 0 ? net_error(p, code) : A_OK;
}
