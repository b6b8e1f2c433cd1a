/* process_flag/2,3 */
#include "bifs.h"

#include "vm/proc/spawn_options.h"
#include "vm/proc/bif.h"
#include "vm/proc/heap_limit.h"
#include "vm/proc/nodes_monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/integer.h"
#include "vm/trace/saved_calls.h"

/* Sets a bit of p->flags; the old value. NO_TERM: no boolean. */
static Term set_bit(Process *p, uint32_t bit, Term value)
{
    Term old = atom_bool(p->flags & bit);

    if (value == A_TRUE)
        p->flags |= bit;
    else if (value == A_FALSE)
        p->flags &= ~bit;
    else
        return NO_TERM;
    return old;
}

static Term set_trap_exit(Process *p, Term value) { return set_bit(p, PROCESS_TRAP_EXIT, value); }
static Term set_sensitive(Process *p, Term value) { return set_bit(p, PROCESS_SENSITIVE, value); }

static Term set_error_handler(Process *p, Term value)
{
    Term old = p->error_handler;

    if (!is_atom(value))
        return NO_TERM;
    p->error_handler = value;
    return old;
}

static Term set_priority(Process *p, Term value)
{
    Term old = priority_name(p->priority);

    return priority_parse(value, &p->priority) ? old : NO_TERM;
}

static Term set_full_sweep(Process *p, Term value)
{
    Term old = small_int(p->gc.full_sweep_after);

    if (!is_small(value) || small_value(value) < 0)
        return NO_TERM;
    p->gc.full_sweep_after = (uint32_t)(small_value(value) & 0xffff);
    return old;
}

static Term set_min_heap(Process *p, Term value)
{
    Term old = integer_from_u64(&p->heap, p->gc.min_words);

    return heap_size_parse(value, process_min_heap_words, &p->gc.min_words) ? old : NO_TERM;
}

static Term set_min_binary(Process *p, Term value)
{
    size_t words;
    Term old = integer_from_u64(&p->heap, p->gc.min_binary_bytes / sizeof(Word));

    if (!heap_size_parse(value, process_min_binary_words, &words))
        return NO_TERM;
    p->gc.min_binary_bytes = words * sizeof(Word);
    p->gc.binary_limit = MAX(p->gc.binary_limit, p->gc.min_binary_bytes);
    return old;
}

static Term set_max_heap(Process *p, Term value)
{
    const uint32_t all = PROCESS_MAX_HEAP_KILL | PROCESS_MAX_HEAP_LOG | PROCESS_MAX_HEAP_SHARED;
    Term old = heap_limit_map(&p->heap, p->max_heap_words, p->flags);
    size_t words = process_max_heap_words;
    uint32_t flags = process_max_heap_flags;

    if (!heap_limit_parse(value, &words, &flags) || (words > 0 && words < p->gc.min_words))
        return NO_TERM;
    p->max_heap_words = words;
    p->flags = (p->flags & ~all) | flags;
    return old;
}

static Term set_queue_data(Process *p, Term value)
{
    Term old = p->flags & PROCESS_OFF_HEAP_MESSAGES ? A_OFF_HEAP : A_ON_HEAP;

    if (value == A_OFF_HEAP)
        p->flags |= PROCESS_OFF_HEAP_MESSAGES;
    else if (value == A_ON_HEAP)
        p->flags &= ~(uint32_t)PROCESS_OFF_HEAP_MESSAGES;
    else
        return NO_TERM;
    return old;
}

static Term set_scheduler(Process *p, Term value)
{
    (void)p;
    return value == small_int(0) || value == small_int(1) ? small_int(0) : NO_TERM;
}

static Term monitor_nodes(Process *p, Term on, Term list)
{
    uint32_t options;

    if ((on != A_TRUE && on != A_FALSE) || !nodes_monitor_parse(list, &options))
        return NO_TERM;
    return small_int(on == A_TRUE ? nodes_monitor_on(p, options) : nodes_monitor_off(p, options));
}

static Term set_monitor_nodes(Process *p, Term value)
{
    return monitor_nodes(p, value, TERM_NIL);
}

typedef struct Flag {
    Term name;
    Term (*set)(Process *p, Term value);    /* the old value; NO_TERM: bad value */
} Flag;

static const Flag flags[] = {
    {A_TRAP_EXIT, set_trap_exit},
    {A_PRIORITY, set_priority},
    {A_ERROR_HANDLER, set_error_handler},
    {A_SENSITIVE, set_sensitive},
    {A_MESSAGE_QUEUE_DATA, set_queue_data},
    {A_MAX_HEAP_SIZE, set_max_heap},
    {A_MIN_HEAP_SIZE, set_min_heap},
    {A_MIN_BIN_VHEAP_SIZE, set_min_binary},
    {A_FULLSWEEP_AFTER, set_full_sweep},
    {A_SCHEDULER, set_scheduler},
    {A_MONITOR_NODES, set_monitor_nodes},
};

static bool is_save_calls_count(Term value)
{
    return is_small(value) && small_value(value) >= 0 && small_value(value) <= SAVED_CALLS_MAX;
}

static Term set_save_calls(Process *q, Term count) { return small_int(saved_calls_set(q, (uint32_t)small_value(count))); }

Term bif_erlang_process_flag_2(Process *p, const Term *args)
{
    Term old;

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (flags[i].name != args[0])
            continue;
        old = flags[i].set(p, args[1]);
        return old == NO_TERM ? raise_badarg(p) : old;
    }
    if (is_tuple_of(args[0], 2) && tuple_element(args[0], 1) == A_MONITOR_NODES) {
        old = monitor_nodes(p, args[1], tuple_element(args[0], 2));
        return old == NO_TERM ? raise_badarg(p) : old;
    }
    if (args[0] != A_SAVE_CALLS)
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return is_save_calls_count(args[1]) ? set_save_calls(p, args[1]) : raise_error_cause(p, A_BADARG, A_NONE);
}

/* Of another process only save_calls can be set. */
Term bif_erts_internal_process_flag_3(Process *p, const Term *args)
{
    Process *q = process_find(args[0]);

    if (!q)
        return A_BADTYPE;
    return args[1] == A_SAVE_CALLS && is_save_calls_count(args[2]) ? set_save_calls(q, args[2]) : A_BADARG;
}
