/* The part of load.h that brings in the modules every VM starts with. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/load.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"

/* In the order in which erlang:pre_loaded/0 shows them; those that the installed OTP lacks are left out. */
const char *const load_preloaded_names[] = {
    "persistent_term", "counters", "atomics", "erts_dirty_process_signal_handler", "erts_literal_area_collector",
    "erl_tracer", "erts_internal", "erlang", "erl_prim_loader", "prim_zip", "prim_net", "prim_socket",
    "socket_registry", "zlib", "prim_file", "prim_inet", "prim_eval", "prim_buffer", "init", "erl_init",
    "erts_code_purger", NULL
};

/* A MEM_CODE block with the whole file; null if it cannot be read. */
static uint8_t *read_whole(const char *path, size_t *size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *bytes = NULL;
    struct stat info;

    if (file < 0)
        return NULL;
    if (fstat(file, &info) == 0) {
        *size = (size_t)info.st_size;
        bytes = mem_alloc(MEM_CODE, *size + 1);
        if (read(file, bytes, *size) != (ssize_t)*size) {
            mem_free(MEM_CODE, bytes);
            bytes = NULL;
        }
    }
    close(file);
    return bytes;
}

static bool load_one(const char *dir, const char *name, LoadError *error)
{
    char path[4096];
    PreparedModule prepared;
    uint8_t *bytes;
    size_t size;
    bool is_good;

    snprintf(path, sizeof path, "%s/%s.beam", dir, name);
    bytes = read_whole(path, &size);
    if (!bytes) {
        snprintf(path, sizeof path, "%s/%s.ling", dir, name);
        bytes = read_whole(path, &size);
    }
    if (!bytes) {
        load_error_set(error, "cannot read %.200s", path);
        return false;
    }
    is_good = load_prepare(atom_from_text(name), bytes, size, LOAD_STRIPPED, &prepared, error) == LOAD_OK;
    mem_free(MEM_CODE, bytes);
    if (is_good) {
        load_finish(&prepared);
    } else {
        LoadError why = *error;

        load_error_set(error, "%.100s: %.140s", path, why.text);
    }
    return is_good;
}

bool load_preloaded(const char *dir, LoadError *error)
{
    for (size_t i = 0; load_preloaded_names[i]; i++)
        if (!load_one(dir, load_preloaded_names[i], error))
            return false;
    return true;
}
