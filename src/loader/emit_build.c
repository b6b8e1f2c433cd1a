/* emit_build.c - putting bitstrings together.
 *
 * What bs_create_bin builds of integers, floats and strings of constant sizes, binaries and characters is put together by instructions of its own:
 *
 *     bs_need_small...     are the values small integers? Else to the plain bs_create_bin, which stands behind the
 *                          function's code: it knows about the rest, and raises what there is to raise
 *     bs_begin_heap        a bitstring on the heap without its bits; or
 *     bs_begin_append      the bitstring with room behind it; if there is none: to the plain bs_create_bin
 *     bs_put...            values at offsets that are known
 *
 * Fields that do not fill bytes are gathered in a scratch register first. Whole binaries and characters are asked for their
 * sizes before; offsets count from the last of them on then. */
#include "loader/emit_internal.h"

#include "vm/base/mem.h"
#include "vm/code/operands.h"
#include "vm/term/atom.h"
#include "vm/term/bits_build.h"

#define MAX_FIELDS 48
/* Longer strings are better copied. */
#define MAX_STRING_BYTES 24
/* More is rarely appended by a loop, and a word is enough for the size. */
#define MAX_APPENDED_BITS 4096

typedef enum FieldKind { FIELD_INTEGER, FIELD_FLOAT, FIELD_BINARY, FIELD_CHARACTER } FieldKind;

typedef struct Field {
    Operand value;
    FieldKind kind;
    int64_t bits;                  /* 0: the value says */
    bool is_little;
} Field;

typedef struct Plan {
    const Operand *operands;       /* fail words live unit dst count segments */
    const Operand *appended_to;    /* null: nothing */
    bool is_private;
    int64_t unit;                  /* of what is appended to */
    Field fields[MAX_FIELDS];
    unsigned count;
    int64_t bits;                  /* of all fields that know */
    bool has_binary, has_sizes;    /* fields that do not */
    Operand plain;                 /* label of the plain instruction */
    Operand total;                 /* scratch register: bits of all fields */
    Operand at, gathered, result;  /* scratch registers, but for `result`, which may be the destination */
} Plan;

/* --- what is there to do ---------------------------------------------------------------------------- */

static int64_t number_of(const Operand *operand)
{
    return operand_is_immediate(operand) && is_small(operand->term) ? small_value(operand->term) : operand->value;
}

/* Registers that the collector knows, and constants that need no look. */
static bool is_usable(const Plan *plan, const Operand *value)
{
    if (value->kind == OPERAND_X)
        return value->value < plan->operands[2].value;
    return value->kind == OPERAND_Y || (operand_is_immediate(value) && is_small(value->term));
}

static bool add_field(Plan *plan, const Operand *value, FieldKind kind, int64_t bits, bool is_little)
{
    if (plan->count == MAX_FIELDS)
        return false;
    plan->fields[plan->count++] = (Field){*value, kind, bits, is_little};
    plan->bits += bits;
    return true;
}

static bool add_constant(Plan *plan, uint64_t value, int64_t bits)
{
    Operand constant = {.kind = OPERAND_TERM, .term = small_int((int64_t)value)};

    return add_field(plan, &constant, FIELD_INTEGER, bits, false);
}

static bool add_string(Emitter *e, Plan *plan, const Operand *segment)
{
    const uint8_t *bytes = e->code->strings + number_of(&segment[4]);
    int64_t size = number_of(&segment[5]);

    if (size > MAX_STRING_BYTES)
        return false;
    while (size > 0) {
        int64_t most = plan->bits % 8 == 0 ? 4 : 1;
        int64_t part = size >= most ? most : size >= 2 && most > 1 ? 2 : 1;

        if (!add_constant(plan, bits_read(bytes, 0, (unsigned)(8 * part)), 8 * part))
            return false;
        bytes += part;
        size -= part;
    }
    return true;
}

/* Whole bytes, at a byte's start. */
static bool add_variable(Plan *plan, const Operand *value, FieldKind kind)
{
    plan->has_sizes = true;
    plan->has_binary |= kind == FIELD_BINARY;
    return plan->bits % 8 == 0 && operand_is_register(value) && is_usable(plan, value) && add_field(plan, value, kind, 0, false);
}

static bool add_segment(Emitter *e, Plan *plan, const Operand *segment)
{
    unsigned flags = emit_field_flags(e, &segment[3]);
    int64_t bits = (int64_t)emit_known_bits(segment);
    BitsSegmentType type;

    if (!bits_segment_type(segment[0].term, &type))
        return false;
    switch (type) {
    case SEGMENT_STRING:
        return add_string(e, plan, segment);
    case SEGMENT_INTEGER:
        return bits > 0 && is_usable(plan, &segment[4]) &&
               add_field(plan, &segment[4], FIELD_INTEGER, bits, bits > 8 && bits_is_little(flags));
    case SEGMENT_FLOAT:
        return bits == 64 && plan->bits % 8 == 0 && operand_is_register(&segment[4]) && is_usable(plan, &segment[4]) &&
               add_field(plan, &segment[4], FIELD_FLOAT, bits, bits_is_little(flags));
    case SEGMENT_BINARY:
        return operand_is(&segment[5], A_ALL) && (number_of(&segment[2]) == 8 || number_of(&segment[2]) == 1) &&
               add_variable(plan, &segment[4], FIELD_BINARY);
    case SEGMENT_UTF8:
        return add_variable(plan, &segment[4], FIELD_CHARACTER);
    default:
        return false;
    }
}

/* False: it is left to the plain instruction. */
static bool make_plan(Emitter *e, Plan *plan, const Operand *o)
{
    unsigned count = (unsigned)(o[5].value / SEGMENT_WORDS);
    const Operand *first = &o[6];
    BitsSegmentType type;

    *plan = (Plan){.operands = o};
    if (count == 0 || !bits_segment_type(first[0].term, &type))
        return false;
    if (type == SEGMENT_APPEND || type == SEGMENT_PRIVATE_APPEND) {
        plan->appended_to = &first[4];
        plan->is_private = type == SEGMENT_PRIVATE_APPEND;
        plan->unit = number_of(&first[2]);
        if (!operand_is_register(plan->appended_to) || !is_usable(plan, plan->appended_to))
            return false;
        /* Most other units are none of a power of two. */
        if (plan->unit <= 0 || (plan->unit & (plan->unit - 1)) != 0)
            return false;
    }
    for (unsigned i = plan->appended_to != NULL; i < count; i++)
        if (!add_segment(e, plan, &first[i * SEGMENT_WORDS]))
            return false;
    if (plan->has_sizes)
        return plan->bits <= MAX_APPENDED_BITS;
    return plan->bits > 0 && plan->bits <= (plan->appended_to ? MAX_APPENDED_BITS : HEAP_BITS_MAX_BYTES * 8);
}

static bool is_whole(const Field *field)
{
    return field->bits == 0 || field->bits == 8 || field->bits == 16 || field->bits == 32 || field->bits == 64;
}

/* How many fields from `first` on, which begins a byte, are gathered: up to the end of a byte, or the last one. 0: they are
 * too many for a word. */
static unsigned gathered_fields(const Plan *plan, unsigned first, int64_t *bits)
{
    *bits = 0;
    for (unsigned i = first; i < plan->count; i++) {
        const Field *field = &plan->fields[i];

        *bits += field->bits;
        if (*bits > 64 || field->is_little || field->kind != FIELD_INTEGER)
            return 0;
        if (*bits % 8 == 0 || i + 1 == plan->count)
            return i + 1 - first;
    }
    return 0;
}

static bool can_be_put(const Plan *plan)
{
    int64_t bits;

    for (unsigned i = 0; i < plan->count;) {
        unsigned gathered = is_whole(&plan->fields[i]) ? 1 : gathered_fields(plan, i, &bits);
        if (gathered == 0)
            return false;
        i += gathered;
    }
    return true;
}

/* --- instructions ----------------------------------------------------------------------------------- */

#define EMIT(e, op, ...) \
    emit_op_anyhow(e, op, (const Operand *[]){__VA_ARGS__}, sizeof((const Operand *[]){__VA_ARGS__}) / sizeof(Operand *))

/* Sizes are asked for each time. */
static bool is_checked_before(const Plan *plan, unsigned index)
{
    const Field *field = &plan->fields[index];

    for (unsigned i = 0; i < index && field->bits != 0; i++)
        if (plan->fields[i].kind == field->kind && operand_same(&plan->fields[i].value, &field->value))
            return true;
    return false;
}

static void emit_checks(Emitter *e, const Plan *plan)
{
    Operand bits = operand_number(plan->bits);

    if (plan->has_sizes)
        EMIT(e, VMOP_BS_TOTAL, &bits, &plan->total);
    for (unsigned i = 0; i < plan->count; i++) {
        const Field *field = &plan->fields[i];

        if (!operand_is_register(&field->value) || is_checked_before(plan, i))
            continue;
        if (field->kind == FIELD_BINARY)
            EMIT(e, VMOP_BS_NEED_BINARY, &plan->plain, &field->value, &plan->total);
        else if (field->kind == FIELD_CHARACTER)
            EMIT(e, VMOP_BS_NEED_CHARACTER, &plan->plain, &field->value, &plan->total);
        else
            EMIT(e, field->kind == FIELD_FLOAT ? VMOP_BS_NEED_FLOAT : VMOP_BS_NEED_SMALL, &plan->plain, &field->value);
    }
}

static void emit_begin(Emitter *e, const Plan *plan)
{
    const Operand *live = &plan->operands[2];
    Operand bits = operand_number(plan->bits);
    Operand header, size, mask;
    /* A binary could be the same term: it must not become longer after it was asked for its size. */
    bool extends = plan->is_private && !plan->has_binary;

    if (plan->appended_to) {
        static const OpId ops[2][2] = {
            {VMOP_BS_BEGIN_APPEND, VMOP_BS_BEGIN_EXTEND}, {VMOP_BS_BEGIN_APPEND_TOTAL, VMOP_BS_BEGIN_EXTEND_TOTAL}
        };
        mask = operand_number(plan->unit - 1);
        EMIT(e, ops[plan->has_sizes][extends], &plan->plain, live, plan->has_sizes ? &plan->total : &bits, &mask,
             plan->appended_to, &plan->at, &plan->result);
        return;
    }
    if (plan->has_sizes) {
        EMIT(e, VMOP_BS_BEGIN_TOTAL, &plan->plain, live, &plan->total, &plan->at, &plan->result);
        return;
    }
    size = operand_number((int64_t)HEAP_BITS_WORDS(bits_bytes((size_t)plan->bits)));
    header = operand_number((int64_t)MAKE_HEADER(BOX_HEAP_BITS, size.value - 1));
    size.value *= (int64_t)sizeof(Word);
    EMIT(e, VMOP_BS_BEGIN_HEAP, live, &size, &header, &bits, &plan->at, &plan->result);
}

static void emit_whole(Emitter *e, const Plan *plan, const Field *field, int64_t offset)
{
    Operand where = operand_number(offset);
    OpId op;

    if (field->kind == FIELD_BINARY)
        op = VMOP_BS_PUT_ALL;
    else if (field->kind == FIELD_CHARACTER)
        op = VMOP_BS_PUT_CHARACTER;
    else if (field->kind == FIELD_FLOAT)
        op = field->is_little ? VMOP_BS_PUT_DOUBLE_LITTLE : VMOP_BS_PUT_DOUBLE;
    else if (field->bits == 8)
        op = VMOP_BS_PUT_8;
    else if (field->bits == 16)
        op = field->is_little ? VMOP_BS_PUT_16_LITTLE : VMOP_BS_PUT_16;
    else if (field->bits == 32)
        op = field->is_little ? VMOP_BS_PUT_32_LITTLE : VMOP_BS_PUT_32;
    else
        op = field->is_little ? VMOP_BS_PUT_64_LITTLE : VMOP_BS_PUT_64;
    EMIT(e, op, &plan->at, &where, &field->value);
}

/* What was gathered, as so many whole bytes. */
static void emit_gathered(Emitter *e, const Plan *plan, int64_t bytes, int64_t offset)
{
    static const struct { int64_t bytes; OpId op; } parts[] = {
        {8, VMOP_BS_PUT_GATHERED_64}, {4, VMOP_BS_PUT_GATHERED_32}, {2, VMOP_BS_PUT_GATHERED_16}, {1, VMOP_BS_PUT_GATHERED_8}
    };

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        Operand where, shift;

        if (bytes < parts[i].bytes)
            continue;
        bytes -= parts[i].bytes;
        where = operand_number(offset);
        shift = operand_number(8 * bytes);
        EMIT(e, parts[i].op, &plan->at, &where, &plan->gathered, &shift);
        offset += parts[i].bytes;
    }
}

static void emit_gather(Emitter *e, const Plan *plan, unsigned first, unsigned count, int64_t bits, int64_t offset)
{
    int64_t bytes = (bits + 7) / 8;
    int64_t shift = 8 * bytes;

    for (unsigned i = 0; i < count; i++) {
        const Field *field = &plan->fields[first + i];
        Operand spare = operand_number(64 - field->bits);
        Operand left;

        shift -= field->bits;
        left = operand_number(shift);
        if (i == 0)
            EMIT(e, VMOP_BS_GATHER, &field->value, &spare, &left, &plan->gathered);
        else
            EMIT(e, VMOP_BS_GATHER_MORE, &field->value, &spare, &left, &plan->gathered);
    }
    emit_gathered(e, plan, bytes, offset);
}

static void emit_puts(Emitter *e, const Plan *plan)
{
    int64_t offset = 0, bits;

    for (unsigned i = 0; i < plan->count;) {
        const Field *field = &plan->fields[i];
        unsigned count = 1;

        if (is_whole(field)) {
            bits = field->bits;
            emit_whole(e, plan, field, offset);
        } else {
            count = gathered_fields(plan, i, &bits);
            emit_gather(e, plan, i, count, bits, offset);
        }
        offset = bits > 0 ? offset + bits / 8 : 0;
        i += count;
    }
}

/* Does a value stand where the result goes? */
static bool is_overwritten(const Plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (operand_same(&plan->fields[i].value, &plan->operands[4]))
            return true;
    return false;
}

bool emit_build(Emitter *e, const Instruction *in)
{
    const Operand *dst = &in->operands[4];
    Plan plan;
    uint32_t start, end;
    bool is_late;

    if (!make_plan(e, &plan, in->operands) || !can_be_put(&plan))
        return false;
    start = emit_own_label(e);
    end = emit_own_label(e);
    is_late = is_overwritten(&plan);
    plan.plain = operand_label(start);
    plan.at = operand_x(X_REGISTERS + SCRATCH_REGISTERS - 1);
    plan.gathered = operand_x(X_REGISTERS + SCRATCH_REGISTERS - 2);
    plan.total = operand_x(X_REGISTERS + SCRATCH_REGISTERS - 4);
    plan.result = is_late ? operand_x(X_REGISTERS + SCRATCH_REGISTERS - 3) : *dst;
    emit_checks(e, &plan);
    emit_begin(e, &plan);
    emit_puts(e, &plan);
    if (is_late)
        EMIT(e, VMOP_MOVE, &plan.result, dst);
    emit_place_own(e, end);
    emit_set_aside(e, in, 1, start, end);
    return true;
}
