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
    FunctionPlace *places;
    FunctionIr *function;          /* at hand; null before the first */
    LabelHome *homes;
    uint32_t *aliases;             /* by label: the first label of the row */
    uint64_t limits[8];            /* by tag: values below are fine */
    uint64_t type_limit, literal_limit;
} Scan;

/* No instruction without its list takes more, in the short forms of numbers: the number, and nine operands of at most
 * three times two bytes. */
#define SHORT_BYTES 55

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
    s->type_limit = beam->type_count ? beam->type_count : UINT32_MAX;
    s->literal_limit = beam->ir->literal_count;
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

/* A tag and a number in one byte or two. False: it is longer. */
static inline bool short_compact(const uint8_t **at, unsigned *tag, uint64_t *value)
{
    unsigned first = **at;

    *tag = first & 7;
    if (LIKELY(!(first & 8))) {
        *value = first >> 4;
        *at += 1;
        return true;
    }
    *value = (uint64_t)(first & 0xe0) << 3 | (*at)[1];
    *at += 2;
    return !(first & 16);
}

/* What follows the tag of a literal or of a register with a type; the kind of operand as a set, 0: an unusual one. */
static inline uint8_t short_extended(const Scan *s, uint64_t what, const uint8_t **at)
{
    unsigned tag, type_tag;
    uint64_t value, type;

    if (!short_compact(at, &tag, &value))
        return 0;
    if (what == COMPACT_Z_LITERAL)
        return tag == COMPACT_U && value < s->literal_limit ? OPERAND_SET(OPERAND_TERM) : 0;
    if (what != COMPACT_Z_TYPED || (tag != COMPACT_X && tag != COMPACT_Y) || value >= s->limits[tag])
        return 0;
    if (!short_compact(at, &type_tag, &type) || type_tag != COMPACT_U || type >= s->type_limit)
        return 0;
    return kind_of_tag[tag];
}

/* The operands at `at`, up to a list: then *list is set to the letters behind the star. Where they end; null: there are unusual
 * ones, and all is to be looked at once more. SHORT_BYTES may be read. */
static inline const uint8_t *scan_short(Scan *s, const uint8_t *at, const char *letter, const char **list)
{
    for (; *letter; letter++) {
        unsigned tag;
        uint64_t value;
        uint8_t kind;

        if (UNLIKELY(*letter == '*')) {
            *list = letter + 1;
            return at;
        }
        if (!short_compact(&at, &tag, &value))
            return NULL;
        if (tag == COMPACT_Z)
            kind = short_extended(s, value, &at);
        else
            kind = value < s->limits[tag] ? kind_of_tag[tag] : 0;
        if (UNLIKELY(!(kind & operand_sets[(unsigned char)*letter])))
            return NULL;
        if (tag == COMPACT_F)
            s->homes[value] |= IS_USED;
    }
    return at;
}

static void scan_operands(Scan *s, const char *letter)
{
    for (; *letter; letter++) {
        if (*letter == '*') {
            scan_list(s, letter + 1);
            return;
        }
        scan_operand(s, *letter);
    }
}

/* --- functions ----------------------------------------------------------------------------- */

static void place_label(Scan *s, uint32_t label)
{
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
    s->places[ir->function_count] = (FunctionPlace){(uint32_t)reader_offset(in), ir->literal_count, f->info_label};
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
    uint32_t label, line;

    switch (op) {
    case GENERIC_LABEL:
        label = code_read_number(&s->code, ir->label_count, "bad label");
        if (reader_ok(&s->code.in))
            place_label(s, label);
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
    scan_operands(s, generic_op_info[op].operands);
    return true;
}

/* Of labels and lines there are as many as of all the others. */
static inline bool scan_short_label(Scan *s)
{
    const uint8_t *at = s->code.in.at + 1;
    uint64_t label;
    unsigned tag;

    if (!short_compact(&at, &tag, &label) || tag != COMPACT_U || label >= s->limits[COMPACT_F])
        return false;
    s->code.in.at = at;
    place_label(s, (uint32_t)label);
    return true;
}

static inline bool scan_short_line(Scan *s)
{
    const uint8_t *at = s->code.in.at + 1;
    uint64_t line;
    unsigned tag;

    if (!short_compact(&at, &tag, &line) || tag != COMPACT_U)
        return false;
    s->code.line = line < s->code.beam->ir->line_count ? (uint32_t)line : 0;
    s->code.in.at = at;
    return true;
}

/* An instruction of the usual kind. False: it is none, and nothing was taken. */
static inline bool scan_usual(Scan *s)
{
    Reader *in = &s->code.in;
    uint8_t op = *in->at;
    const GenericOpInfo *info = op < GENERIC_CHECK_TUPLE ? &generic_op_info[op] : NULL;
    const char *list = NULL;
    const uint8_t *at;

    if (op == GENERIC_LABEL)
        return scan_short_label(s);
    if (op == GENERIC_LINE)
        return scan_short_line(s);
    if (!info || !info->name || (info->flags & OP_FILE))
        return false;
    take_label(s);
    at = scan_short(s, in->at + 1, info->operands, &list);
    if (!at)
        return false;
    in->at = at;
    if (list)
        scan_list(s, list);
    return true;
}

/* False: the code ends here, or the reader failed. */
static bool scan_any(Scan *s)
{
    Reader *in = &s->code.in;
    uint8_t op = reader_u8(in);
    const GenericOpInfo *info = op < GENERIC_OP_LIMIT ? &generic_op_info[op] : NULL;

    if (!reader_ok(in))
        return false;
    if (!info || !info->name || op >= GENERIC_CHECK_TUPLE) {
        reader_fail(in, "unknown instruction; perhaps made for another release of OTP");
        return false;
    }
    if (info->flags & OP_FILE)
        return scan_folded(s, op);
    take_label(s);
    scan_operands(s, info->operands);
    return true;
}

static void scan_instructions(Scan *s)
{
    Reader *in = &s->code.in;

    while (reader_ok(in)) {
        if (LIKELY(reader_left(in) >= SHORT_BYTES) && LIKELY(scan_usual(s)))
            continue;
        if (!scan_any(s))
            return;
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

bool beam_scan_code(BeamReader *beam, FunctionSource *out)
{
    Scan s = {.code = {.beam = beam}};
    CodeIr *ir = beam->ir;
    bool is_good;

    if (code_read_header(&s.code)) {
        s.homes = ir->label_homes = arena_array(&ir->arena, LabelHome, ir->label_count + 1);
        s.aliases = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
        ir->arities = arena_array(&ir->arena, uint8_t, s.code.function_limit + 1);
        ir->functions = arena_array(&ir->arena, FunctionIr, s.code.function_limit + 1);
        s.places = arena_array(&ir->arena, FunctionPlace, s.code.function_limit + 1);
        *out = (FunctionSource){.bytes = beam->file.chunks[CHUNK_CODE].bytes, .size = beam->file.chunks[CHUNK_CODE].size,
                                .places = s.places, .atoms = beam->atoms, .atom_count = beam->atom_count};
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
