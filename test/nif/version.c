/* version.c - three versions of one library, made with -DVERSION=1, 2 and 3: loading, upgrading, resources that are taken
 * over. Version 3 cannot be upgraded to. What happens is told to a registered process. */
#include <erl_nif.h>
#include <stdlib.h>

typedef struct Data {
    int version;
    int calls;
} Data;

static ErlNifResourceType *kept_type, *own_type;

static void tell(ErlNifEnv *env, const char *what, int number)
{
    ErlNifEnv *msg_env = enif_alloc_env();
    ErlNifPid pid;

    if (enif_whereis_pid(env, enif_make_atom(env, "nif_version_log"), &pid))
        enif_send(env, &pid, msg_env, enif_make_tuple3(msg_env, enif_make_atom(msg_env, what), enif_make_int(msg_env, VERSION),
                                                       enif_make_int(msg_env, number)));
    enif_free_env(msg_env);
}

static void kept_dtor(ErlNifEnv *env, void *obj) { tell(env, "kept_dtor", *(int *)obj); }
static void own_dtor(ErlNifEnv *env, void *obj) { tell(env, "own_dtor", *(int *)obj); }

static int open_types(ErlNifEnv *env)
{
    ErlNifResourceFlags tried;

    kept_type = enif_open_resource_type(env, NULL, "kept", kept_dtor, ERL_NIF_RT_CREATE | ERL_NIF_RT_TAKEOVER, &tried);
    tell(env, tried == ERL_NIF_RT_CREATE ? "kept_created" : "kept_taken_over", 0);
    own_type = enif_open_resource_type(env, NULL, VERSION == 1 ? "own1" : "own2", own_dtor, ERL_NIF_RT_CREATE, NULL);
    return kept_type && own_type ? 0 : 1;
}

static int load(ErlNifEnv *env, void **priv_data, ERL_NIF_TERM info)
{
    Data *data = malloc(sizeof *data);
    int number = -1;

    enif_get_int(env, info, &number);
    *data = (Data){VERSION, 0};
    *priv_data = data;
    tell(env, "load", number);
    return open_types(env);
}

#if VERSION < 3
static int upgrade(ErlNifEnv *env, void **priv_data, void **old_priv_data, ERL_NIF_TERM info)
{
    Data *old = *old_priv_data;
    int number = -1;

    enif_get_int(env, info, &number);
    tell(env, "upgrade", number);
    if (number < 0)
        return 99;
    *priv_data = old;
    *old_priv_data = NULL;
    old->version = 10 * old->version + VERSION;
    return open_types(env);
}
#else
#define upgrade NULL
#endif

static void unload(ErlNifEnv *env, void *priv_data)
{
    Data *data = priv_data;

    tell(env, "unload", data ? data->calls : -1);
    free(data);
}

static ERL_NIF_TERM version(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    Data *data = enif_priv_data(env);

    data->calls++;
    return enif_make_tuple3(env, enif_make_int(env, VERSION), enif_make_int(env, data->version), enif_make_int(env, data->calls));
}

static ERL_NIF_TERM resource(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    int is_kept, number;
    int *obj;
    ERL_NIF_TERM t;

    if (!enif_get_int(env, argv[0], &is_kept) || !enif_get_int(env, argv[1], &number))
        return enif_make_badarg(env);
    obj = enif_alloc_resource(is_kept ? kept_type : own_type, sizeof *obj);
    *obj = number;
    t = enif_make_resource(env, obj);
    enif_release_resource(obj);
    return t;
}

static ERL_NIF_TERM value(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
    void *obj;

    if (enif_get_resource(env, argv[0], kept_type, &obj))
        return enif_make_tuple2(env, enif_make_atom(env, "kept"), enif_make_int(env, *(int *)obj));
    if (enif_get_resource(env, argv[0], own_type, &obj))
        return enif_make_tuple2(env, enif_make_atom(env, "own"), enif_make_int(env, *(int *)obj));
    return enif_make_atom(env, "unknown");
}

static ErlNifFunc functions[] = {{"version", 0, version}, {"resource", 2, resource}, {"value", 1, value}};

ERL_NIF_INIT(nif_version_lib, functions, load, NULL, upgrade, unload)
