/* Copying: the copy is equal, of the size that was said, and shares nothing with its origin. */
#include <check.h>

#include "random_term.h"
#include "vm/gc/literal.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"

#define DEEP 1000000

static Heap heap, other;

static void tear_down(void)
{
    heap_clear(&heap);
    heap_clear(&other);
    heap = other = (Heap){0};
}

START_TEST(a_copy_is_equal_and_of_the_size_said)
{
    random_state = 31337;
    for (int round = 0; round < 3000; round++) {
        Term t = random_term(&heap, 5);
        size_t words = term_size_words(t);
        size_t before = heap_fragment_words(&other);
        Term copy = term_copy(&other, t);

        ck_assert_uint_eq(heap_fragment_words(&other) - before, words);
        ck_assert(term_exact_equal(t, copy));
        ck_assert(is_immediate(t) || copy != t);
        ck_assert_uint_ge(words, term_size_words_shared(t));
    }
}
END_TEST

START_TEST(the_copy_outlives_its_origin)
{
    Term terms[200], copies[200];

    random_state = 17;
    for (size_t i = 0; i < 200; i++) {
        terms[i] = random_term(&heap, 5);
        copies[i] = term_copy(&other, terms[i]);
    }
    heap_clear(&heap);
    heap = (Heap){0};
    for (size_t i = 0; i < 200; i++)
        ck_assert(term_exact_equal(term_copy(&heap, copies[i]), copies[i]));
}
END_TEST

START_TEST(depth_does_not_matter)
{
    Term by_head = TERM_NIL, by_tail = TERM_NIL, by_tuple = A_OK, copy;

    for (int i = 0; i < DEEP; i++) {
        by_head = cons(&heap, by_head, A_OK);
        by_tail = cons(&heap, A_OK, by_tail);
        by_tuple = tuple_2(&heap, by_tuple, A_OK);
    }
    ck_assert_uint_eq(term_size_words(by_head), 2 * DEEP);
    ck_assert_uint_eq(term_size_words(by_tail), 2 * DEEP);
    ck_assert_uint_eq(term_size_words(by_tuple), 3 * DEEP);
    copy = term_copy(&other, tuple_3(&heap, by_head, by_tail, by_tuple));
    ck_assert(term_exact_equal(tuple_element(copy, 1), by_head));
    ck_assert(term_exact_equal(tuple_element(copy, 2), by_tail));
    ck_assert(term_exact_equal(tuple_element(copy, 3), by_tuple));
}
END_TEST

START_TEST(literals_are_not_copied_unless_asked_for)
{
    Term literal = tuple_3(&heap, A_OK, list_from_text(&heap, "constant"), float_new(&heap, 1.5));
    LiteralArea *area = literal_area_new(&literal, 1);
    Term t = tuple_2(&heap, literal, cons(&heap, literal, literal));

    ck_assert_uint_eq(term_size_words(literal), 0);
    ck_assert_uint_eq(term_size_words(t), 5);
    ck_assert(tuple_element(term_copy(&other, t), 1) == literal);
    ck_assert(tuple_element(term_copy_all(&other, t), 1) != literal);
    ck_assert(term_exact_equal(term_copy_all(&other, t), t));
    ck_assert_uint_eq(term_size_words_all(t), 5 + 3 * area->size_words);
    literal_area_free(area);
}
END_TEST

START_TEST(literals_built_in_their_place_stay_there)
{
    Heap place = literal_heap(100);
    Term small = tuple_2(&place, A_OK, SMALL(1)), twin = tuple_2(&heap, A_OK, SMALL(1));
    Term terms[2] = {small, A_TRUE};
    LiteralArea *area = literal_area_of_heap(&place, terms, 2), *behind;
    Word *start = area->heap.start;

    ck_assert(terms[0] == small && is_literal(small) && terms[1] == A_TRUE);
    ck_assert_uint_eq(area->size_words, 3);
    ck_assert_ptr_null(place.start);
    behind = literal_area_new(&twin, 1);
    ck_assert_ptr_eq(behind->heap.start, start + 3);
    literal_area_free(area);
    /* There is a hole now, and it is filled. */
    place = literal_heap(100);
    terms[0] = tuple_2(&place, A_OK, SMALL(2));
    area = literal_area_of_heap(&place, terms, 1);
    ck_assert_ptr_eq(area->heap.start, start);
    ck_assert(is_literal(terms[0]) && tuple_element(terms[0], 2) == SMALL(2));
    literal_area_free(area);
    literal_area_free(behind);
}
END_TEST

START_TEST(literals_that_need_more_room_are_moved)
{
    Heap place = literal_heap(4);
    Term terms[2];
    LiteralArea *area;

    terms[0] = tuple_2(&place, A_OK, SMALL(1));
    terms[1] = tuple_2(&place, terms[0], terms[0]);
    area = literal_area_of_heap(&place, terms, 2);
    ck_assert(literal_area_holds(area, boxed(terms[0])) && literal_area_holds(area, boxed(terms[1])));
    ck_assert(term_exact_equal(tuple_element(terms[1], 2), terms[0]));
    ck_assert_uint_eq(area->size_words, 3 + 9);
    literal_area_free(area);
}
END_TEST

START_TEST(a_part_of_a_small_binary_is_copied_alone)
{
    Term whole = bits_from_text(&heap, "0123456789012345678901234567890123456789");
    Word *object = heap_alloc(&heap, SUB_BITS_WORDS);
    SubBits *part = (SubBits *)object;
    Term copy;

    *part = (SubBits){MAKE_HEADER(BOX_SUB_BITS, SUB_BITS_WORDS - 1), 13, 21, whole};
    copy = term_copy(&other, make_boxed(object));
    ck_assert_int_eq(boxed_kind(copy), BOX_HEAP_BITS);
    ck_assert_uint_eq(term_size_words(copy), HEAP_BITS_WORDS(3));
    ck_assert(bits_equal(copy, make_boxed(object)));
}
END_TEST

START_TEST(big_binaries_are_shared)
{
    Binary *binary = binary_new(1000);
    Term t = bits_from_binary(&heap, binary, 8000);
    Term copy = term_copy(&other, cons(&heap, t, bits_sub(&heap, t, 80, 4000)));

    ck_assert_int_eq(binary->references, 3);
    ck_assert_uint_eq(bits_size(list_tail(copy)), 4000);
    heap_clear(&other);
    other = (Heap){0};
    ck_assert_int_eq(binary->references, 1);
}
END_TEST

START_TEST(shared_parts_count_once_where_asked)
{
    Term part = list_from_text(&heap, "abc");
    Term t = tuple_2(&heap, part, part);

    ck_assert_uint_eq(term_size_words(t), 15);
    ck_assert_uint_eq(term_size_words_shared(t), 9);
}
END_TEST

Suite *copy_suite(void)
{
    Suite *suite = suite_create("copy");
    TCase *tcase = tcase_create("copy");

    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_copy_is_equal_and_of_the_size_said);
    tcase_add_test(tcase, the_copy_outlives_its_origin);
    tcase_add_test(tcase, depth_does_not_matter);
    tcase_add_test(tcase, literals_are_not_copied_unless_asked_for);
    tcase_add_test(tcase, literals_built_in_their_place_stay_there);
    tcase_add_test(tcase, literals_that_need_more_room_are_moved);
    tcase_add_test(tcase, a_part_of_a_small_binary_is_copied_alone);
    tcase_add_test(tcase, big_binaries_are_shared);
    tcase_add_test(tcase, shared_parts_count_once_where_asked);
    suite_add_tcase(suite, tcase);
    return suite;
}
