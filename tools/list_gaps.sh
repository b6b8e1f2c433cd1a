#!/bin/sh
# Lists the BIFs of bifs.tab that have no C function in the given program: they raise undef.
# usage: list_gaps.sh PROGRAM BIFS_TAB
set -eu
nm --defined-only "$1" | awk -v table="$2" '
$3 ~ /^bif_/ { there[$3] = 1 }
END {
    while ((getline line < table) > 0) {
        if (line ~ /^#/ || split(line, field, " ") < 4) continue
        total++
        if (!(field[4] in there)) { printf "%s:%s/%s\n", field[1], field[2], field[3]; count++ }
    }
    printf "%d of %d BIFs are missing\n", count, total
}'
