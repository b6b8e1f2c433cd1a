/* nif_library.h - loaded libraries of native functions, and how long they stay.
 *
 * A library stays open while code of its module is there that it was loaded for, while a resource type of it has
 * callbacks and resources, and while one of its functions is to be called or runs on another thread. Then `unload` is
 * called and it is closed. */
#ifndef LING_NIF_LIBRARY_H
#define LING_NIF_LIBRARY_H

#include "erl_nif.h"
#include "vm/code/module.h"

typedef ERL_NIF_TERM (*NifCode)(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]);

typedef struct NifLibrary {
    void *handle;              /* null once it was closed */
    ErlNifEntry entry;         /* as of the newest version, whatever that of the library */
    ErlNifFunc *own_functions; /* made from those of an old version; null otherwise */
    void *priv_data;
    Term module;
    size_t users;              /* what keeps it open */
    size_t references;         /* what keeps this struct: users, and resource types */
    struct NifOpenedType *opened;   /* resource types that `load` or `upgrade` asks for, until it has succeeded */
} NifLibrary;

/* Copies what `entry` says, however old. The caller has one use of it. */
NifLibrary *nif_library_new(void *handle, const ErlNifEntry *entry, Term module);
/* Was never in use: closes it and frees it. */
void nif_library_discard(NifLibrary *library);
void nif_library_use(NifLibrary *library);
void nif_library_unuse(NifLibrary *library);
/* Only the struct. */
void nif_library_keep(NifLibrary *library);
void nif_library_release(NifLibrary *library);

static inline bool nif_entry_is(const ErlNifEntry *entry, int major, int minor)     /* at least */
{
    return entry->major > major || (entry->major == major && entry->minor >= minor);
}

#endif
