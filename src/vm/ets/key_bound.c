#include "vm/ets/key_bound.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/match/match.h"
#include "vm/term/compare.h"

static bool is_wildcard(Term t)
{
    return t == A_UNDERSCORE || match_variable(t) >= 0;
}

/* The key's pattern; A_UNDERSCORE if the head is one variable; NO_TERM if the head fits no object. */
static Term key_pattern(Term head, size_t key_position)
{
    if (is_tuple(head))
        return tuple_size(head) >= key_position ? tuple_element(head, key_position) : NO_TERM;
    return is_wildcard(head) ? A_UNDERSCORE : NO_TERM;
}

static void add_key(KeyBound *bound, Term key)
{
    for (size_t i = 0; i < bound->count; i++)
        if (term_exact_equal(bound->keys[i], key))
            return;
    /* Doubles at powers of two. */
    if ((bound->count & (bound->count - 1)) == 0)
        bound->keys = mem_realloc(MEM_ETS, bound->keys, MAX((size_t)1, 2 * bound->count) * sizeof(Term));
    bound->keys[bound->count++] = key;
}

void key_bound_find(KeyBound *bound, Term specification, size_t key_position)
{
    size_t heads = 0;
    Term partly = NO_TERM;

    memset(bound, 0, sizeof *bound);
    bound->pattern = NO_TERM;
    for (Term l = specification; is_cons(l); l = list_tail(l)) {
        Term key = key_pattern(tuple_element(list_head(l), 1), key_position);

        if (key == NO_TERM)
            continue;
        heads++;
        if (match_has_variable(key))      /* a map without variables is looked up, as on stock */
            partly = key;
        else
            add_key(bound, key);
    }
    if (heads == 0) {
        bound->kind = KEY_NOTHING;
    } else if (partly == NO_TERM) {
        bound->kind = KEY_LIST;
    } else if (heads == 1 && !is_wildcard(partly) && (is_tuple(partly) || is_cons(partly))) {
        bound->kind = KEY_PARTLY;
        bound->pattern = partly;
    } else {
        bound->kind = KEY_ANY;
    }
}

void key_bound_free(KeyBound *bound)
{
    mem_free(MEM_ETS, bound->keys);
    bound->keys = NULL;
}

/* --- order of patterns --------------------------------------------------------------------------- */

typedef struct Pair {
    Term pattern, key;
} Pair;

typedef struct Pairs {
    Pair *items;
    size_t count, capacity;
} Pairs;

static void push_pair(Pairs *pairs, Term pattern, Term key)
{
    if (pairs->count == pairs->capacity) {
        pairs->capacity = MAX((size_t)16, 2 * pairs->capacity);
        pairs->items = mem_realloc(MEM_ETS, pairs->items, pairs->capacity * sizeof(Pair));
    }
    pairs->items[pairs->count++] = (Pair){pattern, key};
}

/* Compares the tops; parts of both are pushed. *unknown: the pattern says no more. */
static int compare_pair(Pairs *pairs, Pair pair, bool *unknown)
{
    if (is_wildcard(pair.pattern) || is_map(pair.pattern)) {
        *unknown = true;
        return 0;
    }
    if (is_cons(pair.pattern) && is_cons(pair.key)) {
        push_pair(pairs, list_tail(pair.pattern), list_tail(pair.key));
        push_pair(pairs, list_head(pair.pattern), list_head(pair.key));
        return 0;
    }
    if (is_tuple(pair.pattern) && is_tuple(pair.key) && tuple_size(pair.pattern) == tuple_size(pair.key)) {
        for (size_t i = tuple_size(pair.pattern); i > 0; i--)
            push_pair(pairs, tuple_element(pair.pattern, i), tuple_element(pair.key, i));
        return 0;
    }
    return term_compare(pair.pattern, pair.key);
}

int key_bound_compare(Term pattern, Term key)
{
    Pairs pairs = {0};
    bool unknown = false;
    int order = 0;

    push_pair(&pairs, pattern, key);
    while (order == 0 && !unknown && pairs.count > 0)
        order = compare_pair(&pairs, pairs.items[--pairs.count], &unknown);
    mem_free(MEM_ETS, pairs.items);
    return order;
}

/* --- select_replace -------------------------------------------------------------------------------- */

/* Is what the body's `made` yields surely what `matched` has matched? `literal`: inside {const, ...}. */
static bool is_same_part(Pairs *pairs, Term matched, Term made, bool literal)
{
    if (is_cons(made)) {
        if (!is_cons(matched))
            return false;
        push_pair(pairs, list_tail(matched), list_tail(made));
        push_pair(pairs, list_head(matched), list_head(made));
        return true;
    }
    if (is_tuple(made)) {
        if (!literal && tuple_size(made) == 2 && tuple_element(made, 1) == A_CONST)
            return !match_has_variable(matched) && !match_has_map(matched) && term_exact_equal(matched, tuple_element(made, 2));
        if (!literal && !(tuple_size(made) == 1 && is_tuple(tuple_element(made, 1))))
            return false;
        if (!literal)
            made = tuple_element(made, 1);
        if (!is_tuple(matched) || tuple_size(matched) != tuple_size(made))
            return false;
        for (size_t i = 1; i <= tuple_size(made); i++)
            push_pair(pairs, tuple_element(matched, i), tuple_element(made, i));
        return true;
    }
    if (!is_immediate(made))
        return !is_map(made) && term_exact_equal(matched, made);
    return matched == made && matched != A_UNDERSCORE && matched != A_DOLLAR_DOLLAR && matched != A_DOLLAR_UNDERSCORE
           && !(literal && match_variable(matched) >= 0);
}

static bool makes_same(Term matched, Term made, bool literal)
{
    Pairs pairs = {0};
    bool same = true;

    push_pair(&pairs, matched, made);
    while (same && pairs.count > 0) {
        Pair pair = pairs.items[--pairs.count];
        same = is_same_part(&pairs, pair.pattern, pair.key, literal);
    }
    mem_free(MEM_ETS, pairs.items);
    return same;
}

/* {element, KeyPosition, '$_'} */
static bool is_key_element(Term t, size_t key_position)
{
    return is_tuple_of(t, 3) && tuple_element(t, 1) == A_ELEMENT && tuple_element(t, 2) == small_int((int64_t)key_position)
           && tuple_element(t, 3) == A_DOLLAR_UNDERSCORE;
}

static bool clause_keeps_key(Term clause, size_t key_position)
{
    Term head = tuple_element(clause, 1);
    Term body = tuple_element(clause, 3);
    Term value, made, matched;
    bool literal;

    if (!is_cons(body) || !is_nil(list_tail(body)))
        return false;
    value = list_head(body);
    if (value == A_DOLLAR_UNDERSCORE)
        return true;
    if (!is_tuple(value) || !is_tuple(head) || tuple_size(head) < key_position)
        return false;
    literal = tuple_size(value) == 2 && tuple_element(value, 1) == A_CONST;
    if (!literal && tuple_size(value) != 1)
        return false;
    made = tuple_element(value, literal ? 2 : 1);
    if (!is_tuple(made) || tuple_size(made) < key_position)
        return false;
    matched = tuple_element(head, key_position);
    made = tuple_element(made, key_position);
    return makes_same(matched, made, literal) || (!literal && is_key_element(made, key_position));
}

bool key_bound_keeps_key(Term specification, size_t key_position)
{
    for (Term l = specification; is_cons(l); l = list_tail(l))
        if (!clause_keeps_key(list_head(l), key_position))
            return false;
    return true;
}
