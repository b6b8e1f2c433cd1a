/* Receives that choose by the message alone: how the loader knows them, and where they go on. */
#include <check.h>
#include <string.h>

#include "instruction_list.h"
#include "loader/closed_receive.h"
#include "vm/proc/receive_marker.h"
#include "vm/term/atom.h"

/* --- the loader ---------------------------------------------------------------------------------- */

#define AGAIN 2
#define LEAVE 3
#define NONE 4
#define OTHER 5

static Process process;

static void set_up(void)
{
    instruction_list_begin((ImportIr){A_ERLANG, A_TUPLE_SIZE, 1}, (ImportIr){A_ERLANG, A_NODE, 1});
    memset(&process, 0, sizeof process);
    mailbox_init(&process.mailbox);
}

static void tear_down(void)
{
    arena_free(&ir.arena);
    mailbox_free(&process);
}

static void begin(void) { ADD(GENERIC_LOOP_REC, label(NONE), x(0))->label = AGAIN; }

/* Takes the message, or leaves it. */
static bool end_is_closed(void)
{
    ADD_PLAIN(GENERIC_REMOVE_MESSAGE);
    ADD(GENERIC_MOVE, y(0), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ADD(GENERIC_LOOP_REC_END, label(AGAIN))->label = LEAVE;
    ADD(GENERIC_WAIT, label(AGAIN))->label = NONE;
    function.count = count;
    return closed_receive_is(&ir, &function, 0);
}

START_TEST(patterns_of_constants_are_closed)
{
    begin();
    ADD(GENERIC_IS_TAGGED_TUPLE, label(LEAVE), x(0), number(2), constant(A_OK));
    ADD(GENERIC_GET_TUPLE_ELEMENT, x(0), number(1), x(1));
    ADD(GENERIC_IS_EQ_EXACT, label(LEAVE), x(1), constant(A_ERROR));
    ck_assert(end_is_closed());
}
END_TEST

START_TEST(a_value_from_outside_is_not)
{
    begin();
    ADD(GENERIC_IS_EQ_EXACT, label(LEAVE), x(0), y(0));
    ck_assert(!end_is_closed());
}
END_TEST

START_TEST(not_even_where_control_goes_by_another_way)
{
    begin();
    ADD(GENERIC_IS_EQ_EXACT, label(OTHER), x(0), constant(A_OK));
    ADD_PLAIN(GENERIC_REMOVE_MESSAGE);
    ADD_PLAIN(GENERIC_RETURN);
    ADD(GENERIC_IS_EQ_EXACT, label(LEAVE), x(0), y(0))->label = OTHER;
    ck_assert(!end_is_closed());
}
END_TEST

START_TEST(what_stands_between_but_is_not_reached_does_not_count)
{
    begin();
    ADD(GENERIC_IS_EQ_EXACT, label(OTHER), x(0), constant(A_OK));
    ADD_PLAIN(GENERIC_REMOVE_MESSAGE);
    ADD(GENERIC_MOVE, y(0), x(0));
    ADD_PLAIN(GENERIC_RETURN);
    ADD(GENERIC_IS_EQ_EXACT, label(LEAVE), x(0), constant(A_ERROR))->label = OTHER;
    ck_assert(end_is_closed());
}
END_TEST

START_TEST(guards_may_use_functions_of_their_arguments)
{
    begin();
    ADD(GENERIC_GC_BIF1, label(LEAVE), number(1), number(0), x(0), x(1));
    ADD(GENERIC_IS_LT, label(LEAVE), x(1), constant(SMALL(3)));
    ck_assert(end_is_closed());
}
END_TEST

START_TEST(but_the_name_of_the_node_changes)
{
    begin();
    ADD(GENERIC_BIF1, label(LEAVE), number(1), x(0), x(1));
    ADD(GENERIC_IS_EQ_EXACT, label(LEAVE), x(1), constant(A_OK));
    ck_assert(!end_is_closed());
}
END_TEST

START_TEST(a_call_before_the_message_is_taken_is_not_closed)
{
    begin();
    ADD(GENERIC_CALL_EXT, number(1), number(0));
    ck_assert(!end_is_closed());
}
END_TEST

START_TEST(who_goes_on_with_another_receive_is_not_closed)
{
    begin();
    ADD(GENERIC_IS_EQ_EXACT, label(OTHER), x(0), constant(A_OK));
    ADD_PLAIN(GENERIC_REMOVE_MESSAGE);
    ADD_PLAIN(GENERIC_RETURN);
    ADD(GENERIC_LOOP_REC_END, label(NONE))->label = OTHER;
    ck_assert(!end_is_closed());
}
END_TEST

START_TEST(who_takes_whatever_comes_looks_for_nothing)
{
    begin();
    ck_assert(!end_is_closed());
}
END_TEST

/* --- the queue ------------------------------------------------------------------------------------ */

#define RECEIVE_A 100
#define RECEIVE_B 101

static void send(int64_t from, int64_t to)
{
    process.state = PROCESS_RUNNING;
    for (int64_t i = from; i <= to; i++)
        message_send(NULL, &process, small_int(i));
}

/* Receives the small integer `wanted`; 0: there is none. Returns how many messages it looked at. */
static unsigned receive(uint32_t number, int64_t wanted, bool closed)
{
    unsigned looked = 0;

    for (;;) {
        Term message;
        if (closed)
            receive_marker_begin_closed(&process, number);
        message = mailbox_peek(&process);
        if (message == NO_TERM) {
            mailbox_timeout(&process);
            return looked;
        }
        looked++;
        if (small_value(message) == wanted) {
            mailbox_remove(&process);
            return looked;
        }
        mailbox_skip(&process);
    }
}

static unsigned receive_closed(uint32_t number, int64_t wanted) { return receive(number, wanted, true); }
static unsigned receive_open(int64_t wanted) { return receive(0, wanted, false); }

START_TEST(what_was_left_is_not_looked_at_again)
{
    send(1, 100);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 0), 100);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 0), 0);
    send(101, 101);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 101), 1);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 0), 0);
}
END_TEST

START_TEST(each_receive_has_its_place)
{
    send(1, 100);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 50), 50);
    ck_assert_uint_eq(receive_closed(RECEIVE_B, 20), 20);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 51), 1);
    ck_assert_uint_eq(receive_open(60), 57);
    ck_assert_uint_eq(receive_closed(RECEIVE_B, 21), 1);
}
END_TEST

START_TEST(the_message_before_the_place_may_go_away)
{
    send(1, 100);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 50), 50);
    ck_assert_uint_eq(receive_open(49), 49);
    ck_assert_uint_eq(receive_open(48), 48);
    ck_assert_uint_eq(receive_open(51), 48);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 52), 1);
}
END_TEST

START_TEST(and_all_before_it)
{
    send(1, 30);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 20), 20);
    for (int64_t i = 1; i < 20; i++)
        ck_assert_uint_eq(receive_open(i), 1);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 21), 1);
}
END_TEST

START_TEST(a_short_search_leaves_no_trace)
{
    send(1, MAILBOX_TRAIL_STEPS - 1);
    ck_assert_uint_eq(receive_closed(RECEIVE_A, 0), MAILBOX_TRAIL_STEPS - 1);
    ck_assert_ptr_null(process.mailbox.markers);
}
END_TEST

Suite *receive_marker_suite(void);
Suite *receive_marker_suite(void)
{
    Suite *suite = suite_create("receive_marker");
    TCase *tests = tcase_create("receive_marker");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, patterns_of_constants_are_closed);
    tcase_add_test(tests, a_value_from_outside_is_not);
    tcase_add_test(tests, not_even_where_control_goes_by_another_way);
    tcase_add_test(tests, what_stands_between_but_is_not_reached_does_not_count);
    tcase_add_test(tests, guards_may_use_functions_of_their_arguments);
    tcase_add_test(tests, but_the_name_of_the_node_changes);
    tcase_add_test(tests, a_call_before_the_message_is_taken_is_not_closed);
    tcase_add_test(tests, who_goes_on_with_another_receive_is_not_closed);
    tcase_add_test(tests, who_takes_whatever_comes_looks_for_nothing);
    tcase_add_test(tests, what_was_left_is_not_looked_at_again);
    tcase_add_test(tests, each_receive_has_its_place);
    tcase_add_test(tests, the_message_before_the_place_may_go_away);
    tcase_add_test(tests, and_all_before_it);
    tcase_add_test(tests, a_short_search_leaves_no_trace);
    suite_add_tcase(suite, tests);
    return suite;
}
