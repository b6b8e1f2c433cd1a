%% unicode: conversions of nested lists and binaries, good, broken off and bad.
-module(unicode_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {13, 14, 15}),
    [io:format("~p~n", [erlang:phash2([conversions(Kind) || _ <- lists:seq(1, 2000)])]) || Kind <- [good, latin1, broken, wild]],
    [io:format("~0p~n", [R]) || R <- samples()],
    io:format("long ~p~n", [long()]),
    [io:format("~0p~n", [R]) || R <- errors()],
    io:format("~p~n", [[unicode:bin_is_7bit(B) || B <- [<<>>, <<"abc">>, <<"abcdefgh", 128>>, <<1:3>>, a, "abc", shifted(<<"plain">>)]]]),
    io:format("~p~n", [names()]),
    io:format("~p~n", [[unicode:characters_to_nfc_binary([$e, 769]), unicode:characters_to_nfd_list(<<195, 169>>)]]).

shifted(B) ->
    <<_:5, S/bits>> = <<0:5, B/binary>>,
    S.

character(latin1) -> rand:uniform(256) - 1;
character(wild) ->
    case rand:uniform(20) of
        1 -> 16#d800 + rand:uniform(100);
        2 -> 16#110000;
        3 -> -1;
        4 -> a;
        _ -> character(good)
    end;
character(_) ->
    case rand:uniform(4) of
        1 -> rand:uniform(128) - 1;
        2 -> 128 + rand:uniform(1900);
        3 -> 16#e000 + rand:uniform(8000);
        4 -> 16#10000 + rand:uniform(16#fffff)
    end.

text(Kind, Depth) ->
    Elements = [element_of(Kind, Depth) || _ <- lists:seq(1, rand:uniform(6))],
    case rand:uniform(4) of
        1 -> Elements ++ binary_of(Kind);
        _ -> Elements
    end.

element_of(Kind, Depth) ->
    case rand:uniform(4) of
        1 when Depth > 0 -> text(Kind, Depth - 1);
        2 -> binary_of(Kind);
        3 -> [];
        _ -> character(Kind)
    end.

binary_of(latin1) -> rand:bytes(rand:uniform(10));
binary_of(Kind) ->
    B = << <<(character(good))/utf8>> || _ <- lists:seq(1, rand:uniform(4)) >>,
    case {Kind, rand:uniform(3)} of
        {good, 1} -> shifted(B);
        {broken, 1} -> binary:part(B, 0, byte_size(B) - 1);
        {broken, 2} -> binary:part(B, byte_size(B), -(byte_size(B) - 1));
        {wild, 1} -> <<B/binary, (rand:uniform(256) - 1)>>;
        _ -> B
    end.

conversions(Kind) ->
    Text = case rand:uniform(4) of 1 -> binary_of(Kind); _ -> text(Kind, 3) end,
    In = case Kind of latin1 -> latin1; _ -> utf8 end,
    [attempt(fun() -> F() end) || F <-
        [fun() -> unicode:characters_to_binary(Text, In) end, fun() -> unicode:characters_to_list(Text, In) end,
         fun() -> unicode:characters_to_binary(Text, latin1) end, fun() -> unicode:characters_to_list(Text, latin1) end,
         fun() -> unicode:characters_to_binary(Text, In, utf16) end, fun() -> unicode:characters_to_binary(Text, In, latin1) end,
         fun() -> unicode:characters_to_list(Text, {utf16, big}) end, fun() -> unicode:characters_to_binary(Text, {utf32, little}) end]].

attempt(F) ->
    try F() catch C:E -> {C, E} end.

samples() ->
    [{X, [attempt(fun() -> unicode:characters_to_list(X) end), attempt(fun() -> unicode:characters_to_binary(X) end),
          attempt(fun() -> unicode:characters_to_list(X, latin1) end), attempt(fun() -> unicode:characters_to_binary(X, latin1) end)]} ||
        X <- [[], <<>>, <<195>>, <<195, 165>>, [<<195>>, <<165>>], [<<195>>, 165], [<<226>>, <<130>>, <<172>>], [<<226>>, <<130>>, <<65>>], <<192>>, <<193, 191>>,
              <<224, 128>>, <<224, 65>>, <<237, 160, 128>>, <<240, 144>>, <<244, 144, 128, 128>>, <<245>>, <<245, 65>>, <<248>>, <<128>>, <<"abc", 255, "def">>,
              [["abc", [<<255>>, "d"]], "e"], [[[16#d800]], 1], [1, [2, [16#110000, 3]], 4], [[], [[]], <<>>], [256], [[256, 1] | <<2>>], [1 bsl 70], [a, 1 bsl 70],
              [1 bsl 70, a], [-1], [1 | <<195>>], [1 | <<195, 165>>], [<<1:3>>], [16#d800, <<1:3>>], <<1:3>>, [<<"ab", 195>>], [<<"ab">>], [<<195>> | <<165>>]]].

%% More than is done in one turn.
long() ->
    List = lists:flatten(lists:duplicate(30000, "abc" ++ [229, 1024, 16#20ac, 16#1f600])),
    Binary = unicode:characters_to_binary(List),
    Bad = unicode:characters_to_list(<<Binary/binary, 255, "rest">>),
    {error, Good, <<255, "rest">>} = Bad,
    Nested = [Binary, [List, [Binary]], <<226>>, [[<<130>>], <<172>>]],
    {incomplete, Made, <<226, 130>>} = unicode:characters_to_binary([Nested, <<226>>, [<<130>>]]),
    {erlang:phash2(Binary), erlang:phash2(Good), erlang:phash2(Made), unicode:characters_to_list(Binary) =:= List,
     erlang:phash2(unicode:characters_to_list(Nested)), erlang:phash2(unicode:characters_to_binary(Nested)),
     erlang:phash2(unicode:characters_to_binary(Binary, latin1)), erlang:phash2(unicode:characters_to_list(shifted(Binary)))}.

errors() ->
    Try = fun(F, As) ->
              try {ok, apply(unicode, F, As)}
              catch C:E:S -> {C, E, [{M, Fn, A} || {M, Fn, A, _} <- [hd(S)]]}
              end
          end,
    [Try(F, As) || {F, As} <- [{characters_to_list, [a]}, {characters_to_list, [[a]]}, {characters_to_list, [[1 | 2]]}, {characters_to_list, ["a", foo]},
                               {characters_to_binary, [a]}, {characters_to_binary, [[1.0]]}, {characters_to_binary, ["a", foo]},
                               {characters_to_binary, ["a", utf8, foo]}, {characters_to_list, [<<1:1>>]}, {characters_to_binary, [1]}]].

names() ->
    Try = fun(F, X) -> try F(X) catch error:E -> E end end,
    [[Try(F, X) || X <- ["abc", [97, 229, 1024], <<"ab">>, [97, 0, 98], [], <<>>, [$a, ["b", []]], abc, [a], <<"a", 229>>, <<97, 195, 165>>, <<"a", 0>>, [16#d800], [-1], [$a | $b]]] ||
        F <- [fun prim_file:internal_name2native/1, fun prim_file:internal_native2name/1, fun prim_file:is_translatable/1]]
    ++ [file:native_name_encoding(), io:printable_range(), prim_file:internal_normalize_utf8(<<101, 204, 129>>)].
