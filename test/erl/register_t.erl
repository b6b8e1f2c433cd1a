%% Registered names.
-module(register_t).
-export([main/0]).

main() ->
    P = spawn(fun idle/0),
    Dead = spawn(fun() -> ok end),
    wait_dead(Dead),
    p(register(one, P)),
    p(whereis(one) =:= P),
    p(c(fun() -> register(one, self()) end)),
    p(c(fun() -> register(two, P) end)),
    p(c(fun() -> register(undefined, P) end)),
    p(c(fun() -> register("x", P) end)),
    p(c(fun() -> register(x, Dead) end)),
    p(c(fun() -> register(x, x) end)),
    p(process_info(P, registered_name)),
    p(lists:member(one, registered())),
    p(c(fun() -> unregister(one) end)),
    p(c(fun() -> unregister(one) end)),
    p(c(fun() -> unregister(1) end)),
    p(c(fun() -> unregister(undefined) end)),
    p(c(fun() -> whereis(1) end)),
    p(whereis(one)),
    p(process_info(P, registered_name)),
    p(process_info(P, [registered_name])),
    p(lists:member(one, registered())),
    p(c(fun() -> one ! hi end)),
    p(c(fun() -> erlang:send(one, hi) end)),
    p(c(fun() -> erlang:send(one, hi, []) end)),
    p(c(fun() -> {one, node()} ! hi end)),
    %% A name is free once its owner is gone.
    register(three, P),
    exit(P, kill),
    wait_dead(P),
    p(whereis(three)),
    p(register(three, self())),
    three ! to_name,
    {three, node()} ! to_name_and_node,
    p(receive A -> A end),
    p(receive B -> B end),
    p(unregister(three)),
    %% Many of them.
    Ps = [{list_to_atom("name_" ++ integer_to_list(I)), spawn(fun idle/0)} || I <- lists:seq(1, 500)],
    [register(N, Q) || {N, Q} <- Ps],
    p([N || {N, Q} <- Ps, whereis(N) =/= Q]),
    [exit(Q, kill) || {_, Q} <- Ps],
    [wait_dead(Q) || {_, Q} <- Ps],
    p([N || {N, _} <- Ps, whereis(N) =/= undefined]).

idle() -> receive stop -> ok end.

wait_dead(P) ->
    R = monitor(process, P),
    receive {'DOWN', R, process, P, _} -> ok end.

c(F) -> try F() catch C:E:S -> {C, E, info(S)} end.

info([{M, F, A, I} | _]) when is_list(A) -> {M, F, length(A), proplists:get_value(error_info, I)};
info([{M, F, A, I} | _]) -> {M, F, A, proplists:get_value(error_info, I)}.

p(T) -> io:format("~p~n", [T]).
