%% Calls of functions: local and global, returns, exceptions, counting, meta; match specifications.
-module(trace_call_t).
-export([main/0, exported/1, fact/1, loop/2, thrower/1, catcher/1, outer/1, middle/1, spread/3, bin/1, fails/1]).
-compile({no_auto_import, [apply/3]}).

main() ->
    logger:set_primary_config(level, none),
    [step(Name, Fun) || {Name, Fun} <- tests()],
    ok.

tests() ->
    [{local, fun() -> traced([call], {?MODULE, '_', '_'}, true, [local], fun work/0) end},
     {global, fun() -> traced([call], {?MODULE, '_', '_'}, true, [global], fun work/0) end},
     {arity, fun() -> traced([call, arity], {?MODULE, '_', '_'}, true, [local], fun work/0) end},
     {returns, fun() -> traced([call], {?MODULE, fact, 1}, [{'_', [], [{return_trace}]}], [local], fun() -> fact(3) end) end},
     {return_to, fun() -> traced([call, return_to], {?MODULE, '_', '_'}, true, [local], fun() -> fact(2), outer(1) end) end},
     {return_to_and_trace, fun() -> traced([call, return_to], {?MODULE, outer, 1}, [{'_', [], [{return_trace}]}], [local], fun() -> outer(1) end) end},
     {tail, fun() -> traced([call], {?MODULE, loop, 2}, [{'_', [], [{return_trace}]}], [local], fun() -> loop(3, 0) end) end},
     {tail_return_to, fun() -> traced([call, return_to], {?MODULE, loop, 2}, true, [local], fun() -> loop(3, 0) end) end},
     {exceptions, fun() -> traced([call], {?MODULE, '_', '_'}, [{'_', [], [{exception_trace}]}], [local], fun() -> catcher(error), catcher(throw), catcher(exit) end) end},
     {exceptions_return_to, fun() -> traced([call, return_to], {?MODULE, '_', '_'}, [{'_', [], [{exception_trace}]}], [local], fun() -> catcher(error) end) end},
     {uncaught, fun() -> traced([call, procs], {?MODULE, thrower, 1}, [{'_', [], [{exception_trace}]}], [local], fun() -> thrower(throw) end) end},
     {bif_local, fun() -> traced([call, return_to], {erlang, list_to_integer, 1}, [{'_', [], [{return_trace}]}], [local], fun bifs/0) end},
     {bif_global, fun() -> traced([call], {erlang, list_to_integer, 1}, [{'_', [], [{exception_trace}]}], [], fun bifs/0) end},
     {bif_traps, fun() -> traced([call], {lists, reverse, 2}, [{[['$1' | '_'], '_'], [], [{message, '$1'}, {return_trace}]}], [local], fun() -> length(lists:reverse(lists:seq(1, 100000), [])) end, 200) end},
     {caller, fun() -> traced([call], {?MODULE, '_', '_'}, [{'_', [], [{message, {caller}}]}], [local], fun() -> outer(1) end) end},
     {caller_and_return, fun() -> traced([call], {?MODULE, '_', '_'}, [{'_', [], [{message, {caller}}, {return_trace}]}], [local], fun() -> outer(1) end) end},
     {caller_line, fun() -> traced([call], {?MODULE, middle, 1}, [{'_', [], [{message, {caller_line}}]}], [local], fun() -> outer(1) end) end},
     {caller_of_bif, fun() -> traced([call], {erlang, list_to_integer, 1}, [{'_', [], [{message, {caller}}]}], [local], fun bifs/0) end},
     {guards, fun() -> traced([call], {?MODULE, fact, 1}, [{['$1'], [{'>', '$1', 2}], [{message, {{big, '$1'}}}]}, {[1], [], [{message, one}]}], [local], fun() -> fact(4) end) end},
     {no_match, fun() -> traced([call], {?MODULE, fact, 1}, [{[foo], [], []}], [local], fun() -> fact(4) end) end},
     {message_false, fun() -> traced([call], {?MODULE, fact, 1}, [{'_', [], [{message, false}, {return_trace}]}], [local], fun() -> fact(2) end) end},
     {message_true, fun() -> traced([call], {?MODULE, fact, 1}, [{'_', [], [{message, true}]}], [local], fun() -> fact(1) end) end},
     {all_args, fun() -> traced([call], {?MODULE, spread, 3}, [{'$1', [], [{message, '$_'}]}, {'_', [], []}], [local], fun() -> spread(1, {2}, "3") end) end},
     {contexts, fun() -> traced([call], {?MODULE, '_', '_'}, true, [local], fun() -> bin(<<1, 2, 3:4>>) end) end},
     {funs, fun() -> traced([call], {?MODULE, '_', '_'}, true, [local], fun() -> F = fun ?MODULE:fact/1, X = 3, G = fun(Y) -> X + Y end, F(1), G(2), lists:map(F, [1]) end) end},
     {apply, fun() -> traced([call], {?MODULE, fact, 1}, true, [global], fun() -> erlang:apply(?MODULE, fact, [1]), M = id(?MODULE), M:fact(0) end) end},
     {disable, fun() -> traced([call], {?MODULE, '_', '_'}, [{[2], [], [{disable_trace, call}]}, {'_', [], []}], [local], fun() -> fact(4) end) end},
     {silent, fun() -> traced([call], {?MODULE, fact, 1}, [{[3], [], [{silent, true}]}, {[1], [], [{silent, false}]}, {'_', [], []}], [local], fun() -> fact(4) end) end},
     {change, fun() -> traced([call], {?MODULE, fact, 1}, [{[3], [], [{message, {trace, [], [arity]}}]}, {'_', [], []}], [local], fun() -> fact(4) end) end},
     {token, fun() -> traced([call], {?MODULE, fact, 1}, [{'_', [], [{message, [{is_seq_trace}, {set_seq_token, label, 5}, {get_seq_token}]}]}], [local], fun() -> fact(1) end) end},
     {counts, fun counts/0}, {times, fun times/0}, {meta, fun meta/0}, {meta_returns, fun meta_returns/0}, {infos, fun infos/0},
     {wildcards, fun wildcards/0}, {on_load, fun on_load/0}, {reload, fun reload/0}, {bad, fun bad/0}, {word, fun word/0},
     {mixed, fun mixed/0}, {deep, fun deep/0}, {collect, fun collect/0}, {many_args, fun many_args/0}, {trace_test, fun trace_test/0}].

step(Name, Fun) ->
    Result = try Fun() catch C:R:S -> {C, R, S} end,
    io:format("~p: ~p~n", [Name, plain(Result)]),
    erlang:trace_pattern({'_', '_', '_'}, false, [local, meta, call_count, call_time]),
    erlang:trace_pattern({'_', '_', '_'}, false, []),
    drain().

drain() -> receive _ -> drain() after 0 -> ok end.

plain(T) when is_pid(T) -> pid;
plain(T) when is_reference(T) -> ref;
plain(T) when is_function(T) -> a_fun;
plain(T) when is_tuple(T) -> list_to_tuple([plain(E) || E <- tuple_to_list(T)]);
plain([H | T]) -> [plain(H) | plain(T)];
plain(T) -> T.

%% Runs `Work` in a process that is traced.
traced(Flags, Mfa, Spec, How, Work) -> traced(Flags, Mfa, Spec, How, Work, 20).
traced(Flags, Mfa, Spec, How, Work, Wait) ->
    S = self(),
    P = spawn(fun() -> S ! {ready, self()}, receive go -> ok end, Work() end),
    receive {ready, P} -> ok end,
    N = erlang:trace_pattern(Mfa, Spec, How),
    1 = erlang:trace(P, true, Flags),
    P ! go,
    L = traces(Wait),
    {N > 0, [shown(T) || T <- L]}.

traces(Wait) -> receive M when element(1, M) =:= trace; element(1, M) =:= trace_ts -> [M | traces(Wait)] after Wait -> [] end.

%% Without the process and the names of funs, which compilers choose.
shown({trace, _, exit, {R, Stack}}) when is_list(Stack) -> {exit, R, [{M, F, A} || {M, F, A, _} <- Stack]};
shown({trace, _, What, Data}) -> {What, short(Data)};
shown({trace, _, return_from, Mfa, V}) when is_list(V), length(V) > 10 -> {return_from, Mfa, {list, length(V)}};
shown({trace, _, What, Data, Extra}) -> {What, short(Data), Extra};
shown({trace_ts, _, What, Data, {_, _, _}}) -> {ts, What, short(Data)};
shown({trace_ts, _, What, Data, Extra, {_, _, _}}) -> {ts, What, short(Data), Extra}.

short({M, F, [L | _]}) when is_list(L), length(L) > 10 -> {M, F, long};
short(T) -> T.

id(X) -> X.
fact(0) -> 1;
fact(N) -> N * fact(N - 1).
loop(0, A) -> A;
loop(N, A) -> loop(N - 1, A + N).
exported(X) -> hidden(X).
hidden(X) -> id(X) + 1.
outer(X) -> Y = middle(X), id(Y).
middle(X) -> id(X).
work() -> exported(1), fact(1), ok.
thrower(error) -> id(error) + 1;
thrower(throw) -> throw({some, value});
thrower(exit) -> exit(bye).
catcher(X) -> try fails(X) of V -> V catch C:R -> {C, R} end.
fails(X) -> V = thrower(X), [V].
bifs() -> _ = list_to_integer(id("17")), _ = (catch list_to_integer(id("x"))), bif_last(id("4")).
bif_last(X) -> list_to_integer(X).
spread(A, B, C) -> {A, B, C}.
bin(<<A, Rest/bits>>) -> [A | bin(Rest)];
bin(R) -> [bit_size(R)].

counts() ->
    N = erlang:trace_pattern({?MODULE, '_', '_'}, true, [call_count]),
    fact(5), fact(2),
    I1 = [erlang:trace_info({?MODULE, F, 1}, call_count) || F <- [fact, outer, none]],
    erlang:trace_pattern({?MODULE, fact, 1}, pause, [call_count]),
    fact(5),
    I2 = erlang:trace_info({?MODULE, fact, 1}, call_count),
    erlang:trace_pattern({?MODULE, fact, 1}, restart, [call_count]),
    fact(1),
    I3 = erlang:trace_info({?MODULE, fact, 1}, call_count),
    erlang:trace_pattern({?MODULE, '_', '_'}, false, [call_count]),
    {N > 10, I1, I2, I3, erlang:trace_info({?MODULE, fact, 1}, call_count)}.

times() ->
    P = start(),
    1 = erlang:trace(P, true, [call]),
    2 = erlang:trace_pattern({?MODULE, fact, 1}, true, [call_time]) + erlang:trace_pattern({?MODULE, loop, 2}, true, [call_time]),
    do(P, fun() -> fact(10), loop(100, 0), fact(3) end),
    Count = fun(F, A) -> {call_time, L} = erlang:trace_info({?MODULE, F, A}, call_time), [{Q =:= P, C, S, is_integer(U)} || {Q, C, S, U} <- L] end,
    R = {Count(fact, 1), Count(loop, 2)},
    fact(3),
    R2 = Count(fact, 1),
    exit(P, kill),
    {R, R2}.

start() -> P = spawn(fun() -> echo() end), do(P, fun() -> ok end), P.
echo() -> receive {From, F} -> From ! {self(), catch F()}, echo() end.
do(P, F) -> P ! {self(), F}, receive {P, R} -> R end.

meta() ->
    T = self(),
    1 = erlang:trace_pattern({?MODULE, fact, 1}, true, [{meta, T}]),
    P = start(),
    do(P, fun() -> fact(1) end),
    I = {erlang:trace_info({?MODULE, fact, 1}, meta) =:= {meta, T}, erlang:trace_info({?MODULE, fact, 1}, meta_match_spec),
         erlang:trace_info({?MODULE, fact, 1}, traced)},
    L = [shown(M) || M <- traces(10)],
    1 = erlang:trace_pattern({?MODULE, fact, 1}, [{[1], [], [{message, {caller}}, {return_trace}]}], [local, meta]),
    1 = erlang:trace(P, true, [call]),
    do(P, fun() -> fact(2) end),
    exit(P, kill),
    {I, L, [shown(M) || M <- traces(10)]}.

meta_returns() ->
    Tracer = start(),
    1 = erlang:trace_pattern({?MODULE, fact, 1}, [{'_', [], [{exception_trace}]}], [{meta, self()}]),
    fact(1), catch fact(x),
    L = [shown(M) || M <- traces(10)],
    1 = erlang:trace_pattern({?MODULE, fact, 1}, true, [{meta, Tracer}]),
    exit(Tracer, kill), timer:sleep(5),
    P = start(),
    do(P, fun() -> fact(1) end),
    {L, erlang:trace_info({?MODULE, fact, 1}, meta)}.

infos() ->
    Spec = [{['$1'], [], [{message, '$1'}]}],
    erlang:trace_pattern({?MODULE, fact, 1}, Spec, [local, call_count]),
    I1 = erlang:trace_info({?MODULE, fact, 1}, all),
    erlang:trace_pattern({?MODULE, fact, 1}, Spec, [global]),
    I2 = erlang:trace_info({?MODULE, fact, 1}, all),
    erlang:trace_pattern({?MODULE, fact, 1}, true, [local]),
    I3 = [erlang:trace_info({?MODULE, fact, 1}, K) || K <- [traced, match_spec, meta, meta_match_spec, call_count, call_time]],
    erlang:trace_pattern({?MODULE, fact, 1}, false, [local]),
    {I1, I2, I3, erlang:trace_info({?MODULE, fact, 1}, all), erlang:trace_info({?MODULE, id, 1}, traced),
     erlang:trace_info({?MODULE, nothing, 0}, traced), erlang:trace_info({erlang, atom_to_list, 1}, traced)}.

wildcards() ->
    Local = erlang:trace_pattern({?MODULE, '_', '_'}, true, [local]),
    Global = erlang:trace_pattern({?MODULE, '_', '_'}, true, []),
    [Local > Global, Global, erlang:trace_pattern({?MODULE, fact, '_'}, true, [local]), erlang:trace_pattern({?MODULE, fact, 7}, true, [local]),
     erlang:trace_pattern({no_such_module, '_', '_'}, true, [local]), erlang:trace_pattern({?MODULE, id, 1}, true, []),
     erlang:trace_pattern({'_', '_', '_'}, false, [local]) > 1000].

code(Text) ->
    {ok, Tokens, _} = erl_scan:string("-module(trace_loaded). -export([f/1]). f(X) -> g(X). g(X) -> {" ++ Text ++ ", X}."),
    {ok, _, Bin} = compile:forms(forms(Tokens)),
    Bin.

forms([]) -> [];
forms(Tokens) ->
    {Form, [Dot | Rest]} = lists:splitwith(fun(T) -> element(1, T) =/= dot end, Tokens),
    {ok, F} = erl_parse:parse_form(Form ++ [Dot]),
    [F | forms(Rest)].

load(Text) -> {module, trace_loaded} = code:load_binary(trace_loaded, "", code(Text)).
unload() -> code:purge(trace_loaded), code:delete(trace_loaded), code:purge(trace_loaded).

on_load() ->
    0 = erlang:trace_pattern(on_load, [{'_', [], [{return_trace}]}], [local]),
    I = [erlang:trace_info(on_load, K) || K <- [traced, match_spec, meta, call_count, all]],
    load("1"),
    I2 = [erlang:trace_info({trace_loaded, F, 1}, K) || F <- [f, g], K <- [traced, match_spec]],
    0 = erlang:trace_pattern(on_load, false, [local]),
    unload(),
    load("2"),
    R = {I, I2, erlang:trace_info(on_load, all), erlang:trace_info({trace_loaded, f, 1}, traced)},
    unload(),
    R.

reload() ->
    load("1"),
    N = erlang:trace_pattern({trace_loaded, '_', '_'}, true, [local]),
    P = start(),
    1 = erlang:trace(P, true, [call]),
    R1 = do(P, fun() -> trace_loaded:f(a) end),
    load("2"),
    I = erlang:trace_info({trace_loaded, f, 1}, traced),
    R2 = do(P, fun() -> trace_loaded:f(b) end),
    erlang:trace_pattern({trace_loaded, '_', '_'}, true, []),
    R3 = do(P, fun() -> trace_loaded:f(c) end),
    unload(),
    I2 = erlang:trace_info({trace_loaded, f, 1}, traced),
    R4 = do(P, fun() -> trace_loaded:f(d) end),
    load("3"),
    R5 = do(P, fun() -> trace_loaded:f(e) end),
    unload(),
    {N, R1, I, R2, R3, I2, element(1, element(2, R4)), R5, [shown(T) || T <- traces(10)]}.

bad() ->
    [try erlang:trace_pattern(A, B, C) catch error:R -> R end
     || {A, B, C} <- [{foo, true, []}, {{?MODULE, '_', 1}, true, []}, {{?MODULE, id, a}, true, []}, {{?MODULE, id}, true, []},
                      {{?MODULE, id, 1}, [foo], []}, {{?MODULE, id, 1}, [{'_', [], [{foo}]}], []}, {{?MODULE, id, 1}, true, [foo]},
                      {{?MODULE, id, 1}, true, [local, global]}, {{?MODULE, id, 1}, true, [local | x]}, {{?MODULE, id, 1}, true, [{meta, x}]},
                      {{?MODULE, id, 1}, [{'_', [], []}], [call_count]}, {send, true, [local]}, {send, pause, []}, {on_load, foo, []},
                      {'receive', [{'_', [], [{caller}]}], []}, {{?MODULE, id, -1}, true, []}]].

word() ->
    Old = erlang:system_flag(trace_control_word, 3),
    R = traced([call], {?MODULE, fact, 1}, [{'_', [{'>', {get_tcw}, 2}], [{message, [{get_tcw}, {set_tcw, 2}]}]}], [local], fun() -> fact(3) end),
    {R, erlang:system_flag(trace_control_word, Old)}.

mixed() ->
    1 = erlang:trace_pattern({?MODULE, fact, 1}, true, [local, call_count]),
    1 = erlang:trace_pattern({?MODULE, fact, 1}, true, [{meta, self()}]),
    P = start(),
    1 = erlang:trace(P, true, [call, return_to, {tracer, self()}]),
    do(P, fun() -> fact(1) end),
    erlang:trace_pattern({?MODULE, fact, 1}, false, [local]),
    do(P, fun() -> fact(0) end),
    I = erlang:trace_info({?MODULE, fact, 1}, call_count),
    erlang:trace_pattern({?MODULE, fact, 1}, true, [global]),
    I2 = erlang:trace_info({?MODULE, fact, 1}, call_count),
    do(P, fun() -> ?MODULE:fact(0) end),
    {I, I2, [shown(T) || T <- traces(10)]}.

%% The frames must fit the stack however deep it is.
deep() ->
    P = start(),
    1 = erlang:trace_pattern({?MODULE, fact, 1}, [{'_', [], [{exception_trace}, {message, false}]}], [local]),
    1 = erlang:trace(P, true, [call, return_to]),
    do(P, fun() -> fact(2000) end),
    Returns = length([1 || {trace, _, return_from, _, _} <- traces(50)]),
    do(P, fun() -> catch fact(500) end),
    drain(),
    do(P, fun() -> catch fact({500}) end),
    {Returns, [shown(T) || T <- traces(20)]}.

collect() ->
    P = start(),
    erlang:trace_pattern({?MODULE, '_', '_'}, [{'_', [], [{return_trace}, {message, {caller}}]}], [local]),
    1 = erlang:trace(P, true, [call, return_to, arity]),
    R = do(P, fun() -> lists:sum([begin garbage_collect(), hidden(outer(X)) end || X <- lists:seq(1, 50)]) end),
    L = traces(50),
    {R, length(L), length([1 || {trace, _, call, _, undefined} <- L])}.

many_args() ->
    {ok, Tokens, _} = erl_scan:string("f(" ++ lists:join($,, ["A" ++ integer_to_list(N) || N <- lists:seq(1, 60)]) ++ ") -> A60."),
    {ok, F} = erl_parse:parse_form(Tokens),
    {ok, M, Bin} = compile:forms([{attribute, 1, module, trace_many}, {attribute, 1, export, [{f, 60}]}, F]),
    {module, M} = code:load_binary(M, "", Bin),
    R = traced([call], {M, f, 60}, [{'_', [], [{return_trace}]}], [local], fun() -> erlang:apply(M, f, lists:seq(1, 60)) end),
    code:delete(M), code:purge(M),
    R.

trace_test() ->
    [erlang:match_spec_test(Args, Spec, trace)
     || {Args, Spec} <- [{[1, 2], [{['$1', '$2'], [{'<', '$1', '$2'}], [{return_trace}, {message, '$1'}]}]},
                         {[1, 2], [{['$1'], [], []}]}, {[], [{'_', [], [{exception_trace}]}]}, {[a], [{'_', [], [{caller}]}]},
                         {[a], [{['_'], [], [{foo, bar}]}]}]].
