/* io_file.h - files and folders. Every call happens at once and returns 0 or more, or IO_E*.
 *
 * Paths are the platform's own bytes and end in NUL. Handles are file descriptors. */
#ifndef LING_IO_FILE_H
#define LING_IO_FILE_H

#include "io/io_error.h"

enum {
    IO_FILE_READ = 1,
    IO_FILE_WRITE = 2,
    IO_FILE_APPEND = 4,
    IO_FILE_CREATE = 8,
    IO_FILE_TRUNCATE = 16,
    IO_FILE_EXCLUSIVE = 32,
    IO_FILE_SYNC = 64,
    IO_FILE_DIRECTORY = 128,            /* folders may be opened too */
    IO_FILE_NO_TYPE_CHECK = 256,        /* devices and pipes may be opened: does not insist on a regular file */
    IO_FILE_NO_WAIT = 512               /* opening a pipe does not wait for somebody at its other end */
};

typedef enum IoFileType {
    IO_TYPE_REGULAR, IO_TYPE_DIRECTORY, IO_TYPE_SYMLINK, IO_TYPE_DEVICE, IO_TYPE_OTHER
} IoFileType;

typedef enum IoAccess { IO_ACCESS_NONE, IO_ACCESS_READ, IO_ACCESS_WRITE, IO_ACCESS_READ_WRITE } IoAccess;

typedef struct IoFileInfo {
    int64_t size;
    IoFileType type;
    IoAccess access;                    /* of this process */
    int64_t access_time, modify_time, change_time;    /* seconds since 1970 */
    uint32_t mode;
    uint64_t links;
    uint64_t major_device, minor_device;
    uint64_t inode;
    uint32_t user, group;
} IoFileInfo;

typedef struct IoBytes {                /* part of a scattered write */
    const void *bytes;
    size_t size;
} IoBytes;

int io_file_open(const char *path, unsigned flags);      /* IO_FILE_*; a handle */
/* Would opening it wait for somebody else? A named pipe, or nothing that is known. */
bool io_file_open_may_block(const char *path);
int io_file_close(int handle);
int64_t io_file_read(int handle, void *into, size_t size);
int64_t io_file_read_at(int handle, void *into, size_t size, int64_t offset);
int64_t io_file_write(int handle, const IoBytes *parts, size_t count);      /* may be short */
int64_t io_file_write_at(int handle, const IoBytes *parts, size_t count, int64_t offset);
typedef enum IoWhence { IO_SEEK_START, IO_SEEK_CURRENT, IO_SEEK_END } IoWhence;
int64_t io_file_seek(int handle, IoWhence whence, int64_t offset);
int io_file_sync(int handle, bool data_only);
int io_file_truncate(int handle);                        /* at the current position */
int io_file_allocate(int handle, int64_t offset, int64_t size);
typedef enum IoAdvice {
    IO_ADVISE_NORMAL, IO_ADVISE_RANDOM, IO_ADVISE_SEQUENTIAL, IO_ADVISE_WILL_NEED, IO_ADVISE_DONT_NEED,
    IO_ADVISE_NO_REUSE
} IoAdvice;
int io_file_advise(int handle, int64_t offset, int64_t size, IoAdvice advice);
int io_file_handle_info(int handle, IoFileInfo *out);
int io_file_duplicate(int handle);
/* Copies between handles without passing the bytes through the caller: sendfile. `offset` moves on. */
int64_t io_file_send(int out_handle, int in_handle, int64_t *offset, size_t size);

int io_file_info(const char *path, bool follow_links, IoFileInfo *out);
int io_file_set_mode(const char *path, uint32_t mode);
int io_file_set_owner(const char *path, int32_t user, int32_t group);   /* -1: as it is */
int io_file_set_times(const char *path, int64_t access_time, int64_t modify_time);
int io_file_hard_link(const char *existing, const char *path);
int io_file_soft_link(const char *target, const char *path);
int64_t io_file_read_link(const char *path, char *into, size_t size);   /* bytes; not ended by NUL */
int io_file_rename(const char *from, const char *to);
int io_file_delete(const char *path);
int io_file_make_directory(const char *path);
int io_file_delete_directory(const char *path);
/* Calls `name` for every entry but "." and "..". */
int io_file_list(const char *path, void (*name)(void *context, const char *text, size_t size), void *context);
int64_t io_file_current_directory(char *into, size_t size);             /* bytes; not ended by NUL */
int io_file_set_current_directory(const char *path);
/* May this process execute `path`, or enter it, if it is a folder? */
int io_file_check_executable(const char *path);

/* --- byte streams: pipes, terminals, what was inherited as 0, 1, 2 ------------------------------ */

/* From now on the handle answers IO_EAGAIN instead of blocking, where it can. */
int io_stream_set_nonblocking(int handle, bool yes);
/* Blocks until the handle can be written, or the deadline. For output at halt. */
void io_stream_wait_writable(int handle, int64_t deadline_ns);

/* Blocks until something is typed; the first byte of it, or -1 at the end of the input. */
int io_stream_ask(int handle);

#endif
