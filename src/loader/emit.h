/* emit.h - the last step of loading: generic instructions become code words.
 *
 * A function is laid out as [func_info handler][module][function][arity] and its first instruction
 * (the entry, so the word before an entry is always the arity). */
#ifndef LING_EMIT_H
#define LING_EMIT_H

#include "loader/ir.h"
#include "vm/exec/native.h"

struct LambdaEntry;

typedef struct EmittedFunction {
    Term name;
    uint32_t arity;
    uint32_t start;         /* word offset of func_info */
    uint32_t entry;         /* start + 4 */
    uint32_t end;           /* the next function's start */
} EmittedFunction;

/* From this word offset on the source line is `line` (index into CodeIr.lines), up to the next entry.
 * Ascending offsets. */
typedef struct EmittedLine { uint32_t offset, line; } EmittedLine;

typedef struct EmittedCode {
    Word *words;                    /* see code_words_free; holds addresses into itself, so it must not move */
    size_t mapped_size;             /* of `words` in code_memory; 0: a MEM_CODE block */
    NativeInstruction *instructions;   /* MEM_CODE; null: no machine code will be made */
    size_t instruction_count;
    uint32_t word_count;            /* instructions; the string table follows in the same block */
    size_t byte_size;               /* of the whole block */
    EmittedFunction *functions;     /* MEM_CODE */
    uint32_t function_count;
    EmittedLine *lines;             /* MEM_CODE; null if there are none */
    uint32_t line_count;
    uint32_t *label_offset;         /* in the arena of the CodeIr: word offset of each label, LABEL_NOWHERE */
} EmittedCode;
#define LABEL_NOWHERE UINT32_MAX

/* The last step: instructions are rewritten in place. `ir` is verified, its literals are final (ir->literals[]), `lambdas[i]` is the entry of
 * ir->lambdas[i] (its address need not be set yet). Exports are made by export_get. A function that the
 * BIF table names gets the BIF for a body. False: an instruction is out of the VM's bounds,
 * *error says which (static text); nothing is left allocated then. */
bool emit_code(CodeIr *ir, struct LambdaEntry *const *lambdas, EmittedCode *out, const char **error);
void emit_code_free(EmittedCode *code);

#endif
