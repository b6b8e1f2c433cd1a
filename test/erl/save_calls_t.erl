%% process_flag(save_calls, N) and process_info(Pid, last_calls).
-module(save_calls_t).
-export([main/0, called/1, caller/1, two/0, fail/0, loop/0, looping/0]).

main() ->
    show(lists:last([process_flag(save_calls, 0)])),
    show(process_info(self(), last_calls)),
    show(process_flag(save_calls, 8)),
    show(process_flag(save_calls, 3)),
    calls(),
    overflow(),
    show(process_flag(save_calls, 0)),
    show(process_info(self(), last_calls)),
    bad(),
    messages(),
    failures(),
    sensitive(),
    others(),
    traced(),
    loaded(),
    yields(),
    not_inherited().

show(Term) -> io:format("~p~n", [Term]).

last() -> element(2, process_info(self(), last_calls)).

%% What printing does is nobody's business.
saved(F) ->
    process_flag(save_calls, 40),
    F(),
    L = last(),
    process_flag(save_calls, 0),
    show(L).

calls() ->
    saved(fun() -> ok end),
    saved(fun() -> called(1), ?MODULE:called(2), M = id(?MODULE), M:called(3), apply(M, called, [4]) end),
    saved(fun() -> F = fun ?MODULE:called/1, F(5), G = fun called/1, G(6), apply(F, [7]) end),
    saved(fun() -> lists:reverse([1, 2]), length(id([1])), id(1) + 2, hd(id([1])), element(1, id({1})) end),
    saved(fun() -> put(a, 1), get(a), erase(a), self(), node(), make_ref() end),
    saved(fun() -> erlang:apply(lists, nth, [1, [a]]), erlang:apply(fun ?MODULE:called/1, [8]) end),
    saved(fun() -> ?MODULE:caller(9) end),
    saved(fun() -> ?MODULE:two() end),
    saved(fun() -> list_to_binary("abc"), atom_to_list(abc), maps:get(a, #{a => 1}), math:sqrt(4.0) end).

id(X) -> X.
called(X) -> X.
caller(X) -> ?MODULE:called(X).
two() -> [?MODULE:called(1), lists:reverse([])].

overflow() ->
    process_flag(save_calls, 3),
    [?MODULE:called(I) || I <- lists:seq(1, 10)],
    lists:reverse([]),
    L = last(),
    process_flag(save_calls, 10000),
    [?MODULE:called(I) || I <- lists:duplicate(20000, x)],
    M = last(),
    process_flag(save_calls, 0),
    show({L, length(M)}).

bad() ->
    [show(catch_error(fun() -> process_flag(save_calls, N) end)) || N <- [-1, 10001, x, 1.0, 1 bsl 70]],
    [show(catch_error(fun() -> process_flag(self(), save_calls, N) end)) || N <- [-1, 10001, x]],
    show(catch_error(fun() -> process_flag(self(), trap_exit, true) end)).

catch_error(F) ->
    try F() catch Class:Reason -> {Class, Reason} end.

messages() ->
    saved(fun() -> self() ! a, receive a -> ok end, receive b -> ok after 0 -> ok end end),
    saved(fun() -> self() ! a, self() ! b, receive b -> ok end, receive a -> ok after 100 -> ok end end),
    saved(fun() -> receive after 1 -> ok end end),
    saved(fun() -> erlang:send(self(), a), erlang:send(self(), b, []), receive a -> receive b -> ok end end end),
    saved(fun() -> register(?MODULE, self()), ?MODULE ! a, {?MODULE, node()} ! b, receive a -> receive b -> ok end end,
                   unregister(?MODULE) end),
    saved(fun() -> catch nobody_there ! a end),
    saved(fun() -> Ref = make_ref(), P = spawn(fun() -> receive {Q, R} -> Q ! R end end), P ! {self(), Ref},
                   receive Ref -> ok end end).

failures() ->
    saved(fun() -> catch ?MODULE:fail() end),
    saved(fun() -> catch lists:reverse(x) end),
    saved(fun() -> catch (id(nowhere)):nothing(1) end),
    saved(fun() -> catch apply(erlang, error, [x]) end),
    saved(fun() -> try throw(x) catch x -> ok end end).

fail() -> erlang:error(failed).

sensitive() ->
    saved(fun() -> ?MODULE:called(1), process_flag(sensitive, true), ?MODULE:called(2), self() ! a, receive a -> ok end,
                   process_flag(sensitive, false), ?MODULE:called(3) end).

others() ->
    {Pid, Ref} = spawn_monitor(fun Wait() -> receive {call, F} -> F(), Wait(); stop -> ok end end),
    Pid ! {call, fun() -> ok end},
    wait(Pid),
    show(process_flag(Pid, save_calls, 10)),
    show(process_info(Pid, last_calls)),
    Me = self(),
    Pid ! {call, fun() -> ?MODULE:called(1), Me ! done end},
    receive done -> ok end,
    show(process_info(Pid, last_calls)),
    show(process_flag(Pid, save_calls, 2)),
    show(process_info(Pid, [last_calls])),
    ?MODULE:called(1),
    show(process_info(self(), last_calls)),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    show(catch_error(fun() -> process_flag(Pid, save_calls, 2) end)),
    ?MODULE:called(2).

%% Until it waits for something.
wait(Pid) ->
    case process_info(Pid, [status, message_queue_len]) of
        [{status, waiting}, {message_queue_len, 0}] -> ok;
        _ -> erlang:yield(), wait(Pid)
    end.

%% Calls are traced and saved at the same time.
traced() ->
    Tracer = spawn(fun Count() -> receive {report, To} -> To ! report; _ -> Count() end end),
    [begin
         erlang:trace_pattern({?MODULE, called, 1}, true, Flags),
         erlang:trace_pattern({lists, reverse, 2}, true, Flags),
         erlang:trace(self(), true, [call, {tracer, Tracer}]),
         saved(fun() -> ?MODULE:called(1), lists:reverse([a], []) end),
         erlang:trace(self(), false, [call]),
         process_flag(save_calls, 100),
         erlang:trace_pattern({?MODULE, called, 1}, false, Flags),
         erlang:trace_pattern({lists, reverse, 2}, false, Flags),
         ?MODULE:called(1),
         lists:reverse([a], []),
         L = last(),
         process_flag(save_calls, 0),
         ?MODULE:called(1),
         show({Flags, [Call || Call <- L, not lists:member(element(2, Call), [bif_return_trap, trace_pattern])]})
     end || Flags <- [[global], [local]]],
    Tracer ! {report, self()},
    receive report -> ok end.

%% What is loaded while calls are saved.
loaded() ->
    Forms = [{attribute, 1, module, save_calls_new}, {attribute, 2, export, [{f, 0}]},
             {function, 3, f, 0, [{clause, 3, [], [], [{atom, 3, ok}]}]}],
    {ok, Name, Binary} = compile:forms(Forms),
    process_flag(save_calls, 10000),
    {module, Name} = code:load_binary(Name, "", Binary),
    process_flag(save_calls, 10),
    Name:f(),
    Name:f(),
    L = last(),
    code:delete(Name),
    code:purge(Name),
    process_flag(save_calls, 10),
    catch (id(erlang)):module_loaded(Name),
    M = last(),
    process_flag(save_calls, 0),
    show({L, M, catch_error(fun() -> erlang:check_process_code(self(), Name) end)}).

%% A turn may end where a saved or traced call begins, and go on when neither is any more.
yields() ->
    {Pid, Ref} = spawn_monitor(fun looping/0),
    [begin
         process_flag(Pid, save_calls, 5),
         erlang:yield(),
         erlang:trace_pattern({?MODULE, loop, 0}, true, [global]),
         erlang:trace(Pid, true, [call]),
         erlang:yield(),
         process_flag(Pid, save_calls, 0),
         erlang:yield(),
         erlang:trace(Pid, false, [call]),
         erlang:trace_pattern({?MODULE, loop, 0}, false, [global]),
         erlang:yield(),
         flush()
     end || _ <- lists:seq(1, 300)],
    exit(Pid, kill),
    receive {'DOWN', Ref, _, _, Reason} -> show(Reason) end,
    flush().

flush() -> receive {trace, _, _, _} -> flush() after 0 -> ok end.

looping() -> ?MODULE:loop().
loop() -> ?MODULE:looping().

not_inherited() ->
    process_flag(save_calls, 10),
    Me = self(),
    spawn(fun() -> Me ! process_info(self(), last_calls) end),
    receive Answer -> process_flag(save_calls, 0), show(Answer) end.
