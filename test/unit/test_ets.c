/* Tables against plain arrays of what should be in them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vm/ets/key_bound.h"
#include "vm/ets/pending_insert.h"
#include "vm/ets/table.h"
#include "vm/term/compare.h"

#define KEYS 5000

static Heap heap;

static void make_table(Table *table, TableType type)
{
    memset(table, 0, sizeof *table);
    table->type = type;
    table->key_position = 1;
    table_init_stores(table);
}

static void free_table(Table *table)
{
    Remains remains;
    size_t budget = 100;

    table_take_all(table, &remains);
    while (remains_free_some(&remains, &budget))
        budget = 100;
    hash_store_free(&table->hash);
    heap_clear(&heap);
}

static Term pair(Term key, Term value)
{
    return tuple_2(&heap, key, value);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 8;
}

static size_t tree_height(const EtsObject *node)
{
    size_t smaller, greater;

    if (!node)
        return 0;
    smaller = tree_height(node->link[0]);
    greater = tree_height(node->link[1]);
    ck_assert(smaller <= greater + 1 && greater <= smaller + 1);
    ck_assert_uint_eq(node->hash, 1 + MAX(smaller, greater));
    return node->hash;
}

/* Random inserts and deletes; `present` says what should be there. */
static void churn(Table *table, bool *present, int64_t *values)
{
    uint32_t seed = 42;

    for (int64_t step = 0; step < 60000; step++) {
        size_t key = next_random(&seed) % KEYS;

        if (next_random(&seed) % 3) {
            table_insert(table, pair(small_int((int64_t)key), small_int(step)));
            present[key] = true;
            values[key] = step;
        } else {
            table_delete_key(table, small_int((int64_t)key));
            present[key] = false;
        }
        if (step % 1000 == 0)
            heap_clear(&heap);
    }
}

static void check_content(const Table *table, const bool *present, const int64_t *values)
{
    size_t count = 0;

    for (size_t key = 0; key < KEYS; key++) {
        EtsObject *object = table_lookup(table, small_int((int64_t)key));

        ck_assert((object != NULL) == present[key]);
        if (object)
            ck_assert_int_eq(small_value(object_element(object, 2)), values[key]);
        count += present[key];
    }
    ck_assert_uint_eq(table->count, count);
}

static void churn_test(TableType type)
{
    static bool present[KEYS];
    static int64_t values[KEYS];
    Table table;

    memset(present, 0, sizeof present);
    make_table(&table, type);
    churn(&table, present, values);
    check_content(&table, present, values);
    if (type == TABLE_ORDERED_SET)
        tree_height(table.tree.root);
    free_table(&table);
}

START_TEST(a_set_holds_what_was_inserted_and_not_deleted)
{
    churn_test(TABLE_SET);
}
END_TEST

START_TEST(an_ordered_set_stays_balanced)
{
    churn_test(TABLE_ORDERED_SET);
}
END_TEST

START_TEST(a_walk_visits_keys_in_order)
{
    Table table;
    TreeWalk walk;
    EtsObject *object;
    int64_t last = -1;

    make_table(&table, TABLE_ORDERED_SET);
    for (int64_t i = 0; i < 1000; i++)
        table_insert(&table, pair(small_int(i * 7919 % 1000), TERM_NIL));
    tree_walk_from_end(&walk, &table.tree, true);
    while ((object = tree_walk_next(&walk)))
        ck_assert_int_eq(small_value(object_element(object, 1)), ++last);
    ck_assert_int_eq(last, 999);
    tree_walk_beyond(&walk, &table.tree, false, small_int(500), 1);
    for (last = 500; (object = tree_walk_next(&walk));)
        ck_assert_int_eq(small_value(object_element(object, 1)), --last);
    ck_assert_int_eq(last, 0);
    ck_assert_int_eq(small_value(object_element(tree_store_at(&table.tree, 77), 1)), 77);
    ck_assert_ptr_null(tree_store_at(&table.tree, 1000));
    free_table(&table);
}
END_TEST

static Term deep_term(int64_t n)
{
    Term list = list_from_text(&heap, "some text");

    for (int64_t i = 0; i < n; i++)
        list = cons(&heap, tuple_3(&heap, small_int(i), float_new(&heap, (double)i), list), TERM_NIL);
    return list;
}

START_TEST(an_object_is_copied_in_and_out_whole)
{
    Table table;
    Term tuple = tuple_3(&heap, A_TRUE, deep_term(1000), A_FALSE);
    Heap out = {0};
    EtsObject *object;

    make_table(&table, TABLE_SET);
    table_insert(&table, tuple);
    object = table_lookup(&table, A_TRUE);
    ck_assert_int_eq(object->form, OBJECT_WHOLE);
    ck_assert(term_exact_equal(object_copy(&out, object), tuple));
    ck_assert(term_exact_equal(object_copy_term(&out, object_element(object, 2)), tuple_element(tuple, 2)));
    heap_clear(&out);
    free_table(&table);
}
END_TEST

START_TEST(off_heap_binaries_are_counted)
{
    Table table;
    Binary *binary = binary_new(100);
    RefcBits *bits = (RefcBits *)heap_alloc(&heap, REFC_BITS_WORDS);

    bits->header = MAKE_HEADER(BOX_REFC_BITS, REFC_BITS_WORDS - 1);
    bits->bit_size = 800;
    bits->binary = binary_keep(binary);
    off_heap_add(&heap, &bits->header);
    make_table(&table, TABLE_SET);
    table_insert(&table, pair(A_TRUE, make_boxed(bits)));
    ck_assert_int_eq(binary->references, 3);
    table_insert(&table, pair(A_TRUE, make_boxed(bits)));
    ck_assert_int_eq(binary->references, 3);
    table_delete_key(&table, A_TRUE);
    ck_assert_int_eq(binary->references, 2);
    table_insert(&table, pair(A_TRUE, make_boxed(bits)));
    free_table(&table);
    ck_assert_int_eq(binary->references, 1);
    binary_release(binary);
}
END_TEST

START_TEST(a_fixed_table_keeps_deleted_objects_in_their_chains)
{
    Table table;

    make_table(&table, TABLE_SET);
    for (int64_t i = 0; i < 100; i++)
        table_insert(&table, pair(small_int(i), TERM_NIL));
    table.fix_count = 1;
    for (int64_t i = 0; i < 50; i++)
        table_delete_key(&table, small_int(i));
    ck_assert_uint_eq(table.count, 50);
    ck_assert_uint_eq(table.hash.doomed, 50);
    ck_assert_ptr_null(table_lookup(&table, small_int(7)));
    table_insert(&table, pair(small_int(7), A_TRUE));
    ck_assert_uint_eq(table.hash.doomed, 49);
    table.fix_count = 0;
    table_purge(&table);
    ck_assert_uint_eq(table.hash.doomed, 0);
    ck_assert_uint_eq(table.count, 51);
    ck_assert(object_element(table_lookup(&table, small_int(7)), 2) == A_TRUE);
    free_table(&table);
}
END_TEST

START_TEST(a_bag_keeps_one_of_each_and_a_duplicate_bag_all)
{
    Table table;
    EtsObject *object;
    size_t count = 0;

    for (TableType type = TABLE_BAG; type <= TABLE_DUPLICATE_BAG; type++) {
        make_table(&table, type);
        for (int64_t i = 0; i < 100; i++)
            table_insert(&table, pair(A_TRUE, small_int(i % 10)));
        count = 0;
        for (object = table_lookup(&table, A_TRUE); object; object = table_lookup_next(&table, object))
            count++;
        ck_assert_uint_eq(count, type == TABLE_BAG ? 10 : 100);
        table_delete_object(&table, pair(A_TRUE, small_int(3)));
        ck_assert_uint_eq(table.count, type == TABLE_BAG ? 9 : 90);
        table_delete_key(&table, A_TRUE);
        ck_assert_uint_eq(table.count, 0);
        ck_assert_uint_eq(table.object_bytes, 0);
        free_table(&table);
    }
}
END_TEST

static Binary *copied(const Table *table, bool only_new, int64_t first, int64_t count)
{
    Binary *binary = pending_insert_new(table, only_new);
    Term list = TERM_NIL;

    for (int64_t i = 0; i < count; i++)
        list = cons(&heap, pair(small_int(first + i), deep_term(3)), list);
    while (!is_nil(list))
        list = pending_insert_copy((PendingInsert *)binary->data, list, 3);
    return binary;
}

START_TEST(a_pending_insertion_goes_on_in_steps_and_all_or_nothing)
{
    Table table;
    Binary *first, *second;
    PendingInsert *pending;

    make_table(&table, TABLE_SET);
    first = copied(&table, false, 0, 100);
    pending = (PendingInsert *)first->data;
    ck_assert_uint_eq(table.count, 0);
    pending_insert_attach(first, &table);
    ck_assert(!pending_insert_step(pending, 10));
    ck_assert_uint_eq(table.count, 10);
    pending_insert_complete(&table);
    ck_assert_uint_eq(table.count, 100);
    ck_assert(pending->result == A_TRUE && !pending->table && !table.pending);
    second = copied(&table, true, -50, 51);       /* the key 0 is there, and is found late */
    pending_insert_attach(second, &table);
    ck_assert(pending_insert_step((PendingInsert *)second->data, SIZE_MAX));
    ck_assert(((PendingInsert *)second->data)->result == A_FALSE);
    ck_assert_uint_eq(table.count, 100);
    ck_assert(pending_insert_drop_some((PendingInsert *)second->data, 50));
    ck_assert(!pending_insert_drop_some((PendingInsert *)second->data, 50));
    binary_release(first);
    binary_release(second);
    free_table(&table);
}
END_TEST
START_TEST(a_pending_insertion_outlives_who_began_it_but_not_the_table)
{
    Table table;
    Binary *binary;

    make_table(&table, TABLE_ORDERED_SET);
    binary = copied(&table, false, 0, 10);
    pending_insert_attach(binary, &table);
    binary_release(binary);
    pending_insert_complete(&table);
    ck_assert_uint_eq(table.count, 10);
    binary = copied(&table, false, 10, 10);
    pending_insert_attach(binary, &table);
    pending_insert_abandon(&table);
    ck_assert(((PendingInsert *)binary->data)->result == NO_TERM && !table.pending);
    ck_assert_uint_eq(table.count, 10);
    binary_release(binary);
    free_table(&table);
}
END_TEST
START_TEST(a_partly_bound_key_tells_order_as_far_as_it_is_known)
{
    Term wild = atom_from_text("$1");
    Term pattern = tuple_3(&heap, small_int(2), wild, A_TRUE);

    ck_assert_int_eq(key_bound_compare(pattern, tuple_3(&heap, small_int(2), A_FALSE, A_FALSE)), 0);
    ck_assert_int_lt(key_bound_compare(pattern, tuple_3(&heap, small_int(3), A_FALSE, A_FALSE)), 0);
    ck_assert_int_gt(key_bound_compare(pattern, tuple_3(&heap, small_int(1), A_FALSE, A_FALSE)), 0);
    ck_assert_int_gt(key_bound_compare(pattern, pair(small_int(9), small_int(9))), 0);
    ck_assert_int_lt(key_bound_compare(pattern, cons(&heap, A_TRUE, TERM_NIL)), 0);
    heap_clear(&heap);
}
END_TEST

Suite *ets_suite(void)
{
    Suite *suite = suite_create("ets");
    TCase *cases = tcase_create("tables");

    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_set_holds_what_was_inserted_and_not_deleted);
    tcase_add_test(cases, an_ordered_set_stays_balanced);
    tcase_add_test(cases, a_walk_visits_keys_in_order);
    tcase_add_test(cases, an_object_is_copied_in_and_out_whole);
    tcase_add_test(cases, off_heap_binaries_are_counted);
    tcase_add_test(cases, a_fixed_table_keeps_deleted_objects_in_their_chains);
    tcase_add_test(cases, a_bag_keeps_one_of_each_and_a_duplicate_bag_all);
    tcase_add_test(cases, a_pending_insertion_goes_on_in_steps_and_all_or_nothing);
    tcase_add_test(cases, a_pending_insertion_outlives_who_began_it_but_not_the_table);
    tcase_add_test(cases, a_partly_bound_key_tells_order_as_far_as_it_is_known);
    suite_add_tcase(suite, cases);
    return suite;
}
