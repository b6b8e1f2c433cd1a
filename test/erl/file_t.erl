%% Files and folders: prim_file through file, raw and cooked.
-module(file_t).
-export([main/0]).
-include_lib("kernel/include/file.hrl").

main() ->
    Dir = filename:join("/tmp", "file_t_" ++ os:getpid()),
    ok = file:make_dir(Dir),
    {ok, Old} = file:get_cwd(),
    ok = file:set_cwd(Dir),
    try
        whole(), raw(), positions(), lines(), buffered(), appending(), exclusive(), names(), links(), folders(), info(),
        times(), truncating(), copying(), owner(), errors(), bad_arguments(), positional_lists(), compressed(),
        encodings(), special(), ram(), pipes()
    after
        ok = file:set_cwd(Old),
        os:cmd("rm -rf " ++ Dir)
    end.

p(Tag, V) -> io:format("~p: ~p~n", [Tag, V]).

whole() ->
    p(write_file, file:write_file("a", ["abc", <<"def">>, [$g, ["h"]]])),
    p(read_file, file:read_file("a")),
    p(write_empty, [file:write_file("e", ""), file:read_file("e")]),
    Big = binary:copy(<<"0123456789abcdef">>, 70000),
    p(big, [file:write_file("big", Big), file:read_file("big") =:= {ok, Big}]),
    p(proc, element(1, file:read_file("/proc/self/stat"))).

raw() ->
    {ok, F} = file:open("raw", [raw, read, write, binary]),
    p(raw, [file:write(F, <<"hello ">>), file:write(F, ["wor", "ld"]), file:position(F, 0), file:read(F, 5),
            file:read(F, 100), file:read(F, 1), file:read(F, 0), file:position(F, cur)]),
    p(many_parts, [file:write(F, [<<N>> || N <- lists:seq(0, 255)]), file:position(F, {eof, -3}), file:read(F, 3)]),
    p(sync, [file:sync(F), file:datasync(F), file:advise(F, 0, 10, sequential), file:advise(F, 0, 10, foo),
             file:allocate(F, 0, 4096)]),
    p(close, [file:close(F), file:close(F), file:read(F, 1)]),
    {ok, L} = file:open("raw", [raw]),
    p(list_mode, [file:read(L, 5), file:pread(L, 2, 3), file:pread(L, 100000, 3), file:write(L, "x"), file:close(L)]).

positions() ->
    {ok, F} = file:open("raw", [raw, read, binary]),
    p(positions, [file:position(F, P) || P <- [bof, {bof, 3}, {cur, 2}, {cur, -100}, eof, {eof, 5}, 7, -1, foo, {foo, 1}]]),
    p(pread_list, file:pread(F, [{0, 3}, {3, 3}, {1000000, 3}])),
    p(pread_bad, [file:pread(F, -1, 2), file:pread(F, 1, -2), catch file:pread(F, a, 2)]),
    ok = file:close(F),
    {ok, W} = file:open("pw", [raw, write, read, binary]),
    p(pwrite, [file:pwrite(W, 3, "abc"), file:pwrite(W, [{0, "x"}, {10, "y"}]), file:pread(W, 0, 100),
               file:pwrite(W, -1, "z")]),
    file:close(W).

lines() ->
    ok = file:write_file("lines", "one\ntwo\r\n\nlast"),
    p(lines, [begin
                  {ok, F} = file:open("lines", M),
                  R = read_lines(F, []),
                  file:close(F),
                  {M, R}
              end || M <- [[raw], [raw, binary], [raw, {read_ahead, 3}], [read], [binary], [raw, read_ahead]]]).

read_lines(F, Acc) ->
    case file:read_line(F) of
        {ok, L} -> read_lines(F, [L | Acc]);
        Other -> lists:reverse([Other | Acc])
    end.

buffered() ->
    {ok, F} = file:open("delayed", [raw, write, binary, {delayed_write, 100, 50}]),
    p(delayed, [file:write(F, <<"abc">>), file:write(F, binary:copy(<<"x">>, 300)), file:close(F)]),
    p(delayed_size, filelib:file_size("delayed")),
    {ok, R} = file:open("delayed", [raw, read, binary, {read_ahead, 16}]),
    p(read_ahead, [file:read(R, 2), file:read(R, 2), file:position(R, cur), file:read(R, 100), file:close(R)]),
    {ok, C} = file:open("delayed", [read, write]),
    p(cooked, [file:read(C, 4), file:position(C, 0), file:write(C, "ABC"), file:position(C, 0), file:read(C, 4),
               file:truncate(C), file:position(C, eof), io:get_line(C, ""), file:close(C)]).

appending() ->
    {ok, F} = file:open("app", [append]),
    ok = file:write(F, "one"), ok = file:close(F),
    {ok, G} = file:open("app", [append, raw]),
    ok = file:write(G, "two"), ok = file:close(G),
    p(append, file:read_file("app")),
    {ok, H} = file:open("app", [write, raw]), ok = file:close(H),
    p(write_truncates, file:read_file("app")).

exclusive() ->
    p(exclusive, [case file:open("ex", [exclusive, raw]) of {ok, F} -> file:close(F); E -> E end || _ <- [1, 2]]),
    p(sync_mode, case file:open("sy", [write, sync, raw]) of {ok, F} -> [file:write(F, "x"), file:close(F)] end).

names() ->
    p(unicode_name, [file:write_file("räksmörgås" ++ [16#1F600], "x"), lists:sort(element(2, file:list_dir("."))) =/= []]),
    p(binary_name, [file:write_file(<<"bin">>, "y"), file:read_file(<<"bin">>), file:read_file('bin')]),
    p(raw_name, [file:write_file(<<255, 254>>, "z"), [N || N <- element(2, file:list_dir_all(".")), is_binary(N)],
                 file:delete(<<255, 254>>)]),
    p(nul, [file:read_file("a" ++ [0] ++ "b"), file:open(<<"a", 0, "b">>, [read]), file:read_file("")]),
    p(rename, [file:rename("bin", "bin2"), file:read_file("bin"), file:rename("bin", "x"), file:rename("bin2", "nodir/x")]),
    p(delete, [file:delete("bin2"), file:delete("bin2"), file:delete(".")]).

links() ->
    p(hard, [file:make_link("a", "hard"), file:read_file("hard"), file:make_link("nope", "h2")]),
    p(soft, [file:make_symlink("a", "soft"), file:read_link("soft"), file:read_file("soft"), file:make_symlink("b", "soft")]),
    p(dangling, [file:make_symlink("nowhere", "dang"), file:read_file("dang"), file:read_link("dang"),
                 file:read_file_info("dang"), type(file:read_link_info("dang"))]),
    p(not_link, [file:read_link("a"), file:read_link("nope"), file:read_link_all("soft")]).

type({ok, #file_info{type = T}}) -> T;
type(Other) -> Other.

folders() ->
    p(dirs, [file:make_dir("d"), file:make_dir("d"), file:make_dir("d/e"), file:make_dir("x/y"), file:write_file("d/f", "")]),
    p(list, lists:sort(element(2, file:list_dir("d")))),
    p(list_errors, [file:list_dir("nope"), file:list_dir("a")]),
    p(del, [file:del_dir("d"), file:del_dir("a"), file:del_dir("nope"), file:del_dir("d/e")]),
    p(cwd, [file:set_cwd("d"), filename:basename(element(2, file:get_cwd())), file:set_cwd(".."), file:set_cwd("nope"),
            file:get_cwd("c:")]),
    p(open_dir, [file:open("d", [read]), file:open("d", [read, raw]), file:open("d", [write]),
                 case file:open("d", [read, directory, raw]) of {ok, F} -> file:close(F); E -> E end,
                 file:open("a", [directory, raw]), file:read_file("d")]).

info() ->
    {ok, I} = file:read_file_info("a", [{time, posix}]),
    p(info, I#file_info{atime = 0, mtime = 0, ctime = 0, inode = 0, major_device = 0, minor_device = 0}),
    p(times_are_now, abs(I#file_info.mtime - os:system_time(second)) < 100),
    {ok, F} = file:open("a", [read, raw]),
    {ok, H} = file:read_file_info(F, [{time, posix}]),
    p(handle, H#file_info.size), file:close(F),
    p(types, [type(file:read_file_info(N)) || N <- [".", "a", "soft", "/dev/null", "nope"]]),
    p(local, [is_tuple(X) || X <- tuple_to_list(element(2, file:read_file_info("a"))), is_tuple(X)]).

times() ->
    p(mode, [file:change_mode("a", 8#640), mode("a"), file:change_mode("a", 8#444), mode("a"), file:change_mode("a", 8#644)]),
    p(touch, [file:change_time("a", {{2001, 2, 3}, {4, 5, 6}}, {{2002, 3, 4}, {5, 6, 7}}),
              [{I#file_info.atime, I#file_info.mtime} || {ok, I} <- [file:read_file_info("a")]]]),
    p(posix_times, [file:write_file_info("a", #file_info{mtime = 1000000000}, [{time, posix}]),
                    [I#file_info.mtime || {ok, I} <- [file:read_file_info("a", [{time, posix}])]]]),
    p(universal, [I#file_info.mtime || {ok, I} <- [file:read_file_info("a", [{time, universal}])]]).

mode(N) -> {ok, #file_info{mode = M}} = file:read_file_info(N), M band 8#777.

truncating() ->
    {ok, F} = file:open("tr", [raw, read, write]),
    p(truncate, [file:write(F, "0123456789"), file:position(F, 4), file:truncate(F), file:position(F, 0), file:read(F, 100),
                 file:close(F), file:truncate(F)]).

copying() ->
    p(copy, [file:copy("big", "big2"), filelib:file_size("big2"), file:copy("big", "big3", 1000), filelib:file_size("big3"),
             file:copy("nope", "x"), file:copy("a", "nodir/x")]).

%% An open raw file belongs to its process.
owner() ->
    Self = self(),
    {P, M} = spawn_monitor(fun() ->
        {ok, F} = file:open("a", [raw, read]),
        Self ! {self(), F},
        receive stop -> ok end
    end),
    F = receive {P, X} -> X end,
    p(other_process, t(fun() -> file:read(F, 3) end)),
    P ! stop,
    receive {'DOWN', M, _, _, normal} -> ok end,
    timer:sleep(20),
    p(owner_gone, t(fun() -> file:read(F, 3) end)).

t(F) -> try F() catch C:E -> {C, E} end.

errors() ->
    p(errors, [file:read_file("nope"), file:open("nope", [read]), file:open("a/b", [read]), file:open("nodir/x", [write]),
               file:open("a", [foo]), file:open("a", foo), file:open({a}, [read]), file:write_file("d", "x"),
               file:change_owner("nope", 1), file:format_error(enoent), file:consult("a"), file:path_open(["."], "a", [read]) =/= ok]).

bad_arguments() ->
    {ok, F} = file:open("a", [raw, read, write]),
    p(bad, [file:read(F, -1), catch file:read(F, a), file:write(F, [a]), file:write(F, [256]), file:write(F, a),
            file:position(F, 1 bsl 70), file:pread(F, 1 bsl 70, 1), file:allocate(F, -1, 5)]),
    file:close(F),
    p(bad_handle, [catch file:read(foo, 1), catch file:close(foo)]).

positional_lists() ->
    {ok, F} = file:open("pl", [write, read]),
    p(cooked_pwrite, [file:pwrite(F, [{0, "abc"}, {2, "XYZ"}]), file:pread(F, [{0, 2}, {2, 10}]), file:pread(F, 100, 1)]),
    file:close(F).

compressed() ->
    Data = binary:copy(<<"some text to compress ">>, 1000),
    {ok, F} = file:open("gz", [write, compressed, raw]),
    p(gz_write, [file:write(F, Data), file:close(F)]),
    {ok, Bytes} = file:read_file("gz"),
    p(gz, [zlib:gunzip(Bytes) =:= Data, byte_size(Bytes) < 1000]),
    {ok, G} = file:open("gz", [read, compressed, binary]),
    p(gz_read, [file:read(G, 9), element(2, file:read(G, 100000)) =:= binary:part(Data, 9, byte_size(Data) - 9),
                file:read(G, 1), file:close(G)]),
    {ok, P} = file:open("a", [read, compressed]),
    p(plain, [file:read(P, 3), file:close(P)]),
    file:write_file("gzf", Data, [compressed]),
    p(write_file_gz, element(2, file:read_file("gzf")) =/= Data).

encodings() ->
    {ok, F} = file:open("u", [write, {encoding, utf8}]),
    p(utf8_write, [io:put_chars(F, [229, 228, 1080]), io:format(F, "~ts~n", [[1081]]), file:close(F)]),
    p(utf8, file:read_file("u")),
    {ok, G} = file:open("u", [read, {encoding, utf8}]),
    p(utf8_read, [io:get_chars(G, "", 2), io:get_line(G, ""), io:get_line(G, ""), file:close(G)]),
    {ok, L} = file:open("u", [read]),
    p(latin1_read, [io:get_chars(L, "", 2), file:close(L)]).

special() ->
    {ok, Z} = file:open("/dev/zero", [read, raw, binary]),
    p(zero, [file:read(Z, 4), file:close(Z)]),
    {ok, N} = file:open("/dev/null", [write, raw]),
    p(null, [file:write(N, "x"), file:close(N)]),
    p(altname, [file:altname("a"), file:native_name_encoding()]).

ram() ->
    {ok, F} = file:open(<<"0123456789">>, [ram, read, write, binary]),
    p(ram, [file:read(F, 3), file:position(F, cur), file:pread(F, 8, 5), file:pread(F, 20, 5), file:write(F, "abc"),
            file:position(F, {eof, -1}), file:read(F, 5), file:read(F, 5), file:pwrite(F, 15, <<"end">>), ram_file:get_size(F),
            ram_file:get_file(F), file:position(F, 4), file:truncate(F), ram_file:get_file(F), file:sync(F), file:position(F, -1),
            file:advise(F, 0, 1, normal), file:close(F), file:read(F, 1)]),
    {ok, L} = file:open("list", [ram]),
    p(ram_list, [file:read(L, 2), file:write(L, "x"), ram_file:get_file(L), file:close(L)]),
    p(erl_tar, begin
                   ok = file:write_file("t1", "one"), ok = file:write_file("t2", "two"),
                   [erl_tar:create("x.tar.gz", ["t1", "t2"], [compressed]), erl_tar:table("x.tar.gz", [compressed]),
                    erl_tar:extract("x.tar.gz", [memory, compressed])]
               end),
    p(zip, begin {ok, {_, B}} = zip:create("m.zip", ["t1", "t2"], [memory]), zip:extract(B, [memory]) end).

%% Whoever reads a pipe waits; the others do not.
pipes() ->
    os:cmd("mkfifo fifo"),
    Self = self(),
    spawn_link(fun() ->
        {ok, F} = file:open("fifo", [read, raw, binary]),
        Self ! {first, file:read(F, 5)},
        Self ! {rest, file:read(F, 100), file:read(F, 1), file:close(F)}
    end),
    timer:sleep(20),
    p(waiting, receive {first, R0} -> R0 after 50 -> nothing_yet end),
    {ok, W} = file:open("fifo", [write, raw]),
    ok = file:write(W, "hello"),
    p(first, receive {first, X} -> X after 1000 -> none end),
    ok = file:write(W, "world"), ok = file:close(W),
    p(rest, receive {rest, A, B, C} -> [A, B, C] after 1000 -> none end),
    Q = spawn(fun() -> {ok, F} = file:open("fifo", [read, raw]), Self ! open, file:read(F, 1) end),
    {ok, V} = file:open("fifo", [write, raw]),
    receive open -> ok end,
    timer:sleep(20),
    exit(Q, kill),
    p(reader_died, [file:write(V, "x"), file:close(V)]).
