#include "vm/term/ref_table.h"

#include "vm/base/mem.h"

static struct {
    RefEntry **buckets;
    size_t mask;
    size_t count;
} table;

/* Numbers are given out one after the other, so the low bits spread well. */
static RefEntry **bucket_of(uint64_t id)
{
    return &table.buckets[id & table.mask];
}

static void grow(void)
{
    RefEntry **old = table.buckets;
    size_t old_size = old ? table.mask + 1 : 0;
    size_t size = old ? 2 * old_size : 256;

    table.buckets = mem_alloc_zero(MEM_SYSTEM, size * sizeof *table.buckets);
    table.mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        RefEntry *entry = old[i];
        while (entry) {
            RefEntry *next = entry->next;
            entry->next = *bucket_of(entry->id);
            *bucket_of(entry->id) = entry;
            entry = next;
        }
    }
    mem_free(MEM_SYSTEM, old);
}

void ref_table_add(RefEntry *entry, RefEntryKind kind, uint64_t id)
{
    if (!table.buckets || table.count > table.mask)
        grow();
    entry->id = id;
    entry->kind = kind;
    entry->next = *bucket_of(id);
    *bucket_of(id) = entry;
    table.count++;
}

void ref_table_remove(RefEntry *entry)
{
    RefEntry **at = bucket_of(entry->id);

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    table.count--;
}

RefEntry *ref_table_find(uint64_t id, RefEntryKind kind)
{
    RefEntry *entry = table.buckets ? *bucket_of(id) : NULL;

    while (entry && (entry->id != id || entry->kind != kind))
        entry = entry->next;
    return entry;
}
