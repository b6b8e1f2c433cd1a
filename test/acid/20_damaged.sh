#!/bin/bash
# 20_damaged: flags and files that are no good: one clear error, exit status 1, and never a crash of the VM.
. "$(dirname "$0")/lib.sh"
cd "$W" || fail "no work dir"
export ERL_CRASH_DUMP_SECONDS=0

# row STATUS PATTERN ARGUMENT...: the exit status, and what stands on stderr or stdout.
rows=0 bad=""
row() {
  local wanted=$1 pattern=$2 status
  shift 2
  rows=$((rows + 1))
  timeout -s KILL $((20 * ${SLOW:-1})) erl "$@" -noshell -eval 'halt(0).' > out 2>&1 < /dev/null
  status=$?
  if [ $status -ne $wanted ]; then bad="$bad
$*: exit status $status, not $wanted: $(head -c 300 out)"; return; fi
  grep -qE "$pattern" out || bad="$bad
$*: nothing like '$pattern': $(head -c 300 out)"
  ! grep -q "Internal error\|Assertion" out || bad="$bad
$*: $(head -c 300 out)"
}

# --- emulator flags
for value in "" x -1 1 99999999999999999999 1e5; do row 1 "P" +P "$value"; done
for value in "" x 1 4294967296; do row 1 "t" +t "$value"; done
row 1 "Q" +Q none
row 1 "hms" +hms -5
row 1 "hmqd" +hmqd nowhere
row 1 "fn" +fnx
row 1 "sbwt" +sbwt never
row 1 "A" +A 5000
row 1 "zdbbl" +zdbbl 0
row 1 "y" +y

# --- arguments files
echo '-boot "unended' > quote.args
row 1 "unended" -args_file quote.args
head -c 3000 /dev/urandom > random.args
timeout -s KILL 60 erl -args_file random.args -noshell -eval 'halt(0).' > out 2>&1 < /dev/null
[ $? -lt 124 ] || bad="$bad
random arguments: $(head -c 300 out)"
echo "-args_file loop.args" > loop.args
row 1 "loop.args" -args_file loop.args
row 1 "nowhere.args" -args_file nowhere.args
row 1 "args_file|directory" -args_file "$W"

# --- boot files
root=$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')
good=$root/bin/start.boot
row 1 "nowhere" -boot nowhere
: > empty.boot; row 1 "boot" -boot empty
head -c 100 /dev/urandom > random.boot; row 1 "boot" -boot random
head -c 500 "$good" > cut.boot; row 1 "boot" -boot cut
erl -noshell -eval 'file:write_file("term.boot", term_to_binary({script, {a, "1"}, [{strange, 1}, nothing, {path, 3}]})), halt().'
row 1 "." -boot term
erl -noshell -eval 'file:write_file("improper.boot", term_to_binary({script, {a, "1"}, [{progress, x} | y]})), halt().'
row 1 "." -boot improper

# --- configuration
echo '[{kernel, [{a, 1' > cut.config; row 1 "cut.config" -config cut
head -c 500 /dev/urandom > random.config; row 1 "random.config" -config random
echo 'atom.' > atom.config; row 1 "." -config atom
row 1 "nowhere" -config nowhere
echo '[{kernel, [{logger_level, strange}]}].' > level.config; row 1 "." -config level

# --- applications and modules, from a running system
mkdir -p apps
echo '{application, cut, [{modules, [' > apps/cut.app
head -c 300 /dev/urandom > apps/random.app
echo '{application, odd, 17}.' > apps/odd.app
echo '-module(whole). -export([f/0]). f() -> {whole, <<1,2,3>>, "abc", 1.5}.' > whole.erl
cat > damaged.erl <<'M'
-module(damaged).
-export([main/0]).
main() ->
    [{error, _} = application:load(A) || A <- [cut, random, odd]],
    compile:file("whole", []),
    {ok, Beam} = file:read_file("whole.beam"),
    each(Beam, ".beam"),
    case file:read_file("whole.ling") of {ok, Ling} -> each(Ling, ".ling"); _ -> ok end,
    io:format("survived~n").
%% Cut anywhere, with any byte changed: loaded or refused.
each(Bytes, _) ->
    [load(binary:part(Bytes, 0, N)) || N <- lists:seq(0, byte_size(Bytes) - 1)],
    [begin <<A:N/binary, B, C/binary>> = Bytes, load(<<A/binary, (B bxor X), C/binary>>) end
     || N <- lists:seq(0, byte_size(Bytes) - 1), X <- [1, 128]].
load(Bytes) ->
    case catch erlang:load_module(whole, Bytes) of
        {module, whole} -> catch whole:f(), code:purge(whole), code:delete(whole), code:purge(whole);
        _ -> ok
    end.
M
erlc damaged.erl whole.erl || fail "does not compile"
"$LING_CMD"$LING_ARGS --transform whole.beam -o . > /dev/null 2>&1
erl +t 1048576 -noshell -pa apps -pa . -kernel logger_level none -run damaged main -s erlang halt > out 2>&1 < /dev/null
status=$?
[ $status -eq 0 ] && grep -q survived out || bad="$bad
damaged files: exit status $status: $(tail -c 300 out)"

# --- code that would do harm: a stock VM trusts the compiler, here the call fails
cat > unsound.erl <<'M'
-module(unsound).
-export([main/0]).
%% Code that no compiler makes: f/0 returns a register that nobody wrote.
main() ->
    Code = {bad, [{f, 0}, {g, 0}], [],
            [{function, f, 0, 2, [{label, 1}, {func_info, {atom, bad}, {atom, f}, 0}, {label, 2}, return]},
             {function, g, 0, 4, [{label, 3}, {func_info, {atom, bad}, {atom, g}, 0}, {label, 4},
                                  {move, {atom, fine}, {x, 0}}, return]}], 5},
    {ok, Beam} = beam_asm:module(Code, [], [], []),
    {module, bad} = erlang:load_module(bad, Beam),
    fine = bad:g(),
    [{badfile, [{bad, f, 0, []} | _]} = try bad:f() catch error:R:S -> {R, S} end || _ <- [1, 2]],
    fine = bad:g(),
    io:format("refused~n").
M
erlc unsound.erl || fail "does not compile"
case "$LING_CMD" in *ling*)
  erl -noshell -pa . -kernel logger_level none -run unsound main -s erlang halt > out 2>&1 < /dev/null
  grep -q refused out || bad="$bad
unsound code: $(tail -c 300 out)";; esac

# --- the VM itself
bg erl -noshell -eval 'io:format("~s", [os:getpid()]), timer:sleep(60000).' > pid 2> fault
for i in $(seq 100); do [ -s pid ] && break; sleep 0.1; done
kill -SEGV "$(cat pid)"
for i in $(seq 100); do kill -0 "$(cat pid)" 2> /dev/null || break; sleep 0.1; done
case "$LING_CMD" in *ling*) grep -q "Internal error of ling: SIGSEGV" fault || bad="$bad
no report of a fault: $(head -c 300 fault)";; esac

[ -z "$bad" ] || fail "$bad"
done_ok "$rows flags and files, and modules cut and changed at every byte"
