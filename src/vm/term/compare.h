/* compare.h - the order of all terms, and equality.
 *
 *     number < atom < reference < fun < port < pid < tuple < map < nil < list < bitstring
 *
 * Numbers compare by value, exactly, also integers with floats: 1 == 1.0. The exact order, which map keys have,
 * puts every integer before every float. Terms may be of any depth. */
#ifndef LING_COMPARE_H
#define LING_COMPARE_H

#include "vm/term/term.h"

int term_compare_slow(Term a, Term b);
int term_compare_exact_slow(Term a, Term b);
bool term_equal_slow(Term a, Term b);
bool term_exact_equal_slow(Term a, Term b);

/* <0, 0, >0: the order of < and ==. */
static inline int term_compare(Term a, Term b)
{
    if (a == b)
        return 0;
    if (are_small(a, b))
        return small_value(a) < small_value(b) ? -1 : 1;
    return term_compare_slow(a, b);
}

/* The same where 1 and 1.0 are different: 0 means =:=. */
static inline int term_compare_exact(Term a, Term b)
{
    if (a == b)
        return 0;
    if (are_small(a, b))
        return small_value(a) < small_value(b) ? -1 : 1;
    return term_compare_exact_slow(a, b);
}

/* a == b */
static inline bool term_equal(Term a, Term b)
{
    return a == b || (!(is_immediate(a) && is_immediate(b)) && term_equal_slow(a, b));
}

/* a =:= b */
static inline bool term_exact_equal(Term a, Term b)
{
    return a == b || (!is_immediate(a) && !is_immediate(b) && term_exact_equal_slow(a, b));
}

#endif
