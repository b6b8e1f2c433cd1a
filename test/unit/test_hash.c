/* Hashes: phash and phash2 are those of stock, and equal terms have equal ones. */
#include <check.h>

#include "random_term.h"
#include "vm/term/arith.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"
#include "vm/term/hash.h"
#include "vm/term/map.h"

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

/* What stock says: erlang:phash(T, 1 bsl 32) - 1 and erlang:phash2(T, 1 bsl 32). */
static void check_hashes(Term t, uint32_t phash, uint32_t phash2)
{
    ck_assert_uint_eq(term_phash(t), phash);
    ck_assert_uint_eq(term_phash2(t), phash2);
}

static Term atom(const char *text) { return atom_from_text(text); }
static Term power_of_2(int exponent) { return arith_bsl(&heap, small_int(1), small_int(exponent)); }
static Term text(const char *bytes) { return list_from_text(&heap, bytes); }

START_TEST(leaves_hash_as_on_stock)
{
    check_hashes(atom("a"), 97, 97);
    check_hashes(TERM_NIL, 1, 3468870702);
    check_hashes(small_int(0), 0, 3175731469);
    check_hashes(small_int(-1), 1680185269, 1117813597);
    check_hashes(power_of_2(27), 2147483672, 2562491755);
    check_hashes(power_of_2(62), 192, 834544497);
    check_hashes(arith_negate(&heap, power_of_2(100)), 1113160528, 3614518472);
    check_hashes(float_new(&heap, 1.0), 1072693248, 3029937084);
    check_hashes(float_new(&heap, -1.5), 3220701184, 1758584130);
}
END_TEST

START_TEST(compounds_hash_as_on_stock)
{
    Term b = tuple_2(&heap, small_int(1), atom("b"));

    check_hashes(text("abc"), 3654580165, 519996486);
    check_hashes(text("abcdefgh"), 766997083, 914094510);
    check_hashes(cons(&heap, small_int(1000), cons(&heap, small_int(2), atom("x"))), 2896763055, 3445925993);
    check_hashes(tuple_from(&heap, 0, NULL), 0, 221703996);
    check_hashes(tuple_2(&heap, atom("a"), b), 2232524436, 911186329);
}
END_TEST

START_TEST(bitstrings_hash_as_on_stock)
{
    uint8_t byte = 5 << 5;
    Term words = bits_from_text(&heap, "hello world, hello");
    Term shifted = bits_from_text(&heap, ">hello world, hello");

    check_hashes(bits_new(&heap, "", 0), 0, 147926629);
    check_hashes(words, 974715488, 2718226442);
    check_hashes(bits_sub(&heap, shifted, 8, 8 * 18), 974715488, 2718226442);
    check_hashes(bits_copy_of(&heap, &byte, 0, 3), 3507216108, 3354768668);
}
END_TEST

START_TEST(maps_hash_as_on_stock)
{
    Term list = cons(&heap, small_int(2), TERM_NIL);
    Term map = map_put(&heap, map_put(&heap, map_empty(&heap), atom("b"), list), atom("a"), small_int(1));
    Term squares = map_empty(&heap);

    check_hashes(map_empty(&heap), 1113425984, 844985373);
    check_hashes(map, 1847913994, 1579473383);
    for (int i = 0; i < 100; i++)
        squares = map_put(&heap, squares, small_int(i), small_int(i * i));
    check_hashes(squares, 2808945128, 2540504517);
}
END_TEST

/* Maps of small integers are laid out as on stock. */
START_TEST(internal_hashes_are_those_of_stock)
{
    Term abc = text("abc"), float_1 = float_new(&heap, 1.5);

    ck_assert_uint_eq(term_internal_hash(small_int(1), 0), 0x91859556);
    ck_assert_uint_eq(term_internal_hash(abc, 0), 0xf168560f);
    ck_assert_uint_eq(term_internal_hash(float_1, 0), 0x6c55b857);
    ck_assert_uint_eq(term_internal_hash(tuple_3(&heap, small_int(30), abc, float_1), 0), 0xe2cda82e);
    ck_assert_uint_eq(term_internal_hash(tuple_2(&heap, small_int(1), small_int(2)), 0), 0x0e596bfe);
    ck_assert_uint_eq(term_internal_hash(list_from(&heap, 2, (Term[]){small_int(1000), small_int(2)}, TERM_NIL), 0), 0x609d9f07);
}
END_TEST

START_TEST(equal_terms_hash_alike)
{
    for (int i = 0; i < 3000; i++) {
        Term a = random_term(&heap, 4), b = term_copy(&heap, a);
        CHECK(term_phash(a) == term_phash(b));
        CHECK(term_phash2(a) == term_phash2(b));
        CHECK(term_internal_hash(a, 7) == term_internal_hash(b, 7));
        if (i % 100 == 0)
            tear_down();
    }
}
END_TEST

START_TEST(another_salt_makes_another_hash)
{
    int same = 0;

    for (int i = 0; i < 1000; i++) {
        Term t = random_leaf(&heap);
        same += term_internal_hash(t, 1) == term_internal_hash(t, 2);
    }
    ck_assert_int_lt(same, 3);
}
END_TEST

START_TEST(depth_needs_no_stack)
{
    Term t = small_int(1);

    for (int i = 0; i < 1000000; i++)
        t = i % 2 ? cons(&heap, t, TERM_NIL) : tuple_2(&heap, t, A_OK);
    ck_assert_uint_ne(term_phash2(t), 0);
    ck_assert_uint_ne(term_phash(t), 0);
    ck_assert_uint_ne(term_internal_hash(t, 0), 0);
}
END_TEST

static uint32_t in_steps(Term t, bool (*some)(HashWalk *), size_t *steps)
{
    HashWalk walk;
    uint32_t hash;

    hash_walk_start(&walk, t);
    for (*steps = 1;; ++*steps) {
        Term saved;

        walk.budget = 20;
        if (some(&walk))
            break;
        saved = hash_walk_save(&walk, &heap);
        hash_walk_free(&walk);
        hash_walk_restore(&walk, saved);
    }
    hash = walk.hash;
    hash_walk_free(&walk);
    return hash;
}

START_TEST(a_walk_may_rest_anywhere_even_within_a_map)
{
    Term map = map_from_pairs(&heap, NULL, 0), t;
    size_t steps;

    for (int64_t i = 0; i < 1000; i++)
        map = map_put(&heap, map, small_int(i), tuple_2(&heap, small_int(i), map_from_pairs(&heap, NULL, 0)));
    t = tuple_3(&heap, A_OK, cons(&heap, map, tuple_2(&heap, map, TERM_NIL)), map);
    ck_assert_uint_eq(in_steps(t, hash_walk_phash, &steps), term_phash(t));
    ck_assert_uint_gt(steps, 100);
    ck_assert_uint_eq(in_steps(t, hash_walk_phash2, &steps), term_phash2(t));
    ck_assert_uint_gt(steps, 100);
}
END_TEST

Suite *hash_suite(void)
{
    Suite *suite = suite_create("hash");
    TCase *tests = tcase_create("hash");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, leaves_hash_as_on_stock);
    tcase_add_test(tests, compounds_hash_as_on_stock);
    tcase_add_test(tests, bitstrings_hash_as_on_stock);
    tcase_add_test(tests, maps_hash_as_on_stock);
    tcase_add_test(tests, internal_hashes_are_those_of_stock);
    tcase_add_test(tests, equal_terms_hash_alike);
    tcase_add_test(tests, another_salt_makes_another_hash);
    tcase_add_test(tests, depth_needs_no_stack);
    tcase_add_test(tests, a_walk_may_rest_anywhere_even_within_a_map);
    suite_add_tcase(suite, tests);
    return suite;
}
