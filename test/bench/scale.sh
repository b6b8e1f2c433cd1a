#!/bin/bash
# Whole processes side by side with stock: CPU time and peak memory of starting, many processes, and many spawns.
# Rounds are interleaved and minima count. Each row is "ok" within its bar, a ratio to stock, else "FAIL".
# usage: scale.sh ROUNDS LING
set -u
rounds=$1 ling=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/scale.erl" <<'X'
-module(scale).
-export([idle/0, spawns/0]).

%% 100,000 processes that wait.
idle() ->
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 100000)],
    100000 = length([P || P <- Pids, is_process_alive(P)]),
    halt(0).

%% A million processes, each ended before the next starts.
spawns() ->
    spawns(1000000),
    halt(0).

spawns(0) -> ok;
spawns(N) ->
    {_, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, _, normal} -> spawns(N - 1) end.
X
erlc -o "$work" "$work/scale.erl" || exit 1

# One line "CPU-ms peak-kB" of a run.
run() { # VM...
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" > /dev/null 2>&1 < /dev/null || return 1
    awk '{printf "%d %d\n", ($1 + $2) * 1000, $3}' "$work/time"
}

measure() { # ROW ARGUMENTS...: files ROW.stock and ROW.ling
    local row=$1
    shift
    for _ in $(seq "$rounds"); do
        run erl +S 1 "$@" >> "$work/$row.stock" || return 1
        run "$ling" "$@" >> "$work/$row.ling" || return 1
    done
}

judge() { # ROW COLUMN NAME BAR
    local best=() vm
    for vm in stock ling; do best+=("$(sort -n -k "$2,$2" "$work/$1.$vm" | awk -v c="$2" 'NR == 1 {print $c}')"); done
    awk -v name="$3" -v stock="${best[0]}" -v ling="${best[1]}" -v bar="$4" 'BEGIN {
        ratio = ling / (stock > 0 ? stock : 1)
        printf "%s scale %s: stock %d, ling %d, ratio %.2f (bar %s)\n", ratio <= bar ? "ok" : "FAIL", name, stock, ling, ratio, bar
        exit ratio > bar
    }'
}

failed=0
measure start -noshell -eval 'halt().' || { echo "FAIL scale start"; exit 1; }
measure idle +P 1000000 -noshell -pa "$work" -s scale idle || { echo "FAIL scale idle"; exit 1; }
measure spawns -noshell -pa "$work" -s scale spawns || { echo "FAIL scale spawns"; exit 1; }
judge start 1 "start, ms of CPU" 0.5 || failed=1
judge start 2 "start, peak kB" 0.6 || failed=1
judge idle 2 "100,000 idle processes, peak kB" 1.0 || failed=1
judge spawns 1 "1,000,000 spawns, ms of CPU" 1.0 || failed=1

# The limit on open files may be huge: nothing walks it.
hard=$(ulimit -Hn)
if ulimit -n 1000000000 2> /dev/null; then
    run "$ling" -noshell -eval 'halt().' > "$work/limit" && awk -v base="$(sort -n "$work/start.ling" | awk 'NR == 1 {print $1}')" '{
        printf "%s scale start with ulimit -n 1000000000: %d ms of CPU\n", $1 <= 2 * base + 50 ? "ok" : "FAIL", $1
        exit $1 > 2 * base + 50 }' "$work/limit" || failed=1
else
    echo "skip scale ulimit -n 1000000000: the hard limit is $hard"
fi
exit $failed
