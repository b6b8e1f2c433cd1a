/* erts_debug:get_internal_state/1 and set_internal_state/2: what OTP's own tests want to know of the VM's inside, as far
 * as it means something here. Both are undefined until set_internal_state(available_internal_state, true). */
#include "bifs.h"
#include "bifs/persistent_term.h"
#include "bifs/loop_limit.h"

#include <unistd.h>

#include "debug_lists.h"
#include "id_lists.h"
#include "process_info.h"
#include "vm/dist/dist_node.h"
#include "vm/proc/bif.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/nodes_monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/timer.h"
#include "vm/term/bits.h"
#include "vm/term/hash.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/ref.h"

#define US_PER_MS 1000

static bool is_available;

/* --- reading: atoms ------------------------------------------------------------------------- */

static Term get_reductions_left(Process *p) { return small_int(p->reductions_left); }
static Term get_available(Process *p) { return A_TRUE; }
static Term get_next_pid(Process *p) { return integer_from_u64(&p->heap, process_table_next_payload()); }
static Term get_false(Process *p) { return A_FALSE; }
static Term get_processes(Process *p) { return id_lists_processes(&p->heap); }

static Term get_process_info_args(Process *p) { return process_info_names(&p->heap); }

/* {ptab_list_bif_info, MinStartReductions, Chunks, ChunkSize, IndicesPerReduction, ...}: nothing of that describes the
 * way that processes/0 goes here. */
static Term get_processes_bif_info(Process *p)
{
    const Term one = small_int(1), many = small_int(1000);

    return tuple_from(&p->heap, 10, (Term[]){A_PTAB_LIST_BIF_INFO, one, one, many, many, one, many, many, many, small_int(0)});
}

/* [{Pid, Options}] */
static Term get_monitoring_nodes(Process *p)
{
    Term list = TERM_NIL;

    for (const NodesMonitor *m = nodes_monitors; m; m = m->next)
        list = cons(&p->heap, tuple_2(&p->heap, m->process->pid, small_int(m->options)), list);
    return list;
}

static Term get_persistent_term(Process *p)
{
    return map_from_pairs(&p->heap, (Term[]){A_TABLE, small_int((int64_t)persistent_term_buckets())}, 1);
}

/* {{node_references, []}, {dist_references, []}}: nodes are never freed, so nothing counts references to them. */
static Term get_node_references(Process *p)
{
    return tuple_2(&p->heap, tuple_2(&p->heap, A_NODE_REFERENCES, TERM_NIL),
                   tuple_2(&p->heap, A_DIST_REFERENCES, TERM_NIL));
}

static Term get_max_cache_index(Process *p) { return small_int(ATOM_CACHE_SLOTS - 1); }

typedef struct AtomKey {
    Term name;
    Term (*get)(Process *p);
} AtomKey;

static const AtomKey atom_keys[] = {
    {A_REDS_LEFT, get_reductions_left}, {A_AVAILABLE_INTERNAL_STATE, get_available}, {A_NEXT_PID, get_next_pid},
    {A_PROCESS_INFO_ARGS, get_process_info_args}, {A_PROCESSES_BIF_INFO, get_processes_bif_info},
    {A_FORCE_HEAP_FRAGS, get_false},    {A_PROCESSES, get_processes},                {A_MONITORING_NODES, get_monitoring_nodes},
    {A_PERSISTENT_TERM, get_persistent_term},
    {A_NODE_AND_DIST_REFERENCES, get_node_references},
    {A_MAX_ATOM_OUT_CACHE_INDEX, get_max_cache_index},
};

/* --- reading: {Key, Argument} ------------------------------------------------------------------- */

static Term get_process_status(Process *p, Term pid)
{
    Process *q = is_local_pid(pid) ? process_table_get(pid) : NULL;

    if (!is_local_pid(pid))
        return NO_TERM;
    if (!q)
        return A_UNDEFINED;
    if (process_is_exiting(q))
        return A_EXITING;
    if (q->suspend_count > 0 || q->flags & PROCESS_WAITS_FOR_OUTPUT)
        return A_SUSPENDED;
    return q->state == PROCESS_RUNNING || q->flags & PROCESS_IN_DIRTY_CALL ? A_RUNNING : q->state == PROCESS_RUNNABLE ? A_RUNNABLE : A_WAITING;
}

/* The port or process that carries the connection to a node. */
static Term get_dist_controller(Process *p, Term name)
{
    const DistNode *node = is_atom(name) ? dist_node_find(name) : NULL;

    return node && node->controller != NO_TERM ? node->controller : A_UNDEFINED;
}

static Term get_cache_index(Process *p, Term atom)
{
    return is_atom(atom) ? small_int(atom_refs_slot(atom)) : NO_TERM;
}

static Term get_internal_hash(Process *p, Term t)
{
    return integer_from_u64(&p->heap, term_internal_hash(t, 0));
}

static Term get_atom(Process *p, Term index)
{
    bool exists = is_small(index) && small_value(index) >= 0 && small_value(index) < (int64_t)atom_count();

    return exists ? ATOM_TERM(small_value(index)) : A_FALSE;
}

/* Of bytes outside the heaps: {refc_binary, Bytes in use, {binary, Bytes there}, 0}. */
static Term get_binary_info(Process *p, Term bitstring)
{
    const Word *object;
    const Binary *binary;
    size_t used_bits;

    if (!is_bitstring(bitstring))
        return NO_TERM;
    object = boxed(bitstring);
    if (header_kind(object[0]) == BOX_SUB_BITS)
        object = boxed(((const SubBits *)object)->base);
    if (header_kind(object[0]) != BOX_REFC_BITS)
        return A_HEAP_BINARY;
    binary = off_heap_binary((Word *)object);
    /* Who appends extends the Binary only. */
    used_bits = binary->destroy ? ((const RefcBits *)object)->bit_size : binary->used_bits;
    return tuple_4(&p->heap, A_REFC_BINARY, small_int((int64_t)bits_bytes(used_bits)),
                   tuple_2(&p->heap, A_BINARY, small_int((int64_t)binary->capacity)), SMALL(0));
}

/* {check_time_config, Correction, WarpMode}: can clocks be had that way? All of them can. */
static Term check_time_config(Term key)
{
    Term correction = tuple_element(key, 2), mode = tuple_element(key, 3);
    bool is_known = mode == A_NO_TIME_WARP || mode == A_SINGLE_TIME_WARP || mode == A_MULTI_TIME_WARP;

    return (correction == A_TRUE || correction == A_FALSE) && is_known ? A_TRUE : NO_TERM;
}

typedef struct TupleKey {
    Term name;
    Term (*get)(Process *p, Term argument);     /* NO_TERM: badarg */
} TupleKey;

static const TupleKey tuple_keys[] = {
    {A_PROCESS_STATUS, get_process_status}, {A_LINK_LIST, debug_link_list},
    {A_MONITOR_LIST, debug_monitor_list},     {A_INTERNAL_HASH, get_internal_hash},
    {A_ATOM, get_atom},                     {A_BINARY_INFO, get_binary_info},
    {A_DIST_CTRL, get_dist_controller},     {A_ATOM_OUT_CACHE_INDEX, get_cache_index},
};

static Term get(Process *p, Term key)
{
    for (size_t i = 0; i < ARRAY_SIZE(atom_keys); i++)
        if (atom_keys[i].name == key)
            return atom_keys[i].get(p);
    for (size_t i = 0; i < ARRAY_SIZE(tuple_keys) && is_tuple_of(key, 2); i++)
        if (tuple_keys[i].name == tuple_element(key, 1))
            return tuple_keys[i].get(p, tuple_element(key, 2));
    if (is_tuple_of(key, 3) && tuple_element(key, 1) == atom_from_text("check_time_config"))
        return check_time_config(key);
    return NO_TERM;
}

Term bif_erts_debug_get_internal_state_1(Process *p, const Term *args)
{
    Term value;

    if (!is_available)
        return raise_undef(p);
    value = get(p, args[0]);
    return value == NO_TERM ? raise_badarg(p) : value;
}

/* --- writing ------------------------------------------------------------------------------------ */

static Term set_reductions_left(Process *p, Term value)
{
    if (!is_small(value))
        return NO_TERM;
    if (small_value(value) >= 0 && small_value(value) <= SCHEDULER_TURN_REDUCTIONS)
        p->reductions_left = small_value(value);
    return A_TRUE;
}

/* The whole VM sleeps. */
static Term set_sleep(Process *p, Term ms)
{
    if (!is_small(ms))
        return NO_TERM;
    if (small_value(ms) > 0)
        usleep((useconds_t)small_value(ms) * US_PER_MS);
    return A_TRUE;
}

/* As on BEAM: the next pid is the one after it. */
static Term set_next_pid(Process *p, Term value)
{
    uint64_t next;

    if (!integer_to_u64(value, &next))
        return NO_TERM;
    process_table_set_next_payload(next + 1);
    return integer_from_u64(&p->heap, process_table_next_payload());
}

static Term set_force_gc(Process *p, Term pid)
{
    Process *q = process_find(pid);

    if (!q)
        return A_FALSE;
    q->flags |= PROCESS_COLLECT;
    return A_TRUE;
}

static Term waited(Process *p, const Term *args) { return A_OK; }

/* Nothing is ever left for later here, but others get their turn. */
static Term set_wait(Process *p, Term what)
{
    static TrapBif goes_on = TRAP_BIF(waited, A_ERTS_DEBUG, A_SET_INTERNAL_STATE, 2, 2);

    if (!is_atom(what))
        return raise_badarg(p);
    return yield_to_bif(p, &goes_on, (Term[]){A_WAIT, what});
}

static Term set_true(Process *p, Term value) { return A_TRUE; }
/* Switches of stock's debug build. */
static Term set_notsup(Process *p, Term value) { return A_NOTSUP; }

static Term set_loop_limit(Process *p, LoopLimit limit, Term value)
{
    int64_t before = loop_limits[limit];

    if (value == A_DEFAULT)
        loop_limits[limit] = INT64_MAX;
    else if (is_small(value) && small_value(value) > 0)
        loop_limits[limit] = small_value(value);
    else
        return NO_TERM;
    return before == INT64_MAX ? A_DEFAULT : small_int(before);
}

static Term set_binary_loop_limit(Process *p, Term value) { return set_loop_limit(p, LOOP_LIMIT_BINARY, value); }
static Term set_unicode_loop_limit(Process *p, Term value) { return set_loop_limit(p, LOOP_LIMIT_UNICODE, value); }
static Term set_re_loop_limit(Process *p, Term value) { return set_loop_limit(p, LOOP_LIMIT_RE, value); }

typedef struct Setter {
    Term name;
    Term (*set)(Process *p, Term value);        /* NO_TERM: badarg */
} Setter;

static const Setter setters[] = {
    {A_REDS_LEFT, set_reductions_left}, {A_SLEEP, set_sleep},       {A_BLOCK, set_sleep}, {A_BLOCK_SCHEDULER, set_sleep},
    {A_NEXT_PID, set_next_pid},         {A_FORCE_GC, set_force_gc}, {A_PROC_SIG_BUFFERS, set_true},
    {A_GC_STATE, set_true},             {A_PROCESS_UNIQ_COUNTER, set_true},
    {A_BINARY_LOOP_LIMIT, set_binary_loop_limit}, {A_UNICODE_LOOP_LIMIT, set_unicode_loop_limit},
    {A_RE_LOOP_LIMIT, set_re_loop_limit},
    {A_ETS_FORCE_TRAP, set_notsup}, {A_ETS_FORCE_SPLIT, set_notsup},
};

Term bif_erts_debug_set_internal_state_2(Process *p, const Term *args)
{
    bool was_available = is_available;

    if (args[0] == A_AVAILABLE_INTERNAL_STATE && (args[1] == A_TRUE || args[1] == A_FALSE)) {
        is_available = args[1] == A_TRUE;
        return atom_bool(was_available);
    }
    if (!is_available)
        return raise_undef(p);
    if (args[0] == A_WAIT)
        return set_wait(p, args[1]);
    for (size_t i = 0; i < ARRAY_SIZE(setters); i++) {
        if (setters[i].name == args[0]) {
            Term result = setters[i].set(p, args[1]);
            return result == NO_TERM ? raise_badarg(p) : result;
        }
    }
    return raise_badarg(p);
}
