%% A fun of a module that is being purged: its callers wait for the outcome. And what no loader takes.
-module(purge_fun_t).
-export([main/0]).

main() ->
    logger:set_primary_config(level, none),
    [outcome(Type) || Type <- [false, true]],
    [damaged(Chunk) || Chunk <- ["Attr", "CInf"]].

%% Type as of erts_code_purger: true kills and purges, false gives up if anybody runs the code.
outcome(Type) ->
    {ok, M, Code} = compile:forms([{attribute, 1, module, purged_funs}, {attribute, 2, export, [{make, 1}, {stay, 0}]},
        {function, 3, make, 1, [{clause, 3, [{var, 3, 'X'}], [], [{'fun', 3, {clauses, [{clause, 3, [{var, 3, 'Y'}], [],
            [{op, 3, '+', {var, 3, 'X'}, {var, 3, 'Y'}}]}]}}]}]},
        {function, 4, stay, 0, [{clause, 4, [], [], [{'receive', 4, [{clause, 4, [{atom, 4, go}], [], [{atom, 4, ok}]}]},
            {atom, 4, done}]}]}]),
    {module, M} = code:load_binary(M, "none", Code),
    F = M:make(10),
    {Stayer, StayerRef} = spawn_monitor(fun() -> M:stay() end),
    timer:sleep(20),
    io:format("~p ~p~n", [F(1), is_atom(element(2, erlang:fun_info(F, name)))]),
    true = erlang:delete_module(M),
    Ref = make_ref(),
    erts_code_purger ! {test_purge, M, self(), Type, Ref},
    receive {started, Ref} -> ok end,
    {Caller, CallerRef} = spawn_monitor(fun() -> exit({result, F(2)}) end),
    timer:sleep(50),
    io:format("~p ~p~n", [process_info(Caller, status), process_info(Caller, current_function)]),
    erts_code_purger ! {continue, Ref},
    receive {continued, Ref} -> ok end,
    erts_code_purger ! {complete, Ref},
    receive {test_purge, Result, Ref} -> io:format("~p ~p~n", [Type, Result]) end,
    receive {'DOWN', CallerRef, _, _, Why} -> io:format("~p~n", [short(Why)]) end,
    Stayer ! go,
    receive {'DOWN', StayerRef, _, _, Why2} -> io:format("~p~n", [short(Why2)]) end,
    code:purge(M).

short({undef, _}) -> undef;
short(Other) -> Other.

damaged(Chunk) ->
    {ok, M, Code} = compile:forms([{attribute, 1, module, damaged_chunk}]),
    {ok, M, Chunks} = beam_lib:all_chunks(Code),
    {ok, Bad} = beam_lib:build_module(lists:keyreplace(Chunk, 1, Chunks, {Chunk, <<"no term">>})),
    io:format("~p ~p~n", [Chunk, code:load_binary(M, "none", Bad)]).
