%% The option `buffer` is the most that a message or a reply of a stream without packets holds.
-module(tcp_buffer_t).
-export([main/0]).

main() ->
    {Client, Server} = connected([{buffer, 1000}], [{buffer, 100}]),
    ok = gen_tcp:send(Server, binary:copy(<<1>>, 1000)),
    io:format("passive ~w~n", [[received(Client, 0) || _ <- [1, 2, 3]]]),
    io:format("with a length ~p~n", [received(Client, 250)]),
    ok = inet:setopts(Client, [{active, 3}]),
    io:format("active ~p~n", [[message() || _ <- [1, 2, 3, 4]]]),
    ok = inet:setopts(Client, [{active, once}]),
    io:format("the rest ~p ~p~n", [message(), received(Client, 0)]),
    ok = gen_tcp:send(Client, binary:copy(<<2>>, 1500)),
    io:format("inherited ~p~n", [[received(Server, 0), received(Server, 0)]]).

connected(Listens, Connects) ->
    Common = [binary, {active, false}, {ip, {127, 0, 0, 1}}],
    {ok, Listener} = gen_tcp:listen(0, Common ++ Listens),
    {ok, Port} = inet:port(Listener),
    {ok, Client} = gen_tcp:connect({127, 0, 0, 1}, Port, Common ++ Connects),
    {ok, Server} = gen_tcp:accept(Listener),
    {Client, Server}.

received(Socket, Length) ->
    {ok, Bytes} = gen_tcp:recv(Socket, Length, 1000),
    byte_size(Bytes).

message() ->
    receive
        {tcp, _, Bytes} -> byte_size(Bytes);
        {What, _} -> What
    after 300 -> nothing
    end.
