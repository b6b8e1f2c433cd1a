/* Specifications and heads. */
#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/match/match_program.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"
#include "vm/term/print.h"
#include "vm/term/ref.h"

#define ERROR_TEXT_MAX 99      /* characters, as on stock */

typedef struct MatchError {
    struct MatchError *next;
    char text[ERROR_TEXT_MAX + 1];
} MatchError;

/* --- errors ---------------------------------------------------------------------------------- */

static void format_error(Text *out, const char *format, Term term, const char *name, uint64_t number)
{
    for (; *format; format++) {
        if (*format != '%')
            text_add_byte(out, *format);
        else if (*++format == 'T')
            term_print(out, term, 2 * ERROR_TEXT_MAX);
        else if (*format == 's')
            text_add_string(out, name);
        else
            text_printf(out, "%llu", (unsigned long long)number);
    }
}

void match_error(MatchCompiler *c, const char *format, Term term, const char *name, uint64_t number)
{
    MatchError *error;
    Text text = {0};

    c->failed = true;
    if (!c->errors)
        return;
    format_error(&text, format, term, name, number);
    error = mem_alloc_zero(MEM_SYSTEM, sizeof *error);
    memcpy(error->text, text.bytes, MIN(text.size, (size_t)ERROR_TEXT_MAX));
    text_free(&text);
    error->next = c->errors->newest;
    c->errors->newest = error;
}

Term match_errors_list(Heap *heap, const MatchErrors *errors)
{
    Term list = TERM_NIL;

    for (const MatchError *error = errors->newest; error; error = error->next)
        list = cons(heap, tuple_2(heap, A_ERROR, list_from_text(heap, error->text)), list);
    return list;
}

void match_errors_free(MatchErrors *errors)
{
    while (errors->newest) {
        MatchError *next = errors->newest->next;
        mem_free(MEM_SYSTEM, errors->newest);
        errors->newest = next;
    }
}

/* --- what the parts share -------------------------------------------------------------------- */

void match_emit(MatchCompiler *c, MatchOp op)
{
    MatchProgram *program = c->program;

    if (program->op_count == program->op_capacity) {
        program->op_capacity = MAX((size_t)16, 2 * program->op_capacity);
        program->ops = mem_realloc(MEM_SYSTEM, program->ops, program->op_capacity * sizeof(MatchOp));
    }
    program->ops[program->op_count++] = op;
}

Term match_constant(MatchCompiler *c, Term t)
{
    return is_immediate(t) ? t : term_copy_all(&c->program->constants, t);
}

const MatchVariable *match_variable_find(const MatchCompiler *c, int64_t number)
{
    for (size_t i = 0; i < c->variable_count; i++)
        if (c->variables[i].number == number)
            return &c->variables[i];
    return NULL;
}

static void bind_variable(MatchCompiler *c, int64_t number, size_t reg)
{
    if (c->variable_count == c->variable_capacity) {
        c->variable_capacity = MAX((size_t)8, 2 * c->variable_capacity);
        c->variables = mem_realloc(MEM_SYSTEM, c->variables, c->variable_capacity * sizeof(MatchVariable));
    }
    c->variables[c->variable_count++] = (MatchVariable){number, reg};
}

/* --- heads ----------------------------------------------------------------------------------- */

/* A part of the head that is still to be matched with what a register holds. */
typedef struct Part {
    Term pattern;
    size_t reg;
} Part;

typedef struct Parts {
    Part *items;
    size_t count, capacity;
} Parts;

static void add_part(Parts *parts, Term pattern, size_t reg)
{
    if (parts->count == parts->capacity) {
        parts->capacity = MAX((size_t)16, 2 * parts->capacity);
        parts->items = mem_realloc(MEM_SYSTEM, parts->items, parts->capacity * sizeof(Part));
    }
    parts->items[parts->count++] = (Part){pattern, reg};
}

static size_t new_registers(MatchCompiler *c, size_t count)
{
    size_t first = c->registers;

    c->registers += count;
    c->program->register_count = MAX(c->program->register_count, c->registers);
    return first;
}

static bool is_plain_immediate(Term t)
{
    return is_immediate(t) && t != A_UNDERSCORE && match_variable(t) < 0;
}

static void match_tuple_parts(MatchCompiler *c, Parts *parts, Part part)
{
    size_t size = tuple_size(part.pattern);

    match_emit(c, (MatchOp){.code = MATCH_IS_TUPLE, .a = (uint32_t)part.reg, .b = MAKE_HEADER(BOX_TUPLE, size)});
    for (size_t i = 1; i <= size; i++) {
        Term element = tuple_element(part.pattern, i);

        if (is_plain_immediate(element))
            match_emit(c, (MatchOp){.code = MATCH_ELEMENT_IS, .a = (uint32_t)part.reg, .b = i, .term = element});
    }
    for (size_t i = 1; i <= size; i++) {
        Term element = tuple_element(part.pattern, i);
        size_t reg;

        if (element == A_UNDERSCORE || is_plain_immediate(element))
            continue;
        reg = new_registers(c, 1);
        match_emit(c, (MatchOp){.code = MATCH_ELEMENT, .a = (uint32_t)part.reg, .b = i, .target = reg});
        add_part(parts, element, reg);
    }
}

static void match_map_parts(MatchCompiler *c, Parts *parts, Part part)
{
    MapIterator it;
    Term key, value;

    match_emit(c, (MatchOp){.code = MATCH_IS_MAP, .a = (uint32_t)part.reg, .index = map_size(part.pattern)});
    map_iterate(&it, part.pattern);
    while (map_next(&it, &key, &value)) {
        size_t reg = new_registers(c, 1);

        if (match_variable(key) >= 0 || key == A_UNDERSCORE) {
            match_error(c, key == A_UNDERSCORE ? "Underscore found in map key." : "Variable found in map key.", NO_TERM, NULL, 0);
            return;
        }
        match_emit(c, (MatchOp){.code = MATCH_MAP_VALUE, .a = (uint32_t)part.reg, .b = reg, .term = match_constant(c, key)});
        add_part(parts, value, reg);
    }
}

static void match_variable_part(MatchCompiler *c, Part part)
{
    int64_t number = match_variable(part.pattern);
    const MatchVariable *bound = match_variable_find(c, number);

    if (bound)
        match_emit(c, (MatchOp){.code = MATCH_SAME, .a = (uint32_t)part.reg, .b = bound->reg});
    else
        bind_variable(c, number, part.reg);
}

static void match_part(MatchCompiler *c, Parts *parts, Part part)
{
    Term t = part.pattern;

    if (t == A_UNDERSCORE)
        return;
    if (match_variable(t) >= 0) {
        match_variable_part(c, part);
    } else if (is_cons(t)) {
        size_t reg = new_registers(c, 2);
        match_emit(c, (MatchOp){.code = MATCH_IS_CONS, .a = (uint32_t)part.reg, .b = reg});
        add_part(parts, list_tail(t), reg + 1);
        add_part(parts, list_head(t), reg);
    } else if (is_tuple(t)) {
        match_tuple_parts(c, parts, part);
    } else if (is_map(t)) {
        match_map_parts(c, parts, part);
    } else if (is_immediate(t)) {
        match_emit(c, (MatchOp){.code = MATCH_IS, .a = (uint32_t)part.reg, .term = t});
    } else {
        match_emit(c, (MatchOp){.code = MATCH_IS_EQUAL, .a = (uint32_t)part.reg, .term = match_constant(c, t)});
    }
}

/* The head of a trace pattern: a list of argument patterns, a variable or '_'. */
static void match_arguments(MatchCompiler *c, Parts *parts, Term head)
{
    size_t count = 0;

    if (head == A_UNDERSCORE)
        return;
    if (match_variable(head) >= 0) {
        size_t reg = new_registers(c, 1);
        match_emit(c, (MatchOp){.code = MATCH_ARGS_LIST, .a = (uint32_t)reg});
        bind_variable(c, match_variable(head), reg);
        return;
    }
    if (!is_list(head) && !is_tuple(head)) {
        match_error(c, "Match head is invalid in this context.", NO_TERM, NULL, 0);
        return;
    }
    if (is_tuple(head)) {
        for (count = 0; count < tuple_size(head); count++)
            add_part(parts, tuple_element(head, count + 1), 1 + count);
    } else {
        for (; is_cons(head); head = list_tail(head))
            add_part(parts, list_head(head), 1 + count++);
        if (!is_nil(head)) {
            match_error(c, "Match expression part %T is not a proper list.", head, NULL, 0);
            return;
        }
    }
    new_registers(c, count);
    match_emit(c, (MatchOp){.code = MATCH_ARGS, .a = (uint32_t)count});
}

static void compile_head(MatchCompiler *c, Term head)
{
    Parts parts = {0};

    if (c->program->flags & MATCH_TRACE)
        match_arguments(c, &parts, head);
    else
        add_part(&parts, head, 0);
    while (parts.count > 0 && !c->failed)
        match_part(c, &parts, parts.items[--parts.count]);
    mem_free(MEM_SYSTEM, parts.items);
}

/* --- clauses --------------------------------------------------------------------------------- */

static void compile_clause(MatchCompiler *c, Term head, Term guards, Term body)
{
    MatchProgram *program = c->program;

    c->variable_count = 0;
    c->registers = 0;
    c->depth = 0;
    program->clauses[program->clause_count].start = program->op_count;
    new_registers(c, 1);
    compile_head(c, head);
    if (c->failed)
        return;
    c->in_guard = true;
    match_compile_expressions(c, guards);
    if (c->failed && !c->errors)
        return;
    c->in_guard = false;
    if (!(program->flags & MATCH_TRACE) && !is_cons(body)) {
        match_error(c, "Body clause does not return anything.", NO_TERM, NULL, 0);
        return;
    }
    match_compile_expressions(c, body);
    match_emit(c, (MatchOp){.code = MATCH_HALT});
    program->clause_count++;
}

static ptrdiff_t count_clauses(MatchCompiler *c, Term specification)
{
    ptrdiff_t count = list_length(specification);

    if (!is_list(specification) || is_nil(specification))
        match_error(c, "Match programs are not in a list.", NO_TERM, NULL, 0);
    else if (count < 0)
        match_error(c, "Match programs are not in a proper list.", NO_TERM, NULL, 0);
    return c->failed ? -1 : count;
}

static bool check_clauses(MatchCompiler *c, Term specification)
{
    for (Term l = specification; is_cons(l); l = list_tail(l)) {
        Term clause = list_head(l);

        if (!is_tuple_of(clause, 3))
            match_error(c, "Match program part is not a tuple of arity 3.", NO_TERM, NULL, 0);
        else if ((c->program->flags & MATCH_TRACE) && is_cons(tuple_element(clause, 1)) && list_length(tuple_element(clause, 1)) < 0)
            match_error(c, "Match expression part %T is not a proper list.", tuple_element(clause, 1), NULL, 0);
        if (c->failed)
            return false;
    }
    return true;
}

MatchProgram *match_compile(Term specification, unsigned flags, MatchErrors *errors)
{
    MatchProgram *program = mem_alloc_zero(MEM_SYSTEM, sizeof *program);
    MatchCompiler c = {.program = program, .errors = errors};
    ptrdiff_t count;

    program->flags = flags;
    count = count_clauses(&c, specification);
    if (count > 0 && check_clauses(&c, specification)) {
        program->clauses = mem_alloc_zero(MEM_SYSTEM, (size_t)count * sizeof(MatchClause));
        for (Term l = specification; is_cons(l) && !c.failed; l = list_tail(l)) {
            const Term *clause = tuple_elements(list_head(l));
            compile_clause(&c, clause[0], clause[1], clause[2]);
        }
    }
    mem_free(MEM_SYSTEM, c.variables);
    if (c.failed) {
        match_free(program);
        return NULL;
    }
    return program;
}

void match_free(MatchProgram *program)
{
    if (!program)
        return;
    heap_clear(&program->constants);
    mem_free(MEM_SYSTEM, program->clauses);
    mem_free(MEM_SYSTEM, program->ops);
    mem_free(MEM_SYSTEM, program);
}

/* --- as a reference -------------------------------------------------------------------------- */

static void reference_destroy(Binary *binary)
{
    match_free(*(MatchProgram **)binary->data);
}

Term match_to_ref(Heap *heap, MatchProgram *program)
{
    Binary *binary = binary_new_magic(sizeof(MatchProgram *), reference_destroy);

    *(MatchProgram **)binary->data = program;
    return magic_ref_new(heap, binary);
}

MatchProgram *match_from_ref(Term t)
{
    MatchProgram **program = magic_ref_data(t, reference_destroy);

    return program ? *program : NULL;
}
