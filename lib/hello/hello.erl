%% The entry point of the example: `ling -noshell -pa DIR -s hello` calls start/0.
-module(hello).
-export([start/0]).

start() ->
    {ok, _} = application:ensure_all_started(hello),
    ok = hello_counter:greet("Wörld"),
    Monitor = monitor(process, hello_sup),
    receive
        {'DOWN', Monitor, process, _, Reason} ->
            io:format("the supervisor ended: ~p~n", [Reason]),
            init:stop()
    end.
