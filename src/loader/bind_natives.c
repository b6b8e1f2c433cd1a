/* The part of load.h that puts C functions in the place of Erlang ones: erlang:load_nif/2. */
#include <string.h>

#include "loader/load.h"
#include "vm/base/mem.h"
#include "vm/proc/bif.h"
#include "vm/term/atom.h"

/* What a call of a BIF takes: the stub of an export that has one. */
#define BODY_WORDS 2

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

/* An entry that no table knows: the code and its stack traces refer to it, so it stays for ever. */
static void bind(CodeInstance *code, CodeFunction *function, const NativeFunction *native)
{
    Export *entry = mem_alloc_zero(MEM_CODE, sizeof *entry);
    Word *at = code_function_entry(code, function);

    entry->module = code->module->name;
    entry->function = function->name;
    entry->arity = function->arity;
    entry->bif = native->function;
    export_set_stub(entry);
    memcpy(at + 1, entry->address + 1, (BODY_WORDS - 1) * sizeof(Word));
    *(code_watch.original ? code_watch.original(at) : at) = *entry->address;
    function->is_native = true;
}

const char *load_bind_natives(CodeInstance *code, Term info, Term *reason)
{
    const NativeModule *natives = find_natives(code->module->name);

    if (!natives) {
        *reason = A_LOAD_FAILED;
        return "Failed to load NIF library: no such library is part of this VM";
    }
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
