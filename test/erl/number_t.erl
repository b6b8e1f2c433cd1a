%% Numbers as text and back.
-module(number_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {4, 5, 6}),
    integers(), integer_errors(), to_integer(), short_floats(), formats(), float_errors(), reading(), round_trips(), string_bifs(), huge().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

t(Tag, F) -> p(Tag, try F() catch error:E:S -> {error, E, formatted(E, S)} end).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), maps:to_list(Mod:format_error(R, S))}
    end;
formatted(_, _) -> none.

integers() ->
    [p({N, B}, {integer_to_list(N, B), integer_to_binary(N, B)})
     || N <- [0, 7, -7, 35, 36, 1 bsl 59, -(1 bsl 60), 1 bsl 64, -(1 bsl 130) + 1, 123456789012345678901234567890], B <- [2, 3, 8, 10, 16, 29, 36]],
    [p(N, {integer_to_list(N), integer_to_binary(N)}) || N <- [0, -1, 1000000, 1 bsl 60, -(1 bsl 200)]].

integer_errors() ->
    [t({integer_to_list, N, B}, fun() -> integer_to_list(N, B) end) || {N, B} <- [{1, 1}, {1, 37}, {1, a}, {a, 10}, {1.0, 10}, {1, 1 bsl 70}]],
    [t({integer_to_binary, N, B}, fun() -> integer_to_binary(N, B) end) || {N, B} <- [{1, 1}, {1, 37}, {a, 10}, {1.0, 10}]],
    t(integer_to_list_1, fun() -> integer_to_list(a) end),
    t(integer_to_binary_1, fun() -> integer_to_binary([]) end).

to_integer() ->
    Texts = ["0", "-0", "+17", "-17", "00012", "1152921504606846975", "1152921504606846976", "-1152921504606846976",
             "-1152921504606846977", "123456789012345678901234567890", "", "-", "+", "--1", "1 ", " 1", "1_000", "abc", "FF", "1.0",
             "10000000000000000000000a"],
    [begin
         t({list, T}, fun() -> list_to_integer(T) end),
         t({binary, T}, fun() -> binary_to_integer(list_to_binary(T)) end),
         t({list16, T}, fun() -> list_to_integer(T, 16) end),
         t({binary36, T}, fun() -> binary_to_integer(list_to_binary(T), 36) end)
     end || T <- Texts],
    [t({bad, X}, fun() -> list_to_integer(X) end) || X <- [a, [a], [$1 | $2], [1000], 12, <<"1">>]],
    [t({bad, X}, fun() -> binary_to_integer(X) end) || X <- [a, "1", <<1:3>>, <<"1", 1:1>>]],
    [t({bad_base, X}, fun() -> list_to_integer("1", X) end) || X <- [1, 37, a, -2]],
    [t({bad_base, X}, fun() -> binary_to_integer(<<"1">>, X) end) || X <- [1, 37, a, -2]],
    <<_:3, Unaligned/bitstring>> = <<5:3, "-12345">>,
    t(unaligned, fun() -> binary_to_integer(Unaligned) end).

floats() ->
    [0.0, -0.0, 1.0, -1.0, 0.1, 0.01, 0.001, 0.0001, 1.0e-5, 10.0, 100.0, 1000.0, 12.0, 120.0, 1200.0, 12345678.0, 123456789.0, 1234567890.0,
     12345678901.0, 1.0e15, 1.0e16, 1.0e21, 1.0e22, 1.0e23, 9007199254740991.0, 9007199254740992.0, 9007199254740994.0, 90071992547409910.0,
     5.0e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 5.684341886080802e-14, 0.30000000000000004, 1.5e-7,
     123.456, 3.141592653589793, 2.718281828459045, 1.0e100, 0.5, 1.25e-10, 4503599627370496.5, 1.1, 2.2, 3.3].

short_floats() ->
    [p(F, {float_to_list(F), float_to_list(F, [short]), float_to_binary(F), float_to_binary(F, [short]), io_lib:write(F)}) || F <- floats()].

formats() ->
    Options = [[{decimals, D} | C] || D <- [0, 1, 2, 4, 10, 18, 19, 20, 30, 200, 253], C <- [[], [compact]]]
        ++ [[{scientific, D} | C] || D <- [0, 1, 2, 4, 10, 20, 100, 249], C <- [[], [compact]]]
        ++ [[], [compact], [short, compact], [{decimals, 3}, {scientific, 2}], [{scientific, 2}, {decimals, 3}], [short, {decimals, 1}]],
    [t({F, O}, fun() -> float_to_list(F, O) end) || F <- [0.0, 1.5, -2.5, 0.999999, 1234.5678, 1.0e17, 1.0e-10, 1.0e50, -1.0e300], O <- Options],
    [t({binary, O}, fun() -> float_to_binary(3.14159, O) end) || O <- Options].

float_errors() ->
    [t({float_to_list, F, O}, fun() -> float_to_list(F, O) end)
     || {F, O} <- [{1, []}, {a, []}, {1.0, a}, {1.0, [a]}, {1.0, [{decimals, a}]}, {1.0, [{decimals, -1}]}, {1.0, [{decimals, 254}]},
                   {1.0, [{scientific, 250}]}, {1.0, [{scientific, -1}]}, {1.0, [short | compact]}, {1.0, [{foo, 1}]}]],
    t(float_to_list_1, fun() -> float_to_list(1) end),
    t(float_to_binary_1, fun() -> float_to_binary(x) end),
    t(float_to_binary_2, fun() -> float_to_binary(1.0, [x]) end).

reading() ->
    Texts = ["1.0", "-1.0", "+1.5", "0.0", "-0.0", "1.0e10", "1.0E+10", "1.0e-10", "00.5", "1,5", "1.0e400", "-1.0e400", "1.0e-400", "", "1", "1.", ".5",
             "1e5", "1.0e", "1.0e+", " 1.0", "1.0 ", "inf", "nan", "1.0x", "--1.0", "123456789012345678901234567890.123456789", "0x1.0p3"],
    [begin
         t({list, T}, fun() -> list_to_float(T) end),
         t({binary, T}, fun() -> binary_to_float(list_to_binary(T)) end)
     end || T <- Texts],
    [t({bad, X}, fun() -> list_to_float(X) end) || X <- [a, [a], [$1 | $2], 1.0]],
    [t({bad, X}, fun() -> binary_to_float(X) end) || X <- [a, "1.0", <<1:3>>]].

round_trips() ->
    Fs = [F || _ <- lists:seq(1, 3000), F <- random_float()],
    p(round_trips, {length(Fs), lists:all(fun(F) -> list_to_float(float_to_list(F, [short])) =:= F end, Fs),
                    lists:all(fun(F) -> binary_to_float(float_to_binary(F)) =:= F end, Fs),
                    erlang:phash2([float_to_list(F, [short]) || F <- Fs])}),
    Is = [rand:uniform(1 bsl rand:uniform(2000)) - (1 bsl 500) || _ <- lists:seq(1, 500)],
    p(integer_round_trips, lists:all(fun(I) -> B = 2 + I band 31, list_to_integer(integer_to_list(I, B), B) =:= I end, Is)).

random_float() ->
    case <<(rand:uniform(1 bsl 64) - 1):64>> of
        <<F/float>> -> [F];
        _ -> []
    end.

string_bifs() ->
    Texts = ["12", "12abc", "-12 ", "+1", "-", "+", "", "abc", "1.5", "1.5e10rest", "1.5e", "1.5e+", "1.5ee", "+1.5", "1,5x", "1.", ".5", "1e5", "1.0e400",
             "123456789012345678901234567890x"],
    [p({T, to_integer}, string:list_to_integer(T)) || T <- Texts],
    [p({T, to_float}, string:list_to_float(T)) || T <- Texts],
    p(other, [string:list_to_integer(a), string:list_to_float(a), string:list_to_integer([a]), string:list_to_float([a]),
              string:list_to_integer([$1, a]), string:list_to_integer([$1 | a]), string:list_to_float("1.5" ++ a)]),
    p(to_integer, [string:to_integer(T) || T <- Texts]),
    p(to_float, [string:to_float(T) || T <- Texts]).

huge() ->
    N = (1 bsl 100000) - 12345,
    L = integer_to_list(N),
    p(huge, {length(L), erlang:phash2(L), list_to_integer(L) =:= N, binary_to_integer(integer_to_binary(N, 7), 7) =:= N}).
