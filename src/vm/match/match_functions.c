/* The functions that guards and bodies may call, and the trace actions. */
#include <string.h>

#include "vm/match/match_program.h"
#include "vm/proc/bif.h"

#define CALL(name, arity) {name, arity, MATCH_CALL, MATCH_IN_ALL, NULL}

static MatchFunction functions[] = {
    CALL(A_IS_ATOM, 1), CALL(A_IS_FLOAT, 1), CALL(A_IS_INTEGER, 1), CALL(A_IS_LIST, 1), CALL(A_IS_NUMBER, 1),
    CALL(A_IS_PID, 1), CALL(A_IS_PORT, 1), CALL(A_IS_REFERENCE, 1), CALL(A_IS_TUPLE, 1), CALL(A_IS_MAP, 1),
    CALL(A_IS_BINARY, 1), CALL(A_IS_FUNCTION, 1), CALL(A_IS_RECORD, 3), CALL(A_ABS, 1), CALL(A_ELEMENT, 2),
    CALL(A_HD, 1), CALL(A_NODE, 1), CALL(A_NODE, 0), CALL(A_ROUND, 1), CALL(A_SIZE, 1), CALL(A_MAP_SIZE, 1),
    CALL(A_MAP_GET, 2), CALL(A_IS_MAP_KEY, 2), CALL(A_BIT_SIZE, 1), CALL(A_BYTE_SIZE, 1), CALL(A_BINARY_PART, 2),
    CALL(A_BINARY_PART, 3), CALL(A_TL, 1), CALL(A_TRUNC, 1), CALL(A_FLOAT, 1), CALL(A_PLUS, 1), CALL(A_MINUS, 1),
    CALL(A_PLUS, 2), CALL(A_MINUS, 2), CALL(A_TIMES, 2), CALL(A_DIVIDE, 2), CALL(A_DIV, 2), CALL(A_REM, 2),
    CALL(A_BAND, 2), CALL(A_BOR, 2), CALL(A_BXOR, 2), CALL(A_BNOT, 1), CALL(A_BSL, 2), CALL(A_BSR, 2),
    CALL(A_GREATER, 2), CALL(A_GREATER_EQUAL, 2), CALL(A_LESS, 2), CALL(A_LESS_EQUAL, 2), CALL(A_EXACT_EQUAL, 2),
    CALL(A_EQUAL, 2), CALL(A_EXACT_NOT_EQUAL, 2), CALL(A_NOT_EQUAL, 2), CALL(A_NOT, 1), CALL(A_XOR, 2),
    {A_LENGTH, 1, MATCH_LENGTH, MATCH_IN_ALL, NULL},     /* erlang:length/1 may yield */
    {A_GET_TCW, 0, MATCH_GET_TCW, MATCH_IN_TRACE_GUARD | MATCH_IN_TRACE_BODY, NULL},
    {A_SET_TCW, 1, MATCH_SET_TCW, MATCH_IN_TRACE_BODY, NULL},
};

static void bind_bifs(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
        MatchFunction *f = &functions[i];
        const char *name = atom_text(f->name, NULL);

        for (size_t k = 0; f->code == MATCH_CALL && k < bif_table_size; k++)
            if (bif_table[k].arity == f->arity && strcmp(bif_table[k].name, name) == 0 && strcmp(bif_table[k].module, "erlang") == 0)
                f->function = bif_table[k].function;
    }
}

const MatchFunction *match_function_find(Term name, size_t arity)
{
    static bool bound;

    if (!bound)
        bind_bifs();
    bound = true;
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (functions[i].name == name && functions[i].arity == arity)
            return functions[i].code != MATCH_CALL || functions[i].function ? &functions[i] : NULL;
    return NULL;
}
