%% Float arithmetic in functions that run often enough to get machine code: values in registers of the machine
%% must be those in float registers, also after a slow path in the middle (bignums, collections, failures).
-module(float_loop_t).
-export([main/0]).

main() ->
    Big = 1 bsl 200,
    p(poly, repeat(fun(I) -> poly(I / 7, 0.5, -1.25) end, 2000)),
    p(mixed, repeat(fun(I) -> mixed(I, I / 3, I + 1) end, 2000)),
    p(bignum, repeat(fun(I) -> mixed(Big, I / 3, Big - I) end, 2000)),
    p(negate, repeat(fun(I) -> negate(I / 9) end, 2000)),
    p(tuples, repeat(fun(I) -> tuples({I / 2, I / 5, 3.5}) end, 2000)),
    p(square, repeat(fun(I) -> square(I * 1.5) end, 2000)),
    p(zero, [zero(X) || X <- [0.0, -0.0, 1.5, -1.5]]),
    p(orbit, [orbit(X / 16, Y / 16, 0.0, 0.0, 50) || X <- lists:seq(-32, 8), Y <- lists:seq(-16, 16)]),
    p(fails, [fails(X, Y) || X <- [1.0e308, 1.0, 0.0, 3], Y <- [1.0e308, 0.0, -1.0e308, 7, a, Big]]),
    p(late, [late(X) || X <- lists:seq(1, 600)]).

p(What, Value) -> io:format("~p: ~p~n", [What, erlang:phash2(Value)]), io:format("~0p~n", [first(Value)]).

first(L) when is_list(L) -> lists:sublist(L, 30);
first(V) -> V.

repeat(F, N) -> lists:foldl(fun(I, Acc) -> [F(I) | lists:sublist(Acc, 40)] end, [], lists:seq(1, N)).

poly(X, A, B) when is_float(X), is_float(A), is_float(B) ->
    C = A * X + B,
    D = C * X - A,
    E = D / (X + 1.0) - C,
    {C * D + E, C - D * E, C, D, E}.

%% Conversions between the operations: small integers, floats and bignums.
mixed(I, X, J) when is_float(X) ->
    S = X * X + X,
    T = S + I,
    U = T * X - J,
    V = U / (X + 2.0) + J,
    {S, T, U, V, I * X - J * S}.

negate(X) when is_float(X) ->
    Y = -(X * X),
    Z = -Y + X,
    {Y, Z, -(Z - Y)}.

%% Results are stored as terms, for which there has to be room, while others still wait.
tuples({A, B, C}) when is_float(A), is_float(B), is_float(C) ->
    P = A * B,
    Q = P + C,
    T = {P, Q, A - B},
    R = Q * P,
    {T, R, R - Q, [P, R | [C * R]]}.

square(X) when is_float(X) -> Y = X * X, Z = Y * Y, Z / Y - Y.

zero(X) when is_float(X) -> {X * 1.0, 0.0 - X, X + 0.0, -(X * 0.0), float_sign(X * 1.0)}.
float_sign(X) -> <<S:1, _:63>> = <<X/float>>, S.

orbit(_, _, _, _, 0) -> 0;
orbit(CR, CI, X, Y, K) ->
    X2 = X * X, Y2 = Y * Y,
    if X2 + Y2 > 4.0 -> K;
       true -> orbit(CR, CI, X2 - Y2 + CR, 2.0 * X * Y + CI, K - 1)
    end.

%% The second operation fails, or the third.
fails(X, Y) -> lists:last([try_fail(X, Y) || _ <- lists:seq(1, 300)]).
try_fail(X, Y) ->
    try A = X * 1.0, B = A * Y, C = B + A, C / (B - A * Y + 0.0)
    catch Class:Reason:Stack ->
            [{M, F, N, Where} | _] = Stack,
            {Class, Reason, M, F, N, proplists:get_value(line, Where)}
    end.

late(N) ->
    X = N / 3,
    try float_of(N rem 100) * X + X * X - N
    catch error:badarith -> {bad, X}
    end.
float_of(13) -> a;
float_of(N) -> N * 2.5.
