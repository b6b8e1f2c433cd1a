/* prim_socket_info.c - what there is: about the module, about one socket, and what this system supports. */
#include "bifs/prim_socket.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/integer.h"

/* --- maps --------------------------------------------------------------------------------------------------------- */

enum { FIELDS_MAX = 32 };

typedef struct Fields {
    Term pairs[2 * FIELDS_MAX];
    size_t count;
} Fields;

static void put(Fields *fields, const char *name, Term value)
{
    assert(fields->count < FIELDS_MAX);
    fields->pairs[2 * fields->count] = atom_from_text(name);
    fields->pairs[2 * fields->count++ + 1] = value;
}

static void put_count(Heap *heap, Fields *fields, const char *name, uint64_t value)
{
    put(fields, name, integer_from_u64(heap, value));
}

static Term map_of(Heap *heap, const Fields *fields) { return map_from_pairs(heap, fields->pairs, fields->count); }

/* --- info --------------------------------------------------------------------------------------------------------- */

static Term open_counts(Heap *heap)
{
    Fields fields = {.count = 0};

    put_count(heap, &fields, "num_cnt_bits", 64);
    put_count(heap, &fields, "num_sockets", (uint64_t)socket_module.open.all);
    put_count(heap, &fields, "num_tdgrams", (uint64_t)socket_module.open.datagrams);
    put_count(heap, &fields, "num_tstreams", (uint64_t)socket_module.open.streams);
    put_count(heap, &fields, "num_tseqpkgs", (uint64_t)socket_module.open.seqpackets);
    put_count(heap, &fields, "num_dlocal", (uint64_t)socket_module.open.local);
    put_count(heap, &fields, "num_dinet", (uint64_t)socket_module.open.inet);
    put_count(heap, &fields, "num_dinet6", (uint64_t)socket_module.open.inet6);
    put_count(heap, &fields, "num_pip", (uint64_t)socket_module.open.ip);
    put_count(heap, &fields, "num_ptcp", (uint64_t)socket_module.open.tcp);
    put_count(heap, &fields, "num_pudp", (uint64_t)socket_module.open.udp);
    put_count(heap, &fields, "num_psctp", (uint64_t)socket_module.open.sctp);
    return map_of(heap, &fields);
}

Term prim_socket_info_0(Process *p, const Term *args)
{
    Fields fields = {.count = 0};

    (void)args;
    put(&fields, "debug", atom_bool(socket_module.debug));
    put(&fields, "socket_debug", atom_bool(socket_module.socket_debug));
    put(&fields, "use_registry", atom_bool(socket_module.use_registry));
    put(&fields, "iow", atom_bool(socket_module.wrap_messages));
    put(&fields, "counters", open_counts(&p->heap));
    put(&fields, "iov_max", small_int(IO_NET_PARTS_MAX));
    return map_of(&p->heap, &fields);
}

static Term states_term(Heap *heap, unsigned state)
{
    static const struct {
        unsigned bit;
        const char *name;
    } states[] = {{SOCKET_BOUND, "bound"}, {SOCKET_LISTENING, "listening"}, {SOCKET_ACCEPTING, "accepting"},
                  {SOCKET_CONNECTING, "connecting"}, {SOCKET_CONNECTED, "connected"}, {SOCKET_SELECTED, "selected"},
                  {SOCKET_CLOSING, "closing"}, {SOCKET_CLOSED, "closed"}};
    Term list = TERM_NIL;

    for (size_t i = ARRAY_SIZE(states); i > 0; i--)
        if (state & states[i - 1].bit)
            list = cons(heap, atom_from_text(states[i - 1].name), list);
    return list;
}

static Term made_from(Heap *heap, const Socket *socket)
{
    if (socket->original <= 0)
        return A_NORMAL;
    return socket->close_handle ? tuple_2(heap, A_FROMFD, small_int(socket->original)) : A_FROMFD;
}

static void put_file_counts(Heap *heap, Fields *fields, const SocketFileCounts *counts)
{
    put_count(heap, fields, "sendfile", counts->calls);
    put_count(heap, fields, "sendfile_byte", counts->bytes);
    put_count(heap, fields, "sendfile_fails", counts->fails);
    put_count(heap, fields, "sendfile_max", counts->max);
    put_count(heap, fields, "sendfile_pkg", counts->packets);
    put_count(heap, fields, "sendfile_pkg_max", counts->packet_max);
    put_count(heap, fields, "sendfile_tries", counts->tries);
    put_count(heap, fields, "sendfile_waits", counts->waits);
}

static Term counters_term(Heap *heap, const Socket *socket)
{
    Fields fields = {.count = 0};

    put_count(heap, &fields, "read_byte", socket->reads.bytes);
    put_count(heap, &fields, "read_fails", socket->reads.fails);
    put_count(heap, &fields, "read_pkg", socket->reads.packets);
    put_count(heap, &fields, "read_pkg_max", socket->reads.packet_max);
    put_count(heap, &fields, "read_tries", socket->reads.tries);
    put_count(heap, &fields, "read_waits", socket->reads.waits);
    put_count(heap, &fields, "write_byte", socket->writes.bytes);
    put_count(heap, &fields, "write_fails", socket->writes.fails);
    put_count(heap, &fields, "write_pkg", socket->writes.packets);
    put_count(heap, &fields, "write_pkg_max", socket->writes.packet_max);
    put_count(heap, &fields, "write_tries", socket->writes.tries);
    put_count(heap, &fields, "write_waits", socket->writes.waits);
    put_count(heap, &fields, "acc_success", socket->accept_successes);
    put_count(heap, &fields, "acc_fails", socket->accept_fails);
    put_count(heap, &fields, "acc_tries", socket->accept_tries);
    put_count(heap, &fields, "acc_waits", socket->accept_waits);
    if (socket->sent_files)
        put_file_counts(heap, &fields, &socket->files);
    return map_of(heap, &fields);
}

static Term queue_length(const SocketQueue *queue)
{
    int64_t count = 0;

    for (const SocketWaiter *waiter = queue->first; waiter; waiter = waiter->next)
        count++;
    return small_int(count);
}

Term prim_socket_info_1(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    Fields fields = {.count = 0};

    if (!socket)
        return raise_badarg(p);
    put(&fields, "domain", net_domain_term(socket->domain));
    put(&fields, "type", net_name_term(&p->heap, io_net_types, socket->type));
    put(&fields, "protocol", small_int(socket->protocol));
    put(&fields, "owner", socket->owner == NO_TERM ? A_UNDEFINED : socket->owner);
    put(&fields, "rstates", states_term(&p->heap, socket->read_state));
    put(&fields, "wstates", states_term(&p->heap, socket->write_state));
    put(&fields, "ctype", made_from(&p->heap, socket));
    put(&fields, "counters", counters_term(&p->heap, socket));
    put(&fields, "num_readers", queue_length(&socket->readers));
    put(&fields, "num_writers", queue_length(&socket->writers));
    put(&fields, "num_acceptors", queue_length(&socket->acceptors));
    return map_of(&p->heap, &fields);
}

/* nif_command(#{command => Flag, data => Boolean}) */
Term prim_socket_command_1(Process *p, const Term *args)
{
    Term command = net_field(args[0], A_COMMAND), data = net_field(args[0], A_DATA);
    bool *flag = NULL;

    if (command == NO_TERM || data == NO_TERM)
        return raise_badarg(p);
    if (command == A_DEBUG)
        flag = &socket_module.debug;
    else if (command == A_USE_REGISTRY)
        flag = &socket_module.use_registry;
    else if (command == atom_from_text("socket_debug"))
        flag = &socket_module.socket_debug;
    if (!flag)
        return socket_raise_invalid(p, tuple_2(&p->heap, A_COMMAND, command));
    if (data != A_TRUE && data != A_FALSE)
        return socket_raise_invalid(p, tuple_2(&p->heap, A_DATA, data));
    *flag = data == A_TRUE;
    return A_OK;
}

/* --- supports ----------------------------------------------------------------------------------------------------- */

/* [{Name, Boolean}], last one first as it is built. */
Term prim_socket_supports_0(Process *p, const Term *args)
{
    static const struct {
        const char *name;
        bool here;
    } features[] = {{"sctp", false}, {"ipv6", true}, {"local", true}, {"netns", true}, {"sendfile", true}};
    Term list = TERM_NIL;

    (void)args;
    for (size_t i = ARRAY_SIZE(features); i > 0; i--)
        list = cons(&p->heap, tuple_2(&p->heap, atom_from_text(features[i - 1].name), atom_bool(features[i - 1].here)),
                    list);
    return list;
}

static Term names_term(Heap *heap, const IoNetName *table)
{
    Term list = TERM_NIL;

    for (const IoNetName *at = table; at->name; at++)
        list = cons(heap, tuple_2(heap, atom_from_text(at->name), small_int(at->number)), list);
    return list;
}

typedef struct Protocols {
    Heap *heap;
    Term list;
} Protocols;

/* {[Name, Alias...], Number} */
static void add_protocol(void *context, int number, const char *name, char *const *aliases)
{
    Protocols *to = context;
    Term names = TERM_NIL;

    for (; *aliases; aliases++)
        names = cons(to->heap, atom_from_text(*aliases), names);
    names = cons(to->heap, atom_from_text(name), names);
    to->list = cons(to->heap, tuple_2(to->heap, names, small_int(number)), to->list);
}

/* The well-known ones stand first: later ones take precedence. */
static Term protocols_term(Heap *heap)
{
    char *no_alias = NULL;
    Protocols all = {heap, TERM_NIL};

    io_net_protocols_each(add_protocol, &all);
    add_protocol(&all, 0, "ip", &no_alias);
    add_protocol(&all, 41, "ipv6", &no_alias);
    add_protocol(&all, 6, "tcp", &no_alias);
    add_protocol(&all, 17, "udp", &no_alias);
    return all.list;
}

/* {Level, [{Name, Number} | Name]}: a name alone for what is not on this system. */
static Term level_term(Heap *heap, const IoNetLevel *level)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < level->count; i++) {
        const IoNetOption *option = &level->options[i];
        Term name = atom_from_text(option->name);

        list = cons(heap, option->set || option->get ? tuple_2(heap, name, small_int(option->number)) : name, list);
    }
    return tuple_2(heap, socket_level_term(level->number), list);
}

static Term options_term(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < io_net_level_count; i++)
        list = cons(heap, level_term(heap, &io_net_levels[i]), list);
    return list;
}

Term prim_socket_supports_1(Process *p, const Term *args)
{
    if (args[0] == atom_from_text("msg_flags"))
        return names_term(&p->heap, io_net_message_flags);
    if (args[0] == atom_from_text("protocols"))
        return protocols_term(&p->heap);
    if (args[0] == atom_from_text("ioctl_requests"))
        return names_term(&p->heap, io_net_ioctl_requests);
    if (args[0] == atom_from_text("ioctl_flags"))
        return names_term(&p->heap, io_net_ioctl_flags);
    return args[0] == A_OPTIONS ? options_term(&p->heap) : TERM_NIL;
}
