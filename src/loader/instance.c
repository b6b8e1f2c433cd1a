#include "loader/instance.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/ops.h"
#include "vm/exec/native.h"

/* Literals and file names move to one literal area; `ir` then refers to those. */
static bool make_literals(CodeIr *ir, CodeInstance *code, Heap *heap, LoadError *error)
{
    size_t count = (size_t)ir->literal_count + ir->file_count;
    Term *terms = mem_alloc(MEM_CODE, count * sizeof *terms);

    if (ir->literal_count > 0)
        memcpy(terms, ir->literals, ir->literal_count * sizeof *terms);
    memcpy(terms + ir->literal_count, ir->files, ir->file_count * sizeof *terms);
    code->literal_terms = terms;
    code->literal_count = ir->literal_count;
    code->files = terms + ir->literal_count;
    code->file_count = ir->file_count;
    code->literals = literal_area_of_heap(heap, terms, count);
    if (!code->literals) {
        load_error_set(error, "no room for literals");
        return false;
    }
    ir->literals = terms;
    ir->files = code->files;
    return true;
}

static void make_lines(const CodeIr *ir, CodeInstance *code)
{
    code->line_count = ir->line_count;
    code->lines = mem_alloc(MEM_CODE, ir->line_count * sizeof *code->lines);
    for (uint32_t i = 0; i < ir->line_count; i++)
        code->lines[i] = (SourceLine){ir->lines[i].file, ir->lines[i].line};
}

static uint32_t function_of(const CodeIr *ir, uint32_t label) { return home_function(ir->label_homes[label]); }

static void make_lambdas(const CodeIr *ir, CodeInstance *code)
{
    code->lambda_count = ir->lambda_count;
    code->lambdas = mem_alloc(MEM_CODE, ir->lambda_count * sizeof *code->lambdas + 1);
    for (uint32_t i = 0; i < ir->lambda_count; i++) {
        const LambdaIr *lambda = &ir->lambdas[i];
        LambdaEntry *entry = lambda_get_of(code, ir->module, lambda->old_uniq, lambda->index, lambda->arity,
                                           lambda->free_count);

        entry->name = lambda->name;
        entry->arity = lambda->arity;
        entry->free_count = lambda->free_count;
        code->lambdas[i] = (CodeLambda){entry, function_of(ir, lambda->label)};
    }
}

static void make_exports(const CodeIr *ir, CodeInstance *code)
{
    code->export_count = ir->export_count;
    code->exports = mem_alloc(MEM_CODE, ir->export_count * sizeof *code->exports + 1);
    for (uint32_t i = 0; i < ir->export_count; i++) {
        const ExportIr *export = &ir->exports[i];

        code->exports[i] = (CodeExport){export_get(ir->module, export->name, export->arity),
                                        function_of(ir, export->label)};
    }
}

/* A function that the BIF table names gets the BIF for a body. */
static void set_entry(CodeInstance *code, uint32_t index, const Export *export)
{
    Word *entry = code_entry(code, index);

    entry[-1] = code->functions[index].arity;
    if (export && export->bif) {
        entry[0] = (Word)(uintptr_t)op_handler(VMOP_CALL_BIF_RETURN);
        entry[1] = (Word)(uintptr_t)export;
    } else {
        entry[0] = (Word)(uintptr_t)op_handler(VMOP_LAZY_ENTRY);
        entry[1] = index;
    }
}

static void make_functions(const CodeIr *ir, CodeInstance *code)
{
    code->function_count = ir->function_count;
    code->functions = mem_alloc(MEM_CODE, ir->function_count * sizeof *code->functions + 1);
    for (uint32_t i = 0; i < ir->function_count; i++) {
        const FunctionIr *f = &ir->functions[i];

        code->functions[i] = (CodeFunction){.name = f->name, .line = f->line, .arity = (uint8_t)f->arity,
                                            .is_nif_stub = f->is_nif_stub};
        set_entry(code, i, export_find(ir->module, f->name, f->arity));
    }
}

/* The entries, then the strings. */
static void make_block(const CodeIr *ir, CodeInstance *code, size_t body_words)
{
    size_t entries = (size_t)ir->function_count * CODE_ENTRY_WORDS;
    size_t words = entries + (ir->string_size + sizeof(Word) - 1) / sizeof(Word);
    CodeBlock *block = code_block_new(code, words + body_words, native_is_on());

    block->used = (uint32_t)words;
    code->blocks = block;
    code->entries = block->words;
    code->strings = (const uint8_t *)(block->words + entries);
    if (ir->string_size > 0)
        memcpy(block->words + entries, ir->strings, ir->string_size);
    code_count_bytes(code, words * sizeof(Word));
}

bool instance_make(CodeIr *ir, CodeInstance *code, Heap *heap, size_t body_words, LoadError *error)
{
    if (!make_literals(ir, code, heap, error))
        return false;
    make_lines(ir, code);
    make_lambdas(ir, code);
    make_exports(ir, code);
    make_block(ir, code, body_words);
    make_functions(ir, code);
    if (ir->on_load_label)
        code->on_load = code_entry(code, function_of(ir, ir->on_load_label));
    code->has_nif_stubs = ir->has_nif_stubs;
    return true;
}

bool instance_lacks_body(const CodeInstance *code, uint32_t function)
{
    Word *entry = code_entry(code, function);

    return *(code_watch.original ? code_watch.original(entry) : entry) == (Word)(uintptr_t)op_handler(VMOP_LAZY_ENTRY);
}
