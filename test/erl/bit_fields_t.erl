%% Fields of constant size in every combination: functions of random patterns and constructions, compiled here, run
%% on bitstrings that fit, that nearly fit and that are cut short, often enough to become machine code.
-module(bit_fields_t).
-export([main/0]).

-define(FUNCTIONS, 40).
-define(ROUNDS, 500).

main() ->
    rand:seed(exsss, {4, 5, 6}),
    matches(bit_fields_match, [pattern(1 + N rem 7) || N <- lists:seq(1, ?FUNCTIONS)]),
    builds(bit_fields_build, [segments(1 + N rem 7) || N <- lists:seq(1, ?FUNCTIONS)]),
    bad_builds(bit_fields_build).

load(Module, Functions) ->
    Lines = ["-module(" ++ atom_to_list(Module) ++ "). ", "-compile([export_all, nowarn_export_all]). " | Functions],
    Forms = [form(Line) || Line <- Lines],
    {ok, Module, Binary} = compile:forms(Forms, []),
    {module, Module} = code:load_binary(Module, "", Binary).

form(Line) ->
    {ok, Tokens, _} = erl_scan:string(lists:flatten(Line)),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.

pick(List) -> lists:nth(rand:uniform(length(List)), List).
number(Bits) -> rand:uniform(1 bsl Bits) - 1.
name(Letter, N) -> [Letter | integer_to_list(N)].

%% --- matching -------------------------------------------------------------------------------------

pattern(Count) -> [field(pick([integer, integer, integer, integer, skip, literal, string, binary, utf8, float])) || _ <- lists:seq(1, Count)].

field(integer) ->
    {integer, pick([1, 3, 4, 5, 7, 8, 8, 8, 9, 12, 13, 16, 16, 24, 27, 28, 29, 31, 32, 32, 33, 40, 48, 55, 56, 57, 59, 60, 61, 63, 64, 65, 72]),
     pick(["unsigned", "unsigned", "signed", "little", "little-signed", "native"])};
field(skip) -> {skip, pick([1, 3, 8, 16, 60, 100])};
field(literal) -> Size = pick([1, 4, 8, 8, 12, 16, 32, 48, 56, 64]), {literal, number(Size), Size};
field(string) -> {string, [$a + number(4) || _ <- lists:seq(1, pick([1, 2, 3, 4, 7, 8, 11]))]};
field(binary) -> {binary, pick([0, 1, 3, 8, 9, 16, 17, 70])};
field(utf8) -> utf8;
field(float) -> {float, pick([16, 32, 64])}.

%% Two clauses, of which the second is the first up to its last field, and what is left of both.
matches(Module, Patterns) ->
    load(Module, [match_function(N, Pattern) || {N, Pattern} <- numbered(Patterns)]),
    [io:format("match ~p ~0p ~p~n", [N, Pattern, run_match(Module, N, Pattern)]) || {N, Pattern} <- numbered(Patterns)].

numbered(List) -> lists:zip(lists:seq(1, length(List)), List).

match_function(N, Pattern) ->
    Name = name($f, N),
    All = numbered(Pattern),
    [clause(Name, All, pick(["R/bits", "R/binary"]), "all"), "; ", clause(Name, lists:droplast(All), "R/bits", "most"), "; ",
     Name, "(X, A) -> {none, A, X}."].

clause(Name, Fields, Rest, Tag) ->
    Names = [name($V, K) || {K, F} <- Fields, not is_fixed(F)],
    [Name, "(<<", [[field_text(K, F), ", "] || {K, F} <- Fields], Rest, ">>, A) -> {", Tag, ", A",
     [[", ", V] || V <- Names], ", R}"].

is_fixed({skip, _}) -> true;
is_fixed({literal, _, _}) -> true;
is_fixed({string, _}) -> true;
is_fixed(_) -> false.

field_text(K, {integer, Size, Flags}) -> io_lib:format("V~p:~p/~s", [K, Size, Flags]);
field_text(_, {skip, Size}) -> io_lib:format("_:~p", [Size]);
field_text(_, {literal, Value, Size}) -> io_lib:format("~p:~p", [Value, Size]);
field_text(_, {string, Text}) -> io_lib:format("~p", [Text]);
field_text(K, {binary, Size}) -> io_lib:format("V~p:~p/binary", [K, Size]);
field_text(K, utf8) -> io_lib:format("V~p/utf8", [K]);
field_text(K, {float, Size}) -> io_lib:format("V~p:~p/float", [K, Size]).

run_match(Module, N, Pattern) ->
    Function = list_to_atom(name($f, N)),
    erlang:phash2([Module:Function(subject(Round, Pattern), Round) || Round <- lists:seq(1, ?ROUNDS)]).

%% Inline or not, at any offset of another bitstring or at its start.
subject(Round, Pattern) ->
    Fit = << <<(data(F))/bits>> || F <- Pattern >>,
    Bits = spoil(Round rem 5, <<Fit/bits, (bits(pick([0, 0, 8, 13, 64, 600])))/bits>>),
    Lead = pick([0, 0, 0, 8, 3, 5]),
    <<_:Lead, Subject/bits>> = <<0:Lead, Bits/bits>>,
    Subject.

bits(Size) -> <<(number(Size)):Size>>.

data({integer, Size, _}) -> bits(Size);
data({skip, Size}) -> bits(Size);
data({literal, Value, Size}) -> <<Value:Size>>;
data({string, Text}) -> list_to_binary(Text);
data({binary, Size}) -> bits(8 * Size);
data(utf8) -> <<(pick([$a, 16#e9, 16#7ff, 16#800, 16#20ac, 16#ffff, 16#10000, 16#10ffff]))/utf8>>;
data({float, Size}) -> <<(pick([0.0, 1.5, -3.25, 100.0])):Size/float>>.

spoil(0, Bits) when bit_size(Bits) > 0 ->
    Size = number(16) rem bit_size(Bits),
    <<Short:Size/bits, _/bits>> = Bits,
    Short;
spoil(1, Bits) when bit_size(Bits) > 0 ->
    Size = number(16) rem bit_size(Bits),
    <<A:Size/bits, B:1, C/bits>> = Bits,
    <<A/bits, (1 - B):1, C/bits>>;
spoil(_, Bits) -> Bits.

%% --- building -------------------------------------------------------------------------------------

segments(Count) ->
    [segment(pick([integer, integer, integer, integer, constant, string, binary, utf8, float])) || _ <- lists:seq(1, Count)].

segment(constant) -> field(literal);
segment(binary) -> binary;
segment(Type) -> field(Type).

builds(Module, All) ->
    load(Module, lists:append([build_functions(N, Segments) || {N, Segments} <- numbered(All)])),
    [io:format("build ~p ~0p ~p~n", [N, Segments, run_build(Module, N, Segments)]) || {N, Segments} <- numbered(All)].

%% By itself, and appended to something: what was appended to is kept or not.
build_functions(N, Segments) ->
    Text = lists:join(", ", [segment_text(K, S) || {K, S} <- numbered(Segments)]),
    Head = lists:join(", ", ["L" | [name($V, K) || {K, S} <- numbered(Segments), not is_fixed(S)]]),
    [["b", integer_to_list(N), "(", Head, ") -> {L, <<", Text, ">>}."],
     ["a", integer_to_list(N), "(", Head, ") -> <<L/bits, ", Text, ">>."],
     ["c", integer_to_list(N), "(", Head, ") -> << <<", Text, ">> || <<_:5>> <= L >>."]].

segment_text(K, {integer, Size, Flags}) -> io_lib:format("V~p:~p/~s", [K, Size, Flags]);
segment_text(_, {literal, Value, Size}) -> io_lib:format("~p:~p", [Value, Size]);
segment_text(_, {string, Text}) -> io_lib:format("~p", [Text]);
segment_text(K, binary) -> io_lib:format("V~p/bits", [K]);
segment_text(K, utf8) -> io_lib:format("V~p/utf8", [K]);
segment_text(K, {float, Size}) -> io_lib:format("V~p:~p/float", [K, Size]).

run_build(Module, N, Segments) ->
    [B, A, C] = [list_to_atom(name(Letter, N)) || Letter <- "bac"],
    Some = [value(S) || S <- Segments, not is_fixed(S)],
    {Results, _} = lists:mapfoldl(fun(Round, Grown) ->
        Values = case Round rem 3 of 0 -> Some; _ -> [value(S) || S <- Segments, not is_fixed(S)] end,
        Longer = apply(Module, A, [Grown | Values]),
        Other = apply(Module, A, [Grown | Values]),
        true = Longer =:= Other,
        Result = {apply(Module, B, [Grown | Values]), Longer, apply(Module, C, [bits(Round rem 30) | Values])},
        {erlang:phash2(Result), case bit_size(Longer) > 20000 of true -> bits(Round rem 9); false -> Longer end}
    end, <<>>, lists:seq(1, ?ROUNDS)),
    erlang:phash2(Results).

value({integer, Size, _}) ->
    case rand:uniform(10) of
        1 -> -number(Size);
        2 -> number(Size + 70);
        3 -> 0;
        _ -> number(Size)
    end;
value(binary) -> bits(pick([0, 1, 8, 16, 24, 64, 65, 100, 520, 1000]));
value(utf8) -> pick([$a, 16#e9, 16#7ff, 16#800, 16#20ac, 16#ffff, 16#10000, 16#10ffff]);
value({float, _}) -> pick([0.0, 1.5, -3.25, 100.0, 7, -1]).

%% One value of the wrong type, in turn: the reason, and what error_info tells.
bad_builds(Module) ->
    Functions = [{F, A} || {F, A} <- Module:module_info(exports), lists:member(hd(atom_to_list(F)), "bac"), A > 1],
    [io:format("~p ~p~n", [F, erlang:phash2(failures(Module, F, Arity))]) || {F, Arity} <- lists:sort(Functions)].

failures(Module, Function, Arity) ->
    [failure(Module, Function, [<<1:17>> | lists:duplicate(K - 1, 1) ++ [Bad] ++ lists:duplicate(Arity - 1 - K, 1)])
     || K <- lists:seq(1, Arity - 1), Bad <- [a, <<1:3>>, 1.0, -1, 16#d800, 1 bsl 70]].

failure(Module, Function, Args) ->
    try apply(Module, Function, Args)
    catch error:Reason:Stack -> {Reason, [{F, A, proplists:get_value(error_info, Info)} || {_, F, A, Info} <- [hd(Stack)]]}
    end.
