%% process_flag(sensitive, true): what others, and the process itself, do not see any more. And what counts as the heap of
%% a process with messages.
-module(sensitive_t).
-export([main/0, yields/1]).

main() ->
    info(),
    sequential_trace(),
    yields(),
    heap_with_messages(),
    max_heap_with_messages().

info() ->
    put(key, value),
    self() ! message,
    io:format("~p~n", [process_info(self(), messages)]),
    io:format("~p~n", [process_flag(sensitive, true)]),
    io:format("~p~n", [process_info(self(), [messages, dictionary, backtrace])]),
    io:format("~p~n", [process_flag(sensitive, false)]),
    io:format("~p ~p~n", [process_info(self(), messages), lists:keyfind(key, 1, get())]),
    receive message -> ok end.

sequential_trace() ->
    Main = self(),
    seq_trace:set_system_tracer(self()),
    Echo = spawn_link(fun() -> receive {From, What} -> From ! {reply, What} end end),
    process_flag(sensitive, true),
    _ = [seq_trace:set_token(Flag, true) || Flag <- [send, 'receive', print]],
    seq_trace:print(0, "not seen"),
    Echo ! {self(), hello},
    receive {reply, hello} -> ok end,
    seq_trace:set_token([]),
    process_flag(sensitive, false),
    seq_trace:set_system_tracer(false),
    io:format("~p~n", [[{What, name(Main, Echo, From), name(Main, Echo, To)} || {What, From, To} <- traces()]]).

name(Main, _, Main) -> main;
name(_, Echo, Echo) -> echo.

traces() ->
    receive {seq_trace, _, {What, _, From, To, _}} -> [{What, From, To} | traces()] after 100 -> [] end.

%% erlang:yield/0 is an instruction on stock.
yields() ->
    Main = self(),
    Pid = spawn_link(?MODULE, yields, [Main]),
    erlang:trace(Pid, true, [running]),
    Pid ! go,
    io:format("~p~n", [[{What, Where} || {trace, _, What, Where} <- turns(Pid)]]).

yields(Main) ->
    receive go -> ok end,
    erlang:yield(),
    Main ! done.

turns(Pid) ->
    receive done -> [receive {trace, Pid, _, _} = T -> T end || _ <- [1, 2, 3]] end.

heap_with_messages() ->
    Pid = spawn_link(fun loop/0),
    {_, Before} = process_info(Pid, total_heap_size),
    _ = [Pid ! lists:duplicate(N, N) || N <- lists:seq(1, 100)],
    Pid ! {ping, self()},
    receive pong -> ok end,
    {_, After} = process_info(Pid, total_heap_size),
    io:format("~p~n", [After - Before > 5000]),
    unlink(Pid),
    exit(Pid, kill).

loop() ->
    receive {ping, From} -> From ! pong, loop() end.

max_heap_with_messages() ->
    _ = [begin
             {Pid, Ref} = spawn_opt(fun() -> receive never -> ok end end,
                                    [monitor, {message_queue_data, Where},
                                     {max_heap_size, #{size => 1024, error_logger => false, kill => true}}]),
             _ = [Pid ! lists:duplicate(N, N) || N <- lists:seq(1, 100)],
             _ = process_info(Pid, messages),
             erlang:garbage_collect(Pid),
             receive {'DOWN', Ref, _, _, Why} -> io:format("~p ~p~n", [Where, Why])
             after 200 -> io:format("~p alive~n", [Where]), exit(Pid, kill)
             end
         end || Where <- [on_heap, off_heap]].
