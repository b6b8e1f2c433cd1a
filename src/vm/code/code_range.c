/* The part of module.h that maps addresses to code: an array of blocks sorted by address. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/code_memory.h"
#include "vm/code/module.h"

static CodeBlock **ranges;
static size_t range_count;
static size_t range_capacity;
static size_t total_bytes;

/* Stack traces look up the same addresses again and again. Emptied when blocks come or go. */
#define RECENT_COUNT 256
static struct { const Word *ip; CodeLocation location; } recent[RECENT_COUNT];

static void forget_recent(void)
{
    for (size_t i = 0; i < RECENT_COUNT; i++)
        recent[i].ip = NULL;
}

/* The first block that starts after `ip`. */
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

void code_register(CodeBlock *block)
{
    size_t at = upper_bound(block->words);

    if (range_count == range_capacity) {
        range_capacity = range_capacity ? range_capacity * 2 : 256;
        ranges = mem_realloc(MEM_CODE, ranges, range_capacity * sizeof *ranges);
    }
    memmove(ranges + at + 1, ranges + at, (range_count - at) * sizeof *ranges);
    ranges[at] = block;
    range_count++;
    forget_recent();
}

void code_count_bytes(CodeInstance *code, size_t bytes)
{
    code->byte_size += bytes;
    total_bytes += bytes;
}

static void unregister(const CodeBlock *block)
{
    size_t at = upper_bound(block->words);

    if (at == 0 || ranges[at - 1] != block)
        return;
    memmove(ranges + at - 1, ranges + at, (range_count - at) * sizeof *ranges);
    range_count--;
    forget_recent();
}

bool code_holds(const CodeInstance *code, const void *address)
{
    for (const CodeBlock *block = code->blocks; block; block = block->next)
        if (code_block_holds(block, address))
            return true;
    return false;
}

static void free_code(CodeInstance *code)
{
    for (CodeBlock *block = code->blocks, *next; block; block = next) {
        next = block->next;
        unregister(block);
        code_block_free(block);
    }
    for (CodeNative *native = code->natives, *next; native; native = next) {
        next = native->next;
        code_memory_free(native->memory, native->size);
        mem_free(MEM_CODE, native);
    }
    total_bytes -= code->byte_size;
}

LiteralArea *code_release(CodeInstance *code)
{
    LiteralArea *literals = code->literals;

    if (code_watch.released)
        code_watch.released(code);
    if (code->lambda_count > 0)
        code_md5(code);                /* their entries stay */
    for (uint32_t i = 0; i < code->lambda_count; i++)
        if (code_holds(code, code->lambdas[i].entry->address))
            code->lambdas[i].entry->address = NULL;
    free_code(code);
    if (code->source)
        code_maker.free_source(code->source);
    mem_free(MEM_CODE, code->functions);
    mem_free(MEM_CODE, code->lines);
    mem_free(MEM_CODE, code->exports);
    mem_free(MEM_CODE, code->lambdas);
    mem_free(MEM_CODE, code->literal_terms);
    mem_free(MEM_CODE, code->attributes);
    mem_free(MEM_CODE, code->compile_info);
    mem_free(MEM_CODE, code);
    return literals;
}

static CodeBlock *find_block(const Word *ip)
{
    size_t at = upper_bound(ip);

    return at > 0 && code_block_holds(ranges[at - 1], ip) ? ranges[at - 1] : NULL;
}

CodeInstance *code_find_instance(const Word *ip)
{
    CodeBlock *block = find_block(ip);

    return block ? block->code : NULL;
}

/* Index into CodeInstance.lines. */
static uint32_t find_line(const CodeBlock *block, uint32_t start, uint32_t offset)
{
    uint32_t low = 0, high = block->line_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (block->lines[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 || block->lines[low - 1].offset < start ? 0 : block->lines[low - 1].line;
}

/* The function, its start and the line. */
static bool find_in_block(const CodeBlock *block, const Word *ip, CodeLocation *out, uint32_t *line)
{
    const CodeInstance *code = block->code;
    uint32_t offset = (uint32_t)(ip - block->words);
    const CodeBody *body;

    if (block->words == code->entries && offset < code->function_count * CODE_ENTRY_WORDS) {
        out->function = &code->functions[offset / CODE_ENTRY_WORDS];
        out->start = code_function_entry(code, out->function) - 1;
        *line = out->function->line;
        return true;
    }
    body = code_block_body(block, offset);
    if (!body)
        return false;
    out->function = &code->functions[body->function];
    out->start = block->words + body->start;
    *line = find_line(block, body->start, offset);
    return true;
}

static bool look_up(const Word *ip, CodeLocation *out)
{
    CodeBlock *block = find_block(ip);
    SourceLine line;
    uint32_t number;

    *out = (CodeLocation){.code = block ? block->code : NULL, .file = NO_TERM};
    if (!block || !find_in_block(block, ip, out, &number))
        return false;
    out->module = out->code->module->name;
    out->name = out->function->name;
    out->arity = out->function->arity;
    line = out->code->lines[number];
    if (line.line != 0) {
        out->file = out->code->files[line.file];
        out->line = line.line;
    }
    return true;
}

bool code_find(const Word *ip, CodeLocation *out)
{
    size_t at = (uintptr_t)ip / sizeof *ip % RECENT_COUNT;

    if (ip && recent[at].ip == ip) {
        *out = recent[at].location;
        return true;
    }
    if (!look_up(ip, out))
        return false;
    recent[at].ip = ip;
    recent[at].location = *out;
    return true;
}

size_t code_total_bytes(void) { return total_bytes; }
