/* The part of ling_file.h that reads .ling files. */
#include <string.h>

#include "loader/ling_file.h"
#include "loader/ling_tags.h"
#include "loader/operand_shape.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/etf.h"

#define MAX_ARITY 255

typedef struct LingReader {
    Reader in;
    CodeIr *ir;
    Heap *heap;
    Term *atoms;
    uint32_t atom_count;
    Operand *operands;             /* of the instruction being read */
    size_t operand_count, operand_capacity;
} LingReader;

/* --- numbers ------------------------------------------------------------------------------- */

static uint64_t read_long_number(Reader *in)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_u8(in);

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    reader_fail(in, "number out of range");
    return 0;
}

/* Most are below 128: one byte. */
static inline uint64_t read_number(Reader *in)
{
    return LIKELY(in->at < in->end && *in->at < 0x80) ? *in->at++ : read_long_number(in);
}

static int64_t read_signed(Reader *in)
{
    uint64_t value = read_number(in);

    return (int64_t)(value >> 1 ^ -(value & 1));
}

/* A number below `limit`. */
static inline uint32_t read_below(Reader *in, uint64_t limit)
{
    uint64_t value = read_number(in);

    if (value < limit && value <= UINT32_MAX)
        return (uint32_t)value;
    reader_fail(in, "number out of range");
    return 0;
}

/* A number of items of at least one byte each. */
static uint32_t read_count(Reader *in) { return read_below(in, reader_left(in) + 1); }

static Term read_atom(LingReader *r)
{
    uint32_t index = read_below(&r->in, r->atom_count);

    return reader_ok(&r->in) ? r->atoms[index] : A_UNDEFINED;
}

static uint32_t read_label(LingReader *r) { return read_below(&r->in, r->ir->label_count); }

/* --- tables -------------------------------------------------------------------------------- */

static void read_atoms(LingReader *r)
{
    r->atom_count = read_count(&r->in);
    r->atoms = arena_array(&r->ir->arena, Term, r->atom_count);
    for (uint32_t i = 0; i < r->atom_count; i++) {
        size_t size = read_count(&r->in);
        const uint8_t *text = reader_bytes(&r->in, size);

        r->atoms[i] = text ? atom_from_utf8((const char *)text, size) : NO_TERM;
        if (r->atoms[i] == NO_TERM)
            reader_fail(&r->in, "bad atom");
    }
}

static Term *read_terms(LingReader *r, uint32_t *count)
{
    Term *terms;

    *count = read_count(&r->in);
    terms = arena_array(&r->ir->arena, Term, *count);
    for (uint32_t i = 0; i < *count && reader_ok(&r->in); i++) {
        size_t size = read_count(&r->in);
        const uint8_t *bytes = reader_bytes(&r->in, size);

        terms[i] = bytes ? etf_decode(r->heap, bytes, size, NULL) : NO_TERM;
        if (terms[i] == NO_TERM)
            reader_fail(&r->in, "bad external term");
    }
    return terms;
}

static void read_imports_and_exports(LingReader *r)
{
    CodeIr *ir = r->ir;

    ir->import_count = read_count(&r->in);
    ir->imports = arena_array(&ir->arena, ImportIr, ir->import_count);
    for (uint32_t i = 0; i < ir->import_count && reader_ok(&r->in); i++) {
        ir->imports[i].module = read_atom(r);
        ir->imports[i].function = read_atom(r);
        ir->imports[i].arity = read_below(&r->in, MAX_ARITY + 1);
    }
    ir->export_count = read_count(&r->in);
    ir->exports = arena_array(&ir->arena, ExportIr, ir->export_count);
    for (uint32_t i = 0; i < ir->export_count && reader_ok(&r->in); i++) {
        ir->exports[i].name = read_atom(r);
        ir->exports[i].arity = read_below(&r->in, MAX_ARITY + 1);
        ir->exports[i].label = read_below(&r->in, UINT32_MAX);
    }
}

static void read_lambdas(LingReader *r)
{
    CodeIr *ir = r->ir;

    ir->lambda_count = read_count(&r->in);
    ir->lambdas = arena_array(&ir->arena, LambdaIr, ir->lambda_count);
    for (uint32_t i = 0; i < ir->lambda_count && reader_ok(&r->in); i++) {
        LambdaIr *lambda = &ir->lambdas[i];

        lambda->name = read_atom(r);
        lambda->arity = read_below(&r->in, MAX_ARITY + 1);
        lambda->label = read_below(&r->in, UINT32_MAX);
        lambda->index = read_below(&r->in, UINT32_MAX + (uint64_t)1);
        lambda->free_count = read_below(&r->in, MAX_ARITY + 1);
        lambda->old_uniq = read_below(&r->in, UINT32_MAX + (uint64_t)1);
    }
}

static void read_lines(LingReader *r)
{
    CodeIr *ir = r->ir;

    ir->line_count = read_count(&r->in);
    ir->lines = arena_array(&ir->arena, LineIr, ir->line_count + 1);
    if (ir->line_count == 0 || ir->file_count == 0)
        reader_fail(&r->in, "no lines");
    for (uint32_t i = 0; i < ir->line_count && reader_ok(&r->in); i++) {
        ir->lines[i].file = read_below(&r->in, ir->file_count);
        ir->lines[i].line = read_below(&r->in, UINT32_MAX);
    }
}

/* --- code ---------------------------------------------------------------------------------- */

static void read_register(LingReader *r, Operand *o, OperandKind kind, bool has_type)
{
    o->kind = kind;
    o->value = read_below(&r->in, OPERAND_MAX_REGISTER + 1);
    if (!has_type)
        return;
    o->types = (uint16_t)read_below(&r->in, 2 * TYPE_SMALL);
    if (!(o->types & TYPE_SMALL))
        return;
    o->min = read_signed(&r->in);
    o->max = read_signed(&r->in);
    if (o->types != (TYPE_INTEGER | TYPE_SMALL) || o->min > o->max || !fits_small(o->min) || !fits_small(o->max))
        reader_fail(&r->in, "bad type");
}

static void read_term_operand(LingReader *r, Operand *o, uint8_t tag)
{
    o->kind = OPERAND_TERM;
    if (tag == LING_ATOM) {
        o->term = read_atom(r);
    } else if (tag == LING_NIL) {
        o->term = TERM_NIL;
    } else if (tag == LING_SMALL) {
        int64_t value = read_signed(&r->in);

        if (!fits_small(value))
            reader_fail(&r->in, "number out of range");
        o->term = small_int(value);
    } else {
        o->is_literal = true;
        o->literal_index = read_below(&r->in, r->ir->literal_count);
        o->term = reader_ok(&r->in) ? r->ir->literals[o->literal_index] : TERM_NIL;
    }
}

static const Operand *read_operand(LingReader *r, char letter)
{
    uint8_t tag = LIKELY(r->in.at < r->in.end) ? *r->in.at++ : reader_u8(&r->in);
    Operand *o;

    if (r->operand_count == r->operand_capacity) {
        r->operand_capacity = r->operand_capacity * 2 + 64;
        r->operands = mem_realloc(MEM_CODE, r->operands, r->operand_capacity * sizeof *r->operands);
    }
    o = &r->operands[r->operand_count++];
    *o = (Operand){.kind = OPERAND_NUMBER};
    switch (tag) {
    case LING_X: case LING_TYPED_X:
        read_register(r, o, OPERAND_X, tag == LING_TYPED_X);
        break;
    case LING_Y: case LING_TYPED_Y:
        read_register(r, o, OPERAND_Y, tag == LING_TYPED_Y);
        break;
    case LING_FLOAT_REGISTER:
        read_register(r, o, OPERAND_FR, false);
        break;
    case LING_LABEL:
        o->kind = OPERAND_LABEL;
        o->value = read_label(r);
        break;
    case LING_NUMBER:
        o->value = (int64_t)(read_number(&r->in) & INT64_MAX);
        break;
    case LING_SMALL: case LING_ATOM: case LING_NIL: case LING_LITERAL:
        read_term_operand(r, o, tag);
        break;
    default:
        reader_fail(&r->in, "unknown kind of operand");
    }
    if (!operand_fits(letter, o))
        reader_fail(&r->in, "wrong kind of operand");
    return o;
}

static void read_operands(LingReader *r, const char *letter)
{
    uint64_t count;
    size_t period;

    for (; *letter && *letter != '*'; letter++)
        read_operand(r, *letter);
    if (*letter != '*')
        return;
    letter++;
    period = strlen(letter);
    count = (uint64_t)read_operand(r, 'u')->value;
    if (count > OPERAND_MAX_LIST || count > reader_left(&r->in) || count % period != 0)
        reader_fail(&r->in, "bad length of a list");
    for (uint64_t i = 0; i < count && reader_ok(&r->in); i++)
        read_operand(r, letter[i % period]);
}

static void read_instruction(LingReader *r, Instruction *in)
{
    uint16_t op = (uint16_t)read_below(&r->in, GENERIC_CHECK_TUPLE);

    if (!generic_op_info[op].name || (generic_op_info[op].flags & OP_FILE)) {
        reader_fail(&r->in, "unknown instruction");
        return;
    }
    in->op = op;
    in->frame = NO_FRAME;
    in->label = read_label(r);
    r->ir->labels[in->label].alias = in->label;
    in->line = read_below(&r->in, r->ir->line_count);
    r->operand_count = 0;
    read_operands(r, generic_op_info[op].operands);
    in->operand_count = (uint32_t)r->operand_count;
    in->operands = arena_array(&r->ir->arena, Operand, r->operand_count);
    if (r->operand_count > 0)
        memcpy(in->operands, r->operands, r->operand_count * sizeof *in->operands);
}

static void read_function(LingReader *r, FunctionIr *f)
{
    uint32_t flags;

    f->name = read_atom(r);
    f->arity = read_below(&r->in, MAX_ARITY + 1);
    f->entry_label = read_label(r);
    f->info_label = read_label(r);
    f->line = read_below(&r->in, r->ir->line_count);
    flags = read_below(&r->in, 2);
    f->is_nif_stub = flags & LING_FUNCTION_NIF_STUB;
    r->ir->has_nif_stubs |= f->is_nif_stub;
    f->count = read_count(&r->in);
    f->instructions = arena_array(&r->ir->arena, Instruction, f->count);
    for (uint32_t i = 0; i < f->count && reader_ok(&r->in); i++)
        read_instruction(r, &f->instructions[i]);
    if (reader_ok(&r->in) && (f->info_label == 0 || f->count == 0 || f->entry_label == 0 ||
                              f->instructions[0].label != f->entry_label))
        reader_fail(&r->in, "function without an entry");
}

static void read_code_head(LingReader *r)
{
    CodeIr *ir = r->ir;

    ir->module = read_atom(r);
    ir->label_count = read_count(&r->in);
    ir->labels = arena_array(&ir->arena, LabelNote, ir->label_count + 1);
    for (uint32_t i = 0; i < ir->label_count; i++)
        ir->labels[i].alias = i;
    ir->on_load_label = read_label(r);
    ir->function_count = read_count(&r->in);
    ir->functions = arena_array(&ir->arena, FunctionIr, ir->function_count);
}

static void read_code(LingReader *r)
{
    for (uint32_t i = 0; i < r->ir->function_count && reader_ok(&r->in); i++)
        read_function(r, &r->ir->functions[i]);
}

/* Reads every function and drops its instructions again: what they look like is known then. */
static bool scan_code(LingReader *r, FunctionPlace *places, LoadError *error)
{
    CodeIr *ir = r->ir;
    size_t start = reader_offset(&r->in);
    Arena kept = ir->arena;
    bool is_good = true;

    ir->arena = (Arena){0};
    for (uint32_t i = 0; is_good && i < ir->function_count && reader_ok(&r->in); i++) {
        FunctionIr *f = &ir->functions[i];

        places[i].offset = (uint32_t)(reader_offset(&r->in) - start);
        read_function(r, f);
        places[i].info_label = f->info_label;
        is_good = !reader_ok(&r->in) || verify_place(ir, f, i, error);
        f->instructions = NULL;
        arena_clear(&ir->arena);
    }
    arena_free(&ir->arena);
    ir->arena = kept;
    return is_good;
}

/* --- the chunk ----------------------------------------------------------------------------- */

uint32_t ling_file_version(const BeamFile *file)
{
    Reader in;

    beam_file_reader(file, CHUNK_LING, &in);
    return reader_u32(&in);
}

bool ling_file_md5(const BeamFile *file, uint8_t md5[LING_MD5_BYTES])
{
    const uint8_t *bytes;
    Reader in;

    beam_file_reader(file, CHUNK_LING, &in);
    if (reader_u32(&in) != LING_FORMAT_VERSION)
        return false;
    bytes = reader_bytes(&in, LING_MD5_BYTES);
    if (bytes)
        memcpy(md5, bytes, LING_MD5_BYTES);
    return bytes;
}

/* All up to the functions. */
static void read_start(LingReader *r, const BeamFile *file)
{
    CodeIr *ir = r->ir;

    beam_file_reader(file, CHUNK_LING, &r->in);
    reader_bytes(&r->in, 4 + LING_MD5_BYTES);
    read_atoms(r);
    ir->literals = read_terms(r, &ir->literal_count);
    ir->files = read_terms(r, &ir->file_count);
    ir->string_size = read_count(&r->in);
    ir->strings = reader_bytes(&r->in, ir->string_size);
    read_imports_and_exports(r);
    read_lambdas(r);
    read_lines(r);
    if (reader_ok(&r->in))
        read_code_head(r);
}

static bool finish(LingReader *r, LoadError *error)
{
    mem_free(MEM_CODE, r->operands);
    if (reader_finish(&r->in, "bytes left over"))
        return true;
    load_error_from_reader(error, "Ling", &r->in);
    return false;
}

bool ling_file_read(const BeamFile *file, CodeIr *ir, Heap *heap, LoadError *error)
{
    LingReader r = {.ir = ir, .heap = heap};

    read_start(&r, file);
    if (reader_ok(&r.in))
        read_code(&r);
    return finish(&r, error);
}

bool ling_file_scan(const BeamFile *file, CodeIr *ir, Heap *heap, FunctionSource *out, LoadError *error)
{
    LingReader r = {.ir = ir, .heap = heap};
    bool is_placed = true;

    read_start(&r, file);
    if (reader_ok(&r.in)) {
        ir->label_homes = arena_array(&ir->arena, LabelHome, ir->label_count + 1);
        ir->arities = arena_array(&ir->arena, uint8_t, ir->function_count + 1);
        *out = (FunctionSource){.bytes = r.in.at, .size = reader_left(&r.in), .atoms = r.atoms, .atom_count = r.atom_count,
                                .places = arena_array(&ir->arena, FunctionPlace, ir->function_count + 1), .is_ling = true};
        is_placed = scan_code(&r, out->places, error);
    }
    if (is_placed)
        return finish(&r, error);
    mem_free(MEM_CODE, r.operands);
    return false;
}

bool ling_read_function(CodeIr *ir, const FunctionSource *from, uint32_t index, FunctionIr *out, LoadError *error)
{
    LingReader r = {.ir = ir, .atoms = from->atoms, .atom_count = from->atom_count};

    reader_init(&r.in, from->bytes, from->size);
    reader_bytes(&r.in, from->places[index].offset);
    read_function(&r, out);
    mem_free(MEM_CODE, r.operands);
    if (reader_ok(&r.in))
        return true;
    load_error_from_reader(error, "Ling", &r.in);
    return false;
}
