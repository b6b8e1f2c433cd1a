# Makes atoms.h from atoms.tab: ATOM_<SYMBOL> indexes, A_<SYMBOL> terms, and the list of texts.
# A line is `text` or `text SYMBOL`; '#' starts a comment; a repeated text counts once.
/^#/ || NF == 0 { next }
{
    text = $1
    symbol = NF > 1 ? $2 : toupper(text)
    if (symbol !~ /^[A-Z_][A-Z0-9_]*$/) {
        printf "%s:%d: atom '%s' needs a symbol\n", FILENAME, FNR, text > "/dev/stderr"
        failed = 1
        exit 1
    }
    if (symbol in of_symbol) {
        if (of_symbol[symbol] != text) {
            printf "%s:%d: symbol %s already means '%s'\n", FILENAME, FNR, symbol, of_symbol[symbol] > "/dev/stderr"
            failed = 1
            exit 1
        }
        next
    }
    of_symbol[symbol] = text
    if (!(text in index_of)) {
        index_of[text] = count++
        texts[count - 1] = text
    }
    symbols[++symbol_count] = symbol
}
END {
    if (failed)
        exit 1
    print "/* Generated from atoms.tab by gen_atoms.awk. */"
    print "#ifndef LING_ATOMS_H\n#define LING_ATOMS_H\n\nenum {"
    for (i = 1; i <= symbol_count; i++)
        printf "    ATOM_%s = %d,\n", symbols[i], index_of[of_symbol[symbols[i]]]
    printf "    STATIC_ATOM_COUNT = %d\n};\n\n", count
    for (i = 1; i <= symbol_count; i++)
        printf "#define A_%s ATOM_TERM(ATOM_%s)\n", symbols[i], symbols[i]
    print "\n#define STATIC_ATOM_TEXTS \\"
    for (i = 0; i < count; i++) {
        text = texts[i]
        gsub(/\\/, "\\\\", text)
        gsub(/"/, "\\\"", text)
        printf "    \"%s\", \\\n", text
    }
    print "    0\n\n#endif"
}
