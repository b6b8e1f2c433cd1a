#!/bin/sh
# Installs what building and testing needs on Debian 12; does nothing when all is there.
# With `build` only what building and running needs.
set -eu
build="gcc make autoconf automake pkg-config libuv1-dev libffi-dev zlib1g-dev libpcre2-dev libssl-dev libgmp-dev
    erlang-base erlang-nox"
test="check erlang-dev erlang-src erlang-common-test erlang-eunit dpkg-dev python3 time tmux expect rebar3"
wanted=$build
[ "${1:-}" = build ] || wanted="$wanted $test"

missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing > /dev/null
