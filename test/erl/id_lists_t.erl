%% processes/0 and ports/0 of very many, while some end and others begin: what there is at one moment.
-module(id_lists_t).
-export([main/0]).

main() ->
    few(),
    [many_processes(Order) || Order <- [fun(L) -> L end, fun lists:reverse/1, fun shuffled/1]],
    [many_ports(Order) || Order <- [fun(L) -> L end, fun lists:reverse/1, fun shuffled/1]],
    killed_on_its_way(),
    gives_way().

show(Term) -> io:format("~p~n", [Term]).

few() ->
    show([lists:member(self(), processes()), length(processes()) =:= length(lists:usort(processes())),
          lists:all(fun is_port/1, erlang:ports()), length(erlang:ports()) =:= length(lists:usort(erlang:ports()))]).

shuffled(List) -> [X || {_, X} <- lists:sort([{erlang:phash2(X), X} || X <- List])].

worker() -> receive stop -> ok end.

many_processes(Order) ->
    Old = [spawn(fun worker/0) || _ <- lists:seq(1, 30000)],
    Kill = fun(P) ->
                   Ref = monitor(process, P),
                   exit(P, kill),
                   receive {'DOWN', Ref, _, _, _} -> ok end
           end,
    Check = fun() -> processes() end,
    {Killed, New} = during(Check, Order(Old), Kill, fun() -> spawn(fun worker/0) end, 1500),
    [exit(P, kill) || P <- (Old -- Killed) ++ New].

many_ports(Order) ->
    Open = fun() -> open_port({spawn_driver, "ram_file_drv"}, [binary]) end,
    Old = [Open() || _ <- lists:seq(1, 5000)],
    {Closed, New} = during(fun erlang:ports/0, Order(Old), fun erlang:port_close/1, Open, 500),
    [port_close(P) || P <- (Old -- Closed) ++ New].

%% While somebody lists, `End` is done to some of the old ones, and as many new ones begin: none that has ended is missing
%% if one that ended before is not, and so on.
during(List, Old, End, Begin, N) ->
    Me = self(),
    Lister = spawn(fun() -> Me ! {self(), List()} end),
    {Ended, New} = lists:unzip([begin End(P), Q = Begin(), erlang:yield(), {P, Q} end || P <- lists:sublist(Old, N)]),
    receive {Lister, Listed} -> ok end,
    Found = maps:from_list([{Id, true} || Id <- Listed]),
    Is = fun(Id) -> maps:is_key(Id, Found) end,
    show([map_size(Found) =:= length(Listed),
          lists:all(Is, lists:nthtail(N, Old)),
          lists:dropwhile(fun(Id) -> not Is(Id) end, Ended) =:= lists:filter(Is, Ended),
          lists:takewhile(Is, New) =:= lists:filter(Is, New),
          length(lists:filter(Is, New)) =< length(Ended -- lists:filter(Is, Ended))
              orelse lists:filter(Is, New)]),
    {Ended, New}.

%% Nothing is left of a list that nobody waits for.
killed_on_its_way() ->
    Old = [spawn(fun worker/0) || _ <- lists:seq(1, 30000)],
    [begin
         {Pid, Ref} = spawn_monitor(fun Again() -> processes(), erlang:ports(), Again() end),
         [erlang:yield() || _ <- lists:seq(1, N)],
         exit(Pid, kill),
         receive {'DOWN', Ref, _, _, Reason} -> show(Reason) end
     end || N <- lists:seq(1, 10)],
    [exit(P, kill) || P <- Old],
    show(is_list(processes())).

%% Others have their turns meanwhile.
gives_way() ->
    Old = [spawn(fun worker/0) || _ <- lists:seq(1, 150000)],
    Turns = counters:new(1, []),
    Other = spawn(fun Turn() -> counters:add(Turns, 1, 1), erlang:yield(), Turn() end),
    erlang:yield(),
    Before = counters:get(Turns, 1),
    Listed = processes(),
    After = counters:get(Turns, 1),
    exit(Other, kill),
    show({length(Listed) > 150000, After > Before + 10}),
    [exit(P, kill) || P <- Old].
