/* erlang: operators and functions on lists. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"

/* List cells looked at for one reduction. */
#define LENGTH_CELLS 40
#define APPEND_CELLS 40
#define SUBTRACT_CELLS 20
#define FREE_SLOTS_PER_REDUCTION 500

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
static TrapBif append_more = TRAP_BIF(append_step, A_ERLANG, A_APPEND, 3, 3);

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

/* What is yet to be taken away: pairs of an element and how often, in a tuple so that it outlives a
 * collection. Open addressing by hash, at most half full. A free slot holds a value no element can be. */
#define FREE_SLOT make_catch(NULL)
/* Up to here the elements are simply compared one by one. */
#define FEW_ELEMENTS 8

static inline bool same_term(Term a, Term b)
{
    return a == b || term_exact_equal(a, b);
}

/* A bag with room for `count` elements. */
static Term bag_new(Process *p, size_t count)
{
    size_t capacity = 16;
    Term *slots;
    Term bag;

    while (capacity < 2 * count)
        capacity *= 2;
    bag = tuple_new(&p->heap, 2 * capacity, &slots);
    for (size_t i = 0; i < capacity; i++) {
        slots[2 * i] = FREE_SLOT;
        slots[2 * i + 1] = SMALL(0);
    }
    bif_consume(p, (int64_t)(capacity / FREE_SLOTS_PER_REDUCTION));
    return bag;
}

/* The pair of `t`, or the free one where it would be. */
static Term *bag_slot(Term bag, Term t)
{
    Term *slots = tuple_elements(bag);
    size_t mask = tuple_size(bag) / 2 - 1;
    size_t i = term_internal_hash(t, 0) & mask;

    while (slots[2 * i] != FREE_SLOT && !same_term(slots[2 * i], t))
        i = (i + 1) & mask;
    return &slots[2 * i];
}

static void bag_add(Term bag, Term t)
{
    Term *slot = bag_slot(bag, t);

    slot[0] = t;
    slot[1] = small_int(small_value(slot[1]) + 1);
}

/* Takes one occurrence of `t` out. */
static bool bag_take(Term bag, Term t)
{
    Term *slot = bag_slot(bag, t);

    if (slot[1] == SMALL(0))
        return false;
    slot[1] = small_int(small_value(slot[1]) - 1);
    return true;
}

static Term subtract_step(Process *p, const Term *args);
static TrapBif subtract_more = TRAP_BIF(subtract_step, A_ERLANG, A_SUBTRACT, 4, 4);

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
        if (bag_take(bag, list_head(rest)))
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

static Term subtract_fill(Process *p, const Term *args);
static TrapBif fill_more = TRAP_BIF(subtract_fill, A_ERLANG, A_SUBTRACT, 4, 4);

/* subtract_fill(List, Bag, Count, Rest): of the right side, Count elements long, Rest is not in Bag yet. */
static Term subtract_fill(Process *p, const Term *args)
{
    Term bag = args[1], rest = args[3];
    size_t limit = (size_t)MAX(p->reductions_left, 1) * SUBTRACT_CELLS;
    size_t left = limit;

    for (; is_cons(rest) && left > 0; rest = list_tail(rest), left--)
        bag_add(bag, list_head(rest));
    bif_consume(p, (int64_t)((limit - left) / SUBTRACT_CELLS));
    if (is_cons(rest))
        return yield_to_bif(p, &fill_more, (Term[]){args[0], bag, args[2], rest});
    return subtract_step(p, (Term[]){args[0], bag, args[2], TERM_NIL});
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
    if (right_length <= FEW_ELEMENTS && left_length < MAX(p->reductions_left, 1) * SUBTRACT_CELLS) {
        bif_consume(p, left_length / SUBTRACT_CELLS);
        return subtract_few(p, args[0], args[1], (size_t)right_length);
    }
    return subtract_fill(p, (Term[]){args[0], bag_new(p, (size_t)right_length), small_int(right_length), args[1]});
}

Term bif_erlang_subtract_list_2(Process *p, const Term *args)
{
    return subtract(p, args);
}

Term bif_erlang_subtract_2(Process *p, const Term *args)
{
    return subtract(p, args);
}
