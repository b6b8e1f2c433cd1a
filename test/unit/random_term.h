/* random_term.h - terms of all kinds, the same ones for the same seed. */
#ifndef LING_TEST_RANDOM_TERM_H
#define LING_TEST_RANDOM_TERM_H

#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* ck_assert writes a record each time; this one does not, and may be in the innermost loop. */
#define CHECK(condition) do { if (!(condition)) ck_abort_msg("%s", #condition); } while (0)

static uint64_t random_state = 1;

static inline uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static inline size_t random_below(size_t n) { return (size_t)(random_number() % n); }

static inline Term random_bits(Heap *heap)
{
    size_t size = random_below(200);
    uint8_t *data;
    Term whole = bits_alloc(heap, size, &data);

    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)random_number();
    if (size == 0 || random_below(2) == 0)
        return whole;
    size_t offset = random_below(8 * size);
    return bits_sub(heap, whole, offset, random_below(8 * size - offset + 1));
}

static inline Term random_leaf(Heap *heap)
{
    static const Term atoms[] = {A_TRUE, A_OK, A_ERROR, A_UNDEFINED, A_ERLANG};
    uint32_t numbers[3];
    uint64_t limbs[3];

    switch (random_below(12)) {
    case 0: return small_int((int64_t)random_below(300));
    case 1: return small_int((int64_t)random_number() >> 3 >> random_below(60));
    case 2: return integer_from_i64(heap, (int64_t)random_number());
    case 3: return atoms[random_below(ARRAY_SIZE(atoms))];
    case 4: return TERM_NIL;
    case 5: return float_new(heap, (double)random_number() / 7.0);
    case 6: return ref_new(heap);
    case 7: return immediate(IMM_PID, random_number() >> 10);
    case 8: return port_from_number(random_number() >> (6 + random_below(50)));
    case 9:
        for (int i = 0; i < 3; i++)
            numbers[i] = (uint32_t)random_number();
        return random_below(2) ? ref_from_node(heap, A_ERLANG, 17, numbers, 3)
                               : pid_from_node(heap, A_ERLANG, 17, numbers[0], numbers[1]);
    case 10:
        for (int i = 0; i < 3; i++)
            limbs[i] = random_number();
        return integer_from_limbs(heap, limbs, 3, random_below(2));
    default: return random_bits(heap);
    }
}

/* Recursion is bounded by `depth`. */
static inline Term random_term(Heap *heap, unsigned depth)
{
    Term parts[120];
    size_t count;

    if (depth == 0 || random_below(3) == 0)
        return random_leaf(heap);
    count = random_below(depth > 2 ? 6 : 12);
    switch (random_below(4)) {
    case 0:
    case 1:
        for (size_t i = 0; i < count; i++)
            parts[i] = random_term(heap, depth - 1);
        if (random_below(2))
            return tuple_from(heap, count, parts);
        return list_from(heap, count, parts, random_below(8) && count ? TERM_NIL : random_leaf(heap));
    case 2:
        return list_from_bytes(heap, (const uint8_t *)"a text that is a string", random_below(20), TERM_NIL);
    default:
        count = random_below(4) ? count : 60;
        for (size_t i = 0; i < 2 * count; i++)
            parts[i] = i % 2 ? random_term(heap, depth - 1) : random_leaf(heap);
        return map_from_pairs(heap, parts, count);
    }
}

#endif
