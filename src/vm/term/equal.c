/* equal.c - equality of terms: cheaper than their order, because sizes decide first and big maps are
 * compared as they lie. */
#include "vm/term/compare.h"

#include <string.h>

#include "vm/term/bits.h"
#include "vm/term/fun.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pair_stack.h"

/* Two terms of kinds that compare by value, but not alike: an integer and a float. */
static bool mixed_numbers_equal(Term a, Term b)
{
    if (!is_number(a) || !is_number(b))
        return false;
    if (is_float(a))
        return is_integer(b) && integer_compare_double(b, float_value(a)) == 0;
    return is_integer(a) && is_float(b) && integer_compare_double(a, float_value(b)) == 0;
}

static bool raw_words_equal(Term a, Term b)
{
    return memcmp(boxed(a), boxed(b), (header_words(boxed_header(a)) + 1) * sizeof(Word)) == 0;
}

/* Keys of equal maps are always equal exactly, so tries of the same keys have the same shape; leaves
 * [K|V] are compared with the key apart. */
static bool push_children(PairStack *stack, Term a, Term b, bool exact)
{
    const Term *x, *y;
    size_t count = map_node_children(a, &x);

    if (map_node_children(b, &y) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (x[i] == y[i])
            continue;
        if (is_cons(x[i]) != is_cons(y[i]))
            return false;
        if (is_cons(x[i])) {
            pair_stack_push(stack, cons_cell(x[i]) + 1, cons_cell(y[i]) + 1, 1, exact);
            pair_stack_push(stack, cons_cell(x[i]), cons_cell(y[i]), 1, true);
        } else {
            pair_stack_push(stack, &x[i], &y[i], 1, exact);
        }
    }
    return true;
}

static bool flat_maps_step(PairStack *stack, Term a, Term b, bool exact)
{
    size_t size = flat_map_size(a);

    if (size != flat_map_size(b))
        return false;
    pair_stack_push(stack, flat_map(a)->values, flat_map(b)->values, size, exact);
    if (flat_map(a)->keys != flat_map(b)->keys)
        pair_stack_push(stack, tuple_elements(flat_map(a)->keys), tuple_elements(flat_map(b)->keys), size, true);
    return true;
}

static bool funs_step(PairStack *stack, Term a, Term b, bool exact)
{
    if (fun_identity(a) != fun_identity(b) || fun_env_size(a) != fun_env_size(b))
        return false;
    pair_stack_push(stack, fun_env(a), fun_env(b), fun_env_size(a), exact);
    return true;
}

/* Most tuples that differ do so in an immediate, which needs nothing pushed. */
static bool tuples_step(PairStack *stack, Term a, Term b, bool exact)
{
    const Term *x = tuple_elements(a), *y = tuple_elements(b);
    size_t size = tuple_size(a);
    size_t i = 0;

    if (boxed_header(a) != boxed_header(b))
        return false;
    while (i < size && x[i] == y[i])
        i++;
    if (i == size)
        return true;
    if (is_immediate(x[i]) && is_immediate(y[i]))
        return false;
    pair_stack_push(stack, x + i, y + i, size - i, exact);
    return true;
}

/* Both boxed and of the same kind. */
static bool boxed_step(PairStack *stack, Term a, Term b, bool exact)
{
    switch (boxed_kind(a)) {
    case BOX_TUPLE:
        return tuples_step(stack, a, b, exact);
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        return boxed_header(a) == boxed_header(b) && raw_words_equal(a, b);
    case BOX_FLOAT:
        return float_value(a) == float_value(b);
    case BOX_FUN:
        return funs_step(stack, a, b, exact);
    case BOX_EXPORT:
        return boxed(a)[1] == boxed(b)[1];
    case BOX_FLAT_MAP:
        return flat_maps_step(stack, a, b, exact);
    case BOX_HASH_MAP:
        return map_size(a) == map_size(b) && push_children(stack, a, b, exact);
    case BOX_HASH_NODE:
        return push_children(stack, a, b, exact);
    case BOX_HEAP_BITS:
    case BOX_REFC_BITS:
    case BOX_SUB_BITS:
    case BOX_MATCH_CONTEXT:
        return bits_equal(a, b);
    default:   /* references and identifiers of other nodes */
        return term_compare_exact(a, b) == 0;
    }
}

/* Goes along both lists while their elements are identical. */
static bool lists_step(PairStack *stack, Term a, Term b, bool exact)
{
    for (;;) {
        const Term *x = cons_cell(a), *y = cons_cell(b);
        if (x[0] != y[0]) {
            if (is_immediate(x[0]) && is_immediate(y[0]))
                return false;
            pair_stack_push(stack, x, y, 2, exact);
            return true;
        }
        a = x[1];
        b = y[1];
        if (a == b)
            return true;
        if (!is_cons(a) || !is_cons(b)) {
            pair_stack_push(stack, x + 1, y + 1, 1, exact);
            return true;
        }
    }
}

/* Of two terms that are not identical: false if they differ; what is left to compare was pushed. */
static bool equal_step(PairStack *stack, Term a, Term b, bool exact)
{
    if (is_cons(a))
        return is_cons(b) && lists_step(stack, a, b, exact);
    if (!is_boxed(a) || !is_boxed(b))
        return !exact && mixed_numbers_equal(a, b);
    if (boxed_kind(a) == boxed_kind(b))
        return boxed_step(stack, a, b, exact);
    if (is_bitstring(a))
        return is_bitstring(b) && bits_equal(a, b);
    if (is_local_ref(a))
        return is_local_ref(b) && term_compare_exact(a, b) == 0;
    return !exact && mixed_numbers_equal(a, b);
}

static bool equal(Term a, Term b, bool exact)
{
    PairStack stack;
    bool same;

    pair_stack_init(&stack);
    same = equal_step(&stack, a, b, exact);
    while (same && pair_stack_next(&stack, &a, &b, &exact))
        same = !(is_immediate(a) && is_immediate(b)) && equal_step(&stack, a, b, exact);
    pair_stack_free(&stack);
    return same;
}

/* Most pairs of tuples differ in size or in an immediate, and keys of maps are compared one after the other: told
 * without a stack. So are bitstrings. */
typedef enum Glance { GLANCE_DIFFERENT, GLANCE_SAME, GLANCE_UNKNOWN } Glance;

static inline Glance glance_at_tuples(Term a, Term b)
{
    const Term *x, *y;
    size_t size;

    if (!is_tuple(a) || !is_boxed(b))
        return GLANCE_UNKNOWN;
    if (boxed_header(a) != boxed_header(b))
        return GLANCE_DIFFERENT;
    x = tuple_elements(a);
    y = tuple_elements(b);
    size = tuple_size(a);
    for (size_t i = 0; i < size; i++)
        if (x[i] != y[i])
            return is_immediate(x[i]) && is_immediate(y[i]) ? GLANCE_DIFFERENT : GLANCE_UNKNOWN;
    return GLANCE_SAME;
}

static bool equal_or_same(Term a, Term b, bool exact)
{
    Glance glance;

    if (is_bitstring(a) && is_bitstring(b))
        return bits_equal(a, b);
    glance = glance_at_tuples(a, b);
    return glance == GLANCE_UNKNOWN ? a == b || equal(a, b, exact) : glance == GLANCE_SAME;
}

bool term_equal_slow(Term a, Term b) { return equal_or_same(a, b, false); }
bool term_exact_equal_slow(Term a, Term b) { return equal_or_same(a, b, true); }
