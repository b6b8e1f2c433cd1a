#include "vm/code/lambda.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/export.h"
#include "vm/code/module.h"

static LambdaEntry **buckets;
static size_t bucket_count;
static size_t entry_count;

static size_t hash_of(Term module, uint32_t old_uniq, uint32_t index)
{
    uint64_t hash = term_bits(module) * 0x9e3779b97f4a7c15u + index * 0xc2b2ae3d27d4eb4fu + old_uniq;

    return (size_t)(hash ^ hash >> 31);
}

static void grow(void)
{
    size_t count = bucket_count ? bucket_count * 2 : 1024;
    LambdaEntry **bigger = mem_alloc_zero(MEM_CODE, count * sizeof *bigger);

    for (size_t i = 0; i < bucket_count; i++) {
        for (LambdaEntry *entry = buckets[i], *next; entry; entry = next) {
            size_t slot = hash_of(entry->module, entry->old_uniq, entry->index) & (count - 1);

            next = entry->next;
            entry->next = bigger[slot];
            bigger[slot] = entry;
        }
    }
    mem_free(MEM_CODE, buckets);
    buckets = bigger;
    bucket_count = count;
}

/* The first entry from `entry` on that may be meant, as far as can be told without the md5. */
static LambdaEntry *alike(LambdaEntry *entry, Term module, uint32_t old_uniq, uint32_t index)
{
    while (entry && (entry->module != module || entry->index != index || entry->old_uniq != old_uniq))
        entry = entry->next;
    return entry;
}

static LambdaEntry *first_alike(Term module, uint32_t old_uniq, uint32_t index)
{
    return bucket_count ? alike(buckets[hash_of(module, old_uniq, index) & (bucket_count - 1)], module, old_uniq, index) : NULL;
}

static LambdaEntry *add(Term module, uint32_t old_uniq, uint32_t index, uint32_t arity, uint32_t free_count)
{
    LambdaEntry *entry = mem_alloc_zero(MEM_CODE, sizeof *entry);
    size_t slot;

    if (entry_count >= bucket_count)
        grow();
    entry->module = module;
    entry->name = NO_TERM;
    entry->arity = arity;
    entry->free_count = free_count;
    entry->index = index;
    entry->old_uniq = old_uniq;
    slot = hash_of(module, old_uniq, index) & (bucket_count - 1);
    entry->next = buckets[slot];
    buckets[slot] = entry;
    entry_count++;
    return entry;
}

const uint8_t *lambda_uniq(LambdaEntry *entry)
{
    if (entry->source)
        code_md5(entry->source);
    return entry->uniq;
}

LambdaEntry *lambda_get(Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16], uint32_t arity,
                        uint32_t free_count)
{
    LambdaEntry *entry = first_alike(module, old_uniq, index);

    while (entry && memcmp(lambda_uniq(entry), uniq, sizeof entry->uniq) != 0)
        entry = alike(entry->next, module, old_uniq, index);
    if (!entry) {
        entry = add(module, old_uniq, index, arity, free_count);
        memcpy(entry->uniq, uniq, sizeof entry->uniq);
    }
    return entry;
}

LambdaEntry *lambda_get_of(CodeInstance *code, Term module, uint32_t old_uniq, uint32_t index, uint32_t arity,
                           uint32_t free_count)
{
    LambdaEntry *entry;

    if (!code->md5_is_open)
        return lambda_get(module, old_uniq, index, code->md5, arity, free_count);
    entry = first_alike(module, old_uniq, index);
    assert(!entry || entry->source == code);       /* a file may have one twice */
    if (!entry) {
        entry = add(module, old_uniq, index, arity, free_count);
        entry->source = code;
    }
    return entry;
}

bool lambda_is_known(Term module, uint32_t old_uniq, uint32_t index)
{
    return first_alike(module, old_uniq, index) != NULL;
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
