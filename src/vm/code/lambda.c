#include "vm/code/lambda.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/export.h"

static LambdaEntry **buckets;
static size_t bucket_count;
static size_t entry_count;

static size_t hash_of(Term module, uint32_t index, const uint8_t uniq[16])
{
    uint64_t hash;

    memcpy(&hash, uniq, sizeof hash);
    hash ^= term_bits(module) * 0x9e3779b97f4a7c15u + index * 0xc2b2ae3d27d4eb4fu;
    return (size_t)(hash ^ hash >> 31);
}

static void grow(void)
{
    size_t count = bucket_count ? bucket_count * 2 : 1024;
    LambdaEntry **bigger = mem_alloc_zero(MEM_CODE, count * sizeof *bigger);

    for (size_t i = 0; i < bucket_count; i++) {
        for (LambdaEntry *entry = buckets[i], *next; entry; entry = next) {
            size_t slot = hash_of(entry->module, entry->index, entry->uniq) & (count - 1);

            next = entry->next;
            entry->next = bigger[slot];
            bigger[slot] = entry;
        }
    }
    mem_free(MEM_CODE, buckets);
    buckets = bigger;
    bucket_count = count;
}

static LambdaEntry *find(Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16])
{
    LambdaEntry *entry = bucket_count ? buckets[hash_of(module, index, uniq) & (bucket_count - 1)] : NULL;

    while (entry && (entry->module != module || entry->index != index || entry->old_uniq != old_uniq ||
                     memcmp(entry->uniq, uniq, sizeof entry->uniq) != 0))
        entry = entry->next;
    return entry;
}

LambdaEntry *lambda_get(Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16], uint32_t arity,
                        uint32_t free_count)
{
    LambdaEntry *entry = find(module, old_uniq, index, uniq);
    size_t slot;

    if (entry)
        return entry;
    if (entry_count >= bucket_count)
        grow();
    entry = mem_alloc_zero(MEM_CODE, sizeof *entry);
    entry->module = module;
    entry->name = NO_TERM;
    entry->arity = arity;
    entry->free_count = free_count;
    entry->index = index;
    entry->old_uniq = old_uniq;
    memcpy(entry->uniq, uniq, sizeof entry->uniq);
    slot = hash_of(module, index, uniq) & (bucket_count - 1);
    entry->next = buckets[slot];
    buckets[slot] = entry;
    entry_count++;
    return entry;
}

void lambda_each(void (*visit)(LambdaEntry *entry, void *context), void *context)
{
    for (size_t i = 0; i < bucket_count; i++)
        for (LambdaEntry *entry = buckets[i]; entry; entry = entry->next)
            visit(entry, context);
}

Term fun_new(Heap *heap, LambdaEntry *entry, Term creator, size_t free_count, Term **env)
{
    FunObject *fun = (FunObject *)heap_alloc(heap, FUN_WORDS + free_count);

    fun->header = MAKE_HEADER(BOX_FUN, FUN_WORDS - 1 + free_count);
    fun->entry = entry;
    fun->creator = creator;
    *env = fun->env;
    return make_boxed(fun);
}

Term export_fun_new(Heap *heap, Export *export)
{
    ExportFunObject *fun = (ExportFunObject *)heap_alloc(heap, EXPORT_FUN_WORDS);

    fun->header = MAKE_HEADER(BOX_EXPORT, EXPORT_FUN_WORDS - 1);
    fun->export = export;
    return make_boxed(fun);
}

uint32_t fun_arity(Term fun)
{
    return is_local_fun(fun) ? fun_object(fun)->entry->arity : export_fun_object(fun)->export->arity;
}
