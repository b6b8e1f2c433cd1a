/* native_prim_net.c - prim_net: names of hosts, and network interfaces.
 *
 * Questions that may go to a name server are asked by a worker; only the caller waits. */
#include <string.h>

#include "bifs/native_modules.h"
#include "bifs/net_terms.h"
#include "io/io_net_interface.h"
#include "io/io_platform.h"
#include "io/io_worker.h"
#include "vm/base/mem.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/atom.h"
#include "vm/term/ref.h"

enum { TEXT_MAX = 1024, NAMESPACE_PATH_MAX = 4096 };

static bool debug;

static Term ok(Process *p, Term value) { return tuple_2(&p->heap, A_OK, value); }
static Term failed(Process *p, const char *why) { return tuple_2(&p->heap, A_ERROR, atom_from_text(why)); }

static Term reversed(Heap *heap, Term list)
{
    Term result = TERM_NIL;

    for (; is_cons(list); list = list_tail(list))
        result = cons(heap, list_head(list), result);
    return result;
}

/* --- info and command --------------------------------------------------------------------------------------------- */

static Term info_0(Process *p, const Term *args)
{
    const Term pairs[] = {A_DEBUG, atom_bool(debug)};

    (void)args;
    return map_from_pairs(&p->heap, pairs, 1);
}

/* nif_command({debug, Boolean}) */
static Term command_1(Process *p, const Term *args)
{
    if (!is_tuple_of(args[0], 2) || tuple_element(args[0], 1) != A_DEBUG)
        return net_error(p, IO_EINVAL);
    if (tuple_element(args[0], 2) != A_TRUE && tuple_element(args[0], 2) != A_FALSE)
        return net_error(p, IO_EINVAL);
    debug = tuple_element(args[0], 2) == A_TRUE;
    return A_OK;
}

static Term gethostname_0(Process *p, const Term *args)
{
    char name[256];

    (void)args;
    if (!io_platform_host_name(name, sizeof name))
        return net_error(p, IO_ENAMETOOLONG);
    return ok(p, list_from_text(&p->heap, name));
}

/* --- questions for workers ---------------------------------------------------------------------------------------- */

typedef struct Question {
    IoJob job;                          /* first */
    Term caller;
    bool done;
    const char *failure;                /* null: answered */
    /* Of an address: its names. */
    IoNetAddress address;
    int flags;
    char host[IO_NET_HOST_NAME], service[IO_NET_SERVICE_NAME];
    /* Of names: the addresses. */
    char *asked_host, *asked_service;   /* null: not asked for */
    IoNetHostAddress *addresses;
    size_t count;
    Term (*answer)(Process *p, const struct Question *question);
} Question;

static void question_destroy(Binary *binary)
{
    Question *question = (void *)binary->data;

    mem_free(MEM_IO, question->asked_host);
    mem_free(MEM_IO, question->asked_service);
    io_net_addresses_free(question->addresses);
}

static Binary *binary_of(Question *question) { return CONTAINER_OF((uint8_t *)question, Binary, data); }

static void question_done(IoJob *job)
{
    Question *question = (Question *)job;
    Process *caller = process_find(question->caller);

    question->done = true;
    if (caller)
        process_wake(caller);
    binary_release(binary_of(question));
}

static Term finish_1(Process *p, const Term *args);

static TrapBif finish = TRAP_BIF(finish_1, A_ERLANG, A_SOCKET, 1, 1);

static Term finish_1(Process *p, const Term *args)
{
    Question *question = magic_ref_data(args[0], question_destroy);

    if (!question->done)
        return wait_for_wake(p, &finish, args);
    return question->failure ? failed(p, question->failure) : question->answer(p, question);
}

static Question *question_new(void) { return (void *)binary_new_magic(sizeof(Question), question_destroy)->data; }

/* The worker holds one reference, the waiting process the other. */
static Term ask(Process *p, Question *question, void (*work)(IoJob *job))
{
    Term reference = magic_ref_new(&p->heap, binary_keep(binary_of(question)));

    question->job = (IoJob){.work = work, .done = question_done};
    question->caller = p->pid;
    io_worker_submit_long(&question->job);
    return wait_for_wake(p, &finish, &reference);
}

/* --- getnameinfo -------------------------------------------------------------------------------------------------- */

static void find_names(IoJob *job)
{
    Question *question = (Question *)job;

    question->failure = io_net_name_info(&question->address, question->flags, question->host, question->service);
}

static Term names_term(Process *p, const Question *question)
{
    const Term pairs[] = {A_HOST, list_from_text(&p->heap, question->host),
                          A_SERVICE, list_from_text(&p->heap, question->service)};

    return ok(p, map_from_pairs(&p->heap, pairs, 2));
}

static bool get_flags(Term list, int *flags)
{
    int64_t flag;

    *flags = 0;
    if (list == A_UNDEFINED)
        return true;
    if (!is_list(list))
        return false;
    for (; is_cons(list); list = list_tail(list)) {
        if (!net_name_get(io_net_name_info_flags, list_head(list), &flag))
            return false;
        *flags |= (int)flag;
    }
    return true;
}

/* nif_getnameinfo(Address, Flags) -> {ok, #{host, service}} */
static Term getnameinfo_2(Process *p, const Term *args)
{
    IoNetAddress address;
    Question *question;
    int flags;

    if (!net_address_get(args[0], &address))
        return net_error(p, IO_EINVAL);
    if (!get_flags(args[1], &flags))
        return raise_badarg(p);
    question = question_new();
    question->address = address;
    question->flags = flags;
    question->answer = names_term;
    return ask(p, question, find_names);
}

/* --- getaddrinfo -------------------------------------------------------------------------------------------------- */

static void find_addresses(IoJob *job)
{
    Question *question = (Question *)job;

    question->failure = io_net_address_info(question->asked_host, question->asked_service, &question->addresses,
                                            &question->count);
}

static Term addresses_term(Process *p, const Question *question)
{
    Heap *heap = &p->heap;
    Term list = TERM_NIL;

    for (size_t i = question->count; i > 0; i--) {
        const IoNetHostAddress *one = &question->addresses[i - 1];
        const Term pairs[] = {A_FAMILY, net_domain_term(one->family),
                              A_TYPE, net_name_term(heap, io_net_types, one->type),
                              A_PROTOCOL, small_int(one->protocol),
                              A_ADDR, net_address_term(heap, one->address.bytes, one->address.size)};

        list = cons(heap, map_from_pairs(heap, pairs, 4), list);
    }
    return ok(p, list);
}

/* A name, or null for `undefined`. False: it is neither. */
static bool get_name(Term t, char **name)
{
    ptrdiff_t length;

    *name = NULL;
    if (t == A_UNDEFINED)
        return true;
    length = is_list(t) ? list_length(t) : -1;
    if (length < 0 || length > TEXT_MAX)
        return false;
    *name = mem_alloc(MEM_IO, (size_t)length + 1);
    return net_text_get(t, *name, (size_t)length + 1);
}

/* nif_getaddrinfo(Host, Service, Hints) -> {ok, [#{family, type, protocol, addr}]} */
static Term getaddrinfo_3(Process *p, const Term *args)
{
    Question *question = question_new();

    question->answer = addresses_term;
    if (get_name(args[0], &question->asked_host) && get_name(args[1], &question->asked_service)
        && (question->asked_host || question->asked_service))
        return ask(p, question, find_addresses);
    binary_release(binary_of(question));
    return raise_badarg(p);
}

/* --- interfaces --------------------------------------------------------------------------------------------------- */

typedef struct List {
    Heap *heap;
    Term list;                          /* last one first */
} List;

static Term flags_term(Heap *heap, unsigned flags)
{
    Term list = TERM_NIL;

    for (const IoNetName *at = io_net_interface_flags; at->name; at++)
        if (flags & at->number)
            list = cons(heap, atom_from_text(at->name), list);
    return reversed(heap, list);
}

static void add_interface(void *context, const IoNetInterface *interface)
{
    List *to = context;
    const struct {
        const char *key;
        const void *address;
    } addresses[] = {{"addr", interface->address}, {"netmask", interface->mask}, {"broadaddr", interface->broadcast},
                     {"dstaddr", interface->other_end}};
    Term pairs[2 * (2 + ARRAY_SIZE(addresses))] = {A_NAME, list_from_text(to->heap, interface->name),
                                                   A_FLAGS, flags_term(to->heap, interface->flags)};
    size_t count = 2;

    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        if (!addresses[i].address)
            continue;
        pairs[2 * count] = atom_from_text(addresses[i].key);
        pairs[2 * count++ + 1] = net_address_term(to->heap, addresses[i].address, 0);
    }
    to->list = cons(to->heap, map_from_pairs(to->heap, pairs, count), to->list);
}

/* nif_getifaddrs(#{} | #{netns => Path}) */
static Term getifaddrs_1(Process *p, const Term *args)
{
    Term namespace = net_field(args[0], A_NETNS);
    char path[NAMESPACE_PATH_MAX];
    List found = {&p->heap, TERM_NIL};
    int code;

    if (!is_map(args[0]))
        return raise_badarg(p);
    if (map_size(args[0]) != 1)
        namespace = NO_TERM;
    if (namespace != NO_TERM && (!net_text_get(namespace, path, sizeof path) || !path[0]))
        return raise_badarg(p);
    code = io_net_interfaces_each(namespace == NO_TERM ? NULL : path, add_interface, &found);
    return code < 0 ? net_error(p, code) : ok(p, reversed(&p->heap, found.list));
}

static Term if_name2index_1(Process *p, const Term *args)
{
    char name[64];
    int number;

    if (!net_text_get(args[0], name, sizeof name) || strlen(name) > 16)
        return net_error(p, IO_EINVAL);
    number = io_net_interface_number(name);
    return number < 0 ? net_error(p, number) : ok(p, small_int(number));
}

static Term if_index2name_1(Process *p, const Term *args)
{
    char name[17];
    uint32_t number;

    if (!net_uint_get(args[0], &number))
        return raise_badarg(p);
    return io_net_interface_name(number, name) ? ok(p, list_from_text(&p->heap, name)) : net_error(p, IO_ENXIO);
}

static void add_name(void *context, uint32_t number, const char *name)
{
    List *to = context;

    to->list = cons(to->heap, tuple_2(to->heap, small_int(number), list_from_text(to->heap, name)), to->list);
}

static Term if_names_0(Process *p, const Term *args)
{
    List found = {&p->heap, TERM_NIL};
    int code = io_net_interface_names_each(add_name, &found);

    (void)args;
    return code < 0 ? net_error(p, code) : ok(p, reversed(&p->heap, found.list));
}

/* Of other systems. */
static Term not_here(Process *p, const Term *args)
{
    (void)args;
    return raise_notsup(p);
}

static const NativeFunction functions[] = {
    {"nif_info", 0, info_0},
    {"nif_command", 1, command_1},
    {"nif_gethostname", 0, gethostname_0},
    {"nif_getnameinfo", 2, getnameinfo_2},
    {"nif_getaddrinfo", 3, getaddrinfo_3},
    {"nif_getifaddrs", 1, getifaddrs_1},
    {"nif_get_adapters_addresses", 1, not_here},
    {"nif_get_if_entry", 1, not_here},
    {"nif_get_interface_info", 1, not_here},
    {"nif_get_ip_address_table", 1, not_here},
    {"nif_if_name2index", 1, if_name2index_1},
    {"nif_if_index2name", 1, if_index2name_1},
    {"nif_if_names", 0, if_names_0},
    {NULL, 0, NULL}};

const NativeModule native_prim_net = {"prim_net", functions, NULL};
