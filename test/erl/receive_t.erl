%% Messages: order, selection, long queues, large ones, collections meanwhile.
-module(receive_t).
-export([main/0]).

main() ->
    order(),
    selective(),
    copies(),
    big(),
    queue_kept_over_collections(),
    markers(),
    senders(),
    binaries(),
    suspended(),
    hibernated(),
    hibernated_small(),
    priorities().

order() ->
    Self = self(),
    spawn(fun() -> [Self ! {n, I} || I <- lists:seq(1, 1000)] end),
    p([receive {n, I} -> I end || I <- lists:seq(1, 1000)] =:= lists:seq(1, 1000)),
    [Self ! {s, I} || I <- lists:seq(1, 100)],
    p([receive {s, J} -> J end || _ <- lists:seq(1, 100)] =:= lists:seq(1, 100)).

selective() ->
    [self() ! {x, I} || I <- lists:seq(1, 300)],
    p([receive {x, I} -> I end || I <- lists:seq(300, 1, -3)] =:= lists:seq(300, 1, -3)),
    p(length(element(2, process_info(self(), messages)))),
    p(process_info(self(), message_queue_len)),
    p(lists:sum([receive {x, J} -> J end || _ <- lists:seq(1, 200)])),
    p(process_info(self(), messages)).

copies() ->
    Self = self(),
    Terms = [a, 1, -1, 1.5, 1 bsl 100, -(1 bsl 100), [], [1 | 2], "list", {}, {1, {2, {3}}}, <<>>, <<1, 2, 3>>, <<5:3>>,
             binary:copy(<<"abc">>, 100), #{}, #{a => [b], {c} => d}, maps:from_list([{I, I} || I <- lists:seq(1, 100)]),
             fun lists:map/2, lists:duplicate(1000, {x, "y", <<"z">>})],
    P = spawn(fun() -> echo(Self) end),
    p([begin P ! {Self, T}, receive {P, X} -> X =:= T end end || T <- Terms]),
    F = fun(X) -> {X, Terms} end,
    P ! {Self, F},
    G = receive {P, F0} -> F0 end,
    p(G(1) =:= F(1)),
    exit(P, kill).

big() ->
    Self = self(),
    P = spawn(fun() -> echo(Self) end),
    L = lists:seq(1, 200000),
    P ! {Self, L},
    p(receive {P, X} -> X =:= L end),
    [P ! {Self, {I, lists:seq(1, 500)}} || I <- lists:seq(1, 300)],
    p([receive {P, {I, Y}} -> length(Y) end || I <- lists:seq(1, 300)] =:= lists:duplicate(300, 500)),
    exit(P, kill).

echo(To) -> receive {To, X} -> To ! {self(), X}, echo(To) end.

queue_kept_over_collections() ->
    Self = self(),
    P = spawn(fun() ->
                  receive go -> ok end,
                  _ = [begin _ = lists:seq(1, 1000), erlang:garbage_collect() end || _ <- lists:seq(1, 5)],
                  R = [receive {m, I, T} -> {I, T} end || I <- lists:seq(200, 1, -1)],
                  erlang:garbage_collect(),
                  Self ! {result, R}
              end),
    [P ! {m, I, {term, [I, <<I:64>>, "text"]}} || I <- lists:seq(1, 100)],
    erlang:garbage_collect(P),
    [P ! {m, I, {term, [I, <<I:64>>, "text"]}} || I <- lists:seq(101, 200)],
    P ! go,
    R = receive {result, X} -> X end,
    p(R =:= [{I, {term, [I, <<I:64>>, "text"]}} || I <- lists:seq(200, 1, -1)]).

%% A call to a server must not scan the old messages.
markers() ->
    Self = self(),
    P = spawn(fun server/0),
    [Self ! {junk, I} || I <- lists:seq(1, 100000)],
    T0 = erlang:monotonic_time(microsecond),
    p(lists:usort([call(P, I) || I <- lists:seq(1, 2000)])),
    T1 = erlang:monotonic_time(microsecond),
    p(T1 - T0 < 2000000),
    p(length(element(2, process_info(self(), messages)))),
    p(lists:sum([receive {junk, I} -> I end || I <- lists:seq(1, 100000)])),
    %% Nested: a marker set before another.
    R1 = make_ref(),
    self() ! a,
    R2 = make_ref(),
    self() ! b,
    self() ! {R2, second},
    self() ! {R1, first},
    p(receive {R1, X1} -> X1 end),
    p(receive {R2, X2} -> X2 end),
    p(receive A -> A end),
    p(receive B -> B end),
    exit(P, kill).

call(P, I) ->
    R = monitor(process, P),
    P ! {self(), R, I},
    receive
        {R, I} -> demonitor(R, [flush]), ok;
        {'DOWN', R, _, _, _} -> down
    end.

server() -> receive {From, R, I} -> From ! {R, I}, server() end.

senders() ->
    Self = self(),
    Ps = [spawn(fun() -> [Self ! {from, I, J} || J <- lists:seq(1, 50)] end) || I <- lists:seq(1, 50)],
    p(length(Ps)),
    p([I || I <- lists:seq(1, 50), [receive {from, I, J} -> J end || _ <- lists:seq(1, 50)] =/= lists:seq(1, 50)]).

binaries() ->
    B = binary:copy(<<"0123456789">>, 10000),
    Self = self(),
    P = spawn(fun() -> echo(Self) end),
    [P ! {Self, {I, B}} || I <- lists:seq(1, 100)],
    p([receive {P, {I, X}} -> X =:= B end || I <- lists:seq(1, 100)] =:= lists:duplicate(100, true)),
    <<_:100/binary, Sub:5000/binary, _/binary>> = B,
    P ! {Self, Sub},
    p(receive {P, S} -> S =:= Sub end),
    exit(P, kill).

suspended() ->
    Self = self(),
    P = spawn(fun() -> echo(Self) end),
    p(erlang:suspend_process(P)),
    p(process_info(P, status)),
    P ! {Self, hello},
    p(receive {P, X} -> X after 50 -> nothing end),
    p(element(1, hd(element(2, process_info(self(), suspending)))) =:= P),
    p(erlang:resume_process(P)),
    p(receive {P, Y} -> Y after 1000 -> nothing end),
    p(catch_error(fun() -> erlang:resume_process(P) end)),
    %% Whoever suspended it dies.
    Q = spawn(fun() -> erlang:suspend_process(P), Self ! done, receive stop -> ok end end),
    receive done -> ok end,
    P ! {Self, again},
    p(receive {P, Z} -> Z after 50 -> nothing end),
    exit(Q, kill),
    p(receive {P, Z2} -> Z2 after 1000 -> nothing end),
    exit(P, kill).

hibernated() ->
    Self = self(),
    P = spawn(fun() -> _ = lists:seq(1, 100000), erlang:hibernate(erlang, apply, [fun hib/2, [Self, state]]) end),
    p(until_hibernating(P, 1000)),
    P ! one,
    p(receive A -> A end),
    R = monitor(process, P),
    P ! two,
    p(receive B -> B end),
    p(receive {'DOWN', R, _, _, W} -> W end).

%% However slow the VM is. On stock the answer to process_info/2 may come from a process that woke up to give it:
%% one call must see both.
until_hibernating(P, N) when N > 0 ->
    case process_info(P, [status, current_function]) of
        [{status, waiting}, {current_function, {erlang, hibernate, 3}}] -> ok;
        _ -> receive after 10 -> until_hibernating(P, N - 1) end
    end;
until_hibernating(P, 0) -> {not_hibernating, process_info(P)}.

%% While it hibernates the heap is as small as can be; when it wakes, it has its least size again.
hibernated_small() ->
    [begin
         Self = self(),
         P = spawn_opt(fun() -> erlang:hibernate(erlang, apply, [fun sized/2, [Self, Data]]) end, [{min_heap_size, Min}, {max_heap_size, Max}]),
         timer:sleep(20),
         {heap_size, Asleep} = process_info(P, heap_size),
         P ! awake,
         Awake = receive {P, {heap_size, Size}} -> Size end,
         io:format("hibernated ~p, ~p: ~p~n", [Min, length(Data), {Asleep =< 2 * length(Data) + 20, Awake >= Min, Awake =< 2 * Min + 10000}]),
         exit(P, kill)
     end || Min <- [233, 4000, 15000], Data <- [[], lists:seq(1, 10), lists:seq(1, 1000)], Max <- [0, 100000]].

sized(To, Data) -> receive awake -> To ! {self(), process_info(self(), heap_size)} end, receive stop -> Data end.

hib(To, state) -> receive X -> To ! {woke, X} end, erlang:hibernate(erlang, apply, [fun hib2/1, [To]]).
hib2(To) -> receive X -> To ! {woke_again, X} end.

priorities() ->
    Self = self(),
    process_flag(priority, max),
    _ = [spawn_opt(fun() -> Self ! {ran, Pri} end, [{priority, Pri}]) || Pri <- [low, normal, high, max]],
    receive after 20 -> ok end,
    process_flag(priority, normal),
    p(lists:sort([receive {ran, X} -> X end || _ <- [1, 2, 3, 4]])),
    %% Nobody starves a process of normal priority but those of higher.
    Low = spawn_opt(fun() -> spin(2000000), Self ! low_done end, [{priority, low}]),
    Normal = spawn(fun() -> spin(2000000), Self ! normal_done end),
    p(lists:sort([receive D -> D end, receive E -> E end])),
    p([is_process_alive(X) || X <- [Low, Normal]] =/= [true, true]).

spin(0) -> ok;
spin(N) -> spin(N - 1).

catch_error(F) -> try F() catch C:E -> {C, E} end.
p(T) -> io:format("~p~n", [T]).
