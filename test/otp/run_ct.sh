#!/bin/bash
# Runs OTP's own suites under common_test, on ling and on stock, and compares case by case.
# usage: run_ct.sh LING WORK quick|full|SUITE...     suites: see suites.txt; others as APPLICATION:SUITE
# A suite is "ok" if every case that passes on stock passes on ling, but for those in left_out.txt. What stock
# does is kept in WORK/ct, and not run again.
set -u
ling=$1 work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
case $ling in [!/]*/*) ling=$PWD/$ling ;; esac      # cases run in other directories
ct=$work/ct
mkdir -p "$ct"
stock=${STOCK_ERL:-erl}

case ${1:-quick} in
quick) chosen=$(awk '!/^#/ && $3 == "quick" {print $1 ":" $2}' "$here/suites.txt") ;;
full)  chosen=$(awk '!/^#/ {print $1 ":" $2}' "$here/suites.txt") ;;
*)     chosen=$(for suite; do case $suite in *:*) echo "$suite" ;; esac; awk -v s="$suite" '$2 == s {print $1 ":" $2}' "$here/suites.txt"; done) ;;
esac
for source in "$here"/ct/*.erl; do
    [ "$ct/$(basename "$source" .erl).beam" -nt "$source" ] || erlc -o "$ct" "$source" || exit 1
done
# Some suites look for `erl` in the path.
mkdir -p "$ct/bin.ling"
ln -sf "$(command -v "${ling%% *}")" "$ct/bin.ling/erl"

# lines NAME COMMAND APP SUITE: $ct/APP.SUITE.NAME gets one line for each case.
lines() {
    rm -rf "$ct/logs.$3.$4.$1"
    mkdir -p "$ct/logs.$3.$4.$1"
    rm -f "$ct/$3.$4.$1"
    local features=''
    grep -q '^-feature(maybe_expr' "$work/$3_test/$4.erl" && features='-enable-feature maybe_expr'
    # shellcheck disable=SC2086
    (cd "$work/$3_test" && PATH=$ct/bin.$1:$(dirname "$(command -v "${2%% *}")"):$PATH CT_LINES=$ct/$3.$4.$1 ERL_CRASH_DUMP=$work/erl_crash.dump \
        timeout -s KILL "${SUITE_LIMIT:-900}" $2 $features -noshell -sname "ct_$1_$$" -pa "$ct" -pa . \
        -run ct_lines run . "$4" "$ct/logs.$3.$4.$1") > "$ct/$3.$4.$1.out" 2>&1 < /dev/null
    touch "$ct/$3.$4.$1"
}

total=0 good=0
for entry in $chosen; do
    app=${entry%%:*} suite=${entry#*:}
    if ! bash "$here/prepare.sh" "$work" "$app" "$suite" > "$ct/$app.$suite.prepare" 2>&1; then
        echo "skip ct $app $suite: its sources cannot be had or compiled"; continue
    fi
    if [ ! -s "$ct/$app.$suite.expected" ]; then
        lines stock "$stock" "$app" "$suite"
        mv "$ct/$app.$suite.stock" "$ct/$app.$suite.expected"
    fi
    lines ling "$ling" "$app" "$suite"
    # Cases of several groups come more than once: counted.
    awk -F '\t' -v suite="$suite" -v left_out="$here/left_out.txt" -v app="$app" '
        BEGIN {
            while ((getline line < left_out) > 0) {
                split(line, word, " ")
                sub(/@.*/, "", word[1])
                if (line !~ /^#/) left[word[1]] = 1
            }
        }
        FNR == NR { if ($1 == "ok") expected[$2]++; next }
        $1 == "ok" { passed[$2]++ }
        $1 != "ok" { why[$2] = $1 " " $3 }
        END {
            for (name in expected) {
                if (name in left && passed[name] < expected[name]) { apart++; continue }
                total += expected[name]
                good += passed[name] < expected[name] ? passed[name] : expected[name]
                if (passed[name] < expected[name]) list[++bad] = name ": " ((name in why) ? substr(why[name], 1, 300) : "did not run")
            }
            printf "%s ct %s %s %d/%d\n", (bad || total + apart == 0) ? "FAIL" : "ok", app, suite, good, total
            for (i = 1; i <= bad; i++) print "    " list[i]
        }' "$ct/$app.$suite.expected" "$ct/$app.$suite.ling" | tee "$ct/$app.$suite.sum"
    read -r g t < <(sed -nE '1s/.* ([0-9]+)\/([0-9]+)$/\1 \2/p' "$ct/$app.$suite.sum")
    good=$((good + g)) total=$((total + t))
done
echo "ct: $good of $total cases"
