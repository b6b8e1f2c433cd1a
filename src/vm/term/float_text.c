#include "vm/term/float_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/float_shortest.h"
#include "vm/term/integer.h"

#define FIRST_UNSAFE_INTEGER ((uint64_t)1 << 53)

bool float_print_scientific(Text *out, double value, int decimals)
{
    char buffer[FLOAT_TEXT_LIMIT];
    int size = snprintf(buffer, sizeof buffer, "%.*e", decimals, value);

    if (size >= FLOAT_TEXT_LIMIT)
        return false;
    text_add(out, buffer, (size_t)size);
    return true;
}

/* --- a fixed count of decimals ---------------------------------------------------------------- */

#define EXACT_DECIMALS 18

static const double powers_of_10[EXACT_DECIMALS + 1] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
};

static size_t without_trailing_zeros(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == '0')
        size--;
    return size > 0 && text[size - 1] == '.' ? size + 1 : size;
}

/* Rounds the fraction apart from the whole part, half away from zero: what programs have always got. */
static int print_split(char *buffer, double value, int decimals)
{
    double magnitude = fabs(value);
    double whole = decimals > 0 ? floor(magnitude) : round(magnitude);
    double fraction = decimals > 0 ? round((magnitude - whole) * powers_of_10[decimals]) : 0;
    const char *sign = signbit(value) ? "-" : "";

    if (decimals == 0)
        return snprintf(buffer, FLOAT_TEXT_LIMIT, "%s%lu", sign, (unsigned long)whole);
    if (fraction >= powers_of_10[decimals]) {
        whole += 1;
        fraction = 0;
    }
    return snprintf(buffer, FLOAT_TEXT_LIMIT, "%s%lu.%0*lu", sign, (unsigned long)whole, decimals,
                    (unsigned long)fraction);
}

bool float_print_decimals(Text *out, double value, int decimals, bool compact)
{
    char buffer[FLOAT_TEXT_LIMIT];
    bool is_split = fabs(value) <= (double)FIRST_UNSAFE_INTEGER && decimals <= EXACT_DECIMALS;
    int size;

    if (decimals < 0)
        return false;
    if (is_split)
        size = print_split(buffer, value, decimals);
    else
        size = snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    if (size >= FLOAT_TEXT_LIMIT)
        return false;
    /* Stock takes zeros off large whole numbers too. */
    if (compact && !(is_split && decimals == 0))
        size = (int)without_trailing_zeros(buffer, (size_t)size);
    text_add(out, buffer, (size_t)size);
    return true;
}

/* --- the shortest text -------------------------------------------------------------------------- */

/* Whatever is shorter; and scientific from 2^53 on, where not every integer is a float. */
static bool is_fixed_better(const Decimal *d, int count)
{
    int lower = count == 1 ? -4 : -(count + 2);
    int upper = count == 1 || d->exponent + count - 1 >= 10 ? 2 : 1;
    uint64_t whole = d->digits;

    if (d->exponent < lower || d->exponent > upper)
        return false;
    for (int i = 0; i < d->exponent; i++)
        whole *= 10;
    return d->exponent < 0 || whole < FIRST_UNSAFE_INTEGER;
}

static void add_zeros(Text *out, int count)
{
    for (; count > 0; count--)
        text_add_byte(out, '0');
}

/* After the point: what is left of the digits, or a zero. */
static void add_fraction(Text *out, const char *digits, const char *end)
{
    if (digits < end)
        text_add(out, digits, (size_t)(end - digits));
    else
        text_add_byte(out, '0');
}

static void print_fixed(Text *out, const char *digits, int count, int exponent)
{
    int whole = count + exponent;     /* digits before the point */

    if (whole <= 0) {
        text_add_string(out, "0.");
        add_zeros(out, -whole);
        text_add(out, digits, (size_t)count);
        return;
    }
    text_add(out, digits, (size_t)MIN(whole, count));
    add_zeros(out, exponent);
    text_add_byte(out, '.');
    add_fraction(out, digits + MIN(whole, count), digits + count);
}

void float_print_short(Text *out, double value)
{
    char room[SMALL_TEXT_BYTES];
    char *end = room + sizeof room;
    const char *digits, *exponent;
    Decimal d;
    int count;

    if (signbit(value))
        text_add_byte(out, '-');
    if (value == 0) {
        text_add_string(out, "0.0");
        return;
    }
    d = float_shortest(fabs(value));
    digits = integer_small_text((int64_t)d.digits, end);
    count = (int)(end - digits);
    if (is_fixed_better(&d, count)) {
        print_fixed(out, digits, count, d.exponent);
        return;
    }
    text_add_byte(out, digits[0]);
    text_add_byte(out, '.');
    add_fraction(out, digits + 1, end);
    text_add_byte(out, 'e');
    exponent = integer_small_text(d.exponent + count - 1, end);
    text_add(out, exponent, (size_t)(end - exponent));
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* At least one digit; returns what follows, or null. */
static const char *skip_digits(const char *at, const char *end)
{
    const char *start = at;

    while (at < end && is_digit(*at))
        at++;
    return at > start ? at : NULL;
}

static const char *skip_sign(const char *at, const char *end)
{
    return at < end && (*at == '+' || *at == '-') ? at + 1 : at;
}

static bool is_float_text(const char *at, const char *end)
{
    at = skip_digits(skip_sign(at, end), end);
    if (!at || at == end || (*at != '.' && *at != ','))
        return false;
    at = skip_digits(at + 1, end);
    if (!at)
        return false;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = skip_digits(skip_sign(at + 1, end), end);
    return at == end;
}

bool float_parse(const char *text, size_t size, double *value)
{
    char buffer[128];
    char *copy = buffer;
    char *comma;

    if (!is_float_text(text, text + size))
        return false;
    if (size >= sizeof buffer)
        copy = mem_alloc(MEM_SYSTEM, size + 1);
    memcpy(copy, text, size);
    copy[size] = 0;
    comma = strchr(copy, ',');
    if (comma)
        *comma = '.';
    *value = strtod(copy, NULL);
    if (copy != buffer)
        mem_free(MEM_SYSTEM, copy);
    return isfinite(*value);
}
