%% A small Common Test driver: runs a *_SUITE module without the common_test
%% application (no HTML, no logs, no nodes), so that a VM that can run plain
%% Erlang can run the suites of others.  Put stubs/ in front of the path: it
%% has ct and test_server modules that answer without a test server.
%%
%%   $VM -noshell -pa stubs -pa lib -pa DIR -run suite_driver main DATAROOT SUITE [CASE...]
%%
%% Environment: SUITE_TIMEOUT (ms per case, default 60000), SUITE_PRIV (scratch dir),
%% SUITE_HOOK (a ct hook module whose init/2 is called first).
%% One line per case:  ok|fail|skip|timeout <TAB> Suite:case[@group] <TAB> detail
-module(suite_driver).
-export([main/1, run/3]).

-define(SETTLE_MS, 20).

main([Root, Suite | Cases]) ->
    process_flag(trap_exit, true),
    R = run(Root, list_to_atom(Suite), [list_to_atom(C) || C <- Cases]),
    halt(case R of {_, 0, _, 0} -> 0; _ -> 1 end).

run(Root, S, Only) ->
    put(suite_count, {0, 0, 0, 0}),
    Priv = os:getenv("SUITE_PRIV", filename:join(os:getenv("TMPDIR", "/tmp"), "suite-priv")) ++ "/" ++ atom_to_list(S) ++ "/",
    ok = filelib:ensure_dir(Priv ++ "x"),
    Config0 = [{data_dir, filename:join(Root, atom_to_list(S) ++ "_data") ++ "/"},
               {priv_dir, Priv}, {suite, S}],
    put(suite_only, Only),
    %% SUITE_HOOK: a ct hook module of the project whose init/2 starts things
    case os:getenv("SUITE_HOOK") of
        false -> ok;
        H -> _ = (list_to_atom(H)):init(suite_driver, [])
    end,
    case code:ensure_loaded(S) of
        {module, S} -> ok;
        Err -> io:format("fail\t~w:load\t~0p~n", [S, Err]), halt(3)
    end,
    Groups = case erlang:function_exported(S, groups, 0) of
                 true -> S:groups();
                 false -> []
             end,
    SuiteTT = case erlang:function_exported(S, suite, 0) of
                  true -> try S:suite() catch _:_ -> [] end;
                  false -> []
              end,
    put(suite_tt, SuiteTT),
    case safe(fun() -> S:all() end) of
        {ok, {skip, R}} -> note(skip, S, all, [], R);
        {ok, All} ->
            case cfg(S, init_per_suite, [Config0], Config0) of
                {ok, C1} ->
                    members(S, All, Groups, [], C1),
                    _ = cfg(S, end_per_suite, [C1], C1);
                {skip, R} -> note(skip, S, init_per_suite, [], R);
                {fail, R} -> note(fail, S, init_per_suite, [], R)
            end;
        {fail, R} -> note(fail, S, all, [], R)
    end,
    {P, F, K, T} = get(suite_count),
    io:format("CT ~w pass=~w fail=~w skip=~w timeout=~w~n", [S, P, F, K, T]),
    {P, F, K, T}.

members(_, [], _, _, _) -> ok;
members(S, [M | Ms], Gs, Path, C) ->
    member(S, M, Gs, Path, C),
    members(S, Ms, Gs, Path, C).

member(S, Ms, Gs, Path, C) when is_list(Ms) -> members(S, Ms, Gs, Path, C);
member(S, {group, G}, Gs, Path, C) -> group(S, G, Gs, Path, C);
member(S, {group, G, _}, Gs, Path, C) -> group(S, G, Gs, Path, C);
member(S, {group, G, _, _}, Gs, Path, C) -> group(S, G, Gs, Path, C);
member(S, {group, _Suite, G, _, _}, Gs, Path, C) -> group(S, G, Gs, Path, C);
member(S, {testcase, TC, _}, _, Path, C) -> testcase(S, TC, Path, C);
member(S, {G, _Props, Ms} = Def, Gs, Path, C) when is_atom(G), is_list(Ms) ->
    group1(S, Def, Gs, Path, C);
member(S, TC, _, Path, C) when is_atom(TC) -> testcase(S, TC, Path, C).

group(S, G, Gs, Path, C) ->
    case lists:keyfind(G, 1, Gs) of
        {G, Ms} -> group1(S, {G, [], Ms}, Gs, Path, C);
        {G, _, _} = D -> group1(S, D, Gs, Path, C);
        false -> note(fail, S, G, Path, no_such_group)
    end.

group1(S, {G, Props, Ms}, Gs, Path, C) ->
    C1 = [{tc_group_properties, [{name, G} | [P || P <- Props]]},
          {tc_group_path, Path} | C],
    case cfg(S, init_per_group, [G, C1], C1) of
        {ok, C2} ->
            members(S, Ms, Gs, [G | Path], C2),
            _ = cfg(S, end_per_group, [G, C2], C2);
        {skip, R} -> note(skip, S, G, Path, R);
        {fail, R} -> note(fail, S, G, Path, R)
    end.

testcase(S, TC, Path, C) ->
    case get(suite_only) =:= [] orelse lists:member(TC, get(suite_only)) of
        true -> testcase1(S, TC, Path, C);
        false -> ok
    end.

testcase1(S, TC, Path, C) ->
    Self = self(),
    Time = list_to_integer(os:getenv("SUITE_TIMEOUT", "60000")),
    Quiet = os:getenv("SUITE_QUIET", "1") =:= "1",
    {Pid, Mon} = spawn_monitor(
        fun() ->
            Quiet andalso group_leader(null_io(), self()),
            C1 = [{tstcfg_pid, self()}, {tc_group_path, Path} | C],
            Res = case cfg1(S, init_per_testcase, [TC, C1], C1) of
                      {ok, C2} ->
                          R0 = case_result(safe(fun() -> S:TC(C2) end)),
                          _ = cfg1(S, end_per_testcase, [TC, [{tc_status, ok} | C2]], C2),
                          R0;
                      Other -> Other
                  end,
            Self ! {suite_done, self(), Res},
            exit(normal)
        end),
    receive
        {suite_done, Pid, Res} ->
            receive {'DOWN', Mon, _, _, _} -> ok after 1000 -> exit(Pid, kill) end,
            case Res of
                ok -> note(ok, S, TC, Path, "");
                {skip, R} -> note(skip, S, TC, Path, R);
                {fail, R} -> note(fail, S, TC, Path, R)
            end;
        {'DOWN', Mon, _, _, R} ->
            case R of
                {skip, X} -> note(skip, S, TC, Path, X);
                {skipped, X} -> note(skip, S, TC, Path, X);
                _ -> note(fail, S, TC, Path, {died, R})
            end
    after Time ->
        exit(Pid, kill),
        receive {'DOWN', Mon, _, _, _} -> ok after 5000 -> ok end,
        note(timeout, S, TC, Path, Time)
    end,
    %% What the case leaves behind gets a moment to end, as it does between the cases of common_test.
    receive after ?SETTLE_MS -> flush() end.

flush() -> receive {'EXIT', _, _} -> flush(); {suite_done, _, _} -> flush() after 0 -> ok end.

case_result({ok, {skip, R}}) -> {skip, R};
case_result({ok, {skipped, R}}) -> {skip, R};
case_result({ok, {fail, R}}) -> {fail, R};
case_result({ok, {failed, R}}) -> {fail, R};
case_result({ok, _}) -> ok;
case_result(X) -> X.

%% A configuration function: {ok, Config} | {skip, R} | {fail, R}.
%% Suite- and group-level ones run in the driver's own process, as CT keeps
%% a process alive for their links and tables.
cfg(S, F, Args, Def) -> cfg1(S, F, Args, Def).

cfg1(S, F, Args, Def) ->
    case erlang:function_exported(S, F, length(Args)) of
        false -> {ok, Def};
        true ->
            case safe(fun() -> apply(S, F, Args) end) of
                {ok, {skip, R}} -> {skip, R};
                {ok, {skipped, R}} -> {skip, R};
                {ok, {fail, R}} -> {fail, R};
                {ok, {skip_and_save, R, _}} -> {skip, R};
                {ok, {return_group_result, _}} -> {ok, Def};
                {ok, L} when is_list(L) -> {ok, L};
                {ok, _} -> {ok, Def};
                X -> X
            end
    end.

safe(F) ->
    try {ok, F()}
    catch
        _:{skip, R} -> {skip, R};
        _:{skipped, R} -> {skip, R};
        throw:R:_ -> {fail, {thrown, R}};
        C:R:St -> {fail, {C, R, first(St, 4)}}
    end.

note(Tag, S, TC, Path, Detail) ->
    {P, F, K, T} = get(suite_count),
    put(suite_count, case Tag of
                      ok -> {P + 1, F, K, T};
                      fail -> {P, F + 1, K, T};
                      skip -> {P, F, K + 1, T};
                      timeout -> {P, F, K, T + 1}
                  end),
    G = case Path of [] -> ""; [H | _] -> ["@", atom_to_list(H)] end,
    D = [case X of $\n -> $\s; $\t -> $\s; _ -> X end
         || X <- lists:flatten(io_lib:format("~0tP", [Detail, 20]))],
    io:format("~w\t~w:~tw~ts\t~ts~n", [Tag, S, TC, G, D]).

%% An io server that throws its output away.
null_io() ->
    case whereis(suite_null_io) of
        undefined ->
            P = spawn(fun null_loop/0),
            catch register(suite_null_io, P),
            P;
        P -> P
    end.

null_loop() ->
    receive
        {io_request, From, As, Req} ->
            From ! {io_reply, As, null_reply(Req)},
            null_loop();
        _ -> null_loop()
    end.

null_reply({get_line, _, _}) -> eof;
null_reply({get_chars, _, _, _}) -> eof;
null_reply({get_until, _, _, _, _, _}) -> eof;
null_reply({requests, Rs}) -> lists:foldl(fun(R, _) -> null_reply(R) end, ok, Rs);
null_reply(getopts) -> [{binary, false}, {encoding, unicode}];
null_reply({get_geometry, _}) -> {error, enotsup};
null_reply(_) -> ok.

first([H | T], N) when N > 0 -> [H | first(T, N - 1)];
first(_, _) -> [].
