/* This node and others: which there are, and who wants to know when one goes. */
#include "bifs.h"

#include "dist_task.h"
#include "vm/dist/dist_connection.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/bif.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"

/* --- nodes/0,1,2 ------------------------------------------------------------------------------------------- */

/* Which nodes are asked for, and what about them. */
typedef struct NodesQuery {
    bool visible, hidden, known, this_node;
    bool with_info, with_id, with_type;
} NodesQuery;

static bool parse_kind(Term kind, NodesQuery *query)
{
    bool all = kind == A_KNOWN;

    query->visible |= all || kind == A_VISIBLE || kind == A_CONNECTED;
    query->hidden |= all || kind == A_HIDDEN || kind == A_CONNECTED;
    query->this_node |= all || kind == A_THIS;
    query->known |= all;
    return all || kind == A_THIS || kind == A_VISIBLE || kind == A_HIDDEN || kind == A_CONNECTED;
}

/* An atom or a list of such. */
static bool parse_kinds(Term kinds, NodesQuery *query)
{
    if (is_atom(kinds))
        return parse_kind(kinds, query);
    for (; is_cons(kinds); kinds = list_tail(kinds))
        if (!parse_kind(list_head(kinds), query))
            return false;
    return is_nil(kinds);
}

/* #{connection_id => boolean, node_type => boolean} */
static bool parse_info(Term map, NodesQuery *query)
{
    Term id_value, type_value;

    if (!is_map(map))
        return false;
    id_value = map_find(map, A_CONNECTION_ID);
    type_value = map_find(map, A_NODE_TYPE);
    query->with_info = true;
    query->with_id = id_value == A_TRUE;
    query->with_type = type_value == A_TRUE;
    return (id_value == NO_TERM || id_value == A_TRUE || id_value == A_FALSE)
        && (type_value == NO_TERM || type_value == A_TRUE || type_value == A_FALSE)
        && map_size(map) == (size_t)(id_value != NO_TERM) + (type_value != NO_TERM);
}

/* One more in front of `list`. */
static Term add_node(Process *p, const NodesQuery *query, Term name, Term type, Term id, Term list)
{
    Heap *heap = &p->heap;
    Term info;

    if (!query->with_info)
        return cons(heap, name, list);
    info = map_empty(heap);
    if (query->with_id)
        info = map_put(heap, info, A_CONNECTION_ID, id);
    if (query->with_type)
        info = map_put(heap, info, A_NODE_TYPE, type);
    return cons(heap, tuple_2(heap, name, info), list);
}

static Term add_connected(Process *p, const NodesQuery *query, bool visible, Term list)
{
    for (const DistNode *node = dist_newest_connected; node; node = node->previous)
        if (dist_is_visible(node) == visible)
            list = add_node(p, query, node->name, visible ? A_VISIBLE : A_HIDDEN, small_int(node->connection_id), list);
    return list;
}

static bool is_connected(const DistNode *node)
{
    return node->state == DIST_CONNECTED || node->state == DIST_CLOSING;
}

/* Every node that a pid or the like ever came from, or that was ever tried. */
static Term add_known(Process *p, const NodesQuery *query, Term list)
{
    size_t cursor = 0;
    Term name;

    for (const DistNode *node = dist_known_nodes; node; node = node->next_known)
        if (!is_connected(node) && node->name != node_name)
            list = add_node(p, query, node->name, A_KNOWN, A_UNDEFINED, list);
    while ((name = node_known_next(&cursor)) != NO_TERM)
        if (name != node_name && !dist_node_find(name))
            list = add_node(p, query, name, A_KNOWN, A_UNDEFINED, list);
    return list;
}

static Term nodes(Process *p, const NodesQuery *query)
{
    Term list = TERM_NIL;

    if (query->this_node)
        list = add_node(p, query, node_name, A_THIS, A_UNDEFINED, list);
    if (query->visible)
        list = add_connected(p, query, true, list);
    if (query->hidden)
        list = add_connected(p, query, false, list);
    return query->known ? add_known(p, query, list) : list;
}

Term bif_erlang_nodes_0(Process *p, const Term *args)
{
    return nodes(p, &(NodesQuery){.visible = true});
}

Term bif_erlang_nodes_1(Process *p, const Term *args)
{
    NodesQuery query = {.visible = false};

    return parse_kinds(args[0], &query) ? nodes(p, &query) : raise_badarg(p);
}

Term bif_erlang_nodes_2(Process *p, const Term *args)
{
    NodesQuery query = {.visible = false};

    return parse_kinds(args[0], &query) && parse_info(args[1], &query) ? nodes(p, &query) : raise_badarg(p);
}

/* --- monitor_node/2,3 ---------------------------------------------------------------------------------------- */

/* erlang:dmonitor_node/3 tells of the failure, or tries a passive connection. */
static Term monitor_node_on(Process *p, Term name, Term options)
{
    DistNode *node;

    if (name == node_name)
        return A_TRUE;
    node = dist_reach(name, is_nil(options));
    if (!node || (!is_nil(options) && node->state == DIST_PENDING))
        return trap_to(p, export_get(A_ERLANG, A_DMONITOR_NODE, 3), (Term[]){name, A_TRUE, options});
    node_monitor_add(p, node);
    return A_TRUE;
}

static Term monitor_node(Process *p, Term node, Term on, Term options)
{
    Term list = options;

    for (; is_cons(list); list = list_tail(list))
        if (list_head(list) != A_ALLOW_PASSIVE_CONNECT)
            return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!is_nil(list))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!is_atom(node))
        return raise_badarg(p);
    if (node != A_NONODE_NOHOST && !dist_task_is_alive())
        return raise_error(p, A_NOTALIVE);
    if (on == A_TRUE)
        return monitor_node_on(p, node, options);
    if (on != A_FALSE)
        return raise_badarg(p);
    node_monitor_remove(p, node);
    return A_TRUE;
}

Term bif_erlang_monitor_node_2(Process *p, const Term *args)
{
    return monitor_node(p, args[0], args[1], TERM_NIL);
}

Term bif_erlang_monitor_node_3(Process *p, const Term *args)
{
    return monitor_node(p, args[0], args[1], args[2]);
}

Term bif_net_kernel_dflag_unicode_io_1(Process *p, const Term *args)
{
    const DistNode *node;

    if (!is_pid(args[0]))
        return raise_badarg(p);
    if (identifier_node(args[0]) == node_name)
        return A_TRUE;
    node = dist_node_find(identifier_node(args[0]));
    return atom_bool(node && dist_has(node, DIST_UNICODE_IO));
}
