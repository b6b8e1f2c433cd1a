/* The part of ling_file.h that makes .ling files. */
#include <string.h>

#include "loader/beam_reader.h"
#include "loader/inflate.h"
#include "loader/ling_file.h"
#include "loader/ling_tags.h"
#include "loader/operand_shape.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/etf.h"

typedef struct LingWriter {
    const CodeIr *ir;
    Text code;                 /* functions; written first, since they find the atoms */
    Text *out;
    uint32_t *atom_index;      /* by index in the atom table: number + 1 */
    Term *atoms;
    uint32_t atom_count, atom_capacity;
} LingWriter;

/* --- numbers ------------------------------------------------------------------------------- */

static void put_u32(Text *out, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

    text_add(out, bytes, sizeof bytes);
}

/* Seven bits a byte, the low ones first; the top bit says that more follow. */
static void put_number(Text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        text_add_byte(out, (char)(value | 0x80));
    text_add_byte(out, (char)value);
}

/* Signed: 0, -1, 1, -2 ... are 0, 1, 2, 3 ... */
static void put_signed(Text *out, int64_t value)
{
    put_number(out, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static void put_bytes(Text *out, const void *bytes, size_t size)
{
    put_number(out, size);
    text_add(out, bytes, size);
}

static void put_term(Text *out, Term t)
{
    Binary *encoded = etf_encode(t, ETF_UTF8_ATOMS);

    put_bytes(out, encoded->data, encoded->used_bits / 8);
    binary_release(encoded);
}

static uint32_t number_of_atom(LingWriter *w, Term atom)
{
    uint32_t *index = &w->atom_index[atom_index(atom)];

    if (*index == 0) {
        if (w->atom_count == w->atom_capacity) {
            w->atom_capacity = w->atom_capacity * 2 + 64;
            w->atoms = mem_realloc(MEM_CODE, w->atoms, w->atom_capacity * sizeof *w->atoms);
        }
        w->atoms[w->atom_count++] = atom;
        *index = w->atom_count;
    }
    return *index - 1;
}

static void put_atom(LingWriter *w, Term atom) { put_number(&w->code, number_of_atom(w, atom)); }

/* --- functions ----------------------------------------------------------------------------- */

static void put_operand(LingWriter *w, const Operand *o)
{
    Text *out = &w->code;

    switch (o->kind) {
    case OPERAND_X: case OPERAND_Y:
        if (o->types == 0) {
            text_add_byte(out, o->kind == OPERAND_X ? LING_X : LING_Y);
            put_number(out, (uint64_t)o->value);
            return;
        }
        text_add_byte(out, o->kind == OPERAND_X ? LING_TYPED_X : LING_TYPED_Y);
        put_number(out, (uint64_t)o->value);
        put_number(out, o->types);
        if (o->types & TYPE_SMALL) {
            put_signed(out, o->min);
            put_signed(out, o->max);
        }
        return;
    case OPERAND_FR:
        text_add_byte(out, LING_FLOAT_REGISTER);
        put_number(out, (uint64_t)o->value);
        return;
    case OPERAND_LABEL:
        text_add_byte(out, LING_LABEL);
        put_number(out, w->ir->labels[o->value].alias);
        return;
    case OPERAND_NUMBER:
        text_add_byte(out, LING_NUMBER);
        put_number(out, (uint64_t)o->value);
        return;
    default:
        break;
    }
    if (o->is_literal) {
        text_add_byte(out, LING_LITERAL);
        put_number(out, o->literal_index);
    } else if (is_small(o->term)) {
        text_add_byte(out, LING_SMALL);
        put_signed(out, small_value(o->term));
    } else if (is_atom(o->term)) {
        text_add_byte(out, LING_ATOM);
        put_atom(w, o->term);
    } else {
        text_add_byte(out, LING_NIL);
    }
}

static void put_function(LingWriter *w, const FunctionIr *f)
{
    Text *out = &w->code;

    put_atom(w, f->name);
    put_number(out, f->arity);
    put_number(out, f->entry_label);
    put_number(out, f->info_label);
    put_number(out, f->line);
    put_number(out, f->is_nif_stub ? LING_FUNCTION_NIF_STUB : 0);
    put_number(out, f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        const Instruction *in = &f->instructions[i];

        put_number(out, in->op);
        put_number(out, in->label);
        put_number(out, in->line);
        for (uint32_t k = 0; k < in->operand_count; k++)
            put_operand(w, &in->operands[k]);
    }
}

/* The header of a .beam file may announce more labels than stand anywhere. */
static uint32_t used_labels(const CodeIr *ir)
{
    uint32_t highest = 0;

    for (uint32_t i = 0; i < ir->function_count; i++) {
        const FunctionIr *f = &ir->functions[i];

        highest = MAX(highest, f->info_label);
        for (uint32_t k = 0; k < f->count; k++)
            highest = MAX(highest, f->instructions[k].label);
    }
    return highest + 1;
}

static void put_code(LingWriter *w)
{
    const CodeIr *ir = w->ir;

    put_atom(w, ir->module);
    put_number(&w->code, used_labels(ir));
    put_number(&w->code, ir->labels[ir->on_load_label].alias);
    put_number(&w->code, ir->function_count);
    for (uint32_t i = 0; i < ir->function_count; i++)
        put_function(w, &ir->functions[i]);
}

/* --- tables -------------------------------------------------------------------------------- */

/* Labels in these tables have not been looked at yet; 0 will be refused by the verifier. */
static uint32_t canonical_label(const CodeIr *ir, uint32_t label)
{
    return label < ir->label_count ? ir->labels[label].alias : 0;
}

static void put_imports_and_exports(LingWriter *w)
{
    const CodeIr *ir = w->ir;
    Text *out = &w->code;

    put_number(out, ir->import_count);
    for (uint32_t i = 0; i < ir->import_count; i++) {
        put_atom(w, ir->imports[i].module);
        put_atom(w, ir->imports[i].function);
        put_number(out, ir->imports[i].arity);
    }
    put_number(out, ir->export_count);
    for (uint32_t i = 0; i < ir->export_count; i++) {
        put_atom(w, ir->exports[i].name);
        put_number(out, ir->exports[i].arity);
        put_number(out, canonical_label(ir, ir->exports[i].label));
    }
}

static void put_lambdas(LingWriter *w)
{
    const CodeIr *ir = w->ir;
    Text *out = &w->code;

    put_number(out, ir->lambda_count);
    for (uint32_t i = 0; i < ir->lambda_count; i++) {
        const LambdaIr *lambda = &ir->lambdas[i];

        put_atom(w, lambda->name);
        put_number(out, lambda->arity);
        put_number(out, canonical_label(ir, lambda->label));
        put_number(out, lambda->index);
        put_number(out, lambda->free_count);
        put_number(out, lambda->old_uniq);
    }
}

static void put_terms(Text *out, const Term *terms, uint32_t count)
{
    put_number(out, count);
    for (uint32_t i = 0; i < count; i++)
        put_term(out, terms[i]);
}

static void put_lines(LingWriter *w)
{
    const CodeIr *ir = w->ir;

    put_number(&w->code, ir->line_count);
    for (uint32_t i = 0; i < ir->line_count; i++) {
        put_number(&w->code, ir->lines[i].file);
        put_number(&w->code, ir->lines[i].line);
    }
}

static void put_atoms(LingWriter *w, Text *out)
{
    put_number(out, w->atom_count);
    for (uint32_t i = 0; i < w->atom_count; i++) {
        size_t size;
        const char *text = atom_text(w->atoms[i], &size);

        put_bytes(out, text, size);
    }
}

/* The whole chunk. */
static void put_module(LingWriter *w, const uint8_t md5[16], Text *out)
{
    const CodeIr *ir = w->ir;

    put_imports_and_exports(w);
    put_lambdas(w);
    put_lines(w);
    put_code(w);
    put_u32(out, LING_FORMAT_VERSION);
    text_add(out, md5, LING_MD5_BYTES);
    put_atoms(w, out);
    put_terms(out, ir->literals, ir->literal_count);
    put_terms(out, ir->files, ir->file_count);
    put_bytes(out, ir->strings, ir->string_size);
    text_add(out, w->code.bytes, w->code.size);
}

/* --- the file ------------------------------------------------------------------------------ */

static void put_chunk(Text *out, const char *id, const uint8_t *bytes, size_t size)
{
    text_add(out, id, 4);
    put_u32(out, (uint32_t)size);
    text_add(out, bytes, size);
    text_add(out, "\0\0\0", -size & 3);
}

/* Is what the chunk says part of the chunk "Ling"? */
static bool is_replaced(const uint8_t *id)
{
    static const char ids[][5] = {"Code", "StrT", "LitT", "FunT", "Line", "Type", "LocT", "Ling"};

    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        if (memcmp(id, ids[i], 4) == 0)
            return true;
    return false;
}

static void put_file(Text *out, const uint8_t *beam, size_t size, const Text *chunk)
{
    size_t start = out->size;
    const uint8_t *id, *bytes;
    size_t chunk_size;
    uint32_t total;
    Reader in;

    text_add(out, "FOR1\0\0\0\0BEAM", 12);
    put_chunk(out, "Ling", (const uint8_t *)chunk->bytes, chunk->size);
    beam_file_start(&in, beam, size);
    while (beam_file_next(&in, &id, &bytes, &chunk_size))
        if (!is_replaced(id))
            put_chunk(out, (const char *)id, bytes, chunk_size);
    total = (uint32_t)(out->size - start - 8);
    for (int i = 0; i < 4; i++)
        out->bytes[start + 4 + (size_t)i] = (char)(total >> (24 - 8 * i));
}

static void write_module(CodeIr *ir, const BeamFile *file, Text *chunk)
{
    LingWriter w = {.ir = ir};
    uint8_t md5[16];

    w.atom_index = mem_alloc_zero(MEM_CODE, (size_t)atom_count() * sizeof *w.atom_index);
    beam_file_md5(file, md5);
    put_module(&w, md5, chunk);
    mem_free(MEM_CODE, w.atom_index);
    mem_free(MEM_CODE, w.atoms);
    text_free(&w.code);
}

/* Written before it is verified, since verifying adds checks that the reader of the file adds itself. */
static bool make(const uint8_t *beam, size_t size, Text *out, LoadError *error)
{
    Text chunk = {0};
    CodeIr ir = {0};
    Heap heap = {0};
    BeamFile file;
    bool is_good = beam_file_open(&file, beam, size, error);

    if (is_good && ling_file_is(&file)) {
        load_error_set(error, "is a .ling file already");
        is_good = false;
    }
    is_good = is_good && beam_read(&file, &ir, &heap, error);
    if (is_good) {
        write_module(&ir, &file, &chunk);
        is_good = verify_code(&ir, error);
    }
    if (is_good)
        put_file(out, beam, size, &chunk);
    text_free(&chunk);
    heap_clear(&heap);
    arena_free(&ir.arena);
    return is_good;
}

bool ling_file_make(const uint8_t *beam, size_t size, Text *out, LoadError *error)
{
    uint8_t *unpacked = NULL;
    bool is_good;

    if (inflate_is_gzip(beam, size)) {
        unpacked = inflate_gzip(beam, size, &size);
        beam = unpacked;
    }
    is_good = beam && make(beam, size, out, error);
    if (!beam)
        load_error_set(error, "bad gzip data");
    mem_free(MEM_CODE, unpacked);
    return is_good;
}
