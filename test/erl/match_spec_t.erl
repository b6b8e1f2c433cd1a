%% Match specifications by erlang:match_spec_test/3 and ets:match_spec_run: functions, bodies, errors.
-module(match_spec_t).
-export([main/0]).

main() -> functions(), bodies(), logic(), failing(), heads(), maps(), trace(), errors(), trace_errors(), runs().

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R -> {C, R} end]).
t(Object, Spec) -> p({Object, Spec}, fun() -> erlang:match_spec_test(Object, Spec, table) end).
tr(Args, Spec) -> p({Args, Spec}, fun() -> erlang:match_spec_test(Args, Spec, trace) end).

%% One guard over many objects.
functions() ->
    Values = [1, -3, 2.5, -2.5, a, true, "str", [], [x], {}, {a, b}, {rec, 1}, <<"bin">>, <<1:3>>, #{}, #{a => 1}, 1 bsl 70],
    [p({G, true_for}, fun() -> [V || V <- Values, erlang:match_spec_test({V}, [{{'$1'}, [G], [true]}], table) =:= {ok, true, [], []}] end)
     || G <- [{is_atom, '$1'}, {is_float, '$1'}, {is_integer, '$1'}, {is_list, '$1'}, {is_number, '$1'}, {is_pid, '$1'}, {is_port, '$1'},
              {is_reference, '$1'}, {is_tuple, '$1'}, {is_map, '$1'}, {is_binary, '$1'}, {is_function, '$1'}, {is_record, '$1', rec, 2},
              {'>', '$1', 0}, {'>=', '$1', 1}, {'<', '$1', 0}, {'=<', '$1', 1}, {'=:=', '$1', 1}, {'==', '$1', 1.0}, {'=/=', '$1', a}, {'/=', '$1', 1.0},
              {'not', '$1'}, '$1', {is_map_key, a, '$1'}]],
    Exprs = [{abs, '$1'}, {element, 1, '$1'}, {hd, '$1'}, {tl, '$1'}, {length, '$1'}, {node, '$1'}, {round, '$1'}, {trunc, '$1'}, {size, '$1'},
             {map_size, '$1'}, {map_get, a, '$1'}, {bit_size, '$1'}, {byte_size, '$1'}, {binary_part, '$1', 0, 1}, {binary_part, '$1', {{1, 1}}},
             {float, '$1'}, {'+', '$1'}, {'-', '$1'}, {'+', '$1', 1}, {'-', '$1', 1.5}, {'*', '$1', 2}, {'/', '$1', 2}, {'div', '$1', 2}, {'rem', '$1', 2},
             {'band', '$1', 3}, {'bor', '$1', 4}, {'bxor', '$1', 5}, {'bnot', '$1'}, {'bsl', '$1', 3}, {'bsr', '$1', 1}, {'xor', '$1', true}, {node}],
    [p(E, fun() -> [{V, element(2, erlang:match_spec_test({V}, [{{'$1'}, [], [E]}], table))} || V <- Values] end) || E <- Exprs].

bodies() ->
    O = {1, two, "three", {4, [5]}},
    H = {'$1', '$2', '$3', {'$4', '$5'}},
    [t(O, [{H, [], B}]) || B <- [['$_'], ['$$'], ['$1'], [{{'$1', '$2'}}], [['$1', '$2']], [['$1' | '$2']], [[[['$5']]]], [{const, {a, '$1'}}], [{const, '$1'}],
        ["string"], [{{}}], [{{{{'$1'}}, [a, '$2' | '$3']}}], [first, second, '$4'], [#{a => '$1', '$2' => b}], [[]], [1.5], [<<"x">>], [{const, [{x}]}],
        [{self}] -- [{self}], ['$2', '$1'], [{{a, [b, {{c, '$1'}}], #{k => {{'$2'}}}}}], [[a, b, c]], [[a, [b, '$1'], c]]], B =/= []],
    t({c, b, a}, [{{'$10', '$3', '$200'}, [], ['$$']}]),
    t({a, a}, [{{'$0', '$0'}, [], ['$0']}]),
    t({a, b}, [{{'$0', '$0'}, [], ['$0']}]).

logic() ->
    T = [true, false, maybe],
    [p(Op, fun() -> [{A, B, element(2, erlang:match_spec_test({A, B}, [{{'$1', '$2'}, [], [{Op, '$1', '$2'}]}], table)),
                            element(2, erlang:match_spec_test({A, B}, [{{'$1', '$2'}, [{Op, '$1', '$2'}], [yes]}], table))} || A <- T, B <- T] end)
     || Op <- ['and', 'or', 'andalso', 'orelse', 'xor', andthen]],
    t({1}, [{{'$1'}, [], [{'andalso', true, true, '$1'}]}]),
    t({1}, [{{'$1'}, [], [{'orelse', false, '$1'}]}]),
    t({1}, [{{'$1'}, [], [{'and', true}]}]),
    t({1}, [{{'$1'}, [], [{'or', true, false, true}]}]),
    t({1}, [{{'$1'}, [{'orelse', {'==', '$1', 1}, {hd, '$1'}}], [short]}]),
    t({1}, [{{'$1'}, [{'andalso', {'==', '$1', 2}, {hd, '$1'}}], [short]}, {'_', [], [next]}]),
    t({1}, [{{'$1'}, [{'andalso', {'==', '$1', 1}, {'orelse', {'==', '$1', 2}, {'andalso', {is_integer, '$1'}, {'>', '$1', 0}}}}], [nested]}]).

failing() ->
    t({x}, [{{'$1'}, [{'+', '$1', 1}], [yes]}, {{'$1'}, [], [{'+', '$1', 1}]}]),
    t({x}, [{{'$1'}, [], [[a, {hd, '$1'}]]}]),
    t({x}, [{{'$1'}, [], [{{{hd, '$1'}, b}}]}]),
    t({x}, [{{'$1'}, [], [{'==', {hd, '$1'}, 'EXIT'}]}]),
    t({x}, [{{'$1'}, [{'==', {hd, '$1'}, 'EXIT'}], [yes]}]),
    t({x}, [{{'$1'}, [], [{element, 5, '$_'}, ok]}]).

heads() ->
    [t({a, [1, 2 | 3], {b}}, [{H, [], ['$$']}]) || H <- ['_', '$1', {'_', '_', '_'}, {'$1', '_', '_'}, {a, '$1', '$2'}, {a, ['$1' | '$2'], {'$3'}}, {a, [1, 2 | '$1'], '_'},
        {b, '_', '_'}, {'_', '_'}, foo, [], {}, {a, [1, 2, 3], {b}}, {'$1', '$2', {'$1'}}, {a, '_', #{}}]],
    t(atom, [{atom, [], [yes]}]),
    t([1, 2], [{[1, '$1'], [], ['$1']}]),
    t({1}, [{{1.0}, [], [yes]}, {{1}, [], [int]}]),
    t({1.0}, [{{1}, [], [int]}, {{1.0}, [], [float]}]),
    t({1 bsl 80, <<"b">>, 1.5}, [{{1 bsl 80, <<"b">>, 1.5}, [], [equal]}]),
    t({'$1', '_'}, [{{'$1', '$2'}, [], [['$2', '$1']]}]).

maps() ->
    t(#{a => 1, b => {2}}, [{#{a => '$1'}, [], ['$1']}]),
    t(#{a => 1, b => {2}}, [{#{a => '$1', b => {'$2'}}, [], ['$$']}]),
    t(#{a => 1}, [{#{c => '_'}, [], [yes]}]),
    t(#{a => 1}, [{#{}, [], [yes]}]),
    t(#{}, [{#{}, [], [yes]}]),
    t({x}, [{#{}, [], [yes]}]),
    t({#{a => 1}}, [{{'$1'}, [], [{map_get, a, '$1'}]}]),
    t({#{a => 1}}, [{{'$1'}, [{is_map_key, b, '$1'}], [yes]}, {'_', [], [no]}]),
    t(maps:from_list([{I, I * I} || I <- lists:seq(1, 3)]), [{#{2 => '$1', 3 => '$2'}, [], [{'+', '$1', '$2'}]}]),
    Large = maps:from_list([{I, I} || I <- lists:seq(1, 50)]),
    p(large_map, fun() -> erlang:match_spec_test({Large}, [{{#{17 => '$1'}}, [], ['$1']}], table) end),
    p(large_body, fun() -> erlang:match_spec_test({7}, [{{'$1'}, [], [maps:from_list([{I, '$1'} || I <- lists:seq(1, 50)])]}], table) =:=
                            {ok, maps:from_list([{I, 7} || I <- lists:seq(1, 50)]), [], []} end),
    t({1}, [{#{'$1' => 2}, [], [yes]}]),
    t({1}, [{#{'_' => 2}, [], [yes]}]).

trace() ->
    tr([1, 2], [{['$1', '$2'], [], [{message, ['$2', '$1']}]}]),
    tr([1, 2], [{['$1', '$2'], [], []}]),
    tr([1, 2], [{['$1'], [], []}]),
    tr([1, 2], [{'_', [], [{return_trace}]}]),
    tr([1, 2], [{'_', [], [{return_trace}, {exception_trace}]}]),
    tr([1, 2], [{'$1', [], [{message, '$1'}]}]),
    tr([1, 2], [{'_', [], [{message, false}]}]),
    tr([1, 2], [{'_', [], [{message, true}]}]),
    tr([1, 2], [{'_', [], [{message, '$_'}]}]),
    tr([1, 2], [{['$1', '_'], [], [{message, '$$'}]}]),
    tr([1, 2], [{['$1', '$2'], [{'>', '$1', '$2'}], []}, {['$1', '$2'], [{'<', '$1', '$2'}], [{message, less}]}]),
    tr([], [{[], [], [{message, none}]}]),
    tr([1], [{'_', [], [{message, {caller}}]}]),
    tr([1], [{'_', [], [{silent, true}, {message, {is_seq_trace}}]}]),
    tr([1], [{'_', [{'==', {get_tcw}, 0}], [{message, {get_tcw}}]}]),
    tr([1], [{'_', [], [{message, {set_tcw, 5}}]}]),
    tr([1], [{'_', [], [{message, {get_tcw}}]}]),
    tr([a, {b, c}], [{[a, {b, '$1'}], [], [{message, {{x, '$1'}}}]}]),
    p(self, fun() -> erlang:match_spec_test([1], [{'_', [], [{message, {self}}]}], trace) =:= {ok, self(), [], []} end),
    p(not_list, fun() -> erlang:match_spec_test({1}, [{'_', [], []}], trace) end),
    p(bad_type, fun() -> erlang:match_spec_test({1}, [{'_', [], []}], foo) end).

errors() ->
    [t({1}, S) || S <- [foo, [], [foo], [{a, b}], [{'_', [], []} | foo], [{'_', foo, ['$_']}], [{'_', [], foo}], [{'_', [], []}], [{'_', [], ['$1']}],
        [{'$1', [{foo, '$1'}], ['$1']}], [{'$1', [{is_atom}], ['$1']}], [{'$1', [{is_atom, '$2'}], ['$3']}], [{'$1', [], [{a, b}]}], [{'$1', [], [{'$1', b}]}],
        [{'$1', [], [{1, 2}]}], [{'$1', [], [{}]}], [{'$1', [{'and'}], [{'orelse'}]}], [{'$1', [], [{const, 1, 2}]}], [{'$1', [], [{const}]}], [{'$1', [], [{return_trace}]}],
        [{'$1', [{message, 1}], [ok]}], [{'$1', [], [{get_tcw}]}], [{'$1', [], [{self, 1}]}], [{'$1', [{'>', '$1', '$7'} | foo], [ok]}], [{'$1', [], [ok | foo]}],
        [{'$1', [], [{caller}]}], [{'$1', [{is_record, '$1', a}], [ok]}], [{'$1', [], [{{a, '$8'}}]}], [{'$1', [], [[a, '$8' | '$9']]}]]].

trace_errors() ->
    [tr([1], S) || S <- [foo, [{[a | b], [], []}], [{foo, [], []}], [{#{}, [], []}], [{'_', [{message, true}], []}], [{'_', [{return_trace}], []}], [{'_', [], [{return_trace, 1}]}],
        [{'_', [], [{message}]}], [{'_', [], [{message, 1, 2}]}], [{'_', [], [{display}]}], [{'_', [{silent, true}], []}], [{'_', [], [{silent}]}], [{'_', [], [{caller, 1}]}],
        [{'_', [{caller}], []}], [{'_', [], [{enable_trace}]}], [{'_', [], [{disable_trace, 1, 2, 3}]}], [{'_', [], [{trace, 1}]}], [{'_', [], [{set_seq_token, 1}]}],
        [{'_', [{set_tcw, 1}], []}], [{'_', [], [{is_seq_trace, 1}]}], [{'_', [], [{process_dump, 1}]}], [{'_', [], '$1'}], [{'_', [], [{exception_trace, 1}]}],
        [{'_', [], [{get_seq_token, 1}]}]]].

runs() ->
    MS = ets:match_spec_compile([{{'$1', '$2'}, [{'>', '$2', 10}], [{{'$2', {'*', '$2', 1 bsl 60}, {const, {a, "literal"}}}}]}]),
    p(run, fun() -> ets:match_spec_run([{a, 5}, {b, 15}, c, {d, 20}], MS) end),
    p(garbage, fun() -> R = ets:match_spec_run([{I, I} || I <- lists:seq(1, 5000)], MS), erlang:garbage_collect(), {length(R), lists:last(R)} end),
    p(nested, fun() -> Deep = lists:foldl(fun(_, A) -> [A] end, x, lists:seq(1, 100000)),
                       {ok, R, [], []} = erlang:match_spec_test({Deep}, [{{'$1'}, [], ['$1']}], table), R =:= Deep end).
