%% BIFs on lists: results, errors, long lists.
-module(lists_t).
-export([main/0]).

main() ->
    append(),
    subtract(),
    member(),
    reverse(),
    keys(),
    lengths(),
    long(),
    ok.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).
attempt(F) -> try F() catch C:R -> {C, R} end.
id(X) -> X.

append() ->
    Ls = [[], [1], [1, 2, 3], [a | b], x, "text"],
    [p('++', {A, B, attempt(fun() -> id(A) ++ id(B) end), attempt(fun() -> erlang:append(A, B) end)}) || A <- Ls, B <- Ls].

subtract() ->
    Ls = [[], [1], [1, 2, 3], [3, 1, 1.0, 1], [a | b], x, [{1, 2}, "ab", <<1>>, "ab"], ["ab", 1]],
    [p('--', {A, B, attempt(fun() -> id(A) -- id(B) end), attempt(fun() -> erlang:subtract(A, B) end)}) || A <- Ls, B <- Ls],
    S = fun S(0, _) -> []; S(N, X) -> [X rem 50 | S(N - 1, (X * 7919 + 13) rem 104729)] end,
    [p(random, {N, M, S(N, 5) -- S(M, 77)}) || N <- [5, 20, 100, 300], M <- [1, 7, 8, 9, 10, 50, 200]],
    L = lists:seq(1, 100000),
    p(long, {length(L -- lists:seq(50000, 150000)), L -- L, length(L -- [0]), L -- lists:reverse(L)}),
    T = [{I rem 100, integer_to_list(I)} || I <- lists:seq(1, 20000)],
    p(terms, erlang:phash2(T -- [X || {A, _} = X <- T, A rem 3 =:= 0])).

member() ->
    L = [1, a, 2.0, "str", {t, 1}, <<"bin">>, 1 bsl 70, #{k => v}],
    [p(member, {X, attempt(fun() -> lists:member(X, L) end)})
     || X <- [1, 1.0, 2, 2.0, a, b, "str", {t, 1}, {t, 1.0}, <<"bin">>, 1 bsl 70, #{k => v}, []]],
    p(bad, [attempt(fun() -> lists:member(x, B) end) || B <- [x, [a | b], {}]]),
    p(found_before_end, lists:member(a, [a | b])).

reverse() ->
    p(reverse, [attempt(fun() -> lists:reverse(A, B) end) || A <- [[], [1], [1, 2, 3], [a | b], x], B <- [[], [9], tail]]),
    p(reverse1, lists:reverse("abc")).

keys() ->
    L = [{1, a}, {1.0, b}, x, {}, {2}, {2, c, d}, {"k", e}, {{t}, f}, [1, 2], {1 bsl 70, g}],
    [p(key, {K, N, attempt(fun() -> lists:keyfind(K, N, L) end), attempt(fun() -> lists:keysearch(K, N, L) end),
             attempt(fun() -> lists:keymember(K, N, L) end)})
     || K <- [1, 1.0, 2, 2.0, "k", {t}, 1 bsl 70, a, c, nothing], N <- [1, 2, 3]],
    p(bad, [attempt(fun() -> lists:keyfind(k, N, B) end) || {N, B} <- [{0, []}, {-1, []}, {a, []}, {1, x}, {1, [a | b]}, {1.0, []}, {1 bsl 70, []}]]),
    p(before_end, lists:keyfind(a, 1, [{a, 1} | b])),
    p(sort, {lists:keysort(1, [{2, a}, {1, b}, {1.0, c}]), lists:keydelete(2, 1, [{1}, {2}]), lists:keystore(b, 1, [{a}], {b})}).

lengths() ->
    p(length, [attempt(fun() -> length(id(L)) end) || L <- [[], [1], "abc", [a | b], x, {}]]),
    p(guard, [if length(L) > 1 -> yes; true -> no end || L <- [[], [1, 2], [1, 2 | 3]]]),
    p(hd_tl, [attempt(fun() -> {hd(id(L)), tl(id(L))} end) || L <- [[], [1], [a | b], x]]).

long() ->
    L = lists:seq(1, 1000000),
    p(length, length(L)),
    p(reverse, hd(lists:reverse(L))),
    p(append, begin A = L ++ [x], {length(A), lists:last(A), hd(A)} end),
    p(append_self, length(L ++ L ++ L)),
    p(improper, element(1, L ++ y =:= 1 orelse {ok})),
    p(bad, attempt(fun() -> length((L ++ y) ++ []) end)),
    p(bad_reverse, attempt(fun() -> length(lists:reverse(L ++ y)) end)),
    p(bad_member, attempt(fun() -> lists:member(z, L ++ y) end)),
    p(member, {lists:member(1000000, L), lists:member(z, L)}),
    T = [{I, I * I} || I <- L],
    p(keyfind, {lists:keyfind(999999, 1, T), lists:keyfind(x, 1, T), lists:keymember(1, 2, T), lists:keysearch(1000000, 1, T)}),
    p(bad_key, attempt(fun() -> lists:keyfind(x, 1, T ++ y) end)),
    p(sum, lists:sum(lists:map(fun(X) -> X * 2 end, L))),
    p(sort, lists:sort(fun(A, B) -> A > B end, L) =:= lists:reverse(L)),
    p(flatten, length(lists:flatten([[X, [X]] || X <- lists:seq(1, 10000)]))).
