/* Match programs: heads, bodies and their failures, without the functions of Erlang. */
#include <check.h>
#include <string.h>

#include "vm/match/match.h"
#include "vm/term/compare.h"

static Heap heap;
static Process process;

static Term list_1(Term a) { return cons(&heap, a, TERM_NIL); }
static Term var(const char *name) { return atom_from_text(name); }

/* [{Head, [], [Body]}] */
static Term spec(Term head, Term body)
{
    return list_1(tuple_3(&heap, head, TERM_NIL, list_1(body)));
}

static Term run(Term specification, Term object)
{
    MatchProgram *program = match_compile(specification, MATCH_TABLE, NULL);
    Term value;

    ck_assert_ptr_nonnull(program);
    value = match_run(program, &process, object);
    if (value != NO_TERM && !is_immediate(value))
        value = tuple_element(tuple_2(&heap, A_TRUE, value), 2);
    match_free(program);
    return value;
}

START_TEST(a_variable_matches_anything_and_itself)
{
    Term twice = tuple_2(&heap, var("$1"), var("$1"));

    ck_assert(run(spec(twice, var("$1")), tuple_2(&heap, A_OK, A_OK)) == A_OK);
    ck_assert(run(spec(twice, var("$1")), tuple_2(&heap, A_OK, A_ERROR)) == NO_TERM);
    ck_assert(run(spec(var("_"), A_OK), A_ERROR) == A_OK);
}
END_TEST

START_TEST(all_bindings_come_in_the_order_of_their_numbers)
{
    Term head = tuple_3(&heap, var("$20"), var("$3"), var("$100"));
    MatchProgram *program = match_compile(spec(head, var("$$")), MATCH_TABLE, NULL);
    Term value = match_run(program, &process, tuple_3(&heap, SMALL(2), SMALL(1), SMALL(3)));

    for (int64_t i = 1; i <= 3; i++, value = list_tail(value))
        ck_assert(list_head(value) == small_int(i));
    match_free(program);
}
END_TEST

START_TEST(a_nested_head_takes_the_object_apart)
{
    Term head = tuple_2(&heap, cons(&heap, SMALL(1), var("$1")), tuple_2(&heap, var("$2"), A_OK));
    Term object = tuple_2(&heap, cons(&heap, SMALL(1), A_ERROR), tuple_2(&heap, SMALL(7), A_OK));

    ck_assert(run(spec(head, var("$1")), object) == A_ERROR);
    ck_assert(run(spec(head, var("$2")), object) == SMALL(7));
    ck_assert(run(spec(head, var("$2")), tuple_2(&heap, TERM_NIL, TERM_NIL)) == NO_TERM);
}
END_TEST

START_TEST(errors_are_told_in_order)
{
    MatchErrors errors = {0};
    Term body = list_1(tuple_2(&heap, atom_from_text("no_such_function"), var("$5")));
    Term bad = list_1(tuple_3(&heap, var("$1"), list_1(var("$9")), body));
    Term list;

    ck_assert_ptr_null(match_compile(bad, MATCH_TABLE, &errors));
    list = match_errors_list(&heap, &errors);
    ck_assert_int_eq(list_length(list), 2);
    ck_assert(term_equal(tuple_element(list_head(list), 2), list_from_text(&heap, "Variable $9 is unbound.")));
    match_errors_free(&errors);
    ck_assert_ptr_null(match_compile(A_OK, MATCH_TABLE, NULL));
}
END_TEST

START_TEST(patterns_of_any_depth_compile)
{
    Term deep = var("$1");
    Term object = A_OK;
    MatchProgram *program;

    for (int i = 0; i < 100000; i++) {
        deep = list_1(deep);
        object = list_1(object);
    }
    program = match_compile(spec(deep, var("$1")), MATCH_TABLE, NULL);
    ck_assert(match_run(program, &process, object) == A_OK);
    match_free(program);
}
END_TEST

START_TEST(an_argument_list_matches_in_trace_flavour)
{
    Term message = tuple_2(&heap, A_MESSAGE, var("$2"));
    Term head = cons(&heap, var("$1"), list_1(var("$2")));
    MatchProgram *program = match_compile(spec(head, message), MATCH_TRACE, NULL);
    MatchTrace trace = {0};

    ck_assert_ptr_nonnull(program);
    ck_assert(match_run_trace(program, &process, (Term[]){SMALL(1), SMALL(2)}, 2, &trace) == SMALL(2));
    ck_assert(match_run_trace(program, &process, (Term[]){SMALL(1)}, 1, &trace) == NO_TERM);
    match_free(program);
}
END_TEST

START_TEST(names_of_variables_are_told_from_atoms)
{
    ck_assert_int_eq(match_variable(var("$0")), 0);
    ck_assert_int_eq(match_variable(var("$123")), 123);
    ck_assert_int_eq(match_variable(var("$01")), -1);
    ck_assert_int_eq(match_variable(var("$")), -1);
    ck_assert_int_eq(match_variable(var("$1a")), -1);
    ck_assert_int_eq(match_variable(var("_")), -1);
    ck_assert_int_eq(match_variable(SMALL(1)), -1);
}
END_TEST

Suite *match_suite(void)
{
    Suite *suite = suite_create("match");
    TCase *cases = tcase_create("programs");

    tcase_add_test(cases, a_variable_matches_anything_and_itself);
    tcase_add_test(cases, all_bindings_come_in_the_order_of_their_numbers);
    tcase_add_test(cases, a_nested_head_takes_the_object_apart);
    tcase_add_test(cases, errors_are_told_in_order);
    tcase_add_test(cases, patterns_of_any_depth_compile);
    tcase_add_test(cases, an_argument_list_matches_in_trace_flavour);
    tcase_add_test(cases, names_of_variables_are_told_from_atoms);
    suite_add_tcase(suite, cases);
    return suite;
}
