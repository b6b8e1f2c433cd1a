%% Bit syntax: construction, matching, appending, and their errors.
-module(bits_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {1, 2, 3}),
    io:format("integers ~p~n", [erlang:phash2([integers(I) || I <- lists:seq(1, 3000)])]),
    io:format("floats ~p~n", [floats()]),
    io:format("parts ~p~n", [erlang:phash2([parts(I) || I <- lists:seq(1, 2000)])]),
    io:format("texts ~p~n", [texts()]),
    io:format("utf ~p~n", [erlang:phash2([utf(C) || C <- lists:seq(0, 16#110010, 7)])]),
    io:format("appends ~p~n", [appends()]),
    io:format("comprehensions ~p~n", [comprehensions()]),
    [io:format("~p: ~0p~n", [N, E]) || {N, E} <- errors()],
    io:format("compare ~p~n", [compare()]),
    io:format("skips ~p~n", [skips()]),
    io:format("tails ~0p~n", [tails()]),
    io:format("contexts over calls ~0p~n", [contexts_over_calls()]).

number(Bits) -> rand:uniform(1 bsl Bits) - 1 - (1 bsl (Bits - 1)).

%% A value through every kind of field, at every bit offset.
integers(I) ->
    Size = 1 + rand:uniform(200),
    Lead = I rem 11,
    N = number(Size + 3),
    B = <<0:Lead, N:Size, 1:1>>,
    L = <<0:Lead, N:Size/little, 1:1>>,
    <<_:Lead, U:Size, 1:1>> = B,
    <<_:Lead, S:Size/signed, 1:1>> = B,
    <<_:Lead, UL:Size/little, 1:1>> = L,
    <<_:Lead, SL:Size/signed-little, 1:1>> = L,
    true = U =:= UL andalso S =:= SL,
    <<N16:16, N32:32, N64:64, _/bits>> = <<B/bits, 0:128>>,
    <<L16:16/little-signed, L32:32/little-signed, L64:64/little-signed, _/bits>> = <<L/bits, 0:128>>,
    <<Native:24/native, _/bits>> = <<B/bits, 0:24>>,
    {B, L, U, S, N16, N32, N64, L16, L32, L64, Native}.

floats() ->
    Values = [0.0, -0.0, 1.0, -1.5, 0.1, 1.0e10, 1.0e-10, 65504.0, 6.0e-8, 5.9e-8, 3.4e38, 1.0e-45, 1.7976931348623157e308, 3, -7, 1 bsl 60, 1 bsl 100],
    [[catch float_field(V, Size, Lead) || Size <- [16, 32, 64], Lead <- [0, 3]] || V <- Values].

float_field(V, Size, Lead) ->
    B = <<0:Lead, V:Size/float, V:Size/float-little>>,
    case B of
        <<_:Lead, X:Size/float, Y:Size/float-little>> -> {B, X, Y};
        _ -> {B, nomatch}
    end.

random_bits(Size) -> << <<(rand:uniform(2) - 1):1>> || _ <- lists:seq(1, Size) >>.

parts(_) ->
    B = random_bits(rand:uniform(300)),
    Size = bit_size(B),
    From = rand:uniform(Size + 1) - 1,
    Length = rand:uniform(Size - From + 1) - 1,
    <<Head:From/bits, Part:Length/bits, Tail/bits>> = B,
    B = <<Head/bits, Part/bits, Tail/bits>>,
    Bytes = case Part of <<X/binary>> -> X; _ -> none end,
    Units = case Tail of <<Y/binary-unit:3>> -> Y; _ -> none end,
    {B, Head, Part, Tail, Bytes, Units, byte_size(Part), bit_size(Part)}.

texts() ->
    <<"abc", 16#e9/utf8, "x"/utf16, "y"/utf32-little, "tail">> = B = <<"abc", 16#e9/utf8, "x"/utf16, "y"/utf32-little, "tail">>,
    Match = case <<1:3, "string and more">> of <<1:3, "string", Rest/binary>> -> Rest end,
    {B, Match}.

utf(C) ->
    Try = fun(F) -> try F() catch error:E -> E end end,
    Build = [Try(fun() -> <<C/utf8>> end), Try(fun() -> <<1:1, C/utf16>> end), Try(fun() -> <<C/utf16-little>> end),
             Try(fun() -> <<C/utf32>> end), Try(fun() -> <<1:7, C/utf32-little>> end)],
    Raw = <<C:24>>,
    Read = [case Raw of <<X/utf8, R/bits>> -> {X, R}; _ -> no end,
            case <<Raw/binary, 0:16>> of <<X/utf16, R/bits>> -> {X, R}; _ -> no end,
            case <<Raw/binary, 0>> of <<X/utf32-little, R/bits>> -> {X, R}; _ -> no end,
            case <<1:1, Raw/binary>> of <<_:1, _/utf8, R/bits>> -> R; _ -> no end],
    {Build, Read}.

%% Older results of appending must not see what is appended later, nor two branches each other.
appends() ->
    All = lists:foldl(fun(I, [B | _] = Bs) -> [<<B/bits, I:(I rem 17)>> | Bs] end, [<<>>], lists:seq(1, 500)),
    Branches = [<<B/bits, 1:1>> || B <- All] ++ [<<B/bits, 0:1>> || B <- All],
    Self = lists:foldl(fun(_, B) -> <<B/binary, B/binary>> end, <<"ab">>, lists:seq(1, 10)),
    Big = grow(<<>>, 100000),
    Parts = [binary:part(Big, I * 777, 50) || I <- lists:seq(0, 200)],
    {erlang:phash2(All), erlang:phash2(Branches), erlang:phash2(Self), byte_size(Big), erlang:phash2(Big), erlang:phash2(Parts)}.

grow(B, 0) -> B;
grow(B, N) -> grow(<<B/binary, N:16>>, N - 1).

comprehensions() ->
    B = << <<(X * 3):12>> || X <- lists:seq(1, 1000) >>,
    L = [X || <<X:5>> <= B],
    C = << <<X:7/little>> || <<X:9>> <= B, X rem 3 =/= 0 >>,
    D = << <<X/utf8>> || <<X:13>> <= B >>,
    {erlang:phash2(B), erlang:phash2(L), erlang:phash2(C), erlang:phash2(D), bit_size(C)}.

errors() ->
    Try = fun(F) ->
              try {ok, F()}
              catch C:E:S -> {C, E, [maps:get(cause, proplists:get_value(error_info, I, #{}), none) || {?MODULE, _, _, I} <- [hd(S)]]}
              end
          end,
    V = fun(X) -> X end,
    [{integer_type, Try(fun() -> <<(V(a)):8>> end)},
     {integer_size, Try(fun() -> <<1:(V(-1))>> end)},
     {integer_size_type, Try(fun() -> <<1:(V(a))>> end)},
     {integer_size_big, Try(fun() -> <<1:(V(1 bsl 70))>> end)},
     {integer_size_big_negative, Try(fun() -> <<1:(V(-(1 bsl 70)))>> end)},
     {integer_size_float, Try(fun() -> <<1:(V(1.0))>> end)},
     {second_segment, Try(fun() -> <<1, (V(b)):8, 3>> end)},
     {float_type, Try(fun() -> <<(V(a))/float>> end)},
     {float_size, Try(fun() -> <<1.0:(V(17))/float>> end)},
     {float_range, Try(fun() -> <<(V(1 bsl 2000))/float>> end)},
     {float_range_32, Try(fun() -> <<(V(1.0e300)):32/float>> end)},
     {float_range_16, Try(fun() -> <<(V(1.0e5)):16/float>> end)},
     {binary_type, Try(fun() -> <<1, (V(a))/binary>> end)},
     {binary_unit, Try(fun() -> <<1, (V(<<1:3>>))/binary>> end)},
     {binary_short, Try(fun() -> <<1, (V(<<1>>)):2/binary>> end)},
     {binary_sized_type, Try(fun() -> <<1, (V(a)):2/binary>> end)},
     {binary_size, Try(fun() -> <<1, (V(<<1>>)):(V(-2))/binary>> end)},
     {append_type, Try(fun() -> <<(V(a))/binary, 1>> end)},
     {append_unit, Try(fun() -> <<(V(<<1:3>>))/binary, 1>> end)},
     {utf8, Try(fun() -> <<(V(16#d800))/utf8>> end)},
     {utf8_big, Try(fun() -> <<(V(1 bsl 70))/utf8>> end)},
     {utf8_negative, Try(fun() -> <<(V(-1))/utf8>> end)},
     {utf16, Try(fun() -> <<(V(16#110000))/utf16>> end)},
     {utf16_atom, Try(fun() -> <<(V(x))/utf16>> end)},
     {utf32, Try(fun() -> <<(V(16#dfff))/utf32>> end)},
     {utf32_float, Try(fun() -> <<(V(1.5))/utf32>> end)}].

compare() ->
    Bs = [random_bits(N rem 40) || N <- lists:seq(1, 60)],
    Shifted = [begin <<_:3, X/bits>> = <<5:3, B/bits>>, X end || B <- Bs],
    {erlang:phash2([{A < B, A =:= B, A == C, C > B} || A <- Bs, B <- Bs, C <- [hd(Shifted)]]),
     Bs =:= Shifted, lists:sort(Bs) =:= lists:sort(Shifted), erlang:phash2(Bs) =:= erlang:phash2(Shifted)}.

skips() ->
    B = random_bits(1000),
    [erlang:phash2(skip(B, N, [])) || N <- [1, 3, 7, 8, 13, 64, 65]].

skip(B, N, Acc) ->
    case B of
        <<_:N, X:1, R/bits>> -> skip(R, N, [X | Acc]);
        <<_:N/unit:1, R/bits>> -> [R | Acc];
        R -> [R | Acc]
    end.

tails() ->
    F = fun(<<>>) -> empty;
           (<<X:8>>) -> {byte, X};
           (<<1:1, R/bits>>) -> {one, R};
           (<<0:1, X:2/binary, R/binary>>) -> {two, X, R};
           (<<0:1, R/bits>>) -> {zero, R} end,
    [F(B) || B <- [<<>>, <<7>>, <<1:1>>, <<0:1>>, <<255, 1>>, <<0:1, 1, 2, 3, 4>>, <<0:1, 1, 2, 3:7>>]].

%% The match context lives over a call, in a stack slot, when the size is known and the heap is full.
contexts_over_calls() ->
    Bins = [list_to_binary([[L, lists:duplicate(L, N rem 251), 255] || L <- [N rem 7, N rem 40]]) || N <- lists:seq(1, 20000)],
    Parsed = [fields(B, []) || B <- Bins],
    Lines = [string:split(iolist_to_binary([lists:duplicate(N rem 50, $a), "one\n", "two\n"]), "\n", all) || N <- lists:seq(1, 2000)],
    {iolist_size(Parsed), erlang:md5(Parsed), iolist_size(Lines), erlang:md5(Lines)}.

fields(<<Size:8, Rest/binary>>, Acc) ->
    Known = lists:last([a, Size]),
    case Rest of
        <<Field:Known/binary, 255, _/binary>> ->
            Kept = lists:reverse([Field, Acc]),
            <<_:Known/binary, 255, More/binary>> = Rest,
            fields(More, Kept);
        _ -> {short, Size, byte_size(Rest), length(Acc)}
    end;
fields(<<>>, Acc) -> Acc.
