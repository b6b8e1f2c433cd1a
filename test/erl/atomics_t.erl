%% atomics and counters.
-module(atomics_t).
-export([main/0]).

main() -> signed(), unsigned(), errors(), infos(), counters(), shared().

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R:S -> {C, R, formatted(R, S)} end]).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), Mod:format_error(R, S)}
    end;
formatted(_, [{M, F, A, _} | _]) -> {M, F, A}.

signed() ->
    A = atomics:new(3, []),
    Max = (1 bsl 63) - 1, Min = -(1 bsl 63),
    p(zero, fun() -> [atomics:get(A, I) || I <- [1, 2, 3]] end),
    p(put, fun() -> {atomics:put(A, 1, 17), atomics:get(A, 1)} end),
    p(add, fun() -> {atomics:add(A, 1, 3), atomics:add_get(A, 1, -30), atomics:sub(A, 1, 5), atomics:sub_get(A, 1, -100)} end),
    p(wrap, fun() -> atomics:put(A, 2, Max), {atomics:get(A, 2), atomics:add_get(A, 2, 1) =:= Min, atomics:sub_get(A, 2, 1) =:= Max} end),
    p(add_unsigned, fun() -> atomics:put(A, 2, 0), atomics:add_get(A, 2, (1 bsl 64) - 1) end),
    p(exchange, fun() -> {atomics:exchange(A, 3, 5), atomics:exchange(A, 3, Min), atomics:get(A, 3)} end),
    p(compare_exchange, fun() -> atomics:put(A, 3, 1), {atomics:compare_exchange(A, 3, 1, 2), atomics:compare_exchange(A, 3, 1, 3), atomics:get(A, 3)} end),
    p(big_values, fun() -> atomics:put(A, 1, 1 bsl 62), {atomics:get(A, 1), atomics:add_get(A, 1, 1 bsl 61)} end).

unsigned() ->
    A = atomics:new(2, [{signed, false}]),
    Max = (1 bsl 64) - 1,
    p(u_put, fun() -> atomics:put(A, 1, Max), atomics:get(A, 1) end),
    p(u_wrap, fun() -> {atomics:add_get(A, 1, 1), atomics:sub_get(A, 1, 1) =:= Max} end),
    p(u_negative, fun() -> atomics:add_get(A, 2, -1) end),
    p(u_bad, fun() -> catch atomics:put(A, 1, -1), is_integer(atomics:get(A, 1)) end),
    p(u_exchange, fun() -> {atomics:exchange(A, 2, 0), atomics:compare_exchange(A, 2, 0, Max), atomics:get(A, 2)} end).

errors() ->
    A = atomics:new(2, []),
    [p({error, N}, F) || {N, F} <- [
        {1, fun() -> strip(fun() -> atomics:get(A, 0) end) end}, {2, fun() -> strip(fun() -> atomics:get(A, 3) end) end},
        {3, fun() -> strip(fun() -> atomics:get(A, a) end) end}, {4, fun() -> atomics:get(foo, 1) end},
        {5, fun() -> strip(fun() -> atomics:put(A, 1, 1 bsl 63) end) end}, {6, fun() -> strip(fun() -> atomics:put(A, 1, 1.0) end) end},
        {7, fun() -> strip(fun() -> atomics:add(A, 1, 1 bsl 64) end) end}, {8, fun() -> atomics:new(0, []) end}, {9, fun() -> atomics:new(-1, []) end},
        {10, fun() -> atomics:new(a, []) end}, {11, fun() -> atomics:new(1, [foo]) end}, {12, fun() -> atomics:new(1 bsl 64, []) end},
        {13, fun() -> atomics:info(make_a_ref) end}, {14, fun() -> strip(fun() -> atomics:compare_exchange(A, 1, x, 1) end) end},
        {15, fun() -> strip(fun() -> atomics:exchange(A, 1, x) end) end}, {16, fun() -> strip(fun() -> atomics:sub(A, 1, x) end) end}]].

strip(F) -> try F() catch C:R:S -> {C, R, formatted(R, S)} end.

infos() ->
    p(info, fun() -> maps:remove(memory, atomics:info(atomics:new(7, []))) end),
    p(info_unsigned, fun() -> maps:remove(memory, atomics:info(atomics:new(7, [{signed, false}]))) end),
    p(memory, fun() -> is_integer(maps:get(memory, atomics:info(atomics:new(7, [])))) end).

counters() ->
    [begin
        C = counters:new(2, O),
        p({c_get, O}, fun() -> {counters:get(C, 1), counters:add(C, 1, 5), counters:sub(C, 1, 7), counters:get(C, 1)} end),
        p({c_put, O}, fun() -> {counters:put(C, 2, (1 bsl 63) - 1), counters:add(C, 2, 1), counters:get(C, 2)} end),
        p({c_info, O}, fun() -> maps:remove(memory, counters:info(C)) end),
        p({c_error, O}, fun() -> [strip(F) || F <- [fun() -> counters:get(C, 3) end, fun() -> counters:add(C, 1, x) end, fun() -> counters:put(C, 1, 1 bsl 63) end,
                                                     fun() -> counters:add(C, 0, 1) end]] end)
     end || O <- [[], [atomics], [write_concurrency]]],
    p(c_bad_ref, fun() -> counters:get(foo, 1) end),
    p(c_new, fun() -> [strip(F) || F <- [fun() -> counters:new(0, []) end, fun() -> counters:new(1, [foo]) end, fun() -> counters:new(a, [write_concurrency]) end]] end).

shared() ->
    A = atomics:new(1, []),
    Self = self(),
    [spawn(fun() -> [atomics:add(A, 1, 1) || _ <- lists:seq(1, 1000)], Self ! done end) || _ <- lists:seq(1, 10)],
    [receive done -> ok end || _ <- lists:seq(1, 10)],
    p(shared, fun() -> atomics:get(A, 1) end),
    p(in_ets, fun() -> T = ets:new(t, []), ets:insert(T, {a, A}), B = ets:lookup_element(T, a, 2), atomics:put(B, 1, 42), {A =:= B, atomics:get(A, 1)} end).
