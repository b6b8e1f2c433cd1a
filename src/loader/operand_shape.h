/* operand_shape.h - which kinds of operand a letter of generic_ops.tab allows. */
#ifndef LING_OPERAND_SHAPE_H
#define LING_OPERAND_SHAPE_H

#include "loader/ir.h"

#define OPERAND_SET(kind) (1u << (kind))
#define OPERAND_SET_REGISTER (OPERAND_SET(OPERAND_X) | OPERAND_SET(OPERAND_Y))

static const uint8_t operand_sets['y' + 1] = {
    ['s'] = OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_TERM),
    ['r'] = OPERAND_SET_REGISTER,
    ['d'] = OPERAND_SET_REGISTER,
    ['y'] = OPERAND_SET(OPERAND_Y),
    ['f'] = OPERAND_SET(OPERAND_LABEL),
    ['l'] = OPERAND_SET(OPERAND_LABEL),
    ['a'] = OPERAND_SET(OPERAND_TERM),
    ['F'] = OPERAND_SET(OPERAND_FR),
    ['G'] = OPERAND_SET(OPERAND_FR),
    ['m'] = OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_TERM) | OPERAND_SET(OPERAND_FR),
    ['o'] = OPERAND_SET_REGISTER | OPERAND_SET(OPERAND_FR),
    ['?'] = 0xff,
    ['u'] = OPERAND_SET(OPERAND_NUMBER),
    ['i'] = OPERAND_SET(OPERAND_NUMBER),
    ['p'] = OPERAND_SET(OPERAND_NUMBER),
    ['w'] = OPERAND_SET(OPERAND_NUMBER),
    ['v'] = OPERAND_SET(OPERAND_NUMBER),
    ['k'] = OPERAND_SET(OPERAND_NUMBER),
    ['n'] = OPERAND_SET(OPERAND_NUMBER)
};
static inline bool operand_fits(char letter, const Operand *operand)
{
    return OPERAND_SET(operand->kind) & operand_sets[(unsigned char)letter];
}

#define OPERAND_MAX_REGISTER 1023
#define OPERAND_MAX_LIST 0xffffff

#endif
