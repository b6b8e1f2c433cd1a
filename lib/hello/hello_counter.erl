%% Keeps counts in an ETS table, ticks by a timer, then stops the
%% application.
-module(hello_counter).
-behaviour(gen_server).
-export([start_link/0, greet/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(TICK_MS, 20).
-define(TICKS, 5).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

greet(Whom) ->
    gen_server:call(?MODULE, {greet, Whom}).

init([]) ->
    Table = ets:new(hello_counts, [ordered_set]),
    true = ets:insert(Table, [{greetings, 0}, {ticks, 0}]),
    erlang:send_after(?TICK_MS, self(), tick),
    {ok, Table}.

handle_call({greet, Whom}, _From, Table) ->
    Count = ets:update_counter(Table, greetings, 1),
    io:format("Hello, ~ts! (greeting ~b)~n", [Whom, Count]),
    {reply, ok, Table}.

handle_cast(_Request, Table) ->
    {noreply, Table}.

handle_info(tick, Table) ->
    Ticks = ets:update_counter(Table, ticks, 1),
    io:format("tick ~b, table ~p~n", [Ticks, ets:tab2list(Table)]),
    case Ticks of
        ?TICKS ->
            spawn(fun() -> application:stop(hello) end),
            {noreply, Table};
        _ ->
            erlang:send_after(?TICK_MS, self(), tick),
            {noreply, Table}
    end.
