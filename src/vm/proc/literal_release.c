#include "vm/proc/literal_release.h"

#include "vm/gc/gc.h"

static LiteralArea *current;
static LiteralArea *first;
static LiteralArea **last = &first;

void (*literals_wake)(void);

void literals_retire(LiteralArea *area)
{
    bool was_idle = !current && !first;

    area->next = NULL;
    *last = area;
    last = &area->next;
    if (was_idle && literals_wake)
        literals_wake();
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
