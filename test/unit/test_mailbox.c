/* Where messages lie that C code builds. */
#include <check.h>
#include <string.h>

#include "vm/proc/mailbox.h"
#include "vm/term/atom.h"

enum { BLOCK_WORDS = 512 };

static Word block[BLOCK_WORDS];
static Process process;
static Heap other;

static void set_up(void)
{
    memset(&process, 0, sizeof process);
    other = (Heap){0};
    process.heap.start = process.heap.top = block;
    process.gc.stack_top = process.gc.block_end = block + BLOCK_WORDS;
    process.heap.limit = block + BLOCK_WORDS - STACK_RED_ZONE_WORDS;
    process.state = PROCESS_RUNNABLE;
    mailbox_init(&process.mailbox);
}

static void tear_down(void)
{
    mailbox_free(&process);
    heap_clear(&process.heap);
}

/* Posts {ok, 1}, for which the process is asked to have room for so many words; says where it was built. */
static Heap *post(size_t words)
{
    Heap *heap = message_heap(&process, words, &other);

    message_post_on(&process, heap, tuple_2(heap, A_OK, small_int(1)));
    return heap;
}

static void check_received(void)
{
    Term message = mailbox_peek(&process);

    ck_assert(is_tuple_of(message, 2));
    ck_assert(tuple_element(message, 2) == small_int(1));
    mailbox_remove(&process);
    ck_assert(tuple_element(message, 1) == A_OK);
    ck_assert(mailbox_peek(&process) == NO_TERM);
}

START_TEST(on_the_receivers_heap_where_there_is_room)
{
    ck_assert_ptr_eq(post(3), &process.heap);
    ck_assert_uint_eq(process.mailbox.on_heap_count, 1);
    ck_assert_ptr_nonnull(process.mailbox.roots);
    check_received();
    ck_assert_ptr_null(process.mailbox.roots);
}
END_TEST

START_TEST(elsewhere_where_there_is_none)
{
    ck_assert_ptr_eq(post(BLOCK_WORDS), &other);
    ck_assert_ptr_null(other.fragments);
    ck_assert_ptr_null(process.mailbox.roots);
    check_received();
    ck_assert_ptr_nonnull(process.heap.fragments);
}
END_TEST

START_TEST(elsewhere_if_the_process_wants_it_so)
{
    process.flags |= PROCESS_OFF_HEAP_MESSAGES;
    ck_assert_ptr_eq(post(3), &other);
    check_received();
}
END_TEST

START_TEST(a_long_queue_adds_no_more_roots)
{
    size_t on_heap = 0;

    while (post(3) == &process.heap)
        on_heap++;
    ck_assert_uint_ge(on_heap, 8);
    ck_assert_uint_le(on_heap, BLOCK_WORDS / 3);
    ck_assert_uint_eq(process.mailbox.on_heap_count, on_heap);
    ck_assert_uint_eq(process.mailbox.length, on_heap + 1);
}
END_TEST

START_TEST(nothing_comes_to_who_is_exiting)
{
    process.state = PROCESS_EXITING;
    post(BLOCK_WORDS);
    post(3);
    ck_assert_uint_eq(process.mailbox.length, 0);
    ck_assert_ptr_null(other.fragments);
}
END_TEST

Suite *mailbox_suite(void)
{
    Suite *suite = suite_create("mailbox");
    TCase *tcase = tcase_create("mailbox");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, on_the_receivers_heap_where_there_is_room);
    tcase_add_test(tcase, elsewhere_where_there_is_none);
    tcase_add_test(tcase, elsewhere_if_the_process_wants_it_so);
    tcase_add_test(tcase, a_long_queue_adds_no_more_roots);
    tcase_add_test(tcase, nothing_comes_to_who_is_exiting);
    suite_add_tcase(suite, tcase);
    return suite;
}
