/* instruction_list.h - functions of generic instructions, put together by hand for what reads them. */
#ifndef LING_TEST_INSTRUCTION_LIST_H
#define LING_TEST_INSTRUCTION_LIST_H

#include <string.h>

#include "loader/ir.h"

static CodeIr ir;
static FunctionIr function;
static Instruction instructions[32];
static ImportIr imports[2];
static uint32_t count;

static inline Operand x(int64_t number) { return (Operand){.kind = OPERAND_X, .value = number}; }
static inline Operand y(int64_t number) { return (Operand){.kind = OPERAND_Y, .value = number}; }
static inline Operand label(int64_t number) { return (Operand){.kind = OPERAND_LABEL, .value = number}; }
static inline Operand number(int64_t value) { return (Operand){.kind = OPERAND_NUMBER, .value = value}; }
static inline Operand constant(Term term) { return (Operand){.kind = OPERAND_TERM, .term = term}; }

static inline Instruction *add(uint16_t op, uint32_t operand_count, const Operand *operands)
{
    Instruction *in = &instructions[count++];

    *in = (Instruction){.op = op, .operand_count = operand_count, .frame = NO_FRAME};
    in->operands = arena_array(&ir.arena, Operand, operand_count + 1);
    if (operand_count > 0)
        memcpy(in->operands, operands, operand_count * sizeof *operands);
    return in;
}
#define ADD(op, ...) add(op, sizeof((Operand[]){__VA_ARGS__}) / sizeof(Operand), (Operand[]){__VA_ARGS__})
#define ADD_PLAIN(op) add(op, 0, NULL)

/* An empty function, and the two that it may call. */
static inline void instruction_list_begin(ImportIr first, ImportIr second)
{
    memset(&ir, 0, sizeof ir);
    count = 0;
    imports[0] = first;
    imports[1] = second;
    function = (FunctionIr){.instructions = instructions};
    ir.imports = imports;
    ir.import_count = 2;
}

#endif
