%% The md5 of modules, and what depends on it: funs of one code and of another.
-module(module_md5_t).
-export([main/0]).

main() ->
    loaded(), funs(), reloaded(), met_before(), changed(), purged(), stripped(), natively().

p(Tag, Value) -> io:format("~p: ~p~n", [Tag, Value]).

loaded() ->
    Modules = [{M, F} || {M, F} <- code:all_loaded(), is_list(F), filename:extension(F) =:= ".beam"],
    p(loaded, [M || {M, F} <- Modules, {ok, B} <- [file:read_file(F)],
                    M:module_info(md5) =/= code:module_md5(B)
                        orelse M:module_info(md5) =/= element(2, element(2, beam_lib:md5(B)))
                        orelse proplists:get_value(md5, M:module_info()) =/= erlang:get_module_info(M, md5)]),
    p(modified, lists:member(lists, code:modified_modules())).

funs() ->
    F = fun(X) -> {X, self()} end,
    G = binary_to_term(term_to_binary(F)),
    p(funs, {F =:= G, F == G, erlang:fun_info(G, new_uniq) =:= {new_uniq, ?MODULE:module_info(md5)}, G(1) =:= {1, self()}}),
    L = lists:seq(1, 3),
    p(of_library, [binary_to_term(term_to_binary(H)) =:= H || H <- [fun lists:map/2, lists_fun(L)]]).

lists_fun(L) -> fun(X) -> lists:member(X, L) end.

%% A module with a fun that tells what the module was made with.
code(Value) ->
    Forms = [{attribute, 1, module, module_md5_x}, {attribute, 1, export, [{f, 0}, {g, 1}]},
             {function, 2, f, 0, [{clause, 2, [], [], [{'fun', 2, {clauses, [{clause, 2, [{var, 2, 'X'}], [], [{tuple, 2, [{var, 2, 'X'}, {integer, 2, 7}]}]}]}}]}]},
             {function, 3, g, 1, [{clause, 3, [{integer, 3, 1}], [], [erl_parse:abstract(Value)]},
                                  {clause, 3, [{integer, 3, 2}], [], [{atom, 3, two}]}]}],
    {ok, module_md5_x, Binary} = compile:forms(Forms, [debug_info]),
    Binary.

load(Binary) -> {module, module_md5_x} = code:load_binary(module_md5_x, "x.beam", Binary), ok.

forget() -> code:purge(module_md5_x), code:delete(module_md5_x), code:purge(module_md5_x).

%% The same code again: the same fun. Nobody asks for the md5 before.
reloaded() ->
    B = code(one),
    load(B),
    F = module_md5_x:f(),
    load(B),
    G = module_md5_x:f(),
    p(reloaded, {F =:= G, F(1), G(2), module_md5_x:module_info(md5) =:= code:module_md5(B)}),
    forget().

%% The fun comes from outside before its module is there.
met_before() ->
    B = code(met),
    load(B),
    F = term_to_binary(module_md5_x:f()),
    forget(),
    G = binary_to_term(F),
    p(not_loaded, try G(1) catch error:{badfun, _} -> badfun; error:undef -> undef end),
    load(B),
    p(loaded_again, {G(1), G =:= module_md5_x:f(), erlang:fun_info(G, new_uniq) =:= {new_uniq, code:module_md5(B)}}),
    forget().

changed() ->
    [A, B] = [code(V) || V <- ["one", "two"]],
    load(A),
    F = module_md5_x:f(),
    load(B),
    G = module_md5_x:f(),
    p(changed, {F =:= G, F(1), G(1), erlang:fun_info(F, new_uniq) =:= {new_uniq, code:module_md5(A)},
                erlang:fun_info(G, new_uniq) =:= {new_uniq, code:module_md5(B)},
                [binary_to_term(term_to_binary(H)) =:= H || H <- [F, G]]}),
    forget().

%% All functions were made, or the code is gone, when somebody asks.
purged() ->
    B = code({purged, [1, 2, 3]}),
    load(B),
    F = module_md5_x:f(),
    Text = term_to_binary(F),
    p(calls, {F(1), module_md5_x:g(1), module_md5_x:g(2), module_md5_x:module_info(module)}),
    p(after_calls, module_md5_x:module_info(md5) =:= code:module_md5(B)),
    code:delete(module_md5_x),
    erlang:purge_module(module_md5_x),
    G = binary_to_term(Text),
    p(of_purged, {erlang:fun_info(G, new_uniq) =:= {new_uniq, code:module_md5(B)}, erlang:fun_info(G, module)}).

stripped() ->
    B = code(stripped),
    {ok, {module_md5_x, S}} = beam_lib:strip(B),
    load(S),
    p(stripped, {module_md5_x:module_info(md5) =:= code:module_md5(B), code:module_md5(S) =:= code:module_md5(B)}),
    load(zlib:gzip(B)),
    p(packed, module_md5_x:module_info(md5) =:= code:module_md5(B)),
    forget().

%% Called so often that it is made into machine code as a whole.
natively() ->
    B = code(natively),
    load(B),
    [module_md5_x:g(1 + I rem 2) || I <- lists:seq(1, 3000)],
    [(module_md5_x:f())(I) || I <- lists:seq(1, 3000)],
    p(natively, {module_md5_x:module_info(md5) =:= code:module_md5(B), erlang:fun_info(module_md5_x:f(), new_uniq) =:= {new_uniq, code:module_md5(B)}}),
    forget().
