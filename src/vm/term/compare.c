#include "vm/term/compare.h"

#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/fun.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pair_stack.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* Kinds of terms in their order. */
typedef enum Rank {
    RANK_NUMBER, RANK_ATOM, RANK_REF, RANK_FUN, RANK_PORT, RANK_PID,
    RANK_TUPLE, RANK_MAP, RANK_NIL, RANK_LIST, RANK_BITS
} Rank;

/* Sorted keys and values of a big map, for as long as they are compared. */
typedef struct SortedMap {
    struct SortedMap *next;
    Term keys_and_values[];
} SortedMap;

typedef struct Comparison {
    PairStack stack;
    SortedMap *maps;
} Comparison;

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static const uint8_t box_ranks[BOX_KIND_COUNT] = {
    [BOX_TUPLE] = RANK_TUPLE,
    [BOX_BIG_POSITIVE] = RANK_NUMBER,
    [BOX_BIG_NEGATIVE] = RANK_NUMBER,
    [BOX_FLOAT] = RANK_NUMBER,
    [BOX_FUN] = RANK_FUN,
    [BOX_EXPORT] = RANK_FUN,
    [BOX_REF] = RANK_REF,
    [BOX_MAGIC_REF] = RANK_REF,
    [BOX_HEAP_BITS] = RANK_BITS,
    [BOX_REFC_BITS] = RANK_BITS,
    [BOX_SUB_BITS] = RANK_BITS,
    [BOX_MATCH_CONTEXT] = RANK_BITS,
    [BOX_FLAT_MAP] = RANK_MAP,
    [BOX_HASH_MAP] = RANK_MAP,
    [BOX_HASH_NODE] = RANK_MAP,
    [BOX_EXTERNAL_PID] = RANK_PID,
    [BOX_EXTERNAL_PORT] = RANK_PORT,
    [BOX_EXTERNAL_REF] = RANK_REF,
};

static Rank rank_of(Term t)
{
    if (is_boxed(t))
        return (Rank)box_ranks[boxed_kind(t)];
    if (is_small(t))
        return RANK_NUMBER;
    if (is_cons(t))
        return RANK_LIST;
    if (is_atom(t))
        return RANK_ATOM;
    if (is_nil(t))
        return RANK_NIL;
    return is_local_pid(t) ? RANK_PID : RANK_PORT;
}

/* --- leaves ------------------------------------------------------------------------------- */

static int compare_numbers(Term a, Term b, bool exact)
{
    if (is_float(a)) {
        if (is_float(b))
            return ORDER(float_value(a), float_value(b));
        return exact ? 1 : -integer_compare_double(b, float_value(a));
    }
    if (is_float(b))
        return exact ? -1 : integer_compare_double(a, float_value(b));
    if (are_small(a, b))
        return ORDER(small_value(a), small_value(b));
    return integer_compare(a, b);
}

static int compare_nodes(Term a, Term b)
{
    Term a_node = identifier_node(a), b_node = identifier_node(b);

    if (a_node != b_node)
        return atom_compare(a_node, b_node);
    return ORDER(identifier_creation(a), identifier_creation(b));
}

static int compare_pids(Term a, Term b)
{
    uint32_t a_number, a_serial, b_number, b_serial;

    pid_numbers(a, &a_number, &a_serial);
    pid_numbers(b, &b_number, &b_serial);
    if (a_serial != b_serial)
        return ORDER(a_serial, b_serial);
    if (a_number != b_number)
        return ORDER(a_number, b_number);
    return is_local_pid(a) && is_local_pid(b) ? 0 : compare_nodes(a, b);
}

static int compare_ports(Term a, Term b)
{
    int order = is_local_port(a) && is_local_port(b) ? 0 : compare_nodes(a, b);

    return order ? order : ORDER(port_numbers(a), port_numbers(b));
}

static int compare_refs(Term a, Term b)
{
    int order = is_local_ref(a) && is_local_ref(b) ? 0 : compare_nodes(a, b);
    uint32_t a_numbers[REF_MAX_NUMBERS] = {0}, b_numbers[REF_MAX_NUMBERS] = {0};

    if (order != 0)
        return order;
    ref_numbers(a, a_numbers);
    ref_numbers(b, b_numbers);
    for (int i = REF_MAX_NUMBERS - 1; i >= 0; i--) {
        if (a_numbers[i] != b_numbers[i])
            return ORDER(a_numbers[i], b_numbers[i]);
    }
    return 0;
}

static int compare_export_funs(Term a, Term b)
{
    const ExportIdentity *x = fun_export_identity(a), *y = fun_export_identity(b);

    if (x->module != y->module)
        return atom_compare(x->module, y->module);
    if (x->function != y->function)
        return atom_compare(x->function, y->function);
    return ORDER(x->arity, y->arity);
}

/* --- what has parts ------------------------------------------------------------------------- */

static int compare_funs(Comparison *c, Term a, Term b, bool exact)
{
    const FunIdentity *x, *y;

    if (boxed_kind(a) != boxed_kind(b))
        return boxed_kind(a) == BOX_FUN ? -1 : 1;
    if (boxed_kind(a) == BOX_EXPORT)
        return compare_export_funs(a, b);
    x = fun_identity(a);
    y = fun_identity(b);
    if (x->module != y->module)
        return atom_compare(x->module, y->module);
    if (x->index != y->index)
        return ORDER(x->index, y->index);
    if (x->old_uniq != y->old_uniq)
        return ORDER(x->old_uniq, y->old_uniq);
    if (fun_env_size(a) != fun_env_size(b))
        return ORDER(fun_env_size(a), fun_env_size(b));
    pair_stack_push(&c->stack, fun_env(a), fun_env(b), fun_env_size(a), exact);
    return 0;
}

static int compare_tuples(Comparison *c, Term a, Term b, bool exact)
{
    size_t size = tuple_size(a);

    if (size != tuple_size(b))
        return ORDER(size, tuple_size(b));
    pair_stack_push(&c->stack, tuple_elements(a), tuple_elements(b), size, exact);
    return 0;
}

/* All keys, then all values, in the order of the keys. */
static const Term *sort_map(Comparison *c, Term map, size_t size)
{
    SortedMap *sorted = mem_alloc(MEM_SYSTEM, sizeof *sorted + 2 * size * sizeof(Term));
    Term *pairs = mem_alloc(MEM_SYSTEM, 2 * size * sizeof(Term));

    map_sorted_pairs(map, pairs);
    for (size_t i = 0; i < size; i++) {
        sorted->keys_and_values[i] = pairs[2 * i];
        sorted->keys_and_values[size + i] = pairs[2 * i + 1];
    }
    mem_free(MEM_SYSTEM, pairs);
    sorted->next = c->maps;
    c->maps = sorted;
    return sorted->keys_and_values;
}

/* First by size, then by all keys, which are always compared exactly, then by all values. */
static int compare_maps(Comparison *c, Term a, Term b, bool exact)
{
    size_t size = map_size(a);

    if (size != map_size(b))
        return ORDER(size, map_size(b));
    if (size == 0)
        return 0;
    if (is_flat_map(a)) {
        pair_stack_push(&c->stack, flat_map(a)->values, flat_map(b)->values, size, exact);
        if (flat_map(a)->keys != flat_map(b)->keys)
            pair_stack_push(&c->stack, tuple_elements(flat_map(a)->keys), tuple_elements(flat_map(b)->keys), size, true);
    } else {
        const Term *x = sort_map(c, a, size), *y = sort_map(c, b, size);
        pair_stack_push(&c->stack, x + size, y + size, size, exact);
        pair_stack_push(&c->stack, x, y, size, true);
    }
    return 0;
}

/* Goes along both lists while their elements are identical. */
static int compare_lists(Comparison *c, Term a, Term b, bool exact)
{
    for (;;) {
        const Term *x = cons_cell(a), *y = cons_cell(b);
        if (x[0] != y[0]) {
            if (are_small(x[0], y[0]))
                return ORDER(small_value(x[0]), small_value(y[0]));
            pair_stack_push(&c->stack, x, y, 2, exact);
            return 0;
        }
        a = x[1];
        b = y[1];
        if (a == b)
            return 0;
        if (!is_cons(a) || !is_cons(b)) {
            pair_stack_push(&c->stack, x + 1, y + 1, 1, exact);
            return 0;
        }
    }
}

/* The order of two terms that are not identical; where their parts decide it, 0, and these are pushed. */
static int compare_step(Comparison *c, Term a, Term b, bool exact)
{
    Rank rank = rank_of(a);

    if (rank != rank_of(b))
        return rank < rank_of(b) ? -1 : 1;
    switch (rank) {
    case RANK_NUMBER:
        return compare_numbers(a, b, exact);
    case RANK_ATOM:
        return atom_compare(a, b);
    case RANK_REF:
        return compare_refs(a, b);
    case RANK_FUN:
        return compare_funs(c, a, b, exact);
    case RANK_PORT:
        return compare_ports(a, b);
    case RANK_PID:
        return compare_pids(a, b);
    case RANK_TUPLE:
        return compare_tuples(c, a, b, exact);
    case RANK_MAP:
        return compare_maps(c, a, b, exact);
    case RANK_LIST:
        return compare_lists(c, a, b, exact);
    case RANK_NIL:
        return 0;
    default:
        return bits_compare(a, b);
    }
}

static int compare(Term a, Term b, bool exact)
{
    Comparison c;
    int order;

    if (is_atom(a) && is_atom(b))
        return atom_compare(a, b);
    c.maps = NULL;
    pair_stack_init(&c.stack);
    order = compare_step(&c, a, b, exact);
    if (order != 0 && !c.maps)
        return order;
    while (order == 0 && pair_stack_next(&c.stack, &a, &b, &exact)) {
        if (are_small(a, b))
            order = ORDER(small_value(a), small_value(b));
        else if (is_atom(a) && is_atom(b))
            order = atom_compare(a, b);
        else
            order = compare_step(&c, a, b, exact);
    }
    pair_stack_free(&c.stack);
    while (c.maps) {
        SortedMap *next = c.maps->next;
        mem_free(MEM_SYSTEM, c.maps);
        c.maps = next;
    }
    return order;
}

/* Most tuples that are compared, keys above all, are of one size and differ first in integers or atoms: told without a
 * stack. */
static inline __attribute__((always_inline)) int compare_or_glance(Term a, Term b, bool exact)
{
    while (is_boxed(a) && is_boxed(b)) {
        const Term *x = (const Term *)boxed(a), *y = (const Term *)boxed(b);
        Word header = boxed_header(a);
        size_t last = header_words(header), i = 1;

        if (header != boxed_header(b) || header_kind(header) != BOX_TUPLE)
            break;
        while (i <= last && x[i] == y[i])
            i++;
        if (i > last)
            return 0;
        if (are_small(x[i], y[i]))
            return (int64_t)term_bits(x[i]) < (int64_t)term_bits(y[i]) ? -1 : 1;
        if (is_atom(x[i]) && is_atom(y[i]))
            return atom_compare(x[i], y[i]);
        if (i < last)
            break;
        a = x[i];
        b = y[i];
    }
    return compare(a, b, exact);
}

int term_compare_slow(Term a, Term b) { return compare_or_glance(a, b, false); }
int term_compare_exact_slow(Term a, Term b) { return compare_or_glance(a, b, true); }
