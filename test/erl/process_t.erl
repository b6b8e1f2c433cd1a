%% process_info, process_flag, processes/0, group leaders, system tasks.
-module(process_t).
-export([main/0, waiter/1]).

main() ->
    logger:set_primary_config(level, none),
    info(),
    info_errors(),
    flags(),
    flag_errors(),
    alive(),
    leaders(),
    collections(),
    tasks(),
    crashes(),
    misc(),
    many().

%% How often a collection came depends on the build.
without_collections({garbage_collection, Items}) -> {garbage_collection, lists:keydelete(minor_gcs, 1, Items)};
without_collections(Info) -> Info.

info() ->
    P = spawn(?MODULE, waiter, [x]),
    receive after 20 -> ok end,
    Items = [registered_name, current_function, initial_call, status, message_queue_len, links, dictionary, trap_exit,
             error_handler, priority, suspending, messages, monitors, monitored_by, catchlevel, trace, last_calls,
             sequential_trace_token, min_heap_size, min_bin_vheap_size, max_heap_size, fullsweep_after,
             message_queue_data, magic_ref, binary, garbage_collection],
    [p(without_collections(process_info(P, I))) || I <- Items],
    p([element(1, X) || X <- process_info(P)]),
    p(process_info(P, parent) =:= {parent, self()}),
    p(process_info(P, group_leader) =:= {group_leader, group_leader()}),
    p(process_info(P, [status, links, registered_name, message_queue_len])),
    p(process_info(P, [])),
    [begin {I, V} = process_info(P, I), p({I, is_integer(V) andalso V > 0}) end
     || I <- [heap_size, total_heap_size, stack_size, memory, reductions]],
    {memory, M} = process_info(P, memory),
    p(M =< 2800),
    {current_stacktrace, [{process_t, waiter, 1, Loc}]} = process_info(P, current_stacktrace),
    p(proplists:get_keys(Loc)),
    {current_location, {process_t, waiter, 1, [{file, _}, {line, L}]}} = process_info(P, current_location),
    p(is_integer(L)),
    p(is_binary(element(2, process_info(P, backtrace)))),
    p([element(1, X) || X <- element(2, process_info(P, garbage_collection_info))]),
    P ! [message, {for, "it"}],
    receive after 5 -> ok end,
    p(process_info(P, messages)),
    register(process_t_name, P),
    p(process_info(P, registered_name)),
    p(hd(process_info(P))),
    exit(P, kill),
    p(process_info(P, status)),
    p(process_info(P)),
    p(process_info(P, [status])),
    {current_function, {process_t, info, 0}} = process_info(self(), current_function),
    p(process_info(self(), status)),
    {current_stacktrace, [{process_t, info, 0, _}, {process_t, main, 0, _} | _]} = process_info(self(), current_stacktrace),
    ok.

waiter(_) -> receive stop -> ok end, waiter(again).

info_errors() ->
    [p(c(F)) || F <- [fun() -> process_info(x) end, fun() -> process_info(self(), x) end,
                      fun() -> process_info(self(), [x]) end, fun() -> process_info(self(), [status | x]) end,
                      fun() -> process_info(x, status) end]].

flags() ->
    p([process_flag(trap_exit, true), process_flag(trap_exit, false)]),
    p([process_flag(priority, high), process_flag(priority, normal)]),
    p([process_flag(error_handler, my_handler), process_flag(error_handler, error_handler)]),
    p([process_flag(fullsweep_after, 10), process_flag(fullsweep_after, 65535)]),
    p([process_flag(min_heap_size, 1000), process_flag(min_heap_size, 0), process_flag(min_heap_size, 233)]),
    p([process_flag(min_bin_vheap_size, 100000), process_flag(min_bin_vheap_size, 0)]),
    p([process_flag(message_queue_data, off_heap), process_flag(message_queue_data, on_heap)]),
    p([process_flag(sensitive, true), process_flag(sensitive, false)]),
    p([process_flag(save_calls, 0)]),
    p([process_flag(max_heap_size, 1000000), process_flag(max_heap_size, #{size => 0})]),
    p(process_flag(max_heap_size, #{size => 0, kill => true, error_logger => true})).

flag_errors() ->
    [p(c(fun() -> process_flag(F, V) end))
     || {F, V} <- [{trap_exit, 1}, {priority, x}, {error_handler, 1}, {fullsweep_after, -1}, {min_heap_size, a},
                   {message_queue_data, x}, {sensitive, 1}, {save_calls, -1}, {max_heap_size, 5}, {max_heap_size, #{}},
                   {max_heap_size, #{size => 0, kill => x}}, {unknown, 1}, {monitor_nodes, 1}]].

alive() ->
    P = spawn(fun() -> receive stop -> ok end end),
    p(is_process_alive(P)),
    p(is_process_alive(self())),
    p(lists:member(P, processes())),
    exit(P, kill),
    p(is_process_alive(P)),
    p(lists:member(P, processes())),
    p(c(fun() -> is_process_alive(x) end)),
    p([erts_internal:is_system_process(Q) || Q <- [whereis(init), P, self()]]).

leaders() ->
    P = spawn(fun() -> receive stop -> ok end end),
    Q = spawn(fun() -> receive stop -> ok end end),
    p(group_leader(Q, P)),
    p(process_info(P, group_leader) =:= {group_leader, Q}),
    Self = self(),
    R = spawn(fun() -> group_leader(Q, self()), spawn(fun() -> Self ! {leader, group_leader()} end) end),
    p(receive {leader, L} -> L =:= Q end),
    p(is_pid(R)),
    exit(P, kill),
    [p(c(F)) || F <- [fun() -> group_leader(x, Q) end, fun() -> group_leader(Q, x) end, fun() -> group_leader(Q, P) end]],
    exit(Q, kill).

collections() ->
    p(garbage_collect()),
    P = spawn(fun() -> L = lists:seq(1, 10000), receive stop -> length(L) end end),
    receive after 10 -> ok end,
    p(garbage_collect(P)),
    p(garbage_collect(P, [{type, minor}])),
    p(garbage_collect(P, [{async, req}])),
    p(receive {garbage_collect, req, B} -> B end),
    exit(P, kill),
    p(garbage_collect(P)),
    p(c(fun() -> garbage_collect(x) end)),
    p(c(fun() -> garbage_collect(self(), [x]) end)),
    p(erlang:check_process_code(self(), no_such_module)),
    %% max_heap_size kills.
    {Q, R} = spawn_opt(fun() -> grow([]) end, [monitor, {max_heap_size, #{size => 20000, kill => true, error_logger => false}}]),
    p(receive {'DOWN', R, process, Q, W} -> W end).

grow(L) -> grow([L, L, self() | lists:seq(1, 100)] ++ L).

%% What is asked of others waits for whoever has a higher priority than the request and the other one.
tasks() ->
    process_flag(priority, max),
    Busy = spawn_opt(fun busy/0, [{priority, max}]),
    Low = spawn_opt(fun busy/0, [{priority, low}]),
    Asked = [{P, ask(Low, P)} || P <- [low, normal, high]],
    First = receive {system_task_test, _, _} -> too_early after 100 -> nothing end,
    Urgent = await([{max, ask(Low, max)}, {inherit, ask(Low, inherit)}]),
    exit(Busy, kill),
    p([First, Urgent, await(Asked)]),
    exit(Low, kill),
    Other = spawn(fun() -> receive never -> ok end end),
    [ok = erts_internal:request_system_task(Other, P, {system_task_test, {P, N}}) || P <- [low, normal], N <- lists:seq(1, 20)],
    p([receive {system_task_test, {P, _}, true} -> P end || _ <- lists:seq(1, 40)]),
    process_flag(priority, normal),
    p([c(fun() -> erts_internal:request_system_task(self(), P, T) end) || {P, T} <-
        [{lowest, {system_task_test, r}}, {low, {no_task, r}}, {low, {garbage_collect, r, x}}, {low, {garbage_collect, r}}, {low, x}]]).

busy() -> busy().

ask(Pid, Priority) ->
    Ref = make_ref(),
    ok = erts_internal:request_system_task(Pid, Priority, {system_task_test, Ref}),
    Ref.

await(Asked) -> [{P, receive {system_task_test, Ref, Result} -> Result after 5000 -> silence end} || {P, Ref} <- Asked].

%% What a process dies of.
crashes() ->
    p(dies(fun() -> error(foo) end)),
    p(dies(fun() -> throw(foo) end)),
    p(dies(fun() -> exit(foo) end)),
    p(dies(fun() -> 1 = list_to_integer("2") end)),
    p(dies(fun() -> undefined_module:f(x) end)),
    p(dies(fun() -> a + list_to_integer("1") end)),
    p(dies(fun() -> ok end)).

dies(F) ->
    {P, R} = spawn_monitor(F),
    receive
        {'DOWN', R, process, P, {W, [{M, Fun, A, _} | _]}} when M =:= ?MODULE -> {W, M, is_atom(Fun), is_integer(A)};
        {'DOWN', R, process, P, {W, [{M, Fun, A, _} | _]}} -> {W, M, Fun, A};
        {'DOWN', R, process, P, W} -> W
    end.

misc() ->
    p(erlang:bump_reductions(100)),
    p(c(fun() -> erlang:bump_reductions(-1) end)),
    p(c(fun() -> erlang:bump_reductions(x) end)),
    p(erlang:yield()),
    p(nodes()),
    p([nodes(X) || X <- [visible, hidden, connected, this, known, [this, visible]]]),
    p(nodes(this, #{})),
    p(nodes(this, #{connection_id => true, node_type => true})),
    p(c(fun() -> nodes(x) end)),
    p(c(fun() -> nodes(this, #{x => y}) end)),
    p(c(fun() -> monitor_node(a@b, true) end)),
    p(c(fun() -> monitor_node(node(), true) end)),
    p(c(fun() -> erlang:setnode(a, 1) end)),
    p(c(fun() -> erlang:hibernate(1, 2, 3) end)),
    p(c(fun() -> erlang:suspend_process(self()) end)),
    p(c(fun() -> erlang:suspend_process(x) end)),
    p(c(fun() -> erlang:resume_process(self()) end)),
    p({name, node@nowhere} ! message),
    p(erlang:send({name, node@nowhere}, message, [noconnect])),
    p(c(fun() -> erlang:send(self(), x, [y]) end)),
    p(c(fun() -> 1 ! x end)),
    p(c(fun() -> {a, 1} ! x end)).

many() ->
    Self = self(),
    Ps = [spawn(fun() -> receive {add, N} -> Self ! {sum, N} end end) || _ <- lists:seq(1, 30000)],
    p(length(lists:usort(Ps))),
    [P ! {add, 1} || P <- Ps],
    p(lists:sum([receive {sum, N} -> N end || _ <- Ps])),
    ring(1000, 100).

ring(N, Rounds) ->
    Self = self(),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> hop(Next) end) end, Self, lists:seq(1, N)),
    p(go(First, Rounds)).

go(_, 0) -> round_done;
go(First, Rounds) -> First ! {token, Rounds}, receive {token, Rounds} -> go(First, Rounds - 1) end.

hop(Next) -> receive {token, N} -> Next ! {token, N}, hop(Next) end.

c(F) -> try F() catch C:E:S -> {C, E, cause(S)} end.
cause([{_, _, _, I} | _]) -> maps:get(cause, proplists:get_value(error_info, I, #{}), none).
p(T) -> io:format("~p~n", [T]).
