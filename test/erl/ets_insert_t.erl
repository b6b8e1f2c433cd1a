%% Long lists go into a table in turns: others run meanwhile, but nobody sees a part of the list.
-module(ets_insert_t).
-export([main/0]).

-define(N, 50000).

main() ->
    List = [{I, integer_to_list(I)} || I <- lists:seq(1, ?N)],
    [begin
         p({result, Type}, fun() -> results(Type, List) end),
         p({doubles, Type}, fun() -> doubles(Type) end),
         p({new, Type}, fun() -> new(Type, List) end),
         p({bad, Type}, fun() -> bad(Type, List) end),
         p({whole, Type}, fun() -> whole(Type, List) end),
         p({written_between, Type}, fun() -> written_between(Type, List) end)
     end || Type <- [set, ordered_set, bag, duplicate_bag]],
    [begin
         p({killed, Type}, fun() -> killed(Type, List) end),
         p({renamed, Type}, fun() -> renamed(Type, List) end),
         p({deleted, Type}, fun() -> deleted(Type, List) end),
         p({owner_ends, Type}, fun() -> owner_ends(Type, List) end)
     end || Type <- [set, duplicate_bag]],
    p(fixed, fun() -> fixed(List) end),
    p(words, fun() -> words() end),
    p(rights, fun() -> rights(List) end).

p(Tag, F) -> io:format("~p: ~0p~n", [Tag, try F() catch C:R:St -> {C, R, mfa(St)} end]).

%% Only lengths of arguments: the list is long.
mfa([{M, F, As, _} | _]) when is_list(As) -> {M, F, length(As)};
mfa([{M, F, A, _} | _]) -> {M, F, A}.

new_table(Type) -> ets:new(t, [Type, public]).

results(Type, List) ->
    T = new_table(Type),
    R = ets:insert(T, List),
    Same = lists:sort(ets:tab2list(T)) =:= lists:sort(List),
    {R, Same, ets:info(T, size), ets:lookup(T, 1), ets:lookup(T, ?N), ets:insert(T, List), ets:info(T, size), ets:delete(T)}.

%% Several with one key: which one a set keeps, and the order in bags.
doubles(Type) ->
    T = new_table(Type),
    true = ets:insert(T, [{I rem 15000, I rem 30000} || I <- lists:seq(1, ?N)]),
    {ets:info(T, size), ets:lookup(T, 7), ets:lookup(T, 14999), ets:delete(T)}.

new(Type, List) ->
    [begin
         T = new_table(Type),
         [ets:insert(T, {Key, there}) || Key <- Keys],
         R = ets:insert_new(T, List),
         Size = ets:info(T, size),
         ets:delete(T),
         {R, Size}
     end || Keys <- [[], [0], [1], [?N], [?N div 2]]].

bad(Type, List) ->
    T = new_table(Type),
    Bads = [List ++ [x], List ++ [{}], List ++ x, [{} | List], lists:reverse(List, x)],
    {[try ets:F(T, Bad) catch error:badarg:St -> mfa(St) end || Bad <- Bads, F <- [insert, insert_new]], ets:info(T, size), ets:delete(T)}.

%% Looks from outside at every turn.
whole(Type, List) ->
    T = new_table(Type),
    Looker = spawn(fun() -> look(T, [], 0) end),
    true = ets:insert(T, List),
    Looker ! {stop, self()},
    {Seen, Turns} = receive {seen, S, N} -> {S, N} end,
    {Seen -- [0, ?N], Turns >= 2, ets:delete(T)}.

look(T, Seen, Turns) ->
    receive
        {stop, From} -> From ! {seen, lists:usort(Seen), Turns}
    after 0 ->
        Size = ets:info(T, size),
        erlang:yield(),
        look(T, [Size | Seen], Turns + 1)
    end.

%% Another's key is there before or after the whole list: insert_new is all or nothing.
written_between(Type, List) ->
    [begin
         T = new_table(Type),
         Writer = spawn_monitor(fun() -> turns(Turns), ets:insert_new(T, {?N div 2, other}) end),
         R = ets:insert_new(T, List),
         ended(Writer),
         Expected = case R of true -> {?N, [{?N div 2, integer_to_list(?N div 2)}]}; false -> {1, [{?N div 2, other}]} end,
         Found = {ets:info(T, size), ets:lookup(T, ?N div 2)},
         ets:delete(T),
         Found =:= Expected
     end || Turns <- [0, 1, 2, 3, 5, 8]].

turns(0) -> ok;
turns(N) -> erlang:yield(), turns(N - 1).

ended({Pid, Ref}) -> receive {'DOWN', Ref, process, Pid, _} -> ok end.

killed(Type, List) ->
    [begin
         T = new_table(Type),
         {Pid, _} = Monitor = spawn_monitor(fun() -> ets:insert(T, List) end),
         turns(Turns),
         exit(Pid, kill),
         ended(Monitor),
         Size = ets:info(T, size),
         ets:delete(T),
         lists:member(Size, [0, ?N])
     end || Turns <- [0, 1, 2, 4, 6, 8]].

renamed(Type, List) ->
    [begin
         before = ets:new(before, [Type, public, named_table]),
         Parent = self(),
         spawn_link(fun() -> Parent ! {inserted, try ets:insert(before, List) catch error:badarg -> false end} end),
         turns(Turns),
         'after' = ets:rename(before, 'after'),
         before = ets:new(before, [Type, public, named_table, {keypos, 2}]),
         R = receive {inserted, R0} -> R0 end,
         Sizes = lists:sort([ets:info(before, size), ets:info('after', size)]),
         ets:delete(before),
         ets:delete('after'),
         %% Early, while the list is copied, the table is lost; later the whole list goes in.
         {R, Sizes} =:= {false, [0, 0]} orelse (Turns > 2 andalso {R, Sizes} =:= {true, [0, ?N]})
     end || Turns <- [2, 4, 6, 8]].

deleted(Type, List) ->
    [begin
         T = new_table(Type),
         Parent = self(),
         spawn_link(fun() -> Parent ! {inserted, try ets:insert(T, List) catch error:badarg:St -> mfa(St) end} end),
         turns(Turns),
         true = ets:delete(T),
         R = receive {inserted, R0} -> R0 end,
         lists:member(R, [true, {ets, insert, 2}])
     end || Turns <- [0, 1, 2, 4, 6, 8]].

owner_ends(Type, List) ->
    [begin
         Parent = self(),
         {Owner, _} = Monitor = spawn_monitor(fun() -> Parent ! {table, new_table(Type)}, receive stop -> ok end end),
         T = receive {table, T0} -> T0 end,
         spawn_link(fun() -> Parent ! {inserted, try ets:insert(T, List) catch error:badarg:St -> mfa(St) end} end),
         turns(Turns),
         exit(Owner, kill),
         ended(Monitor),
         R = receive {inserted, R0} -> R0 end,
         {lists:member(R, [true, {ets, insert, 2}]), ets:info(T)}
     end || Turns <- [0, 2, 4, 6, 8]].

%% Objects that were deleted while the table is fixed come back.
fixed(List) ->
    T = new_table(set),
    ets:insert(T, List),
    ets:safe_fixtable(T, true),
    [ets:delete(T, I) || I <- lists:seq(1, ?N, 2)],
    Before = ets:info(T, size),
    true = ets:insert(T, [{I, again} || I <- lists:seq(1, ?N)]),
    Fixed = ets:info(T, size),
    ets:safe_fixtable(T, false),
    {Before, Fixed, ets:info(T, size), ets:lookup(T, 1), ets:lookup(T, 2), ets:foldl(fun({_, again}, N) -> N + 1 end, 0, T)}.

%% Nothing is left over in the table's size, and large objects count as more.
words() ->
    T = new_table(set),
    Empty = ets:info(T, memory),
    true = ets:insert(T, [{I, lists:seq(1, 100), <<I:800>>} || I <- lists:seq(1, 20000)]),
    true = ets:insert(T, [{I, lists:seq(1, 10)} || I <- lists:seq(1, 20000)]),
    Small = ets:info(T, memory) < 20000 * 40,
    true = ets:delete_all_objects(T),
    {Small, ets:info(T, memory) =:= Empty}.

rights(List) ->
    T = ets:new(t, [protected]),
    Parent = self(),
    spawn_link(fun() -> Parent ! {tried, [try ets:F(T, List) catch error:badarg:St -> {mfa(St), element(4, hd(St))} end || F <- [insert, insert_new]]} end),
    {receive {tried, R} -> R end, ets:info(T, size)}.
