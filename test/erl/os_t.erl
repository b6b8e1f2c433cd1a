%% os: environment, signals, facts.
-module(os_t).
-export([main/0]).

main() -> env(), many(), signals(), facts().

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

many() ->
    Names = [{"OS_T" ++ integer_to_list(I rem 300), I} || I <- lists:seq(1, 2000)],
    Kept = lists:foldl(fun({Name, I}, Map) when I rem 3 =:= 0 -> os:unsetenv(Name), maps:remove(Name, Map);
                          ({Name, I}, Map) -> os:putenv(Name, integer_to_list(I)), Map#{Name => integer_to_list(I)}
                       end, #{}, Names),
    p(many, {map_size(Kept), lists:sort([E || E = {"OS_T" ++ [_ | _], _} <- os:env()]) =:= lists:sort(maps:to_list(Kept)),
             lists:all(fun({Name, Value}) -> os:getenv(Name) =:= Value end, maps:to_list(Kept))}),
    [os:unsetenv(Name) || Name <- maps:keys(Kept)],
    p(none_left, [E || E = {"OS_T" ++ [_ | _], _} <- os:env()]),
    Few = lists:min([variables_ms(2000), variables_ms(2000)]),
    Many = lists:min([variables_ms(20000), variables_ms(20000)]),
    p(many_take_linear_time, Many < 30 * max(Few, 5) orelse {Few, Many}).

variables_ms(N) ->
    Names = ["OS_T" ++ integer_to_list(I) || I <- lists:seq(1, N)],
    {T0, _} = statistics(runtime),
    [os:putenv(Name, "x") || Name <- Names],
    [os:unsetenv(Name) || Name <- Names],
    {T1, _} = statistics(runtime),
    T1 - T0.

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
