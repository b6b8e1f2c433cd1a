#include "vm/nif/nif_library.h"

#include <string.h>

#include "io/io_library.h"
#include "vm/base/mem.h"
#include "vm/nif/nif_env.h"

/* Before version 2.7 functions had no flags. */
typedef struct OldFunction {
    const char *name;
    unsigned arity;
    NifCode fptr;
} OldFunction;

static ErlNifFunc *newer_functions(const ErlNifEntry *entry)
{
    const OldFunction *old = (const OldFunction *)(const void *)entry->funcs;
    ErlNifFunc *functions = mem_alloc(MEM_CODE, ((size_t)entry->num_of_funcs + 1) * sizeof *functions);

    for (int i = 0; i < entry->num_of_funcs; i++)
        functions[i] = (ErlNifFunc){old[i].name, old[i].arity, old[i].fptr, 0};
    return functions;
}

NifLibrary *nif_library_new(void *handle, const ErlNifEntry *entry, Term module)
{
    NifLibrary *library = mem_alloc_zero(MEM_CODE, sizeof *library);

    library->handle = handle;
    library->module = module;
    library->users = library->references = 1;
    memcpy(&library->entry, entry, offsetof(ErlNifEntry, vm_variant));
    library->entry.vm_variant = nif_entry_is(entry, 2, 1) ? entry->vm_variant : ERL_NIF_VM_VARIANT;
    if (nif_entry_is(entry, 2, 7)) {
        library->entry.options = entry->options;
    } else {
        library->own_functions = newer_functions(entry);
        library->entry.funcs = library->own_functions;
    }
    library->entry.sizeof_ErlNifResourceTypeInit = nif_entry_is(entry, 2, 12) ? entry->sizeof_ErlNifResourceTypeInit : 0;
    library->entry.min_erts = nif_entry_is(entry, 2, 14) ? entry->min_erts : "erts-?";
    return library;
}

static void close_handle(NifLibrary *library)
{
    if (library->handle)
        io_library_close(library->handle);
    library->handle = NULL;
}

void nif_library_discard(NifLibrary *library)
{
    close_handle(library);
    mem_free(MEM_CODE, library->own_functions);
    mem_free(MEM_CODE, library);
}

void nif_library_keep(NifLibrary *library) { library->references++; }

void nif_library_release(NifLibrary *library)
{
    if (--library->references == 0)
        nif_library_discard(library);
}

void nif_library_use(NifLibrary *library)
{
    library->users++;
    library->references++;
}

static void unload(NifLibrary *library)
{
    ErlNifEnv env;
    unsigned depth;

    if (library->entry.unload) {
        nif_env_of_own(&env, NO_TERM, library);
        depth = gate_release();
        library->entry.unload(&env, library->priv_data);
        gate_retake(depth);
        nif_env_clear(&env);
    }
    close_handle(library);
}

void nif_library_unuse(NifLibrary *library)
{
    if (--library->users == 0)
        unload(library);
    nif_library_release(library);
}
