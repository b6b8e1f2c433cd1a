#include "vm/dist/dist_spawn.h"

#include "vm/base/mem.h"
#include "vm/dist/dist_signals.h"
#include "vm/dist/remote_link.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/spawn.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"
#include "vm/term/ref.h"

/* --- open requests ------------------------------------------------------------------------------------------- */

/* Context of a MONITOR_SPAWN. */
typedef struct OpenRequest {
    Term tag;                      /* of the reply; on the monitor's heap */
    bool link, monitor;
    bool on_success, on_error;
} OpenRequest;

/* {Tag, Ref, Result, Value} */
static void reply(Monitor *monitor, Term result, Term value, Term token)
{
    const OpenRequest *request = monitor->context;
    Message *message = message_new();
    Heap *heap = &message->heap;

    message->term = tuple_4(heap, term_copy(heap, request->tag), monitor_ref(monitor, heap), result,
                            term_copy(heap, value));
    if (!is_nil(token))
        message->token = term_copy(heap, token);
    message_post(monitor->origin, message);
}

static void free_request(Monitor *monitor)
{
    mem_free(MEM_PROCESS, monitor->context);
    monitor->context = NULL;
    monitor->down = NULL;
}

/* The connection is lost. */
static void request_down(Monitor *monitor, Term reason)
{
    if (((OpenRequest *)monitor->context)->on_error)
        reply(monitor, A_ERROR, reason, TERM_NIL);
    free_request(monitor);
    monitor_free(monitor);
}

void dist_spawn_expect(Process *p, DistNode *node, Term ref, const DistSpawnRequest *request)
{
    Monitor *monitor = monitor_add(p, ref, MONITOR_SPAWN, node->name, &node->monitors, &request->monitor_options);
    OpenRequest *open = monitor->context = mem_alloc(MEM_PROCESS, sizeof *open);

    monitor->remote = node->name;
    monitor->down = request_down;
    *open = (OpenRequest){.tag = term_copy_all(&monitor->heap, request->reply.tag), .link = request->link,
                          .monitor = request->monitor, .on_success = request->reply.on_success,
                          .on_error = request->reply.on_error};
}

void dist_spawn_refused(Process *p, Term ref, const DistSpawnRequest *request, Term reason)
{
    if (request->reply.on_error)
        message_send(p, p, tuple_4(&p->heap, request->reply.tag, ref, A_ERROR, reason));
}

/* --- answers that nobody waits for ----------------------------------------------------------------------------- */

/* The new process, if linked, is to get this exit signal. */
typedef struct AbandonedSpawn {
    struct AbandonedSpawn *next;
    uint64_t id;
    Heap heap;                     /* owns `reason` */
    Term reason;
} AbandonedSpawn;

static void abandon(Monitor *monitor, Term reason)
{
    DistNode *node = dist_node_find(monitor->remote);
    AbandonedSpawn *abandoned = mem_alloc_zero(MEM_PROCESS, sizeof *abandoned);

    abandoned->id = monitor->ref.id;
    abandoned->reason = term_copy_all(&abandoned->heap, reason);
    abandoned->next = node->abandoned;
    node->abandoned = abandoned;
    free_request(monitor);
}

bool dist_spawn_abandon(Process *p, Term ref)
{
    Monitor *monitor = is_local_ref(ref) ? monitor_find(ref_id(ref)) : NULL;

    if (!monitor || monitor->kind != MONITOR_SPAWN || monitor->origin != p)
        return false;
    abandon(monitor, A_ABANDONED);
    monitor_free(monitor);
    return true;
}

void dist_spawn_parent_ends(Monitor *monitor, Term reason)
{
    abandon(monitor, reason);
}

static void free_abandoned(AbandonedSpawn **link)
{
    AbandonedSpawn *gone = *link;

    *link = gone->next;
    heap_clear(&gone->heap);
    mem_free(MEM_PROCESS, gone);
}

void dist_spawn_forget_abandoned(DistNode *node)
{
    while (node->abandoned)
        free_abandoned(&node->abandoned);
}

/* The answer to a request that is not open. */
static void answered_late(DistNode *node, Term ref, Term parent, unsigned flags, Term result)
{
    AbandonedSpawn **link = &node->abandoned;

    while (*link && (*link)->id != ref_id(ref))
        link = &(*link)->next;
    if (is_pid(result) && flags & DIST_SPAWN_MONITORED)
        dist_signal_demonitor(node, parent, result, ref);
    if (is_pid(result) && flags & DIST_SPAWN_LINKED)
        dist_signal_link_exit(node, parent, result, *link ? (*link)->reason : A_NOPROC, TERM_NIL);
    if (*link)
        free_abandoned(link);
}

/* --- answers ------------------------------------------------------------------------------------------------------- */

/* What was a request becomes the monitor of the process, an alias, or nothing. */
static void turn_into_monitor(Monitor *monitor, bool is_monitor, Term pid)
{
    bool keeps_alias = monitor->alias == MONITOR_ALIAS_EXPLICIT;

    free_request(monitor);
    if (is_monitor) {
        monitor->kind = MONITOR_PROCESS;
        monitor->target = term_copy_all(&monitor->heap, pid);
    } else if (keeps_alias) {
        monitor_stop(monitor);
    } else {
        monitor_free(monitor);
    }
}

void dist_spawn_answered(DistNode *node, Term ref, Term parent, unsigned flags, Term result, Term token)
{
    Monitor *monitor = monitor_find(ref_id(ref));
    const OpenRequest *request;
    Process *p;

    if (!monitor || monitor->kind != MONITOR_SPAWN || monitor->remote != node->name || monitor->origin->pid != parent) {
        answered_late(node, ref, parent, flags, result);
        return;
    }
    request = monitor->context;
    p = monitor->origin;
    if (is_atom(result)) {
        if (request->on_error)
            reply(monitor, A_ERROR, result, token);
        free_request(monitor);
        monitor_free(monitor);
        return;
    }
    if (flags & DIST_SPAWN_LINKED && !remote_link_find(p, result)) {
        remote_link_add(p, node, result);
        if (is_tracing(p, TRACE_PROCS))
            trace_sink.event(p, A_LINK, result);
    }
    if (request->on_success)
        reply(monitor, A_OK, result, token);
    turn_into_monitor(monitor, flags & DIST_SPAWN_MONITORED, result);
}

/* --- serving ---------------------------------------------------------------------------------------------------------- */

static void answer(const DistSpawn *spawn, unsigned flags, Term result, Term token)
{
    dist_signal_spawn_reply(spawn->node, spawn->ref, spawn->parent, flags, result, token);
}

/* What the request is as a message. */
static Term request_term(Heap *heap, const DistSpawn *spawn)
{
    Term parts[] = {A_SPAWN_REQUEST, spawn->ref, spawn->parent, spawn->group_leader, spawn->mfa, spawn->options};

    return tuple_from(heap, ARRAY_SIZE(parts), parts);
}

static void trace_request(const DistSpawn *spawn, Process *p)
{
    Heap heap = {0};

    seq_trace_spawned_from_abroad(p, spawn->token, request_term(&heap, spawn));
    heap_clear(&heap);
}

static void refuse(const DistSpawn *spawn, Term reason)
{
    Term token = spawn->token;
    Heap heap = {0};

    if (!is_nil(token))
        token = seq_trace_refused_from_abroad(&heap, token, request_term(&heap, spawn),
                                              tuple_4(&heap, A_SPAWN_REPLY, spawn->ref, A_ERROR, reason), spawn->parent);
    answer(spawn, 0, reason, token);
    heap_clear(&heap);
}

/* The token that goes with the answer. */
static Term trace_answer(const DistSpawn *spawn, Process *p)
{
    Heap heap = {0};
    Term token = seq_trace_token_abroad(p, spawn->parent, tuple_4(&heap, A_SPAWN_REPLY, spawn->ref, A_OK, p->pid));

    heap_clear(&heap);
    return token;
}

static void set_up(const DistSpawn *spawn, const SpawnOptions *options, Process *p)
{
    p->parent = term_copy_all(&p->heap, spawn->parent);
    p->group_leader = term_copy_all(&p->heap, spawn->group_leader);
    if (!is_nil(spawn->token))
        trace_request(spawn, p);
    if (options->link)
        remote_link_add(p, spawn->node, spawn->parent);
    if (options->monitor)
        remote_watch_add(spawn->node, p, spawn->parent, spawn->ref, NO_TERM);
}

bool dist_spawn_serve(const DistSpawn *spawn)
{
    SpawnOptions options;
    SpawnReply no_reply = {.wanted = false};
    ptrdiff_t arity = list_length(spawn->args);
    Process *p;
    Term pid;

    if (arity < 0)
        return false;
    switch (spawn_options_parse(spawn->options, &options, &no_reply)) {
    case OPTIONS_IMPROPER:
        return false;
    case OPTIONS_BAD:
        refuse(spawn, A_BADOPT);
        return true;
    default:
        break;
    }
    options.module = tuple_element(spawn->mfa, 1);
    options.function = tuple_element(spawn->mfa, 2);
    options.args = spawn->args;
    options.monitor_ref = NO_TERM;
    pid = arity > MAX_CALL_ARGUMENTS ? NO_TERM : process_spawn(NULL, &options);
    if (pid == NO_TERM) {
        refuse(spawn, A_SYSTEM_LIMIT);
        return true;
    }
    p = process_table_get(pid);
    set_up(spawn, &options, p);
    answer(spawn, (options.link ? DIST_SPAWN_LINKED : 0) | (options.monitor ? DIST_SPAWN_MONITORED : 0), pid, trace_answer(spawn, p));
    if (!is_nil(spawn->token))
        seq_trace_args_from_abroad(p, spawn->token, spawn->args);
    return true;
}
