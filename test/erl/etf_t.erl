%% External term format: bytes as on stock, all tags, hostile bytes, big and deep terms.
-module(etf_t).
-export([main/0]).

main() ->
    bytes(),
    options(),
    round_trips(),
    foreign(),
    hostile(),
    big(),
    deep(),
    compressed(),
    ok.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).
attempt(F) -> try F() catch C:R -> {C, R} end.

terms() ->
    [0, 1, 255, 256, -1, 16#7fffffff, 16#80000000, -16#80000000, -16#80000001, 1 bsl 59, 1 bsl 60, -(1 bsl 60), 1 bsl 63,
     1 bsl 64, -(1 bsl 64), 1 bsl 2039, 1 bsl 2040, (1 bsl 2048) - 1, 1 bsl 5000,
     0.0, -0.0, 1.5, 1.0e300, -1.0e-300, 3.141592653589793,
     a, '', 'hello world', 'é', 'ÿ', '日本', list_to_atom(lists:duplicate(255, $x)), list_to_atom(lists:duplicate(255, 16#3b1)),
     [], [1], "abc", [255, 256], [a | b], [1, 2 | 3], lists:duplicate(65535, 1), lists:duplicate(65536, 1), [[], [[]]],
     {}, {1}, list_to_tuple(lists:seq(1, 255)), list_to_tuple(lists:seq(1, 256)),
     <<>>, <<1>>, <<1:1>>, <<5:3>>, <<16#abcd:15>>, binary:copy(<<"x">>, 64), binary:copy(<<"x">>, 65), binary:copy(<<"x">>, 3000),
     binary:part(<<"hello world">>, 3, 5), tail_bits(<<1, 2, 3:5>>),
     #{}, #{a => 1}, #{1 => a, 1.0 => b, "k" => #{}}, maps:from_list([{I, I * I} || I <- lists:seq(1, 32)]),
     maps:from_list([{I, {I}} || I <- lists:seq(1, 33)]), maps:from_list([{integer_to_binary(I), I} || I <- lists:seq(1, 500)]),
     fun lists:map/2, fun erlang:self/0].

tail_bits(<<_:3, Rest/bitstring>>) -> Rest.

show(B) when byte_size(B) < 100 -> B;
show(B) -> {byte_size(B), erlang:md5(B)}.

bytes() ->
    [p(bytes, show(term_to_binary(T))) || T <- terms()],
    [p(size, erlang:external_size(T) - byte_size(term_to_binary(T))) || T <- terms()].

options() ->
    [p(options, {O, [attempt(fun() -> show(term_to_binary(T, O)) end)
                     || T <- [a, 'é', '日本', 1.5, -0.0, 1.0e300, maps:from_list([{I, a} || I <- lists:seq(1, 50)]), lists:duplicate(1000, x)]]})
     || O <- [[], [{minor_version, 0}], [{minor_version, 1}], [{minor_version, 2}], [compressed], [{compressed, 0}], [{compressed, 9}],
              [deterministic], [deterministic, {minor_version, 2}], [{minor_version, 3}], [{compressed, 10}], [x], x, [compressed | x]]],
    p(sizes, [attempt(fun() -> erlang:external_size(1.5, O) end) || O <- [[], [{minor_version, 0}], [x], x]]),
    p(iovec, [iolist_to_binary(erlang:term_to_iovec(T)) =:= term_to_binary(T) || T <- terms()]),
    p(iovec2, show(iolist_to_binary(erlang:term_to_iovec(terms(), [{minor_version, 2}])))),
    B = term_to_binary({a, [1, 2]}),
    p(used, [attempt(fun() -> binary_to_term(<<B/binary, Rest/binary>>, O) end) || O <- [[], [used], [safe], [safe, used], [x], x], Rest <- [<<>>, <<1, 2>>]]),
    p(used_compressed, binary_to_term(<<(term_to_binary(lists:duplicate(1000, x), [compressed]))/binary, 1, 2, 3>>, [used]) =:=
          {lists:duplicate(1000, x), byte_size(term_to_binary(lists:duplicate(1000, x), [compressed]))}),
    p(safe, [attempt(fun() -> binary_to_term(X, [safe]) end)
             || X <- [<<131, 100, 0, 5, "lists">>, <<131, 100, 0, 21, "no such atom, believe">>, <<131, 119, 12, "nor this one">>,
                      <<131, 113, 100, 0, 5, "lists", 100, 0, 3, "map", 97, 2>>, <<131, 113, 100, 0, 5, "lists", 100, 0, 3, "map", 97, 200>>]]).

round_trips() ->
    Pid = self(), Ref = make_ref(), Port = hd(erlang:ports()),
    F = fun(X) -> {X, Pid, Ref} end,
    p(identifiers, [binary_to_term(term_to_binary(X)) =:= X || X <- [Pid, Ref, Port, [Pid | Ref], F, fun() -> ok end]]),
    p(called, (binary_to_term(term_to_binary(fun(X) -> X + 1 end)))(41)),
    p(called_with_env, element(1, (binary_to_term(term_to_binary(F)))(7))),
    p(all, [binary_to_term(term_to_binary(T)) =:= T || T <- terms()]),
    p(together, binary_to_term(term_to_binary(terms())) =:= terms()),
    p(local_bytes, [begin <<131, Tag, _/binary>> = term_to_binary(X), Tag end || X <- [Pid, Port, Ref, F]]),
    p(fun_size, begin <<131, 112, Size:32, _/binary>> = B = term_to_binary(fun() -> {1, "abc"} end), Size - byte_size(B) end).

%% Tags that are read but not written, and other nodes.
foreign() ->
    Node = <<100, 0, 3, "a@b">>,
    Bs = [<<115, 2, "ok">>, <<118, 0, 2, "ok">>, <<119, 3, 230, 151, 165>>, <<118, 0, 2, 195, 169>>, <<99, "1.50000000000000000000e+00", 0, 0, 0, 0, 0>>,
          <<99, "-2.50000000000000000000e-03", 0, 0, 0, 0>>,
          <<103, Node/binary, 1:32, 2:32, 1>>, <<88, Node/binary, 1:32, 2:32, 77:32>>, <<102, Node/binary, 9:32, 1>>,
          <<89, Node/binary, 9:32, 77:32>>, <<120, Node/binary, 9:64, 77:32>>, <<120, Node/binary, (1 bsl 40):64, 77:32>>,
          <<101, Node/binary, 5:32, 1>>, <<114, 3:16, Node/binary, 1, 1:32, 2:32, 3:32>>, <<90, 3:16, Node/binary, 77:32, 1:32, 2:32, 3:32>>,
          <<90, 5:16, Node/binary, 77:32, 1:32, 2:32, 3:32, 4:32, 5:32>>, <<90, 1:16, Node/binary, 77:32, 1:32>>,
          <<110, 0, 0>>, <<110, 1, 1, 0>>, <<110, 4, 0, 1, 0, 0, 0>>, <<111, 0, 0, 0, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8>>, <<107, 0, 0>>,
          <<108, 0:32, 97, 7>>, <<108, 0:32, 106>>, <<109, 0:32>>, <<77, 0:32, 0>>, <<77, 1:32, 8, 7>>, <<105, 0:32>>,
          <<116, 2:32, 97, 2, 97, 1, 97, 1, 97, 2>>, <<113, Node/binary, 100, 0, 1, "f", 97, 3>>],
    [p(foreign, attempt(fun() -> T = binary_to_term(<<131, B/binary>>), {shown(T), show(term_to_binary(T)), same_node(T)} end)) || B <- Bs],
    Ids = [binary_to_term(<<131, B/binary>>) || <<Tag, _/binary>> = B <- Bs, lists:member(Tag, [103, 88, 102, 89, 120, 101, 114, 90])],
    p(order, [[X < Y || Y <- Ids] || X <- Ids]),
    p(equal, [X =:= binary_to_term(term_to_binary(X)) || X <- Ids]),
    p(hash, [erlang:phash2(X) || X <- Ids]).

shown(T) when is_pid(T); is_port(T); is_reference(T) -> identifier;
shown(T) -> T.

same_node(T) when is_pid(T); is_port(T); is_reference(T) -> node(T);
same_node(_) -> none.

hostile() ->
    Bad = [<<>>, <<131>>, <<130, 97, 1>>, <<131, 97>>, <<131, 98, 1, 2, 3>>, <<131, 255>>, <<131, 0>>, <<131, 82, 0>>, <<131, 117, 0:64>>,
           <<131, 100, 0, 3, "ab">>, <<131, 100, 1, 0, 0:2048>>, <<131, 119, 1, 255>>, <<131, 119, 2, 16#c0, 16#80>>, <<131, 118, 4, 0, 0:8192>>,
           <<131, 104, 2, 97, 1>>, <<131, 105, 16#ffffffff:32, 97, 1>>, <<131, 108, 16#ffffffff:32, 97, 1>>, <<131, 108, 1:32, 97, 1>>,
           <<131, 109, 5:32, "abc">>, <<131, 77, 1:32, 9, 0>>, <<131, 77, 1:32, 0, 0>>, <<131, 77, 0:32, 5>>, <<131, 116, 16#ffffffff:32>>,
           <<131, 116, 2:32, 97, 1, 97, 1, 97, 1, 97, 2>>, <<131, 70, 16#7ff0000000000000:64>>, <<131, 70, 16#7ff8000000000000:64>>,
           <<131, 99, "x.50000000000000000000e+00", 0, 0, 0, 0, 0>>, <<131, 111, 16#ffffffff:32, 0, 1>>,
           <<131, 80, 100:32, 1, 2, 3>>, <<131, 80, 16#ffffffff:32, (zlib:compress(<<106>>))/binary>>, <<131, 80, 2:32, (zlib:compress(<<106>>))/binary>>,
           <<131, 90, 6:16, 100, 0, 1, "a", 0:32, 0:256>>, <<131, 88, 97, 1, 0:96>>,
           <<131, 103, 100, 0, 1, "a", 0:64, 4>>, <<131, 114, 1:16, 100, 0, 1, "a", 4, 1:32>>, <<131, 114, 1:16, 100, 0, 1, "a", 1, (1 bsl 18):32>>,
           <<131, 113, 97, 1, 97, 1, 97, 1>>, <<131, 113, 100, 0, 1, "a", 100, 0, 1, "a", 100, 0, 1, "a">>,
           <<131, 112, 0:32, 1, 0:128, 0:32, 16#ffffffff:32, 100, 0, 1, "m", 97, 0, 97, 0>>, x, 1, <<1:7>>],
    [p(hostile, {I, attempt(fun() -> binary_to_term(B) end)}) || {I, B} <- lists:zip(lists:seq(1, length(Bad)), Bad)],
    Good = term_to_binary({[1, "abc", 2.5, <<"bin">>, #{a => b}, 1 bsl 80], 'é'}),
    p(cut, [attempt(fun() -> binary_to_term(binary:part(Good, 0, N)) end) || N <- lists:seq(0, byte_size(Good) - 1)]).

big() ->
    L = [{I, integer_to_binary(I), [I, I bsl 40], #{I => float(I)}} || I <- lists:seq(1, 60000)],
    B = term_to_binary(L),
    p(big, {byte_size(B), erlang:md5(B), binary_to_term(B) =:= L, erlang:external_size(L)}),
    M = maps:from_list([{I, I} || I <- lists:seq(1, 50000)]),
    MB = term_to_binary(M),
    p(map, {byte_size(MB), erlang:md5(MB), binary_to_term(MB) =:= M, maps:keys(binary_to_term(MB)) =:= maps:keys(M)}),
    p(deterministic, erlang:md5(term_to_binary(M, [deterministic]))),
    p(cut, attempt(fun() -> binary_to_term(binary:part(B, 0, byte_size(B) - 1)) end)),
    Bin = binary:copy(<<"0123456789">>, 100000),
    p(binary, binary_to_term(term_to_binary([Bin, Bin])) =:= [Bin, Bin]),
    <<_:3, Rest/bitstring>> = <<0:3, B/binary>>,
    p(unaligned, binary_to_term(Rest) =:= L),
    Pids = [spawn(fun() -> exit(binary_to_term(term_to_binary(lists:seq(1, 200000))) =:= lists:seq(1, 200000)) end) || _ <- lists:seq(1, 5)],
    p(others, [begin R = monitor(process, P), receive {'DOWN', R, _, _, X} -> X =:= true orelse X =:= noproc end end || P <- Pids]).

deep() ->
    N = 1000000,
    Tuple = lists:foldl(fun(_, A) -> {A} end, x, lists:seq(1, N)),
    Head = lists:foldl(fun(_, A) -> [A] end, x, lists:seq(1, N)),
    Tail = lists:foldl(fun(I, A) -> [I | A] end, x, lists:seq(1, N)),
    Map = lists:foldl(fun(I, A) -> #{I => A} end, x, lists:seq(1, 100000)),
    [p(deep, {byte_size(B), erlang:md5(B), binary_to_term(B) =:= T}) || T <- [Tuple, Head, Tail, Map], B <- [term_to_binary(T)]],
    Self = self(),
    Pid = spawn(fun() -> receive X -> Self ! {back, X} end end),
    Pid ! {Tuple, Head, Map},
    p(sent, receive {back, X} -> X =:= {Tuple, Head, Map} end).

compressed() ->
    L = [{I rem 10, "some text"} || I <- lists:seq(1, 50000)],
    B = term_to_binary(L, [compressed]),
    p(compressed, {byte_size(B), erlang:md5(B), binary_to_term(B) =:= L}),
    p(small, [term_to_binary(T, [compressed]) || T <- [a, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", lists:duplicate(14, x)]]),
    p(levels, [byte_size(term_to_binary(L, [{compressed, N}])) || N <- lists:seq(0, 9)]),
    p(cut, attempt(fun() -> binary_to_term(binary:part(B, 0, byte_size(B) - 10)) end)).
