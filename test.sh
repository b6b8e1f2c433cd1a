#!/bin/bash
# On a fresh Debian 12: installs the packages, builds, and runs all tests. Each test prints "ok NAME",
# "FAIL NAME" or "skip NAME"; the last line counts them. Exit status 0 only if nothing failed.
# usage: test.sh [STEP...]   steps: see below; none: all
set -u
cd "$(dirname "$0")"
top=$PWD
build=$top/build
log=$build/test.log
sh tools/install_packages.sh || exit 1
mkdir -p "$build"
: > "$log"

step() {
    echo "== $1 ($(date +%T))"
    shift
    "$@" 2>&1 | tee -a "$log"
}

# Check's verbose lines as ok/FAIL lines.
unit() {
    { CK_DEFAULT_TIMEOUT=120 CK_VERBOSITY=verbose "$1/unit_tests"; CK_VERBOSITY=verbose "$1/fake_tests"; } | sed -nE \
        -e 's/^[^:]*:[0-9]+:P:([^:]*):([^:]*):.*/ok unit \1 \2/p' \
        -e 's/^([^:]*:[0-9]+):[FE]:([^:]*):([^:]*):(.*)/FAIL unit \2 \3: \1\4/p'
}

built() { # NAME COMMAND...: the step counts as one test
    name=$1
    shift
    if "$@"; then echo "ok $name"; else echo "FAIL $name"; fi
}

wanted=${*:-"build layers unit erl random nif dist acid install terminal suites"}
for name in $wanted; do
    case $name in
    build)     step "build" built build sh tools/build.sh "$build" ;;
    layers)    step "layers" built layers sh tools/check_layers.sh "$top" ;;
    unit)      make -s -C "$build" -j2 unit_tests fake_tests && step "unit tests" unit "$build" ;;
    erl)       step "behaviour, against stock erl" bash test/run_erl.sh "$build/ling" "$top/test/erl" "$build/erl-tests" ;;
    random)    step "random programs, against stock erl" bash test/random/run.sh "$build/ling" "$build/random-tests" 1 2 ;;
    nif)       step "libraries of native functions, against stock erl" bash test/nif/run.sh "$build/ling" "$build/nif-tests" ;;
    dist)      step "two nodes, ling and stock" bash test/dist/run.sh "$build/ling" "$build/dist-test" ;;
    acid)      step "as a user runs it" bash test/run_acid.sh "$build/ling" ;;
    install)   step "installed, as erl" bash test/run_install.sh "$build" "$build/install-test" ;;
    terminal)  step "sessions at the shell" bash test/terminal/run.sh "$build/ling" "$build/terminal-test" ;;
    suites)    step "OTP suites" bash test/otp/run.sh "$build/ling" "$build/otp-tests" quick ;;
    sanitized) step "unit and behaviour tests with ASan and UBSan" bash test/run_sanitized.sh "$top" ;;
    *)         echo "test.sh: unknown step $name" >&2; exit 2 ;;
    esac
done

passed=$(grep -c '^ok ' "$log")
failed=$(grep -c '^FAIL ' "$log")
skipped=$(grep -c '^skip ' "$log")
grep '^FAIL ' "$log"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
