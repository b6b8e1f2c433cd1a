/* operand_shape.h - which kinds of operand a letter of generic_ops.tab allows. */
#ifndef LING_OPERAND_SHAPE_H
#define LING_OPERAND_SHAPE_H

#include "loader/ir.h"

#define OPERAND_SET(kind) (1u << (kind))
#define OPERAND_SET_REGISTER (OPERAND_SET(OPERAND_X) | OPERAND_SET(OPERAND_Y))

static inline unsigned operand_set_of_letter(char letter)
{
    switch (letter) {
    case 's': return OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_TERM);
    case 'r': case 'd': return OPERAND_SET_REGISTER;
    case 'y': return OPERAND_SET(OPERAND_Y);
    case 'f': case 'l': return OPERAND_SET(OPERAND_LABEL);
    case 'a': return OPERAND_SET(OPERAND_TERM);
    case 'F': case 'G': return OPERAND_SET(OPERAND_FR);
    case 'm': return OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_TERM) | OPERAND_SET(OPERAND_FR);
    case 'o': return OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_FR);
    case '?': return ~0u;
    default: return OPERAND_SET(OPERAND_NUMBER);
    }
}
static inline bool operand_fits(char letter, const Operand *operand)
{
    return OPERAND_SET(operand->kind) & operand_set_of_letter(letter);
}

#define OPERAND_MAX_REGISTER 1023
#define OPERAND_MAX_LIST 0xffffff

#endif
