%% Arithmetic: operators and guard functions on integers of all sizes and floats.
-module(arith_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {1, 2, 3}),
    edges(), unary(), shifts(), random_pairs(), compiled(), guards(), limits(), laws(), huge().

p(Tag, V) -> io:format("~p: ~w~n", [Tag, V]).

try_it(F) -> try F() catch error:E:S -> {error, E, formatted(E, S)} end.

%% What the shell would say about the arguments.
formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), maps:to_list(Mod:format_error(R, S))}
    end;
formatted(_, _) -> none.

operators() -> ['+', '-', '*', '/', 'div', 'rem', 'band', 'bor', 'bxor'].

numbers() ->
    Powers = [1 bsl K + D || K <- [0, 31, 32, 52, 53, 58, 59, 60, 61, 62, 63, 64, 127, 128], D <- [-1, 0, 1]],
    Powers ++ [-P || P <- Powers] ++ [0.0, 1.0, -1.5, 9007199254740993.0, 1.0e300, -1.0e-300].

edges() ->
    [p({Op, A}, erlang:phash2([try_op(Op, A, B) || B <- numbers()])) || Op <- operators(), A <- numbers()],
    p(badarith, [try_it(fun() -> erlang:Op(A, B) end) || Op <- operators(), {A, B} <- [{1, a}, {b, 2}, {1, 0}, {1.5, 0.0}, {1, []}]]).

try_op(Op, A, B) -> try erlang:Op(A, B) catch error:E -> E end.

unary() ->
    Ops = ['-', '+', 'bnot', abs, trunc, round, floor, ceil, float],
    [p({Op, A}, try erlang:Op(A) catch error:E -> E end)
     || Op <- Ops, A <- numbers() ++ [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994, 4503599627370497.5, 1 bsl 1100, a]],
    p(unary_badarg, [try_it(fun() -> erlang:Op(x) end) || Op <- Ops]).

shifts() ->
    [p({bsl_, A, B}, {try_op('bsl', A, B), try_op('bsr', A, B)})
     || A <- [0, 1, -1, 5, -5, 1 bsl 59, -(1 bsl 60), 1 bsl 64 - 1, -(1 bsl 64), 1 bsl 200 + 12345],
        B <- [0, 1, -1, 3, 58, 59, 60, 61, 63, 64, 65, 128, -64, -65, -200]],
    [p({bsr_huge, A}, {try_op('bsr', A, 1 bsl 70), try_op('bsr', A, 1 bsl 59), try_op('bsl', A, -(1 bsl 70))})
     || A <- [0, 1, -1, 1 bsl 100, -(1 bsl 100)]],
    p(shift_badarith, [try_op(Op, A, B) || Op <- ['bsl', 'bsr'], {A, B} <- [{1.0, 1}, {1, 1.0}, {a, 1}, {1, a}]]).

random_pairs() ->
    [begin
         A = random_number(), B = random_number(),
         p({pair, N}, {A, B, [try_op(Op, A, B) || Op <- operators()]})
     end || N <- lists:seq(1, 300)].

random_number() ->
    case rand:uniform(5) of
        1 -> rand:uniform() * math:pow(2, rand:uniform(200) - 100);
        2 -> rand:uniform(1 bsl rand:uniform(60));
        3 -> -rand:uniform(1 bsl rand:uniform(60));
        4 -> rand:uniform(1 bsl rand:uniform(1000));
        5 -> -rand:uniform(1 bsl rand:uniform(1000))
    end.

%% The same through instructions that the compiler chose.
compiled() ->
    [p({compiled, A, B}, {try_it(fun() -> A + B end), try_it(fun() -> A - B end), try_it(fun() -> A * B end),
                          try_it(fun() -> A div B end), try_it(fun() -> A rem B end), try_it(fun() -> A / B end),
                          try_it(fun() -> A band B end), try_it(fun() -> A bor B end), try_it(fun() -> A bxor B end),
                          reason(fun() -> A + 1 end), reason(fun() -> A - 1 end), try_it(fun() -> -A end),
                          try_it(fun() -> bnot A end), try_it(fun() -> A * 7 end), try_it(fun() -> A band 255 end),
                          try_it(fun() -> A bsr 3 end), try_it(fun() -> A bsl 3 end)})
     || A <- [0, 1, -1, 1 bsl 59 - 1, 1 bsl 60 - 1, -(1 bsl 60), -(1 bsl 59), 1 bsl 60, 1 bsl 80, 2.5, a],
        B <- [0, 1, -1, 1 bsl 59 - 1, 1 bsl 60 - 1, -(1 bsl 60), 1 bsl 61, 0.5]].

reason(F) -> try F() catch error:E -> E end.

guards() ->
    [p({guard, A, B}, guard(A, B)) || A <- [1, 1.0, a, 1 bsl 70, 0], B <- [0, 1, 0.0, [], 1 bsl 65]].

guard(A, B) when A + B > 10 -> sum;
guard(A, B) when A div B =:= 0 -> quotient;
guard(A, B) when A / B == 1 -> ratio;
guard(A, _) when abs(A) =:= A, round(A) == A -> whole;
guard(A, _) when not is_number(A) -> no_number;
guard(_, _) -> none.

limits() ->
    Largest = 1 bsl 33554367,
    p(largest_bits, Largest bsr 33554367),
    p(limits, [try op(Op, Largest, B) catch error:E -> E end || {Op, B} <- [{'bsl', 1}, {'*', 2}, {'*', Largest}, {'+', Largest}]]),
    p(limit_huge_shift, [try_op('bsl', 1, 1 bsl 70), try_op('bsl', 0, 1 bsl 70), try_op('bsl', 1, 1 bsl 50)]),
    p(float_limits, [try_op(Op, A, B) || {Op, A, B} <- [{'*', 1.0e300, 1.0e300}, {'+', 1.0, 1 bsl 1024}, {'/', 1 bsl 1024, 2},
                                                        {'/', 1.0e-300, 1.0e300}, {'-', 1.7e308, -1.7e308}]]).

op(Op, A, B) -> _ = erlang:Op(A, B), fine.

laws() ->
    p(laws, lists:usort([law(rand:uniform(1 bsl 500) - (1 bsl 499), rand:uniform(1 bsl 250) - (1 bsl 249)) || _ <- lists:seq(1, 2000)])).

law(_, 0) -> {true, true, true};
law(A, B) -> {(A div B) * B + A rem B =:= A, (A band B) + (A bor B) =:= A + B, (A bsr 17) bsl 17 + (A band (1 bsl 17 - 1)) =:= A}.

huge() ->
    Factorial = lists:foldl(fun(X, Acc) -> X * Acc end, 1, lists:seq(1, 3000)),
    p(factorial, erlang:phash2(Factorial)),
    p(factorial_div, erlang:phash2(Factorial div (1 bsl 20000 - 1))),
    p(factorial_rem, erlang:phash2(Factorial rem (1 bsl 20000 - 1))),
    p(back_to_1, lists:foldl(fun(X, Acc) -> Acc div X end, Factorial, lists:seq(1, 3000))).
