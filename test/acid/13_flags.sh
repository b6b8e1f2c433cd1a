#!/bin/bash
# what flags, variables and the locale do to the VM: limits, file names, plain arguments, little address space, early errors
. "$(dirname "$0")/lib.sh"
show() { erl "$@" -noshell -eval 'io:format("~w ~w ~w ~w~n", [erlang:system_info(I) || I <- [process_limit, port_limit, min_heap_size, time_correction]]), halt().' 2>&1; }
[ "$(show +P 2000 +Q 3000 +hms 1000)" = '2048 4096 {min_heap_size,1598} true' ] || fail "limits: $(show +P 2000 +Q 3000 +hms 1000)"
[ "$(show +P 134217727 +c)" = '134217727 65536 {min_heap_size,233} false' ] || fail "largest limit: $(show +P 134217727 +c)"
heaps='[erlang:system_flag(min_heap_size, 1000), erlang:system_flag(min_bin_vheap_size, 1000), erlang:system_info(min_heap_size), element(2, erlang:process_info(spawn_opt(timer, sleep, [9000], [{min_heap_size, 10}, {min_bin_vheap_size, 500}]), garbage_collection))]'
erl -noshell -eval "io:format(\"~0p~n\", [$heaps]), halt()." >o; has o '^\[233,46422,\{min_heap_size,1598\},.*\{min_bin_vheap_size,1598\},\{min_heap_size,1598\}'

offset='F = fun() -> erlang:system_flag(time_offset, finalize) end, I = fun(X) -> erlang:system_info(X) end,
    io:format("~w~n", [[I(time_offset), F(), I(time_offset), F(), I(time_warp_mode)]]), halt().'
for expected in '[final,final,final,final,no_time_warp]' '[preliminary,preliminary,final,final,single_time_warp]' '[volatile,volatile,volatile,volatile,multi_time_warp]'; do
    mode=${expected##*,}
    erl +C "${mode%]}" -noshell -eval "$offset" >o; [ "$(cat o)" = "$expected" ] || fail "+C ${mode%]}: $(cat o)"
done

names='io:format("~p ~w~n", [file:native_name_encoding(), init:get_plain_arguments()]), halt().'
LC_ALL=C erl -noshell -eval "$names" -extra å >o; [ "$(cat o)" = 'latin1 [[195,165]]' ] || fail "locale C: $(cat o)"
LC_ALL=C.UTF-8 erl -noshell -eval "$names" -extra å >o; [ "$(cat o)" = 'utf8 [[229]]' ] || fail "locale C.UTF-8: $(cat o)"
LC_ALL=xx_YY.UTF-8 erl -noshell -eval "$names" >o; [ "$(cat o)" = 'latin1 []' ] || fail "a locale that is not there: $(cat o)"
LC_ALL=C erl +fnu -noshell -eval "$names" -extra å >o; [ "$(cat o)" = 'utf8 [[229]]' ] || fail "+fnu: $(cat o)"

plain='io:format("~p~n", [init:get_plain_arguments()]), halt().'
ERL_AFLAGS='-extra a' ERL_FLAGS='-extra f' ERL_ZFLAGS='-extra z' erl -noshell -eval "$plain" -extra c >o
[ "$(cat o)" = '["a","--","c","f","--","z","--"]' ] || fail "-extra in variables: $(cat o)"
printf -- '-foo "x y" f#comment\n-bar\n' > args
erl -args_file args -noshell -eval 'io:format("~p~n", [[init:get_argument(A) || A <- [foo, bar]]]), halt().' >o
[ "$(cat o)" = '[{ok,[["x y","f"]]},{ok,[[]]}]' ] || fail "comment in -args_file: $(cat o)"

for bad in '+S x' '+S :' '+S 1025' '+S 1:2' '+SDcpu 5:6' '+SDio 0' '+sbt zz' '+R 5' '+IOt x' '+JDdump x' '+t 1' '-emu_flavor nosuch'; do
    timeout 20 erl $bad -noshell -eval 'halt().' >o 2>&1; [ $? = 1 ] || fail "$bad is accepted"
done
for good in '+S 1:1' '+S 2:' '+S :1' '+S 0' '+S1' '+SP :50' '+SDcpu 0' '+sbt db' '+R 25' '+IOPp 50'; do
    timeout 20 erl $good -noshell -eval 'halt().' >o 2>&1 || fail "$good is refused: $(head -1 o)"
done
timeout 20 erl -noshell -config nosuch >o 2>&1; [ $? = 1 ] || fail "missing configuration"
grep -q $'configuration file not found)\r$' o || fail "the slogan does not end a line of a raw terminal"
timeout 20 erl -sname foo@a.b -noshell >o 2>&1; [ $? = 1 ] || fail "bad node name"
has o '=SUPERVISOR REPORT====' "no report of who could not start"
if [ $STOCK = 0 ]; then     # stock reserves 1 GB at least
    for kb in 3000000 300000; do
        (ulimit -v $kb; erl -noshell -eval 'persistent_term:put(x, lists:seq(1, 100000)), io:format("~p~n", [length(persistent_term:get(x))]), halt().') >o 2>&1
        [ "$(cat o)" = 100000 ] || fail "with $kb kB of address space: $(cat o)"
    done
fi
done_ok "flags"
