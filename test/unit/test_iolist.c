#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/iolist.h"

#define MAX_BYTES 100000

static Heap heap;
static uint8_t expected[MAX_BYTES];
static size_t expected_size;

static void set_up(void) { heap = (Heap){0}; srandom(7); expected_size = 0; }
static void tear_down(void) { heap_clear(&heap); }

static uint8_t next_byte(void)
{
    uint8_t byte = (uint8_t)random();

    expected[expected_size++] = byte;
    return byte;
}

static Term random_binary(void)
{
    size_t size = (size_t)random() % 100;
    uint8_t bytes[100];
    Term binary;

    for (size_t i = 0; i < size; i++)
        bytes[i] = next_byte();
    binary = bits_copy_of(&heap, bytes, 0, size * 8);
    return random() & 1 ? binary : bits_sub(&heap, bits_new(&heap, bytes, size), 0, size * 8);
}

/* A random list, its elements made from the first to the last. */
static Term random_iolist(unsigned depth)
{
    Term elements[8];
    size_t count = (size_t)random() % ARRAY_SIZE(elements);
    Term tail;

    for (size_t i = 0; i < count; i++) {
        switch (random() % 3) {
        case 0: elements[i] = small_int(next_byte()); break;
        case 1: elements[i] = random_binary(); break;
        default: elements[i] = depth > 0 ? random_iolist(depth - 1) : TERM_NIL; break;
        }
    }
    tail = random() & 1 ? TERM_NIL : random_binary();
    return count > 0 ? list_from(&heap, count, elements, tail) : tail;
}

START_TEST(flattening_keeps_every_byte)
{
    for (int round = 0; round < 300; round++) {
        Term list;
        size_t size;
        uint8_t *bytes;
        expected_size = 0;
        list = random_iolist(4);
        ck_assert_int_eq(iolist_to_bytes(list, MEM_SYSTEM, &bytes, &size), IOLIST_DONE);
        ck_assert_uint_eq(size, expected_size);
        ck_assert_mem_eq(bytes, expected, size);
        mem_free(MEM_SYSTEM, bytes);
    }
}
END_TEST

START_TEST(walks_can_be_put_away_at_any_point)
{
    for (int round = 0; round < 300; round++) {
        static uint8_t bytes[MAX_BYTES];
        IolistWalk walk;
        IolistResult result;
        size_t position = 0;
        expected_size = 0;
        iolist_walk_start(&walk, random_iolist(4), false);
        do {
            int64_t budget = 1 + random() % 5;
            result = iolist_walk_copy(&walk, bytes, &position, &budget);
            if (result == IOLIST_MORE) {
                Term pending = iolist_walk_pending(&walk, &heap);
                iolist_walk_end(&walk);
                iolist_walk_resume(&walk, pending, false);
            }
        } while (result == IOLIST_MORE);
        iolist_walk_end(&walk);
        ck_assert_int_eq(result, IOLIST_DONE);
        ck_assert_uint_eq(position, expected_size * 8);
        ck_assert_mem_eq(bytes, expected, expected_size);
    }
}
END_TEST

START_TEST(what_is_no_iolist_is_bad)
{
    size_t size;
    Term bits = bits_copy_of(&heap, (const uint8_t *)"\xff", 0, 3);

    ck_assert_int_eq(iolist_size(small_int(1), &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(A_TRUE, &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(bits, &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(cons(&heap, small_int(256), TERM_NIL), &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(cons(&heap, small_int(-1), TERM_NIL), &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(cons(&heap, small_int(1), small_int(1)), &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(cons(&heap, A_TRUE, TERM_NIL), &size), IOLIST_BAD);
    ck_assert_int_eq(iolist_size(cons(&heap, bits, TERM_NIL), &size), IOLIST_BAD);
}
END_TEST

START_TEST(depth_costs_no_c_stack)
{
    Term list = cons(&heap, small_int(42), TERM_NIL);
    size_t size;

    for (int i = 0; i < 1000000; i++)
        list = cons(&heap, list, i & 1 ? TERM_NIL : cons(&heap, small_int(1), TERM_NIL));
    ck_assert_int_eq(iolist_size(list, &size), IOLIST_DONE);
    ck_assert_uint_eq(size, 500001);
}
END_TEST

Suite *iolist_suite(void);
Suite *iolist_suite(void)
{
    Suite *suite = suite_create("iolist");
    TCase *tc = tcase_create("iolist");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, flattening_keeps_every_byte);
    tcase_add_test(tc, walks_can_be_put_away_at_any_point);
    tcase_add_test(tc, what_is_no_iolist_is_bad);
    tcase_add_test(tc, depth_costs_no_c_stack);
    suite_add_tcase(suite, tc);
    return suite;
}
