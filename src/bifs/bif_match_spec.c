/* Match specifications apart from tables and tracing. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/match/match.h"
#include "vm/term/copy.h"

#define RUNS_PER_TURN 4000

Term bif_ets_match_spec_compile_1(Process *p, const Term *args)
{
    MatchProgram *program = match_compile(args[0], MATCH_TABLE, NULL);

    return program ? match_to_ref(&p->heap, program) : raise_badarg(p);
}

Term bif_ets_is_compiled_ms_1(Process *p, const Term *args)
{
    return atom_bool(match_from_ref(args[0]) != NULL);
}

static TrapBif run_more = TRAP_BIF(bif_ets_match_spec_run_r_3, A_ETS, A_MATCH_SPEC_RUN_R, 3, 3);

/* (List, Program, Results): results so far, newest first */
Term bif_ets_match_spec_run_r_3(Process *p, const Term *args)
{
    MatchProgram *program = match_from_ref(args[1]);
    Term list = args[0];
    Term results = args[2];
    int64_t budget = RUNS_PER_TURN;

    if (!is_list(list) || !program)
        return raise_badarg(p);
    for (; is_cons(list); list = list_tail(list)) {
        Term value;

        if (budget-- == 0) {
            bif_consume(p, RUNS_PER_TURN);
            return yield_to_bif(p, &run_more, (Term[]){list, args[1], results});
        }
        value = match_run(program, p, list_head(list));
        if (value != NO_TERM)
            results = cons(&p->heap, term_copy_all(&p->heap, value), results);
    }
    bif_consume(p, (RUNS_PER_TURN - budget) / 8);
    return is_nil(list) ? results : raise_badarg(p);
}

/* --- erlang:match_spec_test/3 --------------------------------------------------------------------------- */

static Term run_table_test(MatchProgram *program, Process *p, Term object)
{
    Term value = match_run(program, p, object);

    return value == NO_TERM ? A_FALSE : term_copy_all(&p->heap, value);
}

static Term run_trace_test(MatchProgram *program, Process *p, Term list, MatchTrace *trace)
{
    size_t count = 0;
    Term *arguments;
    Term value;

    for (Term l = list; is_cons(l); l = list_tail(l))
        count++;
    arguments = mem_alloc(MEM_SYSTEM, (count + 1) * sizeof(Term));
    count = 0;
    for (Term l = list; is_cons(l); l = list_tail(l))
        arguments[count++] = list_head(l);
    value = match_run_trace(program, p, arguments, count, trace);
    mem_free(MEM_SYSTEM, arguments);
    return value == NO_TERM ? A_FALSE : term_copy_all(&p->heap, value);
}

static Term test_flags(Heap *heap, const MatchTrace *trace)
{
    Term flags = TERM_NIL;

    if (trace->exception_trace)
        flags = cons(heap, A_EXCEPTION_TRACE, flags);
    if (trace->return_trace)
        flags = cons(heap, A_RETURN_TRACE, flags);
    return flags;
}

/* (Object or argument list, Specification, table | trace): {ok, Result, Flags, Warnings} | {error, Errors} */
Term bif_erlang_match_spec_test_3(Process *p, const Term *args)
{
    bool is_trace = args[2] == A_TRACE;
    unsigned flags = MATCH_TEST | (is_trace ? MATCH_TRACE | MATCH_CALL_EVENT | MATCH_TRACE_ACTIONS : MATCH_TABLE);
    MatchErrors errors = {0};
    MatchTrace trace = {0};
    MatchProgram *program;
    Term found, result;

    if ((!is_trace && args[2] != A_TABLE) || (is_trace && !is_list(args[0])))
        return raise_badarg(p);
    program = match_compile(args[1], flags, &errors);
    found = match_errors_list(&p->heap, &errors);
    match_errors_free(&errors);
    if (!program)
        return tuple_2(&p->heap, A_ERROR, found);
    result = is_trace ? run_trace_test(program, p, args[0], &trace) : run_table_test(program, p, args[0]);
    match_free(program);
    return tuple_4(&p->heap, A_OK, result, test_flags(&p->heap, &trace), found);
}
