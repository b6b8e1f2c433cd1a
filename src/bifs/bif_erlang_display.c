/* erlang:display/1 and friends: straight to the VM's standard output or error, past all I/O servers. */
#include <stdio.h>

#include "bifs.h"
#include "bifs/boot_error.h"
#include "vm/base/text.h"
#include "vm/term/print.h"
#include "vm/term/utf8.h"

/* Lines end as a terminal in raw mode needs it: with carriage return and newline, as on stock. */
static void write_out(Text *text, FILE *to)
{
    for (size_t i = 0; i < text->size; i++) {
        if (text->bytes[i] == '\n')
            putc('\r', to);
        putc(text->bytes[i], to);
    }
    fflush(to);
    text_free(text);
}

Term bif_erlang_display_1(Process *p, const Term *args)
{
    Text text = {0};

    if (boot_error_tell(args[0]))
        return A_TRUE;
    term_print(&text, args[0], PRINT_ALL);
    text_add_byte(&text, '\n');
    write_out(&text, stdout);
    return A_TRUE;
}

/* erlang:display_string(String): a list of characters. */
Term bif_erlang_display_string_1(Process *p, const Term *args)
{
    Text text = {0};
    Term list = args[0];

    for (; is_cons(list); list = list_tail(list)) {
        Term character = list_head(list);
        if (!is_small(character) || !utf8_is_character(small_value(character)))
            break;
        text_add_character(&text, (uint32_t)small_value(character));
    }
    if (!is_nil(list)) {
        text_free(&text);
        return raise_badarg(p);
    }
    write_out(&text, stderr);
    return A_TRUE;
}

Term bif_erlang_display_nl_0(Process *p, const Term *args)
{
    Text text = {0};

    text_add_byte(&text, '\n');
    write_out(&text, stderr);
    return A_TRUE;
}
