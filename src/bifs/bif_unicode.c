/* unicode: characters to binaries and lists. Encodings other than latin1 and UTF-8 are Erlang code in the
 * unicode module, to which these functions trap. */
#include "bifs.h"
#include "bifs/character_builder.h"
#include "bifs/loop_limit.h"
#include "vm/base/options.h"
#include "vm/term/utf8.h"

/* Characters and bytes that are worth one reduction. */
#define CHARACTERS_PER_REDUCTION 128
/* List elements made between two looks at the reductions. */
#define CHUNK_CHARACTERS 65536

/* --- lists of characters from UTF-8 ---------------------------------------------------------- */

/* The character that ends before `end`. The bytes are good UTF-8. */
static uint32_t character_before(const uint8_t *bytes, size_t *end)
{
    uint32_t character = 0;
    unsigned length;
    size_t at = *end - 1;

    while ((bytes[at] & 0xc0) == 0x80)
        at--;
    utf8_decode(bytes + at, *end - at, &character, &length);
    *end = at;
    return character;
}

static Term conversion_result(Process *p, Term converted, Term tag, Term rest)
{
    return tag == A_OK ? converted : tuple_3(&p->heap, tag, converted, rest);
}

/* (Bytes, End, Tail, Tag, Rest): puts the characters of the first End bytes before Tail; then the result is
 * {Tag, List, Rest}, or the list if Tag is ok. Bytes are aligned. */
static Term list_step(Process *p, const Term *args);
static TrapBif list_more = TRAP_BIF(list_step, A_UNICODE, A_CHARACTERS_TO_LIST, 5, 5);

static Term list_step(Process *p, const Term *args)
{
    const uint8_t *bytes = bits_view_of(args[0]).bytes;
    size_t end = (size_t)small_value(args[1]);
    size_t before = end;
    Term list = args[2];

    for (int64_t i = loop_limit_apply(LOOP_LIMIT_UNICODE, CHUNK_CHARACTERS); i > 0 && end > 0; i--) {
        if (LIKELY(bytes[end - 1] < 0x80))
            list = cons(&p->heap, small_int(bytes[--end]), list);
        else
            list = cons(&p->heap, small_int(character_before(bytes, &end)), list);
    }
    bif_consume(p, (int64_t)((before - end) / CHARACTERS_PER_REDUCTION));
    if (end == 0)
        return conversion_result(p, list, args[3], args[4]);
    return yield_to_bif(p, &list_more, (Term[]){args[0], small_int((int64_t)end), list, args[3], args[4]});
}

/* --- conversions ---------------------------------------------------------------------------- */

/* Between turns the bytes made so far are a RefcBits that nobody else sees. */
typedef struct Conversion {
    CharacterBuilder builder;
    Term held;                 /* that RefcBits; NO_TERM in the first turn */
    bool to_list;
} Conversion;

static void hold_bytes(Process *p, Conversion *c)
{
    CharacterBuilder *b = &c->builder;

    b->out->used_bits = b->size * 8;
    if (c->held == NO_TERM) {
        c->held = bits_refc(&p->heap, b->out, b->size * 8);
    } else {
        RefcBits *refc = (RefcBits *)boxed(c->held);
        refc->binary = b->out;
        refc->bit_size = b->size * 8;
    }
}

static Term made_bytes(Process *p, Conversion *c)
{
    CharacterBuilder *b = &c->builder;

    if (b->size > HEAP_BITS_MAX_BYTES)
        b->out = binary_resize(b->out, b->size);
    if (c->held == NO_TERM) {
        b->out->used_bits = b->size * 8;
        return bits_from_binary(&p->heap, b->out, b->size * 8);
    }
    hold_bytes(p, c);
    return c->held;
}

static Term leftover_binary(Process *p, const CharacterBuilder *b)
{
    return bits_new(&p->heap, b->leftover, b->leftover_count);
}

/* (Rest, Bytes, {ToList, Latin1, Leftover}) */
static Term convert_step(Process *p, const Term *args);
static TrapBif convert_more = TRAP_BIF(convert_step, A_UNICODE, A_CHARACTERS_TO_BINARY, 3, 3);

static Term finish(Process *p, Conversion *c, Term tag, Term rest)
{
    Term bytes = made_bytes(p, c);

    if (c->to_list)
        return list_step(p, (Term[]){bytes, small_int((int64_t)c->builder.size), TERM_NIL, tag, rest});
    return conversion_result(p, bytes, tag, rest);
}

static Term fail(Process *p, Conversion *c, Term rest)
{
    CharacterBuilder *b = &c->builder;

    if (b->leftover_count > 0)
        rest = list_from(&p->heap, 2, (Term[]){leftover_binary(p, b), rest}, TERM_NIL);
    return finish(p, c, A_ERROR, rest);
}

static Term convert(Process *p, Conversion *c, Term characters)
{
    CharacterBuilder *b = &c->builder;
    Term rest;
    Term state;
    int64_t before;
    BuildResult result;

    before = loop_limit_apply(LOOP_LIMIT_UNICODE, MAX(p->reductions_left, 1) * CHARACTERS_PER_REDUCTION);
    b->budget = before;
    result = character_builder_add(b, characters, &rest);
    bif_consume(p, (before - b->budget) / CHARACTERS_PER_REDUCTION);
    switch (result) {
    case BUILD_DONE:
        if (b->leftover_count == 0)
            return finish(p, c, A_OK, TERM_NIL);
        return finish(p, c, character_builder_leftover_is_good(b) ? A_INCOMPLETE : A_ERROR, leftover_binary(p, b));
    case BUILD_ERROR:
        return fail(p, c, rest);
    case BUILD_BAD:
        hold_bytes(p, c);
        return raise_badarg(p);
    default:
        hold_bytes(p, c);
        state = tuple_3(&p->heap, atom_bool(c->to_list), atom_bool(b->latin1), leftover_binary(p, b));
        return yield_to_bif(p, &convert_more, (Term[]){rest, c->held, state});
    }
}

static Term convert_step(Process *p, const Term *args)
{
    RefcBits *refc = (RefcBits *)boxed(args[1]);
    BitsView leftover = bits_view_of(tuple_element(args[2], 3));
    Conversion c = {.held = args[1], .to_list = tuple_element(args[2], 1) == A_TRUE};

    c.builder.heap = &p->heap;
    c.builder.out = refc->binary;
    c.builder.size = refc->bit_size / 8;
    c.builder.latin1 = tuple_element(args[2], 2) == A_TRUE;
    c.builder.leftover_count = (unsigned)(leftover.bit_size / 8);
    bits_copy_out(c.builder.leftover, leftover.bytes, leftover.bit_offset, leftover.bit_size);
    return convert(p, &c, args[0]);
}

static Term start_conversion(Process *p, Term characters, bool latin1, bool to_list)
{
    Conversion c = {.held = NO_TERM, .to_list = to_list};

    if (!is_list(characters) && !is_binary(characters))
        return raise_badarg(p);
    character_builder_start(&c.builder, &p->heap, latin1);
    return convert(p, &c, characters);
}

/* --- BIFs ----------------------------------------------------------------------------------- */

static bool known_encoding(Term encoding)
{
    return encoding == A_LATIN1 || encoding == A_UNICODE || encoding == A_UTF8;
}

/* Bytes of a binary that are UTF-8 (or ASCII, for latin1) and need no conversion; SIZE_MAX: unaligned. */
static size_t good_prefix(Term binary, bool latin1)
{
    BitsView view = bits_view_of(binary);

    if (view.bit_offset != 0)
        return SIZE_MAX;
    if (latin1)
        return utf8_ascii_prefix(view.bytes, view.bit_size / 8);
    return utf8_valid_prefix(view.bytes, view.bit_size / 8, NULL);
}

Term bif_unicode_characters_to_binary_2(Process *p, const Term *args)
{
    Term characters = args[0];
    bool latin1 = args[1] == A_LATIN1;

    if (!known_encoding(args[1]))
        return trap_to(p, export_get(A_UNICODE, A_CHARACTERS_TO_BINARY_INT, 2), args);
    if (is_cons(characters) && is_nil(list_tail(characters)) && is_bitstring(list_head(characters)))
        characters = list_head(characters);
    if (is_binary(characters) && good_prefix(characters, latin1) == bits_size(characters) / 8) {
        bif_consume(p, (int64_t)(bits_size(characters) / 8 / CHARACTERS_PER_REDUCTION / 8));
        return characters;
    }
    return start_conversion(p, characters, latin1, false);
}

Term bif_unicode_characters_to_list_2(Process *p, const Term *args)
{
    bool latin1 = args[1] == A_LATIN1;
    size_t size;

    if (!known_encoding(args[1]))
        return trap_to(p, export_get(A_UNICODE, A_CHARACTERS_TO_LIST_INT, 2), args);
    if (is_binary(args[0])) {
        size = bits_size(args[0]) / 8;
        if (good_prefix(args[0], latin1) == size)
            return list_step(p, (Term[]){args[0], small_int((int64_t)size), TERM_NIL, A_OK, TERM_NIL});
    }
    return start_conversion(p, args[0], latin1, true);
}

Term bif_unicode_bin_is_7bit_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    bool all;

    if (!bits_bytes_get(args[0], &bytes))
        return A_FALSE;
    all = utf8_ascii_prefix(bytes.bytes, bytes.size) == bytes.size;
    bits_bytes_free(&bytes);
    return atom_bool(all);
}

Term bif_io_printable_range_0(Process *p, const Term *args)
{
    return options.printable_unicode ? A_UNICODE : A_LATIN1;
}
