#!/bin/sh
# Makes all generated sources in the folder $1; files whose content stays the same keep their time.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
target=$1
mkdir -p "$target"

# make_file NAME COMMAND...: the command's output becomes $target/NAME.
make_file() {
    name=$1
    shift
    "$@" > "$target/$name.new"
    if cmp -s "$target/$name.new" "$target/$name"; then
        rm "$target/$name.new"
    else
        mv "$target/$name.new" "$target/$name"
    fi
}

awk=${AWK:-awk}
make_file atoms.h $awk -f "$source/tools/gen_atoms.awk" "$source/src/vm/term/atoms.tab"
make_file bifs.h $awk -f "$source/tools/gen_bifs.awk" -v part=header "$source/src/bifs/bifs.tab"
make_file bif_table.c $awk -f "$source/tools/gen_bifs.awk" -v part=table "$source/src/bifs/bifs.tab"
make_file generic_ops.h $awk -f "$source/tools/gen_generic_ops.awk" -v part=header "$source/src/loader/generic_ops.tab"
make_file generic_ops.c $awk -f "$source/tools/gen_generic_ops.awk" -v part=table "$source/src/loader/generic_ops.tab"

list_suites() {
    echo "/* Generated: one line per test/unit/test_*.c. */"
    ls "$source/test/unit" | sed -n 's/^test_\(.*\)\.c$/SUITE(\1)/p'
}
make_file unit_suites.h list_suites
make_file ops_generated.h $awk -f "$source/tools/gen_ops.awk" -v part=header "$source/src/vm/code/ops.tab"
make_file op_table.c $awk -f "$source/tools/gen_ops.awk" -v part=table "$source/src/vm/code/ops.tab"
for file in $(sed -n 's/^@file //p' "$source/src/vm/code/ops.tab"); do
    make_file "$file.inc" $awk -f "$source/tools/gen_ops.awk" -v part="$file" "$source/src/vm/code/ops.tab"
done
for part in header table; do
    case $part in header) name=rules_generated.h ;; table) name=rules_table.inc ;; esac
    make_file $name $awk -f "$source/tools/gen_rules.awk" -v part=$part -v rules_file="$source/src/loader/rules.tab" \
        "$source/src/loader/generic_ops.tab" "$source/src/loader/rules.tab"
done
