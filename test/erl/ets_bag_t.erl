%% ets tables of types bag and duplicate_bag.
-module(ets_bag_t).
-export([main/0]).

main() -> [table(Type) || Type <- [bag, duplicate_bag]].

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R -> {C, R} end]).

table(Type) ->
    io:format("--- ~p~n", [Type]),
    T = ets:new(t, [Type, {keypos, 2}]),
    p(insert, fun() -> ets:insert(T, [{a, k}, {b, k}, {a, k}, {c, k, extra}, {d, other}, {1, n}, {1.0, n}]) end),
    p(lookup, fun() -> ets:lookup(T, k) end),
    p(numbers, fun() -> ets:lookup(T, n) end),
    p(again, fun() -> ets:insert(T, {b, k}), ets:lookup(T, k) end),
    p(size, fun() -> ets:info(T, size) end),
    p(element, fun() -> ets:lookup_element(T, k, 1) end),
    p(element_missing, fun() -> ets:lookup_element(T, k, 3) end),
    p(insert_new, fun() -> {ets:insert_new(T, {z, k}), ets:insert_new(T, {z, new}), ets:insert_new(T, [{y, new2}, {z, new2}]), ets:lookup(T, new2)} end),
    p(delete_object, fun() -> ets:delete_object(T, {b, k}), ets:lookup(T, k) end),
    p(match, fun() -> ets:match(T, {'$1', k}) end),
    p(match_bound, fun() -> ets:match_object(T, {'_', k, '_'}) end),
    p(member, fun() -> {ets:member(T, k), ets:member(T, nokey)} end),
    p(keys, fun() -> lists:sort(keys(T, ets:first(T))) end),
    p(take, fun() -> {ets:take(T, k), ets:lookup(T, k)} end),
    p(delete, fun() -> ets:delete(T, n), lists:sort(ets:tab2list(T)) end),
    p(many, fun() -> ets:insert(T, [{I, key} || I <- lists:seq(1, 50)]), ets:lookup(T, key) end),
    p(order, fun() -> erlang:phash2(ets:tab2list(T)) end),
    ets:safe_fixtable(T, true),
    p(fixed_delete_object, fun() -> [ets:delete_object(T, {I, key}) || I <- [1, 25, 50]], {length(ets:lookup(T, key)), ets:info(T, size)} end),
    p(fixed_reinsert, fun() -> ets:insert(T, {25, key}), {length(ets:lookup(T, key)), hd(lists:reverse(ets:lookup(T, key)))} end),
    p(fixed_delete, fun() -> ets:delete(T, key), {ets:lookup(T, key), ets:next(T, key) =/= x} end),
    p(fixed_insert, fun() -> ets:insert(T, {100, key}), ets:lookup(T, key) end),
    ets:safe_fixtable(T, false),
    p(unfixed, fun() -> ets:lookup(T, key) end),
    p(select_delete, fun() -> ets:insert(T, [{I, key} || I <- lists:seq(1, 20)]), {ets:select_delete(T, [{{'$1', key}, [{'>', '$1', 10}], [true]}]), ets:lookup(T, key)} end),
    p(replace, fun() -> ets:select_replace(T, [{{'$1', key}, [], [{{{'+', '$1', 1000}, key}}]}]) end),
    p(after_replace, fun() -> lists:sort(ets:lookup(T, key)) end),
    p(chunks, fun() -> {A, C} = ets:match(T, {'$1', key}, 3), {A, rest(C)} end),
    p(count, fun() -> ets:select_count(T, [{{'_', key}, [], [true]}]) end),
    p(update, fun() -> ets:update_counter(T, key, 1) end),
    B = ets:new(t, [Type]),
    ets:insert(B, [{I rem 10, I} || I <- lists:seq(1, 3000)]),
    p(large, fun() -> {ets:info(B, size), erlang:phash2(ets:tab2list(B)), erlang:phash2(ets:lookup(B, 5))} end),
    p(large_delete, fun() -> [ets:delete(B, K) || K <- lists:seq(0, 8)], {ets:info(B, size), length(ets:tab2list(B))} end),
    p(foldl, fun() -> ets:foldl(fun({_, V}, S) -> V + S end, 0, B) end).

keys(_, '$end_of_table') -> [];
keys(T, K) -> [K | keys(T, ets:next(T, K))].

rest('$end_of_table') -> [];
rest(C) -> case ets:match(C) of {L, C2} -> [L | rest(C2)]; E -> [E] end.
