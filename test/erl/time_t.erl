%% Clocks and dates.
-module(time_t).
-export([main/0]).

main() -> posix(), local(), clocks(), units(), unique(), statistics_(), flags().

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).
t(F, A) -> try apply(erlang, F, A) catch C:E -> {C, E} end.

posix() ->
    p(to_posix, [t(universaltime_to_posixtime, [{{Y, 1, 1}, {0, 0, 0}}])
                 || Y <- [-5, 0, 1599, 1600, 1900, 1970, 2000, 9999, 2147483646, 2147483647, 1 bsl 40]]),
    p(bad, [t(universaltime_to_posixtime, [X])
            || X <- [{{2001, 2, 29}, {0, 0, 0}}, {{2000, 2, 29}, {0, 0, 0}}, {{1900, 2, 29}, {0, 0, 0}}, {{2000, 13, 1}, {0, 0, 0}},
                     {{2000, 12, 31}, {23, 59, 60}}, {{2000, 12, 31}, {24, 0, 0}}, foo, {{2000, 12, a}, {0, 0, 0}}, {{2000, 0, 1}, {0, 0, 0}},
                     {{2000, 1, 0}, {0, 0, 0}}, {{2000, 1, 1}, {0, 0, -1}}, {{2000, 1, 1}}]]),
    p(from_posix, [t(posixtime_to_universaltime, [X])
                   || X <- [0, -1, 86399, 86400, -62135596800, 951782400, 1 bsl 40, 1 bsl 58, 1 bsl 62, 1 bsl 64, foo, 1.0]]),
    rand:seed(exsss, {1, 2, 3}),
    p(round_trip, lists:all(fun(S) ->
        erlang:universaltime_to_posixtime(erlang:posixtime_to_universaltime(S)) =:= S
    end, [rand:uniform(100000000000) - 11000000000 || _ <- lists:seq(1, 2000)])),
    p(days, erlang:phash2([erlang:posixtime_to_universaltime(D * 86400 + 3661) || D <- lists:seq(-100000, 100000, 37)])).

local() ->
    p(utc_to_local, [t(universaltime_to_localtime, [{{Y, 7, 1}, {12, 0, 0}}]) || Y <- [1600, 1901, 1902, 1970, 2000, 2037, 2100, 100000]]),
    p(local_to_utc, [t(localtime_to_universaltime, [{{Y, 7, 1}, {12, 0, 0}}]) || Y <- [1600, 1901, 1902, 1970, 2000, 2037, 2100, 100000]]),
    p(summer, [t(localtime_to_universaltime, [{{2020, M, 29}, {2, 30, 0}}, D]) || M <- [3, 6, 10, 12], D <- [true, false, undefined, foo]]),
    p(now, [calendar:datetime_to_gregorian_seconds(erlang:localtime()) > 0,
            {date(), time()} =:= erlang:localtime() orelse {date(), time()} =:= erlang:localtime()]).

clocks() ->
    A = erlang:monotonic_time(), B = erlang:monotonic_time(),
    p(monotonic, [B >= A, A < 0, erlang:system_time() - erlang:monotonic_time() - erlang:time_offset() < 1000000000]),
    p(system, abs(erlang:system_time(millisecond) - os:system_time(millisecond)) < 1000),
    T1 = erlang:monotonic_time(millisecond), timer:sleep(50), T2 = erlang:monotonic_time(millisecond),
    p(slept, [T2 - T1 >= 50, T2 - T1 < 500]),
    {M, S, U} = erlang:timestamp(),
    p(timestamp, abs((M * 1000000 + S) * 1000000 + U - erlang:system_time(microsecond)) < 1000000),
    Nows = [erlang:now() || _ <- lists:seq(1, 1000)],
    p(now, [length(lists:usort(Nows)), lists:sort(Nows) =:= Nows]),
    p(start, erlang:system_info(start_time) =< A).

units() ->
    p(units, [begin X = erlang:monotonic_time(U), is_integer(X) end
              || U <- [second, millisecond, microsecond, nanosecond, native, perf_counter, 1000, 1 bsl 70, seconds, milli_seconds,
                       micro_seconds, nano_seconds, 7]]),
    p(bad, [t(F, [U]) || F <- [monotonic_time, system_time, time_offset], U <- [foo, 0, -1, 1.0, 1 bsl 70 * -1, []]]),
    p(ratio, abs(erlang:monotonic_time(1 bsl 40) div (1 bsl 40) - erlang:monotonic_time(second)) =< 1),
    p(convert, [erlang:convert_time_unit(1500, millisecond, second), erlang:convert_time_unit(-1, millisecond, second)]).

unique() ->
    p(unique, [t(unique_integer, [[foo]]), t(unique_integer, [foo]), t(unique_integer, [[positive | x]])]),
    Us = [erlang:unique_integer([monotonic]) || _ <- lists:seq(1, 100)],
    p(increasing, Us =:= lists:usort(Us)),
    p(positive, lists:all(fun(X) -> X > 0 end, [erlang:unique_integer([positive, monotonic]) || _ <- [1, 2, 3]])),
    p(different, length(lists:usort([erlang:unique_integer() || _ <- lists:seq(1, 1000)]))).

statistics_() ->
    p(statistics, [{I, shape(t(statistics, [I]))} || I <- [context_switches, exact_reductions, garbage_collection, io, reductions,
                                                            run_queue, runtime, wall_clock, foo, scheduler_wall_time]]),
    {R1, _} = statistics(reductions), lists:seq(1, 10000), {R2, D} = statistics(reductions),
    p(grow, [R2 >= R1, D >= 0]),
    erlang:system_flag(scheduler_wall_time, true),
    p(wall_time, [{1, A, T} || {1, A, T} <- statistics(scheduler_wall_time), A =< T, T > 0] =/= []),
    erlang:system_flag(scheduler_wall_time, false),
    p(off, statistics(scheduler_wall_time)).

shape(X) when is_integer(X) -> int;
shape(X) when is_tuple(X) -> list_to_tuple([shape(E) || E <- tuple_to_list(X)]);
shape(X) -> X.

flags() ->
    p(flags, [t(system_flag, [F, V]) || {F, V} <- [{backtrace_depth, 8}, {fullsweep_after, 65535}, {min_heap_size, 233}, {foo, 1},
                                                    {backtrace_depth, foo}, {fullsweep_after, -1}, {max_heap_size, 0}, {trace_control_word, 0},
                                                    {multi_scheduling, block}, {multi_scheduling, unblock}, {time_offset, finalize}]]),
    p(info, [{I, t(system_info, [I])} || I <- [otp_release, version, machine, wordsize, {wordsize, internal}, heap_type, endian, nif_version,
                                                driver_version, time_warp_mode, time_correction, atom_limit, process_limit, port_limit,
                                                system_architecture, threads, smp_support, multi_scheduling, foo, {foo, bar}, dist_ctrl]]),
    p(memory, [lists:sort([K || {K, _} <- erlang:memory()]), erlang:memory(total) > 1000000, t(memory, [foo])]).
