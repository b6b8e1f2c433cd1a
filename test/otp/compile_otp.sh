#!/bin/bash
# Compiles OTP's stdlib, kernel and compiler on stock, on ling, and on ling without any .beam (from a root
# transformed to .ling files), and compares the results byte by byte.
# usage: compile_otp.sh LING WORK
set -u
ling=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
mkdir -p "$work/driver"
erlc -o "$work/driver" "$here/compile_otp.erl" || exit 1
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
failed=0

compile() { # NAME COMMAND...
    local name=$1
    shift
    rm -rf "${work:?}/$name"
    echo "$name:"
    "$@" -noshell -run compile_otp compile "$root/lib" "$work/$name"
}

same_as_stock() { # NAME
    erl -noshell -pa "$work/driver" -run compile_otp compare "$work/stock" "$work/$1" \
        && echo "ok compile-otp $1" || { echo "FAIL compile-otp $1"; failed=1; }
}

[ -e "$work/stock.done" ] || { compile stock erl +S 1 -pa "$work/driver" && touch "$work/stock.done"; } || exit 1
compile beam "$ling" -pa "$work/driver"
same_as_stock beam

rm -rf "$work/root" "$work/driver.ling"
"$ling" --transform "$root" -o "$work/root" > "$work/transform.txt" 2>&1 || { tail -5 "$work/transform.txt"; exit 1; }
tail -1 "$work/transform.txt"
"$ling" --transform "$work/driver" -o "$work/driver.ling" || exit 1
compile ling "$ling" -root "$work/root" -nobeam -pa "$work/driver.ling"
same_as_stock ling
exit $failed
