/* erlang: tuples; erts_debug: sizes of terms. */
#include <string.h>

#include "bifs.h"
#include "vm/term/bits.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"

/* List cells or elements for one reduction. */
#define CELLS_PER_REDUCTION 40

/* A position 1..max. */
static bool get_position(Term t, size_t max, size_t *position)
{
    if (!is_small(t) || small_value(t) < 1 || (uint64_t)small_value(t) > max)
        return false;
    *position = (size_t)small_value(t);
    return true;
}

Term bif_erlang_element_2(Process *p, const Term *args)
{
    size_t position;

    if (!is_tuple(args[1]) || !get_position(args[0], tuple_size(args[1]), &position))
        return raise_badarg(p);
    return tuple_element(args[1], position);
}

Term bif_erlang_setelement_3(Process *p, const Term *args)
{
    size_t position;
    Term copy;

    if (!is_tuple(args[1]) || !get_position(args[0], tuple_size(args[1]), &position))
        return raise_badarg(p);
    copy = tuple_from(&p->heap, tuple_size(args[1]), tuple_elements(args[1]));
    tuple_elements(copy)[position - 1] = args[2];
    return copy;
}

Term bif_erlang_tuple_size_1(Process *p, const Term *args)
{
    return is_tuple(args[0]) ? small_int((int64_t)tuple_size(args[0])) : raise_badarg(p);
}

Term bif_erlang_size_1(Process *p, const Term *args)
{
    if (is_tuple(args[0]))
        return small_int((int64_t)tuple_size(args[0]));
    if (is_bitstring(args[0]))
        return small_int((int64_t)(bits_size(args[0]) / 8));
    return raise_badarg(p);
}

Term bif_erlang_list_to_tuple_1(Process *p, const Term *args)
{
    ptrdiff_t length = list_length(args[0]);
    Term *elements;
    Term tuple;

    if (length < 0 || length > TUPLE_MAX_SIZE)
        return raise_badarg(p);
    tuple = tuple_new(&p->heap, (size_t)length, &elements);
    for (Term list = args[0]; is_cons(list); list = list_tail(list))
        *elements++ = list_head(list);
    bif_consume(p, length / CELLS_PER_REDUCTION);
    return tuple;
}

Term bif_erlang_tuple_to_list_1(Process *p, const Term *args)
{
    if (!is_tuple(args[0]))
        return raise_badarg(p);
    bif_consume(p, (int64_t)(tuple_size(args[0]) / CELLS_PER_REDUCTION));
    return list_from(&p->heap, tuple_size(args[0]), tuple_elements(args[0]), TERM_NIL);
}

/* NO_TERM if the arity is bad. */
static Term filled_tuple(Process *p, Term arity, Term value)
{
    Term *elements;
    Term tuple;

    if (!is_small(arity) || small_value(arity) < 0 || small_value(arity) > TUPLE_MAX_SIZE)
        return NO_TERM;
    tuple = tuple_new(&p->heap, (size_t)small_value(arity), &elements);
    for (int64_t i = 0; i < small_value(arity); i++)
        elements[i] = value;
    bif_consume(p, small_value(arity) / CELLS_PER_REDUCTION);
    return tuple;
}

Term bif_erlang_make_tuple_2(Process *p, const Term *args)
{
    Term tuple = filled_tuple(p, args[0], args[1]);

    return tuple == NO_TERM ? raise_badarg(p) : tuple;
}

/* make_tuple(Arity, Default, [{Position, Value}]) */
Term bif_erlang_make_tuple_3(Process *p, const Term *args)
{
    Term tuple = filled_tuple(p, args[0], args[1]);
    Term list = args[2];

    if (tuple == NO_TERM)
        return raise_badarg(p);
    for (; is_cons(list); list = list_tail(list)) {
        Term pair = list_head(list);
        size_t position;

        if (!is_tuple_of(pair, 2) || !get_position(tuple_element(pair, 1), tuple_size(tuple), &position))
            return raise_badarg(p);
        tuple_elements(tuple)[position - 1] = tuple_element(pair, 2);
    }
    return is_nil(list) ? tuple : raise_badarg(p);
}

static Term insert_element(Process *p, Term tuple, size_t position, Term value)
{
    size_t size = tuple_size(tuple);
    const Term *from = tuple_elements(tuple);
    Term *elements;
    Term copy;

    if (size == TUPLE_MAX_SIZE)
        return raise_badarg(p);
    copy = tuple_new(&p->heap, size + 1, &elements);
    memcpy(elements, from, (position - 1) * sizeof(Term));
    elements[position - 1] = value;
    memcpy(elements + position, from + position - 1, (size + 1 - position) * sizeof(Term));
    return copy;
}

Term bif_erlang_append_element_2(Process *p, const Term *args)
{
    if (!is_tuple(args[0]))
        return raise_badarg(p);
    return insert_element(p, args[0], tuple_size(args[0]) + 1, args[1]);
}

Term bif_erlang_insert_element_3(Process *p, const Term *args)
{
    size_t position;

    if (!is_tuple(args[1]) || !get_position(args[0], tuple_size(args[1]) + 1, &position))
        return raise_badarg(p);
    return insert_element(p, args[1], position, args[2]);
}

Term bif_erlang_delete_element_2(Process *p, const Term *args)
{
    size_t position, size;
    const Term *from;
    Term *elements;
    Term copy;

    if (!is_tuple(args[1]) || !get_position(args[0], tuple_size(args[1]), &position))
        return raise_badarg(p);
    size = tuple_size(args[1]);
    from = tuple_elements(args[1]);
    copy = tuple_new(&p->heap, size - 1, &elements);
    memcpy(elements, from, (position - 1) * sizeof(Term));
    memcpy(elements + position - 1, from + position, (size - position) * sizeof(Term));
    return copy;
}

/* --- erts_debug --------------------------------------------------------------------------- */

Term bif_erts_debug_same_2(Process *p, const Term *args)
{
    return atom_bool(args[0] == args[1]);
}

Term bif_erts_debug_flat_size_1(Process *p, const Term *args)
{
    size_t words = term_size_words_all(args[0]);

    bif_consume(p, (int64_t)(words / CELLS_PER_REDUCTION));
    return integer_from_u64(&p->heap, words);
}

Term bif_erts_debug_size_shared_1(Process *p, const Term *args)
{
    return integer_from_u64(&p->heap, term_size_words_shared(args[0]));
}

/* Terms never change, so the term itself is a copy that keeps all sharing. */
Term bif_erts_debug_copy_shared_2(Process *p, const Term *args)
{
    return args[0];
}
