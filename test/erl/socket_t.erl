%% The module socket: what the functions of prim_socket answer.
-module(socket_t).
-export([main/0]).

main() ->
    {P, M} = spawn_monitor(fun all/0),
    receive {'DOWN', M, process, P, Why} -> p(ended, Why) end.

all() ->
    opening(), addresses(), stream(), waiting(), queues(), datagrams(), messages(), closing(), owners(), options(),
    native_options(), own_options(), bad_arguments(), tables(), registry(), files(), interfaces(), backend(), net().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

%% What happened, without what differs from run to run.
try_(F) -> try F() of V -> V catch C:R -> {C, R} end.

loopback() -> #{family => inet, addr => loopback, port => 0}.

listener() ->
    {ok, L} = socket:open(inet, stream, tcp),
    ok = socket:setopt(L, {socket, reuseaddr}, true),
    ok = socket:bind(L, loopback()),
    ok = socket:listen(L),
    {ok, Address} = socket:sockname(L),
    {L, Address}.

pair() ->
    {L, Address} = listener(),
    {ok, C} = socket:open(inet, stream),
    ok = socket:connect(C, Address),
    {ok, S} = socket:accept(L),
    socket:close(L),
    {C, S}.

close(Sockets) -> [socket:close(S) || S <- Sockets].

opening() ->
    [p({open, D, T, P}, case try_(fun() -> socket:open(D, T, P) end) of
                            {ok, S} -> {ok, maps:with([domain, type, protocol, rstates, wstates, ctype], socket:info(S)),
                                        socket:close(S)};
                            Other -> Other
                        end)
     || {D, T, P} <- [{inet, stream, default}, {inet, stream, tcp}, {inet, dgram, default}, {inet6, dgram, udp},
                      {local, stream, default}, {local, dgram, default}, {local, seqpacket, default}, {1, 1, 0},
                      {bad, stream, tcp}, {inet, bad, tcp}, {inet, stream, bad}, {inet, stream, udp},
                      {inet, stream, 1 bsl 40}, {1 bsl 40, stream, tcp}, {"x", stream, tcp}, {inet, 77, default},
                      {inet, stream, "tcp"}]],
    {ok, S} = socket:open(inet, stream),
    {ok, Fd} = socket:getopt(S, {otp, fd}),
    {ok, D} = socket:open(Fd),
    p(dup, [is_tuple(maps:get(ctype, socket:info(D))), maps:get(type, socket:info(D)), socket:close(D)]),
    {ok, E} = socket:open(Fd, #{dup => false}),
    p(no_dup, [maps:get(ctype, socket:info(E)), socket:close(E), socket:close(S)]),
    p(open_fd, [try_(fun() -> socket:open(F, O) end) || {F, O} <- [{-1, #{}}, {9999, #{}}, {1 bsl 40, #{}}, {x, #{}}]]).

addresses() ->
    {ok, S} = socket:open(inet, dgram),
    [p({bind, A}, try_(fun() -> socket:bind(S, A) end))
     || A <- [#{family => inet, addr => {127, 0, 0, 300}}, #{family => inet, addr => foo}, #{family => inet, port => x},
              #{family => inet, port => 0, addr => {1, 2, 3}}, #{family => inet, bad => 1}, #{family => bar},
              #{addr => loopback}, bad, #{family => local}, #{family => local, path => lists:duplicate(120, $x)},
              #{family => 9, addr => <<1, 2, 3>>}, #{family => 9, addr => "x"}, #{family => unspec, addr => <<0:200/unit:8>>},
              #{family => inet6, addr => loopback, port => 0}, #{family => inet6, flowinfo => -1},
              #{family => inet, addr => {8, 8, 8, 8}, port => 1}, broadcast, any, loopback]],
    close([S]),
    {ok, S6} = socket:open(inet6, stream),
    p(bind6, [socket:bind(S6, #{family => inet6, addr => {0, 0, 0, 0, 0, 0, 0, 1}}), element(1, socket:sockname(S6)),
              begin {ok, A6} = socket:sockname(S6), A6#{port := 0} end, socket:peername(S6)]),
    close([S6]),
    {ok, U} = socket:open(local, stream),
    p(unnamed, socket:sockname(U)),
    Path = <<0, "ling-test-", (integer_to_binary(erlang:system_time()))/binary>>,
    p(abstract, [socket:bind(U, #{family => local, path => Path}), socket:sockname(U) =:= {ok, #{family => local, path => Path}}]),
    close([U]).

stream() ->
    {C, S} = pair(),
    p(send, [socket:send(C, <<"hello">>), socket:recv(S, 2), socket:recv(S, 0), socket:send(S, [<<"a">>, "b", $c]),
             socket:recv(C), socket:recv(C, 5, 0), socket:recv(C, 5, 10)]),
    p(peek, [socket:send(C, <<"12345">>), socket:recv(S, 3, [peek], 1000), socket:recv(S, 10, 20), socket:recv(S, 0, 0)]),
    Big = binary:copy(<<"0123456789">>, 300000),
    spawn_link(fun() -> socket:send(C, Big) end),
    {ok, Got} = socket:recv(S, byte_size(Big)),
    p(big, Got =:= Big),
    socket:setopt(S, {otp, rcvbuf}, {3, 100}),
    socket:send(C, binary:copy(<<1>>, 1000)),
    timer:sleep(20),
    p(rounds, [byte_size(element(2, socket:recv(S, 0, 100))) || _ <- [1, 2, 3]]),
    p(rest, byte_size(element(2, socket:recv(S, 100)))),
    Counters = maps:get(counters, socket:info(S)),
    p(counters, maps:with([read_byte, read_pkg, write_byte, write_pkg, acc_tries], Counters)),
    p(shutdown, [socket:shutdown(C, write), socket:recv(S), socket:recv(S), try_(fun() -> socket:shutdown(C, both) end),
                 socket:send(S, <<"x">>), socket:recv(C), socket:shutdown(C, read_write), socket:shutdown(C, read)]),
    close([C, S]),
    {ok, N} = socket:open(inet, stream),
    p(not_connected, [socket:recv(N), socket:send(N, <<"x">>), socket:shutdown(N, read), socket:peername(N),
                      socket:accept(N, 10)]),
    close([N]).

%% Which message comes, without references.
next(Socket) ->
    receive
        {'$socket', Socket, Tag, {R, Reason}} when is_reference(R) -> {Tag, Reason};
        {'$socket', Socket, Tag, R} when is_reference(R) -> Tag;
        Other -> Other
    after 300 -> nothing
    end.

waiting() ->
    {L, Address} = listener(),
    {select, {select_info, accept, AR}} = socket:accept(L, nowait),
    p(accept, is_reference(AR)),
    {ok, C} = socket:open(inet, stream),
    Connecting = socket:connect(C, Address, nowait),
    p(connecting, is_tuple(Connecting) andalso element(1, Connecting) =:= select orelse Connecting =:= ok),
    p(accept_select, next(L)),
    {ok, S} = socket:accept(L, nowait),
    case Connecting of ok -> ok; _ -> select = next(C), ok = socket:connect(C) end,
    {select, {select_info, recv, R} = Info} = socket:recv(S, 0, [], nowait),
    p(recv, is_reference(R)),
    socket:send(C, <<"abc">>),
    p(recv_select, [next(S), socket:cancel(S, Info), socket:recv(S, 0, nowait)]),
    {select, Info2} = socket:recv(S, 0, nowait),
    p(cancelled, [socket:cancel(S, Info2), element(1, socket:cancel(S, Info2))]),
    socket:send(C, <<"ab">>),
    timer:sleep(10),
    {select, {Info3, Part}} = socket:recv(S, 5, nowait),
    p(part, [Part, element(2, Info3)]),
    socket:send(C, <<"cde">>),
    p(part2, [next(S), socket:recv(S, 3, nowait)]),
    MyRef = make_ref(),
    {select, {select_info, recv, MyRef}} = socket:recv(S, 1, [], MyRef),
    socket:send(C, <<"x">>),
    p(my_ref, receive {'$socket', S, select, MyRef} -> socket:recv(S, 1, nowait) after 1000 -> nothing end),
    socket:setopt(C, {socket, sndbuf}, 5000),
    {select, _} = fill(C),
    {select, {_, Rest}} = element(2, {x, fill_until_part(C)}),
    p(write_full, is_binary(Rest)),
    socket:close(S),
    p(write_select, next(C)),
    close([C, L]).

fill(C) -> case socket:send(C, binary:copy(<<0>>, 100000), nowait) of
               ok -> fill(C);
               {select, {Info, _}} -> socket:cancel(C, Info), fill(C);
               {select, Info} -> socket:cancel(C, Info), {select, Info}
           end.

%% The first that does not fit at all is as good as one of which a part fits.
fill_until_part(C) -> case socket:send(C, <<1>>, nowait) of {select, I} -> {select, {I, <<>>}}; Other -> Other end.

queues() ->
    {C, S} = pair(),
    Me = self(),
    Readers = [begin
                   P = spawn_link(fun() -> Me ! {N, socket:recv(S, 1)} end),
                   timer:sleep(10),
                   P
               end || N <- [1, 2, 3]],
    p(readers, [maps:get(num_readers, socket:info(S)), length(Readers)]),
    p(state, try_(fun() -> socket:accept(S, 0) end)),
    socket:send(C, <<"a">>), p(first, receive M1 -> M1 after 1000 -> nothing end),
    unlink(lists:nth(2, Readers)), exit(lists:nth(2, Readers), kill), timer:sleep(10),
    socket:send(C, <<"b">>), p(third, receive M3 -> M3 after 1000 -> nothing end),
    spawn_link(fun() -> Me ! {4, socket:recv(S, 1)} end), timer:sleep(10),
    spawn_link(fun() -> Me ! {5, socket:recv(S, 1)} end), timer:sleep(10),
    socket:close(C),
    p(closed, lists:sort([receive M -> M after 1000 -> nothing end || _ <- [4, 5]])),
    spawn_link(fun() -> Me ! {6, socket:recv(S, 1)} end),
    p(gone, receive M6 -> M6 after 1000 -> nothing end),
    close([S]),
    {L, _} = listener(),
    [begin spawn_link(fun() -> Me ! {N, socket:accept(L)} end), timer:sleep(10) end || N <- [1, 2]],
    p(acceptors, [maps:get(num_acceptors, socket:info(L)), maps:get(rstates, socket:info(L)), socket:close(L)]),
    p(abort, lists:sort([receive MA -> MA after 1000 -> nothing end || _ <- [1, 2]])).

datagrams() ->
    {ok, A} = socket:open(inet, dgram, udp),
    {ok, B} = socket:open(inet, dgram, udp),
    ok = socket:bind(A, loopback()),
    ok = socket:bind(B, loopback()),
    {ok, AA} = socket:sockname(A),
    {ok, BA} = socket:sockname(B),
    p(to, [socket:sendto(A, <<"one">>, BA), socket:sendto(A, <<>>, BA), socket:sendto(A, [<<"t">>, "wo"], BA)]),
    p(from, [case socket:recvfrom(B, 0, 1000) of {ok, {AA, D}} -> D; O -> O end || _ <- [1, 2, 3]]),
    p(from_none, [socket:recvfrom(B, 0, 0), socket:recvfrom(B, 0, 10), element(1, socket:recvfrom(B, 0, nowait))]),
    socket:sendto(A, <<"four">>, BA),
    p(select, [next(B), element(2, element(2, socket:recvfrom(B)))]),
    p(cut, [socket:sendto(A, <<"12345">>, BA), socket:recv(B, 2), socket:recv(B, 0, 0)]),
    p(connect, [socket:connect(A, BA), socket:send(A, <<"five">>), socket:recv(B), socket:sendto(A, <<"x">>, BA),
                socket:recv(B), socket:peername(A) =:= {ok, BA}, socket:connect(A, #{family => unspec}),
                socket:peername(A)]),
    p(too_big, [socket:sendto(A, binary:copy(<<0>>, 70000), BA), socket:sendto(A, <<"x">>, #{family => inet, addr => x})]),
    close([A, B]).

messages() ->
    {ok, A} = socket:open(inet, dgram, udp),
    {ok, B} = socket:open(inet, dgram, udp),
    ok = socket:bind(A, loopback()),
    ok = socket:bind(B, loopback()),
    {ok, AA} = socket:sockname(A),
    {ok, BA} = socket:sockname(B),
    [ok = socket:setopt(B, {ip, O}, true) || O <- [recvttl, recvtos, pktinfo]],
    ok = socket:setopt(B, {socket, timestamp}, true),
    p(sendmsg, socket:sendmsg(A, #{addr => BA, iov => [<<"ab">>, <<"cd">>],
                                   ctrl => [#{level => ip, type => tos, value => reliability},
                                            #{level => ip, type => ttl, data => 17}]})),
    {ok, #{addr := AA, ctrl := Ctrl} = M} = socket:recvmsg(B),
    p(recvmsg, maps:without([addr, ctrl], M)),
    p(ctrl, lists:sort([case X of
                            #{level := socket} -> maps:without([value, data], X);
                            #{type := pktinfo} -> maps:without([data], X);
                            _ -> X
                        end || X <- Ctrl])),
    p(cut, [socket:sendto(A, <<"12345">>, BA),
            case socket:recvmsg(B, 2, 0) of {ok, R} -> maps:with([iov, flags], R); O -> O end]),
    p(small_ctrl, [socket:sendto(A, <<"12345">>, BA),
                   case socket:recvmsg(B, 0, 20) of {ok, R2} -> maps:with([iov, flags], R2); O2 -> O2 end]),
    [p({bad, I}, try_(fun() -> socket:sendmsg(A, X) end))
     || {I, X} <- lists:zip(lists:seq(1, 9),
                            [#{addr => BA}, #{addr => BA, iov => x}, #{addr => BA, iov => [x]}, #{addr => x, iov => []},
                             #{addr => BA, iov => [<<"x">>], ctrl => x}, #{addr => BA, iov => [<<"x">>], ctrl => [x]},
                             #{addr => BA, iov => [<<"x">>], ctrl => [#{level => ip, type => nope, value => 1}]},
                             #{addr => BA, iov => [<<"x">>], ctrl => [#{level => ip, type => tos, data => <<0:10000/unit:8>>}]},
                             #{addr => BA, iov => [<<>> || _ <- lists:seq(1, 2000)] ++ [<<"x">>]}])],
    close([A, B]),
    {C, S} = pair(),
    Many = [<<(integer_to_binary(I))/binary, " ">> || I <- lists:seq(1, 3000)],
    p(many, [socket:sendmsg(C, #{iov => Many}), socket:recv(S, iolist_size(Many)) =:= {ok, iolist_to_binary(Many)}]),
    p(stream, [socket:send(C, <<"xyz">>), socket:recvmsg(S), socket:shutdown(C, write), socket:recvmsg(S)]),
    close([C, S]).

closing() ->
    {C, S} = pair(),
    Me = self(),
    spawn_link(fun() -> Me ! {reader, socket:recv(S)} end),
    timer:sleep(10),
    p(close, [socket:close(S), socket:close(S), receive X -> X after 1000 -> nothing end]),
    p(after_close, [try_(F) || F <- [fun() -> socket:recv(S) end, fun() -> socket:send(S, <<"x">>) end,
                                     fun() -> socket:recvfrom(S) end, fun() -> socket:recvmsg(S) end,
                                     fun() -> socket:sendto(S, <<"x">>, loopback()) end, fun() -> socket:sockname(S) end,
                                     fun() -> socket:peername(S) end, fun() -> socket:getopt(S, {socket, rcvbuf}) end,
                                     fun() -> socket:setopt(S, {socket, rcvbuf}, 1000) end,
                                     fun() -> socket:setopt(S, {otp, iow}, true) end,
                                     fun() -> socket:getopt(S, {otp, debug}) end, fun() -> socket:listen(S) end,
                                     fun() -> socket:accept(S) end, fun() -> socket:connect(S, loopback()) end,
                                     fun() -> socket:shutdown(S, read) end, fun() -> socket:bind(S, loopback()) end,
                                     fun() -> socket:ioctl(S, gifconf) end,
                                     fun() -> maps:get(rstates, socket:info(S)) end]]),
    timer:sleep(10),
    p(other_end, socket:recv(C)),
    close([C]),
    {C2, S2} = pair(),
    p(linger, [socket:setopt(C2, {socket, linger}, #{onoff => true, linger => 1}), socket:send(C2, <<"x">>),
               socket:close(C2), socket:recv(S2), socket:recv(S2)]),
    close([S2]),
    {C3, S3} = pair(),
    p(abort, [socket:setopt(C3, {socket, linger}, abort), socket:close(C3), begin timer:sleep(10), socket:recv(S3) end]),
    close([S3]).

owners() ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() -> {ok, S} = socket:open(inet, stream), Me ! S end),
    S = receive X -> X end,
    receive {'DOWN', Ref, _, Pid, _} -> ok end,
    p(owner_died, [socket:sockname(S), maps:get(owner, socket:info(S))]),
    {ok, T} = socket:open(inet, stream),
    P = spawn(fun() -> receive stop -> ok end end),
    p(controlling, [socket:getopt(T, {otp, controlling_process}) =:= {ok, self()},
                    socket:setopt(T, {otp, controlling_process}, P),
                    socket:getopt(T, {otp, controlling_process}) =:= {ok, P},
                    socket:setopt(T, {otp, controlling_process}, P),
                    socket:setopt(T, {otp, meta}, x)]),
    P ! stop,
    timer:sleep(20),
    p(gone, socket:sockname(T)),
    {ok, W} = socket:open(inet, stream),
    spawn(fun() -> Me ! {closed, socket:close(W)} end),
    p(other_closes, receive Y -> Y after 1000 -> nothing end).

options() ->
    {C, S} = pair(),
    [p({get, O}, try_(fun() -> socket:getopt(C, O) end))
     || O <- [{socket, keepalive}, {socket, type}, {socket, domain}, {socket, protocol}, {socket, linger},
              {socket, reuseaddr}, {socket, broadcast}, {socket, acceptconn}, {socket, bindtodevice}, {socket, priority},
              {socket, rcvtimeo}, {socket, error}, {socket, bad}, {ip, ttl}, {ip, tos}, {ip, mtu_discover}, {ip, mtu},
              {ip, multicast_if}, {ip, add_membership}, {ip, hdrincl}, {tcp, nodelay}, {tcp, cork}, {tcp, info},
              {udp, cork}, {ipv6, v6only}, {ip, pktoptions}, {bad, x}, bad, {otp, bad}, {6, 1}]],
    [p({set, O, V}, [try_(fun() -> socket:setopt(C, O, V) end), try_(fun() -> socket:getopt(C, O) end)])
     || {O, V} <- [{{socket, keepalive}, true}, {{socket, keepalive}, 1}, {{socket, linger}, #{onoff => true, linger => 5}},
                   {{socket, linger}, #{onoff => true}}, {{socket, linger}, #{onoff => true, linger => -1}},
                   {{socket, type}, stream}, {{socket, priority}, 3}, {{ip, ttl}, 99}, {{ip, ttl}, x}, {{ip, tos}, throughput},
                   {{ip, tos}, 16#20}, {{ip, tos}, nope}, {{ip, mtu_discover}, dont}, {{ip, mtu_discover}, x},
                   {{ip, multicast_if}, {127, 0, 0, 1}}, {{ip, multicast_ttl}, 4}, {{ip, multicast_loop}, false},
                   {{tcp, nodelay}, true}, {{tcp, maxseg}, 500}, {{socket, bindtodevice}, "lo"},
                   {{socket, bindtodevice}, "no-such-device-has-this-name"}, {{socket, rcvlowat}, 2},
                   {{socket, rcvbuf}, 1 bsl 40}, {{tcp, congestion}, "reno"}, {{tcp, congestion}, x}]],
    close([C, S]),
    {ok, U} = socket:open(inet, dgram),
    [p({member, O, V}, try_(fun() -> socket:setopt(U, {ip, O}, V) end))
     || {O, V} <- [{add_membership, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}}},
                   {drop_membership, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}}},
                   {drop_membership, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}}},
                   {add_membership, #{multiaddr => {239, 1, 2, 3}}},
                   {add_source_membership, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}, sourceaddr => {127, 0, 0, 1}}},
                   {drop_source_membership, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}, sourceaddr => {127, 0, 0, 1}}},
                   {msfilter, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}, mode => include, slist => [{127, 0, 0, 1}]}},
                   {msfilter, #{multiaddr => {239, 1, 2, 3}, interface => {127, 0, 0, 1}, mode => nope, slist => []}},
                   {msfilter, x}]],
    close([U]),
    {ok, S6} = socket:open(inet6, dgram),
    [p({six, O, V}, [try_(fun() -> socket:setopt(S6, {ipv6, O}, V) end), try_(fun() -> socket:getopt(S6, {ipv6, O}) end)])
     || {O, V} <- [{v6only, true}, {unicast_hops, 7}, {unicast_hops, default}, {unicast_hops, 300}, {multicast_hops, 3},
                   {tclass, 8}, {recvtclass, true}, {recvhoplimit, true}, {mtu_discover, probe},
                   {add_membership, #{multiaddr => {16#ff02, 0, 0, 0, 0, 0, 1, 2}, interface => 1}},
                   {add_membership, #{multiaddr => {1, 2}, interface => 1}}]],
    close([S6]).

native_options() ->
    {C, S} = pair(),
    p(native_get, [try_(fun() -> socket:getopt_native(C, O, V) end)
                   || {O, V} <- [{{socket, keepalive}, integer}, {{socket, keepalive}, boolean}, {{socket, 9}, 4},
                                 {{1, 9}, <<1, 2, 3, 4>>}, {{tcp, 1}, integer}, {{6, nodelay}, integer}, {{1, 9}, x},
                                 {{1, 9999}, integer}, {{socket, linger}, 8}, {{bad, 1}, integer}]]),
    p(native_set, [try_(fun() -> socket:setopt_native(C, O, V) end)
                   || {O, V} <- [{{socket, keepalive}, true}, {{socket, 9}, 0}, {{1, 9}, <<1:32/native>>}, {{1, 9}, x},
                                 {{1, 9999}, 1}, {{tcp, nodelay}, <<1>>}, {{1 bsl 40, 1}, 1}, {{1, 1 bsl 40}, 1}]]),
    p(keepalive, socket:getopt(C, {socket, keepalive})),
    close([C, S]).

own_options() ->
    {ok, S} = socket:open(inet, stream),
    [p({own, O, V}, [try_(fun() -> socket:setopt(S, {otp, O}, V) end), try_(fun() -> socket:getopt(S, {otp, O}) end)])
     || {O, V} <- [{debug, false}, {debug, x}, {iow, true}, {iow, 1}, {rcvbuf, 100}, {rcvbuf, default},
                   {rcvbuf, {4, 200}}, {rcvbuf, {0, 200}}, {rcvbuf, 0}, {rcvbuf, x}, {rcvctrlbuf, 500}, {rcvctrlbuf, default},
                   {sndctrlbuf, 600}, {sndctrlbuf, -1}, {meta, #{a => [1, 2, "x"]}}, {use_registry, false},
                   {use_registry, true}]],
    p(domain, [socket:getopt(S, otp, domain), socket:getopt(S, otp, rcvbuf), try_(fun() -> socket:setopt(S, {otp, fd}, 1) end)]),
    close([S]).

bad_arguments() ->
    {ok, {'$socket', R} = S} = socket:open(inet, stream),
    Ref = make_ref(),
    A = #{family => inet, addr => loopback, port => 1},
    p(raw, [{F, try_(fun() -> apply(prim_socket, F, Args) end)}
            || {F, Args} <- [{nif_recv, []}, {recv, [x, 0, [], Ref]}, {recv, [R, -1, [], Ref]}, {recv, [R, x, [], Ref]},
                             {recv, [R, 1 bsl 70, [], Ref]}, {recv, [R, 0, [], x]}, {recv, [R, 0, [x], Ref]},
                             {recv, [R, 0, [1 bsl 40], Ref]}, {recvfrom, [R, -1, [], Ref]}, {recvmsg, [R, 0, -1, [], Ref]},
                             {send, [R, x, [], Ref]}, {send, [R, <<1:3>>, [], Ref]}, {send, [R, <<>>, [], x]},
                             {send, [R, <<>>, [1 bsl 33], Ref]}, {sendto, [R, x, A, [], Ref]}, {sendto, [R, <<>>, x, [], Ref]},
                             {sendmsg, [R, x, [], Ref, []]}, {listen, [R, x]}, {listen, [R, 1 bsl 40]}, {listen, [x, 1]},
                             {connect, [R]}, {connect, [R, x, A]}, {accept, [x, Ref]}, {close, [Ref]}, {finalize_close, [R]},
                             {shutdown, [R, x]}, {sockname, [x]}, {cancel, [R, x, Ref]}, {cancel, [R, recv, x]},
                             {ioctl, [R, x]}, {ioctl, [R, 77]}, {ioctl, [R, 77, "lo"]},
                             {ioctl, [R, gifaddr, x]}, {ioctl, [R, gifname, x]}, {ioctl, [R, sifmtu, "lo", x]},
                             {ioctl, [R, sifaddr, "lo", x]}, {info, [x]}, {sendfile, [R, Ref, 0, 0]},
                             {sendfile, [R, Ref, 0, 0, Ref]}, {sendfile_deferred_close, [R]}, {debug, [x]},
                             {use_registry, [7]}, {setopt, [R, {socket, keepalive}, "x"]}]]),
    close([S]).

tables() ->
    p(types, [lists:keymember(K, 1, socket:supports()) || K <- [options, protocols, msg_flags, ioctl_requests, ioctl_flags, ipv6, local]]),
    p(flags, lists:sort(socket:supports(msg_flags))),
    p(requests, lists:sort(socket:supports(ioctl_requests))),
    p(ioctl_flags, lists:sort(socket:supports(ioctl_flags))),
    p(protocols, lists:sort(socket:supports(protocols))),
    [p({options, L}, lists:sort(socket:supports(options, L))) || L <- [socket, ip, ipv6, tcp, udp, bad]],
    p(supported, [socket:is_supported(local), socket:is_supported(options, {ip, tos}), socket:is_supported(options, {tcp, info}),
                  socket:is_supported(msg_flags, peek), socket:is_supported(protocols, tcp)]),
    p(info, maps:without([counters], socket:info())).

registry() ->
    Before = socket:number_of(),
    {ok, S} = socket:open(inet, stream),
    p(known, [socket:number_of() - Before, lists:member(S, socket:which_sockets())]),
    Mon = socket:monitor(S),
    p(monitored, [is_reference(Mon), socket:close(S), receive {'DOWN', Mon, socket, S, Why} -> Why after 1000 -> nothing end]),
    Gone = socket:monitor(S),
    p(gone, [socket:number_of() - Before, receive {'DOWN', Gone, socket, S, Why2} -> Why2 after 1000 -> nothing end]),
    {ok, T} = socket:open(inet, stream, default, #{use_registry => false}),
    p(unknown, [lists:member(T, socket:which_sockets()), socket:setopt(T, {otp, use_registry}, true),
                lists:member(T, socket:which_sockets()), socket:close(T)]).

files() ->
    Name = "socket_t." ++ os:getpid(),
    Data = binary:copy(<<"some bytes ">>, 100000),
    ok = file:write_file(Name, Data),
    {C, S} = pair(),
    Me = self(),
    spawn_link(fun() -> Me ! socket:recv(S, byte_size(Data)) end),
    {ok, F} = file:open(Name, [read, raw, binary]),
    p(sendfile, [socket:sendfile(C, F), receive {ok, Data} -> same; X -> X after 5000 -> nothing end]),
    p(part, [socket:sendfile(C, F, 5, 5), socket:recv(S, 5)]),
    p(behind, [socket:sendfile(C, F, 1 bsl 30, 5), try_(fun() -> socket:sendfile(C, F, -1, 5) end)]),
    file:close(F),
    p(counters, maps:with([sendfile_byte, sendfile_fails], maps:get(counters, socket:info(C)))),
    file:delete(Name),
    close([C, S]).

interfaces() ->
    {ok, S} = socket:open(inet, dgram),
    p(names, element(1, socket:ioctl(S, gifconf))),
    [p(Q, try_(fun() -> socket:ioctl(S, Q, "lo") end)) || Q <- [gifaddr, gifflags, gifmtu, gifindex, gifnetmask, gifmap]],
    p(name, [socket:ioctl(S, gifname, 1), socket:ioctl(S, gifname, 99999), socket:ioctl(S, gifaddr, "nope"),
             try_(fun() -> socket:ioctl(S, nope) end), try_(fun() -> socket:ioctl(S, gifflags) end)]),
    close([S]).

backend() ->
    O = [{inet_backend, socket}, binary, {active, false}, {packet, 4}],
    {ok, L} = gen_tcp:listen(0, O ++ [{ip, {127, 0, 0, 1}}]),
    {ok, Port} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, O),
    {ok, S} = gen_tcp:accept(L),
    p(gen_tcp, [gen_tcp:send(C, <<"hello">>), gen_tcp:recv(S, 0), gen_tcp:recv(S, 0, 10), inet:setopts(S, [{active, once}]),
                gen_tcp:send(C, <<"active">>), receive {tcp, S, D} -> D after 1000 -> nothing end,
                inet:getopts(S, [active, packet, nodelay, mode]), gen_tcp:close(C), gen_tcp:recv(S, 0), gen_tcp:close(S),
                gen_tcp:close(L)]),
    U = [{inet_backend, socket}, binary, {active, false}, {ip, {127, 0, 0, 1}}],
    {ok, A} = gen_udp:open(0, U),
    {ok, B} = gen_udp:open(0, U),
    {ok, AP} = inet:port(A),
    {ok, BP} = inet:port(B),
    p(gen_udp, [gen_udp:send(A, {127, 0, 0, 1}, BP, "one"),
                case gen_udp:recv(B, 0, 1000) of {ok, {{127, 0, 0, 1}, AP, D1}} -> D1; X -> X end,
                gen_udp:recv(B, 0, 10), inet:setopts(B, [{active, true}]), gen_udp:send(A, {127, 0, 0, 1}, BP, "two"),
                receive {udp, B, _, AP, D2} -> D2 after 1000 -> nothing end, gen_udp:close(A), gen_udp:close(B)]).

net() ->
    p(hostname, net:gethostname() =:= inet:gethostname()),
    p(info, [try_(F) || F <- [fun net:info/0, fun() -> prim_net:command({debug, false}) end, fun() -> prim_net:command(x) end,
                              fun() -> net:if_name2index("lo") end, fun() -> net:if_name2index("nope") end,
                              fun() -> net:if_index2name(1) end, fun() -> net:if_index2name(99999) end,
                              fun() -> net:if_index2name(-1) end, fun() -> net:if_name2index("a-name-too-long-for-any") end]]),
    p(names, net:if_names()),
    p(name, [try_(F) || F <- [fun() -> net:getnameinfo(#{family => inet, addr => {127, 0, 0, 1}, port => 80}, [numerichost, numericserv]) end,
                              fun() -> net:getnameinfo(#{family => inet, addr => {127, 0, 0, 1}, port => 80}, [bad]) end,
                              fun() -> net:getnameinfo(#{family => inet, addr => x, port => 80}) end,
                              fun() -> net:getaddrinfo("127.0.0.1", "80") end,
                              fun() -> net:getaddrinfo("no such host") end,
                              fun() -> net:getaddrinfo("127.0.0.1", "no-such-service") end]]),
    {ok, All} = net:getifaddrs(),
    p(lo, [I || #{name := "lo", addr := #{family := inet}} = I <- All]),
    p(adapters, [try_(fun() -> net:F(#{}) end) || F <- [get_adapters_addresses, get_if_entry]]).
