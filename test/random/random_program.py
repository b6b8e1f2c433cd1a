"""Writes an Erlang module of random functions: patterns, guards, arithmetic, bits, maps, funs, exceptions.
Its main/0 calls each with many pairs of arguments and prints what comes back, stack traces with lines included: two
virtual machines that mean the same print the same.
usage: random_program.py SEED MODULE > MODULE.erl"""
import random
import sys

FUNCTIONS = 40
INTEGERS = ["0", "1", "-1", "2", "3", "7", "8", "16", "31", "32", "63", "64", "100", "255", "256", "65535", "(1 bsl 27)",
            "((1 bsl 59)-1)", "(1 bsl 59)", "(-(1 bsl 59))", "(-(1 bsl 59)-1)", "(1 bsl 60)", "((1 bsl 60)-1)",
            "(-(1 bsl 60))", "(1 bsl 63)", "(1 bsl 64)", "(-(1 bsl 64))", "(1 bsl 130)"]
ATOMS = ["a", "b", "true", "false", "undefined", "[]", "ok"]
FLOATS = ["1.0", "-1.5", "0.0", "2.0", "1.0e20"]
BITSTRINGS = ["<<>>", "<<1,2,3>>", '<<"abc">>', "<<5:3>>", "<<1,2,3,4,5,6,7,8,9>>", "<<255,254,1:1>>"]
LISTS = ["[1,2,3]", "[a|b]", '"abc"', "[[1],[2]]"]
TUPLES = ["{}", "{a}", "{1,2}", "{a,b,c}", "{ok,1}"]
MAPS = ["#{}", "#{a=>1}", "#{1=>a,b=>2}", "#{a=>#{b=>1}}"]
COMPARISONS = ["==", "=:=", "<", ">", "=<", ">=", "/=", "=/="]
ARITHMETIC = ["+", "-", "*", "+", "-", "div", "rem", "band", "bor", "bxor", "/"]
TESTS = ["is_atom", "is_integer", "is_binary", "is_list", "is_map", "is_tuple", "is_number", "is_float", "is_bitstring",
         "is_function"]
UNARY = ["hd", "tl", "length", "size", "tuple_size", "byte_size", "bit_size", "abs", "is_atom", "is_integer", "is_binary",
         "is_list", "is_map", "map_size", "float", "round", "trunc", "not", "-", "bnot", "is_number", "is_float"]
ARGUMENTS = ["0", "1", "-7", "255", "(1 bsl 59)-1", "1 bsl 59", "1 bsl 61", "-(1 bsl 60)", "1 bsl 64", "1.0", "-0.0",
             "1.5e10", "a", "b", "[]", "[1,2,3]", "[a|b]", '"hello"', "{}", "{1,2}", "{a,b,c}", "{a,{1,2}}", "#{}",
             "#{a=>1,b=>2}", "#{1=>a}", "<<>>", "<<1>>", "<<1,2,3,4,5>>", '<<"hällo"/utf8>>', "<<1:1>>",
             "<<170,187,204,5:3>>", "binary:copy(<<1,2,3,4>>,20)", "[{a,1},{b,2}]", "[<<1>>,2]", "fun erlang:abs/1",
             "[1.5,2,a]", "<<0,0,0,0,0,0,240,63,9>>"]

R = random.Random(int(sys.argv[1]))
pick = R.choice
number = R.randint
names = 0


def fresh(letter):
    global names
    names += 1
    return f"{letter}{names}"


def literal():
    kind = pick([INTEGERS] * 4 + [ATOMS] * 2 + [FLOATS, BITSTRINGS, LISTS, TUPLES, MAPS, None, None])
    return pick(kind) if kind else str(number(-300, 300))


def known(variables):
    return pick(variables) if variables else literal()


# --- expressions: every maker takes the variables that are bound and the depth that is left ------------------------

def expression(variables, depth):
    if depth <= 0:
        return known(variables) if number(0, 2) else literal()
    return pick(EXPRESSIONS)(variables, depth - 1)


def template(text):
    """A maker: each E in the text becomes an expression, each L a literal."""
    def make(variables, depth):
        return "".join(f"({expression(variables, depth)})" if c == "E" else literal() if c == "L" else c for c in text)
    return make


def choice(before, options, after):
    return lambda variables, depth: template(before + pick(options) + after)(variables, depth)


def arithmetic(variables, depth):
    return template(f"(E {pick(ARITHMETIC)} E)")(variables, depth)


def case(variables, depth):
    clauses = "; ".join(clause(variables, depth) for _ in range(number(1, 3)))
    return f"(case {expression(variables, depth)} of {clauses} end)"


def comprehension(variables, depth):
    v = fresh("L")
    condition = pick(["", f", is_integer({v})", f", {v} > 1"])
    return f"[{expression(variables + [v], depth)} || {v} <- {expression(variables, depth)}{condition}]"


def bit_comprehension(variables, depth):
    v = fresh("B")
    field = f"{v}:{number(1, 12)}{pick(['', '/signed', '/little'])}"
    value = expression(variables + [v], depth)
    return f"<< <<({value}):{number(1, 16)}>> || <<{field}>> <= {expression(variables, depth)} >>"


def fun_call(variables, depth):
    v = fresh("F")
    return f"((fun({v}) -> {expression(variables + [v], depth)} end)({expression(variables, depth)}))"


def own_call(variables, depth):
    return f"f{number(0, FUNCTIONS - 1)}(D-1,{expression(variables, depth)},{expression(variables, depth)})"


def conditional(variables, depth):
    return (f"(if {guard(variables)} -> {expression(variables, depth)}; {guard(variables)} -> "
            f"{expression(variables, depth)}; true -> {expression(variables, depth)} end)")


def protected(variables, depth):
    value, reason, kind = fresh("R"), fresh("E"), fresh("C")
    return template(f"(try E of {value} -> {{r,{value}}} catch {kind}:{reason} -> {{{kind},{reason}}} after E end)"
                    .replace("E of", "\0 of").replace("after E", "after \0")
                    .replace("E", "\1").replace("\0", "E"))(variables, depth).replace("\1", "E")


def field_of_map(variables, depth):
    v = fresh("M")
    return f"(case {expression(variables, depth)} of #{{{literal()}:={v}}} when {v} > 1 -> {v}; _ -> " \
           f"{expression(variables, depth)} end)"


def pairs_of_map(variables, depth):
    return f"maps:fold(fun(K, V, A) -> [{{K, V}} | A] end, [], {expression(variables, depth)})"


EXPRESSIONS = [arithmetic] * 7 + [
    choice("(E ", ["bsl", "bsr"], " 17)"), choice("(E ", ["bsl", "bsr"], " 61)"), choice("(E ", COMPARISONS, " E)"),
    template("{E,E}"), template("[E|E]"), template("[E,E]"),
    choice("", UNARY, "(E)"), choice("", UNARY, "(E)"), choice("element(", ["1", "2", "3"], ",E)"), template("element(E,E)"),
    choice("setelement(", ["1", "2", "3"], ",E,E)"), template("#{E=>E,E=>E}"), template("(E)#{L=>E}"),
    template("(maps:get(L,E,E))"),
    choice("<<E:", ["8", "16", "3", "32", "64", "13", "7/little", "24/signed", "16/little", "64/little"], ">>"),
    choice("<<E", ["/binary", "/bitstring", "/float", "/utf8", ":32/float", "/float-little", "/utf16"], ">>"),
    choice("<<E/bitstring,E:", ["1", "8", "20"], ",E/bitstring>>"), choice("<<E:32,E/binary,E", ["/utf8", ":8"], ">>"),
    case, case, comprehension, bit_comprehension, fun_call, own_call, own_call, conditional, protected, field_of_map,
    pairs_of_map,
    choice("(try E catch ", ["error:_", "_:_", "throw:_"], " -> {c,E} end)"), template("(catch E)"),
    choice("lists:", ["reverse", "sort", "usort", "sum", "max", "flatten"], "(E)"), template("lists:foldl(fun erlang:'+'/2, E, E)"),
    choice("(E ", ["and", "or", "xor", "andalso", "orelse"], " E)"), choice("(E ", ["++", "--"], " E)"),
    template("binary_to_term(term_to_binary(E))"), template("erlang:phash2(E, 1000)"), template("(begin E, E end)"),
    choice("", ["max", "min"], "(E,E)"), template("throw(E)"), choice("", ["list_to_tuple", "tuple_to_list"], "(E)"),
    choice("binary_part(E,", ["0", "1", "2"], ",2)"), choice("", ["integer_to_binary", "iolist_to_binary"], "(E)"),
    lambda variables, depth: known(variables)]


# --- guards and patterns -------------------------------------------------------------------------------------------

def guard_expression(variables, depth):
    if depth <= 0:
        return known(variables) if number(0, 2) else literal()
    a, b = guard_expression(variables, depth - 1), guard_expression(variables, depth - 1)
    return pick([f"({a} {pick(['+', '-', '*', 'div', 'rem', 'band', 'bor', 'bsl 1 +'])} {b})", f"element({number(1, 2)},{a})",
                 f"{pick(['hd', 'tl', 'length', 'tuple_size', 'abs', 'byte_size', 'map_size', 'bit_size'])}({a})",
                 known(variables), known(variables)])


def guard(variables):
    comparison = f"{guard_expression(variables, 2)} {pick(COMPARISONS)} {guard_expression(variables, 1)}"
    test = f"{pick(TESTS)}({guard_expression(variables, 1)})"
    kind = number(0, 9)
    if kind < 4:
        return comparison
    if kind < 7:
        return test
    if kind < 9:
        return f"{guard(variables)}{pick([',', ';'])} {guard(variables)}"
    return f"({test} {pick(['andalso', 'orelse', 'and', 'or'])} ({comparison}))"


def literal_pattern():
    text = literal()
    return pick(["0", "a", "1", "[]", "<<>>", "{}"]) if text.startswith("#") or "bsl" in text else text


def bit_pattern(variables):
    segments, here = [], []
    for _ in range(number(1, 4)):
        v = fresh("V")
        sized = here and pick([f"{v}:{pick(here)}", f"{v}:{pick(here)}/binary", f"{v}:{pick(here)}/bitstring", None])
        segment = sized or pick([
            f"{v}:{pick([8, 16, 4, 32, 3, 1, 24, 64])}{pick(['', '/little', '/signed', '/signed-little'])}",
            f"{v}:{number(1, 3)}/binary", f"{v}{pick(['/utf8', '/float', '/utf16', ':32/float'])}",
            f"{number(0, 15)}:{pick([8, 16, 4])}", f"_:{number(1, 16)}"])
        segments.append(segment)
        if segment.startswith("V"):
            here.append(v)
    if number(0, 2):
        v = fresh("V")
        segments.append(f"{v}/{pick(['binary', 'bitstring'])}")
        here.append(v)
    variables += here
    return "<<" + ",".join(segments) + ">>"


def pattern(variables, depth):
    """Adds the variables that it binds."""
    kind = number(0, 16)
    if depth <= 0 or kind < 3:
        if number(0, 2):
            v = fresh("V")
            variables.append(v)
            return v
        return "_" if number(0, 1) else literal_pattern()
    inner = lambda: pattern(variables, depth - 1)
    if kind < 5:
        return f"{{{inner()},{inner()}}}"
    if kind < 7:
        shape = pick(["[P|P]", "[P,P]", "{P,P,P}"])
        return "".join(inner() if c == "P" else c for c in shape)
    if kind == 7:
        return f"#{{{pick(['a', 'b', '1', 'c'])}:={inner()}}}"
    if kind < 12:
        return bit_pattern(variables)
    if kind == 12:
        text, v = inner(), fresh("V")
        variables.append(v)
        return f"{v} = {text}"
    return literal_pattern()


def clause(outer, depth):
    variables = []
    head = pattern(variables, 2)
    variables += outer
    condition = f" when {guard(variables)}" if number(0, 1) else ""
    return f"{head}{condition} -> {expression(variables, depth)}"


# --- the module ----------------------------------------------------------------------------------------------------

def function(index):
    clauses = [f"f{index}(D,_,_) when D < 0 -> deep"]
    for _ in range(number(1, 4)):
        variables = []
        first, second = pattern(variables, 2), pattern(variables, 2)
        condition = f" when {guard(variables)}" if number(0, 1) else ""
        body = ", ".join(expression(variables, number(1, 4)) for _ in range(number(1, 2)))
        clauses.append(f"f{index}(D,{first},{second}){condition} -> {body}")
    clauses.append(f"f{index}(D,A,B) -> {expression(['A', 'B'], 4)}")
    return ";\n".join(clauses) + ".\n"


name = sys.argv[2]
funs = ",".join(f"fun f{i}/3" for i in range(FUNCTIONS))
print(f"""-module({name}).
-compile([nowarn_unused_vars, nowarn_unused_function, nowarn_shadow_vars]).
-export([main/0, call/3{"".join(f", f{i}/3" for i in range(FUNCTIONS))}]).
{"".join(function(i) for i in range(FUNCTIONS))}
main() ->
    Arguments = [{", ".join(ARGUMENTS)}],
    [io:format("~w ~0p ~0p -> ~ts~n", [I, A, B, text(call(F, A, B))])
     || A <- Arguments, B <- Arguments, erlang:phash2({{A, B}}) rem 3 =:= 0,
        {{I, F}} <- lists:zip(lists:seq(0, {FUNCTIONS - 1}), [{funs}])].

text(Term) -> lists:sublist(lists:flatten(io_lib:format("~0tp", [Term])), 300).

call(F, A, B) ->
    Self = self(),
    {{Pid, Monitor}} = spawn_opt(fun() -> Self ! {{self(), outcome(F, A, B)}} end,
        [monitor, {{max_heap_size, #{{size => 2000000, kill => true, error_logger => false}}}}]),
    receive
        {{Pid, Outcome}} -> demonitor(Monitor, [flush]), Outcome;
        {{'DOWN', Monitor, _, _, Why}} -> {{ended, Why}}
    after 5000 -> exit(Pid, kill), too_long
    end.

outcome(F, A, B) ->
    try F(3, A, B)
    catch Class:Reason:Trace ->
        {{Class, Reason, [{{N, if is_list(Args) -> length(Args); true -> Args end, proplists:get_value(line, Info)}}
                          || {{?MODULE, N, Args, Info}} <- Trace]}}
    end.
""")
