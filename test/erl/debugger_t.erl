%% What the debugger stands on: erts_debug:breakpoint/2, calls that go to error_handler:breakpoint/3; and the
%% interpreter itself.
-module(debugger_t).
-export([main/0, breakpoint/3, undefined_function/3]).

main() ->
    load(),
    p(t_debugged:sum(3)),
    by_handler(),
    arguments(),
    by_interpreter().

load() ->
    ok = file:write_file("t_debugged.erl",
                         "-module(t_debugged).\n-export([sum/1, twice/1]).\n"
                         "sum(0) -> 0;\nsum(N) -> N + sum(N - 1).\n"
                         "twice(F) -> X = F(), {X, F()}.\n"),
    {ok, t_debugged} = compile:file("t_debugged.erl", [debug_info]),
    {module, t_debugged} = code:load_abs("t_debugged").

%% Calls go to the error handler of the process.
breakpoint(M, F, Args) -> {took, M, F, Args}.
undefined_function(M, F, Args) -> error_handler:undefined_function(M, F, Args).

by_handler() ->
    p(erts_debug:breakpoint({t_debugged, sum, 1}, true)),
    old = with_handler(?MODULE, fun() -> p(t_debugged:sum(3)), p(apply(t_debugged, sum, [[a]])), p(t_debugged:twice(fun() -> t_debugged:sum(1) end)), old end),
    %% A trace of it goes on as well.
    erlang:trace(self(), true, [call, {tracer, S = spawn_link(fun collect/0)}]),
    p(erlang:trace_pattern({t_debugged, sum, 1}, true, [local])),
    with_handler(?MODULE, fun() -> p(t_debugged:sum(4)) end),
    erlang:trace(self(), false, [call]),
    S ! {stop, self()},
    p(receive {S, Calls} -> Calls end),
    erlang:trace_pattern({t_debugged, sum, 1}, false, [local]),
    with_handler(?MODULE, fun() -> p(t_debugged:sum(5)) end),
    p(erts_debug:breakpoint({t_debugged, sum, 1}, false)),
    p(t_debugged:sum(5)),
    p(erts_debug:breakpoint({t_debugged, '_', '_'}, true) > 3),
    with_handler(?MODULE, fun() -> p(t_debugged:twice(x)) end),
    p(erts_debug:breakpoint({t_debugged, '_', '_'}, false) > 3),
    p(t_debugged:sum(2)).

with_handler(Module, F) ->
    Old = process_flag(error_handler, Module),
    try F() after process_flag(error_handler, Old) end.

collect() ->
    receive {stop, To} -> To ! {self(), [C || {trace, _, call, C} <- element(2, process_info(self(), messages))]} end.

arguments() ->
    [p(try erts_debug:breakpoint(A, B) catch C:E -> {C, E} end)
     || {A, B} <- [{x, true}, {{lists, x}, true}, {{lists, '_', 1}, true}, {{lists, sum, a}, true},
                   {{nosuch, '_', '_'}, true}, {{lists, nosuch, '_'}, true}, {{lists, sum, 1}, x}]].

by_interpreter() ->
    p(int:i(t_debugged)),
    p(t_debugged:sum(10)),
    p(int:break(t_debugged, 4)),
    Me = self(),
    P = spawn(fun() -> Me ! {result, t_debugged:sum(2)} end),
    p(stopped(P)),
    p(int:no_break()),
    int:continue(P),
    p(receive {result, R} -> R end),
    p(int:n(t_debugged)),
    p(t_debugged:sum(10)).

stopped(P) ->
    case lists:keyfind(P, 1, int:snapshot()) of
        {P, MFA, break, {M, Line}} -> {MFA, M, Line};
        _ -> timer:sleep(20), stopped(P)
    end.

p(T) -> io:format("~p~n", [T]).
