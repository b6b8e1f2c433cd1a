/* Code that a compiler made, changed at random before it is verified: what passes runs without harm.
 *
 * The input is the number of one of the modules in $FUZZ_MODULES, then edits of eight bytes each. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_run.h"
#include "loader/load.h"
#include "loader/ir.h"
#include "vm/base/mem.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_MODULES 64
#define EDIT_BYTES 8
#define MAX_EDITS 16

static struct { uint8_t *bytes; size_t size; } bases[MAX_MODULES];
static size_t base_count;

static const uint8_t *edits;
static size_t edit_count;

/* --- edits ------------------------------------------------------------------------------------------- */

typedef struct Edit {
    uint8_t what, function, operand, kind;
    uint16_t at, value;
} Edit;

static void change_operand(CodeIr *ir, Operand *o, const Edit *edit)
{
    switch (o->kind) {
    case OPERAND_LABEL:
        o->value = edit->value % ir->label_count;
        return;
    case OPERAND_TERM:
        o->is_literal = edit->kind % 4 == 0 && ir->literal_count > 0;
        o->literal_index = ir->literal_count > 0 ? edit->value % ir->literal_count : 0;
        o->term = o->is_literal ? ir->literals[o->literal_index] : edit->kind % 4 == 1 ? TERM_NIL
                  : edit->kind % 4 == 2 ? A_ALL : small_int((int16_t)edit->value);
        return;
    case OPERAND_NUMBER:
        o->value = edit->kind % 4 == 0 ? (int64_t)edit->value << edit->kind / 8 : edit->value % 12;
        return;
    default:
        o->value = edit->value % 6;
    }
}

static void change_kind(Operand *o, const Edit *edit)
{
    if (o->kind > OPERAND_Y && o->kind != OPERAND_TERM)
        return;
    *o = (Operand){.kind = edit->kind % 2 ? OPERAND_X : OPERAND_Y, .value = edit->value % 6};
}

static void change_op(Instruction *in, const Edit *edit)
{
    const char *letters = generic_op_info[in->op].operands;

    for (unsigned i = 0; i < GENERIC_CHECK_TUPLE; i++) {
        unsigned op = (edit->value + i) % GENERIC_CHECK_TUPLE;

        if (op != in->op && generic_op_info[op].name && !(generic_op_info[op].flags & OP_FILE) &&
            strcmp(generic_op_info[op].operands, letters) == 0) {
            in->op = (uint16_t)op;
            return;
        }
    }
}

static void insert_copy(CodeIr *ir, FunctionIr *f, uint32_t at, const Edit *edit)
{
    const FunctionIr *from = &ir->functions[edit->kind % ir->function_count];
    Instruction *more = arena_array(&ir->arena, Instruction, f->count + 1);
    Instruction copy = from->instructions[edit->value % from->count];
    Operand *operands = arena_array(&ir->arena, Operand, copy.operand_count + 1);

    if (copy.operand_count > 0)
        memcpy(operands, copy.operands, copy.operand_count * sizeof *operands);
    copy.operands = operands;
    copy.label = 0;
    memcpy(more, f->instructions, (at + 1) * sizeof *more);
    more[at + 1] = copy;
    memcpy(more + at + 2, f->instructions + at + 1, (f->count - at - 1) * sizeof *more);
    f->instructions = more;
    f->count++;
}

static void take_out(FunctionIr *f, uint32_t at)
{
    if (f->instructions[at].label != 0 || f->count < 2)
        return;
    memmove(&f->instructions[at], &f->instructions[at + 1], (f->count - at - 1) * sizeof *f->instructions);
    f->count--;
}

static void exchange(FunctionIr *f, uint32_t at, uint32_t with)
{
    Instruction *a = &f->instructions[at], *b = &f->instructions[with];
    Instruction was = *a;
    uint32_t a_label = a->label, b_label = b->label;

    *a = *b;
    *b = was;
    a->label = a_label;
    b->label = b_label;
}

static void apply(CodeIr *ir, const Edit *edit)
{
    FunctionIr *f = &ir->functions[edit->function % ir->function_count];
    uint32_t at = edit->at % f->count;
    Instruction *in = &f->instructions[at];
    Operand *o = in->operand_count > 0 ? &in->operands[edit->operand % in->operand_count] : NULL;

    switch (edit->what % 8) {
    case 0: case 1:
        if (o)
            change_operand(ir, o, edit);
        return;
    case 2:
        if (o)
            change_kind(o, edit);
        return;
    case 3:
        take_out(f, at);
        return;
    case 4:
        exchange(f, at, edit->value % f->count);
        return;
    case 5:
        change_op(in, edit);
        return;
    case 6:
        if (o && o->kind <= OPERAND_Y)
            o->types = TYPE_INTEGER | TYPE_SMALL;
        return;
    default:
        insert_copy(ir, f, at, edit);
    }
}

static bool list_is_right(const Instruction *in)
{
    const char *star = strchr(generic_op_info[in->op].operands, '*');
    uint32_t fixed = star ? (uint32_t)(star - generic_op_info[in->op].operands) : 0;

    return !star || (in->operand_count > fixed && in->operands[fixed].kind == OPERAND_NUMBER &&
                     in->operands[fixed].value == in->operand_count - fixed - 1 &&
                     (in->operand_count - fixed - 1) % strlen(star + 1) == 0);
}

/* A reader of files would not let a list through whose count is wrong: it is set right. */
static void mend_lists(CodeIr *ir)
{
    for (uint32_t i = 0; i < ir->function_count; i++)
        for (uint32_t j = 0; j < ir->functions[i].count; j++) {
            Instruction *in = &ir->functions[i].instructions[j];
            const char *star = strchr(generic_op_info[in->op].operands, '*');

            if (!list_is_right(in) && star)
                in->operands[star - generic_op_info[in->op].operands] =
                    (Operand){.kind = OPERAND_NUMBER,
                              .value = in->operand_count - (star - generic_op_info[in->op].operands) - 1};
        }
}

static void change(CodeIr *ir)
{
    for (size_t i = 0; i < edit_count && i < MAX_EDITS; i++) {
        const uint8_t *e = edits + i * EDIT_BYTES;

        apply(ir, &(Edit){e[0], e[1], e[2], e[3], (uint16_t)(e[4] << 8 | e[5]), (uint16_t)(e[6] << 8 | e[7])});
    }
    mend_lists(ir);
}

/* --- modules ----------------------------------------------------------------------------------------- */

static void read_module(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = mem_alloc(MEM_CODE, 1 << 20);

    if (!file)
        return;
    bases[base_count].bytes = bytes;
    bases[base_count++].size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("FUZZ_MODULES");
    struct dirent **entries;
    int count = folder ? scandir(folder, &entries, NULL, alphasort) : -1;

    fuzz_vm_init();
    for (int i = 0; i < count && base_count < MAX_MODULES; i++) {
        char path[1024];
        size_t length = strlen(entries[i]->d_name);

        if (length > 5 && strcmp(entries[i]->d_name + length - 5, ".beam") == 0) {
            snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
            read_module(path);
        }
    }
    if (base_count == 0) {
        fprintf(stderr, "FUZZ_MODULES names no folder with .beam files\n");
        exit(1);
    }
    load_change_code = change;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 + EDIT_BYTES)
        return -1;
    edits = data + 1;
    edit_count = (size - 1) / EDIT_BYTES;
    fuzz_run_module(bases[data[0] % base_count].bytes, bases[data[0] % base_count].size);
    return 0;
}
