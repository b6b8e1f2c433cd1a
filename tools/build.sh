#!/bin/sh
# Builds in the folder $1 (made if need be); further arguments go to configure.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
target=$1
shift
"$source/bootstrap" > /dev/null 2>&1 || "$source/bootstrap"
mkdir -p "$target"
cd "$target"
[ -e config.status ] || "$source/configure" --quiet "$@"
make -s -j"${JOBS:-2}" all
