%% Sizes that a program chooses: too much is an error of that program, not of the VM.
-module(limits_t).
-export([main/0]).

main() ->
    [io:format("~p: ~P~n", [N, result(F), 9]) || {N, F} <- sizes()],
    heap().

result(F) ->
    try F() of R when is_integer(R); is_atom(R) -> R; _ -> too_small_a_limit
    catch C:R -> {C, R} end.

i(X) -> list_to_integer(integer_to_list(X)).

sizes() ->
    Huge = i(1 bsl 59), Big = i(1 bsl 70), Bytes = i(1 bsl 48),
    [{copy_big, fun() -> binary:copy(<<"abc">>, Big) end},
     {copy_nothing, fun() -> byte_size(binary:copy(<<>>, i(1000000))) end},
     {zeros, fun() -> <<0:Huge>> end}, {zeros_big, fun() -> <<0:Big>> end}, {zeros_unit, fun() -> <<0:Huge/unit:256>> end},
     {negative, fun() -> <<0:(-Huge)>> end},
     {part, fun() -> binary:part(<<1>>, Huge, Huge) end}, {at, fun() -> binary:at(<<1>>, Big) end},
     {shift, fun() -> i(1) bsl Huge end}, {shift_big, fun() -> i(1) bsl Big end}, {shift_right, fun() -> i(1) bsr Huge end},
     {shift_back, fun() -> i(-1) bsr Big end}, {shift_zero, fun() -> i(0) bsl Big end},
     {tuple, fun() -> erlang:make_tuple(i(1 bsl 24), x) end}, {tuple_big, fun() -> erlang:make_tuple(Big, x) end},
     {tuple_most, fun() -> tuple_size(erlang:make_tuple(i((1 bsl 24) - 1), x)) end},
     {append, fun() -> erlang:append_element(erlang:make_tuple(i((1 bsl 24) - 1), x), y) end},
     {atom, fun() -> list_to_atom(lists:duplicate(i(256), $a)) end}, {atom_binary, fun() -> binary_to_atom(binary:copy(<<"a">>, 256)) end},
     {counters, fun() -> counters:new(Big, []) end}, {atomics, fun() -> atomics:new(Big, []) end},
     {heap_option, fun() -> spawn_opt(fun() -> ok end, [{min_heap_size, Big}]) end},
     {timer, fun() -> erlang:send_after(Big, self(), x) end}, {timeout, fun() -> receive after Big -> ok end end},
     {pid, fun() -> list_to_pid("<0.99999999999999999.0>") end},
     {external, fun() -> binary_to_term(<<131, 109, 255, 255, 255, 255, 1>>) end},
     {external_list, fun() -> binary_to_term(<<131, 108, 255, 255, 255, 255, 106>>) end},
     {external_tuple, fun() -> binary_to_term(<<131, 105, 255, 255, 255, 255, 106>>) end},
     {external_map, fun() -> binary_to_term(<<131, 116, 255, 255, 255, 255, 106>>) end},
     {external_number, fun() -> binary_to_term(<<131, 111, 255, 255, 255, 255, 0, 1>>) end},
     {external_packed, fun() -> binary_to_term(<<131, 80, 255, 255, 255, 255, 120, 156, 3, 0, 0, 0, 0, 1>>) end},
     {ets_name, fun() -> ets:new(t, [{keypos, Big}]) end},
     {hash, fun() -> erlang:phash2(x, Big) end}, {element, fun() -> element(Big, {a}) end},
     {float_digits, fun() -> float_to_list(1.0, [{decimals, i(300)}]) end},
     {utf8, fun() -> <<Big/utf8>> end}, {make_size, fun() -> io_lib:format("~*c", [Bytes bsr 48, $a]), ok end}, {used, fun() -> Bytes end}].


%% One that takes too much ends alone.
heap() ->
    {P, R} = spawn_opt(fun() -> grow([]) end, [monitor, {max_heap_size, #{size => 1000000, kill => true, error_logger => false}}]),
    receive {'DOWN', R, process, P, Why} -> io:format("heap: ~p~n", [Why]) end,
    {Q, S} = spawn_opt(fun() -> self() ! lists:seq(1, 100000), receive L -> grow(L) end end,
                       [monitor, {max_heap_size, #{size => 1000000, kill => true, error_logger => false}}]),
    receive {'DOWN', S, process, Q, Why2} -> io:format("heap: ~p~n", [Why2]) end.

grow(L) -> grow([{self(), L, binary_to_list(<<0:8000>>)} | L]).
