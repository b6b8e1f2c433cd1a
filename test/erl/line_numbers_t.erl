-module(line_numbers_t).
-export([main/0, after_tail_call/2, after_bif/2, after_case/2, after_local/2]).

%% Lines of errors in instructions that share their line with a call before them.
main() ->
    [show(F, Args) || F <- [after_tail_call, after_bif, after_case, after_local],
                      Args <- [[1, a], [2, a], [a, 1], [3, 0], [[], 1], [0, b]]].

show(F, Args) ->
    io:format("~w ~w ~w~n", [F, Args, try apply(?MODULE, F, Args)
                                        catch C:R:St -> {C, R, [{N, proplists:get_value(line, I)} || {?MODULE, N, _, I} <- St]} end]).

after_tail_call(A, B) ->
    case A + 1 of
        2 -> lists:last(B); _ -> A div B
    end.

after_bif(A, B) ->
    case A * 2 of
        2 -> atom_to_list(B); _ -> A div B
    end.

after_case(A, B) when is_integer(A) ->
    X = A + 1,
    case B of
        a -> after_tail_call(X, B); b -> A / B; _ -> case X of 7 -> ok end
    end;
after_case(A, B) -> B - A.

after_local(A, B) ->
    C = identity(A),
    if is_atom(C) -> identity(B); C > 2 -> C rem B; true -> hd(C) end.

identity(X) -> X.
