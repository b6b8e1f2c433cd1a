%% What is raised by instructions, BIFs and apply: class, reason, and first entry of the stack trace.
-module(exception_t).
-export([main/0]).
main() ->
  A = list_to_atom("a"), Z = length([]), B= 1 bsl (100+Z),
  T = fun(N, F) -> try F() of R -> erlang:display({N,R}) catch C:X:S -> erlang:display({N,C,X,hd(S)}) end end,
  T(add, fun() -> A + 1 end), T(add2, fun() -> 1 + A end),T(add3, fun() -> A + A end), T(sub, fun() -> 1 - A end), T(mul, fun() -> A * 2 end), T(divv, fun() -> 1 div Z end), T(rema, fun() -> A rem 2 end),
  T(fdiv, fun() -> 1 / Z end), T(band1, fun() -> A band 1 end), T(bor1, fun() -> A bor 1 end), T(bxor1, fun() -> A bxor 1 end), T(bsl1, fun() -> A bsl 1 end), T(bsr1, fun() -> A bsr 1 end),
  T(bnot1, fun() -> bnot A end), T(neg, fun() -> -A end), T(plus, fun() -> +A end), T(bslbig, fun() -> 1 bsl B end), T(big, fun() -> B + A end),
  T(flt, fun() -> 1.0 + A end), T(flt2, fun() -> 1.0e300 * 1.0e300 * (A) end), T(flt3, fun() -> math:sqrt(4) * 1.0e308 * 1.0e308 end),
  T(hd, fun() -> hd(A) end), T(tl, fun() -> tl(A) end), T(ts, fun() -> tuple_size(A) end), T(nt, fun() -> not A end), T(an, fun() -> A and true end), T(orr, fun() -> A or true end), T(xo, fun() -> A xor true end),
  T(el, fun() -> element(Z, {1,2}) end), T(se, fun() -> setelement(Z, {1,2}, a) end), T(abs, fun() -> abs(A) end), T(rnd, fun() -> round(A) end), T(flo, fun() -> float(A) end), T(bs, fun() -> byte_size(A) end),
  T(ms, fun() -> map_size(A) end), T(len, fun() -> length(A) end), T(bp, fun() -> binary_part(A, 1, 2) end), T(size, fun() -> size(A) end), T(node, fun() -> node(A) end),
  T(atl, fun() -> atom_to_list(Z) end), T(isf, fun() -> is_function(A, A) end), T(mg, fun() -> map_get(k, #{}) end), T(imk, fun() -> is_map_key(k, A) end), T(min, fun() -> min(A, 1) end),
  T(th, fun() -> throw(A) end), T(ex, fun() -> exit(A) end), T(er, fun() -> error(A) end), T(er2, fun() -> error(A, [1]) end), T(er3, fun() -> error(A, none, [{error_info, #{}}]) end),T(er4, fun() -> apply(erlang, error, [A]) end),
  T(rr, fun() -> erlang:raise(foo, a, []) end), T(rr2, fun() -> erlang:raise(throw, a, [{a,b,1,[]}]) end), T(send, fun() -> A ! x end), T(send2, fun() -> Z ! x end),
  T(ap, fun() -> apply(lists, foo, [1|A]) end), T(ap2, fun() -> apply(A, [1|A]) end), T(ap3, fun() -> A:b(1) end), T(ap4, fun() -> Z:b(1) end), T(ap5, fun() -> apply(Z, []) end), T(ap6, fun() -> F=lists_foo, apply(fun(_) -> F end, []) end),
  T(u1, fun() -> lists:nofunc(1) end), T(l2a, fun() -> list_to_atom(A) end), T(to, fun() -> receive after A -> ok end end), T(mp, fun() -> A#{a=>1} end), T(lk, fun() -> link(A) end), T(wi, fun() -> register(A, A) end),
  T(tr, fun() -> (fun F(0) -> error(x); F(N) -> F(N-1) end)(10) end), T(isz, fun() -> <<1:A>> end), T(isz2, fun() -> <<A/binary>> end), T(isz3, fun() -> <<(-1)/utf8>> end), T(bs2, fun() -> <<X:A>> = <<1>>, X end),
  ok.
