%% Clients of a binary protocol, all in one VM, and their server in another.
%%
%% A client is two processes: one sends a message after the other and awaits its echo from the other, which reads the socket and
%% decodes. The server answers a message with the same one, decoded and encoded again, from one process per connection. All
%% clients log to one disk_log.
-module(clients).
-export([server/0, run/1]).

-define(OPTIONS, [binary, {packet, 4}, {active, false}, {nodelay, true}]).

%% Prints its port; ends with its standard input.
server() ->
    {ok, Listener} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}, {backlog, 4096} | ?OPTIONS]),
    {ok, Port} = inet:port(Listener),
    io:format("~b~n", [Port]),
    spawn(fun() -> eof = io:get_line(""), halt() end),
    accept(Listener).

accept(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Pid = spawn(fun() -> receive go -> answer(Socket) end end),
    ok = gen_tcp:controlling_process(Socket, Pid),
    Pid ! go,
    accept(Listener).

answer(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Data} ->
            ok = gen_tcp:send(Socket, protocol:encode(protocol:decode(Data))),
            answer(Socket);
        {error, closed} -> gen_tcp:close(Socket)
    end.

%% Prints "connected Clients lost Messages rate PerSecond".
run([Port, Clients, Messages, Log]) ->
    run(list_to_integer(Port), list_to_integer(Clients), list_to_integer(Messages), Log),
    halt().

run(Port, Count, Messages, Log) ->
    {ok, log} = disk_log:open([{name, log}, {file, Log}, {type, halt}, {format, external}]),
    Self = self(),
    Clients = [spawn_link(fun() -> client(Self, Port, N, Messages) end) || N <- lists:seq(1, Count)],
    [receive {connected, Client} -> ok end || Client <- Clients],
    Start = erlang:monotonic_time(microsecond),
    [Client ! go || Client <- Clients],
    Answered = lists:sum([receive {answered, Client, N} -> N end || Client <- Clients]),
    Micros = erlang:monotonic_time(microsecond) - Start,
    ok = disk_log:close(log),
    io:format("connected ~b lost ~b rate ~b~n", [length(Clients), Count * Messages - Answered, Answered * 1000000 div Micros]).

client(Parent, Port, Number, Messages) ->
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, ?OPTIONS, infinity),
    Self = self(),
    spawn_link(fun() -> read(Self, Socket) end),
    Parent ! {connected, self()},
    receive go -> ok end,
    Answered = ask(Socket, Number, Messages, 0),
    Parent ! {answered, self(), Answered},
    gen_tcp:close(Socket).

ask(_, _, 0, Answered) -> Answered;
ask(Socket, Number, Left, Answered) ->
    Message = protocol:sample(1 + (Number + Left) rem protocol:count(), Number * 1000 + Left),
    ok = gen_tcp:send(Socket, protocol:encode(Message)),
    receive
        {message, Message} ->
            log(Left, {Number, Left, element(1, Message)}),
            ask(Socket, Number, Left - 1, Answered + 1);
        {message, Other} ->
            log(0, {Number, Left, wrong, Other}),
            ask(Socket, Number, Left - 1, Answered)
    end.

%% Every tenth message is written to the log.
log(Left, Item) when Left rem 10 =:= 0 -> ok = disk_log:alog(log, Item);
log(_, _) -> ok.

read(Client, Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Data} ->
            Client ! {message, protocol:decode(Data)},
            read(Client, Socket);
        {error, closed} -> ok
    end.
