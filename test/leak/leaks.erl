%% Things that are made and go away again, over and over: the VM's resident memory must stay where it was.
-module(leaks).
-export([main/0, main/1]).
-define(ALLOWED_KB, 3000).

main() -> main([]).
main(Names) ->
    logger:set_primary_config(level, none),
    Failed = [N || {N, Count, F} <- loops(), Names =:= [] orelse lists:member(atom_to_list(N), Names), not holds(N, Count, F)],
    halt(case Failed of [] -> 0; _ -> 1 end).

%% The first rounds fill caches and pools.
holds(Name, Count, F) ->
    repeat(Count div 2, F),
    Before = settled_kb(),
    repeat(Count, F),
    Grown = settled_kb() - Before,
    io:format("~s leaks ~s: ~p KB after ~p rounds~n", [case Grown < ?ALLOWED_KB of true -> "ok"; _ -> "FAIL" end, Name, Grown, Count]),
    Grown < ?ALLOWED_KB.

repeat(0, _) -> ok;
repeat(N, F) -> F(N), repeat(N - 1, F).

settled_kb() ->
    receive after 100 -> ok end,
    [garbage_collect(P) || P <- processes()],
    {ok, Text} = file:read_file("/proc/self/status"),
    {match, [KB]} = re:run(Text, "VmRSS:\\s+(\\d+)", [{capture, all_but_first, list}]),
    list_to_integer(KB).

await(F) ->
    {P, R} = spawn_monitor(F),
    receive {'DOWN', R, process, P, _} -> ok end.

loops() ->
    Module = compiled(),
    [{processes, 50000, fun(N) -> await(fun() -> put(k, binary:copy(<<N:64>>, 100)), self() ! binary:copy(<<1>>, 1000) end) end},
     {killed, 50000, fun(_) -> {P, R} = spawn_monitor(fun() -> link(whereis(init)), receive x -> x end end), exit(P, kill),
                               receive {'DOWN', R, _, _, _} -> ok end end},
     {binaries, 20000, fun(N) -> B = binary:copy(<<N:32>>, 10000), _ = <<B/binary, 1>>, binary:part(B, 5, 1000) end},
     {appends, 200, fun(_) -> lists:foldl(fun(I, A) -> <<A/binary, I:16>> end, <<>>, lists:seq(1, 2000)) end},
     {tables, 20000, fun(N) -> T = ets:new(t, [case N rem 3 of 0 -> set; 1 -> ordered_set; 2 -> bag end, public]),
                               ets:insert(T, [{I, binary:copy(<<I>>, 100)} || I <- lists:seq(1, 20)]), ets:match_object(T, {'_', <<>>}),
                               ets:delete(T, 3), ets:delete(T) end},
     {named_tables, 10000, fun(_) -> await(fun() -> ets:new(leaky, [named_table]), ets:insert(leaky, {1, make_ref()}) end) end},
     {code, 10000, fun(_) -> {module, leaky} = erlang:load_module(leaky, Module), leaky:f(1), code:purge(leaky),
                             code:delete(leaky), code:purge(leaky) end},
     {refused_code, 10000, fun(N) -> {error, _} = erlang:prepare_loading(leaky, binary:part(Module, 0, byte_size(Module) - 1 - N rem 200)) end},
     {ports, 3000, fun(_) -> P = open_port({spawn, "true"}, [exit_status]), receive {P, {exit_status, _}} -> ok end, catch port_close(P) end},
     {drivers, 10000, fun(_) -> {ok, S} = gen_udp:open(0), gen_udp:close(S) end},
     {files, 10000, fun(_) -> {ok, F} = file:open("/dev/zero", [raw, read, binary]), file:read(F, 1000), file:close(F) end},
     {timers, 100000, fun(_) -> R = erlang:send_after(100000, self(), {x, self()}), erlang:cancel_timer(R) end},
     {expired_timers, 3000, fun(_) -> erlang:start_timer(0, self(), x), receive {timeout, _, _} -> ok end end},
     {resources, 50000, fun(_) -> A = atomics:new(10, []), atomics:add(A, 1, 1), C = counters:new(5, [write_concurrency]), counters:add(C, 1, 1),
                                  ets:match_spec_compile([{{'$1', '_'}, [], ['$1']}]) end},
     {regexes, 20000, fun(N) -> re:run("abc", "b{1," ++ integer_to_list(1 + N rem 5000) ++ "}") end},
     {monitors, 50000, fun(_) -> R = monitor(process, whereis(init), [{alias, reply_demonitor}]), demonitor(R, [flush]),
                                 A = alias(), unalias(A) end},
     {links, 20000, fun(_) -> P = spawn_link(fun() -> receive x -> ok end end), unlink(P), P ! x end},
     {names, 50000, fun(_) -> await(fun() -> register(leaky, self()) end) end},
     {persistent_terms, 3000, fun(N) -> persistent_term:put(leaky, {N, lists:seq(1, 100)}), persistent_term:erase(leaky) end},
     {external, 5000, fun(N) -> B = term_to_binary({N, lists:seq(1, 200), make_ref(), fun lists:map/2}, [compressed]), binary_to_term(B) end},
     {zlib, 5000, fun(_) -> zlib:uncompress(zlib:compress(binary:copy(<<"abc">>, 1000))) end},
     {dictionary, 300, fun(_) -> await(fun() -> [put({k, I}, I) || I <- lists:seq(1, 1000)] end) end},
     {messages, 300, fun(_) -> {P, R} = spawn_monitor(fun() -> receive go -> ok end end), [P ! {I, <<0:800>>} || I <- lists:seq(1, 1000)],
                               P ! go, receive {'DOWN', R, _, _, _} -> ok end end},
     {exceptions, 50000, fun(_) -> try error({a, self()}) catch _:_:_ -> ok end, catch hd(list_to_tuple([])) end},
     {maps, 1000, fun(N) -> M = maps:from_list([{{N, I}, I} || I <- lists:seq(1, 200)]), maps:fold(fun(K, _, A) -> maps:remove(K, A) end, M, M) end}].

compiled() ->
    Forms = [{attribute, 1, module, leaky}, {attribute, 1, export, [{f, 1}]},
             {function, 1, f, 1, [{clause, 1, [{var, 1, 'X'}], [],
                                   [{tuple, 1, [{'fun', 1, {clauses, [{clause, 1, [], [], [{var, 1, 'X'}]}]}}, {string, 1, "literal"}]}]}]}],
    {ok, leaky, Binary} = compile:forms(Forms),
    Binary.
