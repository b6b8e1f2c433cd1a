/* emit_prepare.c - makes generic instructions ready for the rules, in place.
 *
 * Offsets become bytes, sizes become headers, imports become Exports, and what has an instruction of its own
 * (BIFs, small integers, constants) gets the name of that (the pseudo instructions of rules.tab). */
#include "loader/emit_internal.h"

#include <string.h>

#include "vm/code/operands.h"
#include "vm/proc/bif.h"
#include "vm/term/atom.h"
#include "vm/term/bits_match.h"

/* So many bits give a small integer that is a constant of 31 bits at most. */
#define MAX_MASKED_BITS 28
#define MAX_OFFSET_WORDS ((int64_t)1 << 32)

/* --- changing instructions ---------------------------------------------------------------------- */

static Operand *new_operands(Emitter *e, unsigned count) { return arena_array(&e->ir->arena, Operand, count); }

static void become(Emitter *e, Instruction *in, uint16_t op, unsigned count, const Operand *const *operands)
{
    Operand *copy = new_operands(e, count + 1);

    for (unsigned i = 0; i < count; i++)
        copy[i] = *operands[i];
    in->op = op;
    in->operands = copy;
    in->operand_count = count;
}
#define BECOME(e, in, op, ...) \
    become(e, in, op, sizeof((const Operand *[]){__VA_ARGS__}) / sizeof(Operand *), (const Operand *[]){__VA_ARGS__})

static void scale_words(Emitter *e, Operand *operand, int64_t extra)
{
    if (operand->value < 0 || operand->value > MAX_OFFSET_WORDS)
        emit_fail(e, "size out of range");
    operand->value = (operand->value + extra) * (int64_t)sizeof(Word);
}

/* --- BIFs used in place ------------------------------------------------------------------------------ */

typedef struct InlineBif {
    Term name;
    uint32_t arity;
    uint16_t op;
    enum { PLAIN, VALUE, SWAPPED } form;   /* VALUE: no fail and live operands; SWAPPED: and b before a */
} InlineBif;

static const InlineBif inline_bifs[] = {
    {A_PLUS, 2, PSEUDO_ADD, PLAIN},
    {A_MINUS, 2, PSEUDO_SUB, PLAIN},
    {A_TIMES, 2, PSEUDO_MUL, PLAIN},
    {A_DIV, 2, PSEUDO_DIV, PLAIN},
    {A_REM, 2, PSEUDO_REM, PLAIN},
    {A_BAND, 2, PSEUDO_BAND, PLAIN},
    {A_BOR, 2, PSEUDO_BOR, PLAIN},
    {A_BXOR, 2, PSEUDO_BXOR, PLAIN},
    {A_BSL, 2, PSEUDO_BSL, PLAIN},
    {A_BSR, 2, PSEUDO_BSR, PLAIN},
    {A_BNOT, 1, PSEUDO_BNOT, PLAIN},
    {A_MINUS, 1, PSEUDO_NEGATE, PLAIN},
    {A_ELEMENT, 2, PSEUDO_ELEMENT_ANY, PLAIN},
    {A_HD, 1, PSEUDO_HD, PLAIN},
    {A_TL, 1, PSEUDO_TL, PLAIN},
    {A_TUPLE_SIZE, 1, PSEUDO_TUPLE_SIZE, PLAIN},
    {A_NOT, 1, PSEUDO_NOT, PLAIN},
    {A_AND, 2, PSEUDO_AND, PLAIN},
    {A_OR, 2, PSEUDO_OR, PLAIN},
    {A_MAP_GET, 2, PSEUDO_MAP_GET, PLAIN},
    {A_IS_MAP_KEY, 2, PSEUDO_IS_MAP_KEY, PLAIN},
    {A_EXACT_EQUAL, 2, PSEUDO_EQ_EXACT_VALUE, VALUE},
    {A_EXACT_NOT_EQUAL, 2, PSEUDO_NE_EXACT_VALUE, VALUE},
    {A_LESS, 2, PSEUDO_LT_VALUE, VALUE},
    {A_GREATER_EQUAL, 2, PSEUDO_GE_VALUE, VALUE},
    {A_GREATER, 2, PSEUDO_LT_VALUE, SWAPPED},
    {A_LESS_EQUAL, 2, PSEUDO_GE_VALUE, SWAPPED},
};

static const InlineBif *find_inline(const ImportIr *import)
{
    if (import->module != A_ERLANG)
        return NULL;
    for (size_t i = 0; i < ARRAY_SIZE(inline_bifs); i++)
        if (inline_bifs[i].name == import->function && inline_bifs[i].arity == import->arity)
            return &inline_bifs[i];
    return NULL;
}

static bool is_register_and_small(const Operand *first, const Operand *second)
{
    return operand_is_register(first) && operand_is_immediate(second) && is_small(second->term);
}

/* Bits that small integers are shifted by on the spot. */
#define MAX_SHIFT 60

/* A register and a small integer. */
static uint16_t sharpen_arith(uint16_t op, int64_t value)
{
    if (op == PSEUDO_BAND)
        return PSEUDO_BAND_SMALL;
    if (value >= 0 && value <= MAX_SHIFT)
        return op == PSEUDO_BSL ? PSEUDO_BSL_BY : op == PSEUDO_BSR ? PSEUDO_BSR_BY : op;
    return op;
}

static uint16_t sharpen(uint16_t op, const Operand *args)
{
    if (is_register_and_small(&args[0], &args[1]) && (op == PSEUDO_BAND || op == PSEUDO_BSL || op == PSEUDO_BSR))
        return sharpen_arith(op, small_value(args[1].term));
    if (op == PSEUDO_ELEMENT_ANY && operand_is_immediate(&args[0]) && is_small(args[0].term))
        return PSEUDO_ELEMENT;
    if (op == PSEUDO_MAP_GET && operand_is_immediate(&args[0]))
        return PSEUDO_MAP_GET_FIELD;
    return op;
}

static bool counts_by(const Operand *counter, const Operand *step)
{
    return is_register_and_small(counter, step) && fits_stock_small(small_value(step->term));
}

/* Does a body count up or down with this? By what is a small integer on stock, that is. */
static bool is_counting(uint16_t op, const Operand *fail, const Operand *args)
{
    if (fail->value != 0)
        return false;
    if (op == PSEUDO_SUB)
        return counts_by(&args[0], &args[1]) && small_value(args[1].term) >= 0;
    return op == PSEUDO_ADD && (counts_by(&args[1], &args[0]) || counts_by(&args[0], &args[1]));
}

/* Others may trap, or raise more than guards are ready for. */
static bool is_guard_bif(const Export *export)
{
    return export->bif && (export->bif_entry->flags & BIF_GUARD);
}

static void use_bif(Emitter *e, Instruction *in, const Operand *fail, const Operand *live, const ImportIr *import,
                    const Operand *args, const Operand *dst)
{
    static const uint16_t plain[] = {PSEUDO_BIF0, PSEUDO_BIF1, PSEUDO_BIF2, PSEUDO_BIF3};
    const InlineBif *known = find_inline(import);
    Operand target, counting = *live, place = operand_number(0), bits;
    const Operand *all[8] = {fail, live};
    unsigned count = 2;
    uint16_t op;

    if (import->module == A_ERLANG && import->function == A_PLUS && import->arity == 1) {
        Operand zero = {.kind = OPERAND_TERM, .term = SMALL(0)};
        if (fail->value == 0 && operand_is_register(&args[0]))
            counting.value |= LIVE_COUNTING;
        BECOME(e, in, PSEUDO_ADD, fail, &counting, &args[0], &zero, dst);
        return;
    }
    if (known && known->form != PLAIN) {
        bool swapped = known->form == SWAPPED;
        BECOME(e, in, known->op, &args[swapped], &args[!swapped], dst);
        return;
    }
    if (!known) {
        Export *export = export_get(import->module, import->function, import->arity);
        if (!is_guard_bif(export) || import->arity > 3)
            emit_fail(e, "use of a guard function that does not exist");
        target = operand_pointer(export);
        all[count++] = &target;
    }
    if (known && is_counting(known->op, fail, args)) {
        counting.value |= LIVE_COUNTING;
        all[1] = &counting;
    }
    for (unsigned i = 0; i < import->arity; i++)
        all[count++] = &args[i];
    all[count++] = dst;
    op = known ? sharpen(known->op, args) : plain[import->arity];
    if (op == PSEUDO_MAP_GET_FIELD)
        all[count++] = &place;
    if (op == PSEUDO_BSL_BY || op == PSEUDO_BSR_BY) {
        bits = operand_number(small_value(args[1].term));
        all[3] = &bits;
    }
    become(e, in, op, count, all);
}

static const ImportIr *import_of(Emitter *e, const Operand *index, uint32_t arity)
{
    const ImportIr *import = &e->ir->imports[index->value];

    if (import->arity != arity)
        emit_fail(e, "guard function called with another number of arguments");
    return import;
}

static void prepare_bif0(Emitter *e, Instruction *in)
{
    const ImportIr *import = import_of(e, &in->operands[0], 0);
    Export *export = export_get(import->module, import->function, 0);
    Operand target = operand_pointer(export);

    if (import->module == A_ERLANG && import->function == A_SELF)
        BECOME(e, in, PSEUDO_SELF, &in->operands[1]);
    else if (!is_guard_bif(export))
        emit_fail(e, "use of a guard function that does not exist");
    else
        BECOME(e, in, PSEUDO_BIF0, &target, &in->operands[1]);
}

static void prepare_bif(Emitter *e, Instruction *in, uint32_t arity, bool has_live)
{
    Operand *o = in->operands;
    Operand no_live = operand_number((int64_t)NO_LIVE);
    const Operand *args = o + 2 + has_live;

    use_bif(e, in, &o[0], has_live ? &o[1] : &no_live, import_of(e, &o[1 + has_live], arity), args, args + arity);
}

/* --- calls ------------------------------------------------------------------------------------------------- */

static bool is_apply(const ImportIr *import, uint32_t arity)
{
    return import->module == A_ERLANG && import->function == A_APPLY && import->arity == arity;
}

/* Calls lead to the function's entry, whoever makes them. */
static void to_callee(const Emitter *e, Operand *target)
{
    target->callee = home_function(e->ir->label_homes[target->value]) + 1;
}

/* `base` is the first of three ops in a row: call, call and drop the frame, call without a frame. */
static void prepare_call_ext(Emitter *e, Instruction *in, unsigned form)
{
    const ImportIr *import = &e->ir->imports[in->operands[1].value];
    const Operand *frame = form == 1 ? &in->operands[2] : NULL;
    Export *export;
    Operand target;

    if (is_apply(import, 2) || is_apply(import, 3)) {
        uint16_t op = (uint16_t)((import->arity == 2 ? PSEUDO_APPLY_FUN : PSEUDO_APPLY_MFA) + form);
        become(e, in, op, frame ? 1 : 0, &frame);
        return;
    }
    export = export_get(import->module, import->function, import->arity);
    target = operand_pointer(export);
    become(e, in, (uint16_t)((export->bif ? PSEUDO_CALL_BIF : PSEUDO_CALL_EXT) + form), frame ? 2 : 1,
           (const Operand *[]){&target, frame});
}

static void prepare_call_fun(Emitter *e, Instruction *in)
{
    Operand fun = operand_x((unsigned)in->operands[0].value);

    BECOME(e, in, PSEUDO_CALL_FUN, &in->operands[0], &fun);
}

/* --- tests --------------------------------------------------------------------------------------------------- */

static void swap_operands(Instruction *in, unsigned a, unsigned b)
{
    Operand was = in->operands[a];

    in->operands[a] = in->operands[b];
    in->operands[b] = was;
}

/* The constant, if there is one, comes last. */
static void prepare_equal(Instruction *in, uint16_t immediate_op)
{
    if (!operand_is_register(&in->operands[1]))
        swap_operands(in, 1, 2);
    if (immediate_op && operand_is_register(&in->operands[1]) && operand_is_immediate(&in->operands[2]))
        in->op = immediate_op;
}

static void prepare_select(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;
    unsigned pairs = (unsigned)o[2].value / 2;

    for (unsigned i = 0; i < pairs; i++)
        if (!operand_is_immediate(&o[3 + 2 * i]))
            return;
    if (pairs == 2)
        BECOME(e, in, PSEUDO_SELECT2, &o[0], &o[1], &o[3], &o[4], &o[5], &o[6]);
    else if (pairs == 3)
        BECOME(e, in, PSEUDO_SELECT3, &o[0], &o[1], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8]);
}

static void to_header(Emitter *e, Operand *size)
{
    if (size->value < 0 || size->value > TUPLE_MAX_SIZE)
        emit_fail(e, "tuple size out of range");
    size->value = (int64_t)MAKE_HEADER(BOX_TUPLE, size->value);
}

/* --- lists of operands ------------------------------------------------------------------------------------------ */

static void prepare_put_tuple(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;

    if (o[1].value == 2)
        BECOME(e, in, PSEUDO_PUT_TUPLE_2, &o[2], &o[3], &o[0]);
    else if (o[1].value == 3)
        BECOME(e, in, PSEUDO_PUT_TUPLE_3, &o[2], &o[3], &o[4], &o[0]);
}

static void prepare_init(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;

    if (o[0].value == 1)
        BECOME(e, in, PSEUDO_INIT1, &o[1]);
    else if (o[0].value == 2)
        BECOME(e, in, PSEUDO_INIT2, &o[1], &o[2]);
    else if (o[0].value == 3)
        BECOME(e, in, PSEUDO_INIT3, &o[1], &o[2], &o[3]);
}

/* --- floats ------------------------------------------------------------------------------------------------------- */

/* A number that is known goes into the float register as it is. */
static bool constant_float(Emitter *e, const Operand *source, Operand *bits)
{
    Term term = source->kind == OPERAND_TERM ? emit_constant(e, source) : NO_TERM;
    double value;

    if (is_small(term))
        value = (double)small_value(term);
    else if (is_float(term))
        value = float_value(term);
    else
        return false;
    *bits = operand_number(0);
    memcpy(&bits->value, &value, sizeof value);
    return true;
}

static void prepare_fmove(Emitter *e, Instruction *in)
{
    Operand bits;

    if (in->operands[0].kind == OPERAND_FR)
        in->op = PSEUDO_FMOVE_STORE;
    else if (constant_float(e, &in->operands[0], &bits))
        BECOME(e, in, PSEUDO_FMOVE_BITS, &bits, &in->operands[1]);
    else
        in->op = PSEUDO_FMOVE_LOAD;
}

static void prepare_fconv(Emitter *e, Instruction *in)
{
    Operand bits;

    if (constant_float(e, &in->operands[0], &bits))
        BECOME(e, in, PSEUDO_FMOVE_BITS, &bits, &in->operands[1]);
}

/* --- bitstrings ----------------------------------------------------------------------------------------------------- */

/* Bits of a field of constant size. */
static bool constant_bits(const Operand *size, const Operand *unit, Operand *bits)
{
    int64_t count;

    if (!operand_is_immediate(size) || !is_small(size->term) || small_value(size->term) < 0)
        return false;
    if (__builtin_mul_overflow(small_value(size->term), unit->value, &count) || count > (int64_t)BITS_MAX)
        return false;
    *bits = operand_number(count);
    return true;
}

static void prepare_get_integer(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;     /* fail context live size unit flags dst */
    Operand bits, spare, mask;
    unsigned flags = (unsigned)o[5].value;
    bool is_signed = flags & BITS_SIGNED, is_little = bits_is_little(flags);

    if (!constant_bits(&o[3], &o[4], &bits)) {
        BECOME(e, in, PSEUDO_BS_GET_INTEGER, &o[0], &o[2], &o[1], &o[3], &o[4], &o[5], &o[6]);
        return;
    }
    /* The order of bytes says nothing about a single one. */
    is_little = is_little && bits.value > 8;
    spare = operand_number(64 - bits.value);
    mask = operand_number((((int64_t)1 << (bits.value & 31)) - 1) << 3);
    if (bits.value == 0 || bits.value > BITS_WINDOW_MAX || (is_little && bits.value % 8 != 0))
        BECOME(e, in, PSEUDO_BS_GET_INTEGER_FIXED, &o[0], &o[2], &o[1], &bits, &o[5], &o[6]);
    else if (is_little)
        BECOME(e, in, is_signed ? PSEUDO_BS_GET_INTEGER_LITTLE_SIGNED : PSEUDO_BS_GET_INTEGER_LITTLE, &o[0], &o[1], &bits,
               &spare, &o[6]);
    else if (is_signed)
        BECOME(e, in, PSEUDO_BS_GET_INTEGER_SIGNED, &o[0], &o[1], &bits, &spare, &o[6]);
    else if (bits.value == 8 || bits.value == 32)
        BECOME(e, in, bits.value == 8 ? PSEUDO_BS_GET_INTEGER_8 : PSEUDO_BS_GET_INTEGER_32, &o[0], &o[1], &o[6]);
    else if (bits.value <= MAX_MASKED_BITS)
        BECOME(e, in, PSEUDO_BS_GET_INTEGER_MASKED, &o[0], &o[1], &bits, &mask, &o[6]);
    else
        BECOME(e, in, PSEUDO_BS_GET_INTEGER_SMALL, &o[0], &o[1], &bits, &spare, &o[6]);
}

static void prepare_get_binary(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;     /* fail context live size unit flags dst */
    Operand bits;

    if (constant_bits(&o[3], &o[4], &bits))
        BECOME(e, in, PSEUDO_BS_GET_BINARY_FIXED, &o[0], &o[2], &o[1], &bits, &o[6]);
    else if (operand_is(&o[3], A_ALL))
        BECOME(e, in, PSEUDO_BS_GET_BINARY_ALL, &o[0], &o[2], &o[1], &o[4], &o[6]);
    else
        BECOME(e, in, PSEUDO_BS_GET_BINARY, &o[0], &o[2], &o[1], &o[3], &o[4], &o[6]);
}

static void prepare_skip(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;     /* fail context size unit flags */
    Operand bits;

    if (operand_is(&o[2], A_ALL))
        BECOME(e, in, PSEUDO_BS_SKIP_ALL, &o[0], &o[1], &o[3]);
    else if (constant_bits(&o[2], &o[3], &bits))
        BECOME(e, in, PSEUDO_BS_SKIP_FIXED, &o[0], &o[1], &bits);
    else
        BECOME(e, in, PSEUDO_BS_SKIP_BITS, &o[0], &o[1], &o[2], &o[3]);
}

static void prepare_test_unit(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;     /* fail context unit */
    Operand mask = operand_number(MAX(o[2].value, 1) - 1);

    if ((mask.value & o[2].value) == 0)
        BECOME(e, in, PSEUDO_BS_TEST_MASK, &o[0], &o[1], &mask);
}

static void prepare_start_match(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;
    Operand nowhere = operand_label(0);

    if (in->op == GENERIC_BS_START_MATCH3)
        BECOME(e, in, PSEUDO_BS_START_MATCH, &o[0], &o[2], &o[1], &o[3]);
    else
        BECOME(e, in, PSEUDO_BS_START_MATCH, o[0].kind == OPERAND_LABEL ? &o[0] : &nowhere, &o[1], &o[2], &o[3]);
}

/* A size that is a number in the instruction, as a term. */
static Operand size_term(const Operand *size)
{
    if (size->kind == OPERAND_NUMBER)
        return (Operand){.kind = OPERAND_TERM, .term = small_int(size->value)};
    return *size;
}

static void prepare_bits(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;
    Operand size, one = operand_number(1), eight = operand_number(8);

    switch (in->op) {
    case GENERIC_BS_GET_INTEGER2:
        prepare_get_integer(e, in);
        break;
    case GENERIC_BS_GET_FLOAT2:
        BECOME(e, in, PSEUDO_BS_GET_FLOAT, &o[0], &o[2], &o[1], &o[3], &o[4], &o[5], &o[6]);
        break;
    case GENERIC_BS_GET_BINARY2:
        prepare_get_binary(e, in);
        break;
    case GENERIC_BS_SKIP_BITS2:
        prepare_skip(e, in);
        break;
    case GENERIC_BS_TEST_UNIT:
        prepare_test_unit(e, in);
        break;
    case GENERIC_BS_START_MATCH3:
    case GENERIC_BS_START_MATCH4:
        prepare_start_match(e, in);
        break;
    case GENERIC_BS_INIT2:             /* fail size words live flags dst */
    case GENERIC_BS_INIT_BITS:
        size = size_term(&o[1]);
        BECOME(e, in, PSEUDO_BS_INIT, &o[0], &o[3], &size, in->op == GENERIC_BS_INIT2 ? &eight : &one, &o[5]);
        break;
    case GENERIC_BS_APPEND:            /* fail size extra live unit src flags dst */
        size = size_term(&o[1]);
        BECOME(e, in, PSEUDO_BS_APPEND, &o[0], &o[3], &size, &one, &o[5], &o[4], &o[7]);
        break;
    case GENERIC_BS_PRIVATE_APPEND:    /* fail size unit src flags dst */
        size = size_term(&o[1]);
        BECOME(e, in, PSEUDO_BS_APPEND, &o[0], &one, &size, &o[2], &o[3], &one, &o[5]);
        break;
    }
}

/* --- all ------------------------------------------------------------------------------------------------------------- */

static void prepare_values(Emitter *e, Instruction *in)
{
    Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_ALLOCATE_HEAP:
        scale_words(e, &o[0], 0);
        scale_words(e, &o[1], 0);
        break;
    case GENERIC_TEST_HEAP:
    case GENERIC_ALLOCATE:
    case GENERIC_DEALLOCATE:
    case GENERIC_TRIM:
        scale_words(e, &o[0], 0);
        break;
    case GENERIC_GET_TUPLE_ELEMENT:
        scale_words(e, &o[1], 1);
        break;
    case GENERIC_SET_TUPLE_ELEMENT:
        scale_words(e, &o[2], 1);
        break;
    case GENERIC_TEST_ARITY:
    case GENERIC_IS_TAGGED_TUPLE:
        to_header(e, &o[2]);
        break;
    case GENERIC_IS_EQ_EXACT:
        prepare_equal(in, PSEUDO_IS_EQ_IMM);
        break;
    case GENERIC_IS_NE_EXACT:
        prepare_equal(in, PSEUDO_IS_NE_IMM);
        break;
    case GENERIC_IS_EQ:
    case GENERIC_IS_NE:
        prepare_equal(in, 0);
        break;
    case GENERIC_SELECT_VAL:
        prepare_select(e, in);
        break;
    case GENERIC_PUT_TUPLE2:
        prepare_put_tuple(e, in);
        break;
    case GENERIC_INIT_YREGS:
        prepare_init(e, in);
        break;
    case GENERIC_FMOVE:
        prepare_fmove(e, in);
        break;
    case GENERIC_FCONV:
        prepare_fconv(e, in);
        break;
    default:
        prepare_bits(e, in);
    }
}

void emit_prepare_closed_receive(Emitter *e, Instruction *loop_rec, uint32_t number)
{
    Operand receive = operand_number(number);

    BECOME(e, loop_rec, PSEUDO_LOOP_REC_CLOSED, &loop_rec->operands[0], &loop_rec->operands[1], &receive);
}

void emit_prepare(Emitter *e, Instruction *in)
{
    if (!(generic_op_info[in->op].flags & (OP_RAISE | OP_CALL)))
        in->line = 0;
    switch (in->op) {
    case GENERIC_BIF0:
        prepare_bif0(e, in);
        break;
    case GENERIC_BIF1:
        prepare_bif(e, in, 1, false);
        break;
    case GENERIC_BIF2:
        prepare_bif(e, in, 2, false);
        break;
    case GENERIC_GC_BIF1:
        prepare_bif(e, in, 1, true);
        break;
    case GENERIC_GC_BIF2:
        prepare_bif(e, in, 2, true);
        break;
    case GENERIC_GC_BIF3:
        prepare_bif(e, in, 3, true);
        break;
    case GENERIC_CALL_LAST:
        scale_words(e, &in->operands[2], 0);
        to_callee(e, &in->operands[1]);
        break;
    case GENERIC_CALL: case GENERIC_CALL_ONLY:
        to_callee(e, &in->operands[1]);
        break;
    case GENERIC_APPLY_LAST:
        scale_words(e, &in->operands[1], 0);
        break;
    case GENERIC_CALL_EXT:
        prepare_call_ext(e, in, 0);
        break;
    case GENERIC_CALL_EXT_LAST:
        scale_words(e, &in->operands[2], 0);
        prepare_call_ext(e, in, 1);
        break;
    case GENERIC_CALL_EXT_ONLY:
        prepare_call_ext(e, in, 2);
        break;
    case GENERIC_CALL_FUN:
        prepare_call_fun(e, in);
        break;
    case GENERIC_CALL_FUN2:
        BECOME(e, in, PSEUDO_CALL_FUN, &in->operands[1], &in->operands[2]);
        break;
    default:
        prepare_values(e, in);
    }
}
