/* Native functions: erlang:load_nif/2. */
#include "bifs.h"

#include <string.h>

#include "loader/load.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/base/text.h"
#include "vm/nif/nif_load.h"
#include "vm/proc/bif.h"
#include "vm/term/bits.h"
#include "vm/term/word_stack.h"

static Term nif_error(Process *p, Term reason, const char *text)
{
    return tuple_2(&p->heap, A_ERROR, tuple_2(&p->heap, reason, list_from_text(&p->heap, text)));
}

static bool add_character(Text *text, Term c)
{
    if (!is_small(c) || small_value(c) <= 0 || small_value(c) > 0x10ffff)
        return false;
    if (options.file_names == FILE_NAMES_LATIN1)
        text_add_byte(text, (char)small_value(c));
    else
        text_add_character(text, (uint32_t)small_value(c));
    return true;
}

/* The characters of nested lists. */
static bool add_characters(Text *text, Term list)
{
    WordStack open;
    bool is_good = true;

    word_stack_init(&open);
    while (is_good && (is_cons(list) || open.count > 0)) {
        if (!is_cons(list)) {
            is_good = is_nil(list);
            list = term_from_bits(word_stack_pop(&open));
        } else if (is_list(list_head(list))) {
            word_stack_push_term(&open, list_tail(list));
            list = list_head(list);
        } else {
            is_good = add_character(text, list_head(list));
            list = list_tail(list);
        }
    }
    word_stack_free(&open);
    return is_good && is_nil(list);
}

/* Of characters, or a binary, in the encoding of file names; null: neither. Freed with text_free. */
static const char *path_text(Term path, Text *text)
{
    BitsBytes bytes;

    if (bits_bytes_get(path, &bytes)) {
        text_add(text, bytes.bytes, bytes.size);
        bits_bytes_free(&bytes);
    } else if (!add_characters(text, path)) {
        return NULL;
    }
    return memchr(text_terminated(text), 0, text->size) ? NULL : text->bytes;
}

static Term load_library(Process *p, CodeInstance *code, const char *path, Term info)
{
    NifFailure failure = {0};
    NifLibrary *library = nif_load_open(code, path, &failure);
    Term result;

    if (library && nif_load_start(p, code, library, info, &failure)) {
        load_bind_library(code, library);
        return A_OK;
    }
    result = nif_error(p, failure.reason, text_terminated(&failure.text));
    text_free(&failure.text);
    return result;
}

/* erlang:load_nif(Path, Info) -> ok | {error, {Reason, Text}}. The path does not matter where the functions are part of
 * the VM. */
Term bif_erlang_load_nif_2(Process *p, const Term *args)
{
    CodeInstance *code = code_find_instance(p->ip);
    Text path = {0};
    Term result, reason;
    const char *text;

    if (!path_text(args[0], &path)) {
        result = raise_badarg(p);
    } else if (!code) {
        result = nif_error(p, A_BAD_LIB, "load_nif/2 must be explicitly called from the NIF module. It cannot be "
                                         "called through apply/3.");
    } else if (load_has_natives(code->module->name)) {
        text = load_bind_natives(code, args[1], &reason);
        result = text ? nif_error(p, reason, text) : A_OK;
    } else {
        result = load_library(p, code, path.bytes, args[1]);
    }
    text_free(&path);
    return result;
}
