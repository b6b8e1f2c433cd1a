#include "vm/nif/nif_tracer.h"

#include <stdio.h>
#include <string.h>

#include "vm/nif/nif_env.h"
#include "vm/nif/nif_library.h"

enum { NAME_BYTES = 64, ENABLED_ARITY = 3, TRACE_ARITY = 5 };

static NifLibrary *library_of(Term module)
{
    Module *known = module_find(module);

    return known && known->current ? known->current->nif_library : NULL;
}

static NifCode find(const NifLibrary *library, const char *name, unsigned arity)
{
    for (int i = 0; i < library->entry.num_of_funcs; i++) {
        const ErlNifFunc *function = &library->entry.funcs[i];

        if (function->arity == arity && strcmp(function->name, name) == 0)
            return function->fptr;
    }
    return NULL;
}

static NifCode find_for_topic(const NifLibrary *library, const char *name, const char *topic, unsigned arity)
{
    char longer[NAME_BYTES];
    NifCode code = NULL;

    if (topic) {
        snprintf(longer, sizeof longer, "%s_%s", name, topic);
        code = find(library, longer, arity);
    }
    return code ? code : find(library, name, arity);
}

bool nif_tracer_is(Term module)
{
    const NifLibrary *library = library_of(module);

    return library && find(library, "enabled", ENABLED_ARITY) && find(library, "trace", TRACE_ARITY);
}

Term nif_tracer_call(Term self, Term module, const char *name, const char *topic, const Term *args, unsigned arity)
{
    NifLibrary *library = library_of(module);
    NifCode code = library ? find_for_topic(library, name, topic, arity) : NULL;
    ErlNifEnv env;
    Term answer;

    if (!code)
        return NO_TERM;
    nif_env_of_own(&env, self, library);
    env.is_of_tracer = true;
    nif_library_use(library);
    answer = from_nif(code(&env, (int)arity, (const ERL_NIF_TERM *)(const void *)args));
    if (env.has_exception || !is_immediate(answer))
        answer = NO_TERM;
    nif_env_clear(&env);
    nif_library_unuse(library);
    return answer;
}
