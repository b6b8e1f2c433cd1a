/* fd_driver.c - {fd, In, Out}: handles that were inherited; and a file by its plain name. */
#include "io/io_terminal.h"
#include "ports/drivers.h"
#include "ports/stream.h"
#include "vm/base/mem.h"

static void start_stream(Port *port, const PortOptions *options, int in, int out, bool owns)
{
    Stream *stream = mem_alloc_zero(MEM_PORT, sizeof *stream);

    *stream = (Stream){.port = port, .in = options->in ? in : -1, .out = options->out ? out : -1,
                       .owns_handles = owns, .packet_bytes = options->packet_bytes,
                       .line_length = options->line_length, .busy_high = options->busy_high,
                       .busy_low = options->busy_low};
    port->driver_state = stream;
    stream_start(stream);
}

static int fd_start(Port *port, const PortOptions *options)
{
    start_stream(port, options, options->in_handle, options->out_handle, false);
    return 0;
}

/* open_port("name", ...): opens the file of that name. */
static int vanilla_start(Port *port, const PortOptions *options)
{
    unsigned flags = IO_FILE_NO_TYPE_CHECK | IO_FILE_NO_WAIT;
    int handle;

    if (options->in)
        flags |= IO_FILE_READ;
    if (options->out)
        flags |= IO_FILE_WRITE | IO_FILE_CREATE | (options->in ? 0 : IO_FILE_TRUNCATE);
    handle = io_file_open(options->command, flags);
    if (handle < 0)
        return handle;
    start_stream(port, options, handle, handle, true);
    return 0;
}

static void stop(Port *port)
{
    stream_stop(port->driver_state);
    mem_free(MEM_PORT, port->driver_state);
}

static void output(Port *port, Term from, Term iolist) { stream_write(port->driver_state, iolist); }

/* How large the terminal is, if either end is one. */
static bool control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size, PortReply *reply)
{
    static uint32_t columns_rows[2];
    const Stream *stream = port->driver_state;
    int handles[] = {stream->out, stream->in};

    if (operation - DRIVER_CONTROL_MAGIC != DRIVER_CONTROL_WINDOW_SIZE)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(handles); i++)
        if (handles[i] >= 0 && io_terminal_size(handles[i], &columns_rows[0], &columns_rows[1])) {
            *reply = (PortReply){.bytes = columns_rows, .size = sizeof columns_rows};
            return true;
        }
    return false;
}

static size_t queued(Port *port)
{
    const Stream *stream = port->driver_state;

    return stream->output.size;
}

static void halt(Port *port) { stream_restore(port->driver_state); }

const PortDriver fd_driver = {.name = "fd", .start = fd_start, .stop = stop, .output = output,
                              .control = control, .queued = queued, .halt = halt};
const PortDriver vanilla_driver = {.name = "vanilla", .start = vanilla_start, .stop = stop, .output = output,
                                   .queued = queued};
