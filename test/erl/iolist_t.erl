%% Lists of bytes and binaries: flattening, measuring, cutting, and their errors.
-module(iolist_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {4, 5, 6}),
    Lists = [random(5) || _ <- lists:seq(1, 300)],
    io:format("~p~n", [erlang:phash2([iolist_to_binary(L) || L <- Lists])]),
    io:format("~p~n", [erlang:phash2([iolist_size(L) || L <- Lists])]),
    io:format("~p~n", [erlang:phash2([iolist_to_binary(erlang:iolist_to_iovec(L)) || L <- Lists])]),
    io:format("~p~n", [lists:all(fun(L) -> lists:all(fun is_binary/1, erlang:iolist_to_iovec(L)) end, Lists)]),
    io:format("~p~n", [erlang:phash2([list_to_bitstring([L, <<5:3>>, L | <<1:1>>]) || L <- Lists])]),
    Long = lists:duplicate(200000, [<<"some text">>, $a, [[], <<1, 2, 3>>]]),
    Binary = iolist_to_binary(Long),
    io:format("~p ~p ~p~n", [byte_size(Binary), iolist_size(Long), erlang:phash2(Binary)]),
    io:format("~p~n", [erlang:phash2(list_to_binary(binary_to_list(Binary)))]),
    Deep = lists:foldl(fun(I, L) -> [L, I rem 256] end, [], lists:seq(1, 100000)),
    io:format("~p ~p~n", [iolist_size(Deep), erlang:phash2(iolist_to_binary(Deep))]),
    Concurrent = [spawn_monitor(fun() -> exit(erlang:phash2(iolist_to_binary([I | Long]))) end) || I <- [1, 2, 3]],
    io:format("~p~n", [[receive {'DOWN', R, _, P, H} -> H end || {P, R} <- Concurrent]]),
    [io:format("~0p~n", [errors(X)]) || X <- [a, 1, [256], [-1], [1 | 2], [a], <<1:3>>, [<<1:3>>], [[[1.0]]], #{}, [1 | <<2>>], [[] | <<>>], [1 bsl 70], []]],
    lists_of_bytes().

random(0) -> rand:uniform(256) - 1;
random(D) ->
    Elements = [case rand:uniform(4) of
                    1 -> rand:uniform(256) - 1;
                    2 -> rand:bytes(rand:uniform(80));
                    3 -> binary:part(rand:bytes(500), rand:uniform(200), rand:uniform(300));
                    4 -> case random(D - 1) of N when is_integer(N) -> [N]; L -> L end
                end || _ <- lists:seq(1, rand:uniform(6))],
    case rand:uniform(3) of
        1 -> Elements ++ rand:bytes(3);
        _ -> Elements
    end.

try_it(F, X) ->
    try {ok, F(X)}
    catch C:E:S -> {C, E, [{M, Fn, A} || {M, Fn, A, _} <- [hd(S)]]}
    end.

errors(X) ->
    [try_it(F, X) || F <- [fun erlang:iolist_to_binary/1, fun erlang:iolist_size/1, fun erlang:list_to_binary/1, fun erlang:list_to_bitstring/1, fun erlang:iolist_to_iovec/1, fun binary:list_to_bin/1]].

lists_of_bytes() ->
    <<_:3, Odd/bits>> = <<1:3, 10, 20, 30, 40, 3:2>>,
    <<_:3, Shifted:4/binary, _/bits>> = <<1:3, 10, 20, 30, 40, 3:2>>,
    [io:format("~0p~n", [R]) || R <-
        [try_it(fun bitstring_to_list/1, Odd), try_it(fun binary_to_list/1, Odd), try_it(fun binary_to_list/1, Shifted),
         try_it(fun(B) -> binary_to_list(B, 2, 3) end, Shifted), try_it(fun(B) -> binary_to_list(B, 0, 3) end, Shifted),
         try_it(fun(B) -> binary_to_list(B, 3, 2) end, Shifted), try_it(fun(B) -> binary_to_list(B, 1, 5) end, Shifted),
         try_it(fun(B) -> split_binary(B, 2) end, Odd), try_it(fun(B) -> split_binary(B, 5) end, Odd),
         try_it(fun(B) -> binary_part(B, 1, 2) end, Odd), try_it(fun(B) -> binary_part(B, {4, -3}) end, Odd),
         try_it(fun(B) -> binary_part(B, {4, -5}) end, Odd), try_it(fun(B) -> binary_part(B, {a, 1}) end, Odd),
         {byte_size(Odd), bit_size(Odd), size(Odd), is_binary(Odd), is_bitstring(Odd), is_binary(Shifted)}]].
