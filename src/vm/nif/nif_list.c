/* nif_list.c - atoms, strings, lists and tuples. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/nif/nif_env.h"
#include "vm/term/atom.h"

/* --- atoms ------------------------------------------------------------------------------------------ */

/* Characters of an atom whose all are below 256; -1: others, or no atom. */
static ptrdiff_t latin1_length(ERL_NIF_TERM atom)
{
    Term t = from_nif(atom);

    return is_atom(t) && atom_is_latin1(t) ? (ptrdiff_t)atom_character_count(t) : -1;
}

int enif_get_atom_length(ErlNifEnv *env, ERL_NIF_TERM atom, unsigned *len, ErlNifCharEncoding encoding)
{
    ptrdiff_t length = latin1_length(atom);

    if (length < 0)
        return 0;
    *len = (unsigned)length;
    return 1;
}

int enif_get_atom(ErlNifEnv *env, ERL_NIF_TERM atom, char *buf, unsigned len, ErlNifCharEncoding encoding)
{
    ptrdiff_t length = latin1_length(atom);
    const uint8_t *text;

    if (length < 0 || length >= (ptrdiff_t)len)
        return 0;
    text = (const uint8_t *)atom_text(from_nif(atom), NULL);
    for (ptrdiff_t i = 0; i < length; i++) {
        uint8_t byte = *text++;

        if (byte >= 0x80)
            byte = (uint8_t)(byte << 6 | (*text++ & 0x3f));
        buf[i] = (char)byte;
    }
    buf[length] = 0;
    return (int)length + 1;
}

ERL_NIF_TERM enif_make_atom_len(ErlNifEnv *env, const char *name, size_t len)
{
    Term atom;

    gate_enter();
    atom = atom_from_latin1(name, len);
    gate_leave();
    return atom == NO_TERM ? enif_make_badarg(env) : to_nif(atom);
}

ERL_NIF_TERM enif_make_atom(ErlNifEnv *env, const char *name) { return enif_make_atom_len(env, name, strlen(name)); }

int enif_make_existing_atom_len(ErlNifEnv *env, const char *name, size_t len, ERL_NIF_TERM *atom,
                                ErlNifCharEncoding encoding)
{
    Term found;

    gate_enter();
    found = atom_existing_latin1(name, len);
    gate_leave();
    if (found == NO_TERM)
        return 0;
    *atom = to_nif(found);
    return 1;
}

int enif_make_existing_atom(ErlNifEnv *env, const char *name, ERL_NIF_TERM *atom, ErlNifCharEncoding encoding)
{
    return enif_make_existing_atom_len(env, name, strlen(name), atom, encoding);
}

/* --- strings ---------------------------------------------------------------------------------------- */

static bool is_byte(Term t) { return is_small(t) && small_value(t) >= 0 && small_value(t) <= 255; }

/* Bytes with the NUL; -len: cut off; 0: no string. */
int enif_get_string(ErlNifEnv *env, ERL_NIF_TERM list, char *buf, unsigned len, ErlNifCharEncoding encoding)
{
    Term at = from_nif(list);
    unsigned count = 0;

    if (len < 1)
        return 0;
    for (; is_cons(at) && is_byte(list_head(at)); at = list_tail(at)) {
        buf[count++] = (char)small_value(list_head(at));
        if (count >= len) {
            buf[count - 1] = 0;
            return -(int)len;
        }
    }
    buf[count] = 0;
    return is_nil(at) ? (int)count + 1 : 0;
}

ERL_NIF_TERM enif_make_string_len(ErlNifEnv *env, const char *string, size_t len, ErlNifCharEncoding encoding)
{
    return to_nif(list_from_bytes(env->heap, (const uint8_t *)string, len, TERM_NIL));
}

ERL_NIF_TERM enif_make_string(ErlNifEnv *env, const char *string, ErlNifCharEncoding encoding)
{
    return enif_make_string_len(env, string, strlen(string), encoding);
}

/* --- lists ------------------------------------------------------------------------------------------ */

int enif_get_list_cell(ErlNifEnv *env, ERL_NIF_TERM term, ERL_NIF_TERM *head, ERL_NIF_TERM *tail)
{
    Term t = from_nif(term);

    if (!is_cons(t))
        return 0;
    *head = to_nif(list_head(t));
    *tail = to_nif(list_tail(t));
    return 1;
}

int enif_get_list_length(ErlNifEnv *env, ERL_NIF_TERM term, unsigned *len)
{
    ptrdiff_t length = list_length(from_nif(term));

    if (length < 0 || length > (ptrdiff_t)UINT_MAX)
        return 0;
    *len = (unsigned)length;
    return 1;
}

ERL_NIF_TERM enif_make_list_cell(ErlNifEnv *env, ERL_NIF_TERM car, ERL_NIF_TERM cdr)
{
    return to_nif(cons(env->heap, from_nif(car), from_nif(cdr)));
}

/* In order and in one piece, as they are read. */
static Term *list_cells(ErlNifEnv *env, unsigned count)
{
    Term *cells = (Term *)heap_alloc(env->heap, 2 * (size_t)count);

    for (unsigned i = 0; i < count; i++)
        cells[2 * i + 1] = i + 1 < count ? make_cons((Word *)&cells[2 * i + 2]) : TERM_NIL;
    return cells;
}

ERL_NIF_TERM enif_make_list(ErlNifEnv *env, unsigned cnt, ...)
{
    va_list args;
    Term *cells;

    if (cnt == 0)
        return to_nif(TERM_NIL);
    cells = list_cells(env, cnt);
    va_start(args, cnt);
    for (unsigned i = 0; i < cnt; i++)
        cells[2 * i] = from_nif(va_arg(args, ERL_NIF_TERM));
    va_end(args);
    return to_nif(make_cons((Word *)cells));
}

ERL_NIF_TERM enif_make_list_from_array(ErlNifEnv *env, const ERL_NIF_TERM arr[], unsigned cnt)
{
    Term *cells;

    if (cnt == 0)
        return to_nif(TERM_NIL);
    cells = list_cells(env, cnt);
    for (unsigned i = 0; i < cnt; i++)
        cells[2 * i] = from_nif(arr[i]);
    return to_nif(make_cons((Word *)cells));
}

int enif_make_reverse_list(ErlNifEnv *env, ERL_NIF_TERM term, ERL_NIF_TERM *list)
{
    Term reversed = TERM_NIL, at = from_nif(term);

    for (; is_cons(at); at = list_tail(at))
        reversed = cons(env->heap, list_head(at), reversed);
    if (!is_nil(at))
        return 0;
    *list = to_nif(reversed);
    return 1;
}

/* --- tuples ----------------------------------------------------------------------------------------- */

int enif_get_tuple(ErlNifEnv *env, ERL_NIF_TERM tuple, int *arity, const ERL_NIF_TERM **array)
{
    Term t = from_nif(tuple);

    if (!is_tuple(t))
        return 0;
    *arity = (int)tuple_size(t);
    *array = (const ERL_NIF_TERM *)(const void *)tuple_elements(t);
    return 1;
}

ERL_NIF_TERM enif_make_tuple(ErlNifEnv *env, unsigned cnt, ...)
{
    va_list args;
    Term *elements;
    Term tuple = tuple_new(env->heap, cnt, &elements);

    va_start(args, cnt);
    for (unsigned i = 0; i < cnt; i++)
        elements[i] = from_nif(va_arg(args, ERL_NIF_TERM));
    va_end(args);
    return to_nif(tuple);
}

ERL_NIF_TERM enif_make_tuple_from_array(ErlNifEnv *env, const ERL_NIF_TERM arr[], unsigned cnt)
{
    return to_nif(nif_tuple_from(env->heap, cnt, arr));
}
