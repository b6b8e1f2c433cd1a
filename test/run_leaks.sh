#!/bin/bash
# Runs test/leak/leaks.erl: each of its loops must leave the VM as large as it was.
# usage: run_leaks.sh LING WORK_DIR [NAME...]
set -u
ling=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
shift 2
mkdir -p "$work"
erlc -o "$work" "$here/leak/leaks.erl" || exit 1
cd "$work" && exec timeout -s KILL 1200 $ling +t 2000000 -noshell -run leaks main "$@"
