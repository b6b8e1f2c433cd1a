%% What a process sends leaves soon, whatever the socket expects to follow: the system alone would hold back a packet that
%% it was told more of for a fifth of a second.
-module(tcp_burst_t).
-export([main/0]).

main() ->
    [p({Options, soon(Options)}) || Options <- [[], [{nodelay, true}], [{packet, 2}], [{delay_send, true}], [{raw, 6, 3, <<0:32/native>>}]]],
    p(closed()),
    p(shut_down()),
    p(file_behind_head()),
    p(large_behind_head()),
    p(two_processes()).

pair(Options) ->
    {ok, Listener} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127, 0, 0, 1}} | Options]),
    {ok, Port} = inet:port(Listener),
    {ok, A} = gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false} | Options]),
    {ok, B} = gen_tcp:accept(Listener),
    gen_tcp:close(Listener),
    {A, B}.

%% Bursts of all lengths after all others; the time is that of the fastest of some attempts, for busy machines.
soon(Options) ->
    {A, B} = pair(Options),
    Bytes = case proplists:get_value(packet, Options) of 2 -> 0; _ -> 5 end,
    [{Before, Now} || Before <- [1, 2, 5], Now <- [1, 2, 5], fastest(3, A, B, Bytes, Before, Now) > 100].

fastest(Tries, A, B, Bytes, Before, Now) ->
    lists:min([begin
                   burst(A, B, Bytes, Before),
                   burst(A, B, Bytes, Before),
                   burst(A, B, Bytes, Now)
               end || _ <- lists:seq(1, Tries)]).

%% Answered at the end: then nothing is under way, which would make the system hold back the next.
burst(A, B, Bytes, N) ->
    Start = erlang:monotonic_time(millisecond),
    [ok = gen_tcp:send(A, <<"hello">>) || _ <- lists:seq(1, N)],
    got(B, Bytes, N),
    Time = erlang:monotonic_time(millisecond) - Start,
    ok = gen_tcp:send(B, <<"hello">>),
    got(A, Bytes, 1),
    erlang:yield(),
    Time.

got(Socket, Bytes, N) -> [{ok, <<"hello">>} = gen_tcp:recv(Socket, Bytes) || _ <- lists:seq(1, N)].

used_to_two(Options) ->
    {A, B} = pair(Options),
    _ = [burst(A, B, 5, 2) || _ <- [1, 2, 3]],
    {A, B}.

closed() ->
    {A, B} = used_to_two([]),
    ok = gen_tcp:send(A, <<"last">>),
    ok = gen_tcp:close(A),
    {gen_tcp:recv(B, 4), gen_tcp:recv(B, 0)}.

shut_down() ->
    {A, B} = used_to_two([]),
    ok = gen_tcp:send(A, <<"last">>),
    ok = gen_tcp:shutdown(A, write),
    {gen_tcp:recv(B, 4), gen_tcp:recv(B, 0)}.

file_behind_head() ->
    {A, B} = used_to_two([]),
    ok = file:write_file("tcp_burst_t.data", binary:copy(<<"file">>, 1000)),
    ok = gen_tcp:send(A, <<"head">>),
    {ok, 4000} = file:sendfile("tcp_burst_t.data", A),
    ok = file:delete("tcp_burst_t.data"),
    {ok, <<"headfile", _/binary>>} = gen_tcp:recv(B, 4004),
    ok.

large_behind_head() ->
    {A, B} = used_to_two([]),
    Body = binary:copy(<<"body">>, 500000),
    Self = self(),
    spawn_link(fun() -> {ok, Got} = gen_tcp:recv(B, 4 + byte_size(Body)), Self ! {got, Got} end),
    ok = gen_tcp:send(A, <<"head">>),
    ok = gen_tcp:send(A, Body),
    receive {got, Got} -> Got =:= <<"head", Body/binary>> end.

%% One sends its share of what is usual, then another one, in turns of their own.
two_processes() ->
    {A, B} = used_to_two([]),
    Self = self(),
    [spawn_link(fun() -> Self ! {sent, gen_tcp:send(A, <<"hello">>)} end) || _ <- lists:seq(1, 10)],
    got(B, 5, 10),
    [receive {sent, R} -> R end || _ <- lists:seq(1, 10)].

p(T) -> io:format("~p~n", [T]).
