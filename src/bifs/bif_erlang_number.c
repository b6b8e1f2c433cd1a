/* Numbers to text and back: integer_to_list, list_to_float and their kin. */
#include <string.h>

#include "bifs.h"
#include "vm/base/text.h"
#include "vm/term/bits.h"
#include "vm/term/float_text.h"
#include "vm/term/integer.h"

/* Enough for most texts of numbers. */
#define TEXT_ROOM 64

/* What becomes of a text: this, or bits_new. */
typedef Term Finish(Heap *heap, const void *bytes, size_t size);

static Term list_new(Heap *heap, const void *bytes, size_t size) { return list_from_bytes(heap, bytes, size, TERM_NIL); }

static Term finish_text(Process *p, Text *text, Finish *finish)
{
    Term result = finish(&p->heap, text->bytes, text->size);

    text_free(text);
    return result;
}

/* The characters of a proper list of Latin-1 characters; false if it is none. */
static bool list_to_text(Term list, Text *text)
{
    for (; is_cons(list); list = list_tail(list)) {
        Term character = list_head(list);
        if (!is_small(character) || small_value(character) < 0 || small_value(character) > 255) {
            text_free(text);
            return false;
        }
        text_add_byte(text, (char)small_value(character));
    }
    if (is_nil(list))
        return true;
    text_free(text);
    return false;
}

/* --- integers ------------------------------------------------------------------------------- */

/* 0 if `base` is no base. */
static unsigned base_value(Term base)
{
    return is_small(base) && small_value(base) >= 2 && small_value(base) <= 36 ? (unsigned)small_value(base) : 0;
}

static Term print_integer(Process *p, Term number, Term base, Finish *finish)
{
    char room[TEXT_ROOM], *end = room + sizeof room;
    Text text = TEXT_IN(room);

    if (is_small(number) && base == SMALL(10)) {       /* as nearly all are printed */
        const char *at = integer_small_text(small_value(number), end);
        return finish(&p->heap, at, (size_t)(end - at));
    }
    if (!is_integer(number) || base_value(base) == 0)
        return raise_badarg(p);
    integer_print(&text, number, base_value(base));
    bif_consume(p, (int64_t)text.size / 16);
    return finish_text(p, &text, finish);
}

Term bif_erlang_integer_to_list_1(Process *p, const Term *args)
{
    return print_integer(p, args[0], SMALL(10), list_new);
}

Term bif_erlang_integer_to_list_2(Process *p, const Term *args)
{
    return print_integer(p, args[0], args[1], list_new);
}

Term bif_erlang_integer_to_binary_1(Process *p, const Term *args)
{
    return print_integer(p, args[0], SMALL(10), bits_new);
}

Term bif_erlang_integer_to_binary_2(Process *p, const Term *args)
{
    return print_integer(p, args[0], args[1], bits_new);
}

static Term parse_integer(Process *p, const char *text, size_t size, unsigned base)
{
    Term value;

    switch (integer_parse(&p->heap, text, size, base, &value)) {
    case PARSE_OK:
        bif_consume(p, (int64_t)size / 16);
        return value;
    case PARSE_LIMIT:
        return raise_system_limit(p);
    case PARSE_BAD:
        break;
    }
    return raise_badarg(p);
}

static Term list_to_integer(Process *p, Term list, Term base)
{
    Text text = {0};
    Term value;

    if (base_value(base) == 0 || !list_to_text(list, &text))
        return raise_badarg(p);
    value = parse_integer(p, text.bytes, text.size, base_value(base));
    text_free(&text);
    return value;
}

static Term binary_to_integer(Process *p, Term binary, Term base)
{
    BitsBytes bytes;
    Term value;

    if (base_value(base) == 0 || !bits_bytes_get(binary, &bytes))
        return raise_badarg(p);
    value = parse_integer(p, (const char *)bytes.bytes, bytes.size, base_value(base));
    bits_bytes_free(&bytes);
    return value;
}

Term bif_erlang_list_to_integer_1(Process *p, const Term *args)
{
    return list_to_integer(p, args[0], SMALL(10));
}

Term bif_erlang_list_to_integer_2(Process *p, const Term *args)
{
    return list_to_integer(p, args[0], args[1]);
}

Term bif_erlang_binary_to_integer_1(Process *p, const Term *args)
{
    return binary_to_integer(p, args[0], SMALL(10));
}

Term bif_erlang_binary_to_integer_2(Process *p, const Term *args)
{
    return binary_to_integer(p, args[0], args[1]);
}

/* The character at the head of `list`, -1 if there is none. */
static int head_character(Term list)
{
    if (!is_cons(list) || !is_small(list_head(list)))
        return -1;
    return small_value(list_head(list)) >= 0 && small_value(list_head(list)) < 128 ? (int)small_value(list_head(list)) : -1;
}

static bool is_digit(int character) { return character >= '0' && character <= '9'; }

/* Moves the digits at the head of `list` to `text`; returns the rest. */
static Term take_digits(Term list, Text *text)
{
    for (; is_digit(head_character(list)); list = list_tail(list))
        text_add_byte(text, (char)head_character(list));
    return list;
}

static Term take_sign(Term list, Text *text)
{
    int character = head_character(list);

    if (character != '+' && character != '-')
        return list;
    text_add_byte(text, (char)character);
    return list_tail(list);
}

static Term error_tuple(Process *p, Text *text, Term reason)
{
    text_free(text);
    return tuple_2(&p->heap, A_ERROR, reason);
}

/* string:to_integer/1 on a list: {Integer, Rest} | {error, Reason} */
Term bif_string_list_to_integer_1(Process *p, const Term *args)
{
    Text text = {0};
    Term rest, value;
    size_t sign_size;

    if (!is_list(args[0]))
        return error_tuple(p, &text, A_NOT_A_LIST);
    rest = take_sign(args[0], &text);
    sign_size = text.size;
    rest = take_digits(rest, &text);
    if (text.size == sign_size)
        return error_tuple(p, &text, A_NO_INTEGER);
    value = parse_integer(p, text.bytes, text.size, 10);
    text_free(&text);
    return value == NO_TERM ? NO_TERM : tuple_2(&p->heap, value, rest);
}

/* --- floats --------------------------------------------------------------------------------- */

typedef enum FloatStyle { FLOAT_SCIENTIFIC, FLOAT_DECIMALS, FLOAT_SHORT } FloatStyle;

typedef struct FloatFormat {
    FloatStyle style;
    int digits;
    bool compact;
} FloatFormat;

static const FloatFormat default_format = {.style = FLOAT_SCIENTIFIC, .digits = FLOAT_DEFAULT_DECIMALS};

/* What is too much shows when the text is made. */
static bool read_digits(Term option, FloatFormat *format, FloatStyle style)
{
    if (!is_small(tuple_element(option, 2)))
        return false;
    format->style = style;
    format->digits = (int)small_value(tuple_element(option, 2));
    return true;
}

static bool read_float_option(Term option, FloatFormat *format)
{
    if (option == A_COMPACT) {
        format->compact = true;
        return true;
    }
    if (option == A_SHORT) {
        format->style = FLOAT_SHORT;
        return true;
    }
    if (!is_tuple_of(option, 2))
        return false;
    if (tuple_element(option, 1) == A_DECIMALS)
        return read_digits(option, format, FLOAT_DECIMALS);
    if (tuple_element(option, 1) == A_SCIENTIFIC)
        return read_digits(option, format, FLOAT_SCIENTIFIC);
    return false;
}

static bool read_float_options(Term list, FloatFormat *format)
{
    *format = default_format;
    for (; is_cons(list); list = list_tail(list))
        if (!read_float_option(list_head(list), format))
            return false;
    return is_nil(list);
}

static Term print_float(Process *p, Term number, const FloatFormat *format, Finish *finish)
{
    char room[TEXT_ROOM];
    Text text = TEXT_IN(room);
    bool fits = true;

    if (!is_float(number))
        return raise_badarg(p);
    switch (format->style) {
    case FLOAT_SCIENTIFIC:
        fits = float_print_scientific(&text, float_value(number), format->digits);
        break;
    case FLOAT_DECIMALS:
        fits = float_print_decimals(&text, float_value(number), format->digits, format->compact);
        break;
    case FLOAT_SHORT:
        float_print_short(&text, float_value(number));
        break;
    }
    if (!fits)
        return raise_badarg(p);
    return finish_text(p, &text, finish);
}

static Term print_float_with(Process *p, const Term *args, Finish *finish)
{
    FloatFormat format;

    return read_float_options(args[1], &format) ? print_float(p, args[0], &format, finish) : raise_badarg(p);
}

Term bif_erlang_float_to_list_1(Process *p, const Term *args)
{
    return print_float(p, args[0], &default_format, list_new);
}

Term bif_erlang_float_to_list_2(Process *p, const Term *args)
{
    return print_float_with(p, args, list_new);
}

Term bif_erlang_float_to_binary_1(Process *p, const Term *args)
{
    return print_float(p, args[0], &default_format, bits_new);
}

Term bif_erlang_float_to_binary_2(Process *p, const Term *args)
{
    return print_float_with(p, args, bits_new);
}

Term bif_erlang_list_to_float_1(Process *p, const Term *args)
{
    Text text = {0};
    double value;
    bool ok = list_to_text(args[0], &text) && float_parse(text.bytes, text.size, &value);

    text_free(&text);
    return ok ? float_new(&p->heap, value) : raise_badarg(p);
}

Term bif_erlang_binary_to_float_1(Process *p, const Term *args)
{
    BitsBytes bytes;
    double value;
    bool ok;

    if (!bits_bytes_get(args[0], &bytes))
        return raise_badarg(p);
    ok = float_parse((const char *)bytes.bytes, bytes.size, &value);
    bits_bytes_free(&bytes);
    return ok ? float_new(&p->heap, value) : raise_badarg(p);
}

/* The exponent, if a whole one follows; else `list` as it is. */
static Term take_exponent(Term list, Text *text)
{
    size_t before = text->size, with_sign;
    int character = head_character(list);
    Term rest;

    if (character != 'e' && character != 'E')
        return list;
    text_add_byte(text, 'e');
    rest = take_sign(list_tail(list), text);
    with_sign = text->size;
    rest = take_digits(rest, text);
    if (text->size > with_sign)
        return rest;
    text->size = before;
    return list;
}

/* string:to_float/1 on a list: {Float, Rest} | {error, Reason}. A comma counts as a point. */
Term bif_string_list_to_float_1(Process *p, const Term *args)
{
    Text text = {0};
    Term rest;
    double value;
    int point;

    if (!is_list(args[0]))
        return error_tuple(p, &text, A_NOT_A_LIST);
    rest = take_digits(take_sign(args[0], &text), &text);
    point = head_character(rest);
    if (point == '.' || point == ',') {
        text_add_byte(&text, '.');
        rest = take_digits(list_tail(rest), &text);
        rest = take_exponent(rest, &text);
    }
    if (!float_parse(text.bytes, text.size, &value))
        return error_tuple(p, &text, A_NO_FLOAT);
    text_free(&text);
    return tuple_2(&p->heap, float_new(&p->heap, value), rest);
}
