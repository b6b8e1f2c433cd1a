#!/bin/bash
# Random programs, random operations on tables and random calls, on ling and on stock: both must print the same. Each round
# has seeds of its own; a difference is shown and can be had again with its seed.
# usage: run.sh LING WORK_DIR FIRST_SEED ROUNDS
set -u
ling=$1 work=$2 first=$3 rounds=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
cd "$work" || exit 1
erlc -W0 "$here"/*.erl || exit 1
failed=0

# compare NAME ERL_ARGUMENT...
compare() {
    local name=$1
    shift
    ERL_CRASH_DUMP=/dev/null timeout 600 erl +S 1 -noshell -run "$@" < /dev/null > "$name.stock" 2>&1
    ERL_CRASH_DUMP=/dev/null timeout 600 $ling -noshell -run "$@" < /dev/null > "$name.ling" 2>&1
    if cmp -s "$name.stock" "$name.ling" && [ "$(wc -l < "$name.stock")" -gt 100 ]; then
        echo "ok random $name"
    else
        echo "FAIL random $name"
        diff -a "$name.stock" "$name.ling" | cut -c1-300 | head -6
        failed=1
    fi
}

for seed in $(seq "$first" $((first + rounds - 1))); do
    python3 "$here/random_program.py" "$seed" "program_$seed" > "program_$seed.erl"
    # Now and then the compiler of OTP 25 itself fails on one.
    if erlc -W0 "program_$seed.erl" > "program_$seed.log" 2>&1; then
        compare "program_$seed" "program_$seed" main -s init stop
    else
        echo "skip random program_$seed: erlc: $(head -1 "program_$seed.log")"
    fi
    compare "tables_$seed" random_tables main -s init stop -extra "$seed" 300
    compare "calls_$seed" random_calls main -s init stop -extra "$seed" 20000
done
exit $failed
