%% os: environment, signals, facts.
-module(os_t).
-export([main/0]).

main() -> env(), signals(), facts().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).
t(F) -> try F() catch C:E -> {C, E} end.

env() ->
    p(env, [t(F) || F <- [
        fun() -> os:getenv("NO_SUCH_NAME") end, fun() -> os:getenv("NO_SUCH_NAME", def) end, fun() -> os:getenv(foo) end,
        fun() -> os:getenv("") end, fun() -> os:getenv("A=B") end, fun() -> os:getenv([65, 0]) end, fun() -> os:getenv(<<"A">>) end,
        fun() -> os:putenv("OS_T", "b") end, fun() -> os:getenv("OS_T") end, fun() -> os:putenv("OS_T", ["x", ["y"]]) end,
        fun() -> os:getenv("OS_T") end, fun() -> os:putenv("OS_T=", "x") end, fun() -> os:putenv("OS_T", [1 bsl 30]) end,
        fun() -> os:putenv(<<"OS_T">>, "x") end, fun() -> os:putenv("OS_T", <<"x">>) end,
        fun() -> os:putenv("Å", "ö" ++ [1000]) end, fun() -> os:getenv("Å") end, fun() -> os:unsetenv("Å") end,
        fun() -> os:getenv("Å") end, fun() -> os:unsetenv("NO_SUCH_NAME") end, fun() -> os:unsetenv("=") end,
        fun() -> os:putenv("OS_T", "") end, fun() -> os:getenv("OS_T") end]]),
    p(listed, [lists:member("OS_T=", os:getenv()), lists:member({"OS_T", ""}, os:env())]),
    p(sorted, lists:all(fun({K, V}) -> os:getenv(K) =:= V end, os:env())).

signals() ->
    p(set, [t(fun() -> os:set_signal(S, A) end)
            || {S, A} <- [{sigusr2, handle}, {sigusr2, ignore}, {sigusr2, default}, {sighup, ignore}, {sigfoo, handle}, {sigusr1, foo},
                          {sigint, handle}, {sigkill, ignore}, {sigstop, handle}, {foo, bar}]]),
    os:set_signal(sigusr2, handle),
    gen_event:swap_handler(erl_signal_server, {erl_signal_handler, []}, {erl_signal_handler, []}),
    Self = self(),
    Old = whereis(erl_signal_server),
    unregister(erl_signal_server),
    register(erl_signal_server, Self),
    os:cmd("kill -USR2 " ++ os:getpid()),
    p(arrived, receive {notify, S} -> S after 1000 -> none end),
    os:set_signal(sigusr2, ignore),
    os:cmd("kill -USR2 " ++ os:getpid()),
    p(ignored, receive {notify, S2} -> S2 after 100 -> none end),
    os:set_signal(sigchld, handle),
    os:cmd("true"),
    p(own_child, receive {notify, S3} -> S3 after 100 -> none end),
    p(from_others, [begin
                        os:cmd("kill -CHLD " ++ os:getpid() ++ "; sleep 0.1"),
                        [receive {notify, S4} -> S4 after 100 -> none end || _ <- [one, two]]
                    end || _ <- [1, 2, 3]]),
    os:set_signal(sigchld, default),
    os:cmd("kill -CHLD " ++ os:getpid()),
    p(not_handled, receive {notify, S5} -> S5 after 100 -> none end),
    unregister(erl_signal_server),
    register(erl_signal_server, Old).

facts() ->
    p(type, os:type()),
    p(version, [is_integer(X) || X <- tuple_to_list(os:version())]),
    p(times, [is_integer(os:system_time()), os:system_time(second) > 1700000000, is_integer(os:perf_counter()),
              t(fun() -> os:system_time(foo) end), os:perf_counter(1000) > 0, erts_internal:perf_counter_unit()]),
    {A, B, C} = os:timestamp(),
    p(timestamp, [A >= 1700, B < 1000000, C < 1000000]),
    p(find, [os:find_executable("sh") =/= false, os:find_executable("no_such_program")]).
