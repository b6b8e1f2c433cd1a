#include <string.h>

#include "loader/beam_compact.h"
#include "loader/beam_reader.h"
#include "loader/inflate.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/etf.h"
#include "vm/term/utf8_list.h"

#define MAX_ARITY 255
#define IMPORT_BYTES 12
#define EXPORT_BYTES 12
#define LAMBDA_BYTES 24

static bool finish(BeamReader *beam, Reader *in, const char *chunk)
{
    if (reader_ok(in))
        return true;
    load_error_from_reader(beam->error, chunk, in);
    return false;
}

static bool has_chunk(BeamReader *beam, BeamChunk chunk)
{
    if (beam->file.chunks[chunk].bytes)
        return true;
    load_error_set(beam->error, "chunk %s is missing", beam_chunk_ids[chunk]);
    return false;
}

/* --- atoms, imports, exports, lambdas ------------------------------------------------------ */

static bool read_atoms(BeamReader *beam)
{
    bool is_utf8 = beam->file.chunks[CHUNK_ATOMS_UTF8].bytes != NULL;
    BeamChunk chunk = is_utf8 ? CHUNK_ATOMS_UTF8 : CHUNK_ATOMS;
    bool has_long_sizes = false;
    int32_t count;
    Reader in;

    if (!is_utf8 && !has_chunk(beam, CHUNK_ATOMS))
        return false;
    beam_file_reader(&beam->file, chunk, &in);
    count = (int32_t)reader_u32(&in);
    if (count < 0 && count != INT32_MIN) {      /* OTP 28: sizes are compact terms */
        has_long_sizes = true;
        count = -count;
    }
    if (count < 1 || (size_t)count > reader_left(&in))
        reader_fail(&in, "bad number of atoms");
    else
        beam->atoms = arena_array(&beam->ir->arena, Term, (size_t)count + 1);
    beam->atom_count = (uint32_t)count + 1;
    for (int32_t i = 1; i <= count && reader_ok(&in); i++) {
        Compact size = {0};
        const uint8_t *text;

        if (!has_long_sizes)
            size.value = reader_u8(&in);
        else if (compact_read(&in, &size) && (size.tag != COMPACT_U || size.big || size.value < 0))
            reader_fail(&in, "bad length of an atom");
        text = reader_bytes(&in, (size_t)size.value);
        if (!text)
            break;
        beam->atoms[i] = is_utf8 ? atom_from_utf8((const char *)text, (size_t)size.value)
                                 : atom_from_latin1((const char *)text, (size_t)size.value);
        if (beam->atoms[i] == NO_TERM)
            reader_fail(&in, "bad atom");
    }
    if (!finish(beam, &in, beam_chunk_ids[chunk]))
        return false;
    beam->atoms[0] = TERM_NIL;
    beam->ir->module = beam->atoms[1];
    return true;
}

static Term read_atom(BeamReader *beam, Reader *in)
{
    uint32_t index = reader_u32(in);

    if (index > 0 && index < beam->atom_count)
        return beam->atoms[index];
    reader_fail(in, "bad index of an atom");
    return NO_TERM;
}

static bool read_imports(BeamReader *beam)
{
    CodeIr *ir = beam->ir;
    Reader in;

    if (!has_chunk(beam, CHUNK_IMPORTS))
        return false;
    beam_file_reader(&beam->file, CHUNK_IMPORTS, &in);
    ir->import_count = reader_count(&in, IMPORT_BYTES);
    ir->imports = arena_array(&ir->arena, ImportIr, ir->import_count);
    for (uint32_t i = 0; i < ir->import_count; i++) {
        ir->imports[i].module = read_atom(beam, &in);
        ir->imports[i].function = read_atom(beam, &in);
        ir->imports[i].arity = reader_u32_upto(&in, MAX_ARITY);
    }
    return finish(beam, &in, "ImpT");
}

static bool read_exports(BeamReader *beam)
{
    CodeIr *ir = beam->ir;
    Reader in;

    if (!has_chunk(beam, CHUNK_EXPORTS))
        return false;
    beam_file_reader(&beam->file, CHUNK_EXPORTS, &in);
    ir->export_count = reader_count(&in, EXPORT_BYTES);
    ir->exports = arena_array(&ir->arena, ExportIr, ir->export_count);
    for (uint32_t i = 0; i < ir->export_count; i++) {
        ir->exports[i].name = read_atom(beam, &in);
        ir->exports[i].arity = reader_u32_upto(&in, MAX_ARITY);
        ir->exports[i].label = reader_u32(&in);
    }
    return finish(beam, &in, "ExpT");
}

static bool read_lambdas(BeamReader *beam)
{
    CodeIr *ir = beam->ir;
    Reader in;

    if (!beam->file.chunks[CHUNK_LAMBDAS].bytes)
        return true;
    beam_file_reader(&beam->file, CHUNK_LAMBDAS, &in);
    ir->lambda_count = reader_count(&in, LAMBDA_BYTES);
    ir->lambdas = arena_array(&ir->arena, LambdaIr, ir->lambda_count);
    for (uint32_t i = 0; i < ir->lambda_count; i++) {
        LambdaIr *lambda = &ir->lambdas[i];

        lambda->name = read_atom(beam, &in);
        lambda->arity = reader_u32_upto(&in, MAX_ARITY);
        lambda->label = reader_u32(&in);
        lambda->index = reader_u32(&in);
        lambda->free_count = reader_u32_upto(&in, MAX_ARITY);
        lambda->old_uniq = reader_u32(&in);
        /* The file counts the free variables as arguments. */
        if (lambda->free_count > lambda->arity)
            reader_fail(&in, "a fun with more free variables than arguments");
        lambda->arity -= lambda->free_count;
    }
    return finish(beam, &in, "FunT");
}

/* --- literals ------------------------------------------------------------------------------ */

uint32_t beam_add_literal(BeamReader *beam, Term literal)
{
    CodeIr *ir = beam->ir;

    if (ir->literal_count == beam->literal_capacity) {
        Term *more = arena_array(&ir->arena, Term, beam->literal_capacity * 2 + 16);

        if (ir->literal_count > 0)
            memcpy(more, ir->literals, ir->literal_count * sizeof(Term));
        ir->literals = more;
        beam->literal_capacity = beam->literal_capacity * 2 + 16;
    }
    ir->literals[ir->literal_count] = literal;
    return ir->literal_count++;
}

static void decode_literals(BeamReader *beam, Reader *in)
{
    uint32_t count = reader_count(in, 5);

    beam->literal_capacity = count + 8;
    beam->ir->literals = arena_array(&beam->ir->arena, Term, beam->literal_capacity);
    for (uint32_t i = 0; i < count && reader_ok(in); i++) {
        uint32_t size = reader_u32(in);
        const uint8_t *bytes = reader_bytes(in, size);
        Term literal;

        if (!bytes)
            break;
        literal = etf_decode(beam->heap, bytes, size, NULL);
        if (literal == NO_TERM)
            reader_fail(in, "bad external term");
        else
            beam_add_literal(beam, literal);
    }
}

static bool read_literals(BeamReader *beam)
{
    uint8_t *unpacked = NULL;
    uint32_t plain_size;
    bool is_good;
    Reader in;

    if (!beam->file.chunks[CHUNK_LITERALS].bytes)
        return true;
    beam_file_reader(&beam->file, CHUNK_LITERALS, &in);
    plain_size = reader_u32(&in);
    if (plain_size > 0) {                      /* 0: not compressed */
        unpacked = inflate_zlib(in.at, reader_left(&in), plain_size);
        if (unpacked)
            reader_init(&in, unpacked, plain_size);
        else
            reader_fail(&in, "bad compressed data");
    }
    if (reader_ok(&in))
        decode_literals(beam, &in);
    is_good = finish(beam, &in, "LitT");
    mem_free(MEM_CODE, unpacked);
    return is_good;
}

/* --- lines --------------------------------------------------------------------------------- */

static Term default_file_name(BeamReader *beam)
{
    size_t size;
    const char *name = atom_text(beam->ir->module, &size);

    return utf8_list(beam->heap, name, size, list_from_text(beam->heap, ".erl"));
}

/* A line beyond is not known, as on stock. */
#define LINE_LIMIT ((1 << 24) - 1)

static void read_line_items(CodeIr *ir, Reader *in)
{
    uint32_t file = 0;
    uint32_t at = 1;
    Compact item;

    while (at < ir->line_count && compact_read(in, &item)) {
        if (item.big || item.value < 0 || item.value > UINT32_MAX) {
            reader_fail(in, "line number out of range");
        } else if (item.tag == COMPACT_A && item.value < ir->file_count) {
            file = (uint32_t)item.value;
        } else if (item.tag == COMPACT_I) {
            ir->lines[at].file = file;
            ir->lines[at++].line = item.value < LINE_LIMIT ? (uint32_t)item.value : 0;
        } else {
            reader_fail(in, "bad line entry");
        }
    }
}

static bool read_lines(BeamReader *beam)
{
    CodeIr *ir = beam->ir;
    uint32_t version, line_count, file_count;
    Reader in;

    beam_file_reader(&beam->file, CHUNK_LINES, &in);
    version = in.start ? reader_u32(&in) : 1;
    if (version == 0) {
        reader_u32(&in);                   /* flags */
        reader_u32(&in);                   /* number of line instructions */
        line_count = reader_u32_upto(&in, (uint32_t)reader_left(&in));
        file_count = reader_u32_upto(&in, (uint32_t)reader_left(&in));
    } else {
        line_count = file_count = 0;
    }
    ir->line_count = line_count + 1;
    ir->lines = arena_array(&ir->arena, LineIr, ir->line_count);
    ir->file_count = file_count + 1;
    ir->files = arena_array(&ir->arena, Term, ir->file_count);
    ir->files[0] = default_file_name(beam);
    read_line_items(ir, &in);
    for (uint32_t i = 1; i < ir->file_count && reader_ok(&in); i++) {
        uint16_t size = reader_u16(&in);
        const uint8_t *name = reader_bytes(&in, size);

        ir->files[i] = !name ? NO_TERM : size == 0 ? ir->files[0] : utf8_list(beam->heap, name, size, TERM_NIL);
        if (ir->files[i] == NO_TERM)
            reader_fail(&in, "bad file name");
    }
    return finish(beam, &in, "Line");
}

/* --- types --------------------------------------------------------------------------------- */

#define TYPE_ALL 0xfff
#define HAS_LOWER (1 << 12)
#define HAS_UPPER (1 << 13)
#define HAS_UNIT (1 << 14)

static BeamType make_type(unsigned bits, bool has_range, int64_t min, int64_t max)
{
    BeamType type = {.types = (uint16_t)(bits & TYPE_ALL)};

    if (type.types == TYPE_ALL)
        type.types = 0;
    if (type.types == TYPE_INTEGER && has_range && min <= max && fits_small(min) && fits_small(max)) {
        type.types |= TYPE_SMALL;
        type.min = min;
        type.max = max;
    }
    return type;
}

/* Version 1 has a bit for match contexts in the middle; such a register is not typed at all here. */
static BeamType read_type_1(Reader *in)
{
    unsigned bits = reader_u16(in);
    int64_t min = (int64_t)reader_u64(in);
    int64_t max = (int64_t)reader_u64(in);

    if (bits & 4)
        return (BeamType){0};
    return make_type((bits & 3) | (bits >> 1 & ~3u), true, min, max);
}

static BeamType read_type_3(Reader *in)
{
    unsigned bits = reader_u16(in);
    int64_t min = bits & HAS_LOWER ? (int64_t)reader_u64(in) : 0;
    int64_t max = bits & HAS_UPPER ? (int64_t)reader_u64(in) : 0;

    if (bits & HAS_UNIT)
        reader_u8(in);
    return make_type(bits, (bits & HAS_LOWER) && (bits & HAS_UPPER), min, max);
}

/* Types only help to choose faster instructions, so a chunk of an unknown version counts as empty. */
static bool read_types(BeamReader *beam)
{
    uint32_t version, count;
    Reader in;

    if (!beam->file.chunks[CHUNK_TYPES].bytes)
        return true;
    beam_file_reader(&beam->file, CHUNK_TYPES, &in);
    version = reader_u32(&in);
    count = reader_count(&in, 2);
    beam->types = arena_array(&beam->ir->arena, BeamType, count);
    beam->type_count = count;
    if (version < 1 || version > 4)
        return true;
    for (uint32_t i = 0; i < count && reader_ok(&in); i++)
        beam->types[i] = version == 1 ? read_type_1(&in) : read_type_3(&in);
    if (version != 1 && !reader_ok(&in))
        memset(beam->types, 0, count * sizeof *beam->types);
    return version != 1 || finish(beam, &in, "Type");
}

bool beam_read_tables(BeamReader *beam)
{
    if (!read_atoms(beam) || !has_chunk(beam, CHUNK_STRINGS) || !read_imports(beam) || !read_exports(beam) ||
        !read_lambdas(beam) || !read_literals(beam) || !read_lines(beam) || !read_types(beam))
        return false;
    beam->ir->strings = beam->file.chunks[CHUNK_STRINGS].bytes;
    beam->ir->string_size = beam->file.chunks[CHUNK_STRINGS].size;
    return true;
}
