/* The timer wheel against a plain list of deadlines. */
#include <check.h>
#include <stdlib.h>

#include "vm/proc/timer_wheel.h"

#define MS INT64_C(1000000)
#define NODES 500

static struct {
    TimerNode node;
    int64_t deadline_ns;
    bool due;
} timers[NODES];
static int64_t now_ns = 50 * MS;
static int64_t last_tick;
static size_t expired_count;

static void on_expired(TimerNode *node)
{
    size_t i = (size_t)((char *)node - (char *)timers) / sizeof timers[0];
    int64_t tick = (timers[i].deadline_ns + MS - 1) / MS;

    ck_assert(timers[i].due);
    ck_assert(timers[i].deadline_ns <= now_ns);
    ck_assert(tick >= last_tick);
    last_tick = tick;
    timers[i].due = false;
    expired_count++;
}

static void set(size_t i, int64_t delay_ns)
{
    timers[i].deadline_ns = now_ns + delay_ns;
    timers[i].due = true;
    timer_wheel_set(&timers[i].node, timers[i].deadline_ns, on_expired);
}

static void run_until(int64_t to_ns)
{
    now_ns = to_ns;
    last_tick = 0;
    timer_wheel_run(now_ns);
    for (size_t i = 0; i < NODES; i++)
        if (timers[i].due && timers[i].deadline_ns <= now_ns - MS)
            ck_abort_msg("timer %zu was forgotten", i);
}

static int64_t random_delay(void)
{
    return ((int64_t)random() % (INT64_C(1) << (random() % 40))) * 1000;
}

START_TEST(timers_expire_once_in_order_and_never_early)
{
    srandom(7);
    for (size_t i = 0; i < NODES; i++)
        set(i, random_delay());
    while (timer_wheel_count() > 0) {
        int64_t next = timer_wheel_next_ns();

        ck_assert(next < INT64_MAX);
        run_until(MAX(next, now_ns + random() % (20 * MS)));
    }
    ck_assert_uint_eq(expired_count, NODES);
    ck_assert(timer_wheel_next_ns() == INT64_MAX);
}
END_TEST

START_TEST(cancelled_timers_stay_silent)
{
    srandom(8);
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < NODES; i++) {
            if (timer_is_set(&timers[i].node) && random() % 2) {
                timer_wheel_cancel(&timers[i].node);
                timers[i].due = false;
            } else if (!timer_is_set(&timers[i].node)) {
                set(i, random_delay());
            }
        }
        run_until(now_ns + random() % (100 * MS));
    }
    for (size_t i = 0; i < NODES; i++) {
        timer_wheel_cancel(&timers[i].node);
        timers[i].due = false;
    }
    ck_assert_uint_eq(timer_wheel_count(), 0);
}
END_TEST

static TimerNode victim;
static void cancel_victim(TimerNode *node)
{
    (void)node;
    timer_wheel_cancel(&victim);
}
static void must_not_expire(TimerNode *node)
{
    (void)node;
    ck_abort_msg("a cancelled timer expired");
}

START_TEST(a_callback_may_cancel_a_timer_of_the_same_tick)
{
    TimerNode first = {0};

    timer_wheel_set(&first, now_ns + MS, cancel_victim);
    timer_wheel_set(&victim, now_ns + MS, must_not_expire);
    now_ns += 5 * MS;
    timer_wheel_run(now_ns);
    ck_assert_uint_eq(timer_wheel_count(), 0);
}
END_TEST

Suite *timer_wheel_suite(void)
{
    Suite *suite = suite_create("timer_wheel");
    TCase *tests = tcase_create("timer_wheel");

    tcase_add_test(tests, timers_expire_once_in_order_and_never_early);
    tcase_add_test(tests, cancelled_timers_stay_silent);
    tcase_add_test(tests, a_callback_may_cancel_a_timer_of_the_same_tick);
    suite_add_tcase(suite, tests);
    return suite;
}
