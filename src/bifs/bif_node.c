/* This node and others, while there is no distribution. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"

Term bif_erlang_nodes_0(Process *p, const Term *args)
{
    return TERM_NIL;
}

static bool parse_kind(Term kind, bool *this_node)
{
    if (kind == A_THIS || kind == A_KNOWN)
        *this_node = true;
    return kind == A_THIS || kind == A_KNOWN || kind == A_VISIBLE || kind == A_HIDDEN || kind == A_CONNECTED;
}

/* An atom or a list of such. */
static bool parse_kinds(Term kinds, bool *this_node)
{
    *this_node = false;
    if (is_atom(kinds))
        return parse_kind(kinds, this_node);
    for (; is_cons(kinds); kinds = list_tail(kinds))
        if (!parse_kind(list_head(kinds), this_node))
            return false;
    return is_nil(kinds);
}

Term bif_erlang_nodes_1(Process *p, const Term *args)
{
    bool this_node;

    if (!parse_kinds(args[0], &this_node))
        return raise_badarg(p);
    return this_node ? cons(&p->heap, node_name, TERM_NIL) : TERM_NIL;
}

/* #{connection_id => boolean, node_type => boolean} */
static bool parse_info(Term map, bool *id, bool *type)
{
    Term id_value, type_value;

    if (!is_map(map))
        return false;
    id_value = map_find(map, A_CONNECTION_ID);
    type_value = map_find(map, A_NODE_TYPE);
    *id = id_value == A_TRUE;
    *type = type_value == A_TRUE;
    return (id_value == NO_TERM || id_value == A_TRUE || id_value == A_FALSE)
        && (type_value == NO_TERM || type_value == A_TRUE || type_value == A_FALSE)
        && map_size(map) == (size_t)(id_value != NO_TERM) + (type_value != NO_TERM);
}

Term bif_erlang_nodes_2(Process *p, const Term *args)
{
    bool this_node, id, type;
    Term info;

    if (!parse_kinds(args[0], &this_node) || !parse_info(args[1], &id, &type))
        return raise_badarg(p);
    if (!this_node)
        return TERM_NIL;
    info = map_empty(&p->heap);
    if (id)
        info = map_put(&p->heap, info, A_CONNECTION_ID, A_UNDEFINED);
    if (type)
        info = map_put(&p->heap, info, A_NODE_TYPE, A_THIS);
    return cons(&p->heap, tuple_2(&p->heap, node_name, info), TERM_NIL);
}

static Term monitor_node(Process *p, Term node, Term on, Term list)
{
    for (; is_cons(list); list = list_tail(list))
        if (list_head(list) != A_ALLOW_PASSIVE_CONNECT)
            return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!is_nil(list))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!is_atom(node))
        return raise_badarg(p);
    if (node != A_NONODE_NOHOST)
        return raise_error(p, A_NOTALIVE);
    return on == A_TRUE || on == A_FALSE ? A_TRUE : raise_badarg(p);
}

Term bif_erlang_monitor_node_2(Process *p, const Term *args)
{
    return monitor_node(p, args[0], args[1], TERM_NIL);
}

Term bif_erlang_monitor_node_3(Process *p, const Term *args)
{
    return monitor_node(p, args[0], args[1], args[2]);
}

/* A name is given by net_kernel, when distribution starts. */
Term bif_erlang_setnode_2(Process *p, const Term *args)
{
    return raise_badarg(p);
}

Term bif_net_kernel_dflag_unicode_io_1(Process *p, const Term *args)
{
    if (!is_pid(args[0]))
        return raise_badarg(p);
    return A_TRUE;
}
