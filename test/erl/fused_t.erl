%% Arithmetic that machine code does together with what follows it: integers that do not fit, what is no integer, and what
%% stack traces say then, before and after there is machine code.
-module(fused_t).
-export([main/0]).

main() ->
    [p({cold, Name}, [tried(F, V) || V <- values()]) || {Name, F} <- functions()],
    [warm(F) || {_, F} <- functions()],
    [p({hot, Name}, [tried(F, V) || V <- values()]) || {Name, F} <- functions()],
    p(loop, [loop(1000, X, 0) || X <- [1, 7, 16#7fffffff, 1 bsl 59, -(1 bsl 59), 1 bsl 64]]),
    p(float, [float_loop(500, 1.5, 0), float_loop(500, 1, 0)]),
    p(deep, [fib(15), ack(2, 7), count(1000, 0), sum([N * (1 bsl 58) || N <- lists:seq(1, 10)])]),
    p(memory, [erlang:phash2(grow(2000, N)) || N <- [1, 1 bsl 59]]), ok.

p(Tag, V) -> io:format("~0p: ~0p~n", [Tag, V]).

warm(F) -> [F(N) || N <- lists:seq(1, 300)].

tried(F, V) ->
    try F(V)
    catch C:R:St -> {C, R, [{M, Fn, A, proplists:get_value(line, L)} || {M, Fn, A, L} <- lists:sublist(St, 2)]}
    end.

values() -> [0, 1, -1, 5, (1 bsl 59) - 1, 1 bsl 59, (1 bsl 60) - 1, -(1 bsl 60), 1 bsl 60, 1 bsl 64, -(1 bsl 70), 1.5, a, [], "x"].

functions() ->
    [{mul_add_band, fun(X) -> (X * 1103515245 + 12345) band 16#7fffffff end},
     {mul_add_band_short, fun(X) -> (X * 17 + 3) band 255 end},
     {mul_add_band_big, fun(X) -> (X * 3 + (1 bsl 70)) band 255 end},
     {mul_add_band_bigs, fun(X) -> {(X * 3 + (1 bsl 71) + 8) band 255, (X * (1 bsl 65) + 3) band 1023, (X * 3 + 1) band (1 bsl 65)} end},
     {mul_add_band_apart, fun(X) -> A = X * 5, B = A + 7, {A, B, B band 63} end},
     {add_band, fun(X) -> (X + 99) band 16#fff end},
     {add_band_two, fun(X) -> add_band(X, X) end},
     {add_band_wide, fun(X) -> (X + (1 bsl 50)) band ((1 bsl 55) - 1) end},
     {band_eq, fun(X) -> if X band 3 =:= 1 -> one; true -> other end end},
     {band_eq_value, fun(X) -> case X band 7 of 5 -> five; N -> {other, N} end end},
     {band_eq_atom, fun(X) -> X band 1 =:= a end},
     {add_return, fun(X) -> X + 1 end},
     {add_return_frame, fun(X) -> id(X) + 1 end},
     {add_return_two, fun(X) -> add(X, X) end},
     {sub_call, fun(X) -> [below(X) | x] end},
     {sub_call_only, fun(X) -> below(X) end},
     {add_call, fun(X) -> [above(X) | x] end},
     {add_sub_call, fun(X) -> both(X, X) end},
     {sub_move_call, fun(X) -> moved(X, {x}) end},
     {sub_allocate_call, fun(X) -> framed(X, [y]) end},
     {shift_left, fun(X) -> [X bsl 0, X bsl 1, X bsl 3, X bsl 59, X bsl 60, X bsl 61, X bsl -1, X bsl 100] end},
     {shift_right, fun(X) -> [X bsr 0, X bsr 1, X bsr 3, X bsr 59, X bsr 60, X bsr 61, X bsr -1, X bsr 100] end},
     {band_masks, fun(X) -> [X band 0, X band -1, X band 16#7fffffff, X band ((1 bsl 59) - 1), X band -(1 bsl 60), X band (1 bsl 64)] end},
     {guards, fun(X) when X bsr 2 =:= 1 -> one; (X) when X bsl 2 > 100 -> large; (X) when X band 4 =:= 0 -> zero; (_) -> none end}].

add_band(X, Y) -> (X + Y) band 16#ffffff.
id(X) -> X.
add(X, Y) -> X + Y.
same(X) -> {same, X}.
same(X, Y) -> {same, X, Y}.
below(X) -> same(X - 1).
above(X) -> Y = same(X + 1), {Y}.
both(X, Y) -> same(X + 1, Y - 1).
moved(X, Y) -> Z = same(X - 2, Y), {Z}.
framed(X, Y) -> Z = same(X - 1), {Z, Y}.

loop(0, X, A) -> (A bxor X) band 16#ffffff;
loop(N, X, A) ->
    X1 = (X * 1103515 + 12345) band 16#7fffffffffff,
    if X1 band 1 =:= 0 -> loop(N - 1, X1, (A + X1) band 16#ffffffff);
       true -> loop(N - 1, X1, A bxor (X1 bsr 3))
    end.

%% Floats are kept in machine registers between instructions; integer arithmetic stands between.
float_loop(0, F, N) -> {F, N};
float_loop(K, F, N) ->
    G = F * 1.25 + 0.5,
    H = G - F * 0.25,
    M = (N * 7 + trunc(H)) band 1023,
    float_loop(K - 1, (H + M / 3.0) / 1.5, M).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

ack(0, N) -> N + 1;
ack(M, 0) -> ack(M - 1, 1);
ack(M, N) -> ack(M - 1, ack(M, N - 1)).

count(0, A) -> A;
count(N, A) -> count(N - 1, A + (1 bsl 52)).

sum([]) -> 0;
sum([H | T]) -> H + sum(T).

%% Frames that are made while the stack has to grow.
grow(0, _) -> [];
grow(N, X) -> L = grow(N - 1, X), [X + N | L].
