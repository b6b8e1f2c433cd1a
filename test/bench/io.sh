#!/bin/bash
# I/O side by side with stock (erl +S 1): sockets and files in one VM, then two HTTP servers under wrk.
# Rows are ratios of times (of requests/s for HTTP); each is "ok" within its bar, else "FAIL". For HTTP, errors and
# resident memory after the first and the last quarter are shown too.
# usage: io.sh ROUNDS HTTP_SECONDS LING
set -u
rounds=$1 seconds=$2 ling=$3
here=$(cd "$(dirname "$0")" && pwd)
export WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
erlc -o "$WORK" "$here"/io/*.erl || exit 1
stock="erl +S 1 +sbwt none +sbwtdcpu none +sbwtdio none"
status=0

# judge NAME RATIO OPERATOR BAR REST: a line of the result.
judge() {
    if awk "BEGIN { exit !($2 $3 $4) }"; then verdict=ok; else verdict=FAIL; status=1; fi
    printf '%-16s %6s  (bar %s %s) %s %s\n' "$1" "$2" "$3" "$4" "$verdict" "${5:-}"
}

for round in $(seq "$rounds"); do
    $stock -noshell -pa "$WORK" -run io_rows main < /dev/null >> "$WORK/stock.rows"
    $ling -noshell -pa "$WORK" -run io_rows main < /dev/null >> "$WORK/ling.rows"
done
least() { awk -v name="$2" '$1 == name && (best == 0 || $2 < best) { best = $2 } END { print best }' "$1"; }
for row in packet_passive:0.85 packet_active:0.85 small_writes:0.3 read_lines:0.8; do
    name=${row%%:*}
    judge "$name" "$(awk "BEGIN { printf \"%.2f\", $(least "$WORK/ling.rows" "$name") / $(least "$WORK/stock.rows" "$name") }")" '<=' "${row##*:}"
done

# http NAME KIND PORT VM...: leaves requests/s, errors and memory in $WORK/NAME.KIND.
http() {
    name=$1 kind=$2 port=$3
    shift 3
    mkfifo "$WORK/stdin"
    "$@" -noshell -pa "$WORK" -run http_server start "$kind" "$port" < "$WORK/stdin" > "$WORK/http.out" 2>&1 &
    pid=$!
    exec 9> "$WORK/stdin"
    rm "$WORK/stdin"
    for _ in $(seq 100); do grep -q ready "$WORK/http.out" && break; sleep 0.1; done
    wrk -t1 -c100 -d$((seconds / 4 + 1))s "http://127.0.0.1:$port/" > /dev/null
    first=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
    ticks=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
    wrk -t1 -c100 -d"${seconds}s" "http://127.0.0.1:$port/" > "$WORK/wrk.out"
    last=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
    ticks=$(($(awk '{ print $14 + $15 }' "/proc/$pid/stat") - ticks))
    exec 9>&-
    wait "$pid"
    awk -v ticks="$ticks" -v first="$first" -v last="$last" '
        /Requests\/sec/ { rate = $2 }
        /requests in/ { requests = $1 }
        /Socket errors|Non-2xx/ { errors = errors $0 }
        END { printf "%s %d %s %s %s\n", rate, requests * '"$(getconf CLK_TCK)"' / ticks, first, last, errors == "" ? "no errors" : errors }' "$WORK/wrk.out" > "$WORK/$name.$kind"
}
for kind in raw inets; do
    http stock "$kind" 18081 $stock
    http ling "$kind" 18082 $ling
    read -r stock_rate stock_per_cpu _ _ stock_errors < "$WORK/stock.$kind"
    read -r ling_rate ling_per_cpu first last ling_errors < "$WORK/ling.$kind"
    judge "http_$kind" "$(awk "BEGIN { printf \"%.2f\", $ling_rate / $stock_rate }")" '>=' 1.15 \
        "$ling_rate/s, $ling_per_cpu per CPU second, $first then $last kB, $ling_errors; stock $stock_rate/s, $stock_per_cpu, $stock_errors"
done
exit $status
