%% The VM under scripts (io/fake/fake.h): each function without arguments is a test. Times are exact, as nothing but
%% waiting takes time. Only preloaded modules are there.
-module(fake_cases).
-export([run/1]).
-export([receive_after_hours/0, timers_of_fifty_days_expire_in_order_and_on_time/0, timers_are_read_and_cancelled/0,
         other_messages_do_not_prolong_a_receive/0,
         connecting_takes_its_time/0, connecting_is_refused_late/0, connecting_times_out/0, connecting_is_reset/0,
         accepting_waits_for_clients/0, accepting_fails_once/0,
         a_packet_comes_in_pieces/0, a_timeout_in_the_middle_of_a_packet_loses_nothing/0, active_packets_come_when_whole/0,
         once_means_once/0, input_counts_before_a_timeout_of_the_same_time/0, input_of_a_stall_counts_before_timeouts/0,
         input_of_a_stall_while_others_work_counts_before_timeouts/0, input_of_a_stall_after_a_wait_counts_before_later_timeouts/0,
         a_line_is_cut_by_time_only/0,
         a_reset_in_every_place_of_a_packet/0, an_end_in_every_place_of_a_packet/0, a_reset_is_shown_if_asked_for/0,
         short_writes_lose_nothing/0, what_a_turn_sends_leaves_together/0, the_end_of_a_turn_lets_go/0,
         held_bytes_survive_errors_and_ends/0, a_reset_while_sending/0, a_reset_at_every_byte_sent/0,
         a_slow_reader_makes_senders_wait/0, a_slow_reader_and_a_send_timeout/0, other_senders_wait_for_their_turn/0,
         closing_waits_for_what_is_queued/0,
         datagrams_come_and_go/0,
         a_full_disk/0, files_are_written_in_small_parts/0, a_file_that_grows_again/0,
         the_resolver_answers_late/0, answers_come_out_of_order/0, a_cancelled_lookup_gives_up_its_place/0,
         what_is_not_scripted_is_refused/0]).

-define(HOUR, 3600000).

run(Case) ->
    fake_script:done(try ?MODULE:Case() catch Class:Reason:Stack -> {Class, Reason, Stack} end).

now_ms() -> fake_script:now().

%% Runs it, and tells how long it took.
timed(F) -> Start = now_ms(), Result = F(), {now_ms() - Start, Result}.

%% --- timers -----------------------------------------------------------------------------------------------------------

receive_after_hours() ->
    [{N, nothing} = timed(fun() -> receive never -> something after N -> nothing end end)
     || N <- [1, 999, 1000, 60000, ?HOUR, 5 * ?HOUR + 7, 24 * ?HOUR, 16#ffffffff]],
    ok.

%% 2000 timers between 1 ms and 50 days, by a simple generator, set at once.
timers_of_fifty_days_expire_in_order_and_on_time() ->
    Start = now_ms(),
    Delays = delays(2000, 12345, []),
    [erlang:send_after(D, self(), {expired, D}) || D <- Delays],
    [receive {expired, Got} when Got =:= D, Start + D =:= Start + Got -> D = now_ms() - Start end || D <- sorted(Delays)],
    ok.

delays(0, _, Delays) -> Delays;
delays(N, Seed, Delays) ->
    Next = (Seed * 1103515245 + 12345) band 16#7fffffff,
    Range = element(1 + N rem 4, {1000, 100000, 24 * ?HOUR, 50 * 24 * ?HOUR}),
    delays(N - 1, Next, [1 + Next rem Range | Delays]).

sorted([]) -> [];
sorted([Pivot | Rest]) ->
    sorted([X || X <- Rest, X < Pivot]) ++ [Pivot | [X || X <- Rest, X =:= Pivot]] ++ sorted([X || X <- Rest, X > Pivot]).

timers_are_read_and_cancelled() ->
    Timer = erlang:start_timer(10 * ?HOUR, self(), late),
    receive after 3 * ?HOUR -> ok end,
    7 * ?HOUR = erlang:read_timer(Timer),
    receive after ?HOUR -> ok end,
    6 * ?HOUR = erlang:cancel_timer(Timer),
    false = erlang:cancel_timer(Timer),
    receive {timeout, Timer, late} -> too_late after 20 * ?HOUR -> ok end.

other_messages_do_not_prolong_a_receive() ->
    Self = self(),
    Pid = spawn(fun() -> every_minute(Self) end),
    {?HOUR, nothing} = timed(fun() -> receive never -> something after ?HOUR -> nothing end end),
    exit(Pid, kill),
    {message_queue_len, N} = process_info(self(), message_queue_len),
    true = N >= 59,
    ok.

every_minute(To) -> receive after 60000 -> To ! minute, every_minute(To) end.

%% --- connecting ---------------------------------------------------------------------------------------------------------

open(Options) ->
    {ok, S} = prim_inet:open(tcp, inet, stream),
    ok = prim_inet:setopts(S, [{mode, binary} | Options]),
    S.

connect(S, Timeout) -> prim_inet:connect(S, {10, 0, 0, 1}, 80, Timeout).

%% A connected socket and the handle behind it.
connected(Options) ->
    S = open(Options),
    ok = connect(S, infinity),
    {S, fake_script:newest()}.

connecting_takes_its_time() ->
    fake_script:connect(5 * ?HOUR, ok),
    S = open([]),
    {5 * ?HOUR, ok} = timed(fun() -> connect(S, infinity) end),
    fake_script:input(fake_script:newest(), 0, <<"hello">>),
    {ok, <<"hello">>} = prim_inet:recv(S, 0),
    ok.

connecting_is_refused_late() ->
    fake_script:connect(7000, econnrefused),
    {7000, {error, econnrefused}} = timed(fun() -> connect(open([]), infinity) end),
    fake_script:connect(0, ehostunreach),
    {0, {error, ehostunreach}} = timed(fun() -> connect(open([]), infinity) end),
    ok.

connecting_times_out() ->
    fake_script:connect(?HOUR, ok),
    S = open([]),
    {90000, {error, timeout}} = timed(fun() -> connect(S, 90000) end),
    ok.

connecting_is_reset() ->
    fake_script:connect(10, econnreset),
    {10, {error, econnreset}} = timed(fun() -> connect(open([]), infinity) end),
    ok.

listener() ->
    {ok, L} = prim_inet:open(tcp, inet, stream),
    {ok, _} = prim_inet:bind(L, {127, 0, 0, 1}, 0),
    ok = prim_inet:setopts(L, [{mode, binary}, {active, false}]),
    ok = prim_inet:listen(L, 5),
    {L, fake_script:newest()}.

accepting_waits_for_clients() ->
    {L, Listener} = listener(),
    First = fake_script:client(Listener, ?HOUR),
    _ = fake_script:client(Listener, 2 * ?HOUR),
    fake_script:input(First, ?HOUR + 500, <<"first">>),
    {?HOUR, {ok, S}} = timed(fun() -> prim_inet:accept(L) end),
    {500, {ok, <<"first">>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    {1000, {error, timeout}} = timed(fun() -> prim_inet:accept(L, 1000) end),
    {_, {ok, _}} = timed(fun() -> prim_inet:accept(L) end),
    2 * ?HOUR = now_ms(),
    ok.

accepting_fails_once() ->
    {L, Listener} = listener(),
    fake_script:accept_result(Listener, emfile),
    _ = fake_script:client(Listener, 10),
    {10, {error, emfile}} = timed(fun() -> prim_inet:accept(L) end),
    {0, {ok, _}} = timed(fun() -> prim_inet:accept(L) end),
    ok.

%% --- reading ------------------------------------------------------------------------------------------------------------

%% Every byte of two packets at a time of its own.
a_packet_comes_in_pieces() ->
    {S, H} = connected([{packet, 4}]),
    Bytes = <<5:32, "abcde", 0:32, 3:32, "xyz">>,
    [fake_script:input(H, 100 * N, <<(binary:at(Bytes, N - 1))>>) || N <- seq(1, byte_size(Bytes))],
    {900, {ok, <<"abcde">>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    {400, {ok, <<>>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    {700, {ok, <<"xyz">>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    {50, {error, timeout}} = timed(fun() -> prim_inet:recv(S, 0, 50) end),
    ok.

seq(N, M) when N > M -> [];
seq(N, M) -> [N | seq(N + 1, M)].

a_timeout_in_the_middle_of_a_packet_loses_nothing() ->
    {S, H} = connected([{packet, 2}]),
    fake_script:input(H, 10, <<0>>),
    fake_script:input(H, 20, <<4, "ab">>),
    fake_script:input(H, ?HOUR, <<"cd", 1:16, "e">>),
    {5, {error, timeout}} = timed(fun() -> prim_inet:recv(S, 0, 5) end),
    {10, {error, timeout}} = timed(fun() -> prim_inet:recv(S, 0, 10) end),
    {1000, {error, timeout}} = timed(fun() -> prim_inet:recv(S, 0, 1000) end),
    {_, {ok, <<"abcd">>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    ?HOUR = now_ms(),
    {0, {ok, <<"e">>}} = timed(fun() -> prim_inet:recv(S, 0) end),
    ok.

active_packets_come_when_whole() ->
    {S, H} = connected([{packet, 1}]),
    fake_script:input(H, 10, <<2, "a">>),
    fake_script:input(H, 20, <<"b", 1, "c", 1>>),
    fake_script:input(H, 30, <<"d">>),
    fake_script:input_result(H, 40, ok),
    ok = prim_inet:setopts(S, [{active, true}]),
    [{20, <<"ab">>}, {0, <<"c">>}, {10, <<"d">>}] = [timed(fun() -> receive {tcp, S, Data} -> Data end end) || _ <- [1, 2, 3]],
    {10, closed} = timed(fun() -> receive {tcp_closed, S} -> closed end end),
    ok.

once_means_once() ->
    {S, H} = connected([{packet, 1}]),
    fake_script:input(H, 10, <<1, "a", 1, "b">>),
    ok = prim_inet:setopts(S, [{active, once}]),
    {10, <<"a">>} = timed(fun() -> receive {tcp, S, Data} -> Data end end),
    {1000, nothing} = timed(fun() -> receive {tcp, S, _} -> something after 1000 -> nothing end end),
    ok = prim_inet:setopts(S, [{active, 1}]),
    {0, <<"b">>} = timed(fun() -> receive {tcp, S, Data} -> Data end end),
    {0, passive} = timed(fun() -> receive {tcp_passive, S} -> passive end end),
    ok.

input_counts_before_a_timeout_of_the_same_time() ->
    {S, H} = active(),
    fake_script:input(H, 1000, <<"a">>),
    {1000, <<"a">>} = timed(fun() -> next(S, 1000) end),
    {1000, timeout} = timed(fun() -> next(S, 1000) end),
    ok.

%% The system keeps the VM from running for longer than somebody waits for what comes meanwhile.
input_of_a_stall_counts_before_timeouts() ->
    {S, H} = active(),
    fake_script:input(H, 500, <<"a">>),
    spawn(fun() -> fake_script:stall(3000) end),
    {3000, <<"a">>} = timed(fun() -> next(S, 1000) end),
    {1000, timeout} = timed(fun() -> next(S, 1000) end),
    ok.

%% The same when the VM has no reason to wait after it.
input_of_a_stall_while_others_work_counts_before_timeouts() ->
    {S, H} = active(),
    fake_script:input(H, 500, <<"a">>),
    Worker = spawn(fun() -> fake_script:stall(3000), work() end),
    {3000, <<"a">>} = timed(fun() -> next(S, 1000) end),
    exit(Worker, kill),
    ok.

work() -> work().

%% The wait for the first of two timers ends late: what it did not see goes before the second one.
input_of_a_stall_after_a_wait_counts_before_later_timeouts() ->
    {S, H} = active(),
    fake_script:input(H, 700, <<"a">>),
    Self = self(),
    spawn(fun() -> receive after 500 -> Self ! woken end end),
    fake_script:stall_after_wait(3000),
    {Took, <<"a">>} = timed(fun() -> next(S, 1000) end),
    true = Took >= 3000,
    receive woken -> ok end.

active() ->
    {S, H} = connected([]),
    ok = prim_inet:setopts(S, [{active, true}]),
    {S, H}.

next(S, Timeout) -> receive {tcp, S, Data} -> Data after Timeout -> timeout end.

a_line_is_cut_by_time_only() ->
    {S, H} = connected([{packet, line}]),
    fake_script:input(H, 10, <<"one\ntw">>),
    fake_script:input(H, 500, <<"o\n\n">>),
    [{10, {ok, <<"one\n">>}}, {490, {ok, <<"two\n">>}}, {0, {ok, <<"\n">>}}] = [timed(fun() -> prim_inet:recv(S, 0) end) || _ <- [1, 2, 3]],
    ok.

%% A packet that breaks off after each of its bytes: no part of it is ever delivered.
a_reset_in_every_place_of_a_packet() -> broken_packets(econnreset).
an_end_in_every_place_of_a_packet() -> broken_packets(ok).

broken_packets(Result) ->
    Bytes = <<4:32, "body">>,
    [begin
         {S, H} = connected([{packet, 4}]),
         fake_script:input(H, now_ms() + 5, binary:part(Bytes, 0, N)),
         fake_script:input_result(H, now_ms() + 10, Result),
         {10, {error, closed}} = timed(fun() -> prim_inet:recv(S, 0) end),
         {A, I} = connected([{packet, 4}, {active, true}]),
         fake_script:input(I, now_ms() + 5, binary:part(Bytes, 0, N)),
         fake_script:input_result(I, now_ms() + 10, Result),
         {10, closed} = timed(fun() -> receive {tcp_closed, A} -> closed; {tcp, A, _} -> data end end)
     end || N <- seq(1, byte_size(Bytes) - 1)],
    ok.

a_reset_is_shown_if_asked_for() ->
    {S, H} = connected([{show_econnreset, true}]),
    fake_script:input_result(H, 10, econnreset),
    {10, {error, econnreset}} = timed(fun() -> prim_inet:recv(S, 0) end),
    {A, I} = connected([{show_econnreset, true}, {active, true}]),
    fake_script:input_result(I, now_ms() + 10, econnreset),
    {10, econnreset} = timed(fun() -> receive {tcp_error, A, Why} -> Why end end),
    {0, closed} = timed(fun() -> receive {tcp_closed, A} -> closed end end),
    ok.

%% --- writing ------------------------------------------------------------------------------------------------------------

pattern(Size) -> << <<(N * 7 rem 256)>> || N <- seq(1, Size) >>.

short_writes_lose_nothing() ->
    {S, H} = connected([{packet, 2}]),
    fake_script:write_limit(H, 7),
    Data = pattern(5000),
    ok = prim_inet:send(S, Data),
    ok = prim_inet:send(S, [<<"x">>, "yz", [$!]]),
    Expected = <<5000:16, Data/binary, 4:16, "xyz!">>,
    Expected = fake_script:output(H),
    ok.

%% A head and a body: once the socket knows that both come, they leave as one packet.
what_a_turn_sends_leaves_together() ->
    {S, H} = connected([]),
    [2, 1, 1, 1] = [packets(H, fun() -> ok = prim_inet:send(S, <<"head">>), ok = prim_inet:send(S, <<"body">>) end)
                    || _ <- [1, 2, 3, 4]],
    %% A third is not expected, and leaves at once; then it is.
    Three = fun() -> [ok = prim_inet:send(S, [N]) || N <- "123"], ok end,
    [2, 1] = [packets(H, Three), packets(H, Three)],
    <<"headbodyheadbodyheadbodyheadbody123123">> = fake_script:output(H),
    ok.

%% How many packets left meanwhile, until the turn was over.
packets(H, F) ->
    Before = fake_script:packets(H),
    F(),
    receive after 1 -> fake_script:packets(H) - Before end.

%% However wrong the guess was.
the_end_of_a_turn_lets_go() ->
    {S, H} = connected([{packet, 1}]),
    Send = fun(Many) -> [ok = prim_inet:send(S, <<"x">>) || _ <- seq(1, Many)] end,
    5 = packets(H, fun() -> Send(5) end),
    1 = packets(H, fun() -> Send(2) end),
    1 = packets(H, fun() -> Send(1) end),
    1 = packets(H, fun() -> Send(1) end),
    2 = packets(H, fun() -> Send(2) end),
    1 = packets(H, fun() -> Send(2) end),
    1 = packets(H, fun() -> Send(1) end),
    Expected = << <<1, "x">> || _ <- seq(1, 14) >>,
    Expected = fake_script:output(H),
    ok.

held_bytes_survive_errors_and_ends() ->
    {S, H} = connected([]),
    Two = fun() -> ok = prim_inet:send(S, <<"one">>), ok = prim_inet:send(S, <<"two">>) end,
    [2, 1] = [packets(H, Two), packets(H, Two)],
    fake_script:write_result(H, 15, econnreset),
    ok = prim_inet:send(S, <<"one">>),
    {error, closed} = prim_inet:send(S, <<"two">>),
    <<"onetwoonetwoone">> = fake_script:output(H),
    {S2, H2} = connected([]),
    [2, 1] = [packets(H2, fun() -> ok = prim_inet:send(S2, <<"a">>), ok = prim_inet:send(S2, <<"b">>) end) || _ <- [1, 2]],
    ok = prim_inet:send(S2, <<"c">>),
    ok = prim_inet:close(S2),
    receive after 10 -> ok end.

a_reset_while_sending() ->
    {S, H} = connected([]),
    fake_script:write_result(H, 10, econnreset),
    ok = prim_inet:send(S, <<"0123456789">>),
    {error, closed} = prim_inet:send(S, <<"more">>),
    {error, closed} = prim_inet:recv(S, 0),
    <<"0123456789">> = fake_script:output(H),
    ok.

%% However much of a packet goes out before: the sender of the next one is told, at the latest.
a_reset_at_every_byte_sent() ->
    Packet = <<0, 6, "packet">>,
    [begin
         {S, H} = connected([{packet, 2}]),
         fake_script:write_result(H, N, epipe),
         First = prim_inet:send(S, <<"packet">>),
         true = First =:= case N of 0 -> {error, closed}; _ -> ok end,
         receive after 1 -> ok end,
         {error, Why} = prim_inet:send(S, <<"packet">>),
         true = Why =:= case N of 0 -> enotconn; _ -> closed end,
         Expected = binary:part(Packet, 0, N),
         Expected = fake_script:output(H)
     end || N <- seq(0, byte_size(Packet))],
    ok.

%% The peer takes 1000 bytes an hour. Above the high watermark the sender waits until the queue is down to the low one.
a_slow_reader_makes_senders_wait() ->
    {S, H} = connected([{high_watermark, 4000}, {low_watermark, 2000}]),
    fake_script:room(H, 0, 0),
    [fake_script:room(H, N * ?HOUR, 1000) || N <- seq(1, 20)],
    Data = pattern(1000),
    {0, _} = timed(fun() -> [ok = prim_inet:send(S, Data) || _ <- [1, 2, 3]] end),
    {2 * ?HOUR, ok} = timed(fun() -> prim_inet:send(S, Data) end),
    2000 = byte_size(fake_script:output(H)),
    %% 2000 bytes wait: one more is below the mark, the next is not.
    {0, ok} = timed(fun() -> prim_inet:send(S, Data) end),
    {2 * ?HOUR, ok} = timed(fun() -> prim_inet:send(S, Data) end),
    receive after 10 * ?HOUR -> ok end,
    Expected = iolist_to_binary([Data || _ <- seq(1, 6)]),
    Expected = fake_script:output(H),
    ok.

a_slow_reader_and_a_send_timeout() ->
    {S, H} = connected([{high_watermark, 100}, {low_watermark, 50}, {send_timeout, 3000}]),
    fake_script:room(H, 0, 0),
    {0, ok} = timed(fun() -> prim_inet:send(S, pattern(90)) end),
    {3000, {error, timeout}} = timed(fun() -> prim_inet:send(S, pattern(20)) end),
    {3000, {error, timeout}} = timed(fun() -> prim_inet:send(S, <<"x">>) end),
    ok = prim_inet:setopts(S, [{send_timeout, 0}]),
    {0, {error, timeout}} = timed(fun() -> prim_inet:send(S, <<"x">>) end),
    fake_script:room(H, ?HOUR, 1000),
    receive after 2 * ?HOUR -> ok end,
    {0, ok} = timed(fun() -> prim_inet:send(S, <<"y">>) end),
    true = <<$y>> =:= binary:part(fake_script:output(H), byte_size(fake_script:output(H)), -1),
    ok.

%% The port is busy: who comes later is suspended, and goes on when there is room.
other_senders_wait_for_their_turn() ->
    {S, H} = connected([{high_watermark, 100}, {low_watermark, 50}]),
    fake_script:room(H, 0, 0),
    Self = self(),
    ok = prim_inet:send(S, pattern(90)),
    [spawn(fun() -> Result = prim_inet:send(S, [N, pattern(99)]), Self ! {sent, N, Result, now_ms()} end) || N <- "abc"],
    receive {sent, _, _, _} -> error(too_early) after ?HOUR -> ok end,
    fake_script:room(H, now_ms() + 500, 1000),
    Sent = [receive {sent, N, ok, At} -> {N, At} end || _ <- "abc"],
    "abc" = sorted([N || {N, _} <- Sent]),
    true = [At || {_, At} <- Sent] =:= [?HOUR + 500 || _ <- "abc"],
    390 = byte_size(fake_script:output(H)),
    ok.

closing_waits_for_what_is_queued() ->
    {S, H} = connected([]),
    fake_script:room(H, 0, 10),
    fake_script:room(H, ?HOUR, 1000),
    ok = prim_inet:send(S, pattern(100)),
    10 = byte_size(fake_script:output(H)),
    _ = timed(fun() -> prim_inet:close(S) end),
    receive after 2 * ?HOUR -> ok end,
    true = fake_script:output(H) =:= pattern(100),
    ok.

datagrams_come_and_go() ->
    {ok, S} = prim_inet:open(udp, inet, dgram),
    {ok, _} = prim_inet:bind(S, {10, 0, 0, 7}, 53),
    ok = prim_inet:setopts(S, [{mode, binary}, {active, false}]),
    H = fake_script:newest(),
    fake_script:input(H, 100, <<"one">>),
    fake_script:input(H, 100, <<"two">>),
    fake_script:input_result(H, ?HOUR, econnrefused),
    {100, {ok, {{10, 0, 0, 7}, 53, <<"one">>}}} = timed(fun() -> prim_inet:recvfrom(S, 0) end),
    {0, {ok, {_, _, <<"two">>}}} = timed(fun() -> prim_inet:recvfrom(S, 0) end),
    {_, {error, econnrefused}} = timed(fun() -> prim_inet:recvfrom(S, 0) end),
    ?HOUR = now_ms(),
    ok.

%% --- files --------------------------------------------------------------------------------------------------------------

a_full_disk() ->
    {ok, File} = prim_file:open("/disk/full", [write, raw, binary]),
    fake_script:disk_room(10),
    ok = prim_file:write(File, <<"01234">>),
    {error, enospc} = prim_file:write(File, <<"5678901234">>),
    {error, enospc} = prim_file:write(File, <<"x">>),
    fake_script:disk_room(100),
    ok = prim_file:write(File, <<"more">>),
    ok = prim_file:close(File),
    {ok, <<"0123456789more">>} = read_whole("/disk/full"),
    ok.

read_whole(Name) ->
    {ok, File} = prim_file:open(Name, [read, raw, binary]),
    Data = prim_file:read(File, 1000000),
    ok = prim_file:close(File),
    Data.

files_are_written_in_small_parts() ->
    {ok, File} = prim_file:open("/disk/parts", [write, raw, binary]),
    fake_script:write_limit(fake_script:newest(), 3),
    ok = prim_file:write(File, [pattern(1000), <<"and">>, "more"]),
    ok = prim_file:pwrite(File, 1, <<"ABCDEFGH">>),
    ok = prim_file:close(File),
    <<First, _:8/binary, Rest/binary>> = <<(pattern(1000))/binary, "andmore">>,
    {ok, Data} = read_whole("/disk/parts"),
    true = Data =:= <<First, "ABCDEFGH", Rest/binary>>,
    ok.

a_file_that_grows_again() ->
    {ok, File} = prim_file:open("/disk/log", [append, raw, binary]),
    [ok = prim_file:write(File, [N]) || N <- "abc"],
    {ok, Other} = prim_file:open("/disk/log", [append, raw, binary]),
    ok = prim_file:write(Other, <<"d">>),
    ok = prim_file:write(File, <<"e">>),
    {ok, <<"abcde">>} = read_whole("/disk/log"),
    {error, eexist} = prim_file:open("/disk/log", [write, exclusive, raw, binary]),
    {error, enoent} = prim_file:open("/disk/nothing", [read, raw, binary]),
    ok.

%% --- names of hosts -------------------------------------------------------------------------------------------------------

resolver(Pool) ->
    {ok, File} = prim_file:open("/fake/bin/inet_gethost", [write, raw, binary]),
    ok = prim_file:close(File),
    [fake_script:host(Name, Address) || {Name, Address} <- [{<<"one">>, <<10, 0, 0, 1>>}, {<<"two">>, <<10, 0, 0, 2>>}]],
    open_port({spawn_executable, "/fake/bin/inet_gethost"}, [{args, [integer_to_list(Pool)]}, {packet, 4}, eof, binary]).

ask(Port, Serial, Name) -> port_command(Port, [<<Serial:32, 1, 1>>, Name, 0]).
answer(Port) -> receive {Port, {data, <<Serial:32, Rest/binary>>}} -> {Serial, Rest} end.

the_resolver_answers_late() ->
    Port = resolver(4),
    fake_script:job(?HOUR),
    ask(Port, 1, "one"),
    {?HOUR, {1, <<4, 1:32, 10, 0, 0, 1, 1:32, "one", 0>>}} = timed(fun() -> answer(Port) end),
    ask(Port, 2, "nobody"),
    {0, {2, <<0, "notfound", 0>>}} = timed(fun() -> answer(Port) end),
    ok.

answers_come_out_of_order() ->
    Port = resolver(4),
    [fake_script:job(After) || After <- [3000, 1000, 2000]],
    [ask(Port, N, Name) || {N, Name} <- [{1, "one"}, {2, "two"}, {3, "nobody"}]],
    [{1000, 2}, {1000, 3}, {1000, 1}] = [begin {Time, {Serial, _}} = timed(fun() -> answer(Port) end), {Time, Serial} end || _ <- [1, 2, 3]],
    ok.

%% One lookup at a time: the second waits for the first, unless that is cancelled; a closed port hears nothing any more.
a_cancelled_lookup_gives_up_its_place() ->
    Port = resolver(1),
    [fake_script:job(After) || After <- [?HOUR, 10, 10, ?HOUR]],
    ask(Port, 1, "one"),
    ask(Port, 2, "two"),
    receive {Port, _} -> error(too_early) after 1000 -> ok end,
    port_command(Port, <<1:32, 3>>),
    {10, {2, _}} = timed(fun() -> answer(Port) end),
    ask(Port, 3, "one"),
    {10, {3, _}} = timed(fun() -> answer(Port) end),
    ask(Port, 4, "one"),
    port_close(Port),
    receive Other -> Other after 3 * ?HOUR -> ok end.

%% --- the rest -------------------------------------------------------------------------------------------------------------

what_is_not_scripted_is_refused() ->
    {error, enotsup} = prim_file:make_dir("/disk/folder"),
    {error, enotsup} = prim_file:rename("/disk/a", "/disk/b"),
    {ok, S} = prim_inet:open(tcp, inet, stream),
    {error, enotsup} = prim_inet:getifaddrs(S),
    ok.
