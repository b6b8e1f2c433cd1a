#include "vm/ets/fixation.h"

#include "vm/base/mem.h"
#include "vm/proc/vm_time.h"

static Fixation **buckets;
static size_t bucket_count;             /* a power of two */
static size_t fixation_count;

static Fixation **bucket_of(const Owner *owner, const Table *table)
{
    uint64_t mixed = ((uint64_t)(uintptr_t)owner * 31 + (uint64_t)(uintptr_t)table) * UINT64_C(0x9e3779b97f4a7c15);

    return &buckets[mixed >> 32 & (bucket_count - 1)];
}

static void grow(void)
{
    Fixation **old = buckets;
    size_t old_count = bucket_count;

    bucket_count = MAX((size_t)64, 2 * old_count);
    buckets = mem_alloc_zero(MEM_SYSTEM, bucket_count * sizeof(Fixation *));
    for (size_t i = 0; i < old_count; i++) {
        while (old[i]) {
            Fixation *fixation = old[i];
            Fixation **bucket = bucket_of(fixation->owner, fixation->table);

            old[i] = fixation->next_of_bucket;
            fixation->next_of_bucket = *bucket;
            *bucket = fixation;
        }
    }
    mem_free(MEM_SYSTEM, old);
}

static Fixation *find(const Owner *owner, const Table *table)
{
    Fixation *fixation;

    if (!owner || !owner->fixations || !table->fixations)
        return NULL;
    fixation = *bucket_of(owner, table);
    while (fixation && (fixation->owner != owner || fixation->table != table))
        fixation = fixation->next_of_bucket;
    return fixation;
}

static Fixation *make(Owner *owner, Table *table)
{
    Fixation *fixation = mem_alloc(MEM_ETS, sizeof *fixation);
    Fixation **bucket;

    if (fixation_count == bucket_count)
        grow();
    fixation_count++;
    *fixation = (Fixation){
        .table = table, .owner = owner,
        .next_of_table = table->fixations, .link_of_table = &table->fixations,
        .next_of_owner = owner->fixations, .link_of_owner = &owner->fixations,
    };
    if (table->fixations)
        table->fixations->link_of_table = &fixation->next_of_table;
    table->fixations = fixation;
    if (owner->fixations)
        owner->fixations->link_of_owner = &fixation->next_of_owner;
    owner->fixations = fixation;
    bucket = bucket_of(owner, table);
    fixation->next_of_bucket = *bucket;
    *bucket = fixation;
    return fixation;
}

static void drop(Fixation *fixation)
{
    Fixation **link = bucket_of(fixation->owner, fixation->table);

    while (*link != fixation)
        link = &(*link)->next_of_bucket;
    *link = fixation->next_of_bucket;
    *fixation->link_of_table = fixation->next_of_table;
    if (fixation->next_of_table)
        fixation->next_of_table->link_of_table = fixation->link_of_table;
    *fixation->link_of_owner = fixation->next_of_owner;
    if (fixation->next_of_owner)
        fixation->next_of_owner->link_of_owner = fixation->link_of_owner;
    mem_free(MEM_ETS, fixation);
    fixation_count--;
}

/* Drops it, and purges a table that nobody fixes any more. */
static void release(Fixation *fixation)
{
    Table *table = fixation->table;

    drop(fixation);
    if (table->fix_count == 0)
        table_purge(table);
}

void fixation_add(Process *p, Table *table)
{
    Owner *owner = table_owner(p);
    Fixation *fixation = find(owner, table);

    if (!table_is_fixed(table)) {
        table->fixed_at_ns = vm_time_monotonic();
        table->fixed_offset_ns = vm_time_offset();
    }
    if (!fixation)
        fixation = make(owner, table);
    fixation->count++;
    table->fix_count++;
}

void fixation_remove(Process *p, Table *table)
{
    Fixation *fixation = find(p->ets, table);

    if (!fixation)
        return;
    table->fix_count--;
    if (--fixation->count == 0)
        release(fixation);
}

void fixation_remove_owner(Owner *owner)
{
    while (owner->fixations) {
        owner->fixations->table->fix_count -= owner->fixations->count;
        release(owner->fixations);
    }
}

void fixation_drop_table(Table *table)
{
    while (table->fixations)
        drop(table->fixations);
    table->fix_count = 0;
}
