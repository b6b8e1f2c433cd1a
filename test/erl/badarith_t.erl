%% What a stack trace shows of arithmetic that fails: the operator with its operands, but not when it counts up or
%% down by a constant.
-module(badarith_t).
-export([main/0, f/1, g/1, h/1, k/2, m/1, n/1, o/2, q/1, r/1, s/2, t/1, u/1, v/1, constants/1]).

f(A) when is_atom(A) -> A + 1.
g(A) -> A + 1.
h(A) when is_atom(A) -> A - 1.
k(A, B) when is_atom(A) -> B + A.
m(A) when is_atom(A) -> -A.
n(A) when is_list(A) -> A * 2.
o(A, B) -> A - B.
q(A) -> 1 + A.
r(A) -> 1 - A.
s(A, B) -> m(A + 1 + B).
t(A) -> q(A - 1).
u(A) -> A + 1.5.
v(A) -> +A.

%% At the edges of stock's small integers.
constants(A) ->
    [fun() -> A + (1 bsl 59) end, fun() -> A + ((1 bsl 59) - 1) end, fun() -> (1 bsl 59) + A end,
     fun() -> A + (-(1 bsl 59)) end, fun() -> A + (-(1 bsl 59) - 1) end, fun() -> A - (1 bsl 59) end,
     fun() -> A - ((1 bsl 59) - 1) end, fun() -> A - (-(1 bsl 59)) end, fun() -> A - (-(1 bsl 59) - 1) end,
     fun() -> A - (-(1 bsl 59) + 1) end, fun() -> A + (1 bsl 60) end, fun() -> A + (1 bsl 61) end].

main() ->
    [show(F) || F <- [fun() -> f(a) end, fun() -> g(a) end, fun() -> g({x}) end, fun() -> h(a) end, fun() -> k(a, 1) end,
                      fun() -> m(a) end, fun() -> n([]) end, fun() -> o(a, 1) end, fun() -> o(0, a) end,
                      fun() -> q(a) end, fun() -> r(a) end, fun() -> s(a, 1) end, fun() -> s(1, a) end,
                      fun() -> t(a) end, fun() -> u(a) end, fun() -> v(a) end] ++ constants(a)].

show(F) ->
    try F()
    catch Class:Reason:Trace ->
            io:format("~p ~p ~p~n", [Class, Reason, [{M, N, A} || {M, N, A, _} <- Trace, M =/= init]])
    end.
