%% Events of processes: messages, links, names, spawning, turns, collections; flags and tracers.
-module(trace_process_t).
-export([main/0, child/1]).

main() ->
    [step(Name, Fun) || {Name, Fun} <- tests()],
    ok.

tests() ->
    [{messages, fun messages/0}, {patterns, fun patterns/0}, {links, fun links/0}, {names, fun names/0},
     {spawning, fun spawning/0}, {set_on_spawn, fun() -> inherit(set_on_spawn) end},
     {set_on_first_spawn, fun() -> inherit(set_on_first_spawn) end},
     {set_on_link, fun() -> on_link(set_on_link) end}, {set_on_first_link, fun() -> on_link(set_on_first_link) end},
     {flags, fun flags/0}, {bad, fun bad/0}, {stamps, fun stamps/0}, {new, fun new/0}, {running, fun running/0},
     {collections, fun collections/0}, {tracer_dies, fun tracer_dies/0}, {sensitive, fun sensitive/0},
     {exits, fun exits/0}, {timeouts, fun timeouts/0}, {names_of_receivers, fun destinations/0},
     {own_tracer, fun own_tracer/0}, {erl_tracer, fun erl_tracer/0}].

step(Name, Fun) ->
    put(known, []),
    Result = try Fun() catch C:R -> {C, R} end,
    io:format("~p: ~p~n", [Name, known(Result)]),
    drain().

drain() -> receive _ -> drain() after 0 -> ok end.

%% Pids, ports and references by the order in which they are met.
known(T) when is_pid(T); is_port(T); is_reference(T) ->
    L = get(known),
    case lists:keyfind(T, 1, L) of
        {T, N} -> N;
        false ->
            N = {if is_pid(T) -> pid; is_port(T) -> port; true -> ref end, length(L)},
            put(known, [{T, N} | L]),
            N
    end;
known(T) when is_tuple(T) -> list_to_tuple([known(E) || E <- tuple_to_list(T)]);
known([H | T]) -> [known(H) | known(T)];
known(T) when is_function(T) -> a_fun;
known(T) -> T.

traces() -> receive M when element(1, M) =:= trace; element(1, M) =:= trace_ts -> [M | traces()] after 20 -> [] end.

echo() -> receive {From, M} -> From ! {self(), M}, echo(); stop -> ok; F when is_function(F) -> F(), echo() end.

do(P, F) -> Self = self(), P ! fun() -> F(), Self ! {did, P} end, receive {did, P} -> ok end.

messages() ->
    P = spawn(fun echo/0),
    1 = erlang:trace(P, true, [send, 'receive']),
    P ! {self(), <<"a message">>},
    P ! {self(), [1, {2.5, 1 bsl 70}]},
    P ! stop,
    traces().

patterns() ->
    P = spawn(fun echo/0),
    1 = erlang:trace(P, true, [send, 'receive']),
    1 = erlang:trace_pattern(send, [{['_', {'_', '$1'}], [{is_atom, '$1'}], [{message, {sent, '$1'}}]}], []),
    1 = erlang:trace_pattern('receive', [{['$1', '$2', {'_', yes}], [{is_pid, '$2'}], [{message, {{'$1'}}}]}], []),
    Infos = [erlang:trace_info(W, match_spec) || W <- [send, 'receive']],
    [P ! {self(), M} || M <- [yes, no, 17]],
    L1 = traces(),
    1 = erlang:trace_pattern(send, false, []),
    1 = erlang:trace_pattern('receive', true, []),
    Infos2 = [erlang:trace_info(W, match_spec) || W <- [send, 'receive']],
    P ! {self(), yes},
    L2 = traces(),
    1 = erlang:trace_pattern(send, true, []),
    P ! stop,
    {Infos, L1, Infos2, L2}.

links() ->
    A = spawn(fun echo/0), B = spawn(fun echo/0),
    [erlang:trace(P, true, [procs]) || P <- [A, B]],
    do(A, fun() -> link(B) end), do(A, fun() -> link(B) end), do(B, fun() -> unlink(A) end),
    do(A, fun() -> link(B), process_flag(trap_exit, true) end),
    L = traces(),
    exit(B, shutdown),
    L2 = traces(),
    exit(A, kill),
    {L, L2, traces()}.

names() ->
    A = spawn(fun echo/0),
    erlang:trace(A, true, [procs]),
    register(trace_a, A), unregister(trace_a), register(trace_b, A),
    A ! stop,
    traces().

child(S) -> S ! {self(), hello}, receive stop -> ok end.

spawning() ->
    A = spawn(fun echo/0), S = self(),
    erlang:trace(A, true, [procs, arity]),
    do(A, fun() -> S ! {child, spawn(?MODULE, child, [S])} end),
    C = receive {child, P} -> P end,
    do(A, fun() -> S ! {child, spawn_link(?MODULE, child, [S])} end),
    C2 = receive {child, P2} -> P2 end,
    L = traces(),
    [exit(X, kill) || X <- [A, C, C2]],
    L.

inherit(Flag) ->
    A = spawn(fun echo/0), S = self(),
    erlang:trace(A, true, [procs, Flag]),
    Cs = [begin do(A, fun() -> S ! {child, spawn(fun echo/0)} end), receive {child, P} -> P end end || _ <- [1, 2]],
    F = [element(2, erlang:trace_info(P, flags)) || P <- [A | Cs]],
    [P ! stop || P <- [A | Cs]],
    {[lists:sort(X) || X <- F], [T || T <- traces(), element(3, T) =/= spawned, element(3, T) =/= spawn, element(3, T) =/= exit]}.

on_link(Flag) ->
    A = spawn(fun echo/0), S = self(),
    erlang:trace(A, true, [procs, Flag]),
    [B, C] = [begin do(A, fun() -> S ! {child, spawn_link(fun echo/0)} end), receive {child, P} -> P end end || _ <- [1, 2]],
    F = [lists:sort(element(2, erlang:trace_info(P, flags))) || P <- [A, B, C]],
    L = [{T, X} || {trace, _, T, X} <- traces()],
    [exit(P, kill) || P <- [A, B, C]],
    {F, L}.

flags() ->
    A = spawn(fun echo/0),
    1 = erlang:trace(A, true, [all]),
    {flags, All} = erlang:trace_info(A, flags),
    Tracer = erlang:trace_info(A, tracer) =:= {tracer, self()},
    1 = erlang:trace(A, false, [send, 'receive', procs]),
    {flags, Some} = erlang:trace_info(A, flags),
    1 = erlang:trace(A, false, [all]),
    R = {All, Tracer, Some, erlang:trace_info(A, flags), erlang:trace_info(A, tracer)},
    exit(A, kill), timer:sleep(5),
    {R, erlang:trace_info(A, flags), erlang:trace_info(self(), tracer)}.

bad() ->
    A = spawn(fun echo/0), Self = self(),
    Other = spawn(fun echo/0),
    do(Other, fun() -> erlang:trace(A, true, [send]) end),
    R = [catch_error(fun() -> erlang:trace(P, H, F) end)
         || {P, H, F} <- [{A, maybe, [send]}, {A, true, [sendd]}, {A, true, send}, {A, true, [send | x]}, {foo, true, [send]},
                          {A, true, [{tracer, foo}]}, {A, true, [{tracer, lists, []}]}, {A, true, [cpu_timestamp]},
                          {17, true, [send]}]],
    R2 = [catch_error(fun() -> erlang:trace_info(W, I) end)
          || {W, I} <- [{A, foo}, {foo, flags}, {{a, b, c}, traced}, {{lists, map, 2}, foo}, {Self, traced}, {send, traced},
                        {on_load, traced}, {{no, such, 0}, traced}, {new, flags}]],
    exit(A, kill), exit(Other, kill),
    {R, R2}.

catch_error(F) -> try F() catch error:R -> R end.

stamps() ->
    [begin
         A = spawn(fun echo/0),
         erlang:trace(A, true, ['receive' | Flags]),
         A ! stop,
         {Flags, [stamp(T) || T <- traces()]}
     end || Flags <- [[timestamp], [monotonic_timestamp], [strict_monotonic_timestamp], [scheduler_id],
                      [timestamp, scheduler_id]]].

stamp(T) ->
    case lists:last(tuple_to_list(T)) of
        {A, B, C} when is_integer(A), is_integer(B), is_integer(C) -> {element(1, T), tuple_size(T), triple};
        {M, N} when is_integer(M), is_integer(N) -> {element(1, T), tuple_size(T), pair};
        N when is_integer(N) -> {element(1, T), tuple_size(T), integer}
    end.

new() ->
    Tracer = spawn(fun echo/0),
    0 = erlang:trace(new_processes, true, [procs, {tracer, Tracer}]),
    I = [erlang:trace_info(new, flags), erlang:trace_info(new_processes, flags), erlang:trace_info(new_ports, flags),
         erlang:trace_info(new, tracer) =:= {tracer, Tracer}],
    A = spawn(fun echo/0),
    F = erlang:trace_info(A, flags),
    0 = erlang:trace(new, false, [all]),
    B = spawn(fun echo/0),
    R = {I, F, erlang:trace_info(B, flags), erlang:trace_info(new, flags), erlang:trace_info(new, tracer)},
    [exit(P, kill) || P <- [A, B, Tracer]],
    R.

running() ->
    A = spawn(fun echo/0), timer:sleep(5),
    erlang:trace(A, true, [running, procs]),
    A ! {self(), x}, timer:sleep(5), A ! stop, timer:sleep(5),
    traces().

collections() ->
    A = spawn(fun echo/0), timer:sleep(5),
    erlang:trace(A, true, [garbage_collection]),
    erlang:garbage_collect(A),
    R = [{T, [K || {K, V} <- L, is_integer(V)]} || {trace, _, T, L} <- traces()],
    exit(A, kill),
    R.

tracer_dies() ->
    A = spawn(fun echo/0), Tracer = spawn(fun echo/0),
    erlang:trace(A, true, [send, {tracer, Tracer}]),
    exit(Tracer, kill), timer:sleep(5),
    R = [erlang:trace_info(A, tracer), erlang:trace_info(A, flags)],
    exit(A, kill),
    R.

sensitive() ->
    A = spawn(fun echo/0),
    erlang:trace(A, true, [send, procs]),
    do(A, fun() -> process_flag(sensitive, true) end),
    drain(),
    A ! {self(), secret},
    L = traces(),
    do(A, fun() -> process_flag(sensitive, false) end),
    A ! stop,
    {L, [T || {trace, _, exit, T} <- traces()]}.

exits() ->
    [begin
         A = spawn(fun() -> receive go -> F() end end),
         erlang:trace(A, true, [procs]),
         A ! go,
         traces()
     end || F <- [fun() -> ok end, fun() -> exit({some, reason}) end, fun() -> exit(self(), kill) end]].

timeouts() ->
    A = spawn(fun() -> receive go -> ok end, receive never -> ok after 1 -> ok end end),
    erlang:trace(A, true, ['receive']),
    A ! go,
    traces().

destinations() ->
    S = self(), register(trace_main, S),
    Dead = spawn(fun() -> ok end), timer:sleep(5),
    A = spawn(fun echo/0),
    erlang:trace(A, true, [send]),
    A ! fun() -> trace_main ! one, {trace_main, node()} ! two, Dead ! three, catch nobody_here ! four,
                 erlang:send(S, five), erlang:send(S, six, [noconnect]), (alias_of(S)) ! seven end,
    L = traces(),
    unregister(trace_main), exit(A, kill),
    L.

alias_of(P) -> P.

own_tracer() ->
    1 = erlang:trace(self(), true, ['receive', send]),
    self() ! hello,
    receive hello -> ok end,
    F = erlang:trace_info(self(), flags),
    erlang:trace(self(), false, [all]),
    {F, traces()}.

erl_tracer() ->
    Dead = spawn(fun() -> ok end), timer:sleep(5),
    [erl_tracer:enabled(T, P, X) || T <- [trace_status, call], {P, X} <- [{self(), Dead}, {self(), self()}, {Dead, self()}, {x, self()}]]
        ++ [begin erl_tracer:trace(call, self(), Dead, {m, f, []}, O), traces() end
            || O <- [#{}, #{extra => x}, #{match_spec_result => [1]}, #{scheduler_id => 1}, #{extra => y, match_spec_result => z}]].
