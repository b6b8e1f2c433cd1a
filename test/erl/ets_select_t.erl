%% select, match and continuations over hash tables.
-module(ets_select_t).
-export([main/0]).

main() -> plain(), chunks(), errors(), deletes(), replaces(), bound(), long(), patterns(), fun2ms().

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R:S -> {C, R, formatted(R, S)} end]).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), Mod:format_error(R, S)}
    end;
formatted(_, [{M, F, A, _} | _]) -> {M, F, A}.

table(N) -> T = ets:new(t, []), ets:insert(T, [{I, I rem 7, {sub, I}} || I <- lists:seq(1, N)]), T.

plain() ->
    T = table(40),
    p(select, fun() -> ets:select(T, [{{'$1', 3, '_'}, [], ['$1']}]) end),
    p(select_reverse, fun() -> ets:select_reverse(T, [{{'$1', 3, '_'}, [], ['$1']}]) end),
    p(match, fun() -> ets:match(T, {'$2', 3, {sub, '$1'}}) end),
    p(match_object, fun() -> ets:match_object(T, {'_', 3, '_'}) end),
    p(match_all, fun() -> length(ets:match(T, '$1')) end),
    p(match_any, fun() -> hd(ets:match(T, '_')) end),
    p(two_clauses, fun() -> ets:select(T, [{{'$1', 3, '_'}, [], [{{three, '$1'}}]}, {{'$1', 4, '_'}, [{'<', '$1', 20}], [['$1', four]]}]) end),
    p(count, fun() -> ets:select_count(T, [{{'_', '$1', '_'}, [{'>', '$1', 3}], [true]}]) end),
    p(count_not_true, fun() -> ets:select_count(T, [{{'_', '$1', '_'}, [], ['$1']}]) end),
    p(same_variable, fun() -> ets:insert(T, {same, x, x}), ets:match(T, {'$1', '$2', '$2'}) end),
    p(dollar_dollar, fun() -> ets:select(T, [{{'$5', '$1', '$100'}, [{'=:=', '$5', 17}], ['$$']}]) end).

chunks() ->
    T = table(30),
    Spec = [{{'$1', '_', '_'}, [], ['$1']}],
    [p({chunk, N}, fun() -> {A, C} = ets:select(T, Spec, N), {A, rest(C)} end) || N <- [1, 2, 7, 29, 30]],
    p(shape, fun() -> {_, C} = ets:select(T, Spec, 3), {tuple_size(C), element(1, C) =:= T, element(2, C), element(3, C), element(5, C), element(6, C)} end),
    p(repair, fun() -> {_, C} = ets:select(T, Spec, 3), {ets:repair_continuation(C, Spec) =:= C,
                       element(1, ets:select(ets:repair_continuation(setelement(4, C, broken), Spec)))} end),
    p(too_large, fun() -> ets:select(T, Spec, 31) end),
    p(none, fun() -> {ets:select(T, [{{x, '_', '_'}, [], [1]}], 2), ets:select(T, [{x, [], [1]}], 2), ets:match(T, {'$1', foo, '_'}, 2)} end),
    p(one_key, fun() -> ets:select(T, [{{5, '$1', '_'}, [], ['$1']}], 2) end),
    p(match_chunk, fun() -> {A, C} = ets:match(T, {'$1', 1, '_'}, 2), {A, rest(C)} end),
    p(object_chunk, fun() -> {A, C} = ets:match_object(T, {'_', 1, '_'}, 2), {A, rest(C)} end),
    p(with_fix, fun() -> ets:safe_fixtable(T, true), R = walk(T, ets:select(T, Spec, 4), []), ets:safe_fixtable(T, false), {lists:sort(R), ets:info(T, size)} end),
    N = ets:new(named_chunks, [named_table]),
    ets:insert(N, [{I} || I <- lists:seq(1, 10)]),
    p(named, fun() -> {A, C} = ets:match(N, {'$1'}, 4), {A, is_reference(element(1, C)), rest(C)} end).

%% Deletes what it has got, while going on.
walk(_, '$end_of_table', Acc) -> Acc;
walk(T, {L, C}, Acc) -> [ets:delete(T, K) || K <- L], walk(T, ets:select(C), L ++ Acc).

rest('$end_of_table') -> [];
rest(C) -> case ets:select(C) of {L, C2} -> [L | rest(C2)]; E -> [E] end.

errors() ->
    T = ets:new(named_errors, [named_table]),
    p(bad_spec, fun() -> ets:select(T, foo) end),
    p(bad_spec2, fun() -> ets:select(T, [{a, b}]) end),
    p(bad_spec3, fun() -> ets:select(T, []) end),
    p(no_body, fun() -> ets:select(T, [{'_', [], []}]) end),
    p(unbound, fun() -> ets:select(T, [{'_', [], ['$1']}]) end),
    p(unknown_function, fun() -> ets:select(T, [{'_', [{foo, 1}], ['$_']}]) end),
    p(bad_continuation, fun() -> ets:select(foo) end),
    p(bad_continuation2, fun() -> ets:select({named_errors, 1}) end),
    p(bad_continuation3, fun() -> ets:match({no_such_table, 1, 2}) end),
    p(limit, fun() -> ets:select(T, [{'_', [], ['$_']}], 0) end),
    p(limit2, fun() -> ets:match(T, '_', -1) end),
    p(limit3, fun() -> ets:match_object(T, '_', x) end),
    p(delete, fun() -> ets:select_delete(T, foo) end),
    p(count, fun() -> ets:select_count(T, foo) end),
    p(replace, fun() -> ets:select_replace(T, foo) end),
    p(no_table, fun() -> ets:select(no_such_table, [{'_', [], ['$_']}]) end),
    p(compile, fun() -> ets:match_spec_compile(foo) end),
    p(run, fun() -> ets:match_spec_run([1], foo) end).

deletes() ->
    T = table(100),
    p(delete, fun() -> {ets:select_delete(T, [{{'_', 3, '_'}, [], [true]}]), ets:info(T, size)} end),
    p(delete_bound, fun() -> {ets:select_delete(T, [{{5, '_', '_'}, [], [true]}, {{6, '_', '_'}, [], [true]}]), ets:info(T, size)} end),
    p(match_delete, fun() -> {ets:match_delete(T, {'_', 4, '_'}), ets:info(T, size)} end),
    ets:safe_fixtable(T, true),
    p(delete_fixed, fun() -> {ets:select_delete(T, [{{'_', 1, '_'}, [], [true]}]), ets:info(T, size), ets:select_count(T, [{{'_', 1, '_'}, [], [true]}])} end),
    ets:safe_fixtable(T, false),
    p(order, fun() -> erlang:phash2(ets:tab2list(T)) end),
    p(delete_all, fun() -> {ets:select_delete(T, [{'_', [], [true]}]), ets:info(T, size)} end).

replaces() ->
    T = table(20),
    p(replace, fun() -> {ets:select_replace(T, [{{'$1', 3, '$2'}, [], [{{'$1', three, '$2'}}]}]), lists:sort(ets:match_object(T, {'_', three, '_'}))} end),
    p(replace_longer, fun() -> {ets:select_replace(T, [{{'$1', 4, '$2'}, [], [{{'$1', {const, {a, "long", 1.5}}, '$2', new}}]}]), lists:sort(ets:match_object(T, {'_', '_', '_', new}))} end),
    p(key_changed, fun() -> ets:select_replace(T, [{{'$1', 3, '$2'}, [], [{{'$2', 3, '$1'}}]}]) end),
    p(not_tuple, fun() -> ets:select_replace(T, [{{'$1', 3, '$2'}, [], ['$1']}]) end),
    p(same, fun() -> ets:select_replace(T, [{'_', [], ['$_']}]) end),
    p(complex_key, fun() -> ets:insert(T, {{k, [1, {2}]}, x}), {ets:select_replace(T, [{{{k, ['$1', {'$2'}]}, '_'}, [], [{{{{k, ['$1', {{'$2'}}]}}, y}}]}]), ets:lookup(T, {k, [1, {2}]})} end).

bound() ->
    T = table(50),
    ets:insert(T, [{{a, 1}, x}, {"str", y}, {1.5, z}, {#{m => 1}, map}, {<<"b">>, bin}]),
    p(bound, fun() -> ets:select(T, [{{17, '$1', '_'}, [], ['$1']}]) end),
    p(several, fun() -> lists:sort(ets:select(T, [{{17, '$1', '_'}, [], ['$1']}, {{18, '$1', '_'}, [], ['$1']}, {{99, '$1', '_'}, [], ['$1']}, {{17, '_', '_'}, [], [never]}])) end),
    p(tuple, fun() -> ets:match(T, {{a, 1}, '$1'}) end),
    p(string, fun() -> ets:match(T, {"str", '$1'}) end),
    p(float, fun() -> ets:match(T, {1.5, '$1'}) end),
    p(int_is_not_float, fun() -> ets:match(T, {17.0, '$1', '_'}) end),
    p(map, fun() -> {ets:match(T, {#{m => 1}, '$1'}), ets:match(T, {#{m => '$2'}, '$1'}), ets:match(T, {#{}, '$1'}), ets:match(T, {#{n => 1}, '$1'})} end),
    p(binary, fun() -> ets:match(T, {<<"b">>, '$1'}) end),
    p(variable_key, fun() -> lists:sort(ets:match(T, {{a, '$1'}, '$2'})) end).

long() ->
    T = ets:new(t, [public]),
    ets:insert(T, [{I, I} || I <- lists:seq(1, 200000)]),
    Pid = spawn_link(fun() -> worker(T, 1) end),
    p(count, fun() -> ets:select_count(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end),
    p(select, fun() -> lists:sum(ets:select(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], ['$1']}])) end),
    p(chunks, fun() -> ets:safe_fixtable(T, true), N = total(ets:select(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], ['$1']}], 1000), 0), ets:safe_fixtable(T, false), N end),
    p(delete, fun() -> ets:select_delete(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end),
    unlink(Pid), exit(Pid, kill),
    p(gone, fun() -> ets:select_count(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]) end),
    p(unfixed, fun() -> ets:info(T, fixed) end).

total('$end_of_table', N) -> N;
total({L, C}, N) -> total(ets:select(C), N + length(L)).

worker(T, I) -> ets:insert(T, {2 * I + 1, x}), ets:delete(T, 2 * I + 1), worker(T, (I + 1) rem 100000).

patterns() ->
    T = ets:new(t, []),
    ets:insert(T, [{1, [a, b, c]}, {2, {x, {y, [z]}}}, {3, #{a => 1, b => #{c => 2}}}, {4, []}, {5, [a | b]}, {6, 1 bsl 70}, {7, "text"}, {8, {}}, {9, #{}}]),
    S = fun(P, R) -> p({pattern, P}, fun() -> lists:sort(ets:select(T, [{{'$9', P}, [], [R]}])) end) end,
    S([a | '$1'], '$1'), S(['$1', '$2', '$3'], {{'$3', '$2', '$1'}}), S({x, {y, '$1'}}, '$1'), S({'$1', {'$2', ['$3']}}, ['$1', '$2', '$3']),
    S(#{a => '$1'}, '$1'), S(#{b => #{c => '$1'}}, '$1'), S(#{}, '$9'), S([], nil), S(['$1' | '$2'], ['$2' | '$1']), S(1 bsl 70, big),
    S("text", '$9'), S({}, '$9'), S('_', '$9'), S('$1', '$9'), S(['_' | '_'], '$9'), S(["nested" | '$1'], '$1').

fun2ms() ->
    T = table(10),
    p(fun2ms, fun() -> ets:select(T, [{{'$1', '$2', '$3'}, [{'orelse', {'==', '$2', 1}, {'andalso', {'>', '$1', 5}, {'is_tuple', '$3'}}}], [{{'$1', {element, 2, '$3'}}}]}]) end),
    MS = ets:match_spec_compile([{{'$1', '$2'}, [{'>', '$2', 1}], ['$1']}]),
    p(run, fun() -> {ets:is_compiled_ms(MS), ets:is_compiled_ms(foo), ets:match_spec_run([{a, 1}, {b, 2}, {c, 3}, d, {e, f, g}], MS)} end),
    p(run_long, fun() -> length(ets:match_spec_run([{I, I} || I <- lists:seq(1, 50000)], MS)) end),
    p(run_improper, fun() -> ets:match_spec_run([{a, 2} | b], MS) end).
