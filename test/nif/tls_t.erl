-module(tls_t).
-export([main/0]).
main() ->
    {ok, _} = application:ensure_all_started(ssl),
    {ok, _} = application:ensure_all_started(inets),
    #{server_config := S, client_config := C} =
        public_key:pkix_test_data(#{server_chain => #{root => [{key, {rsa, 2048, 65537}}], intermediates => [], peer => [{key, {rsa, 2048, 65537}}]},
                                    client_chain => #{root => [{key, {rsa, 2048, 65537}}], intermediates => [], peer => []}}),
    [exchange(S, C, V) || V <- ['tlsv1.3', 'tlsv1.2']],
    https(S, C),
    ok.
exchange(S, C, V) ->
    {ok, L} = ssl:listen(0, [{versions, [V]}, {reuseaddr, true}, {active, false}, binary | S]),
    {ok, {_, Port}} = ssl:sockname(L),
    Self = self(),
    spawn_link(fun() ->
        {ok, T} = ssl:transport_accept(L), {ok, X} = ssl:handshake(T),
        {ok, B} = ssl:recv(X, 100000), ok = ssl:send(X, [<<"echo:">>, B]), Self ! done, receive stop -> ok after 2000 -> ok end end),
    {ok, X} = ssl:connect("localhost", Port, [{versions, [V]}, {verify, verify_none}, {active, false}, binary | lists:keydelete(verify, 1, C)]),
    ok = ssl:send(X, binary:copy(<<"0123456789">>, 10000)),
    {ok, R} = ssl:recv(X, 100005),
    {ok, Info} = ssl:connection_information(X, [protocol]),
    io:format("~p ~p ~p~n", [V, Info, erlang:md5(R) =:= erlang:md5([<<"echo:">>, binary:copy(<<"0123456789">>, 10000)])]),
    ssl:close(X), ssl:close(L).
https(S, _C) ->
    ok = filelib:ensure_dir("root/x"), ok = file:write_file("root/hello.txt", "hello over tls\n"),
    {ok, Pid} = inets:start(httpd, [{port, 0}, {server_name, "localhost"}, {server_root, "."}, {document_root, "root"},
                                    {bind_address, {127,0,0,1}}, {socket_type, {ssl, S}}]),
    [{port, Port}] = httpd:info(Pid, [port]),
    Url = "https://localhost:" ++ integer_to_list(Port) ++ "/hello.txt",
    {ok, {{_, Code, _}, _, Body}} = httpc:request(get, {Url, []}, [{ssl, [{verify, verify_none}]}], []),
    io:format("~p ~p~n", [Code, Body]).
