/* The part of load.h that puts C functions in the place of Erlang ones: erlang:load_nif/2. */
#include <string.h>

#include "loader/load.h"
#include "vm/base/mem.h"
#include "vm/code/ops.h"
#include "vm/nif/nif_call.h"
#include "vm/proc/bif.h"
#include "vm/term/atom.h"

static const NativeModule *find_natives(Term name)
{
    const char *text = atom_text(name, NULL);

    for (const NativeModule *const *at = native_modules; *at; at++)
        if (strcmp((*at)->name, text) == 0)
            return *at;
    return NULL;
}

static CodeFunction *find_stub(CodeInstance *code, const NativeFunction *native)
{
    CodeFunction *function = code_function(code, atom_from_text(native->name), native->arity);

    if (!function)
        return NULL;
    return code->has_nif_stubs && !function->is_nif_stub ? NULL : function;
}

/* `handler` and `operand` instead of what leads to the function's body, also where a breakpoint has kept that aside. */
static void put_call(CodeInstance *code, CodeFunction *function, Word handler, Word operand)
{
    Word *at = code_function_entry(code, function);

    at[1] = operand;
    *(code_watch.original ? code_watch.original(at) : at) = handler;
    function->is_native = true;
}

/* An entry that no table knows: the code and its stack traces refer to it, so it stays for ever. */
static void bind(CodeInstance *code, CodeFunction *function, const NativeFunction *native)
{
    Export *entry = mem_alloc_zero(MEM_CODE, sizeof *entry);

    entry->module = code->module->name;
    entry->function = function->name;
    entry->arity = function->arity;
    entry->bif = native->function;
    export_set_stub(entry);
    put_call(code, function, entry->address[0], entry->address[1]);
}

void load_bind_library(CodeInstance *code, NifLibrary *library)
{
    for (int i = 0; i < library->entry.num_of_funcs; i++) {
        const ErlNifFunc *from = &library->entry.funcs[i];
        CodeFunction *function = code_function(code, atom_from_text(from->name), from->arity);

        put_call(code, function, (Word)(uintptr_t)op_handler(VMOP_CALL_NIF),
                 (Word)(uintptr_t)nif_function_new(library, from, code->module->name, function->name));
    }
    code->has_natives = true;
}

bool load_has_natives(Term module) { return find_natives(module) != NULL; }

const char *load_bind_natives(CodeInstance *code, Term info, Term *reason)
{
    const NativeModule *natives = find_natives(code->module->name);

    if (code->has_natives) {
        *reason = A_RELOAD;
        return "NIF library already loaded (reload disallowed since OTP 20).";
    }
    for (const NativeFunction *at = natives->functions; at->name; at++) {
        if (!find_stub(code, at)) {
            *reason = A_BAD_LIB;
            return "Function not found or not a NIF stub in the module";
        }
    }
    for (const NativeFunction *at = natives->functions; at->name; at++)
        bind(code, find_stub(code, at), at);
    code->has_natives = true;
    if (natives->loaded)
        natives->loaded(info);
    return NULL;
}
