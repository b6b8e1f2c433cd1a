%% What goes wrong in the world outside: the error is the right one, nothing hangs, other processes go on.
%% run.sh runs each case by itself, on ling and on stock, and compares what they print.
-module(faults_t).
-export([main/1]).

main([Case]) ->
    process_flag(trap_exit, true),
    Ticker = spawn_link(fun() -> tick(0) end),
    apply_case(list_to_existing_atom(Case)),
    timer:sleep(150),
    Ticker ! {count, self()},
    p(others_went_on, receive {ticks, N} -> N > 3 after 2000 -> false end),
    timer:sleep(100),
    erlang:halt(0, [{flush, false}]).

apply_case(resets) -> resets();
apply_case(half_closed) -> half_closed();
apply_case(full_disk) -> full_disk(os:getenv("FAULT_DISK"));
apply_case(no_handles) -> no_handles();
apply_case(interrupts) -> interrupts();
apply_case(deaf_child) -> deaf_child();
apply_case(slow_reader) -> slow_reader();
apply_case(stalled_file) -> stalled_file(os:getenv("FAULT_FIFO")).

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

%% Another process, which should never be kept from running.
tick(N) ->
    receive {count, P} -> P ! {ticks, N}
    after 20 -> tick(N + 1)
    end.

pair(Options) ->
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}} | Options]),
    {ok, Port} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, Options),
    {ok, S} = gen_tcp:accept(L),
    gen_tcp:close(L),
    {C, S}.

reset(S) -> ok = inet:setopts(S, [{linger, {true, 0}}]), gen_tcp:close(S), timer:sleep(50).

told(S) -> receive {T, S} -> [T | told(S)]; {T, S, V} -> [{T, V} | told(S)] after 200 -> [] end.

resets() ->
    [begin
         {C, S} = pair([binary, {active, Active}, {show_econnreset, Show}]),
         reset(S),
         p({reset, Active, Show}, [told(C), gen_tcp:recv(C, 0, 500), gen_tcp:send(C, "x")])
     end || Active <- [false, true], Show <- [false, true]],
    {C, S} = pair([binary, {active, false}, {show_econnreset, true}]),
    Self = self(),
    spawn_link(fun() -> Self ! {received, gen_tcp:recv(C, 10)} end),
    timer:sleep(50),
    reset(S),
    p(reset_while_waiting, receive {received, R} -> R after 2000 -> hangs end).

half_closed() ->
    {C, S} = pair([binary, {active, false}, {exit_on_close, false}]),
    ok = gen_tcp:send(C, "last words"),
    ok = gen_tcp:shutdown(C, write),
    p(read, [gen_tcp:recv(S, 0, 1000), gen_tcp:recv(S, 0, 1000)]),
    p(answer, [gen_tcp:send(S, "answer"), gen_tcp:recv(C, 0, 1000)]),
    p(shut, gen_tcp:send(C, "more")),
    {D, T} = pair([binary, {active, true}]),
    ok = gen_tcp:send(D, "last"),
    ok = gen_tcp:shutdown(D, write),
    timer:sleep(100),
    p(active, told(T)).

full_disk(false) -> p(full_disk, skipped);
full_disk(Disk) ->
    File = filename:join(Disk, "file"),
    Big = binary:copy(<<"x">>, 1 bsl 20),
    p(write_file, file:write_file(File, Big)),
    file:delete(File),
    {ok, F} = file:open(File, [write, raw, binary]),
    p(write, write_until_full(F, binary:copy(<<"y">>, 4096))),
    p(again, [file:write(F, Big), file:sync(F), file:close(F)]),
    file:delete(File),
    {ok, G} = file:open(File, [write, binary, {delayed_write, 10000, 100}]),
    p(delayed, write_until_full(G, binary:copy(<<"y">>, 4096))),
    file:close(G),
    file:delete(File),
    p(free_again, [file:write_file(File, "small"), file:read_file(File)]),
    Log = filename:join(Disk, "log"),
    {ok, full} = disk_log:open([{name, full}, {file, Log}]),
    p(log, element(1, disk_log:log(full, Big))),
    p(log_closed, element(1, {disk_log:close(full)})).

write_until_full(F, Data) ->
    case file:write(F, Data) of
        ok -> write_until_full(F, Data);
        Error -> Error
    end.

%% The limit of handles is low: run.sh has set it.
no_handles() ->
    [{module, _} = code:ensure_loaded(M) || M <- [io, io_lib, io_lib_format, io_lib_pretty, gen_udp, inet_udp, gen_tcp, inet_tcp, inet, inet_db, os, timer]],
    p(before, [os:cmd("echo fine"), element(1, file:read_file("/etc/passwd"))]),
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]),
    {ok, Port} = inet:port(L),
    {Files, Error} = open_all([]),
    p(file, Error),
    p(port, try open_port({spawn_executable, "/bin/true"}, []) of X -> is_port(X) catch error:E -> E end),
    p(socket, [gen_udp:open(0), gen_tcp:listen(0, []), gen_tcp:connect({127, 0, 0, 1}, Port, [])]),
    p(read_file, file:read_file("/etc/hostname")),
    [ok = file:close(F) || F <- Files],
    p(recovered, [element(1, file:read_file("/etc/passwd")), os:cmd("echo fine")]),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, []),
    {ok, _} = gen_tcp:accept(L, 1000),
    gen_tcp:close(C).

open_all(Files) ->
    case file:open("/dev/null", [read, raw]) of
        {ok, F} -> open_all([F | Files]);
        Error -> {Files, Error}
    end.

%% Somebody sends signals all the time: run.sh does.
interrupts() ->
    File = "/tmp/faults_" ++ os:getpid(),
    Data = binary:copy(<<"0123456789">>, 100000),
    p(file, lists:usort([begin ok = file:write_file(File, Data), file:read_file(File) =:= {ok, Data} end || _ <- lists:seq(1, 20)])),
    file:delete(File),
    {C, S} = pair([binary, {active, false}]),
    Self = self(),
    spawn_link(fun() -> [ok = gen_tcp:send(C, Data) || _ <- lists:seq(1, 10)], Self ! sent end),
    p(socket, lists:usort([gen_tcp:recv(S, byte_size(Data), 5000) =:= {ok, Data} || _ <- lists:seq(1, 10)])),
    p(cmd, lists:usort([os:cmd("echo x") || _ <- lists:seq(1, 5)])),
    p(timer, begin T = erlang:monotonic_time(millisecond), timer:sleep(200), erlang:monotonic_time(millisecond) - T >= 200 end).

deaf_child() ->
    P = open_port({spawn, "sleep 20"}, [binary]),
    Big = binary:copy(<<"x">>, 1 bsl 20),
    true = port_command(P, Big),
    p(busy, port_command(P, Big, [nosuspend])),
    Self = self(),
    Waiting = spawn(fun() -> Self ! {self(), try port_command(P, Big) catch error:Reason -> Reason end} end),
    timer:sleep(100),
    p(waiting, is_process_alive(Waiting)),
    p(pid, is_integer(element(2, erlang:port_info(P, os_pid)))),
    os:cmd("kill " ++ integer_to_list(element(2, erlang:port_info(P, os_pid)))),
    p(ended, receive {'EXIT', P, R} -> R after 3000 -> hangs end),
    p(released, begin timer:sleep(50), is_process_alive(Waiting) end),
    p(refused, receive {Waiting, Refused} -> Refused after 0 -> nothing end).

%% Memory stays within the watermarks, whatever the sender does.
slow_reader() ->
    {C, S} = pair([binary, {active, false}]),
    Before = erlang:memory(total),
    Data = binary:copy(<<"z">>, 60000),
    Sender = spawn_link(fun() -> send_for_ever(C, Data) end),
    P = open_port({spawn, "sleep 20"}, [binary]),
    spawn_link(fun() -> port_connect(P, self()), command_for_ever(P, Data) end),
    timer:sleep(500),
    p(bounded, erlang:memory(total) - Before < 20000000),
    p(queue, element(2, erlang:port_info(C, queue_size)) < 1000000),
    p(received, element(1, gen_tcp:recv(S, 100000, 2000))),
    p(sender, is_process_alive(Sender)),
    os:cmd("kill " ++ integer_to_list(element(2, erlang:port_info(P, os_pid)))).

send_for_ever(C, Data) -> ok = gen_tcp:send(C, Data), send_for_ever(C, Data).
command_for_ever(P, Data) -> P ! {self(), {command, Data}}, command_for_ever(P, Data).

%% A pipe with a name, which nobody has opened at the other end.
stalled_file(Fifo) ->
    Self = self(),
    Opener = spawn(fun() -> {ok, F} = file:open(Fifo, [read, raw]), Self ! {opened, file:read(F, 10)} end),
    timer:sleep(200),
    p(waits, is_process_alive(Opener)),
    {ok, Other} = file:open("/etc/passwd", [read, raw]),
    p(other_files, element(1, file:read(Other, 10))),
    spawn(fun() -> os:cmd("echo text > " ++ Fifo) end),
    p(opened, receive {opened, R} -> R after 3000 -> hangs end),
    spawn(fun() -> Self ! {opened, file:open(Fifo, [read, raw])} end),
    timer:sleep(200),
    p(halts, soon).
