%% Control flow: calls, funs, catch and try, receive, records, maps, arithmetic, binaries, collections.
-module(engine_t).
-export([main/0]).
-record(r,{a,b=2,c}).
main() ->
  T = fun(N, F) -> try F() of ok -> ok; R -> erlang:display({N,R}) catch C:X:S -> erlang:display({N,C,X,S}) end end,
  T(2, fun() -> element(4,{a,b}) end), T(3, fun() -> hd([]) end),
  T(4, fun() -> nomod:f(1,2) end), T(5, fun() -> nofun(a,b) end), T(6, fun() -> (a())(1) end),
  T(7, fun() -> (fun(X)->X end)(1,a()) end), T(8, fun() -> {x,_} = a() end), T(9, fun() -> case a() of b -> 1 end end),
  T(10, fun() -> if self() == 1 -> 1 end end), T(11, fun() -> throw(zz) end), T(12, fun() -> exit(zz) end),
  T(13, fun() -> error(zz, [1,2]) end), T(14, fun() -> erlang:raise(error, foo, []) end),
  T(15, fun() -> lists:keyfind(a,b,c) end), T(16, fun() -> catch 1/0 end), T(17, fun() -> catch exit(y) end), T(18, fun() -> catch throw(q) end),
  T(19, fun() -> R = #r{a=1,c=[1,2]}, R#r{b=7} end),
  T(20, fun() -> M = #{a=>1}, M#{b=>2, a:=3} end), T(21, fun() -> M=#{}, M#{b:=3} end),
  T(22, fun() -> <<A:8,B/binary>> = <<1,2,3>>, {A,B} end), T(23, fun() -> X=1000, <<X:16,X:16/little,"abc",3.0/float>> end),
  T(24, fun() -> X=a(), <<X:16>> end),
  T(25, fun() -> [X*2 || X <- [1,2,3]] end), T(26, fun() -> apply(a(), b, []) end), T(27, fun() -> apply(1, b, []) end),
  T(28, fun() -> apply(fun(X) -> X end, [5]) end), T(29, fun() -> 1 bsl 100 end), T(30, fun() -> 1 - (1 bsl 70) end),
  T(31, fun() -> self() ! {a,[1]}, receive {a,Y} -> Y end end), T(32, fun() -> receive x -> 1 after 10 -> timeout end end),
  T(33, fun() -> F = fun lists:reverse/1, F([1,2,3]) end), T(34, fun() -> 3.5 * 2 + 1 end), T(35, fun() -> P = self(), spawn(fun() -> P ! hello end), receive Z -> Z end end),
  T(36, fun() -> error({a,b}, [x], [{error_info,#{cause=>1}}]) end),
  T(37, fun() -> f(5) end), T(38, fun() -> fl(1.5, 2) end), T(39, fun() -> length([a|b()]) end), T(40, fun() -> sel([1,10,-1,atom,foo,3.0,1 bsl 70,2]) end),
  T(41, fun() -> not a() end), T(42, fun() -> map_get(a, #{b=>1}) end), T(43, fun() -> map_get(a, x) end), T(44, fun() -> deep(10) end),
  T(45, fun() -> binary_to_atom(<<"abc">>) end), T(46, fun() -> [A||{ok,A}<-[{ok,1},2,{ok,3}]] end),
  T(47, fun() -> try deep(2) catch error:_ -> caught after erlang:display(after_) end end),
  T(48, fun() -> <<X:3/binary,_/binary>> = <<"hello">>, X end), T(49, fun() -> lists:seq(1,5) end),
  T(50, fun() -> lists:sort([3,1,2]) end), T(51, fun() -> big(50) end),T(52, fun() -> gc(2000) end), 
  ok.
gc(0) -> ok2; gc(N) -> L = [{X,[X]} || X <- lists:seq(1,N rem 300)], [{_,[_]}|_] = lists:reverse([{1,[1]}|L]), gc(N-1).
big(0) -> 1; big(N) -> N * big(N-1).
deep(0) -> error(deep); deep(N) -> 1 + deep(N-1).
sel(L) -> [s(X) || X <- L].
s(1) -> one; s(10) -> ten; s(-1) -> m1; s(atom) -> at; s(3.0) -> fl; s(1180591620717411303424) -> big; s(_) -> other.
fl(X, Y) -> A = X * Y, B = A / 3.0, -B + 1.0.
f(x) -> 1.
a() -> persistent_term_ok(a).
b() -> persistent_term_ok(b).
persistent_term_ok(X) -> X.
nofun(X,Y) when X == 1, Y == 2 -> 1.
