%% What fails after it has given way is shown under its own name and with its own arguments.
-module(late_failure_t).
-export([main/0]).

-define(LONG, 300000).

main() ->
    Bytes = lists:duplicate(?LONG, $a),
    Pairs = [{I, I} || I <- lists:seq(1, ?LONG)],
    show(fun() -> erlang:list_to_binary(Bytes ++ [x]) end),
    show(fun() -> erlang:iolist_to_binary([Bytes | x]) end),
    show(fun() -> erlang:list_to_bitstring([Bytes | x]) end),
    show(fun() -> erlang:iolist_size([Bytes, x]) end),
    show(fun() -> erlang:iolist_to_iovec([Bytes, x]) end),
    show(fun() -> erlang:length(Bytes ++ x) end),
    show(fun() -> unicode:characters_to_list([Bytes, x]) end),
    show(fun() -> unicode:characters_to_binary([Bytes, x]) end),
    show(fun() -> erlang:binary_to_term(damaged(Pairs)) end),
    show(fun() -> erlang:binary_to_term(damaged(Pairs), [safe]) end),
    show(fun() -> lists:nosuch(Bytes) end),
    names(fun() -> lists:member(x, Bytes ++ y) end),
    names(fun() -> lists:reverse(Bytes ++ y, []) end),
    names(fun() -> lists:keyfind(x, 1, Pairs ++ y) end),
    names(fun() -> lists:keymember(x, 1, Pairs ++ y) end),
    names(fun() -> lists:keysearch(x, 1, Pairs ++ y) end).

damaged(Term) ->
    Binary = term_to_binary(Term),
    Part = byte_size(Binary) - 20,
    <<Start:Part/binary, _/binary>> = Binary,
    <<Start/binary, 255, 255, 255:(18 * 8)>>.

show(F) ->
    try F() of
        Value -> io:format("~P~n", [Value, 5])
    catch
        Class:Reason:Trace ->
            [{Module, Name, Args, Info} | _] = Trace,
            io:format("~p:~P ~p:~p ~p ~p~n", [Class, Reason, 8, Module, Name, summary(Args), Info])
    end.

%% How far it had come is nobody's business.
names(F) ->
    try F()
    catch Class:Reason:Trace ->
            [{Module, Name, Args, Info} | _] = Trace,
            io:format("~p:~p ~p:~p/~p ~p~n", [Class, Reason, Module, Name, length(Args), Info])
    end.

summary(Args) when is_list(Args) -> [measure(A) || A <- Args];
summary(Arity) -> Arity.

measure(A) when is_list(A) -> {list, cells(A, 0)};
measure(A) when is_binary(A) -> {binary, byte_size(A)};
measure(A) when is_map(A) -> {map, map_size(A)};
measure(A) -> A.

cells([_ | T], N) -> cells(T, N + 1);
cells(_, N) -> N.
