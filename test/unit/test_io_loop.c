#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/io_env.h"
#include "io/io_file.h"
#include "io/io_loop.h"
#include "io/io_process.h"
#include "io/io_time.h"
#include "io/io_worker.h"

#define MS ((int64_t)1000000)

static int calls;
static unsigned last_events;

static void ready(void *context, unsigned events)
{
    calls++;
    last_events = events;
    if (context) {
        char byte;

        ck_assert_int_eq(read(*(int *)context, &byte, 1), 1);
    }
}

static void wait_ms(int64_t ms) { io_wait(io_monotonic_ns() + ms * MS); }

START_TEST(waiting_ends_at_the_deadline)
{
    int64_t start = io_monotonic_ns();

    while (io_monotonic_ns() < start + 20 * MS)
        io_wait(start + 20 * MS);
    ck_assert_int_lt(io_monotonic_ns() - start, 1000 * MS);
}
END_TEST

START_TEST(a_watch_tells_of_input_once_it_is_there)
{
    int ends[2];
    IoWatch *watch;

    ck_assert_int_eq(pipe(ends), 0);
    calls = 0;
    watch = io_watch_new(ends[0], ready, &ends[0]);
    io_watch_set(watch, IO_READABLE);
    io_wait(IO_POLL);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    wait_ms(1000);
    ck_assert_int_eq(calls, 1);
    ck_assert_uint_eq(last_events, IO_READABLE);
    io_watch_set(watch, 0);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    wait_ms(10);
    ck_assert_int_eq(calls, 1);
    io_watch_free(watch);
    io_wait(IO_POLL);
}
END_TEST

START_TEST(a_regular_file_is_always_ready)
{
    int handle = open("/etc/passwd", O_RDONLY);
    IoWatch *watch = io_watch_new(handle, ready, NULL);

    calls = 0;
    io_watch_set(watch, IO_READABLE);
    io_wait(IO_FOREVER);
    ck_assert_int_ge(calls, 1);
    io_watch_free(watch);
    io_wait(IO_POLL);
    close(handle);
}
END_TEST

START_TEST(two_watches_of_a_regular_file_leave_nothing_open)
{
    int handle = open("/etc/passwd", O_RDONLY), before, after;
    IoWatch *first, *second;

    io_watch_free(io_watch_new(handle, ready, NULL));       /* what the platform itself opens */
    before = dup(handle);
    close(before);
    first = io_watch_new(handle, ready, NULL);
    second = io_watch_new(handle, ready, NULL);
    io_watch_set(first, IO_READABLE);
    io_watch_set(second, IO_WRITABLE);
    io_watch_free(first);
    io_watch_free(second);
    io_wait(IO_POLL);
    after = dup(handle);
    ck_assert_int_eq(after, before);
    close(after);
    close(handle);
}
END_TEST

static void note_events(void *context, unsigned events) { *(unsigned *)context |= events; }

START_TEST(of_two_watches_of_one_handle_the_one_that_asked_last_is_told)
{
    unsigned first = 0, second = 0;
    int ends[2];
    IoWatch *one, *two;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    one = io_watch_new(ends[0], note_events, &first);
    two = io_watch_new(ends[0], note_events, &second);
    io_watch_set(one, IO_READABLE | IO_WRITABLE);
    io_watch_set(two, IO_READABLE);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    wait_ms(50);
    ck_assert_uint_eq(first, IO_WRITABLE);
    ck_assert_uint_eq(second, IO_READABLE);
    io_watch_free(two);
    io_watch_set(one, 0);
    io_watch_set(one, IO_READABLE);
    wait_ms(50);
    ck_assert_uint_eq(first, IO_WRITABLE | IO_READABLE);
    io_watch_free(one);
    io_wait(IO_POLL);
}
END_TEST

START_TEST(a_hangup_that_nobody_waits_for_wakes_nobody)
{
    int64_t start;
    int ends[2], waits = 0;
    IoWatch *watch;

    ck_assert_int_eq(pipe(ends), 0);
    calls = 0;
    watch = io_watch_new(ends[0], ready, NULL);
    io_watch_set(watch, IO_READABLE);
    io_watch_set(watch, 0);
    close(ends[1]);
    for (start = io_monotonic_ns(); io_monotonic_ns() < start + 50 * MS; waits++)
        io_wait(start + 50 * MS);
    ck_assert_int_le(waits, 3);
    ck_assert_int_eq(calls, 0);
    io_watch_set(watch, IO_READABLE);
    wait_ms(1000);
    ck_assert_int_eq(calls, 1);
    io_watch_free(watch);
    close(ends[0]);
}
END_TEST

static IoWatch *both[2];

/* Whoever is first frees the other. */
static void free_other(void *context, unsigned events)
{
    size_t other = 1 - (size_t)(uintptr_t)context;

    calls++;
    ck_assert_ptr_nonnull(both[1 - other]);
    io_watch_free(both[other]);
    both[other] = NULL;
}

START_TEST(a_watch_may_be_freed_while_its_event_is_at_hand)
{
    int ends[2][2];

    calls = 0;
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(pipe(ends[i]), 0);
        both[i] = io_watch_new(ends[i][0], free_other, (void *)(uintptr_t)i);
        io_watch_set(both[i], IO_READABLE);
        ck_assert_int_eq(write(ends[i][1], "x", 1), 1);
    }
    wait_ms(1000);
    ck_assert_int_eq(calls, 1);
    io_watch_free(both[0]);
    io_watch_free(both[1]);
}
END_TEST

static void expired(void *context) { ++*(int *)context; }

START_TEST(a_timer_expires_once)
{
    int count = 0;
    IoTimer *timer = io_timer_new(expired, &count);

    io_timer_set(timer, 5);
    ck_assert_int_ge(io_timer_left_ms(timer), 0);
    wait_ms(1000);
    wait_ms(20);
    ck_assert_int_eq(count, 1);
    ck_assert_int_eq(io_timer_left_ms(timer), -1);
    io_timer_set(timer, 5);
    io_timer_cancel(timer);
    wait_ms(20);
    ck_assert_int_eq(count, 1);
    io_timer_free(timer);
    io_wait(IO_POLL);
}
END_TEST

START_TEST(a_timer_is_never_early)
{
    int count = 0;
    IoTimer *timer = io_timer_new(expired, &count);

    for (int round = 1; round <= 50; round++) {
        int64_t from, ended = io_monotonic_ns();

        while ((from = io_monotonic_ns()) < ended + round * 19000)
            ;                          /* begins at different parts of a millisecond */
        io_timer_set(timer, 3);
        while (count < round)
            io_wait(IO_POLL);
        ck_assert_int_ge(io_monotonic_ns() - from, 3 * 1000000);
    }
    io_timer_free(timer);
    io_wait(IO_POLL);
}
END_TEST

typedef struct TestJob {
    IoJob job;
    int worked, done;
} TestJob;

static void work(IoJob *job) { ((TestJob *)job)->worked++; }
static void done(IoJob *job) { ((TestJob *)job)->done++; }

START_TEST(a_job_is_done_on_the_thread_that_waits)
{
    TestJob job = {.job = {.work = work, .done = done}};

    io_worker_submit(&job.job);
    ck_assert_uint_eq(io_worker_pending(), 1);
    while (!job.done)
        wait_ms(100);
    ck_assert_int_eq(job.worked, 1);
    ck_assert_uint_eq(io_worker_pending(), 0);
}
END_TEST

static void ended(void *context, int status) { *(int *)context = status; }

START_TEST(a_child_tells_its_status_and_sees_our_environment)
{
    char *argv[] = {"sh", "-c", "read x; [ \"$NAME\" = value ] && [ $x = ok ] && exit 7", NULL};
    int status = -1;
    IoChild child;
    IoSpawn spawn = {.file = "/bin/sh", .argv = argv, .with_input = true, .with_output = true};

    io_env_set("NAME", "value");
    spawn.env = io_env_all();
    ck_assert_int_eq(io_process_spawn(&spawn, &child, ended, &status), 0);
    ck_assert_int_eq(write(child.to_child, "ok\n", 3), 3);
    while (status < 0)
        wait_ms(100);
    ck_assert_int_eq(status, 7);
    close(child.to_child);
    close(child.from_child);
}
END_TEST

START_TEST(errors_have_their_names)
{
    ck_assert_str_eq(io_error_name(IO_ENOENT), "enoent");
    ck_assert_str_eq(io_error_name(12345), "unknown");
    ck_assert_int_eq(io_file_open("/no/such/file", IO_FILE_READ), IO_ENOENT);
    ck_assert_int_eq(io_file_open("/etc", IO_FILE_READ), IO_EISDIR);
}
END_TEST

Suite *io_loop_suite(void)
{
    Suite *suite = suite_create("io_loop");
    TCase *tests = tcase_create("io_loop");

    tcase_add_test(tests, waiting_ends_at_the_deadline);
    tcase_add_test(tests, a_watch_tells_of_input_once_it_is_there);
    tcase_add_test(tests, a_regular_file_is_always_ready);
    tcase_add_test(tests, two_watches_of_a_regular_file_leave_nothing_open);
    tcase_add_test(tests, of_two_watches_of_one_handle_the_one_that_asked_last_is_told);
    tcase_add_test(tests, a_hangup_that_nobody_waits_for_wakes_nobody);
    tcase_add_test(tests, a_watch_may_be_freed_while_its_event_is_at_hand);
    tcase_add_test(tests, a_timer_expires_once);
    tcase_add_test(tests, a_timer_is_never_early);
    tcase_add_test(tests, a_job_is_done_on_the_thread_that_waits);
    tcase_add_test(tests, a_child_tells_its_status_and_sees_our_environment);
    tcase_add_test(tests, errors_have_their_names);
    suite_add_tcase(suite, tests);
    return suite;
}
