%% I/O in one VM, smallest of several runs: prints "Name Microseconds us" for each row.
%%   packet_passive, packet_active   20,000 round trips of 64 bytes, {packet, 4}, over loopback
%%   small_writes                    20,000 raw writes of two bytes
%%   read_lines                      40,000 lines, raw with read_ahead
-module(io_rows).
-export([main/0]).

-define(RUNS, 3).

main() ->
    File = filename:join(os:getenv("WORK", "/tmp"), "io_rows." ++ os:getpid()),
    row("packet_passive", fun() -> round_trips(20000, false) end),
    row("packet_active", fun() -> round_trips(20000, true) end),
    row("small_writes", fun() -> small_writes(20000, File) end),
    ok = file:write_file(File, [["line ", integer_to_list(N), " of some length\n"] || N <- lists:seq(1, 40000)]),
    row("read_lines", fun() -> read_lines(40000, File) end),
    ok = file:delete(File),
    halt().

row(Name, Fun) ->
    io:format("~s ~b us~n", [Name, lists:min([element(1, timer:tc(Fun)) || _ <- lists:seq(1, ?RUNS)])]).

round_trips(Count, IsActive) ->
    Options = [binary, {packet, 4}, {active, IsActive}, {nodelay, true}],
    {ok, Listener} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}} | Options]),
    {ok, Port} = inet:port(Listener),
    spawn_link(fun() -> {ok, Socket} = gen_tcp:accept(Listener), echo(Socket, IsActive) end),
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, Options),
    ask(Count, Socket, binary:copy(<<"x">>, 64), IsActive),
    gen_tcp:close(Socket),
    gen_tcp:close(Listener).

ask(0, _, _, _) -> ok;
ask(Count, Socket, Message, IsActive) ->
    ok = gen_tcp:send(Socket, Message),
    {ok, Message} = take(Socket, IsActive),
    ask(Count - 1, Socket, Message, IsActive).

take(Socket, false) -> gen_tcp:recv(Socket, 0);
take(Socket, true) -> receive {tcp, Socket, Data} -> {ok, Data}; {tcp_closed, Socket} -> closed end.

echo(Socket, IsActive) ->
    case take(Socket, IsActive) of
        {ok, Data} -> ok = gen_tcp:send(Socket, Data), echo(Socket, IsActive);
        _ -> gen_tcp:close(Socket)
    end.

small_writes(Count, File) ->
    {ok, Handle} = file:open(File, [write, raw, binary]),
    write(Count, Handle),
    ok = file:close(Handle).

write(0, _) -> ok;
write(Count, Handle) -> ok = file:write(Handle, <<"x\n">>), write(Count - 1, Handle).

read_lines(Count, File) ->
    {ok, Handle} = file:open(File, [read, raw, binary, {read_ahead, 65536}]),
    Count = count_lines(Handle, 0),
    ok = file:close(Handle).

count_lines(Handle, Count) ->
    case file:read_line(Handle) of
        {ok, _} -> count_lines(Handle, Count + 1);
        eof -> Count
    end.
