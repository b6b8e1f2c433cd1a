%% What the environment says of crash dumps: how long they may get, how nice the emulator is meanwhile.
-module(crash_dump_t).
-export([main/0]).

main() ->
    [p(V, size_class(V)) || V <- ["0", "100", "3000", "-1", "3000x", "x", ""]],
    p(no_seconds, dump([{"ERL_CRASH_DUMP_SECONDS", "0"}])),
    [p(N, niceness(N)) || N <- ["5", "40", "x"]],
    p(not_set, niceness(false)).

p(Tag, Value) -> io:format("~p: ~p~n", [Tag, Value]).

file() -> "crash_dump_t.dump".

%% A dump that is not cut is far longer than 3000 bytes.
size_class(Limit) ->
    case dump([{"ERL_CRASH_DUMP_BYTES", Limit}]) of
        Size when is_integer(Size), Size > 3100 -> whole;
        Size -> Size
    end.

%% The size of the dump of a VM that ends with a slogan.
dump(Env) ->
    file:delete(file()),
    Port = start([{"ERL_CRASH_DUMP", file()} | Env]),
    0 = ended(Port) - 1,
    case file:read_file_info(file()) of
        {ok, Info} -> element(2, Info);
        {error, Reason} -> Reason
    end.

%% The dump goes to a pipe that nobody reads until the VM's nice value has been looked at.
niceness(By) ->
    file:delete(file()),
    os:cmd("mkfifo " ++ file()),
    Port = start([{"ERL_CRASH_DUMP", file()}, {"ERL_CRASH_DUMP_NICE", By}]),
    {os_pid, Pid} = erlang:port_info(Port, os_pid),
    Result = case wait_for_dump(Port, <<>>) of
        true -> nice_values(integer_to_list(Pid));
        false -> no_dump
    end,
    os:cmd("cat " ++ file() ++ " > /dev/null"),
    ended(Port),
    file:delete(file()),
    Result.

%% The system has one for each thread, and the one that writes the dump is not the first on stock.
nice_values(Pid) ->
    Own = nice_value("/proc/self/stat"),
    lists:usort([nice_value(File) - Own || File <- filelib:wildcard("/proc/" ++ Pid ++ "/task/*/stat")]) -- [0].

nice_value(File) ->
    {ok, Stat} = file:read_file(File),
    [_, Behind] = string:split(Stat, ") ", trailing),
    binary_to_integer(lists:nth(17, binary:split(Behind, <<" ">>, [global]))).

wait_for_dump(Port, Before) ->
    case binary:match(Before, <<"written to">>) of
        nomatch ->
            receive
                {Port, {data, Data}} -> wait_for_dump(Port, <<Before/binary, Data/binary>>);
                {Port, {exit_status, _}} -> self() ! {Port, {exit_status, 1}}, false
            end;
        _ -> timer:sleep(100), true
    end.

%% A VM of the same kind as this one.
start(Env) ->
    {ok, [[Root]]} = init:get_argument(root),
    {ok, Exe} = file:read_link("/proc/self/exe"),
    BinDir = filename:dirname(Exe),
    Args = ["-noshell", "-eval", "halt(\"slogan\")"],
    {Program, Arguments} = case filename:basename(Exe) of
        "beam.smp" -> {filename:join(BinDir, "erlexec"), Args};
        _ -> {Exe, Args}
    end,
    open_port({spawn_executable, Program}, [{args, Arguments}, exit_status, binary, stderr_to_stdout,
        {env, [{"BINDIR", BinDir}, {"ROOTDIR", Root}, {"EMU", "beam"}, {"PROGNAME", "erl"} | Env]}]).

ended(Port) ->
    receive
        {Port, {exit_status, Status}} -> Status;
        {Port, {data, _}} -> ended(Port)
    end.
