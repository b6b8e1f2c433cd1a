%% system_flag(system_logger, _): who gets the emulator's reports.
-module(system_logger_t).
-export([main/0]).

main() ->
    logger:remove_handler(default),
    Logger = spawn_link(fun() -> receive {log, Level, _, _, _} -> exit(Level) end end),
    process_flag(trap_exit, true),
    First = erlang:system_flag(system_logger, Logger),
    io:format("~p~n", [is_pid(First)]),
    io:format("~p~n", [erlang:system_info(system_logger) =:= Logger]),
    crash(),
    receive {'EXIT', Logger, Why} -> io:format("~p~n", [Why]) end,
    crash(),
    receive after 100 -> ok end,
    io:format("~p~n", [erlang:system_info(system_logger)]),
    io:format("~p~n", [erlang:system_flag(system_logger, undefined)]),
    io:format("~p~n", [erlang:system_flag(system_logger, logger)]),
    io:format("~p~n", [catch erlang:system_flag(system_logger, Logger)]),
    {'EXIT', {badarg, _}} = (catch erlang:system_flag(system_logger, nobody)),
    duplicates().

crash() ->
    {_, Error} = spawn_monitor(fun() -> error(deliberately) end),
    receive {'DOWN', Error, process, _, _} -> ok end.

%% The same module twice in one finish_loading/1, once as the same term.
duplicates() ->
    {ok, Name, Code} = compile:forms([{attribute, 1, module, system_logger_t_made}]),
    One = erlang:prepare_loading(Name, Code),
    Two = erlang:prepare_loading(Name, Code),
    io:format("~p ~p~n", [erlang:finish_loading([One, One]), erlang:finish_loading([One, Two])]),
    io:format("~p~n", [erlang:finish_loading([One])]).
