#!/bin/bash
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer and with gc-stress, and runs the unit and
# behaviour tests on it: a report is a failure.
set -u
top=$1
target=$top/build/sanitized
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
if ! sh "$top/tools/build.sh" "$target" --enable-sanitizers --enable-gc-stress CFLAGS="-O1 -g"; then
    echo "FAIL sanitized build"
    exit 1
fi
make -s -C "$target" -j2 unit_tests
if "$target/unit_tests" > "$target/unit.log" 2>&1; then echo "ok sanitized unit"; else echo "FAIL sanitized unit"; tail -5 "$target/unit.log"; fi
TEST_TIMEOUT=300 bash "$top/test/run_erl.sh" "$target/ling" "$top/test/erl" "$target/erl-tests" | sed 's/^ok /ok sanitized /; s/^FAIL /FAIL sanitized /'
