#include "loader/code_source.h"

#include <string.h>

#include "loader/beam_reader.h"
#include "loader/emit.h"
#include "loader/instance.h"
#include "loader/ling_file.h"
#include "loader/verify.h"
#include "vm/base/mem.h"

typedef struct CodeSource {
    FunctionSource from;           /* its tables and those of `ir` lie behind this, in the same block */
    CodeIr ir;                     /* without functions */
    uint32_t left;                 /* functions without a body */
    Md5 md5;                       /* while it is open: of what comes before the code ... */
    uint8_t *behind_code;          /* ... and the rest */
    size_t behind_code_size;
} CodeSource;

/* --- what is kept -------------------------------------------------------------------------- */

/* The next part of the block: a copy, where there is a block already. */
static void *put(char *block, size_t *at, const void *from, size_t size)
{
    char *to = block ? block + *at : NULL;

    *at += (size + 7) & ~(size_t)7;
    if (block && size > 0)
        memcpy(to, from, size);
    return to;
}

/* Lays out the tables behind *source; without a block (null), only how much that takes. */
static size_t lay_out(CodeSource *source, const FunctionSource *from, const CodeIr *ir, size_t behind_code_size)
{
    char *block = (char *)source;
    size_t at = (sizeof *source + 7) & ~(size_t)7;
    CodeSource parts = {.from = *from, .behind_code_size = behind_code_size};

    parts.from.atoms = put(block, &at, from->atoms, from->atom_count * sizeof *from->atoms);
    parts.from.places = put(block, &at, from->places, ir->function_count * sizeof *from->places);
    parts.from.bytes = put(block, &at, from->bytes, from->size);
    parts.ir.imports = put(block, &at, ir->imports, ir->import_count * sizeof *ir->imports);
    parts.ir.lambdas = put(block, &at, ir->lambdas, ir->lambda_count * sizeof *ir->lambdas);
    parts.ir.label_homes = put(block, &at, ir->label_homes, ir->label_count * sizeof *ir->label_homes);
    parts.ir.arities = put(block, &at, ir->arities, ir->function_count);
    parts.behind_code = block ? (uint8_t *)block + at : NULL;
    at += behind_code_size;
    if (source)
        *source = parts;
    return at;
}

/* --- making -------------------------------------------------------------------------------- */

/* Notes on the labels of the function at hand, for the largest module so far. */
static LabelNote *label_notes(uint32_t count)
{
    static LabelNote *notes;
    static uint32_t capacity;

    if (count >= capacity) {
        mem_free(MEM_CODE, notes);
        capacity = count + 1024;
        notes = mem_alloc(MEM_CODE, capacity * sizeof *notes);
    }
    return notes;
}

static bool make(CodeSource *source, CodeInstance *code, uint32_t index, LoadError *error)
{
    const CodeFunction *function = &code->functions[index];
    FunctionIr f = {.name = function->name, .arity = function->arity, .line = function->line,
                    .info_label = source->from.places[index].info_label};
    const char *why;

    source->ir.labels = label_notes(source->ir.label_count);
    if (!(source->from.is_ling ? ling_read_function : beam_read_function)(&source->ir, &source->from, index, &f, error) ||
        !verify_function(&source->ir, &f, index, error))
        return false;
    if (emit_function(&source->ir, &f, index, code, &why))
        return true;
    load_error_set(error, "cannot be transformed: %s", why);
    return false;
}

static bool make_body(CodeInstance *code, uint32_t index, LoadError *error)
{
    static Arena scratch;
    CodeSource *source = code->source;
    bool is_made;

    source->ir.arena = scratch;
    is_made = make(source, code, index, error);
    scratch = source->ir.arena;
    arena_clear(&scratch);
    if (is_made && --source->left == 0) {
        code_md5(code);
        mem_free(MEM_CODE, source);
        code->source = NULL;
    }
    return is_made;
}

bool code_source_make_all(CodeInstance *code, LoadError *error)
{
    bool is_good = true;

    for (uint32_t i = 0; code->source && i < code->function_count; i++)
        if (instance_lacks_body(code, i))
            is_good &= make_body(code, i, error);
    return is_good;
}

/* --- for the engine, and from the loader --------------------------------------------------- */

static const char *make_called(CodeInstance *code, Word *entry)
{
    static LoadError error;

    return make_body(code, (uint32_t)entry[1], &error) ? NULL : error.text;
}

static void make_others(CodeInstance *code)
{
    LoadError error;

    code_source_make_all(code, &error);
}

static void compute_md5(CodeInstance *code)
{
    CodeSource *source = code->source;
    Md5 *md5 = &source->md5;

    md5_update(md5, source->from.bytes, source->from.size);
    md5_update(md5, source->behind_code, source->behind_code_size);
    md5_final(md5, code->md5);
}

static void free_source(CodeSource *source) { mem_free(MEM_CODE, source); }

void code_source_keep(const FunctionSource *from, const CodeIr *ir, const BeamFile *file, CodeInstance *code)
{
    size_t behind_code_size = code->md5_is_open ? beam_file_md5_tail(file, NULL) : 0;
    CodeSource *source = mem_alloc(MEM_CODE, lay_out(NULL, from, ir, behind_code_size));

    code_maker = (CodeMaker){make_called, make_others, compute_md5, free_source};
    lay_out(source, from, ir, behind_code_size);
    if (code->md5_is_open) {
        beam_file_md5_start(file, &source->md5);
        beam_file_md5_tail(file, source->behind_code);
    }
    source->ir.module = ir->module;
    source->ir.function_count = ir->function_count;
    source->ir.label_count = ir->label_count;
    source->ir.import_count = ir->import_count;
    source->ir.lambda_count = ir->lambda_count;
    source->ir.line_count = ir->line_count;
    source->ir.literals = code->literal_terms;
    source->ir.literal_count = code->literal_count;
    source->ir.strings = code->strings;
    source->ir.string_size = ir->string_size;
    for (uint32_t i = 0; i < ir->function_count; i++)
        source->left += instance_lacks_body(code, i);
    code->source = source;
}
