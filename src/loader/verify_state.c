#include "loader/verify_state.h"

#include <string.h>

bool set_has_first(const uint64_t *set, uint32_t count)
{
    uint32_t word = 0;

    for (; count >= 64; word++, count -= 64)
        if (~set[word])
            return false;
    return count == 0 || (~set[word] & (((uint64_t)1 << count) - 1)) == 0;
}

bool set_is_empty(const uint64_t *set)
{
    uint64_t all = 0;

    for (int i = 0; i < STATE_MAX_WORDS; i++)
        all |= set[i];
    return all == 0;
}

uint32_t set_lowest(const uint64_t *set, uint32_t none)
{
    for (uint32_t i = 0; i < STATE_MAX_WORDS; i++)
        if (set[i])
            return i * 64 + (uint32_t)__builtin_ctzll(set[i]);
    return none;
}

void set_shift_down(uint64_t *set, uint32_t by)
{
    uint32_t words = by / 64, bits = by % 64;

    for (uint32_t i = 0; i < STATE_MAX_WORDS; i++) {
        uint64_t low = i + words < STATE_MAX_WORDS ? set[i + words] : 0;
        uint64_t high = i + words + 1 < STATE_MAX_WORDS ? set[i + words + 1] : 0;

        set[i] = bits == 0 ? low : low >> bits | high << (64 - bits);
    }
}

void state_keep_live(State *state, uint32_t live)
{
    uint32_t word = live / 64;

    if (word < STATE_MAX_WORDS) {
        state->x[word] &= ((uint64_t)1 << live % 64) - 1;
        memset(&state->x[word + 1], 0, (STATE_MAX_WORDS - 1 - word) * sizeof(uint64_t));
    }
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
    return state->frame == NO_FRAME || state->frame == FRAME_UNKNOWN || set_has_first(state->y, state->frame);
}

/* Only what lies at the same place in both frames stays known. */
static bool forget_frame(State *state, const State *other)
{
    bool changed = state->frame != FRAME_UNKNOWN;

    state->frame = FRAME_UNKNOWN;
    for (int i = 0; i < STATE_MAX_WORDS; i++) {
        uint64_t catches = state->catches[i] | other->catches[i];

        changed |= (state->y[i] & catches) != 0;
        state->y[i] &= ~catches;
        state->catches[i] = 0;
    }
    return changed;
}

bool state_merge(State *into, const State *other)
{
    bool changed = false;

    if (into->frame != other->frame || memcmp(into->catches, other->catches, sizeof into->catches) != 0)
        changed = forget_frame(into, other);
    for (int i = 0; i < STATE_MAX_WORDS; i++) {
        uint64_t x = into->x[i] & other->x[i];
        uint64_t y = into->y[i] & other->y[i];

        changed |= x != into->x[i] || y != into->y[i];
        into->x[i] = x;
        into->y[i] = y;
    }
    changed |= into->has_message && !other->has_message;
    into->has_message = into->has_message && other->has_message;
    return merge_all_facts(into, other) || changed;
}
