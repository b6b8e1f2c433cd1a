/* Every function without arguments that fake_cases.erl exports is a test: it returns ok. Arguments: names of those to
 * run; none: all. Each runs in a process of its own, forked from a VM that is up. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_vm.h"

static void run_case(int index)
{
    const char *why = fake_vm_run(fake_vm_cases()[index]);

    ck_assert_msg(!why, "%s", why);
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("fake");
    TCase *tests = tcase_create("fake");
    SRunner *runner = srunner_create(suite);
    const char *why = fake_vm_start(FAKE_CASES);
    int failed;

    if (why) {
        fprintf(stderr, "fake_tests: %s\n", why);
        return EXIT_FAILURE;
    }
    for (int i = 0; fake_vm_cases()[i]; i++) {
        TTest *test = calloc(1, sizeof *test);

        *test = (TTest){.name = fake_vm_cases()[i], .fn = run_case, .file = "fake_cases.erl", .line = 1};
        if (is_wanted(test->name, argc, argv))
            tcase_add_loop_test(tests, test, i, i + 1);
    }
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
