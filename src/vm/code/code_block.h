/* code_block.h - where the code words of a module lie.
 *
 * The first block of a module starts with its entries: CODE_ENTRY_WORDS words for each function, which stay where they
 * are. Calls, exports and funs lead to an entry, and so does whatever holds on to a function. The entry goes
 * on to the function's body, once that was made: at its first call. Bodies are put one behind the other, into the first block
 * and further ones, in the order in which they are made.
 *
 *     entry: [arity, calls counted] [handler] [operand: index of the function, then address of the body]
 *     body:  [func_info] [module] [function] [arity] [instructions ...] [constants of lists ...] */
#ifndef LING_CODE_BLOCK_H
#define LING_CODE_BLOCK_H

#include "vm/term/term.h"

struct CodeInstance;
struct NativeInstruction;

/* In the operand of an entry without a body: that none can be made was reported. */
#define CODE_ENTRY_REPORTED ((Word)1 << 32)

enum { CODE_ENTRY_WORDS = 3, CODE_HEAD_WORDS = 4 };

/* A body starts at word `start` of its block and ends where the next one does. */
typedef struct CodeBody { uint32_t start, function; } CodeBody;
/* From word `offset` of the block on the source line is lines[line]. Ascending. */
typedef struct CodeLine { uint32_t offset, line; } CodeLine;

typedef struct CodeBlock {
    struct CodeBlock *next;
    struct CodeInstance *code;
    Word *words;
    uint32_t used, capacity;       /* words */
    size_t mapped_size;            /* of `words` in code_memory; 0: a MEM_CODE block */
    CodeBody *bodies;              /* ascending */
    uint32_t body_count, body_capacity;
    CodeLine *lines;               /* of the bodies */
    uint32_t line_count, line_capacity;
    struct NativeInstruction *instructions;   /* of the bodies that have no machine code yet */
    uint32_t instruction_count, instruction_capacity;
} CodeBlock;

/* Machine code that was made of some bodies (vm/exec/native.h), in code_memory. */
typedef struct CodeNative {
    struct CodeNative *next;
    void *memory;
    size_t size;
} CodeNative;

/* A block of at least `words` words in code_memory if `in_code_memory` and there is room, else in MEM_CODE. Untouched
 * pages cost nothing. It is not registered. */
CodeBlock *code_block_new(struct CodeInstance *code, size_t words, bool in_code_memory);
void code_block_free(CodeBlock *block);
/* The body at word `offset`, or null. */
const CodeBody *code_block_body(const CodeBlock *block, uint32_t offset);
static inline uint32_t code_block_body_end(const CodeBlock *block, const CodeBody *body)
{
    return body + 1 < block->bodies + block->body_count ? body[1].start : block->used;
}
static inline bool code_block_holds(const CodeBlock *block, const void *address)
{
    return (const Word *)address >= block->words && (const Word *)address < block->words + block->used;
}

/* Room for one more at the end of an array that grows: `items`_count of `items`_capacity. */
#define CODE_GROW(owner, items, count, capacity)                                                         \
    do {                                                                                                  \
        if ((owner)->count == (owner)->capacity) {                                                        \
            (owner)->capacity = (owner)->capacity ? 2 * (owner)->capacity : 16;                            \
            (owner)->items = mem_realloc(MEM_CODE, (owner)->items, (owner)->capacity * sizeof *(owner)->items); \
        }                                                                                                  \
    } while (0)

#endif
