-module(ets_fix_t).
-export([main/0]).
%% Many processes that fix one table, and one process that fixes many tables: who is counted, and that the time
%% grows with their number and not with its square.

p(Name, Fun) ->
    io:format("~w ~p~n", [Name, try Fun() catch C:R -> {C, R} end]).

main() ->
    p(counts, fun counts/0),
    p(fixer_dies, fun fixer_dies/0),
    p(any_order, fun any_order/0),
    p(deleted_while_fixed, fun deleted_while_fixed/0),
    p(many_processes_take_linear_time, fun() -> grows_linearly(fun processes_fix/1, 2000) end),
    p(many_tables_take_linear_time, fun() -> grows_linearly(fun tables_fixed/1, 3000) end).

fixers(T) ->
    case ets:info(T, safe_fixed) of
        {_, List} -> lists:sort([Count || {_, Count} <- List]);
        Other -> Other
    end.

counts() ->
    T = ets:new(t, [public]),
    Pids = [fixer(T, N) || N <- [1, 2, 3]],
    A = fixers(T),
    ets:safe_fixtable(T, false),
    ets:safe_fixtable(T, true),
    B = fixers(T),
    stop(lists:nth(2, Pids)),
    C = fixers(T),
    [stop(P) || P <- Pids],
    D = fixers(T),
    ets:safe_fixtable(T, false),
    {A, B, C, D, ets:info(T, fixed), fixers(T)}.

%% What was deleted is kept until the last process that fixed the table is gone.
fixer_dies() ->
    T = ets:new(t, [public]),
    [ets:insert(T, {I}) || I <- lists:seq(1, 100)],
    Pids = [fixer(T, 1) || _ <- lists:seq(1, 50)],
    ets:match_delete(T, '_'),
    ets:insert(T, {1}),
    Kept = element(7, ets:info(T, stats)) > 0,
    [stop(P) || P <- Pids],
    {Kept, ets:info(T, fixed), element(7, ets:info(T, stats)), ets:tab2list(T)}.

any_order() ->
    Tables = [ets:new(t, [public]) || _ <- lists:seq(1, 40)],
    Fix = fun(On, List) -> [ets:safe_fixtable(T, On) || T <- List] end,
    Fix(true, Tables),
    Fix(true, lists:reverse(Tables)),
    Fix(false, Tables),
    A = lists:usort([fixers(T) || T <- Tables]),
    {Some, Others} = lists:partition(fun(T) -> erlang:phash2(T, 2) =:= 0 end, Tables),
    Fix(false, Some),
    B = {lists:usort([fixers(T) || T <- Some]), lists:usort([fixers(T) || T <- Others])},
    Fix(false, lists:reverse(Tables)),
    C = lists:usort([fixers(T) || T <- Tables]),
    [ets:delete(T) || T <- Tables],
    {A, B, C}.

deleted_while_fixed() ->
    Pid = fixer(ets:new(kept, [public, named_table]), 2),
    T = ets:new(t, [public]),
    [ets:safe_fixtable(X, true) || X <- [T, kept]],
    ets:delete(kept),
    ets:new(kept, [public, named_table]),
    A = {fixers(T), fixers(kept)},
    stop(Pid),
    {A, fixers(T), fixers(kept), ets:delete(kept)}.

fixer(T, Times) ->
    Parent = self(),
    Pid = spawn(fun() ->
                        [ets:safe_fixtable(T, true) || _ <- lists:seq(1, Times)],
                        Parent ! {self(), fixed},
                        receive stop -> ok end
                end),
    receive {Pid, fixed} -> Pid end.

stop(Pid) ->
    Ref = monitor(process, Pid),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end.

%% Of two runs, the better one counts.
grows_linearly(Fun, N) ->
    Few = lists:min([Fun(N), Fun(N)]),
    Many = lists:min([Fun(10 * N), Fun(10 * N)]),
    case Many < 35 * max(Few, 5) of
        true -> yes;
        false -> {Few, Many}
    end.

processor_ms(Fun) ->
    {T0, _} = statistics(runtime),
    Fun(),
    {T1, _} = statistics(runtime),
    T1 - T0.

processes_fix(N) ->
    T = ets:new(t, [public]),
    Ms = processor_ms(fun() ->
                              Pids = [fixer(T, 1) || _ <- lists:seq(1, N)],
                              N = length(fixers(T)),
                              [stop(P) || P <- Pids]
                      end),
    false = ets:info(T, fixed),
    ets:delete(T),
    Ms.

tables_fixed(N) ->
    Tables = [ets:new(t, [public]) || _ <- lists:seq(1, N)],
    Ms = processor_ms(fun() -> [ets:safe_fixtable(T, On) || On <- [true, false], T <- Tables] end),
    [ets:delete(T) || T <- Tables],
    Ms.
