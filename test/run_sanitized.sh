#!/bin/bash
# Runs the unit and behaviour tests on a build with AddressSanitizer and UndefinedBehaviorSanitizer, and on one
# that collects at every chance it gets (gc-stress): a report is a failure. Both in one would take hours.
# usage: run_sanitized.sh SOURCE_DIR [BEHAVIOUR_TEST...]
set -u
top=$1
shift
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1

# run NAME CONFIGURE_ARGUMENT...
run() {
    local name=$1 target=$top/build/$1
    shift
    if ! sh "$top/tools/build.sh" "$target" "$@"; then
        echo "FAIL $name build"
        return
    fi
    make -s -C "$target" -j2 unit_tests fake_tests
    if CK_DEFAULT_TIMEOUT=300 "$target/unit_tests" > "$target/unit.log" 2>&1 &&
        CK_DEFAULT_TIMEOUT=300 "$target/fake_tests" >> "$target/unit.log" 2>&1; then
        echo "ok $name unit"
    else
        echo "FAIL $name unit"
        tail -5 "$target/unit.log"
    fi
    TEST_TIMEOUT=${TEST_TIMEOUT:-600} bash "$top/test/run_erl.sh" "$target/ling" "$top/test/erl" "$target/erl-tests" "${tests[@]}" |
        sed "s/^ok /ok $name /; s/^FAIL /FAIL $name /"
}

tests=("$@")
run sanitized --enable-sanitizers CFLAGS="-O1 -g"
run gc-stress --enable-gc-stress CFLAGS="-O2 -g"
