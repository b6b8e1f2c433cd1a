%% Tracers that are modules with native functions.
-module(nif_tracer_t).
-export([main/0, callee/1, fails/1]).
-export([enabled/3, enabled_call/3, enabled_procs/3, trace/5, trace_call/5, trace_send/5, trace_seq_trace/5,
         trace_garbage_collection/5]).
-nifs([enabled/3, enabled_call/3, enabled_procs/3, trace/5, trace_call/5, trace_send/5, trace_seq_trace/5,
       trace_garbage_collection/5]).

main() ->
    ok = erlang:load_nif("./nif_tracer", 0),
    p(bad, [failure(fun() -> erlang:trace(self(), true, [call, T]) end)
            || T <- [{tracer, lists, []}, {tracer, no_such_module, []}, {tracer, 1, []}, {tracer, ?MODULE}]]),
    p(bad_meta, [failure(fun() -> erlang:trace_pattern({?MODULE, callee, 1}, [], [T]) end)
                 || T <- [{meta, lists, []}, {meta, no_such_module, []}]]),
    calls(), messages(), proc_events(), collections(), answers(), meta(), by_specification(), sequential(), unloaded().

calls() ->
    Specs = [[], [{'_', [], [{return_trace}]}], [{'_', [], [{exception_trace}]}], [{'_', [], [{message, {{a, x}}}]}],
             [{['$1'], [], [{message, {{'$1', x}}}]}], [{['$1'], [], [{message, false}]}]],
    [begin
         [erlang:trace_pattern({?MODULE, F, 1}, Spec, [local]) || F <- [callee, fails]],
         p({calls, Spec, More}, traced([call | More], all_of([call]), fun() -> callee({a, "b"}), failure(fun() -> fails(x) end) end))
     end || Spec <- Specs, More <- [[], [arity], [timestamp, scheduler_id], [monotonic_timestamp], [strict_monotonic_timestamp],
                                    [silent]]],
    [erlang:trace_pattern({?MODULE, F, 1}, [], [local]) || F <- [callee, fails]],
    p(return_to, traced([call, return_to], all_of([call]), fun() -> X = callee(1), X end)),
    p(by_topic, [traced([call], #{{F, call} => trace}, fun() -> callee(1) end) || F <- [enabled, enabled_call]]),
    erlang:trace_pattern({?MODULE, '_', '_'}, false, [local]).

messages() ->
    Me = self(),
    Dead = spawn(fun() -> ok end),
    M = monitor(process, Dead),
    receive {'DOWN', M, _, _, _} -> ok end,
    p(send, [traced([send], all_of(Tags), fun() -> Me ! {hello, self()}, Me ! ok, Dead ! lost, ok end)
             || Tags <- [[send], [send_to_non_existing_process]]]),
    p('receive', traced(['receive'], all_of(['receive']), fun() -> self() ! again, receive again -> ok end end)),
    p(flags, traced([send, timestamp], all_of([send]), fun() -> self() ! again, receive again -> ok end end)).

proc_events() ->
    Tags = [spawn, link, unlink, getting_linked, getting_unlinked, register, unregister, exit],
    F = fun() ->
            register(a_name, self()), unregister(a_name),
            process_flag(trap_exit, true),
            Pid = spawn_link(fun() -> receive stop -> ok end end),
            unlink(Pid), Pid ! stop, ok
        end,
    p(procs, [{T, traced([procs], all_of([T]), F)} || T <- Tags]),
    p(all_procs, traced([procs, scheduler_id], all_of(Tags), F)),
    p(none, traced([procs], #{{enabled, link} => trace}, F)).

collections() ->
    p(collections, [{Function, Tag, is_list(Info), Opts, Self}
                    || {Function, Tag, _, Info, Opts, Self} <- traced([garbage_collection], all_of([gc_major_start, gc_major_end]),
                                                                fun() -> garbage_collect() end)]).

%% What becomes of a tracer by what it answers.
answers() ->
    erlang:trace_pattern({?MODULE, callee, 1}, [], [local]),
    p(answers, [begin
                    Pid = tracee(),
                    On = failure(fun() -> erlang:trace(Pid, true, [call, {tracer, ?MODULE, {#{call => Answer}, self()}}]) end),
                    run(Pid, fun() -> callee(1) end),
                    {Answer, On, tracer_of(Pid), length(flush())}
                end || Answer <- [trace, discard, remove, other, 17]]),
    p(status, [begin
                   Pid = tracee(),
                   State = {#{call => trace, trace_status => Answer}, self()},
                   On = failure(fun() -> erlang:trace(Pid, true, [call, {tracer, ?MODULE, State}]) end),
                   run(Pid, fun() -> callee(1) end),
                   Again = failure(fun() -> erlang:trace(Pid, true, [procs, {tracer, ?MODULE, State}]) end),
                   {Answer, On, Again, length(flush())}
               end || Answer <- [trace, discard, remove]]),
    Pid = tracee(),
    p(raises, [failure(fun() -> erlang:trace(Pid, true, [call, {tracer, ?MODULE, no_state}]) end),
               run(Pid, fun() -> callee(1) end), tracer_of(Pid), flush()]),
    erlang:trace_pattern({?MODULE, callee, 1}, false, [local]).

tracer_of(Pid) ->
    case erlang:trace_info(Pid, tracer) of
        {tracer, {Module, _}} -> Module;
        {tracer, Other} -> Other
    end.

%% Stock of OTP 25 aborts at the call ("size_object: bad tag"), so what is told then is known, not compared.
meta() ->
    State = self(),
    Pid = tracee(),
    p(meta, [erlang:trace_pattern({?MODULE, callee, 1}, [], [{meta, ?MODULE, State}]),
             erlang:trace_info({?MODULE, callee, 1}, meta) =:= {meta, {?MODULE, State}},
             told(Pid),
             erlang:trace_pattern({?MODULE, callee, 1}, false, [meta]), erlang:trace_info({?MODULE, callee, 1}, meta),
             begin run(Pid, fun() -> callee(x) end), flush() end]).

told(Pid) ->
    case string:find(erlang:system_info(system_version), "[ling]") of
        nomatch ->
            one_call;
        _ ->
            run(Pid, fun() -> callee(x) end),
            [{trace_call, call, tracee, {?MODULE, callee, [x]}, [{timestamp, timestamp}], tracee}] = named(Pid, flush()),
            one_call
    end.

by_specification() ->
    State = {all_of([register]), self()},
    Spec = [{'_', [], [{trace, [], {const, [procs, {tracer, ?MODULE, State}]}}]}],
    erlang:trace_pattern({?MODULE, callee, 1}, Spec, [meta]),
    Pid = tracee(),
    run(Pid, fun() -> callee(1), register(a_name, self()) end),
    p(by_specification, [erlang:trace_info(Pid, flags), erlang:trace_info(Pid, tracer) =:= {tracer, {?MODULE, State}},
                         [M || M <- named(Pid, flush()), element(1, M) =/= trace_ts]]),
    erlang:trace_pattern({?MODULE, callee, 1}, false, [meta]).

sequential() ->
    Me = self(),
    State = {all_of([seq_trace]), Me},
    p(set, [seq_trace:set_system_tracer({?MODULE, State}), seq_trace:get_system_tracer() =:= {?MODULE, State},
            failure(fun() -> seq_trace:set_system_tracer({lists, []}) end)]),
    Pid = spawn(fun() ->
                    [seq_trace:set_token(K, V) || {K, V} <- [{label, {"a", 1}}, {print, true}, {send, true}, {timestamp, true}]],
                    seq_trace:print({"a", 1}, "text"),
                    self() ! to_self,
                    seq_trace:set_token([]),
                    Me ! done
                end),
    receive done -> ok end,
    p(sequential, named(Pid, flush())),
    p(unset, [seq_trace:set_system_tracer(false) =:= {?MODULE, State}, seq_trace:get_system_tracer()]).

%% A module that goes takes its tracers along.
unloaded() ->
    Forms = [{attribute, 1, module, nif_tracer_gone}, {attribute, 1, export, [{enabled, 3}, {trace, 5}, {load, 0}]},
             stub(enabled, 3), stub(trace, 5),
             {function, 1, load, 0, [{clause, 1, [], [],
                 [{call, 1, {remote, 1, {atom, 1, erlang}, {atom, 1, load_nif}}, [{string, 1, "./nif_tracer_gone"}, {integer, 1, 0}]}]}]}],
    {ok, Module, Code} = compile:forms(Forms),
    {module, Module} = code:load_binary(Module, "nif_tracer_gone", Code),
    ok = Module:load(),
    erlang:trace_pattern({?MODULE, callee, 1}, [], [local]),
    Pid = tracee(),
    p(there, [erlang:trace(Pid, true, [call, {tracer, Module, {all_of([call]), self()}}]), run(Pid, fun() -> callee(1) end),
              named(Pid, flush())]),
    code:delete(Module), code:purge(Module),
    p(gone, [run(Pid, fun() -> callee(1) end), flush(), erlang:trace_info(Pid, tracer), erlang:trace_info(Pid, flags)]).

stub(Name, Arity) ->
    {function, 1, Name, Arity, [{clause, 1, [{var, 1, '_'} || _ <- lists:seq(1, Arity)], [],
        [{call, 1, {remote, 1, {atom, 1, erlang}, {atom, 1, nif_error}}, [{atom, 1, undef}]}]}]}.

%% --- tracees

callee(X) -> X.
fails(X) -> error(X).

all_of(Tags) -> maps:from_list([{T, trace} || T <- Tags]).

traced(Flags, Answers, F) ->
    Pid = tracee(),
    1 = erlang:trace(Pid, true, [{tracer, ?MODULE, {Answers, self()}} | Flags]),
    run(Pid, F),
    catch erlang:trace(Pid, false, [all]),
    named(Pid, flush()).

%% `F` runs in the tracee, which ends then unless it is told to go on.
tracee() -> spawn(fun Loop() -> receive {run, F} -> F(), Loop(); stop -> ok end end).

run(Pid, F) ->
    Pid ! {run, F},
    timer:sleep(20),
    Ref = erlang:trace_delivered(Pid),
    receive {trace_delivered, Pid, Ref} -> ok end.

flush() -> receive M -> [M | flush()] after 0 -> [] end.

%% Pids as words, funs and such as what they are.
named(Pid, T) when T =:= Pid -> tracee;
named(_, T) when T =:= self() -> me;
named(_, T) when is_pid(T) -> pid;
named(_, T) when is_function(T) -> function;
named(_, T) when is_reference(T) -> ref;
named(Pid, [H | T]) -> [named(Pid, H) | named(Pid, T)];
named(Pid, T) when is_tuple(T) -> list_to_tuple(named(Pid, tuple_to_list(T)));
named(Pid, T) when is_map(T) -> lists:sort(named(Pid, maps:to_list(T)));
named(_, T) -> T.

failure(F) -> try F() catch error:E -> E end.
p(Tag, V) -> io:format("~0p: ~0p~n", [Tag, V]).

enabled(_, _, _) -> erlang:nif_error(undef).
enabled_call(_, _, _) -> erlang:nif_error(undef).
enabled_procs(_, _, _) -> erlang:nif_error(undef).
trace(_, _, _, _, _) -> erlang:nif_error(undef).
trace_call(_, _, _, _, _) -> erlang:nif_error(undef).
trace_send(_, _, _, _, _) -> erlang:nif_error(undef).
trace_seq_trace(_, _, _, _, _) -> erlang:nif_error(undef).
trace_garbage_collection(_, _, _, _, _) -> erlang:nif_error(undef).
