%% Supervises the one worker.
-module(hello_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).

start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

init([]) ->
    Counter = #{id => hello_counter, start => {hello_counter, start_link, []}},
    {ok, {#{strategy => one_for_one, intensity => 2, period => 5}, [Counter]}}.
