%% ets tables of type set: objects, keys, rights, owners, options, errors.
-module(ets_set_t).
-export([main/0]).

main() ->
    logger:set_primary_config(level, none),     % stock tells who asks for its internal state
    basics(), orders(), inserts(), updates(), counters(), takes(), errors(), options(), infos(), fixes(),
    owners(), heirs(), names(), big(), slots(), kinds(), decoded().

p(Tag, F) ->
    io:format("~p: ~p~n", [Tag, try F() catch C:R:S -> {C, R, formatted(R, S)} end]).

%% What the shell would say about the arguments.
formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), Mod:format_error(R, S)}
    end;
formatted(_, [{M, F, A, _} | _]) -> {M, F, A}.

basics() ->
    T = ets:new(t, []),
    p(insert, fun() -> ets:insert(T, {a, 1}) end),
    p(lookup, fun() -> ets:lookup(T, a) end),
    p(missing, fun() -> ets:lookup(T, b) end),
    p(member, fun() -> {ets:member(T, a), ets:member(T, b)} end),
    p(overwrite, fun() -> ets:insert(T, {a, two, "three"}), ets:lookup(T, a) end),
    p(element, fun() -> {ets:lookup_element(T, a, 2), ets:lookup_element(T, a, 3)} end),
    p(float_key, fun() -> ets:insert(T, [{1, int}, {1.0, float}]), {ets:lookup(T, 1), ets:lookup(T, 1.0), ets:lookup(T, 2.0)} end),
    p(zero_key, fun() -> ets:insert(T, {0.0, z}), ets:lookup(T, 0.0) end),
    p(delete, fun() -> {ets:delete(T, a), ets:lookup(T, a), ets:delete(T, a)} end),
    p(delete_object, fun() -> ets:insert(T, {x, y}), {ets:delete_object(T, {x, z}), ets:lookup(T, x),
                                                      ets:delete_object(T, {x, y}), ets:lookup(T, x)} end),
    p(size, fun() -> ets:info(T, size) end),
    p(delete_all, fun() -> {ets:delete_all_objects(T), ets:info(T, size), ets:tab2list(T)} end),
    p(delete_table, fun() -> {ets:delete(T), ets:info(T), ets:info(T, size)} end),
    p(gone, fun() -> ets:lookup(T, a) end).

orders() ->
    lists:foreach(fun(N) ->
        T = ets:new(t, []),
        [ets:insert(T, {I, I * I}) || I <- lists:seq(1, N)],
        p({order, N}, fun() -> {erlang:phash2(ets:tab2list(T)), keys(T, ets:first(T), [])} end),
        [ets:delete(T, I) || I <- lists:seq(1, N), I rem 3 =/= 0],
        p({order_after_delete, N}, fun() -> {erlang:phash2(ets:tab2list(T)), erlang:phash2(keys(T, ets:first(T), []))} end),
        [ets:insert(T, {I}) || I <- lists:seq(1, N), I rem 2 =/= 0],
        p({order_again, N}, fun() -> erlang:phash2(ets:tab2list(T)) end)
    end, [1, 5, 20, 100, 255, 256, 257, 300]),
    T = ets:new(t, []),
    [ets:insert(T, {I}) || I <- lists:seq(1, 20000)],
    p(large_order, fun() -> erlang:phash2(ets:tab2list(T)) end),
    [ets:delete(T, I) || I <- lists:seq(1, 18000)],
    p(shrunk_order, fun() -> {erlang:phash2(ets:tab2list(T)), ets:info(T, size)} end),
    A = ets:new(t, []),
    [ets:insert(A, {K, v}) || K <- [a, b, c, foo, bar, {1, 2}, {1.5}, "text", <<"bin">>, 1.5, -1, 1 bsl 70, [], {}, [1 | 2], #{1 => 1}, self_made]],
    p(mixed_order, fun() -> ets:tab2list(A) end).

keys(_, '$end_of_table', Acc) -> lists:reverse(Acc);
keys(T, K, Acc) -> keys(T, ets:next(T, K), [K | Acc]).

inserts() ->
    T = ets:new(t, []),
    p(list, fun() -> ets:insert(T, [{1, a}, {2, b}, {1, c}]), lists:sort(ets:tab2list(T)) end),
    p(empty_list, fun() -> ets:insert(T, []) end),
    p(new_one, fun() -> {ets:insert_new(T, {3, x}), ets:insert_new(T, {3, y}), ets:lookup(T, 3)} end),
    p(new_list, fun() -> {ets:insert_new(T, [{4, x}, {3, z}]), ets:lookup(T, 4), ets:insert_new(T, [{4, x}, {5, y}]), ets:lookup(T, 4)} end),
    p(new_same, fun() -> {ets:insert_new(T, [{9, x}, {9, y}]), ets:lookup(T, 9)} end),
    p(atomic, fun() -> catch ets:insert(T, [{7, x}, oops]), ets:lookup(T, 7) end),
    Big = {big, lists:seq(1, 1000), list_to_binary(lists:duplicate(500, $x)), #{a => [1, {2}], b => <<"short">>}, fun lists:map/2,
           self(), make_ref(), 1 bsl 200, -1.5e300, <<1:3>>, maps:from_list([{I, I} || I <- lists:seq(1, 100)])},
    p(deep, fun() -> ets:insert(T, Big), [Same] = ets:lookup(T, big), Same =:= Big end),
    p(sub_binary, fun() -> <<_:10/binary, Sub/binary>> = element(3, Big), ets:insert(T, {sub, Sub}), ets:lookup_element(T, sub, 2) =:= Sub end),
    F = fun(X) -> {X, Big} end,
    p('fun', fun() -> ets:insert(T, {f, F}), (ets:lookup_element(T, f, 2))(1) =:= {1, Big} end),
    Long = lists:foldl(fun(I, Acc) -> [I, Acc] end, [], lists:seq(1, 100000)),
    p(nested, fun() -> ets:insert(T, {long, Long}), ets:lookup_element(T, long, 2) =:= Long end).

updates() ->
    T = ets:new(t, []),
    ets:insert(T, {k, 1, 2, 3}),
    p(one, fun() -> {ets:update_element(T, k, {2, new}), ets:lookup(T, k)} end),
    p(many, fun() -> {ets:update_element(T, k, [{2, a}, {3, "long value"}, {2, b}]), ets:lookup(T, k)} end),
    p(none, fun() -> {ets:update_element(T, k, []), ets:update_element(T, nokey, {2, x})} end),
    p(shrink, fun() -> {ets:update_element(T, k, {3, x}), ets:lookup(T, k)} end),
    p(key, fun() -> ets:update_element(T, k, {1, x}) end),
    p(range, fun() -> ets:update_element(T, k, {5, x}) end),
    p(zero, fun() -> ets:update_element(T, k, {0, x}) end),
    p(half, fun() -> catch ets:update_element(T, k, [{2, changed}, {9, x}]), ets:lookup(T, k) end),
    p(bad, fun() -> ets:update_element(T, k, foo) end),
    p(bad_list, fun() -> catch_class(fun() -> ets:update_element(T, k, [{2, a} | b]) end) end),
    p(bad_tuple, fun() -> ets:update_element(T, k, {2, a, b}) end).

counters() ->
    T = ets:new(t, []),
    ets:insert(T, {c, 10, 20, text}),
    p(incr, fun() -> ets:update_counter(T, c, 5) end),
    p(pos, fun() -> ets:update_counter(T, c, {3, -7}) end),
    p(list, fun() -> ets:update_counter(T, c, [{2, 1}, {3, 1}, {2, 1}]) end),
    p(empty, fun() -> ets:update_counter(T, c, []) end),
    p(threshold, fun() -> ets:update_counter(T, c, {2, 100, 50, 0}) end),
    p(threshold_down, fun() -> ets:update_counter(T, c, {2, -100, -50, 7}) end),
    p(threshold_not, fun() -> ets:update_counter(T, c, {2, 3, 50, 0}) end),
    p(default, fun() -> {ets:update_counter(T, d, {2, 5}, {whatever, 100}), ets:lookup(T, d)} end),
    p(default_again, fun() -> {ets:update_counter(T, d, 1, {whatever, 100}), ets:lookup(T, d)} end),
    p(big, fun() -> [ets:update_counter(T, c, {2, 1 bsl 59}), ets:update_counter(T, c, {2, 1 bsl 59}), ets:update_counter(T, c, {2, 1 bsl 62}),
                     ets:update_counter(T, c, {2, 0}), ets:update_counter(T, c, {2, -(1 bsl 100)}), ets:update_counter(T, c, {2, (1 bsl 100)})] end),
    p(big_kept, fun() -> ets:lookup(T, c) end),
    p(nokey, fun() -> ets:update_counter(T, nokey, 1) end),
    p(not_integer, fun() -> ets:update_counter(T, c, {4, 1}) end),
    p(keypos, fun() -> ets:update_counter(T, c, {1, 1}) end),
    p(position, fun() -> ets:update_counter(T, c, {9, 1}) end),
    p(bad_op, fun() -> ets:update_counter(T, c, {2, a}) end),
    p(bad_op2, fun() -> ets:update_counter(T, c, {2, 1, 2}) end),
    p(bad_op3, fun() -> ets:update_counter(T, c, foo) end),
    p(float_op, fun() -> ets:update_counter(T, c, 1.0) end),
    p(half, fun() -> catch ets:update_counter(T, c, [{2, 1}, {4, 1}]), ets:lookup_element(T, c, 3) end),
    p(bad_default, fun() -> ets:update_counter(T, e, {2, 1}, notuple) end),
    p(default_text, fun() -> {catch_class(fun() -> ets:update_counter(T, e, {2, 1}, {e, text}) end), ets:lookup(T, e)} end),
    B = ets:new(t, [bag]),
    ets:insert(B, {c, 1}),
    p(bag, fun() -> ets:update_counter(B, c, 1) end),
    p(bag_element, fun() -> ets:update_element(B, c, {2, 1}) end).

takes() ->
    T = ets:new(t, []),
    ets:insert(T, [{I, I} || I <- lists:seq(1, 10)]),
    p(take, fun() -> {ets:take(T, 3), ets:take(T, 3), ets:info(T, size)} end).

errors() ->
    T = ets:new(t, [{keypos, 2}]),
    p(no_table, fun() -> ets:lookup(no_such_table, x) end),
    p(not_id, fun() -> ets:lookup(17, x) end),
    p(plain_ref, fun() -> catch_ref(fun() -> ets:lookup(make_ref(), x) end) end),
    p(not_tuple, fun() -> catch_ref(fun() -> ets:insert(T, notuple) end) end),
    p(short, fun() -> catch_ref(fun() -> ets:insert(T, {a}) end) end),
    p(empty, fun() -> catch_ref(fun() -> ets:insert(T, {}) end) end),
    p(improper, fun() -> catch_ref(fun() -> ets:insert(T, [{a, b} | c]) end) end),
    p(position, fun() -> ets:insert(T, {a, k}), catch_ref(fun() -> ets:lookup_element(T, k, 5) end) end),
    p(position0, fun() -> catch_ref(fun() -> ets:lookup_element(T, k, 0) end) end),
    p(nokey, fun() -> catch_ref(fun() -> ets:lookup_element(T, nokey, 1) end) end),
    p(next, fun() -> catch_ref(fun() -> ets:next(T, nokey) end) end),
    p(prev, fun() -> catch_ref(fun() -> ets:prev(T, nokey) end) end),
    p(slot, fun() -> catch_ref(fun() -> ets:slot(T, 100000) end) end),
    p(slot_neg, fun() -> catch_ref(fun() -> ets:slot(T, -1) end) end),
    p(info_item, fun() -> catch_ref(fun() -> ets:info(T, strange) end) end),
    p(info_id, fun() -> ets:info(17) end),
    p(fix, fun() -> catch_ref(fun() -> ets:safe_fixtable(T, maybe) end) end),
    p(new_name, fun() -> ets:new("name", []) end),
    p(new_option, fun() -> ets:new(t, [strange]) end),
    p(new_improper, fun() -> ets:new(t, [set | bag]) end),
    p(new_keypos, fun() -> ets:new(t, [{keypos, 0}]) end),
    p(whereis, fun() -> {ets:whereis(nothing), catch ets:whereis(17)} end),
    p(delete_object, fun() -> catch_ref(fun() -> ets:delete_object(T, foo) end) end),
    Self = self(),
    Pid = spawn(fun() ->
        P = ets:new(p, [private]), Q = ets:new(q, []), ets:insert(P, {1}), ets:insert(Q, {1}),
        Self ! {P, Q}, receive stop -> ok end end),
    receive {P, Q} -> ok end,
    p(private_read, fun() -> catch_ref(fun() -> ets:lookup(P, 1) end) end),
    p(protected_read, fun() -> ets:lookup(Q, 1) end),
    p(protected_write, fun() -> catch_ref(fun() -> ets:insert(Q, {2}) end) end),
    p(foreign_delete, fun() -> catch_ref(fun() -> ets:delete(Q) end) end),
    p(foreign_info, fun() -> {ets:info(P, size), ets:info(P, protection), ets:info(P, owner) =:= Pid} end),
    Pid ! stop.

%% Errors without the arguments, which hold references.
catch_ref(F) ->
    try F() catch C:R:S -> {C, R, formatted(R, S)} end.

options() ->
    Show = fun(O) -> T = ets:new(t, O), [{I, ets:info(T, I)} || I <- [type, protection, named_table, keypos, read_concurrency,
                                                                   heir]] end,
    [p(O, fun() -> Show(O) end) || O <- [[], [set], [ordered_set], [bag], [duplicate_bag], [public], [private], [protected],
        [{keypos, 3}], [{write_concurrency, true}], [{write_concurrency, auto}], [{write_concurrency, false}], [{read_concurrency, true}],
        [{write_concurrency, true}, private], [{read_concurrency, true}, private], [ordered_set, {write_concurrency, true}],
        [ordered_set, {write_concurrency, auto}, public], [{decentralized_counters, true}], [{decentralized_counters, true}, {write_concurrency, true}],
        [ordered_set, {write_concurrency, true}, {decentralized_counters, false}], [bag, set], [set, bag], [private, public, protected], [{heir, none}]]],
    p(bad_options, fun() -> [catch_class(fun() -> ets:new(t, O) end) || O <- [[{write_concurrency, maybe}], [{read_concurrency, 1}], [{heir, 1}],
        [{heir, 1, 2}], [{keypos, a}], [{decentralized_counters, x}], foo, [{protection, public}], [{heir, self(), 1, 2}]]] end).

catch_class(F) -> try F(), ok catch C:R -> {C, R} end.

infos() ->
    T = ets:new(info_table, [public, {keypos, 2}]),
    ets:insert(T, {a, b}),
    p(items, fun() -> [K || {K, _} <- ets:info(T)] end),
    p(values, fun() -> [X || {K, _} = X <- ets:info(T), not lists:member(K, [memory, owner, id])] end),
    p(owner, fun() -> {ets:info(T, owner) =:= self(), ets:info(T, id) =:= T, ets:info(T, node) =:= node(), is_integer(ets:info(T, memory))} end),
    p(fixed, fun() -> {ets:info(T, fixed), ets:info(T, safe_fixed), ets:info(T, safe_fixed_monotonic_time)} end),
    p(fixed_when, fun() ->
        Before = {erlang:monotonic_time(), erlang:timestamp()},
        ets:safe_fixtable(T, true),
        After = {erlang:monotonic_time(), erlang:timestamp()},
        {Monotonic, [{P, 1}]} = ets:info(T, safe_fixed_monotonic_time),
        {System, [{P, 1}]} = ets:info(T, safe_fixed),
        ets:safe_fixtable(T, false),
        {P =:= self(), element(1, Before) =< Monotonic, Monotonic =< element(1, After), element(2, Before) =< System, System =< element(2, After)} end),
    p(stats, fun() -> S = ets:info(T, stats), {tuple_size(S), element(1, S), element(5, S), element(6, S), element(7, S)} end),
    p(all, fun() -> lists:member(T, ets:all()) end),
    p(binary, fun() -> ets:insert(T, {bin, binary:copy(<<"x">>, 100)}), length(ets:info(T, binary)) end).

fixes() ->
    T = ets:new(t, []),
    ets:insert(T, [{I, x} || I <- lists:seq(1, 20)]),
    Before = {erlang:monotonic_time(), erlang:timestamp()},
    ets:safe_fixtable(T, true),
    p(fixed_when, fun() ->
        After = {erlang:monotonic_time(), erlang:timestamp()},
        {Time, _} = ets:info(T, safe_fixed_monotonic_time),
        {Stamp, _} = ets:info(T, safe_fixed),
        {element(1, Before) =< Time, Time =< element(1, After), element(2, Before) =< Stamp, Stamp =< element(2, After)}
    end),
    p(fixed, fun() -> {ets:info(T, fixed), case ets:info(T, safe_fixed) of {{_, _, _}, [{P, N}]} -> {P =:= self(), N} end} end),
    K = ets:first(T),
    ets:delete(T, K),
    p(deleted, fun() -> {ets:lookup(T, K), ets:member(T, K), ets:info(T, size)} end),
    p(next_of_deleted, fun() -> length(keys(T, ets:next(T, K), [])) end),
    [ets:delete(T, I) || I <- lists:seq(1, 10)],
    p(keys_left, fun() -> lists:sort(keys(T, ets:first(T), [])) end),
    p(reinsert, fun() -> ets:insert(T, {3, back}), {ets:lookup(T, 3), ets:info(T, size)} end),
    ets:safe_fixtable(T, true),
    p(twice, fun() -> {_, [{_, N}]} = ets:info(T, safe_fixed), N end),
    ets:safe_fixtable(T, false),
    ets:safe_fixtable(T, false),
    p(unfixed, fun() -> {ets:info(T, fixed), ets:safe_fixtable(T, false), ets:info(T, size)} end),
    p(next_gone, fun() -> catch_class(fun() -> ets:next(T, K) end) end),
    ets:safe_fixtable(T, true),
    ets:insert(T, [{I, y} || I <- lists:seq(100, 1000)]),
    ets:delete_all_objects(T),
    p(cleared, fun() -> {ets:info(T, size), ets:first(T), ets:tab2list(T), element(7, ets:info(T, stats)) > 0} end),
    ets:insert(T, {500, z}),
    ets:safe_fixtable(T, false),
    p(after_clear, fun() -> {ets:tab2list(T), element(7, ets:info(T, stats))} end),
    Self = self(),
    {Pid, Ref} = spawn_monitor(fun() -> ets:safe_fixtable(T, true), Self ! ok, receive stop -> ok end end),
    receive ok -> ok end,
    p(fixed_by_other, fun() -> ets:info(T, fixed) end),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    p(other_gone, fun() -> ets:info(T, fixed) end).

owners() ->
    {Pid, Ref} = spawn_monitor(fun() -> ets:new(owned, [named_table, public]), receive stop -> ok end end),
    wait(fun() -> ets:info(owned, size) =:= 0 end),
    p(public_write, fun() -> ets:insert(owned, {1}), ets:tab2list(owned) end),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    wait(fun() -> ets:info(owned) =:= undefined end),
    p(gone, fun() -> ets:info(owned) end),
    Self = self(),
    T = ets:new(gift, []),
    ets:insert(T, {1}),
    {To, Ref2} = spawn_monitor(fun() -> receive {'ETS-TRANSFER', Tab, From, Data} -> Self ! {got, From =:= Self, Data, ets:insert(Tab, {2})} end,
                                   receive stop -> ok end end),
    p(give, fun() -> ets:give_away(T, To, [some, {data, "x"}]) end),
    p(got, fun() -> receive {got, A, B, C} -> {A, B, C} end end),
    p(not_mine, fun() -> {ets:info(T, owner) =:= To, catch_class(fun() -> ets:insert(T, {3}) end), ets:tab2list(T) =:= [{1}, {2}]} end),
    p(give_again, fun() -> catch_ref(fun() -> ets:give_away(T, Self, x) end) end),
    To ! stop,
    receive {'DOWN', Ref2, _, _, _} -> ok end,
    M = ets:new(mine, []),
    p(give_self, fun() -> catch_ref(fun() -> ets:give_away(M, Self, x) end) end),
    p(give_dead, fun() -> catch_ref(fun() -> ets:give_away(M, To, x) end) end),
    p(give_nonsense, fun() -> catch_ref(fun() -> ets:give_away(M, foo, x) end) end).

wait(F) -> case F() of true -> ok; false -> receive after 1 -> wait(F) end end.

heirs() ->
    {Gone, Monitor} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Monitor, process, Gone, _} -> ok end,
    p(dead_heir, fun() -> ets:info(ets:new(t, [{heir, Gone, data}]), heir) end),
    p(heirs_pid_again, fun heirs_pid_again/0),
    Self = self(),
    {_, Ref} = spawn_monitor(fun() -> T = ets:new(legacy, [{heir, Self, {some, "data"}}, named_table]), ets:insert(T, {inherited}) end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    p(transfer, fun() -> receive {'ETS-TRANSFER', legacy, _Pid, Data} -> Data end end),
    p(inherited, fun() -> {ets:info(legacy, owner) =:= Self, ets:tab2list(legacy), ets:info(legacy, heir) =:= Self} end),
    p(setopts, fun() -> ets:setopts(legacy, {heir, none}), ets:info(legacy, heir) end),
    p(setopts_list, fun() -> {ets:setopts(legacy, [{protection, private}]), ets:info(legacy, protection)} end),
    p(setopts_bad, fun() -> [catch_class(fun() -> ets:setopts(legacy, O) end) || O <- [foo, [{protection, x}], [{heir, 1}], {heir, Self},
                               [{protection, public}, {protection, private}], [{keypos, 2}], []]] end),
    {_, Ref2} = spawn_monitor(fun() -> T = ets:new(legacy2, []), ets:setopts(T, {heir, Self, late}), ets:insert(T, {1}) end),
    receive {'DOWN', Ref2, _, _, _} -> ok end,
    p(transfer2, fun() -> receive {'ETS-TRANSFER', T, _Pid2, Data} -> {Data, ets:tab2list(T)} end end),
    ets:delete(legacy).

%% A process that gets the pid of an heir that has ended is no heir.
heirs_pid_again() ->
    erts_debug:set_internal_state(available_internal_state, true),
    Result = heirs_pid_again(1000),
    erts_debug:set_internal_state(available_internal_state, false),
    Result.

heirs_pid_again(0) -> the_pid_did_not_come_again;
heirs_pid_again(Tries) ->
    Parent = self(),
    Next = erts_debug:get_internal_state(next_pid),
    Owner = spawn(fun() ->
                          Heir = receive P -> P end,
                          T = ets:new(t, [{heir, Heir, data}]),
                          Parent ! {self(), ets:info(T, heir) =:= Heir},
                          receive stop -> exit(ets:info(T, heir)) end
                  end),
    {Heir, Monitor} = spawn_monitor(fun() -> receive stop -> ok end end),
    Owner ! Heir,
    Alive = receive {Owner, A} -> A end,
    Heir ! stop,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    erts_debug:set_internal_state(next_pid, Next),
    Others = [spawn_monitor(fun() -> receive stop -> ok; Other -> exit(Other) end end) || _ <- lists:seq(1, 10)],
    Ended = monitor(process, Owner),
    Owner ! stop,
    After = receive {'DOWN', Ended, _, _, Reason} -> Reason end,
    Got = [begin
               Pid ! stop,
               receive {'DOWN', M, _, _, What} -> What end
           end || {Pid, M} <- Others],
    case lists:keymember(Heir, 1, Others) of
        true -> {Alive, After, lists:usort(Got)};
        false -> heirs_pid_again(Tries - 1)
    end.

names() ->
    p(named, fun() -> ets:new(nam, [named_table]) end),
    p(named_again, fun() -> ets:new(nam, [named_table]) end),
    p(unnamed_same, fun() -> is_reference(ets:new(nam, [])) end),
    p(whereis, fun() -> {is_reference(ets:whereis(nam)), ets:info(ets:whereis(nam), name)} end),
    p(rename, fun() -> {ets:rename(nam, nam2), ets:whereis(nam), ets:info(nam2, name)} end),
    p(rename_taken, fun() -> ets:new(nam3, [named_table]), ets:rename(nam2, nam3) end),
    p(rename_bad, fun() -> ets:rename(nam2, "x") end),
    p(rename_unnamed, fun() -> T = ets:new(un, []), {ets:rename(T, un2) =:= T, ets:info(T, name), ets:whereis(un2)} end),
    p(by_ref, fun() -> ets:insert(ets:whereis(nam2), {1, 2}), ets:lookup(nam2, 1) end),
    ets:delete(nam2), ets:delete(nam3),
    p(deleted, fun() -> ets:whereis(nam2) end).

big() ->
    T = ets:new(t, [public]),
    N = 100000,
    [ets:insert(T, {I, {I, "payload"}}) || I <- lists:seq(1, N)],
    p(count, fun() -> ets:info(T, size) end),
    p(sum, fun() -> ets:foldl(fun({K, {V, _}}, S) -> S + K + V end, 0, T) end),
    p(all_there, fun() -> lists:all(fun(I) -> ets:lookup(T, I) =:= [{I, {I, "payload"}}] end, lists:seq(1, N, 7)) end),
    p(delete_all, fun() -> {ets:delete_all_objects(T), ets:info(T, size), ets:insert(T, {1}), ets:tab2list(T)} end),
    ets:insert(T, [{I} || I <- lists:seq(1, N)]),
    p(delete, fun() -> {ets:delete(T), ets:info(T)} end).

slots() ->
    T = ets:new(t, []),
    ets:insert(T, [{I} || I <- lists:seq(1, 50)]),
    p(slots, fun() -> lists:append([ets:slot(T, S) || S <- lists:seq(0, 255)]) end),
    p(last_slot, fun() -> ets:slot(T, 256) end).

kinds() ->
    p(tab2list, fun() -> T = ets:new(t, []), ets:insert(T, [{X} || X <- [a, b, c]]), lists:sort(ets:tab2list(T)) end),
    p(foldr, fun() -> T = ets:new(t, []), ets:insert(T, [{X} || X <- lists:seq(1, 10)]), ets:foldr(fun({X}, A) -> X + A end, 0, T) end),
    p(init_table, fun() -> T = ets:new(t, []), ets:init_table(T, init([[{1}, {2}], [{3}]])), lists:sort(ets:tab2list(T)) end).

init([]) -> fun(_) -> end_of_input end;
init([L | R]) -> fun(_) -> {L, init(R)} end.

decoded() ->
    T = ets:new(t, []),
    ets:insert(T, {1, one}),
    T2 = binary_to_term(term_to_binary(T)),
    p(decoded, fun() -> {T2 =:= T, ets:lookup(T2, 1)} end).
