#include "bifs/boot_error.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/options.h"
#include "vm/base/text.h"
#include "vm/code/module.h"
#include "vm/term/atom.h"
#include "vm/term/heap.h"
#include "vm/term/print.h"

#define MAX_REASON_CHARACTERS 400

static bool was_told;

static bool is_text(Term list, const char *text)
{
    for (; is_cons(list) && *text; list = list_tail(list), text++)
        if (list_head(list) != small_int(*text))
            return false;
    return is_nil(list) && !*text;
}

/* {undef, [{Module, Function, Args, _} | _]} */
static bool tell_undefined(Text *out, Term reason)
{
    Term trace, call, args;
    ptrdiff_t arity;

    if (!is_tuple_of(reason, 2) || tuple_element(reason, 1) != A_UNDEF)
        return false;
    trace = tuple_element(reason, 2);
    call = is_cons(trace) ? list_head(trace) : NO_TERM;
    if (call == NO_TERM || !is_tuple_of(call, 4) || !is_atom(tuple_element(call, 1)))
        return false;
    args = tuple_element(call, 3);
    arity = is_small(args) ? (ptrdiff_t)small_value(args) : list_length(args);
    text_add_string(out, "there is no function ");
    term_print(out, tuple_element(call, 1), PRINT_ALL);
    text_add_byte(out, ':');
    term_print(out, tuple_element(call, 2), PRINT_ALL);
    text_printf(out, "/%td", arity);
    if (!module_find(tuple_element(call, 1)))
        text_add_string(out, " (the module cannot be found: see -pa)");
    return true;
}

/* {{badmatch, {error, {Line, erl_parse | erl_scan, Message}}}, _}: what follows -eval */
static bool tell_syntax_error(Text *out, Term reason)
{
    Term match, error, info, message;

    if (!is_tuple_of(reason, 2) || !is_tuple_of(match = tuple_element(reason, 1), 2)
        || tuple_element(match, 1) != A_BADMATCH || !is_tuple_of(error = tuple_element(match, 2), 2)
        || tuple_element(error, 1) != A_ERROR || !is_tuple_of(info = tuple_element(error, 2), 3))
        return false;
    if (tuple_element(info, 2) != A_ERL_PARSE && tuple_element(info, 2) != A_ERL_SCAN)
        return false;
    text_add_string(out, "-eval: ");
    for (message = tuple_element(info, 3); is_cons(message); message = list_tail(message)) {
        Term part = list_head(message);
        for (; is_cons(part) && is_small(list_head(part)); part = list_tail(part))
            text_add_character(out, (uint32_t)small_value(list_head(part)));
    }
    return true;
}

bool boot_error_tell(Term displayed)
{
    Text out = {0};
    Term reason;

    if (!options.readable_boot_errors || !is_tuple_of(displayed, 2)
        || !is_text(tuple_element(displayed, 1), "init terminating in do_boot"))
        return false;
    reason = tuple_element(displayed, 2);
    if (!tell_undefined(&out, reason) && !tell_syntax_error(&out, reason)) {
        text_add_string(&out, "the start failed: ");
        term_print(&out, reason, MAX_REASON_CHARACTERS);
    }
    fprintf(stderr, "ling: %s\n", text_terminated(&out));
    text_free(&out);
    was_told = true;
    return true;
}

bool boot_error_was_told(void)
{
    return was_told;
}
