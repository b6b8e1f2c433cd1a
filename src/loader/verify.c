#include "loader/verify.h"

#include <string.h>

#include "loader/verify_ops.h"
#include "vm/base/mem.h"

#define MAX_PASSES 64

uint64_t verify_check_count;

/* --- one function -------------------------------------------------------------------------- */

static void start_function(Verifier *v)
{
    state_clear(&v->now, v->function_words[v->function_index]);
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
            is_reached |= v->label_state[in->label] != 0;
        if (!is_reached)
            continue;
        if (count < i)
            f->instructions[count] = *in;
        count++;
        is_reached = !(generic_op_info[in->op].flags & OP_END) && !ops_calls_exit_bif(v, in);
    }
    f->count = count;
}

static bool verify_function(Verifier *v, uint32_t index)
{
    int passes = 0;

    v->function = &v->ir->functions[index];
    v->function_index = index;
    v->state_count = 0;
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

static bool place_labels(Verifier *v)
{
    CodeIr *ir = v->ir;

    for (uint32_t i = 0; i < ir->function_count; i++) {
        FunctionIr *f = &ir->functions[i];

        v->function = f;
        v->at = UINT32_MAX;
        if (v->label_function[f->info_label] != 0) {
            flow_fail(v, "label is defined twice");
            return false;
        }
        v->label_function[f->info_label] = i + 1;
        v->label_at[f->info_label] = VERIFY_AT_INFO;
        for (uint32_t j = 0; j < f->count; j++) {
            uint32_t label = f->instructions[j].label;

            if (label == 0)
                continue;
            if (v->label_function[label] != 0) {
                flow_fail(v, "label is defined twice");
                return false;
            }
            v->label_function[label] = i + 1;
            v->label_at[label] = j;
        }
    }
    return true;
}

/* The label becomes canonical, and must stand somewhere. */
static void resolve_label(Verifier *v, Operand *o)
{
    o->value = v->ir->label_alias[o->value];
    if (v->label_function[o->value] == 0)
        flow_fail(v, "label that stands nowhere");
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
static bool resolve_labels(Verifier *v)
{
    CodeIr *ir = v->ir;

    for (uint32_t i = 0; i < ir->function_count && !v->failed; i++) {
        FunctionIr *f = v->function = &ir->functions[i];
        int64_t most = MAX(f->arity, 4);

        for (v->at = 0; v->at < f->count; v->at++)
            most = resolve_operands(v, &f->instructions[v->at], most);
        v->function_words[i] = (uint8_t)MIN(most / 64 + 1, STATE_MAX_WORDS);
    }
    return !v->failed;
}

/* `*label` must be the entry of a function of that arity; becomes canonical. */
static bool resolve_entry(Verifier *v, uint32_t *label, uint32_t arity)
{
    Operand target = {.kind = OPERAND_LABEL};

    if (*label < v->ir->label_count)
        target.value = *label = v->ir->label_alias[*label];
    if (target.value == 0)
        flow_fail(v, "export or fun without code");
    else
        ops_need_target(v, &target, arity);
    return !v->failed;
}

static bool resolve_entries(Verifier *v)
{
    CodeIr *ir = v->ir;

    v->function = NULL;
    for (uint32_t i = 0; i < ir->export_count; i++)
        if (!resolve_entry(v, &ir->exports[i].label, ir->exports[i].arity))
            return false;
    for (uint32_t i = 0; i < ir->lambda_count; i++)
        if (!resolve_entry(v, &ir->lambdas[i].label, ir->lambdas[i].arity + ir->lambdas[i].free_count))
            return false;
    return ir->on_load_label == 0 || resolve_entry(v, &ir->on_load_label, 0);
}

bool verify_code(CodeIr *ir, LoadError *error)
{
    Verifier *v = mem_alloc_zero(MEM_CODE, sizeof *v);
    bool is_good;

    v->ir = ir;
    v->error = error;
    v->label_function = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
    v->label_at = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
    v->label_state = arena_array(&ir->arena, uint32_t, ir->label_count + 1);
    v->function_words = arena_array(&ir->arena, uint8_t, ir->function_count);
    is_good = place_labels(v) && resolve_labels(v) && resolve_entries(v);
    for (uint32_t i = 0; is_good && i < ir->function_count; i++)
        is_good = verify_function(v, i);
    mem_free(MEM_CODE, v->states);
    mem_free(MEM_CODE, v->insertions);
    mem_free(MEM_CODE, v);
    return is_good;
}
