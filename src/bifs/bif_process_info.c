/* process_info/1,2: one function per item, and a table of them. */
#include "bifs.h"

#include "vm/nif/nif_system.h"
#include "vm/proc/spawn_options.h"
#include "vm/base/mem.h"
#include "vm/code/module.h"
#include "vm/dist/remote_link.h"
#include "vm/exec/exceptions.h"
#include "vm/proc/bif.h"
#include "vm/proc/dictionary.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/heap_limit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/suspend.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"
#include "vm/trace/saved_calls.h"
#include "vm/trace/trace_frames.h"

#include "process_backtrace.h"
#include "process_info.h"

/* `p` asks about `q`; the value is made on p's heap. */
typedef Term (*ItemFunction)(Process *p, Process *q);

static Term words(Process *p, size_t count)
{
    return integer_from_u64(&p->heap, count);
}

/* A term of q's for p to have. */
static Term take(Process *p, Process *q, Term t)
{
    return p == q ? t : term_copy(&p->heap, t);
}

/* --- who and where ------------------------------------------------------------------------------ */

static Term registered_name(Process *p, Process *q)
{
    return q->registered_name == NO_TERM ? TERM_NIL : q->registered_name;
}

static Term mfa(Process *p, Term module, Term function, uint32_t arity)
{
    return tuple_3(&p->heap, module, function, small_int(arity));
}

static Term initial_call(Process *p, Process *q)
{
    return mfa(p, q->initial_module, q->initial_function, q->initial_arity);
}

static bool has_not_run(const Process *p, const Process *q)
{
    return q->reductions == 0 && p != q;
}

/* Who calls a BIF by the stub of its export is found on the stack. */
static bool find_code(const Process *q, CodeLocation *out)
{
    if (process_location(q, out))
        return true;
    return q->state == PROCESS_RUNNING && q->gc.stack_top < q->gc.block_end && is_return_address(*q->gc.stack_top)
        && code_find(trace_frames_caller(q->gc.stack_top) - 1, out);
}

static Term current_function(Process *p, Process *q)
{
    CodeLocation where;

    if (q->flags & PROCESS_HIBERNATING)
        return mfa(p, A_ERLANG, A_HIBERNATE, 3);
    if (q->flags & PROCESS_WAITS_FOR_OUTPUT)
        return mfa(p, A_ERLANG, A_BIF_RETURN_TRAP, 2);
    if (find_code(q, &where))
        return mfa(p, where.module, where.name, where.arity);
    return has_not_run(p, q) ? initial_call(p, q) : A_UNDEFINED;
}

/* [{file, File}, {line, Line}] */
static Term location_list(Process *p, const CodeLocation *where)
{
    Heap *heap = &p->heap;
    Term line;

    if (where->file == NO_TERM || where->line == 0)
        return TERM_NIL;
    line = cons(heap, tuple_2(heap, A_LINE, small_int(where->line)), TERM_NIL);
    return cons(heap, tuple_2(heap, A_FILE, where->file), line);
}

static Term current_location(Process *p, Process *q)
{
    CodeLocation where;

    if (q->flags & PROCESS_HIBERNATING)
        return tuple_4(&p->heap, A_ERLANG, A_HIBERNATE, small_int(3), TERM_NIL);
    if (find_code(q, &where))
        return tuple_4(&p->heap, where.module, where.name, small_int(where.arity), location_list(p, &where));
    if (has_not_run(p, q))
        return tuple_4(&p->heap, q->initial_module, q->initial_function, small_int(q->initial_arity), TERM_NIL);
    return A_UNDEFINED;
}

static Term current_stacktrace(Process *p, Process *q)
{
    return process_hooks.stacktrace ? process_hooks.stacktrace(q, &p->heap, exception_backtrace_depth) : TERM_NIL;
}

static Term status(Process *p, Process *q)
{
    if (q->suspend_count > 0 || q->flags & PROCESS_WAITS_FOR_OUTPUT)
        return A_SUSPENDED;
    if (q->state == PROCESS_RUNNING || q->flags & PROCESS_IN_DIRTY_CALL)
        return A_RUNNING;
    return q->state == PROCESS_RUNNABLE ? A_RUNNABLE : A_WAITING;
}

static Term parent(Process *p, Process *q) { return take(p, q, q->parent); }
static Term group_leader(Process *p, Process *q) { return take(p, q, q->group_leader); }
static Term backtrace(Process *p, Process *q) { return process_backtrace(p, q); }

/* --- messages, links, monitors ---------------------------------------------------------------- */

static Term message_queue_len(Process *p, Process *q) { return words(p, q->mailbox.length); }

static Term messages(Process *p, Process *q)
{
    Term *terms = mem_alloc(MEM_PROCESS, q->mailbox.length * sizeof(Term));
    size_t count = 0;
    Term list;

    if (!(q->flags & PROCESS_SENSITIVE))
        for (Message *m = q->mailbox.first; m; m = m->next)
            if (m->term != NO_TERM)
                terms[count++] = p == q && m->on_heap ? m->term : term_copy(&p->heap, m->term);
    list = list_from(&p->heap, count, terms, TERM_NIL);
    mem_free(MEM_PROCESS, terms);
    return list;
}

static Term links(Process *p, Process *q)
{
    size_t count = link_count(q);
    Term *others = mem_alloc(MEM_PROCESS, count * sizeof(Term));
    Term list = TERM_NIL;

    for (const RemoteLink *link = q->remote_links; link; link = link->next)
        if (link->unlink_id == 0)
            list = cons(&p->heap, term_copy(&p->heap, remote_link_other(link)), list);
    link_list(q, others);
    list = list_from(&p->heap, count, others, list);
    mem_free(MEM_PROCESS, others);
    return list;
}

/* {process, Pid} or {process, {Name, Node}}, the same with port; {time_offset, clock_service} */
static Term monitor_entry(Heap *heap, const Monitor *m)
{
    return tuple_2(heap, m->kind == MONITOR_PORT ? A_PORT : m->kind == MONITOR_TIME_OFFSET ? A_TIME_OFFSET : A_PROCESS,
                   monitor_item(m, heap));
}

static Term monitors(Process *p, Process *q)
{
    Term list = TERM_NIL;

    for (const Monitor *m = q->monitors; m; m = m->next)
        if (m->kind != MONITOR_NOTHING && m->kind != MONITOR_NODE && m->kind != MONITOR_SPAWN)
            list = cons(&p->heap, monitor_entry(&p->heap, m), list);
    return list;
}

/* NO_TERM: a part of the VM. */
static Term monitor_owner(Process *p, const Monitor *m)
{
    if (m->origin)
        return m->origin->pid;
    return m->remote == NO_TERM ? nif_monitor_owner(m, &p->heap) : term_copy(&p->heap, m->remote);
}

static Term monitored_by(Process *p, Process *q)
{
    Term first = TERM_NIL, *at = &first;

    for (const Monitor *m = q->monitored_by; m; m = m->target_next) {
        Term who = monitor_owner(p, m);

        if (who == NO_TERM)
            continue;
        *at = cons(&p->heap, who, TERM_NIL);
        at = &cons_cell(*at)[1];
    }
    return first;
}

static Term suspending(Process *p, Process *q)
{
    Term list = TERM_NIL;

    for (const Suspension *s = q->suspending; s; s = s->next)
        list = cons(&p->heap, tuple_3(&p->heap, s->pid, words(p, s->count), small_int(0)), list);
    return list;
}

/* --- settings and state ----------------------------------------------------------------------- */

static Term dictionary(Process *p, Process *q)
{
    Heap scratch = {0};
    Term list;

    if (q->flags & PROCESS_SENSITIVE)
        return TERM_NIL;
    if (p == q)
        return dictionary_list(q, &p->heap);
    list = term_copy(&p->heap, dictionary_list(q, &scratch));
    heap_clear(&scratch);
    return list;
}

static Term trap_exit(Process *p, Process *q) { return atom_bool(q->flags & PROCESS_TRAP_EXIT); }
static Term error_handler(Process *p, Process *q) { return q->error_handler; }
static Term priority(Process *p, Process *q) { return priority_name(q->priority); }

static Term catch_level(Process *p, Process *q)
{
    size_t count = 0;

    for (const Word *slot = q->gc.stack_top; slot < q->gc.block_end; slot++)
        count += is_catch(term_from_bits(*slot));
    return words(p, count);
}

static Term trace(Process *p, Process *q) { return words(p, q->trace.flags); }
static Term last_calls(Process *p, Process *q) { return saved_calls_list(q, &p->heap); }
static Term token(Process *p, Process *q) { return take(p, q, q->seq_trace_token); }
static Term magic_refs(Process *p, Process *q) { return TERM_NIL; }

static Term queue_data(Process *p, Process *q)
{
    return q->flags & PROCESS_OFF_HEAP_MESSAGES ? A_OFF_HEAP : A_ON_HEAP;
}

static Term reductions(Process *p, Process *q)
{
    uint64_t this_turn = 0;

    if (p == q)
        this_turn = (uint64_t)(SCHEDULER_TURN_REDUCTIONS - q->reductions_left);
    return integer_from_u64(&p->heap, q->reductions + this_turn);
}

/* --- memory ---------------------------------------------------------------------------------- */

/* Of a hibernating process the red zone does not count. */
static size_t unused_words(const Process *q)
{
    return q->flags & PROCESS_HIBERNATING ? gc_heap_block_words(&q->heap, &q->gc) - gc_info_heap_used(q) : 0;
}

static Term heap_size(Process *p, Process *q)
{
    return words(p, gc_heap_block_words(&q->heap, &q->gc) - unused_words(q));
}

static Term stack_size(Process *p, Process *q) { return words(p, gc_stack_words(&q->gc)); }
static Term memory(Process *p, Process *q) { return words(p, process_memory(q)); }
static Term total_heap_size(Process *p, Process *q)
{
    return words(p, gc_total_words(&q->heap, &q->gc) - unused_words(q) + gc_info_queue_words(q));
}

static Term min_heap_size(Process *p, Process *q) { return words(p, q->gc.min_words); }
static Term min_binary_size(Process *p, Process *q) { return words(p, q->gc.min_binary_bytes / sizeof(Word)); }
static Term full_sweep(Process *p, Process *q) { return words(p, q->gc.full_sweep_after); }
static Term max_heap_size(Process *p, Process *q) { return heap_limit_map(&p->heap, q->max_heap_words, q->flags); }
static Term gc_details(Process *p, Process *q) { return gc_info_list(q, &p->heap); }

static Term garbage_collection(Process *p, Process *q)
{
    Heap *heap = &p->heap;
    Term items[] = {
        tuple_2(heap, A_MAX_HEAP_SIZE, max_heap_size(p, q)),
        tuple_2(heap, A_MIN_BIN_VHEAP_SIZE, min_binary_size(p, q)),
        tuple_2(heap, A_MIN_HEAP_SIZE, min_heap_size(p, q)),
        tuple_2(heap, A_FULLSWEEP_AFTER, full_sweep(p, q)),
        tuple_2(heap, A_MINOR_GCS, words(p, q->gc.minor_count)),
    };

    return list_from(heap, ARRAY_SIZE(items), items, TERM_NIL);
}

/* {Address, Bytes, References} for each binary outside the heap. */
static Term binaries(Process *p, Process *q)
{
    Term list = TERM_NIL;
    Heap *heap = &p->heap;

    for (Word *object = q->heap.off_heap; object; object = *off_heap_next(object)) {
        const Binary *binary = off_heap_binary(object);
        if (header_kind(*object) == BOX_REFC_BITS)
            list = cons(heap, tuple_3(heap, integer_from_u64(heap, (uintptr_t)binary), words(p, binary->capacity),
                                      integer_from_i64(heap, binary->references)), list);
    }
    return list;
}

/* --- the table -------------------------------------------------------------------------------- */

typedef struct Item {
    Term name;
    ItemFunction value;
    bool is_default;           /* process_info/1 shows it, in this order */
} Item;

static const Item items[] = {
    {A_REGISTERED_NAME, registered_name, true},
    {A_CURRENT_FUNCTION, current_function, true},
    {A_INITIAL_CALL, initial_call, true},
    {A_STATUS, status, true},
    {A_MESSAGE_QUEUE_LEN, message_queue_len, true},
    {A_LINKS, links, true},
    {A_DICTIONARY, dictionary, true},
    {A_TRAP_EXIT, trap_exit, true},
    {A_ERROR_HANDLER, error_handler, true},
    {A_PRIORITY, priority, true},
    {A_GROUP_LEADER, group_leader, true},
    {A_TOTAL_HEAP_SIZE, total_heap_size, true},
    {A_HEAP_SIZE, heap_size, true},
    {A_STACK_SIZE, stack_size, true},
    {A_REDUCTIONS, reductions, true},
    {A_GARBAGE_COLLECTION, garbage_collection, true},
    {A_SUSPENDING, suspending, true},
    {A_MESSAGES, messages, false},
    {A_MONITORS, monitors, false},
    {A_MONITORED_BY, monitored_by, false},
    {A_MEMORY, memory, false},
    {A_CURRENT_STACKTRACE, current_stacktrace, false},
    {A_CURRENT_LOCATION, current_location, false},
    {A_BACKTRACE, backtrace, false},
    {A_BINARY, binaries, false},
    {A_CATCHLEVEL, catch_level, false},
    {A_TRACE, trace, false},
    {A_LAST_CALLS, last_calls, false},
    {A_SEQUENTIAL_TRACE_TOKEN, token, false},
    {A_MIN_HEAP_SIZE, min_heap_size, false},
    {A_MIN_BIN_VHEAP_SIZE, min_binary_size, false},
    {A_MAX_HEAP_SIZE, max_heap_size, false},
    {A_FULLSWEEP_AFTER, full_sweep, false},
    {A_MESSAGE_QUEUE_DATA, queue_data, false},
    {A_GARBAGE_COLLECTION_INFO, gc_details, false},
    {A_MAGIC_REF, magic_refs, false},
    {A_PARENT, parent, false},
};

static const Item *find_item(Term name)
{
    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        if (items[i].name == name)
            return &items[i];
    return NULL;
}

Term process_info_names(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = ARRAY_SIZE(items); i > 0; i--)
        list = cons(heap, items[i - 1].name, list);
    return list;
}

/* Messages must be decoded before they are shown or their words counted; some may go away then. */
static void open_messages_for(Process *q, Term name)
{
    if (name == A_MESSAGES || name == A_TOTAL_HEAP_SIZE)
        mailbox_open_all(q);
}

static Term item_pair(Process *p, Process *q, const Item *item)
{
    return tuple_2(&p->heap, item->name, item->value(p, q));
}

/* The process asked about: null if it is not there; `*bad` if that is no local pid. */
static Process *subject(Term pid, bool *bad)
{
    *bad = !is_local_pid(pid) && !(is_pid(pid) && identifier_node(pid) == node_name);
    return process_find(pid);
}

static Term default_info(Process *p, const Term *args)
{
    bool bad;
    Process *q = subject(args[0], &bad);
    Term list = TERM_NIL;

    if (!q)
        return A_UNDEFINED;
    mailbox_open_all(q);
    for (size_t i = ARRAY_SIZE(items); i-- > 0;)
        if (items[i].is_default && !(items[i].name == A_REGISTERED_NAME && q->registered_name == NO_TERM))
            list = cons(&p->heap, item_pair(p, q, &items[i]), list);
    return list;
}

/* On stock a process that has something to do answers by itself, in its turn, and who asks waits for it. So does the
 * asker here give way to it once. */
static bool has_turn_first(const Process *p, const Process *q)
{
    return q && q != p && q->state == PROCESS_RUNNABLE && q->suspend_count == 0;
}

Term bif_erlang_process_info_1(Process *p, const Term *args)
{
    static TrapBif goes_on = TRAP_BIF(default_info, A_ERLANG, A_PROCESS_INFO, 1, 1);
    bool bad;
    Process *q = subject(args[0], &bad);

    if (bad)
        return raise_badarg(p);
    return has_turn_first(p, q) ? yield_to_bif(p, &goes_on, args) : default_info(p, args);
}

static bool are_items(Term list)
{
    for (; is_cons(list); list = list_tail(list))
        if (!find_item(list_head(list)))
            return false;
    return is_nil(list);
}

static Term info_list(Process *p, Process *q, Term names)
{
    Term first = TERM_NIL, *at = &first;

    for (Term left = names; is_cons(left); left = list_tail(left))
        open_messages_for(q, list_head(left));
    for (; is_cons(names); names = list_tail(names)) {
        *at = cons(&p->heap, item_pair(p, q, find_item(list_head(names))), TERM_NIL);
        at = &cons_cell(*at)[1];
    }
    return first;
}

static Term wanted_info(Process *p, const Term *args)
{
    bool bad;
    Process *q = subject(args[0], &bad);
    const Item *item = find_item(args[1]);

    if (!q)
        return A_UNDEFINED;
    if (!item)
        return info_list(p, q, args[1]);
    if (args[1] == A_REGISTERED_NAME && q->registered_name == NO_TERM)
        return TERM_NIL;
    open_messages_for(q, item->name);
    return item_pair(p, q, item);
}

Term bif_erlang_process_info_2(Process *p, const Term *args)
{
    static TrapBif goes_on = TRAP_BIF(wanted_info, A_ERLANG, A_PROCESS_INFO, 2, 2);
    bool bad;
    Process *q = subject(args[0], &bad);

    if (bad || (!find_item(args[1]) && !are_items(args[1])))
        return raise_badarg(p);
    return has_turn_first(p, q) ? yield_to_bif(p, &goes_on, args) : wanted_info(p, args);
}
