#!/bin/bash
# Compiles OTP's stdlib, kernel and compiler on ling and on stock and compares the results byte by byte.
# usage: compile_otp.sh LING WORK
set -u
ling=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
erlc -o "$work" "$here/compile_otp.erl" || exit 1
[ -e "$work/stock.done" ] || { rm -rf "$work/stock"; echo "stock:"; erl +S 1 -noshell -pa "$work" -run compile_otp compile "$work/stock" && touch "$work/stock.done"; } || exit 1
rm -rf "$work/ling"
echo "ling:"
$ling -noshell -pa "$work" -run compile_otp compile "$work/ling" \
    && erl -noshell -pa "$work" -run compile_otp compare "$work/stock" "$work/ling" \
    && echo "ok compile-otp" || { echo "FAIL compile-otp"; exit 1; }
