/* hash_mix.h - the steps that phash2 and the internal hash are made of: Bob Jenkins' hash of 1996. */
#ifndef LING_HASH_MIX_H
#define LING_HASH_MIX_H

#include "vm/term/bits.h"
#include "vm/term/hash.h"
#include "vm/term/word_stack.h"

/* The golden ratio, and multiples of it for the kinds of terms. */
#define HASH_GOLDEN 0x9e3779b9u
#define HASH_SEED(multiple) ((uint32_t)(HASH_GOLDEN * (uint32_t)(multiple)))
enum {
    SEED_NUMBER = 1, SEED_NIL, SEED_ATOM, SEED_BYTES, SEED_PID, SEED_PORT, SEED_REF, SEED_REF_REST, SEED_TUPLE,
    SEED_NEGATIVE, SEED_POSITIVE, SEED_FLOAT, SEED_BITS, SEED_FUNCTION, SEED_LAST_BITS, SEED_MAP,
    SEED_HEAD, SEED_TAIL, SEED_PAIRS, SEED_FUN_MODULE, SEED_FUN_INDEX, SEED_SALT
};

typedef struct HashMixer { uint32_t a, b, c; } HashMixer;

static inline void hash_mixer_step(HashMixer *m)
{
    uint32_t a = m->a, b = m->b, c = m->c;

    a = (a - b - c) ^ c >> 13;
    b = (b - c - a) ^ a << 8;
    c = (c - a - b) ^ b >> 13;
    a = (a - b - c) ^ c >> 12;
    b = (b - c - a) ^ a << 16;
    c = (c - a - b) ^ b >> 5;
    a = (a - b - c) ^ c >> 3;
    b = (b - c - a) ^ a << 10;
    c = (c - a - b) ^ b >> 15;
    *m = (HashMixer){a, b, c};
}

static inline uint32_t hash_mix_2(uint32_t hash, uint32_t x, uint32_t y, unsigned seed)
{
    HashMixer m = {HASH_SEED(seed) + x, HASH_SEED(seed) + y, hash};

    hash_mixer_step(&m);
    return m.c;
}

static inline uint32_t hash_mix(uint32_t hash, uint32_t x, unsigned seed) { return hash_mix_2(hash, x, 0, seed); }

static inline uint32_t hash_mix_64(uint32_t hash, uint64_t x, unsigned seed)
{
    return hash_mix_2(hash, (uint32_t)x, (uint32_t)(x >> 32), seed);
}

static inline bool hash_is_byte(Term t) { return is_small(t) && small_value(t) >= 0 && small_value(t) <= 255; }

/* The leaves that both hashes treat alike. */
uint32_t hash_mix_big(uint32_t hash, Term big);
uint32_t hash_mix_limb(uint32_t hash, uint64_t magnitude, bool negative);
uint32_t hash_mix_bits(uint32_t hash, Term bitstring);

/* --- what a walk has yet to do ---------------------------------------------------------------- */

/* Stands after a pair, where `has_end` says so. */
#define HASH_PAIR_END WORD_MARK(11)

static inline void hash_push_pair(WordStack *stack, Term key, Term value, bool has_end)
{
    if (has_end)
        word_stack_push(stack, HASH_PAIR_END);
    word_stack_push_term(stack, value);
    word_stack_push_term(stack, key);
}

/* Nodes and pairs below a node of a hash map. */
void hash_push_children(WordStack *stack, Term node, bool pairs_have_end);

/* Marks of a HashWalk: over a tuple and the index of its next element; over a bitstring, an offset in bytes and, for phash2, a mixer. */
#define HASH_ELEMENTS WORD_MARK(8)
#define HASH_BITS WORD_MARK(9)
/* Larger tuples stand on the stack as a whole; longer bitstrings and strings are taken in parts of so many bytes. */
#define HASH_PUSHED_ELEMENTS 64
#define HASH_PART_BYTES (12 * 1024)
#define HASH_BYTES_PER_NODE 64

/* One step of phash2: what was pushed last. */
void hash_walk_phash2_step(HashWalk *walk);
void hash_walk_push_elements(HashWalk *walk, Term tuple);
/* After HASH_ELEMENTS was popped: the next element, and the mark again if there are more. */
Term hash_walk_next_element(HashWalk *walk);
static inline bool hash_is_long(Term bitstring) { return bits_size(bitstring) > 8 * HASH_PART_BYTES; }
void hash_walk_push_bits(HashWalk *walk, Term bitstring);
/* After HASH_BITS was popped: another part. */
void hash_walk_more_bits(HashWalk *walk);
/* The bits of a double; -0.0 counts as 0.0. */
uint64_t hash_float_bits(Term t);

#endif
