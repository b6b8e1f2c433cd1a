/* native.h - machine code for code words, put together from stencils (see stencil.h).
 *
 * The words stay what they are: IP, return addresses and labels point into them. The first word of an
 * instruction, its handler, becomes the address of its own machine code, which expects what a handler
 * expects and runs on into that of the next instruction. Whoever goes on at an address - a return, a call, a
 * collection that repeats the instruction - jumps to what the word there says, so a word that
 * is overwritten (load_nif, tracing) counts at the next call.
 *
 * Most code runs seldom, so machine code is made when a function has been called often: until then entries have the handler
 * of cold_entry, which counts. It is then made of all the module's bodies that have none yet. The word before an entry
 * holds the arity in its lower half; the upper one is the counter's. */
#ifndef LING_NATIVE_H
#define LING_NATIVE_H

#include "vm/term/term.h"

struct CodeInstance;

/* Calls after which a function is worth machine code. */
#define NATIVE_CALLS 256

typedef struct NativeInstruction {
    uint32_t offset;            /* in words, from the start of its block */
    uint16_t variant;           /* of the op: index into op_handlers */
    uint8_t replaces;           /* it is a quicker form of so many instructions that follow, and leaves to them what is too
                                 * hard for it: a prefix */
} NativeInstruction;

/* Can this VM run machine code of its own? */
bool native_is_on(void);
/* One more call of the function at `entry`. True: there were enough. */
static inline bool native_count_call(Word *entry)
{
    entry[-1] += (Word)1 << 48;
    return entry[-1] >> 48 == NATIVE_CALLS;
}
/* Makes machine code of the bodies that have none yet, if the system allows it. Their calls are not counted any more. */
void native_make(struct CodeInstance *code);

#endif
