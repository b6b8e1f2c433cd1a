/* The verifier: code that no compiler makes is refused, or made harmless. */
#include <check.h>
#include <string.h>

#include "instruction_list.h"
#include "loader/verify.h"
#include "vm/gc/literal.h"
#include "vm/term/atom.h"

#define INFO_LABEL 1
#define ENTRY_LABEL 2
#define OTHER_LABEL 3

static LoadError error;

static void set_up(void)
{
    static LabelNote labels[] = {{0}, {.alias = INFO_LABEL}, {.alias = ENTRY_LABEL}, {.alias = OTHER_LABEL}};

    instruction_list_begin((ImportIr){A_ERLANG, A_SETELEMENT, 3}, (ImportIr){A_ERLANG, A_SELF, 0});
    memset(&error, 0, sizeof error);
    function.name = A_OK;
    function.arity = 2;
    function.entry_label = ENTRY_LABEL;
    function.info_label = INFO_LABEL;
    ir.module = A_ERLANG;
    ir.functions = &function;
    ir.function_count = 1;
    ir.label_count = 4;
    ir.labels = labels;
}

static void tear_down(void) { arena_free(&ir.arena); }

static bool is_accepted(void)
{
    instructions[0].label = ENTRY_LABEL;
    function.count = count;
    return verify_code(&ir, &error);
}

static bool has_op(uint16_t op)
{
    for (uint32_t i = 0; i < function.count; i++)
        if (function.instructions[i].op == op)
            return true;
    return false;
}

START_TEST(what_builds_without_room_gets_a_test_heap)
{
    ADD(GENERIC_PUT_LIST, x(0), x(1), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert_uint_eq(function.instructions[0].op, GENERIC_TEST_HEAP);
    ck_assert_int_eq(function.instructions[0].operands[0].value, 2);
    ck_assert_int_eq(function.instructions[0].operands[1].value, 2);
}
END_TEST

START_TEST(room_is_used_up)
{
    ADD(GENERIC_TEST_HEAP, number(3), number(2));
    ADD(GENERIC_PUT_LIST, x(0), x(1), x(0));
    ADD(GENERIC_PUT_LIST, x(0), x(1), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert_uint_eq(function.count, 5);
    ck_assert_uint_eq(function.instructions[2].op, GENERIC_TEST_HEAP);
}
END_TEST

START_TEST(registers_between_those_in_use_are_filled_before_a_collection)
{
    function.arity = 1;
    ADD(GENERIC_MOVE, x(0), x(2));
    ADD(GENERIC_PUT_LIST, x(0), x(2), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert_uint_eq(function.instructions[1].op, GENERIC_MOVE);
    ck_assert_int_eq(function.instructions[1].operands[1].value, 1);
    ck_assert_uint_eq(function.instructions[2].op, GENERIC_TEST_HEAP);
    ck_assert_int_eq(function.instructions[2].operands[1].value, 3);
}
END_TEST

START_TEST(only_a_tuple_just_made_may_be_changed_in_place)
{
    ADD(GENERIC_IS_TUPLE, label(INFO_LABEL), x(0));
    ADD(GENERIC_TEST_ARITY, label(INFO_LABEL), x(0), number(2));
    ADD(GENERIC_SET_TUPLE_ELEMENT, x(1), x(0), number(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert(!is_accepted());
    ck_assert_ptr_nonnull(strstr(error.text, "not new"));
}
END_TEST

START_TEST(no_tuple_is_as_large_as_a_word_can_say)
{
    ADD(GENERIC_SELECT_TUPLE_ARITY, x(0), label(OTHER_LABEL), number(2), number((int64_t)1 << 56), label(OTHER_LABEL));
    ADD_PLAIN(GENERIC_RETURN)->label = OTHER_LABEL;
    ck_assert(!is_accepted());
}
END_TEST

START_TEST(records_are_updated_inside_only)
{
    ADD(GENERIC_UPDATE_RECORD, constant(A_OK), number(2), x(0), x(0), number(2), number(3), x(1));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert(!is_accepted());
}
END_TEST

START_TEST(nothing_is_put_into_a_bitstring_that_was_not_begun)
{
    ADD(GENERIC_BS_PUT_INTEGER, label(0), constant(SMALL(8)), number(1), number(0), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert(!is_accepted());
    ck_assert_ptr_nonnull(strstr(error.text, "begun"));
}
END_TEST

START_TEST(nor_after_a_collection)
{
    ADD(GENERIC_BS_INIT2, label(0), constant(SMALL(1)), number(0), number(2), number(0), x(2));
    ADD(GENERIC_TEST_HEAP, number(2), number(2));
    ADD(GENERIC_BS_PUT_INTEGER, label(0), constant(SMALL(8)), number(1), number(0), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert(!is_accepted());
}
END_TEST

/* loop_rec, then a call while the message is still there. */
START_TEST(a_message_is_kept_over_a_call)
{
    function.arity = 0;
    ADD(GENERIC_ALLOCATE, number(1), number(0));
    ADD(GENERIC_INIT_YREGS, number(1), y(0));
    ADD(GENERIC_LOOP_REC, label(OTHER_LABEL), x(0));
    ADD(GENERIC_MOVE, x(0), y(0));
    ADD(GENERIC_CALL_EXT, number(0), number(1));
    ADD(GENERIC_MOVE, y(0), x(0));
    ADD(GENERIC_DEALLOCATE, number(1));
    ADD_PLAIN(GENERIC_RETURN);
    ADD_PLAIN(GENERIC_IF_END)->label = OTHER_LABEL;
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert(has_op(GENERIC_KEEP_MESSAGE));
}
END_TEST

START_TEST(a_message_that_is_left_leaves_nothing_on_the_stack)
{
    function.arity = 0;
    ADD(GENERIC_ALLOCATE, number(1), number(0));
    ADD(GENERIC_INIT_YREGS, number(1), y(0));
    ADD(GENERIC_LOOP_REC, label(OTHER_LABEL), x(0));
    ADD(GENERIC_MOVE, x(0), y(0));
    ADD_PLAIN(GENERIC_REMOVE_MESSAGE);
    ADD(GENERIC_LOOP_REC, label(OTHER_LABEL), x(0));
    ADD(GENERIC_MOVE, x(0), y(0));
    ADD_PLAIN(GENERIC_TIMEOUT);
    ADD_PLAIN(GENERIC_IF_END)->label = OTHER_LABEL;
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert_uint_eq(function.instructions[7].op, GENERIC_INIT_YREGS);
}
END_TEST

/* What never returns leaves no state to check, but its arguments still have to be there. */
START_TEST(calls_that_raise_have_the_arity_of_their_import)
{
    imports[0] = (ImportIr){A_ERLANG, A_ERROR, 3};
    ADD(GENERIC_CALL_EXT_ONLY, number(2), number(0));
    ck_assert(!is_accepted());
}
END_TEST

START_TEST(commands_of_bs_match_are_known_ones)
{
    ADD(GENERIC_BS_MATCH, label(OTHER_LABEL), x(0), number(1), constant(A_OK), number(8));
    ADD_PLAIN(GENERIC_RETURN);
    ADD_PLAIN(GENERIC_RETURN)->label = OTHER_LABEL;
    ck_assert(!is_accepted());
    ck_assert_ptr_nonnull(strstr(error.text, "bs_match"));
}
END_TEST

START_TEST(what_matches_bits_looks_only_once_for_a_context)
{
    ADD(GENERIC_BS_SKIP_BITS2, label(INFO_LABEL), x(1), constant(small_int(8)), number(1), number(0));
    ADD(GENERIC_BS_SKIP_BITS2, label(INFO_LABEL), x(1), constant(small_int(8)), number(1), number(0));
    ADD(GENERIC_BS_START_MATCH3, label(INFO_LABEL), x(0), number(2), x(0));
    ADD(GENERIC_BS_GET_TAIL, x(0), x(0), number(1));
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert_msg(is_accepted(), "%s", error.text);
    ck_assert_uint_eq(function.count, 6);
    ck_assert_uint_eq(function.instructions[0].op, GENERIC_CHECK_CONTEXT);
    ck_assert_int_eq(function.instructions[0].operands[0].value, 1);
}
END_TEST

START_TEST(a_label_that_only_a_match_fails_to_is_reached)
{
    ADD(GENERIC_BS_START_MATCH4, label(OTHER_LABEL), number(1), x(0), x(0));
    ADD(GENERIC_BS_GET_TAIL, x(0), x(0), number(1));
    ADD_PLAIN(GENERIC_RETURN);
    ADD(GENERIC_MOVE, x(7), x(0))->label = OTHER_LABEL;
    ADD_PLAIN(GENERIC_RETURN);
    ck_assert(!is_accepted());
}
END_TEST

Suite *verify_suite(void);
Suite *verify_suite(void)
{
    Suite *suite = suite_create("verify");
    TCase *tests = tcase_create("verify");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_builds_without_room_gets_a_test_heap);
    tcase_add_test(tests, room_is_used_up);
    tcase_add_test(tests, registers_between_those_in_use_are_filled_before_a_collection);
    tcase_add_test(tests, only_a_tuple_just_made_may_be_changed_in_place);
    tcase_add_test(tests, no_tuple_is_as_large_as_a_word_can_say);
    tcase_add_test(tests, records_are_updated_inside_only);
    tcase_add_test(tests, nothing_is_put_into_a_bitstring_that_was_not_begun);
    tcase_add_test(tests, nor_after_a_collection);
    tcase_add_test(tests, a_message_is_kept_over_a_call);
    tcase_add_test(tests, a_message_that_is_left_leaves_nothing_on_the_stack);
    tcase_add_test(tests, commands_of_bs_match_are_known_ones);
    tcase_add_test(tests, calls_that_raise_have_the_arity_of_their_import);
    tcase_add_test(tests, what_matches_bits_looks_only_once_for_a_context);
    tcase_add_test(tests, a_label_that_only_a_match_fails_to_is_reached);
    suite_add_tcase(suite, tests);
    return suite;
}
