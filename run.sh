#!/bin/sh
# On a fresh Debian 12: installs the packages, builds ling in ./build, and runs the example application.
set -eu
cd "$(dirname "$0")"
sh tools/install_packages.sh build
sh tools/build.sh build
exec build/ling -noshell -pa build/lib/hello/ebin -s hello
