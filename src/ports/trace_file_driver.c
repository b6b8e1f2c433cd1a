/* trace_file_driver.c - trace_file_drv: trace messages in a file, or in a row of files that wraps around.
 *
 * Opened as "trace_file_drv n Name", or "trace_file_drv w Size Count Time At n Name": then the files are called
 * Name with a number at position At. A file is full after Size bytes (if Time is 0) or Time milliseconds; of the
 * numbers 0 ... Count, the files of the last Count are there. A message is a zero byte, its size in four bytes,
 * and the message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_time.h"
#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/proc/timer_wheel.h"
#include "vm/term/iolist.h"

enum { BUFFER_SIZE = 65536, HEADER_SIZE = 5, NUMBER_DIGITS = 12, OPERATION_FLUSH = 'f', NO_FILE = -1 };
#define NS_PER_MS 1000000

typedef struct TraceFile {
    Port *port;
    TimerNode timer;
    int handle;
    char *name;                  /* without number */
    bool wraps;
    size_t number_at;            /* where in the name */
    uint32_t size_limit, count, time_ms;
    uint32_t number;             /* of the file that is open */
    uint32_t oldest;             /* of the next file to be deleted */
    uint32_t files_to_go;        /* before the first is deleted */
    uint64_t file_size;
    size_t used;                 /* of the buffer */
    uint8_t buffer[BUFFER_SIZE];
} TraceFile;

/* --- files ---------------------------------------------------------------------------------------------- */

static char *file_name(const TraceFile *file, uint32_t number)
{
    size_t size = strlen(file->name) + NUMBER_DIGITS;
    char *name = mem_alloc(MEM_PORT, size);

    if (file->wraps)
        snprintf(name, size, "%.*s%u%s", (int)file->number_at, file->name, number, file->name + file->number_at);
    else
        strcpy(name, file->name);
    return name;
}

static int open_file(TraceFile *file)
{
    char *name = file_name(file, file->number);
    int handle = io_file_open(name, IO_FILE_WRITE | IO_FILE_CREATE | IO_FILE_TRUNCATE | IO_FILE_NO_TYPE_CHECK);

    mem_free(MEM_PORT, name);
    file->handle = handle < 0 ? NO_FILE : handle;
    file->file_size = 0;
    return handle < 0 ? handle : 0;
}

static int write_all(TraceFile *file, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        int64_t written = io_file_write(file->handle, &(IoBytes){bytes, size}, 1);

        if (written <= 0)
            return written < 0 ? (int)written : IO_ENOSPC;
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

static int flush(TraceFile *file)
{
    int code = file->handle == NO_FILE ? 0 : write_all(file, file->buffer, file->used);

    file->used = 0;
    return code;
}

static int put(TraceFile *file, const uint8_t *bytes, size_t size)
{
    int code = 0;

    if (size > BUFFER_SIZE - file->used)
        code = flush(file);
    if (code == 0 && size > BUFFER_SIZE)
        return write_all(file, bytes, size);
    if (code == 0) {
        memcpy(file->buffer + file->used, bytes, size);
        file->used += size;
    }
    return code;
}

static uint32_t next_number(const TraceFile *file, uint32_t number) { return number >= file->count ? 0 : number + 1; }

static int wrap(TraceFile *file)
{
    int code = flush(file);
    char *oldest;

    io_file_close(file->handle);
    file->handle = NO_FILE;
    if (code < 0)
        return code;
    if (file->files_to_go > 0)
        file->files_to_go--;
    if (file->files_to_go == 0) {
        oldest = file_name(file, file->oldest);
        io_file_delete(oldest);
        mem_free(MEM_PORT, oldest);
        file->oldest = next_number(file, file->oldest);
    }
    file->number = next_number(file, file->number);
    return open_file(file);
}

/* --- the driver ------------------------------------------------------------------------------------------- */

static void fail_if(TraceFile *file, int code)
{
    if (code < 0)
        port_failed(file->port, code);
}

static void time_is_over(TimerNode *node)
{
    TraceFile *file = CONTAINER_OF(node, TraceFile, timer);
    int code = wrap(file);

    if (code == 0)
        timer_wheel_set(node, io_monotonic_ns() + (int64_t)file->time_ms * NS_PER_MS, time_is_over);
    fail_if(file, code);
}

/* Fills in what the command says; null: it is wrong, else the name. */
static const char *parse(const char *command, TraceFile *file)
{
    unsigned size, count, time, at;
    int end = 0;

    command += strcspn(command, " ");
    command += strspn(command, " ");
    if (sscanf(command, "w %u %u %u %u %n", &size, &count, &time, &at, &end) == 4 && end > 0) {
        file->wraps = true;
        file->size_limit = size;
        file->count = file->files_to_go = count;
        file->time_ms = time;
        file->number_at = at;
        command += end;
    }
    if (strncmp(command, "n ", 2) != 0 || file->number_at > strlen(command + 2))
        return NULL;
    return command + 2;
}

static int trace_file_start(Port *port, const PortOptions *options)
{
    TraceFile *file = mem_alloc_zero(MEM_PORT, sizeof *file);
    const char *name = parse(options->command, file);
    int code = PORT_BADARG;

    file->port = port;
    if (name) {
        file->name = mem_alloc(MEM_PORT, strlen(name) + 1);
        strcpy(file->name, name);
        code = open_file(file);
    }
    if (code < 0) {
        mem_free(MEM_PORT, file->name);
        mem_free(MEM_PORT, file);
        return code;
    }
    port->driver_state = file;
    if (file->time_ms > 0)
        timer_wheel_set(&file->timer, io_monotonic_ns() + (int64_t)file->time_ms * NS_PER_MS, time_is_over);
    return 0;
}

static void trace_file_halt(Port *port) { flush(port->driver_state); }

static void trace_file_stop(Port *port)
{
    TraceFile *file = port->driver_state;

    timer_wheel_cancel(&file->timer);
    flush(file);
    if (file->handle != NO_FILE)
        io_file_close(file->handle);
    mem_free(MEM_PORT, file->name);
    mem_free(MEM_PORT, file);
}

static void trace_file_output(Port *port, Term from, Term iolist)
{
    TraceFile *file = port->driver_state;
    uint8_t *bytes, header[HEADER_SIZE] = {0};
    size_t size;
    int code;

    if (file->handle == NO_FILE || iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return;
    for (int i = 1; i < HEADER_SIZE; i++)
        header[i] = (uint8_t)(size >> 8 * (HEADER_SIZE - 1 - i));
    code = put(file, header, HEADER_SIZE);
    if (code == 0)
        code = put(file, bytes, size);
    mem_free(MEM_PORT, bytes);
    file->file_size += HEADER_SIZE + size;
    if (code == 0 && file->wraps && file->time_ms == 0 && file->file_size >= file->size_limit)
        code = wrap(file);
    fail_if(file, code);
}

static bool trace_file_control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size,
                               PortReply *reply)
{
    static const uint8_t ok;

    if (operation != OPERATION_FLUSH)
        return false;
    fail_if(port->driver_state, flush(port->driver_state));
    *reply = (PortReply){&ok, 1};
    return true;
}

const PortDriver trace_file_driver = {
    .name = "trace_file_drv", .start = trace_file_start, .stop = trace_file_stop, .output = trace_file_output,
    .control = trace_file_control, .halt = trace_file_halt,
};
