%% Dirty and scheduled native functions, and threads that libraries make.
-module(nif_dirty_t).
-export([main/0]).
-export([thread/0, thread_cpu/0, thread_io/0, snooze/2, snooze_cpu/2, build/2, tell/3, alive_later/2, steps/3, fails/1, threads/3,
       locks/0]).
-nifs([thread/0, thread_cpu/0, thread_io/0, snooze/2, snooze_cpu/2, build/2, tell/3, alive_later/2, steps/3, fails/1, threads/3,
       locks/0]).

main() ->
    ok = erlang:load_nif("./nif_dirty", 0),
    p([thread(), thread_cpu(), thread_io()]),
    p(others_run()),
    p([length(build(N, T)) =:= N andalso erlang:phash2(build(N, T)) || N <- [0, 1, 5000], T <- [a, "list", big(), #{k => big()}]]),
    p(collected()),
    p(messages()),
    p(killed()),
    p(exits_by_link()),
    p(alive()),
    p([steps(W, 7, []) || W <- [0, 1, 2]]),
    p([failure(fun() -> fails(W) end) || W <- [0, 1, 2, 3]]),
    p(failure(fun() -> build(no_number, x) end)),
    p(info()),
    p(tell_many()),
    p(from_threads(1, 1)),
    p(from_threads(4, 200)),
    p(busy_threads()),
    p(locks()),
    p(many()),
    p(files_go_on()).

failure(Fun) -> try Fun() catch error:R:Stack -> {R, [{M, F, A} || {M, F, A, _} <- lists:sublist(Stack, 1)]} end.

p(T) -> io:format("~p~n", [T]).

big() -> binary:copy(<<"0123456789">>, 30).

%% Others run while one waits in a dirty call; several wait at the same time.
others_run() ->
    Self = self(),
    Start = erlang:monotonic_time(millisecond),
    Pids = [spawn_link(fun() -> Self ! {self(), snooze(200, N)} end) || N <- lists:seq(1, 5)],
    Fast = spawn_link(fun() -> Self ! {self(), fast} end),
    Order = [receive {P, N} when P =:= Fast -> N end | [receive {P, N} -> N end || P <- Pids]],
    {Order, erlang:monotonic_time(millisecond) - Start < 800}.

%% The caller is collected meanwhile, and what it passed is its own afterwards.
collected() ->
    Self = self(),
    Pid = spawn_link(fun() ->
                             T = {big(), [make_ref(), 1.5, "text", #{a => big()}]},
                             Self ! {self(), snooze(150, T) =:= T}
                     end),
    receive after 30 -> ok end,
    %% What that returns depends on when the call is over.
    [erlang:garbage_collect(Pid) || _ <- [1, 2, 3]],
    receive {Pid, Same} -> Same end.

messages() ->
    Self = self(),
    Pid = spawn_link(fun() ->
                             snooze(150, ok),
                             Self ! {self(), [receive {N, B} -> {N, byte_size(B)} end || N <- lists:seq(1, 100)]}
                     end),
    [Pid ! {N, big()} || N <- lists:seq(1, 100)],
    receive {Pid, L} -> lists:sum([N || {N, 300} <- L]) end.

killed() ->
    Pid = spawn(fun() -> snooze(300, ok) end),
    receive after 50 -> ok end,
    Ref = monitor(process, Pid),
    Start = erlang:monotonic_time(millisecond),
    exit(Pid, kill),
    R = receive {'DOWN', Ref, process, Pid, Reason} -> Reason end,
    {R, erlang:monotonic_time(millisecond) - Start < 150, is_process_alive(Pid), process_info(Pid)}.

exits_by_link() ->
    process_flag(trap_exit, true),
    Pid = spawn_link(fun() -> snooze(200, ok) end),
    receive after 30 -> ok end,
    exit(Pid, stop_it),
    R = receive {'EXIT', Pid, Reason} -> Reason end,
    process_flag(trap_exit, false),
    R.

alive() ->
    Self = self(),
    P1 = spawn(fun() -> alive_later(Self, 20) end),
    R1 = [receive from_the_dead -> sent; {alive, A, B} -> {A, B} end || _ <- [1, 2]],
    P2 = spawn(fun() -> alive_later(Self, 200) end),
    receive after 50 -> ok end,
    exit(P2, kill),
    R2 = receive from_the_dead -> sent; {alive, C, D} -> {C, D} end,
    {R1, R2, P1 =/= P2}.

info() ->
    Pid = spawn_link(fun() -> snooze(200, ok) end),
    receive after 50 -> ok end,
    {status, S} = process_info(Pid, status),
    {current_function, F} = process_info(Pid, current_function),
    {message_queue_len, L} = process_info(Pid, message_queue_len),
    {S, F, L}.

tell_many() ->
    Told = tell(self(), {big(), "x"}, 1000),
    L = [receive {N, {B, "x"}} when byte_size(B) =:= 300 -> N end || N <- lists:seq(0, 999)],
    {Told, lists:sum(L), tell(spawn(fun() -> ok end), x, 0)}.

from_threads(Threads, Count) ->
    Good = threads(self(), Threads, Count),
    Got = [receive {_, L} when length(L) =:= 20 -> 1 end || _ <- lists:seq(1, Threads * Count)],
    {Good, length(Got)}.

%% Threads get their turn while processes keep the VM busy.
busy_threads() ->
    Busy = [spawn_link(fun() -> spin() end) || _ <- [1, 2, 3]],
    Self = self(),
    Pid = spawn_link(fun() -> Self ! {self(), tell(Self, hello, 200)} end),
    R = receive {Pid, Told} -> Told end,
    [begin unlink(B), exit(B, kill) end || B <- Busy],
    {R, length([receive {_, hello} -> 1 end || _ <- lists:seq(1, 200)])}.

spin() -> lists:sum(lists:seq(1, 1000)), spin().

many() ->
    Self = self(),
    Pids = [spawn_link(fun() -> Self ! {self(), length(build(N, x))} end) || N <- lists:seq(1, 200)],
    lists:sum([receive {P, N} -> N end || P <- Pids]).

%% A long dirty call does not stand in the way of files.
files_go_on() ->
    [spawn(fun() -> snooze(1000, ok) end) || _ <- lists:seq(1, 5)],
    [spawn(fun() -> snooze_cpu(1000, ok) end) || _ <- lists:seq(1, 5)],
    Start = erlang:monotonic_time(millisecond),
    ok = file:write_file("nif_dirty_t.tmp", big()),
    R = [element(1, file:read_file("nif_dirty_t.tmp")) || _ <- [1, 2, 3]],
    file:delete("nif_dirty_t.tmp"),
    {R, erlang:monotonic_time(millisecond) - Start < 500}.

thread() -> erlang:nif_error(not_loaded).
thread_cpu() -> erlang:nif_error(not_loaded).
thread_io() -> erlang:nif_error(not_loaded).
snooze(_, _) -> erlang:nif_error(not_loaded).
snooze_cpu(_, _) -> erlang:nif_error(not_loaded).
build(_, _) -> erlang:nif_error(not_loaded).
tell(_, _, _) -> erlang:nif_error(not_loaded).
alive_later(_, _) -> erlang:nif_error(not_loaded).
steps(_, _, _) -> erlang:nif_error(not_loaded).
fails(_) -> erlang:nif_error(not_loaded).
threads(_, _, _) -> erlang:nif_error(not_loaded).
locks() -> erlang:nif_error(not_loaded).
