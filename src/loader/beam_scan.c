/* The part of beam_reader.h that finds the functions of a Code chunk and checks its form, without making instructions.
 *
 * Starting a system loads many functions and calls few, so this has to be quick: what is usual is decided by one look at
 * the tag and one comparison; all else is left to the reader that makes operands. */
#include <string.h>

#include "loader/beam_code.h"
#include "loader/beam_compact.h"
#include "loader/operand_shape.h"
#include "vm/term/atom.h"

/* In label_homes while scanning: something refers to that label. */
#define IS_USED HOME_LIMIT

typedef struct Scan {
    CodeReader code;
    BeamFunction *functions;
    FunctionIr *function;          /* at hand; null before the first */
    LabelHome *homes;
    uint32_t *aliases;             /* by label: the first label of the row */
    uint64_t limits[8];            /* by tag: values below are fine */
} Scan;

/* --- operands ------------------------------------------------------------------------------ */

/* The kind of operand that a tag stands for, as a set. */
static const uint8_t kind_of_tag[8] = {
    [COMPACT_U] = OPERAND_SET(OPERAND_NUMBER), [COMPACT_I] = OPERAND_SET(OPERAND_TERM),
    [COMPACT_A] = OPERAND_SET(OPERAND_TERM), [COMPACT_X] = OPERAND_SET(OPERAND_X),
    [COMPACT_Y] = OPERAND_SET(OPERAND_Y), [COMPACT_F] = OPERAND_SET(OPERAND_LABEL),
    [COMPACT_H] = OPERAND_SET(OPERAND_TERM)
};

static void set_limits(Scan *s)
{
    const BeamReader *beam = s->code.beam;

    s->limits[COMPACT_U] = s->limits[COMPACT_I] = s->limits[COMPACT_H] = UINT64_MAX;
    s->limits[COMPACT_A] = beam->atom_count;
    s->limits[COMPACT_X] = s->limits[COMPACT_Y] = OPERAND_MAX_REGISTER + 1;
    s->limits[COMPACT_F] = beam->ir->label_count;
    s->limits[COMPACT_Z] = 0;
}

static void scan_unusual(Scan *s, char letter)
{
    const Operand *operand;

    s->code.operand_count = 0;
    code_read_operand(&s->code, letter);
    operand = &s->code.operands[0];
    if (reader_ok(&s->code.in) && operand->kind == OPERAND_LABEL)
        s->homes[operand->value] |= IS_USED;
}

static inline void scan_operand(Scan *s, char letter)
{
    Reader *in = &s->code.in;
    const uint8_t *at = in->at;
    uint64_t value;
    unsigned tag;

    if (UNLIKELY((size_t)(in->end - at) < 2)) {
        scan_unusual(s, letter);
        return;
    }
    tag = *at & 7;
    if (LIKELY(!(*at & 8))) {
        value = *at++ >> 4;
    } else if (!(*at & 16)) {
        value = (uint64_t)(*at & 0xe0) << 3 | at[1];
        at += 2;
    } else {
        scan_unusual(s, letter);
        return;
    }
    if (UNLIKELY(value >= s->limits[tag] || !(kind_of_tag[tag] & operand_sets[(unsigned char)letter]))) {
        scan_unusual(s, letter);
        return;
    }
    in->at = at;
    if (tag == COMPACT_F)
        s->homes[value] |= IS_USED;
}

static void scan_list(Scan *s, const char *letters)
{
    size_t period = strlen(letters);
    Compact compact;
    uint32_t count;

    if (!compact_read(&s->code.in, &compact))
        return;
    if (compact.tag != COMPACT_Z || compact.big || compact.value != COMPACT_Z_LIST) {
        reader_fail(&s->code.in, "list expected");
        return;
    }
    count = code_read_number(&s->code, OPERAND_MAX_LIST, "bad length of a list");
    if (count > reader_left(&s->code.in) || count % period != 0)
        reader_fail(&s->code.in, "bad length of a list");
    for (uint32_t i = 0, letter = 0; i < count && reader_ok(&s->code.in); i++) {
        scan_operand(s, letters[letter]);
        letter = letter + 1 == period ? 0 : letter + 1;
    }
}

/* --- functions ----------------------------------------------------------------------------- */

static void scan_label(Scan *s)
{
    uint32_t label = code_read_number(&s->code, s->code.beam->ir->label_count, "bad label");

    if (!reader_ok(&s->code.in))
        return;
    if (label == 0 || s->aliases[label] != 0) {
        reader_fail(&s->code.in, "label is defined twice");
        return;
    }
    if (s->code.pending_label == 0)
        s->code.pending_label = label;
    s->aliases[label] = s->code.pending_label;
}

static void scan_function_start(Scan *s)
{
    CodeIr *ir = s->code.beam->ir;
    Reader *in = &s->code.in;
    FunctionIr *f = &ir->functions[ir->function_count];

    if (s->function && s->function->entry_label == 0)
        reader_fail(in, "function without an entry");
    else if (s->code.pending_label == 0)
        reader_fail(in, "func_info without a label");
    else if (ir->function_count == s->code.function_limit)
        reader_fail(in, "more functions than the header says");
    if (!reader_ok(in) || !code_read_func_info(&s->code, &f->name, &f->arity))
        return;
    f->line = s->code.line;
    f->info_label = s->code.pending_label;
    s->functions[ir->function_count] = (BeamFunction){(uint32_t)reader_offset(in), ir->literal_count, f->info_label};
    ir->arities[ir->function_count++] = (uint8_t)f->arity;
    s->homes[f->info_label] |= ir->function_count;
    s->code.pending_label = 0;
    s->function = f;
}

/* An instruction comes, which stands at the labels that were pending. */
static inline void take_label(Scan *s)
{
    CodeIr *ir = s->code.beam->ir;
    uint32_t label = s->code.pending_label;

    if (UNLIKELY(!s->function)) {
        reader_fail(&s->code.in, "instruction outside of any function");
        return;
    }
    if (LIKELY(label == 0 && s->function->entry_label != 0))
        return;
    s->code.pending_label = 0;
    if (s->function->entry_label != 0) {
        s->homes[label] |= ir->function_count;
        return;
    }
    if (label == 0)
        reader_fail(&s->code.in, "function without an entry");
    s->homes[label] |= ir->function_count | LABEL_IS_ENTRY;
    s->function->entry_label = label;
    if (s->code.is_on_load)
        ir->on_load_label = label;
    s->code.is_on_load = false;
}

/* --- instructions -------------------------------------------------------------------------- */

/* What is in files only. False: the code ends here. */
static bool scan_folded(Scan *s, uint8_t op)
{
    CodeIr *ir = s->code.beam->ir;
    uint32_t line;

    switch (op) {
    case GENERIC_LABEL:
        scan_label(s);
        return true;
    case GENERIC_LINE:
        line = code_read_number(&s->code, UINT32_MAX, "bad line");
        s->code.line = line < ir->line_count ? line : 0;
        return true;
    case GENERIC_FUNC_INFO:
        scan_function_start(s);
        return true;
    case GENERIC_INT_CODE_END:
        if (s->function && s->function->entry_label == 0)
            reader_fail(&s->code.in, "function without an entry");
        return false;
    case GENERIC_MAKE_FUN2:
        take_label(s);
        code_read_number(&s->code, ir->lambda_count, "bad fun index");
        return true;
    case GENERIC_NIF_START:
        if (s->function)
            s->function->is_nif_stub = true;
        ir->has_nif_stubs = true;
        return true;
    case GENERIC_ON_LOAD:
        if (s->function && s->function->entry_label != 0)
            ir->on_load_label = s->function->entry_label;
        else
            s->code.is_on_load = true;
        return true;
    case GENERIC_ALLOCATE_ZERO: case GENERIC_ALLOCATE_HEAP_ZERO: case GENERIC_INIT:
        take_label(s);
        break;
    default:
        break;
    }
    for (const char *letter = generic_op_info[op].operands; *letter; letter++)
        scan_operand(s, *letter);
    return true;
}

static void scan_instructions(Scan *s)
{
    Reader *in = &s->code.in;

    while (reader_ok(in)) {
        uint8_t op = reader_u8(in);
        const GenericOpInfo *info = op < GENERIC_OP_LIMIT ? &generic_op_info[op] : NULL;

        if (!reader_ok(in))
            return;
        if (!info || !info->name || op >= GENERIC_CHECK_TUPLE) {
            reader_fail(in, "unknown instruction; perhaps made for another release of OTP");
            return;
        }
        if (info->flags & OP_FILE) {
            if (!scan_folded(s, op))
                return;
            continue;
        }
        take_label(s);
        for (const char *letter = info->operands; *letter; letter++) {
            if (*letter == '*') {
                scan_list(s, letter + 1);
                break;
            }
            scan_operand(s, *letter);
        }
    }
}

/* Labels in a row are at home where the first is. Those that something refers to must stand somewhere. */
static void settle_labels(Scan *s)
{
    for (uint32_t label = 1; label < s->code.beam->ir->label_count; label++) {
        LabelHome home = s->homes[s->aliases[label]] & ~IS_USED;

        if (UNLIKELY((s->homes[label] & IS_USED) && home == 0))
            reader_fail(&s->code.in, "label that stands nowhere");
        s->homes[label] = home;
    }
}

static void name_function(Scan *s)
{
    LoadError *error = s->code.beam->error;
    LoadError text = *error;

    if (s->function && !reader_ok(&s->code.in))
        load_error_set(error, "%.120s in function %.100s/%u", text.text, atom_text(s->function->name, NULL),
                       s->function->arity);
}

bool beam_scan_code(BeamReader *beam, BeamFunction **functions)
{
    Scan s = {.code = {.beam = beam}};
    CodeIr *ir = beam->ir;
    bool is_good;

    if (code_read_header(&s.code)) {
        s.homes = ir->label_homes = arena_array(&ir->arena, LabelHome, ir->label_count + 1);
        s.aliases = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
        ir->arities = arena_array(&ir->arena, uint8_t, s.code.function_limit + 1);
        ir->functions = arena_array(&ir->arena, FunctionIr, s.code.function_limit + 1);
        *functions = s.functions = arena_array(&ir->arena, BeamFunction, s.code.function_limit + 1);
        set_limits(&s);
        scan_instructions(&s);
        if (reader_ok(&s.code.in))
            settle_labels(&s);
    }
    is_good = code_report(&s.code);
    name_function(&s);
    code_free(&s.code);
    return is_good;
}
