%% The process dictionary.
-module(dictionary_t).
-export([main/0]).

main() ->
    spawn_wait(fun run/0).

run() ->
    erase(),
    p(get()),
    p(get(a)),
    p(put(a, 1)),
    p(put(a, 2)),
    p(get(a)),
    p(erase(a)),
    p(erase(a)),
    p(get()),
    Keys = [a, "list", {tuple, 1}, 1, 1.0, 1 bsl 80, <<"binary">>, self(), make_ref(), #{m => 1}, [], fun lists:map/2],
    p([put(K, {value, K}) || K <- Keys]),
    p([K || K <- Keys, get(K) =/= {value, K}]),
    p(length(get())),
    p({Keys -- get_keys(), get_keys() -- Keys}),
    p(get(0.0)),
    p(get(2)),
    p([get(K) || K <- [1, 1.0]]),
    put(x, same), put(y, same), put(z, other),
    p(lists:sort(get_keys(same))),
    p(get_keys(nothing)),
    erase(),
    p(get()),
    %% Many, with collections in between.
    N = 5000,
    [put({k, I}, lists:seq(1, I rem 10)) || I <- lists:seq(1, N)],
    erlang:garbage_collect(),
    p([I || I <- lists:seq(1, N), get({k, I}) =/= lists:seq(1, I rem 10)]),
    [erase({k, I}) || I <- lists:seq(1, N), I rem 3 =:= 0],
    p(length(get())),
    p(length([I || I <- lists:seq(1, N), get({k, I}) =:= undefined])),
    [put({k, I}, again) || I <- lists:seq(1, N), I rem 3 =:= 0],
    erlang:garbage_collect(),
    p(length([I || I <- lists:seq(1, N), get({k, I}) =:= again])),
    p(length(erase())),
    p(get()),
    %% Random puts and erases against a map.
    churn(20000, 1, #{}),
    %% process_info
    put(key, value),
    p(process_info(self(), dictionary) =:= {dictionary, get()}).

churn(0, _, Map) ->
    p(lists:sort(get()) =:= lists:sort(maps:to_list(Map))),
    erase();
churn(N, Seed, Map) ->
    Next = (Seed * 1103515245 + 12345) rem 2147483648,
    Key = (Next bsr 8) rem 300,
    case (Next bsr 20) rem 3 of
        0 ->
            Old = erase(Key),
            Old = maps:get(Key, Map, undefined),
            churn(N - 1, Next, maps:remove(Key, Map));
        _ ->
            Old = put(Key, {N}),
            Old = maps:get(Key, Map, undefined),
            churn(N - 1, Next, Map#{Key => {N}})
    end.

spawn_wait(F) ->
    {P, R} = spawn_monitor(F),
    receive {'DOWN', R, process, P, Why} -> p(Why) end.

p(T) -> io:format("~p~n", [norm(T)]).

%% Pids, references and funs differ from run to run.
norm(T) when is_pid(T) -> pid;
norm(T) when is_reference(T) -> ref;
norm([H | T]) -> [norm(H) | norm(T)];
norm(T) when is_tuple(T) -> list_to_tuple(norm(tuple_to_list(T)));
norm(T) -> T.
