#!/bin/sh
# Checks that includes only look down the layers of the design (doc/architecture.md has the table),
# that uv.h is seen in src/io/posix only, and that each third-party header has one owner.
# Usage: check_layers.sh SOURCE_DIR
set -eu
cd "$1"

find src -name '*.[ch]' | LC_ALL=C sort | while read -r file; do
    sed -n 's/^ *# *include *["<]\([^">]*\)[">].*/\1/p' "$file" | while read -r header; do echo "$file $header"; done
done | awk '
function layer_of(path) {
    if (path ~ /^vm\/base\//) return 0
    if (path ~ /^io\//) return 1
    if (path ~ /^vm\/term\//) return 2
    if (path ~ /^vm\/gc\//) return 3
    if (path ~ /^vm\/code\//) return 4
    if (path ~ /^vm\/proc\//) return 5
    if (path ~ /^vm\/(match|trace|ets|dist|port|nif)\//) return 6
    if (path ~ /^vm\/exec\//) return 7
    if (path ~ /^(loader|ports|bifs)\//) return 8
    return 9
}
function complain(why) { printf "%s includes %s: %s\n", $1, $2, why; bad = 1 }
# Headers of other projects, and the only files that may see them.
BEGIN {
    owner["uv.h"] = "^src/io/posix/"
    owner["gmp.h"] = "^src/vm/term/bignum"
    owner["pcre2.h"] = "^src/bifs/(bif_re|regex)"
}
{
    sub(/^src\//, "", $1)
    from = $1
    full = "src/" from
    if ($2 in owner && full !~ owner[$2]) complain("only files like " owner[$2] " may")
    if ($2 ~ /^vm\/|^io\/|^loader\/|^ports\/|^bifs\//) {
        if (layer_of($2) > layer_of(from)) complain("it lies in a higher layer")
        # io headers are below terms, the platform behind them is nobody else'"'"'s business
        if ($2 ~ /^io\/(posix|xen|fake)\// && substr(from, 1, 7) != substr($2, 1, 7)) complain("the platform is behind the io headers")
        if (from ~ /^io\// && $2 !~ /^io\/|^vm\/base\//) complain("io knows vm/base only")
        if (from ~ /^(vm\/term|vm\/gc|vm\/code)\// && $2 ~ /^io\//) complain("terms, heaps and code know no platform")
        if (from ~ /^loader\// && $2 ~ /^(bifs|ports)\//) complain("the loader knows no BIFs or ports")
        if (from ~ /^ports\// && $2 ~ /^(bifs|loader)\//) complain("drivers know no BIFs and no loader")
    }
}
END { exit bad }'
