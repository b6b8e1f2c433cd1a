/* emit_lists.c - instructions that hold lists of operands. */
#include "loader/emit_internal.h"

#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/operands.h"
#include "vm/term/atom.h"
#include "vm/term/bits_build.h"
#include "vm/term/compare.h"
#include "vm/term/map.h"

#define LINEAR_LIMIT 5
/* A jump table may have so many holes for each value. */
#define SPARSENESS 4

/* The fixed operands of an op whose list follows. */
static void emit_start(Emitter *e, OpId op, const Operand *const *operands, unsigned count)
{
    if (!emit_op(e, op, operands, count))
        emit_fail(e, "operand of a kind that the instruction cannot take");
}
#define START(e, op, ...) \
    emit_start(e, op, (const Operand *[]){__VA_ARGS__}, sizeof((const Operand *[]){__VA_ARGS__}) / sizeof(Operand *))

static void emit_mixed_list(Emitter *e, const Operand *operands, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        emit_mixed(e, &operands[i]);
}

/* --- select ------------------------------------------------------------------------------------------ */

typedef struct Case { Word value; uint32_t label; } Case;

static int compare_cases(const void *a, const void *b)
{
    Word x = ((const Case *)a)->value;
    Word y = ((const Case *)b)->value;

    return x < y ? -1 : x > y;
}

/* Values that are no immediates (big integers, floats) are compared one after the other. */
static void emit_select_literals(Emitter *e, const Operand *src, const Operand *fail, const Operand *pairs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const Operand *operands[3] = {&pairs[2 * i + 1], src, &pairs[2 * i]};
        if (!emit_op(e, VMOP_IS_NE_EXACT, operands, 3))
            emit_fail(e, "operand of a kind that the instruction cannot take");
    }
    if (!emit_op(e, VMOP_JUMP, &fail, 1))
        emit_fail(e, "operand of a kind that the instruction cannot take");
}

static void emit_cases(Emitter *e, OpId op, const Operand *src, const Operand *fail, const Case *cases, uint32_t count)
{
    Operand number = operand_number(count);

    START(e, op, src, fail, &number);
    for (uint32_t i = 0; i < count; i++) {
        emit_word(e, cases[i].value);
        emit_label(e, cases[i].label);
    }
}

/* The cases ascend. Small integers compare as words only if none is negative; then no table is made. */
static bool emit_jump_table(Emitter *e, const Operand *src, const Operand *fail, const Case *cases, uint32_t count)
{
    Word first = cases[0].value;
    Word range = (cases[count - 1].value - first) / 8 + 1;
    Operand minimum = operand_number((int64_t)first);
    Operand number = operand_number((int64_t)range);
    uint32_t at = 0;

    for (uint32_t i = 0; i < count; i++)
        if (!is_small(term_from_bits(cases[i].value)))
            return false;
    if (range > (Word)count * SPARSENESS || range < count)
        return false;
    START(e, VMOP_SELECT_JUMP, src, fail, &minimum, &number);
    for (Word i = 0; i < range; i++) {
        bool is_case = cases[at].value == first + i * 8;
        emit_label(e, is_case ? cases[at].label : (uint32_t)fail->value);
        if (is_case)
            at++;
    }
    return true;
}

static void emit_select_immediates(Emitter *e, const Operand *src, const Operand *fail, const Operand *pairs, uint32_t count)
{
    Case *cases = mem_alloc(MEM_CODE, count * sizeof *cases);

    for (uint32_t i = 0; i < count; i++)
        cases[i] = (Case){term_bits(pairs[2 * i].term), (uint32_t)pairs[2 * i + 1].value};
    if (count < LINEAR_LIMIT) {
        emit_cases(e, VMOP_SELECT_LINEAR, src, fail, cases, count);
    } else {
        qsort(cases, count, sizeof *cases, compare_cases);
        if (!emit_jump_table(e, src, fail, cases, count))
            emit_cases(e, VMOP_SELECT_BINARY, src, fail, cases, count);
    }
    mem_free(MEM_CODE, cases);
}

static void emit_select_val(Emitter *e, const Operand *o)
{
    Operand src = emit_source_as(e, &o[0], "xy");
    uint32_t count = (uint32_t)o[2].value / 2;

    for (uint32_t i = 0; i < count; i++)
        if (!operand_is_immediate(&o[3 + 2 * i])) {
            emit_select_literals(e, &src, &o[1], &o[3], count);
            return;
        }
    emit_select_immediates(e, &src, &o[1], &o[3], count);
}

static void emit_select_arity(Emitter *e, const Operand *o)
{
    Operand src = emit_source_as(e, &o[0], "xy");
    Operand count = operand_number(o[2].value / 2);

    START(e, VMOP_SELECT_ARITY, &src, &o[1], &count);
    for (int64_t i = 0; i < count.value; i++) {
        emit_word(e, MAKE_HEADER(BOX_TUPLE, o[3 + 2 * i].value));
        emit_label(e, (uint32_t)o[4 + 2 * i].value);
    }
}

/* --- data --------------------------------------------------------------------------------------------- */

static void emit_put_tuple(Emitter *e, const Operand *o)
{
    START(e, VMOP_PUT_TUPLE, &o[0], &o[1]);
    emit_mixed_list(e, &o[2], (uint32_t)o[1].value);
}

static void emit_update_record(Emitter *e, const Operand *o)
{
    /* hint size src dst count updates */
    Operand src = emit_source_as(e, &o[2], "x");
    Operand dst = o[3].kind == OPERAND_X ? o[3] : operand_x(X_REGISTERS + 1);
    Operand count = operand_number(o[4].value / 2);
    const Operand *move[2] = {&dst, &o[3]};

    START(e, VMOP_UPDATE_RECORD, &o[1], &src, &dst, &count);
    for (int64_t i = 0; i < count.value; i++) {
        emit_word(e, (Word)o[5 + 2 * i].value * sizeof(Word));
        emit_mixed(e, &o[6 + 2 * i]);
    }
    if (o[3].kind != OPERAND_X)
        emit_start(e, VMOP_MOVE, move, 2);
}

static void emit_init_list(Emitter *e, const Operand *o)
{
    START(e, VMOP_INIT_LIST, &o[0]);
    for (int64_t i = 0; i < o[0].value; i++)
        emit_operand(e, &o[1 + i]);
}

static void emit_make_fun(Emitter *e, const Operand *o)
{
    Operand lambda = operand_pointer(e->code->lambdas[o[0].value].entry);

    START(e, VMOP_MAKE_FUN, &lambda, &o[1], &o[2]);
    emit_mixed_list(e, &o[3], (uint32_t)o[2].value);
}

/* --- maps ----------------------------------------------------------------------------------------------- */

/* Keys of a map that is known when the code is made, with their values. */
typedef struct KnownMap {
    unsigned count;
    Term keys[MAP_FLAT_LIMIT];
    const Operand *values[MAP_FLAT_LIMIT];
} KnownMap;

/* In the order that keys have in a map. The last one of equal keys counts. False: there are too many. */
static bool known_map_put(KnownMap *map, Term key, const Operand *value)
{
    unsigned i = map->count;

    while (i > 0 && term_compare_exact(map->keys[i - 1], key) > 0)
        i--;
    if (i > 0 && map->keys[i - 1] == key) {
        map->values[i - 1] = value;
        return true;
    }
    if (map->count == MAP_FLAT_LIMIT)
        return false;
    memmove(map->keys + i + 1, map->keys + i, (map->count - i) * sizeof *map->keys);
    memmove(map->values + i + 1, map->values + i, (map->count - i) * sizeof *map->values);
    map->keys[i] = key;
    map->values[i] = value;
    map->count++;
    return true;
}

static bool is_empty_map(const Emitter *e, const Operand *src)
{
    Term map = src->kind == OPERAND_TERM ? emit_constant(e, src) : NO_TERM;

    return is_map(map) && map_size(map) == 0;
}

/* Is it a new map whose keys are immediates? */
static bool known_map(const Emitter *e, const Operand *src, const Operand *pairs, uint32_t count, KnownMap *map)
{
    if (!is_empty_map(e, src) || count == 0)
        return false;
    map->count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!operand_is_immediate(&pairs[2 * i]) || !known_map_put(map, pairs[2 * i].term, &pairs[2 * i + 1]))
            return false;
    return true;
}

static void emit_put_map(Emitter *e, OpId op, const Operand *o)
{
    /* fail src dst live count pairs */
    Operand count, place = operand_number(0);
    KnownMap map;

    if (o[4].value == 2 && operand_is_immediate(&o[5]) && (op == VMOP_PUT_MAP_EXACT || !is_empty_map(e, &o[1]))) {
        OpId single = op == VMOP_PUT_MAP_EXACT ? VMOP_PUT_MAP_FIELD_EXACT : VMOP_PUT_MAP_FIELD_ASSOC;
        START(e, single, &o[0], &o[3], &o[1], &o[5], &o[6], &o[2], &place);
        return;
    }
    if (op == VMOP_PUT_MAP_EXACT || !known_map(e, &o[1], &o[5], (uint32_t)o[4].value / 2, &map)) {
        START(e, op, &o[0], &o[3], &o[1], &o[2], &place, &o[4]);
        emit_mixed_list(e, &o[5], (uint32_t)o[4].value);
        return;
    }
    count = operand_number(map.count);
    START(e, VMOP_PUT_MAP_NEW, &o[3], &o[2], &count);
    for (unsigned i = 0; i < map.count; i++)
        emit_word(e, term_bits(map.keys[i]));
    for (unsigned i = 0; i < map.count; i++)
        emit_mixed(e, map.values[i]);
}

/* Keys that are immediates are remembered where they were; others are searched. */
static void emit_has_field(Emitter *e, const Operand *fail, const Operand *src, const Operand *key)
{
    Operand place = operand_number(0), one = operand_number(1);

    if (operand_is_immediate(key)) {
        START(e, VMOP_HAS_MAP_FIELD, fail, src, key, &place);
    } else {
        START(e, VMOP_HAS_MAP_FIELDS, fail, src, &one);
        emit_mixed(e, key);
    }
}

static void emit_get_field(Emitter *e, const Operand *fail, const Operand *src, const Operand *key, const Operand *dst)
{
    Operand place = operand_number(0);

    if (operand_is_immediate(key))
        START(e, VMOP_GET_MAP_FIELD, fail, src, key, dst, &place);
    else
        START(e, VMOP_GET_MAP_ELEMENT, fail, src, key, dst);
}

static void emit_has_fields(Emitter *e, const Operand *o)
{
    /* fail src count keys */
    Operand src = emit_source_as(e, &o[1], "xy");

    for (int64_t i = 0; i < o[2].value; i++)
        emit_has_field(e, &o[0], &src, &o[3 + i]);
}

/* The pair whose value goes where the map is comes last: its place, or -1. False: there are several, or they cannot change
 * places, because keys are in registers. */
static bool find_overwriting(const Operand *src, const Operand *pairs, int64_t count, int64_t *found)
{
    bool in_registers = false;

    *found = -1;
    for (int64_t i = 0; i < count; i += 2) {
        in_registers = in_registers || operand_is_register(&pairs[i]);
        if (!operand_same(src, &pairs[i + 1]))
            continue;
        if (*found >= 0)
            return false;
        *found = i;
    }
    return *found < 0 || *found + 2 == count || !in_registers;
}

static void emit_get_fields(Emitter *e, const Operand *o)
{
    /* fail src count pairs */
    Operand src = emit_source_as(e, &o[1], "xy");
    int64_t last;

    if (!find_overwriting(&src, &o[3], o[2].value, &last)) {
        START(e, VMOP_GET_MAP_ELEMENTS, &o[0], &src, &o[2]);
        emit_mixed_list(e, &o[3], (uint32_t)o[2].value);
        return;
    }
    for (int64_t i = 0; i < o[2].value; i += 2)
        if (i != last)
            emit_get_field(e, &o[0], &src, &o[3 + i], &o[4 + i]);
    if (last >= 0)
        emit_get_field(e, &o[0], &src, &o[3 + last], &o[4 + last]);
}

/* --- bitstrings --------------------------------------------------------------------------------------- */

/* nil or a list of atoms. */
unsigned emit_field_flags(const Emitter *e, const Operand *operand)
{
    unsigned flags = 0;

    if (operand->kind != OPERAND_TERM)
        return operand->kind == OPERAND_NUMBER ? (unsigned)operand->value : 0;
    for (Term list = emit_constant(e, operand); is_cons(list); list = list_tail(list)) {
        Term flag = list_head(list);
        flags |= flag == A_LITTLE ? BITS_LITTLE : flag == A_SIGNED ? BITS_SIGNED : flag == A_NATIVE ? BITS_NATIVE : 0;
    }
    return flags;
}

static bool is_string_inside(const Emitter *e, int64_t offset, int64_t size)
{
    return offset >= 0 && size >= 0 && (size_t)offset <= e->ir->string_size && (size_t)size <= e->ir->string_size - (size_t)offset;
}

static int64_t number_of(const Operand *operand)
{
    return operand_is_immediate(operand) && is_small(operand->term) ? small_value(operand->term) : operand->value;
}

Word emit_known_bits(const Operand *o)
{
    BitsSegmentType type;
    const Operand *size = &o[5];
    int64_t unit = number_of(&o[2]);
    int64_t most;

    if (!bits_segment_type(o[0].term, &type))
        return 0;
    most = type == SEGMENT_STRING ? UINT32_MAX : 64;
    if (type == SEGMENT_STRING)
        unit = 8;
    else if ((type != SEGMENT_INTEGER && type != SEGMENT_FLOAT) || !operand_is_immediate(size) || !is_small(size->term))
        return 0;
    if (unit <= 0 || number_of(size) <= 0 || number_of(size) > most / unit)
        return 0;
    return (Word)(number_of(size) * unit);
}

/* Type number unit flags value size. */
static void emit_segment(Emitter *e, const Operand *o)
{
    BitsSegmentType type;

    if (!operand_is_immediate(&o[0]) || !bits_segment_type(o[0].term, &type)) {
        emit_fail(e, "unknown type of a bitstring segment");
        return;
    }
    emit_word(e, type | emit_known_bits(o) << SEGMENT_BITS_SHIFT);
    emit_word(e, emit_field_flags(e, &o[3]));
    emit_word(e, (Word)number_of(&o[2]));
    emit_word(e, (Word)number_of(&o[1]));
    if (type == SEGMENT_STRING) {
        if (!is_string_inside(e, number_of(&o[4]), number_of(&o[5])))
            emit_fail(e, "string outside the string table");
        emit_string_address(e, (size_t)number_of(&o[4]));
        emit_word(e, (Word)number_of(&o[5]));
    } else {
        emit_mixed(e, &o[4]);
        emit_mixed(e, &o[5]);
    }
}

static void emit_create_bin(Emitter *e, const Operand *o)
{
    /* fail words live unit dst count segments */
    Operand count = operand_number(o[5].value / SEGMENT_WORDS);
    Operand dst = o[4].kind == OPERAND_X ? o[4] : operand_x(X_REGISTERS + 1);
    const Operand *move[2] = {&dst, &o[4]};

    START(e, VMOP_BS_CREATE_BIN, &o[0], &o[2], &dst, &count);
    for (int64_t i = 0; i < count.value; i++)
        emit_segment(e, &o[6 + i * SEGMENT_WORDS]);
    if (o[4].kind != OPERAND_X)
        emit_start(e, VMOP_MOVE, move, 2);
}

static void emit_match_string(Emitter *e, const Operand *o)
{
    /* fail context bits offset */
    int64_t bits = o[2].value;

    if (!is_string_inside(e, o[3].value, bits / 8 + (bits % 8 != 0)))
        emit_fail(e, "string outside the string table");
    START(e, VMOP_BS_MATCH_STRING, &o[0], &o[1], &o[2]);
    emit_string_address(e, (size_t)o[3].value);
}

static void emit_put_string(Emitter *e, const Operand *o)
{
    if (!is_string_inside(e, o[1].value, o[0].value))
        emit_fail(e, "string outside the string table");
    START(e, VMOP_BS_PUT_STRING, &o[0]);
    emit_string_address(e, (size_t)o[1].value);
}

static void emit_command(Emitter *e, MatchCommand command, int64_t bits, int64_t more, const Operand *dst)
{
    emit_word(e, command);
    emit_word(e, (Word)bits);
    emit_word(e, (Word)more);
    if (dst)
        emit_mixed(e, dst);
    else
        emit_word(e, 0);
}

/* One command at `o`; how many operands it had, 0 for one that is unknown or cut off. */
static uint32_t emit_match_command(Emitter *e, const Operand *o, uint32_t left)
{
    Term name = operand_is_immediate(o) ? o->term : TERM_NIL;

    if (name == A_ENSURE_AT_LEAST && left >= 3)
        return emit_command(e, MATCH_ENSURE_AT_LEAST, number_of(&o[1]), number_of(&o[2]), NULL), 3;
    if (name == A_ENSURE_EXACTLY && left >= 2)
        return emit_command(e, MATCH_ENSURE_EXACTLY, number_of(&o[1]), 0, NULL), 2;
    if (name == A_SKIP && left >= 2)
        return emit_command(e, MATCH_SKIP, number_of(&o[1]), 0, NULL), 2;
    if (name == A_EXACT_EQUAL && left >= 4)
        return emit_command(e, MATCH_EQUAL, number_of(&o[2]), number_of(&o[3]), NULL), 4;
    if (name == A_GET_TAIL && left >= 4)
        return emit_command(e, MATCH_GET_TAIL, 0, 0, &o[3]), 4;
    if ((name == A_INTEGER || name == A_BINARY) && left >= 6)
        return emit_command(e, name == A_INTEGER ? MATCH_INTEGER : MATCH_BINARY, number_of(&o[3]) * number_of(&o[4]),
                            emit_field_flags(e, &o[2]), &o[5]), 6;
    return 0;
}

static void emit_bs_match(Emitter *e, const Operand *o)
{
    /* fail context count commands */
    uint32_t total = (uint32_t)o[2].value;
    Operand count = operand_number(0);
    size_t count_at;

    START(e, VMOP_BS_MATCH, &o[0], &o[1], &count);
    count_at = e->count - 1;
    for (uint32_t at = 0; at < total && !e->error; e->words[count_at]++) {
        uint32_t taken = emit_match_command(e, &o[3 + at], total - at);
        if (taken == 0)
            emit_fail(e, "unknown command of bs_match");
        at += taken;
    }
}

/* --- all -------------------------------------------------------------------------------------------------- */

bool emit_list_instruction(Emitter *e, const Instruction *in)
{
    const Operand *o = in->operands;

    emit_note_line(e, in->line);
    switch (in->op) {
    case GENERIC_SELECT_VAL: emit_select_val(e, o); return true;
    case GENERIC_SELECT_TUPLE_ARITY: emit_select_arity(e, o); return true;
    case GENERIC_PUT_TUPLE2: emit_put_tuple(e, o); return true;
    case GENERIC_UPDATE_RECORD: emit_update_record(e, o); return true;
    case GENERIC_INIT_YREGS: emit_init_list(e, o); return true;
    case GENERIC_MAKE_FUN3: emit_make_fun(e, o); return true;
    case GENERIC_PUT_MAP_ASSOC: emit_put_map(e, VMOP_PUT_MAP_ASSOC, o); return true;
    case GENERIC_PUT_MAP_EXACT: emit_put_map(e, VMOP_PUT_MAP_EXACT, o); return true;
    case GENERIC_HAS_MAP_FIELDS: emit_has_fields(e, o); return true;
    case GENERIC_GET_MAP_ELEMENTS: emit_get_fields(e, o); return true;
    case GENERIC_BS_CREATE_BIN: emit_create_bin(e, o); return true;
    case GENERIC_BS_MATCH_STRING: emit_match_string(e, o); return true;
    case GENERIC_BS_PUT_STRING: emit_put_string(e, o); return true;
    case GENERIC_BS_MATCH: emit_bs_match(e, o); return true;
    default: return false;
    }
}
