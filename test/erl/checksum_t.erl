%% crc32, adler32 and md5 of iolists, whole and in parts.
-module(checksum_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {7, 8, 9}),
    io:format("~p~n", [[sums(N) || N <- [0, 1, 2, 55, 56, 63, 64, 65, 1000, 100000]]]),
    <<_:5, Odd:100/binary, _/bits>> = <<0:5, (rand:bytes(101))/binary>>,
    io:format("~p~n", [all(Odd)]),
    io:format("~p~n", [erlang:md5_init() =/= erlang:md5_update(erlang:md5_init(), "x")]),
    io:format("~w~n", [erlang:md5_update(erlang:md5_update(erlang:md5_init(), "abc"), lists:duplicate(61, $d))]),
    [io:format("~0p~n", [R]) || R <- errors()].

all(X) ->
    {erlang:crc32(X), erlang:adler32(X), erlang:md5(X)}.

sums(N) ->
    B = rand:bytes(N),
    Cut = N div 3,
    <<A:Cut/binary, C/binary>> = B,
    L = [A, binary_to_list(C)],
    R = all(B),
    R = all(L),
    {Crc, Adler, Md5} = R,
    Crc = erlang:crc32(erlang:crc32(A), C),
    Crc = erlang:crc32_combine(erlang:crc32(A), erlang:crc32(C), byte_size(C)),
    Adler = erlang:adler32(erlang:adler32(A), C),
    Adler = erlang:adler32_combine(erlang:adler32(A), erlang:adler32(C), byte_size(C)),
    Md5 = erlang:md5_final(erlang:md5_update(erlang:md5_update(erlang:md5_init(), A), C)),
    R.

errors() ->
    Try = fun(F, As) ->
              try apply(erlang, F, As)
              catch C:E:S -> {C, E, [{M, Fn, A} || {M, Fn, A, _} <- [hd(S)]]}
              end
          end,
    [Try(F, As) || {F, As} <- [{crc32, [a]}, {crc32, [-1, ""]}, {crc32, [1 bsl 32, ""]}, {crc32, ["", ""]}, {crc32, [[256]]},
                               {crc32_combine, [1, 2, -1]}, {crc32_combine, [1, 2, 1 bsl 40]}, {adler32, [<<1:3>>]},
                               {adler32, [1.0, ""]}, {adler32_combine, [1, 2, 100]}, {md5, [a]}, {md5_update, [<<>>, ""]},
                               {md5_final, [<<1>>]}, {md5_final, [a]}]].
