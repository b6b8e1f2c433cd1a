#include "vm/term/hash_mix.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

#define BLOCK_BYTES 12

static uint32_t little_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Whole blocks. Returns how many bytes these are. */
static size_t mix_blocks(HashMixer *m, const uint8_t *at, size_t size)
{
    size_t left = size;

    for (; left >= BLOCK_BYTES; left -= BLOCK_BYTES, at += BLOCK_BYTES) {
        m->a += little_u32(at);
        m->b += little_u32(at + 4);
        m->c += little_u32(at + 8);
        hash_mixer_step(m);
    }
    return size - left;
}

/* Less than a block, at the end of `size` bytes in all. */
static void mix_last(HashMixer *m, const uint8_t *at, size_t left, size_t size)
{
    uint8_t last[BLOCK_BYTES] = {0};

    memcpy(last, at, left);
    m->a += little_u32(last);
    m->b += little_u32(last + 4);
    m->c += (uint32_t)size + (little_u32(last + 8) << 8);   /* the low byte is the size's */
    hash_mixer_step(m);
}

uint32_t hash_mix_limb(uint32_t hash, uint64_t magnitude, bool negative)
{
    return hash_mix_64(hash, magnitude, negative ? SEED_NEGATIVE : SEED_POSITIVE);
}

uint32_t hash_mix_big(uint32_t hash, Term big)
{
    for (size_t i = 0; i < big_limb_count(big); i++)
        hash = hash_mix_limb(hash, big_limbs(big)[i], big_is_negative(big));
    return hash;
}

/* The part at *offset, which moves on. True if it was the last one: m->c is the hash then. */
static bool mix_part(HashMixer *m, const BitsView *view, size_t *offset)
{
    static uint8_t copy[HASH_PART_BYTES + 1];
    unsigned last_bits = view->bit_size % 8;
    size_t size = (uint32_t)(view->bit_size / 8);   /* stock counts bytes in 32 bits: longer ones are hashed in part */
    size_t part = MIN(size - *offset, HASH_PART_BYTES);
    bool is_last = *offset + part == size;
    const uint8_t *bytes = view->bytes + *offset;
    size_t done;

    if (view->bit_offset != 0) {
        bits_copy_out(copy, bytes, view->bit_offset, 8 * part + (is_last ? last_bits : 0));
        bytes = copy;
    }
    *offset += part;
    done = mix_blocks(m, bytes, part);
    if (!is_last)
        return false;
    mix_last(m, bytes + done, part - done, size);
    if (last_bits > 0)
        m->c = hash_mix_2(m->c, last_bits, bytes[part] >> (8 - last_bits), SEED_LAST_BITS);
    return true;
}

uint32_t hash_mix_bits(uint32_t hash, Term bitstring)
{
    BitsView view = bits_view_of(bitstring);
    HashMixer m = {HASH_GOLDEN, HASH_GOLDEN, hash + HASH_SEED(SEED_BITS)};
    size_t offset = 0;

    if (view.bit_size == 0)
        return m.c;
    while (!mix_part(&m, &view, &offset))
        ;
    return m.c;
}

uint64_t hash_float_bits(Term t)
{
    double value = float_value(t);
    uint64_t bits;

    if (value == 0)
        return 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* --- walks ---------------------------------------------------------------------------------- */

void hash_walk_start(HashWalk *walk, Term t)
{
    walk->hash = walk->pairs = 0;
    walk->in_map = false;
    walk->budget = INT64_MAX;
    word_stack_init(&walk->stack);
    word_stack_push_term(&walk->stack, t);
}

void hash_walk_free(HashWalk *walk) { word_stack_free(&walk->stack); }

Term hash_walk_save(const HashWalk *walk, Heap *heap)
{
    Term *slots;
    Term saved = tuple_new(heap, 3 + walk->stack.count, &slots);

    slots[0] = small_int(walk->hash);
    slots[1] = small_int(walk->pairs);
    slots[2] = small_int(walk->in_map);
    memcpy(slots + 3, walk->stack.words, walk->stack.count * sizeof(Word));
    return saved;
}

void hash_walk_restore(HashWalk *walk, Term saved)
{
    const Term *slots = tuple_elements(saved);

    word_stack_init(&walk->stack);
    walk->hash = (uint32_t)small_value(slots[0]);
    walk->pairs = (uint32_t)small_value(slots[1]);
    walk->in_map = slots[2] == SMALL(1);
    for (size_t i = 3; i < tuple_size(saved); i++)
        word_stack_push_term(&walk->stack, slots[i]);
}

static void push_rest(HashWalk *walk, Term tuple, size_t index)
{
    word_stack_push_term(&walk->stack, tuple);
    word_stack_push_number(&walk->stack, index);
    word_stack_push(&walk->stack, HASH_ELEMENTS);
}

void hash_walk_push_elements(HashWalk *walk, Term tuple)
{
    size_t size = tuple_size(tuple);

    if (size > HASH_PUSHED_ELEMENTS) {
        push_rest(walk, tuple, 1);
        return;
    }
    for (size_t i = size; i > 0; i--)
        word_stack_push_term(&walk->stack, tuple_element(tuple, i));
}

Term hash_walk_next_element(HashWalk *walk)
{
    size_t index = word_stack_pop_number(&walk->stack);
    Term tuple = term_from_bits(word_stack_pop(&walk->stack));

    if (index < tuple_size(tuple))
        push_rest(walk, tuple, index + 1);
    return tuple_element(tuple, index);
}

static void push_bits(HashWalk *walk, Term bitstring, size_t offset, const HashMixer *m)
{
    word_stack_push_term(&walk->stack, bitstring);
    word_stack_push_number(&walk->stack, offset);
    word_stack_push_number(&walk->stack, m->a);
    word_stack_push_number(&walk->stack, m->b);
    word_stack_push_number(&walk->stack, m->c);
    word_stack_push(&walk->stack, HASH_BITS);
}

void hash_walk_push_bits(HashWalk *walk, Term bitstring)
{
    push_bits(walk, bitstring, 0, &(HashMixer){HASH_GOLDEN, HASH_GOLDEN, walk->hash + HASH_SEED(SEED_BITS)});
}

void hash_walk_more_bits(HashWalk *walk)
{
    HashMixer m;
    size_t offset;
    Term bitstring;
    BitsView view;

    m.c = (uint32_t)word_stack_pop_number(&walk->stack);
    m.b = (uint32_t)word_stack_pop_number(&walk->stack);
    m.a = (uint32_t)word_stack_pop_number(&walk->stack);
    offset = word_stack_pop_number(&walk->stack);
    bitstring = term_from_bits(word_stack_pop(&walk->stack));
    view = bits_view_of(bitstring);
    walk->budget -= HASH_PART_BYTES / HASH_BYTES_PER_NODE;
    if (mix_part(&m, &view, &offset))
        walk->hash = m.c;
    else
        push_bits(walk, bitstring, offset, &m);
}

void hash_push_children(WordStack *stack, Term node, bool pairs_have_end)
{
    const Term *children;
    size_t count = map_node_children(node, &children);

    for (size_t i = 0; i < count; i++) {
        if (is_cons(children[i]))
            hash_push_pair(stack, list_head(children[i]), list_tail(children[i]), pairs_have_end);
        else
            word_stack_push_term(stack, children[i]);
    }
}
