%% erlang:system_monitor/2: what it is told.
-module(system_monitor_t).
-export([main/0, wait/0]).

main() ->
    long_schedule(),
    long_port_schedule(),
    large_heap().

%% A port that makes very many messages of what it has read at once.
long_port_schedule() ->
    {ok, Listener} = gen_tcp:listen(0, [{active, false}]),
    {ok, Number} = inet:port(Listener),
    {ok, Out} = gen_tcp:connect("localhost", Number, [binary, {sndbuf, 300000}]),
    {ok, In} = gen_tcp:accept(Listener),
    ok = inet:setopts(In, [{packet, line}, {recbuf, 300000}, {buffer, 1000000}]),
    undefined = erlang:system_monitor(self(), [{long_schedule, 1}]),
    ok = inet:setopts(In, [{active, true}]),
    [ok = gen_tcp:send(Out, binary:copy(<<"a\n">>, 100000)) || _ <- lists:seq(1, 10)],
    receive
        {monitor, In, long_schedule, [{timeout, Ms}, {port_op, Op}]} -> io:format("~p ~p~n", [Ms > 1, Op])
    after 1000 -> io:format("nothing~n")
    end,
    erlang:system_monitor(undefined),
    gen_tcp:close(In).

%% Comparing costs one reduction however long it takes, so that all of it is one turn. Whether that begins with the message
%% or behind the collection that the message causes is a matter of luck on stock.
long_schedule() ->
    Busy = spawn(?MODULE, wait, []),
    receive after 10 -> ok end,
    undefined = erlang:system_monitor(self(), [{long_schedule, 10}]),
    io:format("~p~n", [erlang:system_monitor() =:= {self(), [{long_schedule, 10}]}]),
    Busy ! {go, self(), lists:seq(1, 300000), lists:seq(1, 300000)},
    receive done -> ok end,
    receive
        {monitor, Busy, long_schedule, [{timeout, Ms}, {in, In}, {out, Out}]} ->
            io:format("~p ~p ~p~n", [Ms > 10, element(1, In), element(1, Out)])
    after 5000 -> io:format("nothing~n")
    end,
    erlang:system_monitor(undefined),
    flush(),
    Busy ! {go, self(), [], []},
    receive done -> ok end,
    io:format("~p ~p~n", [flush(), erlang:system_monitor()]),
    exit(Busy, kill).

wait() ->
    receive
        {go, From, A, B} ->
            true = compare(100, A, B),
            From ! done,
            wait()
    end.

compare(0, _, _) -> true;
compare(N, A, B) when A =:= B -> compare(N - 1, A, B).

large_heap() ->
    erlang:system_monitor(self(), [{large_heap, 1000000}]),
    {Pid, Ref} = spawn_monitor(fun() -> lists:seq(1, 2000000) end),
    receive {'DOWN', Ref, process, _, normal} -> ok end,
    receive
        {monitor, Pid, large_heap, Info} -> io:format("~p~n", [lists:sort([Key || {Key, _} <- Info])])
    after 5000 -> io:format("nothing~n")
    end,
    erlang:system_monitor(undefined).

flush() ->
    receive {monitor, _, _, _} -> 1 + flush() after 0 -> 0 end.
