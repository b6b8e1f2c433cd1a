%% `--` of long lists: many of the same, one of many, everything of everything.
-module(subtract_t).
-export([main/0]).

main() ->
    Same = lists:duplicate(1 bsl 17, gurka),
    Other = lists:duplicate(1 bsl 17, gaffel),
    io:format("~p~n", [Same -- Other =:= Same]),
    io:format("~p~n", [Same -- Same]),
    io:format("~p~n", [length(Same -- [gurka, gaffel, gurka | Other])]),
    Long = lists:seq(1, 100000),
    io:format("~p~n", [Long -- lists:reverse(lists:seq(4, 99999))]),
    io:format("~p~n", [[1, 1.0, -0.0, 0.0, {a, [b]}, {a, [b]}, <<1>>] -- [1.0, {a, [b]}, 0, x1, x2, x3, x4, x5, x6, x7]]),
    io:format("~p~n", [catch Long -- [a | b]]),
    beside(fun() -> Long -- Long end).

%% Another process gets to run meanwhile.
beside(Long) ->
    Self = self(),
    Counter = spawn_link(fun() -> count(Self, 0) end),
    [] = Long(),
    Counter ! stop,
    receive {turns, N} -> io:format("~p~n", [N > 0]) end.

count(To, N) ->
    receive stop -> To ! {turns, N}
    after 0 -> erlang:yield(), count(To, N + 1)
    end.
