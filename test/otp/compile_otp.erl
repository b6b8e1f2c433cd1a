%% Compiles every module of stdlib, kernel and compiler from the sources that erlang-src installs, and
%% compares two such runs chunk by chunk.
%%
%%   VM -noshell -run compile_otp compile LIB OUT   from LIB/APP-VSN/src to OUT/APP/MODULE.beam; prints the time
%%   VM -noshell -run compile_otp compare A B       exit status 0 if every chunk but CInf is equal
-module(compile_otp).
-export([compile/1, compare/1]).

-define(APPS, [stdlib, kernel, compiler]).

compile([Lib, Out]) ->
    Dirs = [{App, Dir} || App <- ?APPS, Dir <- filelib:wildcard(filename:join(Lib, atom_to_list(App) ++ "-*"))],
    Start = erlang:monotonic_time(millisecond),
    Results = [compile_app(Dir, Dirs, filename:join(Out, atom_to_list(App))) || {App, Dir} <- Dirs],
    Elapsed = erlang:monotonic_time(millisecond) - Start,
    {Cpu, _} = erlang:statistics(runtime),
    Failed = lists:append([F || {_, F} <- Results]),
    Count = lists:sum([C || {C, _} <- Results]),
    [io:format("cannot compile ~ts: ~tp~n", [File, Why]) || {File, Why} <- Failed],
    io:format("compiled ~b modules in ~b ms, ~b ms CPU~n", [Count, Elapsed, Cpu]),
    halt(case Failed of [] -> 0; _ -> 1 end).

compile_app(Dir, Dirs, Out) ->
    ok = filelib:ensure_dir(filename:join(Out, "x")),
    Src = filename:join(Dir, "src"),
    Files = lists:sort(filelib:wildcard(filename:join(Src, "*.erl"))),
    Options = [{outdir, Out}, debug_info, return, {d, 'COMPILER_VSN', "ling test"} | include_options(Src, Dirs)],
    Failed = [{File, Errors} || File <- Files,
                                (Errors = compile_file(File, Options)) =/= ok],
    {length(Files) - length(Failed), Failed}.

include_options(Src, Dirs) ->
    [{i, Src}, {i, filename:join(Src, "../include")}]
        ++ [{i, filename:join(Dir, Sub)} || {_, Dir} <- Dirs, Sub <- ["include", "src"]].

compile_file(File, Options) ->
    case compile:file(File, Options) of
        {ok, _Module, _Warnings} -> ok;
        {ok, _Module} -> ok;
        {error, Errors, _Warnings} -> Errors
    end.

compare([A, B]) ->
    Names = beams(A),
    Missing = [N || N <- Names, not filelib:is_file(filename:join(B, N))],
    Different = [{N, Chunk} || N <- Names -- Missing,
                               Chunk <- different_chunks(filename:join(A, N), filename:join(B, N))],
    [io:format("~ts is missing in ~ts~n", [N, B]) || N <- Missing],
    [io:format("~ts: chunk ~ts differs~n", [N, C]) || {N, C} <- Different],
    io:format("~b modules compared, ~b missing, ~b chunks differ~n",
              [length(Names), length(Missing), length(Different)]),
    halt(case {Names, Missing, Different} of {[_ | _], [], []} -> 0; _ -> 1 end).

beams(Dir) ->
    lists:sort([filename:join(App, filename:basename(F))
                || App <- filelib:wildcard("*", Dir),
                   F <- filelib:wildcard(filename:join([Dir, App, "*.beam"]))]).

%% CInf holds the paths of this run.
different_chunks(FileA, FileB) ->
    ChunksA = chunks(FileA),
    ChunksB = chunks(FileB),
    [Id || {Id, _} <- lists:usort((ChunksA -- ChunksB) ++ (ChunksB -- ChunksA)), Id =/= "CInf"].

chunks(File) ->
    {ok, _Module, Chunks} = beam_lib:all_chunks(File),
    Chunks.
