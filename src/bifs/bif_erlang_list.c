/* erlang: operators and functions on lists. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"

/* List cells looked at for one reduction. */
#define LENGTH_CELLS 40
#define APPEND_CELLS 40
#define SUBTRACT_CELLS 20

Term bif_erlang_hd_1(Process *p, const Term *args)
{
    return is_cons(args[0]) ? list_head(args[0]) : raise_badarg(p);
}

Term bif_erlang_tl_1(Process *p, const Term *args)
{
    return is_cons(args[0]) ? list_tail(args[0]) : raise_badarg(p);
}

/* A guard: it cannot yield, but the walk is paid for. */
Term bif_erlang_length_1(Process *p, const Term *args)
{
    ptrdiff_t length = list_length(args[0]);

    if (length < 0)
        return raise_badarg(p);
    bif_consume(p, length / LENGTH_CELLS);
    return small_int(length);
}

/* --- ++ ----------------------------------------------------------------------------------- */

/* `count` cells with the heads of `list`, the last one with `tail`. */
static Term copy_cells(Heap *heap, Term list, size_t count, Term tail)
{
    Word *cells = heap_alloc(heap, 2 * count);

    for (size_t i = 0; i < count; i++, list = list_tail(list)) {
        cells[2 * i] = term_bits(list_head(list));
        cells[2 * i + 1] = term_bits(make_cons(cells + 2 * i + 2));
    }
    cells[2 * count - 1] = term_bits(tail);
    return make_cons(cells);
}

static Term append_step(Process *p, const Term *args);
static TrapBif append_more = TRAP_BIF(append_step, A_APPEND, 3);

/* Long lists: append_step(Rest, Right, Reversed). Rest goes to Reversed, then back onto Right. */
static Term append_step(Process *p, const Term *args)
{
    Term rest = args[0], right = args[1], reversed = args[2];
    size_t limit = (size_t)MAX(p->reductions_left, 1) * APPEND_CELLS;
    size_t left = limit;

    for (; is_cons(rest) && left > 0; rest = list_tail(rest), left--)
        reversed = cons(&p->heap, list_head(rest), reversed);
    if (!is_cons(rest)) {
        for (; is_cons(reversed) && left > 0; reversed = list_tail(reversed), left--)
            right = cons(&p->heap, list_head(reversed), right);
    }
    bif_consume(p, (int64_t)((limit - left) / APPEND_CELLS));
    if (is_cons(rest) || is_cons(reversed))
        return yield_to_bif(p, &append_more, (Term[]){rest, right, reversed});
    return right;
}

static Term append(Process *p, const Term *args)
{
    Term list = args[0];
    ptrdiff_t length;

    if (is_nil(list))
        return args[1];
    length = list_length(list);
    if (length < 0)
        return raise_badarg(p);
    if (is_nil(args[1]))
        return list;
    if (length / APPEND_CELLS > MAX(p->reductions_left, 1))
        return append_step(p, (Term[]){list, args[1], TERM_NIL});
    bif_consume(p, length / APPEND_CELLS);
    return copy_cells(&p->heap, list, (size_t)length, args[1]);
}

Term bif_erlang_append_list_2(Process *p, const Term *args)
{
    return append(p, args);
}

Term bif_erlang_append_2(Process *p, const Term *args)
{
    return append(p, args);
}

/* --- -- ----------------------------------------------------------------------------------- */

/* What is yet to be taken away: open addressing by hash in a tuple, at most half full, so that it
 * outlives a collection. Free and emptied slots hold values no list element can be. */
#define FREE_SLOT make_catch(NULL)
#define EMPTIED_SLOT make_catch((void *)8)
/* Up to here the elements are simply compared one by one. */
#define FEW_ELEMENTS 8

static inline bool same_term(Term a, Term b)
{
    return a == b || term_exact_equal(a, b);
}

static Term make_bag(Process *p, Term list, size_t count)
{
    size_t capacity = 16;
    Term *slots;
    Term bag;

    while (capacity < 2 * count)
        capacity *= 2;
    bag = tuple_new(&p->heap, capacity, &slots);
    for (size_t i = 0; i < capacity; i++)
        slots[i] = FREE_SLOT;
    for (; is_cons(list); list = list_tail(list)) {
        size_t i = term_internal_hash(list_head(list), 0);
        while (slots[i & (capacity - 1)] != FREE_SLOT)
            i++;
        slots[i & (capacity - 1)] = list_head(list);
    }
    return bag;
}

/* Takes one occurrence of `t` out. */
static bool take_from_bag(Term bag, Term t)
{
    Term *slots = tuple_elements(bag);
    size_t mask = tuple_size(bag) - 1;
    size_t i = term_internal_hash(t, 0);

    for (; slots[i & mask] != FREE_SLOT; i++) {
        if (slots[i & mask] != EMPTIED_SLOT && same_term(slots[i & mask], t)) {
            slots[i & mask] = EMPTIED_SLOT;
            return true;
        }
    }
    return false;
}

static Term subtract_step(Process *p, const Term *args);
static TrapBif subtract_more = TRAP_BIF(subtract_step, A_SUBTRACT, 4);

static Term reverse_onto(Heap *heap, Term list, Term tail)
{
    for (; is_cons(list); list = list_tail(list))
        tail = cons(heap, list_head(list), tail);
    return tail;
}

/* subtract_step(Rest, Bag, Count, Kept): Count elements are in Bag, Kept is reversed. */
static Term subtract_step(Process *p, const Term *args)
{
    Term rest = args[0], bag = args[1], kept = args[3];
    int64_t count = small_value(args[2]);
    size_t limit = (size_t)MAX(p->reductions_left, 1) * SUBTRACT_CELLS;
    size_t left = limit;

    for (; is_cons(rest) && count > 0 && left > 0; rest = list_tail(rest), left--) {
        if (take_from_bag(bag, list_head(rest)))
            count--;
        else
            kept = cons(&p->heap, list_head(rest), kept);
    }
    bif_consume(p, (int64_t)((limit - left) / SUBTRACT_CELLS));
    if (is_cons(rest) && count > 0)
        return yield_to_bif(p, &subtract_more, (Term[]){rest, bag, small_int(count), kept});
    if (is_cons(kept) && is_cons(list_tail(kept)))
        return append_step(p, (Term[]){TERM_NIL, rest, kept});
    return reverse_onto(&p->heap, kept, rest);
}

/* A short right side: compares one by one. */
static Term subtract_few(Process *p, Term list, Term right, size_t count)
{
    Term wanted[FEW_ELEMENTS];
    Term kept = TERM_NIL;

    for (size_t i = 0; i < count; i++, right = list_tail(right))
        wanted[i] = list_head(right);
    for (; is_cons(list) && count > 0; list = list_tail(list)) {
        Term head = list_head(list);
        size_t i = 0;

        while (i < count && !same_term(wanted[i], head))
            i++;
        if (i < count)
            wanted[i] = wanted[--count];
        else
            kept = cons(&p->heap, head, kept);
    }
    return reverse_onto(&p->heap, kept, list);
}

static Term subtract(Process *p, const Term *args)
{
    ptrdiff_t left_length = list_length(args[0]);
    ptrdiff_t right_length = list_length(args[1]);

    if (left_length < 0 || right_length < 0)
        return raise_badarg(p);
    if (left_length == 0 || right_length == 0)
        return args[0];
    bif_consume(p, right_length / SUBTRACT_CELLS);
    if (right_length <= FEW_ELEMENTS && left_length < MAX(p->reductions_left, 1) * SUBTRACT_CELLS) {
        bif_consume(p, left_length / SUBTRACT_CELLS);
        return subtract_few(p, args[0], args[1], (size_t)right_length);
    }
    return subtract_step(p, (Term[]){args[0], make_bag(p, args[1], (size_t)right_length), small_int(right_length),
                                     TERM_NIL});
}

Term bif_erlang_subtract_list_2(Process *p, const Term *args)
{
    return subtract(p, args);
}

Term bif_erlang_subtract_2(Process *p, const Term *args)
{
    return subtract(p, args);
}
