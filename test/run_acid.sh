#!/bin/bash
# Runs test/acid/*.sh, tests as a user would run them, with LING set to the program given.
# usage: run_acid.sh LING [NAME...]
# Bars that need a mount namespace of their own (lib.sh's `ns`) are skipped where that is not allowed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
export LING=$1
shift
for bar in "$here"/acid/[0-9]*.sh; do
    name=$(basename "$bar" .sh)
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    missing=$(sed -n 's/^need //p' "$bar" | tr ' ' '\n' | while read -r tool; do command -v "$tool" > /dev/null || echo "$tool"; done)
    if [ -n "$missing" ]; then
        echo "skip acid $name: not installed:" $missing
    elif grep -q '\bns ' "$bar" && ! unshare -m true 2> /dev/null; then
        echo "skip acid $name: no mount namespaces here"
    elif output=$(SLOW=${SLOW:-3} bash "$bar" 2>&1); then
        echo "ok acid $name"
    else
        echo "FAIL acid $name"
        echo "$output" | tail -5
    fi
done
