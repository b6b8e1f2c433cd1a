/* Tables of processes, links, names and references. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/proc/link.h"
#include "vm/proc/process_table.h"
#include "vm/term/ref_table.h"
#include "vm/proc/registry.h"
#include "vm/term/pid.h"

#define COUNT 5000

static Process processes[COUNT];

START_TEST(pids_are_given_out_in_order_and_found_again)
{
    size_t cursor = 0;
    Process *p;
    uint64_t last = 0;

    for (size_t i = 0; i < COUNT; i++) {
        ck_assert(process_table_add(&processes[i]));
        ck_assert(i == 0 || pid_number(processes[i].pid) == last + 1);
        last = pid_number(processes[i].pid);
    }
    for (size_t i = 0; i < COUNT; i += 2)
        process_table_remove(&processes[i]);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(process_table_get(processes[i].pid) == (i % 2 ? &processes[i] : NULL));
    ck_assert_uint_eq(process_table_count(), COUNT / 2);
    for (size_t i = 1; i < COUNT; i += 2) {
        p = process_table_next(&cursor);
        ck_assert(p == &processes[i]);
    }
    ck_assert(process_table_next(&cursor) == NULL);
}
END_TEST

START_TEST(a_number_in_use_is_skipped)
{
    Process extra[3] = {0};

    ck_assert(process_table_add(&processes[0]));
    for (int i = 0; i < 3000; i++) {
        ck_assert(process_table_add(&extra[0]));
        ck_assert(extra[0].pid != processes[0].pid);
        process_table_remove(&extra[0]);
    }
    ck_assert(process_table_get(processes[0].pid) == &processes[0]);
}
END_TEST

static Term pid_of(size_t number)
{
    return immediate(IMM_PID, number);
}

START_TEST(links_are_a_set)
{
    Process p = {0};
    bool linked[COUNT] = {false};
    size_t count = 0;

    srandom(3);
    for (int i = 0; i < 100000; i++) {
        size_t n = (size_t)random() % (i < 50000 ? COUNT : 40);

        if (random() % 2) {
            ck_assert(link_add(&p, pid_of(n)) == !linked[n]);
            count += !linked[n];
            linked[n] = true;
        } else {
            ck_assert(link_remove(&p, pid_of(n)) == linked[n]);
            count -= linked[n];
            linked[n] = false;
        }
        ck_assert_uint_eq(link_count(&p), count);
    }
    for (size_t n = 0; n < COUNT; n++)
        ck_assert(link_exists(&p, pid_of(n)) == linked[n]);
    while (count-- > 0) {
        Term other = link_take(&p);
        ck_assert(linked[immediate_payload(other)]);
        linked[immediate_payload(other)] = false;
    }
    ck_assert(link_take(&p) == NO_TERM);
}
END_TEST

START_TEST(names_come_and_go)
{
    Term names[500];
    char text[16];

    for (size_t i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "name%zu", i);
        names[i] = atom_from_text(text);
        ck_assert(registry_add(names[i], pid_of(i)));
        ck_assert(!registry_add(names[i], pid_of(0)));
    }
    for (size_t i = 0; i < 500; i += 3)
        ck_assert(registry_remove(names[i]));
    for (size_t i = 0; i < 500; i++)
        ck_assert(registry_whereis(names[i]) == (i % 3 ? pid_of(i) : NO_TERM));
    ck_assert(!registry_remove(names[0]));
}
END_TEST

START_TEST(references_are_found_by_number_and_kind)
{
    static RefEntry entries[1000];

    for (uint64_t i = 0; i < 1000; i++)
        ref_table_add(&entries[i], i % 2 ? REF_ENTRY_TIMER : REF_ENTRY_MONITOR, i * 3);
    for (uint64_t i = 0; i < 1000; i++)
        ck_assert(ref_table_find(i * 3, REF_ENTRY_TIMER) == (i % 2 ? &entries[i] : NULL));
    for (uint64_t i = 0; i < 1000; i += 5)
        ref_table_remove(&entries[i]);
    for (uint64_t i = 1; i < 1000; i += 2)
        ck_assert(ref_table_find(i * 3, REF_ENTRY_TIMER) == (i % 5 ? &entries[i] : NULL));
}
END_TEST

Suite *process_table_suite(void)
{
    Suite *suite = suite_create("process_table");
    TCase *tests = tcase_create("process_table");

    tcase_add_test(tests, pids_are_given_out_in_order_and_found_again);
    tcase_add_test(tests, a_number_in_use_is_skipped);
    tcase_add_test(tests, links_are_a_set);
    tcase_add_test(tests, names_come_and_go);
    tcase_add_test(tests, references_are_found_by_number_and_kind);
    suite_add_tcase(suite, tests);
    return suite;
}
