%% BIFs that give way in the middle of their work: started with few reductions left, results must be the same.
-module(yield_t).
-export([main/0]).

main() ->
    L = [{I, integer_to_list(I)} || I <- lists:seq(1, 3000)],
    Ints = lists:seq(1, 3000),
    M = maps:from_list(L),
    B = term_to_binary(L),
    MB = term_to_binary({M, L, M}),
    Cut = binary:part(MB, 0, byte_size(MB) - 1),
    late(encode, fun() -> term_to_binary(L) =:= B end),
    late(encode_map, fun() -> term_to_binary({M, L, M}) =:= MB end),
    late(deterministic, fun() -> erlang:md5(term_to_binary([M, M], [deterministic])) end),
    late(compressed, fun() -> erlang:md5(term_to_binary([M, L], [compressed])) end),
    late(iovec, fun() -> iolist_to_binary(erlang:term_to_iovec({M, L, M})) =:= MB end),
    late(size, fun() -> erlang:external_size({M, L, M}) =:= byte_size(MB) end),
    late(decode, fun() -> binary_to_term(MB) =:= {M, L, M} end),
    late(decode_used, fun() -> binary_to_term(<<MB/binary, "rest">>, [used]) =:= {{M, L, M}, byte_size(MB)} end),
    late(decode_compressed, fun() -> binary_to_term(term_to_binary([M, L], [compressed])) =:= [M, L] end),
    late(decode_cut, fun() -> binary_to_term(Cut) end),
    late(deep, fun() -> T = lists:foldl(fun(I, A) -> {I, [A], #{I => I}} end, x, Ints), binary_to_term(term_to_binary(T)) =:= T end),
    late(append, fun() -> erlang:phash2(L ++ L) end),
    late(append_bad, fun() -> (L ++ x) ++ L end),
    late(subtract, fun() -> erlang:phash2(L -- [T || {I, _} = T <- L, I rem 3 =:= 0]) end),
    late(reverse, fun() -> erlang:phash2(lists:reverse(L)) end),
    late(reverse_bad, fun() -> lists:reverse(L ++ x) end),
    late(member, fun() -> {lists:member(3000, Ints), lists:member(0, Ints), lists:member({3000, "3000"}, L)} end),
    late(keyfind, fun() -> {lists:keyfind(3000, 1, L), lists:keyfind("2999", 2, L), lists:keysearch(2998, 1, L), lists:keymember(0, 1, L)} end),
    late(from_list, fun() -> maps:from_list(L) =:= M end),
    late(from_keys, fun() -> maps:keys(maps:from_keys(Ints, v)) =:= maps:keys(M) end),
    late(iterate, fun() -> erlang:phash2(maps:to_list(maps:map(fun(_, V) -> [V] end, M))) end),
    late(merge, fun() -> map_size(maps:merge(M, maps:from_keys(lists:seq(2000, 5000), x))) end),
    hashes(L, M),
    checksums(),
    fair(),
    tables_of_the_dead().

%% Terms that are hashed in parts: long strings, bitstrings at any offset, wide tuples, maps within.
hashes(L, M) ->
    Bytes = << <<(I * 7)>> || I <- lists:seq(1, 50000) >>,
    <<_:3, Crooked/bits>> = Bytes,
    Long = binary_to_list(Bytes),
    Terms = [L, M, {L, M, [M | L]}, Bytes, Crooked, [Crooked, {Bytes}, M], Long, Long ++ [x | Long], Long ++ y, [Long | Bytes],
             list_to_tuple(Long), list_to_tuple([Bytes, list_to_tuple(L), [] | L]), #{Long => Bytes, Crooked => L}],
    late(phash2, fun() -> [erlang:phash2(T) || T <- Terms] end),
    late(phash2_range, fun() -> [erlang:phash2(T, 1 bsl 32) || T <- Terms] end),
    late(phash, fun() -> [erlang:phash(T, 1 bsl 32) || T <- Terms] end).

checksums() ->
    Bytes = << <<(I * 7)>> || I <- lists:seq(1, 300000) >>,
    <<_:3, Crooked:200000/binary, _/bits>> = Bytes,
    Nested = [Bytes, 1, [2, [3, Crooked | Bytes], "text"], [[] | <<"end">>] | Crooked],
    Bad = [Nested, 256],
    Sum = fun(F) -> [try F(D) catch C:R -> {C, R} end || D <- [Bytes, Crooked, Nested, Bad, [], x, [Bytes | 1]]] end,
    late(byte_tail, fun() -> {iolist_size([lists:duplicate(5000, 1) | 1]), x} end),
    late(byte_tail_2, fun() -> [try iolist_to_binary([[lists:seq(1, N rem 200) | lists:duplicate(N, 7)] | 1]) catch C:R -> {C, R} end || N <- lists:seq(1, 9000, 500)] end),
    late(md5, fun() -> Sum(fun erlang:md5/1) end),
    late(md5_update, fun() -> Sum(fun(D) -> erlang:md5_final(erlang:md5_update(erlang:md5_update(erlang:md5_init(), <<"ab">>), D)) end) end),
    late(crc32, fun() -> Sum(fun erlang:crc32/1) end),
    late(crc32_more, fun() -> Sum(fun(D) -> erlang:crc32(17, D) end) end),
    late(adler32, fun() -> Sum(fun erlang:adler32/1) end),
    late(adler32_more, fun() -> Sum(fun(D) -> erlang:adler32(17, D) end) end).

%% Whoever else wants to run does so many times meanwhile.
fair() ->
    Big = lists:seq(1, 1000000),
    Bytes = binary:copy(<<"0123456789abcdef">>, 1000000),
    Table = ets:new(t, []),
    Objects = [{I} || I <- lists:seq(1, 300000)],
    Doomed = ets:new(t, []),
    ets:insert(Doomed, Objects),
    ets:safe_fixtable(Doomed, true),
    [ets:delete(Doomed, I) || {I} <- Objects],
    [io:format("~p: ~p~n", [Tag, ticks(F) >= 4]) ||
        {Tag, F} <- [{phash2, fun() -> erlang:phash2(Big) end},
                     {phash2_tuple, fun() -> erlang:phash2(list_to_tuple(Big)) end},
                     {md5, fun() -> erlang:md5(Bytes) end}, {md5_list, fun() -> erlang:md5([Bytes, [Bytes]]) end},
                     {ets_insert, fun() -> ets:insert(Table, Objects) end},
                     {ets_insert_new, fun() -> false = ets:insert_new(Table, Objects) end},
                     {ets_delete, fun() -> ets:delete(Table) end},
                     {ets_delete_doomed, fun() -> ets:delete(Doomed) end},
                     {md5_update, fun() -> erlang:md5_update(erlang:md5_init(), Bytes) end}]].

ticks(F) ->
    Counter = atomics:new(1, []),
    Ticker = spawn(fun() -> tick(Counter) end),
    Before = atomics:get(Counter, 1),
    F(),
    After = atomics:get(Counter, 1),
    exit(Ticker, kill),
    After - Before.

tick(Counter) -> atomics:add(Counter, 1, 1), erlang:yield(), tick(Counter).

%% The same with plenty and with fewer and fewer reductions left.
late(Tag, F) ->
    Rs = [begin erlang:yield(), erlang:bump_reductions(Bump), attempt(F) end || Bump <- [0, 3000, 3900, 3990, 3999]],
    io:format("~p: ~0p~n", [Tag, lists:usort(Rs)]).

attempt(F) -> try F() catch C:R -> {C, R} end.

%% A process that ends with many tables, or with many objects in them, gives way while they are freed.
tables_of_the_dead() ->
    [io:format("~p tables of ~p objects, freed in turns: ~p~n", [Tables, Objects, turns(Tables, Objects) > 2])
     || {Tables, Objects} <- [{2000, 0}, {500, 100}, {2, 50000}, {1, 0}]].

turns(Tables, Objects) ->
    Self = self(),
    Pid = spawn(fun() ->
        [ets:insert(T, [{I, I} || I <- lists:seq(1, Objects)]) || T <- [ets:new(t, []) || _ <- lists:seq(1, Tables)]],
        Self ! filled,
        receive never -> ok end
    end),
    receive filled -> erlang:trace(Pid, true, [exiting]) end,
    exit(Pid, over),
    ends(Pid, 0).

ends(Pid, N) ->
    receive
        {trace, Pid, out_exiting, 0} -> ends(Pid, N + 1);
        {trace, Pid, out_exited, 0} -> N
    after 10000 -> never
    end.
