%% The order of terms, equality, boolean operators, type tests.
-module(compare_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {7, 8, 9}),
    table(), sorted(), tuples(), numbers(), maps(), bits(), booleans(), types(), functions(), records(), errors(), random(), deep().

p(Tag, V) -> io:format("~p: ~w~n", [Tag, V]).

terms() ->
    [0, 1, -1, 1.0, 1.5, -0.0, 0.0, 1 bsl 60, 1 bsl 64, -(1 bsl 64), 1.0e20, 18446744073709551616.0, a, b, ab, abc, abcd, abcde, 'B', '', 'é', 'ÿ', '\x{100}',
     '\x{1F600}', fun lists:map/2, fun lists:foldl/3, fun maps:map/2, {}, {1}, {2}, {1, 2}, {1.0, 2}, #{}, #{a => 1}, #{a => 1.0}, #{1 => a}, #{1.0 => a},
     #{a => 2}, #{b => 1}, #{a => 1, b => 2}, [], [1], [1.0], [1, 2], [1 | 2], [a], "abc", [[]], <<>>, <<0>>, <<1>>, <<1, 2>>, <<1:1>>, <<0:1>>, <<1:7>>, <<128>>].

table() ->
    [p(A, [code(A, B) || B <- terms()]) || A <- terms()].

code(A, B) ->
    bit(A < B) + 2 * bit(A =< B) + 4 * bit(A > B) + 8 * bit(A >= B) + 16 * bit(A == B) + 32 * bit(A /= B) + 64 * bit(A =:= B) + 128 * bit(A =/= B)
        + 256 * sign(erts_internal:cmp_term(A, B)).

bit(true) -> 1;
bit(false) -> 0.

sign(X) when X < 0 -> -1;
sign(0) -> 0;
sign(_) -> 1.

sorted() ->
    Ts = terms() ++ [self(), make_ref(), hd(erlang:ports())],
    Kinds = fun(L) -> [kind(T) || T <- L] end,
    p(kinds, Kinds(lists:sort(Ts))),
    p(usort, length(lists:usort(Ts))),
    Keys = maps:keys(maps:from_list([{T, 1} || T <- lists:delete(-0.0, terms())])),
    p(keys, lists:sort(fun(A, B) -> erts_internal:cmp_term(A, B) =< 0 end, Keys)).

kind(T) when is_number(T) -> number;
kind(T) when is_atom(T) -> atom;
kind(T) when is_reference(T) -> reference;
kind(T) when is_function(T) -> function;
kind(T) when is_port(T) -> port;
kind(T) when is_pid(T) -> pid;
kind(T) when is_tuple(T) -> tuple;
kind(T) when is_map(T) -> map;
kind([]) -> nil;
kind(T) when is_list(T) -> list;
kind(T) when is_bitstring(T) -> bitstring.

%% What differs first decides, also where what stands before it is equal but not the same.
tuples() ->
    Ts = [{1, a}, {1.0, a}, {1, b}, {1.0, b}, {2, a}, {1, {a, 1}}, {1, {a, 1.0}}, {1.0, {a, 1}}, {1, {b, 0}}, {{1}, 2}, {{1.0}, 2}, {{1.0}, 1}, {{1}, 2.0},
          {a, "x"}, {a, "y"}, {a, [x | y]}, {a, <<1>>}, {a, {}}, {a, #{}}, {{{1, 2}, 3}, 4}, {{{1, 2}, 3.0}, 4}, {{{1, 2.0}, 3}, 3}, {1 bsl 70, 1}, {1 bsl 70, 2},
          {(1 bsl 70) + 0.0, 1}, {-(1 bsl 70), 3}],
    [p(A, [code(A, copy(B)) || B <- Ts]) || A <- Ts],
    p(tuples_sorted, lists:sort(Ts)),
    p(tuples_exact, maps:keys(maps:from_list([{copy(T), 1} || T <- Ts ++ Ts]))).

copy(T) -> binary_to_term(term_to_binary(T)).

numbers() ->
    Is = [1 bsl 53 + D || D <- [-2, -1, 0, 1, 2, 3]] ++ [1 bsl 59, 1 bsl 60, 1 bsl 63, 1 bsl 64 + 1, 1 bsl 100, 1 bsl 1023, 1 bsl 1024, 1 bsl 2000],
    Fs = [9007199254740991.0, 9007199254740992.0, 9007199254740994.0, 576460752303423488.0, 1.152921504606847e18, 9.223372036854776e18, 1.8446744073709552e19,
          1.2676506002282294e30, 8.98846567431158e307, 1.7976931348623157e308],
    [p(I, [{code(I, F), code(-I, F), code(-I, -F), code(F, I)} || F <- Fs]) || I <- Is].

maps() ->
    Map = fun(Pairs) -> maps:from_list(Pairs) end,
    Hundred = [{I, I} || I <- lists:seq(1, 100)],
    Ms = [Map(Hundred), Map([{50, x} | Hundred]), Map([{101, 1} | tl(Hundred)]), Map([{1.0, 1} | tl(Hundred)]), Map([{50, 50.0} | Hundred]),
          Map([{{a, I}, b} || I <- lists:seq(1, 100)]), Map([{I, 1} || I <- lists:seq(1, 99)]), Map([{I, 1} || I <- lists:seq(1, 33)]),
          Map([{I, 1} || I <- lists:seq(1, 32)]), Map([{I, 1.0} || I <- lists:seq(1, 32)]), Map([{float(I), 1} || I <- lists:seq(1, 32)])],
    [p(map_size(A), [code(A, B) || B <- Ms]) || A <- Ms].

bits() ->
    Bs = [begin <<_:O, B:S/bitstring, _/bitstring>> = <<5:3, 16#123456789abcdef:64, 77:64>>, B end || O <- [0, 1, 3, 8, 11], S <- [0, 1, 7, 8, 9, 16, 33, 64]]
        ++ [<<0:N>> || N <- [0, 1, 8, 64, 65, 600]],
    [p({bits, bit_size(A)}, erlang:phash2([code(A, B) || B <- Bs])) || A <- Bs].

booleans() ->
    Vs = [true, false, a, 1],
    [p({Op, A, B}, try erlang:Op(A, B) catch error:E -> E end) || Op <- ['and', 'or', 'xor'], A <- Vs, B <- Vs],
    [p({'not', A}, try erlang:'not'(A) catch error:E -> E end) || A <- Vs].

types() ->
    Tests = [is_atom, is_binary, is_bitstring, is_boolean, is_float, is_function, is_integer, is_list, is_map, is_number, is_pid, is_port, is_reference, is_tuple],
    Ts = [self(), make_ref(), hd(erlang:ports()), true, fun() -> ok end, maps:from_list([{I, I} || I <- lists:seq(1, 40)])],
    [p(T, [Test || Test <- Tests, erlang:Test(T)]) || T <- terms()],
    [p(kind(T), [Test || Test <- Tests, erlang:Test(T)]) || T <- Ts].

functions() ->
    X = self(),
    Fs = [fun() -> X end, fun(_) -> X end, fun lists:map/2, fun(A, B) -> A + B end, a],
    [p({is_function, N}, [try is_function(F, N) catch error:E -> E end || F <- Fs]) || N <- [0, 1, 2, 255, -1, a, 1 bsl 70, -(1 bsl 70)]],
    F1 = fun() -> X end,
    p(fun_equal, {F1 == F1, F1 =:= F1, make(1) == make(1), make(1) == make(2), make(1) == make(1.0), make(1) =:= make(1.0), make(1) < make(2)}).

make(V) -> fun() -> V end.

records() ->
    Args = [{{a, 1}, a, 2}, {{a, 1}, b, 2}, {{a, 1}, a, 3}, {{a, 1}, a, -1}, {{a, 1}, 1, 2}, {{a, 1}, a, 1 bsl 70}, {{a, 1}, a, b}, {{}, a, 0}, {x, a, 1}],
    [p({record3, Arg}, try erlang:is_record(R, T, N) catch error:E -> E end) || {R, T, N} = Arg <- Args],
    [p({record2, Arg}, try erlang:is_record(R, T) catch error:E -> E end) || {R, T, _} = Arg <- Args].

errors() ->
    [p(Bif, try apply(erlang, Bif, Args) catch error:E:S -> {E, formatted(E, S)} end)
     || {Bif, Args} <- [{'and', [1, true]}, {'not', [1]}, {is_function, [a, b]}, {is_record, [a, 1]}, {is_record, [a, b, c]}, {'xor', [true, 0]}]].

formatted(R, [{_, _, _, Info} | _] = S) ->
    case proplists:get_value(error_info, Info) of
        undefined -> none;
        #{module := M} -> maps:to_list(M:format_error(R, S))
    end.

random() ->
    Ts = [term(4) || _ <- lists:seq(1, 600)],
    Sorted = lists:sort(Ts),
    p(random, erlang:phash2(Sorted)),
    p(random_exact, erlang:phash2(lists:sort(fun(A, B) -> erts_internal:cmp_term(A, B) =< 0 end, Ts))),
    p(random_equal, erlang:phash2([{A == B, A =:= B} || {A, B} <- lists:zip(Sorted, tl(Sorted) ++ [x])])),
    p(random_copies, lists:all(fun(T) -> binary_to_term(term_to_binary(T)) =:= T end, Ts)).

term(0) -> leaf();
term(D) ->
    case rand:uniform(6) of
        1 -> list_to_tuple([term(D - 1) || _ <- lists:seq(1, rand:uniform(4) - 1)]);
        2 -> [term(D - 1) || _ <- lists:seq(1, rand:uniform(4) - 1)];
        3 -> [term(D - 1) | leaf()];
        4 -> maps:from_list([{leaf(), term(D - 1)} || _ <- lists:seq(1, rand:uniform(40) - 1)]);
        _ -> leaf()
    end.

leaf() ->
    lists:nth(rand:uniform(16), [rand:uniform(3), float(rand:uniform(3)), a, ab, abcde, [], "abc", <<"abc">>, <<1, 2, (rand:uniform(4)):3>>, {},
                                 #{}, 1 bsl 70 + rand:uniform(2), -rand:uniform(1000), rand:uniform() * 1.0e20, fun lists:map/2, '']).

deep() ->
    Deep = fun(X) -> lists:foldl(fun(I, Acc) when I rem 2 =:= 0 -> [Acc]; (_, Acc) -> {Acc, a} end, X, lists:seq(1, 300000)) end,
    A = Deep(1), B = Deep(2), C = Deep(1.0),
    p(deep, {A < B, A == C, A =:= C, A == Deep(1), erlang:phash2(A), erlang:phash(A, 1000)}).
