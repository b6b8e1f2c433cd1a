%% zlib: streams, checksums, errors.
-module(zlib_t).
-export([main/0]).

main() ->
    turn_ends(),
    simple(), streaming(), levels(), dictionaries(), raw_and_gzip(), safe(), concatenated(), errors(), controlling(),
    params(), large(), checksums().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).
t(F) -> try F() catch C:E -> {C, E} end.
text(N) -> binary:copy(<<"The quick brown fox jumps over the lazy dog. ">>, N).

simple() ->
    T = text(10),
    p(compress, zlib:compress(T)),
    p(uncompress, zlib:uncompress(zlib:compress(T)) =:= T),
    p(zip, zlib:unzip(zlib:zip(T)) =:= T),
    p(gzip, zlib:gunzip(zlib:gzip(T)) =:= T),
    p(empty, [zlib:uncompress(zlib:compress(<<>>)), zlib:compress(<<>>), zlib:zip(<<>>)]),
    p(iolist, zlib:compress(["abc", [<<"def">>, $g]])).

streaming() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    Parts = [zlib:deflate(Z, text(N)) || N <- lists:seq(1, 20)],
    Last = zlib:deflate(Z, <<"end">>, finish),
    ok = zlib:deflateEnd(Z),
    C = iolist_to_binary([Parts, Last]),
    p(streamed, erlang:md5(C)),
    ok = zlib:inflateInit(Z),
    U = iolist_to_binary([zlib:inflate(Z, [B]) || <<B:1/binary>> <= C]),
    ok = zlib:inflateEnd(Z),
    p(bytewise, U =:= iolist_to_binary([[text(N) || N <- lists:seq(1, 20)], "end"])),
    p(close, [zlib:close(Z), t(fun() -> zlib:close(Z) end), t(fun() -> zlib:deflateInit(Z) end)]).

levels() ->
    p(levels, [begin
                   Z = zlib:open(),
                   ok = zlib:deflateInit(Z, L, deflated, W, M, S),
                   C = iolist_to_binary(zlib:deflate(Z, text(50), finish)),
                   zlib:close(Z),
                   {L, W, M, S, byte_size(C), erlang:crc32(C)}
               end || {L, W, M, S} <- [{none, 15, 8, default}, {best_speed, 15, 8, default}, {best_compression, 9, 1, filtered},
                                       {default, -15, 8, huffman_only}, {5, 31, 9, rle}, {default, 12, 8, default}]]).

dictionaries() ->
    D = <<"brown fox lazy dog">>,
    [begin
         Z = zlib:open(),
         ok = zlib:deflateInit(Z, default, deflated, W, 8, default),
         Sum = zlib:deflateSetDictionary(Z, D),
         C = iolist_to_binary(zlib:deflate(Z, text(2), finish)),
         zlib:close(Z),
         I = zlib:open(),
         ok = zlib:inflateInit(I, W),
         case W < 0 of true -> zlib:inflateSetDictionary(I, D); false -> ok end,
         R = t(fun() -> zlib:inflate(I, C) end),
         R2 = case R of
                  {error, {need_dictionary, _}} ->
                      ok = zlib:inflateSetDictionary(I, D),
                      zlib:inflate(I, []);
                  _ -> R
              end,
         p(dictionary, {W, Sum, R, iolist_to_binary(R2) =:= text(2), byte_size(zlib:inflateGetDictionary(I))}),
         zlib:close(I)
     end || W <- [15, -15]].

raw_and_gzip() ->
    Z = zlib:open(),
    ok = zlib:inflateInit(Z, 16 + 15),
    p(gunzip_stream, iolist_to_binary(zlib:inflate(Z, zlib:gzip(<<"abc">>)))),
    p(reset, [zlib:inflateReset(Z), iolist_to_binary(zlib:inflate(Z, zlib:gzip(<<"def">>))), zlib:inflateEnd(Z)]),
    zlib:close(Z).

safe() ->
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    C = zlib:compress(text(5000)),
    p(safe, safe_loop(zlib:safeInflate(Z, C), Z, 0, 0)),
    p(after_end, [zlib:safeInflate(Z, <<>>), zlib:inflateEnd(Z)]),
    zlib:close(Z).

safe_loop({continue, O}, Z, Bytes, N) -> safe_loop(zlib:safeInflate(Z, []), Z, Bytes + iolist_size(O), N + 1);
safe_loop({finished, O}, _, Bytes, N) -> {finished, Bytes + iolist_size(O), N > 0}.

concatenated() ->
    C = [zlib:gzip("one"), zlib:gzip("two")],
    [begin
         Z = zlib:open(),
         ok = zlib:inflateInit(Z, 31, B),
         p(concatenated, {B, t(fun() -> iolist_to_binary(zlib:inflate(Z, C)) end)}),
         zlib:close(Z)
     end || B <- [cut, reset, error]].

errors() ->
    p(errors, [t(F) || F <- [
        fun() -> zlib:uncompress(<<"garbage">>) end,
        fun() -> zlib:uncompress(binary:part(zlib:compress(text(3)), 0, 20)) end,
        fun() -> zlib:gunzip(<<1, 2, 3>>) end,
        fun() -> zlib:unzip(<<255, 255>>) end,
        fun() -> zlib:compress(foo) end,
        fun() -> zlib:deflate(zlib:open(), "x") end,
        fun() -> zlib:inflate(zlib:open(), "x") end,
        fun() -> zlib:deflateEnd(zlib:open()) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z), zlib:deflateInit(Z) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z), zlib:inflateInit(Z) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z, 42) end,
        fun() -> Z = zlib:open(), zlib:inflateInit(Z, 99) end,
        fun() -> zlib:deflateInit(foo) end,
        fun() -> Z = zlib:open(), zlib:inflateInit(Z), zlib:inflate(Z, <<120>>), zlib:inflateEnd(Z) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z), zlib:deflate(Z, "abc"), zlib:deflateEnd(Z) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z), zlib:deflate(Z, "abc", foo) end,
        fun() -> Z = zlib:open(), zlib:deflateInit(Z), zlib:deflate(Z, [a]) end]]).

controlling() ->
    Z = zlib:open(),
    Self = self(),
    F = fun(G) -> spawn(fun() -> Self ! {r, t(G)} end), receive {r, R} -> R end end,
    p(not_mine, [F(fun() -> zlib:deflateInit(Z) end), F(fun() -> zlib:close(Z) end)]),
    P = spawn(fun() -> receive go -> Self ! {r, [zlib:deflateInit(Z), zlib:close(Z)]} end end),
    p(given, [zlib:set_controlling_process(Z, P), t(fun() -> zlib:deflateInit(Z) end)]),
    P ! go,
    p(theirs, receive {r, R} -> R end),
    p(bad_pid, t(fun() -> zlib:set_controlling_process(zlib:open(), foo) end)).

params() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z, none),
    A = zlib:deflate(Z, text(5)),
    ok = zlib:deflateParams(Z, best_compression, default),
    B = zlib:deflate(Z, text(5), finish),
    ok = zlib:deflateReset(Z),
    C = zlib:deflate(Z, text(1), finish),
    p(params, [zlib:uncompress(iolist_to_binary([A, B])) =:= text(10), zlib:uncompress(iolist_to_binary(C)) =:= text(1)]),
    zlib:close(Z).

large() ->
    rand:seed(exsss, {3, 2, 1}),
    B = << <<(rand:uniform(64)):8>> || _ <- lists:seq(1, 300000) >>,
    C = zlib:compress(B),
    p(large, [erlang:md5(C), zlib:uncompress(C) =:= B, zlib:gunzip(zlib:gzip(B)) =:= B]).

checksums() ->
    p(checksums, [erlang:crc32("abc"), erlang:adler32("abc"), erlang:crc32(<<>>), erlang:adler32(<<>>),
                  erlang:crc32_combine(erlang:crc32("abc"), erlang:crc32("def"), 3)]).

%% A turn may end at any point of a call.
turn_ends() ->
    Data = lists:duplicate(40, <<"some bytes ">>),
    Compressed = zlib:compress(Data),
    Wrong = [N || N <- lists:seq(1, 4000, 7), burn(N) =:= ok, zlib:compress(Data) =/= Compressed],
    io:format("turn_ends: ~p~n", [Wrong]).

burn(0) -> ok;
burn(N) -> burn(N - 1).
