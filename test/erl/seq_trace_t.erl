%% Sequential tracing and the system monitor.
-module(seq_trace_t).
-export([main/0]).
main() ->
  Self = self(),
  T = spawn(fun() -> tr(Self) end),
  io:format("~p~n", [seq_trace:set_system_tracer(T)]),
  P = spawn(fun() -> receive {F, X} -> F ! {got, X} end, receive stop -> ok end end),
  io:format("~p~n", [seq_trace:get_token()]),
  io:format("~p~n", [[seq_trace:set_token(label, 17), seq_trace:set_token(send,true), seq_trace:set_token('receive',true), seq_trace:set_token(print,true)]]),
  P ! {self(), hello}, receive {got, X} -> X end,
  seq_trace:print(printed), seq_trace:print(17, p2), seq_trace:print(18, p3),
  io:format("~p~n", [[seq_trace:get_token(label), seq_trace:get_token(serial), seq_trace:get_token(send), seq_trace:get_token(timestamp)]]),
  seq_trace:set_token([]),
  io:format("~p~n", [seq_trace:get_token()]),
  T ! {dump, self()}, receive {dump, L} -> io:format("~p~n", [norm(L, [{self(),me},{P,p},{T,t}])]) end,
  io:format("~p~n", [seq_trace:set_system_tracer(false) =:= T]),
  io:format("~p~n", [erlang:system_monitor(self(), [{large_heap, 20000}, busy_port])=:= undefined]),
  Q = spawn(fun() -> L2 = lists:seq(1,100000), receive stop -> L2 end end),
  io:format("~p~n", [receive {monitor, Q, large_heap, I} -> [element(1,E)||E<-I] after 1000 -> none end]),
  io:format("~p~n", [element(2,erlang:system_monitor())]),
  erlang:system_monitor(undefined), io:format("~p~n", [erlang:system_monitor()]).
tr(S) -> tr(S, []).
tr(S, A) -> receive {dump, F} -> F ! {dump, lists:reverse(A)}; M -> tr(S, [M|A]) end.
norm(X, M) when is_pid(X) -> proplists:get_value(X, M, other);
norm(X, M) when is_tuple(X) -> list_to_tuple(norm(tuple_to_list(X), M));
norm([H|T], M) -> [norm(H,M)|norm(T,M)];
norm(X,_) when is_reference(X) -> ref;
norm(X,_) -> X.
