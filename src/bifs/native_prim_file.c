/* native_prim_file.c - prim_file's functions that work on open files, and the table of them all.
 *
 * An open file belongs to the process that opened it and is closed when that process ends, but not when
 * nobody refers to it any more. */
#include "bifs/native_prim_file.h"

#include <string.h>

#include "bifs/file_job.h"
#include "bifs/native_modules.h"
#include "vm/proc/monitor.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

enum { PARTS_PER_CALL = 64, POINTER_BYTES = 8, WORKER_FROM_BYTES = 4 << 20 };

typedef struct File {
    int handle;             /* -1: closed */
    bool slow;              /* reading may wait for somebody else: no regular file */
    bool busy;              /* a worker uses it */
    bool orphan;            /* its owner died meanwhile */
    Monitor *owner;         /* null once closed */
    Binary *self;           /* while it is open, the file keeps its own memory alive */
} File;

static void file_destroy(Binary *binary) { assert(((File *)(void *)binary->data)->handle < 0); }

static Term outcome(Process *p, int64_t code) { return code < 0 ? file_error(p, code) : A_OK; }

/* --- open and close ------------------------------------------------------------------------------- */

static int close_file(File *file)
{
    int handle = file->handle;

    if (file->owner)
        monitor_free(file->owner);
    file->owner = NULL;
    file->handle = -1;
    binary_release(file->self);
    return io_file_close(handle);
}

static void owner_down(Monitor *monitor, Term reason)
{
    File *file = monitor->context;

    if (!file->busy) {
        close_file(file);
        return;
    }
    monitor_free(monitor);
    file->owner = NULL;
    file->orphan = true;
}

static Term new_file(Process *p, int handle)
{
    Binary *binary = binary_new_magic(sizeof(File), file_destroy);
    File *file = (void *)binary->data;
    IoFileInfo info;
    bool slow = io_file_handle_info(handle, &info) == 0 && info.type != IO_TYPE_REGULAR;

    *file = (File){.handle = handle, .slow = slow, .owner = monitor_add_native(p, owner_down), .self = binary};
    file->owner->context = file;
    return tuple_2(&p->heap, A_OK, magic_ref_new(&p->heap, binary_keep(binary)));
}

static unsigned mode_flag(Term mode)
{
    static const struct {
        Term mode;
        unsigned flag;
    } modes[] = {{A_READ, IO_FILE_READ}, {A_WRITE, IO_FILE_WRITE}, {A_EXCLUSIVE, IO_FILE_EXCLUSIVE},
                 {A_APPEND, IO_FILE_APPEND}, {A_SYNC, IO_FILE_SYNC}, {A_DIRECTORY, IO_FILE_DIRECTORY},
                 {A_SKIP_TYPE_CHECK, IO_FILE_NO_TYPE_CHECK}};

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
        if (modes[i].mode == mode)
            return modes[i].flag;
    return 0;               /* raw, delayed_write ...: what the layers above act on */
}

static unsigned open_flags(Term modes)
{
    unsigned flags = 0;

    for (; is_cons(modes); modes = list_tail(modes))
        flags |= mode_flag(list_head(modes));
    if (flags & (IO_FILE_APPEND | IO_FILE_EXCLUSIVE))
        flags |= IO_FILE_WRITE;
    else if (!(flags & (IO_FILE_READ | IO_FILE_WRITE)))
        flags |= IO_FILE_READ;
    if (flags & IO_FILE_WRITE)
        flags |= IO_FILE_CREATE;
    if ((flags & (IO_FILE_READ | IO_FILE_WRITE | IO_FILE_APPEND)) == IO_FILE_WRITE)
        flags |= IO_FILE_TRUNCATE;
    return flags;
}

static void run_open(FileJob *job) { job->outcome = io_file_open(job->path, job->flags); }

static void open_ended(FileJob *job, bool caller_lives)
{
    if (!caller_lives && job->outcome >= 0)
        io_file_close((int)job->outcome);
}

static Term result_of_open(Process *p, FileJob *job)
{
    return job->outcome < 0 ? file_error(p, job->outcome) : new_file(p, (int)job->outcome);
}

static Term open_by_worker(Process *p, const char *path, unsigned flags)
{
    FileJob *job = file_job_new();

    job->run = run_open;
    job->ended = open_ended;
    job->result = result_of_open;
    job->path = file_path_copy(path);
    job->flags = flags;
    return file_job_start(p, job);
}

static Term open_2(Process *p, const Term *args)
{
    FilePath path;
    Term result;

    if (!is_list(args[1]))
        return raise_badarg(p);
    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    if (io_file_open_may_block(path.text)) {
        result = open_by_worker(p, path.text, open_flags(args[1]));
    } else {
        int handle = io_file_open(path.text, open_flags(args[1]));

        result = handle < 0 ? file_error(p, handle) : new_file(p, handle);
    }
    file_path_free(&path);
    return result;
}

/* A file descriptor that was inherited becomes an open file. */
static Term file_desc_to_ref_1(Process *p, const Term *args)
{
    IoFileInfo info;
    int code;

    if (!is_small(args[0]) || small_value(args[0]) > INT32_MAX || small_value(args[0]) < INT32_MIN)
        return raise_badarg(p);
    code = io_file_handle_info((int)small_value(args[0]), &info);
    return code == IO_EBADF ? file_error(p, code) : new_file(p, (int)small_value(args[0]));
}

/* The file behind `t`; else returns the right answer in *failure. */
static File *open_file(Process *p, Term t, Term *failure)
{
    File *file = magic_ref_data(t, file_destroy);

    if (!file)
        *failure = raise_badarg(p);
    else if (file->handle < 0 || file->busy)
        *failure = file_error(p, IO_EINVAL);
    else
        return file;
    return NULL;
}

int native_prim_file_duplicate(Term t)
{
    File *file = magic_ref_data(t, file_destroy);

    return file && file->handle >= 0 ? io_file_duplicate(file->handle) : IO_EINVAL;
}

static Term close_1(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);

    return file ? outcome(p, close_file(file)) : failure;
}

/* Files whose owner died are closed at once here; the janitor process finds nothing to do. */
static Term delayed_close_1(Process *p, const Term *args)
{
    return magic_ref_data(args[0], file_destroy) ? A_OK : raise_badarg(p);
}

/* --- reading -------------------------------------------------------------------------------------- */

/* A job on an open file: nobody closes it meanwhile. */
static FileJob *new_job(File *file)
{
    FileJob *job = file_job_new();

    file->busy = true;
    binary_keep(file->self);
    job->file = file;
    job->handle = file->handle;
    return job;
}

static void job_ended(FileJob *job, bool caller_lives)
{
    File *file = job->file;
    Binary *self = file->self;

    file->busy = false;
    if (file->orphan)
        close_file(file);
    binary_release(self);
}

static void run_read(FileJob *job)
{
    job->outcome = file_read_all(job->handle, job->bytes->data, job->size, job->offset);
}

static Term bytes_read(Process *p, Binary *bytes, int64_t size, int64_t got);

static Term result_of_read(Process *p, FileJob *job)
{
    Binary *bytes = job->bytes;
    Term result;

    job->bytes = NULL;
    result = bytes_read(p, bytes, (int64_t)job->size, job->outcome);
    return is_bitstring(result) ? tuple_2(&p->heap, A_OK, result) : result;
}

/* {ok, Binary}, eof or {error, Reason}, later. */
static Term read_by_worker(Process *p, File *file, int64_t size, int64_t offset)
{
    FileJob *job;
    Binary *bytes = binary_try_new((size_t)size);

    if (!bytes)
        return file_error(p, IO_ENOMEM);
    job = new_job(file);
    job->run = run_read;
    job->ended = job_ended;
    job->result = result_of_read;
    job->bytes = bytes;
    job->size = (size_t)size;
    job->offset = offset;
    return file_job_start(p, job);
}

/* A binary of what is read, or eof, or {error, Reason}. */
static Term read_binary(Process *p, int handle, int64_t size, int64_t offset)
{
    Binary *bytes = binary_try_new((size_t)size);

    if (!bytes)
        return file_error(p, IO_ENOMEM);
    return bytes_read(p, bytes, size, file_read_all(handle, bytes->data, (size_t)size, offset));
}

static Term bytes_read(Process *p, Binary *bytes, int64_t size, int64_t got)
{
    if (got <= 0) {
        binary_release(bytes);
        return got < 0 ? file_error(p, got) : A_EOF;
    }
    if (got < size)
        bytes = binary_resize(bytes, (size_t)got);
    bif_consume(p, got / 4096 + 5);
    return bits_from_binary(&p->heap, bytes, (size_t)got * 8);
}

static Term ok_read(Process *p, File *file, int64_t size, int64_t offset)
{
    Term result;

    if (file->slow || size >= WORKER_FROM_BYTES)
        return read_by_worker(p, file, size, offset);
    result = read_binary(p, file->handle, size, offset);
    return is_bitstring(result) ? tuple_2(&p->heap, A_OK, result) : result;
}

static Term read_2(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    int64_t size;

    if (!file)
        return failure;
    if (!is_number(args[1]))
        return raise_badarg(p);
    if (!integer_to_i64(args[1], &size) || size < 0)
        return file_error(p, IO_EINVAL);
    return ok_read(p, file, size, -1);
}

static Term pread_3(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    int64_t offset, size;

    if (!file)
        return failure;
    if (!is_number(args[1]) || !is_number(args[2]))
        return raise_badarg(p);
    if (!integer_to_i64(args[1], &offset) || !integer_to_i64(args[2], &size) || offset < 0 || size < 0)
        return file_error(p, IO_EINVAL);
    return ok_read(p, file, size, offset);
}

/* At `offset` stands <<Size:32, Where:32>>: reads the Size bytes at Where. Used by dets. */
static Term ipread_s32bu_p32bu_3(Process *p, const Term *args)
{
    Term failure, data;
    File *file = open_file(p, args[0], &failure);
    uint8_t pointer[POINTER_BYTES];
    int64_t offset, limit, got;
    uint32_t size, where;

    if (!file)
        return failure;
    if (!is_number(args[1]) || !is_number(args[2]))
        return raise_badarg(p);
    if (!integer_to_i64(args[1], &offset) || !integer_to_i64(args[2], &limit) || offset < 0
        || limit >= (int64_t)1 << 31)
        return file_error(p, IO_EINVAL);
    got = file_read_all(file->handle, pointer, POINTER_BYTES, offset);
    if (got < 0)
        return file_error(p, got);
    if (got < POINTER_BYTES)
        return A_EOF;
    size = (uint32_t)bits_read(pointer, 0, 32);
    where = (uint32_t)bits_read(pointer, 32, 32);
    if (size > limit)
        return A_EOF;
    data = read_binary(p, file->handle, size, where);
    if (!is_bitstring(data) && data != A_EOF)
        return data;
    return tuple_2(&p->heap, A_OK, tuple_3(&p->heap, small_int(size), small_int(where), data));
}

/* --- writing -------------------------------------------------------------------------------------- */

typedef struct WriteParts {
    BitsBytes terms[PARTS_PER_CALL];
    IoBytes parts[PARTS_PER_CALL];
    size_t count;
    Term rest;              /* of the list */
} WriteParts;

static void free_parts(WriteParts *write)
{
    for (size_t i = 0; i < write->count; i++)
        bits_bytes_free(&write->terms[i]);
}

/* The first binaries of a list. False: it is no list of binaries. */
static bool take_parts(Term list, WriteParts *write)
{
    write->count = 0;
    for (; is_cons(list) && write->count < PARTS_PER_CALL; list = list_tail(list)) {
        BitsBytes *bytes = &write->terms[write->count];

        if (!bits_bytes_get(list_head(list), bytes)) {
            free_parts(write);
            return false;
        }
        write->parts[write->count++] = (IoBytes){.bytes = bytes->bytes, .size = bytes->size};
    }
    write->rest = list;
    if (is_list(list))
        return true;
    free_parts(write);
    return false;
}

/* Writes them all, in as many steps as it takes. Bytes written, or the error. */
static int64_t write_parts(int handle, WriteParts *write, int64_t offset)
{
    IoBytes *next = write->parts;
    size_t left = write->count;
    int64_t total = 0;

    while (left > 0) {
        int64_t done = offset < 0 ? io_file_write(handle, next, left) : io_file_write_at(handle, next, left, offset + total);

        if (done < 0)
            return done;
        total += done;
        while (left > 0 && (uint64_t)done >= next->size) {
            done -= (int64_t)next->size;
            next++;
            left--;
        }
        if (left > 0)
            *next = (IoBytes){.bytes = (const uint8_t *)next->bytes + done, .size = next->size - (size_t)done};
    }
    return total;
}

static Term write_2(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    WriteParts write;
    int64_t done;

    if (!file)
        return failure;
    if (!take_parts(args[1], &write))
        return raise_badarg(p);
    done = write_parts(file->handle, &write, -1);
    free_parts(&write);
    if (done < 0)
        return file_error(p, done);
    bif_consume(p, done / 4096 + 5);
    return is_nil(write.rest) ? A_OK : tuple_2(&p->heap, A_CONTINUE, write.rest);
}

static Term pwrite_3(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    WriteParts write;
    int64_t offset, done;

    if (!file)
        return failure;
    if (!is_number(args[1]) || !take_parts(args[2], &write))
        return raise_badarg(p);
    if (!integer_to_i64(args[1], &offset) || offset < 0) {
        free_parts(&write);
        return file_error(p, IO_EINVAL);
    }
    done = write_parts(file->handle, &write, offset);
    free_parts(&write);
    if (done < 0)
        return file_error(p, done);
    bif_consume(p, done / 4096 + 5);
    if (is_nil(write.rest))
        return A_OK;
    return tuple_3(&p->heap, A_CONTINUE, integer_from_i64(&p->heap, done), write.rest);
}

/* --- the rest ------------------------------------------------------------------------------------- */

static Term seek_3(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    IoWhence whence = IO_SEEK_START;
    int64_t offset, position;

    if (!file)
        return failure;
    if (!integer_to_i64(args[2], &offset))
        return raise_badarg(p);
    if (args[1] == A_CUR)
        whence = IO_SEEK_CURRENT;
    else if (args[1] == A_EOF)
        whence = IO_SEEK_END;
    else if (args[1] != A_BOF)
        return raise_badarg(p);
    position = io_file_seek(file->handle, whence, offset);
    if (position < 0)
        return file_error(p, position);
    return tuple_2(&p->heap, A_OK, integer_from_i64(&p->heap, position));
}

static void run_sync(FileJob *job) { job->outcome = io_file_sync(job->handle, job->flags != 0); }
static Term result_of_sync(Process *p, FileJob *job) { return outcome(p, job->outcome); }

static Term sync_2(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    FileJob *job;

    if (!file)
        return failure;
    if (!is_small(args[1]))
        return raise_badarg(p);
    job = new_job(file);
    job->run = run_sync;
    job->ended = job_ended;
    job->result = result_of_sync;
    job->flags = small_value(args[1]) != 0;
    return file_job_start(p, job);
}

static Term truncate_1(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);

    return file ? outcome(p, io_file_truncate(file->handle)) : failure;
}

static bool get_range(const Term *args, int64_t *offset, int64_t *size)
{
    return integer_to_i64(args[0], offset) && integer_to_i64(args[1], size) && *offset >= 0 && *size >= 0;
}

static Term allocate_3(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    int64_t offset, size;

    if (!file)
        return failure;
    if (!is_number(args[1]) || !is_number(args[2]))
        return raise_badarg(p);
    if (!get_range(args + 1, &offset, &size))
        return file_error(p, IO_EINVAL);
    return outcome(p, io_file_allocate(file->handle, offset, size));
}

static bool get_advice(Term t, IoAdvice *advice)
{
    static const Term names[] = {A_NORMAL, A_RANDOM, A_SEQUENTIAL, A_WILL_NEED, A_DONT_NEED, A_NO_REUSE};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i] == t) {
            *advice = (IoAdvice)i;
            return true;
        }
    }
    return false;
}

static Term advise_4(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    int64_t offset, size;
    IoAdvice advice;

    if (!file)
        return failure;
    if (!is_number(args[1]) || !is_number(args[2]))
        return raise_badarg(p);
    if (!get_range(args + 1, &offset, &size) || !get_advice(args[3], &advice))
        return file_error(p, IO_EINVAL);
    return outcome(p, io_file_advise(file->handle, offset, size, advice));
}

static Term read_handle_info_1(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);
    IoFileInfo info;
    int code;

    if (!file)
        return failure;
    code = io_file_handle_info(file->handle, &info);
    return code < 0 ? file_error(p, code) : file_info_term(p, &info);
}

/* The file descriptor as the C type has it, in a binary: for sendfile and tests. */
static Term get_handle_1(Process *p, const Term *args)
{
    Term failure;
    File *file = open_file(p, args[0], &failure);

    return file ? bits_new(&p->heap, &file->handle, sizeof file->handle) : failure;
}

static const NativeFunction functions[] = {
    {"open_nif", 2, open_2},
    {"close_nif", 1, close_1},
    {"read_nif", 2, read_2},
    {"write_nif", 2, write_2},
    {"pread_nif", 3, pread_3},
    {"pwrite_nif", 3, pwrite_3},
    {"seek_nif", 3, seek_3},
    {"sync_nif", 2, sync_2},
    {"truncate_nif", 1, truncate_1},
    {"allocate_nif", 3, allocate_3},
    {"advise_nif", 4, advise_4},
    {"read_handle_info_nif", 1, read_handle_info_1},
    {"make_hard_link_nif", 2, native_prim_file_make_hard_link_2},
    {"make_soft_link_nif", 2, native_prim_file_make_soft_link_2},
    {"rename_nif", 2, native_prim_file_rename_2},
    {"read_info_nif", 2, native_prim_file_read_info_2},
    {"set_permissions_nif", 2, native_prim_file_set_permissions_2},
    {"set_owner_nif", 3, native_prim_file_set_owner_3},
    {"set_time_nif", 4, native_prim_file_set_time_4},
    {"read_link_nif", 1, native_prim_file_read_link_1},
    {"list_dir_nif", 1, native_prim_file_list_dir_1},
    {"make_dir_nif", 1, native_prim_file_make_dir_1},
    {"del_file_nif", 1, native_prim_file_del_file_1},
    {"del_dir_nif", 1, native_prim_file_del_dir_1},
    {"get_device_cwd_nif", 1, native_prim_file_get_device_cwd_1},
    {"set_cwd_nif", 1, native_prim_file_set_cwd_1},
    {"get_cwd_nif", 0, native_prim_file_get_cwd_0},
    {"ipread_s32bu_p32bu_nif", 3, ipread_s32bu_p32bu_3},
    {"read_file_nif", 1, native_prim_file_read_file_1},
    {"get_handle_nif", 1, get_handle_1},
    {"delayed_close_nif", 1, delayed_close_1},
    {"altname_nif", 1, native_prim_file_altname_1},
    {"file_desc_to_ref_nif", 1, file_desc_to_ref_1},
    {NULL, 0, NULL}};

const NativeModule native_prim_file = {"prim_file", functions, NULL};
