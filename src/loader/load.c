#include "loader/load.h"

#include <string.h>

#include "loader/beam_file.h"
#include "loader/beam_reader.h"
#include "loader/emit.h"
#include "loader/inflate.h"
#include "loader/ling_file.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/etf.h"

bool load_refuses_beam;
void (*load_change_code)(CodeIr *ir);

/* --- from IR to an instance ---------------------------------------------------------------- */

/* Literals and file names move to one literal area; `ir` then refers to those. */
static bool make_literals(CodeIr *ir, CodeInstance *code, LoadError *error)
{
    size_t count = (size_t)ir->literal_count + ir->file_count;
    Term *terms = mem_alloc(MEM_CODE, count * sizeof *terms);

    if (ir->literal_count > 0)
        memcpy(terms, ir->literals, ir->literal_count * sizeof *terms);
    memcpy(terms + ir->literal_count, ir->files, ir->file_count * sizeof *terms);
    code->literal_terms = terms;
    code->literal_count = ir->literal_count;
    code->files = terms + ir->literal_count;
    code->file_count = ir->file_count;
    code->literals = literal_area_new(terms, count);
    if (!code->literals) {
        load_error_set(error, "no room for literals");
        return false;
    }
    ir->literals = terms;
    ir->files = code->files;
    return true;
}

static LambdaEntry **make_lambdas(CodeIr *ir, CodeInstance *code)
{
    LambdaEntry **entries = arena_array(&ir->arena, LambdaEntry *, ir->lambda_count + 1);

    for (uint32_t i = 0; i < ir->lambda_count; i++) {
        const LambdaIr *lambda = &ir->lambdas[i];

        entries[i] = lambda_get(ir->module, lambda->old_uniq, lambda->index, code->md5, lambda->arity,
                                lambda->free_count);
        entries[i]->name = lambda->name;
        entries[i]->arity = lambda->arity;
        entries[i]->free_count = lambda->free_count;
    }
    return entries;
}

static void take_functions(const CodeIr *ir, const EmittedCode *emitted, CodeInstance *code)
{
    code->function_count = emitted->function_count;
    code->functions = mem_alloc_zero(MEM_CODE, emitted->function_count * sizeof *code->functions);
    for (uint32_t i = 0; i < emitted->function_count; i++) {
        const EmittedFunction *from = &emitted->functions[i];

        code->functions[i] = (CodeFunction){.name = from->name, .arity = from->arity, .start = from->start,
                                            .entry = from->entry, .end = from->end,
                                            .is_nif_stub = ir->functions[i].is_nif_stub};
    }
    mem_free(MEM_CODE, emitted->functions);
}

static void take_lines(const CodeIr *ir, const EmittedCode *emitted, CodeInstance *code)
{
    code->line_count = ir->line_count;
    code->lines = mem_alloc(MEM_CODE, ir->line_count * sizeof *code->lines);
    for (uint32_t i = 0; i < ir->line_count; i++)
        code->lines[i] = (SourceLine){ir->lines[i].file, ir->lines[i].line};
    code->code_line_count = emitted->line_count;
    code->code_lines = mem_alloc(MEM_CODE, emitted->line_count * sizeof *code->code_lines + 1);
    for (uint32_t i = 0; i < emitted->line_count; i++)
        code->code_lines[i] = (CodeLine){emitted->lines[i].offset, emitted->lines[i].line};
    mem_free(MEM_CODE, emitted->lines);
}

static void take_code(const CodeIr *ir, LambdaEntry **lambdas, const EmittedCode *emitted, CodeInstance *code)
{
    code->words = emitted->words;
    code->word_count = emitted->word_count;
    code->byte_size = emitted->byte_size;
    code->mapped_size = emitted->mapped_size;
    code->instructions = emitted->instructions;
    code->instruction_count = emitted->instruction_count;
    take_functions(ir, emitted, code);
    take_lines(ir, emitted, code);
    code->export_count = ir->export_count;
    code->exports = mem_alloc(MEM_CODE, ir->export_count * sizeof *code->exports + 1);
    for (uint32_t i = 0; i < ir->export_count; i++) {
        const ExportIr *export = &ir->exports[i];

        code->exports[i].export = export_get(ir->module, export->name, export->arity);
        code->exports[i].offset = emitted->label_offset[export->label];
    }
    code->lambda_count = ir->lambda_count;
    code->lambdas = mem_alloc(MEM_CODE, ir->lambda_count * sizeof *code->lambdas + 1);
    for (uint32_t i = 0; i < ir->lambda_count; i++)
        code->lambdas[i] = (CodeLambda){lambdas[i], emitted->label_offset[ir->lambdas[i].label]};
    if (ir->on_load_label)
        code->on_load = code->words + emitted->label_offset[ir->on_load_label];
    code->has_nif_stubs = ir->has_nif_stubs;
}

static void free_instance(CodeInstance *code)
{
    LiteralArea *literals = code_release(code);

    if (literals)
        literal_area_free(literals);
}

/* Verifies and emits. `code` has md5, attributes and compile_info already; it is freed on failure. */
static bool build(CodeIr *ir, CodeInstance *code, LoadError *error)
{
    EmittedCode emitted = {0};
    LambdaEntry **lambdas;
    const char *reason;

    if (!verify_code(ir, error) || !make_literals(ir, code, error))
        return false;
    lambdas = make_lambdas(ir, code);
    if (!emit_code(ir, lambdas, &emitted, &reason)) {
        load_error_set(error, "cannot be transformed: %s", reason);
        return false;
    }
    take_code(ir, lambdas, &emitted, code);
    return true;
}

/* --- from bytes to IR ---------------------------------------------------------------------- */

static uint8_t *copy_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = bytes ? mem_alloc(MEM_CODE, size + 1) : NULL;

    if (copy)
        memcpy(copy, bytes, size);
    return copy;
}

static LoadResult refuse_version(const BeamFile *file, LoadError *error)
{
    load_error_set(error, "the file is in version %u of the LING format; this VM reads version %u",
                   ling_file_version(file), (unsigned)LING_FORMAT_VERSION);
    return LOAD_REFUSED;
}

static void strip(BeamFile *file)
{
    static const BeamChunk chunks[] = {CHUNK_LINES, CHUNK_META, CHUNK_ATTRIBUTES, CHUNK_COMPILE_INFO};

    for (size_t i = 0; i < ARRAY_SIZE(chunks); i++) {
        file->chunks[chunks[i]].bytes = NULL;
        file->chunks[chunks[i]].size = 0;
    }
}

/* Attributes and compile information are decoded when somebody asks, but no module loads without. */
static bool check_terms(const BeamFile *file, Heap *heap, LoadError *error)
{
    static const BeamChunk chunks[] = {CHUNK_ATTRIBUTES, CHUNK_COMPILE_INFO};

    for (size_t i = 0; i < ARRAY_SIZE(chunks); i++) {
        const uint8_t *bytes = file->chunks[chunks[i]].bytes;

        if (bytes && etf_decode(heap, bytes, file->chunks[chunks[i]].size, NULL) == NO_TERM) {
            load_error_set(error, "chunk %s: no external term", beam_chunk_ids[chunks[i]]);
            return false;
        }
    }
    return true;
}

static LoadResult read_file(const uint8_t *bytes, size_t size, unsigned flags, CodeIr *ir, CodeInstance *code,
                            Heap *heap, LoadError *error)
{
    BeamFile file;

    if (!beam_file_open(&file, bytes, size, error))
        return LOAD_BAD_FILE;
    if (flags & LOAD_STRIPPED)
        strip(&file);
    if (ling_file_is(&file)) {
        if (ling_file_version(&file) != LING_FORMAT_VERSION)
            return refuse_version(&file, error);
        if (!ling_file_md5(&file, code->md5) || !ling_file_read(&file, ir, heap, error))
            return LOAD_BAD_FILE;
        code->origin = "ling";
    } else {
        if (load_refuses_beam) {
            load_error_set(error, "BEAM code is refused: the flag -nobeam was given");
            return LOAD_REFUSED;
        }
        if (!beam_read(&file, ir, heap, error))
            return LOAD_BAD_FILE;
        beam_file_md5(&file, code->md5);
        code->origin = "beam";
    }
    if (!check_terms(&file, heap, error))
        return LOAD_BAD_FILE;
    code->attributes_size = file.chunks[CHUNK_ATTRIBUTES].size;
    code->attributes = copy_bytes(file.chunks[CHUNK_ATTRIBUTES].bytes, code->attributes_size);
    code->compile_info_size = file.chunks[CHUNK_COMPILE_INFO].size;
    code->compile_info = copy_bytes(file.chunks[CHUNK_COMPILE_INFO].bytes, code->compile_info_size);
    return LOAD_OK;
}

static LoadResult prepare(Term name, const uint8_t *bytes, size_t size, unsigned flags, CodeInstance *code,
                          PreparedModule *out, LoadError *error)
{
    CodeIr ir = {0};
    Heap heap = {0};
    LoadResult result = read_file(bytes, size, flags, &ir, code, &heap, error);

    for (uint32_t i = 0; (flags & LOAD_STRIPPED) && i < ir.line_count; i++)
        ir.lines[i].line = 0;

    if (result == LOAD_OK && name != NO_TERM && ir.module != name) {
        load_error_set(error, "module name in object code is %.200s", atom_text(ir.module, NULL));
        result = LOAD_WRONG_NAME;
    }
    if (UNLIKELY(load_change_code != NULL) && result == LOAD_OK)
        load_change_code(&ir);
    if (result == LOAD_OK && !build(&ir, code, error))
        result = LOAD_BAD_FILE;
    out->name = ir.module;
    heap_clear(&heap);
    arena_free(&ir.arena);
    return result;
}

LoadResult load_prepare(Term name, const uint8_t *bytes, size_t size, unsigned flags, PreparedModule *out,
                        LoadError *error)
{
    CodeInstance *code = mem_alloc_zero(MEM_CODE, sizeof *code);
    uint8_t *unpacked = NULL;
    LoadResult result = LOAD_BAD_FILE;

    *out = (PreparedModule){0};
    *error = (LoadError){0};
    if (inflate_is_gzip(bytes, size)) {
        unpacked = inflate_gzip(bytes, size, &size);
        bytes = unpacked;
        if (!unpacked)
            load_error_set(error, "bad gzip data");
    }
    if (bytes)
        result = prepare(name, bytes, size, flags, code, out, error);
    mem_free(MEM_CODE, unpacked);
    if (result == LOAD_OK)
        out->code = code;
    else
        free_instance(code);
    return result;
}

void load_discard(PreparedModule *prepared)
{
    if (prepared->code)
        free_instance(prepared->code);
    prepared->code = NULL;
}

bool load_finish(PreparedModule *prepared)
{
    Module *module = module_get(prepared->name);
    CodeInstance *code = prepared->code;

    if ((module->current && module->old) || module->loading)
        return false;
    prepared->code = NULL;
    code->module = module;
    code_register(code);
    if (code->on_load)
        module->loading = code;
    else
        module_install(module, code);
    return true;
}

/* --- parts of files ------------------------------------------------------------------------ */

const uint8_t *load_chunk(const uint8_t *bytes, size_t size, const char *id, size_t *chunk_size, uint8_t **scratch)
{
    *scratch = NULL;
    if (inflate_is_gzip(bytes, size)) {
        *scratch = inflate_gzip(bytes, size, &size);
        bytes = *scratch;
    }
    if (!bytes)
        return NULL;
    return beam_file_chunk(bytes, size, id, chunk_size);
}

bool load_md5(const uint8_t *bytes, size_t size, uint8_t md5[16])
{
    uint8_t *unpacked = NULL;
    LoadError error;
    BeamFile file;
    bool is_good;

    if (inflate_is_gzip(bytes, size)) {
        unpacked = inflate_gzip(bytes, size, &size);
        bytes = unpacked;
    }
    if (!bytes)
        return false;
    is_good = beam_file_open(&file, bytes, size, &error);
    if (is_good && ling_file_is(&file))
        is_good = ling_file_md5(&file, md5);
    else if ((is_good = is_good && file.chunks[CHUNK_CODE].bytes))
        beam_file_md5(&file, md5);
    mem_free(MEM_CODE, unpacked);
    return is_good;
}
