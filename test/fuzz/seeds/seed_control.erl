-module(seed_control).
-export([tries/1, catches/1, nested/2, takes/1, waits/0, refs/1, after_/1, comp/1, calls/3, guards/2, cleans/1, stack/1]).

tries(X) ->
    try {ok, X + 1, hd(X)} of {ok, A, _} -> A catch error:badarith -> bad; throw:T -> T; C:R:S -> {C, R, S} end.

catches(X) -> {catch throw(X), catch error(X), catch hd(X), (catch exit(X))}.

nested(X, Y) ->
    try try X = Y catch error:{badmatch, V} -> throw({V, Y}) after put(a, X) end catch throw:{A, B} -> [A, B] end.

takes(X) ->
    receive {ok, N} when N > X -> N; true -> seen after 1 -> none end.

waits() ->
    receive {ok, 1} -> A = {got, self()}, receive true -> A end after 5 -> none end.

refs(X) ->
    R = make_ref(), self() ! {R, X},
    receive {R, V} -> V end.

after_(X) -> try X catch _:_ -> 1 after erase(X) end.

comp(L) when is_list(L) -> [{A, B} || A <- L, B <- L, A =/= B];
comp(X) -> X.

calls(M, F, A) -> {catch M:F(), catch F(A), catch apply(M, F, A), catch erlang:apply(F, [A])}.

guards(A, B) when is_atom(A), B =:= 1; is_list(A), length(A) > 2, hd(A) =/= B -> first;
guards(A, B) when map_size(A) > 1 orelse is_binary(B) andalso byte_size(B) < 5 -> second;
guards(A, B) when A > B, abs(B) < 3 -> third;
guards(A, _) -> A.

cleans(X) ->
    Y = {X, X}, Z = [Y | X],
    try lists:foldl(fun(E, N) -> E + N end, 0, X) catch E:R -> {E, R, Y, Z} end.

stack(X) -> try error({a, X}, [X]) catch error:R:S -> erlang:raise(throw, R, S) end.
