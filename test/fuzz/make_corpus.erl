%% Inputs to begin fuzzing with: called by run.sh on the stock VM.
-module(make_corpus).
-export([etf/1, match_spec/1, regex/1]).

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
