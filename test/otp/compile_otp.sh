#!/bin/bash
# Compiles OTP's stdlib, kernel and compiler on stock, on ling, and on ling without any .beam (from a root
# transformed to .ling files), and compares the results byte by byte. All three see their root under the same
# name, a link, because debug information holds the paths of included files.
# usage: compile_otp.sh LING WORK
set -u
ling=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work/driver"
work=$(cd "$work" && pwd)
installed=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
programs=$(dirname "$installed"/erts-*/bin/erlexec)
erlc -o "$work/driver" "$here/compile_otp.erl" || exit 1
failed=0

stock() { ROOTDIR=$work/root BINDIR=$programs EMU=beam PROGNAME=erl "$programs/erlexec" "$@"; }

compile() { # NAME ROOT COMMAND...
    local name=$1
    ln -sfn "$2" "$work/root"
    shift 2
    rm -rf "${work:?}/$name"
    echo "$name:"
    "$@" -noshell -run compile_otp compile "$work/root/lib" "$work/$name"
}

same_as_stock() { # NAME
    erl -noshell -pa "$work/driver" -run compile_otp compare "$work/stock" "$work/$1" \
        && echo "ok compile-otp $1" || { echo "FAIL compile-otp $1"; failed=1; }
}

[ -e "$work/stock.done" ] || { compile stock "$installed" stock +S 1 -pa "$work/driver" && touch "$work/stock.done"; } || exit 1
compile beam "$installed" "$ling" -root "$work/root" -pa "$work/driver"
same_as_stock beam

rm -rf "$work/ling-root" "$work/ling-driver"
"$ling" --transform "$installed" -o "$work/ling-root" > "$work/transform.txt" 2>&1 || { tail -5 "$work/transform.txt"; exit 1; }
tail -1 "$work/transform.txt"
"$ling" --transform "$work/driver" -o "$work/ling-driver" || exit 1
compile ling "$work/ling-root" "$ling" -root "$work/root" -nobeam -pa "$work/ling-driver"
same_as_stock ling
exit $failed
