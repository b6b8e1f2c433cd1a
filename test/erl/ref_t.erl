%% References, pids and ports as terms and texts.
-module(ref_t).
-export([main/0]).

main() ->
    Refs = [make_ref() || _ <- lists:seq(1, 1000)],
    p(different, length(lists:usort(Refs))),
    p(rising, lists:sort(Refs) =:= Refs),
    p(texts, lists:all(fun(R) -> list_to_ref(ref_to_list(R)) =:= R end, Refs)),
    p(form, lists:all(fun(R) -> match =:= re:run(ref_to_list(R), "^#Ref<0\\.[0-9]+\\.[0-9]+\\.[0-9]+>$", [{capture, none}]) end, Refs)),
    p(pid, [pid_to_list(list_to_pid(T)) || T <- ["<0.0.0>", "<0.77.0>", "<0.12345.1>"]]),
    p(self, list_to_pid(pid_to_list(self())) =:= self()),
    p(port, [port_to_list(list_to_port(T)) || T <- ["#Port<0.0>", "#Port<0.123456789>"]]),
    [p(bad_pid, {T, attempt(fun() -> list_to_pid(T) end)})
     || T <- ["", "<0.1.2", "<0.1>", "0.1.2", "<a.1.2>", "<0.1.2>x", "<0.-1.2>", x, [a], "<0.268435456.0>", "<0..1>", ["<0.1.2>"], "<4000000000.1.2>"]],
    [p(bad_port, {T, attempt(fun() -> list_to_port(T) end)}) || T <- ["", "#Port<0>", "#Port<0.1", "#Port<0.1>x", "<0.1>", x, "#Port<4000000000.1>"]],
    [p(bad_ref, {T, attempt(fun() -> list_to_ref(T) end)})
     || T <- ["", "#Ref<0.1.2.3", "#Ref<0.1.2.3>x", "#Ref<0.1.2.4294967296>", "#Ref<x.1.2.3>", x, "#Ref<4000000000.1.2.3>", "#Ref<0.1.2.3.4.5.6>"]],
    p(to_list_bad, [attempt(fun() -> erlang:F(id(x)) end) || F <- [ref_to_list, pid_to_list, port_to_list, node]]),
    p(node, [node(X) =:= node() || X <- [self(), make_ref(), hd(erlang:ports())]]),
    p(types, [{is_reference(X), is_pid(X), is_port(X)} || X <- [self(), make_ref(), hd(erlang:ports()), x]]),
    p(order, lists:sort([self(), hd(Refs), a, fun lists:map/2, 1]) =:= [1, a, hd(Refs), fun lists:map/2, self()]),
    A = alias(),
    p(alias, {list_to_ref(ref_to_list(A)) =:= A, binary_to_term(term_to_binary(A)) =:= A}),
    A ! hello,
    p(alias_message, receive M -> M after 1000 -> none end),
    binary_to_term(term_to_binary(A)) ! again,
    p(alias_copy, receive N -> N after 1000 -> none end),
    p(unalias, unalias(A)),
    written(),
    Keys = maps:from_list([{R, true} || R <- Refs]),
    p(as_keys, lists:all(fun(R) -> maps:is_key(list_to_ref(ref_to_list(R)), Keys) end, Refs)),
    ok.

%% What a reference stands for is found again where it was written down, as long as it is there.
written() ->
    {Kind, Ref} = Counter = counters:new(2, []),
    Core = cerl:c_module(cerl:c_atom(ref_t_literal), [cerl:c_fname(counter, 0)],
                         [{cerl:c_fname(counter, 0), cerl:c_fun([], cerl:abstract(Counter))}]),
    {ok, Module, Code} = compile:forms(Core, [from_core, binary]),
    {module, Module} = code:load_binary(Module, "", Code),
    Table = ets:new(t, [compressed]),
    ets:insert(Table, {counter, Counter}),
    [begin
         p(written, {Name, attempt(fun() -> counters:add(Same, 1, 1), counters:get(Counter, 1) end), Same =:= Counter})
     end || {Name, Same} <- [{etf, binary_to_term(term_to_binary(Counter))}, {text, {Kind, list_to_ref(ref_to_list(Ref))}},
                             {table, element(2, hd(ets:lookup(Table, counter)))}, {code, Module:counter()}]],
    code:purge(Module), code:delete(Module), code:purge(Module),
    p(written_still, attempt(fun() -> counters:add(binary_to_term(term_to_binary(Counter)), 1, 1), counters:get(Counter, 1) end)),
    Many = [counters:new(1, []) || _ <- lists:seq(1, 500)],
    Written = [term_to_binary(C) || C <- Many],
    [counters:put(C, 1, N) || {N, C} <- lists:enumerate(Many)],
    p(written_many, {lists:sum([counters:get(binary_to_term(B), 1) || B <- Written]), length(Many)}),
    Gone = gone(),
    p(written_gone, attempt(fun() -> counters:get(binary_to_term(Gone), 1) end)).

gone() ->
    Self = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> Self ! {self(), term_to_binary(counters:new(1, []))} end),
    receive {'DOWN', Monitor, process, Pid, _} -> ok end,
    receive {Pid, Written} -> Written end.

p(Tag, Value) -> io:format("~p: ~0tp~n", [Tag, Value]).
attempt(F) -> try F() catch C:R -> {C, R} end.
id(X) -> X.
