%% compressed ets tables: every operation, next to the same one on a plain table.
-module(ets_compressed_t).
-export([main/0]).

main() ->
    infos(), contents(), memory(), binaries(), walks(), updates(), counters(), bags(), selects(), replaces(), takes(),
    long_lists(), files(), owners(), large_keys(), random().

p(Tag, F) ->
    io:format("~p: ~p~n", [Tag, try F() catch C:R -> {C, R} end]).

c(F) -> try F() catch C:R -> {C, R} end.

types() -> [set, ordered_set, bag, duplicate_bag].

%% The same on a plain and on a compressed table of each type: what comes out, and that it is the same.
both(Tag, F) -> both(Tag, types(), F).

both(Tag, Types, F) ->
    [begin
         [A, B] = [begin
                       T = ets:new(t, [Type, public | Options]),
                       R = try F(T) catch C:E -> {C, E} end,
                       ets:delete(T),
                       R
                   end || Options <- [[], [compressed]]],
         io:format("~p ~p: ~p ~p~n", [Tag, Type, A =:= B, A])
     end || Type <- Types].

infos() ->
    T = ets:new(t, [compressed]),
    p(compressed, fun() -> {ets:info(T, compressed), lists:keyfind(compressed, 1, ets:info(T))} end),
    U = ets:new(t, []),
    p(plain, fun() -> {ets:info(U, compressed), erlang:system_info(ets_always_compress)} end).

elements() ->
    Big = binary:copy(<<"abc">>, 100),
    <<_, Part:90/binary, _/binary>> = Big,
    <<_:3, Bits:500/bits, _/bits>> = Big,
    [a, 'and more', [], {}, 0, 1, -1, 23, 24, 11, 12, -12, -13, 255, 256, -256, 1 bsl 59 - 1, -(1 bsl 59), 1 bsl 60, -(1 bsl 60),
     1 bsl 64, -(1 bsl 64), 1 bsl 500, 1.5, -0.0, 1.0e300, "text", [1 | 2], [a, [b, [c | d]], [[[]]]], lists:seq(1, 300), {1, {2, {3, "x"}}},
     <<>>, <<"short">>, <<1:3>>, Big, Part, Bits, #{}, #{a => 1, "b" => {2}}, maps:from_list([{I, {I, "v"}} || I <- lists:seq(1, 100)]),
     fun erlang:length/1, list_to_tuple(lists:seq(1, 1000)), [#{[x] => <<"y">>}, "\x{400}"]].

contents() ->
    both(contents, fun(T) ->
        Numbered = lists:zip(lists:seq(1, length(elements())), elements()),
        [ets:insert(T, {I, E, I, {E}}) || {I, E} <- Numbered],
        [] = [I || {I, E} <- Numbered, ets:lookup(T, I) =/= [{I, E, I, {E}}]],
        [ets:insert(T, {{key, E}, [E]}) || {_, E} <- Numbered],
        [] = [E || {_, E} <- Numbered, ets:lookup(T, {key, E}) =/= [{{key, E}, [E]}]],
        {ets:info(T, size), [c(fun() -> ets:lookup_element(T, I, 9) end) || I <- [1, 500]],
         lists:usort([ets:lookup_element(T, I, 4) =:= (case ets:info(T, type) of T1 when T1 =:= set; T1 =:= ordered_set -> {E}; _ -> [{E}] end) || {I, E} <- Numbered])}
    end),
    T = ets:new(t, [compressed]),
    Pid = self(), Ref = make_ref(), Port = hd(erlang:ports()), Table = ets:new(inner, []), F = fun(X) -> {X, Pid} end,
    ets:insert(T, {k, Pid, [Ref], {Port}, [Table], F}),
    p(identities, fun() ->
        [{k, P, [R], {Q}, [I], G}] = ets:lookup(T, k),
        {P =:= Pid, R =:= Ref, Q =:= Port, I =:= Table, G =:= F, G(1) =:= {1, Pid}, ets:info(I, name)}
    end).

memory() ->
    [begin
         [A, B, Empty] = [begin
                       T = ets:new(t, [Type | Options]),
                       [ets:insert(T, {I, lists:seq(1, 100), "some text", {a, b, {c, [d]}}}) || I <- lists:seq(1, N)],
                       ets:info(T, memory)
                   end || {N, Options} <- [{200, []}, {200, [compressed]}, {0, [compressed]}]],
         io:format("memory ~p: ~p ~p~n", [Type, B < A div 2, B > Empty])
     end || Type <- types()].

binaries() ->
    T = ets:new(t, [compressed]),
    B = binary:copy(<<"0123456789">>, 100),
    ets:insert(T, {k, [B, B], {B}}),
    p(binary, fun() -> {B =:= ets:lookup_element(T, k, 2), [B, B] =:= ets:lookup_element(T, k, 2), {B} =:= ets:lookup_element(T, k, 3)} end),
    p(binary_info, fun() -> length(ets:info(T, binary)) end),
    ets:update_element(T, k, {2, none}),
    p(binary_info_after_update, fun() -> {length(ets:info(T, binary)), ets:lookup_element(T, k, 3) =:= {B}} end),
    ets:update_element(T, k, {3, none}),
    p(binary_info_after_both, fun() -> {length(ets:info(T, binary)), ets:lookup(T, k)} end),
    ets:insert(T, {B, B}),
    p(binary_key, fun() -> {ets:lookup(T, B) =:= [{B, B}], length(ets:info(T, binary)), ets:member(T, B)} end),
    ets:delete(T, B),
    p(binary_gone, fun() -> length(ets:info(T, binary)) end),
    U = ets:new(t, []),
    ets:insert(U, {k, [B], B}),
    ets:update_element(U, k, [{2, none}, {3, none}]),
    p(plain_binary_gone, fun() -> {length(ets:info(U, binary)), ets:lookup(U, k)} end).

walks() ->
    both(walk, fun(T) ->
        [ets:insert(T, {I, "v", {I, I}}) || I <- lists:seq(1, 30)],
        {keys(T, ets:first(T)), ets:last(T), ets:prev(T, 30), ets:slot(T, 3),
         ets:foldl(fun({K, _, _}, S) -> K + S end, 0, T), erlang:phash2(ets:tab2list(T))}
    end),
    p(slots, fun() ->
        T = ets:new(t, [compressed]),
        ets:insert(T, [{I, "v"} || I <- lists:seq(1, 10)]),
        lists:append([ets:slot(T, I) || I <- lists:seq(0, 255)])
    end).

keys(_, '$end_of_table') -> [];
keys(T, K) -> [K | keys(T, ets:next(T, K))].

updates() ->
    both(update, [set, ordered_set], fun(T) ->
        ets:insert(T, {k, 1, "two", 3}),
        [ets:update_element(T, k, {2, one}), ets:lookup(T, k), ets:update_element(T, k, {3, two}), ets:lookup(T, k),
         ets:update_element(T, k, [{2, "one"}, {4, {3}}]), ets:lookup(T, k), ets:update_element(T, k, [{3, "two"}, {3, 2}]), ets:lookup(T, k),
         ets:update_element(T, x, {2, 1}), c(fun() -> ets:update_element(T, k, {1, 1}) end), c(fun() -> ets:update_element(T, k, {5, 1}) end),
         ets:lookup(T, k), ets:update_element(T, k, []), ets:lookup(T, k)]
    end).

counters() ->
    both(counter, [set, ordered_set], fun(T) ->
        ets:insert(T, {{k, "key"}, 1, "two", 1 bsl 70, -5}),
        K = {k, "key"},
        [ets:update_counter(T, K, 5), ets:update_counter(T, K, {4, 1}), ets:update_counter(T, K, [{2, 1 bsl 62}, {5, -1, -6, 0}, {5, -1, -6, 0}]),
         ets:lookup(T, K), ets:update_counter(T, K, {4, -(1 bsl 70)}), ets:lookup(T, K), c(fun() -> ets:update_counter(T, K, {3, 1}) end),
         c(fun() -> ets:update_counter(T, K, {1, 1}) end), c(fun() -> ets:update_counter(T, K, {6, 1}) end), ets:update_counter(T, new, {2, 3}, {x, 4, "v"}),
         ets:lookup(T, new), ets:update_counter(T, K, {2, 0}), ets:lookup(T, K)]
    end).

bags() ->
    both(bag, fun(T) ->
        [ets:insert(T, {k, X, [X]}) || X <- [1, 2, {3}, "4", 1, {3}]],
        ets:insert(T, [{k, 5, "five"}, {k, 5, "five"}, {k, 5, "six"}]),
        A = ets:lookup(T, k),
        ets:delete_object(T, {k, {3}, [{3}]}), ets:delete_object(T, {k, {3}, [{4}]}), ets:delete_object(T, {k, 1.0, [1]}),
        B = ets:lookup(T, k),
        C = c(fun() -> ets:lookup_element(T, k, 3) end),
        ets:safe_fixtable(T, true), ets:delete_object(T, {k, 5, "six"}), ets:insert(T, {k, 5, "six"}),
        D = ets:lookup(T, k),
        ets:delete(T, k), ets:insert(T, {k, 5, "six"}), ets:safe_fixtable(T, false),
        {A, B, C, D, ets:insert_new(T, {k, 9}), ets:insert_new(T, [{l, "x"}, {l, "y"}]), ets:lookup(T, l), ets:info(T, size)}
    end).

selects() ->
    both(select, fun(T) ->
        [ets:insert(T, {I, #{n => I}, {I rem 3, "text"}, [I]}) || I <- lists:seq(1, 50)],
        Spec = [{{'$1', '_', {1, '$2'}, '$3'}, [{'<', '$1', 20}], [{{'$1', '$2', '$3'}}]}],
        [ets:select(T, Spec), ets:select_reverse(T, Spec), ets:select_count(T, [{{'_', '_', {2, '_'}, '_'}, [], [true]}]),
         ets:match(T, {'$1', #{n => 7}, '_', '_'}), ets:match_object(T, {'_', '_', '_', [9]}), ets:match(T, {4, '$1', '$2', '_'}),
         ets:select(T, [{{'_', '$1', '_', '_'}, [{'==', {map_get, n, '$1'}, 3}], ['$_', '$$']}]),
         chunks(ets:select(T, Spec, 3)), ets:match_delete(T, {'_', '_', {0, '_'}, '_'}), ets:info(T, size),
         ets:select_delete(T, [{{'_', '_', '_', ['$1']}, [{'>', '$1', 40}], [true]}]), ets:info(T, size), erlang:phash2(ets:tab2list(T))]
    end).

chunks('$end_of_table') -> [];
chunks({L, C}) -> [L | chunks(ets:select(C))].

replaces() ->
    both(replace, [set, ordered_set, duplicate_bag], fun(T) ->
        [ets:insert(T, {I, {I, "text"}}) || I <- lists:seq(1, 10)],
        [ets:select_replace(T, [{{'$1', {'$2', '$3'}}, [{'>', '$2', 5}], [{{'$1', {{'$3', '$2'}}}}]}]), lists:sort(ets:tab2list(T)),
         ets:select_replace(T, [{{'$1', '_'}, [{'<', '$1', 3}], [{{'$1', flat}}]}]), lists:sort(ets:tab2list(T))]
    end).

takes() ->
    both(take, fun(T) ->
        ets:insert(T, [{1, "one"}, {2, [two]}, {2, {two}}]),
        [ets:take(T, 2), ets:take(T, 2), ets:member(T, 1), ets:delete_all_objects(T), ets:tab2list(T)]
    end).

long_lists() ->
    both(long, fun(T) ->
        L = [{I, [I], I bsl 61} || I <- lists:seq(1, 9000)],
        ets:insert(T, L),
        A = ets:info(T, size),
        ets:insert(T, L),
        {A, ets:info(T, size), ets:insert_new(T, [{9001 - I, "x"} || I <- lists:seq(0, 8500)]),
         ets:select_count(T, [{{'$1', ['$1'], '_'}, [], [true]}]), lists:sort(ets:lookup(T, 777))}
    end).

files() ->
    File = "ets_compressed_t.tab",
    T = ets:new(t, [compressed, {keypos, 2}]),
    ets:insert(T, [{[I], {I}, #{I => "v"}} || I <- lists:seq(1, 100)]),
    p(file, fun() ->
        ok = ets:tab2file(T, File),
        {ok, U} = ets:file2tab(File),
        {ets:info(U, compressed), ets:info(U, size), lists:sort(ets:tab2list(U)) =:= lists:sort(ets:tab2list(T))}
    end),
    file:delete(File).

owners() ->
    T = ets:new(t, [compressed]),
    ets:insert(T, {k, "value"}),
    Self = self(),
    P = spawn(fun() -> receive {'ETS-TRANSFER', U, From, D} -> Self ! {From =:= Self, D, ets:lookup(U, k), ets:info(U, compressed)} end end),
    ets:give_away(T, P, "data"),
    p(given, fun() -> receive M -> M after 5000 -> timeout end end).

large_keys() ->
    both(large_key, fun(T) ->
        K = {lists:seq(1, 100), #{a => <<"b">>}, 1.5},
        ets:insert(T, {K, a}), ets:insert(T, {{K, 2}, "b"}), ets:insert(T, {"short"}),
        [ets:lookup(T, K) =:= [{K, a}], ets:lookup(T, {K, 2}) =:= [{{K, 2}, "b"}], ets:lookup(T, "short"), ets:member(T, {K, 2.0})]
    end).

%% Many random changes, checked against a map.
random() ->
    rand:seed(exsss, {1, 2, 3}),
    [begin
         T = ets:new(t, [Type, compressed]),
         M = random(T, #{}, 5000),
         p({random, Type}, fun() -> lists:sort(ets:tab2list(T)) =:= lists:sort(maps:to_list(M)) end)
     end || Type <- [set, ordered_set]].

random(_, M, 0) -> M;
random(T, M, N) ->
    K = {rand:uniform(300)},
    case rand:uniform(4) of
        1 -> ets:delete(T, K), random(T, maps:remove(K, M), N - 1);
        2 ->
            V = lists:nth(rand:uniform(length(elements())), elements()),
            Expected = maps:is_key(K, M),
            Expected = ets:update_element(T, K, {2, V}),
            random(T, maps:update_with(K, fun(_) -> V end, M#{K => maps:get(K, M, none)}), if Expected -> N - 1; true -> ets:insert(T, {K, V}), N - 1 end);
        _ ->
            V = [rand:uniform(1 bsl rand:uniform(80)) || _ <- lists:seq(1, rand:uniform(10))],
            ets:insert(T, {K, V}), random(T, M#{K => V}, N - 1)
    end.
