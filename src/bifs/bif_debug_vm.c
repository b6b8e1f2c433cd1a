/* erts_debug: what can be told of the VM itself, and what a build without lock counting answers. */
#include "bifs.h"
#include "vm/base/text.h"
#include "vm/code/ops.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/print.h"

#include <stdio.h>

/* The names of all specific instructions. */
Term bif_erts_debug_instructions_0(Process *p, const Term *args)
{
    Term list = TERM_NIL;

    for (size_t i = VMOP_VARIANT_COUNT; i > 0; i--)
        list = cons(&p->heap, list_from_text(&p->heap, op_variant_names[i - 1]), list);
    return list;
}

/* As a VM answers whose instructions are no one loop. */
Term bif_erts_debug_interpreter_size_0(Process *p, const Term *args) { return SMALL(0); }

/* false: there is nothing to show, as on stock with its compiler to machine code. */
Term bif_erts_debug_disassemble_1(Process *p, const Term *args) { return A_FALSE; }

/* Writes the term to the VM's standard output; the value is what was written. */
Term bif_erts_debug_display_1(Process *p, const Term *args)
{
    Text text = {0};
    Term written;

    term_print(&text, args[0], PRINT_ALL);
    text_add_byte(&text, '\n');
    fwrite(text.bytes, 1, text.size, stdout);
    fflush(stdout);
    written = list_from_bytes(&p->heap, (const uint8_t *)text.bytes, text.size, TERM_NIL);
    text_free(&text);
    return written;
}

/* erts_debug:dist_ext_to_term(AtomCache, Binary): of what has no reference to the cache. */
Term bif_erts_debug_dist_ext_to_term_2(Process *p, const Term *args)
{
    BitsBytes source;
    Term result = NO_TERM;

    if (!is_tuple(args[0]) || !is_binary(args[1]) || !bits_bytes_get(args[1], &source))
        return raise_badarg(p);
    if (source.size > 0)
        result = etf_decode(&p->heap, source.bytes, source.size, NULL);
    bits_bytes_free(&source);
    return result == NO_TERM ? raise_badarg(p) : result;
}

/* --- lock counting: there are no locks -------------------------------------------------------------------- */

Term bif_erts_debug_lcnt_control_1(Process *p, const Term *args) { return raise_badarg(p); }
Term bif_erts_debug_lcnt_control_2(Process *p, const Term *args) { return raise_badarg(p); }
Term bif_erts_debug_lcnt_collect_0(Process *p, const Term *args) { return A_ERROR; }
Term bif_erts_debug_lcnt_clear_0(Process *p, const Term *args) { return A_ERROR; }
