/* file.c - files by system calls. */
#include "io/io_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utime.h>

#include "io/io_time.h"

enum { PARTS_AT_ONCE = 64 };

static int failure(void) { return io_error_from_system(errno); }

static int outcome(int result) { return result < 0 ? failure() : result; }

static int open_flags(unsigned flags)
{
    int mode = flags & IO_FILE_WRITE ? (flags & IO_FILE_READ ? O_RDWR : O_WRONLY) : O_RDONLY;

    mode |= flags & IO_FILE_APPEND ? O_APPEND : 0;
    mode |= flags & IO_FILE_CREATE ? O_CREAT : 0;
    mode |= flags & IO_FILE_TRUNCATE ? O_TRUNC : 0;
    mode |= flags & IO_FILE_EXCLUSIVE ? O_EXCL : 0;
    mode |= flags & IO_FILE_SYNC ? O_SYNC : 0;
    mode |= flags & IO_FILE_DIRECTORY ? O_DIRECTORY : 0;
    return mode | O_CLOEXEC;
}

static int open_file(const char *path, int system_flags, mode_t mode)
{
    int handle;

    do
        handle = open(path, system_flags, mode);
    while (handle < 0 && errno == EINTR);
    return handle;
}

/* The writing end of a pipe that nobody reads cannot be opened without waiting; both ends at once can. */
static int open_now(const char *path, int system_flags, mode_t mode)
{
    int handle = open_file(path, system_flags | O_NONBLOCK, mode);

    if (handle < 0 && errno == ENXIO && (system_flags & O_ACCMODE) == O_WRONLY)
        handle = open_file(path, (system_flags & ~O_ACCMODE) | O_RDWR | O_NONBLOCK, mode);
    return handle;
}

int io_file_open(const char *path, unsigned flags)
{
    mode_t mode = flags & IO_FILE_DIRECTORY ? 0777 : 0666;
    struct stat info;
    int handle = flags & IO_FILE_NO_WAIT ? open_now(path, open_flags(flags), mode) : open_file(path, open_flags(flags), mode);

    if (handle < 0)
        return failure();
    if (!(flags & (IO_FILE_NO_TYPE_CHECK | IO_FILE_DIRECTORY)) && fstat(handle, &info) == 0
        && S_ISDIR(info.st_mode)) {
        close(handle);
        return IO_EISDIR;
    }
    return handle;
}

bool io_file_open_may_block(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISFIFO(info.st_mode);
}

/* It is closed even if a signal interrupts that. */
int io_file_close(int handle) { return close(handle) < 0 && errno != EINTR ? failure() : 0; }

int64_t io_file_read(int handle, void *into, size_t size)
{
    ssize_t got;

    do
        got = read(handle, into, size);
    while (got < 0 && errno == EINTR);
    return got < 0 ? failure() : got;
}

int64_t io_file_read_at(int handle, void *into, size_t size, int64_t offset)
{
    ssize_t got;

    do
        got = pread(handle, into, size, offset);
    while (got < 0 && errno == EINTR);
    return got < 0 ? failure() : got;
}

static size_t as_vectors(struct iovec *vectors, const IoBytes *parts, size_t count)
{
    size_t used = MIN(count, PARTS_AT_ONCE);

    for (size_t i = 0; i < used; i++)
        vectors[i] = (struct iovec){.iov_base = (void *)(uintptr_t)parts[i].bytes, .iov_len = parts[i].size};
    return used;
}

int64_t io_file_write(int handle, const IoBytes *parts, size_t count)
{
    struct iovec vectors[PARTS_AT_ONCE];
    size_t used = as_vectors(vectors, parts, count);
    ssize_t done;

    do
        done = used == 1 ? write(handle, vectors[0].iov_base, vectors[0].iov_len) : writev(handle, vectors, (int)used);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

int64_t io_file_write_at(int handle, const IoBytes *parts, size_t count, int64_t offset)
{
    struct iovec vectors[PARTS_AT_ONCE];
    size_t used = as_vectors(vectors, parts, count);
    ssize_t done;

    do
        done = pwritev(handle, vectors, (int)used, offset);
    while (done < 0 && errno == EINTR);
    return done < 0 ? failure() : done;
}

int64_t io_file_seek(int handle, IoWhence whence, int64_t offset)
{
    static const int system_whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    off_t position = lseek(handle, offset, system_whence[whence]);

    return position < 0 ? failure() : position;
}

int io_file_sync(int handle, bool data_only)
{
    int result;

    do
        result = data_only ? fdatasync(handle) : fsync(handle);
    while (result < 0 && errno == EINTR);
    return outcome(result);
}

int io_file_truncate(int handle)
{
    off_t position = lseek(handle, 0, SEEK_CUR);

    int result;

    if (position < 0)
        return failure();
    do
        result = ftruncate(handle, position);
    while (result < 0 && errno == EINTR);
    return outcome(result);
}

int io_file_allocate(int handle, int64_t offset, int64_t size)
{
    int result;

    do
        result = fallocate(handle, 0, offset, size);
    while (result < 0 && errno == EINTR);
    if (result == 0)
        return 0;
    do
        result = posix_fallocate(handle, offset, size);
    while (result == EINTR);
    return result == 0 ? 0 : io_error_from_system(result);
}

int io_file_advise(int handle, int64_t offset, int64_t size, IoAdvice advice)
{
    static const int system_advice[] = {POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL,
                                        POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE};

    /* Advice is no promise: a system that does not take it has not failed. */
    posix_fadvise(handle, offset, size, system_advice[advice]);
    return 0;
}

int io_file_duplicate(int handle) { return outcome(fcntl(handle, F_DUPFD_CLOEXEC, 3)); }

int64_t io_file_send(int out_handle, int in_handle, int64_t *offset, size_t size)
{
    off_t at = *offset;
    ssize_t done;

    do
        done = sendfile(out_handle, in_handle, &at, size);
    while (done < 0 && errno == EINTR);
    if (done < 0)
        return failure();
    *offset = at;
    return done;
}

/* --- facts -------------------------------------------------------------------------------------- */

static IoFileType type_of(mode_t mode)
{
    if (S_ISREG(mode))
        return IO_TYPE_REGULAR;
    if (S_ISDIR(mode))
        return IO_TYPE_DIRECTORY;
    if (S_ISLNK(mode))
        return IO_TYPE_SYMLINK;
    return S_ISCHR(mode) || S_ISBLK(mode) ? IO_TYPE_DEVICE : IO_TYPE_OTHER;
}

static void fill_info(const struct stat *from, IoFileInfo *out)
{
    *out = (IoFileInfo){
        .size = from->st_size, .type = type_of(from->st_mode),
        .access_time = from->st_atime, .modify_time = from->st_mtime, .change_time = from->st_ctime,
        .mode = from->st_mode, .links = from->st_nlink,
        .major_device = from->st_dev, .minor_device = from->st_rdev, .inode = from->st_ino,
        .user = from->st_uid, .group = from->st_gid};
}

static IoAccess access_by_mode(const struct stat *info)
{
    unsigned bits = info->st_mode & 7;

    if (info->st_uid == geteuid())
        bits = info->st_mode >> 6 & 7;
    else if (info->st_gid == getegid())
        bits = info->st_mode >> 3 & 7;
    return (bits & 4 ? IO_ACCESS_READ : 0) | (bits & 2 ? IO_ACCESS_WRITE : 0);
}

int io_file_handle_info(int handle, IoFileInfo *out)
{
    struct stat info;

    if (fstat(handle, &info) < 0)
        return failure();
    fill_info(&info, out);
    out->access = access_by_mode(&info);
    return 0;
}

int io_file_info(const char *path, bool follow_links, IoFileInfo *out)
{
    struct stat info;

    if ((follow_links ? stat(path, &info) : lstat(path, &info)) < 0)
        return failure();
    fill_info(&info, out);
    out->access = (access(path, R_OK) == 0 ? IO_ACCESS_READ : 0) | (access(path, W_OK) == 0 ? IO_ACCESS_WRITE : 0);
    return 0;
}

/* Setuid and setgid may be forbidden where the rest is allowed. */
int io_file_set_mode(const char *path, uint32_t mode)
{
    if (chmod(path, mode & 06777) < 0 && chmod(path, mode & 0777) < 0)
        return failure();
    return 0;
}

int io_file_set_owner(const char *path, int32_t user, int32_t group)
{
    return outcome(chown(path, (uid_t)user, (gid_t)group));
}

int io_file_set_times(const char *path, int64_t access_time, int64_t modify_time)
{
    struct utimbuf times = {.actime = (time_t)access_time, .modtime = (time_t)modify_time};

    return outcome(utime(path, &times));
}

/* --- names -------------------------------------------------------------------------------------- */

int io_file_hard_link(const char *existing, const char *path) { return outcome(link(existing, path)); }

int io_file_soft_link(const char *target, const char *path) { return outcome(symlink(target, path)); }

int64_t io_file_read_link(const char *path, char *into, size_t size)
{
    ssize_t length = readlink(path, into, size);

    return length < 0 ? failure() : length;
}

int io_file_rename(const char *from, const char *to)
{
    if (rename(from, to) == 0)
        return 0;
    if (errno == ENOTEMPTY)
        return IO_EEXIST;
    return strcmp(from, "/") == 0 ? IO_EINVAL : failure();
}

int io_file_delete(const char *path)
{
    if (unlink(path) == 0)
        return 0;
    return errno == EISDIR ? IO_EPERM : failure();
}

int io_file_make_directory(const char *path) { return outcome(mkdir(path, 0777)); }

static bool is_current_directory(const char *path)
{
    struct stat there, here;

    return stat(path, &there) == 0 && stat(".", &here) == 0 && there.st_ino == here.st_ino
        && there.st_dev == here.st_dev;
}

int io_file_delete_directory(const char *path)
{
    if (rmdir(path) == 0)
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return failure();
    return is_current_directory(path) ? IO_EINVAL : IO_EEXIST;
}

int io_file_list(const char *path, void (*name)(void *context, const char *text, size_t size), void *context)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    if (!folder)
        return failure();
    while ((entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            name(context, entry->d_name, strlen(entry->d_name));
    closedir(folder);
    return 0;
}

int64_t io_file_current_directory(char *into, size_t size)
{
    return getcwd(into, size) ? (int64_t)strlen(into) : failure();
}

int io_file_set_current_directory(const char *path) { return outcome(chdir(path)); }

int io_file_check_executable(const char *path) { return outcome(access(path, X_OK)); }

/* --- streams ------------------------------------------------------------------------------------ */

int io_stream_set_nonblocking(int handle, bool yes)
{
    int flags = fcntl(handle, F_GETFL);

    if (flags < 0)
        return failure();
    if (!(flags & O_NONBLOCK) == !yes)
        return 0;
    return outcome(fcntl(handle, F_SETFL, yes ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

void io_stream_wait_writable(int handle, int64_t deadline_ns)
{
    struct pollfd one = {.fd = handle, .events = POLLOUT};
    int milliseconds = -1;

    if (deadline_ns != INT64_MAX) {
        int64_t left = deadline_ns - io_monotonic_ns();

        if (left <= 0)
            return;
        milliseconds = (int)MIN(left / 1000000 + 1, INT_MAX);
    }
    poll(&one, 1, milliseconds);
}

int io_stream_ask(int handle)
{
    struct pollfd one = {.fd = handle, .events = POLLIN};
    uint8_t typed[64];
    ssize_t got;

    do {
        poll(&one, 1, -1);
        got = read(handle, typed, sizeof typed);
    } while (got < 0 && (errno == EAGAIN || errno == EINTR));
    return got > 0 ? typed[0] : -1;
}
