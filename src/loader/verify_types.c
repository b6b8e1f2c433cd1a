#include "loader/verify_types.h"

#include "vm/term/atom.h"

#define MAX_LOOK_AHEAD 16

static Fact literal_fact(Term t)
{
    if (is_tuple(t))
        return fact_tuple(tuple_size(t));
    return is_cons(t) ? FACT_CONS : is_map(t) ? FACT_MAP : is_nil(t) ? FACT_LIST : FACT_NONE;
}

Fact types_of(const Verifier *v, const Operand *o)
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
    static const uint16_t checks[] = {
        [FACT_CONS] = GENERIC_CHECK_CONS, [FACT_MAP] = GENERIC_CHECK_MAP, [FACT_CONTEXT] = GENERIC_CHECK_CONTEXT
    };
    Operand *operands;

    if (wanted == FACT_TUPLE)
        wanted = fact_tuple((uint64_t)size);
    if (fact_is_enough(types_of(v, o), wanted) && (wanted < FACT_TUPLE || size < FACT_TUPLE_MAX))
        return;
    if (o->kind == OPERAND_TERM) {
        if (wanted < FACT_TUPLE || !is_tuple(o->term) || (int64_t)tuple_size(o->term) < size)
            flow_fail(v, "constant of the wrong type");
        return;
    }
    if (size > TUPLE_MAX_SIZE) {
        flow_fail(v, "no tuple is that large");
        return;
    }
    flow_complete_frame(v, false);
    operands = arena_array(&v->ir->arena, Operand, 2);
    operands[0] = *o;
    operands[1] = (Operand){.kind = OPERAND_NUMBER, .value = size};
    if (wanted >= FACT_TUPLE)
        flow_insert(v, false, (Instruction){.op = GENERIC_CHECK_TUPLE, .operand_count = 2, .operands = operands});
    else
        flow_insert(v, false, (Instruction){.op = checks[wanted], .operand_count = 1, .operands = operands});
    state_set_fact(&v->now, o, wanted);
}

static bool is_same_register(const Operand *a, const Operand *b) { return a->kind == b->kind && a->value == b->value; }

/* The elements of one tuple are mostly taken one after the other: one check does for all. */
static int64_t elements_taken(const Verifier *v, const Instruction *in)
{
    const Instruction *end = in + MIN(MAX_LOOK_AHEAD, v->function->count - v->at);
    const Operand *tuple = &in->operands[0];
    int64_t most = 0;

    for (const Instruction *at = in; at < end && at->op == GENERIC_GET_TUPLE_ELEMENT; at++) {
        if (!is_same_register(&at->operands[0], tuple) || (at > in && at->label != 0))
            break;
        most = MAX(most, at->operands[1].value + 1);
        if (is_same_register(&at->operands[2], tuple))
            break;
    }
    return most;
}

void types_need(Verifier *v, const Instruction *in)
{
    const Operand *o = in->operands;

    if (UNLIKELY(generic_op_info[in->op].flags & OP_CONTEXT)) {
        need_type(v, &o[generic_op_info[in->op].operands[0] == 'f'], FACT_CONTEXT, 0);
        return;
    }
    switch (in->op) {
    case GENERIC_TEST_ARITY:
        need_type(v, &o[1], FACT_TUPLE, 0);
        return;
    case GENERIC_SELECT_TUPLE_ARITY:
        need_type(v, &o[0], FACT_TUPLE, 0);
        return;
    case GENERIC_GET_TUPLE_ELEMENT:
        need_type(v, &o[0], FACT_TUPLE, elements_taken(v, in));
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
void types_learn(Verifier *v, const Instruction *in)
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
        have = types_of(v, &o[2]);
        if (have != FACT_NONE)
            state_set_fact(&v->now, &o[1], have);
        return;
    default:
        return;
    }
}

Fact types_of_result(const Verifier *v, const Instruction *in)
{
    switch (in->op) {
    case GENERIC_MOVE: return types_of(v, &in->operands[0]);
    case GENERIC_PUT_LIST: return FACT_CONS;
    case GENERIC_PUT_TUPLE2: return fact_tuple((uint64_t)in->operands[1].value);
    case GENERIC_PUT_MAP_ASSOC: case GENERIC_PUT_MAP_EXACT: return FACT_MAP;
    case GENERIC_BS_START_MATCH3: case GENERIC_BS_START_MATCH4: return FACT_CONTEXT;
    case GENERIC_UPDATE_RECORD: return fact_tuple((uint64_t)in->operands[1].value);
    default: return FACT_NONE;
    }
}

/* The compiler sets several elements of a record by setelement/3, for the last of them, and instructions
 * that write into its result. The position comes into x0 just before the call. */
Fact types_of_call(const Verifier *v, const Instruction *in)
{
    const ImportIr *import;
    const Operand *o;

    if (in->op != GENERIC_CALL_EXT || v->at == 0 || in->label != 0 || in[-1].op != GENERIC_MOVE)
        return FACT_NONE;
    import = &v->ir->imports[in->operands[1].value];
    o = in[-1].operands;
    if (import->module != A_ERLANG || import->function != A_SETELEMENT || import->arity != 3 ||
        o[0].kind != OPERAND_TERM || !is_small(o[0].term) || o[1].kind != OPERAND_X || o[1].value != 0 ||
        small_value(o[0].term) < 1)
        return FACT_NONE;
    return fact_tuple((uint64_t)small_value(o[0].term));
}
