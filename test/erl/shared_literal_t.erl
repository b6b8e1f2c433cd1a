%% A persistent term keeps what its value shares with itself.
-module(shared_literal_t).
-export([main/0]).

main() ->
    Deep = lists:foldl(fun(_, A) -> [A | A] end, [], lists:seq(1, 16)),
    keep(Deep),
    Bytes = list_to_binary(lists:seq(1, 200)),
    <<_:3, Part:77/bitstring, _/bitstring>> = Bytes,
    keep({Bytes, Bytes, Part, [Part | Part], #{Part => Bytes, b => Part}}),
    keep([]),
    keep(lists:seq(1, 1000) ++ tail).

keep(Value) ->
    ok = persistent_term:put(shared_literal, Value),
    Kept = persistent_term:get(shared_literal),
    io:format("~p ~p~n", [erts_debug:size(Kept) =:= erts_debug:size(Value), Value =:= Kept]),
    ok = persistent_term:put(shared_literal, {again, Kept, Kept}),
    {again, A, B} = persistent_term:get(shared_literal),
    io:format("~p ~p~n", [A =:= B, A =:= Value]),
    true = persistent_term:erase(shared_literal),
    erlang:garbage_collect(),
    io:format("~p~n", [A =:= Value]).
