#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/bits_build.h"
#include "vm/term/bits_match.h"
#include "vm/term/integer.h"
#include "vm/term/utf8.h"

static Heap heap;

static void set_up(void) { heap = (Heap){0}; srandom(1); }
static void tear_down(void) { heap_clear(&heap); }

static int bit_at(const uint8_t *bytes, size_t at) { return bytes[at / 8] >> (7 - at % 8) & 1; }
static size_t below(size_t n) { return (size_t)random() % n; }

static void fill_randomly(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)random();
}

static Term random_bits(size_t bit_count)
{
    uint8_t bytes[512];

    fill_randomly(bytes, sizeof bytes);
    return bits_copy_of(&heap, bytes, below(64), bit_count);
}

START_TEST(copying_moves_exactly_the_bits)
{
    for (int round = 0; round < 20000; round++) {
        uint8_t from[64], to[64], before[64];
        size_t count = below(300), from_offset = below(100), to_offset = below(100);
        fill_randomly(from, sizeof from);
        fill_randomly(to, sizeof to);
        memcpy(before, to, sizeof to);
        bits_copy(to, to_offset, from, from_offset, count);
        size_t as_meant = 0;   /* one claim for all bits: each costs Check a message to its parent */
        for (size_t i = 0; i < sizeof to * 8; i++) {
            bool inside = i >= to_offset && i < to_offset + count;
            as_meant += bit_at(to, i) == (inside ? bit_at(from, i - to_offset + from_offset) : bit_at(before, i));
        }
        ck_assert_uint_eq(as_meant, sizeof to * 8);
    }
}
END_TEST

START_TEST(reading_gives_the_most_significant_bit_first)
{
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[24];
        size_t offset = below(100);
        unsigned count = 1 + (unsigned)below(64);
        uint64_t value = 0;
        fill_randomly(bytes, sizeof bytes);
        for (unsigned i = 0; i < count; i++)
            value = value << 1 | (uint64_t)bit_at(bytes, offset + i);
        ck_assert_uint_eq(bits_read(bytes, offset, count), value);
    }
}
END_TEST

START_TEST(parts_compare_as_their_bits_do)
{
    for (int round = 0; round < 5000; round++) {
        size_t size = below(2000);
        Term whole = random_bits(size);
        size_t offset = below(size + 1), count = below(size - offset + 1);
        Term part = bits_sub(&heap, whole, offset, count);
        BitsView view = bits_view_of(whole);
        Term copy = bits_copy_of(&heap, view.bytes, view.bit_offset + offset, count);
        ck_assert_uint_eq(bits_size(part), count);
        ck_assert(bits_equal(part, copy));
        ck_assert_int_eq(bits_compare(part, copy), 0);
        if (count < size) {
            int order = bits_compare(part, whole);
            ck_assert_int_ne(order, 0);
            ck_assert_int_eq(order < 0, bits_compare(whole, copy) > 0);
        }
    }
}
END_TEST

START_TEST(integers_survive_building_and_matching)
{
    for (int round = 0; round < 20000; round++) {
        size_t lead = below(20), count = 1 + below(300);
        unsigned flags = (random() & 1 ? BITS_LITTLE : 0) | (random() & 1 ? BITS_SIGNED : 0);
        Term source = random_bits(count);
        Term context = bits_match_start(&heap, source);
        Term value = bits_match_integer(&heap, bits_match_context(context), count, flags);
        BitsSegment segments[2] = {
            {.type = SEGMENT_INTEGER, .unit = 1, .value = small_int(0), .size = small_int((int64_t)lead)},
            {.type = SEGMENT_INTEGER, .unit = 1, .flags = (uint8_t)flags, .value = value, .size = small_int((int64_t)count)},
        };
        BitsError error;
        Term built = bits_build(&heap, segments, 2, &error);
        ck_assert(built != NO_TERM);
        ck_assert(bits_equal(bits_sub(&heap, built, lead, count), source));
    }
}
END_TEST

START_TEST(appending_in_place_leaves_older_terms_alone)
{
    Term list[200];
    Term reason;
    Term bits = bits_new(&heap, "", 0);

    for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
        BitsBuilder builder;
        ck_assert(bits_build_append(&heap, &builder, bits, 13, 1, &reason));
        ck_assert(bits_put_integer(&builder, small_int((int64_t)i), 13, 0));
        list[i] = bits = builder.term;
        if (i % 50 == 49) {
            ck_assert(bits_build_append(&heap, &builder, list[i - 20], 5, 1, &reason));
            ck_assert(bits_put_integer(&builder, small_int(31), 5, 0));
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
        MatchContext *m = bits_match_context(bits_match_start(&heap, list[i]));
        for (size_t j = 0; j <= i; j++)
            ck_assert(bits_match_integer(&heap, m, 13, 0) == small_int((int64_t)j));
        ck_assert_uint_eq(bits_match_left(m), 0);
    }
}
END_TEST

START_TEST(characters_survive_in_every_encoding)
{
    for (int round = 0; round < 20000; round++) {
        uint32_t code = (uint32_t)below(UNICODE_MAX + 1);
        unsigned flags = random() & 1 ? BITS_LITTLE : 0;
        BitsSegment segments[4] = {
            {.type = SEGMENT_INTEGER, .unit = 1, .value = small_int(0), .size = small_int((int64_t)below(8))},
            {.type = SEGMENT_UTF8, .value = small_int(code)},
            {.type = SEGMENT_UTF16, .value = small_int(code), .flags = (uint8_t)flags},
            {.type = SEGMENT_UTF32, .value = small_int(code), .flags = (uint8_t)flags},
        };
        BitsError error;
        MatchContext *m;
        Term built = bits_build(&heap, segments, 4, &error);
        if (code >= 0xd800 && code <= 0xdfff) {
            ck_assert(built == NO_TERM && error.reason == A_BADARG);
            continue;
        }
        m = bits_match_context(bits_match_start(&heap, built));
        ck_assert(bits_match_skip(m, (size_t)small_value(segments[0].size)));
        ck_assert(bits_match_utf8(m) == small_int(code));
        ck_assert(bits_match_utf16(m, flags) == small_int(code));
        ck_assert(bits_match_utf32(m, flags) == small_int(code));
        ck_assert_uint_eq(bits_match_left(m), 0);
    }
}
END_TEST

START_TEST(halves_are_the_nearest_ones)
{
    for (uint32_t half = 0; half < 0x10000; half++) {
        uint8_t bytes[2] = {(uint8_t)(half >> 8), (uint8_t)half};
        MatchContext *m = bits_match_context(bits_match_start(&heap, bits_new(&heap, bytes, 2)));
        Term value = bits_match_float(&heap, m, 16, 0);
        BitsBuilder builder;
        if ((half & 0x7c00) == 0x7c00) {
            ck_assert(value == NO_TERM);
            continue;
        }
        ck_assert(bits_build_start(&heap, &builder, 16) && bits_put_float(&builder, value, 16, 0));
        ck_assert_mem_eq(builder.data, bytes, 2);
    }
}
END_TEST

Suite *bits_suite(void);
Suite *bits_suite(void)
{
    Suite *suite = suite_create("bits");
    TCase *tc = tcase_create("bits");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, copying_moves_exactly_the_bits);
    tcase_add_test(tc, reading_gives_the_most_significant_bit_first);
    tcase_add_test(tc, parts_compare_as_their_bits_do);
    tcase_add_test(tc, integers_survive_building_and_matching);
    tcase_add_test(tc, appending_in_place_leaves_older_terms_alone);
    tcase_add_test(tc, characters_survive_in_every_encoding);
    tcase_add_test(tc, halves_are_the_nearest_ones);
    suite_add_tcase(suite, tc);
    return suite;
}
