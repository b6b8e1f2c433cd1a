#!/bin/bash
# Many clients of a binary protocol (150 types of message) in one VM, their server in another; once with both on stock, once with
# both on ling. Bars: all connect, nothing is lost, at least stock's rate. The CPU seconds of client and server count where the
# machine has other work, of which stock's many threads get a larger share.
# usage: clients.sh CLIENTS LING
set -u
clients=$1 ling=$2
messages=${MESSAGES:-50}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ulimit -n 20000 || exit 1
escript "$here/clients/make_messages.escript" 150 "$work/protocol.erl" || exit 1
erlc -o "$work" "$work/protocol.erl" "$here/clients/clients.erl" || exit 1

# run NAME VM...: a line of clients:run/1 in $work/NAME.
run() {
    name=$1
    shift
    rm -f "$work/stdin" "$work/log"
    mkfifo "$work/stdin"
    "$@" -noshell -pa "$work" -run clients server < "$work/stdin" > "$work/port" &
    server=$!
    exec 9> "$work/stdin"
    for _ in $(seq 100); do grep -q . "$work/port" && break; sleep 0.1; done
    { time -p timeout -s KILL 300 "$@" -noshell -pa "$work" -run clients run "$(cat "$work/port")" "$clients" "$messages" \
        "$work/log" < /dev/null > "$work/$name" 2>&1; } 2> "$work/time"
    ticks=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
    exec 9>&-
    wait "$server"
    read -r user system < <(sed -n 's/^user //p; s/^sys //p' "$work/time" | tr '\n' ' ')
    cpu=$(awk "BEGIN { printf \"%.2f\", $ticks / $(getconf CLK_TCK) + $user + $system }")
    echo "$name: $(cat "$work/$name"), CPU $cpu s"
}
run stock erl +S 1 +Q 65536 +sbwt none +sbwtdcpu none +sbwtdio none
run ling "$ling" +Q 65536
awk -v wanted="$clients" 'NR == FNR { stock = $6; next }
    { good = $2 == wanted && $4 == 0 && $6 >= stock
      printf "ratio %.2f %s\n", $6 / stock, good ? "ok" : "FAIL"; exit !good }' "$work/stock" "$work/ling"
