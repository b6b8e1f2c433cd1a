/* Floats as text: short texts read back, formats are those of stock, bad texts are refused. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "random_term.h"
#include "vm/term/float_text.h"

static Text text;

static void tear_down(void) { text_free(&text); }

static const char *shortest(double value)
{
    text_free(&text);
    float_print_short(&text, value);
    return text_terminated(&text);
}

START_TEST(the_shortest_text_is_chosen)
{
    ck_assert_str_eq(shortest(0.0), "0.0");
    ck_assert_str_eq(shortest(-0.0), "-0.0");
    ck_assert_str_eq(shortest(0.1), "0.1");
    ck_assert_str_eq(shortest(0.001), "0.001");
    ck_assert_str_eq(shortest(0.0001), "0.0001");
    ck_assert_str_eq(shortest(0.00001), "1.0e-5");
    ck_assert_str_eq(shortest(100.0), "100.0");
    ck_assert_str_eq(shortest(1000.0), "1.0e3");
    ck_assert_str_eq(shortest(12345.0), "12345.0");
    ck_assert_str_eq(shortest(1e22), "1.0e22");
    ck_assert_str_eq(shortest(9007199254740991.0), "9007199254740991.0");
    ck_assert_str_eq(shortest(9007199254740992.0), "9.007199254740992e15");
    ck_assert_str_eq(shortest(5e-324), "5.0e-324");
    ck_assert_str_eq(shortest(1.7976931348623157e308), "1.7976931348623157e308");
    ck_assert_str_eq(shortest(0x1p-44), "5.684341886080802e-14");
    ck_assert_str_eq(shortest(-1.2345678901234567), "-1.2345678901234567");
}
END_TEST

START_TEST(short_texts_read_back)
{
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = random_number();
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        shortest(value);
        CHECK(float_parse(text.bytes, text.size, &back) && back == value);
    }
}
END_TEST

static const char *fixed(double value, int decimals, bool compact)
{
    text_free(&text);
    return float_print_decimals(&text, value, decimals, compact) ? text_terminated(&text) : "badarg";
}

START_TEST(decimals_round_as_on_stock)
{
    ck_assert_str_eq(fixed(1.5, 0, false), "2");
    ck_assert_str_eq(fixed(2.5, 0, false), "3");
    ck_assert_str_eq(fixed(0.999, 2, false), "1.00");
    ck_assert_str_eq(fixed(-0.001, 2, false), "-0.00");
    ck_assert_str_eq(fixed(1.25, 4, true), "1.25");
    ck_assert_str_eq(fixed(1.0, 4, true), "1.0");
    ck_assert_str_eq(fixed(1e30, 1, false), "1000000000000000019884624838656.0");
    ck_assert_str_eq(fixed(0.1, 20, false), "0.10000000000000000555");
    ck_assert_str_eq(fixed(1e300, 10, false), "badarg");
    ck_assert_str_eq(fixed(1.0, -1, false), "badarg");
}
END_TEST

START_TEST(scientific_is_always_a_digit_point_digits)
{
    ck_assert(float_print_scientific(&text, 1234.5, 3));
    ck_assert_str_eq(text_terminated(&text), "1.234e+03");
    ck_assert(!float_print_scientific(&text, 1.0, 300));
    ck_assert_str_eq(text_terminated(&text), "1.234e+03");
}
END_TEST

static bool reads(const char *source)
{
    double value;

    return float_parse(source, strlen(source), &value);
}

START_TEST(only_erlangs_syntax_is_read)
{
    ck_assert(reads("1.0") && reads("-1.5e10") && reads("+0.5E-3") && reads("1,5") && reads("00.0e+00"));
    ck_assert(!reads("") && !reads("1") && !reads("1.") && !reads(".5") && !reads("1e5") && !reads("1.0e"));
    ck_assert(!reads(" 1.0") && !reads("1.0 ") && !reads("inf") && !reads("nan") && !reads("0x1.0p3"));
    ck_assert(!reads("1.0e400") && reads("1.0e-400") && !reads("--1.0"));
}
END_TEST

Suite *float_text_suite(void)
{
    Suite *suite = suite_create("float_text");
    TCase *tests = tcase_create("float_text");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, the_shortest_text_is_chosen);
    tcase_add_test(tests, short_texts_read_back);
    tcase_add_test(tests, decimals_round_as_on_stock);
    tcase_add_test(tests, scientific_is_always_a_digit_point_digits);
    tcase_add_test(tests, only_erlangs_syntax_is_read);
    suite_add_tcase(suite, tests);
    return suite;
}
