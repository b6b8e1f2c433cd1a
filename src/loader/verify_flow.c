#include "loader/verify_flow.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"

#define MAX_FRAME 1000

void flow_fail(Verifier *v, const char *why)
{
    const FunctionIr *f = v->function;

    if (v->failed)
        return;
    v->failed = true;
    if (f && v->at < f->count)
        load_error_set(v->error, "%s: instruction %u (%s) of %.80s/%u", why, v->at,
                       generic_op_info[f->instructions[v->at].op].name, atom_text(f->name, NULL), f->arity);
    else
        load_error_set(v->error, "%s%s%.80s", why, f ? ": " : "", f ? atom_text(f->name, NULL) : "");
}

/* --- labels and states --------------------------------------------------------------------- */

/* The state at `label` keeps what it and `now` have in common. True if it lost something. */
static bool merge_at(Verifier *v, uint32_t label)
{
    uint32_t slot = v->ir->labels[label].state;

    if (slot == 0) {
        if (v->state_count == v->state_capacity) {
            v->state_capacity = v->state_capacity * 2 + 64;
            v->states = mem_realloc(MEM_CODE, v->states, v->state_capacity * sizeof(State));
        }
        state_copy(&v->states[v->state_count++], &v->now);
        v->ir->labels[label].state = v->state_count;
        return true;
    }
    if (v->states[slot - 1].frame != v->now.frame &&
        !(state_frame_is_complete(&v->states[slot - 1]) && state_frame_is_complete(&v->now)))
        flow_fail(v, "stack frames differ at a label");
    return state_merge(&v->states[slot - 1], &v->now);
}

/* Loops are made of calls, which count reductions. Only a receive jumps back, from message to message. */
static bool may_jump_back(const Verifier *v)
{
    uint16_t op = v->function->instructions[v->at].op;

    return op == GENERIC_LOOP_REC_END || op == GENERIC_WAIT || op == GENERIC_WAIT_TIMEOUT;
}

/* Control may go from here to `label` with what `now` knows. */
void flow_branch(Verifier *v, uint32_t label)
{
    if (!flow_is_here(v, label)) {
        flow_fail(v, "jump out of the function");
        return;
    }
    if (v->ir->labels[label].at == LABEL_AT_INFO) {
        if (v->now.frame != NO_FRAME)
            flow_fail(v, "jump to func_info with a stack frame");
        if (!set_has_first(&v->now, SET_X, v->function->arity))
            flow_fail(v, "jump to func_info without all arguments");
        return;
    }
    if (v->ir->labels[label].at <= v->at && !may_jump_back(v))
        flow_fail(v, "jump backwards");
    if (merge_at(v, label) && v->ir->labels[label].at <= v->at)
        v->must_repeat = true;
}

/* --- insertions ---------------------------------------------------------------------------- */

/* `before_label`: only for those who do not come by the label. */
void flow_insert(Verifier *v, bool before_label, Instruction instruction)
{
    if (v->insertion_count == v->insertion_capacity) {
        v->insertion_capacity = v->insertion_capacity * 2 + 16;
        v->insertions = mem_realloc(MEM_CODE, v->insertions, v->insertion_capacity * sizeof *v->insertions);
    }
    instruction.line = v->function->instructions[v->at].line;
    instruction.frame = (uint16_t)v->now.frame;
    v->insertions[v->insertion_count++] = (Insertion){v->at, before_label, instruction};
}

/* What the compiler knows never to raise may stand where the frame is not filled in yet: it is then
 * filled with []. */
void flow_complete_frame(Verifier *v, bool before_label)
{
    Operand *operands;
    uint32_t count = 0;

    if (state_frame_is_complete(&v->now))
        return;
    operands = arena_array(&v->ir->arena, Operand, v->now.frame + 1);
    for (uint32_t i = 0; i < v->now.frame; i++) {
        if (set_has(&v->now, SET_Y, i))
            continue;
        operands[++count] = (Operand){.kind = OPERAND_Y, .value = i};
        set_add(&v->now, SET_Y, i);
    }
    operands[0] = (Operand){.kind = OPERAND_NUMBER, .value = count};
    flow_insert(v, before_label, (Instruction){.op = GENERIC_INIT_YREGS, .operand_count = count + 1, .operands = operands});
}

/* Parts of a message that stays in the mailbox lie in y registers: these get [], for the message may go away.
 * The compiler never leaves any there. */
void flow_drop_message(Verifier *v)
{
    Operand *operands;
    uint32_t count = 0;

    v->now.has_message = v->now.may_have_message = false;
    if (set_is_empty(&v->now, SET_PEEKED) || v->now.frame >= FRAME_UNKNOWN)
        return;
    operands = arena_array(&v->ir->arena, Operand, v->now.frame + 1);
    for (uint32_t i = 0; i < v->now.frame; i++)
        if (set_has(&v->now, SET_PEEKED, i) && !set_has(&v->now, SET_CATCHES, i))
            operands[++count] = (Operand){.kind = OPERAND_Y, .value = i};
    operands[0] = (Operand){.kind = OPERAND_NUMBER, .value = count};
    if (count > 0)
        flow_insert(v, false, (Instruction){.op = GENERIC_INIT_YREGS, .operand_count = count + 1, .operands = operands});
    for (uint32_t i = 1; i <= count; i++)
        flow_write(v, &operands[i], FACT_LIST);
    set_clear(&v->now, SET_PEEKED);
}

/* A call that the compiler knows not to return may stand before a handler. */
bool flow_must_not_enter(const Verifier *v, const Instruction *in)
{
    const State *now = &v->now;

    return in->op == GENERIC_TRY_CASE &&
           !(set_has(now, SET_X, 1) && set_has(now, SET_X, 2) && set_has(now, SET_X, 3));
}

/* The instruction at hand stands at a label: what is known is what all ways to it have in common. */
void flow_arrive(Verifier *v, const Instruction *in)
{
    if (v->is_reached && flow_must_not_enter(v, in)) {
        flow_complete_frame(v, true);
        flow_insert(v, true, (Instruction){.op = GENERIC_IF_END});
        v->is_reached = false;
    }
    if (v->is_reached)
        merge_at(v, in->label);
    if (v->ir->labels[in->label].state != 0) {
        state_copy(&v->now, &v->states[v->ir->labels[in->label].state - 1]);
        v->is_reached = true;
    }
}

/* --- registers ----------------------------------------------------------------------------- */

void flow_read(Verifier *v, const Operand *o)
{
    if (o->kind == OPERAND_X) {
        if (!set_has(&v->now, SET_X, (uint32_t)o->value))
            flow_fail(v, "x register without a value");
    } else if (o->kind == OPERAND_Y) {
        if (!set_has(&v->now, SET_Y, (uint32_t)o->value) || set_has(&v->now, SET_CATCHES, (uint32_t)o->value))
            flow_fail(v, "y register without a value");
    }
}

void flow_write(Verifier *v, const Operand *o, Fact fact)
{
    if (o->kind == OPERAND_X) {
        set_add(&v->now, SET_X, (uint32_t)o->value);
    } else if (o->kind == OPERAND_Y) {
        if (v->now.frame >= FRAME_UNKNOWN || o->value >= v->now.frame || set_has(&v->now, SET_CATCHES, (uint32_t)o->value))
            flow_fail(v, "write to a y register that is not there");
        else
            set_add(&v->now, SET_Y, (uint32_t)o->value);
        if (UNLIKELY(v->now.may_have_message) && !v->failed)
            set_add(&v->now, SET_PEEKED, (uint32_t)o->value);
    }
    if (v->failed)
        return;
    state_set_fact(&v->now, o, fact);
    state_set_fresh(&v->now, o, false);
}

void flow_need_arguments(Verifier *v, int64_t count)
{
    if (count > VERIFY_MAX_LIVE || !set_has_first(&v->now, SET_X, (uint32_t)count))
        flow_fail(v, "x register without a value");
}

void flow_need_frame(Verifier *v, bool wanted, const char *why)
{
    if (v->now.frame == FRAME_UNKNOWN || (v->now.frame != NO_FRAME) != wanted)
        flow_fail(v, why);
}

/* The frame of `words` y registers goes away. */
void flow_drop_frame(Verifier *v, int64_t words)
{
    if (v->now.frame >= FRAME_UNKNOWN || v->now.frame != words)
        flow_fail(v, "stack frame has another size");
    if (!set_is_empty(&v->now, SET_CATCHES))
        flow_fail(v, "a catch is active at the end of the stack frame");
    v->now.frame = NO_FRAME;
    set_clear(&v->now, SET_Y);
    set_clear(&v->now, SET_PEEKED);
    v->now.fresh[1] = 0;
    memset(v->now.facts[1], 0, sizeof v->now.facts[1]);
}

void flow_make_frame(Verifier *v, int64_t words)
{
    flow_need_frame(v, false, "second stack frame");
    if (words > MAX_FRAME)
        flow_fail(v, "stack frame is too large");
    v->now.frame = (uint32_t)words;
}

void flow_trim_frame(Verifier *v, int64_t words, int64_t left)
{
    State *now = &v->now;

    if (now->frame >= FRAME_UNKNOWN || words + left != now->frame) {
        flow_fail(v, "stack frame has another size");
        return;
    }
    if (words > 0 && !set_is_empty(now, SET_CATCHES)) {
        flow_fail(v, "trim while a catch is active");
        return;
    }
    set_shift_down(now, SET_Y, (uint32_t)words);
    set_shift_down(now, SET_PEEKED, (uint32_t)words);
    now->fresh[1] = words < FACT_REGISTERS ? (uint16_t)(now->fresh[1] >> words) : 0;
    for (int i = 0; i < FACT_REGISTERS; i++)
        now->facts[1][i] = i + words < FACT_REGISTERS ? now->facts[1][i + words] : FACT_NONE;
    now->frame = (uint32_t)left;
}

void flow_keep_x_range(Verifier *v, unsigned first, unsigned count)
{
    state_keep_live(&v->now, 0);
    for (unsigned i = first; i < first + count; i++)
        set_add(&v->now, SET_X, i);
}
