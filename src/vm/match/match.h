/* match.h - match specifications: patterns, guards and bodies, compiled to a small program.
 *
 * A specification is a list of {Head, Guards, Body}. A program is compiled once and then run
 * on many objects. Two flavours: MATCH_TABLE matches one object (ETS, match_spec_run),
 * MATCH_TRACE matches an argument list and knows actions. */
#ifndef LING_MATCH_H
#define LING_MATCH_H

#include "vm/proc/process.h"

typedef enum MatchFlavour { MATCH_TABLE, MATCH_TRACE } MatchFlavour;

typedef struct MatchProgram MatchProgram;

/* What was wrong with a specification: zeroed before use; freed by match_errors_free. */
typedef struct MatchErrors {
    struct MatchError *list;     /* newest first */
    bool failed;                 /* at least one of severity error */
} MatchErrors;

/* Null if the specification has errors; `errors` may be null. */
MatchProgram *match_compile(Term specification, MatchFlavour flavour, MatchErrors *errors);
void match_free(MatchProgram *program);
/* [{error | warning, "text"}] in stock's order. */
Term match_errors_list(Heap *heap, const MatchErrors *errors);
void match_errors_free(MatchErrors *errors);

/* The compiled program as a magic reference, and back (null if `t` is none). */
Term match_to_ref(Heap *heap, MatchProgram *program);      /* takes ownership */
MatchProgram *match_from_ref(Term t);

/* Runs the program on `object`. NO_TERM: no match. The result is on p->heap. */
Term match_run(MatchProgram *program, Process *p, Term object);
/* The same, but says only whether the body's value is `true` (select_count, select_delete). */
bool match_run_is_true(MatchProgram *program, Process *p, Term object);

/* What is known when a trace event is matched, and what the actions ask for. */
typedef struct MatchTrace {
    /* in: functions that do what needs knowledge of tracing; null ones answer `false`/undefined */
    Term (*caller)(Process *p, Heap *heap, bool with_line);
    Term (*stack_trace)(Process *p, Heap *heap, size_t depth);
    bool (*change_flags)(Process *p, Term tracee, Term disable_list, Term enable_list);
    void (*silence)(Process *p, bool on);
    void *context;
    /* out */
    bool return_trace;          /* {return_trace} was run */
    bool exception_trace;
    Term message;               /* {message, T}: NO_TERM if none; false: no trace message */
} MatchTrace;
/* args: `count` arguments. NO_TERM: no match. p may be null only if the program needs none. */
Term match_run_trace(MatchProgram *program, Process *p, const Term *args, size_t count, MatchTrace *trace);

extern uint64_t match_trace_control_word;   /* get_tcw, set_tcw */

/* --- for ETS: what can be known of a specification before it runs -------------------------- */

/* True if every head binds element `position` wholly: then `keys` has the (distinct) terms
 * to look up; owned by the program. */
bool match_keys(const MatchProgram *program, size_t position, const Term **keys, size_t *count);
/* The constant or partially bound pattern at `position` of a single-headed program, or NO_TERM. */
Term match_key_pattern(const MatchProgram *program, size_t position);
/* No head can match a tuple. */
bool match_never(const MatchProgram *program);

#endif
