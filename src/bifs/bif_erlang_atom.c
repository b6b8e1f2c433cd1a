/* Atoms to text and back. */
#include "bifs.h"
#include "vm/base/text.h"
#include "vm/term/bits.h"
#include "vm/term/utf8.h"

Term bif_erlang_atom_to_list_1(Process *p, const Term *args)
{
    size_t size, left;
    const uint8_t *text;
    Term list = TERM_NIL;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    text = (const uint8_t *)atom_text(args[0], &size);
    for (left = size; left > 0;) {
        size_t start = left - 1;
        uint32_t character;
        unsigned length;

        while (start > 0 && (text[start] & 0xc0) == 0x80)
            start--;
        utf8_decode(text + start, left - start, &character, &length);
        list = cons(&p->heap, small_int(character), list);
        left = start;
    }
    return list;
}

typedef enum TextResult { TEXT_OK, TEXT_BAD, TEXT_TOO_LONG } TextResult;

/* The characters of a list in UTF-8. */
static TextResult list_to_utf8(Term list, Text *text)
{
    size_t count = 0;

    for (; is_cons(list); list = list_tail(list)) {
        Term character = list_head(list);
        if (!is_small(character) || !utf8_is_character(small_value(character)))
            return TEXT_BAD;
        if (++count <= ATOM_MAX_CHARACTERS)
            text_add_character(text, (uint32_t)small_value(character));
    }
    if (!is_nil(list))
        return TEXT_BAD;
    return count > ATOM_MAX_CHARACTERS ? TEXT_TOO_LONG : TEXT_OK;
}

Term bif_erlang_list_to_atom_1(Process *p, const Term *args)
{
    Text text = {0};
    TextResult result = list_to_utf8(args[0], &text);
    Term atom = result == TEXT_OK ? atom_from_utf8(text.bytes, text.size) : NO_TERM;

    text_free(&text);
    if (result == TEXT_BAD)
        return raise_badarg(p);
    return atom == NO_TERM ? raise_system_limit(p) : atom;
}

Term bif_erlang_list_to_existing_atom_1(Process *p, const Term *args)
{
    Text text = {0};
    Term atom = NO_TERM;

    if (list_to_utf8(args[0], &text) == TEXT_OK)
        atom = atom_existing_utf8(text.bytes, text.size);
    text_free(&text);
    return atom == NO_TERM ? raise_badarg(p) : atom;
}

static Term atom_to_latin1_binary(Process *p, Term atom)
{
    size_t size, at = 0, count = atom_character_count(atom);
    const uint8_t *text = (const uint8_t *)atom_text(atom, &size);
    uint8_t *bytes;
    Term binary;

    if (!atom_is_latin1(atom))
        return raise_badarg(p);
    binary = bits_alloc(&p->heap, count, &bytes);
    for (size_t i = 0; i < count; i++) {
        uint32_t character;
        unsigned length;

        utf8_decode(text + at, size - at, &character, &length);
        bytes[i] = (uint8_t)character;
        at += length;
    }
    return binary;
}

Term bif_erlang_atom_to_binary_2(Process *p, const Term *args)
{
    size_t size;
    const char *text;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    if (args[1] == A_LATIN1)
        return atom_to_latin1_binary(p, args[0]);
    if (args[1] != A_UTF8 && args[1] != A_UNICODE)
        return raise_badarg(p);
    text = atom_text(args[0], &size);
    return bits_new(&p->heap, text, size);
}

/* binary_to_atom and binary_to_existing_atom differ in what they do with names and in long ones. */
static Term binary_to_atom(Process *p, const Term *args, bool existing)
{
    bool is_latin1 = args[1] == A_LATIN1;
    BitsBytes bytes;
    Term atom = NO_TERM;
    size_t characters = 0;
    bool is_text, is_long;

    if (!is_latin1 && args[1] != A_UTF8 && args[1] != A_UNICODE)
        return raise_badarg(p);
    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    is_text = is_latin1 || utf8_valid_prefix(bytes.bytes, bytes.size, &characters) == bytes.size;
    if (is_latin1)
        characters = bytes.size;
    is_long = characters > ATOM_MAX_CHARACTERS;
    if (is_text && !is_long) {
        const char *text = (const char *)bytes.bytes;
        if (existing)
            atom = is_latin1 ? atom_existing_latin1(text, bytes.size) : atom_existing_utf8(text, bytes.size);
        else
            atom = is_latin1 ? atom_from_latin1(text, bytes.size) : atom_from_utf8(text, bytes.size);
    }
    bits_bytes_free(&bytes);
    if (atom != NO_TERM)
        return atom;
    /* What is wrong beyond the longest name is not looked at. */
    return existing || (!is_text && !is_long) ? raise_badarg(p) : raise_system_limit(p);
}

Term bif_erlang_binary_to_atom_2(Process *p, const Term *args)
{
    return binary_to_atom(p, args, false);
}

Term bif_erlang_binary_to_existing_atom_2(Process *p, const Term *args)
{
    return binary_to_atom(p, args, true);
}
