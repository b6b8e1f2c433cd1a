%% A function that calls a BIF last is in the stack trace when that fails, at once or after it has given way.
-module(last_bif_t).
-export([main/0, only/3, framed/4, applied/3, called/3]).

-define(LONG, 300000).

main() ->
    Bytes = lists:duplicate(?LONG, $a),
    Pairs = [{I, I} || I <- lists:seq(1, ?LONG)],
    Table = ets:new(table, [public]),
    Odd = Pairs ++ [odd],
    Cases =
        [{F, N} || N <- [3, ?LONG],
                   F <- [list_to_binary, iolist_to_binary, list_to_bitstring, iolist_size, iolist_to_iovec, length,
                         characters_to_list, characters_to_binary, binary_to_term, binary_to_term_safe, reverse, member,
                         keyfind, insert, insert_new, md5, crc32, adler32,  append,
                         subtract, match_spec_run, plusplus, minusminus, re_run, binary_match]],
    [both(F, fun() -> call(F, lists:sublist(Bytes, N), lists:nthtail(?LONG - N, Odd), Table) end) || {F, N} <- Cases],
    returns(Bytes, Table),
    while_it_works().

both(Name, F) ->
    io:format("~p~n", [Name]),
    put(way, only), show(F),
    put(way, framed), show(F),
    put(way, applied), show(F),
    put(way, called), show(F).

call(list_to_binary, B, _, _) -> try_last(erlang, list_to_binary, [B ++ [x]]);
call(iolist_to_binary, B, _, _) -> try_last(erlang, iolist_to_binary, [[B | x]]);
call(list_to_bitstring, B, _, _) -> try_last(erlang, list_to_bitstring, [[B | x]]);
call(iolist_size, B, _, _) -> try_last(erlang, iolist_size, [[B, x]]);
call(iolist_to_iovec, B, _, _) -> try_last(erlang, iolist_to_iovec, [[B, x]]);
call(length, B, _, _) -> try_last(erlang, length, [B ++ x]);
call(characters_to_list, B, _, _) -> try_last(unicode, characters_to_list, [[B, x]]);
call(characters_to_binary, B, _, _) -> try_last(unicode, characters_to_binary, [[B, x]]);
call(binary_to_term, _, P, _) -> try_last(erlang, binary_to_term, [damaged(P)]);
call(binary_to_term_safe, _, P, _) -> try_last(erlang, binary_to_term, [damaged(P), [safe]]);
call(reverse, B, _, _) -> try_last(lists, reverse, [B ++ y, []]);
call(member, B, _, _) -> try_last(lists, member, [x, B ++ y]);
call(keyfind, _, P, _) -> try_last(lists, keyfind, [x, 1, P ++ y]);
call(insert, _, P, T) -> try_last(ets, insert, [T, P]);
call(insert_new, _, P, T) -> try_last(ets, insert_new, [T, P]);
call(md5, B, _, _) -> try_last(erlang, md5, [[B, x]]);
call(crc32, B, _, _) -> try_last(erlang, crc32, [[B, x]]);
call(adler32, B, _, _) -> try_last(erlang, adler32, [[B, x]]);
call(append, B, _, _) -> try_last(erlang, '++', [B ++ x, []]);
call(subtract, B, _, _) -> try_last(erlang, '--', [B ++ x, B]);
call(match_spec_run, B, _, _) -> try_last(ets, match_spec_run_r, [B ++ x, ets:match_spec_compile([{'_', [], ['$_']}]), []]);
call(plusplus, B, _, _) -> try_last(erlang, '++', [B ++ x, [1]]);
call(minusminus, B, _, _) -> try_last(erlang, '--', [B, B ++ x]);
call(re_run, B, _, _) -> try_last(re, run, [[B, x], "b"]);
call(binary_match, B, _, _) -> try_last(binary, match, [list_to_binary(B), [<<"b">>, x]]).

%% Each BIF is called by an instruction that names it: a module is made for it.
try_last(M, F, Args) ->
    Way = get(way),
    Module = maker(M, F, length(Args)),
    case Way of
        only -> apply(Module, only, Args);
        framed -> apply(Module, framed, [self() | Args]);
        applied -> ?MODULE:applied(M, F, Args);
        called -> apply(Module, called, Args)
    end.

maker(M, F, N) ->
    Name = list_to_atom("last_bif_" ++ atom_to_list(M) ++ atom_to_list(F) ++ integer_to_list(N)),
    case erlang:module_loaded(Name) of
        true -> ok;
        false ->
            Vars = [{var, 5, list_to_atom("A" ++ integer_to_list(I))} || I <- lists:seq(1, N)],
            Call = fun(L) -> {call, L, {remote, L, {atom, L, M}, {atom, L, F}}, Vars} end,
            Forms = [{attribute, 1, module, Name},
                     {attribute, 2, export, [{only, N}, {framed, N + 1}, {called, N}]},
                     {function, 5, only, N, [{clause, 5, Vars, [], [Call(6)]}]},
                     {function, 10, framed, N + 1,
                      [{clause, 10, [{var, 10, 'P'} | Vars], [],
                        [{call, 11, {remote, 11, {atom, 11, ?MODULE}, {atom, 11, framed}},
                          [{var, 11, 'P'}, {atom, 11, a}, {atom, 11, b}, {atom, 11, c}]},
                         Call(12)]}]},
                     {function, 20, called, N, [{clause, 20, Vars, [], [{tuple, 21, [Call(21)]}]}]}],
            {ok, Name, Binary} = compile:forms(Forms),
            {module, Name} = code:load_binary(Name, "last_bif.beam", Binary)
    end,
    Name.

framed(P, _, _, _) -> P.
only(_, _, _) -> ok.
called(_, _, _) -> ok.
applied(M, F, Args) -> apply(M, F, Args).

damaged(Term) ->
    Binary = term_to_binary(Term),
    Part = byte_size(Binary) - 5,
    <<Start:Part/binary, _/binary>> = Binary,
    <<Start/binary, 255, 255, 255:(3 * 8)>>.

show(F) ->
    try F() of
        Value -> io:format("~P~n", [Value, 5])
    catch
        Class:Reason:Trace ->
            io:format("~p:~P ~p~n", [Class, Reason, 6, [caller(E) || E <- tl(Trace)]])
    end.

%% The BIF itself, whose inner steps have names of their own on some VMs: late_failure_t.
caller({M, F, Arity, Info}) -> {M, F, Arity, proplists:get_value(line, Info)}.

%% Values come back through the frame.
returns(Bytes, Table) ->
    Pairs = [{I, I} || I <- lists:seq(1, ?LONG)],
    Many = [{lists, reverse, [Bytes, [tail]]}, {erlang, binary_to_term, [term_to_binary(Pairs)]}, {erlang, md5, [Bytes]},
            {ets, insert, [Table, Pairs]}, {erlang, iolist_size, [Bytes]}, {maps, from_list, [Pairs]}],
    [begin
         put(way, Way),
         io:format("~p ~p ~p ~p~n", [M, F, Way, erlang:phash2(try_last(M, F, Args))])
     end || {M, F, Args} <- Many, Way <- [only, framed, applied, called]].

%% What others see of a process in the middle of such a BIF.
while_it_works() ->
    Long = lists:seq(1, 4000000),
    {Pid, Ref} = spawn_monitor(fun() -> exit(hd(reversed(Long))) end),
    io:format("~p~n", [watch(Pid)]),
    receive {'DOWN', Ref, process, Pid, Reason} -> io:format("~p~n", [Reason]) end.

reversed(List) ->
    erlang:yield(),
    lists:reverse(List, []).

watch(Pid) ->
    erlang:yield(),
    case process_info(Pid, [current_function, current_stacktrace]) of
        [{current_function, {lists, reverse, 2}}, {current_stacktrace, Stack}] -> [caller(E) || E <- Stack];
        undefined -> not_seen;
        _ -> watch(Pid)
    end.
