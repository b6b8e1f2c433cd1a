/* native_erl_tracer.c - erl_tracer: the tracer module behind {tracer, Pid}. */
#include "bifs/native_modules.h"
#include "bifs/time_unit.h"
#include "vm/port/port.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/vm_time.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

enum { MESSAGE_MAX = 8, NS_PER_US = 1000 };

/* enabled(Tag, Tracer, Tracee): is it worth while to make a trace message? */
static Term enabled_3(Process *p, const Term *args)
{
    Term nobody = args[0] == A_TRACE_STATUS ? A_REMOVE : A_DISCARD;

    if (is_local_pid(args[1]) ? !process_find(args[1]) : !port_find(args[1]))
        return nobody;
    return args[1] == args[2] ? A_DISCARD : A_TRACE;
}

static Term option(Term options, Term key) { return is_map(options) ? map_find(options, key) : NO_TERM; }

static Term stamp(Heap *heap, Term kind)
{
    if (kind == A_MONOTONIC)
        return integer_from_i64(heap, vm_time_monotonic());
    if (kind == A_STRICT_MONOTONIC)
        return tuple_2(heap, integer_from_i64(heap, vm_time_monotonic()),
                       integer_from_i64(heap, unique_integer_monotonic()));
    return time_stamp(heap, vm_time_system() / NS_PER_US);
}

/* trace(Tag, Tracer, Tracee, Message, Options): sends {trace, ...}, or {trace_ts, ..., Stamp}. */
static Term trace_5(Process *p, const Term *args)
{
    Process *tracer = process_find(args[1]);
    Term extra = option(args[4], A_EXTRA), result = option(args[4], A_MATCH_SPEC_RESULT);
    Term scheduler = option(args[4], A_SCHEDULER_ID), kind = option(args[4], A_TIMESTAMP);
    bool sequential = args[0] == A_SEQ_TRACE && extra == NO_TERM;
    Term parts[MESSAGE_MAX];
    size_t count = 0;
    Message *message;

    if (!tracer)
        return A_OK;
    message = message_new();
    parts[count++] = sequential ? A_SEQ_TRACE : A_TRACE;
    parts[count++] = args[2];
    if (!sequential)
        parts[count++] = args[0];
    parts[count++] = args[3];
    if (extra != NO_TERM)
        parts[count++] = extra;
    if (result != NO_TERM)
        parts[count++] = result;
    if (scheduler != NO_TERM)
        parts[count++] = scheduler;
    for (size_t i = 0; i < count; i++)
        parts[i] = term_copy(&message->heap, parts[i]);
    if (kind != NO_TERM) {
        parts[count++] = stamp(&message->heap, kind);
        if (!sequential)
            parts[0] = A_TRACE_TS;
    }
    message->term = tuple_from(&message->heap, count, parts);
    message_post(tracer, message);
    return A_OK;
}

static const NativeFunction functions[] = {{"enabled", 3, enabled_3}, {"trace", 5, trace_5}, {NULL, 0, NULL}};

const NativeModule native_erl_tracer = {"erl_tracer", functions, NULL};
