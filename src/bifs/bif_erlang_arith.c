/* The arithmetic operators as functions: what apply(erlang, '+', [1, 2]) calls, and guard BIFs. */
#include "bifs.h"
#include "vm/term/arith.h"

static Term badarith_unless_number(Process *p, Term result)
{
    if (result == ARITH_LIMIT)
        return raise_system_limit(p);
    return result == NO_TERM ? raise_badarith(p) : result;
}

static Term badarg_unless_number(Process *p, Term result)
{
    if (result == ARITH_LIMIT)
        return raise_system_limit(p);
    return result == NO_TERM ? raise_badarg(p) : result;
}

/* Operators raise badarith; the guard functions with names raise badarg. */
#define OPERATOR_2(name, function)                                                         \
    Term bif_erlang_##name##_2(Process *p, const Term *args)                               \
    {                                                                                      \
        return badarith_unless_number(p, function(&p->heap, args[0], args[1]));            \
    }
#define OPERATOR_1(name, function)                                                         \
    Term bif_erlang_##name##_1(Process *p, const Term *args)                               \
    {                                                                                      \
        return badarith_unless_number(p, function(&p->heap, args[0]));                     \
    }
#define FUNCTION_1(name, function)                                                         \
    Term bif_erlang_##name##_1(Process *p, const Term *args)                               \
    {                                                                                      \
        return badarg_unless_number(p, function(&p->heap, args[0]));                       \
    }

OPERATOR_2(plus, arith_add)
OPERATOR_2(minus, arith_sub)
OPERATOR_2(times, arith_mul)
OPERATOR_2(divide, arith_div)
OPERATOR_2(div, arith_int_div)
OPERATOR_2(rem, arith_rem)
OPERATOR_2(band, arith_band)
OPERATOR_2(bor, arith_bor)
OPERATOR_2(bxor, arith_bxor)
OPERATOR_2(bsl, arith_bsl)
OPERATOR_2(bsr, arith_bsr)
OPERATOR_1(minus, arith_negate)
OPERATOR_1(bnot, arith_bnot)
FUNCTION_1(abs, arith_abs)
FUNCTION_1(trunc, arith_trunc)
FUNCTION_1(round, arith_round)
FUNCTION_1(floor, arith_floor)
FUNCTION_1(ceil, arith_ceil)
FUNCTION_1(float, arith_float)

Term bif_erlang_plus_1(Process *p, const Term *args)
{
    return badarith_unless_number(p, arith_plus(args[0]));
}
