%% persistent_term.
-module(persistent_term_t).
-export([main/0]).

main() -> basics(), errors(), replaced(), many(), held().

p(Tag, F) -> io:format("~p: ~p~n", [Tag, try F() catch C:R:S -> {C, R, formatted(R, S)} end]).

formatted(R, [{M, F, A, Info} | _] = S) when is_list(A) ->
    case proplists:get_value(error_info, Info) of
        undefined -> {M, F, length(A)};
        #{module := Mod} -> {M, F, length(A), Mod:format_error(R, S)}
    end;
formatted(_, [{M, F, A, _} | _]) -> {M, F, A}.

basics() ->
    K = {?MODULE, key},
    p(put, fun() -> persistent_term:put(K, value) end),
    p(get, fun() -> persistent_term:get(K) end),
    p(default, fun() -> {persistent_term:get(K, other), persistent_term:get({?MODULE, none}, other)} end),
    p(same, fun() -> persistent_term:put(K, value) end),
    V = {deep, [1, 2.5, "text", <<"binary">>, binary:copy(<<"x">>, 200), #{a => {b}}, 1 bsl 100, fun lists:map/2, self(), make_ref()]},
    p(deep, fun() -> persistent_term:put(K, V), persistent_term:get(K) =:= V end),
    p(listed, fun() -> lists:keyfind(K, 1, persistent_term:get()) =:= {K, V} end),
    p(numbers, fun() -> persistent_term:put({?MODULE, 1}, int), persistent_term:put({?MODULE, 1.0}, float), {persistent_term:get({?MODULE, 1}), persistent_term:get({?MODULE, 1.0})} end),
    p(info, fun() -> #{count := C, memory := M} = persistent_term:info(), {is_integer(C), is_integer(M), map_size(persistent_term:info()), C =:= length(persistent_term:get())} end),
    p(erase, fun() -> {persistent_term:erase(K), persistent_term:erase(K), persistent_term:get(K, gone)} end).

errors() ->
    p(missing, fun() -> persistent_term:get({?MODULE, nothing}) end).

replaced() ->
    K = {?MODULE, replaced},
    persistent_term:put(K, {first, lists:seq(1, 100)}),
    Old = persistent_term:get(K),
    Self = self(),
    Pid = spawn(fun() -> Mine = persistent_term:get(K), Self ! ready, receive go -> Self ! Mine end end),
    receive ready -> ok end,
    [persistent_term:put(K, {I, lists:seq(1, 100)}) || I <- lists:seq(1, 50)],
    persistent_term:erase(K),
    erlang:garbage_collect(),
    receive after 50 -> ok end,
    [persistent_term:put({K, I}, lists:duplicate(100, I)) || I <- lists:seq(1, 20)],
    p(old, fun() -> Old =:= {first, lists:seq(1, 100)} end),
    Pid ! go,
    p(others, fun() -> receive X -> X =:= Old end end),
    [persistent_term:erase({K, I}) || I <- lists:seq(1, 20)].

many() ->
    [persistent_term:put({?MODULE, many, I}, {I, [I]}) || I <- lists:seq(1, 2000)],
    p(many, fun() -> lists:all(fun(I) -> persistent_term:get({?MODULE, many, I}) =:= {I, [I]} end, lists:seq(1, 2000)) end),
    [persistent_term:erase({?MODULE, many, I}) || I <- lists:seq(1, 2000, 2)],
    p(half, fun() -> length([I || I <- lists:seq(1, 2000), persistent_term:get({?MODULE, many, I}, none) =/= none]) end),
    [persistent_term:erase({?MODULE, many, I}) || I <- lists:seq(1, 2000)],
    ok.

%% Terms that live on in messages, dictionaries, ets tables and other persistent terms.
held() ->
    K = {?MODULE, held},
    persistent_term:put(K, {x, [y, "z"], #{a => 1}}),
    V = persistent_term:get(K),
    put(dict, V), self() ! {msg, V},
    T = ets:new(t, []), ets:insert(T, {v, V}),
    persistent_term:put({K, 2}, {wrapped, V}),
    erlang:send_after(100, self(), {timer, V}),
    persistent_term:erase(K),
    receive after 20 -> ok end,
    erlang:garbage_collect(),
    [persistent_term:put({K, fill, I}, lists:seq(1, 50)) || I <- lists:seq(1, 100)],
    Expected = {x, [y, "z"], #{a => 1}},
    p(dictionary, fun() -> get(dict) =:= Expected end),
    p(message, fun() -> receive {msg, M} -> M =:= Expected end end),
    p(ets, fun() -> ets:lookup_element(T, v, 2) =:= Expected end),
    p(wrapped, fun() -> persistent_term:get({K, 2}) =:= {wrapped, Expected} end),
    p(timer, fun() -> receive {timer, M} -> M =:= Expected end end).
