/* Processes on other nodes. */
#include "bifs.h"

#include "dist_task.h"
#include "vm/dist/dist_connection.h"
#include "vm/dist/dist_spawn.h"
#include "vm/proc/bif.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/spawn_options.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

Term bif_erlang_spawn_request_abandon_1(Process *p, const Term *args)
{
    if (!is_local_ref(args[0]))
        return is_ref(args[0]) ? A_FALSE : raise_badarg(p);
    return atom_bool(dist_spawn_abandon(p, args[0]));
}

/* --- options ----------------------------------------------------------------------------------------------- */

typedef enum ParseResult { PARSED, PARSE_BADARG, PARSE_BADOPT } ParseResult;

/* An option that concerns this side. `*keep` is what the other side shall see of it; NO_TERM: nothing. */
static ParseResult parse_pair(Term option, DistSpawnRequest *request, Term *keep)
{
    Term name = tuple_element(option, 1), value = tuple_element(option, 2);

    *keep = NO_TERM;
    if (name == A_MONITOR) {
        *keep = A_MONITOR;
        request->monitor = true;
        return monitor_options_parse(value, &request->monitor_options) ? PARSED : PARSE_BADOPT;
    }
    if (name == A_REPLY)
        return !request->reply.wanted ? PARSE_BADARG : spawn_reply_parse(value, &request->reply) ? PARSED : PARSE_BADOPT;
    if (name == A_REPLY_TAG) {
        request->reply.tag = value;
        return request->reply.wanted ? PARSED : PARSE_BADARG;
    }
    *keep = option;
    return PARSED;
}

/* Fills in the request; `*rest` becomes the list of options for the other side. */
static ParseResult parse_options(Process *p, Term list, DistSpawnRequest *request, Term *rest)
{
    *rest = TERM_NIL;
    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);
        ParseResult result = PARSED;

        if (option == A_LINK)
            request->link = true;
        else if (option == A_MONITOR)
            request->monitor = true;
        else if (is_tuple_of(option, 2))
            result = parse_pair(option, request, &option);
        if (result != PARSED)
            return result;
        if (option != NO_TERM) {
            *rest = cons(&p->heap, option, TERM_NIL);
            rest = &cons_cell(*rest)[1];
        }
    }
    return is_nil(list) ? PARSED : PARSE_BADARG;
}

/* --- the request --------------------------------------------------------------------------------------------- */

static Term result_of(Process *p, bool is_request, const DistSpawnRequest *request, Term ref)
{
    return is_request ? ref : tuple_2(&p->heap, ref, atom_bool(request->monitor));
}

/* For sequential tracing these are two messages: all but the arguments, and these. */
static void trace_request(Process *p, Term node, Term ref, Term call, Term options, Term args)
{
    Heap heap = {0};
    Term parts[] = {A_SPAWN_REQUEST, ref, p->pid, p->group_leader, call, options};

    seq_trace_token_abroad(p, node, tuple_from(&heap, ARRAY_SIZE(parts), parts));
    seq_trace_token_abroad(p, node, args);
    heap_clear(&heap);
}

static Term send_request(Process *p, Term name, Term mfa, Term options, const DistSpawnRequest *request,
                         bool is_request)
{
    Term ref = monitor_ref_new(p, &request->monitor_options);
    Term result = result_of(p, is_request, request, ref);
    DistNode *node = dist_reach(name, true);
    Term args = tuple_element(mfa, 3);
    Heap heap = {0};
    DistMessage message;
    Term call;

    if (!node || !dist_has(node, DIST_SPAWN)) {
        dist_spawn_refused(p, ref, request, node ? A_NOTSUP : A_NOCONNECTION);
        return result;
    }
    dist_spawn_expect(p, node, ref, request);
    call = tuple_3(&heap, tuple_element(mfa, 1), tuple_element(mfa, 2), small_int(list_length(args)));
    trace_request(p, name, ref, call, options, args);
    message = dist_message_spawn(&heap, ref, p->pid, p->group_leader, call, args, options, p->seq_trace_token);
    result = dist_task_send(p, node, message, true, result);
    heap_clear(&heap);
    return result;
}

static bool is_mfa(Term mfa)
{
    return is_tuple_of(mfa, 3) && is_atom(tuple_element(mfa, 1)) && is_atom(tuple_element(mfa, 2))
        && list_length(tuple_element(mfa, 3)) >= 0;
}

/* erts_internal:dist_spawn_request(Node, {M, F, Args}, Options, spawn_request | spawn_opt) */
Term bif_erts_internal_dist_spawn_request_4(Process *p, const Term *args)
{
    bool is_request = args[3] == A_SPAWN_REQUEST;
    DistSpawnRequest request = {
        .monitor_options.tag = NO_TERM,
        .reply = {.wanted = is_request, .on_success = true, .on_error = true, .tag = A_SPAWN_REPLY},
    };
    Term options, ref;

    if (!is_atom(args[0]) || args[0] == node_name || !is_mfa(args[1]))
        return A_BADARG;
    switch (parse_options(p, args[2], &request, &options)) {
    case PARSE_BADARG:
        return A_BADARG;
    case PARSE_BADOPT:
        if (!is_request)
            return A_BADARG;
        ref = ref_new(&p->heap);
        dist_spawn_refused(p, ref, &request, A_BADOPT);
        return ref;
    default:
        return send_request(p, args[0], args[1], options, &request, is_request);
    }
}
