%% Reports of the whole system are binaries that start as on stock.
-module(system_report_t).
-export([main/0]).

main() ->
    [io:format("~p ~p~n", [What, starts(erlang:system_info(What), Start)])
     || {What, Start} <- [{info, <<"=memory\ntotal: ">>}, {procs, <<"=proc:<0.0.0>\nState: ">>}, {loaded, <<"Current code: ">>}]].

starts(Report, Start) -> binary:longest_common_prefix([Report, Start]) =:= byte_size(Start).
