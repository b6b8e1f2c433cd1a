%% Atoms and text.
-module(atom_t).
-export([main/0]).

main() -> to_text(), from_lists(), from_binaries(), existing(), lengths(), order(), many().

p(Tag, V) -> io:format("~p: ~w~n", [Tag, V]).

t(Tag, F) -> p(Tag, try F() catch error:E:S -> {error, E, formatted(E, S)} end).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), maps:to_list(Mod:format_error(R, S))}
    end;
formatted(_, _) -> none.

to_text() ->
    [begin
         t({list, A}, fun() -> atom_to_list(A) end),
         t({default, A}, fun() -> atom_to_binary(A) end),
         [t({Enc, A}, fun() -> atom_to_binary(A, Enc) end) || Enc <- [latin1, utf8, unicode, other]]
     end || A <- [a, '', 'hello world', 'é', 'ÿ', '\x{100}', 'ab\x{1F600}', 1, "a"]].

from_lists() ->
    [begin
         t({list_to_atom, L}, fun() -> list_to_atom(L) end),
         t({list_to_existing_atom, L}, fun() -> list_to_existing_atom(L) end)
     end || L <- ["", "abc", [233], [256], [16#1F600], [16#D800], [16#110000], [-1], [a], [$a | $b], a, <<"a">>, [$a, "b"]]].

from_binaries() ->
    [t({F, B, Enc}, fun() -> erlang:F(B, Enc) end)
     || F <- [binary_to_atom, binary_to_existing_atom],
        B <- [<<>>, <<"abc">>, <<233>>, <<195, 169>>, <<196, 128>>, <<240, 159, 152, 128>>, <<255>>, <<237, 160, 128>>, <<192, 128>>, <<195>>, <<1:3>>, "abc", abc],
        Enc <- [latin1, utf8, unicode, other, 1]],
    <<_:5, Unaligned/bitstring>> = <<1:5, "unaligned_atom">>,
    t(unaligned, fun() -> binary_to_atom(Unaligned, utf8) end),
    t(one_argument, fun() -> {binary_to_atom(<<"xyz">>), binary_to_existing_atom(<<"xyz">>)} end).

existing() ->
    t(missing_list, fun() -> list_to_existing_atom("never_seen_" ++ "before") end),
    t(missing_binary, fun() -> binary_to_existing_atom(<<"never_seen_", "before_either">>, utf8) end),
    Made = list_to_atom("now_" ++ "it_is"),
    t(made, fun() -> {Made =:= list_to_existing_atom("now_it_is"), Made =:= binary_to_existing_atom(<<"now_it_is">>, latin1)} end).

lengths() ->
    [begin
         Ascii = lists:duplicate(N, $x), Wide = lists:duplicate(N, 16#1F600),
         t({ascii, N}, fun() -> A = list_to_atom(Ascii), {length(atom_to_list(A)), byte_size(atom_to_binary(A, utf8))} end),
         t({wide, N}, fun() -> A = list_to_atom(Wide), {length(atom_to_list(A)), byte_size(atom_to_binary(A, utf8))} end),
         t({binary, N}, fun() -> byte_size(atom_to_binary(binary_to_atom(list_to_binary(Ascii), latin1))) end),
         t({wide_binary, N}, fun() -> byte_size(atom_to_binary(binary_to_atom(unicode:characters_to_binary(Wide), utf8))) end),
         t({existing, N}, fun() -> list_to_existing_atom([$y | Ascii]) end)
     end || N <- [254, 255, 256, 1000]].

order() ->
    p(order, lists:sort(['', a, aa, ab, 'a b', 'aé', 'aÿ', 'a\x{100}', 'a\x{FFFD}', 'a\x{10000}', 'B', z, 'é', abcd, abcde, abcdf, abce])).

many() ->
    As = [list_to_atom("many_" ++ integer_to_list(I)) || I <- lists:seq(1, 50000)],
    p(many, {length(lists:usort(As)), lists:nth(777, As), erlang:phash2(As), [list_to_atom("many_" ++ integer_to_list(I)) || I <- lists:seq(1, 50000)] =:= As}).
