%% Inputs to begin fuzzing with: called by run.sh on the stock VM.
-module(make_corpus).
-export([etf/1, match_spec/1, regex/1, packet/1, inet/1, dist/1]).

write(Folder, Files) ->
    lists:foldl(fun(Bytes, N) -> ok = file:write_file(filename:join(Folder, integer_to_list(N)), Bytes), N + 1 end, 1, Files).

etf(Folder) ->
    Terms = [[], 1, -1, 1 bsl 70, -(1 bsl 2048), 1.5, ok, 'ünï', "text", [1, 2 | 3], {}, {a, {b}}, <<>>, <<1, 2:3>>,
             #{}, #{a => 1, {b} => #{}}, maps:from_list([{I, I} || I <- lists:seq(1, 40)]), self(), make_ref(),
             fun lists:map/2, fun() -> Folder end, binary:copy(<<"abc">>, 100), lists:duplicate(300, x),
             hd(erlang:ports())],
    write(Folder, [term_to_binary(T) || T <- Terms] ++ [term_to_binary(Terms, [compressed]), term_to_binary(Terms, [{minor_version, 0}])]).

match_spec(Folder) ->
    Heads = ['_', '$1', {'$1', '$2'}, {'$1', '_', ['$2' | '$3']}, #{a => '$1'}, {{'$1'}, '$1'}],
    Guards = [[], [{'>', '$1', 3}], [{'andalso', {is_list, '$1'}, {'=:=', {length, '$1'}, 2}}], [{'orelse', {is_map_key, a, '$_'}, true}],
              [{'not', {is_atom, {element, 1, '$_'}}}], [{'+', {const, 1}, '$1'}]],
    Bodies = [['$_'], ['$$'], [{{'$1', '$_'}}], [#{k => '$1'}], [['$1' | '$$']], [{const, {a}}, {message, '$1'}], [{hd, '$$'}],
              [{caller}, {return_trace}, {set_seq_token, label, 1}, {process_dump}, {get_tcw}, {self}]],
    write(Folder, [term_to_binary({[{H, G, B}], X}) || H <- Heads, G <- Guards, B <- Bodies, X <- [{1, 2}]]
          ++ [term_to_binary({[{H, [], ['$_']} || H <- Heads], [1, 2, 3]})]).

regex(Folder) ->
    Sources = ["a", "(a|b)*c", "^(?<name>\\w+)\\s+(\\d{2,4})$", "[[:alpha:]]+?", "(?i)x(?=y)(?!z)", "\\x{100}", "(a(b(c)))\\1\\2", "(?:a|ab)(?>b+)",
               "\\p{Lu}\\X", "((?R)|x)", "(*CRLF)a.b", "a{0,65535}", "\\Qa\\E", "(?(1)a|b)"],
    write(Folder, [[<<Flags:16/little, 0, 0, (length(S)), 0>>, S, "abc xyz 1234"] || S <- Sources, Flags <- [0, 1, 2, 64, 16#1000]]).

packet(Folder) ->
    Streams = [<<3, "abc", 0, 1, "x">>, <<0, 3, "abc", 0, 0>>, <<0, 0, 0, 3, "abc">>, <<16#30, 3, "abc", 16#1f, 16#81, 1, 16#82, 0, 1, "x">>,
               <<16#80000003:32, "abc">>, <<"GIOP", 1, 0, 1, 0, 3:32/little, "abc">>, <<1, 1, 0, 1, 0, 3, 1, 0, "abc", 0>>, <<3, 0, 0, 7, "abc">>,
               <<"one\ntwo\r\nthree">>, <<22, 3, 1, 0, 3, "abc">>, <<16#80, 5, 1, 3, 0, "ab">>,
               <<"GET http://h:80/p?q HTTP/1.1\r\nHost: x\r\nA:\r\n b\r\n\r\n">>, <<"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc">>],
    write(Folder, [<<T, L, L, $\n, S/binary>> || T <- lists:seq(0, 14), S <- Streams, L <- [0, 100]]).

%% Steps as test/fuzz/fuzz_inet.c reads them.
inet(Folder) ->
    Step = fun(What, Bytes) -> <<What, (byte_size(Bytes)):16, Bytes/binary>> end,
    Set = fun(Options) -> Step(7, << <<O, V:32>> || {O, V} <- Options >>) end,
    Open = [Step(1, <<1, 1>>), Step(6, <<1, 0:16, 127, 0, 0, 1>>)],
    Tcp = Open ++ [Step(27, <<0, 5>>), Step(26, <<100:32>>), Step(16, <<>>), Set([{0, 1}, {1, 1}, {6, 1000}]), Step(8, <<0, 1, 3, 22, 23>>), Step(2, <<>>)],
    Udp = [Step(1, <<1, 2>>), Step(6, <<1, 0:16, 127, 0, 0, 1>>), Step(60, <<0:32, 10:32>>), Step(100, <<1, 9:16, 127, 0, 0, 1, 0:32, "data">>), Step(9, <<1, 2, 3, 4>>)],
    Packets = [[Set([{23, P}, {22, A}, {32, 50}]), Step(42, <<0:32, 0:32>>), Step(200, <<"GET / HTTP/1.1\r\n">>), Step(200, <<0, 3, "abc\n">>), Step(42, <<0:32, 0:32>>)]
               || P <- lists:seq(0, 14), A <- [0, 1, 2]],
    Others = [[Step(N, <<0:64>>)] || N <- lists:seq(1, 63)],
    write(Folder, [[<<0>>, Tcp], [<<2>>, Udp]] ++ [[<<1>>, P] || P <- Packets] ++ [[<<M>>, O] || O <- Others, M <- [0, 1, 2]]).

%% Packets as test/fuzz/fuzz_dist.c reads them: from o@h to f@h, where PID1 and PID2 are processes.
dist(Folder) ->
    Term = fun(T) -> <<131, Bytes/binary>> = term_to_binary(T), Bytes end,
    Pid = fun(Node, Number) -> <<88, (Term(Node))/binary, Number/binary, 0:32, (creation(Node)):32>> end,
    Mine = Pid('o@h', <<9:32>>),
    [First, Second] = [Pid('f@h', Text) || Text <- [<<"PID1">>, <<"PID2">>]],
    Ref = fun(Node) -> <<90, 3:16, (Term(Node))/binary, (creation(Node)):32, 1:32, 2:32, 3:32>> end,
    Tuple = fun(Parts) -> <<104, (length(Parts)), (iolist_to_binary(Parts))/binary>> end,
    N = Term, Token = Tuple([N(0), N(label), N(1), Mine, N(2)]),
    Controls = [[N(1), Mine, First], [N(2), N(''), Second], [N(3), Mine, First, N(bad)], [N(4), Mine, Second], [N(6), Mine, N(''), N(second)],
                [N(7), Mine, First], [N(8), Mine, Second, N(normal)], [N(12), N(''), Second, Token], [N(13), Mine, Second, Token, N(bad)],
                [N(16), Mine, N(''), N(second), Token], [N(18), Mine, Second, Token, N(kill)], [N(19), Mine, First, Ref('o@h')],
                [N(19), Mine, N(second), Ref('o@h')], [N(20), Mine, First, Ref('o@h')], [N(21), Mine, First, Ref('f@h'), N(bad)],
                [N(22), Mine, Second], [N(23), Mine, Second, Token], [N(24), Mine, Second], [N(25), Mine, Second, Token], [N(26), Mine, First],
                [N(27), Mine, Second, Token], [N(28), Mine, Second, Ref('f@h')],
                [N(29), Ref('o@h'), Mine, Mine, N({erlang, self, 0}), N([link, monitor])],
                [N(30), Ref('o@h'), Mine, Mine, N({lists, seq, 2}), N([{monitor, []}]), Token], [N(31), Ref('f@h'), Second, N(0), Mine],
                [N(32), Ref('f@h'), Second, N(3), N(badarg), Token], [N(33), Mine, Ref('f@h')], [N(34), Mine, Ref('f@h'), Token],
                [N(35), N(77), Mine, Second], [N(36), N(77), Mine, Second]],
    Payloads = [N([]), N({a, <<"binary">>, [1, 2.5], #{k => v}}), N("text"), N([1, 10]), N({shutdown, lists:seq(1, 50)})],
    Plain = fun(Control, Payload) -> <<112, 131, (Tuple(Control))/binary, 131, Payload/binary>> end,
    Headed = fun(Control, Payload) -> <<131, 68, 0, (Tuple(Control))/binary, Payload/binary>> end,
    Cached = <<131, 68, 1, 8, 5, 1, "a", (Tuple([N(22), Mine, Second]))/binary, 82, 0>>,
    Again = <<131, 68, 1, 0, 5, (Tuple([N(22), Mine, Second]))/binary, 104, 2, 82, 0, 82, 0>>,
    Fragments = [<<131, 69, 1:64, 3:64, 0, (Tuple([N(22), Mine, Second]))/binary, 108, 2:32>>, <<131, 70, 1:64, 2:64, 97, 1>>,
                 <<131, 70, 1:64, 1:64, 97, 2, 106>>],
    Packets = fun(Can, List) -> [Can, [[<<(byte_size(P)):16>>, P] || P <- List]] end,
    write(Folder, [Packets(0, [Plain(C, P)]) || C <- Controls, P <- Payloads] ++ [Packets(1, [Headed(C, P)]) || C <- Controls, P <- Payloads]
          ++ [Packets(1, [Headed(C, hd(Payloads)) || C <- Controls]), Packets(1, [Cached, Again, Cached | Fragments]), Packets(1, [<<>> | Fragments])]).

creation('f@h') -> 5;
creation('o@h') -> 7.
