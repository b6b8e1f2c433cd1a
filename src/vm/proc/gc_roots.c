#include "vm/proc/gc_roots.h"

#include "io/io_time.h"
#include "vm/base/mem.h"
#include "vm/proc/dictionary.h"
#include "vm/proc/heap_limit.h"
#include "vm/proc/link.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/microstate.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/system_monitor.h"
#include "vm/proc/tracing.h"

/* Ranges that every process has, beside its messages. */
#define FIXED_RANGES 16
#define INLINE_RANGES (FIXED_RANGES + 34)
/* A collection is hot if at most so many turns, of any processes, have passed since the last one. */
#define HOT_TURNS 16

typedef struct Roots {
    RootRange *ranges;
    size_t count;
    RootRange inline_ranges[INLINE_RANGES];
} Roots;

static void add(Roots *roots, Term *terms, size_t count)
{
    if (count > 0)
        roots->ranges[roots->count++] = (RootRange){terms, count};
}

static void add_one(Roots *roots, Term *term)
{
    if (!is_immediate(*term))
        add(roots, term, 1);
}

static void add_messages(Roots *roots, Process *p)
{
    for (Message *m = p->mailbox.roots; m; m = m->next_root) {
        add_one(roots, &m->term);
        if (!m->heap.fragments)        /* else the token lies there */
            add_one(roots, &m->token);
    }
}

/* Every term of `p` that is not on its heap or stack. */
static void find_roots(Roots *roots, Process *p, Term *x, unsigned live)
{
    Term *slots;
    size_t slot_count;
    size_t wanted = FIXED_RANGES + 2 * p->mailbox.on_heap_count;

    roots->count = 0;
    roots->ranges = roots->inline_ranges;
    if (wanted > INLINE_RANGES)
        roots->ranges = mem_alloc(MEM_PROCESS, wanted * sizeof(RootRange));
    add(roots, x, live);
    slots = dictionary_slots(p, &slot_count);
    add(roots, slots, slot_count);
    add_messages(roots, p);
    add_one(roots, &p->exception.reason);
    add_one(roots, &p->exception.cause);
    add_one(roots, &p->exception.args);
    add_one(roots, &p->exception.error_info);
    add_one(roots, &p->exception.trace);
    add_one(roots, &p->group_leader);
    add_one(roots, &p->parent);
    add_one(roots, &p->exit_reason);
    add_one(roots, &p->seq_trace_token);
}

static void free_roots(Roots *roots)
{
    if (roots->ranges != roots->inline_ranges)
        mem_free(MEM_PROCESS, roots->ranges);
}

/* What the trace needs at the end of a collection. */
typedef struct TracedCollection {
    Term end;                  /* tag of the event; NO_TERM: not traced */
    size_t words_before;
} TracedCollection;

static size_t words_in_use(const Process *p)
{
    return (size_t)(p->heap.top - p->heap.start) + (size_t)(p->gc.old_top - p->gc.old_start)
        + heap_fragment_words(&p->heap);
}

static TracedCollection trace_start(Process *p, bool full, size_t need)
{
    if (!is_tracing(p, TRACE_COLLECTIONS))
        return (TracedCollection){.end = NO_TERM};
    trace_sink.collection(p, full ? A_GC_MAJOR_START : A_GC_MINOR_START, need);
    return (TracedCollection){full ? A_GC_MAJOR_END : A_GC_MINOR_END, words_in_use(p)};
}

static void trace_end(Process *p, const TracedCollection *traced)
{
    size_t now = words_in_use(p);

    if (traced->end != NO_TERM)
        trace_sink.collection(p, traced->end, traced->words_before > now ? traced->words_before - now : 0);
}

/* 0: nobody wants to know how long it takes. */
static int64_t start_clock(void)
{
    return system_monitor.long_gc_ms > 0 ? io_monotonic_ns() : 0;
}

static void collected(Process *p, int64_t started_ns)
{
    p->mailbox.taken_words = 0;
    p->flags &= ~(uint32_t)PROCESS_COLLECT;
    if (p->max_heap_words > 0)
        heap_limit_check(p);
    if (UNLIKELY(system_monitor.pid != NO_TERM))
        system_monitor_collected(p, started_ns == 0 ? 0 : io_monotonic_ns() - started_ns);
}

/* Is there anybody else between two collections? */
static void count_hot(Collector *gc)
{
    uint64_t turn = scheduler_context_switches();

    gc->hot_count = turn - gc->turn <= HOT_TURNS ? gc->hot_count + 1 : 0;
    gc->turn = turn;
}

size_t process_collect(Process *p, Term *x, unsigned live, size_t need)
{
    int64_t started_ns = start_clock();
    Roots roots;
    size_t copied;
    TracedCollection traced;
    Microstate state;

    mailbox_settle(p);
    find_roots(&roots, p, x, live);
#ifdef LING_GC_STRESS
    gc_heap_check(&p->heap, &p->gc, roots.ranges, roots.count);
#endif
    traced = trace_start(p, gc_next_is_full(&p->gc), need);
    p->gc.max_words = p->max_heap_words;
    count_hot(&p->gc);
    state = microstate_enter(MICROSTATE_GC);
    copied = gc_collect(&p->heap, &p->gc, roots.ranges, roots.count, need);
    microstate_enter(state);
    free_roots(&roots);
    collected(p, started_ns);
    trace_end(p, &traced);
    return copied;
}

void process_collect_to_fit(Process *p)
{
    int64_t started_ns = start_clock();
    Roots roots;
    TracedCollection traced;
    Microstate state;

    mailbox_settle(p);
    find_roots(&roots, p, p->args, p->live);
    traced = trace_start(p, true, 0);
    state = microstate_enter(MICROSTATE_GC);
    gc_collect_to_fit(&p->heap, &p->gc, roots.ranges, roots.count);
    microstate_enter(state);
    free_roots(&roots);
    collected(p, started_ns);
    trace_end(p, &traced);
}

void process_heap_check(Process *p, Term *x, unsigned live)
{
    Roots roots;

    find_roots(&roots, p, x, live);
    gc_heap_check(&p->heap, &p->gc, roots.ranges, roots.count);
    free_roots(&roots);
}

bool process_any(const Process *p, HeapTest test, void *context)
{
    const Collector no_block = {0};
    Roots roots;
    bool found;

    find_roots(&roots, (Process *)p, p->args, p->live);
    found = gc_heap_any(&p->heap, &p->gc, test, context);
    for (size_t i = 0; !found && i < roots.count; i++)
        for (size_t j = 0; !found && j < roots.ranges[i].count; j++)
            found = test((const Word *)&roots.ranges[i].terms[j], context);
    free_roots(&roots);
    for (const Message *m = p->mailbox.first; !found && m; m = m->next)
        found = test((const Word *)&m->term, context) || gc_heap_any(&m->heap, &no_block, test, context);
    return found;
}

static bool points_into(Term t, const void *from, const void *to)
{
    return !is_immediate(t) && (const void *)t >= from && (const void *)t < to;
}

bool process_refers_to(const Process *p, const void *from, const void *to)
{
    const Collector no_block = {0};
    Roots roots;
    bool found;

    find_roots(&roots, (Process *)p, p->args, p->live);
    found = gc_heap_refers_to(&p->heap, &p->gc, from, to);
    for (size_t i = 0; !found && i < roots.count; i++)
        for (size_t j = 0; !found && j < roots.ranges[i].count; j++)
            found = points_into(roots.ranges[i].terms[j], from, to);
    free_roots(&roots);
    for (const Message *m = p->mailbox.first; !found && m; m = m->next)
        found = points_into(m->term, from, to) || gc_heap_refers_to(&m->heap, &no_block, from, to);
    return found;
}

/* A block of the smallest size is counted as the 233 words it stands for. */
size_t process_memory(const Process *p)
{
    size_t bytes = sizeof *p + gc_total_words(&p->heap, &p->gc) * sizeof(Word);

    bytes += link_memory(p) + dictionary_memory(p);
    for (const Message *m = p->mailbox.first; m; m = m->next)
        bytes += sizeof *m + heap_fragment_words(&m->heap) * sizeof(Word);
    if (p->args != p->inline_args)
        bytes += p->args_capacity * sizeof(Term);
    return bytes;
}
