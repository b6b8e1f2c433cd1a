-module(iovec_t).
-export([main/0]).

%% term_to_iovec: which binaries are pieces of their own, and that the pieces together are the term.
main() ->
    Sizes = [1, 63, 64, 65, 66, 100, 255, 256, 257, 1000, 100000],
    [show(binary:copy(<<1>>, N)) || N <- Sizes],
    [show([binary:copy(<<1>>, N), x, binary:copy(<<2>>, N)]) || N <- Sizes],
    Long = binary:copy(<<"0123456789">>, 200),
    [show([binary:part(Long, 3, N)]) || N <- Sizes, N < 1900],
    [show({bits, <<(binary:copy(<<3>>, N))/binary, 5:3>>, N}) || N <- Sizes],
    <<_:3, Unaligned:800/bits, _/bits>> = Long,
    show(Unaligned),
    show(lists:duplicate(10, [1, Long])),
    show(#{Long => Long, a => [Long | Long]}),
    show(binary_to_atom(binary:copy(<<"a">>, 200))),
    show(lists:seq(1, 20000)),
    same(fun() -> {Long, Unaligned} end),
    show([Long, 1.5], [{minor_version, 0}]),
    yielding(Long),
    sizes().

show(Term) -> show(Term, []).

show(Term, Options) ->
    Pieces = term_to_iovec(Term, Options),
    io:format("~w~n", [[byte_size(P) || P <- Pieces]]),
    true = iolist_to_binary(Pieces) =:= term_to_binary(Term, Options).

%% The size of a fun counts its pieces.
same(Fun) ->
    Copy = binary_to_term(iolist_to_binary(term_to_iovec(Fun))),
    io:format("~w~n", [Copy() =:= Fun()]).

%% So long that it gives way, with collections in between.
yielding(Long) ->
    Self = self(),
    Many = [{N, Long, binary:copy(<<N:32>>, 20)} || N <- lists:seq(1, 30000)],
    spawn(fun() -> Self ! {pieces, term_to_iovec(Many)} end),
    receive
        {pieces, Pieces} -> io:format("~w ~w~n", [length(Pieces), binary_to_term(iolist_to_binary(Pieces)) =:= Many])
    end.

sizes() ->
    [io:format("~p~n", [catch erlang:external_size(-1.5, Options)])
     || Options <- [[], [{minor_version, 0}], [{minor_version, 1}]]],
    [io:format("~p~n", [try erlang:external_size(x, Options) catch error:Why -> Why end])
     || Options <- [[compressed], [{compressed, 1}], [deterministic], [{minor_version, 2}], [{minor_version, 3}], foo, [x]]].
