/* inet_gethost_driver.c - OTP's program inet_gethost without a process: names of hosts are asked for on threads.
 *
 * Requests and replies are packets of 4 bytes of length. A request: serial number (32 bits), operation, protocol, then a
 * name that ends in NUL, or an address. A reply: serial number, bytes per address (0: then comes the name of an error),
 * their number (32 bits), addresses, number of names (32 bits), names. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_env.h"
#include "io/io_host.h"
#include "io/io_process.h"
#include "io/io_worker.h"
#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/base/reader.h"
#include "vm/base/text.h"
#include "vm/term/iolist.h"

enum { OPERATION_BY_NAME = 1, OPERATION_BY_ADDRESS = 2, OPERATION_CANCEL = 3, OPERATION_CONTROL = 4 };
enum { PROTOCOL_INET = 1, PROTOCOL_INET6 = 2 };
enum { CONTROL_DEBUG_LEVEL = 0, NO_SERIAL = -1, SMALLEST_REQUEST = 5, FAILED_STATUS = 1 };

typedef struct Resolver Resolver;

typedef struct Lookup {
    IoJob job;                       /* first */
    struct Lookup *next;             /* waiting or running, oldest first */
    Resolver *resolver;              /* null: nobody wants the answer any more */
    uint32_t serial;
    uint8_t operation;
    uint8_t address_size;
    IoHostResult result;
    IoHost host;
    uint8_t asked[];                 /* the name, ending in NUL, or the address */
} Lookup;

struct Resolver {
    Port *port;
    Lookup *waiting, *running;
    uint32_t running_count, running_max;
    int debug_level;
    bool wants_status, ended;
};

/* --- complaints ------------------------------------------------------------------------------------------------------ */

static void PRINTF_LIKE(2, 3) complain(const char *kind, const char *format, ...)
{
    char text[256];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    fprintf(stderr, "inet_gethost[%lld]%s%s\r\n", (long long)io_process_own_id(), kind, text);
}

/* The program would end. */
static void end(Resolver *resolver, int status)
{
    Heap heap = {0};

    resolver->ended = true;
    if (resolver->wants_status)
        port_deliver(resolver->port, &heap, tuple_2(&heap, A_EXIT_STATUS, small_int(status)));
    port_input_ended(resolver->port);
}

/* --- replies --------------------------------------------------------------------------------------------------------- */

static void put_32(Text *out, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

    text_add(out, bytes, sizeof bytes);
}

static const char *error_text(IoHostResult result)
{
    switch (result) {
    case IO_HOST_NOT_FOUND: return "notfound";
    case IO_HOST_TRY_AGAIN: return "try_again";
    case IO_HOST_NO_RECOVERY: return "no_recovery";
    case IO_HOST_NO_DATA: return "no_data";
    case IO_HOST_NOT_SUPPORTED: return "enotsup";
    default: return "netdb_internal";
    }
}

static void reply(const Resolver *resolver, const Lookup *lookup)
{
    const IoHost *host = &lookup->host;
    Text out = {0};

    put_32(&out, lookup->serial);
    if (lookup->result == IO_HOST_FOUND) {
        text_add_byte(&out, (char)lookup->address_size);
        put_32(&out, host->address_count);
        text_add(&out, host->addresses, (size_t)host->address_count * lookup->address_size);
        put_32(&out, host->name_count);
        text_add(&out, host->names, host->names_size);
    } else {
        const char *text = error_text(lookup->result);

        text_add_byte(&out, 0);
        text_add(&out, text, strlen(text) + 1);
    }
    if (resolver->debug_level > 0)
        complain(" (DEBUG):", "reply to %u: %u addresses, %u names", lookup->serial, host->address_count, host->name_count);
    port_deliver_data(resolver->port, (const uint8_t *)out.bytes, out.size);
    text_free(&out);
}

/* --- lookups --------------------------------------------------------------------------------------------------------- */

static void work(IoJob *job)
{
    Lookup *lookup = (Lookup *)job;

    if (lookup->operation == OPERATION_BY_NAME)
        lookup->result = io_host_by_name((const char *)lookup->asked, lookup->address_size, &lookup->host);
    else
        lookup->result = io_host_by_address(lookup->asked, lookup->address_size, &lookup->host);
}

static void append(Lookup **list, Lookup *lookup)
{
    while (*list)
        list = &(*list)->next;
    lookup->next = NULL;
    *list = lookup;
}

/* Null: there is none. */
static Lookup *take(Lookup **list, const Lookup *which, uint32_t serial)
{
    for (; *list; list = &(*list)->next) {
        Lookup *lookup = *list;

        if (which ? lookup == which : lookup->serial == serial) {
            *list = lookup->next;
            return lookup;
        }
    }
    return NULL;
}

static void lookup_free(Lookup *lookup)
{
    io_host_free(&lookup->host);
    mem_free(MEM_PORT, lookup);
}

static void run_waiting(Resolver *resolver)
{
    while (resolver->waiting && resolver->running_count < resolver->running_max) {
        Lookup *lookup = resolver->waiting;

        resolver->waiting = lookup->next;
        append(&resolver->running, lookup);
        resolver->running_count++;
        io_worker_submit_long(&lookup->job);
    }
}

static void done(IoJob *job)
{
    Lookup *lookup = (Lookup *)job;
    Resolver *resolver = lookup->resolver;

    if (resolver) {
        Port *port = resolver->port;

        port_enter_callback(port, A_INPUT);
        take(&resolver->running, lookup, 0);
        resolver->running_count--;
        reply(resolver, lookup);
        run_waiting(resolver);
        port_leave_callback(port);
    }
    lookup_free(lookup);
}

/* --- requests -------------------------------------------------------------------------------------------------------- */

/* A lookup that runs cannot be stopped: it runs on without a place in the pool, and its answer is dropped. */
static void disown(Resolver *resolver, Lookup *lookup)
{
    lookup->resolver = NULL;
    resolver->running_count--;
}

static void cancel(Resolver *resolver, uint32_t serial)
{
    Lookup *lookup = take(&resolver->waiting, NULL, serial);

    if (lookup) {
        lookup_free(lookup);
        return;
    }
    lookup = take(&resolver->running, NULL, serial);
    if (lookup)
        disown(resolver, lookup);
    run_waiting(resolver);
}

static void control(Resolver *resolver, uint32_t serial, Reader *in)
{
    uint8_t what = reader_u8(in);
    uint32_t level = reader_u32(in);

    if ((int32_t)serial != NO_SERIAL) {
        complain(": FATAL ERROR:", "Invalid serial: %d.", (int)serial);
        end(resolver, FAILED_STATUS);
    } else if (what != CONTROL_DEBUG_LEVEL || !reader_ok(in)) {
        complain(": WARNING:", "Unknown control requested from erlang (%d), message discarded.", what);
    } else {
        resolver->debug_level = (int)level;
    }
}

/* The rest of the request is a name with its NUL, or an address. */
static bool is_whole(const Reader *in, uint8_t operation, uint8_t address_size)
{
    if (operation == OPERATION_BY_NAME)
        return memchr(in->at, 0, reader_left(in)) != NULL;
    return reader_left(in) == address_size;
}

static void look_up(Resolver *resolver, uint32_t serial, uint8_t operation, Reader *in)
{
    uint8_t protocol = reader_u8(in);
    uint8_t address_size = protocol == PROTOCOL_INET6 ? IO_HOST_INET6_BYTES : IO_HOST_INET_BYTES;
    Lookup *lookup;

    if (protocol != PROTOCOL_INET && protocol != PROTOCOL_INET6) {
        complain(": WARNING:", "Unknown protocol requested from erlang (%d), message discarded.", protocol);
        return;
    }
    if (!is_whole(in, operation, address_size)) {
        complain(": WARNING:", "Malformed message sent from erlang, no domain, message discarded.");
        return;
    }
    lookup = mem_alloc_zero(MEM_PORT, sizeof *lookup + reader_left(in));
    *lookup = (Lookup){.job = {.work = work, .done = done}, .resolver = resolver, .serial = serial,
                       .operation = operation, .address_size = address_size};
    memcpy(lookup->asked, in->at, reader_left(in));
    if (resolver->debug_level > 0)
        complain(" (DEBUG):", "request %u, operation %d, protocol %d", serial, operation, protocol);
    append(&resolver->waiting, lookup);
    run_waiting(resolver);
}

static void request(Resolver *resolver, Reader *in)
{
    size_t size = reader_left(in);
    uint32_t serial = reader_u32(in);
    uint8_t operation = reader_u8(in);

    if (size < SMALLEST_REQUEST) {
        complain(": FATAL ERROR:", "Unexpected message on main input, message size %zu less than minimum.", size);
        end(resolver, FAILED_STATUS);
        return;
    }
    switch (operation) {
    case OPERATION_CANCEL: cancel(resolver, serial); break;
    case OPERATION_CONTROL: control(resolver, serial, in); break;
    case OPERATION_BY_NAME:
    case OPERATION_BY_ADDRESS: look_up(resolver, serial, operation, in); break;
    default: complain(": WARNING:", "Unknown operation requested from erlang (%d), message discarded.", operation);
    }
}

/* --- driver ---------------------------------------------------------------------------------------------------------- */

/* As the program reads its arguments. Its queues behind busy processes (-g, -ng) have no counterpart: lookups that are
 * alike are asked by the Erlang side once only. */
static void read_arguments(Resolver *resolver, char *const *words)
{
    for (; words && *words; words++) {
        int number = atoi(*words);

        if (strcmp(*words, "-d") == 0)
            resolver->debug_level++;
        else if (strcmp(*words, "-g") == 0 && words[1])
            words++;
        else if (strcmp(*words, "-ng") != 0 && number > 0)
            resolver->running_max = (uint32_t)number;
        else if (strcmp(*words, "-ng") != 0)
            fprintf(stderr, "inet_gethost: Unknown option \"%s\"\n", *words);
    }
}

static int start(Port *port, const PortOptions *wanted)
{
    Resolver *resolver = mem_alloc_zero(MEM_PORT, sizeof *resolver);
    const char *debug_level = io_env_get("ERL_INET_GETHOST_DEBUG");

    *resolver = (Resolver){.port = port, .running_max = 1, .debug_level = debug_level ? atoi(debug_level) : 0,
                           .wants_status = wanted->exit_status};
    read_arguments(resolver, wanted->args);
    port->driver_state = resolver;
    return 0;
}

static void stop(Port *port)
{
    Resolver *resolver = port->driver_state;
    Lookup *lookup;

    while ((lookup = resolver->waiting)) {
        resolver->waiting = lookup->next;
        lookup_free(lookup);
    }
    while ((lookup = resolver->running)) {
        resolver->running = lookup->next;
        disown(resolver, lookup);
    }
    mem_free(MEM_PORT, resolver);
}

static void output(Port *port, Term from, Term iolist)
{
    Resolver *resolver = port->driver_state;
    uint8_t *bytes;
    size_t size;
    Reader in;

    if (resolver->ended || iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return;
    reader_init(&in, bytes, size);
    request(resolver, &in);
    mem_free(MEM_PORT, bytes);
}

const PortDriver inet_gethost_driver = {.name = "inet_gethost", .start = start, .stop = stop, .output = output};

bool inet_gethost_is_meant(const PortOptions *wanted)
{
    const char *wish = io_env_get("LING_INET_GETHOST");
    size_t folder = options.bindir && wanted->kind == PORT_COMMAND_EXECUTABLE ? strlen(options.bindir) : 0;

    return folder > 0 && strncmp(wanted->command, options.bindir, folder) == 0
        && strcmp(wanted->command + folder, "/inet_gethost") == 0 && !(wish && strcmp(wish, "program") == 0)
        && wanted->packet_bytes == 4 && wanted->in && wanted->out && !wanted->arg0 && !wanted->env && !wanted->directory
        && !wanted->nouse_stdio && !wanted->stderr_to_stdout && io_file_check_executable(wanted->command) == 0;
}
