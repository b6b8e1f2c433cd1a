-module(fun_calls_t).
-export([main/0, nosuch_caller/1, main/1]).

%% Calls of funs: what stands in the stack trace of one that cannot be called, and that the last call of a function
%% leaves nothing on the stack, whatever is moved before it.
main() ->
    traces(),
    tail_calls().

main(_) -> ok.

nosuch_caller(Fun) -> Fun(1).

traces() ->
    Number = identity(16),
    Fun = identity(fun(X) -> X end),
    Tuple = identity({a, b}),
    Missing = identity(fun ?MODULE:nosuch/1),
    Other = identity(fun ?MODULE:main/0),
    lists:foreach(fun trace/1, [
        fun() -> Number(1) end,
        fun() -> X = Number(1), {X} end,
        fun() -> Fun() end,
        fun() -> X = Fun(), {X} end,
        fun() -> Tuple(1) end,
        fun() -> X = Number(1, 2, 3), [X] end,
        fun() -> apply(Number, [1]) end,
        fun() -> X = apply(Number, [1]), {X} end,
        fun() -> X = apply(Number, identity([1])), {X} end,
        fun() -> apply(Fun, identity([1, 2])) end,
        fun() -> X = apply(Fun, identity([1, 2])), [X] end,
        fun() -> X = apply(Number, foo, [2]), [X] end,
        fun() -> Number:foo(2) end,
        fun() -> lists:map(Number, [1]) end,
        fun() -> X = lists:map(Fun, 7), {X} end,
        fun() -> X = try Number(1) after ok end, {X} end,
        fun() -> {catch Number(1), Number(2)} end,
        fun() -> X = [Number(Y) || Y <- [1, 2]], {X} end,
        fun() -> X = Missing(1), {X} end,
        fun() -> Missing(1) end,
        fun() -> X = Other(1), {X} end,
        fun() -> nosuch_caller(Number) end,
        fun() -> nosuch_caller(Other) end]).

trace(Fun) ->
    try Fun() of
        Value -> io:format("~0p~n", [Value])
    catch
        Class:Reason:Trace ->
            Frames = [{M, F, if is_list(A) -> length(A); true -> A end, proplists:get_value(line, Info)}
                      || {M, F, A, Info} <- Trace, M =:= ?MODULE],
            io:format("~0p~n", [{Class, shape(Reason), Frames}])
    end.

shape({badarity, {_, Args}}) -> {badarity, Args};
shape({badfun, Fun}) when is_function(Fun) -> badfun;
shape(Reason) -> Reason.

tail_calls() ->
    Count = 300000,
    put(left, Count),
    moved(fun moved_back/1),
    put(left, Count),
    swapped(x, fun swapped_back/2),
    put(left, Count),
    framed(fun framed_back/1, 1).

count_down() ->
    case get(left) of
        0 -> io:format("~p~n", [element(2, process_info(self(), stack_size)) < 1000]), false;
        N -> put(left, N - 1), true
    end.

moved(Fun) -> Fun(1).
moved_back(1) -> count_down() andalso moved(fun moved_back/1).

swapped(A, Fun) -> Fun(Fun, A).
swapped_back(Fun, A) -> count_down() andalso swapped(A, Fun).

framed(Fun, N) ->
    M = identity(N),
    Fun({M, N}).
framed_back({_, N}) -> count_down() andalso framed(fun framed_back/1, N).

identity(X) -> X.
