#include "vm/code/module.h"

#include <string.h>

#include "vm/base/mem.h"

CodeWatch code_watch;
CodeMaker code_maker;

static Module **buckets;
static size_t bucket_count;    /* a power of two */
static uint32_t entry_count;

/* --- modules by name ----------------------------------------------------------------------- */

static size_t hash_of(Term name)
{
    uint64_t hash = term_bits(name) * 0x9e3779b97f4a7c15u;

    return (size_t)(hash >> 32);
}

static void grow(void)
{
    size_t count = bucket_count ? bucket_count * 2 : 256;
    Module **bigger = mem_alloc_zero(MEM_CODE, count * sizeof *bigger);

    for (size_t i = 0; i < bucket_count; i++) {
        for (Module *module = buckets[i], *next; module; module = next) {
            size_t slot = hash_of(module->name) & (count - 1);

            next = module->next;
            module->next = bigger[slot];
            bigger[slot] = module;
        }
    }
    mem_free(MEM_CODE, buckets);
    buckets = bigger;
    bucket_count = count;
}

Module *module_find(Term name)
{
    Module *module = bucket_count ? buckets[hash_of(name) & (bucket_count - 1)] : NULL;

    while (module && module->name != name)
        module = module->next;
    return module;
}

Module *module_get(Term name)
{
    Module *module = module_find(name);
    size_t slot;

    if (module)
        return module;
    if (entry_count >= bucket_count)
        grow();
    module = mem_alloc_zero(MEM_CODE, sizeof *module);
    module->name = name;
    slot = hash_of(name) & (bucket_count - 1);
    module->next = buckets[slot];
    buckets[slot] = module;
    entry_count++;
    return module;
}

void module_each(void (*visit)(Module *module, void *context), void *context)
{
    for (size_t i = 0; i < bucket_count; i++)
        for (Module *module = buckets[i]; module; module = module->next)
            visit(module, context);
}

uint32_t module_count(void) { return entry_count; }

/* --- versions ------------------------------------------------------------------------------ */

void module_install(Module *module, CodeInstance *code)
{
    assert(!module->old || !module->current);
    if (module->current)
        module_retire(module);
    module->current = code;
    code->module = module;
    for (uint32_t i = 0; i < code->export_count; i++) {
        Export *export = code->exports[i].export;

        if (!export->bif)
            export_lead_to(export, code_entry(code, code->exports[i].function));
    }
    for (uint32_t i = 0; i < code->lambda_count; i++)
        code->lambdas[i].entry->address = code_entry(code, code->lambdas[i].function);
    if (code_watch.installed)
        code_watch.installed(code);
}

void module_retire(Module *module)
{
    CodeInstance *code = module->current;

    assert(code && !module->old);
    if (code_watch.retiring)
        code_watch.retiring(code);
    module->old = code;
    module->current = NULL;
    for (uint32_t i = 0; i < code->export_count; i++)
        if (!code->exports[i].export->bif)
            export_set_stub(code->exports[i].export);
}

CodeFunction *code_function(CodeInstance *code, Term name, uint32_t arity)
{
    for (uint32_t i = 0; i < code->function_count; i++)
        if (code->functions[i].name == name && code->functions[i].arity == arity)
            return &code->functions[i];
    return NULL;
}

const uint8_t *code_md5(CodeInstance *code)
{
    if (!code->md5_is_open)
        return code->md5;
    code->md5_is_open = false;
    code_maker.compute_md5(code);
    for (uint32_t i = 0; i < code->lambda_count; i++) {
        LambdaEntry *entry = code->lambdas[i].entry;

        if (entry->source == code) {
            memcpy(entry->uniq, code->md5, sizeof entry->uniq);
            entry->source = NULL;
        }
    }
    return code->md5;
}
