#!/bin/bash
# Things that go wrong outside, on ling and on stock (`erl`), whose outputs must be the same.
# usage: run.sh LING WORK [CASE...]. A full disk needs root, for a small file system in memory.
set -u
ling=$1 work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
cases=${*:-resets half_closed full_disk no_handles interrupts deaf_child slow_reader stalled_file}
mkdir -p "$work"
work=$(cd "$work" && pwd)
erlc -o "$work" "$here/faults_t.erl" || exit 1

disk=$work/disk
mkdir -p "$disk"
if mount -t tmpfs -o size=256k tmpfs "$disk" 2> /dev/null; then
    export FAULT_DISK=$disk
    trap 'umount -l "$disk"' EXIT
fi

# Signals that a VM ignores or handles at once, as long as it lives.
disturb() {
    while kill -CHLD "$1" 2> /dev/null; do kill -WINCH "$1" 2> /dev/null; sleep 0.002; done
}

run_case() {
    local vm=$1 case=$2 pid status disturber=
    export FAULT_FIFO=$work/fifo
    rm -f "$FAULT_FIFO"
    mkfifo "$FAULT_FIFO"
    (
        [ "$case" != no_handles ] || ulimit -n 64
        exec timeout -s KILL 60 $vm +Q 4096 -noshell -pa "$work" -run faults_t main "$case" < /dev/null
    ) > "$3" 2> "$3.err" &
    pid=$!
    if [ "$case" = interrupts ]; then
        sleep 0.3
        disturb "$(pgrep -P $pid | head -1)" &
        disturber=$!
    fi
    wait $pid
    status=$?
    [ -z "$disturber" ] || wait $disturber
    echo "exit status $status" >> "$3"
    [ -z "${FAULT_DISK:-}" ] || rm -rf "${FAULT_DISK:?}"/*
}

failed=0
for case in $cases; do
    run_case erl "$case" "$work/$case.stock"
    run_case "$ling" "$case" "$work/$case.ling"
    if cmp -s "$work/$case.stock" "$work/$case.ling"; then
        echo "ok $case"
    else
        echo "FAIL $case"
        diff "$work/$case.stock" "$work/$case.ling" | head -10
        failed=1
    fi
done
exit $failed
