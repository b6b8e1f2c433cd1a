/* Type tests as functions: is_atom/1 and its kin. */
#include "bifs.h"
#include "vm/code/lambda.h"
#include "vm/term/bits.h"

#define TYPE_TEST(name, claim)                                                             \
    Term bif_erlang_##name##_1(Process *p, const Term *args)                               \
    {                                                                                      \
        return atom_bool(claim);                                                           \
    }

TYPE_TEST(is_atom, is_atom(args[0]))
TYPE_TEST(is_binary, is_binary(args[0]))
TYPE_TEST(is_bitstring, is_bitstring(args[0]))
TYPE_TEST(is_boolean, args[0] == A_TRUE || args[0] == A_FALSE)
TYPE_TEST(is_float, is_float(args[0]))
TYPE_TEST(is_function, is_fun(args[0]))
TYPE_TEST(is_integer, is_integer(args[0]))
TYPE_TEST(is_list, is_list(args[0]))
TYPE_TEST(is_map, is_map(args[0]))
TYPE_TEST(is_number, is_number(args[0]))
TYPE_TEST(is_pid, is_pid(args[0]))
TYPE_TEST(is_port, is_port(args[0]))
TYPE_TEST(is_reference, is_ref(args[0]))
TYPE_TEST(is_tuple, is_tuple(args[0]))

/* is_function(Term, Arity) */
Term bif_erlang_is_function_2(Process *p, const Term *args)
{
    Term arity = args[1];

    if (is_big(arity) && boxed_kind(arity) == BOX_BIG_POSITIVE)
        return A_FALSE;
    if (!is_small(arity) || small_value(arity) < 0)
        return raise_badarg(p);
    return atom_bool(is_fun(args[0]) && fun_arity(args[0]) == (uint64_t)small_value(arity));
}

static bool is_record(Term t, Term tag)
{
    return is_tuple(t) && tuple_size(t) > 0 && tuple_element(t, 1) == tag;
}

/* is_record(Term, Tag) */
Term bif_erlang_is_record_2(Process *p, const Term *args)
{
    if (!is_atom(args[1]))
        return raise_badarg(p);
    return atom_bool(is_record(args[0], args[1]));
}

/* is_record(Term, Tag, Size) */
Term bif_erlang_is_record_3(Process *p, const Term *args)
{
    if (!is_atom(args[1]) || !is_small(args[2]))
        return raise_badarg(p);
    return atom_bool(is_record(args[0], args[1]) && (int64_t)tuple_size(args[0]) == small_value(args[2]));
}
