/* Objects of compressed tables: what went in comes out, and takes less room. */
#include <check.h>

#include "vm/ets/object.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/compare.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

static Heap heap;

static Term pack_and_read(Term tuple, size_t key_position, Heap *out)
{
    EtsObject *object = object_pack(tuple_size(tuple), tuple_elements(tuple), key_position);
    Term copy = object_copy(out, object);

    ck_assert(object_equals(object, tuple));
    for (size_t i = 1; i <= tuple_size(tuple); i++)
        ck_assert(term_exact_equal(object_copy_element(out, object, i), tuple_element(tuple, i)));
    ck_assert(term_exact_equal(object_element(object, key_position), tuple_element(tuple, key_position)));
    object_free(object);
    return copy;
}

static void check_element(Term element)
{
    Heap out = {0};

    for (size_t key = 1; key <= 2; key++) {
        Term tuple = tuple_3(&heap, element, element, tuple_2(&heap, element, element));
        ck_assert(term_exact_equal(pack_and_read(tuple, key, &out), tuple));
    }
    heap_clear(&out);
    heap_clear(&heap);
}

START_TEST(numbers_of_every_length_come_out_again)
{
    check_element(SMALL(0));
    for (int shift = 0; shift < 64; shift++)
        for (int64_t near = -2; near <= 2; near++) {
            uint64_t above = (1ull << shift) + (uint64_t)near, below = (uint64_t)near - (1ull << shift);
            check_element(cons(&heap, integer_from_i64(&heap, (int64_t)above), TERM_NIL));
            check_element(cons(&heap, integer_from_i64(&heap, (int64_t)below), TERM_NIL));
        }
    check_element(float_new(&heap, 1.5));
}
END_TEST

START_TEST(binaries_of_every_length_come_out_again)
{
    uint8_t bytes[200];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (size_t size = 0; size <= sizeof bytes; size++)
        check_element(bits_new(&heap, bytes, size));
}
END_TEST

START_TEST(large_and_deep_terms_come_out_again)
{
    Term deep = TERM_NIL, list = A_TRUE, map;

    for (int64_t i = 0; i < 100000; i++)
        deep = cons(&heap, deep, i % 2 ? TERM_NIL : tuple_2(&heap, A_OK, small_int(i)));
    check_element(deep);
    for (int64_t i = 0; i < 100000; i++)
        list = cons(&heap, small_int(i), list);
    check_element(list);
    map = map_from_pairs(&heap, NULL, 0);
    for (int64_t i = 0; i < 1000; i++)
        map = map_put(&heap, map, small_int(i), tuple_2(&heap, small_int(i), TERM_NIL));
    check_element(map);
}
END_TEST

START_TEST(a_row_is_smaller_than_what_it_stands_for)
{
    Term list = list_from_text(&heap, "a text is a list of small numbers, each of which takes sixteen bytes");
    Term elements[] = {A_TRUE, list};
    EtsObject *packed = object_pack(2, elements, 1), *whole = object_new(2, elements);

    ck_assert_uint_lt(object_bytes(packed) - sizeof(EtsObject), (object_bytes(whole) - sizeof(EtsObject)) / 4);
    object_free(packed);
    object_free(whole);
    heap_clear(&heap);
}
END_TEST

START_TEST(immediates_stay_as_they_are)
{
    Term elements[] = {A_TRUE, SMALL(7), TERM_NIL};
    EtsObject *object = object_pack(3, elements, 1);

    ck_assert_int_eq(object->form, OBJECT_FLAT);
    object_free(object);
    elements[2] = list_from_text(&heap, "text");
    object = object_pack(3, elements, 1);
    ck_assert_int_eq(object->form, OBJECT_PACKED);
    ck_assert(object_has_immediate(object, 2) && !object_has_immediate(object, 3));
    object_set(object, 2, SMALL(8));
    ck_assert(object_copy_element(&heap, object, 2) == SMALL(8));
    object_free(object);
    heap_clear(&heap);
}
END_TEST

START_TEST(an_off_heap_binary_is_held_once_for_each_place_it_is_in)
{
    Binary *binary = binary_new(100);
    RefcBits *bits = (RefcBits *)heap_alloc(&heap, REFC_BITS_WORDS);
    Term elements[3];
    EtsObject *object;
    Heap out = {0};

    bits->header = MAKE_HEADER(BOX_REFC_BITS, REFC_BITS_WORDS - 1);
    bits->bit_size = 800;
    bits->binary = binary;
    off_heap_add(&heap, &bits->header);
    elements[0] = elements[1] = make_boxed(bits);
    elements[2] = cons(&heap, elements[0], cons(&heap, elements[0], TERM_NIL));
    object = object_pack(3, elements, 1);
    ck_assert_int_eq(binary->references, 5);
    object_copy_element(&out, object, 3);
    ck_assert_int_eq(binary->references, 7);
    heap_clear(&out);
    ck_assert_int_eq(binary->references, 5);
    object_free(object);
    ck_assert_int_eq(binary->references, 1);
    heap_clear(&heap);
}
END_TEST

Suite *packed_object_suite(void)
{
    Suite *suite = suite_create("packed_object");
    TCase *tcase = tcase_create("packed_object");

    tcase_add_test(tcase, numbers_of_every_length_come_out_again);
    tcase_add_test(tcase, binaries_of_every_length_come_out_again);
    tcase_add_test(tcase, large_and_deep_terms_come_out_again);
    tcase_add_test(tcase, a_row_is_smaller_than_what_it_stands_for);
    tcase_add_test(tcase, immediates_stay_as_they_are);
    tcase_add_test(tcase, an_off_heap_binary_is_held_once_for_each_place_it_is_in);
    suite_add_tcase(suite, tcase);
    return suite;
}
