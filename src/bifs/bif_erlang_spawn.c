/* spawn and its relatives. What is written in Erlang (spawn/1,2, spawn_monitor ...) ends up here. */
#include "bifs.h"

#include "vm/proc/spawn_options.h"
#include "vm/proc/bif.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* Fills in what to call. False: an exception is raised. */
static bool set_target(Process *p, const Term *mfa, SpawnOptions *options)
{
    ptrdiff_t arity = list_length(mfa[2]);

    if (!is_atom(mfa[0]) || !is_atom(mfa[1]) || arity < 0) {
        raise_badarg(p);
        return false;
    }
    if (arity > MAX_CALL_ARGUMENTS) {
        raise_system_limit(p);
        return false;
    }
    options->module = mfa[0];
    options->function = mfa[1];
    options->args = mfa[2];
    return true;
}

static Term spawn(Process *p, const Term *mfa, SpawnOptions *options)
{
    Term pid;

    if (!set_target(p, mfa, options))
        return NO_TERM;
    pid = process_spawn(p, options);
    if (pid == NO_TERM)
        return raise_system_limit(p);
    return options->monitor ? tuple_2(&p->heap, pid, options->monitor_ref) : pid;
}

Term bif_erlang_spawn_3(Process *p, const Term *args)
{
    SpawnOptions options;

    spawn_defaults(&options);
    return spawn(p, args, &options);
}

Term bif_erlang_spawn_link_3(Process *p, const Term *args)
{
    SpawnOptions options;

    spawn_defaults(&options);
    options.link = true;
    return spawn(p, args, &options);
}

Term bif_erlang_spawn_opt_4(Process *p, const Term *args)
{
    SpawnOptions options;
    SpawnReply reply = {.wanted = false};

    if (spawn_options_parse(args[3], &options, &reply) != OPTIONS_OK)
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return spawn(p, args, &options);
}

Term bif_erts_internal_spawn_system_process_3(Process *p, const Term *args)
{
    SpawnOptions options;

    spawn_defaults(&options);
    options.system = true;
    return spawn(p, args, &options);
}

/* --- spawn_request ------------------------------------------------------------------------- */

/* Where that can be told, a reply comes from the new process. */
static void send_reply(Process *p, const SpawnReply *reply, Term ref, Term result, Term value)
{
    Process *from = is_nil(p->seq_trace_token) || result != A_OK ? p : process_find(value);

    message_send(from, p, tuple_4(&p->heap, reply->tag, ref, result, value));
}

static Term refuse(Process *p, const SpawnReply *reply, Term why)
{
    Term ref = ref_new(&p->heap);

    if (reply->on_error)
        send_reply(p, reply, ref, A_ERROR, why);
    return ref;
}

static Term request(Process *p, const Term *args, SpawnOptions *options, const SpawnReply *reply)
{
    Term ref = monitor_ref_new(p, &options->monitor_options);
    Term pid;

    options->module = args[0];
    options->function = args[1];
    options->args = args[2];
    options->monitor_ref = ref;
    pid = process_spawn(p, options);
    if (pid == NO_TERM)
        return refuse(p, reply, A_SYSTEM_LIMIT);
    if (reply->on_success)
        send_reply(p, reply, ref, A_OK, pid);
    return ref;
}

Term bif_erts_internal_spawn_request_4(Process *p, const Term *args)
{
    SpawnOptions options;
    SpawnReply reply = {.wanted = true, .on_success = true, .on_error = true, .tag = A_SPAWN_REPLY};
    ptrdiff_t arity = list_length(args[2]);

    if (!is_atom(args[0]) || !is_atom(args[1]) || arity < 0)
        return A_BADARG;
    switch (spawn_options_parse(args[3], &options, &reply)) {
    case OPTIONS_IMPROPER:
        return A_BADOPT;
    case OPTIONS_BAD:
        return refuse(p, &reply, A_BADOPT);
    default:
        return arity > MAX_CALL_ARGUMENTS ? refuse(p, &reply, A_SYSTEM_LIMIT) : request(p, args, &options, &reply);
    }
}
