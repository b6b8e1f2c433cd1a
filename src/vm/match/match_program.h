/* match_program.h - the compiled form of a match specification; for the files of this folder only.
 *
 * A program is a row of clauses. Each starts with tests that take the object apart into registers
 * (register 0 is the object; a variable is the register where it was first met), goes on with
 * guards and ends with its body, both for a small stack machine whose stack grows down, so that the
 * arguments of a function lie in order. A test that fails ends the clause; the next one is tried. */
#ifndef LING_MATCH_PROGRAM_H
#define LING_MATCH_PROGRAM_H

#include "vm/match/match.h"

typedef enum MatchCode {
    /* head: a, b are registers */
    MATCH_ARGS,            /* exactly `a` arguments: into registers 1 ... */
    MATCH_ARGS_LIST,       /* register a = list of all arguments */
    MATCH_IS_TUPLE,        /* a is a tuple with as many elements as `term`'s bits say */
    MATCH_ELEMENT,         /* b = element number `index` of tuple a */
    MATCH_ELEMENT_IS,      /* element number b of tuple a is the immediate `term` */
    MATCH_IS_CONS,         /* a is a cons; registers b, b + 1 = head, tail */
    MATCH_IS,              /* a is the immediate `term` */
    MATCH_IS_EQUAL,        /* a =:= term */
    MATCH_SAME,            /* a =:= b */
    MATCH_IS_MAP,          /* a is a map of at least `index` keys */
    MATCH_MAP_VALUE,       /* b = value of key `term` in map a */
    /* expressions */
    MATCH_PUSH,            /* `term` */
    MATCH_PUSH_REGISTER,   /* register a */
    MATCH_PUSH_ARGS,       /* the argument list ('$_' of a trace pattern) */
    MATCH_CONS,            /* head is on top, tail below */
    MATCH_MAKE_TUPLE,      /* of `a` elements, first on top */
    MATCH_MAKE_MAP,        /* of `a` pairs: key on top, value below, ... */
    MATCH_CALL,            /* function with a arguments */
    MATCH_LENGTH,
    MATCH_AND, MATCH_OR,   /* of `a` values */
    MATCH_AND_ALSO, MATCH_OR_ELSE,   /* takes the top and goes on, or keeps it and jumps by `index` */
    MATCH_GUARD,           /* the top must be true */
    MATCH_DROP,
    MATCH_BODY,            /* from here on failures yield 'EXIT' */
    MATCH_VALUE,           /* the top is the result */
    MATCH_HALT,
    MATCH_SELF,
    /* trace actions */
    MATCH_RETURN_TRACE, MATCH_EXCEPTION_TRACE, MATCH_DISPLAY, MATCH_PROCESS_DUMP,
    MATCH_IS_SEQ_TRACE, MATCH_SET_SEQ_TOKEN, MATCH_GET_SEQ_TOKEN,
    MATCH_ENABLE_TRACE, MATCH_DISABLE_TRACE, MATCH_TRACE_FLAGS,      /* a arguments */
    MATCH_CALLER, MATCH_CALLER_LINE,
    MATCH_SILENT, MATCH_GET_TCW, MATCH_SET_TCW
} MatchCode;

typedef struct MatchOp {
    uint32_t code;
    uint32_t a;
    union {
        uint64_t b;
        size_t index;
    };
    union {
        Term term;
        BifFunction function;
        size_t target;
    };
} MatchOp;

typedef struct MatchClause {
    size_t start;          /* its first op */
    bool calls;            /* uses functions, which build on p->heap */
} MatchClause;

struct MatchProgram {
    unsigned flags;
    MatchClause *clauses;
    size_t clause_count;
    MatchOp *ops;
    size_t op_count, op_capacity;
    size_t register_count;
    size_t stack_size;
    Heap constants;
};

/* A guard function or special form of specifications. */
typedef struct MatchFunction {
    Term name;
    uint32_t arity;
    uint32_t code;             /* MATCH_CALL: the BIF erlang:name/arity */
    uint32_t contexts;         /* MATCH_IN_*: where it may be used */
    BifFunction function;
} MatchFunction;
enum { MATCH_IN_TABLE_BODY = 1, MATCH_IN_TABLE_GUARD = 2, MATCH_IN_TRACE_BODY = 4, MATCH_IN_TRACE_GUARD = 8, MATCH_IN_ALL = 15 };
/* Null if there is none. */
const MatchFunction *match_function_find(Term name, size_t arity);

/* --- compiling ------------------------------------------------------------------------------ */

typedef struct MatchVariable {
    int64_t number;
    size_t reg;
} MatchVariable;

typedef struct MatchCompiler {
    MatchProgram *program;
    MatchErrors *errors;
    bool failed;
    bool in_guard;
    bool special_head;             /* the head is a variable or '_' */
    MatchVariable *variables;      /* bound in this clause */
    size_t variable_count, variable_capacity;
    size_t registers;              /* in use in this clause */
    size_t depth;                  /* of the stack */
} MatchCompiler;

void match_emit(MatchCompiler *c, MatchOp op);
/* Notes the error; compilation goes on only to find more. The format knows %s, %u (for `number`) and %T (for `term`). */
void match_error(MatchCompiler *c, const char *format, Term term, const char *name, uint64_t number);
Term match_constant(MatchCompiler *c, Term t);     /* a copy that belongs to the program */
/* Null if it is not bound. */
const MatchVariable *match_variable_find(const MatchCompiler *c, int64_t number);
/* Guards (c->in_guard) or body: a list of expressions. */
void match_compile_expressions(MatchCompiler *c, Term list);

#endif
