#!/bin/bash
# Libraries of native functions, on ling and on stock, compared.
# usage: run.sh LING WORK_DIR [NAME...]
# The libraries are built with OTP's erl_nif.h (erlang-dev) where there is one, else with that of include/.
set -eu
ling=$1 work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
include=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')/usr/include
[ -e "$include/erl_nif.h" ] || include=$here/../../include

library() { # NAME SOURCE FLAGS...
    name=$1 source=$here/$2
    shift 2
    [ "$work/$name.so" -nt "$source" ] && return
    rm -f "$work"/*.stock
    ${CC:-cc} -O1 -g -Wall -fPIC -shared -pthread -I"$include" "$@" -o "$work/$name.so" "$source"
}

library nif_terms terms.c
library nif_own_header terms.c -I"$here/../../include"
library nif_dirty dirty.c
library nif_tracer tracer.c
library nif_tracer_gone tracer.c -DPLAIN -DMODULE=nif_tracer_gone
for version in 1 2 3; do library nif_version_$version version.c -DVERSION=$version; done
for fault in NO_INIT NULL_ENTRY OTHER_NAME NEWER OLDER VARIANT MISSING NOT_A_STUB TWICE FLAGS LOAD_FAILS; do
    library nif_bad_$fault bad.c -D$fault
done
echo "this is no library" > "$work/nif_bad_text.so"
head -c 50 "$work/nif_terms.so" > "$work/nif_bad_short.so"

bash "$here/../run_erl.sh" "$ling" "$here" "$work" "$@"
