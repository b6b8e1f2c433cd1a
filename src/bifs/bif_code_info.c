/* What is loaded, and what modules say of themselves. */
#include "bifs.h"

#include "loader/load.h"
#include "vm/proc/bif.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"

static CodeInstance *current_code(Term name)
{
    Module *module = is_atom(name) ? module_find(name) : NULL;

    return module ? module->current : NULL;
}

/* --- what there is ------------------------------------------------------------------------- */

Term bif_erlang_module_loaded_1(Process *p, const Term *args)
{
    if (!is_atom(args[0]))
        return raise_badarg(p);
    return atom_bool(current_code(args[0]));
}

Term bif_erlang_pre_loaded_0(Process *p, const Term *args)
{
    Term list = TERM_NIL;
    size_t count = 0;

    while (load_preloaded_names[count])
        count++;
    while (count > 0) {
        Term name = atom_from_text(load_preloaded_names[--count]);

        if (current_code(name))
            list = cons(&p->heap, name, list);
    }
    return list;
}

typedef struct NameList {
    Heap *heap;
    Term list;
} NameList;

static void add_name(Module *module, void *context)
{
    NameList *names = context;

    if (module->current || module->old)
        names->list = cons(names->heap, module->name, names->list);
}

Term bif_erlang_loaded_0(Process *p, const Term *args)
{
    NameList names = {&p->heap, TERM_NIL};

    module_each(add_name, &names);
    bif_consume(p, module_count() / 16);
    return names.list;
}

Term bif_erlang_function_exported_3(Process *p, const Term *args)
{
    Export *entry;

    if (!is_atom(args[0]) || !is_atom(args[1]) || !is_small(args[2]))
        return raise_badarg(p);
    if (small_value(args[2]) < 0 || small_value(args[2]) > 255)
        return A_FALSE;
    entry = export_find(args[0], args[1], (uint32_t)small_value(args[2]));
    return atom_bool(entry && export_is_defined(entry));
}

Term bif_erlang_is_builtin_3(Process *p, const Term *args)
{
    Export *entry;

    if (!is_atom(args[0]) || !is_atom(args[1]) || !is_small(args[2]))
        return raise_badarg(p);
    if (small_value(args[2]) < 0 || small_value(args[2]) > 255)   /* xref asks for -1 */
        return A_FALSE;
    if (args[0] == A_ERLANG && args[1] == A_APPLY && (args[2] == SMALL(2) || args[2] == SMALL(3)))
        return A_TRUE;             /* an instruction, but it counts */
    if (args[0] == A_ERLANG && (args[1] == A_MIN || args[1] == A_MAX))
        return A_FALSE;            /* written in Erlang on stock */
    entry = export_find(args[0], args[1], (uint32_t)small_value(args[2]));
    return atom_bool(entry && entry->bif_entry);
}

/* --- get_module_info ----------------------------------------------------------------------- */

static Term name_and_arity(Heap *heap, Term name, uint32_t arity)
{
    return tuple_2(heap, name, small_int(arity));
}

static Term exports_of(Heap *heap, const CodeInstance *code)
{
    Term list = TERM_NIL;

    for (uint32_t i = 0; i < code->export_count; i++)
        list = cons(heap, name_and_arity(heap, code->exports[i].export->function, code->exports[i].export->arity),
                    list);
    return list;
}

static Term functions_of(Heap *heap, const CodeInstance *code, bool natives_only)
{
    Term list = TERM_NIL;

    for (uint32_t i = code->function_count; i > 0; i--) {
        const CodeFunction *function = &code->functions[i - 1];

        if (!natives_only || function->is_native)
            list = cons(heap, name_and_arity(heap, function->name, function->arity), list);
    }
    return list;
}

/* The loader has seen that it can be decoded. */
static Term decode_chunk(Heap *heap, const uint8_t *bytes, size_t size)
{
    Term t = bytes ? etf_decode(heap, bytes, size, NULL) : TERM_NIL;

    return t == NO_TERM ? TERM_NIL : t;
}

/* NO_TERM: nothing of that name. */
static Term info_item(Heap *heap, CodeInstance *code, Term item)
{
    if (item == A_MODULE)
        return code->module->name;
    if (item == A_EXPORTS)
        return exports_of(heap, code);
    if (item == A_FUNCTIONS)
        return functions_of(heap, code, false);
    if (item == A_NIFS)
        return functions_of(heap, code, true);
    if (item == A_ATTRIBUTES)
        return decode_chunk(heap, code->attributes, code->attributes_size);
    if (item == A_COMPILE)
        return decode_chunk(heap, code->compile_info, code->compile_info_size);
    if (item == A_MD5)
        return bits_new(heap, code_md5(code), sizeof code->md5);
    if (item == A_NATIVE_ADDRESSES)
        return TERM_NIL;
    if (item == A_NATIVE)
        return A_FALSE;
    return NO_TERM;
}

Term bif_erlang_get_module_info_1(Process *p, const Term *args)
{
    const Term items[] = {A_MD5, A_COMPILE, A_ATTRIBUTES, A_EXPORTS, A_MODULE};
    CodeInstance *code = current_code(args[0]);
    Term list = TERM_NIL;

    if (!code)
        return raise_badarg(p);
    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        list = cons(&p->heap, tuple_2(&p->heap, items[i], info_item(&p->heap, code, items[i])), list);
    return list;
}

Term bif_erlang_get_module_info_2(Process *p, const Term *args)
{
    CodeInstance *code = current_code(args[0]);
    Term result = code ? info_item(&p->heap, code, args[1]) : NO_TERM;

    return result == NO_TERM ? raise_badarg(p) : result;
}
