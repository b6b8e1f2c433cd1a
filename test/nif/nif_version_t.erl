%% Versions of a module with libraries: load, upgrade, unload, and what keeps a library.
-module(nif_version_t).
-export([main/0]).

main() ->
    register(nif_version_log, self()),
    {nif_version_lib, Code} = module(),
    Load = fun() -> {module, M} = erlang:load_module(nif_version_lib, Code), M end,
    M = Load(),
    p("not loaded", catch_error(fun() -> M:version() end)),
    p("first", M:load("./nif_version_1", 100)),
    p("again", M:load("./nif_version_1", 101)),
    p("calls", [M:version(), M:version()]),
    Kept = M:resource(1, 7), Own = M:resource(0, 8),
    p("resources", [M:value(Kept), M:value(Own), M:value(make_ref())]),
    p("log", log()),

    Old = spawn_old(M),
    Load(),
    p("new code", catch_error(fun() -> M:version() end)),
    p("old code still runs", ask(Old, version)),
    p("refused", M:load("./nif_version_2", -1)),
    p("not upgradable", M:load("./nif_version_3", 1)),
    p("log", log()),
    p("upgrade", M:load("./nif_version_2", 200)),
    p("calls", [M:version(), ask(Old, stop)]),
    p("resources", [M:value(Kept), M:value(Own)]),
    p("from old code", ok),
    p("log", log()),
    p("purge", erlang:purge_module(M)),
    p("log", log()),
    drop(Own),
    p("own resource gone", gone()),
    p("kept", M:value(Kept)),

    p("delete", erlang:delete_module(M)),
    p("purge", erlang:purge_module(M)),
    p("log", log()),
    drop(Kept),
    p("kept resource gone", gone()),
    Load(),
    p("anew", M:load("./nif_version_3", 300)),
    p("calls", M:version()),
    p("log", log()),
    Holder = M:resource(1, 70),
    erlang:delete_module(M),
    p("held", erlang:purge_module(M)),
    p("log", log()),
    drop(Holder),
    p("let go", gone()).

p(Text, Term) -> io:format("~s: ~p~n", [Text, Term]).

drop(_) -> ok.

%% Wherever a last reference may be: registers, the stack.
gone() ->
    [erlang:garbage_collect() || _ <- [1, 2]],
    receive after 50 -> ok end,
    log().

log() -> receive {What, Version, Number} -> [{What, Version, Number}|log()] after 20 -> [] end.

catch_error(Fun) -> try Fun() catch error:Reason -> Reason end.

spawn_old(M) ->
    Pid = spawn(fun() -> M:loop() end),
    ask(Pid, version),
    Pid.

ask(Pid, What) ->
    Pid ! {self(), What},
    receive {Pid, Answer} -> Answer end.

module() ->
    Texts = ["-module(nif_version_lib).", "-export([load/2, version/0, resource/2, value/1, loop/0]).",
             "-nifs([version/0, resource/2, value/1]).",
             "load(Path, Info) -> erlang:load_nif(Path, Info).",
             "version() -> erlang:nif_error(not_loaded).",
             "resource(_, _) -> erlang:nif_error(not_loaded).",
             "value(_) -> erlang:nif_error(not_loaded).",
             "loop() -> receive {From, version} -> From ! {self(), version()}, loop(); {From, stop} -> From ! {self(), stopped} end."],
    Forms = [begin
                 {ok, Tokens, _} = erl_scan:string(Text),
                 {ok, Form} = erl_parse:parse_form(Tokens),
                 Form
             end || Text <- Texts],
    {ok, Name, Bytes} = compile:forms(Forms, []),
    {Name, Bytes}.
