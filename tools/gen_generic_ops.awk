# Makes generic_ops.h (-v part=header) and generic_ops.c (-v part=table) from generic_ops.tab.
/^#/ || NF == 0 { next }
{
    number = $1 + 0
    symbol = toupper($2)
    if (number in name) {
        printf "%s:%d: number %d is taken\n", FILENAME, FNR, number > "/dev/stderr"
        failed = 1
        exit 1
    }
    name[number] = $2
    operands[number] = $3 == "-" ? "" : $3
    flags[number] = ""
    for (i = 4; i <= NF; i++)
        flags[number] = flags[number] (i > 4 ? " | " : "") "OP_" toupper($i)
    if (flags[number] == "")
        flags[number] = "0"
    order[++count] = number
    if (number > top)
        top = number
}
END {
    if (failed)
        exit 1
    if (part == "table") {
        print "/* Generated from generic_ops.tab by gen_generic_ops.awk. */"
        print "#include \"generic_ops.h\"\n"
        print "const GenericOpInfo generic_op_info[GENERIC_OP_LIMIT] = {"
        for (i = 1; i <= count; i++)
            printf "    [%d] = {\"%s\", \"%s\", %s},\n", order[i], name[order[i]], operands[order[i]], flags[order[i]]
        print "};"
        exit 0
    }
    print "/* Generated from generic_ops.tab by gen_generic_ops.awk. */"
    print "#ifndef LING_GENERIC_OPS_H\n#define LING_GENERIC_OPS_H\n\n#include <stdint.h>\n\nenum {"
    for (i = 1; i <= count; i++)
        printf "    GENERIC_%s = %d,\n", toupper(name[order[i]]), order[i]
    printf "    GENERIC_OP_LIMIT = %d\n};\n\n", top + 1
    print "enum {"
    n = split("FILE CALL END RAISE GC TUPLE CONS MAP CONTEXT", all, " ")
    for (i = 1; i <= n; i++)
        printf "    OP_%s = 1 << %d%s\n", all[i], i - 1, i < n ? "," : ""
    print "};\n"
    print "/* The letters of `operands` and the flags are explained at the top of generic_ops.tab. */"
    print "typedef struct GenericOpInfo {"
    print "    const char *name;          /* null: no such instruction */"
    print "    const char *operands;"
    print "    uint32_t flags;            /* OP_* */"
    print "} GenericOpInfo;\n"
    print "extern const GenericOpInfo generic_op_info[GENERIC_OP_LIMIT];\n\n#endif"
}
