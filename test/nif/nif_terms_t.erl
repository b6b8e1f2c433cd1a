%% Terms in native functions: every question, every way to make and read one.
-module(nif_terms_t).
-export([main/0, zeros/1, error_names/0]).
-export([type/1, numbers/1, bad_double/0, atoms/2, long_atom/1, strings/2, lists/1, tuples/1, compare/2, binaries/1, etf/1,
       decode/2, maps/3, map_from/2, walk/1, copies/1, print/1, raise/2, vectors/2, times/0, unique/0, system/0]).
-nifs([zeros/1, error_names/0, type/1, numbers/1, bad_double/0, atoms/2, long_atom/1, strings/2, lists/1, tuples/1, compare/2, binaries/1, etf/1,
       decode/2, maps/3, map_from/2, walk/1, copies/1, print/1, raise/2, vectors/2, times/0, unique/0, system/0]).

main() ->
    os:putenv("NIF_TEST_VARIABLE", "a value"),
    ok = erlang:load_nif("./nif_terms", 0),
    Terms = terms(),
    p([{T, type(T)} || T <- Terms]),
    p([numbers(N) || N <- numbers()]),
    p(zeros({0, 1, 0})),
    p(error_names()),
    p(result(fun() -> bad_double() end)),
    p([atoms(A, 300) || A <- ['', a, hello, 'hällo', 'ÿ', 'λ', '日本', 17, list_to_atom(lists:duplicate(255, $z))]]),
    p([atoms(hello, N) || N <- lists:seq(0, 7)]),
    p([result(fun() -> long_atom(N) end) || N <- [0, 255, 256]]),
    p([strings(S, N) || S <- ["", "abc", "abcdefghij", [1, 2, 300], [a], "abc" ++ d, foo, [255, 0, 1]], N <- [0, 1, 3, 4, 100]]),
    p([lists(L) || L <- [[], [1], [1, 2|3], foo, "abc"]]),
    p([tuples(T) || T <- [{}, {1}, {a, {b}, "c"}, foo, list_to_tuple(lists:seq(1, 100))]]),
    p([{A, B, {Order, Same}} || A <- Terms, B <- Terms, {Order, Same, _} <- [compare(A, B)], not is_identifier(A), not is_identifier(B)]),
    p([Hash || T <- Terms, not is_identifier(T), {_, _, Hash} <- [compare(T, 0)]]),
    p([binaries(B) || B <- iolists()]),
    p([result(fun() -> etf(T) end) || T <- Terms, not is_identifier(T), not is_function(T)]),
    p([result(fun() -> decode(B, S) end) || B <- encoded(), S <- [0, 1]]),
    p([maps(M, K, 4711) || M <- [#{}, #{a => 1}, #{1 => a, 1.0 => b}, big_map(40), foo, []], K <- [a, 1, 1.0, "s", 33]]),
    p([map_from(list_to_tuple(Ks), list_to_tuple(lists:seq(1, length(Ks))))
       || Ks <- [[], [a], [b, a], [a, b, a], lists:seq(1, 50), lists:seq(1, 50) ++ [7]]]),
    p([walked(M) || M <- [#{}, #{a => 1}, #{z => 1, a => 2, "k" => 3}, big_map(32), big_map(33), big_map(1000), foo]]),
    p([copies(T) =:= {T, 16#ffffffffffffffff, T} || T <- Terms ++ iolists() ++ [big_map(100)]]),
    p([print(T) || T <- Terms, not is_identifier(T), not is_function(T), not is_map(T)]),
    p([result(fun() -> raise(K, T) end) || K <- lists:seq(0, 4), T <- [why, {because, "of", #{}}, <<1:3>>]]),
    p(in_stacktrace(fun() -> raise(0, oops) end)),
    p(in_stacktrace(fun() -> raise(not_a_number, oops) end)),
    p([vectors(V, N) || V <- vectors(), N <- [1, 3, 100]]),
    p(times()),
    {R1, R2, I, M, P} = unique(),
    p({R1 =/= R2, is_reference(R1), is_integer(I), is_integer(M), P > 0}),
    p(system()),
    p([garbage(N) || N <- [10, 1000]]).

terms() ->
    Fun = fun(X) -> X end,
    [0, 1, -1, 1 bsl 59, 1 bsl 60, -(1 bsl 60), 1 bsl 64, 1.5, -0.0, a, '', "abc", [], [a|b], {}, {a, 1}, <<>>, <<"abc">>, <<1:7>>,
     binary:copy(<<"x">>, 100), binary:part(binary:copy(<<"y">>, 100), 10, 80), #{}, #{a => b}, big_map(40), self(),
     make_ref(), hd(erlang:ports()), fun lists:map/2, Fun, true, 'not', 'A'].

is_identifier(T) -> is_pid(T) orelse is_port(T) orelse is_reference(T) orelse is_function(T).

numbers() ->
    [0, 1, -1, 2147483647, 2147483648, -2147483648, -2147483649, 4294967295, 4294967296, 1 bsl 59, (1 bsl 60) - 1, 1 bsl 60,
     -(1 bsl 60), -(1 bsl 60) - 1, (1 bsl 63) - 1, 1 bsl 63, -(1 bsl 63), -(1 bsl 63) - 1, (1 bsl 64) - 1, 1 bsl 64,
     1.0, -2.5e300, a, "1"].

big_map(N) -> maps:from_list([{K, {v, K}} || K <- lists:seq(1, N)]).

iolists() ->
    Big = binary:copy(<<"0123456789">>, 30),
    <<_:3, Odd:20/bytes, _/bits>> = Big,
    [<<>>, <<"abc">>, Big, binary:part(Big, 7, 200), Odd, [], "text", ["a", <<"b">>, [[Big|<<"tail">>]], $c], [300], foo, <<1:3>>,
     ["a", <<1:1>>]].

encoded() ->
    [term_to_binary(T, Options) || T <- [a, {1, "x", 2.5}, big_map(40)], Options <- [[], [compressed]]]
        ++ [<<>>, <<131>>, <<131, 97>>, <<130, 97, 1>>, <<131, 97, 1, 2, 3>>, <<131, 119, 9, "new atom!">>, <<131, 80, 0, 0, 0, 9, 1, 2>>,
            <<131, 80, 0>>].

vectors() ->
    Big = binary:copy(<<"0123456789">>, 30),
    <<_:3, Odd:40/bytes, _/bits>> = Big,
    [[], [<<"a">>], [Big], [<<"a">>, Big, Odd, <<>>, binary:part(Big, 3, 100)], [Big|<<"x">>], [1], foo,
     lists:duplicate(20, Big)].

%% The order of big maps is each VM's own.
walked(M) ->
    case walk(M) of
        {F, B, Ends} -> {maps:from_list(F) =:= M, lists:reverse(F) =:= B, Ends, length(F)};
        Other -> Other
    end.

%% Terms of calls survive collections.
garbage(N) ->
    L = [element(2, binaries(["x", integer_to_list(I)])) || I <- lists:seq(1, N)],
    erlang:garbage_collect(),
    erlang:phash2(L).

p(T) -> io:format("~p~n", [show(T)]).

%% Identifiers are other ones in every VM.
show(T) when is_pid(T) -> pid;
show(T) when is_port(T) -> port;
show(T) when is_reference(T) -> ref;
show(T) when is_function(T) -> function;
show([H|T]) -> [show(H)|show(T)];
show(T) when is_tuple(T) -> list_to_tuple(show(tuple_to_list(T)));
show(T) when is_map(T) -> {map, lists:sort(show(maps:to_list(T)))};
show(T) -> T.

result(Fun) -> try Fun() catch Class:Reason -> {Class, Reason} end.
in_stacktrace(Fun) -> try Fun() catch error:R:Stack -> {R, [{M, F, A} || {M, F, A, _} <- lists:sublist(Stack, 1)]} end.

type(_) -> erlang:nif_error(not_loaded).
zeros(_) -> erlang:nif_error(not_loaded).
error_names() -> erlang:nif_error(not_loaded).
numbers(_) -> erlang:nif_error(not_loaded).
bad_double() -> erlang:nif_error(not_loaded).
atoms(_, _) -> erlang:nif_error(not_loaded).
long_atom(_) -> erlang:nif_error(not_loaded).
strings(_, _) -> erlang:nif_error(not_loaded).
lists(_) -> erlang:nif_error(not_loaded).
tuples(_) -> erlang:nif_error(not_loaded).
compare(_, _) -> erlang:nif_error(not_loaded).
binaries(_) -> erlang:nif_error(not_loaded).
etf(_) -> erlang:nif_error(not_loaded).
decode(_, _) -> erlang:nif_error(not_loaded).
maps(_, _, _) -> erlang:nif_error(not_loaded).
map_from(_, _) -> erlang:nif_error(not_loaded).
walk(_) -> erlang:nif_error(not_loaded).
copies(_) -> erlang:nif_error(not_loaded).
print(_) -> erlang:nif_error(not_loaded).
raise(_, _) -> erlang:nif_error(not_loaded).
vectors(_, _) -> erlang:nif_error(not_loaded).
times() -> erlang:nif_error(not_loaded).
unique() -> erlang:nif_error(not_loaded).
system() -> erlang:nif_error(not_loaded).
