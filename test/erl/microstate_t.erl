%% What the VM spends its time on: microstate accounting, and the wall time of schedulers.
-module(microstate_t).
-export([main/0]).

main() ->
    p(off, [erlang:system_flag(microstate_accounting, X) || X <- [false, reset, false]]),
    erlang:system_flag(microstate_accounting, reset),
    p(names, {maps:keys(counters()), lists:sum(maps:values(counters()))}),
    p(bad, attempt(fun() -> erlang:system_flag(microstate_accounting, maybe) end)),
    p(on, erlang:system_flag(microstate_accounting, true)),
    Slept = change(fun() -> timer:sleep(100) end),
    p(sleep, maps:get(sleep, Slept) > 50000),
    Worked = change(fun() -> busy(erlang:monotonic_time(millisecond) + 100) end),
    p(emulator, maps:get(emulator, Worked) > 50000),
    Collected = change(fun() -> [begin lists:seq(1, 10000), erlang:garbage_collect() end || _ <- lists:seq(1, 300)] end),
    p(gc, maps:get(gc, Collected) > 0),
    Port = open_port({spawn, "cat"}, [binary]),
    Told = change(fun() -> [tell(Port) || _ <- lists:seq(1, 100)] end),
    p(port, maps:get(port, Told) > 0),
    p(was_on, [erlang:system_flag(microstate_accounting, X) || X <- [true, reset, false]]),
    Before = counters(),
    timer:sleep(20),
    p(stays, Before =:= counters()),
    wall_time().

counters() ->
    [Counters] = [C || #{type := scheduler, id := 1, counters := C} <- erlang:statistics(microstate_accounting)],
    maps:map(fun(_, T) -> erlang:convert_time_unit(T, perf_counter, microsecond) end, Counters).

change(Fun) ->
    Before = counters(),
    Fun(),
    maps:map(fun(State, Time) -> Time - maps:get(State, Before) end, counters()).

busy(Until) -> erlang:monotonic_time(millisecond) < Until andalso busy(Until).
tell(Port) -> port_command(Port, <<"text\n">>), receive {Port, {data, _}} -> ok end.

wall_time() ->
    p(wall_off, erlang:statistics(scheduler_wall_time)),
    p(wall_on, erlang:system_flag(scheduler_wall_time, true)),
    p(wall, lists:usort([part() || _ <- lists:seq(1, 3000)])),
    p(wall_was_on, erlang:system_flag(scheduler_wall_time, false)).

%% No scheduler was busy for longer than the time that passed.
part() ->
    {scheduler_wall_time, Sample} = scheduler:get_sample(),
    lists:seq(1, 500),
    [{total, Part, _} | _] = scheduler:utilization({scheduler_wall_time, Sample}, scheduler:get_sample()),
    Part >= 0.0 andalso Part =< 1.0.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).
attempt(F) -> try F() catch C:R -> {C, R} end.
