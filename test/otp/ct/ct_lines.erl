%% An event handler of common_test that writes one line for each case that is done:
%%     ok|fail|skip <TAB> Suite:case <TAB> detail
%% to the file $CT_LINES. Functions that configure are told of only when they fail.
-module(ct_lines).
-behaviour(gen_event).
-export([run/1, init/1, handle_event/2, handle_call/2, terminate/2]).

-include_lib("common_test/include/ct_event.hrl").

%% erl -run ct_lines run DIR SUITE LOGDIR
%% A case may take $CT_PATIENCE times (4) as long as it allows itself: on a machine that does other things, too, time
%% says little.
run([Dir, Suite, LogDir]) ->
    _ = ct:run_test([{dir, Dir}, {suite, list_to_atom(Suite)}, {logdir, LogDir}, {event_handler, ?MODULE},
                     {auto_compile, false},
                     {multiply_timetraps, list_to_integer(os:getenv("CT_PATIENCE", "4"))}, {basic_html, true}, {verbosity, 0}]),
    init:stop().

init(_) ->
    file:open(os:getenv("CT_LINES"), [append, {encoding, utf8}]).

handle_event(#event{name = tc_done, data = {Suite, Case, Result}}, File) ->
    case {is_atom(Case) andalso not is_configuration(Case), Result} of
        {true, ok} -> line(File, ok, Suite, Case, "");
        {true, {Skipped, Why}} when Skipped =:= skipped; Skipped =:= auto_skipped -> line(File, skip, Suite, Case, Why);
        {true, {_, Why}} -> line(File, fail, Suite, Case, Why);
        {false, {failed, Why}} -> line(File, fail, Suite, Case, Why);
        _ -> ok
    end,
    {ok, File};
handle_event(#event{name = tc_auto_skip, data = {Suite, Case, Why}}, File) ->
    line(File, skip, Suite, Case, Why),
    {ok, File};
handle_event(#event{name = tc_user_skip, data = {Suite, Case, Why}}, File) ->
    line(File, skip, Suite, Case, Why),
    {ok, File};
handle_event(_, File) ->
    {ok, File}.

handle_call(_, File) -> {ok, ok, File}.

terminate(_, File) -> file:close(File).

is_configuration(Case) ->
    lists:member(Case, [init_per_suite, end_per_suite, init_per_group, end_per_group]).

line(File, Tag, Suite, Case, Detail) ->
    Text = [case C of $\n -> $\s; $\t -> $\s; _ -> C end || C <- lists:flatten(io_lib:format("~0tP", [Detail, 20]))],
    io:format(File, "~w\t~w:~0tp\t~ts~n", [Tag, Suite, name(Case), Text]).

%% A case of a group is {Case, Group}.
name({Case, _Group}) -> Case;
name(Case) -> Case.
