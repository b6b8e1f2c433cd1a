# Makes the tables of the emitter from rules.tab; -v part=header|table. Reads generic_ops.tab first.
function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }
FILENAME != rules_file && FILENAME ~ /generic_ops/ {
    if ($0 !~ /^#/ && NF > 1)
        generic[$2] = "GENERIC_" toupper($2)
    next
}
/^#/ || NF == 0 { next }
$1 == "pseudo" {
    for (i = 2; i <= NF; i++) {
        pseudos[++pseudo_count] = $i
        generic[$i] = "PSEUDO_" toupper(substr($i, 3))
    }
    next
}
# The number of a variable of this rule; new names get new ones.
function variable(name) {
    if (name == "nowhere") return "RULE_NOWHERE"
    if (name == "next") return "RULE_NEXT"
    if (name == "scratch") return "RULE_SCRATCH"
    if (!(name in number)) number[name] = variables++
    return number[name]
}
{
    split("", number)
    variables = 0
    keep = index($0, " =>+ ") > 0
    cut = index($0, keep ? " =>+ " : " => ")
    if (!cut) fail("no arrow")
    left = substr($0, 1, cut - 1)
    right = substr($0, cut + (keep ? 5 : 4))
    parts = split(left, pattern, "|")
    text = ""
    for (p = 1; p <= parts; p++) {
        words = split(pattern[p], word, " ")
        if (!(word[1] in generic)) fail("no instruction " word[1])
        if (p == 1) head = word[1]
        if (p == 2) second = word[1]
        pattern_operands = words - 1
        vars = ""; writes = 0; bit = 1
        for (i = 2; i <= words; i++) {
            name = word[i]
            if (substr(name, 1, 1) == ">") { writes += bit; name = substr(name, 2) }
            bit *= 2
            vars = vars (i > 2 ? ", " : "") variable(name)
        }
        text = text sprintf("%s{%s, %d, %d, {%s}}", p > 1 ? ", " : "", generic[word[1]], words - 1, writes, vars == "" ? "0" : vars)
    }
    words = split(right, word, " ")
    vars = ""
    for (i = 2; i <= words; i++) {
        if (!(word[i] in number) && word[i] != "nowhere" && word[i] != "scratch") fail("no operand " word[i])
        vars = vars (i > 2 ? ", " : "") variable(word[i])
    }
    line = sprintf("    {%d, %d, %s, {%s}, VMOP_%s, %d, {%s}},", parts, variables, keep ? "true" : "false", text, toupper(word[1]), words - 1, vars == "" ? "0" : vars)
    if (!(head in seen)) { seen[head] = 1; heads[++head_count] = head }
    if (parts == 1) {
        if (variables != pattern_operands) fail("a plain form with an operand named twice")
        plain[head] = line
        next
    }
    if (!((head, second) in rule_count)) seconds[head, ++second_count[head]] = second
    rules[head, second, ++rule_count[head, second]] = line
}
END {
    if (failed) exit 1
    if (part == "header") {
        print "/* Generated from rules.tab by gen_rules.awk. */\n#ifndef LING_RULES_GENERATED_H\n#define LING_RULES_GENERATED_H\n"
        print "#include \"generic_ops.h\"\n\nenum {\n    PSEUDO_FIRST = GENERIC_OP_LIMIT,"
        for (i = 1; i <= pseudo_count; i++)
            print "    " generic[pseudos[i]] (i == 1 ? " = PSEUDO_FIRST," : ",")
        print "    RULE_OP_LIMIT\n};\n\n#endif"
    } else {
        print "/* Generated from rules.tab by gen_rules.awk. */\nstatic const Rule rules[] = {\n    {0, 0, false, {{0, 0, 0, {0}}}, 0, 0, {0}},"
        at = 1
        for (h = 1; h <= head_count; h++) {
            head = heads[h]
            for (g = 1; g <= second_count[head]; g++) {
                second = seconds[head, g]
                group_lines[++groups] = sprintf("    {%s, %d, %d},", generic[second], at, rule_count[head, second])
                for (r = 1; r <= rule_count[head, second]; r++) { print rules[head, second, r]; at++ }
            }
            plain_at[h] = 0
            if (head in plain) { print plain[head]; plain_at[h] = at++ }
        }
        print "};\n\nstatic const RuleGroup rule_groups[] = {"
        for (g = 1; g <= groups; g++)
            print group_lines[g]
        print "    {0, 0, 0}\n};\n\nstatic const RuleHead rule_heads[RULE_OP_LIMIT] = {"
        at = 0
        for (h = 1; h <= head_count; h++) {
            printf "    [%s] = {%d, %d, %d},\n", generic[heads[h]], at, second_count[heads[h]], plain_at[h]
            at += second_count[heads[h]]
        }
        print "};"
    }
}
