/* native_table.h - the stencils that tools/gen_stencils.c collects: machine code of handlers with holes. */
#ifndef LING_NATIVE_TABLE_H
#define LING_NATIVE_TABLE_H

#include "vm/code/ops.h"

/* How a value is written: 32 bits that the processor extends with zeros or the sign, 64 bits, 32 bits as distance from
 * the hole, or one byte with a sign. */
typedef enum HoleForm { HOLE_UNSIGNED, HOLE_SIGNED, HOLE_WIDE, HOLE_RELATIVE, HOLE_BYTE } HoleForm;

/* What is written; the first four count from operand 0 (which is the handler's word). */
typedef enum HoleValue {
    HOLE_NUMBER = 0,        /* the operand's word */
    HOLE_WORD = 16,         /* the address of that word */
    HOLE_LABEL = 32,        /* the code words it names */
    HOLE_GO = 48,           /* the machine code for those */
    HOLE_HERE = 64,         /* the words of this instruction */
    HOLE_NEXT,              /* ... of the next one */
    HOLE_GO_NEXT,           /* the machine code of the next one, beyond those that a prefix is made of */
    HOLE_GO_PLAIN,          /* ... of those */
    HOLE_HOT, HOLE_COLD,    /* the two parts of this stencil */
    HOLE_EXTERNAL           /* native_externals[value - HOLE_EXTERNAL] */
} HoleValue;

typedef struct NativeHole {
    uint16_t at;            /* byte offset in its part */
    uint8_t form;
    uint16_t value;
    int32_t addend;
} NativeHole;

typedef struct Stencil {
    uint32_t bytes, holes;                /* of the hot part; the cold one follows */
    uint16_t hot_size, cold_size;
    uint8_t hot_holes, cold_holes;
    bool is_there;
} Stencil;

/* What a stencil takes for granted of the constants among its operands: nothing (it reads them from the code words), that
 * they are below 2^31, small integers on top of that (so are those that are not there), and that registers are so near
 * that their offsets fit a byte. */
enum { NATIVE_ANY_CONSTANTS, NATIVE_SHORT_CONSTANTS, NATIVE_SMALL_CONSTANTS, NATIVE_NEAR, NATIVE_FLAVOURS };

extern const Stencil native_stencils[NATIVE_FLAVOURS][VMOP_VARIANT_COUNT];
extern const uint8_t native_bytes[];
extern const NativeHole native_holes[];
extern char *const native_externals[];
extern const bool native_is_there;        /* false: this build has no stencils */

#endif
