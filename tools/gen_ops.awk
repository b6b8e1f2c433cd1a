# Makes the interpreter's tables and handlers from ops.tab; -v part=header|table|<file name in ops.tab>.
#
# A line is: name kind operand:kinds ... ; a line "@file NAME" says which file the following
# bodies stand in. See ops.tab for kinds. Every combination of kinds becomes one handler
# h_<name>_<kinds>; it reads the operands and passes them to op_<name>(). The same file holds the stencils
# for vm/exec/native.c: functions stencil_<flavour>_<number of the variant>, whose operands are symbols.
function c_operand(kind, write, at) {
    if (kind == "x") return (write ? "&" : "") "X_AT(IP[" at "])"
    if (kind == "y") return (write ? "&" : "") "Y_AT(IP[" at "])"
    if (kind == "c") return "term_from_bits(IP[" at "])"
    if (kind == "f") return "(const Word *)IP[" at "]"
    if (kind == "u") return "IP[" at "]"
    if (kind == "e") return "(Export *)IP[" at "]"
    if (kind == "p") return "(const void *)IP[" at "]"
    if (kind ~ /[rno]/) return (write ? "&" : "") "FLOAT_AT(IP[" at "])"
    if (kind == "w") return "(Word *)&IP[" at "]"
    if (kind == "L") return "IP + " at
    fail("operand kind " kind)
}
# The same of a stencil; the flavour says what is known of constants (vm/exec/stencil.h).
function stencil_operand(kind, write, at, flavour) {
    if (kind == "x") return (write ? "&" : "") "X_AT(S_NUMBER(" at "))"
    if (kind == "y") return (write ? "&" : "") "Y_AT(S_NUMBER(" at "))"
    if (kind == "c") return "term_from_bits(" (flavour == 0 ? "S_WORD(" : flavour == 1 ? "S_NUMBER(" : "S_SMALL(") at "))"
    if (kind == "f") return "S_LABEL(" at ")"
    if (kind == "u") return "S_NUMBER(" at ")"
    if (kind == "e") return "(Export *)S_WORD(" at ")"
    if (kind == "p") return "(const void *)S_WORD(" at ")"
    if (kind == "r") return (write ? "&" : "") "FLOAT_AT(S_NUMBER(" at "))"
    if (kind == "n") return "NEWEST"
    if (kind == "o") return "OLDER"
    if (kind == "w") return "(Word *)S_WORDS(" at ")"
    if (kind == "L") return "S_WORDS(" at ")"
    fail("operand kind " kind)
}
BEGIN { sets = 0; if (part ~ /^ops_/) print "#ifndef LING_STENCIL\n" }
function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }
# The operands of a handler (flavour < 0) or stencil; `shape` has a letter for each.
function arguments(shape, flavour,    args, i, k) {
    args = ""
    for (i = 1; i <= count; i++) {
        k = substr(shape, i, 1)
        if (kind == "test" && i == 1)
            continue
        args = args (args == "" ? "" : ", ") \
               (flavour < 0 ? c_operand(k, write[i], i) : stencil_operand(k, write[i], i, flavour))
    }
    return args
}
function body(args, next_ip, fail_ip) {
    if (kind == "do")
        return sprintf("    op_%s(%s);\n    GO(%s);\n", name, args, next_ip)
    if (kind == "test")
        return sprintf("    if (LIKELY(op_%s(%s)))\n        GO(%s);\n    GO(%s);\n", name, args, next_ip, fail_ip)
    if (kind == "full")
        return sprintf("    return op_%s(%s%s%s);\n", name, next_ip, args == "" ? "" : ", ", args)
    fail("kind " kind)
}
function handler(shape) {
    printf "Handled h_%s_%s(void)\n{\n%s}\n\n", name, shape, body(arguments(shape, -1), "IP + " (count + 1), "(const Word *)IP[1]")
}
function stencil(shape, flavour) {
    stencils = stencils sprintf("Handled stencil_%d_%d(void)\n{\n%s}\n\n", flavour, variants - 1,
                                body(arguments(shape, flavour), "S_NEXT", "S_LABEL(1)"))
}
function shapes(prefix, i,    j) {
    if (i > count) {
        shape_list[++shape_count] = prefix
        return
    }
    for (j = 1; j <= length(kinds[i]); j++)
        shapes(prefix substr(kinds[i], j, 1), i + 1)
}
/^#/ || NF == 0 { next }
$1 == "@file" { file = $2; files[++file_count] = file; next }
{
    name = $1; kind = $2; count = NF - 2
    for (i = 1; i <= count; i++) {
        if (split($(i + 2), parts, ":") != 2)
            fail("operand " $(i + 2))
        write[i] = substr(parts[2], 1, 1) == ">"
        kinds[i] = write[i] ? substr(parts[2], 2) : parts[2]
    }
    shape_count = 0
    shapes("", 1)
    op_names[++op_count] = name
    info = sprintf("    {\"%s\", %d, %d, {", name, count, variants)
    for (i = 1; i <= count; i++)
        info = info sprintf("%s%d", i > 1 ? ", " : "", kind_set(kinds[i]))
    op_infos[op_count] = info "}, " (write_mask()) "},"
    for (s = 1; s <= shape_count; s++) {
        handlers[++variants] = "h_" name "_" shape_list[s]
        constant_masks[variants] = constant_mask(shape_list[s])
        variant_words[variants] = count + 1
        variant_floats[variants] = floats(shape_list[s])
        if (part == file) {
            handler(shape_list[s])
            if (shape_list[s] ~ /c/) {
                stencil(shape_list[s], 0)
                stencil(shape_list[s], 1)
            }
            stencil(shape_list[s], 2)
        }
    }
}
# The number of a set of kinds in op_kinds.
function kind_set(letters,    i, line) {
    if (letters in set_number)
        return set_number[letters]
    line = sprintf("    {\"%s\", %d, {", letters, length(letters))
    for (i = 1; i <= 6; i++)
        line = line sprintf("%s%d", i > 1 ? ", " : "", position_of(substr("xyrcfu", i, 1), letters))
    set_lines[sets] = line "}},"
    set_number[letters] = sets++
    return set_number[letters]
}
function position_of(kind, letters) {
    if (kind == "u" && letters ~ /^[eupw]$/)
        return 0
    return index(letters, kind) - 1
}
function constant_mask(shape,    i, mask, bit) {
    mask = 0; bit = 2
    for (i = 1; i <= length(shape); i++) {
        if (substr(shape, i, 1) == "c") mask += bit
        bit *= 2
    }
    return mask
}
# The float registers of a shape: where they stand, and how many variants further the next kind of each is.
function floats(shape,    i, k, n, step, places, steps) {
    places = ""; steps = ""; n = 0
    for (i = 1; i <= length(shape); i++) {
        if (kinds[i] != "rno" || substr(shape, i, 1) != "r")
            continue
        step = 1
        for (k = i + 1; k <= count; k++)
            step *= length(kinds[k])
        places = places i ", "; steps = steps step ", "
        n++
    }
    for (; n < 2; n++) {
        places = places "0, "; steps = steps "0, "
    }
    for (i = 1; i <= length(shape) && !(write[i] && kinds[i] == "r"); i++);
    return "{" places "}, {" steps "}, " (i <= length(shape) ? i : 0)
}
function write_mask(    i, mask, bit) {
    mask = 0; bit = 1
    for (i = 1; i <= count; i++) {
        if (write[i]) mask += bit
        bit *= 2
    }
    return mask
}
END {
    if (failed)
        exit 1
    if (stencils != "")
        printf "#else\n\n%s#endif\n", stencils
    if (part == "header") {
        print "/* Generated from ops.tab by gen_ops.awk. */\n#ifndef LING_OPS_GENERATED_H\n#define LING_OPS_GENERATED_H\n"
        print "typedef enum OpId {"
        for (i = 1; i <= op_count; i++)
            print "    VMOP_" toupper(op_names[i]) ","
        print "    VMOP_COUNT\n} OpId;\n\n#define VMOP_VARIANT_COUNT " variants "\n\n#endif"
    }
    if (part == "table") {
        print "/* Generated from ops.tab by gen_ops.awk. */\n#include \"vm/code/ops.h\"\n"
        for (i = 1; i <= variants; i++)
            print "Handled " handlers[i] "(void);"
        print "\nconst OpKinds op_kinds[] = {"
        for (i = 0; i < sets; i++)
            print set_lines[i]
        print "};"
        print "\nconst OpInfo op_info[VMOP_COUNT] = {"
        for (i = 1; i <= op_count; i++)
            print op_infos[i]
        print "};\n\nconst OpHandler op_handlers[VMOP_VARIANT_COUNT] = {"
        for (i = 1; i <= variants; i++)
            print "    (OpHandler)" handlers[i] ","
        print "};\n\nconst OpShape op_shapes[VMOP_VARIANT_COUNT] = {"
        for (i = 1; i <= variants; i++)
            printf "    {%d, %d, %s},\n", variant_words[i], constant_masks[i], variant_floats[i]
        print "};\n\nconst char *const op_variant_names[VMOP_VARIANT_COUNT] = {"
        for (i = 1; i <= variants; i++)
            print "    \"" substr(handlers[i], 3) "\","
        print "};"
    }
}
