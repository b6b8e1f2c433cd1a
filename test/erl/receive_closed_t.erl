%% Receives that choose by the message alone go on where they ended before: what they take must be what a look at the
%% whole queue would take, whoever else took messages meanwhile.
-module(receive_closed_t).
-export([main/0, poll/1]).

main() ->
    [p({Seed, random_walk(Seed)}) || Seed <- lists:seq(1, 10)],
    taken_before_the_place(),
    place_at_the_front(),
    polling(),
    flushed(),
    outside_values(),
    nested(),
    many_receives(),
    kept_over_collections(),
    loaded_anew().

%% --- against a model ----------------------------------------------------------------------------------

-define(STEPS, 1500).

%% A process does what a list does.
random_walk(Seed) ->
    Self = self(),
    spawn_link(fun() -> rand:seed(exsss, {Seed, 2, 3}), Self ! {Seed, walk(?STEPS, [])} end),
    receive {Seed, Result} -> Result end.

walk(0, Queue) -> {ok, element(2, process_info(self(), messages)) =:= Queue};
walk(N, Queue) ->
    case rand:uniform(60) of
        1 -> erlang:garbage_collect(), walk(N - 1, Queue);
        2 -> walk(N - 1, send(300, Queue));
        X when X < 25 -> walk(N - 1, send(1, Queue));
        _ ->
            Which = rand:uniform(9),
            {Expected, Rest} = take(matching(Which), Queue),
            case taken(Which) of
                Expected -> walk(N - 1, Rest);
                Other -> {N, Which, Other, Expected}
            end
    end.

send(0, Queue) -> Queue;
send(N, Queue) ->
    Message = message(rand:uniform(40)),
    %% Some come from elsewhere, in a heap of their own.
    case rand:uniform(3) of
        1 -> self() ! Message;
        _ -> from_another(Message)
    end,
    send(N - 1, Queue ++ [Message]).

from_another(Message) ->
    Self = self(),
    {_, Ref} = spawn_monitor(fun() -> Self ! Message end),
    receive {'DOWN', Ref, _, _, _} -> ok end.

message(N) when N < 25 -> {junk, N};
message(N) when N < 28 -> {a, N};
message(N) when N < 30 -> {b, N, [N]};
message(N) when N < 32 -> [c | N];
message(N) when N < 34 -> #{d => N};
message(N) when N < 36 -> <<"e", N>>;
message(N) when N < 38 -> N;
message(N) -> {junk, N, list_to_tuple(lists:seq(1, N))}.

taken(1) -> receive {a, X} -> {a, X} after 0 -> none end;
taken(2) -> receive {b, X, [Y]} when X =:= Y, X > 28 -> {b, X, [Y]} after 0 -> none end;
taken(3) -> receive [c | X] -> [c | X]; N when is_integer(N) -> N after 0 -> none end;
taken(4) -> receive #{d := X} -> #{d => X} after 0 -> none end;
taken(5) -> receive <<"e", X>> -> <<"e", X>> after 0 -> none end;
taken(6) -> receive {junk, 7} -> {junk, 7} after 0 -> none end;
taken(7) -> receive M when tuple_size(M) =:= 3, element(1, M) =:= junk -> M after 0 -> none end;
taken(8) -> receive {junk, X} when X rem 5 =:= 1; X =:= 20 -> {junk, X} after 0 -> none end;
taken(9) -> receive M -> M after 0 -> none end.

matching(1) -> fun({a, _}) -> true; (_) -> false end;
matching(2) -> fun({b, X, [X]}) when X > 28 -> true; (_) -> false end;
matching(3) -> fun([c | _]) -> true; (N) -> is_integer(N) end;
matching(4) -> fun(#{d := _}) -> true; (_) -> false end;
matching(5) -> fun(<<"e", _>>) -> true; (_) -> false end;
matching(6) -> fun(M) -> M =:= {junk, 7} end;
matching(7) -> fun({junk, _, _}) -> true; (_) -> false end;
matching(8) -> fun({junk, X}) -> X rem 5 =:= 1 orelse X =:= 20; (_) -> false end;
matching(9) -> fun(_) -> true end.

take(Matches, Queue) ->
    case lists:splitwith(fun(M) -> not Matches(M) end, Queue) of
        {_, []} -> {none, Queue};
        {Before, [M | After]} -> {M, Before ++ After}
    end.

%% --- places -------------------------------------------------------------------------------------------

fill() -> _ = [self() ! {old, I} || I <- lists:seq(1, 50)], ok.
old() -> receive {old, I} -> I end.
new() -> receive {new, I} -> I after 0 -> none end.
drain() -> receive M -> [M | drain()] after 0 -> [] end.

%% The message that the place stands behind goes away, and those before it, and those after it.
taken_before_the_place() ->
    fill(),
    self() ! {new, 1},
    self() ! {new, 2},
    p(new()),
    p([receive {old, I} -> I end || I <- [50, 49, 1, 25]]),
    p(new()),
    self() ! {new, 3},
    self() ! {old, 51},
    self() ! {new, 4},
    p([receive {old, 51} -> ok end, new(), new(), new()]),
    p(length(drain())).

place_at_the_front() ->
    fill(),
    self() ! {new, 1},
    p(new()),
    p(lists:sum([old() || _ <- lists:seq(1, 50)])),
    self() ! {new, 2},
    p(new()),
    p(drain()).

polling() ->
    fill(),
    p([new() || _ <- [1, 2, 3]]),
    self() ! {new, 1},
    p([new() || _ <- [1, 2, 3]]),
    Self = self(),
    spawn(fun() -> timer:sleep(20), Self ! {new, late} end),
    p(receive {new, X} -> X end),
    p(length(drain())).

%% demonitor(_, [flush]) takes one out that a place stands behind.
flushed() ->
    fill(),
    {P, R} = spawn_monitor(fun() -> ok end),
    wait_for_length(51),
    p(new()),
    p(is_pid(P)),
    demonitor(R, [flush]),
    self() ! {new, 1},
    p([new(), new()]),
    p(length(drain())).

wait_for_length(N) ->
    case process_info(self(), message_queue_len) of
        {_, N} -> ok;
        _ -> timer:sleep(1), wait_for_length(N)
    end.

%% These are not closed: what they want changes.
outside_values() ->
    fill(),
    p([receive {old, I} -> I end || I <- [30, 20, 40, 10]]),
    p([receive {old, I} when I > Least -> I after 0 -> none end || Least <- [45, 10, 48, 5, 49, 49]]),
    p([receive {old, I} when I rem 7 =:= Rest -> I after 0 -> none end || Rest <- [3, 1, 2, 3]]),
    Key = {key},
    p([receive M when is_map_key(Key, M) -> M after 0 -> none end, by_node(), by_self()]),
    p(length(drain())).

by_node() -> receive {old, _} when node() =:= elsewhere -> yes after 0 -> none end.
by_self() -> receive P when P =:= self() -> yes after 0 -> none end.

%% One inside the other's clause.
nested() ->
    fill(),
    self() ! {outer, 1},
    self() ! {inner, 1},
    self() ! {outer, 2},
    self() ! {inner, 2},
    p([receive {outer, X} -> {X, receive {inner, Y} -> Y end, receive {old, Z} -> Z end} end || _ <- [1, 2]]),
    p(length(drain())).

%% More of them than places are remembered.
many_receives() ->
    fill(),
    Fs = [fun() -> receive {k1, X} -> X after 0 -> none end end, fun() -> receive {k2, X} -> X after 0 -> none end end,
          fun() -> receive {k3, X} -> X after 0 -> none end end, fun() -> receive {k4, X} -> X after 0 -> none end end,
          fun() -> receive {k5, X} -> X after 0 -> none end end, fun() -> receive {k6, X} -> X after 0 -> none end end],
    p([F() || F <- Fs ++ Fs]),
    _ = [self() ! {K, I} || I <- [1, 2, 3], K <- [k6, k3, k1, k2, k5, k4]],
    p([F() || F <- Fs ++ lists:reverse(Fs) ++ Fs ++ Fs]),
    p(length(drain())).

kept_over_collections() ->
    Self = self(),
    P = spawn_opt(fun() -> collected(Self, 100, []) end, [{fullsweep_after, 0}]),
    _ = [begin P ! {x, I, lists:seq(1, 5)}, P ! {y, I, <<I:1000>>} end || I <- lists:seq(1, 100)],
    p(receive {P, X} -> X end).

collected(To, 0, Acc) -> To ! {self(), {lists:sum(Acc), process_info(self(), message_queue_len)}};
collected(To, N, Acc) ->
    erlang:garbage_collect(),
    receive {y, I, B} when byte_size(B) > 10 -> collected(To, N - 1, [I | Acc]) end.

%% The new code of a function has receives of its own.
loaded_anew() ->
    fill(),
    p([load(Tag) || Tag <- [new, old]]),
    p(length(drain())).

load(Tag) ->
    Forms = [{attribute, 1, module, receive_closed_made}, {attribute, 1, export, [{poll, 0}]},
             {function, 1, poll, 0,
              [{clause, 1, [], [],
                [{'receive', 1,
                  [{clause, 1, [{tuple, 1, [{atom, 1, Tag}, {var, 1, 'X'}]}], [], [{var, 1, 'X'}]}],
                  {integer, 1, 0}, [{atom, 1, none}]}]}]}],
    {ok, Module, Code} = compile:forms(Forms),
    code:purge(Module),
    {module, Module} = code:load_binary(Module, "made", Code),
    {Tag, [poll(Module) || _ <- [1, 2, 3]]}.

poll(Module) -> Module:poll().

p(T) -> io:format("~p~n", [T]).
