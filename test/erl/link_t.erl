%% Links and exit signals.
-module(link_t).
-export([main/0]).

main() ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    basic(),
    signals(),
    errors(),
    chains(),
    crowd().

basic() ->
    p(exits(spawn_link(fun() -> ok end))),
    p(exits(spawn_link(fun() -> exit(why) end))),
    p(exits(spawn_link(fun() -> exit(normal) end))),
    p(exits(spawn_link(fun() -> exit(kill) end))),
    p(exits(spawn_link(fun() -> exit({a, [1, 2], "text", <<1:70>>}) end))),
    {'EXIT', {Reason, [{link_t, _, _, _} | _]}} = exits_full(spawn_link(fun() -> error(bad) end)),
    p(Reason),
    {'EXIT', {Nocatch, [{link_t, _, _, _} | _]}} = exits_full(spawn_link(fun() -> throw(up) end)),
    p(Nocatch),
    %% Linking twice is linking once.
    P = spawn(fun idle/0),
    p([link(P), link(P)]),
    p(length([x || {links, L} <- [process_info(self(), links)], Q <- L, Q =:= P])),
    p(element(2, process_info(P, links)) =:= [self()]),
    p(unlink(P)),
    p(unlink(P)),
    p(element(2, process_info(P, links))),
    exit(P, bye),
    p(none()),
    p(link(self())),
    p(unlink(self())).

signals() ->
    %% What exit/2 does to a process that does not trap ...
    p([down_after(fun idle/0, R) || R <- [normal, why, kill, killed, {tuple, 1}]]),
    %% ... and to one that does.
    p([down_after(fun trapper/0, R) || R <- [normal, why, kill, killed]]),
    %% A reason of `kill` from a link is a reason like any other.
    Parent = self(),
    T = spawn(fun() ->
                  process_flag(trap_exit, true),
                  Q = spawn_link(fun() -> exit(kill) end),
                  receive {'EXIT', Q, W} -> Parent ! {got, W} end
              end),
    p(receive {got, W} -> W end),
    gone(T),
    %% To oneself.
    p(ended(fun() -> exit(self(), normal), idle() end)),
    p(ended(fun() -> exit(self(), why), idle() end)),
    p(ended(fun() -> exit(self(), kill), idle() end)),
    p(ended(fun() -> process_flag(trap_exit, true), exit(self(), why), receive M -> exit({m, element(3, M)}) end end)),
    p(ended(fun() -> process_flag(trap_exit, true), exit(self(), kill), receive _ -> ok end end)),
    p(ended(fun() -> catch exit(self(), why), ok end)),
    %% Exits of linked processes end the others, except for normal.
    p(ended(fun() -> spawn_link(fun() -> exit(normal) end), receive after 50 -> exit(survived) end end)),
    p(ended(fun() -> spawn_link(fun() -> exit(bang) end), idle() end)),
    p(ended(fun() -> spawn_link(fun() -> exit(self(), kill), idle() end), idle() end)).

errors() ->
    Dead = spawn(fun() -> ok end),
    gone(Dead),
    p(c(fun() -> link(Dead) end)),
    p(receive {'EXIT', Dead, N} -> N after 0 -> nothing end),
    process_flag(trap_exit, false),
    p(c(fun() -> link(Dead) end)),
    process_flag(trap_exit, true),
    p(c(fun() -> link(a) end)),
    p(c(fun() -> unlink(a) end)),
    p(c(fun() -> unlink(Dead) end)),
    p(c(fun() -> exit(a, b) end)),
    p(c(fun() -> exit(Dead, b) end)),
    p(c(fun() -> spawn_link(1, 2, 3) end)).

%% A long chain, each linked to the next, must not recurse.
chains() ->
    Self = self(),
    First = spawn(fun() -> chain(10000, Self) end),
    receive ready -> ok end,
    R = monitor(process, First),
    receive {last, Last} -> exit(Last, domino) end,
    p(receive {'DOWN', R, _, _, Why} -> Why end).

chain(0, Top) -> Top ! ready, Top ! {last, self()}, idle();
chain(N, Top) -> spawn_link(fun() -> chain(N - 1, Top) end), idle().

%% One process with very many links.
crowd() ->
    Self = self(),
    Hub = spawn(fun() ->
                    Ps = [spawn_link(fun idle/0) || _ <- lists:seq(1, 2000)],
                    Self ! {crowd, Ps},
                    idle()
                end),
    Ps = receive {crowd, L} -> L end,
    p(length(element(2, process_info(Hub, links)))),
    Rs = [monitor(process, P) || P <- Ps],
    exit(Hub, crowd),
    p(lists:usort([receive {'DOWN', R, _, _, W} -> W end || R <- Rs])),
    p([P || P <- Ps, is_process_alive(P)]).

idle() -> receive stop -> ok end.

trapper() ->
    process_flag(trap_exit, true),
    receive ready_for_it -> ok end,
    receive {'EXIT', _, R} -> exit({trapped, R}) end.

down_after(F, Reason) ->
    {P, R} = spawn_monitor(F),
    P ! ready_for_it,
    receive after 5 -> ok end,
    exit(P, Reason),
    receive {'DOWN', R, process, P, W} -> W after 30 -> exit(P, kill), demonitor(R, [flush]), alive end.

ended(F) ->
    {P, R} = spawn_monitor(F),
    receive {'DOWN', R, process, P, W} -> W after 1000 -> timeout end.

gone(P) -> R = monitor(process, P), receive {'DOWN', R, _, _, _} -> ok end.

exits(P) -> receive {'EXIT', P, R} -> R end.
exits_full(P) -> receive {'EXIT', P, R} -> {'EXIT', R} end.

none() -> receive M -> M after 20 -> none end.

c(F) -> try F() catch C:E -> {C, E} end.
p(T) -> io:format("~p~n", [T]).
