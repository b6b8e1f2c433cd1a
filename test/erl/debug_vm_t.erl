%% erts_debug of a VM without lock counting, whose instructions cannot be disassembled.
-module(debug_vm_t).
-export([main/0]).

main() ->
    io:format("~p~n", [lists:all(fun(I) -> is_list(I) andalso I =/= [] end, erts_debug:instructions())]),
    [io:format("~p ~p: ~p~n", [F, A, try apply(erts_debug, F, A) catch C:R -> {C, R} end])
     || {F, A} <- [{interpreter_size, []}, {dist_ext_to_term, [a, b]}, {dist_ext_to_term, [{}, <<>>]},
                   {dist_ext_to_term, [{a, b}, <<131, 97, 1>>]}, {dist_ext_to_term, [{}, <<97, 1>>]},
                   {lcnt_control, [copy_save]}, {lcnt_control, [mask, []]}, {lcnt_collect, []}, {lcnt_clear, []},
                   {disassemble, [{lists, map, 2}]}, {disassemble, [a]}]].
