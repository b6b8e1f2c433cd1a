/* tcp_output.c - sending on stream sockets: at once as far as possible, the rest from a queue. */
#include "ports/tcp_burst.h"
#include "vm/base/mem.h"
#include "vm/term/iolist.h"

enum { PARTS_PER_WRITE = 64, SENDFILE_STEP = 1 << 20, HEADER_BYTES_MAX = 4, SHORT_BYTES = 4096 };

/* --- who waits ------------------------------------------------------------------------------------------------------ */

static bool is_busy(const TcpSocket *tcp) { return tcp->inet.status & INET_IS_BUSY; }

void tcp_release_sender(TcpSocket *tcp, Term reason)
{
    if (!is_busy(tcp))
        return;
    tcp->inet.status &= ~(uint32_t)INET_IS_BUSY;
    if (tcp->send_timer)
        io_timer_cancel(tcp->send_timer);
    port_set_busy(tcp->inet.port, false);
    if (tcp->busy_sender != NO_TERM)
        inet_reply_sender(&tcp->inet, tcp->busy_sender, reason);
    tcp->busy_sender = NO_TERM;
}

static void send_expired(void *context)
{
    TcpSocket *tcp = context;
    Port *port = tcp->inet.port;

    port_enter_callback(port, A_TIMEOUT);
    /* However much is queued: who sends next shall get a timeout of its own, not wait for the port. */
    tcp_release_sender(tcp, A_TIMEOUT);
    if (tcp->inet.send_timeout_close) {
        byte_queue_free(&tcp->inet.output);
        if (tcp->inet.exit_on_close && tcp->inet.active != INET_PASSIVE)
            port_exit_quietly(port, A_NORMAL);
        else
            tcp_close(tcp);
    }
    port_leave_callback(port);
}

/* The queue is too long: senders wait, the present one for its reply. */
static void become_busy(TcpSocket *tcp, Term sender)
{
    if (tcp->inet.send_timeout == 0) {
        inet_reply_sender(&tcp->inet, sender, A_TIMEOUT);
        return;
    }
    tcp->inet.status |= INET_IS_BUSY;
    port_set_busy(tcp->inet.port, true);
    tcp->busy_sender = sender;
    if (tcp->inet.send_timeout < 0)
        return;
    if (!tcp->send_timer)
        tcp->send_timer = io_timer_new(send_expired, tcp);
    io_timer_set(tcp->send_timer, tcp->inet.send_timeout);
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

/* What is left when the connection breaks: the owner (active) or the next recv (passive) gets to know. */
void tcp_send_failed(TcpSocket *tcp, Term sender, int64_t code)
{
    InetSocket *inet = &tcp->inet;
    bool reset = code == IO_ECONNRESET || (code == IO_EPIPE && !tcp->write_shut);
    bool shown = reset && inet->show_reset;
    Term reason = shown ? A_ECONNRESET : A_CLOSED;
    bool exits = inet->exit_on_close;

    byte_queue_free(&inet->output);
    if (tcp->busy_sender != NO_TERM)
        sender = NO_TERM;
    tcp_release_sender(tcp, reason);
    tcp_abort_sendfile(tcp, code);
    if (inet->active != INET_PASSIVE) {
        if (shown)
            inet_tell(inet, A_TCP_ERROR, &(Heap){0}, reason);
        inet_tell(inet, A_TCP_CLOSED, &(Heap){0}, NO_TERM);
        if (sender != NO_TERM)
            inet_reply_sender(inet, sender, reason);
        if (exits)
            port_exit_quietly(inet->port, A_NORMAL);
        else
            tcp_close(tcp);
        return;
    }
    if (sender != NO_TERM)
        inet_reply_sender(inet, sender, reason);
    tcp_close(tcp);
    tcp->closed_for_receive = true;
    tcp->closed_for_send = sender == NO_TERM;
    tcp->was_reset = shown;
}

/* The first chunks of the queue, no more than `most` bytes. */
static size_t first_parts(const ByteQueue *queue, size_t most, IoBytes *parts)
{
    size_t count = 0;

    while (count < PARTS_PER_WRITE && most > 0
           && (parts[count].bytes = byte_queue_chunk(queue, count, &parts[count].size))) {
        parts[count].size = MIN(parts[count].size, most);
        most -= parts[count++].size;
    }
    return count;
}

/* Writes until `rest` bytes are left in the queue. 0, or the error that broke the connection. */
static int64_t write_queue(TcpSocket *tcp, size_t rest)
{
    ByteQueue *queue = &tcp->inet.output;

    while (queue->size > rest) {
        IoBytes parts[PARTS_PER_WRITE];
        size_t count = first_parts(queue, queue->size - rest, parts);
        int64_t done;

        done = io_file_write(tcp->inet.handle, parts, count);
        if (done == IO_EAGAIN)
            return 0;
        if (done < 0)
            return done;
        byte_queue_skip(queue, (size_t)done);
    }
    return 0;
}

/* As much of the file as the socket takes. */
static void write_file(TcpSocket *tcp)
{
    TcpSendfile *job = &tcp->sendfile;

    while (job->file >= 0 && (job->to_end || job->left > 0)) {
        size_t step = job->to_end ? SENDFILE_STEP : (size_t)MIN(job->left, SENDFILE_STEP);
        int64_t done = io_file_send(tcp->inet.handle, job->file, &job->offset, step);

        if (done == IO_EAGAIN)
            return;
        if (done < 0) {
            tcp_send_failed(tcp, NO_TERM, done);
            return;
        }
        if (done == 0)
            break;
        job->sent += (uint64_t)done;
        job->left -= job->to_end ? 0 : (uint64_t)done;
    }
    tcp_abort_sendfile(tcp, 0);
}

static void output_is_empty(TcpSocket *tcp)
{
    inet_tell_empty(&tcp->inet);
    if (tcp->shutdown_after_output) {
        tcp->shutdown_after_output = false;
        tcp->write_shut = true;
        io_socket_shutdown(tcp->inet.handle, IO_SHUTDOWN_WRITE);
    }
    port_output_done(tcp->inet.port);
}

/* What was queued before the file, the file, what was queued since. 0, or the error. */
static int64_t write_all(TcpSocket *tcp)
{
    TcpSendfile *job = &tcp->sendfile;

    if (job->file >= 0) {
        size_t since = job->queued_since;
        int64_t error = write_queue(tcp, since);

        if (error < 0 || tcp->inet.output.size > since)
            return error;
        write_file(tcp);
        if (tcp->inet.handle < 0 || job->file >= 0)
            return 0;
    }
    return write_queue(tcp, 0);
}

void tcp_flush(TcpSocket *tcp)
{
    int64_t error = write_all(tcp);

    if (error < 0) {
        tcp_send_failed(tcp, NO_TERM, error);
        return;
    }
    if (tcp->inet.output.size <= tcp->inet.low_watermark)
        tcp_release_sender(tcp, NO_TERM);
    if (tcp->inet.handle >= 0 && tcp->inet.output.size == 0 && tcp->sendfile.file < 0)
        output_is_empty(tcp);
    tcp_update_watch(tcp);
}

/* --- commands ------------------------------------------------------------------------------------------------------- */

static void refuse_send(TcpSocket *tcp, Term sender)
{
    if (!tcp->closed_for_send) {
        inet_reply_sender(&tcp->inet, sender, A_ENOTCONN);
        return;
    }
    tcp->closed_for_send = false;
    inet_reply_sender(&tcp->inet, sender, tcp->was_reset ? A_ECONNRESET : A_CLOSED);
}

static unsigned header_bytes(uint32_t packet) { return packet == 3 ? 4 : packet <= 2 ? packet : 0; }

static size_t put_header(uint8_t *header, unsigned bytes, size_t size)
{
    for (unsigned i = 0; i < bytes; i++)
        header[i] = (uint8_t)(size >> 8 * (bytes - 1 - i));
    return bytes;
}

static void queue_packet(TcpSocket *tcp, Term iolist, size_t size)
{
    uint8_t header[HEADER_BYTES_MAX];
    unsigned bytes = header_bytes(tcp->inet.packet);

    byte_queue_add(&tcp->inet.output, header, put_header(header, bytes, size), NULL);
    byte_queue_add_iolist(&tcp->inet.output, iolist);
    tcp->sendfile.queued_since += size + bytes;
}

/* Gathers the packet and writes it; what is not taken is queued. 0, or the error that broke the connection. */
static int64_t write_short(TcpSocket *tcp, Term iolist, size_t size, bool goes_on)
{
    uint8_t packet[HEADER_BYTES_MAX + SHORT_BYTES];
    size_t start = put_header(packet, header_bytes(tcp->inet.packet), size), total = start + size;
    int64_t done;

    if (total == 0)
        return 0;
    iolist_copy(iolist, packet + start);
    done = tcp_burst_send(tcp, packet, total, goes_on);
    if (done == IO_EAGAIN)
        done = 0;
    if (done < 0)
        return done;
    byte_queue_add(&tcp->inet.output, packet + done, total - (size_t)done, NULL);
    return 0;
}

/* A length that does not fit the header. */
static bool is_too_long(const TcpSocket *tcp, size_t size)
{
    unsigned bytes = header_bytes(tcp->inet.packet);

    return bytes > 0 && size >> (8 * bytes) != 0;
}

/* 0, or the error that broke the connection. */
static int64_t write_or_queue(TcpSocket *tcp, Term iolist, size_t size, bool behind)
{
    bool goes_on = tcp_burst_goes_on(tcp);

    inet_count(&tcp->inet.sent, size + header_bytes(tcp->inet.packet));
    if (!behind && !tcp->inet.delay_send && size <= SHORT_BYTES)
        return write_short(tcp, iolist, size, goes_on);
    queue_packet(tcp, iolist, size);
    return behind || tcp->inet.delay_send ? 0 : write_queue(tcp, 0);
}

void tcp_send(TcpSocket *tcp, Term sender, Term iolist)
{
    InetSocket *inet = &tcp->inet;
    bool behind = inet->output.size > 0 || tcp->sendfile.file >= 0;
    size_t size = 0;
    int64_t error;

    if (!(inet->status & INET_IS_CONNECTED)) {
        refuse_send(tcp, sender);
        return;
    }
    if (tcp->shutdown_after_output) {
        tcp_send_failed(tcp, sender, IO_EPIPE);
        return;
    }
    iolist_size(iolist, &size);
    if (is_too_long(tcp, size)) {
        inet_reply_sender(inet, sender, A_EINVAL);
        return;
    }
    error = write_or_queue(tcp, iolist, size, behind);
    if (error < 0) {
        tcp_send_failed(tcp, sender, error);
        return;
    }
    if (behind && inet->output.size >= inet->high_watermark && !is_busy(tcp))
        become_busy(tcp, sender);
    else
        inet_reply_sender(inet, sender, NO_TERM);
    tcp_update_watch(tcp);
}

bool tcp_request_shutdown(TcpSocket *tcp, Reader *in)
{
    uint8_t how = reader_u8(in);
    int code;

    if (!(tcp->inet.status & INET_IS_CONNECTED))
        return inet_reply_error(&tcp->inet, IO_ENOTCONN);
    if (!reader_ok(in) || how > IO_SHUTDOWN_BOTH)
        return inet_reply_error(&tcp->inet, IO_EINVAL);
    if (how != IO_SHUTDOWN_READ && tcp->inet.output.size > 0) {
        tcp->shutdown_after_output = true;
        return inet_reply_ok(&tcp->inet, NULL, 0);
    }
    code = io_socket_shutdown(tcp->inet.handle, (IoShutdown)how);
    if (how != IO_SHUTDOWN_READ)
        tcp->write_shut = true;
    return inet_reply_result(&tcp->inet, code);
}

/* --- sendfile ------------------------------------------------------------------------------------------------------- */

/* The present sendfile is over: {sendfile, Port, {ok, High, Low} | {error, Reason}} (code 0: ok). */
void tcp_abort_sendfile(TcpSocket *tcp, int64_t code)
{
    TcpSendfile *job = &tcp->sendfile;
    Heap heap = {0};
    Term result;

    if (job->file < 0)
        return;
    io_file_close(job->file);
    job->file = -1;
    if (code == IO_ECONNRESET || code == IO_EPIPE || code == IO_ENOTCONN)
        result = tuple_2(&heap, A_ERROR, A_CLOSED);
    else if (code < 0)
        result = tuple_2(&heap, A_ERROR, inet_error_atom(code));
    else
        result = tuple_3(&heap, A_OK, small_int((int64_t)(job->sent & UINT32_MAX)), small_int((int64_t)(job->sent >> 32)));
    port_send(tcp->inet.port, job->caller, &heap, tuple_3(&heap, A_SENDFILE, tcp->inet.port->id, result));
}

/* The file's descriptor in native order, offset and length (0: to the end). */
bool tcp_request_sendfile(TcpSocket *tcp, Process *caller, Reader *in)
{
    const uint8_t *bytes = reader_bytes(in, sizeof(int));
    int64_t offset = (int64_t)reader_u64(in);
    uint64_t length = reader_u64(in);
    int handle, copy;

    if (!reader_ok(in) || tcp->sendfile.file >= 0)
        return inet_reply_error(&tcp->inet, IO_EINVAL);
    if (!(tcp->inet.status & INET_IS_CONNECTED))
        return inet_reply_error(&tcp->inet, IO_ENOTCONN);
    __builtin_memcpy(&handle, bytes, sizeof handle);
    copy = io_file_duplicate(handle);
    if (copy < 0)
        return inet_reply_error(&tcp->inet, copy);
    tcp->sendfile = (TcpSendfile){.file = copy, .caller = caller->pid, .offset = offset, .left = length,
                                  .to_end = length == 0};
    inet_reply_ok(&tcp->inet, NULL, 0);
    tcp_flush(tcp);
    return true;
}
