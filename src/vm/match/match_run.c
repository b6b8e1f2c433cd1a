/* The machine that runs match programs. */
#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/match/match_program.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/compare.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/print.h"

uint32_t match_trace_control_word;

#define SCRATCH_WORDS 1024

/* What a run builds, and its registers and stack: kept from run to run. Programs do not nest. */
static Word scratch_words[SCRATCH_WORDS];
static Heap scratch;
static Term *registers;
static size_t register_capacity;
static Term *stack_memory;
static size_t stack_capacity;

typedef struct Run {
    MatchProgram *program;
    Process *p;
    Heap *heap;             /* to build on */
    Heap *own;              /* of the process, while functions build on the scratch heap in its place; else null */
    const Term *args;       /* trace */
    size_t arg_count;
    MatchTrace *trace;
    Term *sp;               /* top of the stack, which grows down */
    Term result;
    bool in_body;
} Run;

/* --- head -------------------------------------------------------------------------------------- */

static bool load_arguments(const Run *run, size_t count)
{
    if (run->arg_count != count)
        return false;
    memcpy(registers + 1, run->args, count * sizeof(Term));
    return true;
}

static Term argument_list(const Run *run)
{
    return list_from(run->heap, run->arg_count, run->args, TERM_NIL);
}

static bool load_map_value(const MatchOp *op)
{
    Term value = map_find(registers[op->a], op->term);

    if (value == NO_TERM)
        return false;
    registers[op->b] = value;
    return true;
}

static bool load_cons(const MatchOp *op)
{
    Term t = registers[op->a];

    if (!is_cons(t))
        return false;
    registers[op->b] = list_head(t);
    registers[op->b + 1] = list_tail(t);
    return true;
}

/* --- expressions ------------------------------------------------------------------------------- */

/* What failed yields 'EXIT' in a body and ends the clause in a guard. */
static bool yield_result(Run *run, Term value)
{
    if (UNLIKELY(value == NO_TERM)) {
        if (!run->in_body)
            return false;
        value = A_EXIT_UPPER;
    }
    *--run->sp = value;
    return true;
}

static bool call_function(Run *run, const MatchOp *op)
{
    Term value = op->function(run->p, run->sp);

    if (value == NO_TERM) {
        run->p->outcome = OUTCOME_NONE;
        run->p->exception.reason = TERM_NIL;   /* it may hold parts of the object, which go away */
    }
    run->sp += op->a;
    return yield_result(run, value);
}

static Term take_length(Run *run)
{
    ptrdiff_t length = list_length(*run->sp++);

    return length < 0 ? NO_TERM : small_int(length);
}

/* and, or: every argument must be a boolean. */
static Term combine(Run *run, size_t count, Term strong, Term weak)
{
    Term value = weak;

    for (size_t i = 0; i < count; i++) {
        if (run->sp[i] == strong)
            value = strong;
        else if (run->sp[i] != weak)
            value = NO_TERM;
        if (value == NO_TERM)
            break;
    }
    run->sp += count;
    return value;
}

static void make_tuple(Run *run, size_t count)
{
    Term tuple = tuple_from(run->heap, count, run->sp);

    run->sp += count;
    *--run->sp = tuple;
}

static void join_cons(Run *run, bool tail_on_top)
{
    Term first = *run->sp++;
    Term second = *run->sp;

    *run->sp = tail_on_top ? cons(run->heap, second, first) : cons(run->heap, first, second);
}

static void make_map(Run *run, size_t count)
{
    Term map = map_from_pairs(run->heap, run->sp, count);

    run->sp += 2 * count;
    *--run->sp = map;
}

/* --- trace actions ------------------------------------------------------------------------------ */

static bool is_test(const Run *run) { return run->program->flags & MATCH_TEST; }

static Term set_control_word(Run *run)
{
    uint64_t word;
    uint32_t old = match_trace_control_word;

    if (!integer_to_u64(*run->sp++, &word) || word > UINT32_MAX)
        return NO_TERM;
    if (!is_test(run))
        match_trace_control_word = (uint32_t)word;
    return integer_from_u64(run->heap, old);
}

static Term display(Run *run)
{
    Text text = {0};

    term_print(&text, *run->sp++, PRINT_ALL);
    text_add_byte(&text, '\n');
    fwrite(text.bytes, 1, text.size, stdout);
    fflush(stdout);
    text_free(&text);
    return A_TRUE;
}

/* enable_trace, disable_trace: [Pid,] Flag. Pid is on top. */
static Term change_flag(Run *run, const MatchOp *op)
{
    Term tracee = op->a == 2 ? run->sp[0] : run->p->pid;
    Term flag = run->sp[op->a - 1];
    bool off = op->code == MATCH_DISABLE_TRACE;

    run->sp += op->a;
    if (!run->trace->change_flags)
        return A_FALSE;
    return run->trace->change_flags(run->p, tracee, off ? flag : A_NONE, off ? A_NONE : flag) ? A_TRUE : A_EXIT_UPPER;
}

/* trace: [Pid,] OffList, OnList. */
static Term change_flags(Run *run, const MatchOp *op)
{
    Term tracee = op->a == 3 ? run->sp[0] : run->p->pid;
    const Term *lists = run->sp + op->a - 2;
    Term result = A_FALSE;

    if (run->trace->trace)
        result = run->trace->trace(run->p, tracee, lists[0], lists[1]);
    run->sp += op->a;
    return result == NO_TERM ? A_EXIT_UPPER : result;
}

static Term silence(Run *run)
{
    Term on = *run->sp++;

    if (!is_test(run) && run->trace->silence && (on == A_TRUE || on == A_FALSE))
        run->trace->silence(run->p, on == A_TRUE);
    return A_TRUE;
}

static void swap_heaps(Run *run)
{
    Heap other = run->p->heap;

    if (!run->own)
        return;
    run->p->heap = *run->own;
    *run->own = other;
}

/* The token belongs to the process. */
static Term set_token(Run *run)
{
    Term result;

    if (is_test(run) || !run->trace->set_token) {
        result = seq_trace_info(run->p, run->heap, run->sp[0]);
    } else {
        swap_heaps(run);
        result = run->trace->set_token(run->p, run->sp[0], run->sp[1]);
        swap_heaps(run);
    }
    run->sp += 2;
    return result == NO_TERM ? A_EXIT_UPPER : result;
}

static Term act(Run *run, const MatchOp *op)
{
    MatchTrace *trace = run->trace;

    switch (op->code) {
    case MATCH_RETURN_TRACE:
        trace->return_trace = true;
        return A_TRUE;
    case MATCH_EXCEPTION_TRACE:
        trace->exception_trace = true;
        return A_TRUE;
    case MATCH_DISPLAY:
        return display(run);
    case MATCH_PROCESS_DUMP:
        return trace->dump ? trace->dump(run->p, run->heap) : A_FALSE;
    case MATCH_IS_SEQ_TRACE:
        return atom_bool(run->p->seq_trace_token != TERM_NIL);
    case MATCH_GET_SEQ_TOKEN:
        return run->p->seq_trace_token;
    case MATCH_SET_SEQ_TOKEN:
        return set_token(run);
    case MATCH_ENABLE_TRACE:
    case MATCH_DISABLE_TRACE:
        return change_flag(run, op);
    case MATCH_TRACE_FLAGS:
        return change_flags(run, op);
    case MATCH_CALLER:
    case MATCH_CALLER_LINE:
        return trace->caller ? trace->caller(run->p, run->heap, op->code == MATCH_CALLER_LINE) : A_UNDEFINED;
    case MATCH_SILENT:
        return silence(run);
    case MATCH_GET_TCW:
        return integer_from_u64(run->heap, match_trace_control_word);
    default:
        assert(op->code == MATCH_SET_TCW);
        return set_control_word(run);
    }
}

/* --- the loop ----------------------------------------------------------------------------------- */

static bool run_head_op(Run *run, const MatchOp *op)
{
    Term t = registers[op->a];

    switch (op->code) {
    case MATCH_IS_TUPLE:
        return is_boxed(t) && boxed_header(t) == op->b;
    case MATCH_ELEMENT:
        registers[op->target] = tuple_element(t, op->b);
        return true;
    case MATCH_ELEMENT_IS:
        return tuple_element(t, op->b) == op->term;
    case MATCH_IS_CONS:
        return load_cons(op);
    case MATCH_IS:
        return t == op->term;
    case MATCH_IS_EQUAL:
        return term_exact_equal(t, op->term);
    case MATCH_SAME:
        return term_exact_equal(t, registers[op->b]);
    case MATCH_IS_MAP:
        return is_map(t) && map_size(t) >= op->index;
    case MATCH_MAP_VALUE:
        return load_map_value(op);
    case MATCH_ARGS:
        return load_arguments(run, op->a);
    default:
        assert(op->code == MATCH_ARGS_LIST);
        registers[op->a] = argument_list(run);
        return true;
    }
}

/* andalso, orelse: true if the jump is to be taken. *failed: the top is no boolean, in a guard. */
static bool leave_branch(Run *run, Term stay, Term leave, bool *failed)
{
    if (*run->sp == stay) {
        run->sp++;
        return false;
    }
    if (*run->sp != leave) {
        *failed = !run->in_body;
        *run->sp = A_EXIT_UPPER;
    }
    return true;
}

/* One op of an expression; false: the clause failed. */
static bool run_expression_op(Run *run, const MatchOp *op)
{
    switch (op->code) {
    case MATCH_PUSH:
        *--run->sp = op->term;
        return true;
    case MATCH_PUSH_REGISTER:
        *--run->sp = registers[op->a];
        return true;
    case MATCH_PUSH_ARGS:
        *--run->sp = argument_list(run);
        return true;
    case MATCH_CONS:
        join_cons(run, op->a == 1);
        return true;
    case MATCH_MAKE_TUPLE:
        make_tuple(run, op->a);
        return true;
    case MATCH_MAKE_MAP:
        make_map(run, op->a);
        return true;
    case MATCH_CALL:
        return call_function(run, op);
    case MATCH_LENGTH:
        return yield_result(run, take_length(run));
    case MATCH_AND:
        return yield_result(run, combine(run, op->a, A_FALSE, A_TRUE));
    case MATCH_OR:
        return yield_result(run, combine(run, op->a, A_TRUE, A_FALSE));
    case MATCH_GUARD:
        return *run->sp++ == A_TRUE;
    case MATCH_DROP:
        run->sp++;
        return true;
    case MATCH_BODY:
        run->in_body = true;
        return true;
    case MATCH_VALUE:
        run->result = *run->sp++;
        return true;
    case MATCH_SELF:
        *--run->sp = run->p->pid;
        return true;
    default:
        return yield_result(run, act(run, op));
    }
}

static bool run_clause(Run *run, const MatchOp *ops, size_t at)
{
    bool failed = false;

    for (;; at++) {
        const MatchOp *op = &ops[at];

        if (op->code == MATCH_HALT)
            return true;
        if (op->code == MATCH_AND_ALSO || op->code == MATCH_OR_ELSE) {
            Term stay = op->code == MATCH_AND_ALSO ? A_TRUE : A_FALSE;
            if (leave_branch(run, stay, stay == A_TRUE ? A_FALSE : A_TRUE, &failed))
                at = op->target - 1;
            if (failed)
                return false;
        } else if (op->code <= MATCH_MAP_VALUE) {
            if (!run_head_op(run, op))
                return false;
        } else if (!run_expression_op(run, op)) {
            return false;
        }
    }
}

static void reset_scratch(void)
{
    if (scratch.fragments || scratch.off_heap)
        heap_clear(&scratch);
    scratch.start = scratch.top = scratch_words;
    scratch.limit = scratch_words + SCRATCH_WORDS;
}

static void reserve(const MatchProgram *program)
{
    if (program->register_count > register_capacity) {
        register_capacity = MAX((size_t)64, 2 * program->register_count);
        registers = mem_realloc(MEM_SYSTEM, registers, register_capacity * sizeof(Term));
    }
    if (program->stack_size > stack_capacity) {
        stack_capacity = MAX((size_t)64, 2 * program->stack_size);
        stack_memory = mem_realloc(MEM_SYSTEM, stack_memory, stack_capacity * sizeof(Term));
    }
}

/* Functions build on the process's heap: while they run, that is the scratch heap. */
static bool run_with_calls(Run *run, const MatchClause *clause)
{
    Process *p = run->p;
    Heap own = p->heap;
    bool matched;

    p->heap = scratch;
    run->heap = &p->heap;
    run->own = &own;
    matched = run_clause(run, run->program->ops, clause->start);
    run->own = NULL;
    run->heap = &scratch;
    scratch = p->heap;
    p->heap = own;
    return matched;
}

static Term run_program(Run *run, Term object)
{
    MatchProgram *program = run->program;

    reserve(program);
    reset_scratch();
    registers[0] = object;
    for (size_t i = 0; i < program->clause_count; i++) {
        const MatchClause *clause = &program->clauses[i];

        run->heap = &scratch;
        run->sp = stack_memory + stack_capacity;
        run->result = A_TRUE;
        run->in_body = false;
        if (clause->calls ? run_with_calls(run, clause) : run_clause(run, program->ops, clause->start))
            return run->result;
    }
    return NO_TERM;
}

Term match_run(MatchProgram *program, Process *p, Term object)
{
    Run run = {.program = program, .p = p};

    return run_program(&run, object);
}

Term match_run_trace(MatchProgram *program, Process *p, const Term *args, size_t count, MatchTrace *trace)
{
    Run run = {.program = program, .p = p, .args = args, .arg_count = count, .trace = trace};

    trace->return_trace = trace->exception_trace = false;
    return run_program(&run, TERM_NIL);
}
