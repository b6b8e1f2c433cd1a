#include "bifs.h"

#include <stdio.h>

#include "process_backtrace.h"
#include "vm/base/text.h"
#include "vm/code/module.h"
#include "vm/proc/bif.h"
#include "vm/proc/process_table.h"
#include "vm/term/bits.h"
#include "vm/term/print.h"

#define MAX_TERM_CHARACTERS 200

static void add_code(Text *out, const Word *ip, const char *otherwise)
{
    CodeLocation where;

    if (!code_find(ip, &where)) {
        text_printf(out, "(%s)\n", otherwise);
        return;
    }
    text_add_byte(out, '(');
    term_print_atom(out, where.module);
    text_add_byte(out, ':');
    term_print_atom(out, where.name);
    text_printf(out, "/%u + %zu)\n", (unsigned)where.arity,
                (size_t)((const char *)ip - (const char *)where.start));
}

static void add_slot(Text *out, unsigned number, Term slot)
{
    text_printf(out, "y(%u)     ", number);
    if (is_catch(slot)) {
        text_printf(out, "Catch %p ", catch_handler(slot));
        add_code(out, catch_handler(slot), "?");
        return;
    }
    term_print(out, slot, MAX_TERM_CHARACTERS);
    text_add_byte(out, '\n');
}

void process_backtrace_add(Text *out, const Process *q)
{
    unsigned number = 0;

    text_printf(out, "Program counter: %p ", (const void *)q->ip);
    add_code(out, q->ip, "unknown function");
    for (const Word *at = q->gc.stack_top; at < q->gc.block_end; at++) {
        if (!is_return_address(*at)) {
            add_slot(out, number++, (Term)*at);
            continue;
        }
        at = tail_bif_skip(at);
        number = 0;
        text_printf(out, "\n%p Return addr %p ", (const void *)at, return_address_code(*at));
        add_code(out, (const Word *)return_address_code(*at) - 1, "<terminate process normally>");
    }
}

Term process_backtrace(Process *p, const Process *q)
{
    Text text = {0};
    Term binary;

    if (!(q->flags & PROCESS_SENSITIVE))
        process_backtrace_add(&text, q);
    binary = bits_new(&p->heap, text.bytes, text.size);
    text_free(&text);
    return binary;
}

Term bif_erts_internal_process_display_2(Process *p, const Term *args)
{
    Process *q = process_find(args[0]);
    Text text = {0};

    if (args[1] != A_BACKTRACE || !is_local_pid(args[0]))
        return A_BADARG;
    if (!q)
        return A_BADARG;
    if (!(q->flags & PROCESS_SENSITIVE))
        process_backtrace_add(&text, q);
    fwrite(text.bytes, 1, text.size, stderr);
    text_free(&text);
    return A_TRUE;
}
