/* handle.c - a table of handles, and their scripts. */
#include "io/fake/handle.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/base/mem.h"

enum { MAX_HANDLES = 1024 };

static FakeHandle handles[MAX_HANDLES];     /* never reused: a script stays valid */
static int newest = FAKE_FIRST_HANDLE - 1;

static int64_t at(int64_t ms) { return ms * FAKE_NS_PER_MS; }

/* --- life ---------------------------------------------------------------------------------------------------------- */

int fake_handle_new(void)
{
    FakeHandle *made;

    if (newest + 1 == MAX_HANDLES)
        return IO_EMFILE;
    made = &handles[++newest];
    *made = (FakeHandle){.is_open = true, .write_limit = SIZE_MAX};
    return newest;
}

int fake_handle_newest(void) { return newest; }

FakeHandle *fake_handle(int handle)
{
    return handle >= FAKE_FIRST_HANDLE && handle <= newest && handles[handle].is_open ? &handles[handle] : NULL;
}

int fake_handle_close(int handle)
{
    if (!fake_handle(handle))
        return IO_EBADF;
    handles[handle].is_open = false;
    return 0;
}

/* --- scripts ------------------------------------------------------------------------------------------------------- */

static void add_input(int handle, int64_t at_ms, int result, const void *bytes, size_t size)
{
    FakeInput *input = mem_alloc(MEM_IO, sizeof *input + size), **link = &handles[handle].input;

    *input = (FakeInput){.at_ns = at(at_ms), .result = result, .size = size};
    if (size > 0)
        memcpy(input->bytes, bytes, size);
    while (*link)
        link = &(*link)->next;
    *link = input;
}

void fake_input(int handle, int64_t at_ms, const void *bytes, size_t size) { add_input(handle, at_ms, 0, bytes, size); }
void fake_input_result(int handle, int64_t at_ms, int code) { add_input(handle, at_ms, code, NULL, 0); }

void fake_room(int handle, int64_t at_ms, size_t bytes)
{
    FakeRoom *room = mem_alloc(MEM_IO, sizeof *room);

    *room = (FakeRoom){.next = handles[handle].rooms, .at_ns = at(at_ms), .bytes = bytes};
    if (!handles[handle].is_bounded)
        handles[handle].free_bytes = handles[handle].output.size;
    handles[handle].rooms = room;
    handles[handle].is_bounded = true;
}

void fake_write_limit(int handle, size_t bytes) { handles[handle].write_limit = bytes; }

void fake_write_result(int handle, size_t after_bytes, int code)
{
    handles[handle].result_after = after_bytes;
    handles[handle].write_result = code;
}

const uint8_t *fake_output(int handle, size_t *size)
{
    *size = handles[handle].output.size;
    return (const uint8_t *)handles[handle].output.bytes;
}

int fake_client(int listener, int64_t at_ms)
{
    FakeClient *client = mem_alloc(MEM_IO, sizeof *client), **link = &handles[listener].clients;
    int handle = fake_handle_new();

    handles[handle].family = handles[listener].family;
    handles[handle].own = handles[handle].peer = handles[listener].own;
    *client = (FakeClient){.at_ns = at(at_ms), .handle = handle};
    while (*link)
        link = &(*link)->next;
    *link = client;
    return handle;
}

void fake_accept_result(int listener, int code) { handles[listener].accept_result = code; }

/* --- state --------------------------------------------------------------------------------------------------------- */

/* Bytes that can be written now. */
static size_t room_now(const FakeHandle *handle)
{
    size_t room = handle->free_bytes;

    if (!handle->is_bounded)
        return SIZE_MAX;
    for (const FakeRoom *one = handle->rooms; one; one = one->next)
        if (one->at_ns <= io_monotonic_ns())
            room += one->bytes;
    return room - handle->output.size;
}

static bool write_fails(const FakeHandle *handle)
{
    return handle->write_result != 0 && handle->output.size >= handle->result_after;
}

unsigned fake_handle_ready(const FakeHandle *handle)
{
    int64_t now = io_monotonic_ns();
    unsigned events = 0;

    if (handle->connected_ns > now)
        return 0;
    if ((handle->input && handle->input->at_ns <= now) || (handle->clients && handle->clients->at_ns <= now))
        events |= IO_READABLE;
    if (room_now(handle) > 0 || write_fails(handle))
        events |= IO_WRITABLE;
    return events;
}

static void sooner(int64_t *next, int64_t at_ns)
{
    if (at_ns > io_monotonic_ns() && at_ns < *next)
        *next = at_ns;
}

int64_t fake_handle_next_ns(const FakeHandle *handle, unsigned events)
{
    int64_t next = INT64_MAX;

    sooner(&next, handle->connected_ns);
    if (events & IO_READABLE && handle->input)
        sooner(&next, handle->input->at_ns);
    if (events & IO_READABLE && handle->clients)
        sooner(&next, handle->clients->at_ns);
    for (const FakeRoom *room = events & IO_WRITABLE ? handle->rooms : NULL; room; room = room->next)
        sooner(&next, room->at_ns);
    return next;
}

/* --- data ---------------------------------------------------------------------------------------------------------- */

int64_t fake_handle_read(int handle, void *into, size_t size)
{
    FakeHandle *from = fake_handle(handle);
    FakeInput *input;

    if (!from)
        return IO_EBADF;
    input = from->input;
    if (!input || input->at_ns > io_monotonic_ns())
        return IO_EAGAIN;
    if (input->size == 0)
        return input->result;
    size = MIN(size, input->size - input->taken);
    memcpy(into, input->bytes + input->taken, size);
    input->taken += size;
    if (input->taken == input->size) {
        from->input = input->next;
        mem_free(MEM_IO, input);
    }
    return (int64_t)size;
}

int64_t fake_handle_write(int handle, const void *bytes, size_t size)
{
    FakeHandle *to = fake_handle(handle);

    if (!to)
        return IO_EBADF;
    if (write_fails(to))
        return to->write_result;
    size = MIN(MIN(size, to->write_limit), room_now(to));
    if (to->write_result != 0)
        size = MIN(size, to->result_after - to->output.size);
    if (size == 0)
        return IO_EAGAIN;
    text_add(&to->output, bytes, size);
    return (int64_t)size;
}
