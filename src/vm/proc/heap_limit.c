#include "vm/proc/heap_limit.h"

#include "vm/proc/emulator_log.h"
#include "vm/proc/exit.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/tracing.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"

#define LIMIT_TEXT "     Context:            maximum heap size reached~n" \
    "     Max Heap Size:      ~p~n" \
    "     Total Heap Size:    ~p~n" \
    "     Kill:               ~p~n" \
    "     Error Logger:       ~p~n" \
    "     Message Queue Len:  ~p~n" \
    "     GC Info:            ~p~n"

static void log_limit(Process *p, size_t words)
{
    Heap heap = {0};
    bool named = node_name != A_NONODE_NOHOST;
    Term list = cons(&heap, gc_info_list(p, &heap), TERM_NIL);

    list = list_from(&heap, 5, (Term[]){
        integer_from_u64(&heap, p->max_heap_words), integer_from_u64(&heap, words),
        atom_bool(p->flags & PROCESS_MAX_HEAP_KILL), A_TRUE,
        small_int((int64_t)p->mailbox.length)}, list);
    if (named)
        list = cons(&heap, node_name, list);
    list = cons(&heap, p->pid, list);
    emulator_log(p, A_ERROR, named ? "     Process:            ~p on node ~p~n" LIMIT_TEXT
                                   : "     Process:            ~p ~n" LIMIT_TEXT, list);
    heap_clear(&heap);
}

void heap_limit_check(Process *p)
{
    size_t words = gc_total_words(&p->heap, &p->gc) + gc_info_queue_words(p);

    if (words <= p->max_heap_words || process_is_exiting(p))
        return;
    if (p->flags & PROCESS_MAX_HEAP_LOG)
        log_limit(p, words);
    if (is_tracing(p, TRACE_COLLECTIONS))
        trace_sink.collection(p, A_GC_MAX_HEAP_SIZE, words);
    if (p->flags & PROCESS_MAX_HEAP_KILL)
        exit_signal(p->pid, p, A_KILL, EXIT_SIGNAL_SENT);
}

Term heap_limit_map(Heap *heap, size_t words, uint32_t flags)
{
    Term pairs[] = {
        A_ERROR_LOGGER, atom_bool(flags & PROCESS_MAX_HEAP_LOG),
        A_KILL, atom_bool(flags & PROCESS_MAX_HEAP_KILL),
        A_SIZE, integer_from_u64(heap, words)};

    return map_from_pairs(heap, pairs, 3);
}

static bool parse_flag(Term value, uint32_t flag, uint32_t *flags)
{
    if (value == NO_TERM)
        return true;
    if (value == A_TRUE)
        *flags |= flag;
    else if (value == A_FALSE)
        *flags &= ~flag;
    else
        return false;
    return true;
}

static bool parse_size(Term value, size_t *words)
{
    if (!is_small(value) || small_value(value) < 0)
        return false;
    *words = (size_t)small_value(value);
    return true;
}

bool heap_limit_parse(Term value, size_t *words, uint32_t *flags)
{
    if (!is_map(value))
        return parse_size(value, words);
    return map_find(value, A_SIZE) != NO_TERM && parse_size(map_find(value, A_SIZE), words)
        && parse_flag(map_find(value, A_KILL), PROCESS_MAX_HEAP_KILL, flags)
        && parse_flag(map_find(value, A_ERROR_LOGGER), PROCESS_MAX_HEAP_LOG, flags);
}
