#!/bin/bash
# Runs the unit and behaviour tests, or some of OTP's suites, on a build with AddressSanitizer and
# UndefinedBehaviorSanitizer, and on one that collects at every chance it gets (gc-stress): a report is a failure.
# Both in one would take hours.
# usage: run_sanitized.sh SOURCE_DIR [BEHAVIOUR_TEST...]
#        run_sanitized.sh SOURCE_DIR suites [SUITE...]
set -u
top=$1
shift
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1
suites="tuple_SUITE guard_SUITE float_SUITE exception_SUITE fun_SUITE bs_utf_SUITE bs_bincomp_SUITE bs_match_int_SUITE
    bs_match_tail_SUITE list_bif_SUITE register_SUITE module_info_SUITE beam_literals_SUITE ref_SUITE monitor_SUITE"

unit_tests() { # TARGET
    make -s -C "$1" -j2 unit_tests fake_tests
    if CK_DEFAULT_TIMEOUT=300 "$1/unit_tests" > "$1/unit.log" 2>&1 &&
        CK_DEFAULT_TIMEOUT=300 "$1/fake_tests" >> "$1/unit.log" 2>&1; then
        echo "ok unit"
    else
        echo "FAIL unit"
        tail -5 "$1/unit.log"
    fi
}

# run NAME CONFIGURE_ARGUMENT...
run() {
    local name=$1 target=$top/build/$1
    shift
    if ! sh "$top/tools/build.sh" "$target" "$@"; then
        echo "FAIL $name build"
        return
    fi
    if [ "${tests[0]:-}" = suites ]; then
        # shellcheck disable=SC2086
        SUITE_LIMIT=${SUITE_LIMIT:-3600} SUITE_TIMEOUT=${SUITE_TIMEOUT:-3000000} \
            bash "$top/test/otp/run.sh" "$target/ling" "$target/otp-tests" ${tests[*]:1}
    else
        unit_tests "$target"
        TEST_TIMEOUT=${TEST_TIMEOUT:-600} bash "$top/test/run_erl.sh" "$target/ling" "$top/test/erl" "$target/erl-tests" "${tests[@]}"
    fi | sed "s/^ok /ok $name /; s/^FAIL /FAIL $name /"
}

tests=("$@")
[ "${tests[*]}" != suites ] || tests=(suites $suites)
run sanitized --enable-sanitizers CFLAGS="-O1 -g"
run gc-stress --enable-gc-stress CFLAGS="-O2 -g"
