#include "vm/proc/literal_release.h"

#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"

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

bool literals_switch(void)
{
    if (current)
        literal_area_free(current);
    current = first;
    if (current) {
        first = current->next;
        if (!first)
            last = &first;
    }
    gc_purged_area = current;
    return current != NULL;
}
