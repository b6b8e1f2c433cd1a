/* prim_file, file: names of files as the operating system has them, in latin1 or UTF-8 (+fn). */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/base/text.h"
#include "vm/term/bits.h"
#include "vm/term/utf8.h"

static bool names_are_utf8(void)
{
    return options.file_names == FILE_NAMES_UTF8;
}

Term bif_file_native_name_encoding_0(Process *p, const Term *args)
{
    return names_are_utf8() ? A_UTF8 : A_LATIN1;
}

/* --- to the system -------------------------------------------------------------------------- */

static bool add_character(Text *name, int64_t code)
{
    if (code == 0 || !utf8_is_character(code) || (!names_are_utf8() && code > 255))
        return false;
    if (names_are_utf8())
        text_add_character(name, (uint32_t)code);
    else
        text_add_byte(name, (char)code);
    return true;
}

/* Characters and lists of them, to any depth. */
static bool add_characters(Text *name, Term t)
{
    Term *pending = NULL;
    size_t count = 0, capacity = 0;
    bool good = true;

    while (good) {
        if (is_nil(t)) {
            if (count == 0)
                break;
            t = pending[--count];
        } else if (!is_cons(t)) {
            good = false;
        } else if (is_cons(list_head(t))) {
            if (count == capacity) {
                capacity = MAX(2 * capacity, 16);
                pending = mem_realloc(MEM_SYSTEM, pending, capacity * sizeof *pending);
            }
            pending[count++] = list_tail(t);
            t = list_head(t);
        } else {
            Term head = list_head(t);
            good = is_nil(head) || (is_small(head) && add_character(name, small_value(head)));
            t = list_tail(t);
        }
    }
    mem_free(MEM_SYSTEM, pending);
    return good;
}

static bool add_binary(Text *name, Term binary)
{
    BitsView view = bits_view_of(binary);

    for (size_t i = 0; i < view.bit_size / 8; i++) {
        char byte = (char)bits_view_byte(&view, i);
        if (byte == 0)
            return false;
        text_add_byte(name, byte);
    }
    return true;
}

Term bif_prim_file_internal_name2native_1(Process *p, const Term *args)
{
    Text name = {0};
    Term native = NO_TERM;
    bool good;

    if (is_bitstring(args[0]))
        good = add_binary(&name, args[0]);
    else
        good = add_characters(&name, args[0]);
    if (good) {
        text_add(&name, "", 1);
        native = bits_new(&p->heap, name.bytes, name.size);
    }
    text_free(&name);
    return good ? native : raise_badarg(p);
}

/* --- from the system ------------------------------------------------------------------------ */

static Term list_of_characters(Process *p, const uint8_t *bytes, size_t size)
{
    Term list = TERM_NIL;

    while (size > 0) {
        size_t at = size - 1;
        uint32_t character = 0;
        unsigned length;
        while ((bytes[at] & 0xc0) == 0x80)
            at--;
        utf8_decode(bytes + at, size - at, &character, &length);
        list = cons(&p->heap, small_int(character), list);
        size = at;
    }
    return list;
}

/* What becomes of a name that is not in the encoding it should be in: +fnu{w,i,e}. */
static Term untranslatable(Process *p)
{
    switch (options.file_name_warning) {
    case 'i': return A_IGNORE;
    case 'e': return A_ERROR;
    default: return A_WARNING;
    }
}

Term bif_prim_file_internal_native2name_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    Term name;

    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    if (!names_are_utf8())
        name = list_from_bytes(&p->heap, bytes.bytes, bytes.size, TERM_NIL);
    else if (utf8_is_valid(bytes.bytes, bytes.size))
        name = list_of_characters(p, bytes.bytes, bytes.size);
    else
        name = tuple_2(&p->heap, A_ERROR, untranslatable(p));
    bits_bytes_free(&bytes);
    return name;
}

Term bif_prim_file_internal_normalize_utf8_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    bool good;

    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    good = utf8_is_valid(bytes.bytes, bytes.size);
    bits_bytes_free(&bytes);
    if (!good)
        return raise_badarg(p);
    return trap_to(p, export_get(A_UNICODE, A_CHARACTERS_TO_NFC_LIST, 1), args);
}

Term bif_prim_file_is_translatable_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    bool good;

    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    good = !names_are_utf8() || utf8_is_valid(bytes.bytes, bytes.size);
    bits_bytes_free(&bytes);
    return atom_bool(good);
}
