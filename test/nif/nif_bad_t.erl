%% Libraries that cannot be loaded: what load_nif says, and that the module goes on without.
-module(nif_bad_t).
-export([main/0, load/1, stub/0, other/1]).
-nifs([stub/0, other/1]).

main() ->
    [io:format("~s: ~p ~p~n", [Name, load("./nif_bad_" ++ Name), catch element(1, stub())])
     || Name <- ["absent", "text", "short", "NO_INIT", "NULL_ENTRY", "OTHER_NAME", "NEWER", "OLDER", "VARIANT", "MISSING",
                 "NOT_A_STUB", "TWICE", "FLAGS", "LOAD_FAILS"]],
    io:format("~p~n", [load("")]),
    io:format("~p~n", [[catch_error(fun() -> erlang:load_nif(P, 0) end) || P <- [1, foo, [a], [0], {}, [$a, 0, $b], ["x"], [-1], [$a|b]]]]),
    io:format("~p~n", [apply(erlang, load_nif, ["./nif_bad_absent", 0])]),
    io:format("~p~n", [lists:member(?MODULE, erlang:system_info(taints))]),
    io:format("~p~n", [load(<<"./nif_bad_absent">>)]).

load(Path) -> erlang:load_nif(Path, 0).

stub() -> {not_loaded}.
other(_) -> {not_loaded}.

catch_error(Fun) -> try Fun() catch error:Reason -> Reason end.
