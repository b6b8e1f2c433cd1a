# Makes stencils of the compiler's assembly: keeps the functions stencil_<flavour>_<variant>, each in two
# sections. ".stencil.F.V.h" holds what runs usually, which falls through into the next instruction,
# ".stencil.F.V.c" the rest. See vm/exec/stencil.h.
#
# A jump to a jump to a label becomes one; IP is set before the stencil calls, or jumps to, what may use it.
# A stencil that refers to constants of its own file is left out: native.c then calls the handler.

function is_label(line) { return line ~ /^\.L[0-9]+:/ }
function label_name(line) { return substr(line, 1, index(line, ":") - 1) }
function mnemonic(line,    parts) { split(line, parts, /[\t ]+/); return parts[2] }
function target(line,    parts) { split(line, parts, /[\t ]+/); return parts[3] }
function is_jump(line) { return line ~ /^\tjmp\t/ }
function is_branch(line) { return line ~ /^\tj[a-z]+\t\.L/ || line ~ /^\tj[a-z]+\tstencil_go_/ }
function is_final(line) { return line ~ /^\t(jmp|ret)/ }
function inverse(op) { return op ~ /^jn/ ? "j" substr(op, 3) : (op in OPPOSITE) ? OPPOSITE[op] : "jn" substr(op, 2) }

# Labels whose code is a jump to stencil_go_*.
function find_aliases(    i, k) {
    split("", alias)
    for (i = 1; i <= n; i++) {
        if (!is_label(code[i]))
            continue
        for (k = i; k <= n && is_label(code[k]); k++);
        if (is_jump(code[k]) && target(code[k]) ~ /^stencil_go_/)
            alias[label_name(code[i])] = target(code[k])
    }
}
function thread_jumps(    i) {
    for (i = 1; i <= n; i++)
        if (is_branch(code[i]) && target(code[i]) in alias)
            code[i] = "\t" mnemonic(code[i]) "\t" alias[target(code[i])]
}
# "jcc X; jmp Y; X:" becomes "jncc Y; X:", also where X is the next instruction's jump.
function invert_branches(    i, k, next_label) {
    for (i = 1; i < n; i++) {
        if (!is_branch(code[i]) || is_jump(code[i]))
            continue
        for (k = i + 1; k <= n && is_label(code[k]) && !used(label_name(code[k])); k++);
        if (!is_jump(code[k]) || target(code[k]) !~ /^stencil_go_/)
            continue
        if (target(code[i]) == "stencil_go_next" || (is_label(code[k + 1]) && label_name(code[k + 1]) == target(code[i]))) {
            next_label = target(code[i])
            code[i] = "\t" inverse(mnemonic(code[i])) "\t" target(code[k])
            code[k] = next_label == "stencil_go_next" ? "\tjmp\tstencil_go_next" : ""
        }
    }
}
function used(label,    i) {
    for (i = 1; i <= n; i++)
        if (is_branch(code[i]) && target(code[i]) == label)
            return 1
    return 0
}
# Takes out empty lines, labels that nothing jumps to, and what follows a jump without a label between.
function compact(    i, m, dead) {
    m = 0; dead = 0
    for (i = 1; i <= n; i++) {
        if (code[i] == "" || (is_label(code[i]) && !used(label_name(code[i]))))
            continue
        if (is_label(code[i]))
            dead = 0
        if (dead)
            continue
        kept[++m] = code[i]
        dead = is_final(code[i])
    }
    for (i = 1; i <= m; i++)
        code[i] = kept[i]
    n = m
}
function leaves(line) { return line ~ /^\t(call|jmp)\t[a-z_]/ && target(line) !~ /^stencil_go_/ && target(line) != "slow_call" }
function reads_ip(line) {
    return line ~ /%r12/ && line !~ /^\tjmp\t\*\(%r12\)/ && line !~ /^\t(mov[lq]|leaq)\t[^,]*(\([^)]*\))?, %r12d?$/ \
        || line ~ /^\t(mov[lq]|leaq)\t.*%r12.*, %r12d?$/
}
function writes_ip(line) { return line ~ /, %r12d?$/ }
# Where an instruction sets IP itself on its way, only those that leave before need it: cold blocks that are reached from
# before. Notes in `at` which lines these are; false: it is not as simple as that.
function early_exits(at,    i, k, end, first, early, late) {
    split("", at)
    for (end = 1; end <= n && !is_final(code[end]); end++);
    for (first = 1; first <= end && !writes_ip(code[first]); first++);
    if (first > end)
        return 0
    for (i = 1; i <= n; i++) {
        if (i > end && writes_ip(code[i]) || i < first && leaves(code[i]))
            return 0
        if (i <= end || !leaves(code[i]))
            continue
        for (k = i; k > end && !is_label(code[k]); k--)
            if (is_branch(code[k]))
                return 0
        if (k == end || (k > end + 1 && !is_final(code[k - 1])))
            return 0
        early = branches_to(label_name(code[k]), 1, first)
        late = branches_to(label_name(code[k]), first, end)
        if (early && late || branches_to(label_name(code[k]), end + 1, n))
            return 0
        if (early)
            at[i] = 1
    }
    return 1
}
function branches_to(label, from, to,    i) {
    for (i = from; i <= to; i++)
        if (is_branch(code[i]) && target(code[i]) == label)
            return 1
    return 0
}
function set_ip(    i, m, reads, writes, exits, simple, early) {
    for (i = 1; i <= n; i++) {
        reads += reads_ip(code[i])
        writes += writes_ip(code[i])
        exits += leaves(code[i])
    }
    m = 0
    simple = !reads && writes && exits && early_exits(early)
    if (reads || (writes && exits && !simple))
        kept[++m] = SET_IP
    for (i = 1; i <= n; i++) {
        if (!reads && !writes && leaves(code[i]) || simple && i in early)
            kept[++m] = SET_IP
        kept[++m] = code[i]
    }
    for (i = 1; i <= m; i++)
        code[i] = kept[i]
    n = m
}
# A count and its test are one instruction: the test of reductions.
function count_and_test(    i, k) {
    for (i = 1; i <= n; i++) {
        if (code[i] != "\tsubq\t$1, %r15")
            continue
        for (k = i + 1; k <= n && code[k] !~ /^\.L|^\tj|^\tcall|^\tret|%r15/; k++);
        if (code[k] == "\ttestq\t%r15, %r15") {
            code[k] = code[i]
            code[i] = ""
        }
    }
}
# "jcc next; ...; jmp slow_..." is "jncc cold; next" with the rest in the cold part.
function cool_tail(    i, k, label) {
    for (i = 1; i < n; i++) {
        if (target(code[i]) != "stencil_go_next" || is_jump(code[i]))
            continue
        for (k = i + 1; k <= n && !is_label(code[k]) && !is_branch(code[k]) && !is_final(code[k]); k++);
        if (!is_jump(code[k]) || target(code[k]) !~ /^slow_/)
            return
        label = ".L" (OWN_LABELS + ++own_labels)
        code[i] = "\t" inverse(mnemonic(code[i])) "\t" label "\n\tjmp\tstencil_go_next\n" label ":"
        split_lines()
        return
    }
}
function split_lines(    i, k, m, parts, count) {
    m = 0
    for (i = 1; i <= n; i++) {
        count = split(code[i], parts, "\n")
        for (k = 1; k <= count; k++)
            kept[++m] = parts[k]
    }
    for (i = 1; i <= m; i++)
        code[i] = kept[i]
    n = m
}
# All names of the register that starts like this one.
function names_of(reg,    stem) {
    if (reg ~ /^r[0-9]/)
        return "%" reg
    stem = substr(reg, 2)
    return stem ~ /^[abcd]x$/ ? "%[re]?" stem "|%" substr(stem, 1, 1) "[lh]" : "%[re]?" stem
}
# An address that only the cold part uses is computed there.
function sink_addresses(    i, k, end, reg, names, base, used_hot, sunk, cold_labels) {
    for (end = 1; end <= n && !is_final(code[end]); end++)
        if (code[end] ~ /^\tcall/)
            return                     # may be an argument
    if (end > n || leaves(code[end]))
        return
    cold_labels = 0
    for (i = end + 1; i <= n; i++)
        cold_labels += is_label(code[i])
    for (i = 1; i < end; i++) {
        if (code[i] !~ /^\tleaq\t[^,()]*\(%r(bx|13|14)\), %r[a-ds189][^2345]?$/ && code[i] !~ /^\tmovq\t%r(bx|13|14), %r[a-ds189][^2345]?$/)
            continue
        reg = code[i]; sub(/.*, %/, "", reg)
        base = code[i]; sub(/\).*/, "", base); sub(/, .*/, "", base); sub(/.*%/, "", base)
        names = names_of(reg)
        used_hot = 0
        for (k = 1; k <= end; k++)
            if (k != i && (code[k] ~ names || (k > i && base != "rbx" && code[k] ~ (", %" base "$"))))
                used_hot = 1
        for (k = end + 1; k <= n && cold_labels > 1; k++)
            if (code[k] ~ (", (" names ")$") || code[k] ~ /^\tcall/ || (code[k] ~ names && code[k] ~ /^\t(pop|inc|dec|neg|not|set)/))
                used_hot = 1
        if (used_hot)
            continue
        sunk = code[i]
        code[i] = ""                   # nobody's, if no branch leads to the cold part
        for (k = 1; k < end; k++)
            if (is_branch(code[k]) && target(code[k]) ~ /^\.L/)
                sink_to(target(code[k]), sunk, end)
        split_lines()
    }
}
function sink_to(label, line, end,    k) {
    for (k = end + 1; k <= n; k++)
        if (is_label(code[k]) && label_name(code[k]) == label && index(code[k], line) == 0)
            code[k] = code[k] "\n" line
}
function print_lines(flavour, variant,    i, section, hot) {
    section = ".stencil." flavour "." variant
    print "\t.section " section ".h,\"ax\"\n" name (flavour == NEAR ? "_near" : "") ":"
    hot = 1
    for (i = 1; i <= n; i++) {
        if (hot && is_final(code[i])) {
            if (code[i] != "\tjmp\tstencil_go_next")
                print flavour == NEAR ? near(code[i]) : code[i]
            print "\t.section " section ".c,\"ax\""
            hot = 0
            continue
        }
        print flavour == NEAR ? near(code[i]) : code[i]
    }
}
# The same with registers that are at most 127 bytes away: the offset is a byte. Assemblers have no way to say
# so of a symbol; what stands there instead is checked by gen_stencils.c.
function near(line,    operand, bytes) {
    gsub(/\.L/, ".LN", line)
    if (!match(line, /[\t ]stencil_number_[0-9]+(\+[0-9]+)?\(%(rbx|r13)\)/))
        return line
    bytes = immediate_bytes(line)
    if (bytes < 0)
        return line
    operand = substr(line, RSTART + 1, RLENGTH - 1)
    sub(/\(.*/, "", operand)
    return substr(line, 1, RSTART) PLACE substr(line, RSTART + 1 + length(operand)) \
        "\n\t.reloc .-" (1 + bytes) ", R_X86_64_8, " operand
}
# How many bytes follow the offset; -1: better not.
function immediate_bytes(line,    value) {
    if (mnemonic(line) !~ /^(mov|cmp|add|sub|and|or|xor|test|lea|cmov|imul|movs|cvt|muls|adds|subs|divs|movz)[a-z0-9]*$/ || mnemonic(line) ~ /w$/)
        return -1
    if (line !~ /\t\$/)
        return 0
    value = line
    sub(/.*\t\$/, "", value); sub(/,.*/, "", value)
    if (value !~ /^-?[0-9]+$/ || mnemonic(line) ~ /^(mov|test)[lq]$/)
        return mnemonic(line) ~ /b$/ ? -1 : 4
    return mnemonic(line) ~ /b$/ || (value + 0 >= -128 && value + 0 <= 127) ? 1 : 4
}
function print_stencil(    parts) {
    split(name, parts, "_")
    print_lines(parts[2], parts[3])
    if (parts[2] == FULL)
        print_lines(NEAR, parts[3])
}
function finish() {
    find_aliases(); thread_jumps(); compact()
    invert_branches(); compact()
    find_aliases(); thread_jumps(); compact()
    cool_tail(); count_and_test(); sink_addresses(); compact()
    set_ip()
    print_stencil()
}
BEGIN {
    OPPOSITE["jp"] = "jnp"; OPPOSITE["jl"] = "jge"; OPPOSITE["jge"] = "jl"; OPPOSITE["jg"] = "jle"; OPPOSITE["jle"] = "jg"
    OPPOSITE["ja"] = "jbe"; OPPOSITE["jbe"] = "ja"; OPPOSITE["jb"] = "jnb"; OPPOSITE["jae"] = "jb"
    FULL = 2; NEAR = 3        # NATIVE_SMALL_CONSTANTS, NATIVE_NEAR
    PLACE = "123"
    OWN_LABELS = 9000000      # beyond the compiler's
    SET_IP = "\tmovl\t$stencil_here, %r12d"
    print "\t.text"
}
/^stencil_[0-9]+_[0-9]+:/ { name = substr($1, 1, length($1) - 1); n = 0; inside = 1; local = 0; next }
inside && /^\t\.size/ { if (!local) finish(); inside = 0; next }
inside && /^\t\.(section|text|p2align|cfi)/ { if ($0 ~ /section|text/) local = 1; next }
inside { sub(/[ \t]*#.*/, ""); sub(/@PLT/, ""); if ($0 ~ /\.LC|\.rodata/) local = 1; code[++n] = $0 }
