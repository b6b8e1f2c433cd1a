#!/bin/bash
# Runs one fuzz target for FUZZ_SECONDS on a corpus of real inputs, which is made if it is not there.
# usage: run.sh BUILD_DIR NAME. Findings stay in BUILD_DIR/fuzz/NAME.failed-*; exit status 1 then.
set -u
build=$1 name=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$build/fuzz
corpus=$work/$name.corpus
mkdir -p "$corpus" "$work/modules"

[ -n "$(ls "$work/modules" 2> /dev/null)" ] || erlc -o "$work/modules" "$here"/seeds/*.erl || exit 1
if [ -z "$(ls "$corpus")" ]; then
    case $name in
    beam|ling)
        erlc +no_line_info +deterministic -o "$corpus" "$here"/seeds/*.erl
        for old in r24 r23 r22; do
            mkdir -p "$corpus.$old" && erlc +$old +no_line_info -o "$corpus.$old" "$here"/seeds/*.erl
            for file in "$corpus.$old"/*.beam; do mv "$file" "$corpus/$old-$(basename "$file")"; done
            rmdir "$corpus.$old"
        done
        [ $name = ling ] || for file in "$corpus"/*.beam; do "$build/ling" --transform "$file" -o "${file%.beam}.ling" > /dev/null; done ;;
    code)
        for i in $(seq 32); do head -c $((1 + 8 * (i % 4 + 1))) /dev/urandom > "$corpus/random-$i"; done ;;
    *)
        erl -noshell -eval "c:c(\"$here/make_corpus\", [{outdir, \"$work\"}]), code:add_path(\"$work\"), make_corpus:$name(\"$corpus\"), halt()." > /dev/null || exit 1 ;;
    esac
fi
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0:handle_abort=1 FUZZ_MODULES=$work/modules
cd "$work" || exit 1
exec nice -n 19 "$build/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-600}" -rss_limit_mb=3000 -timeout=30 -max_len=65536 \
    -artifact_prefix="$work/$name.failed-" -print_final_stats=1 "$corpus"
