/* Maps: whatever was put in last is found, and the shape depends on the keys only. */
#include <check.h>

#include "random_term.h"
#include "vm/term/compare.h"
#include "vm/term/map_trie.h"

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

/* A trie node has at least two leaves below it, its bitmap counts its children. */
static void check_shape(Term map)
{
    MapIterator it;
    Term key, value, previous = NO_TERM;
    size_t count = 0;

    CHECK((is_flat_map(map)) == (map_size(map) <= MAP_FLAT_LIMIT));
    for (map_iterate(&it, map); map_next(&it, &key, &value); count++) {
        if (is_flat_map(map) && previous != NO_TERM)
            CHECK(term_compare_exact(previous, key) < 0);
        previous = key;
        CHECK(map_find(map, key) == value);
        for (unsigned level = 1; level < it.depth; level++) {
            const Term *children = it.start[level];
            size_t size = (size_t)(it.end[level] - children);
            CHECK(size > 1 || !is_cons(children[0]));
        }
    }
    ck_assert_uint_eq(count, map_size(map));
}

/* Equal maps, in the same order. */
static void check_same(Term a, Term b)
{
    MapIterator at, bt;
    Term a_key, a_value, b_key, b_value;

    CHECK(term_exact_equal(a, b));
    map_iterate(&at, a);
    map_iterate(&bt, b);
    while (map_next(&at, &a_key, &a_value)) {
        CHECK(map_next(&bt, &b_key, &b_value));
        CHECK(term_exact_equal(a_key, b_key));
        CHECK(term_exact_equal(a_value, b_value));
    }
    CHECK(!map_next(&bt, &b_key, &b_value));
}

#define KEYS 400

typedef struct Model {
    Term keys[KEYS];
    Term values[KEYS];     /* NO_TERM: not in the map */
} Model;

static void init_model(Model *model)
{
    for (size_t i = 0; i < KEYS; i++) {
        bool is_new = false;
        while (!is_new) {
            is_new = true;
            model->keys[i] = i % 2 ? small_int((int64_t)i) : random_term(&heap, 2);
            for (size_t j = 0; j < i; j++)
                is_new = is_new && !term_exact_equal(model->keys[i], model->keys[j]);
        }
        model->values[i] = NO_TERM;
    }
}

static Term map_of_model(const Model *model)
{
    Term pairs[2 * KEYS];
    size_t count = 0;

    for (size_t i = 0; i < KEYS; i++) {
        if (model->values[i] == NO_TERM)
            continue;
        pairs[2 * count] = model->keys[i];
        pairs[2 * count++ + 1] = model->values[i];
    }
    return map_from_pairs(&heap, pairs, count);
}

START_TEST(random_changes_match_a_model)
{
    Model model;
    Term map = map_empty(&heap);

    random_state = 4711;
    init_model(&model);
    for (size_t step = 0; step < 20000; step++) {
        /* The size goes up and down. */
        size_t range = step / 2000 % 2 ? 50 : KEYS;
        size_t i = random_below(range);
        Term value = small_int((int64_t)step);
        Term old;

        if (random_below(step / 1000 % 2 ? 4 : 2)) {
            Term updated = map_update(&heap, map, model.keys[i], value);
            CHECK((updated == NO_TERM) == (model.values[i] == NO_TERM));
            map = map_put(&heap, map, model.keys[i], value);
            if (updated != NO_TERM)
                check_same(map, updated);
            model.values[i] = value;
        } else {
            i = random_below(KEYS);
            map = map_take(&heap, map, model.keys[i], &old);
            CHECK(old == model.values[i]);
            model.values[i] = NO_TERM;
        }
        if (step % 500 == 0) {
            check_shape(map);
            check_same(map, map_of_model(&model));
        }
    }
}
END_TEST

START_TEST(the_last_of_equal_keys_wins)
{
    Term pairs[4000];
    Term map;

    for (size_t i = 0; i < 2000; i++) {
        pairs[2 * i] = small_int((int64_t)(i % 500));
        pairs[2 * i + 1] = small_int((int64_t)i);
    }
    map = map_from_pairs(&heap, pairs, 2000);
    ck_assert_uint_eq(map_size(map), 500);
    check_shape(map);
    for (size_t i = 0; i < 500; i++)
        CHECK(map_find(map, small_int((int64_t)i)) == small_int((int64_t)(1500 + i)));
    for (size_t i = 0; i < 2000; i++)
        pairs[2 * i] = small_int((int64_t)(i % 30));
    map = map_from_pairs(&heap, pairs, 2000);
    ck_assert_uint_eq(map_size(map), 30);
    check_shape(map);
}
END_TEST

START_TEST(merging_prefers_the_second)
{
    random_state = 99;
    for (size_t round = 0; round < 200; round++) {
        size_t a_size = random_below(150), b_size = random_below(150), first = random_below(100);
        Term a = map_empty(&heap), b = map_empty(&heap), both;

        for (size_t i = 0; i < a_size; i++)
            a = map_put(&heap, a, small_int((int64_t)i), A_OK);
        both = a;
        for (size_t i = first; i < first + b_size; i++) {
            b = map_put(&heap, b, small_int((int64_t)i), A_ERROR);
            both = map_put(&heap, both, small_int((int64_t)i), A_ERROR);
        }
        b = map_merge(&heap, a, b);
        check_shape(b);
        check_same(b, both);
    }
}
END_TEST

START_TEST(many_pairs_at_once_are_as_one_by_one)
{
    random_state = 5;
    for (size_t size = 0; size < 80; size += 3) {
        Term map = map_empty(&heap), one_by_one, missing;
        Term pairs[40];

        for (size_t i = 0; i < size; i++)
            map = map_put(&heap, map, small_int((int64_t)i), A_OK);
        for (size_t count = 1; count <= 20; count++) {
            one_by_one = map;
            for (size_t i = 0; i < count; i++) {
                pairs[2 * i] = small_int((int64_t)random_below(100));
                pairs[2 * i + 1] = small_int((int64_t)i);
                one_by_one = map_put(&heap, one_by_one, pairs[2 * i], pairs[2 * i + 1]);
            }
            check_same(map_put_pairs(&heap, map, pairs, count), one_by_one);
            Term updated = map_update_pairs(&heap, map, pairs, count, &missing);
            if (updated == NO_TERM)
                CHECK(map_find(map, missing) == NO_TERM);
            else
                check_same(updated, one_by_one);
        }
    }
}
END_TEST

START_TEST(an_iterator_goes_on_from_its_path)
{
    Term map = map_empty(&heap);
    MapIterator it, again;
    uint64_t path[MAP_PATH_LIMBS];
    Term key, value, again_key, again_value;

    for (size_t i = 0; i < 3000; i++)
        map = map_put(&heap, map, small_int((int64_t)i * 77), A_OK);
    map_iterate(&it, map);
    while (map_iterator_path(&it, path)) {
        CHECK(map_iterate_from(&again, map, path));
        CHECK(map_next(&it, &key, &value));
        CHECK(map_next(&again, &again_key, &again_value));
        CHECK(key == again_key);
    }
    CHECK(!map_next(&it, &key, &value));
}
END_TEST

Suite *map_suite(void)
{
    Suite *suite = suite_create("map");
    TCase *tcase = tcase_create("map");

    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, random_changes_match_a_model);
    tcase_add_test(tcase, the_last_of_equal_keys_wins);
    tcase_add_test(tcase, merging_prefers_the_second);
    tcase_add_test(tcase, many_pairs_at_once_are_as_one_by_one);
    tcase_add_test(tcase, an_iterator_goes_on_from_its_path);
    suite_add_tcase(suite, tcase);
    return suite;
}
