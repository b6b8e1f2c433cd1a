/* native_prim_file_names.c - prim_file's functions that take names of files. */
#include "bifs/native_prim_file.h"

#include <string.h>

#include "bifs/file_job.h"
#include "vm/base/mem.h"
#include "vm/term/integer.h"

/* Stock never shows times before this: the first second of year 0. */
static const int64_t EARLIEST_TIME = -62167219200;
enum { READ_STEP = 16 * 1024, NAME_STEP = 512, NAME_MAX_BYTES = 1 << 20 };

Term file_error(Process *p, int64_t code)
{
    return tuple_2(&p->heap, A_ERROR, atom_from_text(io_error_name((int)code)));
}

static Term outcome(Process *p, int64_t code) { return code < 0 ? file_error(p, code) : A_OK; }

bool file_path_get(Term t, FilePath *path)
{
    size_t length;

    if (!bits_bytes_get(t, &path->bytes))
        return false;
    path->text = (const char *)path->bytes.bytes;
    length = path->bytes.size > 0 ? strnlen(path->text, path->bytes.size) : 0;
    /* It may end in several NUL bytes, but nothing else may follow the first one. */
    for (size_t i = length; i < path->bytes.size; i++) {
        if (path->text[i]) {
            length = path->bytes.size;
            break;
        }
    }
    if (length < path->bytes.size)
        return true;
    bits_bytes_free(&path->bytes);
    return false;
}

char *file_path_copy(const char *path)
{
    size_t size = strlen(path) + 1;

    return memcpy(mem_alloc(MEM_IO, size), path, size);
}

void file_path_free(FilePath *path) { bits_bytes_free(&path->bytes); }

static Term name_operation(Process *p, Term name, int (*operation)(const char *path))
{
    FilePath path;
    int code;

    if (!file_path_get(name, &path))
        return file_error(p, IO_EINVAL);
    code = operation(path.text);
    file_path_free(&path);
    return outcome(p, code);
}

static Term two_name_operation(Process *p, const Term *names, int (*operation)(const char *from, const char *to))
{
    FilePath from, to;
    int code;

    if (!file_path_get(names[0], &from))
        return file_error(p, IO_EINVAL);
    if (!file_path_get(names[1], &to)) {
        file_path_free(&from);
        return file_error(p, IO_EINVAL);
    }
    code = operation(from.text, to.text);
    file_path_free(&from);
    file_path_free(&to);
    return outcome(p, code);
}

Term native_prim_file_make_hard_link_2(Process *p, const Term *args) { return two_name_operation(p, args, io_file_hard_link); }
Term native_prim_file_make_soft_link_2(Process *p, const Term *args) { return two_name_operation(p, args, io_file_soft_link); }
Term native_prim_file_rename_2(Process *p, const Term *args) { return two_name_operation(p, args, io_file_rename); }
Term native_prim_file_make_dir_1(Process *p, const Term *args) { return name_operation(p, args[0], io_file_make_directory); }
Term native_prim_file_del_file_1(Process *p, const Term *args) { return name_operation(p, args[0], io_file_delete); }
Term native_prim_file_del_dir_1(Process *p, const Term *args) { return name_operation(p, args[0], io_file_delete_directory); }
Term native_prim_file_set_cwd_1(Process *p, const Term *args) { return name_operation(p, args[0], io_file_set_current_directory); }

/* --- file_info ------------------------------------------------------------------------------------ */

static Term type_atom(IoFileType type)
{
    switch (type) {
    case IO_TYPE_REGULAR: return A_REGULAR;
    case IO_TYPE_DIRECTORY: return A_DIRECTORY;
    case IO_TYPE_SYMLINK: return A_SYMLINK;
    case IO_TYPE_DEVICE: return A_DEVICE;
    default: return A_OTHER;
    }
}

static Term access_atom(IoAccess access)
{
    switch (access) {
    case IO_ACCESS_READ: return A_READ;
    case IO_ACCESS_WRITE: return A_WRITE;
    case IO_ACCESS_READ_WRITE: return A_READ_WRITE;
    default: return A_NONE;
    }
}

static Term time_term(Process *p, int64_t seconds) { return integer_from_i64(&p->heap, MAX(seconds, EARLIEST_TIME)); }

Term file_info_term(Process *p, const IoFileInfo *info)
{
    Heap *heap = &p->heap;
    Term fields[] = {
        A_FILE_INFO,
        integer_from_i64(heap, info->size),
        type_atom(info->type),
        access_atom(info->access),
        time_term(p, info->access_time),
        time_term(p, info->modify_time),
        time_term(p, info->change_time),
        small_int(info->mode),
        /* Stock has only the low 32 bits of these: programs compare with what other nodes say. */
        small_int((uint32_t)info->links),
        small_int((uint32_t)info->major_device),
        small_int((uint32_t)info->minor_device),
        small_int((uint32_t)info->inode),
        small_int(info->user),
        small_int(info->group)};

    return tuple_from(heap, ARRAY_SIZE(fields), fields);
}

Term native_prim_file_read_info_2(Process *p, const Term *args)
{
    FilePath path;
    IoFileInfo info;
    int code;

    if (!is_small(args[1]))
        return raise_badarg(p);
    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    code = io_file_info(path.text, small_value(args[1]) != 0, &info);
    file_path_free(&path);
    return code < 0 ? file_error(p, code) : file_info_term(p, &info);
}

Term native_prim_file_set_permissions_2(Process *p, const Term *args)
{
    FilePath path;
    int code;

    if (!is_small(args[1]) || small_value(args[1]) < 0 || small_value(args[1]) > UINT32_MAX)
        return raise_badarg(p);
    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    code = io_file_set_mode(path.text, (uint32_t)small_value(args[1]));
    file_path_free(&path);
    return outcome(p, code);
}

static bool get_int32(Term t, int32_t *out)
{
    if (!is_small(t) || small_value(t) < INT32_MIN || small_value(t) > INT32_MAX)
        return false;
    *out = (int32_t)small_value(t);
    return true;
}

Term native_prim_file_set_owner_3(Process *p, const Term *args)
{
    FilePath path;
    int32_t user, group;
    int code;

    if (!get_int32(args[1], &user) || !get_int32(args[2], &group))
        return raise_badarg(p);
    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    code = io_file_set_owner(path.text, user, group);
    file_path_free(&path);
    return outcome(p, code);
}

/* The fourth argument is the creation time, which cannot be set here. */
Term native_prim_file_set_time_4(Process *p, const Term *args)
{
    FilePath path;
    int64_t accessed, modified, created;
    int code;

    if (!integer_to_i64(args[1], &accessed) || !integer_to_i64(args[2], &modified)
        || !integer_to_i64(args[3], &created))
        return raise_badarg(p);
    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    code = io_file_set_times(path.text, accessed, modified);
    file_path_free(&path);
    return outcome(p, code);
}

/* --- names as results ----------------------------------------------------------------------------- */

/* {ok, Binary} of what `read` yields into a buffer that grows until all fits. */
static Term grown_name(Process *p, const char *path, int64_t (*read)(const char *path, char *into, size_t size))
{
    for (size_t size = NAME_STEP; size <= NAME_MAX_BYTES; size *= 2) {
        char *buffer = mem_alloc(MEM_IO, size);
        int64_t length = read(path, buffer, size);
        Term result = NO_TERM;

        if (length >= 0 && (size_t)length < size)
            result = tuple_2(&p->heap, A_OK, bits_new(&p->heap, buffer, (size_t)length));
        else if (length < 0 && length != IO_ERANGE)
            result = file_error(p, length);
        mem_free(MEM_IO, buffer);
        if (result != NO_TERM)
            return result;
    }
    return file_error(p, IO_ENAMETOOLONG);
}

Term native_prim_file_read_link_1(Process *p, const Term *args)
{
    FilePath path;
    Term result;

    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    result = grown_name(p, path.text, io_file_read_link);
    file_path_free(&path);
    return result;
}

static int64_t read_current_directory(const char *path, char *into, size_t size)
{
    return io_file_current_directory(into, size);
}

Term native_prim_file_get_cwd_0(Process *p, const Term *args) { return grown_name(p, NULL, read_current_directory); }

/* Only Windows has a current directory per device, and short names. */
Term native_prim_file_get_device_cwd_1(Process *p, const Term *args)
{
    return is_small(args[0]) ? file_error(p, IO_ENOTSUP) : raise_badarg(p);
}

Term native_prim_file_altname_1(Process *p, const Term *args) { return file_error(p, IO_ENOTSUP); }

typedef struct NameList {
    Heap *heap;
    Term list;
    size_t count;
} NameList;

static void add_name(void *context, const char *text, size_t size)
{
    NameList *names = context;

    names->list = cons(names->heap, bits_new(names->heap, text, size), names->list);
    names->count++;
}

Term native_prim_file_list_dir_1(Process *p, const Term *args)
{
    NameList names = {.heap = &p->heap, .list = TERM_NIL};
    FilePath path;
    int code;

    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    code = io_file_list(path.text, add_name, &names);
    file_path_free(&path);
    bif_consume(p, (int64_t)names.count);
    return code < 0 ? file_error(p, code) : tuple_2(&p->heap, A_OK, names.list);
}

/* --- a whole file --------------------------------------------------------------------------------- */

int64_t file_read_all(int handle, uint8_t *into, size_t size, int64_t offset)
{
    size_t done = 0;

    while (done < size) {
        int64_t got = offset < 0 ? io_file_read(handle, into + done, size - done)
                                 : io_file_read_at(handle, into + done, size - done, offset + (int64_t)done);

        if (got < 0)
            return got;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

/* Files of /proc say that their size is 0: what is reached by reading counts, unless the size is
 * known, then the file may have shrunk only. */
static int64_t read_whole(int handle, Binary **bytes)
{
    IoFileInfo info;
    size_t known = io_file_handle_info(handle, &info) == 0 && info.size > 0 ? (size_t)info.size : 0;
    size_t done = 0;

    *bytes = binary_try_new(known ? known : READ_STEP);
    if (!*bytes)
        return IO_ENOMEM;
    for (;;) {
        int64_t got = file_read_all(handle, (*bytes)->data + done, (*bytes)->capacity - done, -1);

        if (got < 0) {
            binary_release(*bytes);
            *bytes = NULL;
            return got;
        }
        done += (size_t)got;
        if (done < (*bytes)->capacity || done == known)
            return (int64_t)done;
        *bytes = binary_resize(*bytes, done * 2);
    }
}

/* Opens, reads, closes. The size, or the error; *bytes belongs to the caller unless it is an error. */
static int64_t read_path(const char *path, Binary **bytes)
{
    int handle = io_file_open(path, IO_FILE_READ);
    int64_t size;

    if (handle < 0)
        return handle;
    size = read_whole(handle, bytes);
    io_file_close(handle);
    return size;
}

static Term whole_file(Process *p, Binary *bytes, int64_t size)
{
    if ((size_t)size < bytes->capacity / 2)
        bytes = binary_resize(bytes, (size_t)size);
    bif_consume(p, size / 4096 + 10);
    return tuple_2(&p->heap, A_OK, bits_from_binary(&p->heap, bytes, (size_t)size * 8));
}

static void run_read(FileJob *job) { job->outcome = read_path(job->path, &job->bytes); }

static Term result_of_read(Process *p, FileJob *job)
{
    Binary *bytes = job->bytes;

    job->bytes = NULL;
    return job->outcome < 0 ? file_error(p, job->outcome) : whole_file(p, bytes, job->outcome);
}

static Term read_by_worker(Process *p, const char *path)
{
    FileJob *job = file_job_new();

    job->run = run_read;
    job->result = result_of_read;
    job->path = file_path_copy(path);
    return file_job_start(p, job);
}

Term native_prim_file_read_file_1(Process *p, const Term *args)
{
    FilePath path;
    Binary *bytes;
    int64_t size;
    Term result;

    if (!file_path_get(args[0], &path))
        return file_error(p, IO_EINVAL);
    if (io_file_open_may_block(path.text)) {
        result = read_by_worker(p, path.text);
    } else {
        size = read_path(path.text, &bytes);
        result = size < 0 ? file_error(p, size) : whole_file(p, bytes, size);
    }
    file_path_free(&path);
    return result;
}
