%% Terms nested so deeply that nothing may recurse in C over them.
-module(deep_t).
-export([main/0]).
-define(DEPTH, 300000).

main() -> [kind(K, F) || {K, F} <- kinds()], patterns(), texts().

kinds() ->
    [{list, fun(A) -> [A] end}, {improper, fun(A) -> [1 | [A | x]] end}, {tuple, fun(A) -> {A} end}, {map, fun(A) -> #{k => A} end},
     {function, fun(A) -> fun() -> A end end}].

nest(F) -> nest(F, [], ?DEPTH).
nest(_, A, 0) -> A;
nest(F, A, N) -> nest(F, F(A), N - 1).

kind(K, F) ->
    A = nest(F), B = nest(F),
    [io:format("~p ~p: ~P~n", [K, O, result(fun() -> G(A, B) end), 8]) || {O, G} <- acts()],
    garbage_collect().

result(F) ->
    try F() catch C:R when is_atom(R) -> {C, R} end.

acts() ->
    [{equal, fun(A, B) -> {A =:= B, A == B, A < B} end},
     {hashes, fun(A, _) -> {is_integer(erlang:phash2(A)), is_integer(erlang:phash(A, 100))} end},
     {key, fun(A, B) -> {map_size((#{B => 1})#{A => 2}), maps:get(A, maps:from_list([{I, I} || I <- lists:seq(1, 40)] ++ [{B, x}]))} end},
     {message, fun(A, _) -> self() ! A, receive B -> B =:= A end end},
     {reason, fun(A, _) -> {P, R} = spawn_monitor(fun() -> exit({A}) end), receive {'DOWN', R, _, P, {X}} -> X =:= A end end},
     {table, fun(A, B) -> T = ets:new(t, [ordered_set]), ets:insert(T, [{A, A}, {B, B}]), R = ets:lookup(T, A) =:= [{A, A}],
                          ets:delete(T), R end},
     {external, fun(A, _) when is_function(A) -> is_binary(term_to_binary(A));
                   (A, _) -> {binary_to_term(term_to_binary(A)) =:= A, erlang:external_size(A) =:= byte_size(term_to_binary(A))} end},
     {iolist, fun(A, _) -> {result(fun() -> iolist_size(A) end), result(fun() -> iolist_to_binary(A) end),
                            result(fun() -> erlang:md5(A) end)} end},
     {text, fun(A, _) -> result(fun() -> unicode:characters_to_binary(A) end), done end},
     {constant, fun(A, _) -> persistent_term:put(deep, A), R = persistent_term:get(deep) =:= A, persistent_term:erase(deep), R end},
     {dictionary, fun(A, B) -> put(A, 1), R = get(B), erase(A), R end},
     {sort, fun(A, B) -> length(lists:usort([A, B, 1])) end},
     {match_object, fun(A, _) -> T = ets:new(t, [bag]), ets:insert(T, {1, A}), R = length(ets:match_object(T, {1, A})), ets:delete(T), R end}].

patterns() ->
    T = nest(fun(A) -> {A} end),
    M = ets:match_spec_compile([{{'$1', T}, [{'=:=', '$1', {const, T}}], [{{'$1', '$_'}}]}]),
    io:format("pattern: ~p~n", [[X =:= {T, {T, T}} || X <- ets:match_spec_run([{T, T}, 1], M)]]).

texts() ->
    [io:format("~s: ~p~n", [Name, element(1, re:compile(lists:flatten(lists:duplicate(?DEPTH, Text))))])
     || {Name, Text} <- [{open, "("}, {classes, "[a-z]"}, {alternatives, "a|"}]].
