%% erlang:display/1 and what it makes of terms of all kinds.
-module(display_t).
-export([main/0]).

main() ->
    [true = erlang:display(T) || T <- terms()],
    Deep = lists:foldl(fun(_, Acc) -> [{Acc}] end, x, lists:seq(1, 10000)),
    erlang:display(Deep),
    [io:format("~p~n", [try erlang:display_string(T) catch error:E -> E end]) || T <- [a, [a], [-1], "x" ++ y]].

terms() ->
    [0, -5, 1 bsl 60, 1 bsl 70, -(1 bsl 200), 1.5, -1.0e100, 0.0, a, 'B', '', 'two words', 'hej då', '\x{100}', 'it\'s\n\001\\', 'a@b', a_9Z, 'é', '\x{85}',
     "abc\n\t\"q", "åäö", [1, 2, 3], [a | b], "ab" ++ c, [300 | "ab"], [], [[]], [[1, 2], "ab", [$a | $b]], lists:seq(1, 300), {}, {1, {2}}, {"s", [{}]},
     <<>>, <<"txt">>, <<"q\"uote">>, <<1, 2, 3>>, <<"abc\n">>, <<1:3>>, <<"abc", 1:2>>, <<200:9>>, #{}, #{a => 1, "k" => [x]}, #{#{} => #{1 => 2}},
     maps:from_list([{I, I} || I <- lists:seq(1, 50)]), fun lists:map/2, fun 'A':'b c'/1, list_to_pid("<0.5.0>"), list_to_port("#Port<0.7>")].
