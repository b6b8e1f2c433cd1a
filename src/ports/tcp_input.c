/* tcp_input.c - receiving on stream sockets. */
#include <string.h>

#include "ports/tcp_socket.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"

/* An empty buffer of up to KEPT_BYTES waits for the next packet. */
enum { READ_BYTES = 64 * 1024, RECEIVE_MAX = 64 * 1024 * 1024, KEPT_BYTES = 256 };

/* The most that a message takes whose text comes as binaries; what one takes beside plain data. */
enum { STRUCTURED_WORDS = 48, ENVELOPE_WORDS = 8 };

/* --- buffer ----------------------------------------------------------------------------------------------------- */

static size_t buffered(const TcpSocket *tcp) { return tcp->end - tcp->start; }

static void keep(TcpSocket *tcp, const uint8_t *bytes, size_t size)
{
    if (tcp->start > 0 && tcp->end + size > tcp->capacity) {
        memmove(tcp->input, tcp->input + tcp->start, buffered(tcp));
        tcp->end -= tcp->start;
        tcp->start = 0;
    }
    if (tcp->end + size > tcp->capacity) {
        tcp->capacity = MAX(MAX(tcp->end + size, tcp->capacity * 2), KEPT_BYTES);
        tcp->input = mem_realloc(MEM_PORT, tcp->input, tcp->capacity);
    }
    memcpy(tcp->input + tcp->end, bytes, size);
    tcp->end += size;
}

static void drop_input(TcpSocket *tcp)
{
    mem_free(MEM_PORT, tcp->input);
    tcp->input = NULL;
    tcp->start = tcp->end = tcp->capacity = 0;
}

static void took(TcpSocket *tcp, size_t size)
{
    tcp->start += size;
    if (tcp->start != tcp->end)
        return;
    if (tcp->capacity > KEPT_BYTES)
        drop_input(tcp);
    else
        tcp->start = tcp->end = 0;
}

/* --- delivery --------------------------------------------------------------------------------------------------- */

static bool is_active(const TcpSocket *tcp) { return tcp->inet.active != INET_PASSIVE; }

static bool is_wanted(const TcpSocket *tcp)
{
    return tcp->inet.handle >= 0 && (tcp->inet.status & INET_IS_CONNECTED)
        && (is_active(tcp) || tcp->inet.receive.pending);
}

static bool is_structured(PacketType type)
{
    return type == PACKET_HTTP || type == PACKET_HTTPH || type == PACKET_HTTP_BIN || type == PACKET_HTTPH_BIN
        || type == PACKET_SSL_TLS;
}

static void deliver_active(TcpSocket *tcp, const uint8_t *body, size_t size, Term structured, Heap *heap)
{
    InetSocket *inet = &tcp->inet;
    Term id = inet->port->id;

    if (inet->port->channel) {
        inet->port->channel->input(inet->port, body, size);
        return;
    }
    if (structured != NO_TERM && tcp->rules.type == PACKET_SSL_TLS && is_tuple_of(structured, 5))
        port_send(inet->port, inet->port->owner, heap, tuple_5(heap, A_SSL_TLS, id, tuple_element(structured, 3),
                                                   tuple_element(structured, 4), tuple_element(structured, 5)));
    else if (structured != NO_TERM)
        port_send(inet->port, inet->port->owner, heap, tuple_3(heap, A_HTTP, id, structured));
    else if (inet->deliver_term)
        port_send(inet->port, inet->port->owner, heap, tuple_3(heap, A_TCP, id, inet_data_term(inet, heap, body, size)));
    else
        port_send(inet->port, inet->port->owner, heap, tuple_2(heap, id, tuple_2(heap, A_DATA, inet_data_term(inet, heap, body, size))));
    inet_active_used(inet, A_TCP_PASSIVE);
}

/* Of a packet of `size` bytes; as strings, the name of a header field stands there twice. */
static size_t message_words(const TcpSocket *tcp, size_t size)
{
    bool has_strings = tcp->rules.type == PACKET_HTTP || tcp->rules.type == PACKET_HTTPH;

    if (is_structured(tcp->rules.type))
        return STRUCTURED_WORDS + (has_strings ? 4 * size : 0);
    return ENVELOPE_WORDS + inet_data_words(&tcp->inet, size);
}

/* A whole packet, header included, or any bytes of a raw stream. */
static void deliver(TcpSocket *tcp, const uint8_t *packet, size_t size)
{
    InetSocket *inet = &tcp->inet;
    size_t start = 0, body_size = size;
    Term to = is_active(tcp) ? inet->port->owner : inet->receive.caller;
    Heap other = {0}, *heap = port_message_heap(to, message_words(tcp, size), &other);
    Term structured = NO_TERM;

    inet_count(&inet->received, size);
    if (is_structured(tcp->rules.type))
        structured = packet_to_term(heap, &tcp->rules, packet, size);
    else
        packet_body(tcp->rules.type, packet, size, &start, &body_size);
    if (is_active(tcp)) {
        deliver_active(tcp, packet + start, body_size, structured, heap);
        return;
    }
    if (structured == NO_TERM)
        structured = inet_data_term(inet, heap, packet + start, body_size);
    inet_operation_finish(&inet->receive, heap, tuple_2(heap, A_OK, structured));
}

static void input_over(TcpSocket *tcp)
{
    drop_input(tcp);
    tcp->inet.receive_size = 0;
}

/* The connection is over for reading: `reason` is closed, or the error's name. */
static void end_of_input(TcpSocket *tcp, Term reason)
{
    InetSocket *inet = &tcp->inet;
    bool exits = inet->exit_on_close;

    if (inet->status & INET_IS_BUSY)
        tcp_release_sender(tcp, A_CLOSED);
    else if (reason == A_CLOSED)
        tcp->closed_for_send = true;
    tcp_abort_sendfile(tcp, IO_ENOTCONN);
    input_over(tcp);
    if (!is_active(tcp)) {
        inet_operation_fail(&inet->receive, reason);
        if (exits)
            tcp_close(tcp);
        tcp_update_watch(tcp);
        return;
    }
    if (reason != A_CLOSED) {
        Heap heap = {0};

        inet_tell(inet, A_TCP_ERROR, &heap, reason);
    }
    inet_tell(inet, A_TCP_CLOSED, &(Heap){0}, NO_TERM);
    inet->active = INET_PASSIVE;
    if (exits)
        port_exit_quietly(inet->port, reason == A_CLOSED ? A_NORMAL : reason);
    else
        tcp_update_watch(tcp);
}

static void receive_failed(TcpSocket *tcp, int64_t code)
{
    if (code == IO_ECONNRESET && !tcp->inet.show_reset)
        end_of_input(tcp, A_CLOSED);
    else
        end_of_input(tcp, inet_error_atom(code));
}

/* --- cutting up --------------------------------------------------------------------------------------------------- */

/* prim_inet's numbers of packet types. */
static PacketType packet_type(uint32_t number)
{
    static const PacketType types[] = {PACKET_RAW, PACKET_1, PACKET_2, PACKET_4, PACKET_ASN1, PACKET_SUNRM, PACKET_CDR,
                                       PACKET_FCGI, PACKET_LINE, PACKET_TPKT, PACKET_HTTP, PACKET_HTTPH, PACKET_SSL_TLS,
                                       PACKET_HTTP_BIN, PACKET_HTTPH_BIN};

    return number < ARRAY_SIZE(types) ? types[number] : PACKET_RAW;
}

/* Options may have changed since the last packet. */
static void read_rules(TcpSocket *tcp)
{
    PacketType type = packet_type(tcp->inet.packet);

    if (type != tcp->rules.type)
        tcp->rules.in_headers = type == PACKET_HTTPH || type == PACKET_HTTPH_BIN;
    tcp->rules.type = type;
    tcp->rules.max_size = tcp->inet.packet_size;
    tcp->rules.line_length = MAX(tcp->inet.buffer_size, 1);
    tcp->rules.line_delimiter = tcp->inet.line_delimiter;
}

/* The most that one delivery of a raw stream without a length takes: more than stock's buffer, unless the program chose one. */
static size_t chunk_bytes(const TcpSocket *tcp)
{
    return tcp->inet.buffer_chosen ? MAX(MIN(tcp->inet.buffer_size, READ_BYTES), 1) : READ_BYTES;
}

/* Size of what can be delivered from the buffer; 0: nothing yet; negative: broken. */
static int64_t available(TcpSocket *tcp)
{
    size_t size = buffered(tcp);
    int64_t packet;

    if (tcp->rules.type == PACKET_RAW) {
        if (is_active(tcp) || tcp->inet.receive_size == 0)
            return (int64_t)MIN(size, chunk_bytes(tcp));
        return size >= tcp->inet.receive_size ? (int64_t)tcp->inet.receive_size : 0;
    }
    if (size == 0)
        return 0;
    packet = packet_size(&tcp->rules, tcp->input + tcp->start, size);
    return packet > (int64_t)size ? 0 : packet;
}

/* Delivers one packet of what is buffered. False: there is none, or the stream is broken. */
static bool deliver_buffered(TcpSocket *tcp)
{
    int64_t size;

    read_rules(tcp);
    size = available(tcp);
    if (size < 0) {
        receive_failed(tcp, IO_EMSGSIZE);
        return false;
    }
    if (size == 0)
        return false;
    deliver(tcp, tcp->input + tcp->start, (size_t)size);
    took(tcp, (size_t)size);
    return true;
}

/* recv with a length takes no more than that, so that the rest can be read in another mode. */
static size_t read_limit(const TcpSocket *tcp)
{
    if (tcp->rules.type != PACKET_RAW)
        return READ_BYTES;
    if (!is_active(tcp) && tcp->inet.receive_size > 0)
        return MIN(tcp->inet.receive_size - buffered(tcp), READ_BYTES);
    return chunk_bytes(tcp);
}

/* Reads once. False: nothing came. */
static bool read_once(TcpSocket *tcp, bool *is_empty)
{
    static uint8_t bytes[READ_BYTES];
    size_t limit = read_limit(tcp);
    int64_t got = io_socket_receive(tcp->inet.handle, bytes, limit);

    if (got == IO_EAGAIN)
        return false;
    if (got <= 0) {
        if (got == 0)
            end_of_input(tcp, A_CLOSED);
        else
            receive_failed(tcp, got);
        return false;
    }
    *is_empty = (size_t)got < limit;
    tcp->inet.port->bytes_in += (uint64_t)got;
    port_total_in += (uint64_t)got;
    if (tcp->rules.type == PACKET_RAW && buffered(tcp) == 0 && (is_active(tcp) || tcp->inet.receive_size == 0
                                                                || tcp->inet.receive_size == (size_t)got))
        deliver(tcp, bytes, (size_t)got);
    else
        keep(tcp, bytes, (size_t)got);
    return true;
}

/* A few reads, then others get their turn. A read that did not get all it could has emptied the socket: what comes after it
 * is told by the watch. */
void tcp_receive(TcpSocket *tcp)
{
    uint32_t reads = 0;
    bool is_empty = false;

    while (is_wanted(tcp) && !(tcp->inet.port->flags & PORT_DEAD)) {
        if (deliver_buffered(tcp))
            continue;
        if (is_empty || !is_wanted(tcp) || reads++ >= MAX(tcp->inet.read_packets, 1) || !read_once(tcp, &is_empty))
            break;
    }
    tcp_update_watch(tcp);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static void receive_expired(InetOperation *operation)
{
    inet_operation_fail(operation, A_TIMEOUT);
    tcp_update_watch((TcpSocket *)operation->socket);
}

static bool refuse_receive(TcpSocket *tcp)
{
    if (!tcp->closed_for_receive)
        return inet_reply_error(&tcp->inet, IO_ENOTCONN);
    tcp->closed_for_receive = tcp->closed_for_send = false;
    if (!tcp->was_reset)
        return inet_reply_name(&tcp->inet, "closed");
    tcp->was_reset = false;
    return inet_reply_error(&tcp->inet, IO_ECONNRESET);
}

bool tcp_request_receive(TcpSocket *tcp, Process *caller, Reader *in)
{
    InetSocket *inet = &tcp->inet;
    uint32_t time = reader_u32(in), size = reader_u32(in);

    if (!(inet->status & INET_IS_CONNECTED))
        return refuse_receive(tcp);
    if (is_active(tcp) || !reader_ok(in) || (inet->packet != 0 && size != 0))
        return inet_reply_error(inet, IO_EINVAL);
    if (size > RECEIVE_MAX)
        return inet_reply_error(inet, IO_ENOMEM);
    if (inet->receive.pending)
        return inet_reply_error(inet, IO_EALREADY);
    inet->receive_size = size;
    inet_operation_start(inet, &inet->receive, caller, time, receive_expired);
    tcp_receive(tcp);
    if (time == 0 && inet->receive.pending)
        receive_expired(&inet->receive);
    return true;
}

bool tcp_request_push_back(TcpSocket *tcp, Reader *in)
{
    size_t size = reader_left(in), old = buffered(tcp);
    uint8_t *joined;

    if (!(tcp->inet.status & INET_IS_CONNECTED))
        return inet_reply_error(&tcp->inet, IO_ENOTCONN);
    joined = mem_alloc(MEM_PORT, size + old + 1);
    memcpy(joined, in->at, size);
    if (old)
        memcpy(joined + size, tcp->input + tcp->start, old);
    mem_free(MEM_PORT, tcp->input);
    tcp->input = joined;
    tcp->start = 0;
    tcp->end = tcp->capacity = size + old;
    if (is_active(tcp))
        tcp_receive(tcp);
    return inet_reply_ok(&tcp->inet, NULL, 0);
}
