/* The verifier has seen that x registers die where a receive goes on to its next message, and that control goes
 * backwards there only. So what is read between loop_rec and loop_rec_end comes from the message, unless it lies in a
 * y register; and one pass finds all instructions on the way. */
#include "loader/closed_receive.h"

#include "vm/term/atom.h"

/* More are not worth the time. */
#define MAX_LABELS 64
/* They are operands of 31 bits. */
#define NUMBER_LIMIT INT32_MAX

/* Labels further on to which control may go. */
typedef struct Expected {
    uint32_t labels[MAX_LABELS];
    unsigned count;
} Expected;

static bool expect(Expected *expected, uint32_t label)
{
    if (label == 0 || expected->count == MAX_LABELS)
        return false;
    for (unsigned i = 0; i < expected->count; i++)
        if (expected->labels[i] == label)
            return true;
    expected->labels[expected->count++] = label;
    return true;
}

static bool arrive(Expected *expected, uint32_t label)
{
    for (unsigned i = 0; label != 0 && i < expected->count; i++)
        if (expected->labels[i] == label) {
            expected->labels[i] = expected->labels[--expected->count];
            return true;
        }
    return false;
}

/* Its labels are expected. No other operand may come from outside. */
static bool expect_labels(Expected *expected, const Instruction *in)
{
    for (uint32_t i = 0; i < in->operand_count; i++) {
        const Operand *o = &in->operands[i];
        if (o->kind == OPERAND_Y || o->kind == OPERAND_FR)
            return false;
        if (o->kind == OPERAND_LABEL && !expect(expected, (uint32_t)o->value))
            return false;
    }
    return true;
}

static bool is_constant_bif(const ImportIr *import)
{
    return import->module == A_ERLANG && import->function != A_NODE && import->function != A_GET;
}

/* Is what it does the same whenever its operands are? */
static bool is_constant(const CodeIr *ir, const Instruction *in)
{
    const Operand *o = in->operands;

    switch (in->op) {
    case GENERIC_BIF0:
        return is_constant_bif(&ir->imports[o[0].value]);
    case GENERIC_BIF1: case GENERIC_BIF2:
        return is_constant_bif(&ir->imports[o[1].value]);
    case GENERIC_GC_BIF1: case GENERIC_GC_BIF2: case GENERIC_GC_BIF3:
        return is_constant_bif(&ir->imports[o[2].value]);
    case GENERIC_IS_LT: case GENERIC_IS_GE: case GENERIC_IS_EQ: case GENERIC_IS_NE:
    case GENERIC_IS_EQ_EXACT: case GENERIC_IS_NE_EXACT:
    case GENERIC_IS_INTEGER: case GENERIC_IS_FLOAT: case GENERIC_IS_NUMBER: case GENERIC_IS_ATOM:
    case GENERIC_IS_PID: case GENERIC_IS_REFERENCE: case GENERIC_IS_PORT: case GENERIC_IS_NIL:
    case GENERIC_IS_BINARY: case GENERIC_IS_LIST: case GENERIC_IS_NONEMPTY_LIST: case GENERIC_IS_TUPLE:
    case GENERIC_IS_FUNCTION: case GENERIC_IS_FUNCTION2: case GENERIC_IS_BOOLEAN: case GENERIC_IS_BITSTR:
    case GENERIC_IS_MAP: case GENERIC_IS_TAGGED_TUPLE: case GENERIC_TEST_ARITY:
    case GENERIC_SELECT_VAL: case GENERIC_SELECT_TUPLE_ARITY: case GENERIC_JUMP:
    case GENERIC_MOVE: case GENERIC_SWAP: case GENERIC_TEST_HEAP:
    case GENERIC_GET_LIST: case GENERIC_GET_HD: case GENERIC_GET_TL: case GENERIC_GET_TUPLE_ELEMENT:
    case GENERIC_HAS_MAP_FIELDS: case GENERIC_GET_MAP_ELEMENTS:
    case GENERIC_BS_START_MATCH3: case GENERIC_BS_START_MATCH4: case GENERIC_BS_MATCH:
        return true;
    default:
        return (generic_op_info[in->op].flags & OP_CONTEXT) != 0;
    }
}

bool closed_receive_is(const CodeIr *ir, const FunctionIr *function, uint32_t at)
{
    uint32_t again = function->instructions[at].label;
    Expected expected = {.count = 0};
    bool is_reached = true, looks_on = false;

    for (uint32_t n = at + 1; n < function->count && (is_reached || expected.count > 0); n++) {
        const Instruction *in = &function->instructions[n];
        is_reached |= arrive(&expected, in->label);
        if (!is_reached)
            continue;
        if (in->op == GENERIC_LOOP_REC_END) {
            if ((uint32_t)in->operands[0].value != again)
                return false;
            looks_on = true;
            is_reached = false;
        } else if (in->op == GENERIC_REMOVE_MESSAGE) {
            is_reached = false;
        } else if (!is_constant(ir, in) || !expect_labels(&expected, in)) {
            return false;
        } else {
            is_reached = !(generic_op_info[in->op].flags & OP_END);
        }
    }
    return looks_on && !is_reached && expected.count == 0;
}

uint32_t closed_receive_number(void)
{
    static uint32_t last;

    return last < NUMBER_LIMIT ? ++last : 0;
}
