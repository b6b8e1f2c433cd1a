%% maps: functions, errors, order, and big maps.
-module(maps_t).
-export([main/0]).

main() ->
    functions(),
    errors(),
    order(),
    syntax(),
    sizes(),
    random_changes(),
    from_lists(),
    merging(),
    iterators(),
    comparing(),
    hashes(),
    inside(),
    ok.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).

attempt(F) ->
    try F() catch C:R -> {C, R} end.

%% A fixed sequence.
next(S) -> (S * 6364136223846793005 + 1442695040888963407) band 16#ffffffffffffffff.
rnd(S, N) -> (S bsr 33) rem N.

key(I) when I rem 7 =:= 0 -> {I, I};
key(I) when I rem 7 =:= 1 -> integer_to_binary(I);
key(I) when I rem 7 =:= 2 -> float(I);
key(I) when I rem 7 =:= 3 -> [I, I + 1];
key(I) when I rem 7 =:= 4 -> I bsl 70;
key(I) when I rem 7 =:= 5 -> {"text", [I]};
key(I) -> I.

functions() ->
    M = #{a => 1, b => 2, c => 3},
    p(find, [maps:find(K, M) || K <- [a, b, d]]),
    p(get, [maps:get(K, M, none) || K <- [a, d]]),
    p(is_key, [maps:is_key(K, M) || K <- [a, d]]),
    p(put, [maps:put(a, 9, M), maps:put(d, 9, M)]),
    p(update, maps:update(a, 9, M)),
    p(remove, [maps:remove(a, M), maps:remove(d, M)]),
    p(take, [maps:take(a, M), maps:take(d, M)]),
    p(keys_values, {maps:keys(M), maps:values(M), maps:to_list(M), map_size(M)}),
    p(merge, maps:merge(M, #{c => 4, d => 5})),
    p(with, {maps:with([a, x], M), maps:without([a, x], M)}),
    p(filter, maps:filter(fun(_, V) -> V > 1 end, M)),
    p(map, maps:map(fun(K, V) -> {K, V} end, M)),
    p(fold, maps:fold(fun(K, V, A) -> [{K, V} | A] end, [], M)),
    p(groups, maps:groups_from_list(fun(X) -> X rem 3 end, lists:seq(1, 20))),
    p(from_keys, maps:from_keys([x, y, x], 1)),
    p(empty, {#{}, maps:to_list(#{}), maps:keys(#{}), maps:values(#{}), map_size(#{}), maps:from_list([])}).

errors() ->
    N = not_a_map,
    [p(error, {I, attempt(F)}) || {I, F} <- lists:zip(lists:seq(1, 25), [
        fun() -> maps:find(a, N) end,
        fun() -> maps:get(a, N) end,
        fun() -> maps:get(a, #{}) end,
        fun() -> maps:is_key(a, N) end,
        fun() -> maps:put(a, 1, N) end,
        fun() -> maps:update(a, 1, N) end,
        fun() -> maps:update(a, 1, #{b => 1}) end,
        fun() -> maps:remove(a, N) end,
        fun() -> maps:take(a, N) end,
        fun() -> maps:keys(N) end,
        fun() -> maps:values(N) end,
        fun() -> maps:merge(N, #{}) end,
        fun() -> maps:merge(#{}, N) end,
        fun() -> maps:merge(x, y) end,
        fun() -> maps:from_list(N) end,
        fun() -> maps:from_list([{a, 1} | b]) end,
        fun() -> maps:from_list([{a, 1}, b]) end,
        fun() -> maps:from_keys([a | b], 1) end,
        fun() -> map_size(id(N)) end,
        fun() -> map_get(a, id(N)) end,
        fun() -> map_get(a, id(#{})) end,
        fun() -> is_map_key(a, id(N)) end,
        fun() -> (id(N))#{a => 1} end,
        fun() -> (id(#{a => 1}))#{b := 1} end,
        fun() -> (id(N))#{a := 1} end])].

id(X) -> X.

order() ->
    Keys = [3, 1.0, a, {}, [], <<>>, "x", 2, 1, 0.5, -1, 1 bsl 64, -(1 bsl 64), 1.0e30, {1}, {a, b}, #{}, b, ab, <<1:3>>],
    p(flat, maps:from_list([{K, x} || K <- Keys])),
    p(flat_keys, maps:keys(maps:from_list([{K, x} || K <- Keys]))).

syntax() ->
    A = id(a), B = id(b), V = id(1),
    M0 = #{A => V, B => V, c => V},
    M1 = M0#{A := 2, d => 3, B => 4},
    M2 = M1#{a := x, b := y, c := z, d := w},
    #{a := X, d := W} = M2,
    p(syntax, {M0, M1, M2, X, W}),
    Big = maps:from_list([{I, I} || I <- lists:seq(1, 100)]),
    B1 = Big#{1 := a, 50 => b, 101 => c, 102 => d, x => y},
    p(big_syntax, [maps:get(K, B1) || K <- [1, 50, 101, 102, x, 2]]),
    p(match, case B1 of #{1 := a, 101 := Z} -> Z; _ -> no end),
    p(guard, [is_map_key(K, B1) || K <- [1, 103]]),
    M30 = maps:from_list([{I, I} || I <- lists:seq(1, 30)]),
    M33 = M30#{31 => 1, 32 => 1, 33 => 1},
    p(over_limit, {map_size(M33), lists:sort(maps:keys(M33)), maps:keys(M33)}).

%% Around the size where maps change shape.
sizes() ->
    lists:foreach(fun(N) ->
        M = maps:from_list([{key(I), I} || I <- lists:seq(1, N)]),
        p(size, {N, map_size(M), maps:keys(M), maps:values(M)}),
        Less = maps:remove(key(N), M),
        p(less, {map_size(Less), maps:to_list(Less)}),
        More = maps:put(key(N + 1), more, M),
        p(more, {map_size(More), maps:to_list(More)})
    end, [1, 5, 31, 32, 33, 34, 40, 64, 65, 100]).

random_changes() ->
    lists:foldl(fun(Step, {S0, M, L}) ->
        S = next(S0),
        K = key(rnd(S, case Step div 1000 rem 2 of 0 -> 300; 1 -> 40 end)),
        S2 = next(S),
        {M1, L1} = case rnd(S2, 3) of
            0 -> {maps:remove(K, M), lists:keydelete(K, 1, L)};
            _ -> {M#{K => Step}, lists:keystore(K, 1, L, {K, Step})}
        end,
        if Step rem 250 =:= 0 ->
               Same = lists:sort(maps:to_list(M1)) =:= lists:sort(L1),
               p(random, {Step, map_size(M1), Same, M1 =:= maps:from_list(L1), erlang:phash2(M1), maps:keys(M1)});
           true -> ok
        end,
        {S2, M1, L1}
    end, {42, #{}, []}, lists:seq(1, 5000)).

from_lists() ->
    M = maps:from_list([{key(I rem 50000), I} || I <- lists:seq(1, 120000)]),
    p(from_list, {map_size(M), erlang:phash2(maps:to_list(M)), erlang:phash2(M)}),
    K = maps:from_keys([key(I rem 3000) || I <- lists:seq(1, 60000)], v),
    p(from_keys, {map_size(K), erlang:phash2(maps:keys(K))}),
    p(few, maps:from_list([{I rem 5, I} || I <- lists:seq(1, 1000)])),
    p(few_keys, maps:from_keys([I rem 5 || I <- lists:seq(1, 1000)], v)),
    p(values, erlang:phash2(maps:values(M))).

merging() ->
    Ms = [maps:from_list([{key(I), {From, I}} || I <- lists:seq(From, To)])
          || {From, To} <- [{1, 0}, {1, 3}, {2, 20}, {10, 40}, {1, 60}, {50, 200}, {1, 2000}]],
    [begin
         M = maps:merge(A, B),
         p(merge, {map_size(A), map_size(B), map_size(M), erlang:phash2(maps:to_list(M)),
                   M =:= maps:from_list(maps:to_list(A) ++ maps:to_list(B))})
     end || A <- Ms, B <- Ms].

iterators() ->
    M = maps:from_list([{key(I), I} || I <- lists:seq(1, 1000)]),
    p(iterate, erlang:phash2(walk(maps:next(maps:iterator(M)), []))),
    p(to_list, erlang:phash2(maps:to_list(M))),
    p(small, walk(maps:next(maps:iterator(#{a => 1, b => 2})), [])),
    p(folded, erlang:phash2(maps:fold(fun(K, V, A) -> [{K, V} | A] end, [], M))),
    I40 = maps:from_list([{I, I} || I <- lists:seq(1, 40)]),
    p(printed, I40),
    p(bad, [attempt(fun() -> erts_internal:map_next(A, B, C) end)
            || {A, B, C} <- [{0, x, iterator}, {0, M, x}, {-1, M, iterator}, {16#fffff, M, iterator}, {99, #{a => 1}, []}]]),
    p(flat_next, [erts_internal:map_next(0, #{a => 1, b => 2}, C) || C <- [iterator, [], [x]]]).

walk({K, V, I}, Acc) -> walk(maps:next(I), [{K, V} | Acc]);
walk(none, Acc) -> Acc.

comparing() ->
    B = fun(From, To) -> maps:from_list([{key(I), I} || I <- lists:seq(From, To)]) end,
    Ms = [#{}, #{a => 1}, #{a => 2}, #{b => 1}, #{1 => a}, #{1.0 => a}, B(1, 40), B(2, 41), B(1, 41), (B(1, 40))#{6 := 6.0}],
    [p(compare, {I, J, X < Y, X == Y, X =:= Y}) || {I, X} <- lists:zip(lists:seq(1, 10), Ms),
                                                    {J, Y} <- lists:zip(lists:seq(1, 10), Ms)],
    p(sorted, lists:sort(Ms)).

hashes() ->
    p(hash, [erlang:phash2(maps:from_list([{key(I), I} || I <- lists:seq(1, N)])) || N <- [0, 1, 10, 32, 33, 1000]]),
    Nested = lists:foldl(fun(I, A) -> #{I => A} end, #{}, lists:seq(1, 1000)),
    p(nested, erlang:phash2(Nested)).

inside() ->
    M = maps:from_list([{I, I} || I <- lists:seq(1, 1000)]),
    p(info, erts_debug:map_info(M)),
    p(info_small, attempt(fun() -> erts_debug:map_info(#{}) end)),
    p(tuple_keys, erts_internal:map_to_tuple_keys(#{b => 1, a => 2})),
    p(children, length(erts_internal:map_hashmap_children(M))),
    p(types, [erts_internal:term_type(T) || T <- [#{}, M, 1, a, [], [1], {}, self(), 1 bsl 70, make_ref()]]).
