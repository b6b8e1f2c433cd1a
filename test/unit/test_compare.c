/* The order of terms is total, and equality agrees with it. */
#include <check.h>

#include "random_term.h"
#include "vm/term/arith.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

static int sign(int order) { return (order > 0) - (order < 0); }

START_TEST(kinds_come_in_their_order)
{
    Term key = small_int(1);
    Term terms[] = {
        small_int(1), A_TRUE, ref_new(&heap), port_from_number(7), pid_from_numbers(1, 0), tuple_2(&heap, key, key),
        map_empty(&heap), TERM_NIL, cons(&heap, key, key), bits_new(&heap, "a", 1)
    };

    for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(terms); j++) {
            ck_assert_int_eq(sign(term_compare(terms[i], terms[j])), (i > j) - (i < j));
            ck_assert_int_eq(sign(term_compare_exact(terms[i], terms[j])), (i > j) - (i < j));
        }
    }
}
END_TEST

START_TEST(an_integer_equals_its_float_but_not_exactly)
{
    Term one = small_int(1), float_one = float_new(&heap, 1.0);
    Term minus_zero = float_new(&heap, -0.0), zero = float_new(&heap, 0.0);

    ck_assert_int_eq(term_compare(one, float_one), 0);
    ck_assert(term_equal(one, float_one) && !term_exact_equal(one, float_one));
    ck_assert(term_compare_exact(small_int(1000), float_one) < 0);
    ck_assert(term_compare(small_int(1000), float_one) > 0);
    ck_assert(term_exact_equal(zero, minus_zero) && term_compare_exact(zero, minus_zero) == 0);
    ck_assert(term_equal(cons(&heap, one, TERM_NIL), cons(&heap, float_one, TERM_NIL)));
    ck_assert(!term_exact_equal(cons(&heap, one, TERM_NIL), cons(&heap, float_one, TERM_NIL)));
}
END_TEST

START_TEST(large_integers_compare_with_floats_without_rounding)
{
    Term edge = small_int((int64_t)1 << 53);
    Term float_edge = float_new(&heap, 9007199254740992.0);
    Term big = arith_bsl(&heap, small_int(1), small_int(100));
    Term float_big = float_new(&heap, 0x1p100);

    ck_assert_int_eq(term_compare(edge, float_edge), 0);
    ck_assert(term_compare(small_int(((int64_t)1 << 53) + 1), float_edge) > 0);
    ck_assert_int_eq(term_compare(big, float_big), 0);
    ck_assert(term_compare(arith_add(&heap, big, small_int(1)), float_big) > 0);
    ck_assert(term_compare(arith_sub(&heap, big, small_int(1)), float_big) < 0);
    ck_assert(term_compare(arith_bsl(&heap, small_int(-1), small_int(2000)), float_new(&heap, -1e308)) < 0);
}
END_TEST

/* Keys of maps are compared exactly even by ==, values are not. */
START_TEST(maps_compare_by_size_keys_and_values)
{
    Term one = small_int(1), float_one = float_new(&heap, 1.0), two = small_int(2);
    Term m = map_put(&heap, map_empty(&heap), one, one);

    ck_assert(!term_equal(m, map_put(&heap, map_empty(&heap), float_one, one)));
    ck_assert(term_equal(m, map_put(&heap, map_empty(&heap), one, float_one)));
    ck_assert(!term_exact_equal(m, map_put(&heap, map_empty(&heap), one, float_one)));
    ck_assert(term_compare(m, map_put(&heap, m, two, one)) < 0);
    ck_assert(term_compare(m, map_put(&heap, map_empty(&heap), two, small_int(0))) < 0);
    ck_assert(term_compare(m, map_put(&heap, map_empty(&heap), one, two)) < 0);
}
END_TEST

static Term numbered_map(int count, int odd_key, Term odd_value)
{
    Term map = map_empty(&heap);

    for (int i = 0; i < count; i++)
        map = map_put(&heap, map, small_int(i), i == odd_key ? odd_value : A_TRUE);
    return map;
}

START_TEST(large_maps_compare_in_the_order_of_their_keys)
{
    Term plain = numbered_map(100, -1, A_TRUE);

    ck_assert(term_compare(plain, numbered_map(100, 70, A_UNDEFINED)) < 0);
    ck_assert(term_compare(numbered_map(100, 3, A_UNDEFINED), numbered_map(100, 70, A_UNDEFINED)) > 0);
    ck_assert(term_equal(plain, term_copy(&heap, plain)));
    ck_assert(term_equal(numbered_map(100, 5, small_int(1)), numbered_map(100, 5, float_new(&heap, 1.0))));
    ck_assert(!term_exact_equal(numbered_map(100, 5, small_int(1)), numbered_map(100, 5, float_new(&heap, 1.0))));
    ck_assert(term_compare(map_put(&heap, map_remove(&heap, plain, small_int(50)), A_OK, A_OK), plain) > 0);
}
END_TEST

static void check_pair(Term a, Term b)
{
    int order = sign(term_compare(a, b)), exact = sign(term_compare_exact(a, b));

    CHECK(sign(term_compare(b, a)) == -order);
    CHECK(sign(term_compare_exact(b, a)) == -exact);
    CHECK(term_equal(a, b) == (order == 0));
    CHECK(term_exact_equal(a, b) == (exact == 0));
    CHECK(exact != 0 || order == 0);
}

START_TEST(random_terms_are_in_a_total_order)
{
    for (int i = 0; i < 3000; i++) {
        Term a = random_term(&heap, 4), b = random_term(&heap, 4), c = random_term(&heap, 4);
        check_pair(a, b);
        check_pair(a, term_copy(&heap, a));
        CHECK(term_exact_equal(a, term_copy(&heap, a)));
        if (term_compare(a, b) <= 0 && term_compare(b, c) <= 0)
            CHECK(term_compare(a, c) <= 0);
        if (i % 100 == 0)
            tear_down();
    }
}
END_TEST

static Term nested(Term innermost, int depth)
{
    for (int i = 0; i < depth; i++)
        innermost = i % 2 ? cons(&heap, innermost, TERM_NIL) : tuple_2(&heap, innermost, A_OK);
    return innermost;
}

START_TEST(depth_needs_no_stack)
{
    Term a = nested(small_int(1), 1000000), b = nested(small_int(2), 1000000);

    ck_assert(term_compare(a, b) < 0);
    ck_assert(!term_equal(a, b));
    ck_assert(term_exact_equal(a, nested(small_int(1), 1000000)));
}
END_TEST

Suite *compare_suite(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = tcase_create("compare");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, kinds_come_in_their_order);
    tcase_add_test(tests, an_integer_equals_its_float_but_not_exactly);
    tcase_add_test(tests, large_integers_compare_with_floats_without_rounding);
    tcase_add_test(tests, maps_compare_by_size_keys_and_values);
    tcase_add_test(tests, large_maps_compare_in_the_order_of_their_keys);
    tcase_add_test(tests, random_terms_are_in_a_total_order);
    tcase_add_test(tests, depth_needs_no_stack);
    suite_add_tcase(suite, tests);
    return suite;
}
