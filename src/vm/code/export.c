#include "vm/code/export.h"

#include "vm/base/mem.h"
#include "vm/code/module.h"

void (*export_set_stub)(Export *entry);
void (*export_changed)(Export *entry);

static Export **buckets;
static size_t bucket_count;    /* a power of two */
static size_t entry_count;

static size_t hash_of(Term module, Term function, uint32_t arity)
{
    uint64_t hash = term_bits(module) * 0x9e3779b97f4a7c15u ^ term_bits(function) * 0xc2b2ae3d27d4eb4fu ^ arity;

    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9u;
    return (size_t)(hash ^ hash >> 32);
}

static void grow(void)
{
    size_t count = bucket_count ? bucket_count * 2 : 4096;
    Export **bigger = mem_alloc_zero(MEM_CODE, count * sizeof *bigger);

    for (size_t i = 0; i < bucket_count; i++) {
        for (Export *entry = buckets[i], *next; entry; entry = next) {
            size_t slot = hash_of(entry->module, entry->function, entry->arity) & (count - 1);

            next = entry->next;
            entry->next = bigger[slot];
            bigger[slot] = entry;
        }
    }
    mem_free(MEM_CODE, buckets);
    buckets = bigger;
    bucket_count = count;
}

Export *export_find(Term module, Term function, uint32_t arity)
{
    Export *entry;

    if (bucket_count == 0)
        return NULL;
    entry = buckets[hash_of(module, function, arity) & (bucket_count - 1)];
    while (entry && (entry->function != function || entry->module != module || entry->arity != arity))
        entry = entry->next;
    return entry;
}

Export *export_get(Term module, Term function, uint32_t arity)
{
    Export *entry = export_find(module, function, arity);
    size_t slot;

    if (entry)
        return entry;
    if (entry_count >= bucket_count)
        grow();
    entry = mem_alloc_zero(MEM_CODE, sizeof *entry);
    entry->module = module;
    entry->function = function;
    entry->arity = arity;
    slot = hash_of(module, function, arity) & (bucket_count - 1);
    entry->next = buckets[slot];
    buckets[slot] = entry;
    entry_count++;
    export_set_stub(entry);
    return entry;
}

bool export_is_defined(const Export *entry)
{
    return entry->bif || !export_at_stub(entry);
}

void export_each(void (*visit)(Export *entry, void *context), void *context)
{
    for (size_t i = 0; i < bucket_count; i++)
        for (Export *entry = buckets[i]; entry; entry = entry->next)
            visit(entry, context);
}
