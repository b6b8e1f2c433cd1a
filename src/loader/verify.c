#include "loader/verify.h"

#include <string.h>

#include "loader/verify_ops.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"

#define MAX_PASSES 64

uint64_t verify_check_count;

/* --- one function -------------------------------------------------------------------------- */

static void start_function(Verifier *v)
{
    state_clear(&v->now, v->words);
    flow_keep_x_range(v, 0, v->function->arity);
    v->is_reached = true;
    v->must_repeat = false;
    v->insertion_count = 0;
}

static void run_function(Verifier *v)
{
    FunctionIr *f = v->function;

    start_function(v);
    for (v->at = 0; v->at < f->count && !v->failed; v->at++) {
        Instruction *in = &f->instructions[v->at];

        if (in->label != 0)
            flow_arrive(v, in);
        if (!v->is_reached)
            continue;
        in->frame = (uint16_t)(v->now.frame == FRAME_UNKNOWN ? NO_FRAME : v->now.frame);
        ops_apply(v, in);
        if (generic_op_info[in->op].flags & OP_END)
            v->is_reached = false;
    }
    if (v->is_reached)
        flow_fail(v, "control runs off the end of a function");
}

/* Puts the insertions in. */
static void rebuild_function(Verifier *v)
{
    FunctionIr *f = v->function;
    Instruction *result = arena_array(&v->ir->arena, Instruction, f->count + v->insertion_count);
    uint32_t count = 0, next = 0;

    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t label = f->instructions[i].label;

        for (; next < v->insertion_count && v->insertions[next].before == i; next++) {
            result[count] = v->insertions[next].instruction;
            if (!v->insertions[next].before_label) {
                result[count].label = label;
                label = 0;
            }
            count++;
        }
        result[count] = f->instructions[i];
        result[count++].label = label;
    }
    f->instructions = result;
    f->count = count;
    verify_check_count += v->insertion_count;
}

/* Drops instructions that control never reaches: nothing is known about them. */
static void drop_unreached(Verifier *v)
{
    FunctionIr *f = v->function;
    uint32_t count = 0;
    bool is_reached = true;

    for (uint32_t i = 0; i < f->count; i++) {
        Instruction *in = &f->instructions[i];

        if (in->label != 0)
            is_reached |= v->ir->labels[in->label].state != 0;
        if (!is_reached)
            continue;
        if (count < i)
            f->instructions[count] = *in;
        count++;
        is_reached = !(generic_op_info[in->op].flags & OP_END) && !ops_calls_exit_bif(v, in);
    }
    f->count = count;
}

/* The label becomes canonical, and must stand somewhere. */
static void resolve_label(Verifier *v, Operand *o)
{
    if (v->ir->label_homes[o->value] == 0)
        flow_fail(v, "label that stands nowhere");
    else if (flow_is_here(v, o->value))
        o->value = v->ir->labels[o->value].alias;
}

/* Resolves the labels of an instruction. The result is the highest register, or `most`. */
static int64_t resolve_operands(Verifier *v, Instruction *in, int64_t most)
{
    for (Operand *o = in->operands; o < in->operands + in->operand_count; o++) {
        if (o->kind <= OPERAND_Y)
            most = MAX(most, o->value);
        else if (o->kind == OPERAND_LABEL && o->value != 0)
            resolve_label(v, o);
    }
    if (in->op == GENERIC_ALLOCATE || in->op == GENERIC_ALLOCATE_HEAP)
        most = MAX(most, in->operands[0].value);
    return most;
}

/* Also finds out how wide the sets of registers must be: a rare function uses x1023 or a large frame. */
static void resolve_labels(Verifier *v)
{
    FunctionIr *f = v->function;
    int64_t most = MAX(f->arity, 4);

    for (uint32_t i = 0; i < f->count; i++)
        if (f->instructions[i].label != 0) {
            LabelNote *note = &v->ir->labels[f->instructions[i].label];

            note->at = i;
            note->state = 0;
            note->offset = LABEL_NOWHERE;
        }
    v->ir->labels[f->info_label].at = LABEL_AT_INFO;
    v->ir->labels[f->info_label].alias = f->info_label;
    for (v->at = 0; v->at < f->count; v->at++)
        most = resolve_operands(v, &f->instructions[v->at], most);
    v->words = (uint32_t)MIN(most / 64 + 1, STATE_MAX_WORDS);
}

bool verify_function(CodeIr *ir, FunctionIr *function, uint32_t index, LoadError *error)
{
    static Verifier verifier;      /* keeps its arrays for the next function */
    Verifier *v = &verifier;
    int passes = 0;

    v->ir = ir;
    v->error = error;
    v->failed = false;
    v->function = function;
    v->function_index = index;
    v->state_count = 0;
    resolve_labels(v);
    do {
        run_function(v);
        if (++passes > MAX_PASSES)
            flow_fail(v, "loops are nested too deeply");
    } while (v->must_repeat && !v->failed);
    if (v->failed)
        return false;
    if (v->insertion_count > 0)
        rebuild_function(v);
    drop_unreached(v);
    return true;
}

/* --- the whole module ---------------------------------------------------------------------- */

static bool refuse(const FunctionIr *f, LoadError *error, const char *why)
{
    load_error_set(error, "%s%s%.80s", why, f ? ": " : "", f ? atom_text(f->name, NULL) : "");
    return false;
}

bool verify_place(CodeIr *ir, const FunctionIr *f, uint32_t index, LoadError *error)
{
    LabelHome home = index + 1;

    ir->arities[index] = (uint8_t)f->arity;
    if (ir->label_homes[f->info_label] != 0)
        return refuse(f, error, "label is defined twice");
    ir->label_homes[f->info_label] = home;
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t label = f->instructions[i].label;

        if (label == 0)
            continue;
        if (ir->label_homes[label] != 0)
            return refuse(f, error, "label is defined twice");
        ir->label_homes[label] = home | (i == 0 ? LABEL_IS_ENTRY : 0);
    }
    return true;
}

bool verify_labels(CodeIr *ir, LoadError *error)
{
    ir->label_homes = arena_array(&ir->arena, LabelHome, ir->label_count + 1);
    ir->arities = arena_array(&ir->arena, uint8_t, ir->function_count + 1);
    for (uint32_t i = 0; i < ir->function_count; i++)
        if (!verify_place(ir, &ir->functions[i], i, error))
            return false;
    for (uint32_t label = 1; label < ir->label_count; label++)
        if (ir->label_homes[label] == 0)
            ir->label_homes[label] = ir->label_homes[ir->labels[label].alias];
    return true;
}

/* `label` must be the entry of a function of that arity. */
static bool need_entry(const CodeIr *ir, uint32_t label, uint32_t arity, LoadError *error)
{
    LabelHome home = label < ir->label_count ? ir->label_homes[label] : 0;

    if (!(home & LABEL_IS_ENTRY))
        return refuse(NULL, error, "export or fun without code");
    if (ir->arities[home_function(home)] != arity)
        return refuse(NULL, error, "export or fun of something that is no function of that arity");
    return true;
}

bool verify_tables(const CodeIr *ir, LoadError *error)
{
    for (uint32_t i = 0; i < ir->export_count; i++)
        if (!need_entry(ir, ir->exports[i].label, ir->exports[i].arity, error))
            return false;
    for (uint32_t i = 0; i < ir->lambda_count; i++)
        if (!need_entry(ir, ir->lambdas[i].label, ir->lambdas[i].arity + ir->lambdas[i].free_count, error))
            return false;
    return ir->on_load_label == 0 || need_entry(ir, ir->on_load_label, 0, error);
}

bool verify_code(CodeIr *ir, LoadError *error)
{
    bool is_good = verify_labels(ir, error) && verify_tables(ir, error);

    for (uint32_t i = 0; is_good && i < ir->function_count; i++)
        is_good = verify_function(ir, &ir->functions[i], i, error);
    return is_good;
}
