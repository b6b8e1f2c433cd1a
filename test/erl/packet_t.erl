%% erlang:decode_packet/3: every type, whole and cut packets, limits, errors.
-module(packet_t).
-export([main/0]).

main() ->
    rand:seed(exsss, {19, 20, 21}),
    [io:format("~0p~n", [{T, B, O, decode(T, B, O)}]) || {T, B, O} <- cases()],
    [io:format("~p ~p~n", [T, erlang:phash2([decode(T, cut(B), []) || _ <- lists:seq(1, 40), B <- packets()])]) || T <- types()],
    io:format("wild ~p~n", [erlang:phash2([decode(T, rand:bytes(rand:uniform(20)), [{packet_size, 50}]) || _ <- lists:seq(1, 500), T <- types()])]),
    io:format("stream ~0p~n", [stream(http, request(), [])]),
    io:format("stream ~0p~n", [stream(http_bin, request(), [])]).

decode(T, B, O) ->
    try erlang:decode_packet(T, B, O)
    catch C:E -> {C, E}
    end.

types() -> [raw, 0, 1, 2, 4, asn1, sunrm, cdr, fcgi, line, tpkt, http, httph, http_bin, httph_bin, ssl_tls].

cut(B) -> binary:part(B, 0, rand:uniform(byte_size(B) + 1) - 1).

request() ->
    <<"POST http://user@host:8080/path?q HTTP/1.1\r\nHost: x\r\ncontent-TYPE: text/html\r\nX-folded: a\r\n b\r\nlonger-name-than-fifty-characters-is-not-changed-at-ALL: v\r\n\r\nbody">>.

stream(_, <<>>, Acc) -> lists:reverse(Acc);
stream(T, B, Acc) ->
    case erlang:decode_packet(T, B, []) of
        {ok, http_eoh, R} -> lists:reverse([{rest, R}, http_eoh | Acc]);
        {ok, P, R} -> stream(case T of http -> httph; http_bin -> httph_bin; _ -> T end, R, [P | Acc]);
        Other -> lists:reverse([Other | Acc])
    end.

packets() ->
    [<<5, "hello", "rest">>, <<0, 3, "abc", 1>>, <<0, 0, 0, 2, "ab", 9>>, <<16#30, 3, 1, 2, 3, 4>>, <<16#30, 16#82, 0, 3, 1, 2, 3, 4>>, <<16#3f, 16#81, 1, 2, 7, 8, 9>>,
     <<16#80, 0, 0, 3, "abc", 1>>, <<"GIOP", 1, 0, 0, 0, 0, 0, 0, 2, "ab", 1>>, <<"GIOP", 1, 0, 1, 0, 2, 0, 0, 0, "ab", 1>>, <<1, 1, 0, 1, 0, 3, 2, 0, "abc", 0, 0, 1>>,
     <<"line\nnext\n">>, <<3, 0, 0, 6, "ab", 1>>, <<"GET / HTTP/1.0\r\nA: b\r\n\r\n">>, <<"HTTP/1.1 200 OK\r\n\r\n">>, <<22, 3, 1, 0, 2, "ab", 1>>, <<16#80, 5, 1, 3, 1, "abcd">>, request()].

cases() ->
    [{1, <<5, "hello!">>, []}, {2, <<0, 5, "hel">>, []}, {4, <<1, 2>>, []}, {4, <<16#ffffffff:32>>, []}, {4, <<100:32>>, [{packet_size, 50}]}, {line, <<"abc">>, []}, {line, <<"abc">>, [{line_length, 2}]},
     {line, <<"abc\n">>, [{line_length, 3}]}, {line, <<"abc\n">>, [{packet_size, 2}]}, {line, <<"a;b">>, [{line_delimiter, $;}]}, {1, <<1, 2>>, [{line_delimiter, $;}]}, {raw, <<>>, []}, {raw, <<1, 2, 3:3>>, []},
     {1, <<1, 2, 3, 5:3>>, []}, {http, <<"GET * HTTP/1.1\r\n">>, []}, {http, <<"GET /a/b HTTP/1.1\n">>, []}, {http, <<"FOO x:y HTTP/1.1\r\n">>, []}, {http, <<"GET abc\r\n">>, []}, {http, <<"GET https://h/ HTTP/1.1\r\n">>, []},
     {http, <<"GET http://h HTTP/1.1\r\n">>, []}, {http, <<"GET http://h:x/ HTTP/1.1\r\n">>, []}, {http, <<"GET http://h:0/ HTTP/1.1\r\n">>, []}, {http, <<"bad line\r\n">>, []}, {http, <<"GET / HTTP/x\r\n">>, []}, {http, <<"\r\n">>, []},
     {http, <<"HTTP/1.1 404 Not Found\r\n">>, []}, {http, <<"HTTP/1.1 404\r\n">>, []}, {http, <<"HTTP/1.1 4x\r\n">>, []}, {httph, <<"Host: a\r\n\r\n">>, []}, {httph, <<"Host: a\r\n">>, []}, {httph, <<"\r\n">>, []}, {httph, <<"\n">>, []},
     {httph, <<": a\r\n\r\n">>, []}, {httph, <<"no colon\r\n\r\n">>, []}, {httph_bin, <<"host:a\r\n\tb\r\nX: y\r\n">>, []}, {http, <<"GET / HTTP/1.1\r\n">>, [{packet_size, 5}]}, {http, <<"GET / HT">>, [{line_length, 5}]},
     {ssl_tls, <<22, 3, 3, 0, 1, 7, 8>>, []}, {foo, <<>>, []}, {raw, a, []}, {raw, <<1>>, [a]}, {raw, <<1>>, [{packet_size, -1}]}, {raw, <<1>>, a}, {3, <<1>>, []}, {tpkt, <<2, 0, 0, 5>>, []}, {asn1, <<16#30, 16#85, 1, 2, 3, 4, 5>>, []}].
