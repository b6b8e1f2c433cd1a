/* The external format: what was encoded decodes to the same, and hostile bytes fail politely. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "random_term.h"
#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/etf.h"

#define DEEP 1000000

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

static Term decode(const void *bytes, size_t size)
{
    return etf_decode(&heap, bytes, size, NULL);
}

static void check_round_trip(Term t)
{
    Binary *bytes = etf_encode(t, 0);
    Term back = decode(bytes->data, bytes->used_bits / 8);

    ck_assert(back != NO_TERM);
    ck_assert(term_exact_equal(t, back));
    binary_release(bytes);
}

static void check_bytes(Term t, const void *expected, size_t size)
{
    Binary *bytes = etf_encode(t, 0);

    ck_assert_uint_eq(bytes->used_bits / 8, size);
    ck_assert_mem_eq(bytes->data, expected, size);
    binary_release(bytes);
}

START_TEST(random_terms_come_back)
{
    random_state = 271828;
    for (int round = 0; round < 3000; round++)
        check_round_trip(random_term(&heap, 5));
}
END_TEST

START_TEST(deep_terms_come_back)
{
    Term by_head = TERM_NIL, by_tuple = A_OK, by_map = A_OK;

    for (int i = 0; i < DEEP; i++) {
        by_head = cons(&heap, by_head, A_OK);
        by_tuple = tuple_2(&heap, by_tuple, A_OK);
        by_map = map_from_pairs(&heap, (Term[]){A_OK, by_map}, 1);
    }
    check_round_trip(by_head);
    check_round_trip(by_tuple);
    check_round_trip(by_map);
}
END_TEST

START_TEST(bytes_are_those_of_stock)
{
    check_bytes(A_OK, "\203d\0\2ok", 6);
    check_bytes(small_int(255), "\203a\377", 3);
    check_bytes(small_int(256), "\203b\0\0\1\0", 6);
    check_bytes(small_int(-1), "\203b\377\377\377\377", 6);
    check_bytes(small_int((int64_t)1 << 31), "\203n\4\0\0\0\0\200", 8);
    check_bytes(float_new(&heap, 1.5), "\203F\77\370\0\0\0\0\0\0", 10);
    check_bytes(list_from_text(&heap, "abc"), "\203k\0\3abc", 7);
    check_bytes(cons(&heap, A_OK, TERM_NIL), "\203l\0\0\0\1d\0\2okj", 12);
    check_bytes(bits_copy_of(&heap, (const uint8_t *)"\240", 0, 3), "\203M\0\0\0\1\3\240", 8);
    check_bytes(map_from_pairs(&heap, (Term[]){A_OK, small_int(1)}, 1), "\203t\0\0\0\1d\0\2oka\1", 13);
}
END_TEST

START_TEST(every_cut_fails)
{
    random_state = 1618;
    for (int round = 0; round < 60; round++) {
        Binary *bytes = etf_encode(random_term(&heap, 4), 0);
        size_t size = bytes->used_bits / 8;

        for (size_t cut = 0; cut < MIN(size, 2000); cut++) {
            uint8_t *part = malloc(cut + 1);
            memcpy(part, bytes->data, cut);
            CHECK(decode(part, cut) == NO_TERM);
            free(part);
        }
        binary_release(bytes);
    }
}
END_TEST

START_TEST(changed_bytes_do_no_harm)
{
    random_state = 141421;
    for (int round = 0; round < 300; round++) {
        Binary *bytes = etf_encode(random_term(&heap, 4), 0);
        size_t size = bytes->used_bits / 8;

        for (int change = 0; change < 50; change++) {
            size_t at = 1 + random_below(size - 1);
            uint8_t old = bytes->data[at];
            Term t;

            bytes->data[at] = (uint8_t)random_number();
            t = decode(bytes->data, size);
            if (t != NO_TERM)
                CHECK(term_exact_equal(t, t));
            bytes->data[at] = old;
        }
        binary_release(bytes);
    }
}
END_TEST

START_TEST(claims_without_bytes_fail)
{
    static const char *const claims[] = {
        "\203i\0\377\377\377a\1", "\203l\377\377\377\377a\1", "\203t\377\377\377\377a\1", "\203m\377\377\377\377a",
        "\203M\377\377\377\377\1a", "\203o\377\377\377\377\0a", "\203P\377\377\377\377xxxxxxxxxx",
    };
    uint8_t nested[5 * 2000 + 1];

    for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
        ck_assert(decode(claims[i], 8) == NO_TERM);
    /* Each tuple says that it takes all bytes that are left. */
    nested[0] = ETF_VERSION;
    for (size_t i = 0; i < 2000; i++) {
        size_t left = 5 * (2000 - i - 1);
        memcpy(nested + 1 + 5 * i, (uint8_t[]){105, 0, 0, (uint8_t)(left >> 8), (uint8_t)left}, 5);
    }
    ck_assert(decode(nested, sizeof nested) == NO_TERM);
    ck_assert_uint_lt(heap_fragment_words(&heap), 100000);
}
END_TEST

START_TEST(a_key_must_not_occur_twice)
{
    uint8_t bytes[6 + 4 * 40] = {ETF_VERSION, 116, 0, 0, 0, 2, 97, 1, 97, 2, 97, 1, 97, 3};

    ck_assert(decode(bytes, 14) == NO_TERM);
    bytes[5] = 40;
    for (size_t i = 0; i < 40; i++)
        memcpy(bytes + 6 + 4 * i, (uint8_t[]){97, (uint8_t)(i % 39), 97, 0}, 4);
    ck_assert(decode(bytes, sizeof bytes) == NO_TERM);
    bytes[6 + 4 * 39 + 1] = 39;
    ck_assert_uint_eq(map_size(decode(bytes, sizeof bytes)), 40);
}
END_TEST

START_TEST(slices_give_the_same_as_one_go)
{
    Term t, saved;
    Binary *whole;
    EtfEncoder e;
    EtfDecoder d;
    int64_t budget;

    random_state = 57721;
    for (int round = 0; round < 300; round++) {
        t = random_term(&heap, 5);
        whole = etf_encode(t, 0);
        etf_encoder_init(&e, &heap, t, 0);
        etf_encoder_byte(&e, ETF_VERSION);
        while (budget = 3, !etf_encoder_run(&e, &budget)) {
            saved = etf_encoder_save(&e, &heap);
            etf_encoder_restore(&e, saved);
        }
        ck_assert_uint_eq(e.size, whole->used_bits / 8);
        ck_assert_mem_eq(e.out->data, whole->data, e.size);
        etf_encoder_end(&e);
        etf_encoder_init(&e, &heap, t, ETF_COUNT_ONLY);
        budget = INT64_MAX;
        etf_encoder_run(&e, &budget);
        ck_assert_uint_eq(e.size + 1, whole->used_bits / 8);
        etf_encoder_end(&e);
        etf_decoder_init(&d, NULL, whole->data + 1, whole->used_bits / 8 - 1, 0);
        while (budget = 3, etf_decoder_run(&d, &budget) == ETF_MORE)
            ;
        ck_assert(term_exact_equal(d.result, t));
        etf_decoder_end(&d);
        binary_release(whole);
    }
}
END_TEST

Suite *etf_suite(void)
{
    Suite *suite = suite_create("etf");
    TCase *tcase = tcase_create("etf");

    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, random_terms_come_back);
    tcase_add_test(tcase, deep_terms_come_back);
    tcase_add_test(tcase, bytes_are_those_of_stock);
    tcase_add_test(tcase, every_cut_fails);
    tcase_add_test(tcase, changed_bytes_do_no_harm);
    tcase_add_test(tcase, claims_without_bytes_fail);
    tcase_add_test(tcase, a_key_must_not_occur_twice);
    tcase_add_test(tcase, slices_give_the_same_as_one_go);
    suite_add_tcase(suite, tcase);
    return suite;
}
