{application, hello,
 [{description, "Example: greets, counts and stops"},
  {vsn, "1.0"},
  {modules, [hello, hello_app, hello_sup, hello_counter]},
  {registered, [hello_sup, hello_counter]},
  {applications, [kernel, stdlib]},
  {mod, {hello_app, []}}]}.
