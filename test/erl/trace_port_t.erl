%% running_ports: when a port works, and for what.
-module(trace_port_t).
-export([main/0]).

main() ->
    {ok, L} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
    {ok, Number} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Number, [binary, {active, false}]),
    {ok, S} = gen_tcp:accept(L),
    traced(send, C, fun() -> gen_tcp:send(C, "hello") end),
    traced(recv, S, fun() -> gen_tcp:recv(S, 5) end),
    traced(recv_timeout, S, fun() -> gen_tcp:recv(S, 5, 20) end),
    traced(options, S, fun() -> inet:getopts(S, [active]) end),
    traced(active, S, fun() ->
        ok = inet:setopts(S, [{active, true}]),
        gen_tcp:send(C, "x"),
        receive {tcp, _, Data} -> Data end
    end),
    traced(info, S, fun() -> [is_list(erlang:port_info(S)), erlang:port_info(S, name)] end),
    traced(link, S, fun() -> [unlink(S), link(S)] end),
    traced(connect, S, fun() -> port_connect(S, self()) end),
    traced(close, S, fun() -> gen_tcp:close(S) end),
    traced(accept_timeout, L, fun() -> gen_tcp:accept(L, 10) end),
    {ok, U} = gen_udp:open(0, [binary, {ip, {127, 0, 0, 1}}]),
    {ok, To} = inet:port(U),
    traced(udp, U, fun() -> ok = gen_udp:send(U, {127, 0, 0, 1}, To, "x"), receive {udp, _, _, _, Data} -> Data end end),
    P = open_port({spawn, "cat"}, [binary]),
    traced(program, P, fun() -> P ! {self(), {command, "hi"}}, receive {P, Data} -> Data end end),
    traced(end_of_program, P, fun() -> P ! {self(), close}, receive {P, closed} -> ok end end).

traced(Name, Port, F) ->
    Tracer = spawn(fun() -> collect([]) end),
    erlang:trace(Port, true, [running_ports, {tracer, Tracer}]),
    Result = F(),
    timer:sleep(30),
    catch erlang:trace(Port, false, [all]),
    Tracer ! {self(), get},
    receive {Tracer, Events} -> io:format("~p: ~p ~p~n", [Name, Result, Events]) end.

collect(Events) ->
    receive
        {From, get} -> From ! {self(), lists:reverse(Events)};
        {trace, _, InOrOut, What} -> collect([{InOrOut, What} | Events])
    end.
