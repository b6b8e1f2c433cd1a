/* bif_system_flag.c - erlang:system_flag/2. */
#include "bifs.h"

#include "vm/base/options.h"
#include "vm/exec/exceptions.h"
#include "vm/match/match.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/heap_limit.h"
#include "vm/proc/microstate.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/spawn.h"
#include "vm/proc/vm_time.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/trace/tracer.h"

enum { MAX_BACKTRACE_DEPTH = 1024, REQUEST_LIMIT_MAX = 134217727 };

/* Sets a number in [low, high]; the result is the old one. */
static Term set_size(Process *p, size_t *field, Term value, int64_t low, int64_t high)
{
    size_t old = *field;

    if (!is_small(value) || small_value(value) < low || small_value(value) > high)
        return raise_badarg(p);
    *field = (size_t)small_value(value);
    return integer_from_u64(&p->heap, old);
}

/* As set_size; what is kept is a size that heaps take. */
static Term set_heap_size(Process *p, size_t *field, Term value)
{
    Term old = set_size(p, field, value, 0, SMALL_MAX / 8);

    *field = old == NO_TERM ? *field : gc_next_heap_size(*field);
    return old;
}

static Term set_u32(Process *p, uint32_t *field, Term value, int64_t high)
{
    size_t wide = *field;
    Term old = set_size(p, &wide, value, 0, high);

    *field = (uint32_t)wide;
    return old;
}

static Term set_max_heap(Process *p, Term value)
{
    size_t words = process_max_heap_words;
    uint32_t flags = process_max_heap_flags;
    Term old = heap_limit_map(&p->heap, words, flags);

    if (!heap_limit_parse(value, &words, &flags))
        return raise_badarg(p);
    process_max_heap_words = words;
    process_max_heap_flags = flags;
    return old;
}

static Term set_logger(Process *p, Term value)
{
    Term old = emulator_log_target();

    if (value != A_LOGGER && value != A_UNDEFINED && !is_local_pid(value))
        return raise_badarg(p);
    emulator_log_set_target(value);
    return old;
}

static Term finalize_time_offset(Process *p, Term value)
{
    if (value != A_FINALIZE)
        return raise_badarg(p);
    if (options.time_warp_mode == 'm')
        return A_VOLATILE;
    if (!vm_time_finalize_offset())
        return A_FINAL;
    monitor_time_offset_changed(vm_time_offset());
    return A_PRELIMINARY;
}

/* Stays the way it is: one scheduler, unbound. */
static Term fixed(Process *p, Term value, Term only) { return value == only ? only : raise_badarg(p); }

static Term set_request_limit(Process *p, Term value)
{
    static size_t limit = 2;

    return set_size(p, &limit, value, 1, REQUEST_LIMIT_MAX);
}

static Term set_microstates(Process *p, Term value)
{
    bool before = microstates.on;

    if (value != A_TRUE && value != A_FALSE && value != A_RESET)
        return raise_badarg(p);
    if (value == A_RESET)
        microstates_reset();
    else
        microstates_turn(value == A_TRUE);
    return atom_bool(before);
}

static Term set_sequential_tracer(Process *p, Term value)
{
    Term old = seq_trace_tracer();
    Tracer *tracer = is_tuple(value) ? tracer_from_term(value) : NULL;
    bool is_tracer = tracer && tracer_ask(tracer, A_TRACE_STATUS, p->pid) != TRACER_REMOVE;

    tracer_release(tracer);
    if (value != A_FALSE && !is_tracer && !process_find(value) && !is_local_port(value))
        return raise_badarg(p);
    old = old == NO_TERM ? A_FALSE : term_copy_all(&p->heap, old);
    seq_trace_set_tracer(value == A_FALSE ? NO_TERM : value);
    return old;
}

static Term reset_seq_trace(Process *p, Term value)
{
    size_t cursor = 0;
    Process *q;

    if (value != A_TRUE)
        return raise_badarg(p);
    while ((q = process_table_next(&cursor)))
        seq_trace_reset(q);
    return A_TRUE;
}

/* One scheduler runs one process: others are kept from running only as far as programs can tell. */
static Term multi_scheduling(Process *p, Term value)
{
    static size_t blocks;

    if (value == A_BLOCK || value == A_BLOCK_NORMAL)
        blocks++;
    else if (value != A_UNBLOCK && value != A_UNBLOCK_NORMAL)
        return raise_badarg(p);
    else if (blocks > 0)
        blocks--;
    return blocks == 0 ? A_ENABLED : value == A_BLOCK || value == A_UNBLOCK ? A_BLOCKED : A_BLOCKED_NORMAL;
}

/* The refcount by process is kept in Erlang. */
static Term scheduler_wall_time(Process *p, Term value)
{
    return trap_to(p, export_get(A_ERTS_INTERNAL, A_SYSTEM_FLAG_SCHEDULER_WALL_TIME, 1), &value);
}

Term bif_erlang_system_flag_2(Process *p, const Term *args)
{
    Term value = args[1];

    if (!is_atom(args[0]))
        return raise_badarg(p);
    switch (atom_index(args[0])) {
    case ATOM_BACKTRACE_DEPTH: return set_u32(p, &exception_backtrace_depth, value, MAX_BACKTRACE_DEPTH);
    case ATOM_FULLSWEEP_AFTER: return set_u32(p, &process_full_sweep_after, value, UINT16_MAX);
    case ATOM_MIN_HEAP_SIZE: return set_heap_size(p, &process_min_heap_words, value);
    case ATOM_MIN_BIN_VHEAP_SIZE: return set_heap_size(p, &process_min_binary_words, value);
    case ATOM_MAX_HEAP_SIZE: return set_max_heap(p, value);
    case ATOM_TRACE_CONTROL_WORD: return set_u32(p, &match_trace_control_word, value, UINT32_MAX);
    case ATOM_SYSTEM_LOGGER: return set_logger(p, value);
    case ATOM_TIME_OFFSET: return finalize_time_offset(p, value);
    case ATOM_SCHEDULERS_ONLINE:
    case ATOM_DIRTY_CPU_SCHEDULERS_ONLINE: return fixed(p, value, SMALL(1));
    case ATOM_SCHEDULER_BIND_TYPE: return value == A_DEFAULT_BIND ? A_UNBOUND : fixed(p, value, A_UNBOUND);
    case ATOM_CPU_TOPOLOGY: return fixed(p, value, A_UNDEFINED);
    case ATOM_MULTI_SCHEDULING: return multi_scheduling(p, value);
    case ATOM_SCHEDULER_WALL_TIME: return scheduler_wall_time(p, value);
    case ATOM_MICROSTATE_ACCOUNTING: return set_microstates(p, value);
    case ATOM_OUTSTANDING_SYSTEM_REQUESTS_LIMIT: return set_request_limit(p, value);
    case ATOM_SEQUENTIAL_TRACER: return set_sequential_tracer(p, value);
    case ATOM_RESET_SEQ_TRACE: return reset_seq_trace(p, value);
    case ATOM_DEBUG_FLAGS: return A_TRUE;
    default: return raise_badarg(p);
    }
}
