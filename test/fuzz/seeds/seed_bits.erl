-module(seed_bits).
-export([head/1, fields/1, utf/1, copy/1, build/2, sizes/1, floats/1, skip/1, parts/1, append/1, tail/2, strings/1]).

head(<<A, B:4, C:12/little, R/bits>>) -> {A, B, C, R};
head(<<A, R/binary>>) -> {A, R};
head(X) -> X.

fields(<<N, S:N/binary, T:2/signed-unit:8, R/bits>>) -> {S, T, R};
fields(<<B:100, _/bits>>) -> B;
fields(X) -> X.

utf(<<C/utf8, R/binary>>) -> [C | utf(R)];
utf(<<C/utf16, _/binary>>) -> C;
utf(X) -> X.

copy(B) when is_binary(B) -> << <<X:8, (X + 1):4>> || <<X>> <= B >>;
copy(L) when is_list(L) -> << <<X>> || X <- L, is_integer(X) >>;
copy(X) -> X.

build(A, B) when is_integer(A) -> <<A:16, "text", A:4/little, (integer_to_binary(A))/binary, B/binary>>;
build(A, B) -> catch <<A/binary, 1, B/bits>>.

sizes(B) when is_bitstring(B) -> {bit_size(B), byte_size(B)};
sizes(X) -> X.

floats(<<F:64/float, R/bits>>) -> {F, R};
floats(<<F:16/float, _/bits>>) -> F;
floats(F) when is_float(F) -> <<F/float, F:32/float-little>>;
floats(X) -> X.

skip(<<_:3, 1:1, _:4, R/bits>>) -> R;
skip(<<_, R/bits>>) -> skip(R);
skip(X) -> X.

parts(<<"01", R/binary>>) -> {yes, R};
parts(<<1, 2, R/binary>>) -> {no, R};
parts(X) -> X.

append(L) when is_list(L) -> append(L, <<>>);
append(X) -> X.
append([H | T], A) when is_integer(H) -> append(T, <<A/binary, H, 0:3, 1:5>>);
append(_, A) -> A.

tail(<<2, R/bits>>, X) -> tail(R, X);
tail(<<1, R/bits>>, X) -> tail2(R, X);
tail(_, X) -> X.
tail2(<<2, R/bits>>, X) when X > 3 -> tail2(R, X);
tail2(<<>>, _) -> ok.

strings(B) -> [X || <<X:16>> <= B, X > 3].
