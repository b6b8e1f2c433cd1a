-module(seed_data).
-export([lists/1, tuples/2, maps/1, records/1, funs/2, floats/2, integers/2, select/1, names/1, deep/1, update/1, sum/1]).
-record(r, {a = 1, b = [], c}).

lists([A, B | T]) -> [B, A | lists(T)];
lists([A]) -> [{A}];
lists(Other) -> Other.

tuples({ok, A, B}, C) -> {B, C, {A, [A | B]}};
tuples(T, _) when is_tuple(T), tuple_size(T) > 1 -> {element(1, T), element(2, T), setelement(1, T, x)};
tuples(_, {X, Y}) -> {Y, X};
tuples(X, Y) -> [X | Y].

maps(#{ok := V} = M) -> #{v => V, rest => M#{ok := 2, new => 3}};
maps(#{true := T}) -> T;
maps(X) -> (#{a => X, b => [X], 1 => 2})#{a := 3}.

records(X) -> R = #r{c = X}, S = R#r{a = R#r.b, b = X, c = 3}, {S#r.a, S#r.c, is_record(S, r)}.

funs(A, B) ->
    F = fun(X) -> {A, B, X} end,
    G = fun lists:reverse/1,
    {F(1), catch G(A), catch apply(F, [B]), lists:map(F, [1, 2])}.

floats(A, B) when is_number(A), is_number(B) ->
    X = float(A) * 2.5 + B / 3.0, Y = -X, {X - Y, trunc(X), X < Y};
floats(A, _) -> A.

integers(A, B) when is_integer(A), is_integer(B) ->
    C = A + B * 3 - (A bsl 3), {C band 255, C bor A, C bxor B, bnot C, C rem 7, abs(B), C > B};
integers(A, _) -> A.

select(1) -> one; select(2) -> two; select(3) -> three; select(7) -> seven; select(900) -> many; select(-1) -> minus;
select({a}) -> a; select({_, B}) -> B; select({_, _, C}) -> C; select(1.5) -> float; select(_) -> none.

names(ok) -> [o, k]; names(true) -> t; names(false) -> f; names(undefined) -> u; names(error) -> e; names(x) -> y; names(A) -> A.

deep([H | T]) -> case deep(H) of {L, N} -> {[L | T], N + 1}; X -> {X, 0} end;
deep(X) -> X.

update(T) when is_tuple(T), tuple_size(T) =:= 3 -> setelement(3, setelement(1, T, a), b);
update(X) -> X.

sum(L) when is_list(L) -> sum(L, 0);
sum(B) -> B.
sum([H | T], N) when is_integer(H) -> sum(T, N + H);
sum(_, N) -> N.
