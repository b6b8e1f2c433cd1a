%% Regular expressions: matching, captures, replacing, splitting, options, errors.
-module(re_t).
-export([main/0]).

main() ->
    [io:format("~0p~n", [{P, S, O, run(S, P, O)}]) || {P, S, O} <- cases()],
    io:format("replace ~0p~n", [replaces()]),
    io:format("split ~0p~n", [splits()]),
    io:format("random ~p~n", [random()]),
    io:format("latin1 ~p~n", [latin1()]),
    io:format("compile ~0p~n", [[compile(P) || P <- bad_patterns()]]),
    io:format("limits ~0p~n", [limits()]),
    io:format("inspect ~0p~n", [[re:inspect(element(2, re:compile(P, [dupnames])), namelist) || P <- ["a", "(?<B>a)(?<A>b)", "(?<X>a)|(?<X>b)"]]]),
    io:format("etf ~0p~n", [etf()]),
    [io:format("~0p~n", [R]) || R <- errors()].

run(S, P, O) ->
    try re:run(S, P, O)
    catch C:E -> {C, E}
    end.

cases() ->
    [{"abc", "xabcx", []}, {"a(b)?c", "ac", []}, {"a(b)?(c)", "ac", [{capture, all, binary}]}, {"(a)|(b)", "a", []}, {"(a)|(b)", "b", [{capture, all, list}]},
     {"(a)|(b)", "b", [{capture, all_but_first, index}]}, {"(?<X>a)(?<Y>b)", "ab", [{capture, ['Y', "X", <<"Z">>, 0, 7], list}]}, {"b", "abc", [{capture, none}]},
     {"b", "abc", [{capture, []}]}, {"b", "abc", [{capture, first, binary}]}, {"(?<N>b)(c)", "abc", [{capture, all_names, binary}]}, {"b", "abc", [{capture, all_names, binary}]},
     {"(?<N>b)|(?<N>c)", "ac", [dupnames, {capture, ['N'], list}]}, {"B", "abc", [caseless]}, {"^b", "a\nb", [multiline]}, {"a.b", "a\nb", []}, {"a.b", "a\nb", [dotall]},
     {"a$", "a\n", []}, {"a$", "a\n", [dollar_endonly]}, {"a b # comment", "ab", [extended]}, {"a+", "aaa", [ungreedy]}, {"(a)(b)", "ab", [no_auto_capture]},
     {"b", "aab", [anchored]}, {"b", "aab", [{offset, 2}]}, {"b", "aab", [{offset, 2}, anchored]}, {"^b", "aab", [{offset, 2}]}, {"a*", "b", [notempty]}, {"a*", "ba", [notempty_atstart]},
     {"^a", "a", [notbol]}, {"a$", "a", [noteol]}, {"a.b", "a\rb", [{newline, cr}]}, {"a$", "a\r\nb", [{newline, crlf}, multiline]}, {"a\\Rb", "a\x{85}b", []},
     {"a\\Rb", "a\x{85}b", [bsr_anycrlf]}, {"a$", "a\x{85}", [{newline, any}]}, {"x", "a\nx", [firstline]}, {"\\bfoo\\b", "a foo b", []}, {"(\\d+)-(\\d+)", "tel 12-345.", [{capture, all, list}]},
     {"(?i)ABC", "abc", []}, {"[[:alpha:]]+", "12ab3", []}, {"a{2,3}", "aaaa", []}, {"(?:ab)+", "ababx", []}, {"(?=b)", "ab", []}, {"(?<!a)b", "ab b", []}, {"(a)\\1", "aa", []},
     {"(?|(a)|(b))", "b", []}, {"(?>a+)b", "aaab", []}, {"a++b", "aaab", []}, {"\\Qa.b\\E", "xa.b", []}, {"\\x41", "A", []}, {"(a(?1)?b)", "aabb", []}, {"\\p{Lu}", "aB", [unicode]},
     {"b", "abc", [global]}, {"[a-c]", "xaybzc", [global, {capture, all, list}]}, {"", "abc", [global]}, {"(b)?", "abc", [global, {capture, all, binary}]},
     {"x", "abc", [global]}, {[16#e5], [16#e5], []}, {[16#e5], [16#61, 16#e5], [unicode]}, {[16#20ac], [16#61, 16#20ac], [unicode]}, {[16#20ac, $+], [16#61, 16#20ac, 16#20ac, $b], [unicode, {capture, all, list}]},
     {".", [16#20ac], [unicode, {capture, all, binary}]}, {<<"\\w+">>, <<"  word "/utf8>>, [{capture, first, binary}]}, {"\\w+", [16#61, 16#e5, 32], [unicode, {capture, first, list}]},
     {"\\w+", [16#61, 16#416, 32], [unicode, ucp, {capture, first, list}]}, {"a", <<"xxa">>, [{capture, all, binary}]}, {"(..)(..)", lists:duplicate(50, $y), [{capture, all, binary}]},
     {"a|ab|abc", "abc", []}, {"^(?:a|ab)(?:c|bcd)$", "abcd", []}, {"(?s).*", "a\nb", []}, {"\\A\\z", "", []}, {"a\\Kb", "ab", []}, {"(?<a>x)\\k<a>", "xx", []}, {"\\G\\d", "1a2", [global]}].

replaces() ->
    [iolist_to_binary(re:replace(S, P, R, O)) || {S, P, R, O} <-
        [{"abcd", "c", "[&]", []}, {"abcd", "(b)(c)", "<\\2\\1>", []}, {"aaa", "a", "b", [global]}, {"a.b.c", "\\.", "\\\\", [global]}, {"abc", "x", "y", []},
         {"abc", "", "-", [global]}, {"hello world", "o", "\\g{0}\\g1", [global]}]]
    ++ [re:replace([16#20ac, $a], "a", [16#20ac], [unicode, {return, list}]), re:replace("abc", "b", "", [{return, list}])].

splits() ->
    [re:split(S, P, O) || {S, P, O} <-
        [{"a,b,c", ",", []}, {"a1b2c", "\\d", [{return, list}]}, {"a1b2c", "(\\d)", [{return, list}]}, {"abc", "", [{return, list}]}, {"a,b,,", ",", [trim]},
         {"a,b,c", ",", [{parts, 2}]}, {"a,b,c", "(,)", [group, {return, binary}]}, {[16#20ac, $,, $b], ",", [unicode, {return, list}]}]].

%% Random expressions over few letters on random texts.
random() ->
    rand:seed(exsss, {16, 17, 18}),
    erlang:phash2([begin
                       P = expression(3),
                       S = [rand:uniform(3) + $a - 1 || _ <- lists:seq(1, rand:uniform(20))],
                       [run(S, P, O) || O <- [[], [global], [caseless, {capture, all, list}], [ungreedy, global]]]
                   end || _ <- lists:seq(1, 1500)]).

expression(0) -> [rand:uniform(3) + $a - 1];
expression(D) ->
    case rand:uniform(9) of
        1 -> [expression(D - 1), $|, expression(D - 1)];
        2 -> ["(", expression(D - 1), ")"];
        3 -> ["(?:", expression(D - 1), ")*"];
        4 -> ["(", expression(D - 1), ")?"];
        5 -> ["[ab]{1,2}"];
        6 -> [expression(D - 1), "+?"];
        7 -> ["(?=", expression(D - 1), ")"];
        8 -> ".";
        9 -> [expression(D - 1), expression(D - 1)]
    end.

%% What the classes mean for every byte.
latin1() ->
    [erlang:phash2([re:run([B], C, [{capture, none}]) || B <- lists:seq(0, 255)]) ||
        C <- ["\\w", "\\d", "\\s", "\\W", "[[:alpha:]]", "[[:lower:]]", "[[:upper:]]", "[[:punct:]]", "[[:space:]]", "[[:print:]]", "[[:graph:]]", "[[:cntrl:]]", "[[:alnum:]]", "[[:xdigit:]]", "[[:blank:]]", "[[:word:]]", "\\h", "\\v", "."]]
    ++ [[B || B <- lists:seq(128, 255), re:run([B], [C], [caseless, {capture, none}]) =:= match] || C <- [16#e5, 16#c5, 16#b5, 16#ff, 16#d7, 16#df]].

bad_patterns() ->
    ["(", ")", "ab)c", "*", "a**", "[a", "[b-a]", "[[:foo:]]", "(?z)", "\\1", "a{2,1}", "a\\", "(?<a", "(?<a>x)(?<a>y)", "\\x{110000}", "(?P<", "(?(1)a|b|c)", "(?<=a+)b", "\\p{Foo}", "a\\jb", "a{1,70000}", "(?#", "(?<1a>x)", "\\g{a", "\\k", "(?C256)", "[[.a.]]", "(*FOO)", "\\o{9}", "\\xg", "a(b(c)", "(?(1)a|b)", "[\\d-z]", "(?a)", "x{99999}", "\\c", "(a){0}\\2", "(?&foo)", "(?R", "\\N{U+41}", "\\L"].

compile(P) ->
    case re:compile(P) of
        {error, {Text, _Offset}} -> Text;
        {ok, T} -> {ok, setelement(5, T, code)}
    end.

limits() ->
    Evil = lists:duplicate(40, $a) ++ "b",
    [run(Evil, "^(a+)+$", []), run(Evil, "^(a+)+$", [report_errors]), run(Evil, "^(a+)+$", [report_errors, {match_limit, 10}]), run(Evil, "^a+$", [{match_limit, 10000}]),
     [run("aaaaaaaaaaaaaz", "(a+)*zz", [report_errors, {match_limit_recursion, N}]) || _ <- lists:seq(1, 6), N <- [1, 3, 1000, 100000]],
     run("x", "(", [report_errors]), element(1, element(2, element(2, run("x", "(", [report_errors]))))].

etf() ->
    {ok, P} = re:compile("(?<X>a+)(b)?", [caseless, unicode]),
    Q = binary_to_term(term_to_binary(P)),
    {tuple_size(P), [element(I, P) || I <- [1, 2, 3, 4]], re:run("xAAb", Q, [{capture, all, list}]), re:run("xAAb", Q, [global]), re:inspect(Q, namelist)}.

errors() ->
    {ok, P} = re:compile("a"),
    Try = fun(F, As) ->
              try {ok, apply(re, F, As)}
              catch C:E:S -> {C, E, [{M, Fn, maps:get(cause, proplists:get_value(error_info, I, #{}), none)} || {M, Fn, _, I} <- [hd(S)]]}
              end
          end,
    [Try(F, As) || {F, As} <-
        [{run, [a, "a"]}, {run, ["a", a]}, {run, ["a", "a", [foo]]}, {run, ["a", "a", foo]}, {run, ["a", "a", [{offset, -1}]]}, {run, ["a", "a", [{offset, a}]]},
         {run, ["a", "a", [{newline, foo}]]}, {run, ["a", "a", [{capture, foo}]]}, {run, ["a", "a", [{capture, all, foo}]]}, {run, ["a", "a", [{capture, [1.0]}]]},
         {run, ["a", P, [caseless]]}, {run, ["a", P, [{newline, cr}]]}, {run, ["a", {re_pattern, 0, 0, 0, <<>>}]}, {run, ["a", {re_pattern, 0, 0, 0, <<1, 2, 3, 4, 5>>}]}, {run, ["a", {a, 0, 0, 0, <<>>}]},
         {run, ["a", "("]}, {run, [<<195>>, "a", [unicode]]}, {run, [<<195, 165, 195>>, "a", [unicode]]}, {run, [[1 bsl 70], "a", [unicode]]}, {run, [<<1:3>>, "a"]},
         {compile, [a]}, {compile, ["a", [foo]]}, {compile, ["a", [global]]}, {compile, ["a", foo]}, {compile, [[300]]}, {inspect, [a, namelist]}, {inspect, [P, foo]}, {inspect, [P, namelist]},
         {internal_run, ["a", "a", [], foo]}, {internal_run, ["a", "a", [], true]}, {internal_run, ["a", P, [], false]}]].
