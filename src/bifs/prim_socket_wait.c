/* prim_socket_wait.c - the queues of processes that wait for a socket, and what they are told. */
#include "bifs/prim_socket.h"
#include "vm/base/mem.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"

/* --- telling ------------------------------------------------------------------------------------------------------ */

/* {'$socket', Socket, Tag, Reference}, or with {Reference, Reason} as the last element. */
static void tell(SocketWaiter *waiter, Term tag, Term reason)
{
    Process *to = process_find(waiter->pid);
    Message *message;
    Term last;

    if (!to || waiter->reference == 0)
        return;
    message = message_new();
    last = ref_from_id(&message->heap, waiter->reference, waiter->reference_owner);
    if (reason != NO_TERM)
        last = tuple_2(&message->heap, last, reason);
    message->term = tuple_4(&message->heap, A_SOCKET_TAG, socket_term(waiter->queue->socket, &message->heap), tag,
                            last);
    message_post(to, message);
}

/* --- events ------------------------------------------------------------------------------------------------------- */

/* The watch stays set as long as it is of use: to turn it off and on again costs two system calls. */
static void ready(void *context, unsigned events)
{
    Socket *socket = context;
    SocketQueue *queues[] = {&socket->readers, &socket->acceptors, &socket->writers, &socket->connectors};
    unsigned unwanted = events & ~socket->wanted;

    events &= socket->wanted;
    socket->wanted &= ~events;
    if (unwanted)
        io_watch_set(socket->watch, socket->wanted);
    for (size_t i = 0; i < ARRAY_SIZE(queues); i++)
        if (queues[i]->first && (events & queues[i]->event))
            tell(queues[i]->first, A_SELECT, NO_TERM);
}

static Binary *binary_of(Socket *socket) { return CONTAINER_OF((uint8_t *)socket, Binary, data); }

static void watch_for(SocketQueue *queue)
{
    Socket *socket = queue->socket;

    if (!socket->watch) {
        socket->watch = io_watch_new(socket->handle, ready, socket);
        binary_keep(binary_of(socket));
    }
    socket->wanted |= queue->event;
    if (queue->event == IO_READABLE)
        socket->read_state |= SOCKET_SELECTED;
    else
        socket->write_state |= SOCKET_SELECTED;
    io_watch_set(socket->watch, io_watch_events(socket->watch) | queue->event);
}

/* --- queues ------------------------------------------------------------------------------------------------------- */

static void free_waiter(SocketWaiter *waiter)
{
    if (waiter->monitor)
        monitor_free(waiter->monitor);
    mem_free(MEM_IO, waiter);
}

static void drop_first(SocketQueue *queue)
{
    SocketWaiter *first = queue->first;

    queue->first = first->next;
    free_waiter(first);
}

/* Takes out one that is not the first. */
static void drop_waiting(SocketQueue *queue, SocketWaiter *waiter)
{
    SocketWaiter *before = queue->first;

    while (before->next != waiter)
        before = before->next;
    before->next = waiter->next;
    free_waiter(waiter);
}

static void waiter_down(Monitor *monitor, Term reason)
{
    SocketWaiter *waiter = monitor->context;
    SocketQueue *queue = waiter->queue;

    monitor_free(monitor);
    waiter->monitor = NULL;
    if (queue->first != waiter) {
        drop_waiting(queue, waiter);
        return;
    }
    queue->socket->wanted &= ~queue->event;
    socket_next(queue);
}

static void set_reference(SocketWaiter *waiter, Term reference)
{
    waiter->reference = reference == NO_TERM ? 0 : ref_id(reference);
    waiter->reference_owner = reference == NO_TERM ? 0 : ref_owner(reference);
}

static void enqueue(Process *p, SocketQueue *queue, Term reference)
{
    SocketWaiter *waiter = mem_alloc_zero(MEM_IO, sizeof *waiter);
    SocketWaiter **link = &queue->first;

    while (*link)
        link = &(*link)->next;
    *link = waiter;
    waiter->queue = queue;
    waiter->pid = p->pid;
    waiter->monitor = monitor_add_native(p, waiter_down);
    waiter->monitor->context = waiter;
    set_reference(waiter, reference);
}

static SocketWaiter *find_waiter(const SocketQueue *queue, const Process *p)
{
    SocketWaiter *waiter = queue->first;

    while (waiter && waiter->pid != p->pid)
        waiter = waiter->next;
    return waiter;
}

bool socket_at_work(const SocketQueue *queue, const Process *p)
{
    return queue->first && queue->first->pid == p->pid;
}

bool socket_take_turn(Process *p, SocketQueue *queue, Term reference, Term *answer)
{
    if (!queue->first || socket_at_work(queue, p))
        return true;
    if (find_waiter(queue, p)) {
        *answer = socket_raise_invalid(p, A_STATE);
        return false;
    }
    if (reference == A_ZERO)
        return true;
    enqueue(p, queue, reference);
    *answer = A_SELECT;
    return false;
}

void socket_wait(Process *p, SocketQueue *queue, Term reference)
{
    if (queue->first)
        set_reference(queue->first, reference);
    else
        enqueue(p, queue, reference);
    if (reference != NO_TERM)
        watch_for(queue);
}

void socket_next(SocketQueue *queue)
{
    if (!queue->first)
        return;
    queue->socket->wanted &= ~queue->event;
    drop_first(queue);
    if (queue->first)
        watch_for(queue);
    else if (queue == &queue->socket->acceptors)
        queue->socket->read_state &= ~(unsigned)SOCKET_ACCEPTING;
}

void socket_fail(SocketQueue *queue, Term reason)
{
    if (!queue->first)
        return;
    queue->socket->wanted &= ~queue->event;
    drop_first(queue);
    while (queue->first) {
        tell(queue->first, A_ABORT, reason);
        drop_first(queue);
    }
}

/* Whoever has been told already that it may go on finds out by itself. */
static void stop_queue(SocketQueue *queue)
{
    bool told = !(queue->socket->wanted & queue->event);

    for (bool first = true; queue->first; first = false) {
        if (!first || !told)
            tell(queue->first, A_ABORT, A_CLOSED);
        drop_first(queue);
    }
}

void socket_stop(Socket *socket)
{
    stop_queue(&socket->writers);
    stop_queue(&socket->connectors);
    stop_queue(&socket->readers);
    stop_queue(&socket->acceptors);
    socket->wanted = 0;
    if (!socket->watch)
        return;
    io_watch_free(socket->watch);
    socket->watch = NULL;
    binary_release(binary_of(socket));
}

void socket_free_waiters(Socket *socket)
{
    SocketQueue *queues[] = {&socket->readers, &socket->acceptors, &socket->writers, &socket->connectors};

    for (size_t i = 0; i < ARRAY_SIZE(queues); i++)
        while (queues[i]->first)
            drop_first(queues[i]);
}

/* --- cancelling --------------------------------------------------------------------------------------------------- */

static bool has_reference(const SocketWaiter *waiter, Term reference)
{
    return is_local_ref(reference) && waiter->reference == ref_id(reference)
        && waiter->reference_owner == ref_owner(reference);
}

static Term cancel(Process *p, SocketQueue *queue, unsigned state, Term reference)
{
    SocketWaiter *waiter = find_waiter(queue, p);
    bool told = !(queue->socket->wanted & queue->event);

    if (!socket_is_open(state))
        return socket_failure(p, A_CLOSED);
    if (!waiter || !has_reference(waiter, reference))
        return A_NOT_FOUND;
    if (waiter != queue->first) {
        drop_waiting(queue, waiter);
        return A_OK;
    }
    if (queue == &queue->socket->connectors)
        queue->socket->write_state &= ~(unsigned)SOCKET_CONNECTING;
    socket_next(queue);
    return told ? A_SELECT_SENT : A_OK;
}

/* nif_cancel(Socket, Operation, Reference) */
Term prim_socket_cancel_3(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);

    if (!socket || !is_atom(args[1]) || !is_ref(args[2]))
        return raise_badarg(p);
    if (args[1] == A_CONNECT)
        return cancel(p, &socket->connectors, socket->write_state, args[2]);
    if (args[1] == A_ACCEPT)
        return cancel(p, &socket->acceptors, socket->read_state, args[2]);
    if (args[1] == A_RECV || args[1] == A_RECVFROM || args[1] == A_RECVMSG)
        return cancel(p, &socket->readers, socket->read_state, args[2]);
    if (args[1] == A_SEND || args[1] == A_SENDTO || args[1] == A_SENDMSG || args[1] == A_SENDFILE)
        return cancel(p, &socket->writers, socket->write_state, args[2]);
    return socket_is_open(socket->read_state) ? raise_badarg(p) : socket_failure(p, A_CLOSED);
}
