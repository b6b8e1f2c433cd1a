/* Terms as erlang:display/1 shows them. */
#include <check.h>

#include "random_term.h"
#include "vm/term/print.h"

static Heap heap;
static Text text;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
    text_free(&text);
}

static const char *printed(Term t, int64_t max)
{
    text_free(&text);
    term_print(&text, t, max);
    return text_terminated(&text);
}

static const char *all(Term t) { return printed(t, PRINT_ALL); }

START_TEST(numbers_and_identifiers)
{
    uint64_t limbs[] = {0, 1};

    ck_assert_str_eq(all(small_int(-17)), "-17");
    ck_assert_str_eq(all(integer_from_limbs(&heap, limbs, 2, true)), "-18446744073709551616");
    ck_assert_str_eq(all(float_new(&heap, 1.5)), "1.500000e+00");
    ck_assert_str_eq(all(pid_from_numbers(77, 3)), "<0.77.3>");
    ck_assert_str_eq(all(port_from_number(5)), "#Port<0.5>");
    ck_assert_str_eq(all(TERM_NIL), "[]");
}
END_TEST

START_TEST(atoms_are_quoted_where_need_be)
{
    ck_assert_str_eq(all(A_TRUE), "true");
    ck_assert_str_eq(all(atom_from_text("")), "''");
    ck_assert_str_eq(all(atom_from_text("Up")), "'Up'");
    ck_assert_str_eq(all(atom_from_text("a b")), "'a b'");
    ck_assert_str_eq(all(atom_from_text("a_B9")), "a_B9");
    ck_assert_str_eq(all(atom_from_text("a@b")), "'a@b'");
    ck_assert_str_eq(all(atom_from_text("it's\n\x01")), "'it\\'s\\n\\001'");
    ck_assert_str_eq(all(atom_from_latin1("\xe5\xe4\xf6", 3)), "\xc3\xa5\xc3\xa4\xc3\xb6");
}
END_TEST

START_TEST(lists_and_strings)
{
    Term one = small_int(1), two = small_int(2);

    ck_assert_str_eq(all(list_from_text(&heap, "say \"hi\"\n")), "\"say \\\"hi\\\"\\n\"");
    ck_assert_str_eq(all(cons(&heap, one, cons(&heap, two, TERM_NIL))), "[1,2]");
    ck_assert_str_eq(all(cons(&heap, one, cons(&heap, two, A_OK))), "[1,2|ok]");
    ck_assert_str_eq(all(cons(&heap, TERM_NIL, TERM_NIL)), "[[]]");
}
END_TEST

START_TEST(tuples_maps_and_bitstrings)
{
    Term one = small_int(1);
    uint8_t bytes[] = {1, 2, 0xa0};

    ck_assert_str_eq(all(tuple_from(&heap, 0, NULL)), "{}");
    ck_assert_str_eq(all(tuple_3(&heap, one, tuple_2(&heap, A_OK, TERM_NIL), one)), "{1,{ok,[]},1}");
    ck_assert_str_eq(all(map_empty(&heap)), "#{}");
    ck_assert_str_eq(all(map_put(&heap, map_put(&heap, map_empty(&heap), one, A_OK), A_OK, one)), "#{1=>ok,ok=>1}");
    ck_assert_str_eq(all(bits_new(&heap, "", 0)), "<<>>");
    ck_assert_str_eq(all(bits_from_text(&heap, "a\"b")), "<<\"a\\\"b\">>");
    ck_assert_str_eq(all(bits_copy_of(&heap, bytes, 0, 19)), "<<1,2,5:3>>");
    ck_assert_str_eq(all(bits_copy_of(&heap, bytes, 16, 3)), "<<5:3>>");
}
END_TEST

START_TEST(long_terms_are_cut_off)
{
    Term list = TERM_NIL;

    for (int i = 0; i < 100; i++)
        list = cons(&heap, small_int(1000), list);
    ck_assert_str_eq(printed(list, 3), "[1000,1000,... ");
    ck_assert_str_eq(printed(list_from_text(&heap, "abcdef"), 3), "\"ab... ");
}
END_TEST

START_TEST(depth_needs_no_stack)
{
    Term t = small_int(1);

    for (int i = 0; i < 1000000; i++)
        t = i % 2 ? cons(&heap, t, TERM_NIL) : tuple_2(&heap, t, A_OK);
    ck_assert_uint_eq(strlen(all(t)), 500000 * 2 + 500000 * 5 + 1);
}
END_TEST

Suite *print_suite(void)
{
    Suite *suite = suite_create("print");
    TCase *tests = tcase_create("print");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, numbers_and_identifiers);
    tcase_add_test(tests, atoms_are_quoted_where_need_be);
    tcase_add_test(tests, lists_and_strings);
    tcase_add_test(tests, tuples_maps_and_bitstrings);
    tcase_add_test(tests, long_terms_are_cut_off);
    tcase_add_test(tests, depth_needs_no_stack);
    suite_add_tcase(suite, tests);
    return suite;
}
