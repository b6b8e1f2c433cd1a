/* emit_internal.h - what the files of the emitter share. */
#ifndef LING_EMIT_INTERNAL_H
#define LING_EMIT_INTERNAL_H

#include "loader/emit.h"
#include "vm/code/export.h"
#include "vm/code/ops.h"
#include "vm/exec/native.h"

#include "rules_generated.h"     /* generated: PSEUDO_<NAME>, RULE_OP_LIMIT */

typedef struct Fixup { uint32_t at, label; } Fixup;
typedef struct Aside { const Instruction *from; uint32_t count, start, end; } Aside;
typedef struct PoolEntry { uint32_t at; Term term; } PoolEntry;

/* Offsets are words from the start of the body. */
typedef struct Emitter {
    CodeIr *ir;
    const CodeInstance *code;
    Word *words;
    size_t count, capacity;
    Fixup *fixups;               /* words that become addresses of labels */
    size_t fixup_count, fixup_capacity;
    PoolEntry *pool;             /* words that become addresses of constants */
    size_t pool_count, pool_capacity;
    CodeLine *lines;
    size_t line_count, line_capacity;
    uint32_t line;               /* the last one noted */
    NativeInstruction *instructions;   /* all, in order */
    size_t instruction_count, instruction_capacity;
    uint32_t *own_labels;        /* of the emitter: offsets; they count from the labels of the module on */
    size_t own_label_count, own_label_capacity;
    Aside *asides;
    size_t aside_count, aside_capacity;
    unsigned scratch;            /* scratch registers in use for this instruction */
    const char *error;           /* static text; null while all is well */
} Emitter;

/* --- emit.c -------------------------------------------------------------------------------- */

void emit_fail(Emitter *e, const char *why);
void emit_word(Emitter *e, Word word);
void emit_handler(Emitter *e, OpId op, unsigned variant);
/* An operand as its op's handlers read it; `kind` is the letter in ops.tab. */
void emit_operand(Emitter *e, const Operand *operand);
void emit_label(Emitter *e, uint32_t label);
/* A new label for the emitter's own use. It stands where emit_place_own says. */
uint32_t emit_own_label(Emitter *e);
void emit_place_own(Emitter *e, uint32_t label);
/* Instructions that stand behind the function's code, at the own label `start`, and lead to `end`. */
void emit_set_aside(Emitter *e, const Instruction *from, uint32_t count, uint32_t start, uint32_t end);
/* An operand in a list of mixed kinds. */
void emit_mixed(Emitter *e, const Operand *operand);
/* The word becomes the address of string data. */
void emit_string_address(Emitter *e, size_t offset);
/* From here on the source line is this one; 0: as before. */
void emit_note_line(Emitter *e, uint32_t line);
/* Which variant of the op takes operands of these kinds; -1: none. */
int emit_find_variant(OpId op, const Operand *const *operands, unsigned count);
void emit_variant(Emitter *e, OpId op, int variant, const Operand *const *operands, unsigned count);
/* The op with these operands, if it takes their kinds. */
bool emit_op(Emitter *e, OpId op, const Operand *const *operands, unsigned count);
/* The same, through scratch registers where it does not. */
void emit_op_anyhow(Emitter *e, OpId op, const Operand *const *operands, unsigned count);
/* A source as a register or constant that `kinds` allows: itself, or a scratch register it was moved to. */
Operand emit_source_as(Emitter *e, const Operand *source, const char *kinds);
Term emit_constant(const Emitter *e, const Operand *operand);

/* --- emit_prepare.c -------------------------------------------------------------------------- */

/* Scales offsets, resolves imports, and picks special cases, in place. */
void emit_prepare(Emitter *e, Instruction *instruction);
/* Makes a loop_rec that of a closed receive (closed_receive.h). */
void emit_prepare_closed_receive(Emitter *e, Instruction *loop_rec, uint32_t number);

/* --- rules.c ----------------------------------------------------------------------------------- */

/* Emits the instructions from `at` on that the first rule takes; how many they were. 0: no rule is
 * there for it. `left` counts all up to the function's end. */
unsigned rules_apply(Emitter *e, const Instruction *at, uint32_t left);

/* --- emit_lists.c -------------------------------------------------------------------------------- */

/* Instructions with lists of operands. False: it is none of them. */
bool emit_list_instruction(Emitter *e, const Instruction *instruction);
/* Of a field or segment: BITS_LITTLE ... */
unsigned emit_field_flags(const Emitter *e, const Operand *operand);
/* Bits of a segment, if they are known and not too many: 0 else. */
Word emit_known_bits(const Operand *segment);

/* --- emit_fields.c -------------------------------------------------------------------------------- */

/* The same for fields of one match that follow each other. 0: they are not worth it. */
unsigned emit_fields(Emitter *e, const Instruction *at, uint32_t left);

/* --- emit_build.c ----------------------------------------------------------------------------------- */

/* The same for a bs_create_bin. False: it is left to the plain one. */
bool emit_build(Emitter *e, const Instruction *instruction);

/* --- operands -------------------------------------------------------------------------------------- */

static inline Operand operand_number(int64_t value) { return (Operand){.kind = OPERAND_NUMBER, .value = value}; }
static inline Operand operand_label(int64_t label) { return (Operand){.kind = OPERAND_LABEL, .value = label}; }
static inline Operand operand_pointer(const void *pointer) { return operand_number((int64_t)(intptr_t)pointer); }
static inline Operand operand_x(unsigned number) { return (Operand){.kind = OPERAND_X, .value = number}; }
static inline bool operand_is_register(const Operand *o) { return o->kind == OPERAND_X || o->kind == OPERAND_Y; }
static inline bool operand_is_immediate(const Operand *o) { return o->kind == OPERAND_TERM && !o->is_literal; }
static inline bool operand_is(const Operand *o, Term term) { return operand_is_immediate(o) && o->term == term; }
static inline bool operand_same(const Operand *a, const Operand *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == OPERAND_TERM ? a->term == b->term && a->is_literal == b->is_literal : a->value == b->value;
}

#endif
