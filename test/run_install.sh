#!/bin/bash
# `make install` into a folder, and every tool of the root it makes run there, by PATH alone.
# usage: run_install.sh BUILD_DIR WORK_DIR; prints "ok install WHAT" or "FAIL install WHAT: why"
set -u
build=$1
rm -rf "$2"
mkdir -p "$2"
work=$(cd "$2" && pwd)
prefix=$work/prefix
root=$prefix/lib/ling

check() { # WHAT EXPECTED COMMAND...: the command prints EXPECTED (a pattern of grep -E)
    local what=$1 expected=$2 output
    shift 2
    output=$(timeout -s KILL 60 "$@" 2>&1 < /dev/null)
    if grep -Eq -- "$expected" <<< "$output"; then
        echo "ok install $what"
    else
        echo "FAIL install $what: no /$expected/ in: $(head -c 300 <<< "$output")"
    fi
}

make -s -C "$build" install prefix="$prefix" > "$work/make.log" 2>&1 || { echo "FAIL install make: $(tail -3 "$work/make.log")"; exit 1; }
unset ROOTDIR BINDIR EMU PROGNAME ERL_LIBS LING_OTP ERLC_EMULATOR ESCRIPT_EMULATOR
export PATH=$root/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=$work
cd "$work" || exit 1

show_root='io:format("~s ~s~n", [code:root_dir(), erlang:system_info(system_version)]), halt().'
check erl "^$root .*\[ling\]" erl -noshell -eval "$show_root"
check "ling in bin" "^$root .*\[ling\]" "$prefix/bin/ling" -noshell -eval "$show_root"
check "erl of a parent VM with another root" "^$root .*\[ling\]" \
    env ROOTDIR=/usr BINDIR=/usr/bin PROGNAME=other erl -noshell -eval "$show_root"
check "erl in a command of erl" "^$root .*\[ling\]" erl -noshell -eval "io:put_chars(os:cmd(\"erl -noshell -eval '\" ++ \"$(sed 's/"/\\"/g' <<< "$show_root")\" ++ \"'\")), halt()."
check "erlexec with ROOTDIR" "^$work/elsewhere named" bash -c "mkdir -p elsewhere && ln -s $root/erts-* $root/lib $root/bin elsewhere/ &&
    ROOTDIR=$work/elsewhere PROGNAME=named exec $root/erts-*/bin/erlexec -noshell \
    -eval 'io:format(\"~s ~s~n\", [code:root_dir(), element(2, init:get_argument(progname))]), halt().'"

cat > tiny.erl <<'END'
-module(tiny).
-export([all/0, one/1, machine/0]).
all() -> [one].
one(_) -> {match, _} = re:run(erlang:system_info(system_version), "\\[ling\\]").
machine() -> erlang:system_info(system_version).
END
check erlc '^$' erlc tiny.erl
check "code of erlc" '\[ling\]' erl -noshell -eval 'io:put_chars(tiny:machine()), halt().'
printf '#!/usr/bin/env escript\nmain(A) -> io:format("~~s ~~p~~n", [erlang:system_info(system_version), A]).\n' > script
chmod +x script
check escript '\[ling\].*' ./script a b
check "arguments of escript" '\["a","b"\]' ./script a b
if [ -x "$root/bin/ct_run" ]; then
    mkdir -p suite && sed 's/tiny/tiny_SUITE/' tiny.erl > suite/tiny_SUITE.erl
    check ct_run '1 ok, 0 failed' ct_run -noshell -dir suite -logdir .
fi
for tool in dialyzer typer; do
    [ ! -x "$root/bin/$tool" ] || check $tool '[Vv]ersion' $tool --version
done

# A release that carries the VM with it.
cat > release.erl <<'END'
-module(release).
-export([make/0]).
make() ->
    Apps = [begin application:load(A), {ok, V} = application:get_key(A, vsn), {A, V} end || A <- [kernel, stdlib, sasl]],
    Rel = {release, {"box", "1"}, {erts, erlang:system_info(version)}, Apps},
    ok = file:write_file("box.rel", io_lib:format("~p.~n", [Rel])),
    ok = systools:make_script("box", [no_warn_sasl]),
    ok = systools:make_tar("box", [{erts, code:root_dir()}]),
    ok = file:make_dir("box"),
    ok = erl_tar:extract("box.tar.gz", [compressed, {cwd, "box"}]),
    halt().
END
check "release with the VM" '^$' bash -c "erlc release.erl && erl -noshell -s release make"
check "erlexec of a release" "^$work/box .*\[ling\]" bash -c "ROOTDIR=$work/box BINDIR=\$(echo $work/box/erts-*/bin) exec $work/box/erts-*/bin/erlexec \
    -noshell -boot $work/box/releases/1/start -eval '$show_root'"

make -s -C "$build" uninstall prefix="$prefix" >> "$work/make.log" 2>&1
check "uninstall leaves nothing" '^0$' bash -c "find $prefix -type f -o -type l | wc -l"
