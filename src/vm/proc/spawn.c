#include "vm/proc/spawn.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/proc/crash.h"
#include "vm/proc/hooks.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/system_profile.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"
#include "vm/term/ref.h"

#define DEFAULT_HEAP_WORDS 233
#define DEFAULT_BINARY_WORDS 46422
#define POOL_MAX 256

size_t process_min_heap_words = DEFAULT_HEAP_WORDS;
size_t process_min_binary_words = DEFAULT_BINARY_WORDS;
uint32_t process_full_sweep_after = 65535;
size_t process_max_heap_words;
uint32_t process_max_heap_flags = PROCESS_MAX_HEAP_KILL | PROCESS_MAX_HEAP_LOG;
bool process_off_heap_messages;

/* --- process structs ------------------------------------------------------------------------- */

static Process *pool;
static size_t pool_size;

static Process *process_take(void)
{
    Process *p = pool;

    if (!p)
        return mem_alloc_zero(MEM_PROCESS, sizeof *p);
    pool = p->queue_next;
    pool_size--;
    memset(p, 0, sizeof *p);
    return p;
}

void process_release(Process *p)
{
    if (pool_size == POOL_MAX) {
        mem_free(MEM_PROCESS, p);
        return;
    }
    p->queue_next = pool;
    pool = p;
    pool_size++;
}

/* --- spawning -------------------------------------------------------------------------------- */

void spawn_defaults(SpawnOptions *options)
{
    *options = (SpawnOptions){
        .priority = PRIORITY_NORMAL,
        .off_heap_messages = process_off_heap_messages,
        .full_sweep_after = process_full_sweep_after,
        .min_heap_words = process_min_heap_words,
        .min_binary_words = process_min_binary_words,
        .max_heap_words = process_max_heap_words,
        .max_heap_flags = process_max_heap_flags,
        .monitor_ref = NO_TERM,
        .monitor_options.tag = NO_TERM,
    };
}

static void clear_terms(Process *p)
{
    p->exception.reason = p->exception.cause = p->exception.args = NO_TERM;
    p->exception.error_info = p->exception.trace = NO_TERM;
    p->registered_name = p->exit_reason = NO_TERM;
    p->seq_trace_token = TERM_NIL;
    p->error_handler = A_ERROR_HANDLER;
}

static void init_heap(Process *p, const SpawnOptions *options, size_t arg_words)
{
    size_t words = options->min_heap_words;
    size_t needed = arg_words + STACK_RED_ZONE_WORDS + 4;

    gc_heap_init(&p->heap, &p->gc, needed > words / 2 ? words + needed : words);
    p->gc.min_words = gc_next_heap_size(words);
    p->gc.full_sweep_after = options->full_sweep_after;
    if (options->min_binary_words != DEFAULT_BINARY_WORDS) {
        p->gc.min_binary_bytes = options->min_binary_words * sizeof(Word);
        p->gc.binary_limit = p->gc.min_binary_bytes;
    }
}

static uint32_t flags_of(const SpawnOptions *options)
{
    uint32_t flags = options->max_heap_flags;

    if (options->system)
        flags |= PROCESS_SYSTEM;
    if (options->off_heap_messages)
        flags |= PROCESS_OFF_HEAP_MESSAGES;
    return flags;
}

/* Copies the argument list to the process's heap and points it at the function. */
static void start_call(Process *p, const SpawnOptions *options, size_t arg_count)
{
    Term args[256];
    Term list = options->args;
    Export *target;

    for (size_t i = 0; i < arg_count; i++, list = list_tail(list))
        args[i] = term_copy(&p->heap, list_head(list));
    p->initial_module = options->module;
    p->initial_function = options->function;
    p->initial_arity = (uint32_t)arg_count;
    target = export_get(options->module, options->function, (uint32_t)arg_count);
    p->args = p->inline_args;
    p->args_capacity = PROCESS_INLINE_ARGS;
    process_hooks.start_call(p, target, args);
    gc_sync_limit(&p->heap, &p->gc);
}

static void inherit(Process *p, Process *parent)
{
    if (!parent) {
        p->parent = A_UNDEFINED;
        p->group_leader = p->pid;
        return;
    }
    p->parent = parent->pid;
    p->group_leader = is_immediate(parent->group_leader) ? parent->group_leader
                                                         : term_copy(&p->heap, parent->group_leader);
}

/* Sequential tracing sees a spawn as a request and its reply; `replies`: there is no real one. */
static void trace_request(Process *parent, Process *p, const SpawnOptions *options, bool replies)
{
    Heap heap = {0};
    Term ref = options->monitor_ref == NO_TERM ? ref_new(&heap) : options->monitor_ref;
    Term mfa = tuple_3(&heap, options->module, options->function, small_int(p->initial_arity));
    Term flags = options->link ? cons(&heap, A_LINK, TERM_NIL) : TERM_NIL;
    Term request[] = {A_SPAWN_REQUEST, ref, parent->pid, p->group_leader, mfa, flags, A_SPAWN_REPLY, options->args};

    if (options->monitor)
        request[5] = cons(&heap, A_MONITOR, flags);
    seq_trace_spawned(parent, p, tuple_from(&heap, ARRAY_SIZE(request), request));
    if (replies)
        seq_trace_spawn_replied(parent, p, tuple_4(&heap, A_SPAWN_REPLY, ref, A_OK, p->pid));
    heap_clear(&heap);
}

static void connect(Process *parent, Process *p, SpawnOptions *options)
{
    if (options->link) {
        link_add(p, parent->pid);
        link_add(parent, p->pid);
    }
    if (options->monitor) {
        if (options->monitor_ref == NO_TERM)
            options->monitor_ref = monitor_ref_new(parent, &options->monitor_options);
        monitor_add(parent, options->monitor_ref, MONITOR_PROCESS, p->pid, &p->monitored_by,
                    &options->monitor_options);
    }
}

Term process_spawn(Process *parent, SpawnOptions *options)
{
    Process *p = process_take();
    ptrdiff_t arg_count = list_length(options->args);

    assert(arg_count >= 0 && arg_count <= 255);
    if (!process_table_add(p)) {
        process_release(p);
        return NO_TERM;
    }
    clear_terms(p);
    init_heap(p, options, term_size_words(options->args));
    mailbox_init(&p->mailbox);
    p->priority = options->priority;
    p->flags = flags_of(options);
    p->max_heap_words = options->max_heap_words;
    start_call(p, options, (size_t)arg_count);
    if (tracing_new_processes || (parent && is_tracing(parent, ~0u)))
        trace_sink.inherit(parent, p, options->link);
    inherit(p, parent);
    if (parent && UNLIKELY(!is_nil(parent->seq_trace_token)))
        trace_request(parent, p, options, options->monitor_ref == NO_TERM);
    if (parent)
        connect(parent, p, options);
    if (is_tracing(p, TRACE_PROCS) || (parent && is_tracing(parent, TRACE_PROCS)))
        trace_sink.spawned(parent, p, options->module, options->function, options->args, options->link);
    p->state = PROCESS_RUNNABLE;
    scheduler_enqueue(p);
    if (UNLIKELY(system_profile.processes))
        system_profile_process(p, A_ACTIVE);
    return p->pid;
}

/* --- the first processes --------------------------------------------------------------------- */

static void spawn_first(Process *parent, const char *module, const char *function, Term args, Priority priority)
{
    SpawnOptions options;

    spawn_defaults(&options);
    options.module = atom_from_text(module);
    options.function = atom_from_text(function);
    options.args = args;
    options.priority = priority;
    options.system = true;
    options.off_heap_messages = priority == PRIORITY_HIGH && parent;
    if (process_spawn(parent, &options) == NO_TERM)
        crash("Failed to create the first processes");
}

void spawn_first_processes(Term boot_module, Term boot_args)
{
    Heap heap = {0};
    Process *init;

    spawn_first(NULL, "erl_init", "start", list_from(&heap, 2, (Term[]){boot_module, boot_args}, TERM_NIL),
                PRIORITY_NORMAL);
    init = process_table_get(immediate(IMM_PID, 0));
    spawn_first(init, "erts_code_purger", "start", TERM_NIL, PRIORITY_HIGH);
    spawn_first(init, "erts_literal_area_collector", "start", TERM_NIL, PRIORITY_HIGH);
    spawn_first(init, "erts_dirty_process_signal_handler", "start", TERM_NIL, PRIORITY_NORMAL);
    spawn_first(init, "erts_dirty_process_signal_handler", "start", TERM_NIL, PRIORITY_HIGH);
    spawn_first(init, "erts_dirty_process_signal_handler", "start", TERM_NIL, PRIORITY_MAX);
    heap_clear(&heap);
}
