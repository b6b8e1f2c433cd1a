/* ops.h - the specific instructions that code words are made of.
 *
 * ops.tab lists them; the generated tables say which kinds of operand each takes, and the handler of
 * every combination. Only the emitter and the engine need this. */
#ifndef LING_OPS_H
#define LING_OPS_H

#include "vm/base/base.h"

#include "ops_generated.h"    /* generated: OpId */

typedef void (*OpHandler)(void);
#ifndef LING_REGISTERS_H
typedef void Handled;         /* as far as the table is concerned */
#endif

#define OP_MAX_OPERANDS 12

/* What an operand may be. The order is that of OperandKind (loader/ir.h): x, y, float register, term,
 * label, number (pointers count as numbers). */
#define OP_OPERAND_KINDS 6
typedef struct OpKinds {
    const char *letters;                  /* as in ops.tab */
    uint8_t count;
    int8_t position[OP_OPERAND_KINDS];    /* of each kind among the letters; -1: not allowed */
} OpKinds;

typedef struct OpInfo {
    const char *name;
    uint16_t operand_count;
    uint16_t first_variant;               /* variants count up in the order of the kinds, last operand fastest */
    uint8_t kinds[OP_MAX_OPERANDS];       /* indexes into op_kinds */
    uint16_t writes;                      /* bit i: operand i is written */
} OpInfo;

extern const OpKinds op_kinds[];
extern const OpInfo op_info[VMOP_COUNT];
extern const OpHandler op_handlers[VMOP_VARIANT_COUNT];
extern const char *const op_variant_names[VMOP_VARIANT_COUNT];
typedef struct OpShape {
    uint8_t words;                        /* handler and operands, without a list's */
    uint16_t constants;                   /* bit i: word i is a constant term */
    uint8_t floats[2];                    /* words that name float registers which are read; 0: none */
    uint8_t float_step[2];                /* so many variants further that register is the newest one, and again: older */
    uint8_t float_result;                 /* the word that names the one which is written; 0: none */
} OpShape;
extern const OpShape op_shapes[VMOP_VARIANT_COUNT];

/* The handler of an op that has one variant only. */
static inline OpHandler op_handler(OpId op) { return op_handlers[op_info[op].first_variant]; }

#endif
