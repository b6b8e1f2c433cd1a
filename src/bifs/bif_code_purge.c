/* Old code: deleting, checking and purging modules; literals that outlive them. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/literal_release.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/purge.h"

/* erts_internal:purge_module/2 works in steps; this is the module between `prepare` and the end. */
static Term purged_module = NO_TERM;
/* Old code that had to make room for that of a failed on_load function. */
static CodeInstance *set_aside;

Term bif_erlang_delete_module_1(Process *p, const Term *args)
{
    Module *module;
    Term text;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    module = module_find(args[0]);
    if (!module)
        return A_UNDEFINED;
    if (module->old) {
        text = list_from(&p->heap, 1, &args[0], TERM_NIL);
        emulator_log(p, A_ERROR, "Module ~p must be purged before deleting\n", text);
        return raise_badarg(p);
    }
    if (module->current)
        module_retire(module);
    return A_TRUE;
}

Term bif_erlang_check_old_code_1(Process *p, const Term *args)
{
    Module *module;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    module = module_find(args[0]);
    return atom_bool(module && module->old);
}

/* --- purging ------------------------------------------------------------------------------- */

static Term prepare_purge(Process *p, Term name, bool on_load)
{
    Module *module = module_find(name);

    if (purged_module != NO_TERM)
        return raise_badarg(p);
    if (!module)
        return A_FALSE;
    if (on_load && module->loading) {
        set_aside = module->old;
        module->old = module->loading;
        module->loading = NULL;
    }
    if (!module->old)
        return A_FALSE;
    purge_hold_funs(module->old);
    purged_module = name;
    return A_TRUE;
}

static Term complete_purge(Term name)
{
    Module *module = module_find(name);
    Term result = A_FALSE;

    if (module && module->old) {
        CodeInstance *code = module->old;

        module->old = NULL;
        purge_release(code);
        result = A_TRUE;
    }
    if (module && set_aside)
        module->old = set_aside;
    set_aside = NULL;
    purged_module = NO_TERM;
    return result;
}

static void abort_purge(Term name)
{
    Module *module = module_find(name);

    if (module && module->old)
        purge_abort(module->old);
    purged_module = NO_TERM;
}

/* erts_internal:purge_module(Module, prepare | prepare_on_load | abort | complete), for
 * erts_code_purger only. */
Term bif_erts_internal_purge_module_2(Process *p, const Term *args)
{
    if (p->initial_module != A_ERTS_CODE_PURGER)
        return raise_notsup(p);
    if (!is_atom(args[0]))
        return raise_badarg(p);
    if (args[1] == A_PREPARE || args[1] == A_PREPARE_ON_LOAD)
        return prepare_purge(p, args[0], args[1] == A_PREPARE_ON_LOAD);
    if (purged_module != args[0])
        return raise_badarg(p);
    if (args[1] == A_COMPLETE)
        return complete_purge(args[0]);
    if (args[1] != A_ABORT)
        return raise_badarg(p);
    abort_purge(args[0]);
    return A_FALSE;
}

/* A process in a dirty call waits like any other: check_process_code sees its stack. */
Term bif_erts_internal_check_dirty_process_code_2(Process *p, const Term *args)
{
    if (!is_pid(args[0]) || !is_atom(args[1]))
        return raise_badarg(p);
    return A_FALSE;
}

/* --- literals ------------------------------------------------------------------------------ */

/* erts_literal_area_collector:release_area_switch() -> boolean(): the area before this is not used any
 * more; is there another? All the copying is done here and now. */
Term bif_erts_literal_area_collector_release_area_switch_0(Process *p, const Term *args)
{
    bool has_area;

    if (p->initial_module != A_ERTS_LITERAL_AREA_COLLECTOR)
        return raise_notsup(p);
    has_area = literals_switch();
    purge_copy_literals(p);
    return atom_bool(has_area);
}

/* erts_literal_area_collector:send_copy_request(Pid, Area, How): has been seen to already. */
Term bif_erts_literal_area_collector_send_copy_request_3(Process *p, const Term *args)
{
    if (p->initial_module != A_ERTS_LITERAL_AREA_COLLECTOR)
        return raise_notsup(p);
    if (!is_pid(args[0]) || !is_atom(args[2]))
        return raise_badarg(p);
    message_send(p, p, tuple_3(&p->heap, A_COPY_LITERALS, tuple_3(&p->heap, args[1], args[2], args[0]), A_OK));
    return A_OK;
}
