%% Timers: send_after, start_timer, receive ... after.
-module(timer_t).
-export([main/0]).

main() ->
    basics(),
    options(),
    order(),
    errors(),
    receives(),
    many().

basics() ->
    T1 = erlang:send_after(20, self(), {hello, [1, 2, 3]}),
    p(is_reference(T1)),
    p(receive {hello, L} -> L after 1000 -> late end),
    p(erlang:cancel_timer(T1)),
    T2 = erlang:start_timer(20, self(), "message"),
    p(receive {timeout, T2, M} -> M after 1000 -> late end),
    T3 = erlang:send_after(100000, self(), never),
    Left = erlang:read_timer(T3),
    p(Left > 90000 andalso Left =< 100000),
    Left2 = erlang:cancel_timer(T3),
    p(Left2 > 90000 andalso Left2 =< Left),
    p(erlang:read_timer(T3)),
    p(erlang:cancel_timer(T3)),
    %% To names.
    register(timer_t_name, self()),
    erlang:send_after(10, timer_t_name, by_name),
    p(receive by_name -> ok after 1000 -> late end),
    unregister(timer_t_name),
    erlang:send_after(1, timer_t_name, nobody),
    p(receive nobody -> nobody after 30 -> nothing end),
    %% A timer of a dead process goes with it.
    P = spawn(fun() -> receive after 10 -> ok end end),
    T4 = erlang:send_after(100000, P, x),
    R = monitor(process, P),
    receive {'DOWN', R, _, _, _} -> ok end,
    p(erlang:read_timer(T4)),
    T5 = erlang:send_after(10, P, x),
    p(erlang:cancel_timer(T5)),
    %% Never early.
    Start = erlang:monotonic_time(millisecond),
    erlang:send_after(50, self(), fifty),
    receive fifty -> ok end,
    p(erlang:monotonic_time(millisecond) - Start >= 50),
    erlang:send_after(0, self(), zero),
    p(receive zero -> ok after 1000 -> late end).

options() ->
    T1 = erlang:send_after(100000, self(), x),
    p(erlang:cancel_timer(T1, [{async, true}])),
    p(receive {cancel_timer, T1, L1} -> is_integer(L1) after 1000 -> none end),
    T2 = erlang:send_after(100000, self(), x),
    p(erlang:cancel_timer(T2, [{async, true}, {info, false}])),
    p(receive {cancel_timer, T2, _} -> reply after 20 -> none end),
    T3 = erlang:send_after(100000, self(), x),
    p(erlang:read_timer(T3, [{async, true}])),
    p(receive {read_timer, T3, L3} -> is_integer(L3) after 1000 -> none end),
    p(erlang:cancel_timer(T3, [{info, false}])),
    p(erlang:cancel_timer(T3, [{info, true}])),
    Abs = erlang:monotonic_time(millisecond) + 30,
    T4 = erlang:start_timer(Abs, self(), absolute, [{abs, true}]),
    p(receive {timeout, T4, W} -> {W, erlang:monotonic_time(millisecond) >= Abs} after 1000 -> late end),
    erlang:send_after(erlang:monotonic_time(millisecond) - 20, self(), past, [{abs, true}]),
    p(receive past -> ok after 1000 -> late end).

order() ->
    Times = [30, 10, 20, 0, 40, 15, 5, 25],
    [erlang:send_after(T, self(), {order, T}) || T <- Times],
    p([receive {order, T} -> T end || _ <- Times]),
    %% Of the same time, in the order they were started.
    Abs = erlang:monotonic_time(millisecond) + 20,
    [erlang:send_after(Abs, self(), {same, I}, [{abs, true}]) || I <- lists:seq(1, 50)],
    p(length([receive {same, I} -> I end || _ <- lists:seq(1, 50)])).

errors() ->
    Self = self(),
    [p(c(F)) || F <- [fun() -> erlang:send_after(-1, Self, x) end,
                      fun() -> erlang:send_after(a, Self, x) end,
                      fun() -> erlang:send_after(1.0, Self, x) end,
                      fun() -> erlang:send_after(1, {a, b}, x) end,
                      fun() -> erlang:send_after(1, "name", x) end,
                      fun() -> erlang:send_after(1 bsl 64, Self, x) end,
                      fun() -> erlang:start_timer(1, Self, x, [{async, true}]) end,
                      fun() -> erlang:start_timer(1, Self, x, x) end,
                      fun() -> erlang:cancel_timer(x) end,
                      fun() -> erlang:cancel_timer(make_ref()) end,
                      fun() -> erlang:cancel_timer(make_ref(), x) end,
                      fun() -> erlang:cancel_timer(make_ref(), [{abs, true}]) end,
                      fun() -> erlang:read_timer(x) end,
                      fun() -> erlang:read_timer(make_ref()) end]].

receives() ->
    p(receive after 0 -> now end),
    p(receive after 20 -> later end),
    p(receive nothing -> x after 20 -> later end),
    self() ! message,
    p(receive message -> message after 0 -> timeout end),
    %% Messages that do not match do not extend the time.
    Self = self(),
    P = spawn(fun() -> ping(Self, 40) end),
    Start = erlang:monotonic_time(millisecond),
    p(receive never -> x after 60 -> timeout end),
    Took = erlang:monotonic_time(millisecond) - Start,
    p(Took >= 60 andalso Took < 150),
    exit(P, kill),
    flush(),
    [p(c(fun() -> receive after T -> ok end end)) || T <- [-1, a, 1.0, 1 bsl 32, 1 bsl 70]],
    Q = spawn(fun() -> receive after infinity -> ok end end),
    receive after 20 -> ok end,
    p(is_process_alive(Q)),
    exit(Q, kill).

ping(_, 0) -> ok;
ping(To, N) -> To ! ping, receive after 5 -> ping(To, N - 1) end.

many() ->
    Self = self(),
    N = 3000,
    Ts = [{I, erlang:send_after(I rem 97, Self, {many, I})} || I <- lists:seq(1, N)],
    Cancelled = [I || {I, T} <- Ts, I rem 3 =:= 0, erlang:cancel_timer(T) =/= false],
    Got = collect(N - length(Cancelled), []),
    p(lists:sort(Got ++ Cancelled) =:= lists:seq(1, N)),
    %% Each process with a timeout of its own.
    Rs = [spawn_monitor(fun() -> receive after I rem 50 -> exit(done) end end) || I <- lists:seq(1, N)],
    p(lists:usort([receive {'DOWN', R, process, P, W} -> W end || {P, R} <- Rs])).

collect(0, Acc) -> Acc;
collect(N, Acc) -> receive {many, I} -> collect(N - 1, [I | Acc]) after 2000 -> {missing, N} end.

flush() -> receive _ -> flush() after 0 -> ok end.

c(F) -> try F() catch C:E -> {C, E} end.
p(T) -> io:format("~p~n", [T]).
