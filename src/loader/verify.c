#include "loader/verify.h"

#include <string.h>

#include "loader/verify_bits.h"
#include "loader/verify_state.h"
#include "vm/base/mem.h"
#include "vm/code/lambda.h"
#include "vm/term/atom.h"

#define MAX_ARITY 255
#define MAX_FRAME 1000
#define MAX_LIVE 1023
#define MAX_NEED_WORDS ((int64_t)1 << 20)
#define MAX_PASSES 64
#define AT_INFO UINT32_MAX         /* a label that stands at the func_info */

uint64_t verify_check_count;

/* An instruction to be put before the one at `before`. */
typedef struct Insertion {
    uint32_t before;
    bool before_label;
    Instruction instruction;
} Insertion;

typedef struct Verifier {
    CodeIr *ir;
    LoadError *error;
    bool failed;
    uint32_t *label_function;      /* label -> index of its function + 1; 0: nowhere */
    uint32_t *label_at;            /* label -> index of its instruction, or AT_INFO */
    uint32_t *label_state;         /* label -> index into `states` + 1; 0: not reached yet */
    /* The function at hand. */
    FunctionIr *function;
    uint32_t function_index;
    uint32_t at;                   /* instruction */
    bool is_reached;
    bool must_repeat;              /* a label behind us learned that it knew too much */
    State now;
    State *states;
    uint32_t state_count, state_capacity;
    Insertion *insertions;
    uint32_t insertion_count, insertion_capacity;
} Verifier;

static void fail(Verifier *v, const char *why)
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
    uint32_t slot = v->label_state[label];

    if (slot == 0) {
        if (v->state_count == v->state_capacity) {
            v->state_capacity = v->state_capacity * 2 + 64;
            v->states = mem_realloc(MEM_CODE, v->states, v->state_capacity * sizeof(State));
        }
        v->states[v->state_count++] = v->now;
        v->label_state[label] = v->state_count;
        return true;
    }
    if (v->states[slot - 1].frame != v->now.frame &&
        !(state_frame_is_complete(&v->states[slot - 1]) && state_frame_is_complete(&v->now)))
        fail(v, "stack frames differ at a label");
    return state_merge(&v->states[slot - 1], &v->now);
}

/* Control may go from here to `label` with what `now` knows. */
static void branch(Verifier *v, uint32_t label)
{
    if (v->label_function[label] != v->function_index + 1) {
        fail(v, "jump out of the function");
        return;
    }
    if (v->label_at[label] == AT_INFO) {
        if (v->now.frame != NO_FRAME)
            fail(v, "jump to func_info with a stack frame");
        if (!set_has_first(v->now.x, v->function->arity))
            fail(v, "jump to func_info without all arguments");
        return;
    }
    if (merge_at(v, label) && v->label_at[label] <= v->at)
        v->must_repeat = true;
}

/* --- insertions ---------------------------------------------------------------------------- */

/* `before_label`: only for those who do not come by the label. */
static void insert(Verifier *v, bool before_label, Instruction instruction)
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
static void need_complete_frame(Verifier *v, bool before_label)
{
    Operand *operands;
    uint32_t count = 0;

    if (state_frame_is_complete(&v->now))
        return;
    operands = arena_array(&v->ir->arena, Operand, v->now.frame + 1);
    for (uint32_t i = 0; i < v->now.frame; i++) {
        if (set_has(v->now.y, i))
            continue;
        operands[++count] = (Operand){.kind = OPERAND_Y, .value = i};
        set_add(v->now.y, i);
    }
    operands[0] = (Operand){.kind = OPERAND_NUMBER, .value = count};
    insert(v, before_label, (Instruction){.op = GENERIC_INIT_YREGS, .operand_count = count + 1, .operands = operands});
}

/* A call that the compiler knows not to return may stand before a handler. */
static bool must_not_fall_into(const Verifier *v, const Instruction *in)
{
    const uint64_t *x = v->now.x;

    return in->op == GENERIC_TRY_CASE && !(set_has(x, 1) && set_has(x, 2) && set_has(x, 3));
}

/* The instruction at hand stands at a label: what is known is what all ways to it have in common. */
static void arrive(Verifier *v, const Instruction *in)
{
    if (v->is_reached && must_not_fall_into(v, in)) {
        need_complete_frame(v, true);
        insert(v, true, (Instruction){.op = GENERIC_IF_END});
        v->is_reached = false;
    }
    if (v->is_reached)
        merge_at(v, in->label);
    if (v->label_state[in->label] != 0) {
        v->now = v->states[v->label_state[in->label] - 1];
        v->is_reached = true;
    }
}

/* --- registers ----------------------------------------------------------------------------- */

static void read_register(Verifier *v, const Operand *o)
{
    if (o->kind == OPERAND_X) {
        if (!set_has(v->now.x, (uint32_t)o->value))
            fail(v, "x register without a value");
    } else if (o->kind == OPERAND_Y) {
        if (!set_has(v->now.y, (uint32_t)o->value) || set_has(v->now.catches, (uint32_t)o->value))
            fail(v, "y register without a value");
    }
}

static void write_register(Verifier *v, const Operand *o, Fact fact)
{
    if (o->kind == OPERAND_X) {
        set_add(v->now.x, (uint32_t)o->value);
    } else if (o->kind == OPERAND_Y) {
        if (v->now.frame >= FRAME_UNKNOWN || o->value >= v->now.frame || set_has(v->now.catches, (uint32_t)o->value))
            fail(v, "write to a y register that is not there");
        else
            set_add(v->now.y, (uint32_t)o->value);
    }
    if (!v->failed)
        state_set_fact(&v->now, o, fact);
}

static void need_arguments(Verifier *v, int64_t count)
{
    if (count > MAX_LIVE || !set_has_first(v->now.x, (uint32_t)count))
        fail(v, "x register without a value");
}

static void need_frame(Verifier *v, bool wanted, const char *why)
{
    if (v->now.frame == FRAME_UNKNOWN || (v->now.frame != NO_FRAME) != wanted)
        fail(v, why);
}

/* The frame of `words` y registers goes away. */
static void drop_frame(Verifier *v, int64_t words)
{
    if (v->now.frame >= FRAME_UNKNOWN || v->now.frame != words)
        fail(v, "stack frame has another size");
    if (!set_is_empty(v->now.catches))
        fail(v, "a catch is active at the end of the stack frame");
    v->now.frame = NO_FRAME;
    memset(v->now.y, 0, sizeof v->now.y);
    memset(v->now.facts[1], 0, sizeof v->now.facts[1]);
}

static void make_frame(Verifier *v, int64_t words)
{
    need_frame(v, false, "second stack frame");
    if (words > MAX_FRAME)
        fail(v, "stack frame is too large");
    v->now.frame = (uint32_t)words;
}

static void trim_frame(Verifier *v, int64_t words, int64_t left)
{
    State *now = &v->now;

    if (now->frame >= FRAME_UNKNOWN || words + left != now->frame) {
        fail(v, "stack frame has another size");
        return;
    }
    if (words > 0 && !set_is_empty(now->catches)) {
        fail(v, "trim while a catch is active");
        return;
    }
    set_shift_down(now->y, (uint32_t)words);
    for (int i = 0; i < FACT_REGISTERS; i++)
        now->facts[1][i] = i + words < FACT_REGISTERS ? now->facts[1][i + words] : FACT_NONE;
    now->frame = (uint32_t)left;
}

static void lose_x(Verifier *v, unsigned first, unsigned count)
{
    state_keep_live(&v->now, 0);
    for (unsigned i = first; i < first + count; i++)
        set_add(v->now.x, i);
}

/* --- types --------------------------------------------------------------------------------- */

static Fact literal_fact(Term t)
{
    if (is_tuple(t))
        return fact_tuple(tuple_size(t));
    return is_cons(t) ? FACT_CONS : is_map(t) ? FACT_MAP : is_nil(t) ? FACT_LIST : FACT_NONE;
}

static Fact value_fact(const Verifier *v, const Operand *o)
{
    return o->kind == OPERAND_TERM ? literal_fact(o->term) : state_fact(&v->now, o);
}

static bool fact_is_enough(Fact have, Fact wanted)
{
    return wanted >= FACT_TUPLE ? have >= wanted : have == wanted;
}

/* `o` must be of the type; if that is not known, a check goes before the instruction. `size`: of tuples. */
static void need_type(Verifier *v, const Operand *o, Fact wanted, int64_t size)
{
    Operand *operands;

    if (wanted == FACT_TUPLE)
        wanted = fact_tuple((uint64_t)size);
    if (fact_is_enough(value_fact(v, o), wanted) && (wanted < FACT_TUPLE || size < FACT_TUPLE_MAX))
        return;
    if (o->kind == OPERAND_TERM) {
        if (wanted < FACT_TUPLE || !is_tuple(o->term) || (int64_t)tuple_size(o->term) < size)
            fail(v, "constant of the wrong type");
        return;
    }
    if (size > TUPLE_MAX_SIZE) {
        fail(v, "no tuple is that large");
        return;
    }
    need_complete_frame(v, false);
    operands = arena_array(&v->ir->arena, Operand, 2);
    operands[0] = *o;
    operands[1] = (Operand){.kind = OPERAND_NUMBER, .value = size};
    if (wanted >= FACT_TUPLE)
        insert(v, false, (Instruction){.op = GENERIC_CHECK_TUPLE, .operand_count = 2, .operands = operands});
    else
        insert(v, false, (Instruction){.op = wanted == FACT_CONS ? GENERIC_CHECK_CONS : GENERIC_CHECK_MAP,
                                .operand_count = 1, .operands = operands});
    state_set_fact(&v->now, o, wanted);
}

static void need_operand_types(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_TEST_ARITY:
        need_type(v, &o[1], FACT_TUPLE, 0);
        return;
    case GENERIC_SELECT_TUPLE_ARITY:
        need_type(v, &o[0], FACT_TUPLE, 0);
        return;
    case GENERIC_GET_TUPLE_ELEMENT:
        need_type(v, &o[0], FACT_TUPLE, o[1].value + 1);
        return;
    case GENERIC_SET_TUPLE_ELEMENT:
        need_type(v, &o[1], FACT_TUPLE, o[2].value + 1);
        return;
    case GENERIC_UPDATE_RECORD:
        need_type(v, &o[2], FACT_TUPLE, o[1].value);
        return;
    case GENERIC_GET_LIST:
    case GENERIC_GET_HD:
    case GENERIC_GET_TL:
        need_type(v, &o[0], FACT_CONS, 0);
        return;
    case GENERIC_GET_MAP_ELEMENTS:
    case GENERIC_HAS_MAP_FIELDS:
        need_type(v, &o[1], FACT_MAP, 0);
        return;
    default:
        return;
    }
}

/* What holds when a test succeeded, that is, after it. */
static void learn(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;
    Fact have;

    switch (in->op) {
    case GENERIC_IS_TUPLE:
        if (state_fact(&v->now, &o[1]) < FACT_TUPLE)
            state_set_fact(&v->now, &o[1], FACT_TUPLE);
        return;
    case GENERIC_TEST_ARITY:
    case GENERIC_IS_TAGGED_TUPLE:
        state_set_fact(&v->now, &o[1], fact_tuple((uint64_t)o[2].value));
        return;
    case GENERIC_IS_NONEMPTY_LIST:
        state_set_fact(&v->now, &o[1], FACT_CONS);
        return;
    case GENERIC_IS_LIST:
        if (state_fact(&v->now, &o[1]) != FACT_CONS)
            state_set_fact(&v->now, &o[1], FACT_LIST);
        return;
    case GENERIC_IS_MAP:
        state_set_fact(&v->now, &o[1], FACT_MAP);
        return;
    case GENERIC_IS_EQ_EXACT:
        have = value_fact(v, &o[2]);
        if (have != FACT_NONE)
            state_set_fact(&v->now, &o[1], have);
        return;
    default:
        return;
    }
}

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
    branch(v, label);
    if (before != FACT_NONE)
        state_set_fact(&v->now, tested, before);
}

static void branch_by_arity(Verifier *v, const Instruction *in)
{
    const Operand *tuple = &in->operands[0];
    Fact before = state_fact(&v->now, tuple);

    branch(v, (uint32_t)in->operands[1].value);
    for (uint32_t i = 3; i + 1 < in->operand_count; i += 2) {
        state_set_fact(&v->now, tuple, fact_tuple((uint64_t)in->operands[i].value));
        branch(v, (uint32_t)in->operands[i + 1].value);
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

    if (v->now.frame >= FRAME_UNKNOWN || slot >= v->now.frame || slot >= set_lowest(v->now.catches, UINT32_MAX)) {
        fail(v, "bad slot of a catch");
        return;
    }
    if (v->label_function[label] != v->function_index + 1 || v->label_at[label] == AT_INFO) {
        fail(v, "jump out of the function");
        return;
    }
    handler = &v->function->instructions[v->label_at[label]];
    if (handler->op != (is_try ? GENERIC_TRY_CASE : GENERIC_CATCH_END) || handler->operands[0].value != slot) {
        fail(v, "no handler at the label of a catch");
        return;
    }
    set_add(v->now.y, slot);
    set_add(v->now.catches, slot);
    if (slot < FACT_REGISTERS)
        v->now.facts[1][slot] = FACT_NONE;
    saved = v->now;
    lose_x(v, is_try ? 1 : 0, is_try ? 3 : 4);
    memset(v->now.facts, 0, sizeof v->now.facts);
    branch(v, label);
    v->now = saved;
}

static void end_catch(Verifier *v, uint32_t slot)
{
    if (set_lowest(v->now.catches, UINT32_MAX) != slot) {
        fail(v, "not the innermost catch");
        return;
    }
    set_remove(v->now.catches, slot);
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

static void need_call_target(Verifier *v, const Operand *label, int64_t arity)
{
    uint32_t function = v->label_function[label->value];

    if (function == 0 || v->ir->functions[function - 1].entry_label != label->value ||
        v->ir->functions[function - 1].arity != arity)
        fail(v, "call of something that is no function of that arity");
}

static int64_t import_arity(const Verifier *v, const Operand *import)
{
    return import->value < v->ir->import_count ? (int64_t)v->ir->imports[import->value].arity : -1;
}

static void check_number(Verifier *v, const Operand *o, char letter, const char *letters)
{
    switch (letter) {
    case 'v':
        need_arguments(v, o->value);
        return;
    case 'w':
        if (o->value > MAX_NEED_WORDS)
            fail(v, "too many words");
        return;
    case 'p':
        if (o->value >= v->ir->lambda_count)
            fail(v, "bad fun index");
        return;
    case 'i':
        /* The arity of a BIF in place is the number of its values. */
        if (o->value >= v->ir->import_count)
            fail(v, "bad import index");
        else if (strchr(letters, 'n') == NULL && strspn(strchr(letters, 'i') + 1, "s") != (size_t)import_arity(v, o))
            fail(v, "BIF of another arity");
        return;
    case 'n':
        if (o->value > MAX_ARITY)
            fail(v, "bad arity");
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
            /* The timeout is looked at once only, so it may be gone when the wait goes on. */
            if (in->op != GENERIC_WAIT_TIMEOUT || o->kind != OPERAND_X)
                read_register(v, o);
            break;
        case 'f':
            if (o->value == 0 && !(info->flags & OP_RAISE))
                fail(v, "test without a label");
            break;
        case 'l':
            if (o->value == 0)
                fail(v, "jump without a label");
            break;
        case 'a':
            if (!is_atom(o->term))
                fail(v, "atom expected");
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

/* Writes all destinations; their new values are of unknown type. */
static void write_results(Verifier *v, const Instruction *in, Fact fact)
{
    OperandWalk walk = walk_start(in);
    const Operand *o;
    char letter;

    while ((letter = walk_next(&walk, &o)) != 0)
        if (letter == 'd' || letter == 'o')
            write_register(v, o, fact);
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
        fail(v, "fun with another number of free variables");
    write_register(v, &o[1], FACT_NONE);
}

/* erlang:error/1,2,3, exit/1, throw/1: the compiler relies on them not to return. */
static bool calls_exit_bif(const Verifier *v, const Instruction *in)
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
    need_arguments(v, in->operands[0].value);
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
        need_arguments(v, o[0].value);
        need_call_target(v, &o[1], o[0].value);
        break;
    case GENERIC_CALL_EXT: case GENERIC_CALL_EXT_LAST: case GENERIC_CALL_EXT_ONLY:
        need_arguments(v, o[0].value);
        if (import_arity(v, &o[1]) != o[0].value)
            fail(v, "call with another arity than the import");
        break;
    case GENERIC_CALL_FUN:
        need_arguments(v, o[0].value + 1);
        break;
    case GENERIC_CALL_FUN2:
        need_arguments(v, o[1].value);
        if (o[0].kind == OPERAND_NUMBER ? o[0].value >= v->ir->lambda_count : o[0].kind != OPERAND_TERM)
            fail(v, "bad tag of a fun call");
        break;
    case GENERIC_APPLY: case GENERIC_APPLY_LAST:
        need_arguments(v, o[0].value + 2);
        break;
    case GENERIC_SEND:
        need_arguments(v, 2);
        break;
    default:                       /* bs_init_writable */
        need_arguments(v, 1);
    }
    if (in->op == GENERIC_CALL_LAST || in->op == GENERIC_CALL_EXT_LAST || in->op == GENERIC_APPLY_LAST)
        drop_frame(v, o[in->operand_count - 1].value);
    else
        need_frame(v, in->op != GENERIC_CALL_ONLY && in->op != GENERIC_CALL_EXT_ONLY, "call with the wrong stack frame");
    if (generic_op_info[in->op].flags & OP_CALL)
        lose_x(v, 0, 1);
}

static void do_frame(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_ALLOCATE:
        make_frame(v, o[0].value);
        state_keep_live(&v->now, (uint32_t)o[1].value);
        return;
    case GENERIC_ALLOCATE_HEAP:
        make_frame(v, o[0].value);
        state_keep_live(&v->now, (uint32_t)o[2].value);
        return;
    case GENERIC_DEALLOCATE:
        drop_frame(v, o[0].value);
        return;
    case GENERIC_TRIM:
        trim_frame(v, o[0].value, o[1].value);
        return;
    default:                       /* init_yregs */
        for (uint32_t i = 1; i < in->operand_count; i++)
            write_register(v, &o[i], FACT_LIST);
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
        need_arguments(v, 1);
        end_catch(v, slot);
        lose_x(v, 0, 1);
        return;
    default:                       /* try_case */
        if (!set_has(v->now.x, 1) || !set_has(v->now.x, 2) || !set_has(v->now.x, 3))
            fail(v, "try_case without an exception");
        end_catch(v, slot);
        lose_x(v, 0, 3);
    }
}

static void do_receive(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    need_complete_frame(v, false);
    if (in->op == GENERIC_LOOP_REC) {
        branch(v, (uint32_t)o[0].value);
        write_register(v, &o[1], FACT_NONE);
        return;
    }
    lose_x(v, 0, 0);
    branch(v, (uint32_t)o[0].value);
}

static void do_swap(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;
    Fact first = state_fact(&v->now, &o[0]);
    Fact second = state_fact(&v->now, &o[1]);

    write_register(v, &o[0], second);
    write_register(v, &o[1], first);
}

static Fact result_fact(const Verifier *v, const Instruction *in)
{
    switch (in->op) {
    case GENERIC_MOVE: return value_fact(v, &in->operands[0]);
    case GENERIC_PUT_LIST: return FACT_CONS;
    case GENERIC_PUT_TUPLE2: return fact_tuple((uint64_t)in->operands[1].value);
    case GENERIC_PUT_MAP_ASSOC: case GENERIC_PUT_MAP_EXACT: return FACT_MAP;
    case GENERIC_UPDATE_RECORD: return fact_tuple((uint64_t)in->operands[1].value);
    default: return FACT_NONE;
    }
}

/* The `v` operand of an instruction that may collect. */
static uint32_t live_count(const Instruction *in)
{
    const char *letters = generic_op_info[in->op].operands;
    const char *at = strchr(letters, 'v');

    return at ? (uint32_t)in->operands[at - letters].value : MAX_LIVE + 1;
}

/* An instruction that reads, perhaps jumps, perhaps collects, and writes. */
static void do_plain(Verifier *v, const Instruction *in)
{
    const GenericOpInfo *info = &generic_op_info[in->op];
    Fact fact = result_fact(v, in);

    if (in->op == GENERIC_GET_MAP_ELEMENTS)
        lose_result_facts(v, in);      /* some may be written before it fails */
    if (info->flags & OP_GC)
        state_keep_live(&v->now, live_count(in));
    if (info->operands[0] == 'f' && in->operands[0].value != 0)
        branch_failed(v, in, (uint32_t)in->operands[0].value);
    learn(v, in);
    write_results(v, in, fact);
}

static void do_jump(Verifier *v, uint32_t label)
{
    const FunctionIr *f = v->function;
    bool is_here = v->label_function[label] == v->function_index + 1 && v->label_at[label] != AT_INFO;

    if (is_here && must_not_fall_into(v, &f->instructions[v->label_at[label]])) {
        need_complete_frame(v, false);
        insert(v, false, (Instruction){.op = GENERIC_IF_END});
    } else {
        branch(v, label);
    }
}

static void do_select(Verifier *v, const Instruction *in)
{
    branch(v, (uint32_t)in->operands[1].value);
    for (uint32_t i = 4; i < in->operand_count; i += 2)
        branch(v, (uint32_t)in->operands[i].value);
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
        need_arguments(v, 1);
        need_frame(v, false, "return with a stack frame");
        return;
    case GENERIC_SWAP:
        do_swap(v, in);
        return;
    case GENERIC_MAKE_FUN3:
        do_make_fun(v, in);
        return;
    case GENERIC_BUILD_STACKTRACE:
        need_arguments(v, 1);
        lose_x(v, 0, 1);
        return;
    case GENERIC_RAW_RAISE:
        need_arguments(v, 3);
        lose_x(v, 0, 1);
        return;
    case GENERIC_REMOVE_MESSAGE: case GENERIC_TIMEOUT:
        need_complete_frame(v, false);
        return;
    default:
        do_plain(v, in);
    }
}

static void do_instruction(Verifier *v, Instruction *in)
{
    const char *why;

    check_operands(v, in);
    if (v->failed)
        return;
    need_operand_types(v, in);
    if ((generic_op_info[in->op].flags & (OP_GC | OP_CALL)) || may_raise(in, &generic_op_info[in->op])) {
        if (in->op != GENERIC_ALLOCATE && in->op != GENERIC_ALLOCATE_HEAP)
            need_complete_frame(v, false);
    }
    if (calls_exit_bif(v, in)) {
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
        if (why)
            fail(v, why);
        do_plain(v, in);
        if (in->op == GENERIC_BS_MATCH)
            verify_bits_results(in, &v->now);
        return;
    default:
        do_special(v, in);
    }
}

/* --- one function -------------------------------------------------------------------------- */

static void start_function(Verifier *v)
{
    memset(&v->now, 0, sizeof v->now);
    v->now.frame = NO_FRAME;
    lose_x(v, 0, v->function->arity);
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
            arrive(v, in);
        if (!v->is_reached)
            continue;
        in->frame = (uint16_t)(v->now.frame == FRAME_UNKNOWN ? NO_FRAME : v->now.frame);
        do_instruction(v, in);
        if (generic_op_info[in->op].flags & OP_END)
            v->is_reached = false;
    }
    if (v->is_reached)
        fail(v, "control runs off the end of a function");
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
        is_reached = !(generic_op_info[in->op].flags & OP_END) && !calls_exit_bif(v, in);
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
            fail(v, "loops are nested too deeply");
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
        v->label_function[f->info_label] = i + 1;
        v->label_at[f->info_label] = AT_INFO;
        for (uint32_t j = 0; j < f->count; j++) {
            uint32_t label = f->instructions[j].label;

            if (label == 0)
                continue;
            if (v->label_function[label] != 0) {
                fail(v, "label is defined twice");
                return false;
            }
            v->label_function[label] = i + 1;
            v->label_at[label] = j;
        }
    }
    return true;
}

/* Labels in operands become canonical, and must stand somewhere. */
static bool resolve_labels(Verifier *v)
{
    CodeIr *ir = v->ir;

    for (uint32_t i = 0; i < ir->function_count; i++) {
        FunctionIr *f = v->function = &ir->functions[i];

        for (v->at = 0; v->at < f->count; v->at++) {
            Instruction *in = &f->instructions[v->at];

            for (uint32_t k = 0; k < in->operand_count; k++) {
                Operand *o = &in->operands[k];

                if (o->kind != OPERAND_LABEL || o->value == 0)
                    continue;
                o->value = ir->label_alias[o->value];
                if (v->label_function[o->value] == 0) {
                    fail(v, "label that stands nowhere");
                    return false;
                }
            }
        }
    }
    return true;
}

/* `*label` must be the entry of a function of that arity; becomes canonical. */
static bool resolve_entry(Verifier *v, uint32_t *label, uint32_t arity)
{
    Operand target = {.kind = OPERAND_LABEL};

    if (*label < v->ir->label_count)
        target.value = *label = v->ir->label_alias[*label];
    if (target.value == 0)
        fail(v, "export or fun without code");
    else
        need_call_target(v, &target, arity);
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
    is_good = place_labels(v) && resolve_labels(v) && resolve_entries(v);
    for (uint32_t i = 0; is_good && i < ir->function_count; i++)
        is_good = verify_function(v, i);
    mem_free(MEM_CODE, v->states);
    mem_free(MEM_CODE, v->insertions);
    mem_free(MEM_CODE, v);
    return is_good;
}
