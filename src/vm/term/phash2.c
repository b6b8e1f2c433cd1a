/* phash2.c - erlang:phash2: the same number for a term on every node and in every release. */
#include "vm/term/hash.h"

#include "vm/term/atom.h"
#include "vm/term/fun.h"
#include "vm/term/hash_mix.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"
#include "vm/term/word_stack.h"

#define FIRST_NIL_HASH 3468870702u
/* What stock's tag of [] happens to be. */
#define NIL_CODE 2
#define NARROW_BITS 28

/* Pairs of a map are hashed each on its own and combined by xor, since their order must not matter. */
#define MARK_MAP_END WORD_MARK(2)    /* under it: hash and pairs from before the map */

static void add_small(HashWalk *h, int64_t value)
{
    int32_t narrow = (int32_t)value;

    if ((uint64_t)((value >> (NARROW_BITS - 1)) + 1) >= 2) {
        h->hash = hash_mix_limb(h->hash, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
        return;
    }
    if (narrow < 0)
        h->hash = hash_mix(h->hash, (uint32_t)-narrow, SEED_NUMBER);
    h->hash = hash_mix(h->hash, (uint32_t)narrow, SEED_NUMBER);
}

static void add_atom(HashWalk *h, Term atom)
{
    h->hash = h->hash == 0 ? atom_hash(atom) : hash_mix(h->hash, atom_hash(atom), SEED_ATOM);
}

/* Bytes of a list four at a time, up to the first element that is none. */
static void add_list(HashWalk *h, Term list)
{
    unsigned groups = HASH_PART_BYTES / 4;
    uint32_t bytes = 0;
    unsigned count = 0;

    for (; groups > 0 && is_cons(list) && hash_is_byte(list_head(list)); list = list_tail(list)) {
        bytes = bytes << 8 | (uint32_t)small_value(list_head(list));
        if (++count == 4) {
            h->hash = hash_mix(h->hash, bytes, SEED_BYTES);
            bytes = count = 0;
            groups--;
        }
    }
    h->budget -= (HASH_PART_BYTES - 4 * groups) / HASH_BYTES_PER_NODE;
    if (count > 0)
        h->hash = hash_mix(h->hash, bytes, SEED_BYTES);
    if (is_cons(list) && groups > 0) {
        word_stack_push_term(&h->stack, list_tail(list));
        word_stack_push_term(&h->stack, list_head(list));
    } else {
        word_stack_push_term(&h->stack, list);
    }
}

static void add_map(HashWalk *h, Term map)
{
    size_t size = map_size(map);

    h->hash = hash_mix(h->hash, (uint32_t)size, SEED_MAP);
    if (size == 0)
        return;
    word_stack_push_number(&h->stack, h->pairs);
    word_stack_push_number(&h->stack, h->hash);
    word_stack_push(&h->stack, MARK_MAP_END);
    h->hash = h->pairs = 0;
    if (is_hash_map(map)) {
        hash_push_children(&h->stack, map, true);
        return;
    }
    for (size_t i = 0; i < size; i++)
        hash_push_pair(&h->stack, tuple_elements(flat_map(map)->keys)[i], flat_map(map)->values[i], true);
}

static void add_fun(HashWalk *h, Term fun)
{
    const FunIdentity *f = fun_identity(fun);

    h->hash = hash_mix_2(h->hash, (uint32_t)fun_env_size(fun), atom_hash(f->module), SEED_NUMBER);
    h->hash = hash_mix_2(h->hash, f->index, f->old_uniq, SEED_NUMBER);
    word_stack_push_terms(&h->stack, fun_env(fun), fun_env_size(fun));
}

static void add_export(HashWalk *h, Term fun)
{
    const ExportIdentity *e = fun_export_identity(fun);

    h->hash = hash_mix_2(h->hash, e->arity, atom_hash(e->module), SEED_NUMBER);
    h->hash = hash_mix(h->hash, atom_hash(e->function), SEED_FUNCTION);
}

static void add_identifier(HashWalk *h, Term t)
{
    if (is_pid(t)) {
        uint32_t number, serial;
        pid_numbers(t, &number, &serial);
        h->hash = hash_mix(h->hash, number, SEED_PID);
    } else if (is_port(t)) {
        h->hash = hash_mix_64(h->hash, port_numbers(t), SEED_PORT);
    } else {
        uint32_t numbers[REF_MAX_NUMBERS];
        ref_numbers(t, numbers);
        h->hash = hash_mix(h->hash, numbers[0], SEED_REF);
    }
}

static void add_boxed(HashWalk *h, Term t)
{
    uint64_t bits;

    switch (boxed_kind(t)) {
    case BOX_TUPLE:
        h->hash = hash_mix(h->hash, (uint32_t)tuple_size(t), SEED_TUPLE);
        hash_walk_push_elements(h, t);
        return;
    case BOX_FLAT_MAP:
    case BOX_HASH_MAP:
        add_map(h, t);
        return;
    case BOX_HASH_NODE:
        hash_push_children(&h->stack, t, true);
        return;
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        h->hash = hash_mix_big(h->hash, t);
        return;
    case BOX_FLOAT:
        bits = hash_float_bits(t);
        h->hash = hash_mix_2(h->hash, (uint32_t)(bits >> 32), (uint32_t)bits, SEED_FLOAT);
        return;
    case BOX_FUN:
        add_fun(h, t);
        return;
    case BOX_EXPORT:
        add_export(h, t);
        return;
    case BOX_HEAP_BITS:
    case BOX_REFC_BITS:
    case BOX_SUB_BITS:
    case BOX_MATCH_CONTEXT:
        if (hash_is_long(t))
            hash_walk_push_bits(h, t);
        else
            h->hash = hash_mix_bits(h->hash, t);
        return;
    default:
        add_identifier(h, t);
    }
}

static void add(HashWalk *h, Term t)
{
    if (is_cons(t))
        add_list(h, t);
    else if (is_boxed(t))
        add_boxed(h, t);
    else if (is_small(t))
        add_small(h, small_value(t));
    else if (is_atom(t))
        add_atom(h, t);
    else if (is_nil(t))
        h->hash = h->hash == 0 ? FIRST_NIL_HASH : hash_mix(h->hash, NIL_CODE, SEED_NIL);
    else
        add_identifier(h, t);
}

void hash_walk_phash2_step(HashWalk *h)
{
    Word next = word_stack_pop(&h->stack);

    if (next == HASH_PAIR_END) {
        h->pairs ^= h->hash;
        h->hash = 0;
    } else if (next == MARK_MAP_END) {
        h->hash = (uint32_t)word_stack_pop_number(&h->stack);
        h->hash = hash_mix(h->hash, h->pairs, SEED_PAIRS);
        h->pairs = (uint32_t)word_stack_pop_number(&h->stack);
    } else if (next == HASH_ELEMENTS) {
        add(h, hash_walk_next_element(h));
    } else if (next == HASH_BITS) {
        hash_walk_more_bits(h);
    } else {
        add(h, term_from_bits(next));
    }
}

bool hash_walk_phash2(HashWalk *h)
{
    while (h->stack.count > 0) {
        if (--h->budget < 0)
            return false;
        hash_walk_phash2_step(h);
    }
    return true;
}

uint32_t term_phash2(Term t)
{
    HashWalk h;

    hash_walk_start(&h, t);
    hash_walk_phash2(&h);
    hash_walk_free(&h);
    return h.hash;
}
