%% The first call of a function, in all the ways there are to get at it: its code may be made only then.
-module(first_call_t).
-export([main/0, spawned/1, applied/1, exported/1, as_fun/1, traced/1, counted/1, timed/1, raising/1, deep/2, awake/1,
         callback/2, once/0, bounced/2, many/1]).

main() ->
    in_all_ways(),
    traced_before_it_was_called(),
    counted_before_it_was_called(),
    stack_traces(),
    at_the_end_of_reductions(),
    versions(),
    in_old_code(),
    functions_of_a_module(),
    often().

p(Name, Term) -> io:format("~p: ~p~n", [Name, Term]).

in_all_ways() ->
    Self = self(),
    spawn(?MODULE, spawned, [Self]),
    p(spawned, receive {spawned, X} -> X end),
    p(applied, apply(?MODULE, list_to_atom("applied"), [1])),
    p(exported, ?MODULE:exported(2)),
    F = fun ?MODULE:as_fun/1,
    p(as_fun, F(3)),
    G = fun(Y) -> {local, Y} end,
    p(local_fun, G(4)),
    p(mapped, lists:map(fun only_here/1, [1, 2])),
    {Pid, Ref} = spawn_monitor(fun() -> erlang:hibernate(?MODULE, awake, [Self]) end),
    Pid ! wake,
    p(awake, receive {awake, Z} -> Z end),
    receive {'DOWN', Ref, _, _, R} -> p(down, R) end,
    p(folded, lists:foldl(fun ?MODULE:callback/2, 0, [1, 2, 3])),
    p(bounced, bounced(10, [])).

spawned(To) -> To ! {spawned, erlang:process_info(self(), current_function)}.
applied(X) -> {applied, X}.
exported(X) -> {exported, X}.
as_fun(X) -> {as_fun, X}.
only_here(X) -> {only_here, X}.
awake(To) -> receive wake -> To ! {awake, element(2, process_info(self(), current_function))} end.
callback(X, Sum) -> X + Sum.
bounced(0, L) -> lists:reverse(L);
bounced(N, L) -> back(N, [N | L]).
back(N, L) -> bounced(N - 1, L).

flush() -> receive {trace, _, What, Mfa} -> [{What, Mfa} | flush()];
                   {trace, _, What, Mfa, Value} -> [{What, Mfa, Value} | flush()] after 100 -> [] end.

traced_before_it_was_called() ->
    Self = self(),
    Pid = spawn(fun() -> receive go -> ok end, Self ! {done, [traced(1), traced(2), inner(3)]}, receive stop -> ok end end),
    p(pattern, erlang:trace_pattern({?MODULE, traced, 1}, [{'_', [], [{return_trace}]}], [local])),
    p(pattern, erlang:trace_pattern({?MODULE, inner, 1}, true, [local])),
    erlang:trace(Pid, true, [call]),
    Pid ! go,
    p(done, receive {done, L} -> L end),
    p(trace, flush()),
    p(info, erlang:trace_info({?MODULE, inner, 1}, traced)),
    p(off, erlang:trace_pattern({?MODULE, '_', '_'}, false, [local]) > 20),
    p(after_that, [traced(4), inner(5)]),
    Pid ! stop.

traced(X) -> {traced, inner(X)}.
inner(X) -> X * 2.

counted_before_it_was_called() ->
    p(count, erlang:trace_pattern({?MODULE, counted, 1}, true, [call_count])),
    p(none, erlang:trace_info({?MODULE, counted, 1}, call_count)),
    [counted(X) || X <- lists:seq(1, 1000)],
    p(some, erlang:trace_info({?MODULE, counted, 1}, call_count)),
    erlang:trace_pattern({?MODULE, counted, 1}, false, [call_count]),
    p(time, erlang:trace_pattern({?MODULE, timed, 1}, true, [call_time])),
    erlang:trace(self(), true, [call]),
    [timed(X) || X <- lists:seq(1, 10)],
    {call_time, [{_, Calls, _, _}]} = erlang:trace_info({?MODULE, timed, 1}, call_time),
    p(calls, Calls),
    erlang:trace(self(), false, [call]),
    erlang:trace_pattern({?MODULE, timed, 1}, false, [call_time]).

counted(X) -> X + 1.
timed(X) -> X - 1.

stack_traces() ->
    p(raising, catch_trace(fun() -> raising(0) end)),
    p(clause, catch_trace(fun() -> only_one(2) end)),
    p(deep, catch_trace(fun() -> deep(3, x) end)),
    p(exact, catch_trace(fun() -> ?MODULE:deep(0, 1) end)).

catch_trace(F) ->
    try F() catch C:R:S -> {C, R, [{N, A, [V || V <- L, element(1, V) =:= line]} || {?MODULE, N, A, L} <- S]} end.

raising(X) -> 10 div X + 1.
only_one(1) -> ok.
deep(0, X) -> exit({far, X});
deep(N, X) -> [deep(N - 1, X)].

at_the_end_of_reductions() ->
    Self = self(),
    Pids = [spawn(fun() -> busy(N), Self ! {busy, N, once()} end) || N <- lists:seq(3900, 4100, 20)],
    p(busy, lists:sort([receive {busy, N, V} -> {N, V} end || {N, _} <- lists:zip(lists:seq(3900, 4100, 20), Pids)])).

busy(0) -> ok;
busy(N) -> busy(N - 1).
once() -> twice(once).
twice(X) -> {X, X}.

%% A module that is loaded, called in part, loaded anew, and purged.
source(V) ->
    [{attribute, 1, module, first_call_x}, {attribute, 1, export, [{a, 0}, {b, 0}, {loop, 0}, {later, 1}]},
     f(a, [], {tuple, 2, [{atom, 2, a}, {integer, 2, V}]}),
     f(b, [], {tuple, 3, [{atom, 3, b}, {integer, 3, V}, {call, 3, {atom, 3, c}, []}]}),
     f(c, [], {string, 4, "literal"}),
     {function, 5, loop, 0, [{clause, 5, [], [], [{'receive', 5, [
         {clause, 5, [{tuple, 5, [{var, 5, 'From'}, {atom, 5, own}]}], [], [
             {op, 5, '!', {var, 5, 'From'}, {tuple, 5, [{call, 5, {atom, 5, c}, []}, {integer, 5, V}]}},
             {call, 5, {atom, 5, loop}, []}]},
         {clause, 5, [{atom, 5, stop}], [], [{atom, 5, ok}]}]}]}]},
     {function, 6, later, 1, [{clause, 6, [{var, 6, 'X'}], [], [
         {'fun', 6, {clauses, [{clause, 6, [{var, 6, 'Y'}], [], [
             {tuple, 6, [{var, 6, 'X'}, {var, 6, 'Y'}, {integer, 6, V}]}]}]}}]}]}].
f(Name, Args, Body) -> {function, 1, Name, length(Args), [{clause, 1, Args, [], [Body]}]}.

load(V) ->
    {ok, _, Beam} = compile:forms(source(V), []),
    code:load_binary(first_call_x, "first_call_x.erl", Beam).

versions() ->
    p(load, load(1)),
    p(a, first_call_x:a()),
    p(load, load(2)),
    p(b, first_call_x:b()),
    p(a, first_call_x:a()),
    p(purge, code:purge(first_call_x)),
    p(delete, code:delete(first_call_x)),
    p(gone, catch_trace(fun() -> first_call_x:b() end)),
    p(purge, code:purge(first_call_x)).

%% Functions of old code that are called first while it is old.
in_old_code() ->
    load(3),
    Pid = spawn(first_call_x, loop, []),
    Fun = first_call_x:later(here),
    load(4),
    p(uses, erlang:check_process_code(Pid, first_call_x)),
    Pid ! {self(), own},
    p(own, receive {"literal", V} -> V end),
    p(function, Fun(there)),
    p(b, first_call_x:b()),
    p(soft, code:soft_purge(first_call_x)),
    Ref = monitor(process, Pid),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    p(still, Fun(again)),
    p(purge, code:purge(first_call_x)),
    code:delete(first_call_x),
    code:purge(first_call_x).

functions_of_a_module() ->
    load(5),
    p(functions, lists:sort(first_call_x:module_info(functions))),
    p(exports, lists:sort(first_call_x:module_info(exports))),
    p(function, erlang:fun_info(first_call_x:later(1), arity)).

%% More calls than it takes to get machine code, of some functions and not of others.
often() ->
    p(many, lists:sum([many(X) || X <- lists:seq(1, 2000)])),
    p(many, many(-1)).

many(X) when X < 0 -> seldom(X);
many(X) when X rem 2 =:= 0 -> even(X);
many(X) -> odd(X).
even(X) -> X.
odd(X) -> -X.
seldom(X) -> {seldom, even(X), odd(X)}.
