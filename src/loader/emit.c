#include "loader/emit.h"

#include <string.h>

#include "loader/emit_internal.h"
#include "vm/base/mem.h"
#include "vm/code/code_memory.h"
#include "vm/code/operands.h"
#include "vm/term/atom.h"

/* load_nif puts a call of the native function over the body: two words. */
#define MIN_BODY_WORDS 2

/* --- growing arrays -------------------------------------------------------------------------------- */

#define GROW(e, array, count, capacity)                                                       \
    do {                                                                                      \
        if ((e)->count == (e)->capacity) {                                                    \
            (e)->capacity = (e)->capacity ? 2 * (e)->capacity : 256;                          \
            (e)->array = mem_realloc(MEM_CODE, (e)->array, (e)->capacity * sizeof *(e)->array); \
        }                                                                                     \
    } while (0)

void emit_fail(Emitter *e, const char *why)
{
    if (!e->error)
        e->error = why;
}

void emit_word(Emitter *e, Word word)
{
    GROW(e, words, count, capacity);
    e->words[e->count++] = word;
}

void emit_label(Emitter *e, uint32_t label)
{
    if (label != 0) {
        GROW(e, fixups, fixup_count, fixup_capacity);
        e->fixups[e->fixup_count++] = (Fixup){(uint32_t)e->count, label};
    }
    emit_word(e, 0);
}

/* Strings stand behind the code; until it is known where that ends, the word holds the offset, and is
 * listed with label 0. */
void emit_string_address(Emitter *e, size_t offset)
{
    GROW(e, fixups, fixup_count, fixup_capacity);
    e->fixups[e->fixup_count++] = (Fixup){(uint32_t)e->count, 0};
    emit_word(e, offset);
}

void emit_handler(Emitter *e, OpId op, unsigned variant)
{
    uint16_t number = (uint16_t)(op_info[op].first_variant + variant);

    GROW(e, instructions, instruction_count, instruction_capacity);
    e->instructions[e->instruction_count++] = (NativeInstruction){(uint32_t)e->count, number, false};
    emit_word(e, (Word)(uintptr_t)op_handlers[number]);
}

void emit_note_line(Emitter *e, uint32_t line)
{
    if (line == 0 || line == e->line)
        return;
    GROW(e, lines, line_count, line_capacity);
    e->lines[e->line_count++] = (EmittedLine){(uint32_t)e->count, line};
    e->line = line;
}

/* Every function starts with a line of its own, if only the unknown one. */
static void start_lines(Emitter *e, uint32_t line)
{
    GROW(e, lines, line_count, line_capacity);
    e->lines[e->line_count++] = (EmittedLine){(uint32_t)e->count, line};
    e->line = line;
}

/* --- operands ------------------------------------------------------------------------------------------ */

Term emit_constant(const Emitter *e, const Operand *operand)
{
    return operand->is_literal ? e->ir->literals[operand->literal_index] : operand->term;
}

static Word register_word(const Operand *operand)
{
    switch (operand->kind) {
    case OPERAND_X:
        return X_OFFSET(operand->value);
    case OPERAND_Y:
        return Y_OFFSET(operand->value);
    default:
        return FLOAT_OFFSET(operand->value);
    }
}

void emit_operand(Emitter *e, const Operand *operand)
{
    switch (operand->kind) {
    case OPERAND_TERM:
        emit_word(e, term_bits(emit_constant(e, operand)));
        break;
    case OPERAND_LABEL:
        emit_label(e, (uint32_t)operand->value);
        break;
    case OPERAND_NUMBER:
        emit_word(e, (Word)operand->value);
        break;
    default:
        emit_word(e, register_word(operand));
    }
}

void emit_mixed(Emitter *e, const Operand *operand)
{
    if (operand->kind == OPERAND_TERM) {
        GROW(e, pool, pool_count, pool_capacity);
        e->pool[e->pool_count++] = (PoolEntry){(uint32_t)e->count, emit_constant(e, operand)};
        emit_word(e, MIXED_CONSTANT);
    } else {
        emit_word(e, register_word(operand) | (operand->kind == OPERAND_Y ? MIXED_Y : MIXED_X));
    }
}

Operand emit_source_as(Emitter *e, const Operand *source, const char *kinds)
{
    const Operand *operands[2] = {source};
    Operand scratch;

    if (strchr(kinds, source->kind == OPERAND_X ? 'x' : source->kind == OPERAND_Y ? 'y' : 'c'))
        return *source;
    scratch = operand_x(X_REGISTERS + e->scratch++);
    operands[1] = &scratch;
    if (!emit_op(e, VMOP_MOVE, operands, 2))
        emit_fail(e, "operand of a kind that the instruction cannot take");
    return scratch;
}

int emit_find_variant(OpId op, const Operand *const *operands, unsigned count)
{
    const OpInfo *info = &op_info[op];
    int variant = 0;

    assert(count <= info->operand_count);
    for (unsigned i = 0; i < count; i++) {
        const OpKinds *kinds = &op_kinds[info->kinds[i]];
        int position = kinds->position[operands[i]->kind];
        if (position < 0)
            return -1;
        variant = variant * kinds->count + position;
    }
    return variant;
}

void emit_variant(Emitter *e, OpId op, int variant, const Operand *const *operands, unsigned count)
{
    emit_handler(e, op, (unsigned)variant);
    for (unsigned i = 0; i < count; i++)
        emit_operand(e, operands[i]);
}

bool emit_op(Emitter *e, OpId op, const Operand *const *operands, unsigned count)
{
    int variant = emit_find_variant(op, operands, count);

    if (variant >= 0)
        emit_variant(e, op, variant, operands, count);
    return variant >= 0;
}

/* Through scratch registers: sources are moved there before, results from there after. */
static void emit_through_scratch(Emitter *e, OpId op, const Operand *const *operands, unsigned count)
{
    const OpInfo *info = &op_info[op];
    Operand own[OP_MAX_OPERANDS];
    const Operand *used[OP_MAX_OPERANDS] = {NULL};
    bool write_back[OP_MAX_OPERANDS] = {false};

    for (unsigned i = 0; i < count; i++) {
        const OpKinds *kinds = &op_kinds[info->kinds[i]];
        used[i] = &own[i];
        if (kinds->position[operands[i]->kind] >= 0) {
            own[i] = *operands[i];
        } else if (info->writes >> i & 1) {
            own[i] = operand_x(X_REGISTERS + e->scratch++);
            write_back[i] = true;
        } else {
            own[i] = emit_source_as(e, operands[i], kinds->letters);
        }
    }
    if (!emit_op(e, op, used, count))
        emit_fail(e, "operand of a kind that the instruction cannot take");
    for (unsigned i = 0; i < count; i++) {
        const Operand *move[2] = {&own[i], operands[i]};
        if (write_back[i] && !emit_op(e, VMOP_MOVE, move, 2))
            emit_fail(e, "operand of a kind that the instruction cannot take");
    }
    e->scratch = 0;
}

void emit_op_anyhow(Emitter *e, OpId op, const Operand *const *operands, unsigned count)
{
    if (!emit_op(e, op, operands, count))
        emit_through_scratch(e, op, operands, count);
}

/* --- functions ----------------------------------------------------------------------------------------- */

static void place_label(Emitter *e, uint32_t label)
{
    if (label != 0)
        e->label_offset[label] = (uint32_t)e->count;
}

static void emit_body(Emitter *e, FunctionIr *function)
{
    Instruction *instructions = function->instructions;
    uint32_t i = 0;

    for (uint32_t n = 0; n < function->count; n++)
        emit_prepare(e, &instructions[n]);
    while (i < function->count && !e->error) {
        unsigned taken;

        place_label(e, instructions[i].label);
        e->scratch = 0;
        taken = rules_apply(e, &instructions[i], function->count - i);
        if (taken == 0) {
            if (!emit_list_instruction(e, &instructions[i]))
                emit_fail(e, "instruction without a rule");
            taken = 1;
        }
        i += taken;
    }
}

static void emit_bif_body(Emitter *e, const Export *export)
{
    emit_handler(e, VMOP_CALL_BIF_RETURN, 0);
    emit_word(e, (Word)(uintptr_t)export);
}

static void emit_function(Emitter *e, FunctionIr *function, EmittedFunction *out)
{
    const Export *export = export_find(e->ir->module, function->name, function->arity);

    start_lines(e, function->line);
    *out = (EmittedFunction){.name = function->name, .arity = function->arity, .start = (uint32_t)e->count};
    place_label(e, function->info_label);
    emit_handler(e, VMOP_FUNC_INFO, 0);
    emit_word(e, term_bits(e->ir->module));
    emit_word(e, term_bits(function->name));
    emit_word(e, function->arity);
    out->entry = (uint32_t)e->count;
    place_label(e, function->entry_label);
    if (export && export->bif)
        emit_bif_body(e, export);
    else
        emit_body(e, function);
    while (e->count - out->entry < MIN_BODY_WORDS)
        emit_word(e, 0);
    out->end = (uint32_t)e->count;
}

/* --- the block ------------------------------------------------------------------------------------------- */

/* Labels in a row are one: the first has the offset. */
static void resolve_aliases(Emitter *e)
{
    for (uint32_t label = 1; label < e->ir->label_count; label++) {
        uint32_t alias = e->ir->label_alias ? e->ir->label_alias[label] : label;
        if (alias != label && e->label_offset[label] == LABEL_NOWHERE)
            e->label_offset[label] = e->label_offset[alias];
    }
}

/* Constants of mixed lists follow the code, then the strings. */
static void patch(Emitter *e, Word *words)
{
    Word *pool = words + e->count;
    uint8_t *strings = (uint8_t *)(pool + e->pool_count);

    for (size_t i = 0; i < e->pool_count; i++) {
        pool[i] = term_bits(e->pool[i].term);
        words[e->pool[i].at] = (Word)(uintptr_t)&pool[i] | MIXED_CONSTANT;
    }
    for (size_t i = 0; i < e->fixup_count; i++) {
        Fixup fixup = e->fixups[i];
        if (fixup.label == 0)
            words[fixup.at] += (Word)(uintptr_t)strings;
        else if (e->label_offset[fixup.label] == LABEL_NOWHERE)
            emit_fail(e, "jump to a label that is nowhere");
        else
            words[fixup.at] = (Word)(uintptr_t)(words + e->label_offset[fixup.label]);
    }
    if (e->ir->string_size > 0)
        memcpy(strings, e->ir->strings, e->ir->string_size);
}

/* Machine code is made later, of those instructions. */
static void plan_native(Emitter *e, EmittedCode *out)
{
    size_t n = 0;

    out->instructions = e->instructions;
    out->instruction_count = e->instruction_count;
    e->instructions = NULL;
    for (uint32_t i = 0; i < out->function_count; i++) {
        while (n < out->instruction_count && out->instructions[n].offset < out->functions[i].entry)
            n++;
        if (n < out->instruction_count && out->instructions[n].offset == out->functions[i].entry)
            native_count_calls(out->words + out->functions[i].entry, out->instructions[n].variant);
    }
}

static bool finish(Emitter *e, EmittedCode *out)
{
    out->word_count = (uint32_t)e->count;
    out->byte_size = (e->count + e->pool_count) * sizeof(Word) + e->ir->string_size;
    out->words = native_is_on() ? code_memory_alloc(out->byte_size) : NULL;
    out->mapped_size = out->words ? out->byte_size : 0;
    if (!out->words)
        out->words = mem_alloc(MEM_CODE, out->byte_size);
    memcpy(out->words, e->words, e->count * sizeof(Word));
    resolve_aliases(e);
    patch(e, out->words);
    if (out->mapped_size && !e->error)        /* after an error not all functions are there */
        plan_native(e, out);
    out->lines = e->lines;
    out->line_count = (uint32_t)e->line_count;
    out->label_offset = e->label_offset;
    return !e->error;
}

bool emit_code(CodeIr *ir, struct LambdaEntry *const *lambdas, EmittedCode *out, const char **error)
{
    Emitter e = {.ir = ir, .lambdas = lambdas};
    bool good;

    memset(out, 0, sizeof *out);
    e.label_offset = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
    memset(e.label_offset, 0xff, (ir->label_count + 1) * sizeof *e.label_offset);
    out->function_count = ir->function_count;
    out->functions = mem_alloc(MEM_CODE, ir->function_count * sizeof *out->functions + 1);
    for (uint32_t i = 0; i < ir->function_count && !e.error; i++)
        emit_function(&e, &ir->functions[i], &out->functions[i]);
    good = finish(&e, out);
    mem_free(MEM_CODE, e.words);
    mem_free(MEM_CODE, e.fixups);
    mem_free(MEM_CODE, e.pool);
    mem_free(MEM_CODE, e.instructions);
    if (!good) {
        *error = e.error;
        emit_code_free(out);
    }
    return good;
}

void emit_code_free(EmittedCode *code)
{
    code_words_free(code->words, code->mapped_size);
    mem_free(MEM_CODE, code->instructions);
    mem_free(MEM_CODE, code->functions);
    mem_free(MEM_CODE, code->lines);
    memset(code, 0, sizeof *code);
}
