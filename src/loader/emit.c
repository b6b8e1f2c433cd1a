#include "loader/emit.h"

#include <string.h>

#include "loader/closed_receive.h"
#include "loader/emit_internal.h"
#include "vm/base/mem.h"
#include "vm/code/operands.h"
#include "vm/term/atom.h"

/* --- words ------------------------------------------------------------------------------------------- */

void emit_fail(Emitter *e, const char *why)
{
    if (!e->error)
        e->error = why;
}

void emit_word(Emitter *e, Word word)
{
    CODE_GROW(e, words, count, capacity);
    e->words[e->count++] = word;
}

void emit_label(Emitter *e, uint32_t label)
{
    if (label != 0) {
        CODE_GROW(e, fixups, fixup_count, fixup_capacity);
        e->fixups[e->fixup_count++] = (Fixup){(uint32_t)e->count, label};
    }
    emit_word(e, 0);
}

uint32_t emit_own_label(Emitter *e)
{
    CODE_GROW(e, own_labels, own_label_count, own_label_capacity);
    e->own_labels[e->own_label_count] = LABEL_NOWHERE;
    return e->ir->label_count + (uint32_t)e->own_label_count++;
}

void emit_place_own(Emitter *e, uint32_t label) { e->own_labels[label - e->ir->label_count] = (uint32_t)e->count; }

void emit_set_aside(Emitter *e, const Instruction *from, uint32_t count, uint32_t start, uint32_t end)
{
    CODE_GROW(e, asides, aside_count, aside_capacity);
    e->asides[e->aside_count++] = (Aside){from, count, start, end};
}

static uint32_t label_offset(const Emitter *e, uint32_t label)
{
    return label < e->ir->label_count ? e->ir->labels[label].offset : e->own_labels[label - e->ir->label_count];
}

void emit_string_address(Emitter *e, size_t offset) { emit_word(e, (Word)(uintptr_t)(e->code->strings + offset)); }

void emit_handler(Emitter *e, OpId op, unsigned variant)
{
    uint16_t number = (uint16_t)(op_info[op].first_variant + variant);

    CODE_GROW(e, instructions, instruction_count, instruction_capacity);
    e->instructions[e->instruction_count++] = (NativeInstruction){(uint32_t)e->count, number, 0};
    emit_word(e, (Word)(uintptr_t)op_handlers[number]);
}

void emit_note_line(Emitter *e, uint32_t line)
{
    if (line == 0 || line == e->line)
        return;
    CODE_GROW(e, lines, line_count, line_capacity);
    e->lines[e->line_count++] = (CodeLine){(uint32_t)e->count, line};
    e->line = line;
}

/* Every function starts with a line of its own, if only the unknown one. */
static void start_lines(Emitter *e, uint32_t line)
{
    CODE_GROW(e, lines, line_count, line_capacity);
    e->lines[e->line_count++] = (CodeLine){(uint32_t)e->count, line};
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
        if (operand->callee != 0)
            emit_word(e, (Word)(uintptr_t)code_entry(e->code, operand->callee - 1));
        else
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
        CODE_GROW(e, pool, pool_count, pool_capacity);
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

/* --- a function ---------------------------------------------------------------------------------------- */

static void place_label(Emitter *e, uint32_t label)
{
    if (label != 0)
        e->ir->labels[label].offset = (uint32_t)e->count;
}

static void emit_head(Emitter *e, const FunctionIr *function)
{
    start_lines(e, function->line);
    place_label(e, function->info_label);
    emit_handler(e, VMOP_FUNC_INFO, 0);
    emit_word(e, term_bits(e->ir->module));
    emit_word(e, term_bits(function->name));
    emit_word(e, function->arity);
}

/* What follows a loop_rec must not be prepared yet. */
static void prepare_receive(Emitter *e, const FunctionIr *function, uint32_t at)
{
    uint32_t number = closed_receive_is(e->ir, function, at) ? closed_receive_number() : 0;

    if (number != 0)
        emit_prepare_closed_receive(e, &function->instructions[at], number);
}

/* The first of the `left` instructions at `at`, with those that make one op with it; how many they were. */
static unsigned emit_plainly(Emitter *e, const Instruction *at, uint32_t left)
{
    unsigned taken = rules_apply(e, at, left);

    if (taken > 0)
        return taken;
    if (!emit_list_instruction(e, at))
        emit_fail(e, "instruction without a rule");
    return 1;
}

static unsigned emit_next(Emitter *e, const Instruction *at, uint32_t left)
{
    unsigned taken = emit_fields(e, at, left);

    if (taken > 0)
        return taken;
    if (at->op == GENERIC_BS_CREATE_BIN && emit_build(e, at))
        return 1;
    return emit_plainly(e, at, left);
}

static void emit_aside(Emitter *e, const Aside *aside)
{
    Operand end = operand_label(aside->end);
    const Operand *jump[] = {&end};
    uint32_t i = 0;

    emit_place_own(e, aside->start);
    while (i < aside->count && !e->error) {
        e->scratch = 0;
        i += emit_plainly(e, &aside->from[i], aside->count - i);
    }
    emit_op_anyhow(e, VMOP_JUMP, jump, 1);
}

static void emit_body(Emitter *e, FunctionIr *function)
{
    Instruction *instructions = function->instructions;
    uint32_t i = 0;

    for (uint32_t n = 0; n < function->count; n++)
        if (instructions[n].op == GENERIC_LOOP_REC)
            prepare_receive(e, function, n);
        else
            emit_prepare(e, &instructions[n]);
    while (i < function->count && !e->error) {
        place_label(e, instructions[i].label);
        e->scratch = 0;
        i += emit_next(e, &instructions[i], function->count - i);
    }
    for (size_t n = 0; n < e->aside_count; n++)
        emit_aside(e, &e->asides[n]);
}

/* Constants of mixed lists follow the code. */
static void patch(Emitter *e, Word *words)
{
    Word *pool = words + e->count;

    for (size_t i = 0; i < e->pool_count; i++) {
        pool[i] = term_bits(e->pool[i].term);
        words[e->pool[i].at] = (Word)(uintptr_t)&pool[i] | MIXED_CONSTANT;
    }
    for (size_t i = 0; i < e->fixup_count; i++) {
        Fixup fixup = e->fixups[i];
        uint32_t offset = label_offset(e, fixup.label);

        if (offset == LABEL_NOWHERE)
            emit_fail(e, "jump to a label that is nowhere");
        else
            words[fixup.at] = (Word)(uintptr_t)(words + offset);
    }
}

/* --- into the block -------------------------------------------------------------------------------------- */

/* What a block has room for at least, in words: small modules share nothing, and what is not used costs nothing. */
#define BLOCK_WORDS 4096

/* The block of `code` with room for so many words more. */
static CodeBlock *block_with_room(CodeInstance *code, size_t words)
{
    CodeBlock *block = code->blocks;

    if (block->capacity - block->used >= words)
        return block;
    block = code_block_new(code, MAX(words, BLOCK_WORDS), native_is_on());
    block->next = code->blocks;
    code->blocks = block;
    if (code->module)
        code_register(block);
    return block;
}

/* Lines and instructions, at the offsets they have in the block. */
static void tell_block(const Emitter *e, CodeBlock *block, uint32_t index)
{
    uint32_t base = block->used;

    CODE_GROW(block, bodies, body_count, body_capacity);
    block->bodies[block->body_count++] = (CodeBody){base, index};
    for (size_t i = 0; i < e->line_count; i++) {
        CODE_GROW(block, lines, line_count, line_capacity);
        block->lines[block->line_count++] = (CodeLine){base + e->lines[i].offset, e->lines[i].line};
    }
    for (size_t i = 0; block->mapped_size > 0 && i < e->instruction_count; i++) {
        CODE_GROW(block, instructions, instruction_count, instruction_capacity);
        block->instructions[block->instruction_count] = e->instructions[i];
        block->instructions[block->instruction_count++].offset += base;
    }
}

/* Machine code is made later, when the function was called often. */
static void lead_entry_to(const Word *body, const CodeBlock *block, Word *entry)
{
    OpId op = block->mapped_size > 0 ? VMOP_COLD_ENTRY : VMOP_BODY_ENTRY;

    entry[1] = (Word)(uintptr_t)body;
    *(code_watch.original ? code_watch.original(entry) : entry) = (Word)(uintptr_t)op_handler(op);
}

static void finish(Emitter *e, CodeInstance *code, uint32_t index)
{
    /* One more: a call that never returns may be the last instruction, and its return address belongs to the body. */
    size_t words = e->count + e->pool_count + 1;
    CodeBlock *block = block_with_room(code, words);
    Word *body = block->words + block->used;

    memcpy(body, e->words, e->count * sizeof(Word));
    patch(e, body);
    if (e->error)
        return;
    tell_block(e, block, index);
    block->used += (uint32_t)words;
    code_count_bytes(code, words * sizeof(Word));
    lead_entry_to(body + CODE_HEAD_WORDS, block, code_entry(code, index));
}

bool emit_function(CodeIr *ir, FunctionIr *function, uint32_t index, CodeInstance *code, const char **error)
{
    static Emitter emitter;        /* keeps its arrays for the next function */
    Emitter *e = &emitter;

    e->ir = ir;
    e->code = code;
    e->count = e->fixup_count = e->pool_count = e->line_count = e->instruction_count = 0;
    e->own_label_count = e->aside_count = 0;
    e->error = NULL;
    emit_head(e, function);
    emit_body(e, function);
    if (!e->error)
        finish(e, code, index);
    *error = e->error;
    return !e->error;
}
