%% Ports: programs and their ends, framing, signals, facts.
-module(port_t).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    handles(), programs(), framing(), lines(), starting(), options(), owners(), closing(), bad(), signals(), info(), data(), big(), exits(),
    monitors(), busy(), pipes(), slow_reader(), env(), cmd(), named(), many().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

%% All that a port says until it has been silent for a while.
all(P) -> all(P, []).
all(P, Acc) ->
    receive
        {P, M} -> all(P, [M | Acc]);
        {'EXIT', P, R} -> lists:reverse([{exit, R} | Acc])
    after 500 -> lists:reverse(Acc)
    end.

%% The same with data joined: how it is cut depends on time.
joined(P) ->
    Ms = all(P),
    {iolist_to_binary([D || {data, D} <- Ms]), [M || M <- Ms, not is_tuple(M) orelse element(1, M) =/= data]}.

open(C) -> open(C, []).
open(C, O) -> try open_port(C, O) catch error:E -> E end.
run(C, O) -> case open(C, O) of P when is_port(P) -> joined(P); E -> E end.

%% Not even the first program that is started leaves handles open.
handles() ->
    Before = open_handles(),
    p(output, os:cmd("echo hello")),
    p(handles_left, length(settled(Before, 20)) - length(Before)).

open_handles() -> {ok, Names} = file:list_dir("/proc/self/fd"), Names.

settled(Before, Tries) ->
    Now = open_handles(),
    if length(Now) > length(Before), Tries > 0 -> timer:sleep(50), settled(Before, Tries - 1); true -> Now end.

programs() ->
    p(echo, run({spawn, "echo hello"}, [])),
    p(eof, run({spawn, "echo hello"}, [eof])),
    p(status, run({spawn, "sh -c 'echo x; exit 3'"}, [exit_status])),
    p(status_eof, run({spawn, "sh -c 'exit 4'"}, [exit_status, eof])),
    p(killed, run({spawn, "sh -c 'kill -9 $$'"}, [exit_status])),
    p(no_output, run({spawn, "true"}, [])),
    P = open_port({spawn, "cat"}, [binary]),
    true = port_command(P, ["abc", <<"def">>]),
    p(cat, receive {P, {data, D}} -> D end),
    P ! {self(), {command, "more"}},
    p(cat, receive {P, {data, E}} -> E end),
    port_close(P).

framing() ->
    [begin
         P = open_port({spawn, "cat"}, [{packet, N}, binary]),
         [P ! {self(), {command, D}} || D <- ["one", <<>>, [<<"tw">>, $o]]],
         p(packet, {N, [receive {P, {data, B}} -> B after 1000 -> none end || _ <- [1, 2, 3]]}),
         port_close(P)
     end || N <- [1, 2, 4]],
    p(parts, all(open({spawn, "sh -c 'printf \"\\003ab\"; sleep 0.1; printf \"c\\002d\"'"}, [{packet, 1}, binary, eof]))),
    p(list, all(open({spawn, "printf '\\001a\\000'"}, [{packet, 1}]))),
    P = open_port({spawn, "cat"}, [{packet, 1}]),
    P ! {self(), {command, lists:duplicate(256, $x)}},
    p(too_long, all(P)).

lines() ->
    p(line, all(open({spawn, "printf 'abcd\\nabcdefghijk\\nef'"}, [{line, 4}]))),
    p(line, all(open({spawn, "printf 'a\\n\\nb\\n'"}, [line, binary, eof]))),
    p(returns, all(open({spawn, "printf 'abcd\\r\\nab\\rc\\r\\r\\nabcd\\re\\r'"}, [{line, 4}, binary, eof]))),
    p(return_between, all(open({spawn, "sh -c 'printf \"abc\\r\"; sleep 0.1; printf \"\\nabc\\r\"; sleep 0.1; printf d'"}, [{line, 4}, binary, eof]))),
    p(line_status, all(open({spawn, "printf 'no newline'"}, [{line, 100}, exit_status, eof]))).

starting() ->
    p(missing, [open({spawn_executable, "/nonexist"}), open({spawn_executable, "/etc/passwd"}), open({spawn_driver, "nothing"})]),
    p(not_found, element(2, run({spawn, "/nonexist/program 2>/dev/null"}, [exit_status, stderr_to_stdout]))),
    File = "/tmp/port_t_" ++ os:getpid(),
    ok = file:write_file(File, "not a program"), ok = file:change_mode(File, 8#755),
    p(no_format, run({spawn_executable, File}, [exit_status])),
    file:delete(File),
    p(directory, run({spawn, "pwd"}, [{cd, "/usr"}])).

options() ->
    p(args, run({spawn_executable, "/bin/echo"}, [{args, ["a", <<"b c">>, "$HOME"]}])),
    p(arg0, run({spawn_executable, "/bin/sh"}, [{args, ["-c", "echo $0"]}, {arg0, "name"}])),
    p(no_args, run({spawn_executable, "/bin/true"}, [exit_status])),
    p(merged, run({spawn, "sh -c 'echo x >&2'"}, [stderr_to_stdout])),
    p(other_handles, run({spawn, "sh -c 'echo y >&4'"}, [nouse_stdio])),
    p(use_both, run({spawn, "cat"}, [in, eof]) =/= error),
    p(bad, [open(N, O) || {N, O} <- [{{spawn, "true"}, [foo]}, {{spawn, "true"}, [{packet, 3}]}, {{spawn, "true"}, [{line, 0}]},
                                      {{spawn, "true"}, [{line, 5}, {packet, 2}]}, {{spawn, "true"}, foo}, {{spawn, ""}, []},
                                      {{spawn, "true"}, [{args, []}]}, {{fd, 0, 1}, [exit_status]}, {{foo, 1}, []}, {{}, []}, {1, []},
                                      {{spawn, "true"}, [stderr_to_stdout, nouse_stdio]}, {{spawn, [a]}, []},
                                      {{spawn, "true"}, [{cd, 1}]}, {{spawn, "true"}, [{env, foo}]}, {{fd, a, b}, []},
                                      {{spawn_executable, "/bin/true"}, [{args, [1]}]}, {{spawn, "true"}, [{parallelism, 1}]},
                                      {{spawn, "true"}, [binary | foo]}]]),
    p(busy_limits, [case open({spawn, "true"}, [{Key, Value}]) of P when is_port(P) -> port_close(P); E -> E end
                    || Key <- [busy_limits_port, busy_limits_msgq],
                       Value <- [{1, 1}, {0, 1}, {1, 0}, {-1, 1}, {5, 3}, {1, 1 bsl 63}, {1 bsl 64 - 2, 1 bsl 64 - 2}, {1, 1 bsl 64 - 1},
                                 {1 bsl 64, 1 bsl 64}, {1.0, 2}, {1}, disabled, foo]]).

owners() ->
    Self = self(),
    P = open_port({spawn, "cat"}, [binary]),
    Q = spawn_link(fun() -> Self ! {self(), receive {P, {data, D}} -> D after 1000 -> none end}, receive stop -> ok end end),
    P ! {self(), {connect, Q}},
    p(connected, receive {P, connected} -> ok after 1000 -> none end),
    port_command(P, "to q"),
    p(new_owner, receive {Q, D} -> D end),
    p(port_connect, [port_connect(P, self()), element(2, erlang:port_info(P, connected)) =:= self()]),
    unlink(Q), Q ! stop, timer:sleep(50),
    p(old_owner_died, all(P)),
    R = open_port({spawn, "cat"}, []),
    S = spawn(fun() -> receive go -> ok end end),
    port_connect(R, S), unlink(R), S ! go, timer:sleep(50),
    p(owner_died, erlang:port_info(R)).

closing() ->
    P = open_port({spawn, "cat"}, []),
    P ! {self(), close},
    p(close, lists:sort(all2(P, []))),
    Q = open_port({spawn, "cat"}, []),
    p(port_close, [port_close(Q), all(Q), catch_error(fun() -> port_close(Q) end), erlang:port_info(Q)]),
    p(to_closed, [Q ! {self(), {command, "x"}} =/= error, catch_error(fun() -> port_command(Q, "x") end)]),
    R = open_port({spawn, "true"}, [out]),
    timer:sleep(100),
    _ = (catch port_command(R, "x")), timer:sleep(50), _ = (catch port_command(R, "y")),
    p(broken_pipe, all(R)).

all2(P, Acc) -> receive {P, M} -> all2(P, [M | Acc]); {'EXIT', P, R} -> all2(P, [{exit, R} | Acc]) after 300 -> Acc end.

catch_error(F) -> try F() catch C:E -> {C, E} end.

bad() ->
    [p(bad_message, begin P = open_port({spawn, "cat"}, []), P ! M(P), all(P) end)
     || M <- [fun(_) -> foo end, fun(_) -> {self(), foo} end, fun(_) -> {list_to_pid("<0.0.0>"), {command, "x"}} end,
              fun(_) -> {self(), {connect, foo}} end, fun(_) -> {a, close} end]],
    P = open_port({spawn, "cat 2>/dev/null"}, []),
    p(bad_calls, [catch_error(F) || F <- [
        fun() -> port_command(P, "x", [foo]) end, fun() -> port_command(P, "x", [force]) end,
        fun() -> port_command(foo, "x") end, fun() -> port_control(P, 1, "") end, fun() -> port_control(P, -1, "") end,
        fun() -> erlang:port_call(P, 1, x) end, fun() -> port_connect(P, foo) end, fun() -> erlang:port_info(P, foo) end,
        fun() -> erlang:port_info(foo, name) end, fun() -> erlang:port_info(1) end, fun() -> port_close(1) end]]),
    p(nosuspend, port_command(P, "x", [nosuspend])),
    port_close(P).

signals() ->
    P = open_port({spawn, "cat"}, []),
    exit(P, normal), exit(P, foo),
    p(exit_signal, all(P)),
    Q = open_port({spawn, "cat"}, []),
    exit(Q, kill),
    p(exit_kill, all(Q)),
    Self = self(),
    R = spawn(fun() -> X = open_port({spawn, "cat"}, []), Self ! {self(), X}, exit(bye) end),
    X = receive {R, Y} -> Y end,
    timer:sleep(50),
    p(owner_exit, erlang:port_info(X)).

info() ->
    P = open_port({spawn, "cat"}, [binary]),
    port_command(P, "12345"), receive {P, {data, _}} -> ok end,
    p(info, [{I, catch_error(fun() -> hide(erlang:port_info(P, I)) end)}
             || I <- [name, links, connected, input, output, os_pid, registered_name, monitors, monitored_by, queue_size,
                      parallelism, locking]]),
    p(info1, [K || {K, _} <- erlang:port_info(P)]),
    p(listed, lists:member(P, erlang:ports())),
    p(port_to_list, [list_to_port(port_to_list(P)) =:= P, is_port(P), P > make_ref(), P < self()]),
    port_close(P).

hide({links, L}) -> {links, [is_pid(X) || X <- L]};
hide({connected, P}) -> {connected, P =:= self()};
hide({os_pid, N}) -> {os_pid, is_integer(N)};
hide(X) -> X.

data() ->
    P = open_port({spawn, "cat"}, []),
    p(data, [catch_error(fun() -> erlang:port_get_data(P) end), erlang:port_set_data(P, {some, [<<"term">>]}), erlang:port_get_data(P),
             erlang:port_set_data(P, x), erlang:port_get_data(P), catch_error(fun() -> erlang:port_set_data(foo, x) end)]),
    port_close(P).

big() ->
    B = binary:copy(<<"0123456789abcdef">>, 100000),
    P = open_port({spawn, "cat"}, [binary]),
    spawn_link(fun() -> port_command(P, B) end),
    p(big, collect(P, byte_size(B), []) =:= B),
    port_close(P),
    p(counted, run({spawn, "head -c 1000000 /dev/zero"}, [eof, binary]) =:= {binary:copy(<<0>>, 1000000), [eof]}).

collect(_, 0, Acc) -> iolist_to_binary(lists:reverse(Acc));
collect(P, N, Acc) -> receive {P, {data, D}} -> collect(P, N - byte_size(D), [D | Acc]) after 2000 -> {missing, N} end.

exits() ->
    Ps = [{N, open_port({spawn, "sh -c 'exit " ++ integer_to_list(N) ++ "'"}, [exit_status])} || N <- lists:seq(0, 20)],
    p(exits, [receive {P, {exit_status, S}} -> S =:= N after 2000 -> none end || {N, P} <- Ps]),
    flush().

flush() -> receive _ -> flush() after 100 -> ok end.

monitors() ->
    P = open_port({spawn, "cat"}, []),
    R = erlang:monitor(port, P),
    p(monitored, element(2, erlang:port_info(P, monitored_by)) =:= [self()]),
    port_close(P),
    p(down, receive {'DOWN', R, port, P, Why} -> Why after 1000 -> none end),
    R2 = erlang:monitor(port, P),
    p(down_at_once, receive {'DOWN', R2, port, P, Why2} -> Why2 after 1000 -> none end),
    flush().

%% The program reads late: the sender waits, and nothing is lost.
%% Senders of commands wait for a busy port, however they send.
busy() ->
    P = open_port({spawn, "sh -c 'sleep 0.4; wc -c'"}, [binary]),
    Big = binary:copy(<<"x">>, 100000),
    P ! {self(), {command, Big}},
    p(nosuspend, [erlang:send(P, {self(), {command, "y"}}, [nosuspend]), erlang:port_command(P, "y", [nosuspend])]),
    Self = self(),
    Sender = spawn(fun() -> P ! {Self, {command, Big}}, Self ! sent end),
    register(port_t_busy, P),
    Named = spawn(fun() -> port_t_busy ! {Self, {command, Big}}, Self ! sent end),
    timer:sleep(100),
    p(waits, [receive sent -> sent after 0 -> none end]),
    p(sent, [receive sent -> sent after 3000 -> none end || _ <- [Sender, Named]]),
    port_close(P),
    Q = open_port({spawn, "sleep 5"}, []),
    Q ! {self(), {command, Big}},
    R = spawn(fun() -> Self ! Q ! {Self, {command, Big}} end),
    timer:sleep(50),
    port_close(Q),
    p(gone, [is_pid(R), receive {Self, {command, B}} -> byte_size(B) after 3000 -> none end]).

%% Pipes with a name, opened by that name.
pipes() ->
    Pipe = "/tmp/port_t_pipe" ++ os:getpid(),
    os:cmd("mkfifo " ++ Pipe),
    os:cmd("(sleep 0.2; echo text > " ++ Pipe ++ ") > /dev/null 2>&1 &"),
    p(read_pipe, all(open(Pipe, [in, eof, binary]))),
    os:cmd("(sleep 0.2; cat " ++ Pipe ++ " > " ++ Pipe ++ ".out) > /dev/null 2>&1 &"),
    P = open(Pipe, [out]),
    true = port_command(P, "written"),
    timer:sleep(400),
    port_close(P),
    timer:sleep(100),
    p(write_pipe, file:read_file(Pipe ++ ".out")),
    file:delete(Pipe),
    file:delete(Pipe ++ ".out").

slow_reader() ->
    P = open_port({spawn, "sh -c 'sleep 0.3; wc -c 2>/dev/null'"}, [binary, eof]),
    [port_command(P, binary:copy(<<"x">>, 50000)) || _ <- lists:seq(1, 10)],
    p(would_block, [port_command(P, "x", [nosuspend]) || _ <- [1]] =/= []),
    port_close(P),
    p(closed, all(P)).

env() ->
    os:putenv("PORT_T", "from os"),
    p(inherited, run({spawn, "sh -c 'echo $PORT_T'"}, [])),
    p(changed, run({spawn, "sh -c 'echo $PORT_T $NEW'"}, [{env, [{"PORT_T", "changed"}, {"NEW", "n"}]}])),
    p(removed, run({spawn, "sh -c 'echo ${PORT_T-none}'"}, [{env, [{"PORT_T", false}]}])),
    [p({names, Env}, case run({spawn, "env"}, [{env, Env}]) of
                         {Text, End} when is_binary(Text) ->
                             {lists:sort([L || L <- string:tokens(binary_to_list(Text), "\n"),
                                               lists:prefix("PORT_T", L) orelse hd(L) =:= $=]), End};
                         Other -> Other
                     end)
     || Env <- [[{"=PORT_T", "b"}], [{"=PORT_T", false}], [{"PORT_T=", "b"}], [{"", "b"}], [{"PORT_T", ""}],
                [{"PORT_T1", "1"}, {"PORT_T1", "2"}, {"PORT_T", "4"}, {"PORT_T3", "5"}, {"PORT_T2", "6"}],
                [{"PORT_T1", "1"}, {"PORT_T1", false}, {"PORT_T2", "7"}, {"PORT_T", false}]]],
    os:unsetenv("PORT_T"),
    p(unset, run({spawn, "sh -c 'echo ${PORT_T-none}'"}, [])).

cmd() ->
    p(cmd, [os:cmd("echo $((1 + 2))"), os:cmd("echo out; echo err >&2"), os:cmd("printf 'å'"), os:cmd("exit 3"), os:cmd("cat")]),

    p(limit, os:cmd("yes", #{max_size => 10})).

named() ->
    P = open_port({spawn, "cat"}, [binary]),
    register(port_t_cat, P),
    p(registered, [whereis(port_t_cat) =:= P, erlang:port_info(P, registered_name), hd(erlang:port_info(P))]),
    port_t_cat ! {self(), {command, "by name"}},
    p(by_name, receive {P, {data, D}} -> D after 1000 -> none end),
    p(by_name, [port_command(port_t_cat, "x"), erlang:port_info(port_t_cat, output), port_close(port_t_cat), whereis(port_t_cat)]),
    flush().

many() ->
    Ps = [open_port({spawn, "cat"}, []) || _ <- lists:seq(1, 30)],
    [port_command(P, "x") || P <- Ps],
    p(many, lists:usort([receive {P, {data, D}} -> D after 2000 -> none end || P <- Ps])),
    [port_close(P) || P <- Ps],
    flush().
