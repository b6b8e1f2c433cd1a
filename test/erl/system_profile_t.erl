%% system_profile: which ports have something to do, and with exclusive: a process has nothing to do meanwhile.
-module(system_profile_t).
-export([main/0]).

main() ->
    {ok, L} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
    {ok, Number} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Number, [binary, {active, false}]),
    {ok, S} = gen_tcp:accept(L),
    %% An answer at once might find stock's port still at work on the command: one turn then, or two.
    P = open_port({spawn, "sh -c 'while read line; do sleep 0.1; echo $line; done'"}, [binary]),
    p(info, P, fun() -> erlang:port_info(P, name) end),
    p(unlink, P, fun() -> unlink(P) end),
    p(monitor, P, fun() -> erlang:demonitor(erlang:monitor(port, P)) end),
    p(nothing, P, fun() -> erlang:ports() end),
    p(control, L, fun() -> inet:getopts(L, [active]) end),
    p(send, C, fun() -> gen_tcp:send(C, "hello") end),
    p(recv, S, fun() -> gen_tcp:recv(S, 5) end),
    p(recv_timeout, S, fun() -> gen_tcp:recv(S, 5, 20) end),
    p(command, P, fun() -> P ! {self(), {command, "hi\n"}}, receive {P, D} -> D end end),
    p(close, P, fun() -> port_close(P) end),
    exclusive(C),
    io:format("~p~n", [erlang:system_profile()]).

p(Tag, Port, F) -> io:format("~p: ~p~n", [Tag, [State || {Id, State} <- events([runnable_ports], F), Id =:= Port]]).

exclusive(Port) ->
    Self = self(),
    Events = events([runnable_ports, runnable_procs, exclusive], fun() -> inet:getopts(Port, [active]), ok end),
    io:format("exclusive: ~p~n", [lists:sublist([{if Id =:= Port -> port; true -> process end, State} || {Id, State} <- Events, Id =:= Port orelse Id =:= Self], 5)]).

events(Options, F) ->
    Profiler = spawn(fun() -> collect([]) end),
    timer:sleep(10),
    erlang:system_profile(Profiler, Options),
    F(),
    timer:sleep(40),                   % stock tells from another thread
    erlang:system_profile(undefined, []),
    timer:sleep(20),
    Profiler ! {self(), get},
    receive {Profiler, E} -> E end.

collect(Events) ->
    receive
        {From, get} -> From ! {self(), lists:reverse(Events)};
        {profile, Port, State, 0, {A, B, C}} when is_port(Port), is_integer(A), is_integer(B), is_integer(C) -> collect([{Port, State} | Events]);
        {profile, Pid, State, _, _} -> collect([{Pid, State} | Events])
    end.
