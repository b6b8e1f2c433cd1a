%% Calls exported functions with random arguments and prints what comes back: the value or the exception, the head of its
%% stack trace, and how it is formatted. Two virtual machines that mean the same print the same.
%% usage: -run random_calls main -extra SEED COUNT [MODULE...]
-module(random_calls).
-export([main/0]).

-define(MAX_ARITY, 5).
-define(MAX_TEXT, 600).
-define(PATIENCE_MS, 4000).

main() ->
    [Seed, Count | Modules] = init:get_plain_arguments(),
    rand:seed(exsss, list_to_integer(Seed)),
    io:setopts([{encoding, unicode}]),
    logger:set_primary_config(level, none),
    Functions = list_to_tuple(functions(case Modules of [] -> modules(); _ -> [list_to_atom(M) || M <- Modules] end)),
    Terms = list_to_tuple(terms()),
    [call_one(Number, Functions, Terms) || Number <- lists:seq(1, list_to_integer(Count))].

modules() ->
    [array, base64, binary, calendar, dict, erl_scan, erlang, filename, gb_sets, gb_trees, io_lib, lists, maps, math, orddict,
     ordsets, proplists, queue, re, sets, string, unicode, unicode_util, uri_string].

functions(Modules) ->
    lists:sort([{Module, Name, Arity}
                || Module <- Modules, {module, _} <- [code:ensure_loaded(Module)],
                   {Name, Arity} <- Module:module_info(exports),
                   Arity > 0, Arity =< ?MAX_ARITY, is_pure(Module, Name)]).

%% Others change the virtual machine, or answer what is not the same on two of them.
is_pure(_, module_info) -> false;
is_pure(_, behaviour_info) -> false;
is_pure(binary, copy) -> false;            %% stock dies of sizes that cannot be
is_pure(maps, iterator) -> false;
is_pure(maps, next) -> false;
is_pure(erlang, Name) ->
    lists:prefix("is_", atom_to_list(Name)) andalso Name =/= is_process_alive
        orelse lists:suffix("_to_binary", atom_to_list(Name))
        orelse lists:suffix("_to_integer", atom_to_list(Name)) orelse lists:suffix("_to_float", atom_to_list(Name))
        orelse lists:member(Name, [
            '+', '-', '*', '/', 'div', 'rem', 'band', 'bor', 'bxor', 'bsl', 'bsr', 'bnot', 'and', 'or', 'xor', 'not', '++', '--',
            '<', '>', '=<', '>=', '==', '=:=', '/=', '=/=', abs, adler32, adler32_combine, append_element, atom_to_list,
            binary_part, binary_to_atom, binary_to_existing_atom, binary_to_list, binary_to_term, bit_size,
            bitstring_to_list, byte_size, ceil, crc32, crc32_combine, decode_packet, delete_element, element,
            external_size, float, float_to_list, floor, hd, insert_element, integer_to_list, iolist_size, length,
            list_to_atom, list_to_bitstring, list_to_existing_atom, list_to_tuple, make_fun, make_tuple, map_get, map_size,
            max, md5, min, phash, phash2, round, setelement, size, split_binary, subtract, term_to_iovec, tl, trunc,
            tuple_size, tuple_to_list]);
is_pure(_, _) -> true.

%% At the edges of representations, and arguments that functions of these modules take.
terms() ->
    [0, 1, -1, 2, 3, 7, 8, 16, 31, 32, 63, 64, 100, 255, 256, 1000, 1 bsl 27, (1 bsl 59) - 1, 1 bsl 59,
     -(1 bsl 59), -(1 bsl 59) - 1, 1 bsl 60, 1 bsl 63, (1 bsl 64) - 1, 1 bsl 64, 1 bsl 128, -(1 bsl 100),
     0.0, -0.0, 1.0, -1.5, 3.14, 1.0e10, 1.0e300, -1.0e-300, 4.9e-324, 9007199254740993.0,
     a, b, true, false, undefined, infinity, all, global, nomatch, erlang, lists, utf8, latin1, unicode, utf16,
     {utf16, little}, utf32, big, little, signed, unsigned, safe, compressed,
     [], [1], [1, 2, 3], [a | b], [1, 2 | 3], [[1], [2]], "abc", "hello world", "123", "-17", "1.5", "1e5", "1.0e10", "  x ",
     [255], [256], [1114111], [55296], [$a, <<"b">>, [99]], [<<1, 2>>, 3], [<<"äö"/utf8>>], [{a, 1}, {b, 2}],
     [{1, 2}, {3, 4}, {1, 5}], [a, b, c, a], lists:seq(1, 40), [1.0, 1, 2.0, 2], [[], [[]]], [global], [unicode],
     [{return, list}], [trim], [{scope, {0, 2}}], [{capture, all, list}], [safe], [used], [{minor_version, 1}],
     {}, {a}, {1, 2}, {a, 1}, {a, b, c}, {0, 1}, {1, -1}, {1, 1}, {2, 3}, {{1, 2}, {3, 4}}, {1, [{a, b}]},
     list_to_tuple(lists:seq(1, 20)), {2020, 2, 29}, {{2020, 2, 30}, {1, 2, 3}}, {23, 59, 59}, {scope, {1, 1}},
     #{}, #{a => 1}, #{1 => a, 2 => b}, #{a => 1, b => #{c => 2}}, #{1.0 => x, 1 => y},
     <<>>, <<1>>, <<"abc">>, <<"hello world, hello">>, <<1, 2, 3, 4, 5, 6, 7, 8>>, <<1:1>>, <<5:3>>, <<1, 2, 3:4>>, <<"123">>,
     <<"-4.5e3">>, <<"äöü"/utf8>>, <<228, 246>>, <<255, 255, 255, 255>>, <<131, 97, 1>>, <<131, 100, 0, 1, 97>>, <<131>>,
     <<"a,b,,c">>, <<",">>, <<"l">>, binary:copy(<<"xyz">>, 30), <<131, 104, 2, 97, 1, 97, 2>>,
     <<131, 109, 0, 0, 0, 3, 1, 2, 3>>, <<131, 70, 127, 240, 0, 0, 0, 0, 0, 0>>,
     "http://a.b/c?d=e#f", "a/b/../c", "/x/y.erl", ".erl", "~p ~s~n", "~w", "~.2f", "YWJj", "(a)(b)?", "[a-z]+", ".", "ab", "{a, 1}.",
     fun erlang:abs/1, fun erlang:'+'/2, fun lists:reverse/1, fun erlang:is_atom/1, fun erlang:'<'/2, fun erlang:max/2].

any(Tuple) -> element(rand:uniform(tuple_size(Tuple)), Tuple).

%% Now and then two terms in one.
term(Terms) ->
    case rand:uniform(20) of
        17 -> [any(Terms), any(Terms)];
        18 -> {any(Terms), any(Terms)};
        19 -> [{any(Terms), 1} | [any(Terms)]];
        20 -> #{any(Terms) => any(Terms)};
        _ -> any(Terms)
    end.

call_one(Number, Functions, Terms) ->
    {Module, Name, Arity} = any(Functions),
    Args = [term(Terms) || _ <- lists:seq(1, Arity)],
    io:put_chars(io_lib:format("~w ~w:~tw~0tp~n   ~ts~n", [Number, Module, Name, Args, outcome(Module, Name, Args)])).

%% In a process of its own: it may need more memory or time than there is.
outcome(Module, Name, Args) ->
    Self = self(),
    {Pid, Monitor} = spawn_opt(fun() -> Self ! {self(), text(try_call(Module, Name, Args))} end,
                               [monitor, {max_heap_size, #{size => 20000000, kill => true, error_logger => false}}]),
    receive
        {Pid, Text} -> erlang:demonitor(Monitor, [flush]), Text;
        {'DOWN', Monitor, _, _, Why} -> io_lib:format("ended: ~p", [Why])
    after ?PATIENCE_MS -> exit(Pid, kill), "too long"
    end.

try_call(Module, Name, Args) ->
    try apply(Module, Name, Args) of
        {ok, {re_pattern, A, B, C, _}} -> {re_pattern, A, B, C};
        Value -> {value, Value}
    catch
        Class:Reason:Trace ->
            {Class, Reason, [frame(F) || F <- lists:sublist(Trace, 2)],
             lists:flatten(erl_error:format_exception(Class, Reason, Trace))}
    end.

frame({Module, Name, Args, Info}) ->
    {Module, Name, if is_list(Args) -> length(Args); true -> Args end, [I || I = {error_info, _} <- Info]}.

text(Outcome) ->
    Text = unicode:characters_to_list(try io_lib:format("~0tp", [Outcome]) catch _:_ -> "cannot be printed" end),
    lists:sublist(re:replace(Text, "#Ref<[0-9.]+>|<0\\.[0-9]+\\.[0-9]+>", "ID", [global, unicode, {return, list}]), ?MAX_TEXT).
