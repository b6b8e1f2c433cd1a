#include "loader/verify_state.h"

#include <string.h>

void state_clear(State *state, uint32_t words)
{
    memset(state, 0, state_size(words));
    state->words = words;
    state->frame = NO_FRAME;
}

void set_clear(State *state, SetKind set)
{
    for (uint32_t i = 0; i < state->words; i++)
        state->sets[i][set] = 0;
}

bool set_is_empty(const State *state, SetKind set)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < state->words; i++)
        all |= state->sets[i][set];
    return all == 0;
}

uint32_t set_lowest(const State *state, SetKind set, uint32_t none)
{
    for (uint32_t i = 0; i < state->words; i++)
        if (state->sets[i][set])
            return i * 64 + (uint32_t)__builtin_ctzll(state->sets[i][set]);
    return none;
}

void set_shift_down(State *state, SetKind set, uint32_t by)
{
    uint32_t words = by / 64, bits = by % 64;

    for (uint32_t i = 0; i < state->words; i++) {
        uint64_t low = i + words < state->words ? state->sets[i + words][set] : 0;
        uint64_t high = i + words + 1 < state->words ? state->sets[i + words + 1][set] : 0;

        state->sets[i][set] = bits == 0 ? low : low >> bits | high << (64 - bits);
    }
}

void state_keep_live(State *state, uint32_t live)
{
    for (uint32_t i = live / 64, mask = live % 64; i < state->words; i++, mask = 0)
        state->sets[i][SET_X] &= ((uint64_t)1 << mask) - 1;
    if (live < FACT_REGISTERS)
        memset(&state->facts[0][live], 0, (FACT_REGISTERS - live) * sizeof(Fact));
}

static Fact merge_facts(Fact a, Fact b)
{
    if (a == b)
        return a;
    if (a >= FACT_TUPLE && b >= FACT_TUPLE)
        return MIN(a, b);
    if ((a == FACT_LIST && b == FACT_CONS) || (a == FACT_CONS && b == FACT_LIST))
        return FACT_LIST;
    return FACT_NONE;
}

/* Four facts at a time: most are the same. */
static bool merge_all_facts(State *into, const State *other)
{
    Fact *mine = into->facts[0];
    const Fact *others = other->facts[0];
    bool changed = false;

    for (int i = 0; i < 2 * FACT_REGISTERS; i += 4) {
        if (memcmp(mine + i, others + i, 4 * sizeof(Fact)) == 0)
            continue;
        for (int j = i; j < i + 4; j++) {
            Fact both = merge_facts(mine[j], others[j]);

            changed |= both != mine[j];
            mine[j] = both;
        }
    }
    return changed;
}

bool state_frame_is_complete(const State *state)
{
    return state->frame >= FRAME_UNKNOWN || set_has_first(state, SET_Y, state->frame);
}

static bool same_catches(const State *a, const State *b)
{
    for (uint32_t i = 0; i < a->words; i++)
        if (a->sets[i][SET_CATCHES] != b->sets[i][SET_CATCHES])
            return false;
    return true;
}

/* Only what lies at the same place in both frames stays known. */
static bool forget_frame(State *state, const State *other)
{
    bool changed = state->frame != FRAME_UNKNOWN;

    state->frame = FRAME_UNKNOWN;
    for (uint32_t i = 0; i < state->words; i++) {
        uint64_t catches = state->sets[i][SET_CATCHES] | other->sets[i][SET_CATCHES];

        changed |= (state->sets[i][SET_Y] & catches) != 0;
        state->sets[i][SET_Y] &= ~catches;
        state->sets[i][SET_CATCHES] = 0;
    }
    return changed;
}

/* What happened on all ways stays known; what may happen is what may on one of them. */
static bool merge_events(State *into, const State *other)
{
    bool changed = (into->has_message && !other->has_message) || (!into->may_have_message && other->may_have_message) ||
                   (into->has_builder && !other->has_builder) || into->room > other->room ||
                   (into->fresh[0] & ~other->fresh[0]) != 0 || (into->fresh[1] & ~other->fresh[1]) != 0;

    into->has_message &= other->has_message;
    into->may_have_message |= other->may_have_message;
    into->has_builder &= other->has_builder;
    into->room = MIN(into->room, other->room);
    into->fresh[0] &= other->fresh[0];
    into->fresh[1] &= other->fresh[1];
    return changed;
}

bool state_merge(State *into, const State *other)
{
    bool changed = false;

    if (into->frame != other->frame || !same_catches(into, other))
        changed = forget_frame(into, other);
    for (uint32_t i = 0; i < into->words; i++) {
        uint64_t x = into->sets[i][SET_X] & other->sets[i][SET_X];
        uint64_t y = into->sets[i][SET_Y] & other->sets[i][SET_Y];

        changed |= x != into->sets[i][SET_X] || y != into->sets[i][SET_Y];
        into->sets[i][SET_X] = x;
        into->sets[i][SET_Y] = y;
        changed |= (other->sets[i][SET_PEEKED] & ~into->sets[i][SET_PEEKED]) != 0;
        into->sets[i][SET_PEEKED] |= other->sets[i][SET_PEEKED];
    }
    changed |= merge_events(into, other);
    return merge_all_facts(into, other) || changed;
}
