%% Sequential tracing where the tracer takes part itself, and of exit signals.
-module(seq_trace_self_t).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    io:format("~p~n", [talk(self())]).

%% What this process gets: as {Event, Serial, From, To}.
talk(Tracer) ->
    Main = self(),
    seq_trace:set_system_tracer(Tracer),
    Echo = spawn_link(fun() -> receive {From, What} -> From ! {reply, What} end end),
    _ = [seq_trace:set_token(Flag, true) || Flag <- [send, 'receive', print]],
    seq_trace:print(0, "a text"),
    Echo ! {Main, hello},
    seq_trace:set_token([]),
    %% One that ends is linked to one that traps exits, and to one that does not.
    Other = spawn(fun() -> receive never -> ok end end),
    spawn(fun() -> link(Main), link(Other), seq_trace:set_token(send, true), exit(normal) end),
    receive after 200 -> ok end,
    seq_trace:set_system_tracer(false),
    exit(Other, kill),
    messages(#{Main => main, Echo => echo, Other => other}).

messages(Names) ->
    receive M -> [shown(M, Names) | messages(Names)] after 0 -> [] end.

shown({seq_trace, _, {What, Serial, From, To, _}}, Names) ->
    {What, Serial, maps:get(From, Names, From =:= []), maps:get(To, Names, To =:= [])};
shown({'EXIT', Pid, Why}, Names) -> {'EXIT', maps:get(Pid, Names, somebody), Why};
shown(M, _) -> M.
