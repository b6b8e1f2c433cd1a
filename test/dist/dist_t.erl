%% Two nodes: `serve` waits to be asked, `main` asks the node of that name and prints what comes of it. What is printed must
%% not depend on which VM stands on which side.
-module(dist_t).
-export([serve/1, main/1]).
-export([echo/1, leave/1, linked_to/2, watch/2, count_ends/2, wait_for/2, say/2, trace_here/0]).

serve([Seconds]) ->
    register(dist_t_server, spawn(fun server/0)),
    receive after list_to_integer(Seconds) * 1000 -> halt(1) end.

server() ->
    receive
        {alias, Alias, Term} -> Alias ! {Alias, Term};
        {From, Tag, Term} -> From ! {Tag, Term};
        stop -> halt()
    end,
    server().

main([Other]) ->
    process_flag(trap_exit, true),
    show(ping, reach(Other, 50)),
    show(nodes, nodes() =:= [Other]),
    [show(Name, safely(fun() -> test(Name, Other) end))
     || Name <- [names, pids, large, unread, many_atoms, terms, links, unlinks, exits, monitors, demonitors, aliases, spawns, requests,
                 calls, leaders, not_here, busy, busy_ends, info, tracing, traced_spawn, lost, reconnect, again]],
    {dist_t_server, Other} ! stop,
    halt().

reach(_, 0) -> pang;
reach(Other, N) ->
    case rpc:call(Other, erlang, whereis, [dist_t_server]) of
        Pid when is_pid(Pid) -> net_adm:ping(Other);
        _ -> timer:sleep(100), reach(Other, N - 1)
    end.

show(Name, Value) -> io:format("~p: ~tp~n", [Name, Value]).

safely(Fun) ->
    try Fun() catch Class:Reason -> {Class, Reason} end.

ask(Other, Term) ->
    Tag = make_ref(),
    {dist_t_server, Other} ! {self(), Tag, Term},
    answer(Tag).

answer(Tag) -> receive {Tag, Term} -> Term after 5000 -> no_answer end.

%% The reason of the exit signal of a process, or of a DOWN message.
exit_of(Pid) -> receive {'EXIT', Pid, Reason} -> Reason after 5000 -> no_exit end.
down_of(Ref) -> receive {'DOWN', Ref, process, _, Reason} -> Reason after 5000 -> no_down end.
nothing_comes() -> receive Any -> Any after 100 -> nothing end.

echo(Pid) -> receive {From, Tag, Term} -> From ! {Tag, Term}, echo(Pid); stop -> Pid ! stopped end.
leave(Reason) -> exit(Reason).
linked_to(Pid, Reason) -> link(Pid), Pid ! {linked, self()}, receive go -> exit(Reason) end.
watch(Pid, To) ->
    Ref = monitor(process, Pid),
    To ! {watching, self()},
    receive {'DOWN', Ref, process, Pid, Reason} -> To ! {seen, Reason} end.

%% Links and monitors of four processes: how many messages, and do all tell the reason?
count_ends(To, Reason) ->
    process_flag(trap_exit, true),
    [receive {watch, Pid} -> monitor(process, Pid), To ! {watched, Pid} end || _ <- lists:seq(1, 4)],
    To ! {self(), [receive
                       {'EXIT', _, Why} -> Why =:= Reason;
                       {'DOWN', _, process, _, Why} -> Why =:= Reason
                   end || _ <- lists:seq(1, 8)]}.

%% Takes one message from among others, then those, in steps between which memory is collected.
wait_for(To, Tag) ->
    Value = receive {Tag, Given} -> Given end,
    erlang:garbage_collect(),
    To ! {self(), {Value, rest([])}},
    receive {never, comes} -> ok end.

rest(Terms) -> receive Term -> erlang:garbage_collect(), rest([Term | Terms]) after 0 -> lists:reverse(Terms) end.

waited(Pids) -> receive {monitor, Pid, busy_dist_port, _} -> waited([Pid | Pids]) after 0 -> Pids end.

test(names, Other) ->
    [ask(Other, hello), {nobody, Other} ! lost, erlang:send({nobody, Other}, lost, [noconnect]),
     safely(fun() -> nobody ! lost end)];
test(pids, Other) ->
    Pid = spawn(Other, ?MODULE, echo, [self()]),
    Tag = make_ref(),
    Pid ! {self(), Tag, {Pid, self()}},
    Back = answer(Tag),
    Pid ! stop,
    [Back =:= {Pid, self()}, node(Pid) =:= Other, receive stopped -> ok after 5000 -> late end];
test(large, Other) ->
    Binary = binary:copy(<<"0123456789abcdef">>, 300000),
    Terms = [lists:seq(1, 100000), Binary, {Binary, Binary}, lists:duplicate(1000, "text"), #{},
             maps:from_list([{N, [N]} || N <- lists:seq(1, 5000)])],
    [ask(Other, Term) =:= Term || Term <- Terms];
test(unread, Other) ->
    Pid = spawn(Other, ?MODULE, wait_for, [self(), go]),
    Terms = [{a, <<"text">>, [1, 2.5]}, binary:copy(<<1>>, 200000), lists:seq(1, 1000), #{key => {self(), make_ref()}}, 7],
    [Pid ! Term || Term <- Terms],
    Length = rpc:call(Other, erlang, process_info, [Pid, message_queue_len]),
    Pid ! {go, now},
    Left = receive {Pid, Seen} -> Seen after 5000 -> no_answer end,
    [Pid ! Term || Term <- Terms],
    Items = rpc:call(Other, erlang, process_info, [Pid, [message_queue_len, messages, status]]),
    exit(Pid, kill),
    [Length, Left =:= {now, Terms}, proplists:get_value(message_queue_len, Items), proplists:get_value(messages, Items) =:= Terms,
     proplists:get_value(status, Items)];
test(many_atoms, Other) ->
    Few = [list_to_atom("dist_t_" ++ integer_to_list(N)) || N <- lists:seq(1, 200)],
    Many = [list_to_atom("dist_t_" ++ integer_to_list(N)) || N <- lists:seq(1, 3000)],
    Long = [list_to_atom(lists:duplicate(255, C)) || C <- [$a, 16#e5, 16#3b1, 16#1f600]],
    [ask(Other, T) =:= T || T <- [Few, Many, Few, Long, {Long, Many}, Few ++ Long]];
test(terms, Other) ->
    Fun = fun(X) -> {X, Other} end,
    Terms = [[], {}, #{}, 0, -1, 255, 256, 1 bsl 27, -(1 bsl 40), 1 bsl 2000, 1.5, -0.0, <<>>, <<1:3>>, <<5, 6:7>>, "string",
             [a | b], make_ref(), fun lists:map/2, self(), hd(erlang:ports()), #{a => #{b => [c]}}, 'node@', ''],
    [lists:all(fun(T) -> ask(Other, T) =:= T end, Terms), (ask(Other, Fun))(1) =:= Fun(1)];
test(links, Other) ->
    Reasons = [normal, kill, {a, reason}, binary:copy(<<1>>, 200000)],
    Exits = [begin P = spawn_link(Other, ?MODULE, leave, [R]), exit_of(P) =:= R end || R <- Reasons],
    Gone = spawn(Other, ?MODULE, leave, [normal]),
    timer:sleep(100),
    link(Gone),
    Linker = spawn(Other, ?MODULE, linked_to, [self(), {from, there}]),
    receive {linked, Linker} -> ok end,
    Known = lists:member(Linker, element(2, process_info(self(), links))),
    Linker ! go,
    [Exits, exit_of(Gone), Known, exit_of(Linker), lists:filter(fun is_pid/1, element(2, process_info(self(), links)))];
test(unlinks, Other) ->
    Pid = spawn_link(Other, ?MODULE, echo, [self()]),
    unlink(Pid),
    Left = lists:member(Pid, element(2, process_info(self(), links))),
    link(Pid), link(Pid), unlink(Pid), link(Pid),
    exit(Pid, {said, so}),
    Reason = exit_of(Pid),
    Second = spawn_link(Other, ?MODULE, echo, [self()]),
    unlink(Second),
    exit(Second, kill),
    [Left, Reason, nothing_comes()];
test(exits, Other) ->
    [begin
         {Pid, Ref} = spawn_monitor(Other, ?MODULE, echo, [self()]),
         exit(Pid, Reason),
         case Reason of normal -> Pid ! stop, receive stopped -> ok end; _ -> ok end,
         down_of(Ref)
     end || Reason <- [kill, normal, {term, "x"}, shutdown]];
test(monitors, Other) ->
    Pid = spawn(Other, ?MODULE, echo, [self()]),
    Refs = [monitor(process, Pid), monitor(process, Pid), monitor(process, Pid, [{tag, mine}])],
    Name = monitor(process, {dist_t_server, Other}),
    Entries = element(2, process_info(self(), monitors)),
    None = monitor(process, {nobody, Other}),
    NoneDown = receive {'DOWN', None, process, {nobody, Other}, R} -> R after 5000 -> no_down end,
    demonitor(Name, [flush]),
    exit(Pid, bang),
    Mine = receive {mine, Ref3, process, Pid, R3} -> {Ref3 =:= lists:last(Refs), R3} after 5000 -> no_down end,
    Watched = spawn(fun() -> receive go -> exit(the_end) end end),
    Watcher = spawn(Other, ?MODULE, watch, [Watched, self()]),
    receive {watching, Watcher} -> ok end,
    By = process_info(Watched, monitored_by) =:= {monitored_by, [Watcher]},
    Watched ! go,
    [length(Entries), lists:member({process, {dist_t_server, Other}}, Entries), NoneDown,
     [down_of(Ref) || Ref <- lists:droplast(Refs)], Mine, By, receive {seen, S} -> S after 5000 -> unseen end];
test(demonitors, Other) ->
    {Pid, Ref} = spawn_monitor(Other, ?MODULE, echo, [self()]),
    First = demonitor(Ref, [info]),
    Second = demonitor(Ref, [info]),
    exit(Pid, kill),
    [First, Second, nothing_comes()];
test(aliases, Other) ->
    Alias = alias([reply]),
    {dist_t_server, Other} ! {alias, Alias, one},
    {dist_t_server, Other} ! {alias, Alias, two},
    One = answer(Alias),
    Two = nothing_comes(),
    Ref = monitor(process, {dist_t_server, Other}, [{alias, reply_demonitor}]),
    {dist_t_server, Other} ! {alias, Ref, three},
    [One, Two, answer(Ref), demonitor(Ref, [info])];
test(spawns, Other) ->
    Self = self(),
    Pid = spawn_opt(Other, fun() -> Self ! {self(), group_leader() =:= group_leader(), node()} end, [link, {priority, high}]),
    Said = receive {Pid, Leader, Node} -> {Leader, Node =:= Other} after 5000 -> silence end,
    {Undefined, Ref} = spawn_monitor(Other, no_such_module, f, [1]),
    [Said, exit_of(Pid), is_pid(Undefined), element(1, down_of(Ref)),
     safely(fun() -> spawn_opt(Other, ?MODULE, leave, [x], [no_such_option]) end) =/= ok,
     process_info(self(), monitors)];
test(requests, Other) ->
    A = spawn_request(Other, ?MODULE, leave, [a], [monitor, {reply_tag, mine}]),
    Pid = receive {mine, A, ok, P} -> P after 5000 -> no_reply end,
    B = spawn_request(Other, ?MODULE, leave, [b], [bad_option]),
    C = spawn_request(Other, ?MODULE, leave, [c], [{reply, error_only}]),
    Bad = [spawn_request(Other, ?MODULE, leave, [c], Options) ||
        Options <- [[{reply, at_times}], [{reply, no}, {reply, at_times}], [{reply, at_times}, {reply, no}]]],
    Gone = spawn_request('nobody@nowhere.invalid', ?MODULE, leave, [d], []),
    [node(Pid) =:= Other, down_of(A), receive {spawn_reply, B, R, Why} -> {R, Why} after 5000 -> no_reply end,
     receive {spawn_reply, C, _, _} -> reply after 100 -> no_reply end,
     [receive {spawn_reply, Request, error, Odd} -> Odd after 100 -> no_reply end || Request <- Bad],
     receive {spawn_reply, Gone, error, Reason} -> Reason after 10000 -> no_reply end];
test(calls, Other) ->
    [rpc:call(Other, erlang, node, []) =:= Other, erpc:call(Other, lists, reverse, [[1, 2, 3]]),
     safely(fun() -> erpc:call(Other, erlang, error, [oops]) end), erpc:multicall([node(), Other], erlang, abs, [-1]),
     gen_server:call({kernel_safe_sup, Other}, which_children) =:= supervisor:which_children({kernel_safe_sup, Other}),
     is_list(rpc:call(Other, erlang, processes, []))];
test(leaders, Other) ->
    Leader = spawn(fun() -> receive stop -> ok end end),
    Pid = spawn(Other, ?MODULE, echo, [self()]),
    group_leader(Leader, Pid),
    Seen = rpc:call(Other, erlang, process_info, [Pid, group_leader]) =:= {group_leader, Leader},
    exit(Pid, kill),
    Seen;
test(not_here, Other) ->
    Pid = spawn(Other, ?MODULE, echo, [self()]),
    Calls = [fun() -> process_info(Pid) end, fun() -> is_process_alive(Pid) end, fun() -> erlang:suspend_process(Pid) end,
             fun() -> register(there, Pid) end],
    Results = [safely(Call) || Call <- Calls],
    exit(Pid, kill),
    Results;
test(busy, Other) ->
    Data = binary:copy(<<7>>, 1 bsl 20),
    Pid = spawn(Other, ?MODULE, echo, [self()]),
    [Pid ! {self(), N, {N, Data}} || N <- lists:seq(1, 20)],
    [answer(N) =:= {N, Data} || N <- lists:seq(1, 20)] =:= lists:duplicate(20, true);
test(busy_ends, Other) ->
    Reason = {binary:copy(<<7>>, 16 bsl 20), lists:seq(1, 20000)},
    Counter = spawn(Other, ?MODULE, count_ends, [self(), Reason]),
    Pids = [spawn(fun() -> link(Counter), Counter ! {watch, self()}, receive go -> exit(Reason) end end)
            || _ <- lists:seq(1, 4)],
    [receive {watched, Pid} -> ok end || Pid <- Pids],
    erlang:system_monitor(self(), [busy_dist_port]),
    [Pid ! go || Pid <- Pids],
    Ends = receive {Counter, Counted} -> Counted after 10000 -> no_answer end,
    erlang:system_monitor(undefined),
    Waited = waited([]),
    [Ends, [Pid || Pid <- Waited, not lists:member(Pid, Pids)], Waited =/= [], [Pid || Pid <- Pids, is_process_alive(Pid)]];
test(info, Other) ->
    [{Node, Info}] = nodes(connected, #{node_type => true, connection_id => true}),
    {ok, Items} = net_kernel:node_info(Other),
    [Node =:= Other, maps:get(node_type, Info), is_integer(maps:get(connection_id, Info)), proplists:get_value(state, Items),
     length(erlang:system_info(dist_ctrl)), is_integer(erlang:system_info(creation)), lists:member(Other, nodes(known))];
test(tracing, Other) ->
    seq_trace:set_token(label, {remote, label}),
    {dist_t_server, Other} ! {self(), traced, ok},
    Label = receive {traced, ok} -> seq_trace:get_token(label) after 5000 -> no_answer end,
    seq_trace:set_token([]),
    Label;
test(traced_spawn, Other) ->
    There = erpc:call(Other, ?MODULE, trace_here, []),
    Here = trace_here(),
    seq_trace:set_token(label, {spawned, label}),
    seq_trace:set_token(send, true),
    seq_trace:set_token('receive', true),
    Request = spawn_request(Other, ?MODULE, say, [self(), "hello"], [link, {priority, low}]),
    Pid = receive {spawn_reply, Request, ok, P} -> P after 5000 -> none end,
    Token = receive {said, Text} -> {Text, seq_trace:get_token(label)} after 5000 -> none end,
    receive {'EXIT', Pid, normal} -> ok after 5000 -> none end,
    Bad = spawn_request(Other, ?MODULE, say, [self(), "hello"], [{priority, none}]),
    receive {spawn_reply, Bad, error, Reason} -> Reason after 5000 -> none end,
    seq_trace:set_token([]),
    seq_trace:set_system_tracer(false),
    erpc:call(Other, seq_trace, set_system_tracer, [false]),
    Names = #{Request => request, Bad => bad_request, Pid => child, self() => parent, group_leader() => leader, Other => other},
    [Token, [named(seen(T), Names) || T <- [Here, There]]];
test(lost, Other) ->
    net_kernel:monitor_nodes(true, #{nodedown_reason => true}),
    monitor_node(Other, true),
    Linked = spawn_link(Other, ?MODULE, echo, [self()]),
    Ref = monitor(process, {dist_t_server, Other}),
    Watched = monitor(process, Linked),
    erlang:disconnect_node(Other),
    Downs = lists:sort([receive {nodedown, Other} -> plain after 5000 -> none end,
                        receive {nodedown, Other, Info} -> Info after 5000 -> none end]),
    net_kernel:monitor_nodes(false, #{nodedown_reason => true}),
    [exit_of(Linked), down_of(Ref), down_of(Watched), Downs, nodes(), lists:member(Other, nodes(known)),
     erlang:send({dist_t_server, Other}, lost, [noconnect])];
%% The other side is in the middle of its answer when the connection goes, and comes again at once.
test(reconnect, Other) -> reconnect(Other, 700);
test(again, Other) ->
    [ask(Other, hello_again), nodes() =:= [Other]].

say(To, Text) -> To ! {said, Text}.

%% A tracer for sequential tracing on this node.
trace_here() ->
    Tracer = spawn(fun() -> keep([]) end),
    seq_trace:set_system_tracer(Tracer),
    Tracer.

keep(Events) ->
    receive
        {seq_trace, {spawned, label}, Event} -> keep([Event | Events]);
        {From, seen} -> From ! {self(), lists:reverse(Events)};
        _ -> keep(Events)
    end.

seen(Tracer) ->
    timer:sleep(50),
    Tracer ! {self(), seen},
    receive {Tracer, Events} -> Events after 5000 -> none end.

%% With names instead of what differs each time.
named(T, Names) when is_list(T) -> [named(E, Names) || E <- T];
named(T, Names) when is_tuple(T) -> list_to_tuple(named(tuple_to_list(T), Names));
named(T, Names) -> maps:get(T, Names, T).

reconnect(_, 0) -> always;
reconnect(Other, N) ->
    case net_adm:ping(Other) of
        pong ->
            {Pid, Ref} = spawn_monitor(fun() ->
                spawn_request(Other, ?MODULE, echo, [self()], [link, {priority, max}]),
                exit(over)
            end),
            receive {'DOWN', Ref, process, Pid, over} -> erlang:disconnect_node(Other) end,
            reconnect(Other, N - 1);
        pang -> {pang, N}
    end.
