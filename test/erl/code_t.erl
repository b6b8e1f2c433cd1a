%% Loading code: versions, purging, on_load, funs and literals that outlive their module.
-module(code_t).
-export([main/0]).

main() ->
    io:format("~p~n", [versions()]),
    io:format("~p~n", [purge_kills()]),
    io:format("~p~n", [soft_purge()]),
    io:format("~p~n", [left_behind()]),
    io:format("~p~n", [funs()]),
    io:format("~p~n", [literals()]),
    io:format("~p~n", [on_load()]),
    io:format("~p~n", [bad_files()]),
    io:format("~p~n", [information()]),
    io:format("~p~n", [deleting()]),
    io:format("~p~n", [chunks()]).

%% A module made of source text.
make(Texts) ->
    Forms = [begin
                 {ok, Tokens, _} = erl_scan:string(Text),
                 {ok, Form} = erl_parse:parse_form(Tokens),
                 Form
             end || Text <- Texts],
    {ok, Name, Bytes} = compile:forms(Forms, []),
    {Name, Bytes}.

version(Number) ->
    make(["-module(code_v).", "-export([version/0, loop/0, far/0, f/1, lit/0]).",
          "version() -> " ++ integer_to_list(Number) ++ ".",
          "loop() -> receive {version, From} -> From ! {self(), version()}, loop(); stop -> ok end.",
          "far() -> receive {version, From} -> From ! {self(), version()}, code_v:far(); stop -> ok end.",
          "f(X) -> fun(Y) -> {" ++ integer_to_list(Number) ++ ", X, Y} end.",
          "lit() -> {lit, [1,2,3," ++ integer_to_list(Number) ++ "], #{a => \"text\"}}."]).

load(Number) ->
    {Name, Bytes} = version(Number),
    code:load_binary(Name, "code_v.beam", Bytes).

ask(Pid) ->
    Pid ! {version, self()},
    receive {Pid, V} -> V after 2000 -> timeout end.

clean() ->
    code:purge(code_v),
    code:delete(code_v),
    code:purge(code_v).

versions() ->
    {module, code_v} = load(1),
    Local = spawn(code_v, loop, []),
    Far = spawn(code_v, far, []),
    A = {code_v:version(), ask(Local), ask(Far)},
    {module, code_v} = load(2),
    B = {code_v:version(), ask(Local), ask(Far), ask(Far)},
    Old = erlang:check_old_code(code_v),
    Uses = [erlang:check_process_code(P, code_v) || P <- [Local, Far, self()]],
    C = load(3),
    Alive = [is_process_alive(P) || P <- [Local, Far]],
    D = {code_v:version(), ask(Far), ask(Far)},
    Far ! stop,
    clean(),
    {A, B, Old, Uses, C, Alive, D}.

purge_kills() ->
    load(1),
    {Pid, Ref} = spawn_monitor(code_v, loop, []),
    load(2),
    Purged = code:purge(code_v),
    Down = receive {'DOWN', Ref, process, Pid, Why} -> Why after 2000 -> timeout end,
    Again = code:purge(code_v),
    clean(),
    {Purged, Down, Again}.

soft_purge() ->
    load(1),
    Pid = spawn(code_v, loop, []),
    load(2),
    A = code:soft_purge(code_v),
    B = ask(Pid),
    Pid ! stop,
    timer:sleep(50),
    C = code:soft_purge(code_v),
    clean(),
    {A, B, C}.

%% Who has come back from old code does not use it: it waited there until a time was over, or for a message, and trapped.
left_behind() ->
    {N, Bytes} = make(["-module(code_lb).", "-export([run/0]).",
                       "run() -> receive never -> ok after 1 -> ok end, self() ! now, receive now -> ok after 5000 -> ok end,"
                       "    lists:sum(lists:reverse(lists:seq(1, 20000))) + length(binary_to_list(binary:copy(<<1>>, 50000)))."]),
    {module, N} = code:load_binary(N, "code_lb", Bytes),
    {_, Ref} = spawn_monitor(fun() -> Ran = code_lb:run(), true = code:delete(code_lb), exit({Ran, code:purge(code_lb)}) end),
    receive {'DOWN', Ref, process, _, Why} -> Why after 5000 -> timeout end.

funs() ->
    load(1),
    F = code_v:f(x),
    A = F(y),
    load(2),
    B = F(y),
    code:purge(code_v),
    C = try F(y) catch error:{badfun, _} -> badfun; error:E -> E end,
    G = code_v:f(z),
    {D, E2} = {G(1), erlang:fun_info(G, arity)},
    load(1),
    E3 = F(y),
    clean(),
    {A, B, C, D, E2, E3, F == F, F =:= G}.

literals() ->
    load(7),
    L = code_v:lit(),
    Pid = spawn(fun() -> Mine = code_v:lit(), receive {get, From} -> From ! {self(), Mine} end end),
    timer:sleep(20),
    self() ! {kept, code_v:lit()},
    put(kept, code_v:lit()),
    load(8),
    code:purge(code_v),
    timer:sleep(100),
    erlang:garbage_collect(),
    [lists:seq(1, 1000) || _ <- lists:seq(1, 50)],
    Pid ! {get, self()},
    Other = receive {Pid, T} -> T after 2000 -> timeout end,
    Message = receive {kept, M} -> M after 0 -> none end,
    clean(),
    {L, Other, Message, get(kept)}.

on_load() ->
    {N, Good} = make(["-module(code_ol).", "-export([value/0]).", "-on_load(init/0).",
                      "init() -> put(loaded, code_ol_helper()), persistent_term:put(code_ol, 42), ok.",
                      "code_ol_helper() -> yes.",
                      "value() -> persistent_term:get(code_ol)."]),
    A = code:load_binary(N, "code_ol.beam", Good),
    B = code_ol:value(),
    {N, Bad} = make(["-module(code_ol).", "-export([value/0]).", "-on_load(init/0).",
                     "init() -> not_ok.", "value() -> bad."]),
    error_logger:tty(false),
    logger:set_primary_config(level, none),
    C = code:load_binary(N, "code_ol.beam", Bad),
    D = code_ol:value(),
    {N, Raises} = make(["-module(code_ol).", "-export([value/0]).", "-on_load(init/0).",
                        "init() -> error(why).", "value() -> bad."]),
    E = code:load_binary(N, "code_ol.beam", Raises),
    {A, B, C, D, E, code_ol:value(), erlang:check_old_code(code_ol)}.

bad_files() ->
    {_, Bytes} = version(1),
    Half = binary:part(Bytes, 0, byte_size(Bytes) div 2),
    [code:load_binary(code_v, "x", B) || B <- [<<>>, <<"FOR1">>, <<"nothing at all">>, Half]]
        ++ [code:load_binary(code_w, "x", Bytes)]
        ++ [tag(fun() -> erts_internal:prepare_loading(1, Bytes) end)]
        ++ [tag(fun() -> erlang:finish_loading([x]) end)]
        ++ [element(1, code:load_binary(code_v, "x", zlib:gzip(Bytes)))].

information() ->
    load(4),
    Exports = lists:sort(code_v:module_info(exports)),
    Functions = lists:sort(code_v:module_info(functions)),
    R = {Exports, Functions, code_v:module_info(module), code_v:module_info(md5), code_v:module_info(nifs),
         lists:keyfind(vsn, 1, code_v:module_info(attributes)), erlang:module_loaded(code_v),
         lists:member(code_v, erlang:loaded()), erlang:function_exported(code_v, f, 1),
         erlang:function_exported(code_v, f, 2), tag(fun() -> erlang:get_module_info(code_v, other) end),
         erlang:is_builtin(erlang, self, 0), erlang:is_builtin(lists, map, 2), erlang:is_builtin(erlang, max, 2),
         erlang:is_builtin(a, b, -1), erlang:is_builtin(a, b, 256), erlang:function_exported(lists, map, -1)},
    clean(),
    R.

deleting() ->
    load(5),
    A = {code:is_loaded(code_v), erlang:delete_module(code_v), erlang:module_loaded(code_v)},
    B = tag(fun() -> code_v:version() end),
    C = tag(fun() -> erlang:delete_module(code_v) end),
    D = code:purge(code_v),
    {A, B, C, D, erlang:delete_module(code_never)}.

chunks() ->
    {_, Bytes} = version(6),
    {erts_internal:beamfile_module_md5(Bytes) =:= element(2, element(2, beam_lib:md5(Bytes))),
     binary_to_term(erts_internal:beamfile_chunk(Bytes, "Attr")),
     erts_internal:beamfile_chunk(Bytes, "Nope"),
     tag(fun() -> erts_internal:beamfile_chunk(Bytes, "No") end),
     erts_internal:beamfile_module_md5(<<"rubbish">>)}.

tag(F) ->
    try F() catch Class:Reason -> {Class, Reason} end.
