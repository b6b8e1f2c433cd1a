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
    late(merge, fun() -> map_size(maps:merge(M, maps:from_keys(lists:seq(2000, 5000), x))) end).

%% The same with plenty and with fewer and fewer reductions left.
late(Tag, F) ->
    Rs = [begin erlang:yield(), erlang:bump_reductions(Bump), attempt(F) end || Bump <- [0, 3000, 3900, 3990, 3999]],
    io:format("~p: ~0p~n", [Tag, lists:usort(Rs)]).

attempt(F) -> try F() catch C:R -> {C, R} end.
