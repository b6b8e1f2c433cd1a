/* ram_file_driver.c - ram_file_drv: files that are kept in memory, for file:open(Data, [ram]). */
#include <string.h>

#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/base/reader.h"
#include "vm/term/bits.h"
#include "vm/term/iolist.h"

enum {
    COMMAND_OPEN = 1, COMMAND_READ, COMMAND_SEEK, COMMAND_WRITE, COMMAND_SYNC = 9, COMMAND_TRUNCATE = 14,
    COMMAND_READ_AT = 17, COMMAND_WRITE_AT, COMMAND_DATA_SYNC, COMMAND_GET = 30, COMMAND_SIZE = 37, COMMAND_ADVISE,
    COMMAND_ALLOCATE
};
enum { RESPONSE_OK, RESPONSE_ERROR, RESPONSE_DATA, RESPONSE_NUMBER };
enum { MODE_READ = 1, MODE_WRITE = 2 };
enum { NUMBER_BYTES = 5, SIZE_MAX_BYTES = INT32_MAX };

typedef struct RamFile {
    Port *port;
    uint32_t mode;               /* 0: not open */
    uint8_t *bytes;
    size_t size, capacity;
    int64_t position;
} RamFile;

/* --- responses: a list of bytes, which may end in a binary ---------------------------------------------------- */

static void respond(RamFile *file, const uint8_t *bytes, size_t size, Heap *heap, Term tail)
{
    Term data = list_from_bytes(heap, bytes, size, tail);

    port_deliver(file->port, heap, tuple_2(heap, A_DATA, data));
}

static void respond_ok(RamFile *file)
{
    Heap heap = {0};
    uint8_t code = RESPONSE_OK;

    respond(file, &code, 1, &heap, TERM_NIL);
}

static void respond_error(RamFile *file, int error)
{
    Heap heap = {0};
    uint8_t code = RESPONSE_ERROR;

    respond(file, &code, 1, &heap, list_from_text(&heap, io_error_name(error)));
}

static void put_number(uint8_t *to, uint8_t code, int64_t number)
{
    to[0] = code;
    for (int i = 1; i < NUMBER_BYTES; i++)
        to[i] = (uint8_t)(number >> 8 * (NUMBER_BYTES - 1 - i));
}

static void respond_number(RamFile *file, int64_t number)
{
    Heap heap = {0};
    uint8_t response[NUMBER_BYTES];

    if (number < 0) {
        respond_error(file, (int)number);
        return;
    }
    put_number(response, RESPONSE_NUMBER, number);
    respond(file, response, NUMBER_BYTES, &heap, TERM_NIL);
}

static void respond_data(RamFile *file, size_t from, size_t size)
{
    Heap heap = {0};
    uint8_t response[NUMBER_BYTES];
    const uint8_t *bytes = file->bytes + from;
    Term data = file->port->flags & PORT_BINARY ? bits_new(&heap, bytes, size)
                                                : list_from_bytes(&heap, bytes, size, TERM_NIL);

    put_number(response, RESPONSE_DATA, (int64_t)size);
    respond(file, response, NUMBER_BYTES, &heap, data);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

/* Room for `size` bytes; what is new is zero. */
static void reserve(RamFile *file, size_t size)
{
    size_t capacity = MAX(size, file->capacity * 2);

    if (size <= file->capacity && file->bytes)
        return;
    file->bytes = mem_realloc(MEM_PORT, file->bytes, capacity + 1);
    memset(file->bytes + file->capacity, 0, capacity + 1 - file->capacity);
    file->capacity = capacity;
}

static int64_t write_at(RamFile *file, int64_t at, Reader *in)
{
    size_t size = reader_left(in);

    if (!(file->mode & MODE_WRITE))
        return IO_EBADF;
    if (at < 0 || at + (int64_t)size > SIZE_MAX_BYTES)
        return IO_EINVAL;
    reserve(file, (size_t)at + size);
    memcpy(file->bytes + at, in->at, size);
    file->size = MAX(file->size, (size_t)at + size);
    return (int64_t)size;
}

/* Responds with up to `size` bytes at `at`; returns how many, or the error. */
static int64_t read_at(RamFile *file, int64_t at, int64_t size)
{
    size_t there;

    if (!(file->mode & MODE_READ))
        return IO_EBADF;
    if (at < 0 || size < 0)
        return IO_EINVAL;
    there = (size_t)at < file->size ? MIN((size_t)size, file->size - (size_t)at) : 0;
    respond_data(file, there ? (size_t)at : 0, there);
    return (int64_t)there;
}

static int64_t seek(RamFile *file, int64_t offset, uint32_t whence)
{
    const int64_t bases[] = {0, file->position, (int64_t)file->size};
    int64_t position;

    if (file->mode == 0)
        return IO_EBADF;
    position = whence < ARRAY_SIZE(bases) ? bases[whence] + offset : -1;
    if (position < 0 || position > SIZE_MAX_BYTES)
        return IO_EINVAL;
    return file->position = position;
}

static void open_with(RamFile *file, Reader *in)
{
    file->mode = reader_u32(in);
    file->size = 0;
    reserve(file, reader_left(in));
    memcpy(file->bytes, in->at, reader_left(in));
    file->size = reader_left(in);
    respond_number(file, 0);
}

static void truncate_here(RamFile *file)
{
    size_t end = (size_t)file->position;

    if (!(file->mode & MODE_WRITE)) {
        respond_error(file, IO_EACCES);
        return;
    }
    reserve(file, end);
    if (file->size > end)
        memset(file->bytes + end, 0, file->size - end);
    file->size = end;
    respond_ok(file);
}

static int32_t read_i32(Reader *in) { return (int32_t)reader_u32(in); }

static void command(RamFile *file, Reader *in)
{
    int64_t at, done;

    switch (reader_u8(in)) {
    case COMMAND_OPEN: open_with(file, in); break;
    case COMMAND_READ:
        done = read_at(file, file->position, read_i32(in));
        if (done < 0)
            respond_error(file, (int)done);
        else
            file->position += done;
        break;
    case COMMAND_READ_AT:
        at = read_i32(in);
        done = read_at(file, at, read_i32(in));
        if (done < 0)
            respond_error(file, (int)done);
        break;
    case COMMAND_WRITE:
        done = write_at(file, file->position, in);
        file->position += MAX(done, 0);
        respond_number(file, done);
        break;
    case COMMAND_WRITE_AT:
        at = read_i32(in);
        respond_number(file, write_at(file, at, in));
        break;
    case COMMAND_SEEK:
        at = read_i32(in);
        respond_number(file, seek(file, at, reader_u32(in)));
        break;
    case COMMAND_TRUNCATE: truncate_here(file); break;
    case COMMAND_GET: respond_data(file, 0, file->size); break;
    case COMMAND_SIZE: respond_number(file, (int64_t)file->size); break;
    case COMMAND_SYNC:
    case COMMAND_DATA_SYNC:
    case COMMAND_ADVISE:
    case COMMAND_ALLOCATE:
        if (file->mode == 0)
            respond_error(file, IO_EBADF);
        else
            respond_ok(file);
        break;
    default: break;              /* nobody answers what nobody knows */
    }
}

static void output(Port *port, Term from, Term iolist)
{
    uint8_t *bytes;
    size_t size;
    Reader in;

    if (iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return;
    reader_init(&in, bytes, size);
    command(port->driver_state, &in);
    mem_free(MEM_PORT, bytes);
}

static int start(Port *port, const PortOptions *options)
{
    RamFile *file = mem_alloc_zero(MEM_PORT, sizeof *file);

    file->port = port;
    port->driver_state = file;
    reserve(file, 0);
    return 0;
}

static void stop(Port *port)
{
    RamFile *file = port->driver_state;

    mem_free(MEM_PORT, file->bytes);
    mem_free(MEM_PORT, file);
}

const PortDriver ram_file_driver = {.name = "ram_file_drv", .start = start, .stop = stop, .output = output};
