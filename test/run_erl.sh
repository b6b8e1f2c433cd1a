#!/bin/bash
# Runs every behaviour test on stock erl and on ling and compares what they print.
# usage: run_erl.sh LING SOURCE_DIR WORK_DIR [NAME...]; prints "ok NAME" or "FAIL NAME", and at the
# end "erl: N passed, N failed". The stock VM is the oracle: a test has no expectations of its own.
set -u
ling=$1 source=$2 work=$3
shift 3
stock=${STOCK_ERL:-erl}
limit=${TEST_TIMEOUT:-120}
mkdir -p "$work"
if [ $# -eq 0 ]; then
    set -- $(cd "$source" && ls *_t.erl | sed 's/\.erl$//')
fi
passed=0 failed=0
for name in "$@"; do
    beam=$work/$name.beam
    if [ "$source/$name.erl" -nt "$beam" ]; then
        rm -f "$work/$name.stock"
        erlc -W0 -o "$work" "$source/$name.erl" || { echo "FAIL $name: does not compile"; failed=$((failed + 1)); continue; }
    fi
    if [ ! -e "$work/$name.stock" ]; then
        (cd "$work" && timeout -s KILL "$limit" $stock +S 1 -noshell -pa "$work" -run "$name" main -s erlang halt) > "$work/$name.stock.new" 2> "$work/$name.stock.err" < /dev/null
        # Killed at its limit it has said nothing that can be compared.
        [ $? -ne 137 ] || { echo "FAIL $name: stock erl did not end in $limit s"; failed=$((failed + 1)); continue; }
        mv "$work/$name.stock.new" "$work/$name.stock"
    fi
    (cd "$work" && timeout -s KILL "$limit" $ling -noshell -pa "$work" -run "$name" main -s erlang halt) > "$work/$name.ling" 2> "$work/$name.ling.err" < /dev/null
    status=$?
    if [ $status -eq 0 ] && cmp -s "$work/$name.stock" "$work/$name.ling"; then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name: exit status $status; first difference:"
        diff "$work/$name.stock" "$work/$name.ling" | head -${DIFF_LINES:-6}
        head -3 "$work/$name.ling.err"
        failed=$((failed + 1))
    fi
done
echo "erl: $passed passed, $failed failed"
[ $failed -eq 0 ]
