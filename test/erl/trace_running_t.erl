%% running_procs: as running, and a process is out while it works inside a port.
-module(trace_running_t).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]),
    put(listener, L),
    [[io:format("~p ~p: ~p~n", [Flags, Name, turns(Flags, F)]) || {Name, F} <- cases(), Name =/= close]
     || Flags <- [[running], [running_procs], [running, running_procs]]],
    [io:format("~p: ~p~n", [Name, port_events(F)]) || {Name, F} <- cases(), Name =/= open_bad],
    io:format("~p~n", [opened()]).

%% (On stock whoever closes a port is scheduled out at times.)
cases() ->
    L = get(listener),
    [{compute, fun(_) -> lists:sum(lists:seq(1, 100)) end},
     {wait, fun(_) -> receive after 10 -> ok end end},
     {open_bad, fun(_) -> catch open_port({spawn_executable, "/does/not/exist"}, []) end},
     {bad_options, fun(_) -> catch open_port({spawn, "cat"}, [x]) end},
     {control, fun(_) -> inet:getopts(L, [active]) end},
     {bad_control, fun(_) -> catch port_control(L, 100000, "x") end},
     {info, fun(P) -> {erlang:port_info(P, name), erlang:port_info(P, os_pid)} end},
     {all_info, fun(P) -> erlang:port_info(P) end},
     {link, fun(P) -> link(P) end},
     {unlink, fun(P) -> unlink(P) end},
     {monitor, fun(P) -> erlang:demonitor(erlang:monitor(port, P)) end},
     {command, fun(P) -> port_command(P, "x") end},
     {send, fun(P) -> P ! {self(), {command, "hi"}} end},
     {bad_call, fun(P) -> catch erlang:port_call(P, 1, x) end},
     {close, fun(P) -> unlink(P), port_close(P) end},
     {exit, fun(P) -> unlink(P), exit(P, kill) end}].

%% What a process that runs F is seen to do; the port is its own.
turns(Flags, F) ->
    Me = self(),
    W = spawn_link(fun() ->
        P = open_port({spawn, "cat"}, []),
        Me ! {self(), P},
        receive go -> ok end,
        F(P),
        Me ! {self(), done},
        receive stop -> ok end
    end),
    receive {W, _} -> ok end,
    traced(W, Flags, fun() -> W ! go, receive {W, done} -> ok end end, fun() -> W ! stop end).

port_events(F) ->
    P = open_port({spawn, "cat"}, []),
    traced(P, [running_ports], fun() -> F(P) end, fun() -> catch port_close(P) end).

traced(Tracee, Flags, F, End) ->
    Tracer = spawn(fun() -> collect([]) end),
    erlang:trace(Tracee, true, [{tracer, Tracer} | Flags]),
    F(),
    timer:sleep(40),
    catch erlang:trace(Tracee, false, [all]),
    Tracer ! {self(), get},
    Events = receive {Tracer, E} -> E end,
    End(),
    Events.

%% Of processes it does not matter where they are, of ports it is what they do.
collect(Events) ->
    receive
        {From, get} -> From ! {self(), lists:reverse(Events)};
        {trace, P, What, {M, F, A}} when is_pid(P), is_atom(M), is_atom(F), is_integer(A) -> collect([What | Events]);
        {trace, P, What, Where} when is_port(P), Where =/= 0 -> collect([{What, Where} | Events]);
        {trace, P, _, 0} when is_port(P) -> collect(Events)
    end.

opened() ->
    Tracer = spawn(fun() -> collect([]) end),
    erlang:trace(new_ports, true, [running_ports, {tracer, Tracer}]),
    P = open_port({spawn, "cat"}, []),
    erlang:trace(new_ports, false, [all]),
    Tracer ! {self(), get},
    receive {Tracer, E} -> port_close(P), lists:sublist(E, 2) end.
