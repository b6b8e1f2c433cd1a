/* match.h - match specifications: patterns, guards and bodies, compiled to a small program.
 *
 * A specification is a list of {Head, Guards, Body}. A program is compiled once and then run
 * on many objects. Two flavours: MATCH_TABLE matches one object (ETS, match_spec_run),
 * MATCH_TRACE matches an argument list and knows actions. */
#ifndef LING_MATCH_H
#define LING_MATCH_H

#include "vm/proc/process.h"

enum {
    MATCH_TABLE = 0,
    MATCH_TRACE = 1,
    MATCH_CALL_EVENT = 2,        /* trace: the event is a call, caller is known */
    MATCH_TRACE_ACTIONS = 4,     /* trace: actions that change or show the process are allowed */
    MATCH_TEST = 8               /* match_spec_test: actions have no effect */
};

typedef struct MatchProgram MatchProgram;

/* What was wrong with a specification: zeroed before use; freed by match_errors_free. */
typedef struct MatchErrors {
    struct MatchError *newest;
} MatchErrors;

/* Null if the specification has errors; `errors` may be null: then it stops at the first. */
MatchProgram *match_compile(Term specification, unsigned flags, MatchErrors *errors);
void match_free(MatchProgram *program);
/* [{error, "text"}], oldest first. */
Term match_errors_list(Heap *heap, const MatchErrors *errors);
void match_errors_free(MatchErrors *errors);

/* The program as a magic reference, which then owns it; and back (null if `t` is none). */
Term match_to_ref(Heap *heap, MatchProgram *program);
MatchProgram *match_from_ref(Term t);

/* Runs the program on `object`; the value of the body, or NO_TERM: no match. The value may lie in the object,
 * in the program or in scratch memory that the next run overwrites: it must be copied
 * (term_copy_all) if it is to be kept. */
Term match_run(MatchProgram *program, Process *p, Term object);

/* What is known when a trace event is matched, and what the actions asked for. Functions may be null: then
 * the action has no effect and yields false or undefined. */
typedef struct MatchTrace {
    Term (*caller)(Process *p, Heap *heap, bool with_line);
    Term (*dump)(Process *p, Heap *heap);                       /* process_dump: a binary */
    bool (*change_flags)(Process *p, Term tracee, Term off, Term on);   /* flag atoms or A_NONE; false: bad */
    Term (*trace)(Process *p, Term tracee, Term off_list, Term on_list);    /* did it change anything? NO_TERM: bad */
    void (*silence)(Process *p, bool on);
    Term (*set_token)(Process *p, Term item, Term value);       /* value: anywhere. NO_TERM: bad */
    bool return_trace;           /* out */
    bool exception_trace;        /* out */
} MatchTrace;
/* `count` arguments. NO_TERM: no match; false: no trace message; true: the usual one; else what the
 * message is to contain. As match_run's, it must be copied. */
Term match_run_trace(MatchProgram *program, Process *p, const Term *args, size_t count, MatchTrace *trace);

extern uint32_t match_trace_control_word;      /* system_flag trace_control_word, get_tcw, set_tcw */

/* --- looking at patterns without running them ---------------------------------------------- */

/* The number of a variable '$0' ... '$100000000', or -1. */
int64_t match_variable(Term t);
/* Does `pattern` contain variables or '_'? */
bool match_has_variable(Term pattern);
/* Does it contain a map? (which then matches more than itself) */
bool match_has_map(Term pattern);

#endif
