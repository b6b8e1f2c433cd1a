/* inet_async.c - what happens later on a socket: answers to waiting processes, and messages to the owner. */
#include "ports/inet_socket.h"
#include "vm/term/bits.h"

enum { SHORT_MESSAGE_WORDS = 8 };

static void on_timer(void *context)
{
    InetOperation *operation = context;
    Port *port = operation->socket->port;

    port_enter_callback(port, A_TIMEOUT);
    operation->expired(operation);
    port_leave_callback(port);
}

bool inet_operation_start(InetSocket *socket, InetOperation *operation, Process *caller, uint32_t time,
                          void (*expired)(InetOperation *operation))
{
    static uint16_t next_reference;

    next_reference = (next_reference + 1) & 0x7fff;
    *operation = (InetOperation){.next = operation->next, .socket = socket, .pending = true, .caller = caller->pid,
                                 .reference = next_reference, .expired = expired};
    if (time != UINT32_MAX) {
        operation->timer = io_timer_new(on_timer, operation);
        io_timer_set(operation->timer, time);
    }
    inet_reply_ok(socket, NULL, 0);
    inet_put_16(&socket->reply, operation->reference);
    return true;
}

void inet_operation_finish(InetOperation *operation, Heap *heap, Term result)
{
    Term id = operation->socket->port->id;

    io_timer_free(operation->timer);
    operation->timer = NULL;
    operation->pending = false;
    port_send(operation->socket->port, operation->caller, heap, tuple_4(heap, A_INET_ASYNC, id, small_int(operation->reference), result));
}

void inet_operation_fail(InetOperation *operation, Term reason)
{
    Heap other = {0}, *heap = port_message_heap(operation->caller, SHORT_MESSAGE_WORDS, &other);

    inet_operation_finish(operation, heap, tuple_2(heap, A_ERROR, reason));
}

Term inet_error_atom(int64_t code) { return atom_from_text(io_error_name((int)code)); }

void inet_reply_sender(InetSocket *socket, Term sender, Term reason)
{
    Heap other = {0}, *heap = port_message_heap(sender, SHORT_MESSAGE_WORDS, &other);
    Term result = reason == NO_TERM ? A_OK : tuple_2(heap, A_ERROR, reason);

    port_send(socket->port, sender, heap, tuple_3(heap, A_INET_REPLY, socket->port->id, result));
}

size_t inet_data_words(const InetSocket *socket, size_t size)
{
    return socket->binary ? 2 * (size_t)socket->header + BITS_WORDS_MAX : 2 * size;
}

Term inet_data_term(const InetSocket *socket, Heap *heap, const uint8_t *bytes, size_t size)
{
    size_t header = MIN(size, socket->header);

    if (!socket->binary)
        return list_from_bytes(heap, bytes, size, TERM_NIL);
    if (header == 0)
        return bits_new(heap, bytes, size);
    return list_from_bytes(heap, bytes, header, header < size ? bits_new(heap, bytes + header, size - header) : TERM_NIL);
}

void inet_tell(InetSocket *socket, Term tag, Heap *heap, Term value)
{
    Term id = socket->port->id;

    port_send(socket->port, socket->port->owner, heap, value == NO_TERM ? tuple_2(heap, tag, id) : tuple_3(heap, tag, id, value));
}

void inet_active_used(InetSocket *socket, Term passive_tag)
{
    if (socket->active == INET_ONCE) {
        socket->active = INET_PASSIVE;
    } else if (socket->active == INET_MULTI && --socket->active_count <= 0) {
        Heap heap = {0};

        socket->active = INET_PASSIVE;
        inet_tell(socket, passive_tag, &heap, NO_TERM);
    }
}
