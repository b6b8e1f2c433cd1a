#!/bin/bash
# Runs test/acid/*.sh, tests as a user would run them, with LING set to the program given.
set -u
here=$(cd "$(dirname "$0")" && pwd)
export LING=$1
for bar in "$here"/acid/[0-9]*.sh; do
    name=$(basename "$bar" .sh)
    if output=$(bash "$bar" 2>&1); then echo "ok acid $name"; else echo "FAIL acid $name"; echo "$output" | tail -5; fi
done
