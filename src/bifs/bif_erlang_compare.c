/* Comparison and boolean operators as functions. */
#include "bifs.h"
#include "vm/term/compare.h"

#define COMPARISON(name, claim)                                                            \
    Term bif_erlang_##name##_2(Process *p, const Term *args)                               \
    {                                                                                      \
        return atom_bool(claim);                                                           \
    }

COMPARISON(less, term_compare(args[0], args[1]) < 0)
COMPARISON(less_equal, term_compare(args[0], args[1]) <= 0)
COMPARISON(greater, term_compare(args[0], args[1]) > 0)
COMPARISON(greater_equal, term_compare(args[0], args[1]) >= 0)
COMPARISON(equal, term_equal(args[0], args[1]))
COMPARISON(not_equal, !term_equal(args[0], args[1]))
COMPARISON(exact_equal, term_exact_equal(args[0], args[1]))
COMPARISON(exact_not_equal, !term_exact_equal(args[0], args[1]))

/* Of terms that are equal, the first. */
Term bif_erlang_min_2(Process *p, const Term *args) { return term_compare(args[0], args[1]) > 0 ? args[1] : args[0]; }
Term bif_erlang_max_2(Process *p, const Term *args) { return term_compare(args[0], args[1]) < 0 ? args[1] : args[0]; }

static bool is_boolean(Term t) { return t == A_TRUE || t == A_FALSE; }

#define BOOLEAN_OPERATOR(name, claim)                                                      \
    Term bif_erlang_##name##_2(Process *p, const Term *args)                               \
    {                                                                                      \
        if (!is_boolean(args[0]) || !is_boolean(args[1]))                                  \
            return raise_badarg(p);                                                        \
        return atom_bool(claim);                                                           \
    }

BOOLEAN_OPERATOR(and, args[0] == A_TRUE && args[1] == A_TRUE)
BOOLEAN_OPERATOR(or, args[0] == A_TRUE || args[1] == A_TRUE)
BOOLEAN_OPERATOR(xor, args[0] != args[1])

Term bif_erlang_not_1(Process *p, const Term *args)
{
    if (!is_boolean(args[0]))
        return raise_badarg(p);
    return atom_bool(args[0] == A_FALSE);
}

/* erts_internal:cmp_term(A, B): the order that sets floats apart from integers. */
Term bif_erts_internal_cmp_term_2(Process *p, const Term *args)
{
    return small_int(term_compare_exact(args[0], args[1]));
}
