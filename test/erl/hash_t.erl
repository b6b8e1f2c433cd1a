%% phash and phash2 are promised never to change; maps of small integers are laid out as on stock.
-module(hash_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {10, 11, 12}),
    fixed(), ranges(), random(), big_maps(), funs(), identifiers(), unaligned(), deep().

p(Tag, V) -> io:format("~p: ~w~n", [Tag, V]).

hashes(T) -> {erlang:phash(T, 1 bsl 32), erlang:phash2(T), erlang:phash2(T, 1 bsl 32)}.

fixed() ->
    Ts = [0, 1, -1, 255, 256, 1 bsl 27 - 1, 1 bsl 27, -(1 bsl 27), -(1 bsl 27) - 1, 1 bsl 31, 1 bsl 32, 1 bsl 59, 1 bsl 60, -(1 bsl 60), 1 bsl 63, 1 bsl 64,
          1 bsl 1000, -(1 bsl 1000), 0.0, -0.0, 1.0, -1.5, 3.141592653589793, a, abc, '', 'é', 'ÿÿ', '\x{100}', '\x{1F600}a', [], "a", "ab", "abc", "abcd",
          "abcde", [0], [256], [1, 2 | 3], [a | b], ["abc", "def"], "abc" ++ [1000] ++ "def", {}, {1}, {a, b, c}, {[], {}}, <<>>, <<1>>, <<"hello, world">>,
          <<"exactly 12 b">>, <<1:1>>, <<1, 2, 3:5>>, #{}, #{a => 1}, #{a => 1, b => #{c => "d"}}, #{1 => 2, 2.0 => 3, [] => {}}],
    [p(T, hashes(T)) || T <- Ts],
    p(list, hashes(Ts)),
    p(tuple, hashes(list_to_tuple(Ts))).

ranges() ->
    [p({R, T}, {try erlang:phash(T, R) catch error:E -> E end, try erlang:phash2(T, R) catch error:E -> E end})
     || R <- [1, 2, 10, 1 bsl 20, 1 bsl 32 - 1, 1 bsl 32, 1 bsl 32 + 1, 0, -1, a, 1.0, 1 bsl 70], T <- [a, {x, 1}, "list"]].

random() ->
    [p(N, hashes(term(4))) || N <- lists:seq(1, 500)].

term(0) -> leaf();
term(D) ->
    case rand:uniform(6) of
        1 -> list_to_tuple([term(D - 1) || _ <- lists:seq(1, rand:uniform(5) - 1)]);
        2 -> [term(D - 1) || _ <- lists:seq(1, rand:uniform(5) - 1)];
        3 -> [term(D - 1) | leaf()];
        4 -> maps:from_list([{leaf(), term(D - 1)} || _ <- lists:seq(1, rand:uniform(5) - 1)]);
        _ -> leaf()
    end.

leaf() ->
    lists:nth(rand:uniform(10), [rand:uniform(300), rand:uniform(1 bsl 40), -rand:uniform(1 bsl 62), rand:uniform(1 bsl 300), rand:uniform() * 1.0e10, some_atom, [],
                                 "a string", <<(rand:uniform(1 bsl 200)):208>>, <<(rand:uniform(1 bsl 13)):13>>]).

big_maps() ->
    [begin
         M = maps:from_list([{I, I * I} || I <- lists:seq(1, N)]),
         p({map, N}, {hashes(M), maps:to_list(M), maps:keys(M), maps:values(M), maps:fold(fun(K, V, A) -> [{K, V} | A] end, [], M)})
     end || N <- [32, 33, 100, 1000]],
    Keys = [rand:uniform(1 bsl 65) || _ <- lists:seq(1, 300)] ++ [[I, "x"] || I <- lists:seq(1, 50)] ++ [{I, I + 0.5} || I <- lists:seq(1, 50)]
        ++ [<<I:17>> || I <- lists:seq(1, 50)] ++ [I / 3 || I <- lists:seq(1, 50)],
    Mixed = maps:from_list([{K, x} || K <- Keys]),
    p(mixed, {hashes(Mixed), maps:keys(Mixed)}),
    p(removed, maps:keys(maps:without(lists:sublist(Keys, 400), Mixed))).

funs() ->
    p(external, hashes(fun lists:map/2)),
    X = 17,
    F = fun() -> X end,
    p(same, hashes(F) =:= hashes(fun_of(F))).

fun_of(F) -> F.

identifiers() ->
    Pid = list_to_pid("<0.77.0>"), Ref = make_ref(),
    p(pid, hashes(Pid)),
    p(ref, hashes(Ref) =:= hashes(binary_to_term(term_to_binary(Ref)))),
    External = binary_to_term(<<131, 88, 119, 3, "a@b", 1000:32, 2:32, 7:32>>),
    p(external_pid, hashes(External)),
    ExternalRef = binary_to_term(<<131, 90, 3:16, 119, 3, "a@b", 7:32, 1:32, 2:32, 3:32>>),
    p(external_ref, hashes(ExternalRef)),
    ExternalPort = binary_to_term(<<131, 120, 119, 3, "a@b", 16#100000002:64, 7:32>>),
    p(external_port, hashes(ExternalPort)).

unaligned() ->
    Bytes = list_to_binary(lists:seq(0, 255)),
    [begin
         <<_:Skip, Part:Size/bitstring, _/bitstring>> = Bytes,
         p({Skip, Size}, {hashes(Part), hashes(Part) =:= hashes(binary_to_term(term_to_binary(Part)))})
     end || Skip <- [0, 1, 7, 8, 13], Size <- [0, 1, 8, 95, 96, 97, 800, 1003]].

deep() ->
    T = lists:foldl(fun(I, Acc) when I rem 3 =:= 0 -> [Acc]; (I, Acc) when I rem 3 =:= 1 -> {Acc, a}; (_, Acc) -> #{k => Acc} end, 1, lists:seq(1, 100000)),
    p(deep, hashes(T)),
    p(long, hashes(lists:seq(1, 200000))).
