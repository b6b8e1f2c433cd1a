/* erlang:system_monitor and system_profile. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/process_table.h"
#include "vm/port/port.h"
#include "vm/proc/system_monitor.h"
#include "vm/proc/system_profile.h"
#include "vm/term/integer.h"

#define MIN_LARGE_HEAP_WORDS 16384

static Term option(Heap *heap, Term name, uint64_t value, Term rest)
{
    return value == 0 ? rest : cons(heap, tuple_2(heap, name, integer_from_u64(heap, value)), rest);
}

static Term settings(Heap *heap)
{
    const SystemMonitor *m = &system_monitor;
    Term list = TERM_NIL;

    if (m->pid == NO_TERM)
        return A_UNDEFINED;
    list = option(heap, A_LONG_GC, m->long_gc_ms, list);
    list = option(heap, A_LONG_SCHEDULE, m->long_schedule_ms, list);
    list = option(heap, A_LARGE_HEAP, m->large_heap_words, list);
    if (m->busy_port)
        list = cons(heap, A_BUSY_PORT, list);
    if (m->busy_dist_port)
        list = cons(heap, A_BUSY_DIST_PORT, list);
    return tuple_2(heap, m->pid, list);
}

static bool parse_limit(Term name, Term value, SystemMonitor *m)
{
    uint64_t limit;

    if (!integer_to_u64(value, &limit))
        return false;
    if (name == A_LONG_GC)
        m->long_gc_ms = MAX(limit, 1);
    else if (name == A_LONG_SCHEDULE)
        m->long_schedule_ms = MAX(limit, 1);
    else if (name == A_LARGE_HEAP)
        m->large_heap_words = MAX(limit, MIN_LARGE_HEAP_WORDS);
    else
        return false;
    return true;
}

static bool parse(Term list, SystemMonitor *m)
{
    for (; is_cons(list); list = list_tail(list)) {
        Term head = list_head(list);

        if (head == A_BUSY_PORT)
            m->busy_port = true;
        else if (head == A_BUSY_DIST_PORT)
            m->busy_dist_port = true;
        else if (!is_tuple_of(head, 2) || !parse_limit(tuple_element(head, 1), tuple_element(head, 2), m))
            return false;
    }
    return is_nil(list);
}

static Term set(Process *p, Term pid, Term list)
{
    SystemMonitor new_settings = {.pid = pid};
    Term old = settings(&p->heap);

    if (pid == A_UNDEFINED || is_nil(list)) {
        new_settings.pid = NO_TERM;
    } else if (!is_cons(list) || !process_find(pid) || !parse(list, &new_settings)) {
        return raise_badarg(p);
    }
    system_monitor = new_settings;
    return old;
}

Term bif_erlang_system_monitor_0(Process *p, const Term *args)
{
    return settings(&p->heap);
}

Term bif_erlang_system_monitor_1(Process *p, const Term *args)
{
    if (args[0] == A_UNDEFINED)
        return set(p, A_UNDEFINED, TERM_NIL);
    if (!is_tuple_of(args[0], 2))
        return raise_badarg(p);
    return set(p, tuple_element(args[0], 1), tuple_element(args[0], 2));
}

Term bif_erlang_system_monitor_2(Process *p, const Term *args)
{
    return set(p, args[0], args[1]);
}

/* --- system_profile --------------------------------------------------------------------------- */

static Term profile_settings(Heap *heap)
{
    const SystemProfile *s = &system_profile;
    Term list = TERM_NIL;

    if (s->profiler == NO_TERM)
        return A_UNDEFINED;
    if (s->ports)
        list = cons(heap, A_RUNNABLE_PORTS, list);
    if (s->processes)
        list = cons(heap, A_RUNNABLE_PROCS, list);
    if (s->scheduler)
        list = cons(heap, A_SCHEDULER, list);
    if (s->exclusive)
        list = cons(heap, A_EXCLUSIVE, list);
    return tuple_2(heap, s->profiler, list);
}

static bool parse_profile_option(Term option, SystemProfile *out)
{
    if (option == A_RUNNABLE_PROCS)
        out->processes = true;
    else if (option == A_RUNNABLE_PORTS)
        out->ports = true;
    else if (option == A_SCHEDULER)
        out->scheduler = true;
    else if (option == A_EXCLUSIVE)
        out->exclusive = true;
    else if (option == A_TIMESTAMP)
        out->stamp = TRACE_STAMP_NOW;
    else if (option == A_MONOTONIC_TIMESTAMP)
        out->stamp = TRACE_STAMP_MONOTONIC;
    else if (option == A_STRICT_MONOTONIC_TIMESTAMP)
        out->stamp = TRACE_STAMP_STRICT_MONOTONIC;
    else
        return false;
    return true;
}

Term bif_erlang_system_profile_0(Process *p, const Term *args)
{
    return profile_settings(&p->heap);
}

Term bif_erlang_system_profile_2(Process *p, const Term *args)
{
    SystemProfile settings = {.profiler = args[0], .stamp = TRACE_STAMP_NOW};
    Term list = args[1], old = profile_settings(&p->heap);

    if (args[0] == A_UNDEFINED || is_nil(list)) {
        system_profile = (SystemProfile){.profiler = NO_TERM};
        return old;
    }
    if (!is_cons(list) || !(process_find(args[0]) || port_find(args[0])))
        return raise_badarg(p);
    for (; is_cons(list); list = list_tail(list))
        if (!parse_profile_option(list_head(list), &settings))
            return raise_badarg(p);
    if (!is_nil(list))
        return raise_badarg(p);
    system_profile = settings;
    return old;
}
