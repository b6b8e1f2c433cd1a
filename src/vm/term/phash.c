/* phash.c - erlang:phash: the oldest portable hash, kept for data that was hashed with it. */
#include "vm/term/hash.h"

#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/fun.h"
#include "vm/term/hash_mix.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"
#include "vm/term/word_stack.h"

/* Primes just above 2^28. */
enum {
    PRIME_1 = 268440163, PRIME_2 = 268439161, PRIME_3 = 268435459, PRIME_4 = 268436141, PRIME_5 = 268438633,
    PRIME_6 = 268437017, PRIME_8 = 268437511, PRIME_9 = 268439627, PRIME_10 = 268440479, PRIME_11 = 268440577,
    PRIME_12 = 268440581, PRIME_13 = 268440593, PRIME_14 = 268440611
};

#define MARK_TAIL WORD_MARK(1)         /* over it: the tail of a list */
#define MARK_LIST_END WORD_MARK(2)
#define MARK_TUPLE_END WORD_MARK(3)    /* under it: the size */
#define MARK_MAP WORD_MARK(10)         /* over it: what phash2 has pushed; under it: the hash from before the map */

static void add_bytes_of(HashWalk *h, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        h->hash = h->hash * PRIME_2 + (uint8_t)value;
        value >>= 8;
    }
}

/* The last limb counts with four bytes if it needs no more. */
static void add_magnitude(HashWalk *h, const uint64_t *limbs, size_t count, bool negative)
{
    for (size_t i = 0; i + 1 < count; i++)
        add_bytes_of(h, limbs[i], 8);
    add_bytes_of(h, limbs[count - 1], limbs[count - 1] >> 32 ? 8 : 4);
    h->hash *= negative ? PRIME_4 : PRIME_3;
}

static void add_u32(HashWalk *h, uint32_t x, uint32_t prime)
{
    for (unsigned i = 0; i < 4; i++) {
        h->hash = h->hash * prime + (x & 0xff);
        x >>= 8;
    }
}

/* A bitstring from `offset` on, or a part of it; what is left goes on the stack. */
static void add_bits(HashWalk *h, Term t, size_t offset)
{
    BitsView view = bits_view_of(t);
    size_t size = view.bit_size / 8;
    size_t end = MIN(size, offset + HASH_PART_BYTES);
    unsigned last_bits = view.bit_size % 8;

    for (size_t i = offset; i < end; i++)
        h->hash = h->hash * PRIME_1 + bits_view_byte(&view, i);
    h->budget -= (int64_t)(end - offset) / HASH_BYTES_PER_NODE;
    if (end < size) {
        word_stack_push_term(&h->stack, t);
        word_stack_push_number(&h->stack, end);
        word_stack_push(&h->stack, HASH_BITS);
        return;
    }
    if (last_bits > 0) {
        uint32_t last = bits_view_byte(&view, size) >> (8 - last_bits);
        h->hash = (h->hash * PRIME_1 + last) * PRIME_12 + last_bits;
    }
    h->hash = h->hash * PRIME_4 + (uint32_t)size;
}

static void add_identifier(HashWalk *h, Term t)
{
    if (is_pid(t)) {
        uint32_t number, serial;
        pid_numbers(t, &number, &serial);
        add_u32(h, number, PRIME_5);
        h->hash *= PRIME_6;
    } else if (is_port(t)) {
        uint64_t number = port_numbers(t);
        if (number >> 32)
            add_u32(h, (uint32_t)(number >> 32), PRIME_11);
        add_u32(h, (uint32_t)number, PRIME_9);
        h->hash *= PRIME_10;
    } else {
        uint32_t numbers[REF_MAX_NUMBERS];
        ref_numbers(t, numbers);
        add_u32(h, numbers[0], PRIME_9);
        h->hash *= PRIME_10;
    }
}

static void add_fun(HashWalk *h, Term t)
{
    const FunIdentity *f = fun_identity(t);

    h->hash = h->hash * PRIME_10 + (uint32_t)fun_env_size(t);
    h->hash = h->hash * PRIME_1 + atom_hash(f->module);
    h->hash = h->hash * PRIME_2 + f->index;
    h->hash = h->hash * PRIME_2 + f->old_uniq;
    word_stack_push_terms(&h->stack, fun_env(t), fun_env_size(t));
}

static void add_export(HashWalk *h, Term t)
{
    const ExportIdentity *e = fun_export_identity(t);

    h->hash = h->hash * PRIME_11 + e->arity;
    h->hash = h->hash * PRIME_1 + atom_hash(e->module);
    h->hash = h->hash * PRIME_1 + atom_hash(e->function);
}

/* Maps are newer than phash: they are hashed by phash2. */
static void start_map(HashWalk *h, Term map)
{
    word_stack_push_number(&h->stack, h->hash);
    word_stack_push(&h->stack, MARK_MAP);
    word_stack_push_term(&h->stack, map);
    h->hash = 0;
    h->in_map = true;
}

static void end_map(HashWalk *h)
{
    uint32_t before = (uint32_t)word_stack_pop_number(&h->stack);

    h->hash = before * PRIME_13 + PRIME_14 + h->hash;
    h->in_map = false;
}

static void add_boxed(HashWalk *h, Term t)
{
    uint64_t bits;

    switch (boxed_kind(t)) {
    case BOX_TUPLE:
        word_stack_push_number(&h->stack, tuple_size(t));
        word_stack_push(&h->stack, MARK_TUPLE_END);
        hash_walk_push_elements(h, t);
        return;
    case BOX_FLAT_MAP:
    case BOX_HASH_MAP:
        start_map(h, t);
        return;
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        add_magnitude(h, big_limbs(t), big_limb_count(t), big_is_negative(t));
        return;
    case BOX_FLOAT:
        bits = hash_float_bits(t);
        h->hash = h->hash * PRIME_6 + ((uint32_t)bits ^ (uint32_t)(bits >> 32));
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
        add_bits(h, t, 0);
        return;
    default:
        add_identifier(h, t);
    }
}

static void add_list(HashWalk *h, Term list)
{
    unsigned left = HASH_PART_BYTES;

    for (; left > 0 && is_cons(list) && hash_is_byte(list_head(list)); list = list_tail(list), left--)
        h->hash = h->hash * PRIME_2 + (uint32_t)small_value(list_head(list));
    h->budget -= (HASH_PART_BYTES - left) / HASH_BYTES_PER_NODE;
    if (left == 0 && is_cons(list)) {
        word_stack_push_term(&h->stack, list);
    } else if (is_cons(list)) {
        word_stack_push_term(&h->stack, list_tail(list));
        word_stack_push(&h->stack, MARK_TAIL);
        word_stack_push_term(&h->stack, list_head(list));
    } else {
        word_stack_push(&h->stack, MARK_LIST_END);
        word_stack_push_term(&h->stack, list);
    }
}

static void add(HashWalk *h, Term t)
{
    if (is_cons(t)) {
        add_list(h, t);
    } else if (is_boxed(t)) {
        add_boxed(h, t);
    } else if (is_small(t)) {
        int64_t value = small_value(t);
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        add_magnitude(h, &magnitude, 1, value < 0);
    } else if (is_atom(t)) {
        h->hash = h->hash * PRIME_1 + atom_hash(t);
    } else if (is_nil(t)) {
        h->hash = h->hash * PRIME_3 + 1;
    } else {
        add_identifier(h, t);
    }
}

/* The rest of a list whose last element looked at was no byte. */
static void add_tail(HashWalk *h, Term tail)
{
    if (!is_cons(tail))
        word_stack_push(&h->stack, MARK_LIST_END);
    add(h, tail);
}

/* What was pushed last. */
static void step(HashWalk *h)
{
    Word next = h->stack.words[h->stack.count - 1];
    size_t offset;

    if (h->in_map && next != MARK_MAP) {
        hash_walk_phash2_step(h);
        return;
    }
    word_stack_pop(&h->stack);
    if (next == MARK_MAP) {
        end_map(h);
    } else if (next == MARK_TAIL) {
        add_tail(h, term_from_bits(word_stack_pop(&h->stack)));
    } else if (next == MARK_LIST_END) {
        h->hash *= PRIME_8;
    } else if (next == MARK_TUPLE_END) {
        h->hash = h->hash * PRIME_9 + (uint32_t)word_stack_pop_number(&h->stack);
    } else if (next == HASH_ELEMENTS) {
        add(h, hash_walk_next_element(h));
    } else if (next == HASH_BITS) {
        offset = word_stack_pop_number(&h->stack);
        add_bits(h, term_from_bits(word_stack_pop(&h->stack)), offset);
    } else {
        add(h, term_from_bits(next));
    }
}

bool hash_walk_phash(HashWalk *h)
{
    while (h->stack.count > 0) {
        if (--h->budget < 0)
            return false;
        step(h);
    }
    return true;
}

uint32_t term_phash(Term t)
{
    HashWalk h;

    hash_walk_start(&h, t);
    hash_walk_phash(&h);
    hash_walk_free(&h);
    return h.hash;
}
