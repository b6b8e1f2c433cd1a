/* Loading: prepare, finish, on_load functions, parts of files. Native functions: bif_code_nif.c. */
#include "bifs.h"

#include "loader/load.h"
#include "vm/base/mem.h"
#include "vm/proc/bif.h"
#include "vm/proc/emulator_log.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/ref.h"

/* --- prepare and finish -------------------------------------------------------------------- */

static void destroy_prepared(Binary *binary) { load_discard((PreparedModule *)binary->data); }

static PreparedModule *prepared_of(Term t) { return magic_ref_data(t, destroy_prepared); }

static void log_failure(Process *p, Term name, const LoadError *error)
{
    Term text = list_from_text(&p->heap, error->text);

    emulator_log(p, A_ERROR, "Error loading module ~ts:\n  ~ts\n", list_from(&p->heap, 2, (Term[]){name, text}, TERM_NIL));
}

/* erts_internal:prepare_loading(Module, Bytes) -> MagicRef | {error, Reason} */
Term bif_erts_internal_prepare_loading_2(Process *p, const Term *args)
{
    PreparedModule prepared;
    LoadError error;
    BitsBytes bytes;
    LoadResult result;
    Binary *binary;

    if (!is_atom(args[0]) || !bits_bytes_get(args[1], &bytes))
        return raise_badarg(p);
    result = load_prepare(args[0], bytes.bytes, bytes.size, 0, &prepared, &error);
    bif_consume(p, (int64_t)(bytes.size / 200));
    bits_bytes_free(&bytes);
    if (result != LOAD_OK) {
        log_failure(p, args[0], &error);
        return tuple_2(&p->heap, A_ERROR, A_BADFILE);
    }
    binary = binary_new_magic(sizeof prepared, destroy_prepared);
    *(PreparedModule *)binary->data = prepared;
    return magic_ref_new(&p->heap, binary);
}

/* erlang:has_prepared_code_on_load(MagicRef) -> boolean() */
Term bif_erlang_has_prepared_code_on_load_1(Process *p, const Term *args)
{
    PreparedModule *prepared = prepared_of(args[0]);

    if (!prepared || !prepared->code)
        return raise_badarg(p);
    return atom_bool(prepared->code->on_load);
}

/* Names of the modules for which `matters` holds, as {Tag, Names}; NO_TERM: there are none. `at` is the module's cell
 * of `list`. */
static Term named_modules(Process *p, Term list, Term tag, bool (*matters)(Term at, Term list))
{
    Term names = TERM_NIL;

    for (Term at = list; is_cons(at); at = list_tail(at))
        if (matters(at, list))
            names = cons(&p->heap, prepared_of(list_head(at))->name, names);
    return is_nil(names) ? NO_TERM : tuple_2(&p->heap, tag, names);
}

static bool is_duplicated(Term at, Term list)
{
    Term name = prepared_of(list_head(at))->name;

    for (; list != at; list = list_tail(list))
        if (prepared_of(list_head(list))->name == name)
            return true;
    return false;
}

static bool is_not_purged(Term at, Term list)
{
    Module *module = module_find(prepared_of(list_head(at))->name);

    return module && module->current && module->old;
}

static bool has_on_load(Term at, Term list)
{
    return module_get(prepared_of(list_head(at))->name)->loading;
}

/* erlang:finish_loading([MagicRef]) -> ok | {Reason, [Module]} */
Term bif_erlang_finish_loading_1(Process *p, const Term *args)
{
    ptrdiff_t count = list_length(args[0]);
    Term failure;

    if (count < 0)
        return raise_badarg(p);
    for (Term at = args[0]; is_cons(at); at = list_tail(at)) {
        PreparedModule *prepared = prepared_of(list_head(at));

        if (!prepared || !prepared->code)
            return raise_badarg(p);
        if (count > 1 && prepared->code->on_load)
            return raise_system_limit(p);
    }
    failure = named_modules(p, args[0], A_DUPLICATED, is_duplicated);
    if (failure == NO_TERM)
        failure = named_modules(p, args[0], A_NOT_PURGED, is_not_purged);
    if (failure != NO_TERM)
        return failure;
    for (Term at = args[0]; is_cons(at); at = list_tail(at))
        load_finish(prepared_of(list_head(at)));
    failure = count == 1 ? named_modules(p, args[0], A_ON_LOAD, has_on_load) : NO_TERM;
    return failure == NO_TERM ? A_OK : failure;
}

/* --- on_load ------------------------------------------------------------------------------- */

static Module *module_waiting(Term name)
{
    Module *module = is_atom(name) ? module_find(name) : NULL;

    return module && module->loading ? module : NULL;
}

/* erlang:call_on_load_function(Module): goes on with that function. */
Term bif_erlang_call_on_load_function_1(Process *p, const Term *args)
{
    Module *module = module_waiting(args[0]);

    if (!module)
        return raise_badarg(p);
    p->outcome = OUTCOME_TRAP;
    p->trap_address = module->loading->on_load;
    p->trap_arity = 0;
    return NO_TERM;
}

/* erlang:finish_after_on_load(Module, Keep) */
Term bif_erlang_finish_after_on_load_2(Process *p, const Term *args)
{
    Module *module = module_waiting(args[0]);
    CodeInstance *code;

    if (!module || (args[1] != A_TRUE && args[1] != A_FALSE))
        return raise_badarg(p);
    if (args[1] == A_FALSE)
        return A_TRUE;             /* erts_code_purger takes it away: prepare_on_load */
    if (module->current && module->old)
        return raise_badarg(p);
    code = module->loading;
    module->loading = NULL;
    code->on_load = NULL;
    module_install(module, code);
    return A_TRUE;
}

/* --- parts of files ------------------------------------------------------------------------ */

/* erts_internal:beamfile_chunk(Bytes, "Attr") -> binary() | undefined */
Term bif_erts_internal_beamfile_chunk_2(Process *p, const Term *args)
{
    Term result = A_UNDEFINED;
    const uint8_t *chunk;
    uint8_t *scratch;
    BitsBytes bytes;
    char id[4];
    Term at = args[1];
    size_t size;

    for (int i = 0; i < 4; i++, at = list_tail(at)) {
        if (!is_cons(at) || !is_small(list_head(at)) || small_value(list_head(at)) < 0 ||
            small_value(list_head(at)) > 255)
            return raise_badarg(p);
        id[i] = (char)small_value(list_head(at));
    }
    if (!is_nil(at) || !bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    chunk = load_chunk(bytes.bytes, bytes.size, id, &size, &scratch);
    if (chunk)
        result = bits_new(&p->heap, chunk, size);
    mem_free(MEM_CODE, scratch);
    bits_bytes_free(&bytes);
    return result;
}

/* erts_internal:beamfile_module_md5(Bytes) -> binary() | undefined */
Term bif_erts_internal_beamfile_module_md5_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    uint8_t md5[16];
    bool is_good;

    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    is_good = load_md5(bytes.bytes, bytes.size, md5);
    bits_bytes_free(&bytes);
    return is_good ? bits_new(&p->heap, md5, sizeof md5) : A_UNDEFINED;
}
