/* bad.c - a library with one fault, chosen with -D. */
#include <erl_nif.h>

static ERL_NIF_TERM one(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) { return enif_make_int(env, 1); }

static int load(ErlNifEnv *env, void **priv_data, ERL_NIF_TERM info)
{
#ifdef LOAD_FAILS
    return 17;
#else
    return 0;
#endif
}

static ErlNifFunc functions[] = {
    {"stub", 0, one, 0},
#ifdef MISSING
    {"missing", 3, one, 0},
#endif
#ifdef NOT_A_STUB
    {"load", 1, one, 0},
#endif
#ifdef TWICE
    {"stub", 0, one, 0},
#endif
#ifdef FLAGS
    {"other", 1, one, 7},
#endif
};

static ErlNifEntry entry = {
    .major = ERL_NIF_MAJOR_VERSION,
    .minor = ERL_NIF_MINOR_VERSION,
    .name = "nif_bad_t",
    .num_of_funcs = sizeof functions / sizeof *functions,
    .funcs = functions,
    .load = load,
    .vm_variant = "beam.vanilla",
    .options = 1,
    .sizeof_ErlNifResourceTypeInit = sizeof(ErlNifResourceTypeInit),
    .min_erts = "erts-99.0",
};

#ifdef NO_INIT
ErlNifEntry *another_name(void) { return &entry; }
#else
ErlNifEntry *nif_init(void)
{
#ifdef NULL_ENTRY
    return NULL;
#endif
#ifdef OTHER_NAME
    entry.name = "somebody_else";
#endif
#ifdef NEWER
    entry.minor = 99;
#endif
#ifdef OLDER
    entry.major = 1;
#endif
#ifdef VARIANT
    entry.vm_variant = "beam.chocolate";
#endif
    return &entry;
}
#endif
