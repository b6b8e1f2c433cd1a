/* native.h - machine code for code words, put together from stencils (see stencil.h).
 *
 * The words stay what they are: IP, return addresses and labels point into them. The first word of an
 * instruction, its handler, becomes the address of its own machine code, which expects what a handler
 * expects and runs on into that of the next instruction. Whoever goes on at an address - a return, a call, a
 * collection that repeats the instruction - jumps to what the word there says, so a word that
 * is overwritten (load_nif, tracing) counts at the next call. */
#ifndef LING_NATIVE_H
#define LING_NATIVE_H

#include "vm/term/term.h"

typedef struct NativeInstruction {
    uint32_t offset;            /* in words */
    uint16_t variant;           /* of the op: index into op_handlers */
    bool is_prefix;             /* only a quicker form of the instructions that follow */
} NativeInstruction;

typedef struct NativeCode {
    void *memory;               /* null: there is none, the handlers do the work */
    size_t size;
} NativeCode;

/* Can this VM run machine code of its own? */
bool native_is_on(void);
/* Makes the code for instructions in order of their offsets; `words` lie in code_memory and are complete. */
NativeCode native_make(Word *words, size_t word_count, const NativeInstruction *instructions, size_t count);
void native_free(NativeCode *code);

#endif
