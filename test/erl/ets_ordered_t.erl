%% ets tables of type ordered_set: order, neighbours, equal numbers, ranges.
-module(ets_ordered_t).
-export([main/0]).

main() ->
    order(), neighbours(), numbers(), churn(), selects(), chunks(), prefixes(), slots(), deletes(), replaces(), mutation().

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R -> {C, R} end]).

new(L) -> T = ets:new(t, [ordered_set]), ets:insert(T, [{X} || X <- L]), T.

order() ->
    Terms = [3, a, "list", {t}, {a, b}, <<"bin">>, 1.5, -7, 1 bsl 70, [], #{}, #{a => 1}, fun lists:map/2, b, "abc", {}, {a}, <<1:3>>, -(1 bsl 80), 2.0e300],
    p(order, fun() -> ets:tab2list(new(Terms)) =:= [{X} || X <- lists:sort(Terms)] end),
    p(first, fun() -> ets:first(new(Terms)) end),
    p(last, fun() -> ets:last(new(Terms)) end),
    p(empty, fun() -> T = new([]), {ets:first(T), ets:last(T), ets:next(T, 1), ets:prev(T, 1), ets:tab2list(T)} end).

neighbours() ->
    T = new([10, 20, 30]),
    p(next, fun() -> [ets:next(T, K) || K <- [5, 10, 15, 20, 29.5, 30, 31, atom]] end),
    p(prev, fun() -> [ets:prev(T, K) || K <- [5, 10, 15, 20.0, 29.5, 30, 31, atom]] end),
    p(behind_the_end, fun() -> ets:next(T, '$end_of_table') end),
    p(before_the_end, fun() -> ets:prev(T, '$end_of_table') end).

numbers() ->
    T = new([]),
    p(same, fun() -> ets:insert(T, {1, int}), ets:insert(T, {1.0, float}), {ets:tab2list(T), ets:lookup(T, 1), ets:lookup(T, 1.0), ets:member(T, 1)} end),
    p(insert_new, fun() -> ets:insert_new(T, {1, again}) end),
    p(delete_object, fun() -> ets:delete_object(T, {1, float}), ets:tab2list(T) end),
    p(update, fun() -> {ets:update_element(T, 1, {2, upd}), ets:lookup(T, 1)} end),
    p(counter, fun() -> ets:update_counter(T, 7, 3, {7, 1}), ets:update_counter(T, 7.0, 1) end),
    p(match, fun() -> {ets:match_object(T, {1, '_'}), ets:match_object(T, {1.0, '_'}), ets:select(T, [{{1, '$1'}, [], ['$1']}])} end),
    p(take, fun() -> {ets:take(T, 1), ets:tab2list(T)} end),
    p(delete, fun() -> {ets:delete(T, 7.0), ets:tab2list(T)} end).

%% A long row of inserts and deletes against a plain list.
churn() ->
    T = ets:new(t, [ordered_set]),
    L = churn(T, 20000, 12345, gb_sets:new()),
    p(churn, fun() -> {ets:tab2list(T) =:= [{K} || K <- L], ets:info(T, size) =:= length(L), keys(T, ets:first(T)) =:= L, back(T, ets:last(T), []) =:= L} end).

churn(_, 0, _, S) -> gb_sets:to_list(S);
churn(T, N, Seed, S) ->
    Next = (Seed * 1103515245 + 12345) band 16#7fffffff,
    K = (Next bsr 8) rem 3000,
    case Next band 64 of
        0 -> ets:insert(T, {K}), churn(T, N - 1, Next, gb_sets:add(K, S));
        _ -> ets:delete(T, K), churn(T, N - 1, Next, gb_sets:delete_any(K, S))
    end.

keys(_, '$end_of_table') -> [];
keys(T, K) -> [K | keys(T, ets:next(T, K))].
back(_, '$end_of_table', Acc) -> Acc;
back(T, K, Acc) -> back(T, ets:prev(T, K), [K | Acc]).

selects() ->
    T = ets:new(t, [ordered_set]),
    ets:insert(T, [{I, I rem 3, {x, I}} || I <- lists:seq(1, 20)]),
    p(select, fun() -> ets:select(T, [{{'$1', 0, '_'}, [], ['$1']}]) end),
    p(reverse, fun() -> ets:select_reverse(T, [{{'$1', 0, '_'}, [], ['$1']}]) end),
    p(guards, fun() -> ets:select(T, [{{'$1', '_', '_'}, [{'>', '$1', 5}, {'<', '$1', 9}], ['$_']}]) end),
    p(count, fun() -> ets:select_count(T, [{{'$1', 1, '_'}, [], [true]}]) end),
    p(match, fun() -> ets:match(T, {'$1', 2, {x, '$2'}}) end),
    p(match_object, fun() -> ets:match_object(T, {'_', 2, '_'}) end),
    p(bound, fun() -> {ets:select(T, [{{7, '$1', '_'}, [], ['$1']}]), ets:select(T, [{{77, '$1', '_'}, [], ['$1']}])} end),
    p(bound2, fun() -> ets:select(T, [{{7, '_', '_'}, [], [seven]}, {{3, '_', '_'}, [], [three]}]) end),
    p(impossible, fun() -> {ets:select(T, [{foo, [], ['$_']}]), ets:select_count(T, [{{}, [], [true]}])} end).

chunks() ->
    T = new(lists:seq(1, 10)),
    Spec = [{{'$1'}, [], ['$1']}],
    p(chunk3, fun() -> {A, C} = ets:select(T, Spec, 3), {B, C2} = ets:select(C), {A, B, rest(C2)} end),
    p(chunk_exact, fun() -> {A, C} = ets:select(T, Spec, 10), {A, ets:select(C)} end),
    p(chunk_more, fun() -> ets:select(T, Spec, 11) end),
    p(chunk_reverse, fun() -> {A, C} = ets:select_reverse(T, Spec, 4), {A, ets:select_reverse(C) =/= x, rest(C)} end),
    p(chunk_match, fun() -> {A, C} = ets:match(T, {'$1'}, 6), {A, ets:match(C)} end),
    p(chunk_object, fun() -> {A, C} = ets:match_object(T, '_', 6), {A, ets:match_object(C)} end),
    p(chunk_none, fun() -> {ets:select(T, [{{x}, [], [1]}], 3), ets:select(T, [{{5}, [], [1]}], 3), ets:select(T, [{x, [], [1]}], 3)} end),
    p(shape, fun() -> {_, C} = ets:select(T, Spec, 3), {tuple_size(C), element(1, C) =:= T, element(2, C), element(3, C), element(4, C), element(6, C), element(7, C), element(8, C)} end),
    p(repair, fun() -> {_, C} = ets:select(T, Spec, 3), {ets:repair_continuation(C, Spec) =:= C, element(1, ets:select(ets:repair_continuation(setelement(5, C, broken), Spec)))} end),
    p(eot, fun() -> {ets:select('$end_of_table'), ets:select_reverse('$end_of_table'), ets:match('$end_of_table')} end),
    p(bad, fun() -> ets:select(foo) end),
    p(bad2, fun() -> ets:select({T, 1, 2}) end),
    p(bad_limit, fun() -> ets:select(T, Spec, 0) end),
    p(bad_limit2, fun() -> ets:select(T, Spec, a) end).

rest('$end_of_table') -> [];
rest(C) -> case ets:select(C) of {L, C2} -> [L | rest(C2)]; E -> [E] end.

prefixes() ->
    T = ets:new(t, [ordered_set]),
    ets:insert(T, [{{A, B, C}, [A, B]} || A <- lists:seq(1, 5), B <- [p, q, r], C <- [1, 2.0, "s"]]),
    ets:insert(T, [{[A, B], list} || A <- [1, 2, 3], B <- [x, y]]),
    ets:insert(T, [{5, five}, {atom, x}, {{2, p}, short}, {{2, p, 1, 1}, long}]),
    p(prefix1, fun() -> ets:select(T, [{{{2, '$1', '$2'}, '_'}, [], [{{'$1', '$2'}}]}]) end),
    p(prefix2, fun() -> ets:match_object(T, {{2, q, '_'}, '_'}) end),
    p(prefix2_reverse, fun() -> ets:select_reverse(T, [{{{2, q, '_'}, '_'}, [], ['$_']}]) end),
    p(prefix_float, fun() -> ets:match(T, {{2.0, q, '$1'}, '_'}) end),
    p(suffix, fun() -> ets:match(T, {{'$1', q, 1}, '_'}) end),
    p(list_prefix, fun() -> ets:match(T, {[2 | '$1'], '_'}) end),
    p(prefix_chunk, fun() -> {A, C} = ets:select(T, [{{{3, '$1', '$2'}, '_'}, [], [{{'$1', '$2'}}]}], 4), {A, element(3, C), rest(C)} end),
    p(prefix_chunk_reverse, fun() -> {A, C} = ets:select_reverse(T, [{{{3, '$1', '$2'}, '_'}, [], [{{'$1', '$2'}}]}], 4), {A, rest(C)} end),
    p(prefix_delete, fun() -> {ets:select_delete(T, [{{{4, '_', '_'}, '_'}, [], [true]}]), ets:info(T, size)} end),
    p(prefix_count, fun() -> ets:select_count(T, [{{{5, r, '_'}, '_'}, [], [true]}]) end),
    p(two_prefixes, fun() -> ets:select(T, [{{{1, r, '$1'}, '_'}, [], ['$1']}, {{{3, r, '$1'}, '_'}, [], ['$1']}]) end).

slots() ->
    T = new([a, b, c]),
    p(slots, fun() -> [ets:slot(T, I) || I <- [0, 1, 2, 3]] end),
    p(slot_bad, fun() -> ets:slot(T, 4) end).

deletes() ->
    T = new(lists:seq(1, 1000)),
    p(select_delete, fun() -> {ets:select_delete(T, [{{'$1'}, [{'=:=', {'rem', '$1', 10}, 0}], [true]}]), ets:info(T, size)} end),
    p(none, fun() -> ets:select_delete(T, [{{'$1'}, [{'>', '$1', 5000}], [true]}]) end),
    p(false_value, fun() -> ets:select_delete(T, [{{'$1'}, [], [false]}]) end),
    p(match_delete, fun() -> {ets:match_delete(T, {7}), ets:info(T, size)} end),
    p(all, fun() -> {ets:select_delete(T, [{'_', [], [true]}]), ets:info(T, size)} end).

replaces() ->
    T = ets:new(t, [ordered_set]),
    ets:insert(T, [{I, I} || I <- lists:seq(1, 10)]),
    p(replace, fun() -> {ets:select_replace(T, [{{'$1', '$2'}, [{'>', '$2', 5}], [{{'$1', {'*', '$2', 100}}}]}]), ets:tab2list(T)} end),
    p(replace_longer, fun() -> {ets:select_replace(T, [{{'$1', '_'}, [{'=:=', '$1', 2}], [{{'$1', {{two, "text"}}, extra}}]}]), ets:tab2list(T)} end),
    p(replace_key, fun() -> ets:select_replace(T, [{{'$1', '$2'}, [], [{{'$2', '$1'}}]}]) end),
    p(replace_const, fun() -> {ets:select_replace(T, [{{3, '_'}, [], [{const, {3, three}}]}]), ets:lookup(T, 3)} end),
    p(replace_element, fun() -> {ets:select_replace(T, [{{'_', '_'}, [], [{{{element, 1, '$_'}, {size, '$_'}}}]}]), ets:tab2list(T)} end),
    p(replace_same, fun() -> ets:select_replace(T, [{'_', [], ['$_']}]) end).

%% More than one turn, with changes in between by another process.
mutation() ->
    T = ets:new(t, [ordered_set, public]),
    ets:insert(T, [{I, I} || I <- lists:seq(1, 200000)]),
    Pid = spawn_link(fun() -> worker(T, 1) end),
    p(long_count, fun() -> ets:select_count(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end),
    p(long_select, fun() -> length(ets:select(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], ['$1']}])) end),
    p(long_delete, fun() -> ets:select_delete(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end),
    unlink(Pid), exit(Pid, kill),
    p(evens_gone, fun() -> ets:select_count(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end).

worker(T, I) -> ets:insert(T, {2 * I + 1, x}), ets:delete(T, 2 * I + 1), worker(T, (I + 1) rem 100000).
