/* A tracer: its state is {#{Tag => trace | discard | remove ...}, Pid}, or the pid, for trace always. The pid is told
 * which function was called with what, and whom it belonged to. */
#include <erl_nif.h>

#ifndef MODULE
#define MODULE nif_tracer_t
#endif

static ERL_NIF_TERM enabled_as(ErlNifEnv *env, const char *name, const ERL_NIF_TERM argv[])
{
    const ERL_NIF_TERM *state;
    ERL_NIF_TERM answer, key;
    int arity;

    if (enif_is_pid(env, argv[1]))
        return enif_make_atom(env, "trace");
    if (!enif_get_tuple(env, argv[1], &arity, &state))
        return enif_make_badarg(env);
    key = enif_make_tuple2(env, enif_make_atom(env, name), argv[0]);
    if (enif_get_map_value(env, state[0], key, &answer) || enif_get_map_value(env, state[0], argv[0], &answer))
        return answer;
    return enif_make_atom(env, "discard");
}

static ERL_NIF_TERM trace_as(ErlNifEnv *env, const char *name, const ERL_NIF_TERM argv[])
{
    const ERL_NIF_TERM *state;
    ErlNifPid to, self;
    int arity;

    if (!enif_get_tuple(env, argv[1], &arity, &state))
        state = NULL;
    if (enif_get_local_pid(env, state ? state[1] : argv[1], &to))
        enif_send(env, &to, NULL,
                  enif_make_tuple6(env, enif_make_atom(env, name), argv[0], argv[2], argv[3], argv[4],
                                   enif_self(env, &self) ? enif_make_pid(env, &self) : enif_make_atom(env, "nobody")));
    return enif_make_atom(env, "ok");
}

#define ENABLED(NAME) static ERL_NIF_TERM NAME(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) \
    { (void)argc; return enabled_as(env, #NAME, argv); }
#define TRACE(NAME) static ERL_NIF_TERM NAME(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) \
    { (void)argc; return trace_as(env, #NAME, argv); }

ENABLED(enabled)
TRACE(trace)
#ifndef PLAIN
ENABLED(enabled_call)
ENABLED(enabled_procs)
TRACE(trace_call)
TRACE(trace_send)
TRACE(trace_seq_trace)
TRACE(trace_garbage_collection)
#endif

static ErlNifFunc functions[] = {
    {"enabled", 3, enabled}, {"trace", 5, trace},
#ifndef PLAIN
    {"enabled_call", 3, enabled_call}, {"enabled_procs", 3, enabled_procs}, {"trace_call", 5, trace_call},
    {"trace_send", 5, trace_send}, {"trace_seq_trace", 5, trace_seq_trace},
    {"trace_garbage_collection", 5, trace_garbage_collection},
#endif
};

#define INIT(NAME) ERL_NIF_INIT(NAME, functions, NULL, NULL, NULL, NULL)
INIT(MODULE)
