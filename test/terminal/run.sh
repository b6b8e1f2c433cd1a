#!/bin/bash
# Sessions at the interactive shell, typed into tmux: the screens of ling must be those of stock.
# usage: run.sh LING WORK [SCENARIO...]; prints "ok terminal SCREEN" or "FAIL terminal SCREEN" with the difference.
set -u
here=$(cd "$(dirname "$0")" && pwd)
ling=$1
mkdir -p "$2"
WORK=$(cd "$2" && pwd)
shift 2
command -v tmux > /dev/null || { echo "skip terminal: tmux is not installed"; exit 0; }
. "$here/keys.sh"
. "$here/scenarios.sh"
[ $# -gt 0 ] || set -- $(declare -F | sed -n 's/^declare -f scenario_//p')
export LC_ALL=C.UTF-8 TERM=xterm HOME=$WORK ERL_CRASH_DUMP=$WORK/erl_crash.dump
unset TMUX ERL_FLAGS ERL_AFLAGS ERL_ZFLAGS

run_one() { # NAME SCENARIO
    NAME=$1 SOCKET=ling-terminal-$1-$$-$2
    scenario_"$2" > /dev/null 2>&1
    leave
}

prepare() { # NAME COMMAND
    rm -rf "${WORK:?}/$1"
    mkdir -p "$WORK/$1/bin"
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" > "$WORK/$1/bin/vm"
    chmod +x "$WORK/$1/bin/vm"
    printf -- '-module(tiny).\n-export([f/1, crash/1]).\nf(X) -> X * 2.\ncrash(L) -> [lists:nth(3, L)].\n' > "$WORK/$1/tiny.erl"
    printf -- '-module(broken).\n-export([f/0, g/0]).\nf() -> X = 1, ok.\ng() -> foo(.\n' > "$WORK/$1/broken.erl"
}
prepare stock "${STOCK_ERL:-erl}"
prepare ling "$ling"

# Both VMs side by side, and a few scenarios: they mostly wait.
for scenario; do
    for name in stock ling; do
        while [ "$(jobs -rp | wc -l)" -ge 6 ]; do wait -n; done
        run_one $name "$scenario" &
    done
done
wait

failed=0
for screen in "$WORK"/stock/*.screen; do
    name=$(basename "$screen" .screen)
    if cmp -s "$screen" "$WORK/ling/$name.screen"; then
        echo "ok terminal $name"
    else
        echo "FAIL terminal $name:"
        diff "$screen" "$WORK/ling/$name.screen" | head -20
        failed=1
    fi
done
exit $failed
