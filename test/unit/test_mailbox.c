/* Where messages lie that C code builds, and those of other nodes, which are still sealed. */
#include <check.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/scheduler.h"
#include "vm/term/atom.h"

enum { BLOCK_WORDS = 512 };

static Word block[BLOCK_WORDS];
static Process process;
static Heap other;

static Term open_sealed(SealedTerm *sealed, Heap *heap);
static size_t words_of(const SealedTerm *sealed);
static void drop_sealed(SealedTerm *sealed);

static void set_up(void)
{
    process_hooks.dist_open = open_sealed;
    process_hooks.dist_words = words_of;
    process_hooks.dist_drop = drop_sealed;
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

/* --- what came from another node ------------------------------------------------------------------ */

struct SealedTerm {
    bool is_broken;
};

static Term open_sealed(SealedTerm *sealed, Heap *heap)
{
    bool is_broken = sealed->is_broken;

    mem_free(MEM_PROCESS, sealed);
    return is_broken ? NO_TERM : tuple_2(heap, A_OK, small_int(1));
}

static size_t words_of(const SealedTerm *sealed) { (void)sealed; return 3; }
static void drop_sealed(SealedTerm *sealed) { mem_free(MEM_PROCESS, sealed); }

static void post_sealed(bool is_broken)
{
    SealedTerm *sealed = mem_alloc(MEM_PROCESS, sizeof *sealed);

    sealed->is_broken = is_broken;
    message_post(&process, message_new_sealed(sealed));
}

START_TEST(opened_when_it_is_looked_at)
{
    post_sealed(false);
    ck_assert_uint_eq(process.mailbox.length, 1);
    ck_assert(mailbox_peek(&process) == NO_TERM && mailbox_is_sealed(&process));
    ck_assert(mailbox_open(&process) == mailbox_peek(&process));
    ck_assert(!mailbox_is_sealed(&process));
    check_received();
}
END_TEST

START_TEST(opened_on_the_heap_of_who_runs)
{
    running_process = &process;
    post_sealed(false);
    mailbox_open(&process);
    running_process = NULL;
    ck_assert_uint_eq(process.mailbox.on_heap_count, 1);
    check_received();
    ck_assert_uint_eq(process.mailbox.on_heap_count, 0);
    ck_assert_ptr_null(process.heap.fragments);
}
END_TEST

START_TEST(broken_ones_go_away)
{
    for (int i = 0; i < 3; i++)
        post_sealed(true);
    post_sealed(false);
    post_sealed(true);
    ck_assert(mailbox_open(&process) != NO_TERM);
    ck_assert_uint_eq(process.mailbox.length, 2);
    mailbox_skip(&process);
    ck_assert(mailbox_open(&process) == NO_TERM);
    mailbox_restart(&process);
    check_received();
}
END_TEST

START_TEST(one_that_nobody_opens)
{
    size_t before;

    post_sealed(false);
    mailbox_free(&process);
    before = mem_used(MEM_PROCESS);          /* with a node that is kept for the next */
    post_sealed(false);
    mailbox_free(&process);
    post_sealed(true);
    mailbox_remove(&process);
    ck_assert_uint_eq(mem_used(MEM_PROCESS), before);
}
END_TEST

START_TEST(all_are_opened_for_who_asks)
{
    post_sealed(true);
    post(3);
    mailbox_open_all(&process);
    ck_assert_uint_eq(process.mailbox.length, 1);
    post_sealed(false);
    post_sealed(true);
    post_sealed(true);
    mailbox_open_all(&process);
    ck_assert_uint_eq(process.mailbox.length, 2);
    mailbox_remove(&process);
    check_received();
}
END_TEST

START_TEST(a_collection_leaves_it_sealed)
{
    post_sealed(false);
    mailbox_settle(&process);
    mailbox_copy_terms(&process);
    ck_assert(mailbox_is_sealed(&process));
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
    tcase_add_test(tcase, opened_when_it_is_looked_at);
    tcase_add_test(tcase, opened_on_the_heap_of_who_runs);
    tcase_add_test(tcase, broken_ones_go_away);
    tcase_add_test(tcase, one_that_nobody_opens);
    tcase_add_test(tcase, all_are_opened_for_who_asks);
    tcase_add_test(tcase, a_collection_leaves_it_sealed);
    suite_add_tcase(suite, tcase);
    return suite;
}
