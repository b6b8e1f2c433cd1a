/* ir.h - generic instructions: what a .beam or .ling file says, before it is made into code words.
 *
 * A file is read into a CodeIr (in the arena of the load), verified, rewritten by the rules, and
 * emitted. The names and numbers of generic instructions stand in generic_ops.tab; the numbers are
 * stable, .ling files hold them. */
#ifndef LING_IR_H
#define LING_IR_H

#include "vm/base/arena.h"
#include "vm/term/term.h"

#include "generic_ops.h"      /* generated: GENERIC_<NAME>, generic_op_info[] */

typedef enum OperandKind {
    OPERAND_X,          /* value: register number */
    OPERAND_Y,
    OPERAND_FR,         /* float register */
    OPERAND_TERM,       /* term: an immediate, or a literal (then is_literal) */
    OPERAND_LABEL,      /* value: label number; 0: no label (a failure raises) */
    OPERAND_NUMBER      /* value: untagged; indexes into imports, funs, strings too */
} OperandKind;

/* What the Type chunk says of a register operand, as a set. 0: nothing is known. */
enum {
    TYPE_ATOM = 1, TYPE_BITSTRING = 2, TYPE_CONS = 4, TYPE_FLOAT = 8, TYPE_FUN = 16,
    TYPE_INTEGER = 32, TYPE_MAP = 64, TYPE_NIL = 128, TYPE_PID = 256, TYPE_PORT = 512,
    TYPE_REF = 1024, TYPE_TUPLE = 2048,
    TYPE_SMALL = 4096   /* with TYPE_INTEGER alone: every value fits a small integer */
};

typedef struct Operand {
    uint8_t kind;          /* OperandKind */
    bool is_literal;
    uint16_t types;        /* TYPE_*: of a register */
    union {
        uint32_t literal_index;
        uint32_t callee;   /* of the label of a call, by the emitter: index of the function + 1 */
    };
    union {
        int64_t value;
        Term term;
    };
    int64_t min, max;      /* range of a TYPE_SMALL register */
} Operand;

typedef struct Instruction {
    uint16_t op;                 /* GENERIC_* */
    uint32_t operand_count;
    Operand *operands;           /* lists are flat: their count is an OPERAND_NUMBER before them */
    uint32_t line;               /* index into the line table; 0: unknown */
    uint32_t label;              /* this instruction stands at that label; 0: none. Several labels in a
                                    row are one: LabelNote.alias maps them */
    uint16_t frame;              /* by the verifier: y registers before it; NO_FRAME: none allocated */
} Instruction;
#define NO_FRAME 0xffff

typedef struct FunctionIr {
    Term name;
    uint32_t arity;
    uint32_t entry_label;
    uint32_t info_label;         /* the func_info label: jumping there raises function_clause */
    uint32_t line;               /* of the function head (its func_info): what function_clause shows */
    bool is_nif_stub;            /* had nif_start */
    Instruction *instructions;   /* without label, line, func_info; null: not read yet */
    uint32_t count;
} FunctionIr;

/* What is known of a label of the function at hand. */
typedef struct LabelNote {
    uint32_t alias;              /* the label that its instruction carries */
    uint32_t at;                 /* by the verifier: index of that instruction; LABEL_AT_INFO */
    uint32_t state;              /* by the verifier: what is known there */
    uint32_t offset;             /* by the emitter: of the words; LABEL_NOWHERE */
} LabelNote;
#define LABEL_AT_INFO UINT32_MAX    /* the label of the func_info */
#define LABEL_NOWHERE UINT32_MAX

/* Where a label stands: index of the function + 1, and whether it is that function's entry. 0: nowhere. */
typedef uint32_t LabelHome;
#define LABEL_IS_ENTRY 0x80000000u
#define HOME_LIMIT 0x40000000u    /* no module has so many functions */
static inline uint32_t home_function(LabelHome home) { return (home & ~LABEL_IS_ENTRY) - 1; }

/* Where a function's instructions are in the bytes of its chunk, when they are read later. */
typedef struct FunctionPlace {
    uint32_t offset;
    uint32_t first_literal;      /* .beam: its large integers are literals from this index on */
    uint32_t info_label;
} FunctionPlace;

/* What functions are read from one by one, besides the tables of a CodeIr. */
typedef struct FunctionSource {
    const uint8_t *bytes;        /* of the chunk: those that hold functions */
    size_t size;
    FunctionPlace *places;       /* by function */
    Term *atoms;
    uint32_t atom_count;
    bool is_ling;
} FunctionSource;

typedef struct ImportIr { Term module, function; uint32_t arity; } ImportIr;
typedef struct LambdaIr { Term name; uint32_t arity, label, index, free_count; uint32_t old_uniq; } LambdaIr;
typedef struct ExportIr { Term name; uint32_t arity, label; } ExportIr;
typedef struct LineIr { uint32_t file; uint32_t line; } LineIr;    /* [0] is unknown */

typedef struct CodeIr {
    Arena arena;
    Term module;
    FunctionIr *functions;
    uint32_t function_count;
    uint32_t label_count;        /* labels are 1 .. label_count - 1 */
    LabelHome *label_homes;      /* by label */
    uint8_t *arities;            /* by function */
    LabelNote *labels;           /* by label; of the function at hand, .alias of all that were read */
    ImportIr *imports;  uint32_t import_count;
    ExportIr *exports;  uint32_t export_count;
    LambdaIr *lambdas;  uint32_t lambda_count;
    LineIr *lines;      uint32_t line_count;
    Term *files;        uint32_t file_count;   /* file names (lists of characters, literals); [0] is Module.erl */
    Term *literals;     uint32_t literal_count;
    const uint8_t *strings; size_t string_size;
    uint32_t on_load_label;      /* 0: none */
    bool has_nif_stubs;
} CodeIr;

#endif
