-module(odd_arguments_t).
-export([main/0]).

%% Arguments that hardly anybody passes: found by calling functions with random ones on both virtual machines.
main() ->
    Big = 1 bsl 59,
    Chardata = [[[1, 2 | 3], <<131, 100, 0>>], [[1, 2 | 3], a], [1 | 2], [[1 | 2]], [[], [1, 2 | 3]], [1, [2 | 3] | 4],
                [Big, atom], [Big - 1, atom], [1114112, atom], [55296, atom], [55296, 1 | 2], [1, 2, -1], [1, -1, a],
                [1 | <<1:1>>], [[1] | <<2>>], [-Big, a], [-Big - 1, a]],
    [show(fun() -> unicode:characters_to_list(C) end) || C <- Chardata],
    [show(fun() -> unicode:characters_to_binary(C) end) || C <- Chardata],
    [show(fun() -> unicode:characters_to_binary(C, latin1) end) || C <- Chardata],
    Patterns = [a, <<>>, [], [<<>>], <<1:1>>, <<"x">>, {bm, x}],
    [show(fun() -> binary:F(S, P) end) || F <- [match, matches, split], S <- [<<>>, <<"a">>, <<1:1>>, a], P <- Patterns],
    [show(fun() -> binary:F(S, P, [{scope, Scope}]) end)
     || F <- [match, matches, split], S <- [<<>>, <<"a">>], P <- Patterns, Scope <- [{0, 0}, {1, 0}, {0, 1}, {1, -1}]],
    [show(fun() -> binary:split(S, a, O) end) || S <- [<<>>, <<"a">>], O <- [[trim], [trim_all], [global, trim], [trim | x]]],
    [show(fun() -> lists:F(a, N, L) end)
     || F <- [keyfind, keymember, keysearch], N <- [0, -1, Big - 1, Big, 1 bsl 60, a], L <- [[], [{a}], a, [a | b]]],
    [show(fun() -> abs(X) end) || X <- [-0.0, 0.0, -1.5, a]],
    [show(fun() -> <<(abs(X)):64/float>> end) || X <- [-0.0, 0.0]].

show(F) ->
    io:format("~0p~n", [try F() catch Class:Reason -> {Class, Reason} end]).
