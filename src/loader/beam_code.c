#include <string.h>

#include "loader/beam_code.h"
#include "loader/beam_compact.h"
#include "loader/operand_shape.h"
#include "vm/base/mem.h"
#include "vm/code/export.h"
#include "vm/term/atom.h"

#define MAX_HEAP_WORDS 0xffffff
#define HIGHEST_OPCODE 255
/* Words that one entry of an allocation list takes. */
#define FLOAT_NEED 2
#define FUN_NEED 3

/* --- operands ------------------------------------------------------------------------------ */

static Operand *new_operand(CodeReader *code)
{
    if (code->operand_count == code->operand_capacity) {
        code->operand_capacity = code->operand_capacity * 2 + 256;
        code->operands = mem_realloc(MEM_CODE, code->operands, code->operand_capacity * sizeof *code->operands);
    }
    return &code->operands[code->operand_count++];
}

static void add_operand(CodeReader *code, OperandKind kind, int64_t value)
{
    *new_operand(code) = (Operand){.kind = kind, .value = value};
}

/* An integer of more than 61 bits is a literal of its own. */
static Term make_big(BeamReader *beam, const uint8_t *bytes, size_t size)
{
    bool is_negative = bytes[0] & 0x80;
    size_t limbs = (size + 7) / 8;
    Word *object = heap_alloc(beam->heap, limbs + 1);
    unsigned carry = is_negative;

    memset(object + 1, 0, limbs * sizeof *object);
    for (size_t i = 0; i < size; i++) {
        unsigned byte = bytes[size - 1 - i];

        if (is_negative) {
            byte = (byte ^ 0xff) + carry;
            carry = byte >> 8;
            byte &= 0xff;
        }
        object[1 + i / 8] |= (Word)byte << 8 * (i & 7);
    }
    while (limbs > 1 && object[limbs] == 0)
        limbs--;
    object[0] = MAKE_HEADER(is_negative ? BOX_BIG_NEGATIVE : BOX_BIG_POSITIVE, limbs);
    heap_trim(beam->heap, object + limbs + 1);
    return make_boxed(object);
}

static void read_integer(CodeReader *code, const Compact *compact, Operand *out)
{
    uint8_t bytes[8];
    const uint8_t *at = compact->big;
    size_t size = compact->big_size;
    int64_t value = compact->value;

    if (!at) {
        for (int i = 0; i < 8; i++)
            bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
        at = bytes;
        size = sizeof bytes;
    }
    while (size > 8 && ((at[0] == 0 && !(at[1] & 0x80)) || (at[0] == 0xff && (at[1] & 0x80)))) {
        at++;
        size--;
    }
    if (size == 8) {
        value = 0;
        for (int i = 0; i < 8; i++)
            value = (int64_t)((uint64_t)value << 8 | at[i]);
    }
    out->kind = OPERAND_TERM;
    if (size == 8 && fits_small(value)) {
        out->term = small_int(value);
        return;
    }
    out->is_literal = true;
    if (code->is_again) {
        out->literal_index = code->next_literal++;
        out->term = code->beam->ir->literals[out->literal_index];
        return;
    }
    out->term = make_big(code->beam, at, size);
    out->literal_index = beam_add_literal(code->beam, out->term);
}

uint32_t code_read_number(CodeReader *code, uint32_t limit, const char *what)
{
    Compact compact;

    if (!compact_read(&code->in, &compact))
        return 0;
    if (compact.tag == COMPACT_U && !compact.big && compact.value >= 0 && compact.value < (int64_t)limit)
        return (uint32_t)compact.value;
    reader_fail(&code->in, what);
    return 0;
}

/* Register `value` of `kind`, with the type of `type` if that is not null. */
static void set_register(CodeReader *code, Operand *out, OperandKind kind, int64_t value, const BeamType *type)
{
    if (value < 0 || value > OPERAND_MAX_REGISTER) {
        reader_fail(&code->in, "bad register");
        return;
    }
    out->kind = kind;
    out->value = value;
    if (type) {
        out->types = type->types;
        out->min = type->min;
        out->max = type->max;
    }
}

static void read_typed_register(CodeReader *code, Operand *out)
{
    Compact compact;
    uint32_t type;

    if (!compact_read(&code->in, &compact))
        return;
    if ((compact.tag != COMPACT_X && compact.tag != COMPACT_Y) || compact.big) {
        reader_fail(&code->in, "bad typed register");
        return;
    }
    type = code_read_number(code, code->beam->type_count ? code->beam->type_count : UINT32_MAX, "bad type index");
    set_register(code, out, compact.tag == COMPACT_X ? OPERAND_X : OPERAND_Y, compact.value,
                 type < code->beam->type_count ? &code->beam->types[type] : NULL);
}

/* An allocation list as the words it stands for. */
static void read_allocation_list(CodeReader *code, Operand *out)
{
    static const uint8_t words_of[] = {1, FLOAT_NEED, FUN_NEED};
    uint32_t pairs = code_read_number(code, 4, "bad allocation list");
    uint64_t words = 0;

    for (uint32_t i = 0; i < pairs; i++) {
        uint32_t kind = code_read_number(code, ARRAY_SIZE(words_of), "bad allocation list");

        words += (uint64_t)words_of[kind] * code_read_number(code, MAX_HEAP_WORDS, "bad allocation list");
    }
    out->kind = OPERAND_NUMBER;
    out->value = (int64_t)words;
}

static void read_extended(CodeReader *code, int64_t subtag, Operand *out)
{
    BeamReader *beam = code->beam;

    switch (subtag) {
    case COMPACT_Z_FLOAT_REGISTER:
        out->kind = OPERAND_FR;
        out->value = code_read_number(code, OPERAND_MAX_REGISTER + 1, "bad float register");
        return;
    case COMPACT_Z_ALLOC:
        read_allocation_list(code, out);
        return;
    case COMPACT_Z_LITERAL:
        out->kind = OPERAND_TERM;
        out->literal_index = code_read_number(code, beam->ir->literal_count, "bad literal index");
        out->is_literal = true;
        if (reader_ok(&code->in))
            out->term = beam->ir->literals[out->literal_index];
        return;
    case COMPACT_Z_TYPED:
        read_typed_register(code, out);
        return;
    default:
        reader_fail(&code->in, "unknown kind of operand");
    }
}

/* Any operand but a list. */
static void read_any(CodeReader *code, const Compact *compact, Operand *out)
{
    *out = (Operand){.kind = OPERAND_NUMBER};
    if (compact->big && compact->tag != COMPACT_I) {
        if (compact->tag == COMPACT_U)
            out->value = INT64_MAX;            /* a size that nothing can have */
        else
            reader_fail(&code->in, "number out of range");
        return;
    }
    switch (compact->tag) {
    case COMPACT_X:
        set_register(code, out, OPERAND_X, compact->value, NULL);
        return;
    case COMPACT_Y:
        set_register(code, out, OPERAND_Y, compact->value, NULL);
        return;
    case COMPACT_A:
        if (compact->value < 0 || compact->value >= code->beam->atom_count)
            reader_fail(&code->in, "bad index of an atom");
        out->kind = OPERAND_TERM;
        if (reader_ok(&code->in))
            out->term = code->beam->atoms[compact->value];
        return;
    case COMPACT_I:
        if (!compact->big && fits_small(compact->value)) {
            out->kind = OPERAND_TERM;
            out->term = small_int(compact->value);
        } else {
            read_integer(code, compact, out);
        }
        return;
    case COMPACT_U:
        if (compact->value < 0)
            reader_fail(&code->in, "number out of range");
        out->value = compact->value;
        return;
    case COMPACT_F:
        if (compact->value < 0 || compact->value >= code->beam->ir->label_count)
            reader_fail(&code->in, "bad label");
        out->kind = OPERAND_LABEL;
        out->value = compact->value;
        return;
    case COMPACT_H:
        out->kind = OPERAND_TERM;
        out->term = small_int(compact->value);
        return;
    default:
        read_extended(code, compact->value, out);
    }
}

void code_read_operand(CodeReader *code, char letter)
{
    Operand *out = new_operand(code);
    Compact compact;

    if (!compact_read(&code->in, &compact))
        return;
    if (LIKELY(compact.tag <= COMPACT_Y && compact.tag >= COMPACT_X && (uint64_t)compact.value <= OPERAND_MAX_REGISTER &&
               !compact.big))
        *out = (Operand){.kind = compact.tag == COMPACT_X ? OPERAND_X : OPERAND_Y, .value = compact.value};
    else
        read_any(code, &compact, out);
    if (LIKELY(operand_fits(letter, out)))
        return;
    if (letter == 's' && out->kind == OPERAND_NUMBER && fits_small(out->value)) {
        out->kind = OPERAND_TERM;              /* sizes of the older bs instructions */
        out->term = small_int(out->value);
        return;
    }
    reader_fail(&code->in, "wrong kind of operand");
}

static void read_list(CodeReader *code, const char *letters)
{
    size_t period = strlen(letters);
    Compact compact;
    uint32_t count;

    if (!compact_read(&code->in, &compact))
        return;
    if (compact.tag != COMPACT_Z || compact.big || compact.value != COMPACT_Z_LIST) {
        reader_fail(&code->in, "list expected");
        return;
    }
    count = code_read_number(code, OPERAND_MAX_LIST, "bad length of a list");
    if (count > reader_left(&code->in) || count % period != 0)
        reader_fail(&code->in, "bad length of a list");
    add_operand(code, OPERAND_NUMBER, count);
    for (uint32_t i = 0; i < count && reader_ok(&code->in); i++)
        code_read_operand(code, letters[i % period]);
}

/* --- instructions -------------------------------------------------------------------------- */

static Instruction *new_instruction(CodeReader *code, uint16_t op)
{
    Instruction *result;

    if (code->count == code->capacity) {
        code->capacity = code->capacity * 2 + 256;
        code->instructions = mem_realloc(MEM_CODE, code->instructions, code->capacity * sizeof *code->instructions);
    }
    result = &code->instructions[code->count++];
    *result = (Instruction){.op = op, .line = code->line, .label = code->pending_label, .frame = NO_FRAME};
    code->pending_label = 0;
    return result;
}

/* The instruction takes the operands from `first` on. */
static void set_operands(CodeReader *code, Instruction *instruction, size_t first)
{
    instruction->operands = (Operand *)(uintptr_t)first;
    instruction->operand_count = (uint32_t)(code->operand_count - first);
}

static bool has_entry(CodeReader *code)
{
    if (code->count > 0 && code->instructions[0].label != 0)
        return true;
    reader_fail(&code->in, "function without an entry");
    return false;
}

/* The instructions find their operands. */
static void point_to_operands(CodeReader *code, FunctionIr *function, Operand *operands)
{
    function->entry_label = function->instructions[0].label;
    function->count = (uint32_t)code->count;
    for (uint32_t i = 0; i < function->count; i++)
        function->instructions[i].operands = operands + (uintptr_t)function->instructions[i].operands;
}

static void end_function(CodeReader *code)
{
    FunctionIr *function = code->function;
    CodeIr *ir = code->beam->ir;
    Operand *operands;

    if (!function || !has_entry(code))
        return;
    function->instructions = arena_array(&ir->arena, Instruction, code->count);
    memcpy(function->instructions, code->instructions, code->count * sizeof *code->instructions);
    operands = arena_array(&ir->arena, Operand, code->operand_count);
    if (code->operand_count > 0)
        memcpy(operands, code->operands, code->operand_count * sizeof *operands);
    point_to_operands(code, function, operands);
    if (code->is_on_load)
        ir->on_load_label = function->entry_label;
    code->is_on_load = false;
    code->count = 0;
    code->line_before = code->line;
    code->operand_count = 0;
    code->function = NULL;
}

static void read_label(CodeReader *code)
{
    CodeIr *ir = code->beam->ir;
    uint32_t label = code_read_number(code, ir->label_count, "bad label");

    if (!reader_ok(&code->in))
        return;
    if (label == 0 || (!code->is_again && ir->labels[label].alias != 0)) {
        reader_fail(&code->in, "label is defined twice");
        return;
    }
    if (code->pending_label == 0)
        code->pending_label = label;
    ir->labels[label].alias = code->pending_label;
}

bool code_read_func_info(CodeReader *code, Term *name, uint32_t *arity)
{
    Operand *operands;

    code->operand_count = 0;
    for (int i = 0; i < 3; i++)
        code_read_operand(code, "aau"[i]);
    operands = code->operands;
    code->operand_count = 0;
    if (!reader_ok(&code->in))
        return false;
    if (!is_atom(operands[0].term) || operands[0].term != code->beam->ir->module || !is_atom(operands[1].term) ||
        operands[2].value > 255) {
        reader_fail(&code->in, "bad func_info");
        return false;
    }
    *name = operands[1].term;
    *arity = (uint32_t)operands[2].value;
    return true;
}

static void read_function_start(CodeReader *code)
{
    CodeIr *ir = code->beam->ir;
    uint32_t label = code->pending_label;
    uint32_t arity;
    Term name;

    end_function(code);
    code->pending_label = 0;
    if (!code_read_func_info(code, &name, &arity))
        return;
    if (label == 0)
        reader_fail(&code->in, "func_info without a label");
    else if (ir->function_count == code->function_limit)
        reader_fail(&code->in, "more functions than the header says");
    if (!reader_ok(&code->in))
        return;
    code->function = &ir->functions[ir->function_count++];
    code->function->name = name;
    code->function->arity = arity;
    code->function->info_label = label;
    code->function->line = code->line;
}

static void read_line(CodeReader *code)
{
    CodeIr *ir = code->beam->ir;
    uint32_t line = code_read_number(code, UINT32_MAX, "bad line");

    code->line_before = code->line;
    code->line_at = code->count;
    code->line = line < ir->line_count ? line : 0;
}

static bool calls_bif(const CodeReader *code, const Instruction *call)
{
    const CodeIr *ir = code->beam->ir;
    size_t import = (size_t)code->operands[(uintptr_t)call->operands + 1].value;
    const Export *export = import < ir->import_count
                               ? export_find(ir->imports[import].module, ir->imports[import].function, ir->imports[import].arity)
                               : NULL;

    return export && export->bif;
}

/* As on stock, a line instruction between a move to x0 and the last call of a function has no effect, as the function
 * will not be in any stack trace then; what comes after may be without a line of its own and shows the one before. */
static void drop_line_of_last_call(CodeReader *code)
{
    Instruction *call = &code->instructions[code->count - 1];
    const Instruction *before = call - 1;
    const Operand *to;

    if (code->count < 2 || code->line_at != code->count - 1 || before->op != GENERIC_MOVE || call->label != 0)
        return;
    to = &code->operands[(uintptr_t)before->operands + 1];
    if (to->kind != OPERAND_X || to->value != 0)
        return;
    if (call->op == GENERIC_CALL_LAST || call->op == GENERIC_CALL_ONLY ||
        ((call->op == GENERIC_CALL_EXT_LAST || call->op == GENERIC_CALL_EXT_ONLY) && !calls_bif(code, call)))
        call->line = code->line = code->line_before;
}

static void add_init_all(CodeReader *code, int64_t slots)
{
    size_t first = code->operand_count;
    Instruction *instruction;

    if (slots == 0 || slots > OPERAND_MAX_REGISTER)
        return;
    instruction = new_instruction(code, GENERIC_INIT_YREGS);
    add_operand(code, OPERAND_NUMBER, slots);
    for (int64_t i = 0; i < slots; i++)
        add_operand(code, OPERAND_Y, i);
    set_operands(code, instruction, first);
}

/* allocate_zero, allocate_heap_zero: as allocate[_heap], init_yregs. */
static void read_allocate_zero(CodeReader *code, uint16_t op, const char *letters)
{
    size_t first = code->operand_count;
    Instruction *instruction = new_instruction(code, op);

    for (; *letters; letters++)
        code_read_operand(code, *letters);
    set_operands(code, instruction, first);
    if (reader_ok(&code->in))
        add_init_all(code, code->operands[first].value);
}

static void read_init(CodeReader *code)
{
    size_t first = code->operand_count;
    Instruction *instruction = new_instruction(code, GENERIC_INIT_YREGS);

    add_operand(code, OPERAND_NUMBER, 1);
    code_read_operand(code, 'y');
    set_operands(code, instruction, first);
}

/* make_fun2 takes the free variables from x0 up and leaves the fun in x0. */
static void read_make_fun2(CodeReader *code)
{
    CodeIr *ir = code->beam->ir;
    uint32_t index = code_read_number(code, ir->lambda_count, "bad fun index");
    Instruction *instruction;
    uint32_t free_count;
    size_t first;

    if (!reader_ok(&code->in))
        return;
    free_count = ir->lambdas[index].free_count;
    first = code->operand_count;
    instruction = new_instruction(code, GENERIC_TEST_HEAP);
    add_operand(code, OPERAND_NUMBER, FUN_NEED + free_count);
    add_operand(code, OPERAND_NUMBER, free_count);
    set_operands(code, instruction, first);
    first = code->operand_count;
    instruction = new_instruction(code, GENERIC_MAKE_FUN3);
    add_operand(code, OPERAND_NUMBER, index);
    add_operand(code, OPERAND_X, 0);
    add_operand(code, OPERAND_NUMBER, free_count);
    for (uint32_t i = 0; i < free_count; i++)
        add_operand(code, OPERAND_X, i);
    set_operands(code, instruction, first);
}

/* What is in files only. False: the code ends here. */
static bool read_folded(CodeReader *code, uint8_t op)
{
    switch (op) {
    case GENERIC_LABEL:
        read_label(code);
        return true;
    case GENERIC_LINE:
        read_line(code);
        return true;
    case GENERIC_FUNC_INFO:
        if (code->is_again)
            return false;
        read_function_start(code);
        return true;
    case GENERIC_INT_CODE_END:
        if (!code->is_again)
            end_function(code);
        return false;
    case GENERIC_ALLOCATE_ZERO:
        read_allocate_zero(code, GENERIC_ALLOCATE, "kv");
        return true;
    case GENERIC_ALLOCATE_HEAP_ZERO:
        read_allocate_zero(code, GENERIC_ALLOCATE_HEAP, "kwv");
        return true;
    case GENERIC_INIT:
        read_init(code);
        return true;
    case GENERIC_MAKE_FUN2:
        read_make_fun2(code);
        return true;
    case GENERIC_NIF_START:
        if (code->function)
            code->function->is_nif_stub = true;
        code->beam->ir->has_nif_stubs = true;
        return true;
    case GENERIC_ON_LOAD:
        code->is_on_load = true;
        return true;
    default: {                     /* fclearerror, recv_mark, executable_line ...: nothing to do */
        size_t keep = code->operand_count;

        for (const char *letter = generic_op_info[op].operands; *letter; letter++)
            code_read_operand(code, *letter);
        code->operand_count = keep;
        return true;
    }
    }
}

static void read_plain(CodeReader *code, uint8_t op)
{
    const char *letter = generic_op_info[op].operands;
    size_t first = code->operand_count;
    size_t at = code->count;

    new_instruction(code, op);
    for (; *letter; letter++) {
        if (*letter == '*') {
            read_list(code, letter + 1);
            break;
        }
        code_read_operand(code, *letter);
    }
    set_operands(code, &code->instructions[at], first);
    if (code->line != code->line_before)
        drop_line_of_last_call(code);
}

static void read_instructions(CodeReader *code)
{
    while (reader_ok(&code->in)) {
        uint8_t op = reader_u8(&code->in);
        const GenericOpInfo *info = op < GENERIC_OP_LIMIT ? &generic_op_info[op] : NULL;

        if (!reader_ok(&code->in))
            return;
        if (!info || !info->name || op >= GENERIC_CHECK_TUPLE) {
            reader_fail(&code->in, "unknown instruction; perhaps made for another release of OTP");
            return;
        }
        if (info->flags & OP_FILE) {
            if (!read_folded(code, op))
                return;
        } else if (code->function) {
            read_plain(code, op);
        } else {
            reader_fail(&code->in, "instruction outside of any function");
        }
    }
}

/* --- the chunk ----------------------------------------------------------------------------- */

bool code_read_header(CodeReader *code)
{
    CodeIr *ir = code->beam->ir;
    Reader *in = &code->in;
    uint32_t size;
    size_t start;

    if (!code->beam->file.chunks[CHUNK_CODE].bytes) {
        reader_fail(in, "it is missing");
        return false;
    }
    beam_file_reader(&code->beam->file, CHUNK_CODE, in);
    size = reader_u32(in);
    start = reader_offset(in);
    if (reader_u32(in) != 0)
        reader_fail(in, "unknown instruction set");
    reader_u32_upto(in, HIGHEST_OPCODE);
    ir->label_count = reader_u32(in);
    code->function_limit = reader_u32(in);
    /* A label takes two bytes, a function at least as many. */
    if (size < 16 || ir->label_count > reader_left(in) || code->function_limit > reader_left(in) ||
        code->function_limit >= HOME_LIMIT)
        reader_fail(in, "bad header");
    if (reader_ok(in))
        reader_bytes(in, start + size - reader_offset(in));
    return reader_ok(in);
}

bool code_report(CodeReader *code)
{
    const FunctionIr *function = code->function;

    if (reader_ok(&code->in))
        return true;
    load_error_from_reader(code->beam->error, "Code", &code->in);
    if (function) {
        size_t used = strlen(code->beam->error->text);
        LoadError text = *code->beam->error;

        load_error_set(code->beam->error, "%.*s in function %.100s/%u", (int)MIN(used, 120), text.text,
                       atom_text(function->name, NULL), function->arity);
    }
    return false;
}

void code_free(CodeReader *code)
{
    mem_free(MEM_CODE, code->instructions);
    mem_free(MEM_CODE, code->operands);
}

bool beam_read_code(BeamReader *beam)
{
    CodeReader code = {.beam = beam};
    CodeIr *ir = beam->ir;
    bool is_good;

    if (code_read_header(&code)) {
        ir->labels = arena_array(&ir->arena, LabelNote, ir->label_count + 1);
        ir->functions = arena_array(&ir->arena, FunctionIr, code.function_limit);
        read_instructions(&code);
    }
    is_good = code_report(&code);
    code_free(&code);
    return is_good;
}

bool beam_read_function(CodeIr *ir, const FunctionSource *from, uint32_t index, FunctionIr *out, LoadError *error)
{
    static CodeReader code;        /* keeps its arrays for the next function */
    BeamReader beam = {.ir = ir, .error = error, .atoms = from->atoms, .atom_count = from->atom_count};

    code.beam = &beam;
    code.function = out;
    code.line = code.line_before = out->line;
    code.is_again = true;
    code.next_literal = from->places[index].first_literal;
    code.pending_label = 0;
    code.count = code.operand_count = 0;
    reader_init(&code.in, from->bytes, from->size);
    reader_bytes(&code.in, from->places[index].offset);
    read_instructions(&code);
    if (reader_ok(&code.in) && has_entry(&code)) {
        out->instructions = code.instructions;
        point_to_operands(&code, out, code.operands);
    }
    return code_report(&code);
}

bool beam_read(const BeamFile *file, CodeIr *ir, Heap *heap, LoadError *error)
{
    BeamReader beam = {.file = *file, .ir = ir, .heap = heap, .error = error};

    return beam_read_tables(&beam) && beam_read_code(&beam);
}
