/* beam_code.h - what the readers of the Code chunk share: one makes instructions, the other only looks. */
#ifndef LING_BEAM_CODE_H
#define LING_BEAM_CODE_H

#include "loader/beam_reader.h"

/* The function being read. Instructions point to their operands by index until it is complete. */
typedef struct CodeReader {
    BeamReader *beam;
    Reader in;
    FunctionIr *function;          /* null before the first func_info */
    Instruction *instructions;
    size_t count, capacity;
    Operand *operands;
    size_t operand_count, operand_capacity;
    uint32_t line, line_before;    /* the last line instruction's, and what held before it */
    size_t line_at;                /* where it stands: instructions before it */
    uint32_t pending_label;        /* the next instruction stands there; 0: none */
    uint32_t function_limit;       /* what the header promises */
    bool is_on_load;
    bool is_again;                 /* the chunk was read before: its large integers are literals already ... */
    uint32_t next_literal;         /* ... from this index on */
} CodeReader;

/* Reads the header: ir->label_count, code->function_limit. */
bool code_read_header(CodeReader *code);
/* Adds an operand that the letter of generic_ops.tab allows. */
void code_read_operand(CodeReader *code, char letter);
/* A number below `limit`. */
uint32_t code_read_number(CodeReader *code, uint32_t limit, const char *what);
/* The name and the arity of a func_info. False: the reader failed. */
bool code_read_func_info(CodeReader *code, Term *name, uint32_t *arity);
/* False: the reader failed, and the error of the load says so. */
bool code_report(CodeReader *code);
void code_free(CodeReader *code);

#endif
