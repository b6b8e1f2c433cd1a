/* ling_tags.h - the bytes of the chunk "Ling": see doc/ling-format.md. */
#ifndef LING_LING_TAGS_H
#define LING_LING_TAGS_H

/* First byte of an operand. */
enum {
    LING_X, LING_Y, LING_FLOAT_REGISTER, LING_LABEL, LING_NUMBER,
    LING_SMALL, LING_ATOM, LING_NIL, LING_LITERAL,
    LING_TYPED_X, LING_TYPED_Y
};

/* Flags of a function. */
enum { LING_FUNCTION_NIF_STUB = 1 };

#endif
