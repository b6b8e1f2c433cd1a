#include <check.h>
#include <string.h>

#include "vm/term/utf8.h"

START_TEST(every_character_survives)
{
    for (uint32_t c = 0; c <= UNICODE_MAX; c++) {
        uint8_t bytes[UTF8_MAX_BYTES];
        uint32_t back;
        unsigned length, back_length;
        if (!utf8_is_character(c))
            continue;
        length = utf8_encode(c, bytes);
        ck_assert_uint_eq(length, utf8_length(c));
        ck_assert_int_eq(utf8_decode(bytes, length, &back, &back_length), UTF8_OK);
        ck_assert_uint_eq(back, c);
        ck_assert_uint_eq(back_length, length);
        for (unsigned cut = 1; cut < length; cut++)
            ck_assert_int_eq(utf8_decode(bytes, cut, &back, &back_length), UTF8_INCOMPLETE);
    }
}
END_TEST

static Utf8Result decode(const char *bytes)
{
    uint32_t character;
    unsigned length;

    return utf8_decode((const uint8_t *)bytes, strlen(bytes), &character, &length);
}

START_TEST(malformed_sequences_are_bad)
{
    ck_assert_int_eq(decode("\x80"), UTF8_BAD);
    ck_assert_int_eq(decode("\xc0\x80"), UTF8_BAD);
    ck_assert_int_eq(decode("\xc1\xbf"), UTF8_BAD);
    ck_assert_int_eq(decode("\xe0\x9f\xbf"), UTF8_BAD);
    ck_assert_int_eq(decode("\xed\xa0\x80"), UTF8_BAD);
    ck_assert_int_eq(decode("\xed\xbf\xbf"), UTF8_BAD);
    ck_assert_int_eq(decode("\xf0\x8f\xbf\xbf"), UTF8_BAD);
    ck_assert_int_eq(decode("\xf4\x90\x80\x80"), UTF8_BAD);
    ck_assert_int_eq(decode("\xf5\x80\x80\x80"), UTF8_BAD);
    ck_assert_int_eq(decode("\xe2\x28\xa1"), UTF8_BAD);
}
END_TEST

START_TEST(prefixes_stop_at_the_first_bad_byte)
{
    const uint8_t text[] = "plain text, then \xc3\xa5 and \xe2\x82\xac, then \xff and more";
    size_t characters;
    size_t good = utf8_valid_prefix(text, sizeof text - 1, &characters);

    ck_assert_uint_eq(text[good], 0xff);
    ck_assert_uint_eq(characters, good - 3);
    ck_assert_uint_eq(utf8_ascii_prefix(text, sizeof text - 1), 17);
}
END_TEST

Suite *utf8_suite(void);
Suite *utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tc = tcase_create("utf8");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_character_survives);
    tcase_add_test(tc, malformed_sequences_are_bad);
    tcase_add_test(tc, prefixes_stop_at_the_first_bad_byte);
    suite_add_tcase(suite, tc);
    return suite;
}
