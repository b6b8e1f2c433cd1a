/* operands.h - how operands stand in code words: what emitter and interpreter agree on.
 *
 * x registers and float registers are byte offsets from `vm` (vm/exec/vm.h), y registers from the stack
 * top, constants are terms, labels are addresses of code words. */
#ifndef LING_OPERANDS_H
#define LING_OPERANDS_H

#include "vm/term/term.h"

#define X_REGISTERS 1024          /* what Erlang code can name */
#define SCRATCH_REGISTERS 32      /* the emitter's own, after those: never live over a collection */
#define FLOAT_REGISTERS 1024
#define MAX_CALL_ARGS 255

#define X_OFFSET(number) ((Word)(number) * sizeof(Term))
#define FLOAT_OFFSET(number) (X_OFFSET(X_REGISTERS + SCRATCH_REGISTERS) + (Word)(number) * sizeof(double))
#define Y_OFFSET(number) ((Word)(number) * sizeof(Term))

/* A `live` count that nobody knows: the collection waits for the next call. */
#define NO_LIVE (~(Word)0)
/* Set in the `live` of an addition or subtraction that counts up or down by a constant: as on stock, a stack trace
 * does not show the operator then. */
#define LIVE_COUNTING ((Word)1 << 16)

/* An operand in a list of mixed kinds: a byte offset from `vm` or the stack top, or the address of a
 * constant; the low bits, free in all three, say which. */
enum { MIXED_X = 0, MIXED_Y = 1, MIXED_CONSTANT = 2, MIXED_BITS = 3 };

/* One segment of bs_create_bin: type, flags, unit, number; then value and size as mixed operands. Of a
 * string: address and number of bytes instead. Above the type stands how many bits the segment has, if that is
 * known: of integers and floats up to 64, and of strings; else 0. */
#define SEGMENT_TYPE_MASK 0xff
#define SEGMENT_BITS_SHIFT 8
enum {
    SEGMENT_WORD_TYPE, SEGMENT_WORD_FLAGS, SEGMENT_WORD_UNIT, SEGMENT_WORD_NUMBER, SEGMENT_WORD_VALUE,
    SEGMENT_WORD_SIZE, SEGMENT_WORDS
};

/* One command of bs_match: what, then numbers; a mixed destination is the last word. */
typedef enum MatchCommand {
    MATCH_ENSURE_AT_LEAST,    /* bits, unit */
    MATCH_ENSURE_EXACTLY,     /* bits */
    MATCH_BINARY,             /* bits, flags; dst */
    MATCH_INTEGER,            /* bits, flags; dst */
    MATCH_GET_TAIL,           /* dst */
    MATCH_SKIP,               /* bits */
    MATCH_EQUAL               /* bits, value */
} MatchCommand;
enum { MATCH_WORD_COMMAND, MATCH_WORD_BITS, MATCH_WORD_MORE, MATCH_WORD_DST, MATCH_COMMAND_WORDS };

#endif
