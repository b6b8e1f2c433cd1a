#include "vm/nif/nif_load.h"

#include <string.h>

#include "io/io_library.h"
#include "vm/base/mem.h"
#include "vm/nif/nif_dirty.h"
#include "vm/nif/nif_env.h"
#include "vm/nif/nif_resource.h"
#include "vm/nif/nif_system.h"
#include "vm/proc/hooks.h"
#include "vm/term/atom.h"
#include "vm/term/print.h"

/* --- checks ----------------------------------------------------------------------------------------- */

static PRINTF_LIKE(3, 4) bool fail(NifFailure *failure, Term reason, const char *format, ...)
{
    va_list args;
    int length;

    failure->reason = reason;
    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    va_start(args, format);
    vsnprintf(text_room(&failure->text, (size_t)length + 1), (size_t)length + 1, format, args);
    va_end(args);
    failure->text.size--;
    return false;
}

static const char *atom_shown(Term atom, Text *scratch)
{
    scratch->size = 0;
    term_print_atom(scratch, atom);
    return text_terminated(scratch);
}

static bool is_name(const char *latin1, Term atom)
{
    return atom_existing_latin1(latin1, strlen(latin1)) == atom;
}

static bool check_version(const ErlNifEntry *entry, const char *module, NifFailure *failure)
{
    if (entry->major > ERL_NIF_MAJOR_VERSION
        || (entry->major == ERL_NIF_MAJOR_VERSION && entry->minor > ERL_NIF_MINOR_VERSION))
        return fail(failure, A_BAD_LIB, "That '%s' NIF library needs %s or newer. Either try to recompile the NIF lib or use "
                                        "a newer erts runtime.", module, entry->min_erts);
    if (entry->major < ERL_NIF_MAJOR_VERSION || (entry->major == 2 && entry->minor == 5))
        return fail(failure, A_BAD_LIB, "That old NIF library (%d.%d) is not compatible with this erts runtime (%d.%d). Try "
                                        "recompile the NIF lib.", entry->major, entry->minor, ERL_NIF_MAJOR_VERSION,
                    ERL_NIF_MINOR_VERSION);
    if (nif_entry_is(entry, 2, 1) && strcmp(entry->vm_variant, ERL_NIF_VM_VARIANT) != 0)
        return fail(failure, A_BAD_LIB, "Library (%s) not compiled for this vm variant (%s).", entry->vm_variant,
                    ERL_NIF_VM_VARIANT);
    return true;
}

static bool check_entry(const ErlNifEntry *entry, Term module, NifFailure *failure)
{
    Text scratch = {0};
    const char *shown = atom_shown(module, &scratch);
    bool is_good = check_version(entry, shown, failure);

    if (is_good && !is_name(entry->name, module))
        is_good = fail(failure, A_BAD_LIB, "Library module name '%s' does not match calling module '%s'", entry->name, shown);
    text_free(&scratch);
    return is_good;
}

static bool is_listed_before(const ErlNifFunc *functions, int index)
{
    for (int i = 0; i < index; i++)
        if (functions[i].arity == functions[index].arity && strcmp(functions[i].name, functions[index].name) == 0)
            return true;
    return false;
}

static bool check_function(CodeInstance *code, const ErlNifFunc *functions, int index, const char *module,
                           NifFailure *failure)
{
    const ErlNifFunc *function = &functions[index];
    Term name = atom_existing_latin1(function->name, strlen(function->name));
    const CodeFunction *stub = name == NO_TERM ? NULL : code_function(code, name, function->arity);

    if (!stub)
        return fail(failure, A_BAD_LIB, "Function not found %s:%s/%u", module, function->name, function->arity);
    if (code->has_nif_stubs && !stub->is_nif_stub)
        return fail(failure, A_BAD_LIB, "Function not declared as nif %s:%s/%u", module, function->name, function->arity);
    if (function->flags > ERL_NIF_DIRTY_JOB_IO_BOUND)
        return fail(failure, A_BAD_LIB, "Illegal flags field value %d for NIF %s:%s/%u", function->flags, module,
                    function->name, function->arity);
    if (is_listed_before(functions, index))
        return fail(failure, A_BAD_LIB, "Duplicate NIF entry for %s:%s/%u", module, function->name, function->arity);
    return true;
}

static bool check_functions(CodeInstance *code, const ErlNifEntry *entry, NifFailure *failure)
{
    Text scratch = {0};
    const char *module = atom_shown(code->module->name, &scratch);
    bool is_good = true;

    for (int i = 0; is_good && i < entry->num_of_funcs; i++)
        is_good = check_function(code, entry->funcs, i, module, failure);
    text_free(&scratch);
    return is_good;
}

/* --- opening ---------------------------------------------------------------------------------------- */

static bool open_failed(const char *path, const char *error, NifFailure *failure)
{
    if (strstr(error, path))
        return fail(failure, A_LOAD_FAILED, "Failed to load NIF library: '%s'", error);
    return fail(failure, A_LOAD_FAILED, "Failed to load NIF library %s: '%s'", path, error);
}

static void *open_handle(const char *path, NifFailure *failure)
{
    Text file = {0};
    const char *error;
    void *handle;

    text_printf(&file, "%s.so", path);
    handle = io_library_open(text_terminated(&file), &error);
    if (!handle)
        open_failed(path, error, failure);
    text_free(&file);
    return handle;
}

static Term *taints;               /* modules */
static size_t taint_count;

static void add_taint(Term module)
{
    for (size_t i = 0; i < taint_count; i++)
        if (taints[i] == module)
            return;
    taints = mem_realloc(MEM_CODE, taints, (taint_count + 1) * sizeof *taints);
    taints[taint_count++] = module;
}

Term nif_taints(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < taint_count; i++)
        list = cons(heap, taints[i], list);
    return list;
}

/* What the library says of itself. */
static const ErlNifEntry *call_init(void *handle, Term module, NifFailure *failure)
{
    const char *error, *other;
    ErlNifEntry *(*init)(void) = (ErlNifEntry *(*)(void))io_library_symbol(handle, "nif_init", &error);
    const ErlNifEntry *entry;

    if (!init)
        init = (ErlNifEntry *(*)(void))io_library_symbol(handle, "_nif_init", &other);
    if (!init) {
        fail(failure, A_BAD_LIB, "Failed to find library init function: '%s'", other);
        return NULL;
    }
    add_taint(module);
    entry = init();
    if (!entry)
        fail(failure, A_BAD_LIB, "Library init-call unsuccessful");
    return entry;
}

static bool check_code(const CodeInstance *code, NifFailure *failure)
{
    Text scratch = {0};

    if (code == code->module->old) {
        fail(failure, A_OLD_CODE, "Calling load_nif from old module '%s' not allowed",
             atom_shown(code->module->name, &scratch));
        text_free(&scratch);
        return false;
    }
    if (code->has_natives)
        return fail(failure, A_RELOAD, "NIF library already loaded (reload disallowed since OTP 20).");
    return true;
}

NifLibrary *nif_load_open(CodeInstance *code, const char *path, NifFailure *failure)
{
    Term module = code->module->name;
    const ErlNifEntry *entry;
    NifLibrary *library;
    void *handle;

    if (!check_code(code, failure))
        return NULL;
    gate_start();
    handle = open_handle(path, failure);
    if (!handle)
        return NULL;
    entry = call_init(handle, module, failure);
    if (!entry || !check_entry(entry, module, failure)) {
        io_library_close(handle);
        return NULL;
    }
    library = nif_library_new(handle, entry, module);
    if (check_functions(code, &library->entry, failure))
        return library;
    nif_library_discard(library);
    return NULL;
}

/* --- starting --------------------------------------------------------------------------------------- */

/* The library of the version before; null if it has none. */
static NifLibrary *library_before(const CodeInstance *code)
{
    const Module *module = code->module;
    const CodeInstance *before = code == module->loading && module->current ? module->current : module->old;

    return before ? before->nif_library : NULL;
}

static int call_upgrade(ErlNifEnv *env, NifLibrary *library, NifLibrary *before, Term info)
{
    void *old_data = before->priv_data;
    int veto = library->entry.upgrade(env, &library->priv_data, &before->priv_data, to_nif(info));

    if (veto)
        before->priv_data = old_data;
    return veto;
}

static bool call_load(Process *p, NifLibrary *library, NifLibrary *before, Term info, NifFailure *failure)
{
    ErlNifEnv env;
    unsigned depth;
    int veto = 0;

    if (before && !library->entry.upgrade)
        return fail(failure, A_UPGRADE, "Upgrade not supported by this NIF library.");
    nif_env_of_process(&env, p, library);
    depth = gate_release();
    if (before)
        veto = call_upgrade(&env, library, before, info);
    else if (library->entry.load)
        veto = library->entry.load(&env, &library->priv_data, to_nif(info));
    gate_retake(depth);
    nif_env_end(&env);
    if (veto == 0)
        return true;
    return before ? fail(failure, A_UPGRADE, "Library upgrade-call unsuccessful (%d).", veto)
                  : fail(failure, A_LOAD, "Library load-call unsuccessful (%d).", veto);
}

bool nif_load_start(Process *p, CodeInstance *code, NifLibrary *library, Term info, NifFailure *failure)
{
    if (!call_load(p, library, library_before(code), info, failure)) {
        nif_types_roll_back(library);
        nif_library_discard(library);
        return false;
    }
    nif_types_commit(library);
    code->nif_library = library;
    return true;
}

/* --- the rest of the VM ----------------------------------------------------------------------------- */

/* The code is being freed. */
static void code_released(CodeInstance *code)
{
    NifLibrary *library = code->nif_library;

    if (!library)
        return;
    nif_types_unlist(library);
    nif_library_unuse(library);
}

/* Between turns, when attention was called. */
static void attend(void)
{
    gate_pass();
    dirty_jobs_collect();
    if (nif_callbacks_are_due)
        nif_resource_run_callbacks();
}

void nif_init(void)
{
    code_watch.released = code_released;
    process_hooks.attend = attend;
}
