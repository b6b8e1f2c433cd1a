#include "loader/verify_bits.h"

#include "vm/term/atom.h"

#define SEGMENT_OPERANDS 6         /* type, number, unit, flags, value, size */
#define MAX_UNIT 256

static bool string_is_inside(const CodeIr *ir, int64_t offset, int64_t bytes)
{
    return offset >= 0 && bytes >= 0 && (uint64_t)offset <= ir->string_size &&
           (uint64_t)bytes <= ir->string_size - (uint64_t)offset;
}

static bool is_readable(const Operand *o, const State *now)
{
    if (o->kind == OPERAND_X)
        return set_has(now, SET_X, (uint32_t)o->value);
    if (o->kind == OPERAND_Y)
        return now->frame < FRAME_UNKNOWN && o->value < now->frame && set_has(now, SET_Y, (uint32_t)o->value) &&
               !set_has(now, SET_CATCHES, (uint32_t)o->value);
    return o->kind == OPERAND_TERM;
}

static bool is_segment_type(Term type)
{
    static const uint32_t types[] = {ATOM_APPEND, ATOM_PRIVATE_APPEND, ATOM_INTEGER, ATOM_FLOAT, ATOM_BINARY,
                                     ATOM_STRING, ATOM_UTF8, ATOM_UTF16, ATOM_UTF32};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (type == ATOM_TERM(types[i]))
            return true;
    return false;
}

static const char *check_segment(const CodeIr *ir, const Operand *o, const State *now)
{
    if (o[0].kind != OPERAND_TERM || !is_segment_type(o[0].term))
        return "unknown type of a segment";
    if (o[1].kind != OPERAND_NUMBER || o[2].kind != OPERAND_NUMBER || o[2].value > MAX_UNIT ||
        o[3].kind != OPERAND_TERM)
        return "bad segment";
    if (o[0].term == A_STRING) {
        if (o[4].kind != OPERAND_NUMBER || o[5].kind != OPERAND_TERM || !is_small(o[5].term) ||
            !string_is_inside(ir, o[4].value, small_value(o[5].term)))
            return "string outside of the string table";
        return NULL;
    }
    return is_readable(&o[4], now) && is_readable(&o[5], now) ? NULL : "segment without a value";
}

static const char *check_create_bin(const CodeIr *ir, const Instruction *in, const State *now)
{
    const char *why = NULL;

    if (in->operand_count < 6 || (in->operand_count - 6) % SEGMENT_OPERANDS != 0)
        return "bad list of segments";
    for (uint32_t i = 6; i < in->operand_count && !why; i += SEGMENT_OPERANDS)
        why = check_segment(ir, &in->operands[i], now);
    return why;
}

/* A bs_match command: its name, the operands after it, and which of those is the destination (0: none). */
typedef struct Command {
    uint32_t name;
    const char *letters;           /* n number, t term, d destination */
} Command;

static const Command commands[] = {
    {ATOM_ENSURE_AT_LEAST, "nn"}, {ATOM_ENSURE_EXACTLY, "n"}, {ATOM_INTEGER, "ntnnd"}, {ATOM_BINARY, "ntnnd"},
    {ATOM_SKIP, "n"}, {ATOM_GET_TAIL, "nnd"}, {ATOM_EQ_EXACT, "tnn"}
};

static const Command *find_command(const Operand *o)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        if (o->kind == OPERAND_TERM && o->term == ATOM_TERM(commands[i].name))
            return &commands[i];
    return NULL;
}

static bool letter_fits(char letter, const Operand *o, const State *now)
{
    switch (letter) {
    case 'n': return o->kind == OPERAND_NUMBER;
    case 't': return o->kind == OPERAND_TERM;
    default:
        return o->kind == OPERAND_X || (o->kind == OPERAND_Y && now->frame < FRAME_UNKNOWN && o->value < now->frame &&
                                        !set_has(now, SET_CATCHES, (uint32_t)o->value));
    }
}

/* Of the fields whose last operands are size, unit and destination; `end` is behind them. */
static bool is_too_large(const Command *command, const Operand *end)
{
    int64_t bits;

    return (command->name == ATOM_INTEGER || command->name == ATOM_BINARY) &&
           __builtin_mul_overflow(end[-3].value, end[-2].value, &bits);
}

static const char *check_match(const Instruction *in, const State *now)
{
    uint32_t at = 3;

    while (at < in->operand_count) {
        const Command *command = find_command(&in->operands[at++]);

        if (!command)
            return "unknown command of bs_match";
        for (const char *letter = command->letters; *letter; letter++, at++)
            if (at >= in->operand_count || !letter_fits(*letter, &in->operands[at], now))
                return "bad command of bs_match";
        if (is_too_large(command, &in->operands[at]))
            return "field of a bs_match is too large";
    }
    return NULL;
}

const char *verify_bits(const CodeIr *ir, const Instruction *in, const State *now)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_BS_CREATE_BIN:
        return check_create_bin(ir, in, now);
    case GENERIC_BS_MATCH:
        return check_match(in, now);
    case GENERIC_BS_PUT_STRING:
        return string_is_inside(ir, o[1].value, o[0].value) ? NULL : "string outside of the string table";
    default:
        return o[2].value <= INT64_MAX - 7 && string_is_inside(ir, o[3].value, (o[2].value + 7) / 8)
                   ? NULL : "string outside of the string table";
    }
}

/* Some destinations may be written before it fails. */
void verify_bits_lose_results(const Instruction *in, State *now)
{
    for (uint32_t i = 3; i < in->operand_count; i++)
        state_set_fact(now, &in->operands[i], FACT_NONE);
}

void verify_bits_results(const Instruction *in, State *now)
{
    uint32_t at = 3;

    while (at < in->operand_count) {
        const Command *command = find_command(&in->operands[at++]);

        for (const char *letter = command->letters; *letter; letter++, at++) {
            const Operand *o = &in->operands[at];

            if (*letter != 'd')
                continue;
            set_add(now, o->kind == OPERAND_X ? SET_X : SET_Y, (uint32_t)o->value);
            state_set_fact(now, o, FACT_NONE);
        }
    }
}
