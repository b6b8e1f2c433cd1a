/* stream.c - reading, cutting up, and writing of handles. */
#include "ports/stream.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/iolist.h"

enum { READ_BYTES = 64 * 1024, PARTS_PER_WRITE = 64, WHOLE_PACKET_MAX = 1 << 28 };

/* --- input -------------------------------------------------------------------------------------------- */

static void keep_partial(Stream *stream, const uint8_t *bytes, size_t size)
{
    size_t needed = stream->partial_size + size;

    if (size == 0)
        return;
    if (needed > stream->partial_capacity) {
        stream->partial_capacity = MAX(needed, stream->partial_capacity * 2);
        stream->partial = mem_realloc(MEM_PORT, stream->partial, stream->partial_capacity);
    }
    memcpy(stream->partial + stream->partial_size, bytes, size);
    stream->partial_size = needed;
}

static bool is_open(const Stream *stream) { return !(stream->port->flags & (PORT_DEAD | PORT_CLOSING)); }

/* More of the present line. What does not fit into `line_length` bytes goes out before. */
static void add_to_line(Stream *stream, const uint8_t *bytes, size_t size)
{
    while (size > 0 && is_open(stream)) {
        size_t part = MIN(size, stream->line_length - stream->partial_size);

        if (part == 0) {
            port_deliver_line(stream->port, stream->partial, stream->partial_size, false);
            stream->partial_size = 0;
        }
        keep_partial(stream, bytes, part);
        bytes += part;
        size -= part;
    }
}

/* A return belongs to the line unless a newline follows; at the end of what was read that is not known yet. */
static void add_held_return(Stream *stream)
{
    if (stream->holds_return)
        add_to_line(stream, (const uint8_t *)"\r", 1);
    stream->holds_return = false;
}

static void take_lines(Stream *stream, const uint8_t *bytes, size_t size)
{
    const uint8_t *end = bytes + size;

    if (size > 0 && *bytes == '\n')
        stream->holds_return = false;
    add_held_return(stream);
    while (bytes < end && is_open(stream)) {
        const uint8_t *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t length = (size_t)((newline ? newline : end) - bytes);
        bool returns = length > 0 && bytes[length - 1] == '\r';

        add_to_line(stream, bytes, length - returns);
        bytes += length;
        if (newline && is_open(stream)) {
            port_deliver_line(stream->port, stream->partial, stream->partial_size, true);
            stream->partial_size = 0;
            bytes++;
        } else {
            stream->holds_return = returns;
        }
    }
}

void stream_flush_line(Stream *stream)
{
    if (stream->line_length)
        add_held_return(stream);
    if (stream->line_length && stream->partial_size) {
        port_deliver_line(stream->port, stream->partial, stream->partial_size, false);
        stream->partial_size = 0;
    }
}

static size_t packet_size(const uint8_t *header, unsigned bytes)
{
    size_t size = 0;

    for (unsigned i = 0; i < bytes; i++)
        size = size << 8 | header[i];
    return size;
}

static void take_packets(Stream *stream, const uint8_t *bytes, size_t size)
{
    unsigned header = stream->packet_bytes;
    const uint8_t *at, *end;

    if (stream->partial_size > 0) {
        keep_partial(stream, bytes, size);
        bytes = stream->partial;
        size = stream->partial_size;
    }
    for (at = bytes, end = bytes + size; (size_t)(end - at) >= header && is_open(stream);) {
        size_t length = packet_size(at, header);

        if ((size_t)(end - at) - header < length)
            break;
        port_deliver_data(stream->port, at + header, length);
        at += header + length;
    }
    if (bytes == stream->partial) {
        stream->partial_size = (size_t)(end - at);
        memmove(stream->partial, at, stream->partial_size);
    } else {
        keep_partial(stream, at, (size_t)(end - at));
    }
}

static void take_input(Stream *stream, const uint8_t *bytes, size_t size)
{
    if (stream->received)
        stream->received(stream, bytes, size);
    else if (stream->line_length)
        take_lines(stream, bytes, size);
    else if (stream->packet_bytes)
        take_packets(stream, bytes, size);
    else
        port_deliver_data(stream->port, bytes, size);
}

/* One read for each readiness: other handles get their turn, and the owner. */
static void read_some(Stream *stream)
{
    static uint8_t buffer[READ_BYTES];
    int64_t got = io_file_read(stream->in, buffer, sizeof buffer);

    if (got > 0) {
        take_input(stream, buffer, (size_t)got);
    } else if (got != IO_EAGAIN) {
        io_watch_set(stream->in_watch, io_watch_events(stream->in_watch) & ~(unsigned)IO_READABLE);
        if (got == 0 && stream->ended)
            stream->ended(stream);
        else if (got == 0)
            stream_flush_line(stream), port_input_ended(stream->port);
        else
            port_failed(stream->port, got);
    }
}

/* --- output ------------------------------------------------------------------------------------------- */

static void update_busy(Stream *stream)
{
    if (stream->busy_high < 0)
        return;
    if (stream->output.size >= (size_t)stream->busy_high && stream->output.size > 0)
        port_set_busy(stream->port, true);
    else if (stream->output.size < (size_t)stream->busy_low || stream->output.size == 0)
        port_set_busy(stream->port, false);
}

static void watch_output(Stream *stream, bool wanted);

/* Writes what the handle takes. False: the port has failed. */
static bool write_queue(Stream *stream)
{
    while (stream->output.size > 0) {
        IoBytes parts[PARTS_PER_WRITE];
        size_t count = 0;
        int64_t done;

        while (count < PARTS_PER_WRITE
               && (parts[count].bytes = byte_queue_chunk(&stream->output, count, &parts[count].size)))
            count++;
        done = io_file_write(stream->out, parts, count);
        if (done == IO_EAGAIN)
            break;
        if (done < 0) {
            byte_queue_free(&stream->output);
            watch_output(stream, false);
            port_failed(stream->port, done);
            return false;
        }
        byte_queue_skip(&stream->output, (size_t)done);
    }
    watch_output(stream, stream->output.size > 0);
    update_busy(stream);
    return true;
}

/* With a watch armed, older bytes wait: order is kept by waiting too. */
static void write_now(Stream *stream)
{
    if (!stream->out_watch || !(io_watch_events(stream->out_watch) & IO_WRITABLE))
        write_queue(stream);
    else
        update_busy(stream);
}

void stream_write(Stream *stream, Term iolist)
{
    size_t size = 0;
    uint8_t header[4];

    if (stream->out < 0)
        return;
    iolist_size(iolist, &size);
    if (stream->packet_bytes && stream->packet_bytes < 4 && size >> (8 * stream->packet_bytes)) {
        port_failed(stream->port, IO_EINVAL);
        return;
    }
    for (unsigned i = 0; i < stream->packet_bytes; i++)
        header[i] = (uint8_t)(size >> 8 * (stream->packet_bytes - 1 - i));
    byte_queue_add(&stream->output, header, stream->packet_bytes, NULL);
    byte_queue_add_iolist(&stream->output, iolist);
    write_now(stream);
}

void stream_write_bytes(Stream *stream, const uint8_t *bytes, size_t size)
{
    byte_queue_add(&stream->output, bytes, size, NULL);
    write_now(stream);
}

static void on_ready(void *context, unsigned events)
{
    Stream *stream = context;
    Port *port = stream->port;

    port_enter_callback(port, events & IO_READABLE ? A_INPUT : A_OUTPUT);
    if (events & IO_WRITABLE && write_queue(stream) && stream->output.size == 0)
        port_output_done(port);
    if (events & IO_READABLE && !(port->flags & PORT_DEAD))
        read_some(stream);
    port_leave_callback(port);
}

static void watch_output(Stream *stream, bool wanted)
{
    unsigned events;

    if (!stream->out_watch && !wanted)
        return;
    if (!stream->out_watch)
        stream->out_watch = stream->out == stream->in && stream->in_watch
            ? stream->in_watch : io_watch_new(stream->out, on_ready, stream);
    events = io_watch_events(stream->out_watch);
    io_watch_set(stream->out_watch, wanted ? events | IO_WRITABLE : events & ~(unsigned)IO_WRITABLE);
}

/* --- life --------------------------------------------------------------------------------------------- */

void stream_start(Stream *stream)
{
    if (stream->out >= 0)
        io_stream_set_nonblocking(stream->out, true);
    if (stream->in >= 0 && io_stream_set_nonblocking(stream->in, true) == 0) {
        stream->in_watch = io_watch_new(stream->in, on_ready, stream);
        io_watch_set(stream->in_watch, IO_READABLE);
    }
}

void stream_restore(Stream *stream)
{
    if (stream->owns_handles)
        return;
    if (stream->in >= 0)
        io_stream_set_nonblocking(stream->in, false);
    if (stream->out >= 0)
        io_stream_set_nonblocking(stream->out, false);
}

void stream_stop(Stream *stream)
{
    if (stream->out_watch != stream->in_watch)
        io_watch_free(stream->out_watch);
    io_watch_free(stream->in_watch);
    stream->in_watch = stream->out_watch = NULL;
    if (stream->owns_handles) {
        if (stream->in >= 0)
            io_file_close(stream->in);
        if (stream->out >= 0 && stream->out != stream->in)
            io_file_close(stream->out);
    } else {
        stream_restore(stream);
    }
    byte_queue_free(&stream->output);
    mem_free(MEM_PORT, stream->partial);
    stream->partial = NULL;
}
