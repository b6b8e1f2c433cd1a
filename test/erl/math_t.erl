%% The module math.
-module(math_t).
-export([main/0]).

main() -> one(), two(), errors().

p(Tag, V) -> io:format("~p: ~w~n", [Tag, V]).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), maps:to_list(Mod:format_error(R, S))}
    end;
formatted(_, _) -> none.

try_it(F, Args) -> try apply(math, F, Args) catch error:E:S -> {error, E, formatted(E, S)} end.

ones() ->
    [acos, acosh, asin, asinh, atan, atanh, ceil, cos, cosh, erf, erfc, exp, floor, log, log10, log2, sin, sinh, sqrt, tan, tanh].

values() -> [0, 1, -1, 2, 0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -2.5, 10, 100.25, 1.0e10, -1.0e10, 1.0e300, 1 bsl 70, 1 bsl 2000].

one() -> [p({F, V}, try_it(F, [V])) || F <- ones(), V <- values()].

two() -> [p({F, A, B}, try_it(F, [A, B])) || F <- [atan2, fmod, pow], A <- values(), B <- values()].

errors() ->
    [p({F, V}, try_it(F, [V])) || F <- ones(), V <- [a, [], "1", <<1>>]],
    [p({F, A, B}, try_it(F, [A, B])) || F <- [atan2, fmod, pow], {A, B} <- [{a, 1}, {1, a}, {a, b}, {a, 1 bsl 2000}]],
    p(pi, math:pi()).
