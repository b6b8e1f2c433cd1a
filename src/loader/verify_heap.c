#include "loader/verify_heap.h"

#include "vm/code/lambda.h"
#include "vm/term/atom.h"

#define MAX_NEED_WORDS ((int64_t)1 << 20)
#define CONS_WORDS 2

void heap_forget(State *state)
{
    state->room = 0;
    state->has_builder = false;
    state->fresh[0] = state->fresh[1] = 0;
}

/* --- what leaves the heap alone ---------------------------------------------------------------- */

/* Guard functions that build nothing and are used without a live operand. */
static bool is_quiet_bif(const ImportIr *import)
{
    static const Term names[] = {A_ELEMENT, A_HD, A_TL, A_TUPLE_SIZE, A_NOT, A_AND, A_OR, A_XOR, A_IS_MAP_KEY, A_SELF, A_NODE, A_GET,
                                 A_EXACT_EQUAL, A_EXACT_NOT_EQUAL, A_EQUAL, A_NOT_EQUAL, A_LESS, A_GREATER, A_LESS_EQUAL,
                                 A_GREATER_EQUAL, A_MAP_GET};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (import->function == names[i])
            return import->module == A_ERLANG;
    return false;
}

static bool is_bif(const Instruction *in)
{
    return in->op == GENERIC_BIF0 || in->op == GENERIC_BIF1 || in->op == GENERIC_BIF2;
}

static bool is_quiet(const Verifier *v, const Instruction *in)
{
    switch (in->op) {
    case GENERIC_BIF0:
        return is_quiet_bif(&v->ir->imports[in->operands[0].value]);
    case GENERIC_BIF1: case GENERIC_BIF2:
        return is_quiet_bif(&v->ir->imports[in->operands[1].value]);
    case GENERIC_DEALLOCATE: case GENERIC_TRIM: case GENERIC_INIT_YREGS: case GENERIC_MOVE: case GENERIC_SWAP:
    case GENERIC_IS_LT: case GENERIC_IS_GE: case GENERIC_IS_EQ: case GENERIC_IS_NE: case GENERIC_IS_EQ_EXACT:
    case GENERIC_IS_NE_EXACT: case GENERIC_IS_INTEGER: case GENERIC_IS_FLOAT: case GENERIC_IS_NUMBER: case GENERIC_IS_ATOM:
    case GENERIC_IS_PID: case GENERIC_IS_REFERENCE: case GENERIC_IS_PORT: case GENERIC_IS_NIL: case GENERIC_IS_BINARY:
    case GENERIC_IS_LIST: case GENERIC_IS_NONEMPTY_LIST: case GENERIC_IS_TUPLE: case GENERIC_IS_FUNCTION:
    case GENERIC_IS_FUNCTION2: case GENERIC_IS_BOOLEAN: case GENERIC_IS_BITSTR: case GENERIC_IS_MAP:
    case GENERIC_IS_TAGGED_TUPLE: case GENERIC_TEST_ARITY: case GENERIC_SELECT_VAL: case GENERIC_SELECT_TUPLE_ARITY:
    case GENERIC_JUMP: case GENERIC_CATCH: case GENERIC_TRY: case GENERIC_TRY_END: case GENERIC_GET_LIST:
    case GENERIC_GET_HD: case GENERIC_GET_TL: case GENERIC_GET_TUPLE_ELEMENT: case GENERIC_SET_TUPLE_ELEMENT:
    case GENERIC_PUT_LIST: case GENERIC_PUT_TUPLE2: case GENERIC_MAKE_FUN3: case GENERIC_UPDATE_RECORD:
    case GENERIC_HAS_MAP_FIELDS: case GENERIC_GET_MAP_ELEMENTS: case GENERIC_FMOVE: case GENERIC_FCONV:
    case GENERIC_FADD: case GENERIC_FSUB: case GENERIC_FMUL: case GENERIC_FDIV: case GENERIC_FNEGATE:
    case GENERIC_BS_PUT_INTEGER: case GENERIC_BS_PUT_BINARY: case GENERIC_BS_PUT_FLOAT: case GENERIC_BS_PUT_STRING:
    case GENERIC_BS_PUT_UTF8: case GENERIC_BS_PUT_UTF16: case GENERIC_BS_PUT_UTF32: case GENERIC_BS_UTF8_SIZE:
    case GENERIC_BS_UTF16_SIZE: case GENERIC_BS_TEST_UNIT: case GENERIC_BS_TEST_TAIL2: case GENERIC_BS_SKIP_BITS2:
    case GENERIC_BS_MATCH_STRING: case GENERIC_BS_SET_POSITION: case GENERIC_BS_GET_UTF8: case GENERIC_BS_GET_UTF16:
    case GENERIC_BS_GET_UTF32: case GENERIC_BS_SKIP_UTF8: case GENERIC_BS_SKIP_UTF16: case GENERIC_BS_SKIP_UTF32:
        return true;
    default:
        return false;
    }
}

/* --- room ------------------------------------------------------------------------------------------ */

static int64_t words_built(const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_PUT_LIST: return CONS_WORDS;
    case GENERIC_PUT_TUPLE2: return o[1].value + 1;
    case GENERIC_MAKE_FUN3: return FUN_WORDS + o[2].value;
    case GENERIC_UPDATE_RECORD: return MIN(o[1].value, INT32_MAX) + 1;
    case GENERIC_FMOVE: return o[0].kind == OPERAND_FR ? FLOAT_WORDS : 0;
    default: return 0;
    }
}

/* x0 up to the last register in use: those between that hold nothing get []. */
static uint32_t fill_registers(Verifier *v)
{
    uint32_t live = v->now.words * 64;

    while (live > 0 && !set_has(&v->now, SET_X, live - 1))
        live--;
    for (uint32_t i = 0; i < live; i++) {
        Operand *operands;

        if (set_has(&v->now, SET_X, i))
            continue;
        operands = arena_array(&v->ir->arena, Operand, 2);
        operands[0] = (Operand){.kind = OPERAND_TERM, .term = TERM_NIL};
        operands[1] = (Operand){.kind = OPERAND_X, .value = i};
        flow_insert(v, false, (Instruction){.op = GENERIC_MOVE, .operand_count = 2, .operands = operands});
        flow_write(v, &operands[1], FACT_LIST);
    }
    return live;
}

static void make_room(Verifier *v, int64_t words)
{
    Operand *operands;
    uint32_t live;

    if (words > MAX_NEED_WORDS) {
        flow_fail(v, "too many words");
        return;
    }
    flow_complete_frame(v, false);
    live = fill_registers(v);
    operands = arena_array(&v->ir->arena, Operand, 2);
    operands[0] = (Operand){.kind = OPERAND_NUMBER, .value = words};
    operands[1] = (Operand){.kind = OPERAND_NUMBER, .value = live};
    flow_insert(v, false, (Instruction){.op = GENERIC_TEST_HEAP, .operand_count = 2, .operands = operands});
    heap_forget(&v->now);
    v->now.room = (uint32_t)words;
}

/* --- instructions ------------------------------------------------------------------------------------ */

void heap_need(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;
    int64_t words = words_built(in);

    if (words > v->now.room)
        make_room(v, words);
    v->now.room -= (uint32_t)MIN(words, v->now.room);
    switch (in->op) {
    case GENERIC_BS_PUT_INTEGER: case GENERIC_BS_PUT_BINARY: case GENERIC_BS_PUT_FLOAT: case GENERIC_BS_PUT_STRING:
    case GENERIC_BS_PUT_UTF8: case GENERIC_BS_PUT_UTF16: case GENERIC_BS_PUT_UTF32:
        if (!v->now.has_builder)
            flow_fail(v, "no bitstring is begun");
        return;
    case GENERIC_SET_TUPLE_ELEMENT:
        if (!state_is_fresh(&v->now, &o[1]))
            flow_fail(v, "change of a tuple that is not new");
        return;
    default:
        /* What fails may have built a reason already, though nobody looks at it. */
        if (!is_quiet(v, in) || (is_bif(in) && generic_op_info[in->op].operands[0] == 'f'))
            v->now.room = 0;
        if (!is_quiet(v, in))
            heap_forget(&v->now);
    }
}

void heap_apply(Verifier *v, const Instruction *in)
{
    switch (in->op) {
    case GENERIC_TEST_HEAP:
        v->now.room = (uint32_t)in->operands[0].value;
        return;
    case GENERIC_ALLOCATE_HEAP:
        v->now.room = (uint32_t)in->operands[1].value;
        return;
    case GENERIC_BS_INIT2: case GENERIC_BS_INIT_BITS: case GENERIC_BS_APPEND: case GENERIC_BS_PRIVATE_APPEND:
        v->now.has_builder = true;
        return;
    default:
        return;
    }
}
