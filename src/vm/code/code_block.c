#include "vm/code/code_block.h"

#include "vm/base/mem.h"
#include "vm/code/code_memory.h"

CodeBlock *code_block_new(struct CodeInstance *code, size_t words, bool in_code_memory)
{
    CodeBlock *block = mem_alloc_zero(MEM_CODE, sizeof *block);
    size_t bytes = code_memory_round(words * sizeof(Word));

    block->code = code;
    if (in_code_memory)
        block->words = code_memory_alloc(bytes);
    if (block->words) {
        block->mapped_size = bytes;
        block->capacity = (uint32_t)(bytes / sizeof(Word));
    } else {
        block->words = mem_alloc(MEM_CODE, words * sizeof(Word));
        block->capacity = (uint32_t)words;
    }
    return block;
}

void code_block_free(CodeBlock *block)
{
    code_words_free(block->words, block->mapped_size);
    mem_free(MEM_CODE, block->bodies);
    mem_free(MEM_CODE, block->lines);
    mem_free(MEM_CODE, block->instructions);
    mem_free(MEM_CODE, block);
}

const CodeBody *code_block_body(const CodeBlock *block, uint32_t offset)
{
    uint32_t low = 0, high = block->body_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (block->bodies[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset < block->used ? &block->bodies[low - 1] : NULL;
}
