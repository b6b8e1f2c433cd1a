/* Processes: one section each, as the break menu and crash dumps show them. */
#include "bifs/process_backtrace.h"
#include "bifs/report.h"
#include "vm/base/mem.h"
#include "vm/code/module.h"
#include "vm/proc/dictionary.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/link.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

static const char *state_text(const Process *p)
{
    switch (p->state) {
    case PROCESS_RUNNING: return "Running";
    case PROCESS_RUNNABLE: return p->suspend_count ? "Suspended" : "Scheduled";
    case PROCESS_WAITING: return p->suspend_count ? "Suspended" : "Waiting";
    default: return "Exiting";
    }
}

static void call(Report *report, const char *label, Term module, Term function, uint32_t arity)
{
    Text *out = &report->text;

    text_add_string(out, label);
    term_print_atom(out, module);
    text_add_byte(out, ':');
    term_print_atom(out, function);
    text_printf(out, "/%u\n", (unsigned)arity);
}

static void messages(Report *report, const Process *p)
{
    const Message *m = p->mailbox.first;

    text_printf(&report->text, "Message queue length: %zu\n", p->mailbox.length);
    if (!m || report->is_dump)
        return;
    text_add_string(&report->text, "Message queue: [");
    for (; m; m = m->next) {
        if (m->term != NO_TERM)
            report_term(report, "", m->term, m->next ? "," : "");
        report_pause(report);
    }
    text_add_string(&report->text, "]\n");
}

static void monitor_entry(Report *report, const char *comma, const char *direction, const Monitor *m, Term other)
{
    Heap heap = {0};

    text_printf(&report->text, "%s{%s,", comma, direction);
    if (m->name != NO_TERM)
        report_term(report, "", m->name, ",");
    else
        report_term(report, "", other, ",");
    report_term(report, "", monitor_ref(m, &heap), "}");
    heap_clear(&heap);
}

/* Links, and monitors in both directions. */
static void links(Report *report, const Process *p)
{
    size_t count = link_count(p);
    Term *others = mem_alloc(MEM_SYSTEM, (count + 1) * sizeof *others);
    const char *comma = "";

    if (count > 0 || p->monitors || p->monitored_by) {
        text_add_string(&report->text, "Link list: [");
        link_list(p, others);
        for (size_t i = 0; i < count; i++, comma = ", ")
            report_term(report, comma, others[i], "");
        for (const Monitor *m = p->monitors; m; m = m->next)
            if (m->target != NO_TERM)
                monitor_entry(report, comma, "to", m, m->target), comma = ", ";
        for (const Monitor *m = p->monitored_by; m; m = m->target_next)
            if (m->origin)
                monitor_entry(report, comma, "from", m, m->origin->pid), comma = ", ";
        text_add_string(&report->text, "]\n");
    }
    mem_free(MEM_SYSTEM, others);
}

static void dictionary(Report *report, const Process *p)
{
    Heap heap = {0};

    if (report->is_dump || dictionary_count(p) == 0)
        return;
    report_term(report, "Dictionary: ", dictionary_list(p, &heap), "\n");
    heap_clear(&heap);
}

static void sizes(Text *out, const Process *p)
{
    size_t block = gc_heap_block_words(&p->heap, &p->gc), old = (size_t)(p->gc.old_limit - p->gc.old_start);

    text_printf(out, "Reductions: %llu\nStack+heap: %zu\nOldHeap: %zu\nHeap unused: %zu\nOldHeap unused: %zu\n"
                "BinVHeap: %zu\nOldBinVHeap: %zu\nMemory: %zu\n",
                (unsigned long long)p->reductions, block, old, block - gc_info_heap_used(p),
                (size_t)(p->gc.old_limit - p->gc.old_top), p->heap.off_heap_bytes / sizeof(Word),
                p->gc.old_binary_bytes / sizeof(Word), process_memory(p));
}

static void place(Report *report, const Process *p)
{
    CodeLocation where;

    if (!report->is_dump) {
        text_add_string(&report->text, "Stack dump:\n");
        process_backtrace_add(&report->text, p);
        return;
    }
    text_printf(&report->text, "Program counter: %p (", (const void *)p->ip);
    if (process_location(p, &where)) {
        term_print_atom(&report->text, where.module);
        text_add_byte(&report->text, ':');
        term_print_atom(&report->text, where.name);
        text_printf(&report->text, "/%u", (unsigned)where.arity);
    }
    text_printf(&report->text, ")\narity = %u\n", (unsigned)p->live);
}

static void internal_state(Text *out, const Process *p)
{
    static const char *const names[] = {
        [PRIORITY_LOW] = "LOW", [PRIORITY_NORMAL] = "NORMAL", [PRIORITY_HIGH] = "HIGH", [PRIORITY_MAX] = "MAX"};

    text_printf(out, "Internal State: ACT_PRIO_%s | USR_PRIO_%s | PRQ_PRIO_%s", names[p->priority], names[p->priority],
                names[p->priority]);
    if (p->flags & PROCESS_OFF_HEAP_MESSAGES)
        text_add_string(out, " | OFF_HEAP_MSGQ");
    text_add_string(out, p->state == PROCESS_RUNNING ? " | ACTIVE | RUNNING\n" : "\n");
}

void report_process(Report *report, const Process *p)
{
    Text *out = &report->text;

    report_term(report, "=proc:", p->pid, "\n");
    text_printf(out, "State: %s\n", state_text(p));
    if (p->registered_name != NO_TERM)
        report_term(report, "Name: ", p->registered_name, "\n");
    call(report, "Spawned as: ", p->initial_module, p->initial_function, p->initial_arity);
    report_term(report, "Spawned by: ", p->parent == A_UNDEFINED ? TERM_NIL : p->parent, "\n");
    messages(report, p);
    text_printf(out, "Number of heap fragments: %u\nHeap fragment data: %zu\n", p->heap.fragments ? 1u : 0u,
                heap_fragment_words(&p->heap));
    links(report, p);
    dictionary(report, p);
    sizes(out, p);
    place(report, p);
    if (p->exit_reason != NO_TERM)
        report_term(report, "Exit reason: ", p->exit_reason, "\n");
    internal_state(out, p);
}

void report_processes(Report *report)
{
    size_t cursor = 0;

    for (const Process *p = process_table_next(&cursor); p; p = process_table_next(&cursor)) {
        report_process(report, p);
        report_pause(report);
    }
}
