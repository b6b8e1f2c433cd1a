/* emit_fields.c - fields of constant size that are matched one after the other.
 *
 * Instead of looking for each whether there are enough bits left, and moving on behind each, this is done once for all:
 *
 *     bs_ensure     are all bits there, and does a byte begin here? Else to the plain instructions, which stand behind the
 *                   function's code: they know which of them fails, and where the position is then
 *     bs_read...    an integer of whole bytes
 *     bs_is...      bytes that have to be there; else to the plain instructions again
 *     bs_window     up to eight bytes, in a scratch register
 *     bs_field...   an integer, or bits that have to be there, out of the window
 *     bs_advance    the position moves behind all fields
 */
#include "loader/emit_internal.h"

#include <string.h>

#include "vm/code/operands.h"
#include "vm/term/bits_match.h"

#define MAX_FIELDS 64
/* Constants in machine code have less than 31 bits. */
#define MAX_CONSTANT_BITS 30
#define MAX_MASKED_BITS 28

typedef struct Field {
    const Instruction *in;
    int64_t start, end;            /* bits from the first field on */
} Field;

typedef struct Run {
    const Operand *context;
    Field fields[MAX_FIELDS];
    unsigned count;
    Operand plain;                 /* label of the plain instructions */
    Operand at, window;            /* scratch registers */
    int64_t window_end;            /* where the bits in `window` end; -1: nothing is there */
} Run;

static const Operand *context_operand(const Instruction *in) { return &in->operands[1]; }

static const Operand *result_operand(const Instruction *in)
{
    switch (in->op) {
    case PSEUDO_BS_GET_INTEGER_8: case PSEUDO_BS_GET_INTEGER_32:
        return &in->operands[2];
    case PSEUDO_BS_GET_INTEGER_MASKED: case PSEUDO_BS_GET_INTEGER_SMALL: case PSEUDO_BS_GET_INTEGER_SIGNED:
    case PSEUDO_BS_GET_INTEGER_LITTLE: case PSEUDO_BS_GET_INTEGER_LITTLE_SIGNED:
        return &in->operands[4];
    default:
        return NULL;
    }
}

/* Its bits; 0: it is not of that kind. */
static int64_t field_bits(const Instruction *in)
{
    switch (in->op) {
    case PSEUDO_BS_GET_INTEGER_8:
        return 8;
    case PSEUDO_BS_GET_INTEGER_32:
        return 32;
    case PSEUDO_BS_GET_INTEGER_MASKED: case PSEUDO_BS_GET_INTEGER_SMALL: case PSEUDO_BS_GET_INTEGER_SIGNED:
    case PSEUDO_BS_GET_INTEGER_LITTLE: case PSEUDO_BS_GET_INTEGER_LITTLE_SIGNED:
        return in->operands[2].value;
    case GENERIC_BS_MATCH_STRING:
        return in->operands[2].value <= BITS_WINDOW_MAX ? in->operands[2].value : 0;
    case PSEUDO_BS_SKIP_FIXED:
        return in->operands[2].value <= (int64_t)UINT32_MAX ? in->operands[2].value : 0;
    default:
        return 0;
    }
}

static void find_run(Run *run, const Instruction *at, uint32_t left)
{
    int64_t bits = 0;

    run->count = 0;
    for (uint32_t i = 0; i < left && i < MAX_FIELDS; i++) {
        int64_t size = field_bits(&at[i]);
        const Operand *result = result_operand(&at[i]);

        if (size == 0 || bits + size > INT32_MAX / 2)
            break;
        if (i == 0)
            run->context = context_operand(at);
        else if (at[i].label != 0 || !operand_same(run->context, context_operand(&at[i])))
            break;
        if (result && operand_same(run->context, result))
            break;
        run->fields[run->count++] = (Field){&at[i], bits, bits + size};
        bits += size;
    }
}

/* --- one field ------------------------------------------------------------------------------------- */

#define EMIT(e, op, ...) \
    emit_op_anyhow(e, op, (const Operand *[]){__VA_ARGS__}, sizeof((const Operand *[]){__VA_ARGS__}) / sizeof(Operand *))

/* Where the window that begins with the field at `first` may end: all its bits lie in eight bytes. */
static int64_t window_end(const Run *run, unsigned first)
{
    int64_t start = run->fields[first].start / 8 * 8;
    int64_t end = run->fields[first].end;

    for (unsigned i = first; i < run->count && run->fields[i].end - start <= 64; i++)
        if (run->fields[i].in->op != PSEUDO_BS_SKIP_FIXED)
            end = run->fields[i].end;
    return (end + 7) / 8 * 8;
}

static void need_window(Emitter *e, Run *run, unsigned index)
{
    Operand offset;

    if (run->fields[index].end <= run->window_end)
        return;
    run->window_end = window_end(run, index);
    offset = operand_number(run->window_end / 8);
    EMIT(e, VMOP_BS_WINDOW, &run->at, &offset, &run->window);
}

/* So many of the bytes are compared at once. */
static int64_t comparable_bytes(const uint8_t *bytes, int64_t count, Operand *value)
{
    uint32_t four;
    uint16_t two;

    if (count >= 4) {
        memcpy(&four, bytes, 4);
        *value = operand_number(four);
        if (four >> MAX_CONSTANT_BITS == 0)
            return 4;
    }
    if (count >= 2) {
        memcpy(&two, bytes, 2);
        *value = operand_number(two);
        return 2;
    }
    *value = operand_number(bytes[0]);
    return 1;
}

static void emit_bytes(Emitter *e, const Run *run, const Field *field, const uint8_t *bytes)
{
    for (int64_t at = field->start / 8; at < field->end / 8;) {
        Operand offset = operand_number(at);
        Operand value;
        int64_t count = comparable_bytes(bytes, field->end / 8 - at, &value);

        EMIT(e, count == 4 ? VMOP_BS_IS_32 : count == 2 ? VMOP_BS_IS_16 : VMOP_BS_IS_8, &run->plain, &run->at, &offset, &value);
        at += count;
        bytes += count;
    }
}

static void emit_string(Emitter *e, Run *run, unsigned index)
{
    const Field *field = &run->fields[index];
    const uint8_t *bytes = e->code->strings + field->in->operands[3].value;

    if ((field->start | field->end) % 8 == 0) {
        emit_bytes(e, run, field, bytes);
        return;
    }
    need_window(e, run, index);
    for (int64_t at = field->start; at < field->end;) {
        int64_t bits = MIN(field->end - at, MAX_CONSTANT_BITS);
        Operand shift = operand_number(run->window_end - at - bits);
        Operand mask = operand_number(((int64_t)1 << bits) - 1);
        Operand value = operand_number((int64_t)bits_read(bytes, (size_t)(at - field->start), (unsigned)bits));

        EMIT(e, VMOP_BS_FIELD_IS, &run->plain, &run->window, &shift, &mask, &value);
        at += bits;
    }
}

static bool is_signed(const Instruction *in)
{
    return in->op == PSEUDO_BS_GET_INTEGER_SIGNED || in->op == PSEUDO_BS_GET_INTEGER_LITTLE_SIGNED;
}
static bool is_little(const Instruction *in)
{
    return in->op == PSEUDO_BS_GET_INTEGER_LITTLE || in->op == PSEUDO_BS_GET_INTEGER_LITTLE_SIGNED;
}

static bool emit_whole(Emitter *e, const Run *run, const Field *field)
{
    static const OpId ops[3][2][2] = {        /* 8, 16, 32 bits; little; with a sign */
        {{VMOP_BS_READ_8, VMOP_BS_READ_8_SIGNED}, {VMOP_BS_READ_8, VMOP_BS_READ_8_SIGNED}},
        {{VMOP_BS_READ_16, VMOP_BS_READ_16_SIGNED}, {VMOP_BS_READ_16_LITTLE, VMOP_BS_READ_16_LITTLE_SIGNED}},
        {{VMOP_BS_READ_32, VMOP_BS_READ_32_SIGNED}, {VMOP_BS_READ_32_LITTLE, VMOP_BS_READ_32_LITTLE_SIGNED}}
    };
    int64_t bits = field->end - field->start;
    Operand offset = operand_number(field->start / 8);

    if (field->start % 8 != 0 || (bits != 8 && bits != 16 && bits != 32))
        return false;
    EMIT(e, ops[bits == 8 ? 0 : bits == 16 ? 1 : 2][is_little(field->in)][is_signed(field->in)], &run->at, &offset,
         result_operand(field->in));
    return true;
}

static void emit_integer(Emitter *e, Run *run, unsigned index)
{
    const Field *field = &run->fields[index];
    const Operand *dst = result_operand(field->in);
    int64_t bits = field->end - field->start;
    Operand shift, above, spare, mask;
    OpId op = VMOP_BS_FIELD;

    if (emit_whole(e, run, field))
        return;
    need_window(e, run, index);
    shift = operand_number(run->window_end - field->end);
    above = operand_number(64 - bits - shift.value);
    spare = operand_number(64 - bits);
    if (is_little(field->in)) {
        op = is_signed(field->in) ? VMOP_BS_FIELD_LITTLE_SIGNED : VMOP_BS_FIELD_LITTLE;
    } else if (is_signed(field->in)) {
        op = VMOP_BS_FIELD_SIGNED;
    } else if (bits <= MAX_MASKED_BITS) {
        mask = operand_number((((int64_t)1 << bits) - 1) << 3);
        EMIT(e, VMOP_BS_FIELD_MASKED, &run->window, &shift, &mask, dst);
        return;
    }
    EMIT(e, op, &run->window, &above, &spare, dst);
}

/* --- all ------------------------------------------------------------------------------------------- */

unsigned emit_fields(Emitter *e, const Instruction *at, uint32_t left)
{
    Run run;                       /* large, and most instructions are none of these: nothing is filled in in advance */
    Operand bits;
    uint32_t start, end;

    find_run(&run, at, left);
    if (run.count < 2 && !(run.count == 1 && at->op == GENERIC_BS_MATCH_STRING))
        return 0;
    run.window_end = -1;
    bits = operand_number(run.fields[run.count - 1].end);
    start = emit_own_label(e);
    end = emit_own_label(e);
    run.plain = operand_label(start);
    run.at = operand_x(X_REGISTERS + SCRATCH_REGISTERS - 1);
    run.window = operand_x(X_REGISTERS + SCRATCH_REGISTERS - 2);
    EMIT(e, VMOP_BS_ENSURE, &run.plain, run.context, &bits, &run.at);
    for (unsigned i = 0; i < run.count; i++) {
        if (run.fields[i].in->op == PSEUDO_BS_SKIP_FIXED)
            continue;
        if (run.fields[i].in->op == GENERIC_BS_MATCH_STRING)
            emit_string(e, &run, i);
        else
            emit_integer(e, &run, i);
    }
    EMIT(e, VMOP_BS_ADVANCE, run.context, &bits);
    emit_place_own(e, end);
    emit_set_aside(e, at, run.count, start, end);
    return run.count;
}
