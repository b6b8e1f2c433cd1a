%% What allocators report has the shapes that tools know, and adds up in erlang:memory/0.
-module(allocator_info_t).
-export([main/0]).

main() ->
    Names = erlang:system_info(alloc_util_allocators),
    io:format("~p~n", [[N || N <- [eheap_alloc, ets_alloc, binary_alloc, fix_alloc, std_alloc], not lists:member(N, Names)]]),
    io:format("~p~n", [[N || {N, Info} <- erlang:system_info({allocator_sizes, Names}), not sized(Info)]]),
    io:format("~p~n", [[N || {N, Info} <- erlang:system_info({allocator, Names}), not sized(Info)]]),
    io:format("~p~n", [proplists:get_value(e, options(erlang:system_info({allocator, eheap_alloc})))]),
    [begin {'EXIT', {Why, _}} = (catch erlang:system_info({What, no_such_alloc})), io:format("~p ~p~n", [What, Why]) end
     || What <- [allocator, allocator_sizes]],
    io:format("~p~n", [proplists:is_defined(bif_timer, types(erlang:system_info({allocator, fix_alloc})))]),
    Memory = erlang:memory(),
    io:format("~p~n", [[K || {K, V} <- Memory, V =< 0]]),
    io:format("~p~n", [proplists:get_value(total, Memory) >= proplists:get_value(processes, Memory)
                           + proplists:get_value(binary, Memory) + proplists:get_value(ets, Memory)]).

sized(Instances) ->
    lists:all(fun({instance, _, Info}) ->
                      lists:all(fun(Kind) ->
                                        Carriers = proplists:get_value(Kind, Info),
                                        is_list(proplists:get_value(blocks, Carriers))
                                            andalso tuple_size(lists:keyfind(carriers_size, 1, Carriers)) =:= 4
                                end, [mbcs, sbcs])
              end, Instances).

options([{instance, _, Info} | _]) -> proplists:get_value(options, Info).

types(Instances) ->
    [{Type, Used} || {instance, _, Info} <- Instances, {Type, _, Used} <- proplists:get_value(fix_types, Info, [])].
