/* file.c - files in memory, and a disk that may be full; pipes by script. */
#include "io/io_file.h"

#include <string.h>

#include "io/fake/handle.h"
#include "vm/base/mem.h"

static FakeFile *files;
static size_t disk_room = SIZE_MAX;

void fake_disk_room(size_t bytes) { disk_room = bytes; }

static FakeFile *find(const char *path)
{
    FakeFile *file = files;

    while (file && strcmp(file->path, path) != 0)
        file = file->next;
    return file;
}

const uint8_t *fake_file(const char *path, size_t *size)
{
    FakeFile *file = find(path);

    if (!file)
        return NULL;
    *size = file->content.size;
    return (const uint8_t *)text_terminated(&file->content);
}

static FakeFile *make(const char *path)
{
    FakeFile *file = mem_alloc_zero(MEM_IO, sizeof *file);
    size_t size = strlen(path) + 1;

    file->path = memcpy(mem_alloc(MEM_IO, size), path, size);
    file->next = files;
    files = file;
    return file;
}

/* Makes it longer, with zeros, as far as there is room on the disk. */
static size_t grow(FakeFile *file, size_t size)
{
    size_t more = size > file->content.size ? MIN(size - file->content.size, disk_room) : 0;

    if (more > 0) {
        memset(text_room(&file->content, more), 0, more);
        disk_room -= disk_room == SIZE_MAX ? 0 : more;
    }
    return MIN(size, file->content.size);
}

int io_file_open(const char *path, unsigned flags)
{
    FakeFile *file = find(path);
    int handle;

    if (file && flags & IO_FILE_EXCLUSIVE)
        return IO_EEXIST;
    if (!file && !(flags & IO_FILE_CREATE))
        return IO_ENOENT;
    handle = fake_handle_new();
    if (handle < 0)
        return handle;
    file = file ? file : make(path);
    if (flags & IO_FILE_TRUNCATE)
        file->content.size = 0;
    fake_handle(handle)->file = file;
    fake_handle(handle)->appends = flags & IO_FILE_APPEND;
    return handle;
}

bool io_file_open_may_block(const char *path) { return false; }
int io_file_close(int handle) { return fake_handle_close(handle); }

int64_t io_file_read_at(int handle, void *into, size_t size, int64_t offset)
{
    const FakeHandle *from = fake_handle(handle);
    size_t start;

    if (!from || !from->file)
        return from ? IO_ESPIPE : IO_EBADF;
    start = MIN((size_t)offset, from->file->content.size);
    size = MIN(size, from->file->content.size - start);
    if (size > 0)
        memcpy(into, from->file->content.bytes + start, size);
    return (int64_t)size;
}

int64_t io_file_read(int handle, void *into, size_t size)
{
    FakeHandle *from = fake_handle(handle);
    int64_t got;

    if (!from || !from->file)
        return fake_handle_read(handle, into, size);
    got = io_file_read_at(handle, into, size, from->position);
    from->position += got;
    return got;
}

/* One part: writes may be short. */
int64_t io_file_write_at(int handle, const IoBytes *parts, size_t count, int64_t offset)
{
    const FakeHandle *to = fake_handle(handle);
    size_t start = (size_t)offset, end, size = MIN(parts[0].size, to ? to->write_limit : 0);

    if (!to || !to->file)
        return to ? IO_ESPIPE : IO_EBADF;
    end = grow(to->file, start + size);
    if (end <= start)
        return size > 0 ? IO_ENOSPC : 0;
    memcpy(to->file->content.bytes + start, parts[0].bytes, end - start);
    return (int64_t)(end - start);
}

int64_t io_file_write(int handle, const IoBytes *parts, size_t count)
{
    FakeHandle *to = fake_handle(handle);
    int64_t done;

    if (count == 0)
        return 0;
    if (!to || !to->file)
        return fake_handle_write(handle, parts[0].bytes, parts[0].size);
    done = io_file_write_at(handle, parts, count, to->appends ? (int64_t)to->file->content.size : to->position);
    if (done > 0)
        to->position = to->appends ? (int64_t)to->file->content.size : to->position + done;
    return done;
}

int64_t io_file_seek(int handle, IoWhence whence, int64_t offset)
{
    FakeHandle *file = fake_handle(handle);
    int64_t from;

    if (!file || !file->file)
        return file ? IO_ESPIPE : IO_EBADF;
    from = whence == IO_SEEK_START ? 0 : whence == IO_SEEK_CURRENT ? file->position : (int64_t)file->file->content.size;
    if (from + offset < 0)
        return IO_EINVAL;
    file->position = from + offset;
    return file->position;
}

int io_file_check_executable(const char *path) { return find(path) ? 0 : IO_ENOENT; }
int io_file_sync(int handle, bool data_only) { return fake_handle(handle) ? 0 : IO_EBADF; }

int io_file_handle_info(int handle, IoFileInfo *out)
{
    const FakeHandle *file = fake_handle(handle);

    if (!file || !file->file)
        return file ? IO_ENOTSUP : IO_EBADF;
    *out = (IoFileInfo){.size = (int64_t)file->file->content.size, .type = IO_TYPE_REGULAR,
                        .access = IO_ACCESS_READ_WRITE, .mode = 0100644, .links = 1};
    return 0;
}

int io_stream_set_nonblocking(int handle, bool yes) { return fake_handle(handle) ? 0 : IO_EBADF; }
void io_stream_wait_writable(int handle, int64_t deadline_ns) {}
int io_stream_ask(int handle) { return -1; }
