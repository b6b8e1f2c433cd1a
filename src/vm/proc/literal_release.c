#include "vm/proc/literal_release.h"

#include <stdlib.h>

#include "vm/base/mem.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"

static LiteralArea *current;
static LiteralArea *first;
static LiteralArea **last = &first;

/* Tells the collector process that there is something to do. It looks by itself whether there is more. */
static void wake_collector(void)
{
    size_t cursor = 0;
    Process *p;

    while ((p = process_table_next(&cursor)))
        if (p->initial_module == A_ERTS_LITERAL_AREA_COLLECTOR) {
            message_send(NULL, p, A_COPY_LITERALS);
            return;
        }
}

void literals_retire(LiteralArea *area)
{
    bool was_idle = !current && !first;

    area->next = NULL;
    *last = area;
    last = &area->next;
    if (was_idle)
        wake_collector();
}

/* The queue by address, and which areas somebody refers to. */
typedef struct Usage {
    LiteralArea **areas;
    bool *used;
    size_t count;
} Usage;

static int compare_areas(const void *a, const void *b)
{
    const Word *x = (*(LiteralArea *const *)a)->heap.start, *y = (*(LiteralArea *const *)b)->heap.start;

    return (x > y) - (x < y);
}

/* Marks the area that the term at `at` points into. */
static bool mark_used(const Word *at, void *context)
{
    Usage *usage = context;
    Term t = term_from_bits(*at);
    size_t low = 0, high = usage->count;

    if ((!is_cons(t) && !is_boxed(t)) || !is_literal(t))
        return false;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if ((const Word *)t < usage->areas[middle]->heap.start) {
            high = middle;
        } else if (literal_area_holds(usage->areas[middle], t)) {
            usage->used[middle] = true;
            break;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

static void mark_all(Usage *usage)
{
    size_t cursor = 0;
    Process *p;

    while ((p = process_table_next(&cursor)))
        if (p != running_process && p->state != PROCESS_GONE)
            process_any(p, mark_used, usage);
}

/* One look at all processes for the whole queue: mostly nobody refers to any of it. */
static void free_unused(void)
{
    Usage usage = {0};
    size_t i = 0;

    for (LiteralArea *area = first; area; area = area->next)
        usage.count++;
    usage.areas = mem_alloc(MEM_LITERAL, usage.count * sizeof(LiteralArea *));
    usage.used = mem_alloc_zero(MEM_LITERAL, usage.count * sizeof(bool));
    for (LiteralArea *area = first; area; area = area->next)
        usage.areas[i++] = area;
    qsort(usage.areas, usage.count, sizeof(LiteralArea *), compare_areas);
    mark_all(&usage);
    first = NULL;
    last = &first;
    for (i = 0; i < usage.count; i++) {
        LiteralArea *area = usage.areas[i];

        if (!usage.used[i]) {
            literal_area_free(area);
            continue;
        }
        area->next = NULL;
        *last = area;
        last = &area->next;
    }
    mem_free(MEM_LITERAL, usage.areas);
    mem_free(MEM_LITERAL, usage.used);
}

bool literals_switch(void)
{
    if (current)
        literal_area_free(current);
    if (first)
        free_unused();
    current = first;
    if (current) {
        first = current->next;
        if (!first)
            last = &first;
    }
    gc_purged_area = current;
    return current != NULL;
}
