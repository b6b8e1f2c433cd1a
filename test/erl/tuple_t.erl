%% BIFs on tuples.
-module(tuple_t).
-export([main/0]).

main() ->
    T = {a, b, c},
    Bad = [x, [], 1, #{}],
    Ix = [0, 1, 2, 3, 4, 5, -1, a, 1.0, 1 bsl 70],
    p(element, [attempt(fun() -> element(I, T) end) || I <- Ix]),
    p(element_bad, [attempt(fun() -> element(1, id(B)) end) || B <- Bad]),
    p(setelement, [attempt(fun() -> setelement(I, T, new) end) || I <- Ix]),
    p(setelement_bad, [attempt(fun() -> setelement(1, id(B), new) end) || B <- Bad]),
    p(tuple_size, [attempt(fun() -> tuple_size(id(B)) end) || B <- [{}, T | Bad]]),
    p(size, [attempt(fun() -> size(id(B)) end) || B <- [{}, T, <<>>, <<"abc">>, <<1:9>>, <<1:7>> | Bad]]),
    p(to_list, [attempt(fun() -> tuple_to_list(id(B)) end) || B <- [{}, T | Bad]]),
    p(from_list, [attempt(fun() -> list_to_tuple(id(B)) end) || B <- [[], [a], "abc", [a | b], x, {}]]),
    p(make, [attempt(fun() -> erlang:make_tuple(N, x) end) || N <- [0, 1, 5, -1, a, 1 bsl 24, 1 bsl 70]]),
    p(make3, [attempt(fun() -> erlang:make_tuple(N, x, L) end)
              || {N, L} <- [{3, []}, {3, [{1, a}, {3, c}, {1, b}]}, {3, [{4, a}]}, {3, [{0, a}]}, {3, [a]}, {3, [{1, a} | b]}, {-1, []}, {0, []}]]),
    p(append, [attempt(fun() -> erlang:append_element(id(B), new) end) || B <- [{}, T | Bad]]),
    p(insert, [attempt(fun() -> erlang:insert_element(I, T, new) end) || I <- Ix]),
    p(delete, [attempt(fun() -> erlang:delete_element(I, T) end) || I <- Ix]),
    p(other, [attempt(fun() -> erlang:insert_element(1, {}, x) end), attempt(fun() -> erlang:delete_element(1, {}) end),
              attempt(fun() -> erlang:insert_element(1, x, x) end), attempt(fun() -> erlang:delete_element(1, x) end)]),
    Big = list_to_tuple(lists:seq(1, 100000)),
    p(big, {tuple_size(Big), element(77777, Big), element(5, setelement(5, Big, x)), length(tuple_to_list(Big)),
            tuple_size(erlang:append_element(Big, y))}),
    p(same, {erts_debug:same(T, T), erts_debug:same(id({1}), list_to_tuple([1]))}),
    p(flat_size, [erts_debug:flat_size(X) || X <- [T, [1, 2], a, 1, {T, T}, "abc"]]),
    ok.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).
attempt(F) -> try F() catch C:R -> {C, R} end.
id(X) -> X.
