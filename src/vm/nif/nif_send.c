/* nif_send.c - messages, processes, ports and references. */
#include "vm/nif/nif_env.h"
#include "vm/port/port.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/tracing.h"
#include "vm/proc/vm_time.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

/* All that an environment of its own holds becomes a message, and the environment is empty. */
static void send_environment(Process *from, Process *to, ErlNifEnv *msg_env, Term term)
{
    Message *message = message_new();

    message->term = term;
    heap_splice(&message->heap, &msg_env->own_heap);
    if (from) {
        message->token = TERM_NIL;
        if (UNLIKELY(!is_nil(from->seq_trace_token)))
            seq_trace_token_send(from, to->pid, message);
    }
    message_post_from(to, message, from ? from->pid : A_UNDEFINED);
}

static void send_copy(Process *from, Process *to, ErlNifEnv *env, Term term)
{
    Message *message;

    if (env && env->process) {
        message_send(env->process, to, term);
        return;
    }
    message = message_new();
    message->term = term_copy(&message->heap, term);
    message_post_from(to, message, from ? from->pid : A_UNDEFINED);
}

static bool send_inside(ErlNifEnv *env, Term pid, ErlNifEnv *msg_env, Term term)
{
    Process *from = env ? nif_env_process(env) : NULL;
    Process *to = process_find(pid);

    if (!to || (env && env->is_dirty && !from))
        return false;
    if (from && is_tracing(from, TRACE_SEND))
        trace_sink.send(from, pid, term);
    if (msg_env)
        send_environment(from, to, msg_env, term);
    else
        send_copy(from, to, env, term);
    return true;
}

int enif_send(ErlNifEnv *env, const ErlNifPid *to_pid, ErlNifEnv *msg_env, ERL_NIF_TERM msg)
{
    bool is_sent;

    gate_enter();
    is_sent = send_inside(env, from_nif(to_pid->pid), msg_env, from_nif(msg));
    if (is_sent && !thread_is_vm)
        gate_call_attention();
    gate_leave();
    return is_sent;
}

/* {Owner, {command, Data}} from the owner, as `Port ! ...` from anybody. */
int enif_port_command(ErlNifEnv *env, const ErlNifPort *to_port, ErlNifEnv *msg_env, ERL_NIF_TERM msg)
{
    Process *from;
    Port *port;
    bool is_done = false;

    gate_enter();
    from = nif_env_process(env);
    port = port_find(from_nif(to_port->port_id));
    if (port && (from || !env->is_dirty)) {
        port_output(port, from ? from->pid : A_UNDEFINED, from_nif(msg));
        is_done = true;
    }
    if (!thread_is_vm)
        gate_call_attention();
    gate_leave();
    return is_done;
}

/* --- processes and ports ---------------------------------------------------------------------------- */

ErlNifPid *enif_self(ErlNifEnv *caller_env, ErlNifPid *pid)
{
    if (caller_env->pid == NO_TERM)
        return NULL;
    pid->pid = to_nif(caller_env->pid);
    return pid;
}

int enif_get_local_pid(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifPid *pid)
{
    if (!is_local_pid(from_nif(term)))
        return 0;
    pid->pid = term;
    return 1;
}

int enif_get_local_port(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifPort *port_id)
{
    if (!is_local_port(from_nif(term)))
        return 0;
    port_id->port_id = term;
    return 1;
}

void enif_set_pid_undefined(ErlNifPid *pid) { pid->pid = to_nif(A_UNDEFINED); }
int enif_is_pid_undefined(const ErlNifPid *pid) { return pid->pid == to_nif(A_UNDEFINED); }

/* Who is exiting finds nobody. */
static Term whereis(ErlNifEnv *env, ERL_NIF_TERM name)
{
    Term found = NO_TERM;

    if (!is_atom(from_nif(name)))
        return NO_TERM;
    gate_enter();
    if (!env || !env->is_dirty || nif_env_process(env))
        found = registry_whereis(from_nif(name));
    gate_leave();
    return found;
}

int enif_whereis_pid(ErlNifEnv *env, ERL_NIF_TERM name, ErlNifPid *pid)
{
    return enif_get_local_pid(env, to_nif(whereis(env, name)), pid);
}

int enif_whereis_port(ErlNifEnv *env, ERL_NIF_TERM name, ErlNifPort *port)
{
    return enif_get_local_port(env, to_nif(whereis(env, name)), port);
}

static bool is_alive(Term pid)
{
    bool answer;

    gate_enter();
    answer = process_find(pid) != NULL;
    gate_leave();
    return answer;
}

int enif_is_process_alive(ErlNifEnv *env, ErlNifPid *pid) { return is_alive(from_nif(pid->pid)); }

int enif_is_current_process_alive(ErlNifEnv *env) { return env->pid != NO_TERM && is_alive(env->pid); }

int enif_is_port_alive(ErlNifEnv *env, ErlNifPort *port_id)
{
    bool answer;

    gate_enter();
    answer = process_hooks.port_is_open(from_nif(port_id->port_id));
    gate_leave();
    return answer;
}

/* --- what never comes again -------------------------------------------------------------------------- */

ERL_NIF_TERM enif_make_ref(ErlNifEnv *env)
{
    Term t;

    gate_enter();
    t = ref_new(env->heap);
    gate_leave();
    return to_nif(t);
}

ERL_NIF_TERM enif_make_unique_integer(ErlNifEnv *env, ErlNifUniqueInteger properties)
{
    int64_t value;

    gate_enter();
    value = properties & ERL_NIF_UNIQUE_MONOTONIC ? unique_integer_monotonic() : unique_integer_any();
    gate_leave();
    if (properties & ERL_NIF_UNIQUE_POSITIVE)
        return to_nif(integer_from_i64(env->heap, value - UNIQUE_INTEGER_START + 1));
    return to_nif(integer_from_i64(env->heap, value));
}
