/* Integers: every way in and out gives the same number, and the laws of arithmetic hold. */
#include <check.h>

#include "random_term.h"
#include "vm/term/arith.h"
#include "vm/term/compare.h"
#include "vm/term/integer.h"

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

/* Of up to `max_limbs` limbs; those at the edges of small integers come often. */
static Term random_integer(size_t max_limbs)
{
    static const int64_t edges[] = {0, 1, -1, SMALL_MAX, SMALL_MIN, INT64_MAX, INT64_MIN, SMALL_MAX - 1, SMALL_MIN + 1};
    uint64_t limbs[64];
    size_t count = random_below(max_limbs) + 1;

    switch (random_below(4)) {
    case 0:
        return integer_from_i64(&heap, edges[random_below(ARRAY_SIZE(edges))]);
    case 1:
        return integer_from_u64(&heap, random_number() >> random_below(64));
    default:
        for (size_t i = 0; i < count; i++)
            limbs[i] = random_below(4) ? random_number() : random_below(2) ? 0 : UINT64_MAX;
        return integer_from_limbs(&heap, limbs, count, random_below(2));
    }
}

static bool is_normal(Term t)
{
    if (is_small(t))
        return true;
    if (!is_big(t) || big_limbs(t)[big_limb_count(t) - 1] == 0)
        return false;
    return big_limb_count(t) > 1 || big_limbs(t)[0] > (uint64_t)SMALL_MAX + big_is_negative(t);
}

START_TEST(what_fits_is_small_and_nothing_else)
{
    ck_assert(is_small(integer_from_i64(&heap, SMALL_MAX)));
    ck_assert(is_small(integer_from_i64(&heap, SMALL_MIN)));
    ck_assert(is_big(integer_from_i64(&heap, SMALL_MAX + 1)));
    ck_assert(is_big(integer_from_i64(&heap, SMALL_MIN - 1)));
    for (int i = 0; i < 10000; i++)
        CHECK(is_normal(random_integer(3)));
}
END_TEST

START_TEST(c_numbers_come_back)
{
    int64_t i64;
    uint64_t u64;

    for (int i = 0; i < 10000; i++) {
        uint64_t bits = random_number() >> random_below(64);
        CHECK(integer_to_u64(integer_from_u64(&heap, bits), &u64) && u64 == bits);
        CHECK(integer_to_i64(integer_from_i64(&heap, (int64_t)bits), &i64) && i64 == (int64_t)bits);
        CHECK(integer_low_64(integer_from_i64(&heap, (int64_t)bits)) == bits);
    }
    ck_assert(!integer_to_i64(integer_from_u64(&heap, UINT64_MAX), &i64));
    ck_assert(!integer_to_u64(small_int(-1), &u64));
    ck_assert(!integer_to_i64(A_TRUE, &i64));
    ck_assert(integer_to_i64(integer_from_i64(&heap, INT64_MIN), &i64) && i64 == INT64_MIN);
}
END_TEST

START_TEST(bytes_come_back)
{
    uint8_t bytes[600];

    for (int i = 0; i < 5000; i++) {
        Term t = random_integer(8);
        size_t size = integer_magnitude_bytes(t);
        unsigned flags = random_below(2) ? INTEGER_LITTLE : 0;
        integer_magnitude(t, bytes);
        CHECK(term_exact_equal(integer_from_magnitude(&heap, bytes, size, integer_is_negative(t)), t));
        size += 1 + random_below(9);
        integer_to_bytes(t, bytes, size, flags);
        CHECK(term_exact_equal(integer_from_bytes(&heap, bytes, size, flags | INTEGER_SIGNED), t));
    }
}
END_TEST

START_TEST(digits_come_back)
{
    for (int i = 0; i < 5000; i++) {
        Term t = random_integer(30), back;
        unsigned base = (unsigned)random_below(35) + 2;
        Text text = {0};
        integer_print(&text, t, base);
        CHECK(integer_parse(&heap, text.bytes, text.size, base, &back) == PARSE_OK);
        CHECK(term_exact_equal(back, t));
        text_free(&text);
    }
}
END_TEST

static ParseResult parse(const char *text, unsigned base)
{
    Term value;

    return integer_parse(&heap, text, strlen(text), base, &value);
}

START_TEST(bad_digits_are_refused)
{
    ck_assert_int_eq(parse("", 10), PARSE_BAD);
    ck_assert_int_eq(parse("-", 10), PARSE_BAD);
    ck_assert_int_eq(parse("+-1", 10), PARSE_BAD);
    ck_assert_int_eq(parse("12a", 10), PARSE_BAD);
    ck_assert_int_eq(parse(" 1", 10), PARSE_BAD);
    ck_assert_int_eq(parse("102", 2), PARSE_BAD);
    ck_assert_int_eq(parse("100000000000000000000000000002", 2), PARSE_BAD);
    ck_assert_int_eq(parse("+zZ", 36), PARSE_OK);
    ck_assert_int_eq(parse("0000000000000000000000000000000000000000000000000000000000000000000000007", 8), PARSE_OK);
}
END_TEST

START_TEST(addition_and_multiplication_keep_their_laws)
{
    for (int i = 0; i < 5000; i++) {
        Term a = random_integer(6), b = random_integer(6), c = random_integer(6);
        Term sum = arith_add(&heap, a, b);
        CHECK(is_normal(sum));
        CHECK(term_exact_equal(arith_sub(&heap, sum, b), a));
        CHECK(term_exact_equal(arith_mul(&heap, sum, c),
                               arith_add(&heap, arith_mul(&heap, a, c), arith_mul(&heap, c, b))));
    }
}
END_TEST

START_TEST(division_leaves_a_smaller_rest_of_the_dividends_sign)
{
    for (int i = 0; i < 5000; i++) {
        Term a = random_integer(9), b = random_integer(4);
        Term quotient = arith_int_div(&heap, a, b), rest = arith_rem(&heap, a, b);
        if (b == small_int(0)) {
            CHECK(quotient == NO_TERM && rest == NO_TERM);
            continue;
        }
        CHECK(is_normal(quotient) && is_normal(rest));
        CHECK(term_exact_equal(arith_add(&heap, arith_mul(&heap, quotient, b), rest), a));
        CHECK(term_compare(arith_abs(&heap, rest), arith_abs(&heap, b)) < 0);
        CHECK(rest == small_int(0) || integer_is_negative(rest) == integer_is_negative(a));
    }
}
END_TEST

/* a bor b = a + b - (a band b), a bxor b = (a bor b) - (a band b), bnot a = -1 - a. */
START_TEST(bit_operations_agree_with_arithmetic)
{
    for (int i = 0; i < 5000; i++) {
        Term a = random_integer(5), b = random_integer(5);
        Term common = arith_band(&heap, a, b);
        Term either = arith_bor(&heap, a, b);
        CHECK(term_exact_equal(arith_add(&heap, common, either), arith_add(&heap, a, b)));
        CHECK(term_exact_equal(arith_bxor(&heap, a, b), arith_sub(&heap, either, common)));
        CHECK(term_exact_equal(arith_bnot(&heap, a), arith_sub(&heap, small_int(-1), a)));
    }
}
END_TEST

START_TEST(shifts_multiply_and_divide_by_powers_of_two)
{
    for (int i = 0; i < 5000; i++) {
        Term a = random_integer(5), bits = small_int((int64_t)random_below(300));
        Term power = arith_bsl(&heap, small_int(1), bits);
        Term left = arith_bsl(&heap, a, bits);
        Term lost = arith_band(&heap, a, arith_sub(&heap, power, small_int(1)));
        CHECK(is_normal(left));
        CHECK(term_exact_equal(left, arith_mul(&heap, a, power)));
        CHECK(term_exact_equal(arith_bsr(&heap, left, bits), a));
        CHECK(term_exact_equal(arith_mul(&heap, arith_bsr(&heap, a, bits), power), arith_sub(&heap, a, lost)));
        CHECK(term_exact_equal(arith_bsl(&heap, a, arith_negate(&heap, bits)), arith_bsr(&heap, a, bits)));
    }
}
END_TEST

START_TEST(too_big_a_result_is_told)
{
    Term most_bits = small_int(64 * (int64_t)INTEGER_MAX_LIMBS - 1);
    Term largest = arith_bsl(&heap, small_int(1), most_bits);
    Term beyond = arith_bsl(&heap, small_int(1), small_int(80));

    ck_assert(is_big(largest));
    ck_assert(arith_add(&heap, largest, largest) == ARITH_LIMIT);
    ck_assert(arith_mul(&heap, largest, small_int(2)) == ARITH_LIMIT);
    ck_assert(arith_mul(&heap, largest, largest) == ARITH_LIMIT);
    ck_assert(arith_bsl(&heap, small_int(2), most_bits) == ARITH_LIMIT);
    ck_assert(arith_bsl(&heap, small_int(1), beyond) == ARITH_LIMIT);
    ck_assert(arith_bsl(&heap, small_int(0), beyond) == small_int(0));
    ck_assert(arith_bsr(&heap, small_int(-1), beyond) == small_int(-1));
    ck_assert(arith_bsl(&heap, A_TRUE, beyond) == NO_TERM);
}
END_TEST

START_TEST(doubles_without_fraction_come_back)
{
    for (int i = 0; i < 10000; i++) {
        double value = (double)(int64_t)random_number() * (double)(random_number() >> random_below(64)), back;
        Term t = integer_from_double(&heap, value);
        CHECK(is_normal(t));
        CHECK(integer_to_double(t, &back) && back == value);
        CHECK(integer_compare_double(t, value) == 0);
        CHECK(integer_compare_double(arith_add(&heap, t, small_int(1)), value) > 0);
        CHECK(integer_compare_double(arith_sub(&heap, t, small_int(1)), value) < 0);
    }
}
END_TEST

Suite *integer_suite(void)
{
    Suite *suite = suite_create("integer");
    TCase *tests = tcase_create("integer");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_fits_is_small_and_nothing_else);
    tcase_add_test(tests, c_numbers_come_back);
    tcase_add_test(tests, bytes_come_back);
    tcase_add_test(tests, digits_come_back);
    tcase_add_test(tests, bad_digits_are_refused);
    tcase_add_test(tests, addition_and_multiplication_keep_their_laws);
    tcase_add_test(tests, division_leaves_a_smaller_rest_of_the_dividends_sign);
    tcase_add_test(tests, bit_operations_agree_with_arithmetic);
    tcase_add_test(tests, shifts_multiply_and_divide_by_powers_of_two);
    tcase_add_test(tests, too_big_a_result_is_told);
    tcase_add_test(tests, doubles_without_fraction_come_back);
    suite_add_tcase(suite, tests);
    return suite;
}
