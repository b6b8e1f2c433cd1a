/* The part of module.h that maps addresses to code: an array of instances sorted by address. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/code_memory.h"
#include "vm/code/module.h"

static CodeInstance **ranges;
static size_t range_count;
static size_t range_capacity;
static size_t total_bytes;

/* The first instance that starts after `ip`. */
static size_t upper_bound(const Word *ip)
{
    size_t low = 0, high = range_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ranges[middle]->words <= ip)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void code_register(CodeInstance *code)
{
    size_t at = upper_bound(code->words);

    if (range_count == range_capacity) {
        range_capacity = range_capacity ? range_capacity * 2 : 256;
        ranges = mem_realloc(MEM_CODE, ranges, range_capacity * sizeof *ranges);
    }
    memmove(ranges + at + 1, ranges + at, (range_count - at) * sizeof *ranges);
    ranges[at] = code;
    range_count++;
    total_bytes += code->byte_size;
}

static void unregister(CodeInstance *code)
{
    size_t at = upper_bound(code->words);

    if (at == 0 || ranges[at - 1] != code)
        return;
    memmove(ranges + at - 1, ranges + at, (range_count - at) * sizeof *ranges);
    range_count--;
    total_bytes -= code->byte_size;
}

LiteralArea *code_release(CodeInstance *code)
{
    LiteralArea *literals = code->literals;

    unregister(code);
    for (uint32_t i = 0; i < code->lambda_count; i++)
        if (code->words && code_holds(code, code->lambdas[i].entry->address))
            code->lambdas[i].entry->address = NULL;
    code_words_free(code->words, code->mapped_size);
    code_memory_free(code->native, code->native_size);
    mem_free(MEM_CODE, code->instructions);
    mem_free(MEM_CODE, code->functions);
    mem_free(MEM_CODE, code->code_lines);
    mem_free(MEM_CODE, code->lines);
    mem_free(MEM_CODE, code->exports);
    mem_free(MEM_CODE, code->lambdas);
    mem_free(MEM_CODE, code->literal_terms);
    mem_free(MEM_CODE, code->attributes);
    mem_free(MEM_CODE, code->compile_info);
    mem_free(MEM_CODE, code);
    return literals;
}

CodeInstance *code_find_instance(const Word *ip)
{
    size_t at = upper_bound(ip);

    return at > 0 && code_holds(ranges[at - 1], ip) ? ranges[at - 1] : NULL;
}

static const CodeFunction *function_at(const CodeInstance *code, uint32_t offset)
{
    uint32_t low = 0, high = code->function_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (code->functions[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset < code->functions[low - 1].end ? &code->functions[low - 1] : NULL;
}

static void find_line(const CodeInstance *code, const CodeFunction *function, uint32_t offset, CodeLocation *out)
{
    uint32_t low = 0, high = code->code_line_count;
    SourceLine line;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (code->code_lines[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || code->code_lines[low - 1].offset < function->start)
        return;
    line = code->lines[code->code_lines[low - 1].line];
    if (line.line == 0)
        return;
    out->file = code->files[line.file];
    out->line = line.line;
}

bool code_find(const Word *ip, CodeLocation *out)
{
    CodeInstance *code = code_find_instance(ip);
    uint32_t offset;

    if (!code)
        return false;
    offset = (uint32_t)(ip - code->words);
    *out = (CodeLocation){.code = code, .function = function_at(code, offset), .file = NO_TERM};
    if (!out->function)
        return false;
    out->module = code->module->name;
    out->name = out->function->name;
    out->arity = out->function->arity;
    find_line(code, out->function, offset, out);
    return true;
}

size_t code_total_bytes(void) { return total_bytes; }
