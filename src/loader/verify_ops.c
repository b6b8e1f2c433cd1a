#include "loader/verify_ops.h"

#include <string.h>

#include "loader/verify_bits.h"
#include "loader/verify_heap.h"
#include "loader/verify_types.h"
#include "vm/term/atom.h"

#define MAX_ARITY 255
#define MAX_NEED_WORDS ((int64_t)1 << 20)

/* --- jumps --------------------------------------------------------------------------------- */

/* What holds where a test failed, at its label. */
static void branch_failed(Verifier *v, const Instruction *in, uint32_t label)
{
    const Operand *tested = &in->operands[1];
    Fact before = FACT_NONE;

    if (in->op == GENERIC_IS_NIL && state_fact(&v->now, tested) == FACT_LIST) {
        before = FACT_LIST;
        state_set_fact(&v->now, tested, FACT_CONS);
    }
    flow_branch(v, label);
    if (before != FACT_NONE)
        state_set_fact(&v->now, tested, before);
}

static void branch_by_arity(Verifier *v, const Instruction *in)
{
    const Operand *tuple = &in->operands[0];
    Fact before = state_fact(&v->now, tuple);

    flow_branch(v, (uint32_t)in->operands[1].value);
    for (uint32_t i = 3; i + 1 < in->operand_count; i += 2) {
        state_set_fact(&v->now, tuple, fact_tuple((uint64_t)in->operands[i].value));
        flow_branch(v, (uint32_t)in->operands[i + 1].value);
        state_set_fact(&v->now, tuple, before);
    }
}

/* A handler may be entered from anywhere the catch is active: types of y registers are forgotten. */
static void branch_to_handler(Verifier *v, const Instruction *in)
{
    uint32_t slot = (uint32_t)in->operands[0].value;
    uint32_t label = (uint32_t)in->operands[1].value;
    bool is_try = in->op == GENERIC_TRY;
    const Instruction *handler;
    State saved;

    if (v->now.frame >= FRAME_UNKNOWN || slot >= v->now.frame || slot >= set_lowest(&v->now, SET_CATCHES, UINT32_MAX)) {
        flow_fail(v, "bad slot of a catch");
        return;
    }
    if (!flow_is_here(v, label) || v->ir->labels[label].at == LABEL_AT_INFO) {
        flow_fail(v, "jump out of the function");
        return;
    }
    handler = &v->function->instructions[v->ir->labels[label].at];
    if (handler->op != (is_try ? GENERIC_TRY_CASE : GENERIC_CATCH_END) || handler->operands[0].value != slot) {
        flow_fail(v, "no handler at the label of a catch");
        return;
    }
    set_add(&v->now, SET_Y, slot);
    set_add(&v->now, SET_CATCHES, slot);
    if (slot < FACT_REGISTERS)
        v->now.facts[1][slot] = FACT_NONE;
    state_copy(&saved, &v->now);
    flow_keep_x_range(v, is_try ? 1 : 0, is_try ? 3 : 4);
    memset(v->now.facts, 0, sizeof v->now.facts);
    heap_forget(&v->now);
    flow_branch(v, label);
    state_copy(&v->now, &saved);
}

static void end_catch(Verifier *v, uint32_t slot)
{
    if (set_lowest(&v->now, SET_CATCHES, UINT32_MAX) != slot) {
        flow_fail(v, "not the innermost catch");
        return;
    }
    set_remove(&v->now, SET_CATCHES, slot);
    if (slot < FACT_REGISTERS)
        v->now.facts[1][slot] = FACT_NONE;
}

/* --- operands ------------------------------------------------------------------------------ */

/* Calls `visit` with each operand and its letter. */
typedef struct OperandWalk {
    const Operand *at, *end;
    const char *letter;
    const char *list;              /* the letters of the list we are in; null before it */
} OperandWalk;

static inline OperandWalk walk_start(const Instruction *in)
{
    return (OperandWalk){in->operands, in->operands + in->operand_count, generic_op_info[in->op].operands, NULL};
}

/* The next operand's letter; 0 at the end. */
static inline char walk_next(OperandWalk *walk, const Operand **operand)
{
    if (*walk->letter == '*') {
        walk->at++;                /* the count */
        walk->list = ++walk->letter;
    }
    if (*walk->letter == 0) {
        if (!walk->list)
            return 0;
        walk->letter = walk->list;
    }
    if (walk->at == walk->end)
        return 0;
    *operand = walk->at++;
    return *walk->letter++;
}

void ops_need_target(Verifier *v, const Operand *label, int64_t arity)
{
    LabelHome home = v->ir->label_homes[label->value];

    if (!(home & LABEL_IS_ENTRY) || v->ir->arities[home_function(home)] != arity)
        flow_fail(v, "call of something that is no function of that arity");
}

static int64_t import_arity(const Verifier *v, const Operand *import)
{
    return import->value < v->ir->import_count ? (int64_t)v->ir->imports[import->value].arity : -1;
}

static void check_number(Verifier *v, const Operand *o, char letter, const char *letters)
{
    switch (letter) {
    case 'v':
        flow_need_arguments(v, o->value);
        return;
    case 'w':
        if (o->value > MAX_NEED_WORDS)
            flow_fail(v, "too many words");
        return;
    case 'p':
        if (o->value >= v->ir->lambda_count)
            flow_fail(v, "bad fun index");
        return;
    case 'i':
        /* The arity of a BIF in place is the number of its values. */
        if (o->value >= v->ir->import_count)
            flow_fail(v, "bad import index");
        else if (strchr(letters, 'n') == NULL && strspn(strchr(letters, 'i') + 1, "s") != (size_t)import_arity(v, o))
            flow_fail(v, "BIF of another arity");
        return;
    case 'n':
        if (o->value > MAX_ARITY)
            flow_fail(v, "bad arity");
        return;
    default:
        return;
    }
}

/* Numbers that are compared or counted with. */
static void check_sizes(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_GET_TUPLE_ELEMENT:
        if (o[1].value >= TUPLE_MAX_SIZE)
            flow_fail(v, "no tuple is that large");
        return;
    case GENERIC_SET_TUPLE_ELEMENT:
        if (o[2].value >= TUPLE_MAX_SIZE)
            flow_fail(v, "no tuple is that large");
        return;
    case GENERIC_TEST_ARITY: case GENERIC_IS_TAGGED_TUPLE:
        if (o[2].value > TUPLE_MAX_SIZE)
            flow_fail(v, "no tuple is that large");
        return;
    case GENERIC_SELECT_TUPLE_ARITY:
        for (uint32_t i = 3; i < in->operand_count; i += 2)
            if (o[i].value > TUPLE_MAX_SIZE)
                flow_fail(v, "no tuple is that large");
        return;
    case GENERIC_UPDATE_RECORD:
        for (uint32_t i = 5; i < in->operand_count; i += 2)
            if (o[i].value < 1 || o[i].value > o[1].value)
                flow_fail(v, "update of an element that is not there");
        return;
    default:
        return;
    }
}

static void check_operands(Verifier *v, const Instruction *in)
{
    const GenericOpInfo *info = &generic_op_info[in->op];
    OperandWalk walk = walk_start(in);
    const Operand *o;
    char letter;

    while ((letter = walk_next(&walk, &o)) != 0) {
        switch (letter) {
        case 's': case 'r': case 'm':
            flow_read(v, o);
            break;
        case 'f':
            if (o->value == 0 && !(info->flags & OP_RAISE))
                flow_fail(v, "test without a label");
            break;
        case 'l':
            if (o->value == 0)
                flow_fail(v, "jump without a label");
            break;
        case 'a':
            if (!is_atom(o->term))
                flow_fail(v, "atom expected");
            break;
        case 'u': case 'd': case 'y': case 'F': case 'G': case 'o': case '?': case 'k':
            break;
        default:
            check_number(v, o, letter, info->operands);
        }
    }
}

static bool may_raise(const Instruction *in, const GenericOpInfo *info)
{
    if (!(info->flags & OP_RAISE))
        return false;
    return info->operands[0] != 'f' || in->operands[0].value == 0;
}

/* Writes all destinations, which then are of the type `fact`. */
static void write_results(Verifier *v, const Instruction *in, Fact fact)
{
    const char *letters = generic_op_info[in->op].operands;
    const Operand *o = in->operands;
    OperandWalk walk;
    char letter;

    for (; *letters && *letters != '*'; letters++, o++)
        if (*letters == 'd' || *letters == 'o')
            flow_write(v, o, fact);
    if (in->op != GENERIC_GET_MAP_ELEMENTS)
        return;                    /* no other has destinations in its list */
    walk = walk_start(in);
    while ((letter = walk_next(&walk, &o)) != 0)
        if (letter == 'd')
            flow_write(v, o, fact);
}

static void lose_result_facts(Verifier *v, const Instruction *in)
{
    OperandWalk walk = walk_start(in);
    const Operand *o;
    char letter;

    while ((letter = walk_next(&walk, &o)) != 0)
        if (letter == 'd')
            state_set_fact(&v->now, o, FACT_NONE);
}

/* --- one instruction ----------------------------------------------------------------------- */

static void do_make_fun(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    if (!v->failed && v->ir->lambdas[o[0].value].free_count != o[2].value)
        flow_fail(v, "fun with another number of free variables");
    flow_write(v, &o[1], FACT_NONE);
}

/* erlang:error/1,2,3, exit/1, throw/1: the compiler relies on them not to return. */
bool ops_calls_exit_bif(const Verifier *v, const Instruction *in)
{
    const ImportIr *import;

    if (in->op != GENERIC_CALL_EXT && in->op != GENERIC_CALL_EXT_LAST && in->op != GENERIC_CALL_EXT_ONLY)
        return false;
    import = &v->ir->imports[in->operands[1].value];
    if (import->module != A_ERLANG)
        return false;
    return (import->function == A_ERROR && import->arity >= 1 && import->arity <= 3) ||
           ((import->function == A_EXIT || import->function == A_THROW) && import->arity == 1);
}

/* The frame does not matter any more; the compiler may even have got its size wrong. */
static void do_exit_call(Verifier *v, Instruction *in)
{
    flow_need_arguments(v, in->operands[0].value);
    if (import_arity(v, &in->operands[1]) != in->operands[0].value)
        flow_fail(v, "call with another arity than the import");
    if (in->op == GENERIC_CALL_EXT_LAST) {
        in->op = GENERIC_CALL_EXT;
        in->operand_count = 2;
    }
    v->is_reached = false;
}

static void do_call(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_CALL: case GENERIC_CALL_LAST: case GENERIC_CALL_ONLY:
        flow_need_arguments(v, o[0].value);
        ops_need_target(v, &o[1], o[0].value);
        break;
    case GENERIC_CALL_EXT: case GENERIC_CALL_EXT_LAST: case GENERIC_CALL_EXT_ONLY:
        flow_need_arguments(v, o[0].value);
        if (import_arity(v, &o[1]) != o[0].value)
            flow_fail(v, "call with another arity than the import");
        break;
    case GENERIC_CALL_FUN:
        flow_need_arguments(v, o[0].value + 1);
        break;
    case GENERIC_CALL_FUN2:
        flow_need_arguments(v, o[1].value);
        if (o[0].kind == OPERAND_NUMBER ? o[0].value >= v->ir->lambda_count : o[0].kind != OPERAND_TERM)
            flow_fail(v, "bad tag of a fun call");
        break;
    case GENERIC_APPLY: case GENERIC_APPLY_LAST:
        flow_need_arguments(v, o[0].value + 2);
        break;
    case GENERIC_SEND:
        flow_need_arguments(v, 2);
        break;
    default:                       /* bs_init_writable */
        flow_need_arguments(v, 1);
    }
    if (in->op == GENERIC_CALL_LAST || in->op == GENERIC_CALL_EXT_LAST || in->op == GENERIC_APPLY_LAST)
        flow_drop_frame(v, o[in->operand_count - 1].value);
    else
        flow_need_frame(v, in->op != GENERIC_CALL_ONLY && in->op != GENERIC_CALL_EXT_ONLY, "call with the wrong stack frame");
    if (generic_op_info[in->op].flags & OP_CALL) {
        flow_keep_x_range(v, 0, 1);
        v->now.facts[0][0] = types_of_call(v, in);
        v->now.fresh[0] = v->now.facts[0][0] != FACT_NONE;
    }
}

static void do_frame(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_ALLOCATE:
        flow_make_frame(v, o[0].value);
        state_keep_live(&v->now, (uint32_t)o[1].value);
        return;
    case GENERIC_ALLOCATE_HEAP:
        flow_make_frame(v, o[0].value);
        state_keep_live(&v->now, (uint32_t)o[2].value);
        return;
    case GENERIC_DEALLOCATE:
        flow_drop_frame(v, o[0].value);
        return;
    case GENERIC_TRIM:
        flow_trim_frame(v, o[0].value, o[1].value);
        return;
    default:                       /* init_yregs */
        for (uint32_t i = 1; i < in->operand_count; i++)
            flow_write(v, &o[i], FACT_LIST);
    }
}

static void do_catch(Verifier *v, const Instruction *in)
{
    uint32_t slot = (uint32_t)in->operands[0].value;

    switch (in->op) {
    case GENERIC_CATCH: case GENERIC_TRY:
        branch_to_handler(v, in);
        return;
    case GENERIC_TRY_END:
        end_catch(v, slot);
        return;
    case GENERIC_CATCH_END:
        flow_need_arguments(v, 1);
        end_catch(v, slot);
        flow_keep_x_range(v, 0, 1);
        return;
    default:                       /* try_case */
        if (!set_has(&v->now, SET_X, 1) || !set_has(&v->now, SET_X, 2) || !set_has(&v->now, SET_X, 3))
            flow_fail(v, "try_case without an exception");
        end_catch(v, slot);
        flow_keep_x_range(v, 0, 3);
    }
}

static void need_message(Verifier *v)
{
    if (!v->now.has_message)
        flow_fail(v, "no message is at hand");
}

static void do_receive(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    flow_complete_frame(v, false);
    if (in->op == GENERIC_LOOP_REC_END)
        need_message(v);
    flow_drop_message(v);
    if (in->op == GENERIC_LOOP_REC) {
        flow_branch(v, (uint32_t)o[0].value);
        v->now.has_message = v->now.may_have_message = true;
        flow_write(v, &o[1], FACT_NONE);
        return;
    }
    flow_keep_x_range(v, 0, 0);
    /* The timeout is looked at once only: it may be gone when the wait itself goes on. */
    if (in->op != GENERIC_WAIT_TIMEOUT || o[1].kind != OPERAND_X || (uint32_t)o[0].value != in->label)
        flow_branch(v, (uint32_t)o[0].value);
}

static void do_swap(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;
    Fact first = state_fact(&v->now, &o[0]);
    Fact second = state_fact(&v->now, &o[1]);

    flow_write(v, &o[0], second);
    flow_write(v, &o[1], first);
}

/* The `v` operand of an instruction that may collect. */
static uint32_t live_count(const Instruction *in)
{
    const char *letters = generic_op_info[in->op].operands;
    const char *at = strchr(letters, 'v');

    return at ? (uint32_t)in->operands[at - letters].value : VERIFY_MAX_LIVE + 1;
}

/* An instruction that reads, perhaps jumps, perhaps collects, and writes. */
static void do_plain(Verifier *v, const Instruction *in)
{
    const GenericOpInfo *info = &generic_op_info[in->op];
    Fact fact = types_of_result(v, in);

    if (in->op == GENERIC_GET_MAP_ELEMENTS)
        lose_result_facts(v, in);      /* some may be written before it fails */
    if (in->op == GENERIC_BS_MATCH)
        verify_bits_lose_results(in, &v->now);
    if (info->flags & OP_GC)
        state_keep_live(&v->now, live_count(in));
    /* bs_start_match4 may have an atom instead. */
    if ((info->operands[0] == 'f' || in->op == GENERIC_BS_START_MATCH4) && in->operands[0].kind == OPERAND_LABEL &&
        in->operands[0].value != 0)
        branch_failed(v, in, (uint32_t)in->operands[0].value);
    types_learn(v, in);
    write_results(v, in, fact);
}

static void do_jump(Verifier *v, uint32_t label)
{
    const FunctionIr *f = v->function;
    bool is_here = flow_is_here(v, label) && v->ir->labels[label].at != LABEL_AT_INFO;

    if (is_here && flow_must_not_enter(v, &f->instructions[v->ir->labels[label].at])) {
        flow_complete_frame(v, false);
        flow_insert(v, false, (Instruction){.op = GENERIC_IF_END});
    } else {
        flow_branch(v, label);
    }
}

static void do_select(Verifier *v, const Instruction *in)
{
    flow_branch(v, (uint32_t)in->operands[1].value);
    for (uint32_t i = 4; i < in->operand_count; i += 2)
        flow_branch(v, (uint32_t)in->operands[i].value);
}

static void do_special(Verifier *v, const Instruction *in)
{
    switch (in->op) {
    case GENERIC_JUMP:
        do_jump(v, (uint32_t)in->operands[0].value);
        return;
    case GENERIC_SELECT_VAL:
        do_select(v, in);
        return;
    case GENERIC_SELECT_TUPLE_ARITY:
        branch_by_arity(v, in);
        return;
    case GENERIC_RETURN:
        flow_need_arguments(v, 1);
        flow_need_frame(v, false, "return with a stack frame");
        return;
    case GENERIC_SWAP:
        do_swap(v, in);
        return;
    case GENERIC_MAKE_FUN3:
        do_make_fun(v, in);
        return;
    case GENERIC_BUILD_STACKTRACE:
        flow_need_arguments(v, 1);
        flow_keep_x_range(v, 0, 1);
        return;
    case GENERIC_RAW_RAISE:
        flow_need_arguments(v, 3);
        flow_keep_x_range(v, 0, 1);
        return;
    case GENERIC_REMOVE_MESSAGE: case GENERIC_TIMEOUT:
        flow_complete_frame(v, false);
        if (in->op == GENERIC_TIMEOUT)
            flow_drop_message(v);
        else
            need_message(v);
        v->now.has_message = v->now.may_have_message = false;
        set_clear(&v->now, SET_PEEKED);
        return;
    default:
        do_plain(v, in);
    }
}

/* A fifth of all instructions. */
static void do_move(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;
    Fact fact = types_of(v, &o[0]);
    bool is_fresh = state_is_fresh(&v->now, &o[0]);

    flow_read(v, &o[0]);
    flow_write(v, &o[1], fact);
    if (UNLIKELY(is_fresh))
        state_set_fresh(&v->now, &o[1], true);
}

/* While a message is looked at that is in the mailbox still, what runs could take it away. */
static void keep_message(Verifier *v, const Instruction *in)
{
    unsigned flags = generic_op_info[in->op].flags;
    bool stays = in->op == GENERIC_JUMP || in->op == GENERIC_SELECT_VAL || in->op == GENERIC_SELECT_TUPLE_ARITY ||
                 in->op == GENERIC_LOOP_REC_END || in->op == GENERIC_WAIT || in->op == GENERIC_WAIT_TIMEOUT;

    if (stays || (!(flags & (OP_CALL | OP_END)) && !may_raise(in, &generic_op_info[in->op])))
        return;
    flow_insert(v, false, (Instruction){.op = GENERIC_KEEP_MESSAGE});
    v->now.may_have_message = false;
    set_clear(&v->now, SET_PEEKED);
}

static void apply(Verifier *v, Instruction *in)
{
    const char *why;

    check_operands(v, in);
    check_sizes(v, in);
    if (v->failed)
        return;
    if (UNLIKELY(v->now.may_have_message))
        keep_message(v, in);
    types_need(v, in);
    heap_need(v, in);
    if (v->failed)
        return;
    if ((generic_op_info[in->op].flags & (OP_GC | OP_CALL)) || may_raise(in, &generic_op_info[in->op])) {
        if (in->op != GENERIC_ALLOCATE && in->op != GENERIC_ALLOCATE_HEAP)
            flow_complete_frame(v, false);
    }
    if (ops_calls_exit_bif(v, in)) {
        do_exit_call(v, in);
        return;
    }
    switch (in->op) {
    case GENERIC_CALL: case GENERIC_CALL_LAST: case GENERIC_CALL_ONLY: case GENERIC_CALL_EXT:
    case GENERIC_CALL_EXT_LAST: case GENERIC_CALL_EXT_ONLY: case GENERIC_CALL_FUN: case GENERIC_CALL_FUN2:
    case GENERIC_APPLY: case GENERIC_APPLY_LAST: case GENERIC_SEND: case GENERIC_BS_INIT_WRITABLE:
        do_call(v, in);
        return;
    case GENERIC_ALLOCATE: case GENERIC_ALLOCATE_HEAP: case GENERIC_DEALLOCATE: case GENERIC_TRIM:
    case GENERIC_INIT_YREGS:
        do_frame(v, in);
        return;
    case GENERIC_CATCH: case GENERIC_TRY: case GENERIC_CATCH_END: case GENERIC_TRY_END: case GENERIC_TRY_CASE:
        do_catch(v, in);
        return;
    case GENERIC_LOOP_REC: case GENERIC_LOOP_REC_END: case GENERIC_WAIT: case GENERIC_WAIT_TIMEOUT:
        do_receive(v, in);
        return;
    case GENERIC_BS_CREATE_BIN: case GENERIC_BS_MATCH: case GENERIC_BS_PUT_STRING: case GENERIC_BS_MATCH_STRING:
        why = verify_bits(v->ir, in, &v->now);
        if (why) {
            flow_fail(v, why);
            return;
        }
        do_plain(v, in);
        if (in->op == GENERIC_BS_MATCH)
            verify_bits_results(in, &v->now);
        return;
    default:
        do_special(v, in);
    }
}

void ops_apply(Verifier *v, Instruction *in)
{
    if (in->op == GENERIC_MOVE) {
        do_move(v, in);
        return;
    }
    apply(v, in);
    heap_apply(v, in);
}
