%% prim_buffer: bytes between raw files and their readers.
-module(prim_buffer_t).
-export([main/0]).

main() -> basics(), large(), searching(), locks(), errors(), random().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).
t(F) -> try F() catch C:E -> {C, E} end.

basics() ->
    B = prim_buffer:new(),
    p(basics, [prim_buffer:size(B), prim_buffer:write(B, [<<"abc">>, <<"def">>]), prim_buffer:size(B), prim_buffer:read(B, 2),
               prim_buffer:skip(B, 1), prim_buffer:read(B, 3), prim_buffer:read(B, 0), prim_buffer:size(B), prim_buffer:write(B, []),
               prim_buffer:write(B, [<<>>]), prim_buffer:size(B), prim_buffer:wipe(B)]).

large() ->
    B = prim_buffer:new(),
    D = binary:copy(<<"0123456789">>, 5000),
    ok = prim_buffer:write(B, [D, <<"tail">>, D]),
    p(large, [prim_buffer:size(B), prim_buffer:read(B, 7), byte_size(prim_buffer:read(B, 49993)), prim_buffer:read(B, 4),
              iolist_to_binary(prim_buffer:read_iovec(B, 50000)) =:= D, prim_buffer:size(B)]).

searching() ->
    B = prim_buffer:new(),
    p(empty, prim_buffer:find_byte_index(B, $x)),
    ok = prim_buffer:write(B, [binary:copy(<<"a">>, 3000), <<"b">>, binary:copy(<<"c">>, 3000)]),
    p(found, [prim_buffer:find_byte_index(B, X) || X <- "abcd"]),
    p(after_skip, [prim_buffer:skip(B, 3001), prim_buffer:find_byte_index(B, $b), prim_buffer:find_byte_index(B, $c)]).

locks() ->
    B = prim_buffer:new(),
    p(locks, [prim_buffer:try_lock(B), prim_buffer:try_lock(B), prim_buffer:unlock(B), prim_buffer:try_lock(B), prim_buffer:unlock(B),
              t(fun() -> prim_buffer:unlock(B) end)]).

errors() ->
    B = prim_buffer:new(),
    ok = prim_buffer:write(B, [<<"abc">>]),
    p(errors, [t(F) || F <- [fun() -> prim_buffer:read(B, 4) end, fun() -> prim_buffer:skip(B, 4) end, fun() -> prim_buffer:skip(B, -1) end,
                             fun() -> prim_buffer:write(B, [a]) end, fun() -> prim_buffer:write(B, <<"x">>) end,
                             fun() -> prim_buffer:find_byte_index(B, 256) end, fun() -> prim_buffer:find_byte_index(B, a) end,
                             fun() -> prim_buffer:size(foo) end, fun() -> prim_buffer:size(make_ref()) end,
                             fun() -> prim_buffer:read(prim_buffer:new(), 100) end]]),
    p(unharmed, prim_buffer:read(B, 3)).

%% Against a plain binary.
random() ->
    rand:seed(exsss, {5, 6, 7}),
    B = prim_buffer:new(),
    p(random, steps(B, <<>>, 2000)).

steps(_, _, 0) -> ok;
steps(B, M, N) ->
    case rand:uniform(3) of
        1 ->
            D = << <<(rand:uniform(255))>> || _ <- lists:seq(1, rand:uniform(1000)) >>,
            ok = prim_buffer:write(B, [D]),
            steps(B, <<M/binary, D/binary>>, N - 1);
        2 ->
            S = rand:uniform(byte_size(M) + 1) - 1,
            <<H:S/binary, R/binary>> = M,
            case prim_buffer:read(B, S) of H -> steps(B, R, N - 1); _ -> {wrong, N} end;
        3 ->
            Byte = rand:uniform(255),
            E = case binary:match(M, <<Byte>>) of {At, _} -> {ok, At}; nomatch -> not_found end,
            case prim_buffer:find_byte_index(B, Byte) of E -> steps(B, M, N - 1); _ -> {wrong_index, N} end
    end.
