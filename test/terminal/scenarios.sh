# scenarios.sh - sessions at the shell. Each function is run once with stock and once with ling; the screens that it keeps
# must be the same.

scenario_expressions() {
    start && prompt
    line 'lists:sum([1,2,3]).'
    line '{a,"text",<<"bin">>,#{k=>[1.5]},16#ff,$a,[104,105]}.'
    line 'X = 1, Y = 2.'
    line 'X + Y.'
    line 'rd(point, {x,y=2}).'
    line '#point{x=1}.'
    line 'F = fun(0) -> 1; (N) -> N * 2 end.'
    line 'F(4).'
    line '[A*A || A <- lists:seq(1,30)].'
    line 'io:format("~p~n~s~n", [{hello,world}, "tail"]).'
    line 'b().'
    line 'v(1).'
    line 'e(2).'
    line 'f(X).'
    text '{one,'; key Enter; see '^15> \{one,$'; text ' two}.'; key Enter
    prompt_number=16; prompt
    text 'io:get_line("name: ").'; key Enter; see '^name:'; text 'typed'; key Enter
    prompt_number=17; prompt
    line 'self() ! hi, flush().'
    line 'h().'
    keep expressions
}

scenario_errors() {
    start "" 100 120 && prompt
    line '1/0.'
    line 'lists:map(a,b).'
    line 'X = 1.'
    line 'X = 2.'
    line 'foo:bar(1).'
    line 'atom_to_list(3).'
    line 'throw(ball).'
    line 'exit(why).'
    line 'error({bad,thing}).'
    line '(fun(1) -> 2 end)(3).'
    line 'case 3 of 4 -> 5 end.'
    line 'binary_to_atom(<<255>>).'
    line 'ets:lookup(no_such_table, 1).'
    line 'maps:get(a, #{}).'
    line 'lists:nth(5, [a]).'
    line 'element(9, {a}).'
    line '1 + .'
    line 'spawn_link(fun() -> exit(bye) end).'
    line 'Undefined.'
    keep errors
}

scenario_compile() {
    start && prompt
    line 'c(tiny).'
    line 'tiny:f(3).'
    line 'tiny:crash([1]).'
    line 'c(broken).'
    line 'm(tiny).'
    keep compile
}

scenario_editing() {
    start && prompt
    line 'one.'
    line '{two}.'
    key Up; sleep 0.2; key C-a; text '[three,'; key C-e; key BSpace; text '].'; key Enter
    prompt_number=4; prompt
    text 'abcXdef.'; key C-b C-b C-b C-b C-b C-d C-e C-a C-k; text '{y,'; key C-y BSpace; text '}.'; key Enter
    prompt_number=5; prompt
    for arrow in Up Up Up Up Down; do key $arrow; sleep 0.1; done; key Enter
    prompt_number=6; prompt
    text 'foo bar'; key C-w C-w; line 'ok1.'
    text 'ba.'; key C-b C-b C-b C-t C-a C-k; line 'ok2.'
    text 'alpha beta gamma.'; key M-b M-b M-d C-a C-k; line 'ok3.'
    text '"12345".'; key Left Left Left Delete; text 'Z'; key Home; text '{'; key End BSpace; text '}.'; key Enter
    prompt_number=10; prompt
    key C-r; text 'two'; see "search.*two"; key Enter
    sleep 0.2
    key Enter; sleep 0.3
    text 'thrown away'; key C-u; line 'last.'
    keep editing
}

scenario_completion() {
    start "" 90 60 && prompt
    text 'lists:seq'; key Tab; sleep 0.3; text '1,3).'; key Enter
    prompt_number=2; prompt
    text 'lists:keyf'; key Tab; sleep 0.3; text '1,1,[{1,z}]).'; key Enter
    prompt_number=3; prompt
    text 'lists:ma'; key Tab Tab; see 'mapfoldl/3'; key C-a C-k
    text 'erl_sca'; key Tab; sleep 0.3; key C-a C-k
    line 'Variable = 17.'
    text 'Vari'; key Tab; sleep 0.3; text '.'; key Enter
    prompt_number=5; prompt
    text '"/etc/host'; key Tab; sleep 0.3; key C-a C-k
    line done.
    keep completion
}

scenario_jobs() {
    start "" 80 80 && prompt
    line 'a_first.'
    key C-g; see '^ -->'; text 'h'; key Enter; sleep 0.2; text 's'; key Enter; sleep 0.2; text 'j'; key Enter; see '2\* '
    text 'c 2'; key Enter; see '^1> ?$'; sleep 0.1
    text 'in_second.'; key Enter; see '^2> ?$'; sleep 0.1
    text 'timer:sleep(100000).'; key Enter; sleep 0.3; key C-g; sleep 0.3; text 'i'; key Enter; sleep 0.2; text 'c'; key Enter
    see 'interrupted|killed'; sleep 0.3
    key C-g; sleep 0.3; text 'k 2'; key Enter; sleep 0.2; text 'x'; key Enter; sleep 0.2; text 'c 9'; key Enter; sleep 0.2
    text 'j'; key Enter; sleep 0.2; text 'c 1'; key Enter; sleep 0.2; key Enter; see '^2> ?$'
    line 'back_in_first.'
    keep jobs
    key C-g; sleep 0.2; text q; key Enter
    gone && echo ended > "$WORK/$NAME/jobs_quit.screen"
}

scenario_break() {
    start && prompt
    key C-c; see 'BREAK'; text 'x'; key Enter; see 'Invalid option'; text 'c'; key Enter; sleep 0.2
    line 'after_c.'
    key C-c; sleep 0.2; text 'd'; key Enter; see 'no_distribution'; sleep 0.2
    line 'after_d.'
    key C-c; sleep 0.2; key Enter; sleep 0.2; text 'c'; key Enter; sleep 0.2
    line 'after_return.'
    keep break
    key C-c; sleep 0.2; text a; key Enter
    gone && echo ended > "$WORK/$NAME/break_abort.screen"
}

scenario_unicode() {
    start "" 60 40 && prompt
    line '"héllo €".'
    line 'io:format("~ts~n", ["日本語 é"]).'
    text '"日本語".'; key Left Left Left BSpace; text '英'; key Enter
    prompt_number=4; prompt
    text '"wide 日本語日本語日本語日本語日本語日本語日本語日本語日本語 end".'; key C-a; key C-f C-f; text 'X'; key C-e; key Enter
    prompt_number=5; prompt
    text $'"e\xcc\x81a".'; key Left Left BSpace; text 'u'; key Enter
    prompt_number=6; prompt
    line 'length("日本").'
    line 'io:put_chars([16#1F600, 10]).'
    line "'ατομ'."
    keep unicode
}

scenario_long_lines() {
    start "" 50 60 && prompt
    text 'lists:sum([1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32]).'
    sleep 0.1
    key C-a; text '{a,'; key C-e; key BSpace; text '}.'; sleep 0.1; key Enter
    prompt_number=2; prompt
    key Up; sleep 0.1
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do key Left; done
    key C-k; text ']),z}.'; key Enter
    prompt_number=3; prompt
    text '"exactly as wide as the screen is, to a chara".'; key Enter
    prompt_number=4; prompt
    text '"one more than the screen is wide, to a charac".'; key BSpace BSpace; text '".'; key Enter
    prompt_number=5; prompt
    text 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbb.'; key C-w C-w C-u
    line 'end_of_it.'
    keep long_lines
}

scenario_paste() {
    start "" 80 40 && prompt
    tmux_do set-buffer -b paste "$(printf 'X = "'; printf '%0.sabcdefghi ' $(seq 1000); printf '".')"
    tmux_do paste-buffer -b paste -t s; key Enter
    prompt_number=2; prompt
    line 'length(X).'
    tmux_do set-buffer -b lines "$(for i in $(seq 40); do echo "{line,$i}."; done)
"
    tmux_do paste-buffer -b lines -t s
    prompt_number=43; prompt
    keep paste
}

scenario_resize() {
    start "" 80 30 && prompt
    line 'io:columns().'
    tmux_do resize-window -t s -x 60 -y 20; sleep 0.3
    line 'io:columns().'
    line 'io:rows().'
    line '"a string that is longer than sixty columns but not than eighty".'
    text '"typed in the narrow window, over the end of the line, then edited".'; key C-a; text '{'; key C-e BSpace; text '}.'; key Enter
    prompt_number=6; prompt
    keep resize
}

scenario_dumb() {
    start "export TERM=dumb; exec vm" && prompt
    line '1+1.'
    line 'io:format("hello~n").'
    line '"e".'
    keep dumb
    text 'q().'; key Enter
    gone && echo ended > "$WORK/$NAME/dumb_quit.screen"
}

scenario_unknown_terminal() {
    start "export TERM=no-such-terminal; exec vm" && prompt
    line '1+1.'
    text ab; key C-a; text '{'; key C-u
    text '{a,b}x'; key BSpace; line '.'
    keep unknown_terminal
}

scenario_old_shell() {
    start "exec vm -oldshell" && prompt
    line '1+1.'
    text '{a,b}x'; key BSpace; line '.'
    key C-c; see 'BREAK'; text 'c'; key Enter; sleep 0.2
    line 'c(tiny).'
    line 'io:get_chars("", 3).
ab'
    keep old_shell
    text 'q().'; key Enter
    gone && echo ended > "$WORK/$NAME/old_shell_quit.screen"
}

# +Bc gives ^C to the shell; +Bi ignores it; +Bd lets it end the VM.
scenario_break_flags() {
    start "exec vm +Bc" && prompt
    line 'first.'
    text 'timer:sleep(60000).'; key Enter; sleep 0.2; key C-c; sleep 0.3; key Enter
    see 'interrupted|killed'; sleep 0.3
    line 'second.'
    keep break_to_shell
    start "exec vm +Bi" && prompt
    line 'first.'
    key C-c; sleep 0.2; key C-z; sleep 0.2
    line 'second.'
    keep break_ignored
    start "exec vm +Bd" && prompt
    key C-c
    gone && echo ended > "$WORK/$NAME/break_disabled.screen"
}

scenario_no_shell() {
    local ask='io:format("~p ~p ~p~n", [io:columns(), io:rows(), io:getopts()]), halt().'
    start "vm -noshell -eval '$ask'; vm -noinput -eval '$ask'; vm -noshell -eval '$ask' < /dev/null; vm -noshell -eval '$ask' | cat
        echo typed | vm -noshell -eval 'io:format(\"~p~n\", [io:get_line([])]), $ask'; sleep 5" 77 23
    see 'typed'; sleep 0.3
    keep no_shell
}

# Started by an interactive bash, stopped and taken back; the terminal's modes are what they were.
scenario_job_control() {
    start "exec env PS1='sh: ' HISTFILE= bash --norc --noprofile -i" && see '^sh:'
    text "stty -a > before; vm"; key Enter; prompt
    line 'first.'
    key C-z; see 'Stopped'; sleep 0.2
    text 'echo in-bash'; key Enter; see '^in-bash'; text fg; key Enter; sleep 0.4; key Enter; sleep 0.2
    line 'still_here.'
    text 'abc'; key C-a; text '{'; key C-e; text '}.'; key Enter
    prompt_number=4; prompt
    text 'halt().'; key Enter; sleep 0.5
    text 'stty -a > after; cmp before after && echo same modes'; key Enter; see '^same modes|differ'
    keep job_control
    leave
}

# The window is closed while the shell runs: the VM goes, too.
scenario_hangup() {
    start && prompt
    text 'file:write_file("pid", os:getpid()).'; key Enter
    prompt_number=2; prompt
    local pid
    pid=$(cat "$WORK/$NAME/pid")
    leave
    for _ in $(seq 60); do
        kill -0 "$pid" 2> /dev/null || { echo ended > "$WORK/$NAME/hangup.screen"; return; }
        sleep 0.05
    done
    echo "still there" > "$WORK/$NAME/hangup.screen"
    kill -9 "$pid"
}

scenario_pipe() {
    cd "$WORK/$NAME" || return
    printf '1+1.\nio:format("x~~n").\n"h\xc3\xa9".\nfoo(.\nio:get_line("p> ").\nthe line\nX = [a,\n b].\n' | timeout -s KILL 20 bin/vm 2>&1 \
        | sed '/^Erlang\/OTP/d' > pipe.screen
    printf 'halt(3).\n' | timeout -s KILL 20 bin/vm > /dev/null 2>&1
    echo "status $?" >> pipe.screen
}
