/* Funs: made, asked, shown. */
#include "bifs.h"

#include "vm/code/module.h"
#include "vm/proc/bif.h"
#include "vm/term/bits.h"
#include "vm/term/print.h"
#include "vm/term/utf8_list.h"

/* erlang:make_fun(Module, Function, Arity) */
Term bif_erlang_make_fun_3(Process *p, const Term *args)
{
    if (!is_atom(args[0]) || !is_atom(args[1]) || !is_small(args[2]) || small_value(args[2]) < 0 ||
        small_value(args[2]) > 255)
        return raise_badarg(p);
    return export_fun_new(&p->heap, export_get(args[0], args[1], (uint32_t)small_value(args[2])));
}

static Term local_env(Heap *heap, const FunObject *fun)
{
    return list_from(heap, fun_free_count(fun), fun->env, TERM_NIL);
}

/* As on stock, the name is known while the code is there only. */
static Term local_name(const LambdaEntry *entry)
{
    return entry->address && entry->name != NO_TERM ? entry->name : TERM_NIL;
}

/* NO_TERM: no such item. */
static Term local_item(Heap *heap, const FunObject *fun, Term item)
{
    LambdaEntry *entry = fun->entry;

    if (item == A_TYPE)
        return A_LOCAL;
    if (item == A_PID)
        return fun->creator;
    if (item == A_MODULE)
        return entry->module;
    if (item == A_NAME)
        return local_name(entry);
    if (item == A_ARITY)
        return small_int(entry->arity);
    if (item == A_ENV)
        return local_env(heap, fun);
    if (item == A_INDEX || item == A_NEW_INDEX)
        return small_int(entry->index);
    if (item == A_UNIQ)
        return small_int(entry->old_uniq);
    if (item == A_NEW_UNIQ)
        return bits_new(heap, lambda_uniq(entry), sizeof entry->uniq);
    if (item == A_REFC)
        return SMALL(1);
    return NO_TERM;
}

static Term export_item(const Export *entry, Term item)
{
    if (item == A_TYPE)
        return A_EXTERNAL;
    if (item == A_MODULE)
        return entry->module;
    if (item == A_NAME)
        return entry->function;
    if (item == A_ARITY)
        return small_int(entry->arity);
    if (item == A_ENV)
        return TERM_NIL;
    if (item == A_PID || item == A_INDEX || item == A_NEW_INDEX || item == A_UNIQ || item == A_NEW_UNIQ ||
        item == A_REFC)
        return A_UNDEFINED;
    return NO_TERM;
}

/* erlang:fun_info(Fun, Item) -> {Item, Value} */
Term bif_erlang_fun_info_2(Process *p, const Term *args)
{
    Term value = NO_TERM;

    if (is_local_fun(args[0]))
        value = local_item(&p->heap, fun_object(args[0]), args[1]);
    else if (is_export_fun(args[0]))
        value = export_item(export_fun_object(args[0])->export, args[1]);
    return value == NO_TERM ? raise_badarg(p) : tuple_2(&p->heap, args[1], value);
}

/* erlang:fun_info_mfa(Fun) -> {Module, Name, Arity} */
Term bif_erlang_fun_info_mfa_1(Process *p, const Term *args)
{
    if (is_local_fun(args[0])) {
        const LambdaEntry *entry = fun_object(args[0])->entry;

        return tuple_3(&p->heap, entry->module, local_name(entry), small_int(entry->arity));
    }
    if (is_export_fun(args[0])) {
        const Export *entry = export_fun_object(args[0])->export;

        return tuple_3(&p->heap, entry->module, entry->function, small_int(entry->arity));
    }
    return raise_badarg(p);
}

/* erlang:fun_to_list(Fun) */
Term bif_erlang_fun_to_list_1(Process *p, const Term *args)
{
    Text text = {0};
    Term list;

    if (!is_fun(args[0]))
        return raise_badarg(p);
    term_print(&text, args[0], PRINT_ALL);
    list = utf8_list(&p->heap, text.bytes, text.size, TERM_NIL);
    text_free(&text);
    return list;
}
