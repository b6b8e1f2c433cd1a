#!/bin/bash
# Two nodes talk to each other: ling with ling, ling with stock, stock with ling. Each pair must print what two stock nodes print.
# usage: run.sh LING WORK
set -u
ling=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
stock=${STOCK_ERL:-erl}
mkdir -p "$work"
cd "$work" || exit 1
export HOME=$work ERL_EPMD_PORT=$((20000 + $$ % 20000)) ERL_CRASH_DUMP=$work/erl_crash.dump
erlc -o "$work" "$here/dist_t.erl" || exit 1
passed=0 failed=0

# pair NAME VM-THAT-ASKS VM-THAT-SERVES: what the first one prints, in NAME.out
pair() {
    local host
    host=$(hostname -s)
    timeout -s KILL 30 "$3" -noshell -sname "dist_t_b_$$" -setcookie dist_t -kernel logger_level none -pa "$work" -run dist_t serve 25 > "$1.server" 2>&1 < /dev/null &
    timeout -s KILL 30 "$2" -noshell -sname "dist_t_a_$$" -setcookie dist_t -kernel logger_level none -pa "$work" \
        -eval "dist_t:main(['dist_t_b_$$@$host'])" > "$1.out" 2> "$1.err" < /dev/null
    wait
}

pair stock_stock "$stock" "$stock"
for name in ling_ling ling_stock stock_ling; do
    first=${name%_*} second=${name#*_}
    pair "$name" "${!first}" "${!second}"
    if grep -q '^again: ' $name.out && cmp -s stock_stock.out $name.out; then
        echo "ok dist $name"
        passed=$((passed + 1))
    else
        echo "FAIL dist $name: first difference:"
        diff stock_stock.out $name.out | head -${DIFF_LINES:-6}
        head -3 $name.err
        failed=$((failed + 1))
    fi
done
epmd -kill > /dev/null 2>&1
echo "dist: $passed passed, $failed failed"
[ $failed -eq 0 ]
