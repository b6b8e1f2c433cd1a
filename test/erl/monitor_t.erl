%% Monitors, aliases, spawn_request.
-module(monitor_t).
-export([main/0]).

main() ->
    monitors(),
    names(),
    demonitors(),
    tags(),
    aliases(),
    spawn_options(),
    spawn_requests(),
    time_offset(),
    many().

monitors() ->
    p(down(spawn(fun() -> ok end))),
    p(down(spawn(fun() -> exit(why) end))),
    P = spawn(fun idle/0),
    R1 = monitor(process, P),
    R2 = monitor(process, P),
    p(process_info(self(), monitors) =:= {monitors, [{process, P}, {process, P}]}),
    p(process_info(P, monitored_by) =:= {monitored_by, [self(), self()]}),
    exit(P, kill),
    p(receive {'DOWN', R1, process, P, A} -> A end),
    p(receive {'DOWN', R2, process, P, B} -> B end),
    p(process_info(self(), monitors)),
    p(receive {'DOWN', _, process, P, C} -> C after 0 -> none end),
    R3 = monitor(process, P),
    p(receive {'DOWN', R3, process, P, D} -> D end),
    p(is_reference(monitor(process, self()))),
    p(process_info(self(), monitors)),
    [p(c(fun() -> monitor(T, I) end)) || {T, I} <- [{process, 1}, {foo, self()}, {process, {a, b, c}}, {process, "x"},
                                                     {port, self()}, {time_offset, x}]].

names() ->
    R0 = monitor(process, no_such_name),
    p(receive {'DOWN', R0, T0, W0, Y0} -> {T0, W0, Y0} end),
    R1 = monitor(process, {no_such_name, node()}),
    p(receive {'DOWN', R1, T1, W1, Y1} -> {T1, W1, Y1} end),
    P = spawn(fun idle/0),
    register(mon_name, P),
    R2 = monitor(process, mon_name),
    p(process_info(self(), monitors)),
    exit(P, gone),
    p(receive {'DOWN', R2, T2, W2, Y2} -> {T2, W2, Y2} end).

demonitors() ->
    P = spawn(fun idle/0),
    R1 = monitor(process, P),
    p(demonitor(R1)),
    p(demonitor(R1)),
    R2 = monitor(process, P),
    p(demonitor(R2, [info])),
    p(demonitor(R2, [info])),
    R3 = monitor(process, P),
    exit(P, x),
    receive after 20 -> ok end,
    p(demonitor(R3, [flush, info])),
    p(receive {'DOWN', R3, _, _, _} -> there after 0 -> flushed end),
    R4 = monitor(process, P),
    p(demonitor(R4, [flush])),
    p(receive {'DOWN', R4, _, _, X} -> X after 0 -> nothing end),
    p(demonitor(make_ref(), [flush])),
    [p(c(F)) || F <- [fun() -> demonitor(a) end, fun() -> demonitor(make_ref(), [x]) end,
                      fun() -> demonitor(make_ref(), x) end]].

tags() ->
    {P, R} = spawn_opt(fun() -> receive go -> exit(tagged) end end, [{monitor, [{tag, {my, "tag"}}]}]),
    P ! go,
    p(receive {{my, "tag"}, R, process, P, W} -> W end),
    R2 = monitor(process, P, [{tag, again}]),
    p(receive {again, R2, process, P, W2} -> W2 end),
    [p(c(fun() -> monitor(process, self(), O) end)) || O <- [x, [x], [{alias, x}], [{tag, 1} | x]]].

aliases() ->
    A = alias(),
    A ! one,
    A ! two,
    p([receive X -> X end, receive Y -> Y end]),
    p(unalias(A)),
    p(unalias(A)),
    A ! three,
    p(receive Z -> Z after 10 -> none end),
    B = alias([reply]),
    B ! first,
    B ! second,
    p(receive first -> got end),
    p(receive second -> got after 10 -> none end),
    p(unalias(B)),
    %% A monitor with an alias of each kind.
    [p(alias_kind(K)) || K <- [explicit_unalias, demonitor, reply_demonitor]],
    [p(c(fun() -> alias(O) end)) || O <- [x, [x], [reply | x]]],
    p(c(fun() -> unalias(x) end)),
    p(unalias(make_ref())).

alias_kind(Kind) ->
    P = spawn(fun server/0),
    R = monitor(process, P, [{alias, Kind}]),
    P ! {call, R, R},
    A1 = receive {R, Reply} -> Reply after 100 -> no_reply end,
    P ! {call, R, R},
    A2 = receive {R, Reply2} -> Reply2 after 20 -> no_reply end,
    D1 = demonitor(R, [info]),
    P ! {call, R, R},
    A3 = receive {R, Reply3} -> Reply3 after 20 -> no_reply end,
    U = unalias(R),
    P ! {call, R, R},
    A4 = receive {R, Reply4} -> Reply4 after 20 -> no_reply end,
    exit(P, kill),
    R2 = monitor(process, P, [{alias, Kind}]),
    A5 = receive {'DOWN', R2, _, _, W} -> W end,
    R2 ! after_down,
    A6 = receive after_down -> got after 20 -> none end,
    unalias(R2),
    {Kind, A1, A2, D1, A3, U, A4, A5, A6}.

server() ->
    receive {call, To, Tag} -> To ! {Tag, ok}, server() end.

spawn_options() ->
    {P, R} = spawn_monitor(fun() -> exit(m) end),
    p(receive {'DOWN', R, process, P, W} -> W end),
    Q = spawn_opt(fun idle/0, [{priority, high}, {min_heap_size, 1000}, {fullsweep_after, 7},
                               {message_queue_data, off_heap}, {max_heap_size, 100000}]),
    p([process_info(Q, I) || I <- [priority, min_heap_size, fullsweep_after, message_queue_data, max_heap_size]]),
    exit(Q, kill),
    process_flag(trap_exit, true),
    {S, RS} = spawn_opt(fun() -> exit(both) end, [link, monitor]),
    p(receive {'DOWN', RS, process, S, W1} -> W1 end),
    p(receive {'EXIT', S, W2} -> W2 end),
    process_flag(trap_exit, false),
    [p(c(fun() -> spawn_opt(fun idle/0, O) end))
     || O <- [x, [x], [{priority, x}], [{min_heap_size, -1}], [{max_heap_size, 10}], [{reply, yes}], [{monitor, x}],
              [{x, y, z}], [link | x]]],
    p(c(fun() -> spawn(a, b, c) end)),
    p(c(fun() -> spawn(a, 1, []) end)),
    p(c(fun() -> spawn(a, b, [1 | 2]) end)).

spawn_requests() ->
    R = spawn_request(fun() -> receive go -> ok end end, [monitor]),
    P = receive {spawn_reply, R, ok, P0} -> P0 end,
    P ! go,
    p(receive {'DOWN', R, process, P, W} -> W end),
    R2 = spawn_request(fun() -> ok end, [{reply_tag, tagged}]),
    p(receive {tagged, R2, ok, P2} -> is_pid(P2) end),
    R3 = spawn_request(fun() -> ok end, [{reply, no}]),
    p(receive {spawn_reply, R3, _, _} -> reply after 20 -> none end),
    R4 = spawn_request(fun() -> ok end, [bad]),
    p(receive {spawn_reply, R4, E, E2} -> {E, E2} end),
    R5 = spawn_request(fun() -> ok end, [bad, {reply, success_only}]),
    p(receive {spawn_reply, R5, _, _} -> reply after 20 -> none end),
    p(c(fun() -> spawn_request(fun() -> ok end, x) end)),
    p(c(fun() -> spawn_request(a, b) end)),
    p(spawn_request_abandon(R5)),
    p(c(fun() -> spawn_request_abandon(x) end)).

time_offset() ->
    R = monitor(time_offset, clock_service),
    p(process_info(self(), monitors)),
    p(demonitor(R)),
    p(process_info(self(), monitors)).

many() ->
    Ps = [spawn(fun idle/0) || _ <- lists:seq(1, 5000)],
    Rs = [{monitor(process, P), P} || P <- Ps],
    [demonitor(R) || {R, _} <- lists:sublist(Rs, 1000)],
    [exit(P, kill) || P <- Ps],
    p(lists:usort([receive {'DOWN', R, process, P, W} -> W end || {R, P} <- lists:nthtail(1000, Rs)])),
    p(receive {'DOWN', _, _, _, _} -> more after 10 -> none end),
    %% Those of one process are told in the order in which they were set.
    O = spawn(fun idle/0),
    Rs1 = [monitor(process, O) || _ <- lists:seq(1, 100)],
    exit(O, kill),
    p([receive {'DOWN', R, process, O, _} -> R end || _ <- Rs1] =:= Rs1),
    %% Very many monitors of one process.
    Q = spawn(fun idle/0),
    Rs2 = [monitor(process, Q) || _ <- lists:seq(1, 20000)],
    exit(Q, all),
    p(lists:usort([receive {'DOWN', R, process, Q, W2} -> W2 end || R <- Rs2])).

down(P) -> R = monitor(process, P), receive {'DOWN', R, process, P, W} when W =/= noproc -> W; {'DOWN', R, process, P, _} -> noproc_or_reason end.

idle() -> receive stop -> ok end.

c(F) -> try F() catch C:E:S -> {C, E, cause(S)} end.
cause([{_, _, _, I} | _]) -> maps:get(cause, proplists:get_value(error_info, I, #{}), none).
p(T) -> io:format("~p~n", [T]).
