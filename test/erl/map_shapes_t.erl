%% Maps of many shapes at the same instructions, which remember where the last map had its keys.
-module(map_shapes_t).
-export([main/0]).

main() ->
    Maps = shapes(),
    p(count, {length(Maps), length(lists:usort([maps:keys(M) || M <- Maps]))}),
    [p(Name, {erlang:phash2([attempt(F, M) || M <- Maps]), tally([attempt(F, M) || M <- Maps])}) || {Name, F} <- readers()],
    [p(Name, {erlang:phash2([attempt(F, M) || M <- Maps]), attempt(F, #{}), attempt(F, #{a => 1, b => 2, c => 3})})
     || {Name, F} <- writers()],
    [p({same_shape, Name}, [attempt(F, #{a => I, b => {I}, c => [I]}) || I <- lists:seq(1, 5)]) || {Name, F} <- readers() ++ writers()],
    [p({no_map, Name}, [attempt(F, X) || X <- [[], {}, 7, <<1>>, 1 bsl 70]]) || {Name, F} <- readers() ++ writers()],
    growing(), new(), many(), collected(), ok.

p(Tag, V) -> io:format("~0p: ~0p~n", [Tag, V]).

attempt(F, M) -> try F(M) catch C:R -> {C, R} end.

tally(Results) ->
    lists:sort(maps:to_list(lists:foldl(fun(R, A) -> maps:update_with(kind(R), fun(N) -> N + 1 end, 1, A) end, #{}, Results))).

kind({error, {Tag, _}}) -> Tag;
kind(T) when is_tuple(T) -> element(1, T);
kind(L) when is_list(L) -> list;
kind(T) -> T.

%% Subsets of some keys, with other keys before, between and after, small and large, in an order that mixes them.
shapes() ->
    Keys = [a, b, c, 1, 1.0, {x}, <<"b">>, "s", 1 bsl 70, aa, zz, '', b1],
    Some = [maps:from_list([{K, {I, K}} || {Bit, K} <- lists:zip(lists:seq(0, 12), Keys), I * 2654435761 band (1 bsl (Bit + 8)) =/= 0])
            || I <- lists:seq(1, 1500)],
    Large = [maps:merge(M, maps:from_keys(lists:seq(100, 100 + 3 * (length(maps:keys(M)) + 5)), large)) || M <- lists:sublist(Some, 300)],
    mix(Some, Large).

mix([A, B, C | As], [D | Ds]) -> [A, B, D, C, A | mix(As, Ds)];
mix(As, Ds) -> As ++ Ds.

readers() ->
    [{one, fun(#{a := A}) -> {one, A}; (_) -> none end},
     {three, fun(#{c := C, a := A, b := B}) -> {three, A, B, C}; (#{a := A, b := B}) -> {two, A, B}; (#{b := B}) -> {one, B}; (_) -> none end},
     {mixed, fun(#{1 := I, {x} := T, <<"b">> := B}) -> {all, I, T, B}; (#{1.0 := F, "s" := S}) -> {other, F, S}; (_) -> none end},
     {keyed, fun(M) -> K = id(a), L = id("s"), case M of #{K := A, L := S} -> {keyed, A, S}; #{K := A} -> {one, A}; _ -> none end end},
     {has, fun(#{a := _, zz := _}) -> both; (#{a := _}) -> a; (#{zz := _}) -> zz; (_) -> none end},
     {has_big, fun(#{(1 bsl 70) := _, {x} := _}) -> both; (#{'' := _}) -> empty; (_) -> none end},
     {guards, fun(M) when map_get(a, M) =:= {3, a} -> three; (M) when is_map_key(b, M), is_map_key(zz, M) -> b_zz;
                 (M) when element(2, map_get({x}, M)) =:= {x} -> x; (_) -> none end},
     {get, fun(M) -> {get, map_get(b, M), maps:get(c, M, none)} end},
     {get_any, fun(M) -> {get, maps:get(id(c), M)} end},
     {is_key, fun(M) -> [maps:is_key(a, M), is_map_key(b, M), is_map_key(id(1), M), is_map_key({x}, M)] end},
     {over, fun over/1}].

%% The register of the map may take one of the values.
over(#{a := A, b := B, c := C}) -> [A, B, C];
over(#{a := #{b := _}}) -> [];
over(#{a := X}) -> over2(X);
over(_) -> none.
over2({_, Y}) -> Y.

writers() ->
    [{exact, fun(M) -> M#{a := 1} end},
     {exact2, fun(M) -> M#{b := 1, a := 2} end},
     {exact6, fun(M) -> M#{a := 1, b := 2, c := 3, aa := 4, zz := 5, b1 := 6} end},
     {exact_mixed, fun(M) -> M#{1 := x, {x} := y} end},
     {assoc, fun(M) -> M#{a => 1} end},
     {assoc_new, fun(M) -> M#{q => 1} end},
     {assoc3, fun(M) -> M#{zz => 1, a => 2, b1 => 3} end},
     {assoc_all, fun(M) -> M#{q => 1, a => 2, b => 3, c => 4, aa => 5, bb => 6, zz => 7, zzz => 8, 'A' => 9} end},
     {assoc_mixed, fun(M) -> M#{{x} => 1, 1 => 2, 1.0 => 3, "s" => 4, {y} => 5, 0 => 6} end},
     {assoc_exact, fun(M) -> (M#{q => 1, r => 2})#{a := 3, q := 4} end},
     {assoc_keyed, fun(M) -> K = id(n), L = id(a), M#{K => 1, L => 2, id({x}) => 3} end},
     {same_keys, fun(M) -> K = id(n), L = id(n), M#{K => 1, L => 2} end},
     {bifs, fun(M) -> {maps:put(a, 1, M), maps:remove(b, M), maps:put({z}, 1, M), maps:take(c, M)} end}].

id(X) -> X.

%% Two keys more at a time, over the limit of flat maps; the same instruction all the while.
growing() ->
    Add = fun(I, M) -> M#{(100 - I) => I, (I + 200) => I} end,
    Sizes = lists:foldl(fun(I, [M | _] = Ms) -> [Add(I, M) | Ms] end, [#{50 => m}], lists:seq(1, 20)),
    p(growing, [maps:to_list(M) || M <- Sizes, map_size(M) < 33]),
    p(grown, [{map_size(M), erlang:phash2(M)} || M <- Sizes]).

new() ->
    Vs = [1, 1.5, {v}, [l], <<"bin">>, 1 bsl 80, self() =:= self()],
    p(new, [#{z => V, a => W, 3 => [V], {k} => W} || V <- Vs, W <- [x, {y}]]),
    p(new_atoms, [#{z => V, a => {V}, m => V, 'M' => W} || V <- Vs, W <- [x, {y}]]),
    p(new32, [map_size(N) || V <- Vs, N <- [new32(V)], lists:usort(maps:values(N)) =:= [V], N =:= maps:from_keys(maps:keys(N), V)]),
    p(new33, [{map_size(N), lists:sum(lists:map(fun erlang:phash2/1, maps:keys(N)))} || V <- Vs, N <- [new33(V)], lists:usort(maps:values(N)) =:= [V]]),
    p(keys32, maps:to_list(new32(1))).

new32(V) -> #{k32 => V, k31 => V, k30 => V, k29 => V, k28 => V, k27 => V, k26 => V, k25 => V, k24 => V, k23 => V, k22 => V, k21 => V, k20 => V, k19 => V, k18 => V, k17 => V, k16 => V, k15 => V, k14 => V, k13 => V, k12 => V, k11 => V, k10 => V, k09 => V, k08 => V, k07 => V, k06 => V, k05 => V, k04 => V, k03 => V, k02 => V, k01 => V}.
new33(V) -> #{k33 => V, k32 => V, k31 => V, k30 => V, k29 => V, k28 => V, k27 => V, k26 => V, k25 => V, k24 => V, k23 => V, k22 => V, k21 => V, k20 => V, k19 => V, k18 => V, k17 => V, k16 => V, k15 => V, k14 => V, k13 => V, k12 => V, k11 => V, k10 => V, k09 => V, k08 => V, k07 => V, k06 => V, k05 => V, k04 => V, k03 => V, k02 => V, k01 => V}.

%% Often enough for machine code; a map that is not like the one before in every third call.
many() ->
    p(many, lists:foldl(fun many/2, {0, 0, 0}, lists:seq(1, 6000))).

many(I, {X, Y, Z}) ->
    M = case I rem 3 of
        0 -> #{a => I, b => 1};
        1 -> #{b => I, a => 2, c => 3};
        2 -> #{c => I, z => 1}
    end,
    case M#{c => X + 1} of
        #{a := A, b := B, c := C} = N -> {C, (Y + A + B) band 16#fffff, Z + map_get(a, N#{a := 7})};
        #{c := C, z := V} -> {C + V, Y, Z}
    end.

%% Maps made while the heap is full again and again.
collected() ->
    L = [#{a => [I], b => {I, I}, c => integer_to_list(I)} || I <- lists:seq(1, 4000)],
    U = [M#{b := [A], d => {B}} || #{a := A, b := B} = M <- L],
    p(collected, {erlang:phash2(L), erlang:phash2(U), lists:nth(777, U)}).
