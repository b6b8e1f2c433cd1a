%% Big maps are merged and listed in turns, with the results that small ones have.
-module(big_maps_t).
-export([main/0]).

-define(BIG, 150000).

main() ->
    Low = maps:from_list([{I, {low, I}} || I <- lists:seq(1, ?BIG)]),
    High = maps:from_list([{I, {high, I}} || I <- lists:seq(?BIG div 2, 2 * ?BIG)]),
    Few = maps:from_keys(lists:seq(?BIG - 10, ?BIG + 10000), few),
    [io:format("~p~n", [erlang:phash2(maps:to_list(M))]) || M <- [Low, High, Few]],
    [io:format("~p ~p~n", [map_size(M), summary(M)])
     || {A, B} <- [{Low, High}, {High, Low}, {Low, Few}, {Few, Low}, {Low, Low}, {High, #{}}, {#{}, High}],
        M <- [maps:merge(A, B)]],
    [io:format("~p~n", [erlang:phash2({maps:keys(M), maps:values(M)})]) || M <- [Low, High, Few]],
    beside(merge, fun() -> maps:merge(Low, High) end),
    beside(keys, fun() -> maps:keys(High) end),
    beside(values, fun() -> maps:values(High) end),
    beside(from_keys, fun() -> maps:from_keys(maps:keys(High), x) end).

summary(M) -> {erlang:phash2(lists:sort(maps:to_list(M))), maps:get(?BIG, M), maps:get(?BIG - 5, M)}.

%% Another process gets to run meanwhile.
beside(What, Long) ->
    Self = self(),
    Counter = spawn_link(fun() -> count(Self, 0) end),
    Long(),
    Counter ! stop,
    receive {turns, N} -> io:format("~p ~p~n", [What, N > 0]) end.

count(To, N) ->
    receive stop -> To ! {turns, N}
    after 0 -> erlang:yield(), count(To, N + 1)
    end.
