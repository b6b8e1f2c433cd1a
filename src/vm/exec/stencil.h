/* stencil.h - what the handlers' bodies see when they are compiled into stencils (LING_STENCIL).
 *
 * A stencil is the machine code of one handler with its operands left open: they are symbols that
 * nothing defines, and vm/exec/native.c puts the values where the object file says. Like a handler, a
 * stencil may rely on IP being at its instruction if it uses IP or calls anything: tools/stencil_asm.awk
 * puts the assignment there. Only files that hold handlers include this. */
#ifndef LING_STENCIL_H
#define LING_STENCIL_H

/* For operand k: its value; the same, known to be a multiple of 8 (a tagged small integer); its word in the code;
 * the words of the label it names. */
#define S_DECLARE(k)                                                  \
    extern const char stencil_number_##k[];                           \
    extern const char stencil_small_##k[] __attribute__((aligned(8))); \
    extern const Word stencil_word_##k[];                             \
    extern const Word stencil_label_##k[];                            \
    Handled stencil_go_##k(void);
S_DECLARE(1)
S_DECLARE(2)
S_DECLARE(3)
S_DECLARE(4)
S_DECLARE(5)
S_DECLARE(6)
S_DECLARE(7)
S_DECLARE(8)
S_DECLARE(9)
S_DECLARE(10)
S_DECLARE(11)
S_DECLARE(12)
/* The words of the next instruction, and its machine code. */
extern const Word stencil_next[];
Handled stencil_go_next(void);

/* Of an instruction that stands before those it is made of: their machine code. The next one is the one after them. */
Handled stencil_go_plain(void);

#define S_NUMBER(k) ((Word)(uintptr_t)stencil_number_##k)
#define S_SMALL(k) ((Word)(uintptr_t)stencil_small_##k)
#define S_WORD(k) (stencil_word_##k[0])
#define S_WORDS(k) (&stencil_word_##k[0])
#define S_LABEL(k) (&stencil_label_##k[0])
#define S_NEXT (&stencil_next[0])

/* Jumps to labels and the next instruction are direct; after inlining the compiler knows which these are. */
#define S_GO_IF(to, symbol, go)                                         \
    if (__builtin_constant_p((to) == (symbol)) && (to) == (symbol))     \
        return go()
#define GO(to)                                        \
    do {                                              \
        const Word *to_ = (to);                       \
        S_GO_IF(to_, S_NEXT, stencil_go_next);        \
        S_GO_IF(to_, S_LABEL(1), stencil_go_1);       \
        S_GO_IF(to_, S_LABEL(2), stencil_go_2);       \
        S_GO_IF(to_, S_LABEL(3), stencil_go_3);       \
        S_GO_IF(to_, S_LABEL(4), stencil_go_4);       \
        S_GO_IF(to_, S_LABEL(5), stencil_go_5);       \
        S_GO_IF(to_, S_LABEL(6), stencil_go_6);       \
        S_GO_IF(to_, S_LABEL(7), stencil_go_7);       \
        S_GO_IF(to_, S_LABEL(8), stencil_go_8);       \
        S_GO_IF(to_, S_LABEL(9), stencil_go_9);       \
        IP = to_;                                     \
        DISPATCH();                                   \
    } while (0)

#define GO_PLAIN(next) return stencil_go_plain()
#define GO_BEYOND(to) return stencil_go_next()

#endif
