/* port.c - the table of ports, their lives, and signals to them. */
#include "vm/port/port.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/exit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"
#include "vm/term/bits.h"
#include "vm/term/iolist.h"
#include "vm/term/pid.h"

/* ENVELOPE_WORDS: of a message with data, beside these. */
enum { FIRST_BUCKETS = 64, FIRST_ENTRIES = 4, MAX_DRIVERS = 32, ENVELOPE_WORDS = 9 };

size_t port_limit = 65536;
uint64_t port_total_in, port_total_out;

static struct {
    Port **buckets;
    size_t bucket_count;             /* a power of two */
    Port *first, *last;
    size_t count;
    uint64_t next_number;
} table;

static const PortDriver *drivers[MAX_DRIVERS];
static size_t driver_count;

/* --- table ---------------------------------------------------------------------------------------- */

static Port **bucket_of(uint64_t number) { return &table.buckets[number & (table.bucket_count - 1)]; }

static void grow_table(void)
{
    mem_free(MEM_PORT, table.buckets);
    table.bucket_count = table.bucket_count ? table.bucket_count * 2 : FIRST_BUCKETS;
    table.buckets = mem_alloc_zero(MEM_PORT, table.bucket_count * sizeof *table.buckets);
    for (Port *port = table.first; port; port = port->next) {
        Port **bucket = bucket_of(port_number(port->id));

        port->hash_next = *bucket;
        *bucket = port;
    }
}

static void table_add(Port *port)
{
    Port **bucket;

    if (table.count >= table.bucket_count)
        grow_table();
    bucket = bucket_of(port_number(port->id));
    port->hash_next = *bucket;
    *bucket = port;
    port->previous = table.last;
    *(table.last ? &table.last->next : &table.first) = port;
    table.last = port;
    table.count++;
}

/* --- lists: in the order of age, which is that of numbers ------------------------------------------- */

static bool walk(Listing *listing, size_t work)
{
    Port *port = listing->at;

    for (size_t done = 0; port && done < work; port = port->next, done += LISTING_STEPS_PER_ID)
        if (port_number(port->id) < listing->before && !(port->flags & (PORT_DEAD | PORT_CLOSING)))
            listing_add(listing, port->id);
    listing->at = port;
    if (port && port_number(port->id) < listing->before) {
        listing->position = port_number(port->id);
        return false;
    }
    listing_end(listing);
    return true;
}

static ListingKind ports = {.walk = walk};

void port_list(Listing *listing)
{
    listing->before = table.next_number;
    listing->at = table.first;
    listing_begin(listing, &ports);
}

/* `port` is open no longer. */
static void note_end(const Port *port)
{
    for (Listing *listing = ports.under_way; listing; listing = listing->next)
        if (port_number(port->id) < listing->before && port_number(port->id) >= listing->position)
            listing_add(listing, port->id);
}

/* ---------------------------------------------------------------------------------------------------- */

static void table_remove(Port *port)
{
    Port **link = bucket_of(port_number(port->id));

    while (*link != port)
        link = &(*link)->hash_next;
    *link = port->hash_next;
    for (Listing *listing = ports.under_way; listing; listing = listing->next)
        if (listing->at == port)
            listing->at = port->next;
    *(port->previous ? &port->previous->next : &table.first) = port->next;
    *(port->next ? &port->next->previous : &table.last) = port->previous;
    table.count--;
}

Port *port_find(Term id)
{
    Port *port;

    if (!is_local_port(id) || !table.bucket_count)
        return NULL;
    port = *bucket_of(port_number(id));
    while (port && port->id != id)
        port = port->hash_next;
    return port && !(port->flags & (PORT_DEAD | PORT_CLOSING)) ? port : NULL;
}

size_t port_count(void)
{
    size_t count = 0;

    for (Port *port = port_next(NULL); port; port = port_next(port))
        count++;
    return count;
}

Port *port_next(const Port *previous)
{
    Port *port = previous ? previous->next : table.first;

    while (port && (port->flags & (PORT_DEAD | PORT_CLOSING)))
        port = port->next;
    return port;
}

/* --- lists of pids: links, waiters ------------------------------------------------------------------ */

static size_t pid_position(const Term *pids, size_t count, Term pid)
{
    size_t at = 0;

    while (at < count && pids[at] != pid)
        at++;
    return at;
}

static void pid_add(Term **pids, size_t *count, size_t *capacity, Term pid)
{
    if (pid_position(*pids, *count, pid) < *count)
        return;
    if (*count == *capacity) {
        *capacity = MAX(*capacity * 2, FIRST_ENTRIES);
        *pids = mem_realloc(MEM_PORT, *pids, *capacity * sizeof **pids);
    }
    (*pids)[(*count)++] = pid;
}

static void pid_remove(Term *pids, size_t *count, Term pid)
{
    size_t at = pid_position(pids, *count, pid);

    if (at == *count)
        return;
    memmove(pids + at, pids + at + 1, (*count - at - 1) * sizeof *pids);
    --*count;
}

static void link_half(Port *port, Term pid) { pid_add(&port->links, &port->link_count, &port->link_capacity, pid); }

/* --- traces ------------------------------------------------------------------------------------------- */

void port_trace_receive(Port *port, Term from, Term what, Term argument)
{
    Heap heap = {0};

    if (!port_is_tracing(port, TRACE_RECEIVE))
        return;
    if (argument != NO_TERM)
        what = tuple_2(&heap, what, argument);
    trace_sink.port(&port->trace, port->id, A_RECEIVE, tuple_2(&heap, from, what), NO_TERM);
    heap_clear(&heap);
}

void port_trace_open(Port *port)
{
    if (!port_is_tracing(port, TRACE_PORTS))
        return;
    trace_sink.port(&port->trace, port->id, A_OPEN, port->owner, atom_from_text(port->name));
    port_trace(port, TRACE_PORTS, A_GETTING_LINKED, port->owner);
}

/* The bytes of a command, as one binary. */
static void trace_command(Port *port, Term from, Term iolist)
{
    Heap heap = {0};
    Term bytes;

    if (!port_is_tracing(port, TRACE_RECEIVE))
        return;
    if (iolist_to_term(&heap, iolist, &bytes) == IOLIST_DONE)
        port_trace_receive(port, from, A_COMMAND, bytes);
    heap_clear(&heap);
}

/* --- life --------------------------------------------------------------------------------------------- */

static void make_name(Port *port, const char *name, size_t size)
{
    port->name = mem_alloc(MEM_PORT, size + 1);
    memcpy(port->name, name, size);
    port->name[size] = 0;
    port->name_size = size;
}

Port *port_new(const PortDriver *driver, Process *owner, const char *name, size_t name_size)
{
    Port *port;

    if (table.count >= port_limit)
        return NULL;
    port = mem_alloc_zero(MEM_PORT, sizeof *port);
    port->id = port_from_number(table.next_number++);
    port->driver = driver;
    port->owner = owner ? owner->pid : pid_from_numbers(0, 0);
    port->registered_name = NO_TERM;
    port->data = NO_TERM;
    port->pins = 1;
    make_name(port, name, name_size);
    table_add(port);
    if (tracing_new_ports)
        trace_sink.new_port(&port->trace);
    if (owner) {
        link_half(port, owner->pid);
        link_add(owner, port->id);
    }
    return port;
}

static void free_port(Port *port)
{
    table_remove(port);
    if (port->trace.tracer)
        trace_sink.port_ended(&port->trace);
    heap_clear(&port->data_heap);
    mem_free(MEM_PORT, port->links);
    mem_free(MEM_PORT, port->waiters);
    mem_free(MEM_PORT, port->name);
    mem_free(MEM_PORT, port);
}

void port_abandon(Port *port)
{
    for (size_t i = 0; i < port->link_count; i++) {
        Process *p = process_find(port->links[i]);

        if (p)
            link_remove(p, port->id);
    }
    free_port(port);
}

static void send_atom(Port *port, Term atom)
{
    Heap heap = {0};

    port_send(port, port->owner, &heap, tuple_2(&heap, port->id, atom));
}

static void stop_and_free(Port *port)
{
    port->pins++;                       /* `stop` may call back */
    port->driver->stop(port);
    if (port->flags & PORT_SEND_CLOSED)
        send_atom(port, A_CLOSED);
    free_port(port);
}

void port_unpin(Port *port)
{
    if (--port->pins == 0 && (port->flags & PORT_DEAD))
        stop_and_free(port);
}

static void wake_waiters(Port *port)
{
    size_t count = port->waiter_count;

    port->waiter_count = 0;
    for (size_t i = 0; i < count; i++) {
        Process *p = process_find(port->waiters[i]);

        if (p)
            process_wake(p);
    }
}

static void tell_links(Port *port, Term reason)
{
    while (port->link_count > 0) {
        Process *p = process_find(port->links[0]);

        pid_remove(port->links, &port->link_count, port->links[0]);
        if (p && link_remove(p, port->id) && !exit_signal(port->id, p, reason, EXIT_SIGNAL_LINK)
            && is_tracing(p, TRACE_PROCS))
            trace_sink.event(p, A_GETTING_UNLINKED, port->id);
    }
}

void port_exit(Port *port, Term reason)
{
    bool flush = reason != A_KILL && port->driver->queued && port->driver->queued(port) > 0;

    if (port->flags & PORT_DEAD)
        return;
    port_pin(port);
    if (!(port->flags & PORT_CLOSING)) {
        note_end(port);
        port->flags |= PORT_CLOSING;
        port->flags &= ~PORT_BUSY;
        port_trace(port, TRACE_PORTS, A_CLOSED, reason);
        if (port->registered_name != NO_TERM) {
            registry_remove(port->registered_name);
            port_trace(port, TRACE_PORTS, A_UNREGISTER, port->registered_name);
        }
        wake_waiters(port);
        tell_links(port, reason == A_KILL ? A_KILLED : reason);
        monitor_oldest_first(&port->monitored_by);
        monitor_down_all(&port->monitored_by, reason == A_KILL ? A_KILLED : reason);
        if (port->channel)
            port->channel->closed(port, reason == A_KILL ? A_KILLED : reason);
    } else {
        flush = false;
    }
    if (!flush)
        port->flags |= PORT_DEAD;
    port_unpin(port);
}

void port_exit_quietly(Port *port, Term reason)
{
    Process *owner = process_find(port->owner);

    pid_remove(port->links, &port->link_count, port->owner);
    if (owner)
        link_remove(owner, port->id);
    port_exit(port, reason);
}

void port_output_done(Port *port)
{
    if ((port->flags & (PORT_CLOSING | PORT_DEAD)) != PORT_CLOSING)
        return;
    port->flags |= PORT_DEAD;
    port_pin(port);
    port_unpin(port);
}

void port_set_busy(Port *port, bool busy)
{
    if (busy) {
        port->flags |= PORT_BUSY;
    } else if (port->flags & PORT_BUSY) {
        port->flags &= ~PORT_BUSY;
        wake_waiters(port);
        if (port->channel)
            port->channel->ready(port);
    }
}

void port_wait_until_ready(Port *port, Process *p)
{
    pid_add(&port->waiters, &port->waiter_count, &port->waiter_capacity, p->pid);
    p->flags |= PROCESS_WAITS_FOR_OUTPUT;
}

void port_set_owner(Port *port, Process *owner)
{
    port->owner = owner->pid;
    link_half(port, owner->pid);
    if (link_add(owner, port->id))
        port_trace(port, TRACE_PORTS, A_GETTING_LINKED, owner->pid);
}

/* Undoes what outlives the VM. */
static void halt_all(void)
{
    for (Port *port = table.first; port; port = port->next)
        if (!(port->flags & PORT_DEAD) && port->driver->halt)
            port->driver->halt(port);
}

bool port_flush_all(void)
{
    bool empty = true;

    for (Port *port = table.first; port; port = port->next)
        if (!(port->flags & PORT_DEAD) && port->driver->queued && port->driver->queued(port) > 0)
            empty = false;
    if (empty)
        halt_all();
    return empty;
}

/* --- messages from ports ------------------------------------------------------------------------------ */

void port_send(Port *port, Term to, Heap *heap, Term message)
{
    Process *p = process_find(to);

    if (port_is_tracing(port, TRACE_SEND))
        trace_sink.port(&port->trace, port->id, p ? A_SEND : A_SEND_TO_NON_EXISTING_PROCESS, message, to);
    if (!p) {
        heap_clear(heap);
        return;
    }
    message_post_on(p, heap, message);
}

Heap *port_message_heap(Term to, size_t words, Heap *other)
{
    Process *p = process_find(to);

    return p ? message_heap(p, words, other) : other;
}

void port_deliver(Port *port, Heap *heap, Term value)
{
    if (!(port->flags & PORT_DEAD))
        port_send(port, port->owner, heap, tuple_2(heap, port->id, value));
    else if (!heap->start)              /* else it is the owner's */
        heap_clear(heap);
}

static Term data_term(const Port *port, Heap *heap, const uint8_t *bytes, size_t size)
{
    return port->flags & PORT_BINARY ? bits_new(heap, bytes, size) : list_from_bytes(heap, bytes, size, TERM_NIL);
}

/* For a message with data of `size` bytes. */
static Heap *data_heap(const Port *port, size_t size, Heap *other)
{
    size_t words = port->flags & PORT_BINARY ? BITS_WORDS_MAX : 2 * size;

    return port_message_heap(port->owner, ENVELOPE_WORDS + words, other);
}

static void count_input(Port *port, size_t size)
{
    port->bytes_in += size;
    port_total_in += size;
}

void port_deliver_data(Port *port, const uint8_t *bytes, size_t size)
{
    Heap other = {0}, *heap = data_heap(port, size, &other);

    count_input(port, size);
    port_deliver(port, heap, tuple_2(heap, A_DATA, data_term(port, heap, bytes, size)));
}

void port_deliver_line(Port *port, const uint8_t *bytes, size_t size, bool complete)
{
    Heap other = {0}, *heap = data_heap(port, size, &other);
    Term line = tuple_2(heap, complete ? A_EOL : A_NOEOL, data_term(port, heap, bytes, size));

    count_input(port, size);
    port_deliver(port, heap, tuple_2(heap, A_DATA, line));
}

void port_input_ended(Port *port)
{
    Heap heap = {0};

    if (port->flags & PORT_SOFT_EOF)
        port_deliver(port, &heap, A_EOF);
    else
        port_exit(port, A_NORMAL);
}

void port_failed(Port *port, int64_t code) { port_exit(port, atom_from_text(io_error_name((int)code))); }

/* --- signals to ports --------------------------------------------------------------------------------- */

static void log_bad_value(const Port *port)
{
    char text[128];

    snprintf(text, sizeof text, "Bad value on output port '%.64s'\n", port->name);
    emulator_log_text(NULL, A_ERROR, text);
}

bool port_output(Port *port, Term from, Term iolist)
{
    size_t size;
    bool is_good = iolist_size(iolist, &size) == IOLIST_DONE;

    port_enter(port, A_COMMAND);
    if (is_good) {
        port->bytes_out += size;
        port_total_out += size;
        trace_command(port, from, iolist);
        port->driver->output(port, from, iolist);
    } else {
        log_bad_value(port);
    }
    port_leave(port, A_COMMAND);
    return is_good;
}

static void bad_signal(Port *port)
{
    Process *owner = process_find(port->owner);

    if (owner)
        exit_signal(port->id, owner, A_BADSIG, EXIT_SIGNAL_SENT);
}

static bool is_command(Term what) { return is_tuple_of(what, 2) && tuple_element(what, 1) == A_COMMAND; }

static void command(Port *port, Term owner, Term data)
{
    if (owner != port->owner) {
        bad_signal(port);
    } else if (!port_output(port, owner, data)) {
        bad_signal(port);
    }
}

static void connect(Port *port, Term owner, Term new_owner)
{
    Process *p = process_find(new_owner);
    Heap heap = {0};

    if (owner != port->owner || !p) {
        bad_signal(port);
        return;
    }
    port_enter(port, A_CONNECT);
    port_trace_receive(port, owner, A_CONNECT, new_owner);
    port_set_owner(port, p);
    port_send(port, owner, &heap, tuple_2(&heap, port->id, A_CONNECTED));
    port_leave(port, A_CONNECT);
}

static void handle_message(Port *port, Term message)
{
    Term owner, what, id = port->id;

    if (!is_tuple_of(message, 2) || !is_local_pid(tuple_element(message, 1))) {
        bad_signal(port);
        return;
    }
    owner = tuple_element(message, 1);
    what = tuple_element(message, 2);
    if (what == A_CLOSE && owner == port->owner) {
        port_enter_to_close(port);
        port_trace_receive(port, owner, A_CLOSE, NO_TERM);
        port->flags |= PORT_SEND_CLOSED;
        port_exit(port, A_NORMAL);
        port_leave_closed(id);
    } else if (is_command(what)) {
        command(port, owner, tuple_element(what, 2));
    } else if (is_tuple_of(what, 2) && tuple_element(what, 1) == A_CONNECT) {
        connect(port, owner, tuple_element(what, 2));
    } else {
        bad_signal(port);
    }
}

bool port_message(Process *from, Term id, Term message)
{
    Port *port = port_find(id);

    if (!port)
        return true;
    if (port->flags & PORT_BUSY && is_tuple_of(message, 2) && is_command(tuple_element(message, 2)))
        return false;
    handle_message(port, message);
    return true;
}

/* --- what vm/proc calls --------------------------------------------------------------------------------- */

static bool hook_is_open(Term id) { return port_find(id) != NULL; }

static Term hook_name(Term id)
{
    Port *port = port_find(id);

    return port ? port->registered_name : NO_TERM;
}

static void hook_set_name(Term id, Term name)
{
    Port *port = port_find(id);

    if (!port)
        return;
    port_trace(port, TRACE_PORTS, name == NO_TERM ? A_UNREGISTER : A_REGISTER, name == NO_TERM ? port->registered_name : name);
    port->registered_name = name;
}

static bool hook_link(Process *p, Term id)
{
    Port *port = port_find(id);

    if (!port)
        return false;
    port_enter(port, A_LINK);
    link_half(port, p->pid);
    port_trace(port, TRACE_PORTS, A_GETTING_LINKED, p->pid);
    port_leave(port, A_LINK);
    return true;
}

static void hook_unlink(Process *p, Term id)
{
    Port *port = port_find(id);

    if (!port)
        return;
    port_enter(port, A_UNLINK);
    pid_remove(port->links, &port->link_count, p->pid);
    port_trace(port, TRACE_PORTS, A_GETTING_UNLINKED, p->pid);
    port_leave(port, A_UNLINK);
}

/* `normal` ends a port only when its owner says so. */
static void hook_exit(Process *p, Term id, Term reason)
{
    Port *port = port_find(id);

    if (!port || (reason == A_NORMAL && p->pid != port->owner))
        return;
    if (process_is_exiting(p)) {
        pid_remove(port->links, &port->link_count, p->pid);
        port_exit(port, reason);
        return;
    }
    port_enter_to_close(port);
    port_exit(port, reason);
    port_leave_closed(id);
}

static Monitor **hook_monitors(Term id)
{
    Port *port = port_find(id);

    if (!port)
        return NULL;
    port_enter(port, A_MONITOR);
    port_leave(port, A_MONITOR);
    return &port->monitored_by;
}

static void hook_demonitor(Term id)
{
    Port *port = port_find(id);

    if (!port)
        return;
    port_enter(port, A_DEMONITOR);
    port_leave(port, A_DEMONITOR);
}

/* --- drivers -------------------------------------------------------------------------------------------- */

const PortDriver *port_driver_find(const char *name, size_t size)
{
    for (size_t i = 0; i < driver_count; i++)
        if (strlen(drivers[i]->name) == size && memcmp(drivers[i]->name, name, size) == 0)
            return drivers[i];
    return NULL;
}

void port_driver_add(const PortDriver *driver)
{
    assert(driver_count < MAX_DRIVERS);
    drivers[driver_count++] = driver;
}

const PortDriver *port_driver_next(const PortDriver *previous)
{
    size_t i = 0;

    while (previous && drivers[i++] != previous)
        continue;
    return i < driver_count ? drivers[i] : NULL;
}

static void forker_stop(Port *port) { }
static void forker_output(Port *port, Term from, Term iolist) { }

/* Port<0.0> of the stock VM starts programs. Here nothing stands behind it; it is there to be seen. */
static const PortDriver forker_driver = {.name = "spawn_forker", .stop = forker_stop, .output = forker_output};

void port_init(void)
{
    port_limit = options.port_limit ? options.port_limit : port_limit;
    process_hooks.port_is_open = hook_is_open;
    process_hooks.port_name = hook_name;
    process_hooks.port_set_name = hook_set_name;
    process_hooks.port_link = hook_link;
    process_hooks.port_unlink = hook_unlink;
    process_hooks.port_exit = hook_exit;
    process_hooks.port_monitors = hook_monitors;
    process_hooks.port_demonitor = hook_demonitor;
    process_hooks.port_command = port_message;
    process_hooks.halt_flush = port_flush_all;
    process_hooks.crash_cleanup = halt_all;
    port_unpin(port_new(&forker_driver, NULL, "forker", 6));
}
