%% gen_tcp and gen_udp over the loopback interface.
-module(inet_t).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    passive(), active(), once(), many(), packets(), lines(), http(), closing(), errors(), timeouts(), half(), big(), busy(),
    acceptors(), options(), udp(), udp_active(), udp_connect(), local(), push_back(), sendfile(), busy_sender(), accepting(), late_end(), send_timeout(), statistics(),
    controlling(), names(), ssl_records(), interfaces(), ancillary().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

pair(O) -> pair(O, O).
pair(LO, CO) ->
    {ok, L} = gen_tcp:listen(0, [{reuseaddr, true} | LO]),
    {ok, Port} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, CO),
    {ok, S} = gen_tcp:accept(L),
    gen_tcp:close(L),
    {C, S}.

close(Sockets) -> [gen_tcp:close(S) || S <- Sockets], flush().
flush() -> receive _ -> flush() after 0 -> ok end.

%% The next message, with sockets by name.
next(Names) ->
    receive M -> rename(M, Names) after 1000 -> nothing end.
rename(M, Names) when is_tuple(M) -> list_to_tuple([rename(E, Names) || E <- tuple_to_list(M)]);
rename(P, Names) when is_port(P) -> proplists:get_value(P, Names, port);
rename(X, _) -> X.

passive() ->
    {C, S} = pair([binary, {active, false}]),
    p(passive, [gen_tcp:send(C, "hello"), gen_tcp:recv(S, 2), gen_tcp:recv(S, 3), gen_tcp:send(S, [<<"a">>, "b", [$c]]),
                gen_tcp:recv(C, 0), gen_tcp:send(C, <<>>), gen_tcp:recv(S, 0, 10)]),
    close([C, S]),
    {D, T} = pair([{active, false}]),
    p(list_mode, [gen_tcp:send(D, <<1, 2, 3>>), gen_tcp:recv(T, 3)]),
    close([D, T]).

active() ->
    {C, S} = pair([binary, {active, true}]),
    N = [{C, client}, {S, server}],
    ok = gen_tcp:send(C, "to server"),
    p(active, next(N)),
    ok = gen_tcp:send(S, "to client"),
    p(active, next(N)),
    p(recv_active, gen_tcp:recv(S, 0)),
    gen_tcp:close(C),
    p(closed, [next(N), next(N)]),
    close([S]).

once() ->
    {C, S} = pair([binary, {active, once}, {packet, 2}]),
    N = [{C, client}, {S, server}],
    [ok = gen_tcp:send(C, [X]) || X <- "abc"],
    p(once, [next(N), next(N), inet:setopts(S, [{active, once}]), next(N), inet:getopts(S, [active])]),
    p(then_passive, gen_tcp:recv(S, 0)),
    close([C, S]).

many() ->
    {C, S} = pair([binary, {active, false}, {packet, 1}]),
    N = [{C, client}, {S, server}],
    [ok = gen_tcp:send(C, [X]) || X <- "abcdef"],
    ok = inet:setopts(S, [{active, 2}]),
    p(many, [next(N), next(N), next(N), next(N)]),
    ok = inet:setopts(S, [{active, 3}]),
    p(count, inet:getopts(S, [active]) =/= error),
    p(more, [next(N), next(N), next(N), next(N)]),
    p(count_errors, [inet:setopts(S, [{active, 32768}]), inet:setopts(S, [{active, foo}])]),
    close([C, S]).

packets() ->
    [begin
         {C, S} = pair([binary, {active, false}, {packet, P}]),
         p(packet, {P, [gen_tcp:send(C, "one"), gen_tcp:send(C, "twotwo"), gen_tcp:recv(S, 0), gen_tcp:recv(S, 0),
                        gen_tcp:recv(S, 0, 0)]}),
         close([C, S])
     end || P <- [1, 2, 4]],
    [begin
         {C, S} = pair([binary, {active, false}]),
         ok = inet:setopts(S, [{packet, P}]),
         ok = gen_tcp:send(C, Bytes),
         p(packet, {P, gen_tcp:recv(S, 0, 500), gen_tcp:recv(S, 0, 20)}),
         close([C, S])
     end || {P, Bytes} <- [{asn1, <<16#30, 3, 1, 2, 3>>}, {sunrm, <<128, 0, 0, 2, "ab">>}, {tpkt, <<3, 0, 0, 6, "xy">>},
                           {cdr, <<"GIOP", 1, 0, 0, 0, 0, 0, 0, 2, "zz">>}, {fcgi, <<1, 1, 0, 1, 0, 2, 0, 0, "pq">>}]],
    {C, S} = pair([binary, {active, false}, {packet, 4}, {packet_size, 10}]),
    p(too_big, [inet:setopts(C, [{packet_size, 0}]), gen_tcp:send(C, binary:copy(<<"x">>, 20)), gen_tcp:recv(S, 0, 500)]),
    close([C, S]),
    {D, T} = pair([binary, {active, false}, {packet, 1}]),
    p(header, [inet:setopts(T, [{header, 2}]), gen_tcp:send(D, "abcd"), gen_tcp:recv(T, 0, 500)]),
    p(length_with_packet, gen_tcp:recv(T, 5, 10)),
    close([D, T]).

lines() ->
    {C, S} = pair([{active, false}, {packet, line}]),
    ok = gen_tcp:send(C, "first\nsecond\r\nthi"),
    p(lines, [gen_tcp:recv(S, 0), gen_tcp:recv(S, 0), gen_tcp:recv(S, 0, 20)]),
    ok = gen_tcp:send(C, "rd\n"),
    p(lines, gen_tcp:recv(S, 0)),
    ok = inet:setopts(S, [{line_delimiter, $;}]),
    ok = gen_tcp:send(C, "a;b;"),
    p(delimiter, [gen_tcp:recv(S, 0), gen_tcp:recv(S, 0)]),
    close([C, S]).

http() ->
    {C, S} = pair([binary, {active, false}]),
    ok = inet:setopts(S, [{packet, http}]),
    ok = gen_tcp:send(C, "GET /index.html HTTP/1.1\r\nHost: example.org\r\nX-Y: 1\r\n\r\nbody"),
    p(http, [gen_tcp:recv(S, 0) || _ <- [1, 2, 3, 4]]),
    ok = inet:setopts(S, [{packet, raw}]),
    p(body, gen_tcp:recv(S, 4)),
    ok = inet:setopts(S, [{packet, http_bin}, {active, true}]),
    ok = gen_tcp:send(C, "HTTP/1.0 200 OK\r\nServer: x\r\n\r\n"),
    p(http_active, [next([{S, server}]) || _ <- [1, 2, 3]]),
    close([C, S]).

ssl_records() ->
    {C, S} = pair([binary, {active, true}]),
    ok = inet:setopts(S, [{packet, ssl_tls}]),
    ok = gen_tcp:send(C, <<22, 3, 3, 0, 4, 1, 2, 3, 4>>),
    p(ssl_tls, next([{S, server}])),
    close([C, S]).

closing() ->
    {C, S} = pair([binary, {active, false}]),
    ok = gen_tcp:send(C, "last"), ok = gen_tcp:close(C),
    p(closing, [gen_tcp:recv(S, 0), gen_tcp:recv(S, 0), gen_tcp:recv(S, 0), gen_tcp:send(S, "x")]),
    p(port_alive, erlang:port_info(S) =/= undefined),
    close([S]),
    p(closed, [gen_tcp:recv(S, 0), gen_tcp:send(S, "x"), inet:setopts(S, [{active, true}]), inet:peername(S), gen_tcp:close(S)]),
    {D, T} = pair([binary, {active, true}]),
    N = [{D, client}, {T, server}],
    ok = inet:setopts(T, [{exit_on_close, false}]),
    gen_tcp:close(D),
    p(not_exit_on_close, [next(N), next(N), erlang:port_info(T) =/= undefined]),
    close([T]),
    {E, U} = pair([binary, {active, false}]),
    Self = self(),
    spawn(fun() -> timer:sleep(50), gen_tcp:close(U), Self ! done end),
    p(closed_while_receiving, gen_tcp:recv(U, 0, 1000)),
    close([E]).

errors() ->
    p(refused, gen_tcp:connect("localhost", 1, [])),
    p(options, [catch gen_tcp:listen(0, [foo]), catch gen_tcp:connect({127, 0, 0, 1}, 1, [{active, foo}])]),
    {ok, L} = gen_tcp:listen(0, []),
    {ok, P} = inet:port(L),
    p(in_use, gen_tcp:listen(P, [])),
    p(not_connected, [gen_tcp:recv(L, 0), gen_tcp:send(L, "x"), inet:peername(L)]),
    {C, S} = pair([{active, false}]),
    p(not_listening, gen_tcp:accept(C, 10)),
    close([L, C, S]).

timeouts() ->
    {C, S} = pair([{active, false}]),
    p(recv_timeout, [gen_tcp:recv(S, 0, 0), gen_tcp:recv(S, 0, 30), gen_tcp:recv(S, 10, 30)]),
    ok = gen_tcp:send(C, "abc"),
    p(partial, [gen_tcp:recv(S, 5, 50), gen_tcp:recv(S, 3, 50)]),
    {ok, L} = gen_tcp:listen(0, []),
    p(accept_timeout, [gen_tcp:accept(L, 0), gen_tcp:accept(L, 30)]),
    close([C, S, L]).

half() ->
    {C, S} = pair([binary, {active, false}]),
    ok = gen_tcp:send(C, "request"),
    ok = gen_tcp:shutdown(C, write),
    p(half, [gen_tcp:recv(S, 0), inet:setopts(S, [{exit_on_close, false}]), gen_tcp:recv(S, 0, 500), gen_tcp:send(S, "answer"),
             gen_tcp:recv(C, 0), gen_tcp:send(C, "more")]),
    close([C, S]).

big() ->
    {C, S} = pair([binary, {active, false}]),
    Data = binary:copy(<<"0123456789">>, 300000),
    spawn_link(fun() -> ok = gen_tcp:send(C, Data), gen_tcp:shutdown(C, write), timer:sleep(1000) end),
    p(big, gen_tcp:recv(S, byte_size(Data)) =:= {ok, Data}),
    p(end_of_big, gen_tcp:recv(S, 0)),
    close([C, S]).

%% Much more than the socket takes, in small pieces, to a slow reader.
busy() ->
    {C, S} = pair([binary, {active, false}]),
    Self = self(),
    Sender = spawn_link(fun() ->
        [ok = gen_tcp:send(C, binary:copy(<<N>>, 10000)) || N <- lists:seq(1, 200)],
        Self ! {self(), sent}
    end),
    timer:sleep(50),
    {ok, B} = gen_tcp:recv(S, 2000000),
    p(busy, [erlang:md5(B), receive {Sender, sent} -> ok after 1000 -> late end]),
    close([C, S]).

acceptors() ->
    {ok, L} = gen_tcp:listen(0, [binary, {active, false}, {backlog, 20}]),
    {ok, Port} = inet:port(L),
    Self = self(),
    Acc = [spawn_link(fun() -> {ok, S} = gen_tcp:accept(L), {ok, D} = gen_tcp:recv(S, 1), Self ! {self(), D}, gen_tcp:close(S) end)
           || _ <- lists:seq(1, 5)],
    timer:sleep(30),
    Cs = [begin {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, []), ok = gen_tcp:send(C, [X]), C end || X <- "abcde"],
    p(acceptors, lists:sort([receive {A, D} -> D after 1000 -> none end || A <- Acc])),
    W = spawn(fun() -> Self ! {closed, gen_tcp:accept(L)} end),
    timer:sleep(20),
    gen_tcp:close(L),
    p(listener_closed, receive {closed, R} -> R after 1000 -> none end),
    exit(W, kill),
    close(Cs).

options() ->
    {C, S} = pair([binary, {active, false}]),
    p(defaults, inet:getopts(S, [active, mode, packet, header, packet_size, deliver, exit_on_close, high_watermark, low_watermark,
                                 send_timeout, send_timeout_close, delay_send, nodelay, keepalive, linger, reuseaddr,
                                 show_econnreset, dontroute, broadcast, priority, tos])),
    p(set, [inet:setopts(S, [{nodelay, true}, {keepalive, true}, {linger, {true, 5}}, list, {packet, 4}, {high_watermark, 100000}]),
            inet:getopts(S, [nodelay, keepalive, linger, mode, packet, high_watermark])]),
    p(raw, inet:getopts(S, [{raw, 6, 1, 4}])),
    p(set_raw, [inet:setopts(S, [{raw, 6, 1, <<0:32>>}]), inet:getopts(S, [nodelay])]),
    p(bad, [inet:setopts(S, [foo]), inet:setopts(S, [{nodelay, 7}]), inet:getopts(S, [foo])]),
    p(buffers, [V >= 20000 || {_, V} <- element(2, begin inet:setopts(S, [{recbuf, 20000}, {sndbuf, 20000}]),
                                                          inet:getopts(S, [recbuf, sndbuf, buffer]) end)]),
    close([C, S]).

udp() ->
    {ok, A} = gen_udp:open(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
    {ok, B} = gen_udp:open(0, [{active, false}]),
    {ok, PA} = inet:port(A), {ok, PB} = inet:port(B),
    p(udp, [gen_udp:send(A, {127, 0, 0, 1}, PB, "hello"), strip(gen_udp:recv(B, 0, 1000), PA),
            gen_udp:send(B, "localhost", PA, <<"reply">>), strip(gen_udp:recv(A, 0, 1000), PB),
            gen_udp:recv(A, 0, 0), gen_udp:recv(A, 0, 20), gen_udp:send(A, {127, 0, 0, 1}, PB, ""), strip(gen_udp:recv(B, 0), PA)]),
    p(udp_big, [gen_udp:send(A, {127, 0, 0, 1}, PB, binary:copy(<<"x">>, 70000)),
                gen_udp:send(A, {127, 0, 0, 1}, PB, binary:copy(<<"x">>, 60000)), size_of(gen_udp:recv(B, 0))]),
    p(udp_errors, [catch gen_udp:send(A, {127, 0, 0, 1}, 70000, "x"), catch gen_udp:open(0, [foo])]),
    p(udp_close, [gen_udp:close(A), gen_udp:close(B), gen_udp:send(A, {127, 0, 0, 1}, 9, "x")]).

strip({ok, {IP, Port, D}}, Port) -> {ok, IP, D};
strip(Other, _) -> Other.
size_of({ok, {_, _, D}}) -> length(D).

udp_active() ->
    {ok, A} = gen_udp:open(0, [binary, {active, true}]),
    {ok, P} = inet:port(A),
    [ok = gen_udp:send(A, {127, 0, 0, 1}, P, [X]) || X <- "ab"],
    p(udp_active, [receive {udp, A, IP, P, D} -> {IP, D} after 1000 -> none end || _ <- [1, 2]]),
    ok = inet:setopts(A, [{active, once}]),
    [ok = gen_udp:send(A, {127, 0, 0, 1}, P, [X]) || X <- "cd"],
    p(udp_once, [receive {udp, A, _, P, D} -> D after 100 -> none end || _ <- [1, 2]]),
    ok = inet:setopts(A, [{active, 1}]),
    p(udp_multi, [receive {udp, A, _, P, D} -> D; {udp_passive, A} -> passive after 500 -> none end || _ <- [1, 2]]),
    gen_udp:close(A).

udp_connect() ->
    {ok, A} = gen_udp:open(0, [binary, {active, false}]),
    {ok, B} = gen_udp:open(0, [binary, {active, false}]),
    {ok, PB} = inet:port(B),
    p(udp_connect, [gen_udp:connect(A, {127, 0, 0, 1}, PB), inet:peername(A) =:= {ok, {{127, 0, 0, 1}, PB}}, gen_udp:send(A, "x"),
                    element(3, element(2, gen_udp:recv(B, 0, 1000)))]),
    gen_udp:close(B),
    gen_udp:send(A, "y"),
    p(udp_refused, gen_udp:recv(A, 0, 1000)),
    gen_udp:close(A).

local() ->
    File = "/tmp/inet_t_" ++ os:getpid(),
    {ok, L} = gen_tcp:listen(0, [{ifaddr, {local, File}}, binary, {active, false}]),
    {ok, C} = gen_tcp:connect({local, File}, 0, [local, binary, {active, false}]),
    {ok, S} = gen_tcp:accept(L),
    p(local, [gen_tcp:send(C, "over a file"), gen_tcp:recv(S, 0), inet:sockname(L) =:= {ok, {local, list_to_binary(File)}},
              inet:peername(S)]),
    close([C, S, L]),
    file:delete(File).

push_back() ->
    {C, S} = pair([binary, {active, false}]),
    ok = gen_tcp:send(C, "world"),
    p(unrecv, [gen_tcp:unrecv(S, "hello "), gen_tcp:recv(S, 11)]),
    close([C, S]).

%% A sender whose data is beyond the high watermark waits for its reply, and gets closed if the peer goes away.
busy_sender() ->
    {C, S} = pair([binary, {active, false}, {sndbuf, 5000}, {recbuf, 5000}]),
    Big = binary:copy(<<"x">>, 1000000),
    Self = self(),
    First = gen_tcp:send(C, Big),
    P = spawn_link(fun() -> Self ! {self(), gen_tcp:send(C, Big)} end),
    timer:sleep(50),
    p(busy, [First, process_info(P, status), lists:member(busy, element(2, prim_inet:getstatus(C)))]),
    gen_tcp:close(S),
    p(busy_closed, receive {P, R} -> R after 5000 -> none end),
    gen_tcp:close(C).

%% getstatus shows who waits for a connection, but not the dead.
accepting() ->
    {ok, L} = gen_tcp:listen(0, []),
    P = spawn(fun() -> gen_tcp:accept(L) end),
    timer:sleep(30),
    Before = prim_inet:getstatus(L),
    exit(P, kill),
    timer:sleep(30),
    p(accepting, [Before, prim_inet:getstatus(L)]),
    gen_tcp:close(L).

%% What broke while it was passive is told when it becomes active.
late_end() ->
    {C, S} = pair([binary, {active, false}, {show_econnreset, true}, {sndbuf, 5000}, {recbuf, 5000}]),
    ok = gen_tcp:send(C, binary:copy(<<"x">>, 1000000)),
    inet:setopts(S, [{linger, {true, 0}}]),
    gen_tcp:close(S),
    timer:sleep(50),
    inet:setopts(C, [{active, once}]),
    p(late_end, [receive {T, C, R} -> {T, R}; {T, C} -> T after 1000 -> none end || _ <- [1, 2]]).

sendfile() ->
    {C, S} = pair([binary, {active, false}]),
    File = "/tmp/inet_t_f" ++ os:getpid(),
    Data = binary:copy(<<"contents ">>, 50000),
    ok = file:write_file(File, Data),
    Self = self(),
    R = spawn_link(fun() -> receive go -> ok end, Self ! {self(), gen_tcp:recv(S, byte_size(Data))} end),
    gen_tcp:controlling_process(S, R),
    R ! go,
    p(sendfile, [file:sendfile(File, C), receive {R, {ok, D}} -> D =:= Data after 3000 -> none end]),
    {ok, F} = file:open(File, [raw, read, binary]),
    p(sendfile_part, [file:sendfile(F, C, 9, 9, [])]),
    file:close(F),
    sendfile_order(File),
    file:delete(File),
    close([C, S]).

%% What is sent while a file is under way comes behind it.
sendfile_order(File) ->
    {C, S} = pair([binary, {active, false}, {sndbuf, 5000}, {recbuf, 5000}]),
    Data = binary:copy(<<"contents ">>, 100000),
    ok = file:write_file(File, Data),
    ok = gen_tcp:send(C, "before"),
    Self = self(),
    spawn_link(fun() -> timer:sleep(20), ok = gen_tcp:send(C, "behind") end),
    R = spawn_link(fun() -> timer:sleep(60), Self ! {self(), gen_tcp:recv(S, byte_size(Data) + 12, 5000)} end),
    {ok, _} = file:sendfile(File, C),
    All = receive {R, {ok, Bytes}} -> Bytes end,
    p(sendfile_order, All =:= <<"before", Data/binary, "behind">>),
    close([C, S]).

send_timeout() ->
    {C, S} = pair([binary, {active, false}, {send_timeout, 50}, {sndbuf, 5000}, {recbuf, 5000}]),
    p(send_timeout, send_until(C, binary:copy(<<"x">>, 100000), 200)),
    close([C, S]).

send_until(_, _, 0) -> never;
send_until(C, D, N) -> case gen_tcp:send(C, D) of ok -> send_until(C, D, N - 1); E -> E end.

statistics() ->
    {C, S} = pair([binary, {active, false}]),
    ok = gen_tcp:send(C, "12345"), {ok, _} = gen_tcp:recv(S, 5),
    p(statistics, [inet:getstat(C, [send_cnt, send_oct, send_max, send_pend]), inet:getstat(S, [recv_cnt, recv_oct, recv_max])]),
    close([C, S]).

controlling() ->
    {C, S} = pair([binary, {active, true}]),
    Self = self(),
    P = spawn_link(fun() -> receive go -> ok end, receive {tcp, S, D} -> Self ! {got, D} after 1000 -> Self ! {got, none} end end),
    ok = gen_tcp:controlling_process(S, P),
    P ! go,
    ok = gen_tcp:send(C, "for you"),
    p(controlling, receive {got, D} -> D end),
    {D2, T} = pair([binary, {active, true}]),
    N = [{D2, client}, {T, server}],
    Q = spawn(fun() -> receive stop -> ok end end),
    ok = gen_tcp:controlling_process(T, Q),
    Q ! stop,
    p(owner_died, next(N)),
    close([C, S, D2]).

names() ->
    {C, S} = pair([]),
    {ok, {IP, Port}} = inet:sockname(S),
    p(names, [IP, inet:peername(C) =:= {ok, {IP, Port}}, element(1, inet:sockname(C))]),
    p(hostname, is_list(element(2, inet:gethostname()))),
    p(is_port, [is_port(C), element(2, erlang:port_info(C, name)), element(2, erlang:port_info(C, connected)) =:= self()]),
    p(resolve, [inet:getaddr("localhost", inet), inet:getaddr({1, 2, 3, 4}, inet)]),
    close([C, S]).

interfaces() ->
    {ok, All} = inet:getifaddrs(),
    p(loopback, [lists:sort(V) || {"lo", V} <- All]),
    p(names, lists:sort([N || {N, _} <- All])),
    p(list, element(1, inet:getiflist())),
    p(ifget, inet:ifget("lo", [addr, netmask, flags])),
    p(services, [inet:getservbyname(http, tcp), inet:getservbyname(domain, udp), inet:getservbyname(nope, tcp),
                 inet:getservbyname(epmd, tcp)]).

%% What comes with a datagram or a segment besides its data.
ancillary() ->
    O = [binary, {active, false}, {ip, {127, 0, 0, 1}}],
    {ok, A} = gen_udp:open(0, [{recvtos, true}, {recvttl, true} | O]),
    {ok, B} = gen_udp:open(0, O),
    {ok, AP} = inet:port(A),
    {ok, BP} = inet:port(B),
    p(ancillary, [inet:getopts(A, [recvtos, recvttl, recvtclass]), gen_udp:send(B, {127, 0, 0, 1}, AP, "plain"),
                  gen_udp:recv(A, 0, 1000) =:= {ok, {{127, 0, 0, 1}, BP, [{tos, 0}, {ttl, 64}], <<"plain">>}},
                  gen_udp:send(B, {127, 0, 0, 1}, AP, [{tos, 32}, {ttl, 7}], "dressed"),
                  case gen_udp:recv(A, 0, 1000) of {ok, {_, _, Anc, D}} -> {lists:sort(Anc), D}; X -> X end,
                  gen_udp:send(B, {127, 0, 0, 1}, AP, [{priority, 3}], "refused")]),
    inet:setopts(A, [{active, once}]),
    gen_udp:send(B, {127, 0, 0, 1}, AP, "active"),
    p(ancillary_active, receive {udp, A, _, BP, Anc2, D2} -> {lists:sort(Anc2), D2} after 1000 -> nothing end),
    inet:setopts(A, [{recvtos, false}, {recvttl, false}]),
    gen_udp:send(B, {127, 0, 0, 1}, AP, "bare"),
    p(ancillary_off, case gen_udp:recv(A, 0, 1000) of {ok, {_, BP, D3}} -> D3; Y -> Y end),
    p(counts, [inet:setopts(A, [{active, 3}]), inet:setopts(A, [{active, -3}]),
               receive {udp_passive, A} -> passive after 1000 -> nothing end, inet:setopts(A, [{active, 32767}]),
               inet:setopts(A, [{active, 1}])]),
    gen_udp:close(A), gen_udp:close(B),
    {C, S} = pair([binary, {active, false}, {recvtos, true}]),
    gen_tcp:send(C, "x"),
    gen_tcp:recv(S, 1),
    p(packet_options, inet:getopts(S, [pktoptions])),
    close([C, S]),
    p(namespace, [element(1, gen_udp:open(0, [{netns, "/no/such/namespace"}])),
                  case gen_udp:open(0, [{netns, "/proc/self/ns/net"}]) of
                      {ok, N} -> {inet:getopts(N, [netns]), gen_udp:close(N)};
                      {error, Why} -> Why
                  end]).
