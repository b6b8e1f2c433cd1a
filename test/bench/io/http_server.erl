%% Two HTTP servers that answer everything with "hello": one on {packet, http_bin}, and inets.
%%   -run http_server start raw|inets PORT; ends when its standard input does.
-module(http_server).
-export([start/1, do/1]).

start([Kind, Port]) ->
    serve(Kind, list_to_integer(Port)),
    io:format("ready~n"),
    spawn(fun() -> eof = io:get_line(""), halt() end).

serve("raw", Port) ->
    Self = self(),
    spawn(fun() ->
        {ok, Listener} = gen_tcp:listen(Port, [binary, {ip, {127, 0, 0, 1}}, {packet, http_bin}, {active, false},
                                               {reuseaddr, true}, {backlog, 1024}, {nodelay, true}]),
        Self ! listening,
        accept(Listener)
    end),
    receive listening -> ok end;
serve("inets", Port) ->
    {ok, _} = application:ensure_all_started(inets),
    {ok, _} = inets:start(httpd, [{port, Port}, {server_name, "bench"}, {server_root, "/tmp"}, {document_root, "/tmp"},
                                  {bind_address, {127, 0, 0, 1}}, {keep_alive, true},
                                  {max_keep_alive_request, 100000000}, {modules, [?MODULE]}]).

accept(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Pid = spawn(fun() -> receive go -> ok = inet:setopts(Socket, [{active, true}]), answer(Socket) end end),
    ok = gen_tcp:controlling_process(Socket, Pid),
    Pid ! go,
    accept(Listener).

answer(Socket) ->
    receive
        {http, Socket, http_eoh} ->
            gen_tcp:send(Socket, <<"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n">>),
            answer(Socket);
        {http, Socket, _} -> answer(Socket);
        {tcp_closed, Socket} -> ok;
        {tcp_error, Socket, _} -> gen_tcp:close(Socket)
    end.

%% The module of inets that makes the response; one process serves a connection. Its sockets lack nodelay.
do(Request) ->
    case put(nodelay, true) of
        true -> ok;
        undefined -> inet:setopts(element(5, Request), [{nodelay, true}])
    end,
    Head = [{code, 200}, {content_type, "text/plain"}, {content_length, "6"}],
    {proceed, [{response, {response, Head, "hello\n"}}]}.
