#include "dist_task.h"

#include "persistent_term.h"

#include "vm/dist/dist_connection.h"
#include "vm/dist/dist_output.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

#define NODES_PER_REDUCTION 32

/* --- waiting ----------------------------------------------------------------------------------------------- */

static Term go_on(Process *p, const Term *args)
{
    (void)p;
    return args[0];
}

static TrapBif after_wait = TRAP_BIF(go_on, A_ERLANG, A_BIF_RETURN_TRAP, 2, 2);

static Term wait_until_short(Process *p, DistNode *node, TrapBif *then, const Term *args)
{
    dist_add_waiter(node, p);
    return wait_for_wake(p, then, args);
}

Term dist_task_return(Process *p, DistNode *node, Term result)
{
    if (LIKELY(!dist_is_busy(node)) || !dist_is_reachable(node))
        return result;
    return wait_until_short(p, node, &after_wait, (Term[]){result, TERM_NIL});
}

/* --- in turns ------------------------------------------------------------------------------------------------ */

typedef struct DistTask {
    DistSignal signal;
    bool may_wait;
} DistTask;

/* A process that ends meanwhile has sent what it began to send. */
static void destroy_task(Binary *binary)
{
    dist_signal_end(&((DistTask *)binary->data)->signal);
}

static bool run(Process *p, DistSignal *signal)
{
    int64_t budget = MAX(p->reductions_left, 1) * NODES_PER_REDUCTION;
    int64_t before = budget;
    bool done = dist_signal_run(signal, &budget);

    bif_consume(p, (before - budget) / NODES_PER_REDUCTION);
    return done;
}

/* Puts a task where it outlives the call. */
static Term keep(Process *p, DistTask *task)
{
    Binary *kept = binary_new_magic(sizeof *task, destroy_task);

    *(DistTask *)kept->data = *task;
    *task = (DistTask){.may_wait = false};
    return magic_ref_new(&p->heap, kept);
}

/* The rest goes out as the queue gets shorter, or at once if the sender must not wait. */
static bool send_some(DistTask *task)
{
    if (!dist_signal_continue(&task->signal) && task->may_wait)
        return false;
    dist_signal_end(&task->signal);
    return true;
}

static Term leave(Process *p, const DistTask *task, Term result)
{
    return task->may_wait ? dist_task_return(p, task->signal.node, result) : result;
}

static Term send_step(Process *p, const Term *args);
static TrapBif send_more = TRAP_BIF(send_step, A_ERLANG, A_BIF_RETURN_TRAP, 2, 2);

/* send_step(Task, Result) */
static Term send_step(Process *p, const Term *args)
{
    DistTask *task = magic_ref_data(args[0], destroy_task);

    if (!send_some(task))
        return wait_until_short(p, task->signal.node, &send_more, args);
    return leave(p, task, args[1]);
}

static Term encode_step(Process *p, const Term *args);
static TrapBif encode_more = TRAP_BIF(encode_step, A_ERLANG, A_SEND, 3, 3);

/* encode_step(Task, Visits, Result) */
static Term encode_step(Process *p, const Term *args)
{
    DistTask *task = magic_ref_data(args[0], destroy_task);
    EtfEncoder *encoder = &task->signal.encoder;

    etf_encoder_restore(encoder, args[1]);
    if (!run(p, &task->signal))
        return yield_to_bif(p, &encode_more, (Term[]){args[0], etf_encoder_save(encoder, &p->heap), args[2]});
    dist_signal_begin(&task->signal);
    return send_step(p, (Term[]){args[0], args[2]});
}

Term dist_task_send(Process *p, DistNode *node, DistMessage message, bool may_wait, Term result)
{
    DistTask task = {.may_wait = may_wait};
    Term visits;

    dist_signal_start(&task.signal, node, message.control, message.payload);
    if (!run(p, &task.signal)) {
        visits = etf_encoder_save(&task.signal.encoder, &p->heap);
        return yield_to_bif(p, &encode_more, (Term[]){keep(p, &task), visits, result});
    }
    dist_signal_begin(&task.signal);
    if (!send_some(&task))
        return wait_until_short(p, node, &send_more, (Term[]){keep(p, &task), result});
    return leave(p, &task, result);
}

/* --- whether there is anybody -------------------------------------------------------------------------------- */

/* erts_internal:dynamic_node_name/0 keeps it there. */
bool dist_task_is_alive(void)
{
    Heap heap = {0};
    bool is_to_come;

    if (dist_is_alive)
        return true;
    is_to_come = persistent_term_value(tuple_2(&heap, A_ERTS_INTERNAL, A_DYNAMIC_NODE_NAME)) == A_TRUE;
    heap_clear(&heap);
    return is_to_come;
}

/* --- messages -------------------------------------------------------------------------------------------------- */

Term dist_task_send_message(Process *p, Term destination, Term message, unsigned options, Term result)
{
    bool is_name = is_tuple(destination);
    Term name = is_name ? tuple_element(destination, 2) : identifier_node(destination);
    DistNode *node = dist_reach(name, !(options & DIST_TASK_NO_CONNECT));
    Term shown = destination;
    Heap heap = {0};
    DistMessage signal;

    if (!node)
        return options & DIST_TASK_NO_CONNECT ? A_NOCONNECT : result;
    if (options & DIST_TASK_NO_SUSPEND && dist_is_busy(node))
        return A_NOSUSPEND;
    if (is_name)
        destination = tuple_element(destination, 1);
    else if (is_port(destination))
        return result;
    signal = dist_message_send(node, &heap, p->pid, destination, message, seq_trace_token_abroad(p, shown, message));
    result = dist_task_send(p, node, signal, !(options & DIST_TASK_NO_SUSPEND), result);
    heap_clear(&heap);
    return result;
}
