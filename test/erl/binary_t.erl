%% The binary module: parts, copies, searches, splits, integers.
-module(binary_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {10, 11, 12}),
    io:format("match ~p~n", [erlang:phash2([searches(I) || I <- lists:seq(1, 3000)])]),
    io:format("long ~p~n", [long()]),
    io:format("split ~p~n", [erlang:phash2([splits(I) || I <- lists:seq(1, 1500)])]),
    io:format("integers ~p~n", [erlang:phash2([integers(I) || I <- lists:seq(0, 600)])]),
    io:format("common ~p~n", [erlang:phash2([common(I) || I <- lists:seq(1, 500)])]),
    io:format("copies ~p~n", [erlang:phash2([binary:copy(rand:bytes(N), N * 7) || N <- lists:seq(0, 100)])]),
    io:format("all bytes ~p~n", [every_byte()]),
    io:format("replace ~p~n", [[binary:replace(<<"abcbcb">>, P, <<"X">>, O) || P <- [<<"b">>, [<<"b">>, <<"bc">>]], O <- [[], [global], [global, {insert_replaced, 1}]]]]),
    io:format("room ~p~n", [rooms()]),
    [io:format("~0p~n", [R]) || R <- splits_of_commas()],
    [io:format("~0p~n", [R]) || R <- errors()].

%% What a comprehension makes has just as much room as it needs, if that can be known.
rooms() ->
    Bytes = binary:copy(<<7>>, 300), Few = lists:seq(1, 70),
    [binary:referenced_byte_size(B) ||
     B <- [<< <<X>> || <<X>> <= binary:copy(<<1>>, 3) >>, << <<X:16>> || X <- Few >>, << <<X>> || X <- tl([a]) >>,
           << <<X:32>> || <<X:4>> <= Bytes >>, << <<X>> || X <- Few, X > 1 >>, << <<X/binary>> || X <- [Bytes] >>]].

%% Few different bytes, so that patterns overlap.
text(N) -> << <<(rand:uniform(3) + $a - 1)>> || _ <- lists:seq(1, N) >>.

subject(I) ->
    Text = text(rand:uniform(60)),
    Pad = I rem 8,
    <<_:Pad, Shifted/bits>> = <<0:Pad, Text/binary>>,
    Shifted.

pattern(I) when I rem 3 =:= 0 -> text(rand:uniform(3));
pattern(I) when I rem 3 =:= 1 -> [text(rand:uniform(4)) || _ <- lists:seq(1, rand:uniform(4))];
pattern(_) -> binary:compile_pattern([text(rand:uniform(3)), text(rand:uniform(6))]).

searches(I) ->
    Subject = subject(I),
    Pattern = pattern(I),
    Size = byte_size(Subject),
    From = rand:uniform(Size + 1) - 1,
    Length = case I rem 2 of 0 -> rand:uniform(Size - From + 1) - 1; 1 -> -(rand:uniform(From + 1) - 1) end,
    Scope = [{scope, {From, Length}}],
    {binary:match(Subject, Pattern), binary:matches(Subject, Pattern),
     binary:match(Subject, Pattern, Scope), binary:matches(Subject, Pattern, Scope)}.

%% Longer than what is done in one turn.
long() ->
    Text = binary:copy(<<"the quick brown fox jumps over the lazy dog. ">>, 100000),
    Found = binary:matches(Text, <<"dog">>),
    Several = binary:matches(Text, [<<"fox">>, <<"the">>, <<"the lazy">>, <<"z">>]),
    Words = binary:split(Text, [<<" ">>, <<". ">>], [global]),
    {length(Found), erlang:phash2(Found), length(Several), erlang:phash2(Several), length(Words), erlang:phash2(Words),
     binary:match(Text, <<"cat">>), binary:match(Text, [<<"cat">>, <<"cow">>]), binary:match(<<Text/binary, "cat">>, <<"cat">>)}.

splits(I) ->
    Options = [O || O <- [global, trim, trim_all, {scope, {1, 3}}], rand:uniform(3) =:= 1],
    Subject = <<"aaaa", (subject(I))/binary>>,
    [binary:split(Subject, pattern(I), Options), binary:split(Subject, pattern(I))].

splits_of_commas() ->
    [{S, O, binary:split(S, <<",">>, O)} ||
        S <- [<<>>, <<",">>, <<",,">>, <<"a">>, <<",a,b,,c,,">>],
        O <- [[], [trim], [trim_all], [global], [global, trim], [global, trim_all], [trim, trim_all]]].

integers(I) ->
    N = rand:uniform(1 bsl (I + 1)) - 1,
    B = binary:encode_unsigned(N),
    L = binary:encode_unsigned(N, little),
    N = binary:decode_unsigned(B),
    N = binary:decode_unsigned(L, little),
    N = binary:decode_unsigned(<<0, 0, B/binary>>, big),
    <<_:3, Odd/bits>> = <<1:3, B/binary>>,
    N = binary:decode_unsigned(Odd),
    {N, B, L}.

common(I) ->
    Bs = [text(rand:uniform(6)) || _ <- lists:seq(1, 1 + I rem 4)],
    {binary:longest_common_prefix(Bs), binary:longest_common_suffix(Bs)}.

every_byte() ->
    All = list_to_binary(lists:seq(0, 255)),
    Singles = [<<B>> || B <- lists:seq(0, 255)],
    {erlang:phash2(binary:matches(All, Singles)), erlang:phash2([binary:match(All, S) || S <- Singles]),
     erlang:phash2(binary:matches(<<All/binary, All/binary>>, tl(Singles))), binary:matches(All, [All, <<5, 6>>])}.

errors() ->
    Try = fun(F, As) ->
              try {ok, apply(binary, F, As)}
              catch C:E:S -> {C, E, [{M, Fn, A} || {M, Fn, A, _} <- [hd(S)]]}
              end
          end,
    <<_:4, Odd/bits>> = <<0:4, "abc", 1:3>>,
    [{F, Try(F, As)} || {F, As} <-
        [{first, [<<>>]}, {first, [Odd]}, {first, [a]}, {last, [<<>>]}, {last, [<<1, 2>>]}, {at, [<<1, 2>>, 2]}, {at, [<<1, 2>>, 1]},
         {at, [<<1, 2>>, -1]}, {at, [<<1, 2>>, 1 bsl 70]}, {at, [Odd, 0]}, {part, [Odd, 0, 3]}, {part, [Odd, {0, 4}]}, {part, [Odd, {3, -3}]},
         {part, [<<1, 2>>, {1, 2, 3}]}, {part, [<<1, 2>>, 1, a]}, {copy, [<<1>>, -1]}, {copy, [<<1>>, 0]}, {copy, [Odd]}, {copy, [<<1>>, a]},
         {copy, [a, 1]}, {copy, [<<1>>, 1 bsl 80]}, {encode_unsigned, [-1]}, {encode_unsigned, [a]}, {encode_unsigned, [0]},
         {encode_unsigned, [1, middle]}, {decode_unsigned, [Odd]}, {decode_unsigned, [<<>>]}, {decode_unsigned, [<<1>>, a]},
         {longest_common_prefix, [[]]}, {longest_common_prefix, [[<<1>> | <<2>>]]}, {longest_common_prefix, [[<<1>>, a]]},
         {longest_common_suffix, [[<<1, 2>>, <<2>>, <<3, 2>>]]}, {longest_common_suffix, [a]},
         {match, [<<1>>, <<>>]}, {match, [<<1>>, []]}, {match, [<<1>>, [<<2>>, <<>>]]}, {match, [Odd, <<1>>]}, {match, [<<1>>, Odd]},
         {match, [<<1>>, <<1>>, [global]]}, {match, [<<1>>, <<1>>, [{scope, {0, 2}}]]}, {match, [<<1>>, <<1>>, [{scope, {1, -1}}]]},
         {match, [<<1>>, <<1>>, a]}, {match, [<<1>>, {bm, x}]}, {match, [a, <<1>>]}, {matches, [<<>>, <<1>>]}, {matches, [<<1>>, [<<1>> | <<2>>]]},
         {split, [<<1>>, <<1>>, [foo]]}, {split, [<<1>>, <<1>>, [global | trim]]}, {split, [a, <<1>>]}, {compile_pattern, [<<>>]},
         {compile_pattern, [[]]}, {compile_pattern, [[a]]}, {list_to_bin, [<<1>>]}, {referenced_byte_size, [a]}]]
    ++ [{tags, [element(1, binary:compile_pattern(P)) || P <- [<<1>>, [<<1>>], [<<1>>, <<2>>]]]}].
