/* verify_state.h - what the verifier knows about the registers at one point of a function.
 *
 * Sets of registers are bit sets as wide as the function needs. Facts about types are kept for the
 * first registers only: a register without a fact may hold anything. */
#ifndef LING_VERIFY_STATE_H
#define LING_VERIFY_STATE_H

#include "loader/ir.h"

typedef uint16_t Fact;
enum {
    FACT_NONE = 0,
    FACT_LIST = 1,                 /* [] or a list cell */
    FACT_CONS = 2,
    FACT_MAP = 3,
    FACT_CONTEXT = 4,              /* a match context */
    FACT_TUPLE = 0x100             /* + the number of elements it has at least */
};
#define FACT_TUPLE_MAX 0xff
#define FACT_REGISTERS 16          /* x0 .. x15 and y0 .. y15 */

static inline Fact fact_tuple(uint64_t size) { return (Fact)(FACT_TUPLE | MIN(size, FACT_TUPLE_MAX)); }

#define STATE_MAX_WORDS 16         /* 1024 registers */

/* Ways with different frames may meet where nothing is left to do but to raise: the compiler shares
 * such ends. They may read y registers that both frames have, and nothing else. */
#define FRAME_UNKNOWN 0xfffe

/* The sets of registers: x registers that hold a term; y registers that do (a catch slot counts too);
 * y registers that hold an active catch; y registers that were written while a message was looked at that is in the
 * mailbox still. */
typedef enum SetKind { SET_X, SET_Y, SET_CATCHES, SET_PEEKED, SET_COUNT } SetKind;

typedef struct State {
    uint32_t frame;                /* y registers; NO_FRAME: none allocated */
    uint32_t words;                /* of each set that the function needs */
    bool has_message;              /* loop_rec has found one, and it is still in the mailbox */
    bool may_have_message;         /* ... on some way here */
    bool has_builder;              /* bs_init2 or its like has begun a bitstring, and nothing has collected since */
    uint32_t room;                 /* heap words that a test_heap made and nobody took */
    Fact facts[2][FACT_REGISTERS]; /* x, y */
    uint16_t fresh[2];             /* of these registers: those with a tuple that nobody else refers to */
    uint64_t sets[STATE_MAX_WORDS][SET_COUNT];
} State;

static inline size_t state_size(uint32_t words) { return offsetof(State, sets) + words * sizeof(uint64_t[SET_COUNT]); }
static inline void state_copy(State *to, const State *from) { __builtin_memcpy(to, from, state_size(from->words)); }
void state_clear(State *state, uint32_t words);

static inline bool set_has(const State *state, SetKind set, uint32_t at)
{
    return at / 64 < state->words && (state->sets[at / 64][set] >> (at % 64) & 1);
}
/* `at` is a register of the function. */
static inline void set_add(State *state, SetKind set, uint32_t at)
{
    state->sets[at / 64][set] |= (uint64_t)1 << (at % 64);
}
static inline void set_remove(State *state, SetKind set, uint32_t at)
{
    state->sets[at / 64][set] &= ~((uint64_t)1 << (at % 64));
}
/* Does it hold all of 0 .. count - 1? */
static inline bool set_has_first(const State *state, SetKind set, uint32_t count)
{
    uint32_t word = 0;

    for (; count >= 64; word++, count -= 64)
        if (word >= state->words || ~state->sets[word][set])
            return false;
    return count == 0 || (word < state->words && (~state->sets[word][set] & (((uint64_t)1 << count) - 1)) == 0);
}
void set_clear(State *state, SetKind set);
bool set_is_empty(const State *state, SetKind set);
/* The lowest member; `none` if it is empty. */
uint32_t set_lowest(const State *state, SetKind set, uint32_t none);
void set_shift_down(State *state, SetKind set, uint32_t by);

static inline Fact state_fact(const State *state, const Operand *at)
{
    return at->kind <= OPERAND_Y && at->value < FACT_REGISTERS ? state->facts[at->kind][at->value] : FACT_NONE;
}
static inline void state_set_fact(State *state, const Operand *at, Fact fact)
{
    if (at->kind <= OPERAND_Y && at->value < FACT_REGISTERS)
        state->facts[at->kind][at->value] = fact;
}
/* A tuple just made by erlang:setelement/3, as long as nothing has collected. */
static inline bool state_is_fresh(const State *state, const Operand *at)
{
    return at->kind <= OPERAND_Y && at->value < FACT_REGISTERS && (state->fresh[at->kind] >> at->value & 1);
}
static inline void state_set_fresh(State *state, const Operand *at, bool is_fresh)
{
    if (at->kind <= OPERAND_Y && at->value < FACT_REGISTERS)
        state->fresh[at->kind] = (uint16_t)((state->fresh[at->kind] & ~(1u << at->value)) | (unsigned)is_fresh << at->value);
}

/* x registers from `live` on hold nothing any more. */
void state_keep_live(State *state, uint32_t live);
/* Every y register of the frame holds something. */
bool state_frame_is_complete(const State *state);
/* `into` keeps what both know. True if it lost something. Where frames differ, both must be complete. */
bool state_merge(State *into, const State *other);

#endif
