#!/bin/bash
# Gets OTP's own test suites and compiles those that are asked for, with stock erlc.
# usage: prepare.sh WORK APP SUITE...     e.g. prepare.sh build/otp-tests stdlib lists_SUITE
# The sources come from Debian's source package `erlang` (cached in WORK/source), or from OTP_SOURCE.
set -eu
work=$1 app=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)

fetch_source() {
    local apt=$work/apt
    mkdir -p "$apt/lists" "$work/source"
    # A private configuration, so that the system's own lists stay as they are.
    if [ -e /etc/apt/sources.list.d/debian.sources ]; then
        sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > "$apt/src.sources"
        set -- -o Dir::Etc::sourcelist="$apt/src.sources"
    else
        sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > "$apt/src.list"
        set -- -o Dir::Etc::sourcelist="$apt/src.list"
    fi
    set -- "$@" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$apt/lists" -o APT::Sandbox::User=root
    apt-get "$@" update -qq
    (cd "$work/source" && apt-get "$@" source -qq --download-only erlang > /dev/null
     tar xf erlang_*.orig.tar.*)
}

if [ -z "${OTP_SOURCE:-}" ]; then
    ls -d "$work"/source/erlang*/lib > /dev/null 2>&1 || fetch_source
    OTP_SOURCE=$(dirname "$(ls -d "$work"/source/*/lib | head -1)")
fi

case $app in
emulator) suites=$OTP_SOURCE/erts/emulator/test ;;
*)        suites=$OTP_SOURCE/lib/$app/test ;;
esac
# Where their headers are that suites include by name.
includes=$(find "$suites/../src" "$suites/../include" -name '*.hrl' -printf '-I %h\n' 2> /dev/null | sort -u | tr '\n' ' ')
target=$work/${app}_test
[ -d "$target" ] || cp -r "$suites" "$target"
# A module of the emulator's that other applications' suites call, too (ERTS_MODULES in their Makefiles).
[ -e "$target/erts_test_utils.erl" ] || cp "$OTP_SOURCE/erts/emulator/test/erts_test_utils.erl" "$target"

mkdir -p "$work/driver"
for source in "$here"/suite_driver.erl "$here"/stubs/*.erl; do
    beam=$work/driver/$(basename "$source" .erl).beam
    [ "$beam" -nt "$source" ] || erlc -o "$work/driver" "$source"
done
# Modules that suites call: all that are no suites. What does not compile is not needed by a suite that runs. The debugger
# interprets abstract code.
if [ ! -e "$target/helpers.done" ]; then
    (cd "$target" && for helper in $(ls ./*.erl | grep -v '_SUITE\.erl$'); do erlc +debug_info $includes "$helper" > /dev/null 2>&1 || true; done)
    touch "$target/helpers.done"
fi
# Libraries that suites load: what the Makefile.src of their data says, with plain rules. One that cannot be built is missed by
# its suite.
compile_libraries() {
    grep -q '@dll@' "$1/Makefile.src" 2> /dev/null || return 0
    include=${include:-$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')/usr/include}
    [ -e "$include/erl_nif.h" ] || include=$here/../../include
    sed -e 's/@dll@/.so/g' -e 's/@[A-Z_]*@//g' "$1/Makefile.src" > "$1/Makefile"
    printf '\n%%.so: %%.c\n\tgcc -w -O1 -fPIC -shared -I%s -I. -o $@ $<\n' "$include" >> "$1/Makefile"
    make -s -k -C "$1" -f Makefile all > "$1/make.log" 2>&1 || true
}
# Programs and modules that suites start.
compile_data() {
    local source program
    for source in "$1"/*.c; do
        program=${source%.c}
        if [ ! -x "$program" ] && grep -q '\<main *(' "$source" 2> /dev/null; then gcc -w -O1 -DHAVE_STRERROR -o "$program" "$source" || true; fi
    done
    for source in "$1"/*.erl; do
        if grep -q "[[:space:]]$(basename "$source")" "$1/Makefile.src" 2> /dev/null; then
            erlc -o "$1" "$source" || true
        fi
    done
}
for suite in "$@"; do
    compile_data "$target/${suite}_data"
    compile_libraries "$target/${suite}_data"
    [ "$target/$suite.beam" -nt "$target/$suite.erl" ] || (cd "$target" && erlc +debug_info $includes "$suite.erl" > "$suite.log" 2>&1) || { cat "$target/$suite.log"; exit 1; }
done
