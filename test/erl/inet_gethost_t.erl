%% The protocol of OTP's program inet_gethost: the one beside the VM, which the VM may stand in for, and the program itself
%% under another name. Both must give the same bytes.
-module(inet_gethost_t).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    [questions(Kind) || Kind <- [standard, renamed]],
    [broken(Kind) || Kind <- [standard, renamed]],
    [many(Kind) || Kind <- [standard, renamed]],
    cancelled(), with_native(), info().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

program(standard) ->
    {ok, [Folder]} = init:get_argument(bindir),
    filename:join(Folder, "inet_gethost");
program(renamed) ->
    {ok, Here} = file:get_cwd(),
    Link = filename:join(Here, "inet_gethost_renamed"),
    _ = file:make_symlink(program(standard), Link),
    Link.

open(Kind, Options) ->
    open_port({spawn_executable, program(Kind)}, [{args, ["4"]}, {packet, 4}, eof, binary | Options]).

reply(Port) ->
    receive {Port, What} -> What; {'EXIT', Port, Why} -> {exit, Why} after 10000 -> nothing end.

ask(Port, Request) -> port_command(Port, Request), reply(Port).

name(Serial, Protocol, Name) -> [<<Serial:32, 1, Protocol>>, Name, 0].
address(Serial, Protocol, Bytes) -> <<Serial:32, 2, Protocol, Bytes/binary>>.

questions(Kind) ->
    Port = open(Kind, []),
    p(names, [ask(Port, name(N, P, Name)) || {N, P, Name} <- [{1, 1, "localhost"}, {2, 2, "localhost"}, {3, 1, "127.0.0.1"},
        {4, 1, "10.20.30.40"}, {5, 2, "::1"}, {6, 2, "fe80::1:2"}, {7, 2, "127.0.0.1"}, {16#7fffffff, 1, ""}, {8, 1, "::1"},
        {9, 2, ""}, {10, 1, "256.1.1.1.1.1..x"}]]),
    p(addresses, [ask(Port, address(N, P, Bytes)) || {N, P, Bytes} <- [{1, 1, <<127, 0, 0, 1>>}, {2, 2, <<1:128>>}]]),
    %% Nothing comes back for these.
    [port_command(Port, Request) || Request <- [<<-1:32, 4, 0, 0:32>>, <<77:32, 3>>]],
    p(after_all, ask(Port, name(99, 1, "localhost"))),
    p(close, [catch port_close(Port), reply(Port)]).

broken(Kind) ->
    p(too_short, ended(Kind, <<1, 2, 3>>)),
    p(control_with_serial, ended(Kind, <<5:32, 4, 0, 0:32>>)).

%% eof and exit_status come in any order from a program.
ended(Kind, Request) ->
    Port = open(Kind, [exit_status]),
    port_command(Port, Request),
    Replies = lists:sort([reply(Port), reply(Port)]),
    catch port_close(Port),
    reply(Port),
    Replies.

%% More than run at once: all are answered.
many(Kind) ->
    Port = open(Kind, []),
    Serials = lists:seq(1, 200),
    [port_command(Port, name(N, 1 + N rem 2, case N rem 3 of 0 -> "localhost"; 1 -> "::1"; 2 -> "127.0.0.1" end)) || N <- Serials],
    Replies = [begin {data, <<N:32, Rest/binary>>} = reply(Port), {N, Rest} end || _ <- Serials],
    p(many, {[N || {N, _} <- lists:sort(Replies)] =:= Serials, erlang:md5(term_to_binary(lists:sort(Replies)))}),
    port_close(Port),
    reply(Port).

%% Whether or not it was too late, the port goes on; and one that is closed is not answered.
cancelled() ->
    Port = open(standard, []),
    [port_command(Port, [name(N, 1, "localhost")]) || N <- lists:seq(1, 50)],
    [port_command(Port, <<N:32, 3>>) || N <- lists:seq(1, 50)],
    port_command(Port, name(1000, 1, "localhost")),
    p(cancelled, last(Port)),
    [port_command(Port, [name(N, 1, "localhost")]) || N <- lists:seq(1, 20)],
    port_close(Port),
    p(closed, erlang:port_info(Port)).

last(Port) -> case reply(Port) of {data, <<1000:32, Rest/binary>>} -> Rest; {data, _} -> last(Port); Other -> Other end.

with_native() ->
    p(native, [inet_gethost_native:gethostbyname(N, F) || {N, F} <- [{"localhost", inet}, {"localhost", inet6}, {"127.0.0.1", inet}]]),
    p(by_address, [inet_gethost_native:gethostbyaddr(A) || A <- [{127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 1}]]),
    p(control, [inet_gethost_native:control({debug_level, 0}), inet_gethost_native:control(soft_restart)]),
    p(after_restart, inet_gethost_native:gethostbyname("localhost")),
    %% Its port is killed: the next question finds another.
    [exit(Port, kill) || Port <- erlang:ports(), {name, Name} <- [erlang:port_info(Port, name)], lists:suffix("inet_gethost", Name)],
    p(after_kill, inet_gethost_native:gethostbyname("localhost")).

info() ->
    Port = open(standard, []),
    p(info, [proplists:get_value(connected, erlang:port_info(Port)) =:= self(),
             lists:suffix("inet_gethost", element(2, erlang:port_info(Port, name)))]),
    ask(Port, name(1, 1, "127.0.0.1")),
    p(counted, [erlang:port_info(Port, input), erlang:port_info(Port, output)]),
    p(control, element(1, element(2, catch port_control(Port, 1, "x")))),
    port_close(Port).
