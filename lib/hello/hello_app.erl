%% The application callback: starts the supervisor.
-module(hello_app).
-behaviour(application).
-export([start/2, stop/1]).

start(normal, _Args) ->
    io:format("hello ~ts starts on OTP ~s~n", [vsn(), erlang:system_info(otp_release)]),
    hello_sup:start_link().

stop(_State) ->
    io:format("hello stops~n").

vsn() ->
    {ok, Vsn} = application:get_key(hello, vsn),
    Vsn.
