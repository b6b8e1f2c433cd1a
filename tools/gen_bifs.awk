# Makes bifs.h (prototypes, weak) and bif_table.c from bifs.tab; -v part=header|table.
/^#/ || NF == 0 { next }
part == "header" {
    if (!header++) {
        print "/* Generated from bifs.tab by gen_bifs.awk. */"
        print "#ifndef LING_BIFS_H\n#define LING_BIFS_H\n\n#include \"vm/proc/bif.h\"\n"
    }
    printf "Term %s(Process *p, const Term *args) __attribute__((weak));\n", $4
}
part == "table" {
    if (!count++) {
        print "/* Generated from bifs.tab by gen_bifs.awk. */"
        print "#include \"bifs.h\"\n\nconst BifEntry bif_table[] = {"
    }
    printf "    {\"%s\", \"%s\", %d, %s, %s},\n", $1, $2, $3, $4, $5 == "guard" ? "BIF_GUARD" : "0"
}
END {
    if (part == "header")
        print "\n#endif"
    if (part == "table")
        print "};\n\nconst size_t bif_table_size = ARRAY_SIZE(bif_table);"
}
