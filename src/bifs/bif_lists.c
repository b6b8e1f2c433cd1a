/* lists: member, reverse and the searches by key. */
#include "bifs.h"
#include "vm/term/compare.h"

/* List cells looked at for one reduction. */
#define MEMBER_CELLS 16
#define REVERSE_CELLS 40
#define KEY_CELLS 10

/* Cells this turn has time for. */
static size_t cells_left(const Process *p, size_t cells_per_reduction)
{
    return (size_t)MAX(p->reductions_left, 1) * cells_per_reduction;
}

/* --- member/2 ----------------------------------------------------------------------------- */

static TrapBif member_more = TRAP_BIF(bif_lists_member_2, A_LISTS, A_MEMBER, 2, 2);

Term bif_lists_member_2(Process *p, const Term *args)
{
    Term wanted = args[0], list = args[1];
    bool is_plain = is_immediate(wanted);
    size_t limit = cells_left(p, MEMBER_CELLS);
    size_t left = limit;

    for (; is_cons(list) && left > 0; list = list_tail(list), left--) {
        Term head = list_head(list);
        if (head == wanted || (!is_plain && term_exact_equal(head, wanted))) {
            bif_consume(p, (int64_t)((limit - left) / MEMBER_CELLS));
            return A_TRUE;
        }
    }
    bif_consume(p, (int64_t)((limit - left) / MEMBER_CELLS));
    if (is_cons(list))
        return yield_to_bif(p, &member_more, (Term[]){wanted, list});
    return is_nil(list) ? A_FALSE : raise_badarg(p);
}

/* --- reverse/2 ---------------------------------------------------------------------------- */

static TrapBif reverse_more = TRAP_BIF(bif_lists_reverse_2, A_LISTS, A_REVERSE, 2, 2);

/* Puts up to `count` elements before *result, for which there is room; the rest of the list. */
static inline Term reverse_some(Heap *heap, Term list, size_t count, Term *result, size_t *left)
{
    Term *cell = (Term *)heap->top;
    Term done = *result;
    size_t i = 0;

    for (; i < count && is_cons(list); i++) {
        cell[0] = list_head(list);
        cell[1] = done;
        done = make_cons((Word *)cell);
        cell += 2;
        list = list_tail(list);
    }
    heap->top = (Word *)cell;
    *result = done;
    *left -= i;
    return list;
}

Term bif_lists_reverse_2(Process *p, const Term *args)
{
    Term list = args[0], result = args[1];
    size_t limit = cells_left(p, REVERSE_CELLS);
    size_t left = limit;

    while (is_cons(list) && left > 0) {
        list = reverse_some(&p->heap, list, MIN(left, heap_room(&p->heap) / 2), &result, &left);
        if (is_cons(list) && left > 0) {       /* one more, which takes a fragment */
            result = cons(&p->heap, list_head(list), result);
            list = list_tail(list);
            left--;
        }
    }
    bif_consume(p, (int64_t)((limit - left) / REVERSE_CELLS));
    if (is_cons(list))
        return yield_to_bif(p, &reverse_more, (Term[]){list, result});
    return is_nil(list) ? result : raise_badarg(p);
}

/* --- keyfind/3, keysearch/3, keymember/3 -------------------------------------------------- */

/* The first tuple with the key; A_FALSE; NO_TERM: raised, or goes on with `more`. */
static Term key_search(Process *p, const Term *args, TrapBif *more)
{
    Term key = args[0], list = args[2];
    size_t limit = cells_left(p, KEY_CELLS);
    size_t left = limit;
    size_t position;

    if (!is_small(args[1]) || small_value(args[1]) < 1 || !fits_stock_small(small_value(args[1])))
        return raise_badarg(p);
    position = (size_t)small_value(args[1]);
    for (; is_cons(list) && left > 0; list = list_tail(list), left--) {
        Term t = list_head(list);
        if (is_tuple(t) && position <= tuple_size(t) && term_equal(key, tuple_element(t, position))) {
            bif_consume(p, (int64_t)((limit - left) / KEY_CELLS));
            return t;
        }
    }
    bif_consume(p, (int64_t)((limit - left) / KEY_CELLS));
    if (is_cons(list))
        return yield_to_bif(p, more, (Term[]){key, args[1], list});
    return is_nil(list) ? A_FALSE : raise_badarg(p);
}

static TrapBif keyfind_more = TRAP_BIF(bif_lists_keyfind_3, A_LISTS, A_KEYFIND, 3, 3);
static TrapBif keysearch_more = TRAP_BIF(bif_lists_keysearch_3, A_LISTS, A_KEYSEARCH, 3, 3);
static TrapBif keymember_more = TRAP_BIF(bif_lists_keymember_3, A_LISTS, A_KEYMEMBER, 3, 3);

Term bif_lists_keyfind_3(Process *p, const Term *args)
{
    return key_search(p, args, &keyfind_more);
}

Term bif_lists_keysearch_3(Process *p, const Term *args)
{
    Term found = key_search(p, args, &keysearch_more);

    return found == NO_TERM || found == A_FALSE ? found : tuple_2(&p->heap, A_VALUE, found);
}

Term bif_lists_keymember_3(Process *p, const Term *args)
{
    Term found = key_search(p, args, &keymember_more);

    return found == NO_TERM || found == A_FALSE ? found : A_TRUE;
}
