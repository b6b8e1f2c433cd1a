#!/bin/bash
# Runs OTP's own suites on ling, case by case against what passes on stock.
# usage: run.sh LING WORK quick|full|SUITE...
# A suite is "ok" if every case that passes on stock (passes_on_stock_APP.txt) passes, but for those in
# left_out.txt; else the cases that do not are listed.
set -u
ling=$1 work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
results=$work/results
mkdir -p "$results"
export SUITE_TIMEOUT=${SUITE_TIMEOUT:-120000} SUITE_PRIV=$work/priv ERL_CRASH_DUMP=$work/erl_crash.dump

case ${1:-quick} in
quick) chosen=$(awk '!/^#/ && $3 == "quick" {print $1 ":" $2}' "$here/suites.txt") ;;
full)  chosen=$(awk '!/^#/ {print $1 ":" $2}' "$here/suites.txt") ;;
*)     chosen=$(for suite; do awk -v s="$suite" '$2 == s {print $1 ":" $2}' "$here/suites.txt"; done) ;;
esac

total=0 good=0
for entry in $chosen; do
    app=${entry%%:*} suite=${entry#*:}
    if ! bash "$here/prepare.sh" "$work" "$app" "$suite" > "$results/$suite.prepare" 2>&1; then
        echo "skip otp $app $suite: its sources cannot be had or compiled"; tail -3 "$results/$suite.prepare"; continue
    fi
    features=''
    grep -q '^-feature(maybe_expr' "$work/${app}_test/$suite.erl" && features='-enable-feature maybe_expr'
    # A node with a name, as common_test has, and `ling` where os:cmd and peers find it.
    (cd "$work/${app}_test" && PATH=$(dirname "$(command -v "${ling%% *}")"):$PATH timeout -s KILL "${SUITE_LIMIT:-900}" \
        $ling $features -sname "suite_$$" -noshell -pa "$work/driver" -pa . -run suite_driver main "$PWD" "$suite") > "$results/$suite.txt" 2> "$results/$suite.err" < /dev/null
    awk -F '\t' -v suite="$suite" -v left_out="$here/left_out.txt" -v app="$app" '
        BEGIN {
            while ((getline line < left_out) > 0) { split(line, word, " "); if (line !~ /^#/) left[word[1]] = 1 }
        }
        FNR == NR { if (index($0, suite ":") == 1) expected[$0] = 1; next }
        $1 == "ok" { passed[$2] = 1 }
        $1 ~ /^(fail|timeout|skip)$/ { why[$2] = $1 " " $3 }
        END {
            for (name in expected) {
                if (name in left && !(name in passed)) continue
                total++
                if (name in passed) good++
                else list[++bad] = name ": " ((name in why) ? substr(why[name], 1, 300) : "did not run")
            }
            printf "%s otp %s %s %d/%d\n", (bad || total == 0) ? "FAIL" : "ok", app, suite, good, total
            for (i = 1; i <= bad; i++) print "    " list[i]
        }' "$here/passes_on_stock_$app.txt" "$results/$suite.txt" | tee "$results/$suite.sum"
    read -r g t < <(sed -nE '1s/.* ([0-9]+)\/([0-9]+)$/\1 \2/p' "$results/$suite.sum")
    good=$((good + g)) total=$((total + t))
done
echo "otp: $good of $total cases"
