# Makes the interpreter's tables and handlers from ops.tab; -v part=header|table|<file name in ops.tab>.
#
# A line is: name kind operand:kinds ... ; a line "@file NAME" says which file the following
# bodies stand in. See ops.tab for kinds. Every combination of kinds becomes one handler
# h_<name>_<kinds>; it reads the operands and passes them to op_<name>().
function c_operand(kind, write, at) {
    if (kind == "x") return (write ? "&" : "") "X_AT(IP[" at "])"
    if (kind == "y") return (write ? "&" : "") "Y_AT(IP[" at "])"
    if (kind == "c") return "term_from_bits(IP[" at "])"
    if (kind == "f") return "(const Word *)IP[" at "]"
    if (kind == "u") return "IP[" at "]"
    if (kind == "e") return "(Export *)IP[" at "]"
    if (kind == "p") return "(const void *)IP[" at "]"
    if (kind == "r") return "&FLOAT_AT(IP[" at "])"
    if (kind == "L") return "IP + " at
    fail("operand kind " kind)
}
BEGIN { sets = 0 }
function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }
# One handler: `shape` has a letter per operand.
function handler(shape,    args, i, k, next_ip) {
    next_ip = "IP + " (count + 1)
    args = ""
    for (i = 1; i <= count; i++) {
        k = substr(shape, i, 1)
        if (kind == "test" && i == 1)
            continue
        args = args (args == "" ? "" : ", ") c_operand(k, write[i], i)
    }
    printf "Handled h_%s_%s(void)\n{\n", name, shape
    if (kind == "do")
        printf "    op_%s(%s);\n    GO(%s);\n", name, args, next_ip
    else if (kind == "test")
        printf "    if (LIKELY(op_%s(%s)))\n        GO(%s);\n    GO((const Word *)IP[1]);\n", name, args, next_ip
    else if (kind == "full")
        printf "    return op_%s(%s%s%s);\n", name, next_ip, args == "" ? "" : ", ", args
    else
        fail("kind " kind)
    print "}\n"
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
        if (part == file)
            handler(shape_list[s])
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
    if (kind == "u" && letters ~ /^[eup]$/)
        return 0
    return index(letters, kind) - 1
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
        print "};\n\nconst char *const op_variant_names[VMOP_VARIANT_COUNT] = {"
        for (i = 1; i <= variants; i++)
            print "    \"" substr(handlers[i], 3) "\","
        print "};"
    }
}
