#include "loader/load.h"

#include <string.h>

#include "loader/beam_file.h"
#include "loader/beam_reader.h"
#include "loader/code_source.h"
#include "loader/emit.h"
#include "loader/inflate.h"
#include "loader/instance.h"
#include "loader/ling_file.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/etf.h"

/* Room for bodies: what instructions, and bytes of the chunk Code, come to on the average. */
#define WORDS_OF_INSTRUCTION 3
#define WORDS_OF_16_BYTES 11

/* More are decoded elsewhere and copied. */
#define MOST_LITERAL_BYTES ((uint32_t)4 << 20)
/* The name of the module as a list, and ".erl". */
#define ROOM_FOR_OWN_NAME (2 * (255 + 4))

bool load_refuses_beam;
void (*load_change_code)(CodeIr *ir);

static void free_instance(CodeInstance *code)
{
    LiteralArea *literals = code_release(code);

    if (literals)
        literal_area_free(literals);
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

/* What comes with the code: attributes and compile information. */
static bool take_terms(const BeamFile *file, CodeInstance *code, Heap *heap, LoadError *error)
{
    if (!check_terms(file, heap, error))
        return false;
    code->attributes_size = file->chunks[CHUNK_ATTRIBUTES].size;
    code->attributes = copy_bytes(file->chunks[CHUNK_ATTRIBUTES].bytes, code->attributes_size);
    code->compile_info_size = file->chunks[CHUNK_COMPILE_INFO].size;
    code->compile_info = copy_bytes(file->chunks[CHUNK_COMPILE_INFO].bytes, code->compile_info_size);
    return true;
}

/* A module that is being prepared. */
typedef struct Loading {
    Term name;                 /* that it must have; NO_TERM: any */
    unsigned flags;
    BeamFile file;
    CodeIr ir;
    Heap heap;                 /* for literals */
    CodeInstance *code;
    LoadError *error;
} Loading;

/* No less than the literals and file names will take: a byte of a text makes a list cell of two words, all else takes
 * less. */
static size_t literal_words(const BeamFile *file)
{
    size_t bytes = file->chunks[CHUNK_LINES].size + file->chunks[CHUNK_LING].size + file->chunks[CHUNK_LITERALS].size;
    uint32_t unpacked;
    Reader in;

    beam_file_reader(file, CHUNK_LITERALS, &in);
    unpacked = reader_u32(&in);
    bytes += MIN(unpacked, MOST_LITERAL_BYTES);
    return 2 * bytes + ROOM_FOR_OWN_NAME;
}

static LoadResult check_name(const Loading *l)
{
    if (l->name == NO_TERM || l->ir.module == l->name)
        return LOAD_OK;
    load_error_set(l->error, "module name in object code is %.200s", atom_text(l->ir.module, NULL));
    return LOAD_WRONG_NAME;
}

static void drop_lines(CodeIr *ir)
{
    for (uint32_t i = 0; i < ir->line_count; i++)
        ir->lines[i].line = 0;
}

/* --- with all bodies ----------------------------------------------------------------------- */

static bool make_bodies(Loading *l)
{
    const char *why;

    for (uint32_t i = 0; i < l->ir.function_count; i++) {
        FunctionIr *f = &l->ir.functions[i];

        if (!verify_function(&l->ir, f, i, l->error))
            return false;
        if (!instance_lacks_body(l->code, i) || emit_function(&l->ir, f, i, l->code, &why))
            continue;
        load_error_set(l->error, "cannot be transformed: %s", why);
        return false;
    }
    return true;
}

static bool build_whole(Loading *l)
{
    size_t instructions = 0;

    for (uint32_t i = 0; i < l->ir.function_count; i++)
        instructions += l->ir.functions[i].count;
    return verify_labels(&l->ir, l->error) && verify_tables(&l->ir, l->error) &&
           instance_make(&l->ir, l->code, &l->heap, instructions * WORDS_OF_INSTRUCTION, l->error) && make_bodies(l);
}

/* Everything is read first: only so can it be changed. */
static LoadResult load_changed(Loading *l)
{
    LoadResult result;

    if (!(ling_file_is(&l->file) ? ling_file_read(&l->file, &l->ir, &l->heap, l->error)
                                 : beam_read(&l->file, &l->ir, &l->heap, l->error)))
        return LOAD_BAD_FILE;
    result = check_name(l);
    if (result != LOAD_OK)
        return result;
    load_change_code(&l->ir);
    if (!ling_file_is(&l->file))
        beam_file_md5(&l->file, l->code->md5);
    return build_whole(l) ? LOAD_OK : LOAD_BAD_FILE;
}

/* --- function by function ------------------------------------------------------------------ */

static bool scan(Loading *l, FunctionSource *source)
{
    BeamReader beam = {.file = l->file, .ir = &l->ir, .heap = &l->heap, .error = l->error};

    if (ling_file_is(&l->file))
        return ling_file_scan(&l->file, &l->ir, &l->heap, source, l->error);
    return beam_read_tables(&beam) && beam_scan_code(&beam, source);
}

/* The md5 of a .beam file waits until somebody asks, unless its funs may be known already: only it tells whether they are
 * the same. */
static void open_md5(Loading *l)
{
    bool is_known = (l->flags & LOAD_WHOLE) != 0;

    for (uint32_t i = 0; i < l->ir.lambda_count && !is_known; i++)
        is_known = lambda_is_known(l->ir.module, l->ir.lambdas[i].old_uniq, l->ir.lambdas[i].index);
    if (is_known)
        beam_file_md5(&l->file, l->code->md5);
    else
        l->code->md5_is_open = true;
}

static LoadResult load_lazily(Loading *l)
{
    FunctionSource source;
    LoadResult result;

    if (!scan(l, &source) || !verify_tables(&l->ir, l->error))
        return LOAD_BAD_FILE;
    if (l->flags & LOAD_STRIPPED)
        drop_lines(&l->ir);
    result = check_name(l);
    if (result != LOAD_OK)
        return result;
    if (!ling_file_is(&l->file))
        open_md5(l);
    if (!instance_make(&l->ir, l->code, &l->heap, source.size * WORDS_OF_16_BYTES / 16, l->error))
        return LOAD_BAD_FILE;
    code_source_keep(&source, &l->ir, &l->file, l->code);
    if ((l->flags & LOAD_WHOLE) && !code_source_make_all(l->code, l->error))
        return LOAD_BAD_FILE;
    return LOAD_OK;
}

/* The kind of file decides where its md5 comes from, and whether it may be loaded. */
static LoadResult load_either(Loading *l)
{
    if (ling_file_is(&l->file)) {
        if (ling_file_version(&l->file) != LING_FORMAT_VERSION)
            return refuse_version(&l->file, l->error);
        if (!ling_file_md5(&l->file, l->code->md5)) {
            load_error_set(l->error, "chunk Ling: unexpected end of data");
            return LOAD_BAD_FILE;
        }
        l->code->origin = "ling";
    } else if (load_refuses_beam) {
        load_error_set(l->error, "BEAM code is refused: the flag -nobeam was given");
        return LOAD_REFUSED;
    } else {
        l->code->origin = "beam";
    }
    return UNLIKELY(load_change_code != NULL) ? load_changed(l) : load_lazily(l);
}

/* --- the module ---------------------------------------------------------------------------- */

static LoadResult prepare(Term name, const uint8_t *bytes, size_t size, unsigned flags, CodeInstance *code,
                          PreparedModule *out, LoadError *error)
{
    Loading l = {.name = name, .flags = flags, .code = code, .error = error};
    LoadResult result = LOAD_BAD_FILE;

    if (beam_file_open(&l.file, bytes, size, error)) {
        if (flags & LOAD_STRIPPED)
            strip(&l.file);
        l.heap = literal_heap(literal_words(&l.file));
        result = load_either(&l);
    }
    if (result == LOAD_OK && !take_terms(&l.file, code, &l.heap, error))
        result = LOAD_BAD_FILE;
    out->name = l.ir.module;
    heap_clear(&l.heap);
    arena_free(&l.ir.arena);
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
    for (CodeBlock *block = code->blocks; block; block = block->next)
        code_register(block);
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
