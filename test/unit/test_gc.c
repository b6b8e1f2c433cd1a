/* The collector: what is reachable survives unchanged, what is not is let go. */
#include <check.h>

#include "vm/gc/gc.h"
#include "vm/gc/literal.h"

static Heap heap;
static Collector gc;

static void set_up(void) { gc_heap_init(&heap, &gc, 233); }
static void tear_down(void) { gc_heap_free(&heap, &gc); }

static void collect(Term *roots, size_t count, size_t need)
{
    RootRange range = {roots, count};

    gc_collect(&heap, &gc, &range, 1, need);
    gc_heap_check(&heap, &gc, &range, 1);
}

static Term numbers_down_from(int n)
{
    Term list = TERM_NIL;

    for (int i = 1; i <= n; i++)
        list = cons(&heap, small_int(i), list);
    return list;
}

static void check_numbers(Term list, int n)
{
    for (; n > 0; n--, list = list_tail(list))
        ck_assert_int_eq(small_value(list_head(list)), n);
    ck_assert(is_nil(list));
}

START_TEST(a_reachable_list_survives_many_collections)
{
    Term root = numbers_down_from(1000);

    for (int i = 0; i < 20; i++) {
        numbers_down_from(500);
        collect(&root, 1, 10);
        check_numbers(root, 1000);
    }
}
END_TEST

START_TEST(garbage_does_not_make_the_heap_grow)
{
    Term root = TERM_NIL;

    for (int i = 0; i < 1000; i++) {
        numbers_down_from(1000);
        collect(&root, 1, 0);
    }
    ck_assert_uint_lt(gc_total_words(&heap, &gc), 100000);
}
END_TEST

/* Words of the block after many collections of a process that keeps nothing. */
static size_t block_after(bool is_hot)
{
    Term root = TERM_NIL;

    for (int i = 0; i < 300; i++) {
        numbers_down_from(50);
        gc.hot_count = is_hot ? (uint32_t)i : 0;
        collect(&root, 1, 0);
    }
    return gc_heap_block_words(&heap, &gc);
}

START_TEST(a_hot_process_gets_a_larger_nursery)
{
    ck_assert_uint_ge(block_after(true), 16384);
    ck_assert_uint_lt(block_after(true), 65536);
}
END_TEST

START_TEST(one_of_many_does_not) { ck_assert_uint_lt(block_after(false), 1000); }
END_TEST

START_TEST(need_is_free_afterwards)
{
    Term root = numbers_down_from(100);

    collect(&root, 1, 5000);
    ck_assert_uint_ge((size_t)(heap.limit - heap.top), 5000);
    check_numbers(root, 100);
}
END_TEST

START_TEST(shared_terms_stay_shared)
{
    Term shared = tuple_2(&heap, small_int(1), small_int(2));
    Term root = tuple_2(&heap, shared, cons(&heap, shared, TERM_NIL));

    for (int i = 0; i < 4; i++) {
        collect(&root, 1, 0);
        ck_assert_ptr_eq(tuple_element(root, 1), list_head(tuple_element(root, 2)));
    }
}
END_TEST

/* Lists are copied as far as they go at once: what was copied before, or lies elsewhere, ends that. */
START_TEST(lists_may_share_their_ends)
{
    Term roots[4] = {numbers_down_from(100), TERM_NIL, TERM_NIL, TERM_NIL};

    roots[1] = list_tail(list_tail(roots[0]));
    roots[2] = cons(&heap, tuple_2(&heap, roots[0], roots[1]), roots[1]);
    for (int i = 0; i < 5; i++) {
        roots[3] = cons(&heap, roots[2], cons(&heap, numbers_down_from(3), roots[3]));   /* young before old */
        collect(roots, 4, 0);
        check_numbers(roots[0], 100);
        check_numbers(roots[1], 98);
        ck_assert_ptr_eq(list_tail(list_tail(roots[0])), roots[1]);
        ck_assert_ptr_eq(list_tail(roots[2]), roots[1]);
        ck_assert_ptr_eq(tuple_element(list_head(roots[2]), 1), roots[0]);
        ck_assert_int_eq(list_length(roots[3]), 2 * (i + 1));
        for (Term t = roots[3]; is_cons(t); t = list_tail(list_tail(t))) {
            ck_assert_ptr_eq(list_head(t), roots[2]);
            check_numbers(list_head(list_tail(t)), 3);
        }
    }
}
END_TEST

START_TEST(young_terms_may_point_to_old_ones)
{
    Term root = numbers_down_from(300);

    collect(&root, 1, 0);
    collect(&root, 1, 0);
    ck_assert_ptr_nonnull(gc.old_start);
    for (int i = 301; i <= 600; i++)
        root = cons(&heap, small_int(i), root);
    collect(&root, 1, 0);
    check_numbers(root, 600);
    gc.force_full = true;
    collect(&root, 1, 0);
    ck_assert_ptr_null(gc.old_start);
    check_numbers(root, 600);
}
END_TEST

START_TEST(the_stack_is_a_root)
{
    *--gc.stack_top = make_return_address((void *)0x1000);
    *--gc.stack_top = term_bits(numbers_down_from(10));
    gc_sync_limit(&heap, &gc);
    collect(NULL, 0, 1000);
    ck_assert_uint_eq(gc_stack_words(&gc), 2);
    check_numbers((Term)gc.stack_top[0], 10);
    ck_assert_ptr_eq(return_address_code(gc.stack_top[1]), (void *)0x1000);
}
END_TEST

static int destroyed;
static void count_destroyed(Binary *binary) { destroyed++; }

static Term magic_ref(void)
{
    MagicRefObject *ref = (MagicRefObject *)heap_alloc(&heap, MAGIC_REF_WORDS);

    *ref = (MagicRefObject){.header = MAKE_HEADER(BOX_MAGIC_REF, MAGIC_REF_WORDS - 1),
                            .binary = binary_new_magic(100, count_destroyed)};
    off_heap_add(&heap, (Word *)ref);
    return make_boxed(ref);
}

START_TEST(dead_off_heap_objects_lose_their_reference)
{
    Term root = magic_ref();

    destroyed = 0;
    magic_ref();
    magic_ref();
    collect(&root, 1, 0);
    ck_assert_int_eq(destroyed, 2);
    collect(&root, 1, 0);
    ck_assert_int_eq(destroyed, 2);
    root = TERM_NIL;
    gc.force_full = true;
    collect(&root, 1, 0);
    ck_assert_int_eq(destroyed, 3);
}
END_TEST

START_TEST(a_heap_that_is_freed_lets_go_of_everything)
{
    destroyed = 0;
    magic_ref();
    heap_clear(&heap);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(literals_are_not_copied)
{
    Term term = numbers_down_from(3);
    LiteralArea *area = literal_area_new(&term, 1);
    Term root = term;

    ck_assert(is_literal(root));
    collect(&root, 1, 0);
    ck_assert_ptr_eq(root, term);
    gc_purged_area = area;
    gc.is_purging = true;
    collect(&root, 1, 0);
    gc_purged_area = NULL;
    ck_assert(!is_literal(root));
    check_numbers(root, 3);
    literal_area_free(area);
}
END_TEST

START_TEST(heap_sizes_grow_as_on_stock)
{
    static const size_t sizes[] = {233, 376, 610, 987, 1598, 2586, 4185, 6772, 10958, 17731, 28690,
                                   46422, 75113, 121536, 196650, 318187, 514838, 833026, 999631};

    for (size_t i = 0; i + 1 < ARRAY_SIZE(sizes); i++) {
        ck_assert_uint_eq(gc_next_heap_size(sizes[i]), sizes[i]);
        ck_assert_uint_eq(gc_next_heap_size(sizes[i] + 1), sizes[i + 1]);
    }
}
END_TEST

Suite *gc_suite(void)
{
    Suite *suite = suite_create("gc");
    TCase *tcase = tcase_create("collector");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_reachable_list_survives_many_collections);
    tcase_add_test(tcase, garbage_does_not_make_the_heap_grow);
    tcase_add_test(tcase, a_hot_process_gets_a_larger_nursery);
    tcase_add_test(tcase, one_of_many_does_not);
    tcase_add_test(tcase, need_is_free_afterwards);
    tcase_add_test(tcase, shared_terms_stay_shared);
    tcase_add_test(tcase, lists_may_share_their_ends);
    tcase_add_test(tcase, young_terms_may_point_to_old_ones);
    tcase_add_test(tcase, the_stack_is_a_root);
    tcase_add_test(tcase, dead_off_heap_objects_lose_their_reference);
    tcase_add_test(tcase, a_heap_that_is_freed_lets_go_of_everything);
    tcase_add_test(tcase, literals_are_not_copied);
    tcase_add_test(tcase, heap_sizes_grow_as_on_stock);
    suite_add_tcase(suite, tcase);
    return suite;
}
