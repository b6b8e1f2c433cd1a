/* Guards and bodies: from terms to ops of the stack machine, with an explicit stack of what is to be done. */
#include "vm/base/mem.h"
#include "vm/match/match_program.h"
#include "vm/term/map.h"

typedef enum WorkKind {
    WORK_EXPRESSION,       /* compile `term` */
    WORK_TAIL,             /* the same, of a list that is known not to be constant */
    WORK_EMIT,             /* emit `op`, which changes the depth of the stack by `change` */
    WORK_BRANCH,           /* the same; the op jumps to the end of branch `branch` */
    WORK_JOIN              /* end of `branch` */
} WorkKind;

typedef struct Work {
    WorkKind kind;
    Term term;
    MatchOp op;
    ptrdiff_t change;
    size_t branch;         /* the work item of the join, counted from 1: place of the last jump is kept in `jumps` */
} Work;

typedef struct WorkStack {
    Work *items;
    size_t count, capacity;
    size_t *jumps;         /* last jump of each branch; they are chained through `target` */
    size_t jump_count, jump_capacity;
} WorkStack;

#define NO_JUMP SIZE_MAX

static void push_work(WorkStack *stack, Work work)
{
    if (stack->count == stack->capacity) {
        stack->capacity = MAX((size_t)32, 2 * stack->capacity);
        stack->items = mem_realloc(MEM_SYSTEM, stack->items, stack->capacity * sizeof(Work));
    }
    stack->items[stack->count++] = work;
}

static void push_expression(WorkStack *stack, Term t)
{
    push_work(stack, (Work){.kind = WORK_EXPRESSION, .term = t});
}

static void push_emit(WorkStack *stack, MatchOp op, ptrdiff_t change)
{
    push_work(stack, (Work){.kind = WORK_EMIT, .op = op, .change = change});
}

static size_t new_branch(WorkStack *stack)
{
    if (stack->jump_count == stack->jump_capacity) {
        stack->jump_capacity = MAX((size_t)8, 2 * stack->jump_capacity);
        stack->jumps = mem_realloc(MEM_SYSTEM, stack->jumps, stack->jump_capacity * sizeof(size_t));
    }
    stack->jumps[stack->jump_count] = NO_JUMP;
    return stack->jump_count++;
}

static void emit(MatchCompiler *c, MatchOp op, ptrdiff_t change)
{
    match_emit(c, op);
    c->depth = (size_t)((ptrdiff_t)c->depth + change);
    c->program->stack_size = MAX(c->program->stack_size, c->depth);
}

static void emit_constant(MatchCompiler *c, Term t)
{
    emit(c, (MatchOp){.code = MATCH_PUSH, .term = match_constant(c, t)}, 1);
}

static bool stands_for_itself(Term t)
{
    return !is_tuple(t) && !is_map(t) && t != A_DOLLAR_UNDERSCORE && t != A_DOLLAR_DOLLAR && match_variable(t) < 0;
}

/* A list of things that are what they are (a nested list is not looked into). */
static bool is_plain_list(Term t)
{
    for (; is_cons(t); t = list_tail(t))
        if (is_cons(list_head(t)) || !stands_for_itself(list_head(t)))
            return false;
    return stands_for_itself(t);
}

/* --- variables ------------------------------------------------------------------------------- */

static void compile_variable(MatchCompiler *c, Term t)
{
    const MatchVariable *variable = match_variable_find(c, match_variable(t));

    if (!variable)
        match_error(c, "Variable $%u is unbound.", NO_TERM, NULL, (uint64_t)match_variable(t));
    else
        emit(c, (MatchOp){.code = MATCH_PUSH_REGISTER, .a = (uint32_t)variable->reg}, 1);
}

/* '$$': all that is bound, by number. */
static void compile_bindings(MatchCompiler *c)
{
    int64_t below = INT64_MAX;

    emit(c, (MatchOp){.code = MATCH_PUSH, .term = TERM_NIL}, 1);
    for (size_t i = 0; i < c->variable_count; i++) {
        const MatchVariable *next = NULL;

        for (size_t k = 0; k < c->variable_count; k++)
            if (c->variables[k].number < below && (!next || c->variables[k].number > next->number))
                next = &c->variables[k];
        below = next->number;
        emit(c, (MatchOp){.code = MATCH_PUSH_REGISTER, .a = (uint32_t)next->reg}, 1);
        emit(c, (MatchOp){.code = MATCH_CONS}, -1);
    }
}

/* --- compound -------------------------------------------------------------------------------- */

static void compile_list(MatchCompiler *c, WorkStack *stack, Term t, bool may_be_constant)
{
    if (may_be_constant && is_plain_list(t)) {
        emit_constant(c, t);
        return;
    }
    push_emit(stack, (MatchOp){.code = MATCH_CONS, .a = 1}, -1);
    push_work(stack, (Work){.kind = is_cons(list_tail(t)) ? WORK_TAIL : WORK_EXPRESSION, .term = list_tail(t)});
    push_expression(stack, list_head(t));
}

static void compile_construction(WorkStack *stack, Term tuple)
{
    size_t size = tuple_size(tuple);

    push_emit(stack, (MatchOp){.code = MATCH_MAKE_TUPLE, .a = (uint32_t)size}, 1 - (ptrdiff_t)size);
    for (size_t i = 1; i <= size; i++)
        push_expression(stack, tuple_element(tuple, i));
}

static void compile_map(WorkStack *stack, Term map)
{
    MapIterator it;
    Term key, value;
    size_t size = map_size(map);

    push_emit(stack, (MatchOp){.code = MATCH_MAKE_MAP, .a = (uint32_t)size}, 1 - 2 * (ptrdiff_t)size);
    map_iterate(&it, map);
    while (map_next(&it, &key, &value)) {
        push_expression(stack, key);
        push_expression(stack, value);
    }
}

/* --- functions ------------------------------------------------------------------------------- */

typedef enum FormStyle { FORM_NO_ARGUMENTS, FORM_FIXED } FormStyle;

typedef struct SpecialForm {
    Term name;
    uint32_t code;
    uint32_t least, most;          /* arguments */
    unsigned flags;                /* of MATCH_TRACE ... that must be set */
    bool in_guard;
    FormStyle style;               /* what is said when the number of arguments is wrong */
    const char *shown;             /* how errors name it */
} SpecialForm;

#define ACTION (MATCH_TRACE | MATCH_TRACE_ACTIONS)
static const SpecialForm forms[] = {
    {A_SELF, MATCH_SELF, 0, 0, 0, true, FORM_NO_ARGUMENTS, "self"},
    {A_MESSAGE, MATCH_VALUE, 1, 1, MATCH_TRACE, false, FORM_FIXED, "message"},
    {A_RETURN_TRACE, MATCH_RETURN_TRACE, 0, 0, MATCH_TRACE, false, FORM_NO_ARGUMENTS, "return_trace"},
    {A_EXCEPTION_TRACE, MATCH_EXCEPTION_TRACE, 0, 0, MATCH_TRACE, false, FORM_NO_ARGUMENTS, "exception_trace"},
    {A_DISPLAY, MATCH_DISPLAY, 1, 1, MATCH_TRACE, false, FORM_FIXED, "display"},
    {A_IS_SEQ_TRACE, MATCH_IS_SEQ_TRACE, 0, 0, ACTION, true, FORM_NO_ARGUMENTS, "is_seq_trace"},
    {A_SET_SEQ_TOKEN, MATCH_SET_SEQ_TOKEN, 2, 2, ACTION, false, FORM_FIXED, "set_seq_trace"},
    {A_GET_SEQ_TOKEN, MATCH_GET_SEQ_TOKEN, 0, 0, ACTION, false, FORM_NO_ARGUMENTS, "get_seq_token"},
    {A_PROCESS_DUMP, MATCH_PROCESS_DUMP, 0, 0, ACTION, false, FORM_NO_ARGUMENTS, "process_dump"},
    {A_ENABLE_TRACE, MATCH_ENABLE_TRACE, 1, 2, ACTION, false, FORM_FIXED, "enable_trace"},
    {A_DISABLE_TRACE, MATCH_DISABLE_TRACE, 1, 2, ACTION, false, FORM_FIXED, "disable_trace"},
    {A_TRACE, MATCH_TRACE_FLAGS, 2, 3, ACTION, false, FORM_FIXED, "trace"},
    {A_CALLER, MATCH_CALLER, 0, 0, ACTION | MATCH_CALL_EVENT, false, FORM_NO_ARGUMENTS, "caller"},
    {A_CALLER_LINE, MATCH_CALLER_LINE, 0, 0, ACTION | MATCH_CALL_EVENT, false, FORM_NO_ARGUMENTS, "caller_line"},
    {A_SILENT, MATCH_SILENT, 1, 1, ACTION, false, FORM_FIXED, "silent"},
};

static const SpecialForm *find_form(Term name)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (forms[i].name == name)
            return &forms[i];
    return NULL;
}

static bool form_is_allowed(MatchCompiler *c, const SpecialForm *form, Term t)
{
    size_t count = tuple_size(t) - 1;
    unsigned flags = c->program->flags;

    if ((form->flags & MATCH_TRACE) && !(flags & MATCH_TRACE))
        match_error(c, "Special form '%s' used in wrong dialect.", t, form->shown, 0);
    else if ((flags & form->flags) != form->flags)
        match_error(c, "Special form '%s' not allow for this trace event.", t, form->shown, 0);
    else if (c->in_guard && !form->in_guard)
        match_error(c, "Special form '%s' called in guard context.", t, form->shown, 0);
    else if (count >= form->least && count <= form->most)
        return true;
    else if (form->style == FORM_NO_ARGUMENTS)
        match_error(c, "Special form '%s' called with arguments in %T.", t, form->shown, 0);
    else
        match_error(c, "Special form '%s' called with wrong number of arguments in %T.", t,
                    form->name == A_SET_SEQ_TOKEN ? "set_seq_token" : form->shown, 0);
    return false;
}

/* The arguments come last first, so that the first ends up on top. */
static void push_arguments(WorkStack *stack, Term t)
{
    for (size_t i = 2; i <= tuple_size(t); i++)
        push_expression(stack, tuple_element(t, i));
}

static void compile_form(MatchCompiler *c, WorkStack *stack, const SpecialForm *form, Term t)
{
    size_t count = tuple_size(t) - 1;

    if (!form_is_allowed(c, form, t))
        return;
    if (form->code == MATCH_VALUE) {
        push_emit(stack, (MatchOp){.code = MATCH_PUSH, .term = A_TRUE}, 1);
        push_emit(stack, (MatchOp){.code = MATCH_VALUE}, -1);
    } else {
        push_emit(stack, (MatchOp){.code = form->code, .a = (uint32_t)count}, 1 - (ptrdiff_t)count);
    }
    push_arguments(stack, t);
}

/* {andalso, A, B ...}, {orelse, ...}: all but the last are tested. */
static void compile_short_circuit(WorkStack *stack, uint32_t code, Term t)
{
    size_t branch = new_branch(stack);

    push_work(stack, (Work){.kind = WORK_JOIN, .branch = branch});
    for (size_t i = tuple_size(t); i > 1; i--) {
        if (i < tuple_size(t))
            push_work(stack, (Work){.kind = WORK_BRANCH, .op = {.code = code}, .change = -1, .branch = branch});
        push_expression(stack, tuple_element(t, i));
    }
}

static void compile_logic(MatchCompiler *c, WorkStack *stack, Term t)
{
    Term name = tuple_element(t, 1);
    size_t count = tuple_size(t) - 1;

    if (count < 1) {
        match_error(c, "Special form '%s' called without arguments in %T.", t,
                    name == A_AND ? "and" : name == A_OR ? "or" : name == A_ORELSE ? "orelse" : "andalso", 0);
    } else if (name == A_AND || name == A_OR) {
        push_emit(stack, (MatchOp){.code = name == A_AND ? MATCH_AND : MATCH_OR, .a = (uint32_t)count}, 1 - (ptrdiff_t)count);
        push_arguments(stack, t);
    } else {
        compile_short_circuit(stack, name == A_ORELSE ? MATCH_OR_ELSE : MATCH_AND_ALSO, t);
    }
}

static void compile_call(MatchCompiler *c, WorkStack *stack, Term t)
{
    size_t count = tuple_size(t) - 1;
    const MatchFunction *function = match_function_find(tuple_element(t, 1), count);
    uint32_t context = c->program->flags & MATCH_TRACE ? MATCH_IN_TRACE_BODY : MATCH_IN_TABLE_BODY;

    if (!function) {
        match_error(c, "Function %T/%u does_not_exist.", tuple_element(t, 1), NULL, count);
        return;
    }
    if (!(function->contexts & (c->in_guard ? context << 1 : context))) {
        match_error(c, "Function %T/%u cannot be called in this context.", tuple_element(t, 1), NULL, count);
        return;
    }
    if (function->code == MATCH_CALL)
        c->program->clauses[c->program->clause_count].calls = true;
    push_emit(stack, (MatchOp){.code = function->code, .a = (uint32_t)count, .function = function->function}, 1 - (ptrdiff_t)count);
    push_arguments(stack, t);
}

static void compile_tuple(MatchCompiler *c, WorkStack *stack, Term t)
{
    Term first = tuple_size(t) > 0 ? tuple_element(t, 1) : NO_TERM;

    if (tuple_size(t) == 1 && is_tuple(first)) {
        compile_construction(stack, first);
    } else if (!is_atom(first) || match_variable(first) >= 0) {
        match_error(c, "%T is neither a function call, nor a tuple (tuples are written {{ ... }}).", t, NULL, 0);
    } else if (first == A_CONST) {
        if (tuple_size(t) == 2)
            emit_constant(c, tuple_element(t, 2));
        else
            match_error(c, "Special form 'const' called with more than one argument in %T.", t, NULL, 0);
    } else if (first == A_AND || first == A_OR || first == A_ANDALSO || first == A_ANDTHEN || first == A_ORELSE) {
        compile_logic(c, stack, t);
    } else if (find_form(first)) {
        compile_form(c, stack, find_form(first), t);
    } else {
        compile_call(c, stack, t);
    }
}

/* --- all ------------------------------------------------------------------------------------- */

static void compile_term(MatchCompiler *c, WorkStack *stack, Term t, bool may_be_constant)
{
    if (is_cons(t))
        compile_list(c, stack, t, may_be_constant);
    else if (is_tuple(t))
        compile_tuple(c, stack, t);
    else if (is_map(t))
        compile_map(stack, t);
    else if (match_variable(t) >= 0)
        compile_variable(c, t);
    else if (t == A_DOLLAR_DOLLAR)
        compile_bindings(c);
    else if (t == A_DOLLAR_UNDERSCORE)
        emit(c, (MatchOp){.code = c->program->flags & MATCH_TRACE ? MATCH_PUSH_ARGS : MATCH_PUSH_REGISTER}, 1);
    else
        emit_constant(c, t);
}

/* All jumps of the branch lead here. */
static void join(MatchCompiler *c, size_t jump)
{
    while (jump != NO_JUMP) {
        size_t next = c->program->ops[jump].target;
        c->program->ops[jump].target = c->program->op_count;
        jump = next;
    }
}

static void do_work(MatchCompiler *c, WorkStack *stack, Work work)
{
    switch (work.kind) {
    case WORK_EXPRESSION:
    case WORK_TAIL:
        compile_term(c, stack, work.term, work.kind == WORK_EXPRESSION);
        break;
    case WORK_BRANCH:
        work.op.target = stack->jumps[work.branch];
        stack->jumps[work.branch] = c->program->op_count;
        emit(c, work.op, work.change);
        break;
    case WORK_EMIT:
        emit(c, work.op, work.change);
        break;
    case WORK_JOIN:
        join(c, stack->jumps[work.branch]);
        break;
    }
}

static void compile_expression(MatchCompiler *c, Term t)
{
    WorkStack stack = {0};

    push_expression(&stack, t);
    while (stack.count > 0 && !(c->failed && !c->errors))
        do_work(c, &stack, stack.items[--stack.count]);
    mem_free(MEM_SYSTEM, stack.items);
    mem_free(MEM_SYSTEM, stack.jumps);
}

void match_compile_expressions(MatchCompiler *c, Term list)
{
    if (is_nil(list))
        return;
    if (!is_cons(list)) {
        match_error(c, "Match expression is not a list.", NO_TERM, NULL, 0);
        return;
    }
    if (!c->in_guard)
        match_emit(c, (MatchOp){.code = MATCH_BODY});
    for (; is_cons(list); list = list_tail(list)) {
        bool is_value = !c->in_guard && !(c->program->flags & MATCH_TRACE) && is_nil(list_tail(list));

        compile_expression(c, list_head(list));
        emit(c, (MatchOp){.code = c->in_guard ? MATCH_GUARD : is_value ? MATCH_VALUE : MATCH_DROP}, c->failed ? 0 : -1);
    }
    if (!is_nil(list))
        match_error(c, "Match expression is not a proper list.", NO_TERM, NULL, 0);
}
