%% When the table of atoms (+t) is full, that is the end of the VM, whoever wanted another one: it says so and leaves with 1.
-module(atom_limit_t).
-export([main/0, from_lists/0, from_terms/0, from_another_process/0, existing/0]).

main() ->
    [io:format("~p: ~p~n", [F, run(F)]) || F <- [from_lists, from_terms, from_another_process, existing]].

names() -> ["name" ++ integer_to_list(N) || N <- lists:seq(1, 20000)].

from_lists() -> [list_to_atom(Name) || Name <- names()], lived().

%% As it comes from other nodes, too: SMALL_ATOM_UTF8_EXT.
from_terms() -> [binary_to_term(<<131, 119, (length(Name)), (list_to_binary(Name))/binary>>) || Name <- names()], lived().

from_another_process() ->
    {_, Ref} = spawn_monitor(fun() -> catch [binary_to_atom(list_to_binary(Name)) || Name <- names()] end),
    receive {'DOWN', Ref, process, _, _} -> lived() end.

existing() ->
    [catch list_to_existing_atom(Name) || Name <- names()],
    [error = list_to_atom("error") || _ <- names()],
    lived().

lived() -> io:format("lived~n").

run(Function) ->
    {ok, [[Root]]} = init:get_argument(root),
    {ok, Exe} = file:read_link("/proc/self/exe"),
    BinDir = filename:dirname(Exe),
    Args = ["+t", "20000", "-noshell", "-pa", ".", "-s", ?MODULE, atom_to_list(Function), "-s", "init", "stop"],
    {Program, Arguments} = case filename:basename(Exe) of
        "beam.smp" -> {filename:join(BinDir, "erlexec"), Args};
        _ -> {Exe, Args}
    end,
    Port = open_port({spawn_executable, Program}, [{args, Arguments}, exit_status, binary, stderr_to_stdout,
        {env, [{"BINDIR", BinDir}, {"ROOTDIR", Root}, {"EMU", "beam"}, {"PROGNAME", "erl"}, {"ERL_CRASH_DUMP_SECONDS", "0"}]}]),
    ended(Port, <<>>).

ended(Port, Output) ->
    receive
        {Port, {data, More}} -> ended(Port, <<Output/binary, More/binary>>);
        {Port, {exit_status, Status}} -> {Status, string:trim(Output)}
    end.
